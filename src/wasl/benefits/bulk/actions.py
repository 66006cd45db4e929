"""Make a bulk, start it, follow on it, drop it. What it does to its rows is `performing`'s."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connections

from wasl.audit.actions import record_audit
from wasl.benefits.bulk.permissions import check_can_make_bulks
from wasl.benefits.bulk.queries import Bulk, access_bulk
from wasl.benefits.bulk.rules import ANSWERABLE, DONE_AS, FOLLOWS, BulkAction, BulkSource, BulkState
from wasl.jobs.actions import enqueue
from wasl.jobs.queries import access_job
from wasl.kernel.errors import Conflict, InvalidInput, NotFound, RuleRefused
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope

LONGEST_REASON = 300
MOST_CHOSEN = 10_000
INSERT = """
INSERT INTO benefits_bulk (organisation_id, action, source, need, month, params, goes_on, reason, of_bulk_id, file_name,
    file_digest, made_by, made_at)
VALUES (%(organisation)s, %(action)s, %(source)s, %(need)s, %(month)s, %(params)s, %(goes_on)s, %(reason)s, %(of)s,
    %(file)s, %(digest)s, %(by)s, %(at)s)
ON CONFLICT ON CONSTRAINT benefits_bulk_code_once DO NOTHING
RETURNING code
"""


def plan_bulk(
    *,
    by: Viewer,
    at: datetime,
    action: BulkAction,
    source: BulkSource,
    need: str | None = None,
    month: date | None = None,
    params: dict[str, Any] | None = None,
    goes_on: bool = False,
    reason: str = "",
    of: Bulk | None = None,
    file: str = "",
    digest: bytes | None = None,
) -> Bulk:
    """
    Make a bulk of the organisation of `by`; its rows are read afterwards, by a job or by the caller.

    :raises NotAllowed: the desk, which never gives, or a role that only reads.
    :raises InvalidInput: an unknown need, a reason that is wanted and missing, or too long.
    """
    check_can_make_bulks(by)
    wants_reason = goes_on or action in (BulkAction.REVERSE, BulkAction.CANCEL)
    reason = check_reason(reason, is_wanted=wants_reason)
    given = {
        "organisation": by.organisation_id, "action": str(action), "source": str(source), "need": need, "month": month,
        "params": json.dumps(params or {}, default=str), "goes_on": goes_on, "reason": reason,
        "of": None if of is None else of.id, "file": file, "digest": digest, "by": by.username, "at": at,
    }  # fmt: skip
    with scope(by), connections["default"].cursor() as cursor:
        if need is not None:
            cursor.execute("SELECT FROM benefits_need WHERE code = %s", [need])
            if cursor.fetchone() is None:
                raise InvalidInput("need.unknown", need=need)
        row = None
        while row is None:
            # A code that was drawn before is drawn anew.
            cursor.execute(INSERT, given)
            row = cursor.fetchone()
        record_audit(
            by=by, at=at, action="plan_bulk", object_kind="bulk", object_code=str(row[0]),
            detail={
                "organisation": by.organisation_code, "does": str(action), "from": str(source), "need": need,
                "goes_on": goes_on, "reason": reason,
            },
        )  # fmt: skip
        return access_bulk(by, str(row[0]))


def check_reason(reason: str, *, is_wanted: bool) -> str:
    """Return a reason trimmed. :raises InvalidInput: it is wanted and missing, or too long."""
    reason = " ".join(reason.replace("\x00", "").split())
    if is_wanted and not reason:
        raise InvalidInput("bulk.reason_needed")
    if len(reason) > LONGEST_REASON:
        raise InvalidInput("bulk.reason_too_long", most=LONGEST_REASON)
    return reason


def follow_bulk(
    *,
    by: Viewer,
    at: datetime,
    code: str,
    action: BulkAction,
    reason: str = "",
    outcomes: Sequence[str] = ANSWERABLE,
    rows: Sequence[int] | None = None,
    receipt: dict[str, Any] | None = None,
) -> Bulk:
    """
    Make the bulk that follows on another: approve or deliver what went through, give what was asked, take it back.

    `outcomes` and `rows` choose what is given all the same, with its reason.

    :raises RuleRefused: the action does not follow on that bulk, or nothing of it is left to do.
    :raises Conflict: the bulk is still being done.
    """
    of = access_bulk(by, code)
    check_can_make_bulks(by)
    if of.organisation_id != by.organisation_id:
        raise NotFound("bulk.unknown", code=code)
    if of.state not in (BulkState.DONE, BulkState.STOPPED):
        raise Conflict("bulk.still_going_on", bulk=code)
    if of.action not in FOLLOWS[action]:
        raise RuleRefused("bulk.does_not_follow", bulk=code)
    params: dict[str, Any] = {"of_action": str(of.action)}
    if action == BulkAction.RESERVE:
        chosen = [outcome for outcome in outcomes if outcome in ANSWERABLE]
        if rows is not None and len(rows) > MOST_CHOSEN:
            raise InvalidInput("bulk.too_many_chosen", most=MOST_CHOSEN)
        if rows == [] or not any(of.counts.get(outcome) for outcome in chosen):
            raise RuleRefused("bulk.nothing_chosen")
        params |= {"outcomes": chosen} | ({} if rows is None else {"rows": list(rows)})
        params |= {"list_id": of.params["list_id"]} if "list_id" in of.params else {}
    elif not of.counts.get(DONE_AS[of.action]):
        raise RuleRefused("bulk.nothing_to_follow", bulk=code)
    if receipt is not None:
        params["receipt"] = receipt
    return plan_bulk(
        by=by, at=at, action=action, source=BulkSource.BULK, need=of.need, month=of.month, params=params,
        goes_on=action == BulkAction.RESERVE, reason=reason, of=of,
    )  # fmt: skip


def ask_to_prepare(*, by: Viewer, at: datetime, bulk: Bulk, starts: bool) -> str:
    """Ask for a bulk's rows to be read, and done at once where it `starts`; return the job's code."""
    return _ask(by, at, bulk, "prepare_bulk", {"bulk": bulk.code, "starts": starts}, None)


def ask_to_start(*, by: Viewer, at: datetime, code: str) -> str:
    """
    Ask for a bulk to be done, or to go on where it stopped; return the job's code. Asked twice, it is one job.

    :raises Conflict: it is not ready, or over.
    """
    with scope(by):
        bulk = _access_locked(by, code)
        if bulk.state == BulkState.WORKING and bulk.job_code and access_job(by, bulk.job_code).is_open:
            return bulk.job_code
        if bulk.state not in (BulkState.READY, BulkState.STOPPED, BulkState.WORKING):
            raise Conflict("bulk.not_ready", bulk=code)
        return _ask(by, at, bulk, "perform_bulk", {"bulk": bulk.code}, BulkState.WORKING)


def discard_bulk(*, by: Viewer, at: datetime, code: str) -> None:
    """
    Drop a bulk of which nothing was done.

    :raises Conflict: something of it was done; that is taken back by a bulk of its own.
    """
    with scope(by):
        bulk = _access_locked(by, code)
        if bulk.has_begun or bulk.state in (BulkState.WORKING, BulkState.DONE):
            raise Conflict("bulk.has_begun", bulk=code)
        _set(code, BulkState.DISCARDED, bulk.job_code)
        record_audit(
            by=by, at=at, action="discard_bulk", object_kind="bulk", object_code=code,
            detail={"organisation": bulk.organisation},
        )  # fmt: skip


def _ask(
    by: Viewer, at: datetime, bulk: Bulk, kind: str, params: dict[str, object], state: BulkState | None
) -> str:
    with scope(by):
        job = enqueue(
            by=by, at=at, kind=kind, params=params, object_code=bulk.code, lock=f"bulk.{bulk.organisation_id}"
        )
        _set(bulk.code, state or bulk.state, job)
    return job


def _access_locked(by: Viewer, code: str) -> Bulk:
    """Return the bulk once whoever changes it at the moment has ended; within the caller's scope."""
    check_can_make_bulks(by)
    bulk = access_bulk(by, code)
    if bulk.organisation_id != by.organisation_id:
        raise NotFound("bulk.unknown", code=code)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT FROM benefits_bulk WHERE id = %s FOR UPDATE", [bulk.id])
    return access_bulk(by, code)


def _set(code: str, state: BulkState, job: str) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE benefits_bulk SET state = %s, job_code = %s WHERE code = %s", [str(state), job, code]
        )
