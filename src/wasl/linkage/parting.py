"""«This is another family»: entries told from the rest of the family they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from wasl.kernel.errors import RuleRefused
from wasl.linkage.review import report_doubt, withdraw_doubt
from wasl.linkage.rules import Decision, PairKind
from wasl.linkage.verdicts import list_verdicts, record_verdict, undo_verdict
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope


def part_entries(
    *, by: Viewer, at: datetime, family_id: int, entries: Sequence[int], others: Sequence[int], reason: str
) -> str:
    """
    Say that `entries` are another family than `others`, with whom they stand in one.

    The desk's word is a verdict on each pair, all of them or none, and takes effect with the next linking.
    An officer's opens a doubt that waits for the desk; its code is returned, else "".

    :raises NotAllowed: a viewer only reads. :raises RuleRefused: earlier verdicts say that they are one, or
    nothing is left to tell them from.
    """
    if not by.is_desk:
        return report_doubt(by=by, at=at, entries=list(entries), reason=reason, family=family_id)
    if not others:
        raise RuleRefused("doubt.alone")
    with scope(by):
        for a, b in _pairs(entries, others):
            record_verdict(
                by=by, at=at, kind=PairKind.FAMILY, a=a, b=b, decision=Decision.DIFFERENT, reason=reason
            )
    return ""


def undo_parting(
    *, by: Viewer, at: datetime, entries: Sequence[int], others: Sequence[int], doubt: str = ""
) -> None:
    """
    Take it back: the verdicts between these entries, or an officer's own doubt.

    :raises NotFound: nothing of the kind stands.
    """
    if not by.is_desk:
        withdraw_doubt(by=by, at=at, code=doubt)
        return
    wanted = {(min(pair), max(pair)) for pair in _pairs(entries, others)}
    with scope(by):
        for verdict in list_verdicts(by, items=[*entries, *others], kind=PairKind.FAMILY):
            if (verdict.a, verdict.b) in wanted and verdict.verdict == Decision.DIFFERENT:
                undo_verdict(by=by, at=at, kind=PairKind.FAMILY, a=verdict.a, b=verdict.b)


def _pairs(entries: Iterable[int], others: Sequence[int]) -> list[tuple[int, int]]:
    return [(entry, other) for entry in entries for other in others]
