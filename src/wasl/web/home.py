"""The first page: what was given twice and to whom nobody gave, where, and what has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode

from wasl.benefits.queries.choices import Choices, get_choices
from wasl.benefits.queries.gap_pages import GapSum, list_gap_sums
from wasl.benefits.queries.grant_pages import count_grant_sums
from wasl.benefits.queries.pages import (
    Counted,
    OverlapSum,
    count_overlaps_since,
    count_repeat_total,
    list_overlap_sums,
)
from wasl.intake.headline import ListNews, get_list_news
from wasl.linkage.rules import RunState
from wasl.linkage.run_queries import RunView, list_runs
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.store.figures import SlotFigures, list_slot_figures
from wasl.web.access import page
from wasl.web.accuracy import measure_for_home
from wasl.web.digits import show_digits
from wasl.web.tables import read_choice
from wasl.web.tiles import TileMap, make_tile_map
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say
from wasl.web.words.nouns import count_of

MAPS = ("overlaps", "gaps")
FIRST_SLOT = "food"
RUNS_READ = 10
"""The last published run is among so many of the newest, or nothing is said of it."""


@dataclass(frozen=True)
class Number:
    """A figure with its words and the rows behind it."""

    words: str
    value: int | None
    href: str
    parts: tuple[tuple[str, int, str], ...] = ()


@dataclass(frozen=True)
class Change:
    """Something that changed since the last matching, said in words, with where to look."""

    words: str
    href: str


@page(desk=True, officer=True, viewer=True)
def home(request: HttpRequest) -> HttpResponse:
    """Answer what was given twice and what was not given, as far as the viewer may see."""
    viewer = get_viewer_of(request)
    run = _last_run(viewer)
    news = get_list_news(viewer, run.finished_at if run else None)
    if not news.active:
        return render(request, "web/home.html", {"viewer": viewer, "is_empty": True})
    choices = get_choices(viewer)
    slots, overlaps, gaps = list_slot_figures(viewer), list_overlap_sums(viewer), list_gap_sums(viewer)
    repeats, counted_at = count_repeat_total(viewer)
    kind = read_choice(request, "map", MAPS) or "overlaps"
    slot = read_choice(request, "slot", choices.slots)
    if kind == "gaps":
        slot = slot or _first_slot(gaps)
    content = {
        "viewer": viewer, "news": news, "linked_at": run.finished_at if run else counted_at,
        "oldest_days": _days_since(news.oldest), "numbers": _numbers(viewer, run, news, slots, repeats),
        "answer": _answer(viewer, run, slots), "slots": slots, "choices": choices, "map_kind": kind, "map_slot": slot,
        "map": _map(kind, slot, overlaps, gaps, choices), "changes": _changes(viewer, run, news),
        "measured": measure_for_home(viewer) if viewer.is_desk else None,
    }  # fmt: skip
    return render(request, "web/home.html", content)


def _last_run(viewer: Viewer) -> RunView | None:
    """Return the last published run; its figures are the desk's alone."""
    if not viewer.is_desk:
        return None
    return next((run for run in list_runs(viewer, limit=RUNS_READ) if run.state is RunState.DONE), None)


def _answer(viewer: Viewer, run: RunView | None, slots: Sequence[SlotFigures]) -> str:
    overlaps = sum((one.overlaps_certain or 0) + (one.overlaps_likely or 0) for one in slots)
    gaps = next((one for one in slots if one.slot == FIRST_SLOT and one.month), None)
    words = {
        "overlaps": show_digits(count_of(overlaps, "overlap")),
        "families": show_digits(count_of(run.counts.get("families", 0), "family")) if run else "",
        "gaps": show_digits(count_of(gaps.gaps or 0, "family")) if gaps else "",
    }
    code = "home.answer" if viewer.is_desk and run else "home.answer_own"
    return say(code if gaps else f"{code}_no_gaps", **words)


