"""Cells that were written and could not be read: kept with their line, counted by kind."""

from __future__ import annotations

import polars as pl

from wasl.intake.reading.model import LOSS, Column

_SCHEMA = {"row": pl.Int32, "column": pl.String, "kind": pl.String, "index": pl.Int32}


class Losses:
    """Collects the lost cells of a chunk."""

    def __init__(self, rows: pl.Series) -> None:
        self._rows = rows
        self._parts: list[pl.DataFrame] = []

    def add(self, column: Column | None, lost: pl.Series, kind: str | pl.Series) -> None:
        """Note the rows where a cell was lost; `kind` is one for all or a column of kinds."""
        if column is None or not lost.any():
            return
        lost = lost.fill_null(False)
        rows = self._rows.filter(lost)
        kinds = (
            kind.filter(lost)
            if isinstance(kind, pl.Series)
            else pl.Series([kind]).new_from_index(0, len(rows))
        )
        self._parts.append(
            pl.DataFrame({"row": rows, "kind": kinds})
            .with_columns(column=pl.lit(column.label), index=pl.lit(column.index, dtype=pl.Int32))
            .select(list(_SCHEMA))
        )

    def by_row(self) -> pl.DataFrame:
        """Give `row` and `losses`, one line per row that lost something."""
        if not self._parts:
            return pl.DataFrame(schema={"row": pl.Int32, "losses": pl.List(LOSS)})
        return (
            pl.concat(self._parts)
            .sort("row", "index")
            .group_by("row", maintain_order=True)
            .agg(losses=pl.struct("column", "kind", "index"))
        )
