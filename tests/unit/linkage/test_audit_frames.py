"""The draw is the same for the same seed, another for another, even over what it is drawn from, and mixed."""

from __future__ import annotations

import numpy as np
import polars as pl

from wasl.linkage.audit_frames import (
    LINKS,
    NON_LINKS,
    WANTED,
    WANTED_LINKS,
    choose,
    draw_numbers,
    mix,
    share_out,
)


def many(sizes: dict[str, int]) -> pl.DataFrame:
    strata = [stratum for stratum, size in sizes.items() for _ in range(size)]
    a = np.arange(1, len(strata) + 1)
    return pl.DataFrame({"stratum": strata, "a_id": a, "b_id": a + 1_000_000})


PLENTY = {"certain": 5_000, "likely": 500, "possible": 900, "cut": 300, "near": 2_000, "far": 9_000}


def test_draw_numbers_are_different_ones_and_the_same_for_one_seed() -> None:
    drawn = draw_numbers(7, 60_000_000, 50_000)
    assert len(set(drawn.tolist())) == 50_000
    assert drawn.min() >= 1 and drawn.max() <= 60_000_000
    assert (drawn == draw_numbers(7, 60_000_000, 50_000)).all()
    assert (drawn != draw_numbers(8, 60_000_000, 50_000)).any()
    # As the generator's stream was when this was written: a month must be drawn again from its seed for ever.
    assert drawn[:3].tolist() == [32348044, 5938326, 31826787]


def test_draw_numbers_are_spread_evenly() -> None:
    counts, _ = np.histogram(draw_numbers(3, 10_000_000, 50_000), bins=20)
    assert abs(counts - 2_500).max() < 250


def test_draw_numbers_of_few_are_all_of_them_in_a_drawn_order() -> None:
    drawn = draw_numbers(7, 500, 2_000)
    assert sorted(drawn.tolist()) == list(range(1, 501))
    assert drawn.tolist() != sorted(drawn.tolist())


def test_choose_asks_so_many_of_each_part_in_a_mixed_order() -> None:
    chosen = choose(many(PLENTY), seed=5)
    counts = dict(chosen.group_by("stratum").len().iter_rows())
    assert {one: counts[one] for one in NON_LINKS} == WANTED
    assert sum(counts[one] for one in LINKS) == WANTED_LINKS
    assert chosen["place"].to_list() == list(range(1, chosen.height + 1))
    early = chosen.head(100).filter(pl.col("stratum").is_in(LINKS)).height
    assert 30 < early < 70
    assert 20 < chosen.filter(pl.col("wants") == 2).height < 65
    assert chosen.equals(choose(many(PLENTY).sample(fraction=1, shuffle=True, seed=1), seed=5))
    assert not chosen.equals(choose(many(PLENTY), seed=6))


def test_choose_takes_links_evenly_whatever_their_grade() -> None:
    likely = [
        choose(many(PLENTY), seed=seed).filter(pl.col("stratum") == "likely").height for seed in range(60)
    ]
    assert 15 < sum(likely) / 60 < 22


def test_share_out_gives_what_one_lacks_to_those_that_have_more() -> None:
    assert share_out({"possible": 900, "cut": 0, "near": 10, "far": 70}) == {
        "possible": 140, "cut": 0, "near": 10, "far": 50,
    }  # fmt: skip
    assert share_out({"possible": 1, "cut": 2, "near": 0, "far": 0}) == {
        "possible": 1, "cut": 2, "near": 0, "far": 0,
    }  # fmt: skip


def test_mix_looks_even_and_depends_on_which_is_first() -> None:
    a = np.arange(1, 20_001)
    drawn = mix(1, a, a + 1)
    assert len(np.unique(drawn)) == 20_000
    assert abs((drawn % np.uint64(10) == 0).mean() - 0.1) < 0.01
    assert (mix(1, a, a + 1) != mix(1, a + 1, a)).all()
