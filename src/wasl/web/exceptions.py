"""Pages of exceptions: asked for after a refusal, answered by somebody of another organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.benefits.exceptions import (
    LONGEST_DAYS,
    REASON_LONGEST,
    ExceptionView,
    Wish,
    answer_exception,
    ask_exception,
    end_exception,
    list_exceptions,
    withdraw_exception,
)
from wasl.benefits.queries.choices import Choices, Named, get_choices
from wasl.benefits.queries.slot_needs import list_slot_needs
from wasl.kernel.codes import is_code
from wasl.kernel.errors import InvalidInput, NotFound, WaslError
from wasl.kernel.folding import fold_digits
from wasl.kernel.months import add_months, month_of, parse_month
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import family_codes
from wasl.registry.family_file import FamilyFile, MovedFamily, open_family
from wasl.store.connections import reading
from wasl.store.reading import read_rows
from wasl.web.access import page
from wasl.web.grants_choices import EntryChoice, list_entry_choices
from wasl.web.grants_words import say_months
from wasl.web.overlap_words import name_organisation
from wasl.web.tables import ROWS_A_PAGE, read_choice, read_text
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say, say_error

STATES = ("asked", "approved", "refused", "withdrawn", "ended")
BADGES = {"asked": "asked", "approved": "done", "refused": "refused", "withdrawn": "ended", "ended": "ended"}
FIRST_SLOT = "SELECT min(slot) FROM benefits_need_slot WHERE need = %s"
ANSWERS = ("approve", "refuse", "withdraw", "end")


@dataclass(frozen=True)
class Row:
    """An exception with the names of its codes."""

    one: ExceptionView
    family: str
    organisation: str
    approver: str
    slot: Named | None
    need: Named | None
    months: str
    state: str
    badge: str


@page(desk=True, officer=True, viewer=True)
def exceptions(request: HttpRequest) -> HttpResponse:
    """List exceptions, newest first: those that wait for the viewer's answer have it beside them."""
    viewer = get_viewer_of(request)
    state, after = read_choice(request, "state", STATES), read_text(request, "after", 30)
    if after and not is_code(after):
        raise InvalidInput("filter.unknown", name="after", value=after)
    found = list_exceptions(viewer, state=state, after=after, limit=ROWS_A_PAGE + 1)
    rows = found[:ROWS_A_PAGE]
    choices = get_choices(viewer)
    codes = family_codes(viewer, {one.family_id for one in rows if one.family_id})
    content = {
        "rows": [_row(one, choices, codes) for one in rows], "states": STATES, "chosen": state,
        "older": rows[-1].code if len(found) > ROWS_A_PAGE else "", "viewer": viewer, "longest": REASON_LONGEST,
        "may_act": viewer.role != "viewer", "waiting": sum(one.may_answer for one in rows),
    }  # fmt: skip
    return render(request, "web/exceptions.html", content)


@page(desk=True, officer=True, viewer=False, methods=("POST",))
def act(request: HttpRequest, code: str) -> HttpResponse:
    """Approve, refuse, withdraw or end one exception."""
    viewer, now = get_viewer_of(request), timezone.now()
    do, reason = request.POST.get("do", ""), request.POST.get("reason", "")
    if do not in ANSWERS:
        raise InvalidInput("exception.answer_missing")
    if do == "withdraw":
        withdraw_exception(by=viewer, at=now, code=code)
    elif do == "end":
        end_exception(by=viewer, at=now, code=code)
    else:
        answer_exception(by=viewer, at=now, code=code, approve=do == "approve", reason=reason)
    messages.success(request, say(f"exceptions.done.{do}"), extra_tags="done")
    return HttpResponseRedirect(reverse("exceptions"))


