"""What a family's page says first: is it covered this month, by whom, and what nobody knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import get_language

from wasl.benefits.calendar import CalendarCell, CellState
from wasl.benefits.queries.choices import Named
from wasl.web.calendar_grid import name_of, who_covers
from wasl.web.dates import month_words
from wasl.web.digits import show_digits
from wasl.web.joining import join_words
from wasl.web.words import say
from wasl.web.words.nouns import count_of


def answer_sentences(
    cells: Sequence[CalendarCell], slots: Mapping[str, Named], organisations: Mapping[str, str], month: date
) -> list[str]:
    """Return the answer for one month, sentence by sentence, the surest first."""
    here = [cell for cell in cells if cell.month == month]
    certain = [cell for cell in here if cell.is_covered and cell.certainty != "likely"]
    likely = [cell for cell in here if cell.is_covered and cell.certainty == "likely"]
    words = month_words(month)
    said = [
        *_covered(certain, slots, organisations, words),
        *_for_slots("families.covered_likely", likely, slots, words),
        *_for_slots("families.open", _of(here, CellState.OPEN), slots, words, bare=not (certain or likely)),
        *_unknown(_of(here, CellState.UNKNOWN), slots, words),
    ]
    return [show_digits(one) for one in said] or [say("families.nothing", month=words)]


def _covered(
    cells: Sequence[CalendarCell], slots: Mapping[str, Named], organisations: Mapping[str, str], month: str
) -> list[str]:
    if not cells:
        return []
    if len(cells) == 1:
        [cell] = cells
        said = [
            say(
                "families.covered_one",
                slot=_quoted([cell], slots),
                month=month,
                by=who_covers(cell, organisations),
            )
        ]
    else:
        parts = [f"{_quoted([cell], slots)} {who_covers(cell, organisations)}" for cell in cells]
        said = [say("families.covered_many", parts=join_words(parts), month=month)]
    again: dict[date, list[CalendarCell]] = {}
    for cell in cells:
        if cell.free_from is not None:
            again.setdefault(cell.free_from, []).append(cell)
    for free_from, those in sorted(again.items()):
        code = "families.again" if len(those) == len(cells) else "families.again_in"
        said.append(say(code, month=month_words(free_from), slots=_quoted(those, slots)))
    return said


def _for_slots(
    code: str, cells: Sequence[CalendarCell], slots: Mapping[str, Named], month: str, *, bare: bool = False
) -> list[str]:
    if not cells:
        return []
    return [say(f"{code}_only" if bare else code, slots=_quoted(cells, slots), month=month)]


def _unknown(cells: Sequence[CalendarCell], slots: Mapping[str, Named], month: str) -> list[str]:
    """Say what is not known, slots that wait for as many reports together."""
    by_missing: dict[int, list[CalendarCell]] = {}
    for cell in cells:
        by_missing.setdefault(cell.reports_missing, []).append(cell)
    return [
        say(
            "families.unknown", slots=_quoted(those, slots), month=month,
            missing=_missing(missing),
        )
        for missing, those in sorted(by_missing.items())
    ]  # fmt: skip


def _missing(reports: int) -> str:
    if reports in (1, 2):
        return say("families.missing_one" if reports == 1 else "families.missing_two")
    return say("families.missing_many", organisations=count_of(reports, "organisation"))


def _of(cells: Sequence[CalendarCell], state: CellState) -> list[CalendarCell]:
    return [cell for cell in cells if cell.state == state]


def _quoted(cells: Sequence[CalendarCell], slots: Mapping[str, Named]) -> str:
    names = [name_of(cell.slot, slots) for cell in cells]
    return join_words([name.lower() if get_language() == "en" else f"«{name}»" for name in names])
