"""The calendar of one family, and that it never says anything else than the list of gaps (decision 10)."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from tests.integration.benefits.sensitive import sensitive
from tests.integration.benefits.world import APRIL, MARCH, World
from tests.wasl_postgres import TestDatabase
from wasl.benefits.actions import say_nothing_given
from wasl.benefits.calendar import CalendarCell, CellState, list_family_overlaps, read_family_calendar
from wasl.benefits.claims import set_claims_active
from wasl.benefits.grants.doors import reserve
from wasl.benefits.grants.rules import Ask
from wasl.benefits.queries.families import family_name
from wasl.benefits.queries.gaps import read_gaps
from wasl.kernel.months import add_months, month_range
from wasl.organisations.viewer import Viewer
from wasl.store.connections import app_connection

NOW = datetime(2025, 6, 1, tzinfo=UTC)
FEBRUARY = date(2025, 2, 1)
NEEDS = ("food_box", "monthly_cash", "state_cash", "glasses", "water_connection", "ramadan_box")
SLOTS = ("food", "cash", "glasses", "water")
GOVERNORATES = ("EG24", "EG21", None)


@dataclass
class Alliance:
    """Families with claims of several organisations, each in a list of its own."""

    world: World
    organisations: list[int]
    lists: int = 1000
    families: list[int] = field(default_factory=list)

    def know(
        self, family: int, organisation: int, *, month: date = FEBRUARY, governorate: str | None = "EG24"
    ) -> int:
        entry = self.world.add_entry(organisation, family, governorate)
        self.lists += 1
        self.world.appear(entry, self.lists, month)
        return entry

    def give(
        self, family: int, organisation: int, *, need: str = "food_box", month: date = MARCH,
        governorate: str | None = "EG24", **more: object,
    ) -> int:  # fmt: skip
        entry = self.world.add_entry(organisation, family, governorate)
        self.lists += 1
        self.world.give(organisation, self.lists, entry, need=need, month=month, **more)  # type: ignore[arg-type]
        return self.lists

    def calendar(
        self, viewer: Viewer, family: int, slot: str = "food", first: date = MARCH, last: date | None = None
    ) -> dict[date, CalendarCell]:
        self.world.connection.commit()
        cells = read_family_calendar(viewer, family, first=first, last=last or first)
        return {cell.month: cell for cell in cells if cell.slot == slot}


@pytest.fixture
def alliance(world: World, organisation_a: int, organisation_b: int) -> Alliance:
    return Alliance(world, [organisation_a, organisation_b])


def _scatter(alliance: Alliance, ministry: int, chance: random.Random) -> None:
    """Fill the world with whatever the rules have to tell apart."""
    world = alliance.world
    everybody = [*alliance.organisations, ministry]
    for _ in range(14):
        family = world.add_family()
        alliance.families.append(family)
        for _ in range(chance.randint(1, 3)):
            entry = alliance.know(
                family, chance.choice(everybody), month=chance.choice([FEBRUARY, MARCH, APRIL]),
                governorate=chance.choice(GOVERNORATES),
            )  # fmt: skip
            if chance.random() < 0.4:
                alliance.lists += 1
                organisation = world.rows("SELECT organisation_id FROM registry_entry WHERE id = %s", entry)[
                    0
                ][0]
                need = chance.choice(["glasses", "water_connection"])
                world.give(organisation, alliance.lists, entry, kind="known", need=need)
        for _ in range(chance.randint(0, 4)):
            organisation = chance.choice(everybody)
            need = "state_cash" if organisation == ministry else chance.choice(NEEDS)
            alliance.give(
                family, organisation, need=need, month=add_months(MARCH, chance.randint(-15, 3)),
                governorate=chance.choice(GOVERNORATES), kind=chance.choice(["given", "given", "given", "planned"]),
            )  # fmt: skip
    grouped = chance.sample(alliance.families, 7)
    for part in (grouped[:2], grouped[2:4], grouped[4:]):
        world.group(*part)
    world.settle(*alliance.families)
    for list_id in chance.sample(range(1001, alliance.lists), 8):
        set_claims_active(world.connection, list_id, False)
        if chance.random() < 0.5:
            set_claims_active(world.connection, list_id, True)
    world.connection.commit()


@pytest.mark.parametrize("seed", range(8))
def test_the_calendars_of_all_families_are_the_list_of_gaps(
    alliance: Alliance, world: World, desk: Viewer, amina: Viewer, seed: int
) -> None:
    chance = random.Random(seed)
    _scatter(alliance, world.add_organisation("mss", "ministry"), chance)
    for _ in range(4):
        say_nothing_given(
            by=desk, at=NOW, organisation=chance.choice(["m01", "m02", "mss"]), slot=chance.choice(SLOTS),
            month=add_months(MARCH, chance.randint(-2, 2)),
        )  # fmt: skip
    months = month_range(add_months(MARCH, -2), 6)
    for viewer in (desk, amina):
        shown = _shown_by_calendars(alliance, viewer, months)
        assert shown == _shown_by_gaps(viewer, months)
        assert len({state for *_, state, _ in shown}) == 2, "a world that tells nothing apart tests nothing"


def _shown_by_calendars(alliance: Alliance, viewer: Viewer, months: list[date]) -> set[tuple[object, ...]]:
    name, join = family_name(viewer, "x.id")
    found = set()
    grouped = dict(alliance.world.rows("SELECT subject_id, group_id FROM registry_group_member"))
    for family in {grouped.get(family, family) for family in alliance.families}:
        codes = alliance.world.rows(f"SELECT {name} FROM (SELECT {family}::bigint AS id) x {join}")
        for cell in read_family_calendar(viewer, family, first=months[0], last=months[-1]):
            if cell.state in (CellState.OPEN, CellState.UNKNOWN):
                found.add((codes[0][0], cell.slot, cell.month, str(cell.state), cell.reports_missing))
    return found


def _shown_by_gaps(viewer: Viewer, months: list[date]) -> set[tuple[object, ...]]:
    return {
        (row["family"], slot, month, row["state"], row["reports_missing"])
        for slot in SLOTS
        for month in months
        for row in read_gaps(viewer, slot=slot, month=month).rows(named=True)
    }


def test_covered_by_whom_as_far_as_the_viewer_may_know(
    alliance: Alliance, world: World, desk: Viewer, amina: Viewer, camelia: Viewer
) -> None:
    family = world.add_family()
    for organisation in alliance.organisations:
        alliance.know(family, organisation)
    alliance.give(family, alliance.organisations[0], need="food_box")
    own = alliance.calendar(amina, family)[MARCH]
    assert (own.state, own.needs, own.organisations) == (CellState.OWN, ("food_box",), ("m01",))
    other = alliance.calendar(camelia, family)[MARCH]
    assert (other.state, other.needs, other.organisations) == (CellState.OTHER, (), ())
    assert other.free_from == APRIL
    whole = alliance.calendar(desk, family)[MARCH]
    assert (whole.state, whole.needs, whole.organisations) == (CellState.OTHER, ("food_box",), ("m01",))


def test_camelia_cannot_ask_about_a_family_she_does_not_know(
    alliance: Alliance, world: World, camelia: Viewer
) -> None:
    family = world.add_family()
    alliance.know(family, alliance.organisations[0])
    assert alliance.calendar(camelia, family) == {}


def test_basim_cannot_see_a_family_of_a_list_that_was_withdrawn(
    alliance: Alliance, world: World, basim: Viewer
) -> None:
    family = world.add_family()
    entry = world.add_entry(alliance.organisations[0], family)
    world.appear(entry, 77, active=False)
    assert alliance.calendar(basim, family) == {}


def test_a_slot_of_scope_is_the_organisation_s_own(
    alliance: Alliance, world: World, amina: Viewer, camelia: Viewer, test_database: TestDatabase
) -> None:
    family = world.add_family()
    for organisation in alliance.organisations:
        alliance.know(family, organisation)
    with sensitive(test_database, "food"):
        alliance.give(family, alliance.organisations[0])
        alliance.give(family, alliance.organisations[0], month=FEBRUARY)
        assert alliance.calendar(amina, family)[MARCH].state == CellState.OWN
        for month in (MARCH, APRIL):
            cell = alliance.calendar(camelia, family, first=month)[month]
            assert (cell.state, cell.reports_missing) == (CellState.OPEN, 0)


def test_a_reservation_shows_its_end_and_lapses_by_itself(
    alliance: Alliance, world: World, amina: Viewer
) -> None:
    family, lapsed = world.add_family(), world.add_family()
    for one, ends in ((family, datetime(2099, 1, 1, tzinfo=UTC)), (lapsed, datetime(2020, 1, 1, tzinfo=UTC))):
        entry = alliance.know(one, alliance.organisations[0])
        with world.connection.cursor() as cursor:
            (said,) = reserve(
                cursor, organisation_id=alliance.organisations[0], need="food_box", month=MARCH, rows=[Ask(entry)],
                by="amina", at=datetime(2025, 3, 1, tzinfo=UTC),
            )  # fmt: skip
        for table, column in (("benefits_cell", "list_id"), ("benefits_grant", "id")):
            world.connection.execute(
                f"UPDATE {table} SET expires_at = %s WHERE {column} = %s".encode(), [ends, said.grant_id]
            )
    cell = alliance.calendar(amina, family)[MARCH]
    assert (cell.state, cell.ends_at) == (CellState.RESERVED, datetime(2099, 1, 1, tzinfo=UTC))
    assert alliance.calendar(amina, lapsed)[MARCH].state == CellState.OPEN


def test_the_state_colours_and_says_when_it_was_last_seen(
    alliance: Alliance, world: World, amina: Viewer
) -> None:
    ministry = world.add_organisation("mss", "ministry")
    family = world.add_family()
    alliance.know(family, alliance.organisations[0])
    alliance.give(family, ministry, need="state_cash", month=FEBRUARY)
    shown = alliance.calendar(amina, family, "cash", FEBRUARY, APRIL)
    assert [cell.state for cell in shown.values()] == [CellState.STATE, CellState.STATE, CellState.UNKNOWN]
    assert [cell.last_seen for cell in shown.values()] == [FEBRUARY] * 3


def test_what_covers_a_family_that_is_probably_the_same_is_likely(
    alliance: Alliance, world: World, amina: Viewer
) -> None:
    known, likely = world.add_family(), world.add_family()
    alliance.know(known, alliance.organisations[0])
    alliance.give(likely, alliance.organisations[1])
    world.group(known, likely)
    cell = alliance.calendar(amina, known)[MARCH]
    assert (cell.state, cell.certainty) == (CellState.OTHER, "likely")


def test_spectacles_cover_their_months_and_say_from_when_they_are_free(
    alliance: Alliance, world: World, amina: Viewer
) -> None:
    family = world.add_family()
    alliance.know(family, alliance.organisations[0])
    alliance.give(family, alliance.organisations[0], need="glasses")
    shown = alliance.calendar(amina, family, "glasses", FEBRUARY, APRIL)
    assert [cell.state for cell in shown.values()] == [CellState.NOT_TARGET, CellState.OWN, CellState.OWN]
    assert shown[APRIL].free_from == add_months(MARCH, 24)


def test_an_overlap_names_the_two_to_each_other_and_closes_with_its_list(
    alliance: Alliance, world: World, desk: Viewer, amina: Viewer, camelia: Viewer
) -> None:
    family = world.add_family()
    outsider = world.add_organisation("m09")
    for organisation in (*alliance.organisations, outsider):
        alliance.know(family, organisation)
    alliance.give(family, alliance.organisations[0])
    second = alliance.give(family, alliance.organisations[1], need="ramadan_box")
    world.connection.commit()
    for viewer, other, need in ((amina, "m02", "ramadan_box"), (camelia, "m01", "food_box")):
        [overlap] = list_family_overlaps(viewer, family)
        sides = {side.organisation: side for side in overlap.sides}
        assert len(sides) == 2
        assert (sides[other].own, sides[other].needs) == (False, (need,))
    third = Viewer(None, "third", outsider, "m09", "officer")
    assert list_family_overlaps(third, family) == []
    assert len(list_family_overlaps(desk, family)) == 1
    assert alliance.calendar(amina, family)[MARCH].doubled
    set_claims_active(world.connection, second, False)
    world.connection.commit()
    assert list_family_overlaps(amina, family) == []
    assert not alliance.calendar(amina, family)[MARCH].doubled


def test_the_rollup_is_what_the_active_claims_say(alliance: Alliance, world: World) -> None:
    chance = random.Random(99)
    _scatter(alliance, world.add_organisation("mss", "ministry"), chance)
    kept = world.rows(
        "SELECT list_id, slot, governorate, month, organisation_id, gave FROM benefits_list_report"
    )
    assert set(kept) == set(world.rows("SELECT * FROM benefits_reports_of(NULL)"))
    counted = (
        "SELECT governorate, month, slot, organisation_id, sum(gave::integer), count(*) FROM ("
        " SELECT governorate, month, slot, organisation_id, gave FROM benefits_list_report"
        " UNION ALL SELECT '*', month, slot, organisation_id, gave FROM benefits_list_report"
        " WHERE governorate <> '') u GROUP BY 1, 2, 3, 4"
    )
    standing = "SELECT * FROM benefits_report WHERE reported > 0"
    assert set(world.rows(counted)) == set(world.rows(standing))


@pytest.mark.parametrize("table", ["benefits_report", "benefits_list_report"])
def test_amina_cannot_read_who_serves_where(amina: Viewer, table: str) -> None:
    import psycopg

    with app_connection(amina) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"SELECT * FROM {table}".encode())
