"""
Reserving from a family's calendar: the cell that was clicked, then one button.

What the door answers is said as everybody may read it: covered, by whom as far as one may know, free from when.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode

from wasl.benefits.calendar import Catalogue, CellState, read_catalogue, read_family_calendar
from wasl.benefits.grants.actions import reserve_coverage
from wasl.benefits.grants.doors import Reserved
from wasl.benefits.grants.rules import Ask
from wasl.benefits.queries.grant_pages import find_grant_code
from wasl.benefits.queries.slot_needs import SlotNeed, list_slot_needs
from wasl.kernel.errors import InvalidInput, NotFound, RuleRefused, WaslError
from wasl.kernel.folding import fold_digits
from wasl.kernel.months import add_months, format_month, month_of, months_between, parse_month
from wasl.linkage.family_history import read_family_history
from wasl.linkage.provisional import separate_provisionally
from wasl.linkage.review import report_doubt
from wasl.organisations.viewer import Viewer
from wasl.registry.family_file import FamilyFile, MovedFamily, open_family
from wasl.web.access import page
from wasl.web.calendar_grid import name_of
from wasl.web.counts import show_count
from wasl.web.dates import month_words
from wasl.web.digits import show_digits
from wasl.web.family_history import Labels, likely_lines
from wasl.web.family_words import answer_sentences
from wasl.web.frame import offer_undo
from wasl.web.grants_choices import RESERVED_BACK, EntryChoice, Member, list_entry_choices, list_members
from wasl.web.naming import named
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say, say_error

GIVE, OTHER_FAMILY = "give", "other_family"
LONGEST = 300
QUANTITY_MOST = Decimal(10**8)
HISTORY = 12
"""So many months back the newest own need in the slot is looked for: it is the likeliest one now."""


@dataclass(frozen=True)
class Form:
    """What the form was sent with, as typed; a fresh one where nothing was."""

    operation: str
    need: str = ""
    quantity: str = "1"
    member: str = ""
    entry: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Wanted:
    """What is to be reserved, read and checked."""

    need: SlotNeed
    ask: Ask
    operation: UUID


@dataclass(frozen=True)
class Told:
    """
    What the door answered, in words: `kind` is refused, warned, asked or wrong.

    `grant` is the code of the own grant that holds it already.
    """

    kind: str
    sentences: tuple[str, ...]
    grant: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """The family, slot and month of a form, with what may be chosen in it."""

    viewer: Viewer
    opened: FamilyFile
    slot: str
    month: date
    catalogue: Catalogue
    needs: list[SlotNeed]
    members: list[Member] = field(default_factory=list)
    entries: list[EntryChoice] = field(default_factory=list)

    @property
    def slot_name(self) -> str:
        """Give the slot's name in the page's language."""
        return name_of(self.slot, self.catalogue.slots)


@page(desk=False, officer=True, viewer=False, methods=("GET", "POST"))
def reserve(request: HttpRequest, code: str) -> HttpResponse:
    """Offer to reserve a slot and month for a family, the first and this one where none is named; POST asks the door."""
    viewer = get_viewer_of(request)
    said = request.POST if request.method == "POST" else request.GET
    try:
        opened = open_family(viewer, code, why="reserve")
    except MovedFamily as moved:
        asked = urlencode({name: said[name] for name in ("slot", "month") if name in said})
        return HttpResponseRedirect(f"{reverse('family_reserve', args=[moved.code])}?{asked}")
    place = _place(viewer, opened, said.get("slot", ""), said.get("month", ""))
    if request.method == "POST":
        return _posted(request, place)
    return _show(request, place, Form(str(uuid4()), need=_likely_need(place)))


def _place(viewer: Viewer, opened: FamilyFile, slot: str, month: str) -> Place:
    catalogue = read_catalogue(viewer)
    slot = slot or next(iter(catalogue.slots), "")
    if slot not in catalogue.slots:
        raise NotFound("slot.unknown", slot=slot[:40])
    this_month = month_of(timezone.localdate())
    wanted = parse_month(month) if month else this_month
    if abs(months_between(this_month, wanted)) > RESERVED_BACK:
        raise InvalidInput("reserve.month_over")
    return Place(
        viewer, opened, slot, wanted, catalogue, list_slot_needs(viewer, slot),
        list_members(opened, viewer.organisation_id), list_entry_choices(opened, viewer.organisation_id),
    )  # fmt: skip


def _likely_need(place: Place) -> str:
    """Return what the organisation last gave this family in the slot, else the first need that uses it."""
    offered = [need.code for need in place.needs]
    cells = read_family_calendar(
        place.viewer, place.opened.family_id, first=add_months(place.month, -HISTORY), last=place.month
    )
    given = sorted((cell.month, need) for cell in cells if cell.slot == place.slot for need in cell.needs)
    return next((need for _, need in reversed(given) if need in offered), offered[0] if offered else "")


def _posted(request: HttpRequest, place: Place) -> HttpResponse:
    form = Form(*(request.POST.get(name, "").strip()[:LONGEST] for name in Form.__dataclass_fields__))
    try:
        wanted = _read(form, place)
        answer = _read_answer(request, form)
        is_separated = False
        if answer == OTHER_FAMILY:
            first = _reserve(place, wanted, uuid5(wanted.operation, "asked"), "", "")
            if first.outcome == "reserved":
                return _done(request, place, wanted, first)
            # Only where somebody else's giving stands in the way: who asks otherwise would learn who knows the family.
            if first.outcome in ("refused", "warned") and first.covered_by in ("other", "state"):
                is_separated = _separate(request, place, wanted, form.reason)
        reserved = _reserve(place, wanted, wanted.operation, answer, form.reason)
    except WaslError as error:
        if error.http >= 500 or error.http == 403:
            raise
        return _show(request, place, form, Told("wrong", (say_error(error),)))
    if reserved.outcome == "reserved":
        if answer and not is_separated and reserved.asked_subject is not None:
            _open_doubt(request, place, wanted, form.reason)
        return _done(request, place, wanted, reserved)
    return _show(request, place, replace(form, operation=str(uuid4())), _told(reserved, place, wanted))


def _reserve(place: Place, wanted: Wanted, operation: UUID, answer: str, reason: str) -> Reserved:
    [reserved] = reserve_coverage(
        by=place.viewer, at=timezone.now(), need=wanted.need.code, month=place.month, rows=[wanted.ask],
        operation=operation, answer=answer, reason=reason,
    )  # fmt: skip
    return reserved


def _separate(request: HttpRequest, place: Place, wanted: Wanted, reason: str) -> bool:
    """
    Part the entry from the family that is covered; False where nothing holds it to that family for certain.

    Sent again it is done once: the number of the separation is made of the form's.
    """
    try:
        separate_provisionally(
            by=place.viewer, at=timezone.now(), entry_id=wanted.ask.entry_id, reason=reason,
            operation=uuid5(wanted.operation, "separation"),
        )  # fmt: skip
    except RuleRefused as error:
        if error.code != "separation.alone":
            raise
        return False
    messages.info(request, say("reserve.separated"))
    return True


def _open_doubt(request: HttpRequest, place: Place, wanted: Wanted, reason: str) -> None:
    """Let the identity desk look into whether it is the family that is covered; said twice it is one doubt."""
    try:
        report_doubt(
            by=place.viewer, at=timezone.now(), entries=[wanted.ask.entry_id], reason=reason,
            family=place.opened.family_id,
        )  # fmt: skip
    except (RuleRefused, NotFound):
        # Linked otherwise since the door was asked: there is nothing left to doubt.
        return
    messages.info(request, say("reserve.doubted"))


def _read(form: Form, place: Place) -> Wanted:
    """:raises InvalidInput: something that has to be chosen is not, or is none of what is offered."""
    need = next((need for need in place.needs if need.code == form.need), None)
    if need is None:
        raise InvalidInput("reserve.need_needed")
    entry, record = _whom(form, place, need)
    try:
        operation = UUID(form.operation)
    except ValueError as error:
        raise InvalidInput("reserve.not_own") from error
    return Wanted(need, Ask(entry, record, read_quantity(form.quantity)), operation)


def _whom(form: Form, place: Place, need: SlotNeed) -> tuple[int, int | None]:
    if need.to_person:
        member = next((one for one in place.members if one.value == form.member), None)
        if member is None:
            raise InvalidInput("reserve.member_needed")
        return member.entry_id, member.record_id
    entry = next((one for one in place.entries if one.value == form.entry), None)
    entry = entry or (place.entries[0] if place.entries else None)
    if entry is None:
        raise InvalidInput("reserve.not_own")
    return entry.entry_id, None


def read_quantity(text: str) -> Decimal:
    """:raises InvalidInput: it is no number above zero with at most three places."""
    try:
        quantity = Decimal(fold_digits(text).replace("٫", ".").replace(",", "."))
    except InvalidOperation as error:
        raise InvalidInput("reserve.quantity_wrong") from error
    if not quantity.is_finite() or not 0 < quantity <= QUANTITY_MOST or round(quantity, 3) != quantity:
        raise InvalidInput("reserve.quantity_wrong")
    return quantity


def _read_answer(request: HttpRequest, form: Form) -> str:
    """Return how the officer answers the door; an answer has its reason."""
    answer = request.POST.get("answer", "")
    if answer not in ("", GIVE, OTHER_FAMILY):
        raise InvalidInput("filter.unknown", name="answer", value=answer[:40])
    if answer and not form.reason:
        raise InvalidInput("grants.reason_needed")
    return answer


def _evidence(place: Place) -> list[str]:
    """Say what ties this to another family, as far as it stands in the organisation's own rows."""
    history = read_family_history(place.viewer, place.opened.family_id, place.opened.entry_ids)
    labels = Labels({entry.entry_id: entry.head.name for entry in place.opened.entries})
    return likely_lines(history, place.opened, labels) or [say("reserve.evidence_hidden")]


