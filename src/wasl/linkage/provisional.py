"""«This is another family» at a door: separated at once, and kept until somebody else has looked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError

from wasl.audit.actions import record_audit
from wasl.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleRefused, Unavailable
from wasl.linkage.permissions import check_can_link
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import family_codes
from wasl.store.connections import find_sqlstate, retry_serialisation, scope
from wasl.store.reading import read_rows

MOST_AN_HOUR = 20
"""So many separations an officer may make within an hour; `linkage_separate` is what counts."""
REASON_LONGEST = 300
LOCK_LOST, CHECK_FAILED = "55P03", "23514"


@dataclass(frozen=True)
class Separation:
    """
    A separation in force: its code in the review queue, and the family that the entry is in now.

    `is_new` is False where the entry stood apart already, or the operation was sent before.
    """

    code: str
    family_id: int
    family_code: str
    is_new: bool


def separate_provisionally(
    *, by: Viewer, at: datetime, entry_id: int, reason: str, operation: UUID
) -> Separation:
    """
    Part an own entry from the other organisations' entries of its certain family, at once.

    The own entries of the family that name the same rows of people go with it; the code stays with the part
    that holds the oldest row. People whom both sides name become two, unless the rows agree on a national id.
    Claims, cells and overlaps follow in the same transaction. It is kept as verdicts (different) by every run,
    one that is publishing now too, and waits for the desk, which confirms it or takes it back: never whoever made it.

    :raises NotAllowed: only officers. :raises NotFound: the entry is not the organisation's own.
    :raises RuleRefused: nothing to tell it from; earlier verdicts say they are one; too many within the hour.
    :raises Conflict: the operation was sent with another body. :raises Unavailable: a list is being loaded.
    """
    if by.role != Role.OFFICER:
        raise NotAllowed("separation.only_officers")
    if not reason.strip():
        raise InvalidInput("doubt.reason_missing")
    asked = {
        "entry": entry_id, "reason": reason.strip()[:REASON_LONGEST], "operation": str(operation),
        "at": at.isoformat(),
    }  # fmt: skip

    def separate() -> Separation:
        with scope(by):
            found = read_rows(by, "SELECT * FROM linkage_separate(%s)", [json.dumps(asked)])
            if not found:
                raise NotFound("record.unknown")
            outcome, code, family = found[0]
            _refuse(outcome, operation)
            if outcome == "separated":
                _audit("separate_provisionally", by, at, code, {"entry": entry_id, "reason": asked["reason"]})
            return Separation(
                code, family, family_codes(by, [family]).get(family, ""), outcome == "separated"
            )

    try:
        return retry_serialisation(separate)
    except DatabaseError as error:
        raise _told(error) from error


def review_separation(*, by: Viewer, at: datetime, code: str, state: str) -> None:
    """
    Confirm a separation, take it back (linked again, with the overlaps that follow), or undo either.

    `state` is `confirmed`, `taken_back`, or `provisional` again.

    :raises NotAllowed: only the desk, and not whoever made it. :raises NotFound: the doubt is no separation.
    :raises Conflict: somebody else has reviewed it meanwhile.
    """
    check_can_link(by)

    def review() -> None:
        with scope(by):
            said = read_rows(by, "SELECT linkage_review_separation(%s, %s, %s)", [code, state, at])[0][0]
            if said is None:
                raise NotFound("doubt.unknown")
            if said == "own":
                raise NotAllowed("separation.maker_checks")
            if said == "late":
                raise Conflict("separation.reviewed")
            _audit(f"separation_{state}", by, at, code, {})

    try:
        retry_serialisation(review)
    except DatabaseError as error:
        raise _told(error) from error


def _refuse(outcome: str, operation: UUID) -> None:
    if outcome == "alone":
        raise RuleRefused("separation.alone")
    if outcome == "too_many":
        raise RuleRefused("separation.too_many", most=MOST_AN_HOUR)
    if outcome == "reused":
        raise Conflict("operation.other_body", operation=str(operation))


def _told(error: DatabaseError) -> Exception:
    state = find_sqlstate(error)
    if state == LOCK_LOST:
        return Unavailable("database.busy")
    if state == CHECK_FAILED:
        return RuleRefused("verdict.contradicts", count=1, verdicts=[])
    return error


def _audit(action: str, by: Viewer, at: datetime, code: str, detail: dict[str, object]) -> None:
    record_audit(by=by, at=at, action=action, object_kind="doubt", object_code=code, detail=detail)
