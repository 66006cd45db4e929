"""Opening a family's file is written down before anything of it is read (A4), and shows one's own alone."""

from __future__ import annotations

import psycopg
import pytest

from tests.integration.benefits.world import APRIL, MARCH, World
from wasl.kernel.codes import make_code
from wasl.kernel.errors import NotFound
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import family_codes
from wasl.registry.family_file import MovedFamily, open_family
from wasl.store.connections import app_connection, owner_connection, reading

OPENED = "SELECT username, object_code, detail ->> 'why' FROM audit_entry WHERE action = 'family.opened' ORDER BY id"


@pytest.fixture
def world(engine: psycopg.Connection) -> World:
    return World(engine)


class Family:
    """One family that both organisations know."""

    def __init__(self, world: World, organisations: list[int]) -> None:
        self.world = world
        self.id = world.add_family()
        self.entries = [self.know(organisation) for organisation in organisations]
        world.connection.commit()

    def know(self, organisation: int, *, active: bool = True, family: int | None = None) -> int:
        entry = self.world.add_entry(organisation, family or self.id)
        self.world.appear(entry, 100 + entry, active=active)
        self.world.add_person(family or self.id, self.world.record_of(entry))
        return entry

    def code(self, viewer: Viewer) -> str:
        return family_codes(viewer, [self.id])[self.id]


@pytest.fixture
def family(world: World, organisation_a: int, organisation_b: int) -> Family:
    return Family(world, [organisation_a, organisation_b])


def _opened() -> list[tuple[str, str, str]]:
    with owner_connection() as owner:
        return owner.execute(OPENED).fetchall()


def test_amina_reads_her_own_entries_and_leaves_an_entry(family: Family, amina: Viewer) -> None:
    code = family.code(amina)
    opened = open_family(amina, code, why="search")
    assert (opened.family_id, opened.code) == (family.id, code)
    assert opened.entry_ids == family.entries[:1]
    assert [person.newest.name for person in opened.people] == ["اسم 1"]
    assert _opened() == [("amina", code, "search")]


def test_the_desk_reads_all_of_it(family: Family, dalia: Viewer) -> None:
    opened = open_family(dalia, make_code(family.id), why="nothing of the kind")
    assert sorted(opened.entry_ids) == family.entries
    assert {entry.organisation for entry in opened.entries} == {"m01", "m02"}
    assert _opened() == [("dalia", make_code(family.id), "direct")]


def test_every_reading_is_an_entry(family: Family, amina: Viewer, basim: Viewer, dalia: Viewer) -> None:
    for viewer in (amina, basim, dalia, amina):
        open_family(viewer, family.code(viewer), why="list")
    assert [username for username, _, _ in _opened()] == ["amina", "basim", "dalia", "amina"]


def test_a_reading_that_fails_later_shows_nothing_and_leaves_nothing(family: Family, amina: Viewer) -> None:
    def read_and_fail() -> None:
        with reading(amina):
            open_family(amina, family.code(amina), why="list")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read_and_fail()
    assert _opened() == []


def test_camelia_cannot_open_a_family_that_only_others_know(
    world: World, organisation_a: int, amina: Viewer, camelia: Viewer, dalia: Viewer
) -> None:
    theirs = Family(world, [organisation_a])
    for code in (make_code(theirs.id), theirs.code(amina), make_code(999_999), "12", "x"):
        with pytest.raises(NotFound):
            open_family(camelia, code, why="direct")
    assert _opened() == []


def test_basim_cannot_open_a_family_of_a_withdrawn_list(
    world: World, organisation_a: int, basim: Viewer, dalia: Viewer
) -> None:
    family = Family(world, [])
    family.know(organisation_a, active=False)
    world.connection.commit()
    with pytest.raises(NotFound):
        open_family(basim, family.code(basim), why="direct")
    assert [entry.active for entry in open_family(dalia, make_code(family.id), why="direct").entries] == [
        False
    ]


def test_an_older_code_leads_to_the_present_one_and_opens_nothing(
    world: World, family: Family, organisation_a: int, amina: Viewer, dalia: Viewer
) -> None:
    younger = world.add_family()
    entry = family.know(organisation_a, family=younger)
    world.connection.commit()
    old = family_codes(amina, [younger])[younger]
    world.link(entry, family.id)
    world.connection.execute(
        "UPDATE registry_membership SET family_id = %s WHERE family_id = %s", [family.id, younger]
    )
    world.retire(younger, family.id)
    world.connection.commit()
    for viewer, code in (
        (amina, old),
        (amina, make_code(family.id)),
        (dalia, make_code(younger)),
        (dalia, old),
    ):
        with pytest.raises(MovedFamily) as moved:
            open_family(viewer, code, why="direct")
        assert moved.value.code == family.code(viewer)
    assert _opened() == []


def test_a_group_is_one_family_and_says_that_it_is_likely(
    world: World, family: Family, organisation_a: int, amina: Viewer
) -> None:
    other = world.add_family()
    entry = family.know(organisation_a, family=other)
    world.appear(entry, 999, APRIL)
    world.group(family.id, other)
    world.connection.commit()
    opened = open_family(amina, family.code(amina), why="direct")
    assert opened.certainty == "likely"
    assert len(opened.entries) == 2
    newest = opened.entries[0]
    assert (newest.first_month, newest.last_month, newest.lists, newest.list_id) == (MARCH, APRIL, 2, 999)


@pytest.mark.parametrize(
    "function", ["registry_subjects_of(1)", "registry_group_of(1)", "registry_standing_subject(1, 'family')"]
)
def test_amina_cannot_learn_who_makes_up_a_family_in_another_way(amina: Viewer, function: str) -> None:
    tables = ("registry_entry_link", "registry_link", "registry_membership", "registry_group_member")
    for query in (f"SELECT {function}", *[f"SELECT * FROM {table}" for table in tables]):
        with app_connection(amina) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(query.encode())


def test_nobody_signed_in_opens_nothing(family: Family, amina: Viewer) -> None:
    code = family.code(amina)
    stranger = Viewer(None, "", amina.organisation_id, "m01", "door")
    with pytest.raises(NotFound):
        open_family(stranger, code, why="direct")
    assert _opened() == []