def _told(reserved: Reserved, place: Place, wanted: Wanted) -> Told:
    if reserved.outcome == "exists" and reserved.grant_id is None:
        return Told("wrong", (say("reserve.exists_listed"),))
    if reserved.outcome == "exists":
        return Told("wrong", (say("reserve.exists"),), find_grant_code(place.viewer, reserved.grant_id))
    if reserved.outcome == "asked":
        said = say("reserve.said.asked_member" if wanted.need.to_person else "reserve.said.asked")
        return Told("asked", (said,), evidence=tuple(_evidence(place)))
    if reserved.outcome not in ("refused", "warned"):
        return Told("wrong", (say("reserve.not_own"),))
    return Told(reserved.outcome, tuple(covered_sentences(place, reserved)))


def covered_sentences(place: Place, reserved: Reserved) -> list[str]:
    """Return that it is covered and from when it is free, as UI says it; never by which other organisation."""
    slot = name_of(reserved.slot or place.slot, place.catalogue.slots)
    month = month_words(place.month)
    said = [say(f"reserve.said.{reserved.covered_by or 'other'}", slot=slot, month=month)]
    if reserved.free_from is not None:
        said.append(say("reserve.said.again", month=month_words(reserved.free_from)))
    return [show_digits(one) for one in said]


def _done(request: HttpRequest, place: Place, wanted: Wanted, reserved: Reserved) -> HttpResponse:
    code = find_grant_code(place.viewer, reserved.grant_id)
    words = say("reserve.done", need=named(wanted.need), month=month_words(place.month))
    offer_undo(
        request, show_digits(words), reverse("grant_act", args=[code]), do="cancel", operation=str(uuid4()),
        reason=say("grants.reason_undo"), back="family", family=place.opened.code,
    )  # fmt: skip
    there = reverse("family", args=[place.opened.code])
    return HttpResponseRedirect(f"{there}?{urlencode({'month': format_month(place.month)})}#calendar")


