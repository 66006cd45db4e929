"""Pages of what is done to many at once: the list, one of them with its rows, and what follows on it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language

from wasl.audit.actions import record_audit
from wasl.benefits.bulk.actions import ask_to_prepare, ask_to_start, follow_bulk
from wasl.benefits.bulk.permissions import can_change, can_make_bulks
from wasl.benefits.bulk.queries import (
    Bulk,
    BulkQuestion,
    access_bulk,
    find_bulk,
    list_bulk_rows,
    list_bulks,
    row_key,
)
from wasl.benefits.bulk.rules import ANSWERABLE, OUTCOMES, TO_DO, BulkAction, BulkState
from wasl.benefits.queries.choices import Choices, get_choices
from wasl.intake.benefit_jobs import find_export
from wasl.intake.bulk_files import drop_bulk
from wasl.intake.bulk_results import word_codes, write_result
from wasl.jobs.actions import enqueue
from wasl.jobs.queries import JobView, access_job
from wasl.kernel.errors import InvalidInput, NotFound, WaslError
from wasl.organisations.viewer import Viewer
from wasl.web.access import page
from wasl.web.bulk_new import ROUTES as NEW_ROUTES
from wasl.web.bulk_new import read_day
from wasl.web.bulk_words import BADGES, answer_of, next_steps, source_of, tallies_of, title_of
from wasl.web.frame import offer_undo
from wasl.web.job_words import say_why
from wasl.web.tables import (
    EXPORT_ROWS,
    ROWS_A_PAGE,
    XLSX,
    attachment,
    read_choice,
    read_cursor,
    wants_export,
    write_cursor,
)
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say, say_error

BULKS_A_PAGE = 25
# Undoing an act offers itself only where the act was taken up just now.
UNDOES = {BulkAction.RESERVE: BulkAction.CANCEL, BulkAction.DELIVER: BulkAction.REVERSE}


@page(desk=True, officer=True, viewer=True)
def bulks(request: HttpRequest) -> HttpResponse:
    """Show what was done to many at once, the newest first."""
    viewer = get_viewer_of(request)
    question = BulkQuestion(read_choice(request, "action", list(BulkAction)), _number(request))
    found = list_bulks(viewer, question, BULKS_A_PAGE + 1)
    choices = get_choices(viewer)
    people = choices.organisation_by_id()
    rows = [
        {
            "bulk": bulk, "title": title_of(bulk, choices.needs), "state": say(f"bulk.state.{bulk.state}"),
            "badge": BADGES[bulk.state], "organisation": people.get(bulk.organisation_id), "left": bulk.answerable,
        }
        for bulk in found[:BULKS_A_PAGE]
    ]  # fmt: skip
    content = {
        "rows": rows, "actions": list(BulkAction), "chosen": question.action, "may_make": can_make_bulks(viewer),
        "viewer": viewer, "older": write_cursor([found[BULKS_A_PAGE - 1].id]) if len(found) > BULKS_A_PAGE else "",
    }  # fmt: skip
    return render(request, "web/bulk.html", content)


@page(desk=True, officer=True, viewer=True)
def bulk(request: HttpRequest, code: int) -> HttpResponse:
    """Show one: how far it is, what became of its rows, and what may be done next."""
    viewer = get_viewer_of(request)
    found = access_bulk(viewer, str(code))
    if found.state == BulkState.DISCARDED:
        raise NotFound("bulk.unknown", code=str(code))
    outcome = _outcome(request, found)
    if wants_export(request):
        return _export(request, viewer, found, outcome if "outcome" in request.GET else None)
    choices = get_choices(viewer)
    job = access_job(viewer, found.job_code) if found.job_code else None
    is_open = job is not None and job.is_open
    may_change = can_change(viewer, found)
    content = {
        "bulk": found, "title": title_of(found, choices.needs), "answer": answer_of(found), "choices": choices,
        "state": say(f"bulk.state.{found.state}"), "badge": BADGES[found.state], "source": source_of(found),
        "organisation": choices.organisation_by_id().get(found.organisation_id), "viewer": viewer,
        "job": job if is_open else None, "failed": say_why(job) if job is not None and not is_open else "",
        "tallies": tallies_of(found), "steps": next_steps(viewer, found, job if is_open else None),
        "may_change": may_change, "problem": _problem(found), "is_stuck": not is_open and _is_stuck(found),
        "may_answer": may_change and not is_open and found.state in (BulkState.DONE, BulkState.STOPPED)
        and found.action == BulkAction.RESERVE and outcome in ANSWERABLE,
        "of": find_bulk(viewer, found.of_bulk_id), "today": timezone.localdate(),
        "follows": [
            (one, title_of(one, choices.needs))
            for one in list_bulks(viewer, BulkQuestion(of_bulk_id=found.id), BULKS_A_PAGE)
        ],
    }  # fmt: skip
    return render(request, "web/bulk_one.html", content | _rows(request, viewer, found, outcome, choices))


def _rows(
    request: HttpRequest, viewer: Viewer, found: Bulk, outcome: str, choices: Choices
) -> dict[str, Any]:
    rows = list_bulk_rows(viewer, found, outcome, _number(request), ROWS_A_PAGE + 1)
    shown = [
        {
            "row": row, "need": choices.needs.get(row.need or ""), "slot": choices.slots.get(row.slot or ""),
            "covered_by": say(f"bulk.covered_by.{row.covered_by}") if row.covered_by else "",
            "why": say(f"bulk.why.{row.outcome}", row=row.same_row) if row.outcome == "repeated" else "",
        }
        for row in rows[:ROWS_A_PAGE]
    ]  # fmt: skip
    last = rows[ROWS_A_PAGE - 1] if len(rows) > ROWS_A_PAGE else None
    older = "" if last is None else write_cursor([getattr(last, row_key(outcome))])
    return {
        "rows": shown,
        "outcome": outcome,
        "outcome_words": say(f"bulk.outcome.{outcome or 'to_do'}"),
        "older": older,
    }


def _outcome(request: HttpRequest, found: Bulk) -> str:
    """Return the outcome whose rows are shown: as asked, else what wants an answer, else what there is most of."""
    asked = read_choice(request, "outcome", (*OUTCOMES, "to_do"))
    if asked is not None:
        return TO_DO if asked == "to_do" else asked
    present = [name for name in (*ANSWERABLE, "refused") if found.counts.get(name)]
    return present[0] if present else max(found.counts, key=lambda name: found.counts[name], default=TO_DO)


def _is_stuck(found: Bulk) -> bool:
    """Tell whether a bulk should be going on and is not: its job was stopped, or broke off."""
    return found.state in (BulkState.WORKING, BulkState.STOPPED, BulkState.READING)


def _problem(found: Bulk) -> str:
    return "" if found.problem is None else say(found.problem["code"], **found.problem["params"])


@page(desk=False, officer=True, viewer=False, methods=("POST",))
def start(request: HttpRequest, code: int) -> HttpResponse:
    """Have a bulk done, or go on where it stopped; one whose rows were not read is read first."""
    viewer = get_viewer_of(request)
    found = access_bulk(viewer, str(code))
    now = timezone.now()
    if found.state == BulkState.READING:
        ask_to_prepare(by=viewer, at=now, bulk=found, starts=False)
        return _to(found.code)
    ask_to_start(by=viewer, at=now, code=found.code)
    undo = UNDOES.get(found.action)
    if undo is not None and not found.has_begun:
        words = say("bulk.started", bulk=found.code)
        offer_undo(
            request, words, reverse("bulk_follow", args=[code]), does=str(undo), reason=say("bulk.undone")
        )
    return _to(found.code)


@page(desk=False, officer=True, viewer=False, methods=("POST",))
def drop(request: HttpRequest, code: int) -> HttpResponse:
    """Drop a bulk of which nothing was done."""
    drop_bulk(code=str(code), by=get_viewer_of(request), at=timezone.now())
    messages.success(request, say("bulk.dropped"))
    return HttpResponseRedirect(reverse("bulks"))


@page(desk=False, officer=True, viewer=False, methods=("POST",))
def follow(request: HttpRequest, code: int) -> HttpResponse:
    """Make what follows on a bulk and have it done: approve, deliver, reverse, cancel, or give all the same."""
    viewer = get_viewer_of(request)
    now = timezone.now()
    try:
        action = _action(request)
        receipt = None
        if action == BulkAction.DELIVER:
            day = read_day(request.POST.get("delivered_on", ""))
            receipt = {"delivered_on": day.isoformat(), "received_by": "self"}
        made = follow_bulk(
            by=viewer, at=now, code=str(code), action=action, reason=request.POST.get("reason", ""),
            outcomes=request.POST.getlist("outcome") or ANSWERABLE, rows=_chosen(request), receipt=receipt,
        )  # fmt: skip
    except WaslError as error:
        if error.http in (403, 404):
            raise
        messages.error(request, say_error(error), extra_tags="refused")
        return _to(str(code))
    ask_to_prepare(by=viewer, at=now, bulk=made, starts=True)
    return _to(made.code)


def _action(request: HttpRequest) -> BulkAction:
    try:
        return BulkAction(request.POST.get("does", ""))
    except ValueError as error:
        value = request.POST.get("does", "")[:40]
        raise InvalidInput("filter.unknown", name="does", value=value) from error


def _chosen(request: HttpRequest) -> list[int] | None:
    """Return the rows that were ticked; None where all of an outcome are meant."""
    if request.POST.get("which") != "chosen":
        return None
    return [
        int(row) for row in request.POST.getlist("row") if row.isascii() and row.isdigit() and len(row) < 10
    ]


def _export(request: HttpRequest, viewer: Viewer, found: Bulk, outcome: str | None) -> HttpResponse:
    words = {code: say(code) for code in word_codes()}
    language = "en" if get_language() == "en" else "ar"
    rows = found.rows_total if outcome is None else found.counts.get(outcome, 0)
    record_audit(
        by=viewer, at=timezone.now(), action="export_table", object_kind="bulk", object_code=found.code,
        detail={"outcome": outcome or "", "rows": rows},
    )  # fmt: skip
    if rows > EXPORT_ROWS:
        params = {"bulk": found.code, "words": words, "language": language, "outcome": outcome}
        job = enqueue(by=viewer, at=timezone.now(), kind="export_bulk", params=params, object_code=found.code)
        return HttpResponseRedirect(reverse("job", args=[job]))
    with tempfile.TemporaryDirectory(prefix="wasl-") as folder:
        file = Path(folder) / "bulk.xlsx"
        write_result(viewer, found, file, words, outcome=outcome, right_to_left=language != "en")
        response = HttpResponse(file.read_bytes(), content_type=XLSX)
    return attachment(response, f"wasl-bulk-{found.code}.xlsx")


@page(desk=True, officer=True, viewer=True)
def exported(request: HttpRequest, code: str) -> HttpResponse:
    """Hand over the workbook that a job has written, for who may see the job; who fetches it is written down."""
    viewer = get_viewer_of(request)
    found = access_job(viewer, code)
    if found.kind != "export_bulk" or found.result is None:
        raise NotFound("job.unknown", code=code)
    file = find_export(code)
    record_audit(
        by=viewer, at=timezone.now(), action="fetch_export", object_kind="bulk", object_code=found.object_code,
        detail={"rows": found.result["rows"]},
    )  # fmt: skip
    name = f"wasl-bulk-{found.object_code}.xlsx"
    return attachment(FileResponse(open(file, "rb"), content_type=XLSX), name)  # type: ignore[arg-type]


def _number(request: HttpRequest) -> int | None:
    cursor = read_cursor(request, 1)
    if cursor is None:
        return None
    if not isinstance(cursor[0], int):
        raise InvalidInput("filter.unknown", name="after", value=request.GET["after"][:40])
    return cursor[0]


def _to(code: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("bulk", args=[int(code)]))


def page_of_bulk(job: JobView) -> str:
    """Return the page of the bulk that a job is about."""
    return reverse("bulk", args=[int(job.object_code)])


def export_page(job: JobView) -> str:
    """Return where the file of a finished export is fetched."""
    return reverse("bulk_exported", args=[job.code])


JOB_PAGES = {"prepare_bulk": page_of_bulk, "perform_bulk": page_of_bulk, "export_bulk": export_page}

ROUTES = [
    path("bulk/", bulks, name="bulks"),
    *NEW_ROUTES,
    path("bulk/exports/<str:code>/", exported, name="bulk_exported"),
    path("bulk/<int:code>/", bulk, name="bulk"),
    path("bulk/<int:code>/start/", start, name="bulk_start"),
    path("bulk/<int:code>/drop/", drop, name="bulk_drop"),
    path("bulk/<int:code>/follow/", follow, name="bulk_follow"),
]
