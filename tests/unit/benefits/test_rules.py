"""What a giving covers, and when two overlap."""

from __future__ import annotations

from datetime import date

import pytest

from wasl.benefits.rules import (
    Claim,
    Guard,
    Period,
    answer_guard,
    certain_overlaps,
    cost_claims,
    covered_months,
    likely_overlaps,
    maximal_sets,
    read_period,
)
from wasl.kernel.months import ONCE

SEASONS = [[date(2025, 3, 1)], [date(2026, 2, 1), date(2026, 3, 1)]]


def month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def claim(list_id: int, organisation: int, first: str, last: str | None = None, **more: object) -> Claim:
    given: dict[str, object] = {
        "row": 1, "family": 1, "need": "blankets", "month": month(first), "months": (month(first), month(last or first)),
        "value": 100,
    }  # fmt: skip
    return Claim(list_id=list_id, organisation=organisation, **(given | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", (Period.MONTHS, 1)), ("12", (Period.MONTHS, 12)), ("0", (Period.MONTHS, 0)),
     ("season", (Period.SEASON, 1)), ("once", (Period.ONCE, 1))],
)  # fmt: skip
def test_read_period_of_each_form(text: str, expected: tuple[Period, int]) -> None:
    assert read_period(text) == expected


@pytest.mark.parametrize(
    ("given", "period", "window", "first", "last"),
    [
        ("2025-03", Period.MONTHS, 1, "2025-03", "2025-03"),
        ("2025-11", Period.MONTHS, 24, "2025-11", "2027-10"),
        ("2025-03", Period.MONTHS, 0, "2025-03", "2025-03"),
        ("2026-03", Period.SEASON, 1, "2026-02", "2026-03"),
        ("2025-05", Period.SEASON, 1, "2025-03", "2025-03"),
        ("2025-12", Period.SEASON, 1, "2026-02", "2026-03"),
        ("2025-06", Period.SEASON, 1, "2025-06", "2025-06"),
        ("2025-11", Period.SEASON, 1, "2025-11", "2025-11"),
    ],
)
def test_covered_months(given: str, period: Period, window: int, first: str, last: str) -> None:
    assert covered_months(month(given), period, window, SEASONS) == (month(first), month(last))


def test_covered_months_once_in_a_life_is_no_real_month() -> None:
    assert covered_months(month("2025-03"), Period.ONCE, 1, SEASONS) == (ONCE, ONCE)


def test_answer_guard_refuses_only_where_both_refuse() -> None:
    assert answer_guard(Guard.REFUSE, Guard.REFUSE) is Guard.REFUSE
    assert answer_guard(Guard.REFUSE, Guard.WARN) is Guard.WARN
    assert answer_guard(Guard.WARN, Guard.REFUSE) is Guard.WARN


def test_maximal_sets_same_claims_in_several_months_are_one_dated_by_the_first() -> None:
    sets = maximal_sets([claim(1, 1, "2025-01", "2025-12"), claim(2, 2, "2025-03", "2026-02")])
    assert sets == {frozenset({(1, 1), (2, 1)}): month("2025-03")}


def test_maximal_sets_leave_out_what_a_larger_one_holds() -> None:
    sets = maximal_sets(
        [
            claim(1, 1, "2025-01", "2025-12"),
            claim(2, 2, "2025-03", "2025-08"),
            claim(3, 3, "2025-06", "2025-07"),
        ]
    )
    assert list(sets) == [frozenset({(1, 1), (2, 1), (3, 1)})]


def test_cost_is_the_sum_less_the_largest_part_and_counts_unvalued_givings_apart() -> None:
    rows = [
        claim(1, 1, "2025-03", value=300), claim(1, 1, "2025-03", row=2, value=500),
        claim(2, 1, "2025-03", value=100), claim(3, 2, "2025-03", value=250), claim(4, 3, "2025-03", value=None),
    ]  # fmt: skip
    assert cost_claims(rows) == (250, 1)


def test_cost_adds_rows_for_a_person_and_leaves_repeated_rows_out() -> None:
    rows = [
        claim(1, 1, "2025-03", per_person=True), claim(1, 1, "2025-03", row=2, per_person=True),
        claim(1, 1, "2025-03", row=3, per_person=True, repeated=True), claim(2, 2, "2025-03", value=1000),
    ]  # fmt: skip
    assert cost_claims(rows) == (200, 0)


def test_likely_overlaps_stand_beside_the_certain_and_cost_what_they_add() -> None:
    claims = [
        claim(1, 1, "2025-03", value=300), claim(2, 2, "2025-03", value=200),
        claim(3, 3, "2025-03", family=2, value=500),
    ]  # fmt: skip
    assert [one.cost for one in certain_overlaps(claims)] == [200]
    assert [one.cost for one in likely_overlaps(claims)] == [300]
    assert likely_overlaps(claims[:2]) == []
