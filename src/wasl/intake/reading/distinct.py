"""Reading a column over its distinct values: a Python call for each text that occurs, none for each row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from wasl.intake.reading.sources import BLANKS

FEW = 400


def map_distinct(texts: pl.Series, read: Callable[[str], Any], dtype: Any) -> pl.Series:
    """Apply `read` to each distinct text; nulls stay null."""
    if len(texts) <= FEW:
        return _map_few(texts, read, dtype)
    distinct = texts.drop_nulls().unique()
    if distinct.is_empty():
        return pl.Series(texts.name, [None], dtype=dtype).new_from_index(0, len(texts))
    values = pl.Series("value", [read(text) for text in distinct.to_list()], dtype=dtype)
    table = pl.DataFrame({"text": distinct, "value": values})
    rows = pl.DataFrame({"text": texts}).join(table, on="text", how="left", maintain_order="left")
    return rows["value"].alias(texts.name)


def _map_few(texts: pl.Series, read: Callable[[str], Any], dtype: Any) -> pl.Series:
    """A short column by a dictionary: joining tables of a few rows would take longer."""
    known: dict[str | None, Any] = {None: None}
    values = []
    for text in texts.to_list():
        if text not in known:
            known[text] = read(text)
        values.append(known[text])
    return pl.Series(texts.name, values, dtype=dtype)


def map_distinct_rows(
    frame: pl.DataFrame, read: Callable[..., tuple[Any, ...]], schema: dict[str, Any]
) -> pl.DataFrame:
    """Apply `read` to each distinct row of a frame of texts, giving the columns of `schema`."""
    if frame.height <= FEW:
        known: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        rows = [known.get(row) or known.setdefault(row, read(*row)) for row in frame.iter_rows()]
        return pl.DataFrame(rows, schema=schema, orient="row")
    keys = [f"key {name}" for name in frame.columns]
    frame = frame.rename(dict(zip(frame.columns, keys, strict=True)))
    distinct = frame.unique(maintain_order=True)
    read_rows = [read(*row) for row in distinct.iter_rows()]
    values = (
        pl.DataFrame(read_rows, schema=schema, orient="row") if read_rows else pl.DataFrame(schema=schema)
    )
    table = pl.concat([distinct, values], how="horizontal")
    return frame.join(table, on=keys, how="left", nulls_equal=True, maintain_order="left").select(
        list(schema)
    )


def stripped(frame: pl.DataFrame, index: int | None) -> pl.Series:
    """Give a column's texts without blanks around them, all null where there is no such column."""
    name = f"c{index}"
    if index is None or name not in frame.columns:
        return pl.Series(name, [None], dtype=pl.String).new_from_index(0, frame.height)
    column = frame[name]
    if len(column) <= FEW:
        stripped_texts = [text and text.strip(BLANKS) for text in column.to_list()]
        return pl.Series(name, stripped_texts, dtype=pl.String)
    return column.str.strip_chars(BLANKS)


def nulls(name: str, dtype: Any, height: int) -> pl.Series:
    """A column of nothing."""
    return pl.Series(name, [None], dtype=dtype).new_from_index(0, height)
