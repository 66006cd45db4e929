"""L4, L6, L8 at a door: «this is another family» separates at once, is kept, and is checked by somebody else."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError

from tests.conftest import NOW
from tests.integration.benefits.world import MARCH, World
from tests.integration.linkage.test_same_whatever_the_files import write
from tests.integration.registry.test_search import SAEED
from wasl.intake.actions import load_file
from wasl.intake.reading.model import LoadOptions
from wasl.kernel.errors import Conflict, NotAllowed, NotFound, RuleRefused
from wasl.linkage.actions import run_linkage
from wasl.linkage.provisional import MOST_AN_HOUR, Separation, separate_provisionally
from wasl.linkage.review import (
    answer_doubt,
    list_doubts,
    list_own_doubts,
    undo_answer,
    withdraw_doubt,
)
from wasl.linkage.rules import Decision, PairKind
from wasl.linkage.verdicts import list_verdicts, record_verdict
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope
from wasl.store.reading import read_rows
from wasl.store.verification import run_check


@pytest.fixture
def world(engine: psycopg.Connection, amina: Viewer, camelia: Viewer) -> World:
    return World(engine)


def separate(by: Viewer, entry: int, **changed: object) -> Separation:
    asked = {"entry_id": entry, "reason": "أسرة أخرى بالاسم نفسه", "operation": uuid4()} | changed
    return separate_provisionally(by=by, at=NOW, **asked)  # type: ignore[arg-type]


def one_family(
    world: World, amina: Viewer, camelia: Viewer, *, mine_first: bool = False
) -> tuple[int, int, int]:
    """Amina's and Camelia's entries are one certain family, whose head both name; both gave a box in March."""
    family = world.add_family()
    parties = [amina, camelia] if mine_first else [camelia, amina]
    entries = {one.username: world.add_entry(one.organisation_id or 0, family) for one in parties}
    first, second = (world.record_of(entries[one.username]) for one in parties)
    person = world.add_person(family, first)
    world.connection.execute("INSERT INTO registry_link VALUES (%s, %s, 1)", [second, person])
    for number, one in enumerate(parties):
        world.give(one.organisation_id or 0, 10 + number, entries[one.username])
    world.settle(family)
    world.connection.commit()
    return family, entries["amina"], entries["camelia"]


def families(world: World, *entries: int) -> list[int]:
    world.connection.commit()
    return [
        world.rows(
            "SELECT family_id FROM registry_entry_link WHERE entry_id = %s AND until_run IS NULL", one
        )[0][0]
        for one in entries
    ]


def people(world: World, *entries: int) -> list[tuple[int, int]]:
    """Return the person of each entry's head with the family that they are in."""
    return [
        world.rows(
            "SELECT l.person_id, m.family_id FROM registry_link l JOIN registry_membership m USING (person_id)"
            " WHERE l.record_id = %s AND l.until_run IS NULL AND m.until_run IS NULL",
            world.record_of(one),
        )[0]
        for one in entries
    ]


def kept(connection: psycopg.Connection) -> list[str]:
    """Return the guards that are broken."""
    from wasl.benefits.verification import CHECKS as BENEFITS
    from wasl.linkage.verification import CHECKS as LINKAGE
    from wasl.registry.verification import CHECKS as REGISTRY

    connection.commit()
    asked = [
        one for one in (*BENEFITS, *LINKAGE, *REGISTRY) if one.id in ("L4", "L5", "L6", "L7", "L8", "B1")
    ]
    return [one.guard for one in asked if not run_check(connection, one).is_kept]


def test_separate_leaves_at_once_with_its_cells_and_people(
    world: World, amina: Viewer, camelia: Viewer
) -> None:
    family, mine, theirs = one_family(world, amina, camelia)
    assert len(world.overlaps("certain")) == 1
    found = separate(amina, mine)
    assert families(world, mine, theirs) == [found.family_id, family] and found.family_id != family
    assert world.cells(family) == [(0, camelia.organisation_id)]
    assert world.cells(found.family_id) == [(0, amina.organisation_id)]
    assert world.overlaps("certain") == []
    (my_person, my_family), (their_person, their_family) = people(world, mine, theirs)
    assert (my_family, their_family) == (found.family_id, family) and my_person != their_person
    assert found.family_code and found.is_new
    assert kept(world.connection) == []


