"""How a family came to be, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from wasl.linkage.family_history import Evidence, FamilyHistory, FamilyVerdict
from wasl.registry.family_file import FamilyFile
from wasl.web.dates import day_words
from wasl.web.digits import show_digits
from wasl.web.templatetags.wasl import say as say_marked
from wasl.web.words import say

ACCEPTED = ("certain", "likely")


@dataclass(frozen=True)
class Labels:
    """What entries are called on the page."""

    by_entry: Mapping[int, str]

    def of(self, entry_id: int) -> str:
        """Return an entry's label, or that of one that stands in no list that counts."""
        return self.by_entry.get(entry_id) or say("families.label_bare")


@dataclass(frozen=True)
class VerdictLine:
    """A decision in words, and whether a matching has yet to heed it."""

    words: str
    undone: bool
    waiting: bool


def history_lines(history: FamilyHistory, opened: FamilyFile, labels: Labels) -> list[str]:
    """Return what happened, newest first, each joining with its evidence."""
    anchor = min(opened.entry_ids)
    joined = {event.entry_id for event in history.events if event.event == "joined"}
    lines = []
    for event in history.events:
        day = show_digits(day_words(event.at))
        if event.event == "left":
            lines.append(say("families.history_left", day=day))
        elif event.event == "joined":
            evidence = _evidence(history.evidence, event.entry_id)
            lines.append(
                say(
                    "families.history_joined", label=labels.of(event.entry_id), anchor=labels.of(anchor), day=day,
                    evidence=evidence,
                )
            )  # fmt: skip
        elif event.entry_id not in joined:
            lines.append(say("families.history_first", label=labels.of(event.entry_id), day=day))
    return [*likely_lines(history, opened, labels), *lines]


def likely_lines(history: FamilyHistory, opened: FamilyFile, labels: Labels) -> list[str]:
    """Say of entries that are another family for certain's sake why they are likely this one."""
    anchor = min(opened.entries, key=lambda entry: entry.entry_id)
    return [
        say(
            "families.history_likely", label=labels.of(entry.entry_id), anchor=labels.of(anchor.entry_id),
            evidence=_evidence(history.evidence, entry.entry_id),
        )
        for entry in opened.entries
        if entry.subject_id != anchor.subject_id
    ]  # fmt: skip


def _evidence(pairs: Sequence[Evidence], entry_id: int) -> str:
    """Say by what an entry is tied to others of the family: the strongest pair that was accepted."""
    tied = [pair for pair in pairs if entry_id in (pair.a, pair.b) and pair.grade in ACCEPTED]
    if not tied:
        return say("families.evidence_elsewhere")
    best = max(tied, key=lambda pair: pair.weight)
    return say("families.evidence", rule=say(f"rule.{best.rule}"), grade=say(f"grade.{best.grade}"))


def verdict_lines(verdicts: Sequence[FamilyVerdict], labels: Labels) -> list[VerdictLine]:
    """Return what people decided, newest first."""
    return [
        VerdictLine(
            say_marked(
                "families.verdict_line", user=as_written(one.decided_by), day=show_digits(day_words(one.decided_at)),
                a=labels.of(one.a), b=labels.of(one.b), verdict=say(f"families.verdict.{one.verdict}"),
                reason=as_written(one.reason),
            ),
            one.undone_at is not None,
            one.waiting,
        )
        for one in verdicts
    ]  # fmt: skip


def as_written(text: str) -> SafeString:
    """Mark what somebody wrote, so that it stays apart from our words and keeps its direction."""
    return format_html("<bdi>{}</bdi>", text)
