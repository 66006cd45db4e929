"""What a grant may go through, and the page that shows it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from wasl.benefits.grants.diagram import write_life
from wasl.benefits.grants.rules import (
    ALIVE,
    BORN,
    MOVES,
    Ask,
    Receipt,
    State,
    check_asks,
    check_receipt,
    may_move,
    moves_from,
)
from wasl.kernel.errors import InvalidInput

TODAY = date(2026, 3, 1)


def test_the_page_of_a_grant_s_life_is_up_to_date() -> None:
    kept = Path(__file__).parents[3] / "docs" / "grant-life.md"
    assert kept.read_text() == write_life(), (
        "run: python -m wasl.benefits.grants.diagram > docs/grant-life.md"
    )


def test_every_state_is_reached_and_nothing_leaves_what_is_over() -> None:
    reached = set(BORN)
    for _ in State:
        reached |= {end for start, end, _ in MOVES if start in reached}
    assert reached == set(State)
    assert {state for state in State if not moves_from(state)} == {State.CANCELLED, State.RETURNED}


def test_nothing_is_delivered_before_it_was_approved() -> None:
    assert not may_move(State.RESERVED, State.DELIVERED)
    assert not may_move(State.RESERVED, State.PARTLY)
    assert may_move(State.APPROVED, State.DELIVERED)
    assert {start for start, end, name in MOVES if name == "deliver"} == {
        State.APPROVED, State.PARTLY, State.REVERSED,
    }  # fmt: skip
    assert State.REVERSED not in ALIVE


@pytest.mark.parametrize(
    ("rows", "reason", "code"),
    [
        ([], "", "grant.no_rows"),
        ([Ask(1, quantity=Decimal(0))], "", "grant.quantity_not_positive"),
        ([Ask(1, value_piastres=-1)], "", "grant.value_negative"),
        ([Ask(1, answer="give")], "  ", "grant.reason_missing"),
    ],
)
def test_rows_that_cannot_be_are_refused(rows: list[Ask], reason: str, code: str) -> None:
    with pytest.raises(InvalidInput, match=code):
        check_asks(rows, reason)


def test_a_proxy_is_known_by_name_relation_and_id() -> None:
    check_receipt(Receipt("proxy", TODAY, "سعيد", "خال", "29001011234567"), TODAY)
    for paper in (
        Receipt("proxy", TODAY, "سعيد", "خال"),
        Receipt("proxy", TODAY, " ", "خال", "29001011234567"),
        Receipt("list"),
        Receipt(delivered_on=date(2026, 3, 2)),
        Receipt(quantity=Decimal(-1)),
        Receipt(value_piastres=-1),
    ):
        with pytest.raises(InvalidInput):
            check_receipt(paper, TODAY)
