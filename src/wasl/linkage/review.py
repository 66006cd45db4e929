"""The review queue as the desk reads it, and officers' doubts: "this is another family"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from wasl.audit.actions import record_audit
from wasl.kernel.errors import InvalidInput, NotAllowed, NotFound, RuleRefused
from wasl.linkage.permissions import can_report_doubt, check_can_link
from wasl.linkage.provisional import review_separation
from wasl.linkage.queries import rows
from wasl.linkage.rules import Decision, PairKind
from wasl.linkage.verdicts import list_verdicts, record_verdict, undo_verdict
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope


class Source(StrEnum):
    """Why a pair is asked about."""

    OVERLAP = "overlap"
    POSSIBLE = "possible"
    NID = "nid"
    DOUBT = "doubt"
    SAMPLE = "sample"
    """Asked blind, to measure: `linkage.audit_sample`."""

    @property
    def is_in_queue(self) -> bool:
        """Tell whether runs fill the queue with such pairs."""
        return self not in (Source.DOUBT, Source.SAMPLE)


@dataclass(frozen=True)
class ReviewFilter:
    """What of the queue is shown; None is all."""

    source: Source | None = None
    governorate: str | None = None
    slot: str | None = None


@dataclass(frozen=True)
class ReviewRow:
    """
    One pair worth asking about; `place` is its place in the queue.

    `overlaps` and their cost are what *same* would make certain where it is likely already, else open.
    """

    place: int
    source: str
    kind: str
    a: int
    b: int
    grade: str
    weight: int
    overlaps: int
    cost_piastres: int
    families: int
    slots: list[str]
    month: date | None
    governorate: str


@dataclass(frozen=True)
class Change:
    """One overlap that *same* makes certain (`confirm`) or opens, or *not the same* may close (`close`)."""

    effect: str
    slot: str
    month: date
    cost_piastres: int
    slot_ar: str
    slot_en: str


@dataclass(frozen=True)
class DoubtView:
    """
    An open doubt as the desk reads it: these entries, told from that one.

    `is_separated`: a door has separated them already, and waits for somebody else to look.
    """

    code: str
    organisation_id: int
    entries: list[int]
    against: int
    reason: str
    reported_by: str
    reported_at: datetime
    is_separated: bool = False


@dataclass(frozen=True)
class OwnDoubt:
    """A doubt as its organisation reads it; state open, withdrawn or settled."""

    code: str
    entries: list[int]
    reason: str
    reported_by: str
    reported_at: datetime
    state: str


CHANGES = """
SELECT c.effect, c.slot, c.month, c.cost_piastres, s.name_ar, s.name_en
FROM linkage_changes(%s, %s, %s) WITH ORDINALITY c (effect, slot, month, cost_piastres, place)
JOIN benefits_slot s ON s.code = c.slot ORDER BY c.place
"""
PAGE = "SELECT * FROM linkage_review_rows(%s, %s, %s, %s, %s)"
# What waits beside the queue that runs fill.
BESIDES = {Source.DOUBT: "linkage_open_doubts(NULL, %s)", Source.SAMPLE: "linkage_audit_waiting(0, %s)"}


def list_review(
    viewer: Viewer,
    wanted: ReviewFilter,
    *,
    after: int = 0,
    limit: int = 50,
    skip: tuple[str, int, int] | None = None,
) -> list[ReviewRow]:
    """Return the pairs that wait after this place, first what changes most; `skip` is left out."""
    check_can_link(viewer)
    if wanted.source is not None and not wanted.source.is_in_queue:
        return []
    source = None if wanted.source is None else str(wanted.source)
    found = rows(viewer, PAGE, [source, wanted.governorate, wanted.slot, after, limit + (skip is not None)])
    made = [ReviewRow(*row) for row in found]
    return [row for row in made if (row.kind, row.a, row.b) != skip][:limit]


def count_review(viewer: Viewer, wanted: ReviewFilter, *, limit: int = 10_000) -> int:
    """Return how many pairs, doubts and questions of the sample wait, counted up to `limit`."""
    check_can_link(viewer)
    total = 0
    if wanted.source is None or wanted.source.is_in_queue:
        source = None if wanted.source is None else str(wanted.source)
        values = [source, wanted.governorate, wanted.slot, 0, limit]
        total += rows(viewer, f"SELECT count(*) FROM ({PAGE}) AS waiting", values)[0][0]
    besides = [BESIDES[one] for one in BESIDES if wanted == ReviewFilter() or wanted.source == one]
    if besides:
        asked = " + ".join(f"(SELECT count(*) FROM {one})" for one in besides)
        total += rows(viewer, f"SELECT {asked}", [limit] * len(besides))[0][0]
    return min(total, limit)


def find_review_row(viewer: Viewer, kind: PairKind, a: int, b: int) -> ReviewRow | None:
    """Return the pair's row of the queue, answered or not, or None."""
    found = rows(viewer, "SELECT * FROM linkage_review_row(%s, %s, %s)", [str(kind), min(a, b), max(a, b)])
    return ReviewRow(*found[0]) if found else None


def list_changes(viewer: Viewer, kind: PairKind, a: int, b: int) -> list[Change]:
    """Return the overlaps that an answer about this pair would change, for the desk."""
    check_can_link(viewer)
    found = rows(viewer, CHANGES, [str(kind), a, b])
    return [Change(*row) for row in found]


def list_doubts(viewer: Viewer, *, limit: int = 50) -> list[DoubtView]:
    """Return the open doubts for the desk, the oldest first."""
    check_can_link(viewer)
    return [DoubtView(*row) for row in rows(viewer, "SELECT * FROM linkage_open_doubts(NULL, %s)", [limit])]


