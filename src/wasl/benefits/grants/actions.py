"""
Writes of grants: reserve, approve, deliver, reverse, cancel, return.

Each is one transaction that carries the client's operation id (B3), tried again where it lost a race, with one
audit entry however many rows. What the door says to a row is its outcome, never an error: a page shows it. A
refusal too is the result of its operation: whoever answers a warning sends a new one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connections
from django.utils.timezone import localdate

from wasl.audit.actions import record_audit
from wasl.benefits.grants import doors
from wasl.benefits.grants.doors import Answered, Delivered, Reserved, Reversed
from wasl.benefits.grants.permissions import check_can_grant
from wasl.benefits.grants.refusals import refusals
from wasl.benefits.grants.rules import Ask, Outcome, Receipt, State, check_asks, check_reason, check_receipt
from wasl.kernel.errors import InvalidInput, RuleRefused
from wasl.kernel.months import format_month
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection, retry_serialisation, scope
from wasl.store.operations import Cursor, do_once

Row = TypeVar("Row", Reserved, Answered, Delivered, Reversed)


def reserve_coverage(
    *, by: Viewer, at: datetime, need: str, month: date, rows: Sequence[Ask], operation: UUID, answer: str = "",
    reason: str = "", source: str = "door", origin: Mapping[str, Any] | None = None,
) -> list[Reserved]:  # fmt: skip
    """
    Reserve the cells of each row, all or none.

    `answer` goes for rows that have none of their own.

    :raises NotAllowed: not an officer. :raises InvalidInput: an answer without a reason, no such need.
    :raises Conflict: the operation id was used for something else.
    """
    check_can_grant(by)
    asked = [row if row.answer or not answer else replace(row, answer=answer) for row in rows]
    check_asks(asked, reason)
    body = {
        "need": need, "month": month, "rows": [asdict(row) for row in asked], "reason": reason, "source": source,
        "origin": dict(origin or {}),
    }  # fmt: skip

    def work(cursor: Cursor) -> list[Reserved]:
        return doors.reserve(
            cursor, organisation_id=by.organisation_id or 0, need=need, month=month, rows=asked, by=by.username, at=at,
            reason=reason, source=source, origin=dict(origin or {}),
        )  # fmt: skip

    said = {"need": need, "month": format_month(month)}
    return _do(
        Reserved, work, by=by, at=at, operation=operation, action="grants.reserved", body=body, said=said
    )


def approve_grants(*, by: Viewer, at: datetime, grants: Sequence[int], operation: UUID) -> list[Answered]:
    """
    Approve what somebody else of the organisation reserved (B5), and prolong it.

    :raises NotAllowed: not an officer. :raises Conflict: the operation id was used for something else.
    """
    check_can_grant(by)

    def work(cursor: Cursor) -> list[Answered]:
        return doors.approve(
            cursor, organisation_id=by.organisation_id or 0, grants=grants, by=by.username, at=at
        )

    body = {"grants": list(grants)}
    return _do(Answered, work, by=by, at=at, operation=operation, action="grants.approved", body=body)


def deliver_grants(
    *, by: Viewer, at: datetime, grants: Sequence[int], receipts: Receipt | Sequence[Receipt], operation: UUID,
    source: str = "door",
) -> list[Delivered]:  # fmt: skip
    """
    Deliver the next tranche of each grant (B2), with one receipt for all or one for each.

    :raises NotAllowed: not an officer. :raises InvalidInput: a receipt that cannot be.
    :raises Conflict: the operation id was used for something else.
    """
    check_can_grant(by)
    papers = [receipts] if isinstance(receipts, Receipt) else list(receipts)
    if not isinstance(receipts, Receipt) and len(papers) != len(grants):
        raise InvalidInput("delivery.receipts_and_grants")
    for paper in papers:
        check_receipt(paper, localdate(at))

    def work(cursor: Cursor) -> list[Delivered]:
        return doors.deliver(
            cursor, organisation_id=by.organisation_id or 0, grants=grants, receipts=receipts, by=by.username, at=at,
            operation=operation, source=source,
        )  # fmt: skip

    body = {"grants": list(grants), "receipts": [asdict(paper) for paper in papers], "source": source}
    return _do(Delivered, work, by=by, at=at, operation=operation, action="grants.delivered", body=body)


def deliver_grant(*, by: Viewer, at: datetime, grant: int, receipt: Receipt, operation: UUID) -> Delivered:
    """Deliver the next tranche of one grant; as `deliver_grants`."""
    return deliver_grants(by=by, at=at, grants=[grant], receipts=receipt, operation=operation)[0]


def give_now(
    *, by: Viewer, at: datetime, need: str, month: date, row: Ask, receipt: Receipt, operation: UUID
) -> Delivered:
    """
    Give at once what nobody guards (a meal, a kilo of meat): its rule approves it, which the desk made (B5).

    :raises NotAllowed: not an officer. :raises RuleRefused: a guarded need is approved by somebody else.
    """
    check_can_grant(by)
    check_asks([row], "")
    check_receipt(receipt, localdate(at))
    whose = by.organisation_id or 0

    def work(cursor: Cursor) -> list[Delivered]:
        (made,) = doors.reserve(
            cursor, organisation_id=whose, need=need, month=month, rows=[row], by=by.username, at=at
        )
        if made.outcome == Outcome.NOT_OWN:
            return [Delivered(0, None, None, made.outcome)]
        if made.grant_id is None or not doors.approve_by_rule(
            cursor, organisation_id=whose, grants=[made.grant_id], at=at
        ):
            raise RuleRefused("grant.needs_approval")
        return doors.deliver(
            cursor, organisation_id=whose, grants=[made.grant_id], receipts=receipt, by=by.username, at=at,
            operation=operation,
        )  # fmt: skip

    body = {"need": need, "month": month, "row": asdict(row), "receipt": asdict(receipt)}
    said = {"need": need, "month": format_month(month)}
    return _do(
        Delivered, work, by=by, at=at, operation=operation, action="grants.given", body=body, said=said
    )[0]


def reverse_delivery(
    *, by: Viewer, at: datetime, grant: int, tranche: int | None = None, reason: str, operation: UUID
) -> list[Reversed]:
    """Reverse one tranche of a grant, or all that stand; as `reverse_grants`."""
    return reverse_grants(
        by=by, at=at, grants=[grant], tranches=[tranche], reason=reason, operation=operation
    )


def reverse_grants(
    *, by: Viewer, at: datetime, grants: Sequence[int], tranches: Sequence[int | None] | None = None, reason: str,
    operation: UUID,
) -> list[Reversed]:  # fmt: skip
    """
    Take deliveries back that were not so, each with the same reason; None reverses all that stand of a grant.

    A grant of which nothing stands gives its cells back and may be delivered again, judged as if it just came.

    :raises NotAllowed: not an officer. :raises InvalidInput: no reason.
    """
    check_can_grant(by)
    check_reason(reason)
    wanted = list(tranches) if tranches is not None else [None] * len(grants)

    def work(cursor: Cursor) -> list[Reversed]:
        return doors.reverse(
            cursor, organisation_id=by.organisation_id or 0, grants=grants, tranches=wanted, reason=reason,
            by=by.username, at=at,
        )  # fmt: skip

    body = {"grants": list(grants), "tranches": wanted, "reason": reason}
    return _do(Reversed, work, by=by, at=at, operation=operation, action="grants.reversed", body=body)


def cancel_grants(
    *, by: Viewer, at: datetime, grants: Sequence[int], reason: str, operation: UUID
) -> list[Answered]:
    """
    End what was not delivered, or was reversed: its cells are free again.

    :raises NotAllowed: not an officer. :raises InvalidInput: no reason.
    """
    return _end(State.CANCELLED, by=by, at=at, grants=grants, reason=reason, operation=operation)


def return_grant(*, by: Viewer, at: datetime, grant: int, reason: str, operation: UUID) -> Answered:
    """
    Note that a family gave back what was delivered: its cells are free again.

    :raises NotAllowed: not an officer. :raises InvalidInput: no reason.
    """
    return _end(State.RETURNED, by=by, at=at, grants=[grant], reason=reason, operation=operation)[0]


def lapse_expired(*, most: int = 10_000) -> int:
    """
    Lapse the grants whose time is over, `most` in one transaction; return how many.

    It only tidies: whoever meets an expired one judges it by the database's clock. Writes no audit entry: nobody
    decides anything.
    """
    lapsed = 0
    while True:
        some = retry_serialisation(lambda: _lapse_some(most))
        lapsed += some
        if some == 0:
            return lapsed


def _lapse_some(most: int) -> int:
    with engine_connection() as connection:
        row = connection.execute("SELECT benefits_lapse(%s)", [most]).fetchone()
    return int(row[0]) if row else 0


def _end(
    state: State, *, by: Viewer, at: datetime, grants: Sequence[int], reason: str, operation: UUID
) -> list[Answered]:
    check_can_grant(by)
    check_reason(reason)

    def work(cursor: Cursor) -> list[Answered]:
        return doors.end(
            cursor, organisation_id=by.organisation_id or 0, grants=grants, state=state.value, reason=reason,
            by=by.username, at=at,
        )  # fmt: skip

    body = {"grants": list(grants), "reason": reason}
    return _do(Answered, work, by=by, at=at, operation=operation, action=f"grants.{state.value}", body=body)


def _do(
    kind: type[Row], work: Callable[[Cursor], list[Row]], *, by: Viewer, at: datetime, operation: UUID, action: str,
    body: Mapping[str, Any], said: Mapping[str, object] | None = None,
) -> list[Row]:  # fmt: skip
    """Do the work once, in one transaction with its operation and its audit entry, and again where it lost a race."""

    def once() -> list[Row]:
        with scope(by), connections["default"].cursor() as cursor, refusals():

            def effect() -> list[dict[str, Any]]:
                rows = work(cursor)
                _record(cursor, rows, by=by, at=at, action=action, said=said or {})
                return [asdict(row) for row in rows]

            kept = do_once(cursor, by=by, at=at, operation=operation, action=action, body=body, work=effect)
        return [_read(kind, row) for row in kept]

    return retry_serialisation(once)


def _read(kind: type[Row], row: dict[str, Any]) -> Row:
    day = row.get("free_from")
    return kind(**(row | {"free_from": date.fromisoformat(day)} if day else row))


def _record(
    cursor: Cursor, rows: Sequence[Row], *, by: Viewer, at: datetime, action: str, said: Mapping[str, object]
) -> None:
    """Write one entry: the code where it speaks of one grant, else how many had which outcome."""
    code = ""
    if len(rows) == 1 and rows[0].grant_id is not None:
        code = doors.codes_of(cursor, [rows[0].grant_id]).get(rows[0].grant_id) or ""
    record_audit(
        by=by, at=at, action=action, object_kind="grant", object_code=code,
        detail={**said, "outcomes": dict(Counter(row.outcome for row in rows))},
    )  # fmt: skip
