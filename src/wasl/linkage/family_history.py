"""How a family came to be: when entries joined or left, on what evidence, and what people decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wasl.linkage.rules import PairKind
from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows


@dataclass(frozen=True)
class FamilyEvent:
    """
    Something that happened to an entry: `first` linked, `joined` the oldest of the family's entries, `left` it.

    `joined` dates from the run since which both have been one family for certain without a break.
    """

    event: str
    entry_id: int
    at: datetime


@dataclass(frozen=True)
class Evidence:
    """A pair of entries that the last linking compared and kept: its grade, the rule, its weight."""

    a: int
    b: int
    grade: str
    rule: str
    weight: int


@dataclass(frozen=True)
class FamilyVerdict:
    """What somebody decided about two entries; `other` may be of another family by now."""

    a: int
    b: int
    verdict: str
    reason: str
    decided_by: str
    decided_at: datetime
    undone_at: datetime | None
    waiting: bool


@dataclass(frozen=True)
class FamilyHistory:
    """The events of a family, newest first, with what joins its entries and when all were last linked."""

    events: tuple[FamilyEvent, ...]
    evidence: tuple[Evidence, ...]
    linked_at: datetime | None


READ = """
SELECT 'linked', NULL::bigint, NULL::bigint, linkage_linked_at(), NULL::text, NULL::text, NULL::integer
UNION ALL
SELECT event, entry_id, NULL, at, NULL, NULL, NULL FROM linkage_family_history(%(family)s, %(entries)s)
UNION ALL
SELECT 'pair', a_id, b_id, NULL, grade, rule, weight FROM linkage_pairs_among(%(kind)s, %(entries)s)
"""

VERDICTS = "SELECT * FROM linkage_verdicts_of(%s, %s::bigint[]) LIMIT 50"


def read_family_history(viewer: Viewer, family_id: int, entry_ids: Sequence[int]) -> FamilyHistory:
    """
    Return what happened to these entries of a family; those that are not the viewer's tell nothing.

    Groups that are only likely keep no history: they are judged afresh by every run.
    """
    values: dict[str, Any] = {
        "family": family_id,
        "entries": list(entry_ids),
        "kind": str(PairKind.FAMILY),
    }
    rows = read_rows(viewer, READ, values)
    linked = next((row[3] for row in rows if row[0] == "linked"), None)
    events = tuple(
        FamilyEvent(row[0], row[1], row[3]) for row in rows if row[0] in ("first", "joined", "left")
    )
    pairs = tuple(Evidence(row[1], row[2], *row[4:]) for row in rows if row[0] == "pair")
    return FamilyHistory(events, pairs, linked)


def list_family_verdicts(viewer: Viewer, entry_ids: Sequence[int]) -> list[FamilyVerdict]:
    """Return what was decided about these entries, newest first, undone too: the desk's alone to read."""
    if not viewer.is_desk:
        return []
    kind, entries = str(PairKind.FAMILY), list(entry_ids)
    return [FamilyVerdict(*row) for row in read_rows(viewer, VERDICTS, [kind, entries])]
