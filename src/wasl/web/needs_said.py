"""A need's rule in sentences, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wasl.benefits.needs.queries import SlotView
from wasl.benefits.needs.rules import Change, NeedRule
from wasl.benefits.rules import Guard, Period
from wasl.web.digits import show_digits
from wasl.web.naming import named
from wasl.web.words import has_words, say
from wasl.web.words.nouns import count_of

Slots = Mapping[str, SlotView]
BADGES = {Guard.REFUSE: "refused", Guard.WARN: "asked", Guard.NONE: "unknown"}


@dataclass(frozen=True)
class SaidChange:
    """A line of what a version says otherwise: the field and both values, in words."""

    label: str
    before: str
    after: str


def say_rule(rule: NeedRule, slots: Slots) -> list[str]:
    """Return the rule in sentences: to whom, what it covers, what the door does, how it is handed over."""
    said = [
        say(f"needs.say.{rule.subject}"),
        say(f"needs.say.{rule.guard}", slots=say_slots(rule.slots, slots), span=say_span(rule)),
        say("needs.say.reserved", days=count_of(rule.reservation_days, "day", oblique=True)),
        say(
            "needs.say.tranches",
            tranches=count_of(rule.tranches, "tranche", oblique=True),
            unit=say_unit(rule.unit),
        ),
    ]
    return [show_digits(one) for one in said]


def say_slots(codes: Sequence[str], slots: Slots) -> str:
    """Return the slots by name as a sentence counts them: one, two, more."""
    names = [say("needs.quoted", name=named(slots[code]) if code in slots else code) for code in codes]
    if not names:
        return say("needs.slots.none")
    number = "one" if len(names) == 1 else "two" if len(names) == 2 else "many"
    return say(f"needs.slots.{number}", names=say("needs.and").join(names))


def say_span(rule: NeedRule) -> str:
    """Return for how long one giving covers."""
    if rule.period == Period.MONTHS:
        months = count_of(rule.window_months, "month", oblique=True)
        return show_digits(say("needs.span.months", months=months))
    return say(f"needs.span.{rule.period}")


def say_unit(unit: str) -> str:
    """Return what a need is counted in; its code where nobody has words for it."""
    return say(f"families.unit.{unit}") if has_words(f"families.unit.{unit}") else unit


def say_changes(
    changes: Iterable[Change], before: NeedRule, after: NeedRule, slots: Slots
) -> list[SaidChange]:
    """Return changes in words; how long a giving covers is one thing, though kept in two."""
    found: list[SaidChange] = []
    fields = [change.field for change in changes]
    for field in fields:
        if field == "window_months" and "period" in fields:
            continue
        label = "period" if field == "window_months" else field
        said = SaidChange(
            say(f"needs.field.{label}"), _value(label, before, slots), _value(label, after, slots)
        )
        found.append(said)
    return found


def _value(field: str, rule: NeedRule, slots: Slots) -> str:
    if field == "period":
        return say_span(rule)
    if field == "slots":
        names = [named(slots[code]) if code in slots else code for code in rule.slots]
        return say("needs.comma").join(names) or say("needs.slots.none")
    if field == "unit":
        return say_unit(rule.unit)
    value = getattr(rule, field)
    if isinstance(value, int):
        return show_digits(str(value))
    return say(f"guard.{value}" if field == "guard" else f"needs.{field}.{value}")