def test_separate_the_code_stays_with_the_oldest_row(world: World, amina: Viewer, camelia: Viewer) -> None:
    family, mine, theirs = one_family(world, amina, camelia, mine_first=True)
    found = separate(amina, mine)
    assert found.family_id == family
    assert families(world, mine, theirs)[1] != family
    (_, my_family), (_, their_family) = people(world, mine, theirs)
    assert my_family == family != their_family
    assert kept(world.connection) == []


def test_separate_people_of_one_national_id_stay_one(world: World, amina: Viewer, camelia: Viewer) -> None:
    family, mine, theirs = one_family(world, amina, camelia)
    world.connection.execute(
        "UPDATE registry_record SET nid_index = %s, nid_sealed = '\\x01' WHERE id = ANY(%s)",
        [b"n" * 16, [world.record_of(mine), world.record_of(theirs)]],
    )
    world.connection.commit()
    separate(amina, mine)
    (my_person, my_family), (their_person, their_family) = people(world, mine, theirs)
    assert my_person == their_person and my_family == their_family == family
    assert world.rows("SELECT kind FROM linkage_verdict WHERE undone_at IS NULL") == [("family",)]
    assert kept(world.connection) == []


def test_separate_leaves_the_group_too_and_the_rest_stays_in_it(
    world: World, amina: Viewer, camelia: Viewer
) -> None:
    family, mine, _ = one_family(world, amina, camelia)
    near = world.add_family()
    world.add_entry(camelia.organisation_id or 0, near)
    world.group(family, near)
    world.connection.commit()
    found = separate(amina, mine)
    world.connection.commit()
    grouped = world.rows("SELECT subject_id, group_id FROM registry_group_member ORDER BY 1")
    assert grouped == [(family, family), (near, family)] and found.family_id not in (family, near)


def test_separate_takes_own_entries_of_the_same_rows_along(
    world: World, amina: Viewer, camelia: Viewer
) -> None:
    family, mine, theirs = one_family(world, amina, camelia)
    later = world.add_entry(amina.organisation_id or 0, family)
    world.connection.execute(
        "INSERT INTO registry_entry_member (entry_id, record_id, organisation_id, role) VALUES (%s, %s, %s, 'person')",
        [later, world.record_of(mine), amina.organisation_id],
    )
    other = world.add_entry(amina.organisation_id or 0, family)
    world.connection.commit()
    found = separate(amina, mine)
    assert families(world, mine, later, other, theirs) == [found.family_id, found.family_id, family, family]


def test_operation_sent_again_has_one_effect_and_no_other_body(
    world: World, amina: Viewer, camelia: Viewer
) -> None:
    _, mine, _ = one_family(world, amina, camelia)
    operation = uuid4()
    first = separate(amina, mine, operation=operation)
    again = separate(amina, mine, operation=operation)
    assert (again.code, again.family_id, again.is_new) == (first.code, first.family_id, False)
    with pytest.raises(Conflict, match=r"operation\.other_body"):
        separate(amina, mine, operation=operation, reason="سبب آخر")
    assert separate(amina, mine).is_new is False


def test_camelia_and_basim_cannot_separate_amina_s_entry(
    world: World, amina: Viewer, basim: Viewer, camelia: Viewer, dalia: Viewer
) -> None:
    family, mine, theirs = one_family(world, amina, camelia)
    with pytest.raises(NotFound):
        separate(camelia, mine)
    for other in (basim, dalia):
        with pytest.raises(NotAllowed):
            separate(other, mine)
        with scope(other):
            asked = f'{{"entry": {mine}, "reason": "x", "operation": "{uuid4()}", "at": "2026-03-01"}}'
            assert read_rows(other, "SELECT * FROM linkage_separate(%s)", [asked]) == []
    assert families(world, mine, theirs) == [family, family]


