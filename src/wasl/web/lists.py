"""Pages of lists: all of them, bringing one, its own page, what may be done with it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from wasl.intake.list_pages import ListFilter, list_page
from wasl.intake.permissions import can_change_lists
from wasl.intake.queries import ListView
from wasl.intake.upload_queries import UNFINISHED, list_uploads
from wasl.jobs.queries import JobView
from wasl.kernel.errors import InvalidInput
from wasl.organisations.queries import list_organisations
from wasl.organisations.viewer import Viewer
from wasl.web import lists_new, lists_one
from wasl.web.access import page
from wasl.web.naming import named
from wasl.web.tables import (
    ROWS_A_PAGE,
    Column,
    read_choice,
    read_code,
    read_cursor,
    read_month,
    wants_export,
    write_cursor,
    xlsx_response,
)
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say

KINDS = ("known", "given", "planned")
STATES = ("active", "withdrawn", "replaced", "loading")
MEND_SHOWN = 5
EXPORT_LISTS = 20_000
EXPORT = (
    Column("lists.code"), Column("lists.organisation"), Column("lists.file"), Column("lists.sheet"),
    Column("lists.kind"), Column("lists.month", "month"), Column("lists.state"),
    Column("lists.head.accepted", "number"), Column("lists.head.rejected", "number"),
    Column("lists.head.repeated", "number"), Column("lists.head.lost", "number"), Column("lists.by"),
    Column("lists.at", "day"),
)  # fmt: skip


@page(desk=True, officer=True, viewer=True)
def all_lists(request: HttpRequest) -> HttpResponse:
    """Show lists newest first, what needs mending before them, and what was brought and is not loaded yet."""
    viewer = get_viewer_of(request)
    organisations = {one.pk: one for one in list_organisations(viewer)}
    wanted, filtered = _read_filter(request, viewer, {one.code: one.pk for one in organisations.values()})
    cursor = read_cursor(request, 1)
    if cursor is not None and not isinstance(cursor[0], int):
        raise InvalidInput("filter.unknown", name="after", value=str(cursor[0])[:40])
    before = int(str(cursor[0])) if cursor else None
    if wants_export(request):
        views = list_page(viewer, wanted, before=None, limit=EXPORT_LISTS)
        names = {pk: named(one) for pk, one in organisations.items()}
        return xlsx_response(say("lists.title"), EXPORT, (_export_row(view, names) for view in views))
    found = list_page(viewer, wanted, before=before, limit=ROWS_A_PAGE + 1)
    first = before is None and not filtered
    to_mend = (
        list_page(viewer, ListFilter(needs_mending=True), before=None, limit=MEND_SHOWN + 1) if first else ()
    )
    content = {
        "lists": [(view, organisations.get(view.organisation_id)) for view in found[:ROWS_A_PAGE]],
        "older": write_cursor([found[ROWS_A_PAGE - 1].list_id]) if len(found) > ROWS_A_PAGE else "",
        "to_mend": [(view, organisations.get(view.organisation_id)) for view in to_mend[:MEND_SHOWN]],
        "more_to_mend": len(to_mend) > MEND_SHOWN,
        "uploads": list_uploads(viewer, UNFINISHED, 10) if first else [],
        "organisations": list(organisations.values()) if viewer.is_desk else [],
        "kinds": KINDS,
        "states": STATES,
        "filtered": filtered,
        "may_change": can_change_lists(viewer, viewer.organisation_id or 0),
        "answer": _answer(found, len(to_mend), filtered),
    }
    return render(request, "web/lists.html", content)


def _read_filter(request: HttpRequest, viewer: Viewer, codes: dict[str, int]) -> tuple[ListFilter, bool]:
    code = read_code(request, "organisation") if viewer.is_desk else None
    if code is not None and code not in codes:
        raise InvalidInput("filter.unknown", name="organisation", value=code)
    wanted = ListFilter(
        organisation_id=codes[code] if code else None,
        kind=read_choice(request, "kind", KINDS),
        month=read_month(request, "month"),
        state=read_choice(request, "state", STATES),
        needs_mending=read_choice(request, "mend", ("1",)) is not None,
    )
    return wanted, wanted != ListFilter()


def _answer(found: tuple[ListView, ...], to_mend: int, filtered: bool) -> str:
    if filtered:
        return say("lists.answer_filtered")
    if not found:
        return say("lists.answer_none")
    return say("lists.answer_mend" if to_mend else "lists.answer_clean")


def _export_row(view: ListView, names: dict[int, str]) -> tuple[object, ...]:
    counts = view.counts
    return (
        view.code, names.get(view.organisation_id, view.organisation), view.file, view.sheet,
        say(f"kind.{view.kind}"), view.month, say(f"state.{view.state}"), counts.accepted, counts.rejected,
        counts.repeated, sum(view.cells_lost.values()), view.loaded_by, view.loaded_at,
    )  # fmt: skip


def _page_of_list(job: JobView) -> str:
    """The list that a job made, else the one it was about."""
    made = (job.result or {}).get("lists") or []
    return reverse("list", args=[int(made[0] if made else job.object_code)])


def _page_of_upload(job: JobView) -> str:
    return reverse("upload", args=[int(job.object_code)])


JOB_PAGES: dict[str, Callable[[JobView], str]] = {
    "look_at_list": _page_of_upload,
    "load_list": _page_of_upload,
    "withdraw_list": _page_of_list,
    "restore_list": _page_of_list,
    "correct_list": _page_of_list,
}

ROUTES = [path("lists/", all_lists, name="lists"), *lists_new.ROUTES, *lists_one.ROUTES]
