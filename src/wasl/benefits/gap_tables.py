"""Gaps as a page shows and a workbook holds them: with families, places and months by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from wasl.benefits.queries.choices import Named, get_choices, list_heads, name_marakiz
from wasl.benefits.queries.gap_pages import NEVER, GapQuestion, GapRow, list_gap_families
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import family_codes

CHUNK = 1000
HEADS = ("family", "head", "state", "governorate", "markaz", "village", "people", "since", "missing")


@dataclass(frozen=True)
class ShownGap:
    """A family as the viewer reads it, with its place by name."""

    gap: GapRow
    family: str
    head: str
    governorate: Named | None
    markaz: Named | None

    @property
    def last_covered(self) -> date | None:
        """Return the last month somebody covered it, None for never."""
        return None if self.gap.last_covered == NEVER else self.gap.last_covered


def show_gaps(
    viewer: Viewer, question: GapQuestion, limit: int, governorates: Mapping[str, Named]
) -> list[ShownGap]:
    """Return a page of families, in four queries whatever its length."""
    found = list_gap_families(viewer, question, limit)
    if not found:
        return []
    families = [gap.family_id for gap in found]
    codes, heads = family_codes(viewer, families), list_heads(viewer, families)
    marakiz = name_marakiz(viewer, [gap.markaz for gap in found])
    return [
        ShownGap(
            gap, codes.get(gap.family_id, ""), heads.get(gap.family_id, ""), governorates.get(gap.governorate),
            marakiz.get(gap.markaz),
        )
        for gap in found
    ]  # fmt: skip


def cursor_of(gap: GapRow, question: GapQuestion) -> tuple[str | int, ...]:
    """Return where a page that ends with `gap` ends."""
    if question.sort == "since":
        return gap.last_covered.isoformat(), gap.name_no
    return gap.governorate, gap.markaz, gap.name_no


def gap_cells(
    viewer: Viewer, question: GapQuestion, words: Mapping[str, str], language: str
) -> Iterator[tuple[object, ...]]:
    """Yield the cells of every family that `question` finds, as HEADS."""
    governorates = get_choices(viewer).governorates
    while True:
        found = show_gaps(viewer, question, CHUNK, governorates)
        for one in found:
            yield (
                one.family, one.head, words.get(one.gap.state, one.gap.state), _called(one.governorate, language),
                _called(one.markaz, language), one.gap.village, one.gap.people, one.last_covered,
                one.gap.reports_missing,
            )  # fmt: skip
        if len(found) < CHUNK:
            return
        question = replace(question, after=cursor_of(found[-1].gap, question))


def _called(named: Named | None, language: str) -> str:
    return "" if named is None else named.get_name(language)