def test_separate_alone_or_against_a_verdict_is_refused_whole(
    world: World, amina: Viewer, camelia: Viewer, dalia: Viewer
) -> None:
    family = world.add_family()
    alone = world.add_entry(amina.organisation_id or 0, family)
    world.connection.commit()
    with pytest.raises(RuleRefused, match=r"separation\.alone"):
        separate(amina, alone)
    family, mine, theirs = one_family(world, amina, camelia)
    record_verdict(
        by=dalia,
        at=NOW,
        kind=PairKind.FAMILY,
        a=mine,
        b=theirs,
        decision=Decision.SAME,
        reason="رأيت البطاقتين",
    )
    with pytest.raises(RuleRefused, match=r"verdict\.contradicts"):
        separate(amina, mine)
    assert families(world, mine, theirs) == [family, family] and list_doubts(dalia) == []


def test_separations_of_an_hour_are_limited(world: World, amina: Viewer, camelia: Viewer) -> None:
    for _ in range(MOST_AN_HOUR):
        _, mine, _ = one_family(world, amina, camelia)
        separate(amina, mine)
    _, mine, _ = one_family(world, amina, camelia)
    with pytest.raises(RuleRefused, match=r"separation\.too_many"):
        separate(amina, mine)


def test_desk_confirms_and_undoes(world: World, amina: Viewer, camelia: Viewer, dalia: Viewer) -> None:
    _, mine, _ = one_family(world, amina, camelia)
    found = separate(amina, mine)
    assert [(one.code, one.is_separated) for one in list_doubts(dalia)] == [(found.code, True)]
    answer_doubt(by=dalia, at=NOW, code=found.code, decision=Decision.DIFFERENT, reason="زرت الأسرتين")
    assert list_doubts(dalia) == [] and families(world, mine) == [found.family_id]
    undo_answer(by=dalia, at=NOW, code=found.code)
    assert [one.is_separated for one in list_doubts(dalia)] == [True]
    assert families(world, mine) == [found.family_id] and len(list_verdicts(dalia)) == 2
    assert kept(world.connection) == []


@pytest.mark.parametrize("mine_first", [False, True])
def test_desk_takes_back_and_the_overlap_is_the_one_that_was(
    world: World, amina: Viewer, camelia: Viewer, dalia: Viewer, mine_first: bool
) -> None:
    family, mine, theirs = one_family(world, amina, camelia, mine_first=mine_first)
    before = world.rows("SELECT id, code FROM benefits_overlap WHERE state = 'open'")
    person = people(world, mine)[0][0]
    found = separate(amina, mine)
    apart = {*families(world, mine, theirs)} - {family}
    answer_doubt(by=dalia, at=NOW, code=found.code, decision=Decision.SAME, reason="هي نفسها")
    assert families(world, mine, theirs) == [family, family]
    assert {one for one, _ in people(world, mine, theirs)} == {person}
    assert world.rows("SELECT id, code FROM benefits_overlap WHERE state = 'open'") == before
    assert world.rows("SELECT state, successor_id FROM registry_subject WHERE id = %s", apart.pop()) == [
        ("retired", family)
    ]
    assert [one.verdict for one in list_verdicts(dalia)] == ["same"]
    assert kept(world.connection) == []
    undo_answer(by=dalia, at=NOW, code=found.code)
    assert len({*families(world, mine, theirs)}) == 2 and [
        one.is_separated for one in list_doubts(dalia)
    ] == [True]
    assert kept(world.connection) == []


def test_maker_is_not_checker_and_cannot_withdraw(
    world: World, amina: Viewer, camelia: Viewer, engine: psycopg.Connection, dalia: Viewer
) -> None:
    _, mine, _ = one_family(world, amina, camelia)
    found = separate(amina, mine)
    with pytest.raises(NotFound):
        withdraw_doubt(by=amina, at=NOW, code=found.code)
    with pytest.raises(NotAllowed):
        answer_doubt(by=amina, at=NOW, code=found.code, decision=Decision.DIFFERENT, reason="أنا")
    with pytest.raises(psycopg.errors.CheckViolation, match="another_reviews"):
        engine.execute(
            "UPDATE linkage_separation SET state = 'confirmed', reviewed_by_id = made_by_id, reviewed_by = 'x',"
            " reviewed_at = now()"
        )
    engine.rollback()
    assert [one.state for one in list_own_doubts(amina, [mine])] == ["open"]


