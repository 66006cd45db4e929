"""What is typed into the forms of needs, slots and seasons, read as far as it can be."""

from __future__ import annotations

from datetime import date

from django.http import QueryDict
from django.utils import timezone

from wasl.benefits.needs.rules import NeedRule, NeedWords, SeasonValues, SlotValues
from wasl.kernel.errors import InvalidInput, WaslError
from wasl.kernel.folding import fold_digits
from wasl.kernel.months import ONCE, add_months, format_month, months_between, parse_month
from wasl.web.words import say_error
from wasl.wording.units import WORDS as UNIT_WORDS

UNITS = tuple(code.rsplit(".", 1)[1] for code in UNIT_WORDS if code.startswith("families.unit."))
SEPARATOR = "|"
YEARS_BACK, YEARS_ON = 2, 8
"""The years whose months a season may be given."""
FIELD_OF = {
    "rule.code_malformed": "code",
    "rule.code_stands": "code",
    "rule.name_missing": "name_ar",
    "rule.name_too_long": "name_ar",
    "rule.reason_missing": "reason",
    "rule.reason_too_long": "reason",
    "need.axis_unknown": "axis",
    "need.wordings_too_many": "wordings",
    "need.subject_unknown": "subject",
    "need.guard_unknown": "guard",
    "need.period_unknown": "period",
    "need.window_outside": "window_months",
    "need.horizon_outside": "horizon_months",
    "need.days_outside": "reservation_days",
    "need.tranches_outside": "tranches",
    "need.unit_missing": "unit",
    "need.slots_without_guard": "slots",
    "need.guard_without_slots": "slots",
    "slot.unknown": "slots",
    "slot.target_unknown": "target",
    "slot.sensitive_is_settled": "sensitive",
    "season.months_outside": "first",
    "season.months_apart": "last",
}
"""At which field an error is said; any other is said above the form."""


def problems_of(error: WaslError) -> dict[str, str]:
    """Return what to say of an error, by field."""
    field = str(error.params.get("field", "")) or FIELD_OF.get(error.code, "form")
    return {field: say_error(error)}


def read_rule(post: QueryDict) -> NeedRule:
    """
    Read a rule as it was typed; what it may say is for the rules of needs to judge.

    :raises InvalidInput: a number that is none.
    """
    slots = [part for text in post.getlist("slots") for part in text.split(SEPARATOR) if part]
    period = post.get("period", "")
    return NeedRule(
        subject=post.get("subject", ""), guard=post.get("guard", ""), period=period,
        window_months=_number(post, "window_months") if period == "months" else 1,
        horizon_months=_number(post, "horizon_months"), reservation_days=_number(post, "reservation_days"),
        tranches=_number(post, "tranches"), unit=post.get("unit", ""), slots=tuple(sorted(set(slots))),
    )  # fmt: skip


def rule_fields(rule: NeedRule) -> dict[str, str]:
    """Return a rule as a form sends it."""
    return {
        "subject": rule.subject, "guard": rule.guard, "period": rule.period,
        "window_months": str(rule.window_months), "horizon_months": str(rule.horizon_months),
        "reservation_days": str(rule.reservation_days), "tranches": str(rule.tranches), "unit": rule.unit,
        "slots": SEPARATOR.join(rule.slots),
    }  # fmt: skip


def typed_rule(post: QueryDict) -> dict[str, str]:
    """Return what was typed of a rule, for the form to show again."""
    names = (
        "subject", "guard", "period", "window_months", "horizon_months", "reservation_days", "tranches", "unit",
    )  # fmt: skip
    return {name: post.get(name, "") for name in names} | {"slots": SEPARATOR.join(post.getlist("slots"))}


def read_words(post: QueryDict) -> NeedWords:
    """Read the names and wordings of a need; each line is a wording."""
    return NeedWords(
        post.get("name_ar", "").strip(), post.get("name_en", "").strip(), post.get("axis", ""),
        tuple(line.strip() for line in post.get("wordings", "").splitlines() if line.strip()),
    )  # fmt: skip


def words_fields(words: NeedWords) -> dict[str, str]:
    """Return a need's words as a form sends them."""
    return {
        "name_ar": words.name_ar, "name_en": words.name_en, "axis": words.axis,
        "wordings": "\n".join(words.wordings),
    }  # fmt: skip


def typed_words(post: QueryDict) -> dict[str, str]:
    """Return what was typed of a need's words, for the form to show again."""
    return {name: post.get(name, "") for name in ("name_ar", "name_en", "axis", "wordings")}


def read_slot(post: QueryDict, *, sensitive: bool | None = None) -> SlotValues:
    """Read a slot; `sensitive` is what stands where the form does not ask for it."""
    said = bool(post.get("sensitive")) if sensitive is None else sensitive
    return SlotValues(
        post.get("name_ar", "").strip(), post.get("name_en", "").strip(), said, post.get("target", "")
    )


def read_season(post: QueryDict) -> SeasonValues:
    """
    Read a season from its first month to its last.

    :raises InvalidInput: a month that is none.
    """
    first, last = parse_month(post.get("first", "")), parse_month(post.get("last", ""))
    count = months_between(first, last) + 1
    if count < 1:
        raise InvalidInput("season.months_apart")
    months = tuple(add_months(first, step) for step in range(min(count, 13)))
    return SeasonValues(post.get("name_ar", "").strip(), post.get("name_en", "").strip(), months)


def season_months(*kept: date) -> list[date]:
    """Return the months a season may begin and end with, and those in `kept`."""
    this = timezone.localdate().replace(month=1, day=1)
    first = add_months(this, -12 * YEARS_BACK)
    return sorted(
        {*kept, *(add_months(first, step) for step in range(12 * (YEARS_BACK + YEARS_ON)))} - {ONCE}
    )


def read_edited(post: QueryDict) -> int:
    """Return the version that was edited. :raises InvalidInput: the form was taken apart."""
    return _number(post, "edited", field="form")


def season_fields(values: SeasonValues) -> dict[str, str]:
    """Return a season as a form sends it."""
    return {
        "name_ar": values.name_ar, "name_en": values.name_en, "first": format_month(values.months[0]),
        "last": format_month(values.months[-1]),
    }  # fmt: skip


def _number(post: QueryDict, name: str, field: str = "") -> int:
    text = fold_digits(post.get(name, "")).strip()
    if not text.isdecimal() or len(text) > 4:
        raise InvalidInput("needs.number_unreadable", field=field or name, text=text[:20])
    return int(text)
