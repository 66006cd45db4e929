"""Beginning a bulk: from a file, from a planned list, from gaps, from the grants of one need and month."""

from __future__ import annotations

from datetime import date
from typing import Any, BinaryIO, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.benefits.bulk.actions import ask_to_prepare
from wasl.benefits.bulk.permissions import can_make_bulks, check_can_make_bulks
from wasl.benefits.bulk.queries import Bulk
from wasl.benefits.bulk.rules import BulkAction, BulkState
from wasl.benefits.queries.choices import Choices, get_choices
from wasl.benefits.queries.gap_pages import GapCount, GapQuestion, list_gap_counts
from wasl.intake.bulk_files import receive_bulk
from wasl.intake.bulk_sources import plan_gaps, plan_grants, plan_list
from wasl.intake.uploads import MOST_BYTES
from wasl.kernel.errors import InvalidInput, WaslError
from wasl.kernel.folding import fold_digits
from wasl.kernel.months import parse_month
from wasl.organisations.viewer import Viewer
from wasl.web.access import page
from wasl.web.uploading import is_too_large
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say_error

OFFERED = (BulkAction.RESERVE, BulkAction.APPROVE, BulkAction.DELIVER, BulkAction.REVERSE)
TYPED = ("action", "need", "month", "reason", "delivered_on", "state", "governorate", "markaz")


@page(desk=True, officer=True, viewer=True, methods=("GET", "POST"))
def new_bulk(request: HttpRequest) -> HttpResponse:
    """Show what may be done to many at once; POST makes it, from a file or from grants that are there."""
    viewer = get_viewer_of(request)
    if request.method != "POST":
        return _page(request, viewer, "")
    try:
        made = _made(request, viewer)
    except WaslError as error:
        if error.http in (403, 404):
            raise
        return _page(request, viewer, say_error(error), error.http)
    return _asked(viewer, made)


def _made(request: HttpRequest, viewer: Viewer) -> Bulk:
    check_can_make_bulks(viewer)
    now = timezone.now()
    action = _action(request)
    need, month = request.POST.get("need", "").strip() or None, _month(request)
    goes_on = request.POST.get("goes_on") == "1" and action == BulkAction.RESERVE
    reason = request.POST.get("reason", "")
    params: dict[str, Any] = {}
    if action == BulkAction.DELIVER:
        day = read_day(request.POST.get("delivered_on", ""))
        params["receipt"] = {"delivered_on": day.isoformat(), "received_by": "self"}
    if request.POST.get("count") and action == BulkAction.RESERVE:
        return _of_gaps(request, viewer, need, month)
    file = request.FILES.get("file")
    if is_too_large(request):
        raise InvalidInput("upload.too_large", file=getattr(file, "name", ""), most_mb=MOST_BYTES // 2**20)
    if file is None and action == BulkAction.RESERVE:
        raise InvalidInput("bulk.file_needed")
    if (action == BulkAction.RESERVE or file is None) and (need is None or month is None):
        raise InvalidInput("bulk.choose_need_and_month")
    if file is None:
        receipt = params.get("receipt")
        return plan_grants(
            by=viewer, at=now, action=action, need=need, month=month, reason=reason, receipt=receipt
        )
    like = {"need": need, "month": month, "params": params, "goes_on": goes_on, "reason": reason}
    return receive_bulk(
        source=cast(BinaryIO, file.file), size_bytes=file.size or 0, name=file.name or "", by=viewer, at=now, action=action,
        like=like,
    )  # fmt: skip


def _of_gaps(request: HttpRequest, viewer: Viewer, need: str | None, month: date | None) -> Bulk:
    if need is None or month is None:
        raise InvalidInput("bulk.choose_need_and_month")
    count = _count(request.POST.get("count", ""), viewer)
    state = request.POST.get("state") or None
    if count is None or state not in (None, "open", "unknown"):
        raise InvalidInput("filter.unknown", name="count", value=request.POST.get("count", "")[:40])
    question = GapQuestion(
        count.id, state=state, governorate=request.POST.get("governorate") or None,
        markaz=request.POST.get("markaz") or None,
        since=parse_month(request.POST["since"]) if request.POST.get("since") else None,
    )  # fmt: skip
    return plan_gaps(by=viewer, at=timezone.now(), question=question, need=need, month=month)


@page(desk=False, officer=True, viewer=False, methods=("POST",))
def of_list(request: HttpRequest) -> HttpResponse:
    """Have the rows of a planned list read, to be reserved."""
    viewer = get_viewer_of(request)
    return _asked(viewer, plan_list(by=viewer, at=timezone.now(), code=request.POST.get("list", "")))


def _asked(viewer: Viewer, made: Bulk) -> HttpResponse:
    if made.state == BulkState.READING:
        ask_to_prepare(by=viewer, at=timezone.now(), bulk=made, starts=False)
    return HttpResponseRedirect(reverse("bulk", args=[int(made.code)]))


def _page(request: HttpRequest, viewer: Viewer, problem: str, status: int = 200) -> HttpResponse:
    choices = get_choices(viewer)
    said = request.POST if request.method == "POST" else request.GET
    typed = {name: said.get(name, "") for name in (*TYPED, "since", "count")}
    count = _count(typed["count"], viewer) if typed["count"] else None
    content = {
        "problem": problem, "choices": choices, "typed": typed, "actions": OFFERED, "may_make": can_make_bulks(viewer),
        "chosen": typed["action"] if typed["action"] in list(OFFERED) else str(BulkAction.RESERVE), "viewer": viewer,
        "most_mb": MOST_BYTES // 2**20, "today": timezone.localdate(), "count": count,
        "slot": None if count is None else choices.slots.get(count.slot), "governorate": _place(choices, typed),
        "month": typed["month"] or (f"{count.month:%Y-%m}" if count is not None else ""),
    }  # fmt: skip
    return render(request, "web/bulk_new.html", content, status=status)


def _place(choices: Choices, typed: dict[str, str]) -> object:
    return choices.governorates.get(typed["governorate"])


def _count(text: str, viewer: Viewer) -> GapCount | None:
    """Return the counted month of a number in the address, None where it is none."""
    return next((one for one in list_gap_counts(viewer) if str(one.id) == text), None)


def _action(request: HttpRequest) -> BulkAction:
    text = request.POST.get("action", "")
    if text not in list(OFFERED):
        raise InvalidInput("filter.unknown", name="action", value=text[:40])
    return BulkAction(text)


def _month(request: HttpRequest) -> date | None:
    text = fold_digits(request.POST.get("month", "")).strip()
    return parse_month(text) if text else None


def read_day(text: str) -> date:
    """Return the day of delivery, today where none is typed. :raises InvalidInput: it is no day, or has not come."""
    today = timezone.localdate()
    text = fold_digits(text).strip()
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("bulk.day_unreadable", text=text[:40]) from error
    if day > today or day.year < 2000:
        raise InvalidInput("bulk.day_ahead", day=day)
    return day


ROUTES = [path("bulk/new/", new_bulk, name="bulk_new"), path("bulk/of-list/", of_list, name="bulk_of_list")]
