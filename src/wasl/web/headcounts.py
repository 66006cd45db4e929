"""Pages of what is given to whoever comes: meals, fairs, convoys; counted, and no family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.audit.actions import record_audit
from wasl.benefits.headcounts import (
    KINDS,
    Headcount,
    HeadcountQuestion,
    Serving,
    access_headcount,
    list_headcounts,
    list_open_needs,
    record_headcount,
    reverse_headcount,
    sum_headcounts,
    with_usual_quantity,
)
from wasl.benefits.queries.choices import Choices, Named, get_choices
from wasl.benefits.queries.printed import name_needs
from wasl.kernel.errors import InvalidInput, WaslError
from wasl.kernel.folding import fold_digits
from wasl.kernel.money import parse_egp
from wasl.organisations.viewer import Viewer
from wasl.web.access import page
from wasl.web.digits import show_digits
from wasl.web.grants import read_operation
from wasl.web.naming import named
from wasl.web.tables import (
    EXPORT_ROWS,
    LARGEST,
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
from wasl.web.words import has_words, say, say_error

TYPED_LONGEST = 200
COLUMNS = (
    Column("headcounts.code"), Column("headcounts.day", "day"), Column("headcounts.organisation"), Column("headcounts.kind"),
    Column("headcounts.need"), Column("headcounts.came", "number"), Column("headcounts.quantity"),
    Column("headcounts.unit"), Column("headcounts.value", "money"), Column("headcounts.governorate"),
    Column("headcounts.markaz"), Column("headcounts.place"), Column("headcounts.recorded_by"),
    Column("headcounts.state"), Column("headcounts.reason"),
)  # fmt: skip


@dataclass(frozen=True)
class Names:
    """What codes are called on these pages."""

    needs: Mapping[str, Named]
    choices: Choices
    organisations: Mapping[int, Named]


@dataclass(frozen=True)
class Row:
    """An occasion with the names of its codes."""

    found: Headcount
    organisation: str
    need: str
    governorate: str
    quantity: str


@page(desk=True, officer=True, viewer=True)
def headcounts(request: HttpRequest) -> HttpResponse:
    """Show occasions, the newest first, and what they sum to by month, need and governorate."""
    viewer = get_viewer_of(request)
    names = _names(viewer)
    question = read_question(request, names)
    if wants_export(request):
        return _export(viewer, question, names)
    found = list_headcounts(viewer, question, ROWS_A_PAGE + 1)
    rows = [_row(one, names) for one in found[:ROWS_A_PAGE]]
    sums = sum_headcounts(viewer, question)
    last = found[ROWS_A_PAGE - 1] if len(found) > ROWS_A_PAGE else None
    content = {
        "viewer": viewer, "question": question, "choices": names.choices, "needs": names.needs, "kinds": KINDS,
        "open_needs": [one.code for one in list_open_needs(viewer)], "rows": rows,
        "sums": [
            (one, named(names.needs[one.need]), named(names.choices.governorates[one.governorate]),
             say_quantity(one.quantity, one.unit))
            for one in sums
        ],
        "older": write_cursor([last.delivered_on, last.id]) if last else "",
        "may_record": viewer.role == "officer",
        "is_filtered": any(request.GET.get(name) for name in ("need", "kind", "from", "to", "governorate")),
    }  # fmt: skip
    return render(request, "web/headcounts.html", content)


def read_question(request: HttpRequest, names: Names) -> HeadcountQuestion:
    """:raises InvalidInput: what cannot be meant."""
    return HeadcountQuestion(
        need=read_choice(request, "need", names.needs),
        kind=read_choice(request, "kind", KINDS),
        first=read_month(request, "from"),
        last=read_month(request, "to"),
        governorate=read_choice(request, "governorate", names.choices.governorates),
        after=_read_after(request),
    )


def _read_after(request: HttpRequest) -> tuple[str, int] | None:
    cursor = read_cursor(request, 2)
    if cursor is None:
        return None
    day, number = cursor
    try:
        if not isinstance(day, str) or not isinstance(number, int) or not 0 < number <= LARGEST:
            raise ValueError
        return date.fromisoformat(day).isoformat(), number
    except ValueError as error:
        raise InvalidInput("filter.unknown", name="after", value=str(day)[:40]) from error


def _names(viewer: Viewer, governorate: str | None = None) -> Names:
    choices = get_choices(viewer, governorate=governorate)
    return Names(name_needs(viewer), choices, choices.organisation_by_id())


def _row(found: Headcount, names: Names) -> Row:
    organisation = names.organisations.get(found.organisation_id)
    return Row(
        found, named(organisation) if organisation else "", named(names.needs[found.need]),
        named(names.choices.governorates[found.governorate]), say_quantity(found.quantity, found.unit),
    )  # fmt: skip


def say_quantity(quantity: Decimal, unit: str) -> str:
    """Return a quantity with its unit."""
    text = f"{quantity:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    code = f"families.unit.{unit}"
    return f"{show_digits(text)} {say(code) if has_words(code) else unit}"


def _export(viewer: Viewer, question: HeadcountQuestion, names: Names) -> HttpResponse:
    found = list_headcounts(viewer, question, EXPORT_ROWS)
    record_audit(
        by=viewer, at=timezone.now(), action="export_table", object_kind="headcounts", object_code="",
        detail={"rows": len(found)},
    )  # fmt: skip
    return xlsx_response("wasl-headcounts", COLUMNS, _cells(found, names))


def _cells(found: Sequence[Headcount], names: Names) -> Iterator[Sequence[object]]:
    for one in found:
        row = _row(one, names)
        code = f"families.unit.{one.unit}"
        yield (
            one.code, one.delivered_on, row.organisation, say(f"headcounts.kind.{one.kind}"), row.need, one.headcount,
            float(one.quantity), say(code) if has_words(code) else one.unit, one.value_piastres, row.governorate,
            named(one, "markaz") if one.markaz_ar else "", one.place, one.recorded_by,
            say("headcounts.reversed" if one.reversed_at else "headcounts.stands"), one.reason or "",
        )  # fmt: skip


@page(desk=False, officer=True, viewer=False, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Record one occasion; what is wrong with it stands above what was typed."""
    viewer = get_viewer_of(request)
    problem = ""
    if request.method == "POST":
        try:
            code = record_headcount(
                by=viewer, at=timezone.now(), serving=read_serving(request), operation=read_operation(request)
            )
        except WaslError as error:
            problem = say_error(error)
        else:
            messages.success(request, say("headcount.recorded", code=code), extra_tags="done")
            return HttpResponseRedirect(reverse("headcount", args=[code]))
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    governorate = typed.get("governorate") or request.GET.get("governorate", "")
    names = _names(viewer, governorate[:TYPED_LONGEST].replace("\x00", ""))
    content = {
        "typed": {**typed, "governorate": governorate}, "problem": problem, "choices": names.choices, "kinds": KINDS,
        "needs": list_open_needs(viewer), "operation": uuid4(), "today": timezone.localdate().isoformat(),
    }  # fmt: skip
    return render(request, "web/headcounts_new.html", content, status=400 if problem else 200)


