"""What a need's rule, a slot and a season may say, without a database."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date

from wasl.benefits.rules import Guard, Period
from wasl.kernel.errors import InvalidInput
from wasl.kernel.months import add_months

CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
SUBJECTS = ("family", "person")
TARGETS = ("all", "recorded")
AXES = ("food", "cash", "social", "education", "health", "economic")
NAME_LONGEST = 100
REASON_LONGEST = 300
WORDINGS_MOST = 200
SEASON_LONGEST = 12


@dataclass(frozen=True)
class NeedRule:
    """
    What decides about giving a need: the part of it that has versions.

    `window_months` counts where `period` is months; `slots` is in the order of the codes.
    """

    subject: str
    guard: str
    period: str
    window_months: int
    horizon_months: int
    reservation_days: int
    tranches: int
    unit: str
    slots: tuple[str, ...]


@dataclass(frozen=True)
class NeedWords:
    """What a need is called, where it stands, and how clerks write it."""

    name_ar: str
    name_en: str
    axis: str
    wordings: tuple[str, ...]


@dataclass(frozen=True)
class SlotValues:
    """What a slot is: `sensitive` keeps its cells apart by organisation, `target` says who should be covered."""

    name_ar: str
    name_en: str
    sensitive: bool
    target: str


@dataclass(frozen=True)
class SeasonValues:
    """A season with its months, one after the other."""

    name_ar: str
    name_en: str
    months: tuple[date, ...]


@dataclass(frozen=True)
class Change:
    """One thing that a version says otherwise than the one before."""

    field: str
    before: object
    after: object


def diff_rules(before: NeedRule, after: NeedRule) -> tuple[Change, ...]:
    """Return what differs, in the order of the fields."""
    found = (
        Change(one.name, getattr(before, one.name), getattr(after, one.name)) for one in fields(NeedRule)
    )
    return tuple(change for change in found if change.before != change.after)


def check_code(code: str) -> None:
    """:raises InvalidInput: `code` is not 2–40 lowercase letters, digits and `_`, a letter first."""
    if not CODE.fullmatch(code):
        raise InvalidInput("rule.code_malformed", code=code[:NAME_LONGEST])


def check_reason(reason: str) -> None:
    """:raises InvalidInput: whoever reads the history later would not know why."""
    if not reason:
        raise InvalidInput("rule.reason_missing")
    if len(reason) > REASON_LONGEST:
        raise InvalidInput("rule.reason_too_long", longest=REASON_LONGEST)


def check_names(name_ar: str, name_en: str) -> None:
    """:raises InvalidInput: no Arabic name, or one longer than any table could show."""
    if not name_ar:
        raise InvalidInput("rule.name_missing")
    if max(len(name_ar), len(name_en)) > NAME_LONGEST:
        raise InvalidInput("rule.name_too_long", longest=NAME_LONGEST)


def check_words(words: NeedWords) -> None:
    """:raises InvalidInput: a name or an axis that cannot stand, or more wordings than any office uses."""
    check_names(words.name_ar, words.name_en)
    if words.axis not in AXES:
        raise InvalidInput("need.axis_unknown")
    if len(words.wordings) > WORDINGS_MOST or max(map(len, words.wordings), default=0) > NAME_LONGEST:
        raise InvalidInput("need.wordings_too_many", most=WORDINGS_MOST)


def check_rule(rule: NeedRule, slots: Collection[str]) -> None:
    """
    Hold a rule against what may stand; `slots` are those there are.

    :raises InvalidInput: the first thing that cannot.
    """
    if rule.subject not in SUBJECTS:
        raise InvalidInput("need.subject_unknown")
    if rule.guard not in set(Guard):
        raise InvalidInput("need.guard_unknown")
    if rule.period not in set(Period):
        raise InvalidInput("need.period_unknown")
    _check_slots(rule, slots)
    lowest = 0 if rule.guard == Guard.NONE else 1
    if rule.period == Period.MONTHS and not lowest <= rule.window_months <= 240:
        raise InvalidInput("need.window_outside", lowest=1, highest=240)
    if not 0 <= rule.horizon_months <= 12:
        raise InvalidInput("need.horizon_outside", lowest=0, highest=12)
    if not 1 <= rule.reservation_days <= 366:
        raise InvalidInput("need.days_outside", lowest=1, highest=366)
    if not 1 <= rule.tranches <= 24:
        raise InvalidInput("need.tranches_outside", lowest=1, highest=24)
    if not CODE.fullmatch(rule.unit):
        raise InvalidInput("need.unit_missing")


def _check_slots(rule: NeedRule, slots: Collection[str]) -> None:
    if rule.guard == Guard.NONE and rule.slots:
        raise InvalidInput("need.slots_without_guard")
    if rule.guard != Guard.NONE and not rule.slots:
        raise InvalidInput("need.guard_without_slots")
    for slot in rule.slots:
        if slot not in slots:
            raise InvalidInput("slot.unknown", slot=slot[:NAME_LONGEST])


def check_slot(values: SlotValues) -> None:
    """:raises InvalidInput: a name or a target that cannot stand."""
    check_names(values.name_ar, values.name_en)
    if values.target not in TARGETS:
        raise InvalidInput("slot.target_unknown")


def check_season(values: SeasonValues) -> None:
    """:raises InvalidInput: no months, too many, or a gap between them."""
    check_names(values.name_ar, values.name_en)
    months = values.months
    if not 1 <= len(months) <= SEASON_LONGEST:
        raise InvalidInput("season.months_outside", longest=SEASON_LONGEST)
    if list(months) != [add_months(months[0], step) for step in range(len(months))]:
        raise InvalidInput("season.months_apart")