def _numbers(
    viewer: Viewer, run: RunView | None, news: ListNews, slots: Sequence[SlotFigures], repeats: int
) -> list[Number]:
    certain = sum(one.overlaps_certain or 0 for one in slots)
    likely = sum(one.overlaps_likely or 0 for one in slots)
    overlaps = reverse("overlaps")
    found = [
        Number("lists", news.active, "/lists/"),
        Number("home.rows", news.rows, "/lists/", (("home.rejected", news.rejected, "/lists/"),)),
    ]
    if run:
        found += [
            Number("families", run.counts.get("families"), "/search/"),
            Number("people", run.counts.get("people"), "/search/"),
        ]
    found += [
        Number(
            "overlaps", certain + likely, overlaps,
            (
                ("certainty.certain", certain, f"{overlaps}?certainty=certain"),
                ("certainty.likely", likely, f"{overlaps}?certainty=likely"),
            ),
        ),
        Number("home.repeats", repeats, reverse("repeats")),
    ]  # fmt: skip
    return [*found, *_grant_numbers(viewer)] if viewer.role == Role.OFFICER else found


def _grant_numbers(viewer: Viewer) -> list[Number]:
    """Return what waits to be approved and to be handed over, and what was handed over this month."""
    this_month = timezone.localdate().replace(day=1)
    sums = count_grant_sums(viewer, month=this_month)
    return [
        Number("home.grants.reserved", sums.reserved, "/grants/?state=reserved"),
        Number("home.grants.approved", sums.approved, "/grants/?state=approved"),
        Number("home.grants.delivered", sums.delivered, "/grants/?only=handed"),
    ]


def _map(
    kind: str, slot: str | None, overlaps: Sequence[OverlapSum], gaps: Sequence[GapSum], choices: Choices
) -> TileMap:
    values: Counter[str] = Counter()
    if kind == "gaps":
        for gap in gaps:
            if gap.slot == slot and gap.is_open:
                values[gap.governorate] += gap.families
    else:
        for one in overlaps:
            if slot in (None, one.slot):
                values[one.governorate] += one.total

    def href(code: str) -> str:
        asked = {"slot": slot, "governorate": code, "state": "open" if kind == "gaps" else None}
        return f"{reverse(kind)}?{urlencode({name: value for name, value in asked.items() if value})}"

    return make_tile_map(values, choices.governorates, href)


def _first_slot(gaps: Sequence[GapSum]) -> str:
    slots = {gap.slot for gap in gaps}
    return FIRST_SLOT if FIRST_SLOT in slots or not slots else min(slots)


def _changes(viewer: Viewer, run: RunView | None, news: ListNews) -> list[Change]:
    """Return what changed: by the last matching, and since; the desk's alone."""
    if run is None:
        return []
    opened, closed = count_overlaps_since(viewer, run.started_at)
    newest = f"{reverse('overlaps')}?{urlencode({'sort': 'opened'})}"
    told = [
        ("home.changes.joined", "family", Counted(run.counts.get("joined_families", 0)), "/runs/"),
        ("home.changes.separated", "family", Counted(run.counts.get("separated_families", 0)), "/runs/"),
        ("home.changes.opened", "overlap", opened, newest),
        ("home.changes.closed", "overlap", closed, f"{reverse('overlaps')}?state=closed"),
        ("home.changes.loaded", "list", Counted(news.loaded_since), "/lists/"),
        ("home.changes.withdrawn", "list", Counted(news.withdrawn_since), "/lists/"),
    ]
    return [
        Change(say(code, number=_said(counted, noun)), href)
        for code, noun, counted, href in told
        if counted.total
    ]


def _said(counted: Counted, noun: str) -> str:
    words = show_digits(count_of(counted.total, noun))
    return f"{say('overlaps.more_than')} {words}" if counted.more else words


def _days_since(moment: datetime | None) -> int | None:
    return None if moment is None else max(0, (timezone.localdate() - timezone.localdate(moment)).days)


ROUTES = [path("", home, name="home")]