def read_serving(request: HttpRequest) -> Serving:
    """:raises InvalidInput: what cannot be read as a day, a number or money."""
    typed = {name: fold_digits(request.POST.get(name, "").strip())[:TYPED_LONGEST] for name in TYPED}
    try:
        day = date.fromisoformat(typed["day"])
    except ValueError as error:
        raise InvalidInput("headcount.day_unreadable", text=typed["day"]) from error
    came = typed["came"].replace(",", "").replace("٬", "")
    if not (came.isascii() and came.isdecimal() and len(came) <= 9):
        raise InvalidInput("headcount.how_many", most="10,000,000")
    try:
        quantity = Decimal(typed["quantity"].replace(",", "").replace("٫", ".") or 0)
    except InvalidOperation as error:
        raise InvalidInput("headcount.how_much") from error
    place = request.POST.get("place", "").replace("\x00", " ").strip()
    serving = Serving(
        kind=typed["kind"], need=typed["need"], delivered_on=day, headcount=int(came), quantity=quantity,
        governorate=typed["governorate"].replace("\x00", ""), markaz=typed["markaz"].replace("\x00", "") or None,
        place=place, value_piastres=parse_egp(typed["value"]) if typed["value"] else None,
    )  # fmt: skip
    return with_usual_quantity(serving)


TYPED = ("day", "came", "quantity", "kind", "need", "governorate", "markaz", "value")


@page(desk=True, officer=True, viewer=True)
def headcount(request: HttpRequest, code: str) -> HttpResponse:
    """Show one occasion, and let its organisation take it back."""
    viewer = get_viewer_of(request)
    found = access_headcount(viewer, code)
    content: dict[str, Any] = {
        "row": _row(found, _names(viewer)), "viewer": viewer, "operation": uuid4(),
        "may_reverse": viewer.role == "officer" and found.organisation_id == viewer.organisation_id
        and found.reversed_at is None,
    }  # fmt: skip
    return render(request, "web/headcounts_one.html", content)


@page(desk=False, officer=True, viewer=False, methods=("POST",))
def take_back(request: HttpRequest, code: str) -> HttpResponse:
    """Take back what was recorded by mistake."""
    viewer = get_viewer_of(request)
    found = access_headcount(viewer, code)
    try:
        reverse_headcount(
            by=viewer, at=timezone.now(), code=code, reason=request.POST.get("reason", "").replace("\x00", " "),
            operation=read_operation(request),
        )  # fmt: skip
    except WaslError as error:
        messages.error(request, say_error(error), extra_tags="refused")
    else:
        messages.success(request, say("headcount.reversed", code=found.code), extra_tags="done")
    return HttpResponseRedirect(reverse("headcount", args=[found.code]))


ROUTES = [
    path("headcounts/", headcounts, name="headcounts"),
    path("headcounts/new/", new, name="headcount_new"),
    path("headcounts/<str:code>/", headcount, name="headcount"),
    path("headcounts/<str:code>/reverse/", take_back, name="headcount_reverse"),
]
