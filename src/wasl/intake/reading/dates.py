"""Columns of dates: the usual plain forms at once, the others one distinct text at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from wasl.country.egypt.calendar import FIRST_YEAR, LAST_YEAR, Order, parse_date_columns
from wasl.intake.reading.model import Column

_PLAIN = r"^([0-9]{1,2})[/\-.]([0-9]{1,2})[/\-.]([0-9]{4})$"
_ISO = r"^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})$"


def order_of(orders: Mapping[int, str], column: Column) -> Order:
    """The order of day and month that was decided for a column; day first where none was."""
    return "mdy" if orders.get(column.index) == "mdy" else "dmy"


def read_dates(texts: pl.Series, order: Order, latest: date) -> pl.DataFrame:
    """
    Read stripped texts as `parse_date_columns` does: `value`, `precision`, `lost`.

    Dates written 1/3/1985, 1-3-1985 or 1985-03-01 are most of a list and cost no Python call.
    """
    fast = pl.DataFrame({"text": texts}).select(_plain(order)).to_series()
    rest = texts.is_not_null() & fast.is_null()
    if not rest.any():
        return _frame(fast, None)
    others = parse_date_columns(pl.select(pl.when(rest).then(texts)).to_series(), order, latest=latest)
    return _frame(fast, others)


def _frame(fast: pl.Series, others: pl.DataFrame | None) -> pl.DataFrame:
    table = pl.DataFrame({"fast": fast})
    day = pl.when(pl.col("fast").is_not_null()).then(pl.lit("day"))
    if others is None:
        return table.select(value="fast", precision=day, lost=pl.col("fast").is_null() & False)
    return pl.concat([table, others], how="horizontal").select(
        value=pl.coalesce("fast", "value"), precision=pl.coalesce(day, "precision"), lost="lost"
    )


def _plain(order: Order) -> pl.Expr:
    first, second, year = (pl.col("text").str.extract(_PLAIN, place).cast(pl.Int32) for place in (1, 2, 3))
    day, month = (first, second) if order == "dmy" else (second, first)
    turned = (month > 12) & (day <= 12) & (day > 0)
    by_form = _date(
        year, pl.when(turned).then(day).otherwise(month), pl.when(turned).then(month).otherwise(day)
    )
    iso = (pl.col("text").str.extract(_ISO, place).cast(pl.Int32) for place in (1, 2, 3))
    return pl.coalesce(by_form, _date(*iso))


def _date(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    text = pl.format("{}-{}-{}", year, month.cast(pl.String).str.zfill(2), day.cast(pl.String).str.zfill(2))
    return pl.when(year.is_between(FIRST_YEAR, LAST_YEAR)).then(text).str.to_date("%Y-%m-%d", strict=False)
