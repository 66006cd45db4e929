"""Gaps as they are counted for pages: what `read_gaps` defines, for the desk and for each who knows a family."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise, product

from tests.integration.benefits.sensitive import sensitive
from tests.integration.benefits.test_gaps import Village
from tests.integration.benefits.world import MARCH, World
from tests.wasl_postgres import TestDatabase
from wasl.benefits.actions import count_month, refresh_slot_figures
from wasl.benefits.gap_tables import cursor_of
from wasl.benefits.queries.gap_pages import (
    GapQuestion,
    count_gap_families,
    list_gap_counts,
    list_gap_families,
    list_gap_sums,
)
from wasl.benefits.queries.gaps import read_gaps
from wasl.benefits.queries.pages import Question, list_overlaps
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import family_codes
from wasl.store.connections import engine_connection

NOW = datetime(2025, 6, 1, tzinfo=UTC)
MANY = 1000


def test_counted_gaps_are_those_that_are_read_for_everybody(
    world: World, desk: Viewer, amina: Viewer, camelia: Viewer, organisation_a: int, organisation_b: int
) -> None:
    village = Village(world, organisation_a)
    for number in range(12):
        family = village.family(governorate=("EG24", "EG21", None)[number % 3])
        if number % 2:
            village.stand(family, organisation_b, governorate="EG21")
        if number % 4 == 0:
            village.give(
                family,
                (organisation_a, organisation_b)[number % 8 == 0],
                month=(MARCH, date(2025, 1, 1))[number > 5],
            )
    one, two = village.family(), village.family()
    world.group(one, two)
    entry = village.stand(one)
    world.give(organisation_a, 900, entry, kind="known", need="glasses")
    village.give(village.family(), need="glasses")
    world.connection.commit()
    for slot in ("food", "glasses"):
        count_month(by=desk, at=NOW, slot=slot, month=MARCH)
        [counted] = [one for one in list_gap_counts(desk) if one.slot == slot]
        for viewer in (desk, amina, camelia):
            rows = list_gap_families(viewer, GapQuestion(counted.id), MANY)
            codes = family_codes(viewer, [row.family_id for row in rows])
            found = {
                (codes[row.family_id], row.state, row.people, row.reports_missing, row.sources)
                for row in rows
            }
            frame = read_gaps(viewer, slot=slot, month=MARCH)
            assert found == set(
                frame.select("family", "state", "people", "reports_missing", "sources").rows()
            )
            counts = count_gap_families(viewer, GapQuestion(counted.id))
            assert {state: one.total for state, one in counts.items()} == {
                state: sum(row.state == state for row in rows) for state in ("open", "unknown")
            }


def test_pages_of_gaps_by_keyset_are_the_whole(
    world: World, desk: Viewer, organisation_a: int, organisation_b: int
) -> None:
    village = Village(world, organisation_a)
    for number in range(9):
        family = village.family(governorate=("EG24", "EG21")[number % 2])
        if number % 3 == 0:
            village.give(family, organisation_b, month=date(2025, 1 + number % 2, 1), governorate="EG24")
    village.give(village.family())
    world.connection.commit()
    refresh_slot_figures(by=desk, at=NOW, month=MARCH)
    [counted] = list_gap_counts(desk)
    for sort, state, governorate, since in product(
        ("place", "since"), (None, "open", "unknown"), (None, "EG24"), (None, date(2025, 2, 1))
    ):
        question = GapQuestion(counted.id, state=state, governorate=governorate, since=since, sort=sort)  # type: ignore[arg-type]
        whole = list_gap_families(desk, question, MANY)
        keys = [cursor_of(row, question) for row in whole]
        assert all(first < second for first, second in pairwise(keys))  # type: ignore[operator]
        assert all(state in (None, row.state) and governorate in (None, row.governorate) for row in whole)
        assert all(since is None or row.last_covered < since for row in whole)
        found = []
        while page := list_gap_families(desk, question, 2):
            found += page
            question = replace(question, after=cursor_of(page[-1], question))
        assert found == whole
    assert sum(one.families for one in list_gap_sums(desk)) == len(
        list_gap_families(desk, GapQuestion(counted.id), MANY)
    )


def test_a_sensitive_slot_is_counted_for_each_by_its_own_claims_alone(
    world: World, desk: Viewer, amina: Viewer, camelia: Viewer, organisation_a: int, organisation_b: int,
    test_database: TestDatabase,
) -> None:  # fmt: skip
    with sensitive(test_database, "glasses"):
        village = Village(world, organisation_a)
        family = village.family()
        for organisation in (organisation_a, organisation_b):
            entry = village.stand(family, organisation)
            world.give(organisation, 900 + organisation, entry, kind="known", need="glasses")
        village.give(family, organisation_b, need="glasses")
        world.connection.commit()
        count_month(by=desk, at=NOW, slot="glasses", month=MARCH)
        [counted] = list_gap_counts(desk)
        question = GapQuestion(counted.id)
        assert [len(list_gap_families(viewer, question, MANY)) for viewer in (desk, amina, camelia)] == [
            0,
            1,
            0,
        ]
        assert list_overlaps(desk, Question(), MANY) == []


def test_counting_again_replaces_what_was_counted(world: World, desk: Viewer, organisation_a: int) -> None:
    village = Village(world, organisation_a)
    covered, left = village.family(), village.family()
    village.give(covered)
    world.connection.commit()
    count_month(by=desk, at=NOW, slot="food", month=MARCH)
    village.give(left)
    world.connection.commit()
    count_month(by=desk, at=NOW, slot="food", month=MARCH)
    [counted] = list_gap_counts(desk)
    assert list_gap_families(desk, GapQuestion(counted.id), MANY) == []
    with engine_connection() as connection:
        row = connection.execute("SELECT count(*) FROM benefits_gap").fetchone()
    assert row == (0,)
