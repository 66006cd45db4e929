"""Pages of gaps: families that nobody covered, and saying that nothing was given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language

from wasl.audit.actions import record_audit
from wasl.benefits.actions import say_nothing_given, take_back_nothing_given
from wasl.benefits.gap_tables import HEADS, cursor_of, gap_cells, show_gaps
from wasl.benefits.permissions import can_report, check_can_report
from wasl.benefits.queries.choices import Choices, get_choices
from wasl.benefits.queries.gap_pages import (
    GapCount,
    GapQuestion,
    count_gap_families,
    list_gap_counts,
    list_nothing_given,
)
from wasl.jobs.actions import enqueue
from wasl.jobs.queries import JobView
from wasl.kernel.errors import InvalidInput, WaslError
from wasl.kernel.months import format_month, parse_month
from wasl.organisations.viewer import Viewer
from wasl.web.access import page
from wasl.web.dates import month_words
from wasl.web.digits import show_digits
from wasl.web.frame import offer_undo
from wasl.web.naming import named
from wasl.web.tables import (
    EXPORT_ROWS,
    ROWS_A_PAGE,
    Column,
    read_choice,
    read_cursor,
    read_month,
    wants_export,
    write_cursor,
    xlsx_response,
)
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say

STATES = ("open", "unknown")
SORTS = ("place", "since")
FIRST_SLOT = "food"
INBOX = "inbox"
KINDS = {"people": "number", "missing": "number", "since": "month"}
FILTERS = ("state", "governorate", "markaz", "since")


@page(desk=True, officer=True, viewer=True)
def gaps(request: HttpRequest) -> HttpResponse:
    """Show the families of a slot and month that are not covered, or of which that is not known."""
    viewer = get_viewer_of(request)
    governorate = request.GET.get("governorate", "").strip()
    choices = get_choices(viewer, governorate=governorate)
    counts = list_gap_counts(viewer)
    slot = read_choice(request, "slot", choices.slots) or _first_slot(counts)
    month = read_month(request, "month")
    months = [one for one in counts if one.slot == slot]
    count = next((one for one in months if month in (None, one.month)), None)
    content = {
        "choices": choices, "slot": slot, "slot_named": choices.slots.get(slot), "month": month or (count and count.month),
        "months": months, "count": count, "states": STATES, "viewer": viewer, "may_report": can_report(viewer),
        "is_filtered": any(request.GET.get(name) for name in FILTERS),
    }  # fmt: skip
    if count is None:
        _read_rest(request, choices, 0)
        return render(request, "web/gaps.html", content)
    question = _read_rest(request, choices, count.id)
    families = count_gap_families(viewer, question)
    if wants_export(request):
        asked = [one.total for state, one in families.items() if question.state in (None, state)]
        return _export(viewer, replace(question, after=None), sum(asked))
    found = show_gaps(viewer, question, ROWS_A_PAGE + 1, choices.governorates)
    rows = found[:ROWS_A_PAGE]
    older = write_cursor(cursor_of(rows[-1].gap, question)) if len(found) > ROWS_A_PAGE else ""
    content |= {"question": question, "families": families, "rows": rows, "older": older}
    return render(request, "web/gaps.html", content)


def _first_slot(counts: list[GapCount]) -> str:
    slots = {one.slot for one in counts}
    return FIRST_SLOT if FIRST_SLOT in slots or not slots else min(slots)


def _read_rest(request: HttpRequest, choices: Choices, count_id: int) -> GapQuestion:
    question = GapQuestion(
        count_id,
        state=read_choice(request, "state", STATES),
        governorate=read_choice(request, "governorate", choices.governorates),
        markaz=read_choice(request, "markaz", choices.marakiz),
        since=read_month(request, "since"),
        sort=read_choice(request, "sort", SORTS) or "place",  # type: ignore[arg-type]
    )
    return replace(question, after=_read_after(request, question))


def _read_after(request: HttpRequest, question: GapQuestion) -> tuple[str | int, ...] | None:
    kinds = (str, int) if question.sort == "since" else (str, str, int)
    cursor = read_cursor(request, len(kinds))
    if cursor is None:
        return None
    fits = all(isinstance(value, kind) for value, kind in zip(cursor, kinds, strict=True))
    if (
        not fits
        or (question.sort == "since" and not _is_day(cursor[0]))
        or not 0 <= int(str(cursor[-1])) < 2**62
    ):
        raise InvalidInput("filter.unknown", name="after", value=request.GET["after"][:40])
    return tuple(value for value in cursor if isinstance(value, str | int))


def _is_day(text: object) -> bool:
    try:
        day = date.fromisoformat(str(text))
        return day.day == 1 and day.isoformat() == text
    except ValueError:
        return False


def _export(viewer: Viewer, question: GapQuestion, total: int) -> HttpResponse:
    language = "en" if get_language() == "en" else "ar"
    words = {state: say(f"gaps.state.{state}") for state in STATES}
    record_audit(
        by=viewer, at=timezone.now(), action="export_table", object_kind="gaps", object_code="",
        detail={"question": question.written(), "rows": total},
    )  # fmt: skip
    if total <= EXPORT_ROWS:
        columns = [Column(f"gaps.head.{name}", KINDS.get(name, "text")) for name in HEADS]  # type: ignore[arg-type]
        return xlsx_response("wasl-gaps", columns, gap_cells(viewer, question, words, language))
    code = enqueue(
        by=viewer, at=timezone.now(), kind="export_benefits",
        params={
            "what": "gaps", "question": question.written(), "words": words, "language": language,
            "heads": [say(f"gaps.head.{name}") for name in HEADS], "rows": total,
        },
    )  # fmt: skip
    return HttpResponseRedirect(f"/jobs/{code}/")


@page(desk=True, officer=True, viewer=False, methods=("POST",))
def count(request: HttpRequest) -> HttpResponse:
    """Ask for the gaps of one slot and month to be counted."""
    viewer = get_viewer_of(request)
    check_can_report(viewer)
    choices = get_choices(viewer)
    slot, month = _slot_and_month(request, choices)
    job = enqueue(
        by=viewer, at=timezone.now(), kind="count_gaps", params={"slot": slot, "month": format_month(month)},
        lock="gaps",
    )  # fmt: skip
    return HttpResponseRedirect(f"/jobs/{job}/")


@page(desk=True, officer=True, viewer=True, methods=("GET", "POST"))
def nothing(request: HttpRequest) -> HttpResponse:
    """Show what was said to be nothing; POST says that an organisation gave nothing of a slot in a month."""
    viewer = get_viewer_of(request)
    if request.method == "POST":
        return _nothing_said(request, viewer)
    return _nothing_page(request, viewer, {})


@page(desk=True, officer=True, viewer=False, methods=("POST",))
def nothing_undone(request: HttpRequest) -> HttpResponse:
    """Take back that nothing was given."""
    viewer = get_viewer_of(request)
    choices = get_choices(viewer)
    slot, month = _slot_and_month(request, choices)
    take_back_nothing_given(
        by=viewer, at=timezone.now(), organisation=_organisation(request, viewer), slot=slot, month=month
    )
    messages.success(request, say("gaps.nothing.undone", **_nothing_words(choices, slot, month)))
    return _back(request)


def _nothing_said(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    choices = get_choices(viewer)
    typed = {name: request.POST.get(name, "") for name in ("slot", "month", "organisation")}
    try:
        slot, month = _slot_and_month(request, choices)
        organisation = _organisation(request, viewer)
        new = say_nothing_given(
            by=viewer, at=timezone.now(), organisation=organisation, slot=slot, month=month
        )
    except WaslError as error:
        return _nothing_page(
            request, viewer, typed | {"problem": say(error.code, **error.params)}, error.http
        )
    words = _nothing_words(choices, slot, month)
    if new:
        fields = {"organisation": organisation, "slot": slot, "month": format_month(month)}
        if request.POST.get("from") == INBOX:
            fields["from"] = INBOX
        offer_undo(request, say("gaps.nothing.kept", **words), reverse("nothing_undone"), **fields)
    else:
        messages.info(request, say("gaps.nothing.stood", **words))
    return _back(request)


def _nothing_page(
    request: HttpRequest, viewer: Viewer, typed: dict[str, str], status: int = 200
) -> HttpResponse:
    choices = get_choices(viewer)
    said = [
        (one, choices.slots.get(one.slot), choices.organisations.get(one.organisation_code))
        for one in list_nothing_given(viewer)
    ]
    content = {
        "choices": choices, "typed": typed, "said": said, "viewer": viewer, "may_report": can_report(viewer),
        "slot": typed.get("slot") or request.GET.get("slot", ""),
        "month": typed.get("month") or request.GET.get("month", ""),
    }  # fmt: skip
    return render(request, "web/gaps_nothing.html", content, status=status)


def _slot_and_month(request: HttpRequest, choices: Choices) -> tuple[str, date]:
    slot = request.POST.get("slot", "")
    if slot not in choices.slots:
        raise InvalidInput("slot.unknown", slot=slot[:40])
    return slot, parse_month(request.POST.get("month", ""))


def _organisation(request: HttpRequest, viewer: Viewer) -> str:
    return request.POST.get("organisation", "") if viewer.is_desk else viewer.organisation_code


def _nothing_words(choices: Choices, slot: str, month: date) -> dict[str, str]:
    return {"slot": named(choices.slots[slot]), "month": show_digits(month_words(month))}


def _back(request: HttpRequest) -> HttpResponse:
    """Lead back to where it was said: the inbox asks for it too."""
    return HttpResponseRedirect(reverse(INBOX if request.POST.get("from") == INBOX else "nothing_given"))


def counted_page(job: JobView) -> str:
    """Return where a counted month is read."""
    return f"{reverse('gaps')}?{urlencode({'slot': job.params['slot'], 'month': job.params['month']})}"


JOB_PAGES = {"count_gaps": counted_page}

ROUTES = [
    path("gaps/", gaps, name="gaps"),
    path("gaps/count/", count, name="gaps_count"),
    path("gaps/nothing/", nothing, name="nothing_given"),
    path("gaps/nothing/undo/", nothing_undone, name="nothing_undone"),
]
