"""Why a person's records are one: the pairs that joined them, and what people decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wasl.linkage.family_history import FamilyVerdict
from wasl.linkage.queries import find_pairs, rows
from wasl.linkage.rules import PairKind
from wasl.organisations.viewer import Viewer

ACCEPTED = ("certain", "likely")


@dataclass(frozen=True)
class Tie:
    """What ties a record to the others that the viewer may read: the strongest pair that was accepted."""

    record_id: int
    other_id: int | None
    grade: str | None
    rule: str | None


def list_ties(viewer: Viewer, record_ids: Sequence[int]) -> list[Tie]:
    """
    Return how each record but the oldest is tied to another of them, oldest first.

    Where no pair among them does, the tie leads over records that the viewer may not read.
    """
    pairs = [one for one in find_pairs(viewer, record_ids, []) if one.grade in ACCEPTED]
    pairs.sort(key=lambda pair: (-pair.weight, pair.a, pair.b))
    ties = []
    for record in sorted(record_ids)[1:]:
        best = next((one for one in pairs if record in (one.a, one.b)), None)
        other = None if best is None else best.a if best.b == record else best.b
        ties.append(Tie(record, other, best.grade if best else None, best.rule if best else None))
    return ties


def list_person_verdicts(viewer: Viewer, record_ids: Sequence[int]) -> list[FamilyVerdict]:
    """Return what was decided about these records, newest first, undone too: the desk's alone to read."""
    if not viewer.is_desk:
        return []
    kind = str(PairKind.PERSON)
    query = "SELECT * FROM linkage_verdicts_of(%s, %s::bigint[]) LIMIT 50"
    return [FamilyVerdict(*row) for row in rows(viewer, query, [kind, list(record_ids)])]
