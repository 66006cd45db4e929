"""Pages of needs: the rules of giving, their history, and the secretariat's changes with their effect before."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.benefits.needs.actions import add_need, change_need, word_need
from wasl.benefits.needs.effects import Effect, preview_rule
from wasl.benefits.needs.queries import (
    NeedFile,
    NeedVersion,
    NeedView,
    SlotView,
    access_need,
    list_needs,
    list_slots,
)
from wasl.benefits.needs.rules import AXES, NeedRule, check_rule, diff_rules
from wasl.benefits.permissions import can_keep_needs, check_can_keep_needs
from wasl.benefits.rules import Guard, Period
from wasl.kernel.errors import Conflict, WaslError
from wasl.web.access import page
from wasl.web.digits import show_digits
from wasl.web.frame import offer_undo
from wasl.web.naming import named
from wasl.web.needs_form import (
    UNITS,
    problems_of,
    read_edited,
    read_rule,
    read_words,
    rule_fields,
    typed_rule,
    typed_words,
    words_fields,
)
from wasl.web.needs_said import (
    BADGES,
    SaidChange,
    Slots,
    say_changes,
    say_rule,
    say_span,
    say_unit,
)
from wasl.web.tables import Column, wants_export, xlsx_response
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say
from wasl.web.words.nouns import count_of

GUARDS = tuple(guard.value for guard in Guard)
PERIODS = tuple(period.value for period in Period)
FIRST_RULE = NeedRule("family", "warn", "months", 1, 1, 30, 1, "box", ())
COLUMNS = (
    Column("needs.need"), Column("needs.code"), Column("needs.field.axis"), Column("needs.field.guard"),
    Column("needs.field.slots"), Column("needs.field.period"), Column("needs.field.subject"), Column("needs.field.unit"),
    Column("needs.field.reservation_days", "number"), Column("needs.field.tranches", "number"),
    Column("needs.version", "number"),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A need as the table shows it."""

    need: NeedView
    badge: str
    slots: str
    span: str


@dataclass(frozen=True)
class ShownVersion:
    """A rule of the history, with what changed in words."""

    version: NeedVersion
    sentences: list[str]
    changes: list[SaidChange]


@page(desk=True, officer=True, viewer=True)
def needs(request: HttpRequest) -> HttpResponse:
    """List the needs by axis."""
    viewer = get_viewer_of(request)
    slots = _slots(request)
    lines = [_line(need, slots) for need in list_needs(viewer)]
    if wants_export(request):
        return xlsx_response("needs", COLUMNS, [_cells(line) for line in lines])
    guarded = {guard: sum(line.need.rule.guard == guard for line in lines) for guard in GUARDS}
    content = {
        "axes": [(axis, [line for line in lines if line.need.words.axis == axis]) for axis in AXES],
        "answer": show_digits(say("needs.answer", needs=count_of(len(lines), "need"), **guarded)),
        "may_keep": can_keep_needs(viewer),
    }
    return render(request, "web/needs.html", content)


def _line(need: NeedView, slots: Slots) -> Line:
    span = "" if need.rule.guard == Guard.NONE else say_span(need.rule)
    names = [named(slots[code]) if code in slots else code for code in need.rule.slots]
    return Line(need, BADGES[Guard(need.rule.guard)], say("needs.comma").join(names), span)


def _cells(line: Line) -> tuple[object, ...]:
    need, rule = line.need, line.need.rule
    return (
        named(need), need.code, say(f"needs.axis.{need.words.axis}"), say(f"guard.{rule.guard}"), line.slots,
        line.span, say(f"needs.subject.{rule.subject}"), say_unit(rule.unit), rule.reservation_days, rule.tranches,
        need.version,
    )  # fmt: skip


@page(desk=True, officer=True, viewer=True)
def need(request: HttpRequest, code: str) -> HttpResponse:
    """Show a need's rule, its history, and to the desk the forms that change it."""
    return _need_page(request, access_need(get_viewer_of(request), code))


