"""How right a model is told to be: hidden ids against brute force, bounds, thresholds, calibration."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import numpy as np
import polars as pl
import pytest

from wasl.linkage.model_evaluation import (
    calibrate,
    choose_threshold,
    draw_hidden,
    hide_ids,
    judge_decided,
    judge_hidden,
    judge_sample,
    judge_truth,
    weigh_known,
    weighted_share,
)


def known_groups(groups: int, size: int = 3) -> pl.DataFrame:
    return pl.DataFrame({"record_id": range(groups * size), "group": np.repeat(np.arange(groups), size)})


def test_of_a_tenth_of_the_ids_on_several_records_one_at_least_is_hidden():
    known = pl.concat([known_groups(300), pl.DataFrame({"record_id": [5000, 5001], "group": [900, 901]})])
    drawn = draw_hidden(known)
    by_group = drawn.group_by("group").agg(pl.col("hidden").sum(), pl.len())
    touched = by_group.filter(pl.col("hidden") > 0)
    assert touched.height == 30
    assert touched["len"].min() == 3
    assert 1.2 < touched["hidden"].mean() < 2.8
    assert draw_hidden(known.sample(fraction=1.0, shuffle=True, seed=3)).equals(drawn)
    assert draw_hidden(known.head(0)).height == 0


def test_hidden_pairs_are_counted_as_by_hand():
    rng = np.random.default_rng(5)
    known = draw_hidden(known_groups(120))
    people = pl.DataFrame(
        {
            "record_id": np.arange(360),
            "person": np.where(rng.random(360) < 0.8, np.arange(360) // 3, rng.integers(0, 120, 360)),
        }
    )
    told = judge_hidden(known, people)
    rows = known.join(people, on="record_id").rows(named=True)
    pairs = [(x, y) for x, y in combinations(rows, 2) if x["hidden"] or y["hidden"]]
    made = [pair for pair in pairs if pair[0]["person"] == pair[1]["person"]]
    true = [pair for pair in pairs if pair[0]["group"] == pair[1]["group"]]
    right = [pair for pair in made if pair[0]["group"] == pair[1]["group"]]
    assert told["precision"]["value"] == pytest.approx(len(right) / len(made), abs=1e-5)
    assert told["recall"]["value"] == pytest.approx(len(right) / len(true), abs=1e-5)
    for share in (told["precision"], told["recall"]):
        assert share["low"] < share["value"] < share["high"]


def test_nothing_hidden_tells_nothing():
    told = judge_hidden(
        draw_hidden(known_groups(3, 1)), pl.DataFrame({"record_id": [0, 1], "person": [1, 1]})
    )
    assert (told["hidden"], told["precision"], told["recall"]) == (0, None, None)


def records(**columns: object) -> pl.DataFrame:
    given = {
        "record_id": [1, 2, 3, 4], "organisation": [1, 1, 2, 2], "name": list("abcd"),
        "nid": ["1", None, "2", "3"], "nid_check": [True, None, True, True],
        "birth_date": [date(1980, 1, 2), None, date(1981, 1, 2), date(1982, 1, 2)],
        "phone": [10, 11, 12, 13], "markaz": ["m"] * 4, "village": ["v"] * 4,
    }  # fmt: skip
    return pl.DataFrame(given | columns)


def test_who_loses_the_id_loses_what_others_without_one_lack():
    shown = hide_ids(records(), pl.Series([1, 3])).sort("record_id")
    assert shown["nid"].to_list() == [None, None, None, "3"]
    # Record 2 is the only one without an id, in organisation 1; 3 takes after it for want of one in its own.
    assert [day is None for day in shown["birth_date"]] == [True, True, True, False]
    assert shown["phone"].to_list() == [10, 11, 12, 13]
    assert shown.columns == records().columns


def test_where_every_record_has_an_id_the_id_alone_is_lost():
    full = records(nid=["1", "4", "2", "3"], nid_check=[True] * 4)
    shown = hide_ids(full, pl.Series([1])).sort("record_id")
    assert shown.drop("nid").equals(full.drop("nid"))
    assert shown["nid"].to_list() == [None, "4", "2", "3"]


def test_bounds_hold_the_true_share_about_as_often_as_they_say():
    rng = np.random.default_rng(9)
    hits = 0
    for _ in range(100):
        found = (rng.random(300) < 0.93).astype(float)
        share = weighted_share(found, np.ones(300))
        assert share is not None
        hits += share.low <= 0.93 <= share.high
    assert hits >= 85


def test_all_found_is_not_certainty_and_none_is_nothing():
    share = weighted_share(np.ones(50), np.ones(50))
    assert share is not None
    assert (share.value, share.high) == (1.0, 1.0)
    assert share.low < 0.95
    assert weighted_share(np.zeros(0), np.zeros(0)) is None


def test_the_threshold_is_the_lowest_that_keeps_the_promise():
    weight = np.arange(1000, -1000, -1)
    weighed = pl.DataFrame({"weight": weight, "is_same": weight > 0})
    chosen = choose_threshold(weighed, 0.95)
    assert chosen is not None
    part = weighed.filter(pl.col("weight") >= chosen)
    assert 0.95 <= part["is_same"].mean() < 0.98
    assert choose_threshold(weighed, 0.99) > chosen
    assert choose_threshold(weighed.head(50), 0.5) is None
    assert choose_threshold(weighed.with_columns(is_same=pl.lit(False)), 0.5) is None


def test_calibration_puts_what_was_promised_beside_what_was_seen():
    weighed = pl.DataFrame(
        {"weight": [100] * 10 + [3000] * 5, "is_same": [True] * 6 + [False] * 4 + [True] * 5}
    )
    low, high = calibrate(weighed)
    assert (low["pairs"], low["seen"]["value"]) == (10, 0.6)
    assert low["expected"] == pytest.approx(2 / 3, abs=1e-3)
    assert (high["pairs"], high["expected"], high["seen"]["value"]) == (5, 1.0, 1.0)


def test_only_pairs_of_which_an_id_was_hidden_are_weighed():
    known = pl.DataFrame({"record_id": [1, 2, 3], "group": [7, 7, 8], "hidden": [True, False, False]})
    pairs = pl.DataFrame(
        {
            "record_a": [1, 1, 2, 1],
            "record_b": [2, 3, 3, 9],
            "rule": ["pair", "inside_family", "pair", "pair"],
            "weight": [5, 6, 7, 8],
        }
    )
    assert weigh_known(known, pairs).sort("weight").rows() == [(5, True), (6, False)]


PEOPLE = pl.DataFrame({"record_id": [1, 2, 3, 4], "person": [1, 1, 3, 4]})


def test_pairs_that_people_decided_are_compared_with_what_came_out():
    decided = pl.DataFrame(
        {"a_id": [1, 1, 3, 1], "b_id": [2, 3, 4, 99], "is_same": [True, True, False, True]}
    )
    told = judge_decided(decided, PEOPLE)
    assert (told["same"]["value"], told["same"]["n"]) == (0.5, 2)
    assert (told["different"]["value"], told["different"]["n"]) == (1.0, 1)


def test_each_pair_of_the_sample_counts_for_all_it_stands_for():
    sample = pl.DataFrame(
        {"a_id": [1, 1, 3], "b_id": [2, 3, 4], "is_same": [True, True, False], "weight": [90.0, 10.0, 500.0]}
    )
    told = judge_sample(sample, PEOPLE)
    assert (told["pairs"], told["precision"]["value"], told["recall"]["value"]) == (3, 1.0, 0.9)


def test_the_truth_counts_all_pairs():
    truth = pl.DataFrame({"record_id": [1, 2, 3, 4], "person": [5, 5, 5, 6]})
    told = judge_truth(truth, PEOPLE)
    assert (told["precision"], told["recall"]) == (1.0, pytest.approx(1 / 3))