def access_doubt(viewer: Viewer, code: str) -> DoubtView:
    """
    Return one open doubt for the desk.

    :raises NotFound: none is open under this code.
    """
    check_can_link(viewer)
    found = rows(viewer, "SELECT * FROM linkage_open_doubts(%s, 1)", [code])
    if not found:
        raise NotFound("doubt.unknown")
    return DoubtView(*found[0])


def list_own_doubts(viewer: Viewer, entries: Sequence[int]) -> list[OwnDoubt]:
    """Return the doubts that the viewer's organisation has said of any of these entries, newest first."""
    found = rows(viewer, "SELECT * FROM linkage_own_doubts(%s::bigint[])", [list(entries)])
    return [OwnDoubt(*row) for row in found]


def report_doubt(
    *, by: Viewer, at: datetime, entries: Sequence[int], reason: str, family: int | None = None
) -> str:
    """
    Say that these own entries are another family than the rest of the one they stand in; return a code.

    `family` is the family or group the officer looked at (`registry_family_of_code`). Nothing is separated
    by it: the desk is asked first. Said again while open, it is the same doubt.

    :raises NotAllowed: a viewer may not. :raises NotFound: the entries are not the organisation's own, or not
    of that family. :raises RuleRefused: nothing is left to tell them from.
    """
    if not can_report_doubt(by):
        raise NotAllowed("doubt.only_officers")
    if not reason.strip():
        raise InvalidInput("doubt.reason_missing")
    if not entries:
        raise NotFound("record.unknown")
    with scope(by):
        asked = [sorted(set(entries)), family, reason.strip(), by.username, at]
        code = rows(by, "SELECT linkage_report_doubt(%s::bigint[], %s, %s, %s, %s)", asked)[0][0]
        if code is None:
            raise NotFound("record.unknown")
        if not code:
            raise RuleRefused("doubt.alone")
        _audit("report_doubt", by, at, code, len(asked[0]))  # type: ignore[arg-type]
    return str(code)


def withdraw_doubt(*, by: Viewer, at: datetime, code: str) -> None:
    """
    Take back a doubt of one's own that nobody has answered yet.

    :raises NotFound: it is not open, or somebody else's.
    """
    with scope(by):
        if not _move(by, at, code, "withdrawn"):
            raise NotFound("doubt.unknown")
        _audit("withdraw_doubt", by, at, code, 0)


def answer_doubt(*, by: Viewer, at: datetime, code: str, decision: Decision, reason: str) -> None:
    """
    Decide a doubt: the verdict is given on each of its entries against the one they are told from.

    One that a door has separated already is confirmed, or taken back at once where they are one family.

    :raises NotFound: it is not open. :raises RuleRefused: earlier verdicts say the opposite.
    """
    check_can_link(by)
    with scope(by):
        doubt = access_doubt(by, code)
        if doubt.is_separated and decision != Decision.UNSURE:
            state = "confirmed" if decision == Decision.DIFFERENT else "taken_back"
            review_separation(by=by, at=at, code=code, state=state)
        for entry in doubt.entries:
            record_verdict(
                by=by, at=at, kind=PairKind.FAMILY, a=entry, b=doubt.against, decision=decision, reason=reason
            )
        _move(by, at, code, "settled")
        _audit("settle_doubt", by, at, code, len(doubt.entries))


def undo_decision(*, by: Viewer, at: datetime, kind: PairKind, a: int, b: int) -> str | None:
    """
    Take back what stands on a pair; where it answered a doubt, all of that answer, and return the doubt's code.

    :raises NotFound: nothing stands on it.
    """
    check_can_link(by)
    code = None
    if kind == PairKind.FAMILY:
        code = rows(by, "SELECT linkage_settled_doubt(%s, %s)", [a, b])[0][0]
    if code is None:
        undo_verdict(by=by, at=at, kind=kind, a=a, b=b)
        return None
    undo_answer(by=by, at=at, code=code)
    return str(code)


def undo_answer(*, by: Viewer, at: datetime, code: str) -> None:
    """
    Take back what was decided of a doubt: it is open again, and its verdicts are undone.

    What a door had separated is separated again, and waits once more.

    :raises NotFound: none is settled under this code.
    """
    check_can_link(by)
    with scope(by):
        if not _move(by, at, code, "open"):
            raise NotFound("doubt.unknown")
        doubt = access_doubt(by, code)
        was_by_door = bool(rows(by, "SELECT linkage_was_separated(%s)", [code])[0][0])
        for verdict in list_verdicts(by, items=[*doubt.entries, doubt.against], kind=PairKind.FAMILY):
            stays = was_by_door and verdict.verdict == Decision.DIFFERENT
            if doubt.against in (verdict.a, verdict.b) and not stays:
                undo_verdict(by=by, at=at, kind=PairKind.FAMILY, a=verdict.a, b=verdict.b)
        if was_by_door:
            review_separation(by=by, at=at, code=code, state="provisional")
        _audit("reopen_doubt", by, at, code, 0)


def _move(by: Viewer, at: datetime, code: str, state: str) -> bool:
    moved = rows(by, "SELECT linkage_move_doubt(%s, %s, %s, %s)", [code, state, by.username, at])
    return bool(moved[0][0])


def _audit(action: str, by: Viewer, at: datetime, code: str, entries: int) -> None:
    detail = {"entries": entries} if entries else {}
    record_audit(by=by, at=at, action=action, object_kind="doubt", object_code=code, detail=detail)
