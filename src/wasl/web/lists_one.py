"""The page of one list: what it is, what became of its rows, and what may be done with it next."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.audit.actions import record_audit
from wasl.benefits.bulk.permissions import can_make_bulks
from wasl.intake.asking import ask_correct, ask_restore, ask_withdraw
from wasl.intake.choices import find_place, list_needs
from wasl.intake.list_pages import get_details, list_lines, preview_withdrawal
from wasl.intake.permissions import can_change_lists
from wasl.intake.queries import ListView, access_list, count_losses, count_rejections
from wasl.jobs.queries import list_jobs
from wasl.jobs.rules import JobState
from wasl.kernel.errors import InvalidInput, NotFound, RuleRefused
from wasl.kernel.folding import fold_digits
from wasl.kernel.money import parse_egp
from wasl.kernel.months import format_month, parse_month
from wasl.organisations.queries import get_organisation
from wasl.organisations.viewer import Viewer
from wasl.web.access import page
from wasl.web.digits import show_digits
from wasl.web.frame import offer_undo
from wasl.web.list_words import say_message
from wasl.web.naming import named
from wasl.web.tables import attachment, read_choice, read_code, read_cursor, write_cursor
from wasl.web.viewing import get_viewer_of
from wasl.web.words import has_words, say, say_error

COUNTED_TROUBLE = 20_000
LINES_A_PAGE = 50
FATES = ("accepted", "rejected", "repeated", "not_data", "withdrawn")
STATE_BADGES = {"active": "done", "withdrawn": "refused", "replaced": "unknown", "loading": "asked"}
JOBS = ("withdraw_list", "restore_list", "correct_list")


@page(desk=True, officer=True, viewer=True)
def one_list(request: HttpRequest, code: int) -> HttpResponse:
    """Show a list: its state with the next allowed action, its figures, and what needs mending in it."""
    viewer = get_viewer_of(request)
    view = access_list(viewer, str(code))
    content = _frame(request, viewer, view)
    counts = view.counts
    troubled = counts.rejected or view.cells_lost
    content |= {
        "rejections": [
            (one, say(one.code, column=one.column))
            for one in (count_rejections(viewer, view, COUNTED_TROUBLE) if counts.rejected else ())
        ],
        "losses": [
            (one, _loss_words(one.code), _loss_advice(one.code))
            for one in (count_losses(viewer, view, COUNTED_TROUBLE) if view.cells_lost else ())
        ],
        "is_counted_in_part": bool(troubled)
        and max(counts.rejected, sum(view.cells_lost.values())) > COUNTED_TROUBLE,
        "messages_said": [
            say_message(one.code, one.params, content["need_names"])
            for one in view.messages
            if one.code != "kind_proposed"
        ],
        "state_reason": _state_reason(view),
        "place": find_place(viewer, content["details"].place) if content["details"].place else None,
    }
    return render(request, "web/lists_one.html", content)


def _frame(request: HttpRequest, viewer: Viewer, view: ListView) -> dict[str, Any]:
    """What every page of a list shows of it."""
    needs = list_needs(viewer)
    jobs = list_jobs(viewer, kinds=JOBS, object_code=view.code, limit=1)
    last = jobs[0] if jobs else None
    return {
        "view": view,
        "owner": get_organisation(viewer, view.organisation),
        "details": get_details(viewer, view),
        "needs": needs,
        "need_names": {need.code: named(need) for need in needs},
        "job": last if last is not None and last.is_open else None,
        "job_failed": say(last.error_code, **last.error_params)
        if last is not None and last.state == JobState.FAILED
        else "",
        "badge": STATE_BADGES[view.state],
        "may_change": can_change_lists(viewer, view.organisation_id),
        "may_reserve": can_make_bulks(viewer),
        "kinds": ("known", "given", "planned"),
    }


@page(desk=True, officer=True, viewer=True)
def lines(request: HttpRequest, code: int) -> HttpResponse:
    """Show lines as written, a page at a time; who read them is written down."""
    viewer = get_viewer_of(request)
    view = access_list(viewer, str(code))
    fate = read_choice(request, "fate", FATES)
    lost = read_code(request, "lost")
    cursor = read_cursor(request, 1)
    if cursor is not None and not isinstance(cursor[0], int):
        raise InvalidInput("filter.unknown", name="after", value=str(cursor[0])[:40])
    after = int(str(cursor[0])) if cursor else 0
    found = list_lines(
        viewer, view, at=timezone.now(), fate=fate, lost=lost, after=after, limit=LINES_A_PAGE + 1
    )
    shown = found[:LINES_A_PAGE]
    content = _frame(request, viewer, view) | {
        "lines": [(line, _why(line.reason, line.reason_column, line.fate)) for line in shown],
        "width": range(max((len(line.cells) for line in shown), default=0)),
        "older": write_cursor([shown[-1].row]) if len(found) > LINES_A_PAGE else "",
        "fates": FATES,
        "losses": [(kind, _loss_words(kind)) for kind in view.cells_lost],
    }
    return render(request, "web/lists_lines.html", content)


@page(desk=True, officer=True, viewer=True)
def rejected(request: HttpRequest, code: int) -> HttpResponse:
    """Give the rejected rows in the form their file came in, to be mended and brought back."""
    from wasl.intake.rejected import write_rejected_file

    viewer = get_viewer_of(request)
    view = access_list(viewer, str(code))
    if not view.counts.rejected:
        raise NotFound("list.no_rejected_rows", list=view.code)
    with tempfile.TemporaryDirectory(prefix="wasl-") as folder:
        written = write_rejected_file(viewer, view, Path(folder) / f"{view.code}.csv")
        assert written is not None
        record_audit(
            by=viewer, at=timezone.now(), action="read_rejected", object_kind="list", object_code=view.code,
            detail={"organisation": view.organisation, "rows": view.counts.rejected},
        )  # fmt: skip
        response = HttpResponse(written.read_bytes(), content_type="application/octet-stream")
        name = say("lists.rejected_name", list=view.code, file=Path(view.file).stem[:60])
        return attachment(response, name + written.suffix)


@page(desk=True, officer=True, viewer=True, methods=("GET", "POST"))
def withdraw(request: HttpRequest, code: int) -> HttpResponse:
    """Show what withdrawing the list would change, and ask why; POST asks for it to be done."""
    viewer = get_viewer_of(request)
    view = access_list(viewer, str(code))
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            ask_withdraw(code=view.code, reason=reason, by=viewer, at=timezone.now())
        except (InvalidInput, RuleRefused) as error:
            return _withdraw_page(request, viewer, view, reason, say_error(error))
        offer_undo(request, say("lists.withdraw_asked", list=view.code), reverse("restore", args=[code]))
        return HttpResponseRedirect(reverse("list", args=[code]))
    return _withdraw_page(request, viewer, view, "", "")


def _withdraw_page(
    request: HttpRequest, viewer: Viewer, view: ListView, reason: str, problem: str
) -> HttpResponse:
    content = _frame(request, viewer, view) | {
        "preview": preview_withdrawal(viewer, view),
        "reason": reason,
        "problem": problem,
    }
    return render(request, "web/lists_withdraw.html", content, status=422 if problem else 200)


@page(desk=True, officer=True, viewer=True, methods=("POST",))
def restore(request: HttpRequest, code: int) -> HttpResponse:
    """Ask for a withdrawn or replaced list to count again."""
    viewer = get_viewer_of(request)
    view = access_list(viewer, str(code))
    try:
        ask_restore(code=view.code, by=viewer, at=timezone.now())
    except RuleRefused as error:
        messages.error(request, say_error(error))
    else:
        messages.success(request, say("lists.restore_asked", list=view.code))
    return HttpResponseRedirect(reverse("list", args=[code]))


@page(desk=True, officer=True, viewer=True, methods=("GET", "POST"))
def correct(request: HttpRequest, code: int) -> HttpResponse:
    """Ask which kind, need, month or value is right; POST loads the list's own file in its place with it."""
    viewer = get_viewer_of(request)
    view = access_list(viewer, str(code))
    content = _frame(request, viewer, view)
    typed = {name: request.POST.get(name, "").strip() for name in ("kind", "need", "month", "value", "note")}
    if request.method == "POST":
        try:
            ask_correct(
                code=view.code, changes=_corrections(view, content, typed), by=viewer, at=timezone.now()
            )
        except (InvalidInput, RuleRefused) as error:
            content |= {"typed": typed, "problem": say_error(error)}
            return render(request, "web/lists_correct.html", content, status=422)
        messages.success(request, say("lists.correct_asked", list=view.code))
        return HttpResponseRedirect(reverse("list", args=[code]))
    details = content["details"]
    value = "" if details.value_piastres is None else str(details.value_piastres // 100)
    content["typed"] = {
        "kind": view.kind, "need": details.need or "", "month": format_month(view.month), "value": value,
        "note": details.note or "",
    }  # fmt: skip
    return render(request, "web/lists_correct.html", content)


def _corrections(view: ListView, content: dict[str, Any], typed: dict[str, str]) -> dict[str, str]:
    """Return what is said to be otherwise than it stands."""
    details = content["details"]
    changes: dict[str, str] = {}
    if typed["kind"] and typed["kind"] != view.kind:
        if typed["kind"] not in content["kinds"]:
            raise InvalidInput("kind.unknown", kind=typed["kind"][:40])
        changes["kind"] = typed["kind"]
    if typed["need"] and typed["need"] != details.need:
        if typed["need"] not in content["need_names"]:
            raise InvalidInput("need.unknown", need=typed["need"][:40])
        changes["need"] = typed["need"]
    if typed["month"]:
        month = parse_month(fold_digits(typed["month"]))
        # A list without a month stands under that of its loading: saying that month is saying it.
        if month != view.month or view.counts.without_claim:
            changes["month"] = format_month(month)
    if typed["value"]:
        piastres = parse_egp(typed["value"])
        if piastres != details.value_piastres:
            changes["value"] = str(piastres)
    if typed["note"] and typed["note"] != details.note:
        changes["note"] = typed["note"][:300]
    return changes


def _state_reason(view: ListView) -> str:
    if not view.state_reason:
        return ""
    code = f"reason.{view.state_reason}"
    return say(code) if has_words(code) else view.state_reason


def _loss_words(kind: str) -> str:
    return show_digits(say(kind)) if kind != "nid_scientific" else say(kind)


def _loss_advice(kind: str) -> str:
    code = f"lists.advice.{kind}"
    return say(code if has_words(code) else "lists.advice")


def _why(reason: str | None, column: str, fate: str) -> str:
    if reason is None:
        return ""
    return say(reason, column=column) if has_words(reason) else say(f"fate.{fate}")


ROUTES = [
    path("lists/<int:code>/", one_list, name="list"),
    path("lists/<int:code>/lines/", lines, name="list_lines"),
    path("lists/<int:code>/rejected/", rejected, name="list_rejected"),
    path("lists/<int:code>/withdraw/", withdraw, name="withdraw"),
    path("lists/<int:code>/restore/", restore, name="restore"),
    path("lists/<int:code>/correct/", correct, name="correct"),
]
