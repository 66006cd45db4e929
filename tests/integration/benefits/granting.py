"""Grants at the doors' own functions, for tests that work on the engine's connection."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import psycopg

from tests.integration.benefits.world import MARCH

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
RESERVE = (
    "SELECT outcome, grant_id FROM benefits_reserve(%s, %s, %s, ARRAY[%s::bigint], ARRAY[%s::bigint], ARRAY[NULL::numeric],"
    " ARRAY[%s::bigint], ARRAY[%s], 'seen', 'door', 'amina', %s, '{}')"
)
RECEIPT = '{"received_by": "self", "delivered_on": "2026-03-01"}'


def reserve(
    connection: psycopg.Connection, organisation: int, entry: int, *, need: str = "food_box", month: date = MARCH,
    record: int | None = None, value: int | None = 30_000, answer: str = "",
) -> tuple[str, int]:  # fmt: skip
    """Reserve one row; return what the door said and the grant, 0 where there is none."""
    row = connection.execute(
        RESERVE, [organisation, need, month, entry, record, value, answer, AT]
    ).fetchone()
    assert row is not None
    return str(row[0]), int(row[1] or 0)


def approve(connection: psycopg.Connection, organisation: int, grant: int) -> str:
    """Approve a grant as somebody else of its organisation."""
    return _said(connection, "SELECT outcome FROM benefits_approve(%s, ARRAY[%s::bigint], 'dalia', %s)",
        organisation, grant, AT)  # fmt: skip


def deliver(connection: psycopg.Connection, organisation: int, grant: int) -> str:
    """Deliver the next tranche of a grant."""
    return _said(
        connection, "SELECT outcome FROM benefits_deliver(%s, ARRAY[%s::bigint], %s::jsonb, %s, 'door', 'amina', %s)",
        organisation, grant, RECEIPT, uuid4(), AT,
    )  # fmt: skip


def end(connection: psycopg.Connection, organisation: int, grant: int, state: str = "cancelled") -> str:
    """Cancel a grant, or note its return."""
    return _said(connection, "SELECT outcome FROM benefits_end_grants(%s, ARRAY[%s::bigint], %s, 'x', 'amina', %s)",
        organisation, grant, state, AT)  # fmt: skip


def expire(connection: psycopg.Connection, grant: int) -> None:
    """Let a reservation's time be over, on its grant and its cells."""
    connection.execute(
        "UPDATE benefits_grant SET expires_at = clock_timestamp() - interval '1 hour' WHERE id = %s", [grant]
    )
    connection.execute(
        "UPDATE benefits_cell SET expires_at = clock_timestamp() - interval '1 hour' WHERE list_id = %s",
        [grant],
    )


def state_of(connection: psycopg.Connection, grant: int) -> str:
    """Return a grant's state."""
    return _said(connection, "SELECT state FROM benefits_grant WHERE id = %s", grant)


def held(connection: psycopg.Connection) -> set[tuple]:  # type: ignore[type-arg]
    """Return what is held: subject, slot, month, organisation, holder and state of every cell."""
    rows = connection.execute(
        "SELECT subject_id, slot, month, organisation_id, list_id, state FROM benefits_cell"
    ).fetchall()
    assert len(set(rows)) == len(rows)
    return set(rows)


def _said(connection: psycopg.Connection, query: str, *values: object) -> str:
    row = connection.execute(query.encode(), values).fetchone()
    assert row is not None
    return str(row[0])
