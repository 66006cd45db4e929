"""The coverage calendar as a picture: slots down, months across, the newest at the reading start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.utils.translation import get_language

from wasl.benefits.calendar import CalendarCell, CellState
from wasl.benefits.queries.choices import Named
from wasl.kernel.months import format_month
from wasl.web.dates import day_words, month_words
from wasl.web.digits import show_digits
from wasl.web.joining import join_list
from wasl.web.naming import named
from wasl.web.words import say
from wasl.web.words.nouns import count_of

MONTHS = 12
LEGEND = (*CellState,)
# What a state is called in the stylesheet, where it is not its own name.
KINDS = {CellState.STATE: "of_state"}


@dataclass(frozen=True)
class GridCell:
    """
    One cell: its class, what stands in it, and what it says in words.

    `href` leads to what may be done with it; `reserves` where that is reserving it, which a page may fetch into
    itself.
    """

    kind: str
    sign: str
    words: str
    href: str = ""
    reserves: bool = False


@dataclass(frozen=True)
class Doors:
    """Where cells lead: a free one to the form that reserves it, one that an own grant holds to that grant."""

    reserve: str
    """The address of the form, to which slot and month are added; empty where the viewer may not reserve."""
    held: Mapping[tuple[str, date], str]
    """Codes of grants by slot and month."""
    since: date = date.max
    """The first month that may be reserved."""


NO_DOORS = Doors("", {})
FREE = (CellState.OPEN, CellState.UNKNOWN, CellState.NOT_TARGET)


@dataclass(frozen=True)
class GridRow:
    """One slot with its cells, newest month first."""

    name: str
    cells: tuple[GridCell, ...]


@dataclass(frozen=True)
class GridMonth:
    """The head of a column: month and year apart, so that it stays narrow."""

    name: str
    year: str


@dataclass(frozen=True)
class Grid:
    """The whole picture. `apart` are the slots in which nobody expects the family to be covered."""

    months: tuple[GridMonth, ...]
    rows: tuple[GridRow, ...]
    legend: tuple[GridCell, ...]
    apart: tuple[str, ...]


def name_of(code: str, names: Mapping[str, Named]) -> str:
    """Return the name of a slot or need in the page's language."""
    found = names.get(code)
    return code if found is None else named(found)


def make_grid(
    cells: Iterable[CalendarCell],
    slots: Mapping[str, Named],
    *,
    organisations: Mapping[str, str],
    doors: Doors = NO_DOORS,
) -> Grid:
    """Lay out a calendar; `organisations` are the names of those the viewer may know, `doors` where cells lead."""
    by_slot: dict[str, list[CalendarCell]] = {}
    for cell in cells:
        by_slot.setdefault(cell.slot, []).append(cell)
    shown, apart = [], []
    for slot, line in by_slot.items():
        name = name_of(slot, slots)
        if all(cell.state == CellState.NOT_TARGET for cell in line):
            apart.append(name)
        else:
            ordered = sorted(line, key=lambda cell: cell.month, reverse=True)
            shown.append(GridRow(name, tuple(_cell(cell, name, organisations, doors) for cell in ordered)))
    months = sorted({cell.month for line in by_slot.values() for cell in line}, reverse=True)
    return Grid(
        months=tuple(_month(month) for month in months),
        rows=tuple(shown),
        legend=tuple(_key(state) for state in LEGEND) + _marks(),
        apart=tuple(apart),
    )


def _month(month: date) -> GridMonth:
    name, _, year = month_words(month).rpartition(" ")
    return GridMonth(name, show_digits(year))


def _sign(state: CellState) -> str:
    if state == CellState.UNKNOWN:
        return "?" if get_language() == "en" else "؟"
    return "–" if state == CellState.NOT_TARGET else ""


def _key(state: CellState) -> GridCell:
    return GridCell(KINDS.get(state, str(state)), _sign(state), say(f"calendar.{state}"))


def _marks() -> tuple[GridCell, ...]:
    return (
        GridCell("other likely", "◐", say("calendar.likely")),
        GridCell("own doubled", "‼", say("calendar.doubled")),
    )


def _cell(cell: CalendarCell, slot: str, organisations: Mapping[str, str], doors: Doors) -> GridCell:
    kinds, sign = [KINDS.get(cell.state, str(cell.state))], _sign(cell.state)
    said = [say_state(cell, organisations)]
    if cell.certainty == "likely":
        kinds.append("likely")
        sign = "◐"
        said.append(say("calendar.likely"))
    if cell.doubled:
        kinds.append("doubled")
        sign = "‼"
        said.append(say("calendar.doubled"))
    words = say("calendar.cell", slot=slot, month=month_words(cell.month), words=join_list(said))
    href, reserves, said_of_it = _door(cell, doors)
    words = say(said_of_it, words=words) if said_of_it else words
    return GridCell(" ".join(kinds), sign, show_digits(words), href, reserves)


def _door(cell: CalendarCell, doors: Doors) -> tuple[str, bool, str]:
    """Return where a cell leads, whether that reserves it, and the code of the words for it."""
    held = doors.held.get((cell.slot, cell.month))
    if held is not None:
        return f"/grants/{held}/", False, "reserve.to_grant"
    if doors.reserve and cell.state in FREE and cell.month >= doors.since:
        asked = urlencode({"slot": cell.slot, "month": format_month(cell.month)})
        return f"{doors.reserve}?{asked}", True, "reserve.cell"
    return "", False, ""


def say_state(cell: CalendarCell, organisations: Mapping[str, str]) -> str:
    """Return in words what is known of one cell, as far as this viewer may know."""
    if cell.state == CellState.UNKNOWN:
        return say("calendar.unknown_of", reports=count_of(cell.reports_missing, "report"))
    if cell.state == CellState.RESERVED and cell.ends_at is not None:
        return say("calendar.reserved_until", day=day_words(cell.ends_at))
    said = who_covers(cell, organisations)
    if cell.state == CellState.STATE and cell.last_seen is not None:
        return say("calendar.state_seen", month=month_words(cell.last_seen))
    return said


def who_covers(cell: CalendarCell, organisations: Mapping[str, str]) -> str:
    """Return by whom a cell is covered: by name where the viewer knows, else us, another, the state."""
    names = join_list([organisations.get(one, one) for one in cell.organisations])
    if names and cell.state in (CellState.OTHER, CellState.STATE):
        return say("calendar.by_names", names=names)
    if cell.state == CellState.RESERVED:
        return say("calendar.reserved_by" if names else "calendar.reserved_other", names=names)
    return say(f"calendar.{cell.state}")
