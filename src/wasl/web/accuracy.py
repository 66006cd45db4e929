"""The page of how right matching is: by month, with intervals, and where the sample was drawn from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.jobs.queries import JobView, list_jobs
from wasl.linkage.audit_jobs import DRAW, ask_for_sample
from wasl.linkage.audit_sample import MonthView, list_months, list_questions, month_at
from wasl.linkage.estimates import Share
from wasl.organisations.viewer import Viewer
from wasl.web.access import page
from wasl.web.counts import show_count
from wasl.web.dates import ago_words, month_words
from wasl.web.digits import show_digits
from wasl.web.tables import Column, wants_export, xlsx_response
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say

COUNTED = 1_000
COLUMNS = (
    Column("accuracy.month", "month"), Column("accuracy.measure"), Column("accuracy.value"),
    Column("accuracy.low"), Column("accuracy.high"), Column("accuracy.n", "number"),
    Column("accuracy.drawn", "number"), Column("accuracy.drawn_at", "day"),
)  # fmt: skip
MEASURES: dict[str, Callable[[MonthView], Share | None]] = {
    "precision": lambda month: month.precision,
    "certain": lambda month: month.by_grade.get("certain"),
    "likely": lambda month: month.by_grade.get("likely"),
    "missed": lambda month: month.missed,
    "agreement": lambda month: month.agreement,
}


@dataclass(frozen=True)
class ShownShare:
    """A share in words: the value, and its bounds with how many were judged; empty where none was."""

    value: str = ""
    between: str = ""


@dataclass(frozen=True)
class ShownMonth:
    """A month with its measures in words, in the order of MEASURES."""

    month: MonthView
    shares: list[ShownShare]


@page(desk=True, officer=False, viewer=False)
def accuracy(request: HttpRequest) -> HttpResponse:
    """Show how right matching is by month, what waits to be judged, and the newest sample part by part."""
    viewer = get_viewer_of(request)
    months = list_months(viewer)
    if wants_export(request):
        return xlsx_response(say("accuracy.title"), COLUMNS, _export(months))
    jobs = list_jobs(viewer, kinds=[DRAW], limit=1)
    is_on = bool(jobs and jobs[0].is_open)
    present = month_at(timezone.now())
    waiting = len(list_questions(viewer, limit=COUNTED))
    content = {
        "answer": say_answer(months), "months": [_shown(month) for month in months],
        "measures": [f"accuracy.{one}" for one in MEASURES], "newest": months[0] if months else None,
        "waiting": waiting, "job": jobs[0] if is_on else None,
        "may_draw": not is_on and not any(month.month == present for month in months),
    }  # fmt: skip
    return render(request, "web/accuracy.html", content)


@page(desk=True, officer=False, viewer=False, methods=("POST",))
def draw(request: HttpRequest) -> HttpResponse:
    """Have the month's sample drawn; one that is drawn stays."""
    viewer = get_viewer_of(request)
    if not ask_for_sample(by=viewer, at=timezone.now()):
        messages.info(request, say("accuracy.drawing"), extra_tags="asked")
    return HttpResponseRedirect(reverse("accuracy"))


def say_answer(months: list[MonthView]) -> str:
    """Return the newest measured precision in a sentence, with what was missed where that is known."""
    measured = next((month for month in months if month.precision), None)
    if measured is None or measured.precision is None:
        if not months:
            return say("accuracy.answer_none")
        return say("accuracy.answer_drawn", month=show_digits(month_words(months[0].month)))
    said = say(
        "accuracy.answer", **_bounds(measured.precision), pairs=show_count(measured.precision.n, "pair"),
        month=show_digits(month_words(measured.month)),
    )  # fmt: skip
    if measured.missed is None:
        return said
    return f"{said} {say('accuracy.answer_missed', **_bounds(measured.missed))}"


@dataclass(frozen=True)
class Measured:
    """The figure of the home page: the precision last measured, in words, with its bounds, n and age."""

    value: str
    note: str


def measure_for_home(viewer: Viewer) -> Measured:
    """Return the precision of the newest month in which anything was judged, for the desk's home page."""
    measured = next((month for month in list_months(viewer, limit=12) if month.precision), None)
    if measured is None or measured.precision is None:
        return Measured("—", say("accuracy.home_none"))
    note = say(
        "accuracy.home_note", **_bounds(measured.precision), pairs=show_count(measured.precision.n, "pair"),
        ago=show_digits(ago_words(measured.last_at or measured.drawn_at)),
    )  # fmt: skip
    return Measured(say("accuracy.share", value=_percent(measured.precision.value)), note)


def _shown(month: MonthView) -> ShownMonth:
    return ShownMonth(month, [_say_share(read(month)) for read in MEASURES.values()])


def _say_share(share: Share | None) -> ShownShare:
    if share is None:
        return ShownShare()
    return ShownShare(
        say("accuracy.share", value=_percent(share.value)),
        say("accuracy.between", n=show_digits(f"{share.n:,}"), **_bounds(share)),
    )


def _bounds(share: Share) -> dict[str, str]:
    return {"value": _percent(share.value), "low": _percent(share.low), "high": _percent(share.high)}


def _percent(value: float) -> str:
    return show_digits(f"{100 * value:.1f}".removesuffix(".0"))


def _export(months: list[MonthView]) -> Iterator[list[object]]:
    for month in months:
        for name, read in MEASURES.items():
            share = read(month)
            if share is not None:
                bounds = [round(100 * value, 2) for value in (share.value, share.low, share.high)]
                yield [month.month, say(f"accuracy.{name}"), *bounds, share.n, month.drawn, month.drawn_at]


def _page_of_sample(job: JobView) -> str:
    return reverse("accuracy")


JOB_PAGES: dict[str, Callable[[JobView], str]] = {DRAW: _page_of_sample}

ROUTES = [
    path("accuracy/", accuracy, name="accuracy"),
    path("accuracy/draw/", draw, name="accuracy_draw"),
]
