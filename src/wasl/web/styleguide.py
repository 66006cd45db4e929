"""`/styleguide/`: every component with its states, for whoever builds pages and for the visual tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from wasl.benefits.calendar import CalendarCell, CellState, read_catalogue
from wasl.benefits.queries.choices import Named, get_choices
from wasl.kernel.months import add_months
from wasl.linkage.queries import PairView, Term
from wasl.web.access import page
from wasl.web.calendar_grid import Grid, make_grid
from wasl.web.letters import mark_differences
from wasl.web.tiles import make_tile_map
from wasl.web.viewing import get_viewer_of
from wasl.web.waterfall import draw_waterfall

MONTH = date(2026, 3, 1)
STATES = tuple(CellState)
BY_GOVERNORATE = {"01": 1_204, "21": 310, "24": 4_020, "32": 3, "34": 41, "28": 96}
# A made-up pair: its terms add up to its weight, as those of a real one do.
TERMS = [
    Term("prior", "", -1850), Term("given", "same", 420), Term("father", "same", 510), Term("third", "similar", 260),
    Term("birth", "year_near", 180), Term("place", "same_village", 640), Term("phone", "different", -40),
]  # fmt: skip
NAMES = ("محمود عبد الرحيم سيد جاد", "محمود عبدالرحيم السيد جاد")


@page(desk=True, officer=True, viewer=True)
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    viewer = get_viewer_of(request)
    governorates = get_choices(viewer).governorates
    pair = PairView(1, 2, "person", "likely", "pair", "stranger", sum(term.weight for term in TERMS), TERMS)
    content = {
        "month": MONTH,
        "grid": _make_calendar(read_catalogue(viewer).slots),
        "waterfall": draw_waterfall(pair),
        "map": make_tile_map(BY_GOVERNORATE, governorates, lambda code: f"?governorate={code}"),
        "letters": mark_differences(*NAMES),
    }
    return render(request, "web/styleguide.html", content)


def _make_calendar(slots: Mapping[str, Named]) -> Grid:
    """Lay out a calendar in which every state stands once."""
    cells = [
        _make_cell(slot, place, STATES[(place + shift) % len(STATES)])
        for shift, slot in enumerate(("food", "cash"))
        for place in range(len(STATES))
    ]
    return make_grid(cells, slots, organisations={})


def _make_cell(slot: str, place: int, state: CellState) -> CalendarCell:
    covered = state in (CellState.OWN, CellState.OTHER, CellState.STATE)
    return CalendarCell(
        slot=slot, month=add_months(MONTH, -place), state=state, certainty="certain" if covered else None,
        doubled=False, needs=(), organisations=(), reports_missing=3 if state == CellState.UNKNOWN else 0,
        last_seen=None, free_from=add_months(MONTH, 1) if covered else None, ends_at=None,
    )  # fmt: skip


ROUTES = [path("styleguide/", styleguide, name="styleguide")]
