"""Sorting by plain integers, and inputs read some rows at a time, against what numpy and Python say."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasl.matching import arrays, columns
from wasl.matching.arrays import members_by_place, order_by, pairs_within, ranks, unpack
from wasl.matching.columns import Columns, code_numbers, code_texts, code_villages

WIDE = st.integers(-(2**62), 2**62)
FEW = st.sampled_from([0, 1, 7, 2**40, 2**61 + 5, 2**61 + 6, -3])
TYPES: dict[str, pl.DataType] = {
    "governorate": pl.String(),
    "markaz": pl.String(),
    "village": pl.String(),
    "phone": pl.Int64(),
}


@given(st.lists(st.one_of(WIDE, FEW), max_size=40))
def test_ranks_equal_those_of_numpy(values):
    column = np.array(values, dtype=np.int64)
    rank, every = ranks(column)
    expected, inverse = np.unique(column, return_inverse=True)
    assert every.tolist() == expected.tolist()
    assert rank.tolist() == inverse.tolist()


@given(st.lists(st.tuples(FEW, st.integers(0, 3)), max_size=40))
def test_order_by_equals_a_sort_by_key_then_tie_then_row(rows):
    key = np.array([key for key, _ in rows], dtype=np.int64)
    tie = np.array([tie for _, tie in rows], dtype=np.int64)
    expected = sorted(range(len(rows)), key=lambda row: (key[row], tie[row], row))
    assert order_by(key, tie).tolist() == expected


@pytest.mark.parametrize("scattered_alike", [False, True])
def test_pairs_of_wide_keys_stay_apart_though_their_first_bits_agree(monkeypatch, scattered_alike):
    if scattered_alike:
        monkeypatch.setattr(arrays, "mix", lambda values: np.zeros(len(values), dtype=np.uint64))
    keys = np.array([2**61, 5, 2**61 + 1, 5, 2**61], dtype=np.int64)
    found, over = pairs_within(keys, np.arange(5, dtype=np.int32), 10)
    assert list(zip(*(end.tolist() for end in unpack(found)), strict=True)) == [(0, 4), (1, 3)]
    assert over == 0


def test_groups_over_the_cap_give_a_chain_or_nothing():
    keys, items = np.zeros(4, dtype=np.int32), np.arange(4, dtype=np.int32)
    chain, over = pairs_within(keys, items, 3)
    none, also = pairs_within(keys, items, 3, chain=False)
    assert (len(chain), over, len(none), also) == (3, 1, 0, 1)
    assert len(pairs_within(keys, items, 4)[0]) == len(list(combinations(range(4), 2)))


def test_members_by_place_say_nobody_where_a_group_is_shorter():
    places = members_by_place(np.array([0, 2, 2, 3]), np.array([0, 2, 1]))
    assert [place.tolist() for place in places] == [[0, 2, -1], [1, -1, -1]]


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_columns_are_the_same_however_many_rows_are_read_at_a_time(monkeypatch, rows):
    monkeypatch.setattr(columns, "ROWS", rows)
    table = pa.table(
        {
            "governorate": ["g", None, "g", "h", "g", "g"],
            "markaz": ["m", "m", None, "m", "m", "m"],
            "village": ["b", "a", "a", None, "a", "a"],
        }
    )
    read = Columns(table, TYPES)
    assert read["markaz"].to_list() == table.column("markaz").to_pylist()
    assert read["phone"].to_list() == [None] * 6
    codes, words = code_villages(read, np.array(["|m|z", "g|m|a"]))
    assert words.tolist() == ["|m|z", "g|m|a", "g||a", "g|m|b", "|m|a"][:2] + sorted(
        ["g||a", "g|m|b", "|m|a"]
    )
    assert [words[code - 1] if code else None for code in codes] == [
        "g|m|b",
        "|m|a",
        "g||a",
        None,
        "g|m|a",
        "g|m|a",
    ]


def test_codes_of_an_earlier_run_stay_and_new_values_follow_in_order():
    codes, words = code_texts(["b", "z", "a"], np.array(["z"]))
    assert (codes.tolist(), words.tolist()) == ([3, 1, 2], ["z", "a", "b"])
    numbers, values = code_numbers(pl.Series([7, None, 3, 9], dtype=pl.Int64), np.array([9, 1]))
    assert (numbers.tolist(), values.tolist()) == ([4, 0, 3, 1], [9, 1, 3, 7])
