"""
Several organisations pay for one grant: one giving with shares, and no overlap.

The owner proposes shares while its grant is reserved; each funder's officer says yes or no to the sum. What was
funded is the share alone, so that reports of all organisations add up to what was given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections

from wasl.audit.actions import record_audit
from wasl.benefits.grants.permissions import check_can_grant
from wasl.benefits.grants.refusals import refusals
from wasl.kernel.codes import is_code, make_code, number_of
from wasl.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleRefused, WaslError
from wasl.kernel.money import format_egp
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.store.awaited import COUNT_MOST, Waiting
from wasl.store.connections import retry_serialisation, scope
from wasl.store.operations import Cursor, do_once
from wasl.store.reading import read_rows

REASON_LONGEST = 500
SHARE_MOST = 10**15


@dataclass(frozen=True)
class Share:
    """What one organisation pays of a grant, as its owner and that organisation see it: no name and no family."""

    grant_id: int
    grant_code: str
    organisation_id: int
    funder_id: int
    share_piastres: int
    state: str
    reason: str
    proposed_at: datetime
    answered_at: datetime | None
    need: str
    month: date
    quantity: Any
    unit: str
    value_piastres: int | None
    grant_state: str


@dataclass(frozen=True)
class Funded:
    """What the viewer's organisation paid of one need and month: `own` of its own grants, `other` of others'."""

    need: str
    month: date
    role: str
    grants: int
    given_piastres: int
    waiting_piastres: int


def list_shares(
    viewer: Viewer, *, role: str = "", state: str = "", grant: str | None = None, after: int | None = None, limit: int = 200
) -> list[Share]:  # fmt: skip
    """Return shares that the viewer's organisation proposed (`owner`) or was asked for (`funder`), newest grants first."""
    code = None if grant is None else _bare(grant)
    rows = read_rows(
        viewer, "SELECT * FROM benefits_shares(%s, %s, %s, %s, %s)", [code, state, role, after, limit]
    )
    return [Share(*row) for row in rows]


def list_funded(viewer: Viewer, first: date | None = None, last: date | None = None) -> list[Funded]:
    """Return what the viewer's organisation funded by need and month: its shares alone, given and still to be given."""
    rows = read_rows(viewer, "SELECT * FROM benefits_funded(%s, %s)", [first, last])
    return [
        Funded(need, month, role, grants, int(given), int(waiting))
        for need, month, role, grants, given, waiting in rows
    ]


def propose_share(
    *, by: Viewer, at: datetime, grant: str, funder_id: int, share_piastres: int, operation: UUID
) -> None:
    """
    Ask an organisation for a share of a reserved grant, or ask anew for another sum; one's own is agreed by that.

    :raises NotFound: not the viewer's grant. :raises RuleRefused: it is approved already.
    :raises InvalidInput: no sum, or no such organisation.
    """
    if not 0 < share_piastres <= SHARE_MOST:
        raise InvalidInput("share.no_sum")
    _write(
        "SELECT benefits_propose_share(%s, %s, %s, %s)", [_bare(grant), funder_id, share_piastres, at],
        by=by, at=at, operation=operation, action="propose_share", grant=grant,
        said={"funder": funder_id, "share": format_egp(share_piastres)},
    )  # fmt: skip


def withdraw_share(*, by: Viewer, at: datetime, grant: str, funder_id: int, operation: UUID) -> None:
    """
    Take a share out of one's reserved grant, agreed or not.

    :raises NotFound: no such share of the viewer's. :raises RuleRefused: the grant is approved already.
    """
    _write(
        "SELECT benefits_withdraw_share(%s, %s, %s)", [_bare(grant), funder_id, at],
        by=by, at=at, operation=operation, action="withdraw_share", grant=grant, said={"funder": funder_id},
    )  # fmt: skip


def answer_share(
    *,
    by: Viewer,
    at: datetime,
    grant: str,
    share_piastres: int,
    agreed: bool,
    reason: str = "",
    operation: UUID,
) -> None:
    """
    Say yes or no to the share that somebody asked the viewer's organisation for; `share_piastres` is the sum seen.

    :raises NotFound: nobody asked. :raises Conflict: the sum is another one now, or it was answered.
    :raises InvalidInput: a no without a reason.
    """
    reason = reason.strip()[:REASON_LONGEST]
    if not agreed and not reason:
        raise InvalidInput("share.reason_missing")
    _write(
        "SELECT benefits_answer_share(%s, %s, %s, %s, %s)", [_bare(grant), share_piastres, agreed, reason, at],
        by=by, at=at, operation=operation, action="agree_share" if agreed else "decline_share", grant=grant,
        said={"share": format_egp(share_piastres), "reason": reason},
    )  # fmt: skip


OUTCOMES: dict[str, Callable[[], WaslError]] = {
    "unknown": lambda: NotFound("share.unknown"),
    "state": lambda: RuleRefused("share.too_late"),
    "changed": lambda: Conflict("share.changed"),
    "funder": lambda: InvalidInput("share.funder_unknown"),
}


def _write(
    query: str, values: list[Any], *, by: Viewer, at: datetime, operation: UUID, action: str, grant: str,
    said: Mapping[str, Any],
) -> None:  # fmt: skip
    check_can_grant(by)

    def effect(cursor: Cursor) -> str:
        cursor.execute(query, values)
        outcome = cursor.fetchone()[0]
        if outcome is None:
            raise NotAllowed("grant.only_officers")
        if outcome in OUTCOMES:
            raise OUTCOMES[outcome]()
        record_audit(
            by=by,
            at=at,
            action=f"grants.{action}",
            object_kind="grant",
            object_code=_bare(grant),
            detail=said,
        )
        return str(outcome)

    def once() -> None:
        with refusals(), scope(by), connections["default"].cursor() as cursor:
            body = {"grant": _bare(grant), **said}
            do_once(
                cursor,
                by=by,
                at=at,
                operation=operation,
                action=action,
                body=body,
                work=lambda: effect(cursor),
            )

    retry_serialisation(once)


def _bare(grant: str) -> str:
    return make_code(number_of(grant)) if is_code(grant) else ""


WAITING = """
SELECT count(*), min(proposed_at) FROM (
    SELECT f.proposed_at FROM benefits_grant_funder f
    WHERE f.funder_id = %(organisation)s AND f.state = 'proposed' LIMIT %(most)s) w
"""


def list_shares_waiting(viewer: Viewer) -> list[Waiting]:
    """Return the shares that other organisations asked the viewer's for; an officer answers."""
    if viewer.role != Role.OFFICER:
        return []
    asked = {"organisation": viewer.organisation_id, "most": COUNT_MOST + 1}
    (number, since), *_ = read_rows(viewer, WAITING, asked)
    return [Waiting("shares.proposed", int(number), since)] if number else []
