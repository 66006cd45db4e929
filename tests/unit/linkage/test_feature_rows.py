"""Births, sexes and places as the engine settles them."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from wasl.linkage.feature_rows import (
    forget_borrowed,
    place_number,
    place_numbers,
    settle_births,
    settle_sexes,
)


def births(*rows: tuple[date | None, str | None, date | None, bool]) -> list[tuple[int, ...]]:
    born, precision, of_id, counts = zip(*rows, strict=True)
    frame = settle_births(
        pl.Series(born, dtype=pl.Date), pl.Series(precision, dtype=pl.String),
        pl.Series(of_id, dtype=pl.Date), np.array(counts),
    )  # fmt: skip
    return frame.select("year", "month", "day", "precision", "date_key").rows()


def test_a_stated_date_wins_over_the_id_s_and_new_year_says_a_year() -> None:
    day, other, new_year = date(1980, 5, 3), date(1981, 1, 2), date(1980, 1, 1)
    assert births(
        (day, "day", other, True),
        (None, None, day, True),
        (None, None, day, False),
        (new_year, "day", other, True),
        (new_year, "day", new_year, False),
        (date(1980, 5, 1), "month", None, False),
        (None, None, None, False),
    ) == [
        (1980, 5, 3, 3, 1980 * 1000 + 3 * 32 + 5),
        (1980, 5, 3, 3, 1980 * 1000 + 3 * 32 + 5),
        (0, 0, 0, 0, 0),
        (1980, 1, 1, 1, 0),
        (1980, 1, 1, 3, 1980 * 1000 + 1 * 32 + 1),
        (1980, 5, 1, 2, 0),
        (0, 0, 0, 0, 0),
    ]


def test_the_given_name_tells_the_sex_before_a_column_and_a_column_before_the_id() -> None:
    sexes = settle_sexes(
        np.array([1, 0, 0, 0]), np.array([2, 2, 0, 0]), np.array([2, 1, 2, 2]), np.array([True, True, True, False])
    )  # fmt: skip
    assert sexes.tolist() == [1, 2, 2, 0]


def test_what_a_borrowed_id_filled_in_is_forgotten() -> None:
    day, other = date(1980, 5, 3), date(1990, 5, 3)
    born = pl.Series([day, other])
    of_id = pl.Series([day, day])
    settled = settle_births(born, pl.Series(["day", "day"]), of_id, np.array([True, True]))
    found, sex = forget_borrowed(settled, born, of_id, np.array([1, 1]), np.array([0, 1]), np.array([1, 1]))
    assert found["precision"].to_list() == [0, 3]
    assert sex.tolist() == [0, 1]


def test_places_are_numbers_and_none_is_zero() -> None:
    column = pl.Series(["EG12", None, "EG13", "EG12"])
    first, none, other, again = place_numbers(column, 32).to_list()
    assert first == again and first != other and none == 0
    assert place_number("||", 64) == 0
    assert -(2**31) <= place_number("EG12", 32) < 2**31