@page(desk=False, officer=True, viewer=False, methods=("GET", "POST"))
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for an exception for a family in a slot; POST keeps it."""
    viewer = get_viewer_of(request)
    said = request.POST if request.method == "POST" else request.GET
    if request.method != "POST":
        return _form(request, viewer, said)
    try:
        with reading(viewer):
            opened = _open(viewer, said.get("family", ""))
            wish = _wish(viewer, opened, said)
        ask_exception(by=viewer, at=timezone.now(), wish=wish)
    except NotFound:
        raise
    except WaslError as error:
        with reading(viewer):
            return _form(request, viewer, said, wrong=say_error(error), status=error.http)
    messages.success(request, say("exceptions.done.ask"), extra_tags="done")
    return HttpResponseRedirect(reverse("exceptions"))


def _open(viewer: Viewer, code: str) -> FamilyFile:
    """Open a family by its code, or by the one that has taken its place."""
    try:
        return open_family(viewer, code, why="reserve")
    except MovedFamily as moved:
        return open_family(viewer, moved.code, why="reserve")


def _row(one: ExceptionView, choices: Choices, codes: Mapping[int, str]) -> Row:
    by_id = choices.organisation_by_id()
    over = one.state == "approved" and one.is_over
    return Row(
        one, codes.get(one.family_id or 0, ""), name_organisation(by_id, one.organisation_id),
        name_organisation(by_id, one.approver_organisation_id) if one.approver_organisation_id else "",
        choices.slots.get(one.slot), choices.needs.get(one.need), say_months(one.first_month, one.last_month),
        say("exceptions.state.over" if over else f"exceptions.state.{one.state}"),
        "ended" if over else BADGES[one.state],
    )  # fmt: skip


def _wish(viewer: Viewer, opened: FamilyFile, said: Mapping[str, str]) -> Wish:
    entries = list_entry_choices(opened, viewer.organisation_id)
    entry = next((one for one in entries if one.value == said.get("entry")), entries[0] if entries else None)
    if entry is None:
        raise NotFound("record.unknown")
    slot = _slot(viewer, said)
    if said.get("need") not in [one.code for one in list_slot_needs(viewer, slot)]:
        raise InvalidInput("exception.need_missing")
    return Wish(
        entry.entry_id, said["need"], slot, parse_month(said.get("month", "")),
        parse_month(said.get("last") or said.get("month", "")), said.get("reason", ""),
        _day(said.get("expires", "")),
    )  # fmt: skip


def _slot(viewer: Viewer, said: Mapping[str, str]) -> str:
    """Return the slot that is asked for; where only a need is named, the first that it occupies."""
    if said.get("slot"):
        return said["slot"]
    found = read_rows(viewer, FIRST_SLOT, [said.get("need", "")])
    return str(found[0][0] or "")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(fold_digits(text).strip())
    except ValueError as error:
        raise InvalidInput("exception.expiry", days=LONGEST_DAYS) from error


def _form(
    request: HttpRequest, viewer: Viewer, said: Mapping[str, str], *, wrong: str = "", status: int = 200
) -> HttpResponse:
    opened = _open(viewer, said.get("family", ""))
    choices = get_choices(viewer)
    slot = _slot(viewer, said)
    if slot not in choices.slots:
        raise NotFound("slot.unknown", slot=slot[:40])
    month = parse_month(said["month"]) if said.get("month") else month_of(timezone.localdate())
    entries: list[EntryChoice] = list_entry_choices(opened, viewer.organisation_id)
    content = {
        "opened": opened, "entries": entries, "slot": choices.slots[slot], "needs": list_slot_needs(viewer, slot),
        "month": month, "last": said.get("last", ""), "said": said, "wrong": wrong, "longest": REASON_LONGEST,
        "expires": said.get("expires") or add_months(month, 1).isoformat(), "head": entries[0].name if entries else "",
        "furthest": LONGEST_DAYS,
    }  # fmt: skip
    return render(request, "web/exceptions_ask.html", content, status=status)


ROUTES = [
    path("exceptions/", exceptions, name="exceptions"),
    path("exceptions/new/", ask, name="exception_ask"),
    path("exceptions/<str:code>/", act, name="exception_act"),
]
