"""Pages of slots and seasons: what must not be given twice, and the months that have a name."""

from __future__ import annotations

from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.benefits.needs.actions import add_season, add_slot, change_season, change_slot
from wasl.benefits.needs.effects import find_gaps
from wasl.benefits.needs.queries import (
    SeasonView,
    SlotView,
    list_needs,
    list_seasons,
    list_slots,
    list_written,
)
from wasl.benefits.needs.rules import TARGETS
from wasl.benefits.permissions import can_keep_needs
from wasl.kernel.errors import Conflict, NotFound, WaslError
from wasl.kernel.months import add_months, format_month
from wasl.web.access import page
from wasl.web.digits import show_digits
from wasl.web.naming import named
from wasl.web.needs_form import (
    problems_of,
    read_edited,
    read_season,
    read_slot,
    season_fields,
    season_months,
)
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say
from wasl.web.words.nouns import count_of

T = TypeVar("T", SlotView, SeasonView)

SLOT_FIELDS = ("code", "name_ar", "name_en", "target", "sensitive", "reason")
SEASON_FIELDS = ("code", "name_ar", "name_en", "first", "last", "reason")


@page(desk=True, officer=True, viewer=True)
def slots(request: HttpRequest) -> HttpResponse:
    """List the slots."""
    return _slots_page(request, {"target": TARGETS[1]}, {})


@page(desk=True, officer=False, viewer=False, methods=("POST",))
def slot_new(request: HttpRequest) -> HttpResponse:
    """Add a slot."""
    typed = _typed(request, SLOT_FIELDS)
    try:
        add_slot(
            by=get_viewer_of(request), at=timezone.now(), slot=typed["code"], values=read_slot(request.POST)
        )
    except WaslError as error:
        return _slots_page(request, typed, problems_of(error))
    messages.success(request, say("slots.added", name=typed["name_ar"]))
    return HttpResponseRedirect(reverse("slots"))


def _slots_page(request: HttpRequest, typed: dict[str, str], problems: dict[str, str]) -> HttpResponse:
    viewer = get_viewer_of(request)
    found = list_slots(viewer)
    names = {need.code: need for need in list_needs(viewer)}
    content = {
        "slots": [(slot, [names[code] for code in slot.needs]) for slot in found],
        "answer": show_digits(say("slots.answer", slots=count_of(len(found), "slot"))),
        "written": [(one, _by_code(found).get(one.code)) for one in list_written(viewer, "slot")],
        "targets": TARGETS, "typed": typed, "problems": problems, "may_keep": can_keep_needs(viewer),
    }  # fmt: skip
    return render(request, "web/slots.html", content, status=422 if problems else 200)


@page(desk=True, officer=False, viewer=False, methods=("GET", "POST"))
def slot(request: HttpRequest, code: str) -> HttpResponse:
    """Show a slot's form with what a change would do; POST changes it."""
    viewer = get_viewer_of(request)
    found = _by_code(list_slots(viewer)).get(code)
    if found is None:
        raise NotFound("slot.unknown", slot=code[:40])
    if request.method != "POST":
        typed = {"name_ar": found.name_ar, "name_en": found.name_en, "target": found.values.target}
        typed["sensitive"] = "1" if found.values.sensitive else ""
        return _slot_page(request, found, typed, {})
    settled = found.values.sensitive if found.is_settled else None
    try:
        changed = change_slot(
            by=viewer, at=timezone.now(), slot=code, edited=read_edited(request.POST),
            values=read_slot(request.POST, sensitive=settled), reason=request.POST.get("reason", ""),
        )  # fmt: skip
    except WaslError as error:
        status = 409 if isinstance(error, Conflict) else 422
        return _slot_page(request, found, _typed(request, SLOT_FIELDS), problems_of(error), status)
    messages.success(request, say("slots.changed" if changed else "needs.same", name=named(found)))
    return HttpResponseRedirect(reverse("slots"))


