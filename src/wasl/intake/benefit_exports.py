"""Overlaps and repeats with the names of the lists their lines stand in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

from wasl.benefits.grants.rules import GRANTS_FROM
from wasl.benefits.queries.overlaps import overlap_lines_sql
from wasl.benefits.queries.repeats import make_repeat_lines
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection
from wasl.store.reading import read_rows

if TYPE_CHECKING:
    import polars

LINE_COLUMNS = (
    "certainty", "family", "slot", "need", "month", "organisation", "list", "file", "sheet", "row", "value_egp",
)  # fmt: skip
OVERLAP_COLUMNS = ("overlap", *LINE_COLUMNS, "person")
REPEAT_COLUMNS = ("repeat", *LINE_COLUMNS)

NAMED = """
SELECT line.{key}, line.certainty, line.family, line.slot, line.need, line.month, organisation.code,
    coalesce(list.code, CASE WHEN line.list_id >= {grants} THEN benefits_grant_code(line.list_id) END),
    list.file_name, list.sheet, line.row, line.value_piastres {more}
FROM ({lines}) line
JOIN organisations_organisation organisation ON organisation.id = line.organisation_id
LEFT JOIN intake_list list ON list.id = line.list_id
ORDER BY {order}
"""


def read_overlaps(viewer: Viewer) -> polars.DataFrame:
    """
    Return one line for every row that states a benefit of an open overlap; a grant has its code for a list.

    `person` is whom the row gives a person's need to, where it says so. An organisation gets its own overlaps;
    the other side's lines have no list, file, sheet, row, value or person.
    """
    with engine_connection() as connection:
        order = "line.overlap_id, organisation.code, list.id, line.row, line.need"
        lines = overlap_lines_sql(viewer)
        query = NAMED.format(
            key="overlap", lines=lines, order=order, grants=GRANTS_FROM, more=", line.person"
        )
        return _read(connection, query, OVERLAP_COLUMNS)


def read_repeats(viewer: Viewer) -> polars.DataFrame:
    """Return one line for every row of a repeat within one organisation's own lists."""
    with engine_connection() as connection:
        lines = make_repeat_lines(connection, viewer)
        order = "line.month, line.slot, line.repeat, list.id, line.row"
        return _read(
            connection,
            NAMED.format(key="repeat", lines=lines, order=order, grants=GRANTS_FROM, more=""),
            REPEAT_COLUMNS,
        )


def _read(connection: psycopg.Connection, query: str, columns: tuple[str, ...]) -> polars.DataFrame:
    import polars as pl

    schema: dict[str, Any] = dict.fromkeys(columns, pl.String) | {"row": pl.Int64, "value_egp": pl.Int64}
    rows = connection.execute(query.encode()).fetchall()
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("value_egp") / 100)


LISTS = "SELECT id, code, file_name, sheet FROM intake_list WHERE id = ANY(%s)"


@dataclass(frozen=True)
class ListName:
    """How a list is called where one of its rows is shown."""

    code: str
    file: str
    sheet: str


def name_lists(viewer: Viewer, list_ids: Iterable[int]) -> dict[int, ListName]:
    """Return the names of the viewer's own lists among these; row security keeps to them."""
    return {row[0]: ListName(*row[1:]) for row in read_rows(viewer, LISTS, [sorted(set(list_ids))])}
