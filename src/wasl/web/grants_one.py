"""One grant: how it stands, what may be done next and by whom, its life, what was handed over of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from wasl.benefits.calendar import read_catalogue
from wasl.benefits.grants.actions import approve_grants, cancel_grants, return_grant, reverse_delivery
from wasl.benefits.queries.grant_file import DeliveryRow, GrantFile, access_grant_file
from wasl.benefits.queries.grant_pages import find_grant_ids
from wasl.kernel.codes import is_code, make_code, number_of
from wasl.kernel.errors import InvalidInput, NotFound
from wasl.organisations.viewer import Viewer
from wasl.web.access import page
from wasl.web.dates import day_words
from wasl.web.digits import show_digits
from wasl.web.family_history import as_written
from wasl.web.grants import REASON_LONGEST, read_operation, say_moved
from wasl.web.grants_words import badge_of, present_state, say_months, say_need, say_quantity, say_until
from wasl.web.templatetags.wasl import say as say_marked
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say

ENDED = ("delivered", "returned", "lapsed", "cancelled", "reported")


@dataclass(frozen=True)
class Step:
    """Something that happened to a grant."""

    at: datetime | date
    words: SafeString | str


@dataclass(frozen=True)
class Next:
    """What comes next, in words, and which actions this viewer may take; `do` is what forms send."""

    words: str
    may: frozenset[str]


@page(desk=True, officer=True, viewer=True)
def grant(request: HttpRequest, code: str) -> HttpResponse:
    """Show one grant."""
    viewer = get_viewer_of(request)
    found = access_grant_file(viewer, code)
    row = found.grant
    catalogue = read_catalogue(viewer)
    state = present_state(row.state, expired=row.expired)
    content = {
        "viewer": viewer, "file": found, "grant": row, "need": say_need(row.need, catalogue.needs), "state": state,
        "badge": badge_of(state), "sentence": _sentence(found, state), "next": say_next(viewer, found, state),
        "months": say_months(row.first_month, row.last_month), "quantity": say_quantity(row.quantity, row.unit),
        "operations": [uuid4() for _ in range(3)], "steps": _life(found),
        "deliveries": [_delivery(viewer, found, one) for one in found.deliveries],
    }  # fmt: skip
    return render(request, "web/grants_one.html", content)


def _sentence(found: GrantFile, state: str) -> str:
    row = found.grant
    ended = "" if found.ended_at is None else show_digits(day_words(found.ended_at))
    standing = len({one.tranche for one in found.deliveries if not one.is_reversed})
    done = show_digits(say("grants.tranche_of", tranche=standing, tranches=found.grant.tranches))
    return say(f"grants.is.{state}", until=say_until(row.expires_at), ended=ended, done=done)


def say_next(viewer: Viewer, found: GrantFile, state: str) -> Next:
    """Return what may be done next, or why nothing may."""
    row = found.grant
    if viewer.role != "officer":
        return Next(say("grants.next.reader"), frozenset())
    if row.state == "reserved":
        if row.created_by == viewer.username:
            return Next(say("grants.next.somebody_else"), frozenset({"cancel"}))
        return Next(say("grants.next.approve"), frozenset({"approve", "cancel"}))
    if row.state == "approved":
        return Next(say("grants.next.deliver"), frozenset({"deliver", "cancel"}))
    if row.state == "partly":
        return Next(say("grants.next.deliver"), frozenset({"deliver", "reverse", "return"}))
    if row.state == "reversed":
        return Next(say("grants.next.deliver"), frozenset({"deliver", "cancel"}))
    if row.state == "delivered":
        return Next(say("grants.next.none"), frozenset({"reverse", "return"}))
    again = row.state in ("lapsed", "cancelled")
    return Next(say("grants.next.again" if again else "grants.next.none"), frozenset())


def _life(found: GrantFile) -> list[Step]:
    """Return what happened to a grant, the first first."""
    row = found.grant
    steps = [Step(row.created_at, say_marked("grants.life.reserved", who=as_written(row.created_by)))]
    if found.answer:
        why = say(f"grants.life.answer.{found.answer}")
        steps.append(
            Step(row.created_at, say_marked("grants.life.answer", why=why, reason=as_written(found.reason)))
        )
    if row.approved_at is not None:
        steps.append(
            Step(row.approved_at, say_marked("grants.life.approved", who=as_written(row.approved_by or "")))
        )
    happened: list[Step] = []
    for one in found.deliveries:
        happened.append(Step(one.recorded_at, _delivered(one)))
        if one.reversed_at is not None:
            words = say_marked(
                "grants.life.reversed",
                who=as_written(one.reversed_by or ""),
                reason=as_written(one.reversal_reason or ""),
            )
            happened.append(Step(one.reversed_at, words))
    steps += sorted(happened, key=lambda step: step.at)  # type: ignore[arg-type, return-value]
    if found.ended_at is not None:
        words = say_marked(
            "grants.life.ended",
            state=say(f"grants.state.{row.state}"),
            reason=as_written(found.end_reason or "—"),
        )
        steps.append(Step(found.ended_at, words))
    return steps


def _delivered(one: DeliveryRow) -> SafeString | str:
    if one.source == "list":
        return say("grants.life.listed")
    to = say_marked(
        f"grants.to.{one.received_by}",
        name=as_written(one.receiver_name),
        relation=as_written(one.receiver_relation),
    )
    return say_marked("grants.life.delivered", who=as_written(one.recorded_by), to=SafeString(to))


def _delivery(viewer: Viewer, found: GrantFile, one: DeliveryRow) -> dict[str, object]:
    receiver = one.receiver_name or say(f"grants.receiver.{one.received_by}")
    return {
        "row": one,
        "tranche": show_digits(say("grants.tranche_of", tranche=one.tranche, tranches=found.grant.tranches)),
        "quantity": say_quantity(one.quantity, one.unit),
        "receiver": receiver,
        "may_reverse": viewer.role == "officer" and not one.is_reversed,
        "operation": uuid4(),
        "receipt": f"{reverse('receipt', args=[found.grant.code])}?tranche={one.tranche}",
    }


@page(desk=False, officer=True, viewer=False, methods=("POST",))
def act(request: HttpRequest, code: str) -> HttpResponse:
    """Approve, cancel or take back one grant, or reverse one of its deliveries."""
    viewer, do = get_viewer_of(request), request.POST.get("do", "")
    code, number = _find(viewer, code)
    reason = request.POST.get("reason", "").strip()[:REASON_LONGEST]
    given: dict[str, Any] = {"by": viewer, "at": timezone.now(), "operation": read_operation(request)}
    if do == "approve":
        say_moved(request, approve_grants(grants=[number], **given), "approved")
        return _back(request, code)
    if not reason:
        messages.error(request, say("grants.reason_needed"), extra_tags="refused")
    elif do == "cancel":
        say_moved(request, cancel_grants(grants=[number], reason=reason, **given), "cancelled")
    elif do == "return":
        say_moved(request, [return_grant(grant=number, reason=reason, **given)], "returned")
    elif do == "reverse":
        tranche = read_tranche(request)
        say_moved(
            request, reverse_delivery(grant=number, tranche=tranche, reason=reason, **given), "reversed"
        )
    else:
        raise InvalidInput("error.400")
    return _back(request, code)


def _find(viewer: Viewer, code: str) -> tuple[str, int]:
    """:raises NotFound: no grant has this code, or it is not the viewer's."""
    bare = make_code(number_of(code)) if is_code(code) else ""
    number = find_grant_ids(viewer, [bare]).get(bare)
    if number is None:
        raise NotFound("grant.unknown", code=code[:40])
    return bare, number


def read_tranche(request: HttpRequest) -> int:
    """
    Return the number of a tranche.

    :raises InvalidInput: it is none.
    """
    text = request.POST.get("tranche", "1")
    if not (text.isascii() and text.isdecimal() and len(text) < 3):
        raise InvalidInput("error.400")
    return int(text)


def _back(request: HttpRequest, code: str) -> HttpResponse:
    """Lead to the grant; to the family's calendar or the desk where it was undone from there."""
    back, family = request.POST.get("back", ""), request.POST.get("family", "")
    if back == "family" and is_code(family):
        return HttpResponseRedirect(f"{reverse('family', args=[make_code(number_of(family))])}#calendar")
    if back == "door":
        return HttpResponseRedirect(reverse("door"))
    return HttpResponseRedirect(reverse("grant", args=[code]))


ROUTES = [
    path("grants/<str:code>/", grant, name="grant"),
    path("grants/<str:code>/act/", act, name="grant_act"),
]
