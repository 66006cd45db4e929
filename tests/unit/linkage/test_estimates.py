"""Intervals that hold: Wilson's against known values and by trial, totals of parts against what was drawn from."""

from __future__ import annotations

import numpy as np
import pytest

from wasl.linkage.estimates import Part, Total, missed_share, stratified_total, wilson


@pytest.mark.parametrize(
    ("found", "judged", "low", "high"),
    [(198, 200, 0.9643, 0.9973), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_gives_the_published_bounds(found: int, judged: int, low: float, high: float) -> None:
    share = wilson(found, judged)
    assert share is not None
    assert (share.value, share.n) == (found / judged, judged)
    assert share.low == pytest.approx(low, abs=5e-4)
    assert share.high == pytest.approx(high, abs=5e-4)


def test_wilson_of_nothing_says_nothing() -> None:
    assert wilson(0, 0) is None


def test_stratified_total_of_one_part_is_wilson_scaled() -> None:
    total, share = stratified_total([Part(1000, 50, 5)]), wilson(5, 50)
    assert total is not None
    assert share is not None
    assert (total.value, total.n) == (100, 50)
    assert (total.low, total.high) == pytest.approx((1000 * share.low, 1000 * share.high))


def test_stratified_total_counts_what_was_judged_whole_without_doubt() -> None:
    assert stratified_total([Part(30, 30, 4), Part(0, 0, 0)]) == Total(4, 4, 4, 30)


def test_stratified_total_without_a_judged_part_says_nothing() -> None:
    assert stratified_total([Part(100, 50, 1), Part(9, 0, 0)]) is None


def test_stratified_total_of_none_found_still_leaves_room() -> None:
    total = stratified_total([Part(100_000, 60, 0), Part(50_000, 50, 0)])
    assert total is not None
    assert total.value == total.low == 0
    assert 5_000 < total.high < 12_000


def test_stratified_total_covers_the_truth_nineteen_times_of_twenty() -> None:
    source = np.random.default_rng(11)
    parts = [(40_000, 60, 0.2), (9_000, 30, 0.05), (90_000, 60, 0.01), (400_000, 50, 0.002)]
    truth = sum(size * share for size, _, share in parts)
    held = 0
    for _ in range(2_000):
        total = stratified_total([Part(size, n, int(source.binomial(n, share))) for size, n, share in parts])
        assert total is not None
        held += total.low <= truth <= total.high
    assert held > 0.93 * 2_000


def test_missed_share_takes_the_worse_of_both_bounds() -> None:
    share = missed_share(Total(50, 20, 100, 200), Total(950, 900, 980, 180))
    assert share is not None
    assert (share.value, share.n) == (0.05, 380)
    assert (share.low, share.high) == pytest.approx((20 / 1000, 100 / 1000))
    assert missed_share(None, Total(1, 1, 1, 1)) is None
    assert missed_share(Total(0, 0, 0, 5), Total(0, 0, 0, 5)) is None