def _show(request: HttpRequest, place: Place, form: Form, told: Told | None = None) -> HttpResponse:
    chosen = next((need for need in place.needs if need.code == form.need), None)
    content = {
        "place": place, "form": form, "told": told, "chosen": chosen,
        "title": show_digits(say("reserve.title", slot=place.slot_name, month=month_words(place.month))),
        "sentences": _answer(place),
        "month": format_month(place.month), "head": _head(place.opened), "exception": _exception(place, form),
        "days": show_count(chosen.reservation_days, "day") if chosen else "",
        "for_person": any(need.to_person for need in place.needs),
        "only_persons": all(need.to_person for need in place.needs),
    }  # fmt: skip
    status = 422 if told is not None else 200
    is_part = request.headers.get("HX-Request") == "true"
    return render(
        request,
        "web/grants_reserve_form.html" if is_part else "web/grants_reserve.html",
        content,
        status=status,
    )


def _answer(place: Place) -> list[str]:
    """Say what is known of the slot in this month, before anything is asked of the door."""
    cells = read_family_calendar(place.viewer, place.opened.family_id, first=place.month, last=place.month)
    here = [cell for cell in cells if cell.slot == place.slot]
    if all(cell.state == CellState.NOT_TARGET for cell in here):
        said = say("reserve.not_target", slot=place.slot_name, month=month_words(place.month))
        return [show_digits(said)]
    names = {entry.organisation: named(entry, "organisation") for entry in place.opened.entries}
    return answer_sentences(here, place.catalogue.slots, names, place.month)


def _head(opened: FamilyFile) -> str:
    return next(
        (one.newest.name for one in opened.people if one.newest.is_head), opened.people[0].newest.name
    )


def _exception(place: Place, form: Form) -> str:
    asked = {
        "family": place.opened.code, "slot": place.slot, "need": form.need, "month": format_month(place.month),
    }  # fmt: skip
    return f"/exceptions/new/?{urlencode(asked)}"


ROUTES = [path("families/<str:code>/reserve/", reserve, name="family_reserve")]