def _slot_page(
    request: HttpRequest, found: SlotView, typed: dict[str, str], problems: dict[str, str], status: int = 200
) -> HttpResponse:
    gaps = find_gaps(get_viewer_of(request), found.code)
    content = {
        "slot": found, "typed": typed, "problems": problems, "targets": TARGETS, "gaps": gaps, "edited": found.version,
    }  # fmt: skip
    return render(request, "web/slots_one.html", content, status=status)


@page(desk=True, officer=True, viewer=True)
def seasons(request: HttpRequest) -> HttpResponse:
    """List the seasons."""
    coming = format_month(add_months(timezone.localdate().replace(day=1), 1))
    return _seasons_page(request, {"first": coming, "last": coming}, {})


@page(desk=True, officer=False, viewer=False, methods=("POST",))
def season_new(request: HttpRequest) -> HttpResponse:
    """Add a season."""
    typed = _typed(request, SEASON_FIELDS)
    try:
        values = read_season(request.POST)
        add_season(by=get_viewer_of(request), at=timezone.now(), season=typed["code"], values=values)
    except WaslError as error:
        return _seasons_page(request, typed, problems_of(error))
    messages.success(request, say("seasons.added", name=values.name_ar))
    return HttpResponseRedirect(reverse("seasons"))


def _seasons_page(request: HttpRequest, typed: dict[str, str], problems: dict[str, str]) -> HttpResponse:
    viewer = get_viewer_of(request)
    found = list_seasons(viewer)
    content = {
        "seasons": found, "typed": typed, "problems": problems, "months": season_months(),
        "answer": _season_answer(found), "may_keep": can_keep_needs(viewer),
        "written": [(one, _by_code(found).get(one.code)) for one in list_written(viewer, "season")],
    }  # fmt: skip
    return render(request, "web/seasons.html", content, status=422 if problems else 200)


def _season_answer(found: tuple[SeasonView, ...]) -> str:
    today = timezone.localdate().replace(day=1)
    coming = [one for one in found if one.values.months[-1] >= today]
    if not coming:
        return say("seasons.none_coming")
    return say("seasons.answer", name=named(coming[-1]))


@page(desk=True, officer=False, viewer=False, methods=("GET", "POST"))
def season(request: HttpRequest, code: str) -> HttpResponse:
    """Show a season's form; POST corrects it."""
    viewer = get_viewer_of(request)
    found = _by_code(list_seasons(viewer)).get(code)
    if found is None:
        raise NotFound("season.unknown", season=code[:40])
    if request.method != "POST":
        return _season_page(request, found, season_fields(found.values), {})
    try:
        change_season(
            by=viewer, at=timezone.now(), season=code, edited=read_edited(request.POST),
            values=read_season(request.POST), reason=request.POST.get("reason", ""),
        )  # fmt: skip
    except WaslError as error:
        status = 409 if isinstance(error, Conflict) else 422
        return _season_page(request, found, _typed(request, SEASON_FIELDS), problems_of(error), status)
    messages.success(request, say("seasons.changed", name=named(found)))
    return HttpResponseRedirect(reverse("seasons"))


def _season_page(
    request: HttpRequest,
    found: SeasonView,
    typed: dict[str, str],
    problems: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    content = {
        "season": found, "typed": typed, "problems": problems, "edited": found.version,
        "months": season_months(*found.values.months),
    }  # fmt: skip
    return render(request, "web/seasons_one.html", content, status=status)


def _by_code(found: tuple[T, ...]) -> dict[str, T]:
    return {one.code: one for one in found}


def _typed(request: HttpRequest, names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.POST.get(name, "").strip() for name in names}


ROUTES = [
    path("slots/", slots, name="slots"),
    path("slots/new/", slot_new, name="slot_new"),
    path("slots/<str:code>/", slot, name="slot"),
    path("seasons/", seasons, name="seasons"),
    path("seasons/new/", season_new, name="season_new"),
    path("seasons/<str:code>/", season, name="season"),
]
