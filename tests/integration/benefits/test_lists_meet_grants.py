"""Given lists pair with grants, whatever came first: cells, overlaps and states are a function of what stands."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import permutations

import pytest

from tests.integration.benefits.granting import approve, deliver, end, expire, held, reserve, state_of
from tests.integration.benefits.world import APRIL, MARCH, World, breaches
from wasl.benefits.claims import set_claims_active


@pytest.fixture
def a(world: World) -> int:
    return world.add_organisation("o1")


@pytest.fixture
def b(world: World) -> int:
    return world.add_organisation("o2")


def holders(world: World) -> set[tuple[int, str]]:
    return {(holder, state) for *_, holder, state in held(world.connection)}


def deliveries(world: World, grant: int) -> list[tuple]:  # type: ignore[type-arg]
    return world.rows(
        "SELECT d.attempt, d.source, d.received_by, d.list_id, r.reason FROM benefits_delivery d"
        " LEFT JOIN benefits_reversal r USING (grant_id, tranche, attempt, year) WHERE d.grant_id = %s ORDER BY 1",
        grant,
    )


def test_a_list_that_says_a_reserved_grant_was_given_reports_it_and_holds_nothing(
    world: World, a: int, b: int
) -> None:
    entry = world.add_entry(a, world.add_family())
    _, grant = reserve(world.connection, a, entry)
    assert holders(world) == {(grant, "reserved")}
    world.give(a, 11, entry)
    assert state_of(world.connection, grant) == "reported"
    assert holders(world) == {(grant, "held")}
    set_claims_active(world.connection, 11, False)
    assert state_of(world.connection, grant) == "lapsed"
    assert holders(world) == set()
    set_claims_active(world.connection, 11, True)
    assert state_of(world.connection, grant) == "reported"
    assert holders(world) == {(grant, "held")}
    assert breaches(world.connection) == []


def test_a_list_delivers_what_was_approved_and_withdrawn_reverses_it(world: World, a: int) -> None:
    entry = world.add_entry(a, world.add_family())
    _, grant = reserve(world.connection, a, entry)
    approve(world.connection, a, grant)
    world.give(a, 11, entry)
    assert state_of(world.connection, grant) == "delivered"
    set_claims_active(world.connection, 11, False)
    assert state_of(world.connection, grant) == "reversed"
    assert holders(world) == set()
    set_claims_active(world.connection, 11, True)
    assert state_of(world.connection, grant) == "delivered"
    assert holders(world) == {(grant, "held")}
    assert deliveries(world, grant) == [
        (1, "list", "list", 11, "list_withdrawn"),
        (2, "list", "list", 11, None),
    ]
    assert breaches(world.connection) == []


@pytest.mark.parametrize(("approved", "ends"), [(False, "reported"), (True, "delivered")])
def test_a_late_list_revives_what_lapsed(world: World, a: int, approved: bool, ends: str) -> None:
    family = world.add_family()
    entry = world.add_entry(a, family)
    _, grant = reserve(world.connection, a, entry)
    if approved:
        approve(world.connection, a, grant)
    expire(world.connection, grant)
    world.settle(family)
    assert (state_of(world.connection, grant), holders(world)) == ("lapsed", set())
    world.give(a, 11, entry)
    assert state_of(world.connection, grant) == ends
    assert holders(world) == {(grant, "held")}
    assert breaches(world.connection) == []


def test_a_grant_that_was_renewed_meets_the_list_and_the_one_that_lapsed_does_not(
    world: World, a: int
) -> None:
    family = world.add_family()
    entry = world.add_entry(a, family)
    _, lapsed = reserve(world.connection, a, entry)
    expire(world.connection, lapsed)
    _, renewed = reserve(world.connection, a, entry)
    approve(world.connection, a, renewed)
    world.give(a, 11, entry)
    assert (state_of(world.connection, lapsed), state_of(world.connection, renewed)) == (
        "lapsed",
        "delivered",
    )
    assert holders(world) == {(renewed, "held")}


def test_what_the_family_gave_back_is_not_given_by_the_list_of_it_but_by_itself(world: World, a: int) -> None:
    family = world.add_family()
    entry = world.add_entry(a, family)
    _, grant = reserve(world.connection, a, entry)
    end(world.connection, a, grant)
    world.give(a, 11, entry)
    assert state_of(world.connection, grant) == "cancelled"
    assert holders(world) == {(11, "held")}


def test_a_list_gives_by_itself_when_what_it_reported_is_given_back(world: World, a: int) -> None:
    entry = world.add_entry(a, world.add_family())
    _, grant = reserve(world.connection, a, entry)
    approve(world.connection, a, grant)
    deliver(world.connection, a, grant)
    world.give(a, 11, entry)
    assert holders(world) == {(grant, "held")}
    assert end(world.connection, a, grant, "returned") == "returned"
    assert holders(world) == {(11, "held")}
    assert breaches(world.connection) == []


def test_what_an_own_list_gave_already_is_not_held_twice_though_it_is_reserved_after(
    world: World, a: int
) -> None:
    entry = world.add_entry(a, world.add_family())
    world.give(a, 11, entry)
    assert reserve(world.connection, a, entry)[0] != "reserved"
    assert holders(world) == {(11, "held")}
    reserve(world.connection, a, entry, answer="give")
    assert len(holders(world)) == 1
    assert breaches(world.connection) == []


def test_another_s_list_another_month_and_another_need_meet_no_grant(world: World, a: int, b: int) -> None:
    family = world.add_family()
    entry, theirs = world.add_entry(a, family), world.add_entry(b, family)
    _, grant = reserve(world.connection, a, entry)
    world.give(a, 11, entry, month=APRIL)
    world.give(a, 12, entry, need="monthly_cash")
    world.give(b, 21, theirs)
    assert state_of(world.connection, grant) == "reserved"
    assert {holder for holder, _ in holders(world)} == {grant, 11, 12, 21}
    assert len(world.overlaps()) == 1
    assert breaches(world.connection) == []


Event = Callable[[], object]
FINAL = {"reserved": "reported", "approved": "delivered", "delivered": "delivered", "lapsed": "reported"}


@pytest.mark.parametrize("state", list(FINAL))
def test_lists_in_every_order_end_in_the_same_cells_overlaps_and_states(
    world: World, a: int, b: int, state: str
) -> None:
    family = world.add_family()
    entry, theirs = world.add_entry(a, family), world.add_entry(b, family)
    connection = world.connection
    _, grant = reserve(connection, a, entry)
    if state in ("approved", "delivered"):
        approve(connection, a, grant)
    if state == "lapsed":
        expire(connection, grant)

    def withdrawn() -> None:
        world.give(a, 13, entry, row=3)
        set_claims_active(connection, 13, False)

    events: list[Event] = [
        lambda: world.give(a, 11, entry),
        lambda: world.give(a, 12, entry, row=2),
        lambda: world.give(a, 14, entry, month=APRIL),
        lambda: world.give(b, 21, theirs),
        withdrawn,
    ]
    if state == "delivered":
        events[2] = lambda: deliver(connection, a, grant)
    ends = set()
    orders = random.Random(state).sample(list(permutations(events)), 16)
    for order in orders:
        with connection.transaction(force_rollback=True):
            for event in order:
                event()
            assert state_of(connection, grant) == FINAL[state]
            assert {holder for holder, _ in holders(world)} >= {grant, 12, 21}
            assert 11 not in {holder for holder, _ in holders(world)}
            ends.add((
                frozenset(held(connection)),
                frozenset((month, lines, cost) for _, month, lines, cost, _ in world.overlaps()),
            ))  # fmt: skip
    assert len(ends) == 1


def test_a_funder_s_list_reports_the_grant_it_paid_for(world: World, a: int, b: int) -> None:
    family = world.add_family()
    entry, theirs = world.add_entry(a, family), world.add_entry(b, family)
    _, grant = reserve(world.connection, a, entry)
    world.give(b, 21, theirs)
    assert len(world.overlaps()) == 1
    world.connection.execute(
        "INSERT INTO benefits_grant_funder (grant_id, year, organisation_id, funder_id, share_piastres, state,"
        " proposed_by, proposed_at) SELECT id, year, organisation_id, %s, 30000, 'proposed', 'amina', now()"
        " FROM benefits_grant WHERE id = %s",
        [b, grant],
    )
    world.connection.execute(
        "UPDATE benefits_grant_funder SET state = 'agreed', answered_by = 'camelia', answered_for = %s, answered_at = now()"
        " WHERE grant_id = %s",
        [b, grant],
    )
    world.settle(family)
    assert state_of(world.connection, grant) == "reported"
    assert holders(world) == {(grant, "held")}
    assert world.overlaps() == []
    world.give(a, 11, entry)
    assert holders(world) == {(grant, "held")}
    set_claims_active(world.connection, 21, False)
    assert state_of(world.connection, grant) == "reported"


def test_a_need_without_cells_meets_its_list_too(world: World, a: int) -> None:
    entry = world.add_entry(a, world.add_family())
    _, grant = reserve(world.connection, a, entry, need="meal", month=MARCH)
    approve(world.connection, a, grant)
    world.give(a, 11, entry, need="meal")
    assert state_of(world.connection, grant) == "delivered"
    assert holders(world) == set()


def test_a_repeat_is_a_second_list_not_the_one_that_reports_the_grant(world: World, a: int, desk) -> None:
    from wasl.intake.benefit_exports import read_repeats

    entry = world.add_entry(a, world.add_family())
    _, grant = reserve(world.connection, a, entry)
    approve(world.connection, a, grant)
    world.give(a, 11, entry)
    world.connection.commit()
    assert read_repeats(desk).height == 0
    world.give(a, 12, entry, row=2)
    world.connection.commit()
    assert set(read_repeats(desk)["row"]) == {1, 2}
    assert read_repeats(desk).height == 2
