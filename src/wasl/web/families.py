"""A family's page: is it covered, who is in it, what it was given, how it came to be; «this is another family»."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone

from wasl.kernel.errors import NotFound, RuleRefused
from wasl.linkage.parting import part_entries, undo_parting
from wasl.registry.family_file import REASONS, FamilyEntry, FamilyFile, MovedFamily, open_family
from wasl.web.access import page
from wasl.web.came_from import DIRECT, came_from
from wasl.web.family_page import PARTING_REASONS, gather_page
from wasl.web.frame import offer_undo
from wasl.web.tables import read_choice, read_month
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say, say_error
from wasl.web.words.nouns import count_of

# What the way by which somebody came is called, where the link does not say.
REASON_OF = {
    "search": "search",
    "who": "search",
    "lists": "list",
    "overlaps": "overlap",
    "gaps": "gap",
    "people": "person",
    "review": "review",
}
NOTE_LONGEST = 300


@page(desk=True, officer=True, viewer=True)
def family(request: HttpRequest, code: str) -> HttpResponse:
    """Show a family; opening it is written down with the way by which the reader came."""
    viewer = get_viewer_of(request)
    month = read_month(request, "month")
    try:
        opened = open_family(viewer, code, why=_reason(request))
    except MovedFamily as moved:
        return _moved(request, moved.code)
    return render(request, "web/family.html", gather_page(viewer, opened, month=month, today=_today()))


@page(desk=True, officer=True, viewer=False, methods=("POST",))
def another(request: HttpRequest, code: str) -> HttpResponse:
    """Tell some entries of a family from the rest."""
    viewer = get_viewer_of(request)
    opened = _open_for_change(request, code)
    chosen, others = _chosen(opened, request.POST.getlist("entry"))
    if not chosen or (viewer.is_desk and not others):
        said = "families.another_none" if not chosen else "families.another_all"
        messages.error(request, say(said), extra_tags="refused")
        return _back(opened)
    why = request.POST.get("why", "")
    words = say(f"families.why.{why if why in PARTING_REASONS else 'other'}")
    note = request.POST.get("note", "").strip().replace("\x00", "")[:NOTE_LONGEST]
    try:
        doubt = part_entries(
            by=viewer, at=timezone.now(), family_id=opened.family_id, entries=_ids(chosen), others=_ids(others),
            reason=f"{words}: {note}" if note else words,
        )  # fmt: skip
    except RuleRefused as error:
        messages.error(request, say_error(error), extra_tags="refused")
        return _back(opened)
    done = (
        say("families.another_asked")
        if doubt
        else say("families.another_done", entries=count_of(len(chosen), "entry"))
    )
    fields = {"doubt": doubt} if doubt else {"entries": " ".join(entry.reference for entry in chosen)}
    offer_undo(request, done, f"/families/{opened.code}/another/undo/", **fields)
    return _back(opened)


@page(desk=True, officer=True, viewer=False, methods=("POST",))
def undo_another(request: HttpRequest, code: str) -> HttpResponse:
    """Take back what was said by `another`."""
    opened = _open_for_change(request, code)
    chosen, others = _chosen(opened, request.POST.get("entries", "").split())
    undo_parting(
        by=get_viewer_of(request), at=timezone.now(), entries=_ids(chosen), others=_ids(others),
        doubt=request.POST.get("doubt", ""),
    )  # fmt: skip
    messages.success(request, say("families.another_undone"), extra_tags="done")
    return _back(opened)


def _open_for_change(request: HttpRequest, code: str) -> FamilyFile:
    try:
        return open_family(get_viewer_of(request), code, why="direct")
    except MovedFamily as moved:
        # The form is of a family that has changed since: what was chosen must be looked at again.
        raise NotFound("subject.unknown", code=code) from moved


def _chosen(opened: FamilyFile, references: Sequence[str]) -> tuple[list[FamilyEntry], list[FamilyEntry]]:
    chosen = [entry for entry in opened.entries if entry.reference in references]
    return chosen, [entry for entry in opened.entries if entry not in chosen]


def _ids(entries: Sequence[FamilyEntry]) -> list[int]:
    return [entry.entry_id for entry in entries]


def _back(opened: FamilyFile) -> HttpResponse:
    return redirect(f"/families/{opened.code}/#another")


def _moved(request: HttpRequest, code: str) -> HttpResponse:
    kept = {name: request.GET[name] for name in ("month", "from") if name in request.GET}
    return redirect(f"/families/{code}/" + (f"?{urlencode(kept)}" if kept else ""))


def _reason(request: HttpRequest) -> str:
    return read_choice(request, "from", REASONS) or REASON_OF.get(came_from(request), DIRECT)


def _today() -> date:
    return timezone.localdate()


ROUTES = [
    path("families/<str:code>/", family, name="family"),
    path("families/<str:code>/another/", another, name="family_another"),
    path("families/<str:code>/another/undo/", undo_another, name="family_another_undo"),
]
