"""Temporary tables that are filled from frames: COPY is refused where row security stands."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import psycopg
from psycopg import sql


def make_staging(connection: psycopg.Connection, tables: Mapping[str, str]) -> None:
    """Make each temporary table where it is missing; all are emptied at the end of the transaction."""
    for name, columns in tables.items():
        connection.execute(
            sql.SQL("CREATE TEMP TABLE IF NOT EXISTS {} ({}) ON COMMIT DELETE ROWS").format(
                sql.Identifier(name),
                sql.SQL(columns),
            )
        )


def fill_staging(connection: psycopg.Connection, table: str, frame: pl.DataFrame) -> None:
    """Replace what the table holds by the frame's rows, column by column in order, and analyse it."""
    name = sql.Identifier(table)
    connection.execute(sql.SQL("DELETE FROM {}").format(name))
    if frame.is_empty():
        return
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(name)) as copy,
    ):
        for part in frame.iter_slices(200_000):
            copy.write(part.write_csv(include_header=False, quote_style="necessary"))
    connection.execute(sql.SQL("ANALYZE {}").format(name))
