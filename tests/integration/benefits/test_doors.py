"""B1: a door never takes what is taken, and no cell stands without seat 0."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import psycopg
import pytest

from tests.integration.benefits.world import APRIL, MARCH, World, breaches
from wasl.benefits.claims import set_claims_active
from wasl.benefits.grants import doors
from wasl.benefits.grants.doors import Reserved
from wasl.benefits.grants.rules import Ask
from wasl.store.connections import engine_connection, retry_serialisation

PAST = datetime(2020, 1, 1, tzinfo=UTC)
HIGHER = (
    "INSERT INTO benefits_cell (scope, slot, subject_id, month, seat, organisation_id, need, state, reason,"
    " list_id, given_month, row)"
    " VALUES (0, 'food', %s, %s, %s, %s, 'food_box', 'held', %s, 900 + random() * 1000000, '2025-03-01', 1)"
)
NOW = datetime(2025, 3, 10, tzinfo=UTC)


def entry_of(world: World, organisation: int, family: int) -> int:
    """Return the entry by which an organisation knows a family; make it where there is none."""
    found = world.rows(
        "SELECT e.id FROM registry_entry e JOIN registry_entry_link l ON l.entry_id = e.id AND l.until_run IS NULL"
        " WHERE e.organisation_id = %s AND l.family_id = %s",
        organisation, family,
    )  # fmt: skip
    return int(found[0][0]) if found else world.add_entry(organisation, family)


def ask(connection: psycopg.Connection, entry: int, organisation: int, **more: object) -> Reserved:
    answer = more.pop("answer", "")
    given: dict[str, object] = {"need": "food_box", "month": MARCH, "reason": "because", **more}
    with connection.cursor() as cursor:
        (said,) = doors.reserve(
            cursor, organisation_id=organisation, rows=[Ask(entry, answer=str(answer))], by="kim", at=NOW, **given,  # type: ignore[arg-type]
        )  # fmt: skip
    return said


def take(world: World, family: int, organisation: int, **more: object) -> Reserved:
    return ask(world.connection, entry_of(world, organisation, family), organisation, **more)


def told(said: Reserved) -> tuple[str, str | None, date | None]:
    return said.outcome, said.covered_by, said.free_from


def expire(world: World) -> None:
    """Let the time of every reservation be over."""
    for table in ("benefits_cell", "benefits_grant"):
        world.connection.execute(
            f"UPDATE {table} SET expires_at = %s WHERE expires_at IS NOT NULL".encode(), [PAST]
        )


@pytest.fixture
def a(world: World) -> int:
    return world.add_organisation("o1")


@pytest.fixture
def b(world: World) -> int:
    return world.add_organisation("o2", "ministry")


def test_take_a_free_cell_and_learn_nothing_but_that_it_is_covered(world: World, a: int, b: int) -> None:
    family = world.add_family()
    assert take(world, family, b).outcome == "reserved"
    assert told(take(world, family, a)) == ("warned", "state", APRIL)
    assert take(world, family, b).outcome == "exists"
    assert told(take(world, family, b, need="ramadan_box")) == ("warned", "own", APRIL)


def test_take_is_refused_only_where_both_needs_refuse(world: World, a: int, b: int) -> None:
    family = world.add_family()
    take(world, family, b, need="state_cash")
    assert take(world, family, a, need="monthly_cash").outcome == "warned"
    take(world, family, a, need="monthly_cash", month=APRIL)
    assert take(world, family, b, need="monthly_cash", month=APRIL).outcome == "refused"


def test_the_order_of_seats_carries_no_right(world: World, a: int, b: int) -> None:
    family = world.add_family()
    take(world, family, a, need="food_box")
    take(world, family, b, need="food_package", answer="give")
    assert world.cells(family) == [(0, a), (1, b)]
    c = world.add_organisation("o3")
    assert take(world, family, c, need="food_package", answer="give").outcome == "refused"
    assert take(world, family, c, need="food_box").outcome == "warned"


def test_take_all_cells_of_a_row_or_none(world: World, a: int, b: int) -> None:
    family = world.add_family()
    take(world, family, a, need="monthly_cash")
    assert take(world, family, b, need="cash_food_package").outcome == "refused"
    assert world.cells(family) == []
    assert world.cells(family, "cash") == [(0, a)]


def test_take_once_in_a_life_never_becomes_free(world: World, a: int, b: int) -> None:
    family = world.add_family()
    take(world, family, a, need="water_connection")
    assert told(take(world, family, b, need="water_connection", month=APRIL)) == ("refused", "other", None)


def test_take_an_expired_reservation_where_nobody_sits_above(world: World, a: int, b: int) -> None:
    family = world.add_family()
    assert take(world, family, a).outcome == "reserved"
    expire(world)
    assert take(world, family, b).outcome == "reserved"
    assert world.cells(family) == [(0, b)]
    assert breaches(world.connection) == []


def test_take_is_refused_where_a_reservation_expires_above_a_claim_from_a_list(
    world: World, a: int, b: int
) -> None:
    family, c = world.add_family(), world.add_organisation("o3")
    take(world, family, a)
    world.give(b, 21, world.add_entry(b, family))
    assert world.cells(family) == [(0, a), (1, b)]
    expire(world)
    assert told(take(world, family, c)) == ("warned", "state", APRIL)
    assert world.cells(family) == [(0, b)]
    assert breaches(world.connection, ["B1"]) == []


def test_settlement_sweeps_an_expired_reservation(world: World, a: int, b: int) -> None:
    family = world.add_family()
    take(world, family, a)
    expire(world)
    world.give(b, 21, world.add_entry(b, family))
    assert world.cells(family) == [(0, b)]


def test_a_need_and_a_month_must_be_some_and_a_family_its_own(world: World, a: int, b: int) -> None:
    family = world.add_family()
    assert ask(world.connection, entry_of(world, b, family), a).outcome == "not_own"
    world.connection.commit()
    for wrong in ({"need": "no_such"}, {"month": date(2025, 3, 2)}):
        with pytest.raises(psycopg.errors.InvalidParameterValue):
            take(world, family, a, **wrong)
        world.connection.rollback()


def test_what_has_no_guard_takes_no_cell(world: World, a: int) -> None:
    family = world.add_family()
    assert [take(world, family, a, need="meat").outcome for _ in range(2)] == ["reserved", "reserved"]
    assert world.rows("SELECT FROM benefits_cell") == []
    assert breaches(world.connection) == []


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
    take(world, family, a)
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
        take(world, family, a)
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
    take(world, family, a)
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
    take(world, family, a)
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
        take(world, family, organisations[5])
    expire(world)
    for row, (family, entry) in enumerate(listed.items(), 1):
        world.give(organisations[0], 11, entry, row=row, active=family != families[1])
    known = {
        (organisation, family): entry_of(world, organisation, family)
        for organisation in organisations
        for family in families
    }
    world.connection.commit()

    def visit(organisation: int) -> list[tuple[int, str]]:
        order = random.Random(organisation).sample(families, len(families))
        return [(family, retry_serialisation(lambda one=family: door(one, organisation))) for family in order]

    def door(family: int, organisation: int) -> str:
        with engine_connection() as connection:
            return ask(connection, known[organisation, family], organisation).outcome

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

    taken = Counter(family for family, outcome in answers if outcome == "reserved")
    assert all(taken[family] == 1 for family in families[3:])
    assert all(taken[family] <= 1 for family in families)
    assert not world.rows(
        "SELECT subject_id FROM benefits_cell WHERE benefits_is_grant(list_id) GROUP BY subject_id HAVING count(*) > 1"
    )
    assert breaches(world.connection) == []
