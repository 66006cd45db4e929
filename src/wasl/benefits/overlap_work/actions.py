"""Writes of worked overlaps: an answer, a decision, taking either back, and passing on what nobody answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from wasl.audit.actions import record_audit
from wasl.benefits.overlap_work.permissions import check_can_answer, check_can_decide
from wasl.benefits.overlap_work.rules import MOST_AT_ONCE, REASON_LONGEST, Answer
from wasl.kernel.errors import Conflict, InvalidInput, NotFound, RuleRefused
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection, retry_serialisation, scope
from wasl.store.reading import read_rows

PASSED_AT_ONCE = 10_000


def answer_overlaps(
    *,
    by: Viewer,
    at: datetime,
    overlaps: Sequence[int],
    answer: Answer,
    reason: str,
    digest: str,
    operation: UUID,
) -> dict[str, int]:
    """
    Say of these overlaps that we stop, you stop or both go on because …; all in one go.

    `digest` is that of the preview that was looked at. Where the answers of all sides agree the overlap is
    settled, and who stops has stopped from the next month on; where they can agree no more it goes to the
    secretariat. Returns how many are now `talking`, `passed` or `settled`, and `left` as they were: settled
    or closed already. `operation` names the answer for `take_back_answers`.

    :raises NotAllowed: only officers answer. :raises InvalidInput: both go on, and no reason is given; too many.
    :raises NotFound: none is the organisation's. :raises Conflict: it would drop others than were shown.
    """
    check_can_answer(by)
    _check_asked(overlaps, reason, needs_reason=answer == Answer.BOTH)
    asked = [list(overlaps), str(answer), reason.strip(), digest, operation, at]
    query = "SELECT * FROM benefits_answer_overlaps(%s, %s, %s, %s, %s, %s)"
    detail = {"answer": str(answer), "reason": reason.strip()}
    return retry_serialisation(lambda: _write(by, at, "answer_overlaps", query, asked, detail, operation))


def decide_overlaps(
    *,
    by: Viewer,
    at: datetime,
    overlaps: Sequence[int],
    keepers: Sequence[int],
    reason: str,
    digest: str,
    operation: UUID,
) -> dict[str, int]:
    """
    Decide, for the secretariat, who goes on giving: the others stop from the next month on.

    Only what its organisations did not agree on, or left unanswered for 14 days, is the secretariat's.

    :raises RuleRefused: it is still its organisations' to answer, or none of them goes on. Else as `answer_overlaps`.
    """
    check_can_decide(by)
    _check_asked(overlaps, reason, needs_reason=True)
    if not keepers:
        raise InvalidInput("overlap.nobody_goes_on")
    asked = [list(overlaps), sorted(set(keepers)), reason.strip(), digest, operation, at]
    query = "SELECT * FROM benefits_decide_overlaps(%s, %s, %s, %s, %s, %s)"
    detail = {"keepers": sorted(set(keepers)), "reason": reason.strip()}

    def decide() -> dict[str, int]:
        with scope(by):
            found = _write(by, at, "decide_overlaps", query, asked, detail, operation)
            if not found.get("settled"):
                raise RuleRefused("overlap.still_theirs")
            return found

    return retry_serialisation(decide)


def take_back_answers(*, by: Viewer, at: datetime, operation: UUID) -> int:
    """
    Take back what was said in one go, where nobody has said anything since; return of how many overlaps.

    Stops that followed from it end.

    :raises NotFound: it was not the viewer's organisation that said it, or all of it has been answered since.
    """

    def take_back() -> int:
        with scope(by):
            taken = read_rows(by, "SELECT benefits_take_back_answers(%s, %s)", [operation, at])[0][0]
            if not taken:
                raise NotFound("overlap.nothing_to_take_back")
            record_audit(
                by=by, at=at, action="take_back_answers", object_kind="overlap", object_code=str(operation),
                detail={"overlaps": taken},
            )  # fmt: skip
            return int(taken)

    return retry_serialisation(take_back)


def pass_overlaps_on() -> int:
    """
    Mark the overlaps that waited 14 days as the secretariat's; return how many.

    It only tidies: where an overlap stands is judged by the clock whenever somebody looks.
    """
    passed = 0
    while True:
        with engine_connection() as connection:
            row = connection.execute("SELECT benefits_pass_overlaps(%s)", [PASSED_AT_ONCE]).fetchone()
        passed += row[0] if row else 0
        if row is None or row[0] < PASSED_AT_ONCE:
            return passed


def _check_asked(overlaps: Sequence[int], reason: str, *, needs_reason: bool) -> None:
    if not overlaps:
        raise NotFound("overlap.unknown")
    if len(overlaps) > MOST_AT_ONCE:
        raise InvalidInput("overlap.too_many", most=MOST_AT_ONCE)
    if needs_reason and not reason.strip():
        raise InvalidInput("overlap.reason_missing")
    if len(reason) > REASON_LONGEST:
        raise InvalidInput("overlap.reason_long", most=REASON_LONGEST)


def _write(
    by: Viewer,
    at: datetime,
    action: str,
    query: str,
    asked: list[Any],
    detail: Mapping[str, object],
    operation: UUID,
) -> dict[str, int]:
    with scope(by):
        found = {row[0]: int(row[1]) for row in read_rows(by, query, asked)}
        if "changed" in found:
            raise Conflict("overlap.preview_changed")
        if not found:
            raise NotFound("overlap.unknown")
        record_audit(
            by=by, at=at, action=action, object_kind="overlap", object_code=str(operation),
            detail={**detail, **found},
        )  # fmt: skip
        return found
