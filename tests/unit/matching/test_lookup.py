"""Rows found by value are those that a look at the whole column finds."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from wasl.matching.columns import code_numbers
from wasl.matching.lookup import Lookup


@pytest.mark.parametrize("most", [50, 5_000, 2**61])
@pytest.mark.parametrize("asked", [0, 1, 40, 2_000])
def test_lookup_names_every_row_that_holds_a_wanted_value(most: int, asked: int) -> None:
    random = np.random.default_rng(most % 97 + asked)
    column = np.append(random.integers(-1, most, 3_000), -1)
    wanted = np.unique(np.append(random.choice(column, asked), random.integers(-1, most, asked)))

    found = Lookup(column).rows(wanted)

    mine = np.sort(found[np.isin(column[found], wanted)])
    assert mine.tolist() == np.flatnonzero(np.isin(column, wanted)).tolist()
    assert len(found) == len(mine) or most == 2**61


def test_lookup_of_a_column_without_rows_names_none() -> None:
    assert not len(Lookup(np.zeros(0, dtype=np.int64)).rows(np.array([-1, 0, 7])))


def test_numbers_keep_the_codes_they_had_and_new_ones_follow() -> None:
    codes, words = code_numbers(pl.Series([9, None, 4, 7, 9, 2]), np.array([7, 3, 9], dtype=np.int64))

    assert words.tolist() == [7, 3, 9, 2, 4]
    assert codes.tolist() == [3, 0, 5, 1, 3, 4]
