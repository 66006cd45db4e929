"""
The doors as the database has them: one call for one row and for ten thousand, decided by its keys and its clock.

Each takes a cursor, the application's within a scope or the engine's for a job, and joins the transaction it is in.
A call that lost a race raises 40001: whoever holds the transaction begins it again (`retry_serialisation`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from wasl.benefits.grants.rules import Ask, Receipt
from wasl.store.operations import Cursor
from wasl.store.sealing import seal

RESERVE = """
SELECT ord, grant_id, outcome, slot, covered_by, free_from, asked_subject FROM benefits_reserve(
    %s, %s, %s, %s::bigint[], %s::bigint[], %s::numeric[], %s::bigint[], %s::text[], %s, %s, %s, %s, %s)
ORDER BY ord
"""
APPROVE = "SELECT grant_id, outcome FROM benefits_approve(%s, %s::bigint[], %s, %s)"
BY_RULE = "SELECT grant_id, outcome FROM benefits_approve_by_rule(%s, %s::bigint[], %s)"
DELIVER = """
SELECT grant_id, tranche, attempt, outcome, covered_by, free_from
FROM benefits_deliver(%s, %s::bigint[], %s, %s, %s, %s, %s)
"""
REVERSE = (
    "SELECT grant_id, tranche, outcome FROM benefits_reverse(%s, %s::bigint[], %s::smallint[], %s, %s, %s)"
)
END = "SELECT grant_id, outcome FROM benefits_end_grants(%s, %s::bigint[], %s, %s, %s, %s)"
CODES = "SELECT u.id, benefits_grant_code(u.id) FROM unnest(%s::bigint[]) u (id)"


@dataclass(frozen=True)
class Reserved:
    """
    What the door said to one row, `place` being the row's number from 1.

    `grant_id` is the new grant's, or the one that `exists` already. Where something stands in the way: the slot,
    whose benefit covers (`own`, `state`, `other`, never which other), the first free month; where it is a
    question, which family or person it asks about (None: nobody knows yet whose family this is).
    """

    place: int
    grant_id: int | None
    outcome: str
    slot: str | None = None
    covered_by: str | None = None
    free_from: date | None = None
    asked_subject: int | None = None


@dataclass(frozen=True)
class Answered:
    """What the door said to one grant that was to be approved, cancelled or returned."""

    grant_id: int
    outcome: str


@dataclass(frozen=True)
class Delivered:
    """What the door said to one grant that was to be delivered; which tranche it was, and the how-manieth time."""

    grant_id: int
    tranche: int | None
    attempt: int | None
    outcome: str
    covered_by: str | None = None
    free_from: date | None = None


@dataclass(frozen=True)
class Reversed:
    """What the door said to one tranche that was to be reversed."""

    grant_id: int
    tranche: int | None
    outcome: str


def reserve(
    cursor: Cursor, *, organisation_id: int, need: str, month: date, rows: Sequence[Ask], by: str, at: datetime,
    reason: str = "", source: str = "door", origin: dict[str, Any] | None = None,
) -> list[Reserved]:  # fmt: skip
    """
    Reserve all cells of each row or none.

    `origin` says where the rows come from: `bulk_id`, or `list_id` with `list_rows`, one for each row.
    """
    cursor.execute(
        RESERVE,
        [
            organisation_id, need, month, [row.entry_id for row in rows], [row.record_id for row in rows],
            [row.quantity for row in rows], [row.value_piastres for row in rows], [row.answer for row in rows],
            reason, source, by, at, Jsonb(origin or {}),
        ],
    )  # fmt: skip
    return [Reserved(*row) for row in cursor.fetchall()]


def approve(
    cursor: Cursor, *, organisation_id: int, grants: Sequence[int], by: str, at: datetime
) -> list[Answered]:
    """Approve what somebody else reserved; an expired one whose cells are still its own may be."""
    cursor.execute(APPROVE, [organisation_id, list(grants), by, at])
    return [Answered(*row) for row in cursor.fetchall()]


def approve_by_rule(
    cursor: Cursor, *, organisation_id: int, grants: Sequence[int], at: datetime
) -> list[Answered]:
    """Approve those whose need nobody guards, by the rule itself; the others are left out."""
    cursor.execute(BY_RULE, [organisation_id, list(grants), at])
    return [Answered(*row) for row in cursor.fetchall()]


def deliver(
    cursor: Cursor, *, organisation_id: int, grants: Sequence[int], receipts: Receipt | Sequence[Receipt], by: str,
    at: datetime, operation: UUID | None = None, source: str = "door",
) -> list[Delivered]:  # fmt: skip
    """Deliver the next tranche of each grant, with one receipt for all or one for each."""
    said = _plain([receipts] if isinstance(receipts, Receipt) else receipts)
    paper = Jsonb(said[0] if isinstance(receipts, Receipt) else said)
    cursor.execute(DELIVER, [organisation_id, list(grants), paper, operation, source, by, at])
    return [Delivered(*row) for row in cursor.fetchall()]


def reverse(
    cursor: Cursor, *, organisation_id: int, grants: Sequence[int], tranches: Sequence[int | None], reason: str,
    by: str, at: datetime,
) -> list[Reversed]:  # fmt: skip
    """Reverse one tranche of each grant, or all that stand where the tranche is None."""
    cursor.execute(REVERSE, [organisation_id, list(grants), list(tranches), reason, by, at])
    return [Reversed(*row) for row in cursor.fetchall()]


def end(
    cursor: Cursor,
    *,
    organisation_id: int,
    grants: Sequence[int],
    state: str,
    reason: str,
    by: str,
    at: datetime,
) -> list[Answered]:
    """Cancel what was not delivered (`cancelled`), or note that the family gave it back (`returned`)."""
    cursor.execute(END, [organisation_id, list(grants), state, reason, by, at])
    return [Answered(*row) for row in cursor.fetchall()]


def codes_of(cursor: Cursor, grants: Sequence[int]) -> dict[int, str]:
    """Return the code of each grant."""
    cursor.execute(CODES, [list(grants)])
    return dict(cursor.fetchall())


def _plain(receipts: Sequence[Receipt]) -> list[dict[str, str]]:
    sealed = seal(receipt.receiver_nid for receipt in receipts)
    plain = []
    for receipt, nid in zip(receipts, sealed, strict=True):
        said = asdict(receipt) | {"receiver_nid": None, "receiver_nid_sealed": nid.hex() if nid else None}
        plain.append({name: str(value) for name, value in said.items() if value is not None})
    return plain
