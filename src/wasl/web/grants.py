"""The table of grants: what an organisation has reserved, approved and delivered, filtered by the address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.audit.actions import record_audit
from wasl.benefits.grants.actions import approve_grants, cancel_grants
from wasl.benefits.grants.doors import Answered, Reversed
from wasl.benefits.queries.choices import Choices, Named, get_choices
from wasl.benefits.queries.grant_pages import (
    STATES,
    GrantQuestion,
    GrantRow,
    count_grants,
    find_grant_ids,
    list_grants,
)
from wasl.kernel.codes import is_code, make_code, number_of
from wasl.kernel.errors import InvalidInput, RuleRefused
from wasl.organisations.viewer import Viewer
from wasl.web.access import page
from wasl.web.counts import show_count
from wasl.web.grants_words import badge_of, present_state, say_months, say_quantity
from wasl.web.naming import named
from wasl.web.tables import (
    EXPORT_ROWS,
    ROWS_A_PAGE,
    Column,
    read_choice,
    read_cursor,
    read_month,
    read_text,
    wants_export,
    write_cursor,
    xlsx_response,
)
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say

FILTERS = ("state", "need", "month", "governorate", "organisation", "made_by", "only")
ONLY = ("soon", "to_approve", "handed")
CHOSEN_MOST = 200
REASON_LONGEST = 300
QUERY_LONGEST = 1000
COLUMNS = (
    Column("grants.code"), Column("grants.state"), Column("grants.organisation"), Column("grants.family_code"),
    Column("grants.family"), Column("grants.person"), Column("grants.need"), Column("grants.month", "month"),
    Column("grants.quantity", "number"), Column("grants.unit"), Column("grants.value", "money"),
    Column("grants.governorate"), Column("grants.made_by"), Column("grants.made_at", "day"),
    Column("grants.approved_by"), Column("grants.approved_at", "day"), Column("grants.expires", "day"),
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A grant with the names of its codes; `may_choose` where something may be done with it in the table."""

    grant: GrantRow
    state: str
    badge: str
    need: Named | str
    organisation: Named | None
    governorate: Named | None
    months: str
    quantity: str
    may_choose: bool


@page(desk=True, officer=True, viewer=True)
def grants(request: HttpRequest) -> HttpResponse:
    """List grants as the address filters them, newest first; with `format=xlsx` hand them over as a workbook."""
    viewer = get_viewer_of(request)
    choices = get_choices(viewer)
    question = read_question(request, viewer, choices)
    counted = count_grants(viewer, question)
    if wants_export(request):
        return _export(viewer, replace(question, after=None), choices)
    found = list_grants(viewer, question, ROWS_A_PAGE + 1)
    rows = found[:ROWS_A_PAGE]
    content = {
        "viewer": viewer, "choices": choices, "question": question, "states": STATES, "counted": counted,
        "rows": [_row(viewer, row, choices) for row in rows],
        "older": write_cursor([rows[-1].code]) if len(found) > ROWS_A_PAGE else "",
        "is_filtered": any(request.GET.get(name) for name in FILTERS), "only": request.GET.get("only", ""),
        "may_act": viewer.role == "officer", "operation": uuid4(), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "web/grants.html", content)


def read_question(request: HttpRequest, viewer: Viewer, choices: Choices) -> GrantQuestion:
    """
    Read what is asked for.

    :raises InvalidInput: what cannot be meant.
    """
    organisation = read_choice(request, "organisation", choices.organisations) if viewer.is_desk else None
    only = read_choice(request, "only", ONLY)
    cursor = read_cursor(request, 1)
    if cursor is not None and not (isinstance(cursor[0], str) and is_code(cursor[0])):
        raise InvalidInput("filter.unknown", name="after", value=request.GET["after"][:40])
    return GrantQuestion(
        state=read_choice(request, "state", STATES),
        need=read_choice(request, "need", choices.needs),
        month=read_month(request, "month"),
        governorate=read_choice(request, "governorate", choices.governorates),
        organisation_id=choices.organisations[organisation].id if organisation else None,
        made_by=read_text(request, "made_by", 150) or None,
        handed=timezone.localdate().replace(day=1) if only == "handed" else None,
        soon=only == "soon",
        to_approve=only == "to_approve",
        after=None if cursor is None else make_code(number_of(str(cursor[0]))),
    )


