"""B2: a tranche is delivered once, and again only after its reversal. B3: an operation has one effect and result."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest
from django.db import connections

from tests.integration.benefits.grantees import AT, Grantees
from tests.integration.benefits.world import MARCH, breaches
from tests.wasl_postgres import TestDatabase
from wasl.benefits.grants import doors
from wasl.benefits.grants.actions import deliver_grant, reserve_coverage, reverse_delivery
from wasl.benefits.grants.rules import Ask, Receipt
from wasl.kernel.errors import Conflict, NotAllowed
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection, retry_serialisation

DELIVERY = (
    "INSERT INTO benefits_delivery (year, grant_id, tranche, attempt, organisation_id, delivered_on, recorded_at,"
    " recorded_by, source, received_by, unit, need, need_version)"
    " SELECT year, id, 1, %s, organisation_id, '2026-03-01', now(), 'kim', 'door', 'self', unit, need, need_version"
    " FROM benefits_grant WHERE id = %s"
)


def test_two_hundred_redeem_one_grant_at_once_and_one_wins(grantees: Grantees) -> None:
    _, entry = grantees.family()
    grant = grantees.approved(entry)
    whose = grantees.amina.organisation_id or 0

    def redeem(number: int) -> str:
        with engine_connection() as connection, connection.cursor() as cursor:
            (said,) = doors.deliver(
                cursor, organisation_id=whose, grants=[grant], receipts=Receipt(), by=f"hand{number}", at=AT
            )
        return said.outcome

    with ThreadPoolExecutor(16) as pool:
        said = Counter(pool.map(lambda one: retry_serialisation(lambda: redeem(one)), range(200)))
    assert said == {"delivered": 1, "all_given": 199}
    assert len(grantees.world.rows("SELECT FROM benefits_delivery")) == 1
    assert breaches(grantees.world.connection) == []


def test_the_key_alone_keeps_a_second_delivery_out(grantees: Grantees) -> None:
    _, entry = grantees.family()
    grant = grantees.approved(entry)
    grantees.deliver(grantees.amina, grant)
    world = grantees.world
    with pytest.raises(psycopg.errors.UniqueViolation):
        world.connection.execute(DELIVERY.encode(), [1, grant])
    world.connection.rollback()
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        world.connection.execute(DELIVERY.encode(), [2, grant])
    world.connection.rollback()


def test_tranches_are_delivered_one_by_one_and_again_only_where_reversed(grantees: Grantees) -> None:
    _, entry = grantees.family()
    grantees.world.connection.execute("SELECT 1")
    grant = grantees.approved(entry, quantity=Decimal(10), value_piastres=1000)
    grantees.world.connection.execute("UPDATE benefits_grant SET tranches = 3 WHERE id = %s", [grant])
    grantees.world.connection.commit()
    said = [grantees.deliver(grantees.amina, grant) for _ in range(4)]
    assert [(one.tranche, one.outcome) for one in said] == [
        (1, "delivered"), (2, "delivered"), (3, "delivered"), (None, "all_given"),
    ]  # fmt: skip
    reverse_delivery(by=grantees.amina, at=AT, grant=grant, tranche=2, reason="لم يُصرف", operation=uuid4())
    assert grantees.state(grant) == "partly"
    again = grantees.deliver(grantees.amina, grant)
    assert (again.tranche, again.attempt, again.outcome) == (2, 2, "delivered")
    parts = grantees.world.rows("SELECT quantity, value_piastres FROM benefits_delivery WHERE attempt = 1")
    assert (sum(one[0] for one in parts), sum(one[1] for one in parts)) == (Decimal(10), 1000)
    assert breaches(grantees.world.connection) == []


def test_a_reversed_grant_frees_its_cells_and_is_judged_again(grantees: Grantees) -> None:
    family, entry, other = grantees.family(grantees.amina, grantees.camelia)
    grant = grantees.approved(entry)
    grantees.deliver(grantees.amina, grant)
    (said,) = reverse_delivery(by=grantees.adel, at=AT, grant=grant, reason="خطأ", operation=uuid4())
    assert (said.tranche, said.outcome) == (1, "reversed")
    assert grantees.world.cells(family) == []
    taken = grantees.reserved(grantees.camelia, other)
    again = grantees.deliver(grantees.amina, grant)
    assert (again.outcome, again.covered_by) == ("refused", "other")
    assert grantees.state(grant) == "reversed"
    grantees.expire(taken)
    again = grantees.deliver(grantees.amina, grant)
    assert (again.outcome, again.attempt) == ("delivered", 2)
    assert grantees.state(taken) == "lapsed"
    assert breaches(grantees.world.connection) == []


def test_the_same_operation_has_one_effect_and_one_result(grantees: Grantees) -> None:
    _, entry = grantees.family()
    operation = uuid4()

    def reserve(by: Viewer, days: int = 0, quantity: str = "5") -> object:
        return reserve_coverage(
            by=by, at=AT + timedelta(days=days), need="food_box", month=MARCH, rows=[Ask(entry, None, Decimal(quantity))],
            operation=operation,
        )  # fmt: skip

    first = reserve(grantees.amina)
    assert [reserve(grantees.amina), reserve(grantees.adel), reserve(grantees.amina, 400)] == [first] * 3
    assert reserve(grantees.amina, quantity="5.000") == first
    with pytest.raises(Conflict, match=r"operation\.other_body"):
        reserve(grantees.amina, quantity="6")
    with pytest.raises(NotAllowed):
        reserve(replace(grantees.amina, role="viewer"))
    assert len(grantees.world.rows("SELECT FROM benefits_grant")) == 1
    assert len(grantees.world.rows("SELECT FROM audit_entry WHERE action = 'grants.reserved'")) == 1


def test_the_same_id_is_another_operation_for_another_organisation_and_action(grantees: Grantees) -> None:
    _, entry, other = grantees.family(grantees.amina, grantees.camelia)
    operation = uuid4()
    grant = grantees.reserved(grantees.amina, entry, operation=operation)
    assert grantees.reserve(grantees.camelia, other, operation=operation).outcome == "warned"
    grantees.approve(grantees.adel, grant)
    with pytest.raises(Conflict):
        grantees.deliver(grantees.amina, grant, operation)


def test_a_refusal_is_the_result_of_its_operation_too(grantees: Grantees) -> None:
    _, entry, other = grantees.family(grantees.amina, grantees.camelia)
    grant, operation = grantees.reserved(grantees.amina, entry), uuid4()
    assert grantees.reserve(grantees.camelia, other, operation=operation).outcome == "warned"
    grantees.expire(grant)
    assert grantees.reserve(grantees.camelia, other, operation=operation).outcome == "warned"
    assert grantees.reserve(grantees.camelia, other).outcome == "reserved"


def test_one_operation_sent_many_times_at_once_is_done_once(grantees: Grantees) -> None:
    _, entry = grantees.family()
    grant, operation = grantees.approved(entry), uuid4()

    def send(_: int) -> object:
        try:
            return deliver_grant(
                by=grantees.amina, at=AT, grant=grant, receipt=Receipt(), operation=operation
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(24)))
    assert {(one.outcome, one.tranche) for one in answers} == {("delivered", 1)}  # type: ignore[attr-defined]
    assert len(grantees.world.rows("SELECT FROM benefits_delivery")) == 1
    assert len(grantees.world.rows("SELECT FROM store_operation WHERE operation = %s", operation)) == 1


def test_nobody_rewrites_an_operation(grantees: Grantees, test_database: TestDatabase) -> None:
    _, entry = grantees.family()
    grantees.reserved(grantees.amina, entry)
    with engine_connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("UPDATE store_operation SET username = 'other'")
    with psycopg.connect(test_database.superuser) as connection:
        for change in (
            "UPDATE store_operation SET username = 'x'",
            "DELETE FROM store_operation",
            "TRUNCATE store_operation",
        ):
            with pytest.raises(psycopg.DatabaseError, match="append-only"), connection.transaction():
                connection.execute(change.encode())
