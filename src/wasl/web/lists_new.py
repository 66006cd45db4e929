"""Bringing a list: a file comes in, is looked at, shown as it will be read, changed by a clerk, and loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.audit.actions import record_audit
from wasl.intake.asking import ask_load
from wasl.intake.choices import Choice, find_place, list_governorates, list_needs
from wasl.intake.list_pages import ListFilter, list_page
from wasl.intake.permissions import can_change_lists
from wasl.intake.queries import ListView, access_list
from wasl.intake.samples import unpack_samples
from wasl.intake.upload_queries import (
    UNFINISHED,
    UploadState,
    UploadView,
    access_upload,
    list_uploads,
    read_sample,
)
from wasl.intake.uploads import (
    MOST_BYTES,
    access_changeable,
    discard_upload,
    look_again,
    receive_upload,
    save_reading,
)
from wasl.jobs.queries import JobView, access_job
from wasl.jobs.rules import JobState
from wasl.kernel.errors import Conflict, InvalidInput, NotFound
from wasl.organisations.queries import list_organisations
from wasl.organisations.viewer import Viewer
from wasl.web.access import page
from wasl.web.list_choices import read_choices
from wasl.web.list_fields import field_groups, say_field
from wasl.web.list_words import say_message, say_problem, will_be_read
from wasl.web.naming import named
from wasl.web.uploading import is_too_large
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say, say_error
from wasl.web.words.nouns import count_of

SHOWN_ROWS = 8
MOST_FILES = 20
MOST_REPLACEABLE = 60
WAITS = (UploadState.WAITING, UploadState.LOADING)


@dataclass(frozen=True)
class ShownColumn:
    """One column of the preview: what it is taken for, how that was found, and its cells as written."""

    letter: str
    header: str
    field: str
    field_words: str
    why: str


@dataclass(frozen=True)
class ShownSheet:
    """One sheet of the preview."""

    place: int
    name: str
    said: dict[str, Any]
    chosen: dict[str, Any]
    sentence: str
    is_wanted: bool
    columns: tuple[ShownColumn, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    messages: tuple[tuple[str, bool], ...]
    value_pounds: str


@page(desk=True, officer=True, viewer=True, methods=("GET", "POST"))
def new_lists(request: HttpRequest) -> HttpResponse:
    """Show where files are brought, and those that wait; POST receives some."""
    viewer = get_viewer_of(request)
    if request.method == "POST":
        return _received(request, viewer)
    return _new_page(request, viewer, [])


def _received(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    files = request.FILES.getlist("files")
    organisation = request.POST.get("organisation", "").strip() or viewer.organisation_code
    replaces = request.POST.get("replaces", "").strip() or None
    if replaces is not None:
        organisation = access_list(viewer, replaces).organisation
    received, problems = [], list[str]()
    if is_too_large(request):
        problems.append(say("lists.problem.too_large", most_mb=MOST_BYTES // 2**20))
    elif not files:
        problems.append(say("lists.problem.no_file"))
    elif len(files) > MOST_FILES:
        problems.append(say("lists.problem.too_many", most=MOST_FILES))
        files = []
    for file in files:
        try:
            received.append(
                receive_upload(
                    source=cast(BinaryIO, file.file),
                    size_bytes=file.size or 0,
                    name=file.name or "",
                    organisation=organisation,
                    by=viewer,
                    at=timezone.now(),
                    replaces=replaces,
                )
            )
        except InvalidInput as error:
            problems.append(say_problem({"code": error.code, "params": error.params}))
    if problems and not received:
        return _new_page(request, viewer, problems)
    for problem in problems:
        messages.error(request, problem)
    if len(received) == 1:
        return HttpResponseRedirect(reverse("upload", args=[int(received[0].code)]))
    messages.success(request, say("lists.received", files=count_of(len(received), "file")))
    return HttpResponseRedirect(reverse("new_lists"))


def _new_page(request: HttpRequest, viewer: Viewer, problems: list[str]) -> HttpResponse:
    content = {
        "problems": problems,
        "uploads": [(upload, say_problem(upload.problem)) for upload in list_uploads(viewer, UNFINISHED, 20)],
        "organisations": _owners(viewer) if viewer.is_desk else [],
        "chosen_organisation": request.POST.get("organisation", ""),
        "may_change": can_change_lists(viewer, viewer.organisation_id or 0),
        "most_mb": MOST_BYTES // 2**20,
    }
    return render(request, "web/lists_new.html", content, status=422 if problems else 200)


def _owners(viewer: Viewer) -> list[Any]:
    return [one for one in list_organisations(viewer) if one.kind != "secretariat"]


@page(desk=True, officer=True, viewer=True, methods=("GET", "POST"))
def upload(request: HttpRequest, code: int) -> HttpResponse:
    """Show how an upload will be read; POST reads it otherwise, loads it, looks again, or drops it."""
    viewer = get_viewer_of(request)
    found = access_upload(viewer, str(code))
    if request.method == "POST":
        return _changed(request, viewer, found)
    if found.state == UploadState.DISCARDED:
        raise NotFound("upload.unknown", code=found.code)
    lists = (found.result or {}).get("lists", [])
    if found.state == UploadState.LOADED and len(lists) == 1 and not _has_more_to_say(found):
        return _go(request, reverse("list", args=[int(lists[0])]))
    return render(request, "web/lists_upload.html", _upload_content(request, viewer, found))


def _has_more_to_say(upload: UploadView) -> bool:
    """Whether a sheet was left, was there already, or held mended rows: then its page says so first."""
    sheets = (upload.result or {}).get("sheets", [])
    return any(sheet["outcome"] not in ("loaded", "resumed") for sheet in sheets)


def _changed(request: HttpRequest, viewer: Viewer, found: UploadView) -> HttpResponse:
    here = reverse("upload", args=[int(found.code)])
    action = request.POST.get("action", "read")
    now = timezone.now()
    try:
        if action == "discard":
            discard_upload(code=found.code, by=viewer, at=now)
            messages.success(request, say("lists.discarded", file=found.file))
            return _go(request, reverse("new_lists"))
        if action == "look":
            look_again(code=found.code, by=viewer, at=now)
            return _go(request, here)
        if found.state in (UploadState.READY, UploadState.FAILED):
            _read_otherwise(request, viewer, found)
        if action == "load":
            ask_load(code=found.code, by=viewer, at=now)
    except Conflict:
        # Asked twice at once, it is being loaded: its page shows that.
        if access_upload(viewer, found.code).state not in WAITS:
            raise
    except (InvalidInput, NotFound) as error:
        if request.headers.get("HX-Request") == "true":
            raise
        messages.error(request, say_error(error))
    return HttpResponseRedirect(here)


def _read_otherwise(request: HttpRequest, viewer: Viewer, found: UploadView) -> None:
    """Recognise the sheets again from their sealed rows, as the form says; nothing opens the file."""
    from wasl.intake.readings import recognise_samples

    access_changeable(viewer, found.code)
    choices = read_choices(request, found)
    sample = read_sample(viewer, found)
    if sample is None:
        return
    recognised = recognise_samples(viewer, found, unpack_samples(sample), choices)
    save_reading(viewer, found, recognised, choices)


def _upload_content(request: HttpRequest, viewer: Viewer, found: UploadView) -> dict[str, Any]:
    needs = list_needs(viewer)
    names = {need.code: named(need) for need in needs}
    shows = found.state in (UploadState.READY, UploadState.FAILED)
    sheets = _sheets(viewer, found, names) if shows else ()
    job = _job(viewer, found)
    results = (found.result or {}).get("sheets", [])
    return {
        "upload": found,
        "job": job,
        "waits": job is not None and job.is_open,
        "is_stuck": job is not None and not job.is_open,
        "has_failed": job is not None and job.state == JobState.FAILED,
        "problem": say_problem(found.problem),
        "sheets": sheets,
        "groups": field_groups(),
        "needs": needs,
        "governorates": _places(viewer, sheets) if shows else (),
        "payers": list_organisations(viewer) if shows else (),
        "replaceable": _replaceable(viewer, found) if shows else (),
        "replaces": found.choices.get("replaces", ""),
        "is_mended": bool(sheets) and all(sheet.said["is_mended"] for sheet in sheets if sheet.is_wanted),
        "can_load": any(sheet.is_wanted for sheet in sheets),
        "may_change": can_change_lists(viewer, found.organisation_id),
        "results": results,
        "nothing_new": bool(results) and all(one["outcome"] in ("already", "skipped") for one in results),
        "kinds": ("known", "given", "planned"),
    }


def _places(viewer: Viewer, sheets: tuple[ShownSheet, ...]) -> tuple[Choice, ...]:
    """Every governorate, and each markaz that a title or the clerk named."""
    known = list_governorates(viewer)
    codes = {sheet.said["place_code"] for sheet in sheets} - {None} - {one.code for one in known}
    return (*(place for code in sorted(codes) if (place := find_place(viewer, code))), *known)


def _job(viewer: Viewer, found: UploadView) -> JobView | None:
    return access_job(viewer, found.job_code) if found.state in WAITS and found.job_code else None


def _replaceable(viewer: Viewer, found: UploadView) -> tuple[ListView, ...]:
    wanted = ListFilter(organisation_id=found.organisation_id, state="active")
    return list_page(viewer, wanted, before=None, limit=MOST_REPLACEABLE)


def _sheets(viewer: Viewer, found: UploadView, needs: dict[str, str]) -> tuple[ShownSheet, ...]:
    sample = read_sample(viewer, found)
    if viewer.username != found.uploaded_by:
        record_audit(
            by=viewer, at=timezone.now(), action="read_upload", object_kind="upload", object_code=found.code,
            detail={"organisation": found.organisation},
        )  # fmt: skip
    samples = unpack_samples(sample) if sample is not None else []
    return tuple(
        _sheet(found, said, samples[said["place"]].rows if samples else [], needs)
        for said in found.recognised
    )


def _sheet(
    found: UploadView, said: dict[str, Any], rows: list[list[str | None]], needs: dict[str, str]
) -> ShownSheet:
    chosen = found.choices.get("sheets", {}).get(str(said["place"]), {})
    skipped = said["skipped"] is not None
    first = said["first_data_row"]
    width = len(said["columns"])
    shown = rows[first - 1 : first - 1 + SHOWN_ROWS]
    value = said["value"]
    return ShownSheet(
        place=said["place"],
        name=said["name"],
        said=said,
        chosen=chosen,
        sentence="" if skipped else will_be_read(said, needs),
        is_wanted=bool(chosen.get("wanted", True)) and not skipped,
        columns=tuple(
            ShownColumn(
                one["letter"], one["header"], one["field"] or "ignore", say_field(one["field"]),
                say(f"lists.why.{one['why']}"),
            )
            for one in said["columns"]
        ),
        rows=tuple(
            (first + number, tuple((row + [None] * width)[place] or "" for place in range(width)))
            for number, row in enumerate(shown)
        ),
        messages=tuple(
            (say_message(one["code"], one["params"], needs), one["code"] in said["questions"])
            for one in said["messages"]
            if one["code"] not in ("kind_proposed", "sheet_skipped", "sheet_empty")
        ),
        value_pounds="" if not value else f"{value / 100:.2f}".removesuffix(".00"),
    )  # fmt: skip


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """Lead the whole page elsewhere, also where only a part of it asked."""
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(address)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = address
    return response


ROUTES = [
    path("lists/new/", new_lists, name="new_lists"),
    path("lists/new/<int:code>/", upload, name="upload"),
]
