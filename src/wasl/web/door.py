"""
The delivery desk: somebody stands before it, a card is scanned, what is approved is handed over.

One field has the focus. What is scanned or typed into it travels in the form, never in the address; Enter in the
empty field hands over what is shown. Every handing over has the number its form was made with: sent twice, it is
done once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.benefits.calendar import Catalogue, read_catalogue
from wasl.benefits.grants.actions import deliver_grants
from wasl.benefits.grants.doors import Delivered
from wasl.benefits.queries.grant_pages import list_desk_deliveries, read_grant
from wasl.country.egypt.national_id import LENGTH as NID_LENGTH
from wasl.kernel.codes import is_code, make_code, number_of
from wasl.kernel.errors import InvalidInput, NotFound, WaslError
from wasl.kernel.folding import fold_digits
from wasl.organisations.viewer import Viewer
from wasl.registry.family_file import FamilyFile, MovedFamily, open_family
from wasl.registry.search import FamilyFound, search_people
from wasl.registry.search_words import read_asked
from wasl.web.access import page
from wasl.web.dates import month_words
from wasl.web.digits import show_digits
from wasl.web.door_family import Counter, gather_counter
from wasl.web.door_form import DoorForm, read_form, read_handing
from wasl.web.grants_words import say_need, say_quantity
from wasl.web.joining import join_list
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say, say_error

SCAN_LONGEST = 60
_BETWEEN = re.compile(r"[\s\-–.()/\u200e\u200f]+")


@dataclass(frozen=True)
class Scanned:
    """What a scan led to: a family with the grant that was scanned, several to choose from, or why nothing."""

    opened: FamilyFile | None = None
    grant: str = ""
    several: tuple[FamilyFound, ...] = ()
    problem: str = ""


@page(desk=False, officer=True, viewer=False, methods=("GET", "POST"))
def door(request: HttpRequest) -> HttpResponse:
    """Show the desk; POST looks up what was scanned, or hands over what is shown."""
    viewer = get_viewer_of(request)
    if request.method == "GET":
        return _show(request, viewer, Scanned())
    scan, do = request.POST.get("scan", "").strip(), request.POST.get("do", "")
    if do == "deliver" or (do != "find" and not scan and request.POST.get("family")):
        return _deliver(request, viewer)
    if do == "enter" and not scan:
        # One Enter too many, right after a delivery: the page that says what was delivered stays.
        return HttpResponse(status=204)
    return _show(request, viewer, _look_up(viewer, scan))


def _look_up(viewer: Viewer, scan: str) -> Scanned:
    """Find what was scanned: a national id, else a grant's code, else a family's."""
    digits = _BETWEEN.sub("", fold_digits(scan[:SCAN_LONGEST]))
    if not digits:
        return Scanned(problem=say("door.nothing_typed"))
    if not (digits.isascii() and digits.isdigit()):
        return Scanned(problem=say("door.letters"))
    asked = read_asked(digits, today=timezone.localdate())
    if asked.nid is not None:
        families = tuple(one for one in search_people(viewer, asked).families if one.code)
        if len(families) > 1:
            return Scanned(several=families, problem=say("door.several"))
        if families:
            return _open(viewer, families[0].code or "")
    if is_code(digits):
        code = make_code(number_of(digits))
        grant = read_grant(viewer, code)
        return _open(viewer, grant.family_code, grant=code) if grant is not None else _open(viewer, code)
    if asked.nid is not None:
        return Scanned(problem=say("door.unknown"))
    return Scanned(problem=say("door.nid_wrong" if len(digits) == NID_LENGTH else "door.code_wrong"))


def _open(viewer: Viewer, code: str, *, grant: str = "") -> Scanned:
    """Open a family's file for a delivery, under whatever code of it."""
    try:
        return Scanned(_open_present(viewer, code), grant)
    except NotFound:
        return Scanned(problem=say("door.unknown"))


def _open_present(viewer: Viewer, code: str) -> FamilyFile:
    try:
        return open_family(viewer, code, why="delivery")
    except MovedFamily as moved:
        return open_family(viewer, moved.code, why="delivery")


def _deliver(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Hand over what was ticked, and be ready for the next; where it cannot be, say why beside it."""
    form = read_form(request.POST)
    opened = _open_present(viewer, form.family)
    catalogue = read_catalogue(viewer)
    counter = gather_counter(viewer, opened, catalogue, chosen=form.grants)
    try:
        receipts = read_handing(form, counter)
        told = deliver_grants(
            by=viewer, at=timezone.now(), grants=list(receipts), receipts=list(receipts.values()),
            operation=_operation(form.operation),
        )  # fmt: skip
    except WaslError as error:
        if error.http >= 500 or error.http == 403:
            raise
        return _show(request, viewer, Scanned(opened, problem=say_error(error)), form=form, counter=counter)
    _say_delivered(request, told, counter, catalogue)
    return HttpResponseRedirect(reverse("door"))


def _operation(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidInput("error.400") from error


def _say_delivered(
    request: HttpRequest, told: Sequence[Delivered], counter: Counter, catalogue: Catalogue
) -> None:
    needs = {one.id: say_need(one.need, catalogue.needs) for one in counter.grants}
    done = [one for one in told if one.outcome == "delivered"]
    if done:
        what = join_list([needs.get(one.grant_id, "") for one in done])
        words = say("door.delivered", what=say("door.done", need=what, name=counter.name))
        messages.success(request, words, extra_tags="done")
    for one in told:
        if one.outcome != "delivered":
            again = say("reserve.said.again", month=month_words(one.free_from)) if one.free_from else ""
            by = say(f"calendar.{one.covered_by or 'other'}")
            words = say(f"door.out.{one.outcome}", need=needs.get(one.grant_id, ""), by=by, again=again)
            messages.error(request, show_digits(words), extra_tags="refused")


def _show(
    request: HttpRequest,
    viewer: Viewer,
    scanned: Scanned,
    *,
    form: DoorForm | None = None,
    counter: Counter | None = None,
) -> HttpResponse:
    catalogue = read_catalogue(viewer)
    if scanned.opened is not None and counter is None:
        chosen = (scanned.grant,) if scanned.grant else ()
        counter = gather_counter(viewer, scanned.opened, catalogue, chosen=chosen)
    others = counter.others if counter is not None else []
    content = {
        "refused": next((one for one in others if one.grant.code == scanned.grant), None),
        "scanned": scanned, "counter": counter, "form": form or DoorForm(operation=str(uuid4())),
        "today": _today(viewer, catalogue), "several": [_choice(one) for one in scanned.several],
    }  # fmt: skip
    return render(
        request, "web/door.html", content, status=422 if scanned.problem and request.method == "POST" else 200
    )


def _choice(found: FamilyFound) -> Mapping[str, str]:
    return {"code": found.code or "", "name": found.people[0].best.name}


def _today(viewer: Viewer, catalogue: Catalogue) -> list[dict[str, object]]:
    """Return what this user gave since midnight, the last first."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        {
            "row": one, "need": say_need(one.need, catalogue.needs), "quantity": say_quantity(one.quantity, one.unit),
            "operation": uuid4(), "receipt": f"{reverse('receipt', args=[one.code])}?tranche={one.tranche}",
        }
        for one in list_desk_deliveries(viewer, since=midnight)
    ]  # fmt: skip


ROUTES = [path("desk/", door, name="door")]
