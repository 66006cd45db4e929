"""B1: a door never takes what is taken, and no cell stands without seat 0."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from tests.integration.benefits.world import APRIL, MARCH, World, breaches
from wasl.benefits.claims import set_claims_active
from wasl.benefits.doors import Answer, take_cell
from wasl.store.connections import engine_connection, retry_serialisation

PAST = datetime(2020, 1, 1, tzinfo=UTC)
HIGHER = (
    "INSERT INTO benefits_cell (scope, slot, subject_id, month, seat, organisation_id, need, state, reason, operation)"
    " VALUES (0, 'food', %s, %s, %s, %s, 'food_box', 'held', %s, gen_random_uuid())"
)


def take(connection: psycopg.Connection, family: int, organisation: int, **more: object) -> Answer:
    given: dict[str, object] = {"slot": "food", "need": "food_box", "month": MARCH, **more}
    return take_cell(connection, subject_id=family, organisation_id=organisation, operation=uuid4(), **given)  # type: ignore[arg-type]


@pytest.fixture
def a(world: World) -> int:
    return world.add_organisation("o1")


@pytest.fixture
def b(world: World) -> int:
    return world.add_organisation("o2", "ministry")


def test_take_a_free_cell_and_learn_nothing_but_that_it_is_covered(world: World, a: int, b: int) -> None:
    family = world.add_family()
    assert take(world.connection, family, b).outcome == "taken"
    assert take(world.connection, family, a) == Answer("warned", "state", APRIL)
    assert take(world.connection, family, b) == Answer("warned", "own", APRIL)


def test_take_is_refused_only_where_both_needs_refuse(world: World, a: int, b: int) -> None:
    family = world.add_family()
    take(world.connection, family, b, slot="cash", need="state_cash")
    assert take(world.connection, family, a, slot="cash", need="monthly_cash").outcome == "warned"
    take(world.connection, family, a, slot="cash", need="monthly_cash", month=APRIL)
    assert (
        take(world.connection, family, b, slot="cash", need="monthly_cash", month=APRIL).outcome == "refused"
    )


def test_take_once_in_a_life_never_becomes_free(world: World, a: int, b: int) -> None:
    family = world.add_family()
    once = {"slot": "water", "need": "water_connection", "month": date(1, 1, 1)}
    take(world.connection, family, a, **once)
    assert take(world.connection, family, b, **once) == Answer("refused", "other", None)


def test_take_an_expired_reservation_where_nobody_sits_above(world: World, a: int, b: int) -> None:
    family = world.add_family()
    assert take(world.connection, family, a, expires_at=PAST).outcome == "taken"
    assert take(world.connection, family, b).outcome == "taken"
    assert world.cells(family) == [(0, b)]


def test_take_is_refused_where_a_reservation_expires_above_a_claim_from_a_list(
    world: World, a: int, b: int
) -> None:
    family, c = world.add_family(), world.add_organisation("o3")
    soon = datetime.now(UTC) + timedelta(hours=1)
    take(world.connection, family, a, expires_at=soon)
    world.give(b, 21, world.add_entry(b, family))
    assert world.cells(family) == [(0, a), (1, b)]
    world.connection.execute("UPDATE benefits_cell SET expires_at = %s WHERE state = 'reserved'", [PAST])
    assert take(world.connection, family, c) == Answer("warned", "state", APRIL)
    assert world.cells(family) == [(0, b)]
    assert breaches(world.connection, ["B1"]) == []


def test_settlement_sweeps_an_expired_reservation(world: World, a: int, b: int) -> None:
    family = world.add_family()
    take(world.connection, family, a, expires_at=PAST)
    world.give(b, 21, world.add_entry(b, family))
    assert world.cells(family) == [(0, b)]


def test_a_need_takes_only_its_own_slots_and_current_subjects(world: World, a: int) -> None:
    family, gone = world.add_family(), world.add_family()
    world.retire(gone, family)
    world.connection.commit()
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        take(world.connection, family, a, slot="cash")
    world.connection.rollback()
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        take(world.connection, family, a, need="meal")
    world.connection.rollback()
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        take(world.connection, gone, a)


@pytest.mark.parametrize(
    ("seat", "reason"),
    [(1, None), (1, "list"), (7, "exception")],
    ids=["no reason", "no seat 0", "no seat 0 either"],
)
def test_a_higher_seat_without_reason_or_seat_zero_is_refused(
    world: World, a: int, seat: int, reason: str | None
) -> None:
    family = world.add_family()
    with pytest.raises(psycopg.errors.CheckViolation):
        world.connection.execute(HIGHER, [family, MARCH, seat, a, reason])


def test_an_update_that_leaves_a_cell_without_seat_zero_moves_the_next_down(
    world: World, a: int, b: int
) -> None:
    family = world.add_family()
    take(world.connection, family, a)
    world.connection.execute(HIGHER, [family, MARCH, 1, b, "warning"])
    world.connection.execute("UPDATE benefits_cell SET month = %s WHERE seat = 0", [APRIL])
    assert world.cells(family) == [(0, b)]
    world.connection.execute(
        "UPDATE benefits_cell SET seat = 3, reason = 'exception' WHERE month = %s", [APRIL]
    )
    assert world.cells(family, month=APRIL) == [(0, a)]


def test_a_partition_is_no_way_round_the_triggers(world: World) -> None:
    for partition in ("benefits_cell_2025", "benefits_cell_once", "benefits_claim_2026"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            world.connection.execute(f"DELETE FROM {partition}".encode())
        world.connection.rollback()


def test_freeing_and_climbing_at_once_leaves_no_cell_without_seat_zero(world: World, a: int, b: int) -> None:
    families = [world.add_family() for _ in range(12)]
    for family in families:
        take(world.connection, family, a)
    world.connection.commit()

    def free(family: int) -> None:
        with engine_connection() as connection:
            connection.execute("DELETE FROM benefits_cell WHERE subject_id = %s AND seat = 0", [family])

    def climb(family: int) -> str:
        try:
            with engine_connection() as connection:
                connection.execute(HIGHER, [family, MARCH, 1, b, "warning"])
        except psycopg.errors.CheckViolation:
            return "refused"
        return "seated"

    with ThreadPoolExecutor(8) as pool:
        climbed = [pool.submit(climb, family) for family in families]
        freed = [pool.submit(free, family) for family in families]
        outcomes = [one.result() for one in climbed]
        for one in freed:
            one.result()
    assert breaches(world.connection, ["B1"]) == []
    assert len(world.rows("SELECT * FROM benefits_cell")) == outcomes.count("seated")


def test_freeing_waits_for_whoever_climbs(world: World, a: int, b: int) -> None:
    family = world.add_family()
    take(world.connection, family, a)
    world.connection.commit()
    with engine_connection() as climber, ThreadPoolExecutor(1) as pool:
        climber.execute(HIGHER, [family, MARCH, 1, b, "warning"])

        def free() -> None:
            with engine_connection() as connection:
                connection.execute("DELETE FROM benefits_cell WHERE subject_id = %s AND seat = 0", [family])

        freed = pool.submit(free)
        with pytest.raises(TimeoutError):
            freed.result(timeout=0.5)
        climber.commit()
        freed.result(timeout=20)
    assert world.cells(family) == [(0, b)]


def test_older_snapshots_may_not_free(world: World, a: int) -> None:
    family = world.add_family()
    take(world.connection, family, a)
    world.connection.commit()
    with engine_connection() as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with pytest.raises(psycopg.errors.ActiveSqlTransaction):
            connection.execute("DELETE FROM benefits_cell")
        connection.rollback()


def test_thirty_four_organisations_at_every_door_take_each_cell_once(world: World) -> None:
    organisations = [world.add_organisation(f"o{number}") for number in range(1, 35)]
    families = [world.add_family() for _ in range(6)]
    listed = {family: world.add_entry(organisations[0], family) for family in families[:3]}
    for family in families[2:4]:
        take(world.connection, family, organisations[5], expires_at=PAST)
    for row, (family, entry) in enumerate(listed.items(), 1):
        world.give(organisations[0], 11, entry, row=row, active=family != families[1])
    world.connection.commit()

    def visit(organisation: int) -> list[tuple[int, str]]:
        order = random.Random(organisation).sample(families, len(families))
        answers = []
        for family in order:
            answers.append((family, retry_serialisation(lambda family=family: door(family, organisation))))
        return answers

    def door(family: int, organisation: int) -> str:
        with engine_connection() as connection:
            return take(connection, family, organisation).outcome

    def load() -> None:
        with engine_connection() as connection:
            set_claims_active(connection, 11, False)
        with engine_connection() as connection:
            set_claims_active(connection, 11, True)

    with ThreadPoolExecutor(12) as pool:
        visits = [pool.submit(visit, organisation) for organisation in organisations]
        loading = pool.submit(retry_serialisation, load)
        answers = [answer for one in visits for answer in one.result()]
        loading.result()

    taken = Counter(family for family, outcome in answers if outcome == "taken")
    assert all(taken[family] == 1 for family in families[3:])
    assert all(taken[family] <= 1 for family in families)
    assert not world.rows(
        "SELECT subject_id FROM benefits_cell WHERE operation IS NOT NULL GROUP BY subject_id HAVING count(*) > 1"
    )
    assert breaches(world.connection) == []
