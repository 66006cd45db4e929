"""Sentences of the review pages: what an answer changes, what was decided before, how two are joined."""

from __future__ import annotations

from dataclasses import dataclass

from wasl.intake.written import list_written_entries, list_written_records
from wasl.linkage.queries import PairView
from wasl.linkage.review import Change
from wasl.linkage.rules import PairKind
from wasl.linkage.verdicts import VerdictView
from wasl.organisations.viewer import Viewer
from wasl.web.counts import show_count
from wasl.web.dates import day_words, month_words
from wasl.web.digits import show_digits
from wasl.web.naming import named
from wasl.web.words import say

_NAMED = 3
"""So many overlaps are named; of more the count and the cost are said."""


@dataclass(frozen=True)
class Earlier:
    """A verdict in words, and the pair it can be undone by."""

    words: str
    pair: str


@dataclass(frozen=True)
class Step:
    """One pair of a path, in words, with the page where it is asked."""

    words: str
    pair: str


def describe_changes(kind: str, state: str, changes: list[Change]) -> list[str]:
    """Return one sentence for each answer: the same, not the same, cannot tell."""
    same = say(f"review.if_same.{kind}")
    different = say(f"review.if_different.{kind}")
    said = [
        _overlaps(word, same, [one for one in changes if one.effect == word]) for word in ("confirm", "open")
    ]
    closing = [one for one in changes if one.effect in ("confirm", "close")]
    lines = [line for line in said if line] or [say("review.same_nothing", start=same)]
    if closing:
        lines.append(say("review.close", start=different, overlaps=show_count(len(closing), "overlap")))
    elif state in ("certain", "likely"):
        lines.append(say("review.separate", start=different))
    else:
        lines.append(say("review.different_nothing", start=different))
    return [*lines, say("review.unsure_nothing")]


def describe_earlier(viewer: Viewer, verdicts: list[VerdictView]) -> list[Earlier]:
    """Return verdicts in words, with the names of whom they speak of."""
    names = _names(viewer, [(PairKind(one.kind), end) for one in verdicts for end in (one.a, one.b)])
    return [
        Earlier(
            say(
                "review.earlier", who=one.decided_by, day=show_digits(day_words(one.decided_at)),
                a=names.get((PairKind(one.kind), one.a), "…"), b=names.get((PairKind(one.kind), one.b), "…"),
                verdict=say(f"review.verdict.{one.verdict}"), reason=one.reason,
            ),
            f"{'f' if one.kind == PairKind.FAMILY else ''}{one.a}-{one.b}",
        )
        for one in verdicts
    ]  # fmt: skip


def describe_path(viewer: Viewer, kind: PairKind, path: list[PairView]) -> list[Step]:
    """Return the path that joins two, pair by pair."""
    names = _names(viewer, [(kind, end) for pair in path for end in (pair.a, pair.b)]) if path else {}
    return [
        Step(
            say(
                "review.path_step", a=names.get((kind, pair.a), "…"), b=names.get((kind, pair.b), "…"),
                grade=say(f"grade.{pair.grade}"), rule=say(f"rule.{pair.rule}"), weight=f"{pair.weight / 100:+.2f}",
            ),
            f"{'f' if kind == PairKind.FAMILY else ''}{pair.a}-{pair.b}",
        )
        for pair in path
    ]  # fmt: skip


def _names(viewer: Viewer, ends: list[tuple[PairKind, int]]) -> dict[tuple[PairKind, int], str]:
    records = [item for kind, item in ends if kind == PairKind.PERSON]
    entries = [item for kind, item in ends if kind == PairKind.FAMILY]
    found: dict[tuple[PairKind, int], str] = {}
    if records:
        for item, record in list_written_records(viewer, records).items():
            found[PairKind.PERSON, item] = record.name
    if entries:
        for item, entry in list_written_entries(viewer, entries).items():
            found[PairKind.FAMILY, item] = entry.head.name
    return found


def _overlaps(word: str, start: str, changes: list[Change]) -> str:
    if not changes:
        return ""
    cost = show_count(round(sum(one.cost_piastres for one in changes) / 100), "pound")
    if len(changes) == 1:
        one = changes[0]
        return say(f"review.{word}_one", start=start, slot=named(one, "slot"), month=_month(one), cost=cost)
    items = [say("review.item", slot=named(one, "slot"), month=_month(one)) for one in changes[:_NAMED]]
    if len(changes) > _NAMED:
        items.append(say("review.and_more"))
    listed = say("review.list_comma").join(items)
    many = show_count(len(changes), "overlap")
    return say(f"review.{word}_many", start=start, overlaps=many, cost=cost, list=listed)


def _month(change: Change) -> str:
    return show_digits(month_words(change.month))
