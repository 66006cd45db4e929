"""The quick reading of plain dates says exactly what the careful one says."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wasl.country.egypt.calendar import parse_date_columns
from wasl.intake.reading.dates import read_dates

PARTS = st.tuples(
    st.integers(0, 40),
    st.sampled_from("/-."),
    st.integers(0, 40),
    st.sampled_from(["1985", "2001", "1899", "85", "١٩٨٥"]),
)
TEXTS = st.one_of(
    PARTS.map(lambda p: f"{p[0]}{p[1]}{p[2]}{p[1]}{p[3]}"),
    PARTS.map(lambda p: f"{p[3]}-{p[0]}-{p[2]}"),
    st.sampled_from(["", "1985", "لا يوجد", "١/٣/١٩٨٥", "3 مارس 1985", None]),
)


@pytest.mark.parametrize("order", ["dmy", "mdy"])
@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=30))
def test_quick_reading_equals_the_careful_one(order, texts: list[str | None]) -> None:
    column = pl.Series(texts, dtype=pl.String)
    latest = date(2025, 6, 15)
    assert read_dates(column, order, latest).equals(parse_date_columns(column, order, latest=latest))
