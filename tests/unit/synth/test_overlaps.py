"""True overlaps on cases small enough to see, and against a plain enumeration of months."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from wasl.synth.overlaps import claim_months, find_overlaps, needs_months

MARCH = 2025 * 12 + 2


def claims(*rows: tuple[str, str, int, int]) -> pl.DataFrame:
    """Make claims of family 1 out of (organisation, need, month since year 0, row)."""
    return pl.DataFrame([
        {"family": 1, "need": need, "given": given_in, "organisation": who, "list": who, "file": f"{who}.csv", "sheet": "",
         "row": row, "value_egp": 100}
        for who, need, given_in, row in rows
    ])  # fmt: skip


def sets(found: pl.DataFrame) -> set[tuple[str, frozenset[tuple[str, int]], str]]:
    return {
        (slot, frozenset(zip(part["organisation"], part["row"], strict=True)), str(part["month"][0])[:7])
        for (slot, _), part in found.group_by("slot", "overlap")
    }


def test_find_overlaps_box_and_ramadan_box_share_a_slot_in_march() -> None:
    found = find_overlaps(claims(("a", "food_box", MARCH, 2), ("b", "ramadan_box", MARCH, 9)))
    assert sets(found) == {("food", frozenset({("a", 2), ("b", 9)}), "2025-03")}


def test_find_overlaps_one_organisation_alone_is_none() -> None:
    assert find_overlaps(claims(("a", "food_box", MARCH, 2), ("a", "food_box", MARCH, 3))).is_empty()


def test_find_overlaps_windows_make_largest_sets_dated_by_their_first_month() -> None:
    found = find_overlaps(
        claims(("a", "blankets", MARCH, 2), ("b", "blankets", MARCH + 3, 4), ("c", "blankets", MARCH + 13, 6))
    )
    assert sets(found) == {
        ("blankets", frozenset({("a", 2), ("b", 4)}), "2025-06"),
        ("blankets", frozenset({("b", 4), ("c", 6)}), "2026-04"),
    }


def test_find_overlaps_package_occupies_both_slots_and_a_meal_none() -> None:
    found = find_overlaps(
        claims(("a", "cash_food_package", MARCH, 2), ("b", "monthly_cash", MARCH, 3), ("c", "food_box", MARCH, 4),
               ("d", "meal", MARCH, 5))
    )  # fmt: skip
    assert {slot for slot, _, _ in sets(found)} == {"cash", "food"}
    assert "d" not in set(found["organisation"])


def test_claim_months_season_is_the_nearest_within_two_months() -> None:
    assert claim_months("season", MARCH - 2) == (MARCH, MARCH)
    assert claim_months("season", MARCH - 5) == (MARCH - 5, MARCH - 5)
    assert claim_months("once", MARCH) == claim_months("once", MARCH + 40)


CLAIM = st.tuples(
    st.sampled_from("abcd"), st.sampled_from(["blankets", "food_box", "monthly_cash"]), st.integers(0, 20)
)


@settings(max_examples=80, deadline=None)
@given(st.lists(CLAIM, max_size=9))
def test_find_overlaps_any_claims_equal_the_definition_month_by_month(
    drawn: list[tuple[str, str, int]],
) -> None:
    rows = [(who, need, MARCH + month, place) for place, (who, need, month) in enumerate(drawn)]
    rules = needs_months()
    expected: set[tuple[str, frozenset[tuple[str, int]]]] = set()
    for slot in ("blankets", "food", "cash"):
        held = [
            (who, place, *claim_months(rules[need][1], at))
            for who, need, at, place in rows
            if slot in rules[need][0]
        ]
        at_once = {
            frozenset((who, place) for who, place, first, last in held if first <= month <= last)
            for month in range(MARCH, MARCH + 40)
        }
        largest = {one for one in at_once if not any(one < other for other in at_once)}
        expected |= {(slot, one) for one in largest if len({who for who, _ in one}) > 1}
    found = find_overlaps(claims(*rows)) if rows else None
    assert {(slot, one) for slot, one, _ in (sets(found) if found is not None else set())} == expected
