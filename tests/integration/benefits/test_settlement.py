"""Cells and overlaps follow claims, links and groups (L4, L5, L9)."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from tests.integration.benefits.sensitive import sensitive
from tests.integration.benefits.world import APRIL, MARCH, World, breaches
from tests.wasl_postgres import TestDatabase
from wasl.benefits.claims import set_claims_active
from wasl.kernel.months import add_months


@pytest.fixture
def a(world: World) -> int:
    return world.add_organisation("o1")


@pytest.fixture
def b(world: World) -> int:
    return world.add_organisation("o2")


def test_settle_two_organisations_in_one_month_open_an_overlap(world: World, a: int, b: int) -> None:
    family = world.add_family()
    world.give(a, 11, world.add_entry(a, family), value=30_000)
    world.give(b, 21, world.add_entry(b, family), value=45_000)
    assert world.cells(family) == [(0, a), (1, b)]
    assert world.overlaps() == [(family, MARCH, frozenset({(11, 1), (21, 1)}), 30_000, 0)]
    assert breaches(world.connection) == []


def test_settle_rows_of_one_list_are_one_giving_and_all_state_it(world: World, a: int, b: int) -> None:
    family = world.add_family()
    members = world.add_entry(a, family)
    for row in range(1, 5):
        world.give(a, 11, members, row=row, value=30_000)
    world.give(b, 21, world.add_entry(b, family), value=None)
    [(_, _, lines, cost, unvalued)] = world.overlaps()
    assert lines == {(11, 1), (11, 2), (11, 3), (11, 4), (21, 1)}
    assert (cost, unvalued) == (0, 1)
    assert len(world.cells(family)) == 2


def test_settle_rows_for_a_person_are_added_and_repeated_rows_add_nothing(
    world: World, a: int, b: int
) -> None:
    family = world.add_family()
    entry = world.add_entry(a, family)
    for row, repeated in ((1, False), (2, False), (3, True)):
        world.give(a, 11, entry, row=row, need="school_bag", value=10_000, repeated=repeated)
    world.give(b, 21, world.add_entry(b, family), need="school_bag", value=50_000)
    [(_, _, lines, cost, _)] = world.overlaps()
    assert len(lines) == 4
    assert cost == 20_000


def test_settle_a_need_of_two_slots_occupies_both(world: World, a: int, b: int) -> None:
    family = world.add_family()
    world.give(a, 11, world.add_entry(a, family), need="cash_food_package")
    world.give(b, 21, world.add_entry(b, family), need="food_box")
    assert world.cells(family, "food") == [(0, a), (1, b)]
    assert world.cells(family, "cash") == [(0, a)]
    assert len(world.overlaps()) == 1


def test_settle_a_need_without_guard_has_no_cell_and_no_overlap(world: World, a: int, b: int) -> None:
    family = world.add_family()
    for organisation, number in ((a, 11), (b, 21)):
        world.give(organisation, number, world.add_entry(organisation, family), need="meal")
    assert world.overlaps() == []
    assert world.rows("SELECT * FROM benefits_cell") == []


def test_settle_a_planned_claim_takes_no_cell(world: World, a: int) -> None:
    family = world.add_family()
    world.give(a, 11, world.add_entry(a, family), kind="planned")
    assert world.rows("SELECT * FROM benefits_cell") == []


def test_settle_a_window_is_one_overlap_dated_by_its_first_month(world: World, a: int, b: int) -> None:
    family = world.add_family()
    world.give(a, 11, world.add_entry(a, family), need="blankets", month=date(2025, 1, 1))
    world.give(b, 21, world.add_entry(b, family), need="blankets", month=MARCH)
    assert [month for _, month, *_ in world.overlaps()] == [MARCH]
    assert len(world.rows("SELECT * FROM benefits_cell WHERE seat = 1")) == 10


def test_settle_a_season_takes_all_its_months_and_once_takes_one_cell(world: World, a: int, b: int) -> None:
    family = world.add_family()
    entry = world.add_entry(a, family)
    world.give(a, 11, entry, need="ramadan_box", month=date(2026, 1, 1))
    assert world.rows("SELECT month FROM benefits_cell ORDER BY month") == [
        (date(2026, 2, 1),),
        (date(2026, 3, 1),),
    ]
    world.give(a, 12, entry, need="bride", month=date(2024, 6, 1))
    world.give(b, 21, world.add_entry(b, family), need="bride", month=date(2025, 6, 1))
    assert world.cells(family, "bride", date(1, 1, 1)) == [(0, a), (1, b)]
    assert [month for _, month, *_ in world.overlaps()] == [date(1, 1, 1)]


def test_settle_again_writes_nothing(world: World, a: int, b: int) -> None:
    family = world.add_family()
    world.give(a, 11, world.add_entry(a, family), need="blankets")
    world.give(b, 21, world.add_entry(b, family), need="blankets")
    before = world.rows("SELECT * FROM benefits_cell ORDER BY month, seat")
    overlap = world.rows("SELECT * FROM benefits_overlap")
    counts = world.settle(family)
    assert not any(
        counts[name] for name in ("cells_freed", "cells_taken", "overlaps_closed", "overlaps_opened")
    )
    assert world.rows("SELECT * FROM benefits_cell ORDER BY month, seat") == before
    assert world.rows("SELECT * FROM benefits_overlap") == overlap


def test_join_of_two_families_that_both_hold_a_cell_shows_the_overlap(world: World, a: int, b: int) -> None:
    stays, goes = world.add_family(), world.add_family()
    world.give(a, 11, world.add_entry(a, stays))
    moving = world.add_entry(b, goes)
    world.give(b, 21, moving)
    world.connection.commit()
    assert world.overlaps() == []

    world.link(moving, stays)
    world.settle(stays, goes)
    world.retire(goes, stays)
    world.connection.commit()

    assert world.rows("SELECT seat, organisation_id, reason FROM benefits_cell ORDER BY seat") == [
        (0, a, "list"),
        (1, b, "link"),
    ]
    assert len(world.overlaps()) == 1
    assert breaches(world.connection) == []


def test_join_without_moving_the_cells_is_refused_at_commit(world: World, a: int, b: int) -> None:
    stays, goes = world.add_family(), world.add_family()
    moving = world.add_entry(b, goes)
    world.give(b, 21, moving)
    world.connection.commit()
    world.link(moving, stays)
    world.retire(goes, stays)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        world.connection.commit()


def test_separate_restores_what_was_and_closes_the_overlap(world: World, a: int, b: int) -> None:
    family, other = world.add_family(), world.add_family()
    world.give(a, 11, world.add_entry(a, family))
    moving = world.add_entry(b, family)
    world.give(b, 21, moving)
    assert len(world.overlaps()) == 1
    world.link(moving, other)
    world.settle(family, other)
    assert world.overlaps() == []
    assert (world.cells(family), world.cells(other)) == ([(0, a)], [(0, b)])
    world.link(moving, family)
    world.settle(family, other)
    assert world.rows("SELECT count(*), min(state) FROM benefits_overlap") == [(1, "open")]
    assert breaches(world.connection) == []


def test_withdraw_moves_the_next_holder_down_and_restore_brings_the_overlap_back(
    world: World, a: int, b: int
) -> None:
    family = world.add_family()
    world.give(a, 11, world.add_entry(a, family))
    world.give(b, 21, world.add_entry(b, family))
    [(code,)] = world.rows("SELECT code FROM benefits_overlap")
    assert set_claims_active(world.connection, 11, False) == 1
    assert world.cells(family) == [(0, b)]
    assert world.overlaps() == []
    assert set_claims_active(world.connection, 11, True) == 1
    assert world.cells(family) == [(0, b), (1, a)]
    assert world.rows("SELECT code FROM benefits_overlap WHERE state = 'open'") == [(code,)]
    assert set_claims_active(world.connection, 11, True) == 0
    assert breaches(world.connection) == []


def test_holders_keep_their_seats_when_one_between_them_goes(world: World, a: int, b: int) -> None:
    family, c = world.add_family(), world.add_organisation("o3")
    for organisation, number in ((a, 11), (b, 21), (c, 31)):
        world.give(organisation, number, world.add_entry(organisation, family))
    set_claims_active(world.connection, 21, False)
    assert world.cells(family) == [(0, a), (2, c)]


def test_likely_overlap_spans_a_group_and_costs_only_what_it_adds(world: World, a: int, b: int) -> None:
    c = world.add_organisation("o3")
    one, two = world.add_family(), world.add_family()
    world.give(a, 11, world.add_entry(a, one), value=30_000)
    world.give(b, 21, world.add_entry(b, one), value=20_000)
    world.give(c, 31, world.add_entry(c, two), value=50_000)
    assert len(world.overlaps("likely")) == 0
    world.group(one, two)
    world.settle(two)
    [certain] = world.overlaps("certain")
    [likely] = world.overlaps("likely")
    assert certain[3] == 20_000
    # as one family: 100,000 less the largest part of 50,000, less what the certain one costs already
    assert (likely[0], len(likely[2]), likely[3]) == (one, 3, 30_000)
    world.group(one)
    world.connection.execute("DELETE FROM registry_group_member")
    world.settle(one, two)
    assert world.overlaps("likely") == []
    assert len(world.overlaps("certain")) == 1


def test_record_claims_corrects_a_line_that_moved_to_another_entry(world: World, a: int, b: int) -> None:
    wrong, right = world.add_family(), world.add_family()
    world.give(b, 21, world.add_entry(b, wrong))
    world.give(a, 11, world.add_entry(a, wrong))
    world.give(a, 11, world.add_entry(a, right))
    assert (world.cells(wrong), world.cells(right)) == ([(0, b)], [(0, a)])
    assert world.overlaps() == []
    assert breaches(world.connection) == []


def test_sensitive_slots_have_a_cell_for_each_organisation_and_no_overlap(
    world: World, a: int, b: int, database: TestDatabase
) -> None:
    with sensitive(database, "medicine"):
        family = world.add_family()
        world.give(a, 11, world.add_entry(a, family), need="medicine")
        world.give(b, 21, world.add_entry(b, family), need="medicine")
        cells = world.rows("SELECT scope, seat FROM benefits_cell ORDER BY scope")
        assert cells == [(a, 0), (b, 0)]
        assert world.overlaps() == []
        world.connection.rollback()


def test_claims_of_a_need_that_does_not_stand_are_refused(world: World, a: int) -> None:
    entry = world.add_entry(a)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        world.connection.execute(
            "INSERT INTO benefits_claim (year, list_id, row, organisation_id, kind, need, entry_id, given_to_record,"
            " month, first_month, last_month, active) VALUES (2026, 1, 1, %s, 'given', 'no_such', %s, 1, %s, %s, %s, true)",
            [a, entry, MARCH, MARCH, APRIL],
        )


def test_known_lists_make_recorded_needs_not_claims(world: World, a: int) -> None:
    world.give(a, 11, world.add_entry(a), kind="known", need="glasses")
    assert world.rows("SELECT need, active FROM benefits_recorded_need") == [("glasses", True)]
    assert world.rows("SELECT * FROM benefits_claim") == []
    set_claims_active(world.connection, 11, False)
    assert world.rows("SELECT need, active FROM benefits_recorded_need") == [("glasses", False)]


def test_windows_that_chain_make_two_overlaps(world: World, a: int, b: int) -> None:
    family, c = world.add_family(), world.add_organisation("o3")
    start = date(2024, 1, 1)
    world.give(a, 11, world.add_entry(a, family), need="blankets", month=start)
    world.give(b, 21, world.add_entry(b, family), need="blankets", month=add_months(start, 6))
    world.give(c, 31, world.add_entry(c, family), need="blankets", month=add_months(start, 12))
    found = {(month, lines) for _, month, lines, *_ in world.overlaps()}
    assert found == {
        (add_months(start, 6), frozenset({(11, 1), (21, 1)})),
        (add_months(start, 12), frozenset({(21, 1), (31, 1)})),
    }
