"""The drawing adds up, and its thresholds are the engine's."""

from __future__ import annotations

from itertools import pairwise

from wasl.linkage.queries import PairView, Term
from wasl.linkage.rules import PairKind
from wasl.matching import LinkOptions
from wasl.matching.result import CERTAIN_WEIGHT
from wasl.web.waterfall import CERTAIN, LIKELY, POSSIBLE, WIDTH, draw_waterfall

TERMS = [
    Term("prior", "", -1200),
    Term("given", "same", 400),
    Term("birth", "same", 1500),
    Term("phone", "different", -70),
]


def test_thresholds_are_those_that_the_engine_grades_by() -> None:
    options = LinkOptions()
    assert {PairKind.PERSON: CERTAIN_WEIGHT} == CERTAIN
    assert {PairKind.PERSON: options.likely_weight, PairKind.FAMILY: options.family_likely_weight} == LIKELY
    assert set(POSSIBLE.values()) == {options.possible_weight}


def test_each_bar_begins_where_the_last_ended() -> None:
    drawn = draw_waterfall(PairView(1, 2, "person", "likely", "pair", "sibling", 630, TERMS))
    assert [bar.bits for bar in drawn.bars] == ["-12.00", "+15.00", "+4.00", "-0.70"]
    assert drawn.total.bits == "+6.30"
    for one, other in pairwise(drawn.bars):
        end = one.x + one.width if one.is_for else one.x
        start = other.x if other.is_for else other.x + other.width
        assert abs(end - start) <= 2
    assert all(0 <= bar.x <= bar.x + bar.width <= WIDTH + 2 for bar in (*drawn.bars, drawn.total))
    assert [line.code for line in drawn.lines] == ["certain", "likely", "possible"]


def test_a_verdict_has_nothing_to_draw() -> None:
    assert draw_waterfall(PairView(1, 2, "person", "certain", "verdict", "", 1_000_000, [])).bars == []
