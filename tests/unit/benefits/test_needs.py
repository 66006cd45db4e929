"""What a need's rule may say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from wasl.benefits.needs.rules import (
    Change,
    NeedRule,
    NeedWords,
    SeasonValues,
    check_code,
    check_reason,
    check_rule,
    check_season,
    check_words,
    diff_rules,
)
from wasl.kernel.errors import InvalidInput

RULE = NeedRule("family", "warn", "months", 1, 1, 14, 1, "box", ("food",))
SLOTS = {"food", "cash"}


@pytest.mark.parametrize(
    "rule",
    [
        RULE,
        replace(RULE, guard="none", slots=(), window_months=0),
        replace(RULE, guard="refuse", slots=("cash", "food"), period="once"),
        replace(RULE, tranches=24, reservation_days=366, horizon_months=0, window_months=240),
    ],
)
def test_check_rule_that_may_stand_says_nothing(rule: NeedRule) -> None:
    check_rule(rule, SLOTS)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"guard": "none"}, "need.slots_without_guard"),
        ({"slots": ()}, "need.guard_without_slots"),
        ({"slots": ("no_such",)}, "slot.unknown"),
        ({"guard": "forbid"}, "need.guard_unknown"),
        ({"subject": "village"}, "need.subject_unknown"),
        ({"period": "weeks"}, "need.period_unknown"),
        ({"window_months": 0}, "need.window_outside"),
        ({"window_months": 241}, "need.window_outside"),
        ({"horizon_months": 13}, "need.horizon_outside"),
        ({"reservation_days": 0}, "need.days_outside"),
        ({"reservation_days": 367}, "need.days_outside"),
        ({"tranches": 0}, "need.tranches_outside"),
        ({"tranches": 25}, "need.tranches_outside"),
        ({"unit": ""}, "need.unit_missing"),
    ],
)
def test_check_rule_that_may_not_stand_says_why(changed: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_rule(replace(RULE, **changed), SLOTS)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_diff_rules_names_what_differs_in_the_order_of_the_rule() -> None:
    after = replace(RULE, guard="refuse", slots=("cash", "food"))
    assert diff_rules(RULE, after) == (
        Change("guard", "warn", "refuse"),
        Change("slots", ("food",), ("cash", "food")),
    )
    assert diff_rules(RULE, RULE) == ()


@pytest.mark.parametrize("code", ["", "x", "1tank", "Tank", "water tank", "a" * 41, "خزان"])
def test_check_code_refuses_what_nobody_could_read_aloud(code: str) -> None:
    with pytest.raises(InvalidInput):
        check_code(code)


@pytest.mark.parametrize("reason", ["", "x" * 301])
def test_check_reason_wants_one_that_can_be_read(reason: str) -> None:
    with pytest.raises(InvalidInput):
        check_reason(reason)


@pytest.mark.parametrize(
    "words",
    [
        NeedWords("", "Tank", "social", ()),
        NeedWords("خزان", "", "no_such", ()),
        NeedWords("خ" * 101, "", "social", ()),
        NeedWords("خزان", "", "social", tuple(map(str, range(201)))),
        NeedWords("خزان", "", "social", ("خ" * 101,)),
    ],
)
def test_check_words_refuses(words: NeedWords) -> None:
    with pytest.raises(InvalidInput):
        check_words(words)


@pytest.mark.parametrize(
    ("months", "code"),
    [
        ((), "season.months_outside"),
        ((date(2028, 1, 1), date(2028, 3, 1)), "season.months_apart"),
        ((date(2028, 2, 1), date(2028, 1, 1)), "season.months_apart"),
        (
            (*(date(2028, month, 1) for month in range(1, 13)), date(2029, 1, 1)),
            "season.months_outside",
        ),
    ],
)
def test_check_season_wants_months_in_a_row(months: tuple[date, ...], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_season(SeasonValues("رمضان", "", months))
    assert refused.value.code == code


def test_check_season_over_the_turn_of_the_year_may_stand() -> None:
    check_season(SeasonValues("رمضان", "", (date(2028, 12, 1), date(2029, 1, 1))))
