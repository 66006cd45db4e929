"""Where mended rows come from: their list, their row there, and the entry they stood in."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import psycopg

from wasl.intake.lines import ListKey
from wasl.intake.loading import LoadedFile
from wasl.intake.rejected import SheetForm
from wasl.intake.rules import ListState
from wasl.kernel.errors import InvalidInput, RuleRefused
from wasl.kernel.folding import fold, fold_digits


@dataclass(frozen=True)
class Origin:
    """A list to which rows come back."""

    key: ListKey
    code: str
    form: SheetForm


# The accepted lines before and after a row, by whose entries its own is known; `number` is what the
# list itself wrote as the family's number there.
NEIGHBOURS = """
SELECT line.row, line.entry_no, line.fate, above.entry_no, numbered.number, below.entry_no, below.number
FROM intake_line AS line
LEFT JOIN LATERAL (
    SELECT entry_no FROM intake_line
    WHERE list_id = %(list)s AND year = %(year)s AND row < line.row AND fate IN ('accepted', 'repeated')
    ORDER BY row DESC LIMIT 1
) AS above ON true
LEFT JOIN LATERAL (
    SELECT cells[%(number)s] AS number FROM intake_line
    WHERE list_id = %(list)s AND year = %(year)s AND entry_no = above.entry_no AND cells[%(number)s] IS NOT NULL
        AND row BETWEEN above.entry_no AND line.row
    ORDER BY row LIMIT 1
) AS numbered ON true
LEFT JOIN LATERAL (
    SELECT entry_no, cells[%(number)s] AS number FROM intake_line
    WHERE list_id = %(list)s AND year = %(year)s AND row > line.row AND fate IN ('accepted', 'repeated')
    ORDER BY row LIMIT 1
) AS below ON true
WHERE line.list_id = %(list)s AND line.year = %(year)s AND line.row = ANY(%(rows)s)
"""

SCHEMA = {
    "origin_row": pl.Int32,
    "entry": pl.Int32,
    "stood": pl.String,
    "above": pl.Int32,
    "above_number": pl.String,
    "below": pl.Int32,
    "below_number": pl.String,
}


def access_origin(connection: psycopg.Connection, file: LoadedFile, code: str) -> Origin:
    """
    Return the list of this code of the file's organisation.

    :raises InvalidInput: it has none. :raises RuleRefused: it is still loading.
    """
    row = connection.execute(
        "SELECT id, year, state, form FROM intake_list WHERE code = %s AND organisation_id = %s",
        [fold_digits(code).strip(), file.organisation_id],
    ).fetchone()
    if row is None:
        raise InvalidInput("list.mended_unknown", file=file.name, list=code, row="")
    if row[2] == ListState.LOADING:
        raise RuleRefused("list.still_loading", list=code)
    return Origin(ListKey(row[0], row[1], file.organisation_id), code, SheetForm.from_json(row[3]))


def find_origin_rows(connection: psycopg.Connection, origin: Origin, rows: list[int]) -> pl.DataFrame:
    """Return the rows that the list has, with their fates, entries and neighbours."""
    place = origin.form.number_place
    number = 1 if place is None else place + 1
    found = connection.execute(NEIGHBOURS, origin.key.params | {"rows": rows, "number": number}).fetchall()
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def place_in_entries(lines: pl.DataFrame, mentions: pl.DataFrame, origin: Origin) -> pl.Series:
    """
    Say for each line, joined with its `find_origin_rows`, which entry of its list it belongs to.

    Between two lines of one family it is of that family. At a family's edge its number decides, or
    whether it names a head. Where lists do not group, each row is an entry of its own.
    """
    if origin.form.grouping == "row":
        return lines["origin_row"]
    heads = set(mentions.filter(pl.col("relation").is_null() | (pl.col("relation") == "head"))["row"])
    return pl.Series([_place(line, origin, heads) for line in lines.iter_rows(named=True)], dtype=pl.Int32)


def _place(line: dict[str, object], origin: Origin, heads: set[int]) -> object:
    own, above, below = line["origin_row"], line["above"], line["below"]
    if line["entry"] is not None:
        return line["entry"]
    if above is not None and above == below:
        return above
    if origin.form.number_place is None:
        return own if above is None or line["row"] in heads else above
    cells = line["cells"]
    assert isinstance(cells, list)
    number = _number(cells[origin.form.number_place])
    if not number or number == _number(line["above_number"]):
        return own if above is None else above
    return below if below is not None and number == _number(line["below_number"]) else own


def _number(cell: object) -> str:
    return fold(str(cell or "")).removesuffix(" 0").lstrip("0")