def _row(viewer: Viewer, grant: GrantRow, choices: Choices) -> Row:
    state = present_state(grant.state, expired=grant.expired)
    by_id = choices.organisation_by_id()
    return Row(
        grant, state, badge_of(state), choices.needs.get(grant.need, grant.need), by_id.get(grant.organisation_id),
        choices.governorates.get(grant.governorate or ""), say_months(grant.first_month, grant.last_month),
        say_quantity(grant.quantity, grant.unit),
        may_choose=viewer.role == "officer" and grant.state in ("reserved", "approved"),
    )  # fmt: skip


def _export(viewer: Viewer, question: GrantQuestion, choices: Choices) -> HttpResponse:
    found = list_grants(viewer, question, EXPORT_ROWS + 1)
    if len(found) > EXPORT_ROWS:
        raise RuleRefused("grants.too_many", most=f"{EXPORT_ROWS:,}")
    record_audit(
        by=viewer, at=timezone.now(), action="export_table", object_kind="grants", object_code="",
        detail={"rows": len(found), "question": {name: str(value) for name, value in vars(question).items() if value}},
    )  # fmt: skip
    return xlsx_response("wasl-grants", COLUMNS, _cells(viewer, found, choices))


def _cells(viewer: Viewer, found: Sequence[GrantRow], choices: Choices) -> Iterator[Sequence[object]]:
    for grant in found:
        row = _row(viewer, grant, choices)
        yield (
            grant.code, say(f"grants.state.{row.state}"), named(row.organisation) if row.organisation else "",
            grant.family_code, grant.head, grant.person, row.need if isinstance(row.need, str) else named(row.need),
            grant.month, None if grant.quantity is None else float(grant.quantity),
            say(f"families.unit.{grant.unit}"), grant.value_piastres,
            named(row.governorate) if row.governorate else "", grant.created_by, grant.created_at, grant.approved_by,
            grant.approved_at, grant.expires_at,
        )  # fmt: skip


@page(desk=False, officer=True, viewer=False, methods=("POST",))
def act(request: HttpRequest) -> HttpResponse:
    """Approve or cancel the grants that were ticked, and say of each what became of it."""
    viewer = get_viewer_of(request)
    codes = [code for code in request.POST.getlist("grant")[:CHOSEN_MOST] if is_code(code)]
    codes = [make_code(number_of(code)) for code in codes]
    if not codes:
        messages.error(request, say("grants.nothing_ticked"), extra_tags="refused")
        return _back(request)
    given: dict[str, Any] = {"by": viewer, "at": timezone.now(), "operation": read_operation(request)}
    chosen = sorted(find_grant_ids(viewer, codes).values())
    if request.POST.get("do") == "approve":
        say_moved(request, approve_grants(grants=chosen, **given), "approved")
    else:
        reason = request.POST.get("reason", "").strip()[:REASON_LONGEST]
        if not reason:
            messages.error(request, say("grants.reason_needed"), extra_tags="refused")
            return _back(request)
        say_moved(request, cancel_grants(grants=chosen, reason=reason, **given), "cancelled")
    return _back(request)


def say_moved(request: HttpRequest, moved: Sequence[Answered | Reversed], done: str) -> None:
    """Leave a message of what was done, and one for each reason why something was not."""
    outcomes: dict[str, int] = {}
    for one in moved:
        outcomes[one.outcome] = outcomes.get(one.outcome, 0) + 1
    for outcome, number in outcomes.items():
        words = show_count(number, "grant")
        if outcome == done:
            messages.success(request, say(f"grants.done.{done}", grants=words), extra_tags="done")
        else:
            code = outcome if outcome in ("same_maker", "lapsed", "shares", "of_list") else "state"
            messages.error(request, say(f"grants.left.{code}", grants=words), extra_tags="refused")


def read_operation(request: HttpRequest) -> UUID:
    """
    Return the operation's number, which the form was made with.

    :raises InvalidInput: there is none: the form is none of ours.
    """
    try:
        return UUID(request.POST.get("operation", ""))
    except ValueError as error:
        raise InvalidInput("error.400") from error


def _back(request: HttpRequest) -> HttpResponse:
    """Lead back to the table as it was filtered."""
    asked = QueryDict(request.POST.get("query", "")[:QUERY_LONGEST]).urlencode()
    return HttpResponseRedirect(reverse("grants") + (f"?{asked}" if asked else ""))


ROUTES = [
    path("grants/", grants, name="grants"),
    path("grants/act/", act, name="grants_act"),
]