def test_a_run_that_had_not_read_it_keeps_it_apart(world: World, amina: Viewer, camelia: Viewer) -> None:
    family, mine, theirs = one_family(world, amina, camelia)
    found = separate(amina, mine)
    engine = world.connection
    # What the batch of a run that read before would write: the entry back where it was.
    engine.execute(
        "UPDATE registry_entry_link SET until_run = 9 WHERE entry_id = %s AND until_run IS NULL", [mine]
    )
    engine.execute("INSERT INTO registry_entry_link VALUES (%s, %s, 9)", [mine, family])
    world.settle(family)
    assert engine.execute("SELECT linkage_keep_separations(9)").fetchone() == (1,)
    assert (
        families(world, mine, theirs) == [found.family_id, family]
        or len({*families(world, mine, theirs)}) == 2
    )
    assert world.overlaps() == []


def test_names_are_those_of_who_looks_not_those_handed_in(
    world: World, amina: Viewer, camelia: Viewer, dalia: Viewer
) -> None:
    _, mine, theirs = one_family(world, amina, camelia)
    with scope(dalia):
        read_rows(
            dalia,
            "SELECT linkage_give_verdict('family', %s, %s, 'same', 'x', 'camelia', now())",
            sorted((mine, theirs)),
        )
    assert [one.decided_by for one in list_verdicts(dalia)] == ["dalia"]
    with scope(dalia):
        read_rows(
            dalia, "SELECT linkage_undo_verdict('family', %s, %s, 'camelia', now())", sorted((mine, theirs))
        )
    world.connection.commit()
    assert world.rows("SELECT undone_by FROM linkage_verdict") == [("dalia",)]
    with scope(amina):
        read_rows(amina, "SELECT linkage_report_doubt(%s::bigint[], NULL, 'x', 'basim', now())", [[mine]])
    assert [one.reported_by for one in list_doubts(dalia)] == ["amina"]


def test_without_a_user_nobody_is_written_down(
    world: World, dalia: Viewer, amina: Viewer, camelia: Viewer
) -> None:
    _, mine, theirs = one_family(world, amina, camelia)
    nobody = Viewer(None, "console", dalia.organisation_id, "secretariat", "desk")
    with pytest.raises(DatabaseError), scope(nobody):
        read_rows(
            nobody,
            "SELECT linkage_give_verdict('family', %s, %s, 'same', 'x', 'dalia', now())",
            sorted((mine, theirs)),
        )


def test_a_later_run_keeps_it(
    desk: Viewer, amina: Viewer, camelia: Viewer, tmp_path: Path, dalia: Viewer
) -> None:
    for organisation, rows in (("m02", [[SAEED[0], *SAEED[1:]]]), ("m01", [SAEED])):
        options = LoadOptions(today=MARCH, kind="given", need="food_box", month=MARCH)
        path = write(tmp_path / f"{organisation}.csv", rows)
        load_file(path=path, organisation=organisation, options=options, by=desk, at=NOW)
    run_linkage(by=desk, at=NOW)
    with scope(desk):
        records = [row[0] for row in read_rows(desk, "SELECT id FROM registry_record ORDER BY id")]
    for a, b in zip(records[:2], records[2:], strict=True):
        record_verdict(
            by=dalia, at=NOW, kind=PairKind.PERSON, a=a, b=b, decision=Decision.SAME, reason="رأيت البطاقتين"
        )
    run_linkage(by=desk, at=NOW)
    with scope(desk):
        asked = "SELECT id FROM registry_entry WHERE organisation_id = %s"
        entry = read_rows(desk, asked, [amina.organisation_id])[0][0]
    found = separate(amina, entry)
    run_linkage(by=desk, at=NOW)
    again = separate(amina, entry)
    assert (again.family_id, again.is_new, again.code) == (found.family_id, False, found.code)
    assert [one.is_separated for one in list_doubts(dalia)] == [True]