def _need_page(
    request: HttpRequest, found: NeedFile, *, rule: dict[str, str] | None = None, words: dict[str, str] | None = None,
    problems: dict[str, str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    slots = _slots(request)
    need = found.need
    content = {
        "need": need, "badge": BADGES[Guard(need.rule.guard)], "sentences": say_rule(need.rule, slots),
        "unit": say_unit(need.rule.unit), "versions": _versions(found, slots),
        "may_keep": can_keep_needs(get_viewer_of(request)), "problems": problems or {},
        "edited": need.version, "words_edited": need.words_version,
        **_rule_form(slots, rule or rule_fields(need.rule)), "typed": words or words_fields(need.words),
    }  # fmt: skip
    return render(request, "web/needs_one.html", content, status=status)


def _versions(found: NeedFile, slots: Slots) -> list[ShownVersion]:
    befores = [*(one.rule for one in found.versions[1:]), found.versions[-1].rule]
    return [
        ShownVersion(one, say_rule(one.rule, slots), say_changes(one.changes, before, one.rule, slots))
        for one, before in zip(found.versions, befores, strict=True)
    ]


def _rule_form(slots: Slots, typed: dict[str, str]) -> dict[str, object]:
    chosen = typed["slots"].split("|")
    return {
        "rule": typed, "slots": [(slot, slot.code in chosen) for slot in slots.values()], "guards": GUARDS,
        "periods": PERIODS, "units": [(unit, say_unit(unit)) for unit in _units(typed["unit"])], "axes": AXES,
    }  # fmt: skip


def _units(kept: str) -> tuple[str, ...]:
    return UNITS if kept in UNITS or not kept else (*UNITS, kept)


@page(desk=True, officer=False, viewer=False, methods=("POST",))
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Show what another rule would do; with `confirm` put it in force."""
    viewer = get_viewer_of(request)
    check_can_keep_needs(viewer)
    found = access_need(viewer, code)
    try:
        rule = read_rule(request.POST)
        edited = read_edited(request.POST)
        if edited != found.need.version:
            raise Conflict("need.stale", need=code, version=found.need.version)
        check_rule(rule, _slots(request))
    except WaslError as error:
        return _rule_refused(request, found, error)
    if not diff_rules(found.need.rule, rule):
        messages.info(request, say("needs.same"))
        return HttpResponseRedirect(reverse("need", args=[code]))
    if not request.POST.get("confirm"):
        return _effect_page(request, found, rule, {})
    reason = request.POST.get("reason", "")
    try:
        version = change_need(
            by=viewer, at=timezone.now(), need=code, edited=edited, rule=rule, reason=reason
        )
    except Conflict as error:
        return _rule_refused(request, access_need(viewer, code), error)
    except WaslError as error:
        return _effect_page(request, found, rule, problems_of(error), status=422)
    words = show_digits(say("needs.changed", name=named(found.need), version=version))
    back = {"edited": str(version), "confirm": "1", "reason": say("needs.undo_reason", version=version)}
    offer_undo(request, words, reverse("need_change", args=[code]), **rule_fields(found.need.rule), **back)
    return HttpResponseRedirect(reverse("need", args=[code]))


def _rule_refused(request: HttpRequest, found: NeedFile, error: WaslError) -> HttpResponse:
    """Show the form again; where somebody else was quicker, what was typed beside the rule as it is now."""
    status = 409 if isinstance(error, Conflict) else 422
    return _need_page(
        request, found, rule=typed_rule(request.POST), problems=problems_of(error), status=status
    )


def _effect_page(
    request: HttpRequest, found: NeedFile, rule: NeedRule, problems: dict[str, str], status: int = 200
) -> HttpResponse:
    slots = _slots(request)
    before = found.need.rule
    effect = preview_rule(
        get_viewer_of(request), found.need.code, rule, month=timezone.localdate().replace(day=1)
    )
    content = {
        "need": found.need, "fields": rule_fields(rule), "effect": effect, "problems": problems,
        "sentences": say_rule(rule, slots), "reason": request.POST.get("reason", ""),
        "changes": say_changes(diff_rules(before, rule), before, rule, slots), "answer": _answer(effect),
        "is_sensitive": any(slots[code].values.sensitive for code in rule.slots),
    }  # fmt: skip
    return render(request, "web/needs_effect.html", content, status=status)


def _answer(effect: Effect) -> str:
    if effect.is_blind:
        return say("needs.effect.blind")
    refused = max((one.refused for one in effect.months), default=0)
    warned = max((one.warned for one in effect.months), default=0)
    if refused:
        left = max(one.left_without for one in effect.months)
        said = say("needs.effect.refuses", families=count_of(refused, "family", oblique=True))
        if left:
            said = f"{said} {say('needs.effect.leaves', families=count_of(left, 'family'))}"
        return show_digits(said)
    if warned:
        return show_digits(say("needs.effect.warns", families=count_of(warned, "family", oblique=True)))
    return say("needs.effect.quiet" if effect.is_quiet else "needs.effect.opens")


@page(desk=True, officer=False, viewer=False, methods=("POST",))
def reword(request: HttpRequest, code: str) -> HttpResponse:
    """Give a need other names and wordings."""
    viewer = get_viewer_of(request)
    found = access_need(viewer, code)
    here = reverse("need", args=[code])
    try:
        changed = word_need(
            by=viewer, at=timezone.now(), need=code, edited=read_edited(request.POST),
            words=read_words(request.POST),
        )  # fmt: skip
    except WaslError as error:
        status = 409 if isinstance(error, Conflict) else 422
        words = typed_words(request.POST)
        return _need_page(request, found, words=words, problems=problems_of(error), status=status)
    if changed:
        edited = str(found.need.words_version + 1)
        offer_undo(
            request, say("needs.worded"), reverse("need_words", args=[code]), edited=edited,
            **words_fields(found.need.words),
        )  # fmt: skip
    return HttpResponseRedirect(here)


@page(desk=True, officer=False, viewer=False, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Add a need."""
    if request.method != "POST":
        return _new_page(request, rule_fields(FIRST_RULE), {}, {})
    code = request.POST.get("code", "").strip()
    try:
        add_need(
            by=get_viewer_of(request), at=timezone.now(), need=code, words=read_words(request.POST),
            rule=read_rule(request.POST), reason=request.POST.get("reason", ""),
        )  # fmt: skip
    except WaslError as error:
        typed = typed_words(request.POST) | {"code": code}
        return _new_page(request, typed_rule(request.POST), typed, problems_of(error))
    messages.success(request, say("needs.added"))
    return HttpResponseRedirect(reverse("need", args=[code]))


def _new_page(
    request: HttpRequest, rule: dict[str, str], typed: dict[str, str], problems: dict[str, str]
) -> HttpResponse:
    content = {**_rule_form(_slots(request), rule), "typed": typed, "problems": problems}
    return render(request, "web/needs_new.html", content, status=422 if problems else 200)


def _slots(request: HttpRequest) -> dict[str, SlotView]:
    return {slot.code: slot for slot in list_slots(get_viewer_of(request))}


ROUTES = [
    path("needs/", needs, name="needs"),
    path("needs/new/", new, name="need_new"),
    path("needs/<str:code>/", need, name="need"),
    path("needs/<str:code>/change/", change, name="need_change"),
    path("needs/<str:code>/words/", reword, name="need_words"),
]
