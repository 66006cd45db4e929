"""Exceptions (B4): one organisation may give what another covers already, because somebody of another agreed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError
from django.utils import timezone

from wasl.audit.actions import record_audit
from wasl.kernel.codes import is_code, make_code, number_of
from wasl.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from wasl.kernel.months import format_month
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.store.connections import retried, scope
from wasl.store.reading import read_rows

LONGEST_DAYS = 366
REASON_LONGEST = 500


@dataclass(frozen=True)
class ExceptionView:
    """
    An exception as the viewer may read it; who asked or answered is their own organisation's and the desk's.

    `family_id` is the certain family of the entry it was asked for, now. `is_over`: its last day has passed.
    """

    code: str
    organisation_id: int
    family_id: int | None
    need: str
    slot: str
    first_month: date
    last_month: date
    reason: str
    expires_on: date
    state: str
    requested_by: str | None
    requested_at: datetime
    approver_organisation_id: int | None
    approved_by: str | None
    answered_at: datetime | None
    answer_reason: str
    is_own: bool
    may_answer: bool
    is_over: bool


@dataclass(frozen=True)
class Wish:
    """What is asked for: one's own entry, the need and the slot that is covered, months, reason, last day."""

    entry_id: int
    need: str
    slot: str
    first_month: date
    last_month: date
    reason: str
    expires_on: date


@retried
def ask_exception(*, by: Viewer, at: datetime, wish: Wish) -> str:
    """
    Ask that an own family may be given what is covered; return the code of what now waits for an answer.

    Asked again while it waits it is a Conflict. Whoever covers the family, or the desk, may answer.

    :raises NotAllowed: only officers ask. :raises NotFound: the entry is not the organisation's own, or no
    such need or slot. :raises InvalidInput: no reason, months crossed, or a last day that is past or too far.
    """
    if by.role != Role.OFFICER:
        raise NotAllowed("exception.only_officers")
    _check_wish(wish)
    asked = {
        "entry": wish.entry_id, "need": wish.need, "slot": wish.slot, "reason": wish.reason.strip(),
        "first_month": wish.first_month, "last_month": wish.last_month, "expires_on": wish.expires_on, "at": at,
    }  # fmt: skip
    try:
        with scope(by):
            said = json.dumps(asked, default=str)
            code = read_rows(by, "SELECT benefits_ask_exception(%s)", [said])[0][0]
            if code is None:
                raise NotFound("record.unknown")
            if not code:
                raise Conflict("exception.asked_already")
            _audit(by, at, "ask_exception", code, {"slot": wish.slot, "months": _months(wish)})
    except IntegrityError as error:
        raise NotFound("slot.unknown", slot=wish.slot) from error
    return str(code)


def answer_exception(*, by: Viewer, at: datetime, code: str, approve: bool, reason: str = "") -> None:
    """
    Approve or refuse what another organisation asks for; of two who answer at once the first one's word stands.

    :raises NotFound: it is not the viewer's to answer. :raises Conflict: somebody has answered already.
    :raises InvalidInput: a refusal says why.
    """
    if not approve and not reason.strip():
        raise InvalidInput("exception.reason_missing")
    _move(by, at, code, "approved" if approve else "refused", reason)


def withdraw_exception(*, by: Viewer, at: datetime, code: str) -> None:
    """Take back what was asked for. :raises NotFound: not one's own. :raises Conflict: answered already."""
    _move(by, at, code, "withdrawn", "")


def end_exception(*, by: Viewer, at: datetime, code: str) -> None:
    """
    End an approved exception before its day; what was given by it stays.

    :raises NotFound: the viewer neither asked nor approved. :raises Conflict: it is not in force.
    """
    _move(by, at, code, "ended", "")


def list_exceptions(
    viewer: Viewer, *, state: str | None = None, answerable: bool = False, after: str = "", limit: int = 50
) -> list[ExceptionView]:
    """Return the viewer's own exceptions and those it may answer or has answered, newest first; all for the desk."""
    asked: dict[str, object] = {"limit": limit}
    if state:
        asked["state"] = state
    if answerable:
        asked["answerable"] = True
    if after:
        asked["after"] = after
    return [
        ExceptionView(*row)
        for row in read_rows(viewer, "SELECT * FROM benefits_exceptions(%s)", [json.dumps(asked)])
    ]


def access_exception(viewer: Viewer, code: str) -> ExceptionView:
    """:raises NotFound: there is none, or it is not the viewer's to read."""
    found = []
    if is_code(code):
        asked = json.dumps({"code": make_code(number_of(code)), "limit": 1})
        found = read_rows(viewer, "SELECT * FROM benefits_exceptions(%s)", [asked])
    if not found:
        raise NotFound("exception.unknown")
    return ExceptionView(*found[0])


def _check_wish(wish: Wish) -> None:
    today = timezone.localdate()
    if not wish.reason.strip():
        raise InvalidInput("exception.reason_missing")
    if len(wish.reason) > REASON_LONGEST:
        raise InvalidInput("overlap.reason_long", most=REASON_LONGEST)
    if wish.first_month > wish.last_month or (wish.last_month - wish.first_month).days > LONGEST_DAYS - 31:
        raise InvalidInput("exception.months")
    if not max(today, wish.first_month) <= wish.expires_on <= today + timedelta(days=LONGEST_DAYS):
        raise InvalidInput("exception.expiry", days=LONGEST_DAYS)


def _months(wish: Wish) -> list[str]:
    return [format_month(wish.first_month), format_month(wish.last_month)]


@retried
def _move(by: Viewer, at: datetime, code: str, state: str, reason: str) -> None:
    if by.role == Role.VIEWER:
        raise NotAllowed("exception.only_officers")
    if not is_code(code) or len(make_code(number_of(code))) < 9:
        raise NotFound("exception.unknown")
    asked = [make_code(number_of(code)), state, reason.strip()[:REASON_LONGEST], at]
    with scope(by):
        moved = read_rows(by, "SELECT benefits_move_exception(%s, %s, %s, %s)", asked)[0][0]
        if moved is None:
            raise NotFound("exception.unknown")
        if moved == "late":
            raise Conflict("exception.answered")
        _audit(by, at, f"{state}_exception", asked[0], {"reason": reason.strip()} if reason.strip() else {})


def _audit(by: Viewer, at: datetime, action: str, code: object, detail: dict[str, object]) -> None:
    record_audit(by=by, at=at, action=action, object_kind="exception", object_code=str(code), detail=detail)
