"""What the demonstration found: gathered once, said in both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from wasl.kernel.months import format_month
from wasl.wording.demo import RESULT_WORDS

if TYPE_CHECKING:
    from wasl.organisations.viewer import Viewer


def gather_result(viewer: Viewer) -> dict[str, Any]:
    """Return rows by fate and why, people, families, and by slot overlaps, their cost, gaps, the oldest report."""
    from wasl.intake.queries import count_rejections, list_lists
    from wasl.store.figures import list_figures, list_slot_figures

    lists = [one for one in list_lists(viewer) if one.state == "active"]
    rejected: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for one in lists:
        lost.update(dict(one.cells_lost))
        if one.counts.rejected:
            rejected.update({reason.code: reason.rows for reason in count_rejections(viewer, one)})
    figures = {figure.code: figure for figure in list_figures(viewer)}
    slots = list_slot_figures(viewer)
    reports = [slot.oldest_report for slot in slots if slot.oldest_report is not None]
    return {
        "lists": len(lists),
        "rows": {code.removeprefix("rows."): count for code, count in figures["rows"].parts},
        "rows_rejected_why": dict(rejected.most_common()),
        "cells_lost": dict(lost.most_common()),
        "rows_without_claim": sum(one.counts.without_claim for one in lists),
        "people": figures["people"].value,
        "families": figures["families"].value,
        "slots": [
            {
                "slot": slot.slot, "name_ar": slot.name_ar, "name_en": slot.name_en,
                "overlaps_certain": slot.overlaps_certain, "overlaps_likely": slot.overlaps_likely,
                "cost_egp": None if slot.cost_piastres is None else slot.cost_piastres / 100,
                "gaps_month": None if slot.month is None else format_month(slot.month),
                "gaps_open": slot.gaps, "gaps_unknown": slot.unknown,
                "oldest_report": None if slot.oldest_report is None else format_month(slot.oldest_report),
            }
            for slot in slots
        ],
        "oldest_report": format_month(min(reports)) if reports else None,
    }  # fmt: skip


def result_lines(result: dict[str, Any]) -> Iterator[str]:
    """Yield the result in Arabic, then in English."""
    for place, name in enumerate(("name_ar", "name_en")):
        yield ""
        yield from _lines(result, place, name)


def _lines(result: dict[str, Any], place: int, name: str) -> Iterator[str]:
    def words(code: str, **params: object) -> str:
        return RESULT_WORDS[code][place].format(**params)

    yield words("rows", lists=result["lists"], **{fate: f"{rows:,}" for fate, rows in result["rows"].items()})
    for title, counts in (("rejected", result["rows_rejected_why"]), ("lost", result["cells_lost"])):
        if counts:
            told = words("comma").join(
                f"{reason_name(code, place)} {rows:,}" for code, rows in counts.items()
            )
            yield words(title, told=told)
    yield words("people", people=f"{result['people']:,}", families=f"{result['families']:,}")
    for slot in result["slots"]:
        if not any(
            slot[count] for count in ("overlaps_certain", "overlaps_likely", "gaps_open", "gaps_unknown")
        ):
            continue
        yield words(
            "slot", name=slot[name] or slot["name_ar"], certain=f"{slot['overlaps_certain'] or 0:,}",
            likely=f"{slot['overlaps_likely'] or 0:,}", cost=f"{slot['cost_egp'] or 0:,.0f}",
            month=slot["gaps_month"] or "",
            gaps=f"{slot['gaps_open'] or 0:,}", unknown=f"{slot['gaps_unknown'] or 0:,}",
        )  # fmt: skip
    if result["oldest_report"]:
        yield words("oldest", month=result["oldest_report"])


def reason_name(code: str, place: int) -> str:
    """Return the words of reading for a reason; 0 Arabic, 1 English."""
    from wasl.intake.reading import WORDS, reason_words

    told = reason_words(code)[place]
    return WORDS.get(code, {}).get(("ar", "en")[place], code) if told == code else told.partition(".")[0]
