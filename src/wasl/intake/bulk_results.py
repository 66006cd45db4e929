"""What became of a bulk's rows, as a file: the file's own columns and, beside them, the answer in words."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from wasl.benefits.bulk.queries import Bulk
from wasl.benefits.bulk.rules import AT_THE_DOOR, BEFORE_THE_DOOR, OUTCOMES, TO_DO, BulkSource
from wasl.intake.benefit_tables import Cells, write_workbook
from wasl.intake.bulk_columns import letter_of
from wasl.intake.bulk_files import file_rows
from wasl.kernel.errors import InvalidInput
from wasl.kernel.months import ONCE, format_month
from wasl.organisations.viewer import Viewer
from wasl.store.connections import app_connection

WORKBOOK_ROWS = 1_048_575
BATCH = 20_000
OWN_HEADS = ("row", "family", "head", "need", "month", "quantity", "value")
ANSWER_HEADS = ("outcome", "why", "covered_by", "free_from", "grant")
HEADS = (*OWN_HEADS, *ANSWER_HEADS)
COVERED_BY = ("own", "other", "state", "stopped")

ANSWERS = """
SELECT w.row, w.outcome, w.same_row, w.slot, w.covered_by, w.free_from, benefits_grant_code(w.grant_id) AS "grant"{own}
FROM benefits_bulk_row w {joins}
WHERE w.bulk_id = %(bulk)s AND (%(outcome)s::text IS NULL OR w.outcome = %(outcome)s::text)
ORDER BY w.row, w.place
"""
OWN = """, registry_code(w.organisation_id * 1000000000 + e.own_no) AS family, h.name AS head, w.need,
    w.month, w.quantity, w.value_piastres"""
JOINS = (
    "LEFT JOIN registry_entry e ON e.id = w.entry_id"
    " LEFT JOIN registry_record h ON h.id = coalesce(w.record_id, e.head_record_id)"
)


def word_codes() -> tuple[str, ...]:
    """Return the codes whose words a file needs: of heads, outcomes and why."""
    return (
        *(f"bulk.head.{name}" for name in HEADS), *(f"bulk.outcome.{one}" for one in (*OUTCOMES, "to_do")),
        *(f"bulk.why.{one}" for one in (*AT_THE_DOOR, *BEFORE_THE_DOOR, "to_do")),
        *(f"bulk.covered_by.{one}" for one in COVERED_BY),
    )  # fmt: skip


def write_result(
    viewer: Viewer,
    bulk: Bulk,
    path: Path,
    words: Mapping[str, str],
    *,
    outcome: str | None,
    right_to_left: bool,
) -> int:
    """
    Write the rows of a bulk, or those of one outcome, as .xlsx or .csv; return how many.

    :raises InvalidInput: another ending; too long for a sheet, whose rows a .csv holds.
    """
    kept = outcome is None and bulk.source == BulkSource.FILE and bool(bulk.form)
    heads = _heads(bulk, words) if kept else [words[f"bulk.head.{name}"] for name in HEADS]
    rows = (
        _beside_the_file(viewer, bulk, words, len(heads)) if kept else _own_rows(viewer, bulk, words, outcome)
    )
    ending = path.suffix.lower()
    if ending == ".csv":
        return _write_csv(path, heads, rows)
    if ending != ".xlsx":
        raise InvalidInput("table.format_unknown", file=path.name)
    if bulk.rows_total > WORKBOOK_ROWS:
        raise InvalidInput("table.too_long", rows=bulk.rows_total)
    return write_workbook(path, heads, rows, right_to_left=right_to_left)


def _heads(bulk: Bulk, words: Mapping[str, str]) -> list[str]:
    own = [head or letter_of(place) for place, head in enumerate(bulk.form["columns"]["headers"])]
    own += [letter_of(place) for place in range(len(own), _width(bulk))]
    return [*own, *(words[f"bulk.head.{name}"] for name in ANSWER_HEADS)]


def _width(bulk: Bulk) -> int:
    columns = bulk.form["columns"]
    named = [place for name, place in columns.items() if isinstance(place, int) and name != "header_row"]
    return max([len(columns["headers"]), *(place + 1 for place in named)])


def _beside_the_file(viewer: Viewer, bulk: Bulk, words: Mapping[str, str], width: int) -> Iterator[Cells]:
    """Yield each row of the file with its answer; rows that said nothing have none."""
    batches = list(_read(viewer, bulk, None, own=False))
    if not batches:
        return
    answers = pl.concat(batches).unique("row", keep="first", maintain_order=True)
    own = width - len(ANSWER_HEADS)
    for frame in file_rows(bulk):
        texts = [f"c{place}" for place in range(own)]
        frame = frame.with_columns(
            *[pl.lit(None, pl.String).alias(name) for name in texts if name not in frame.columns]
        )
        joined = frame.select("row", *texts).join(answers, on="row", how="left", maintain_order="left")
        for row in joined.iter_rows(named=True):
            if row["outcome"] is not None or any(row[name] is not None for name in texts):
                yield (*(row[name] for name in texts), *answer_cells(row, words))


def _own_rows(viewer: Viewer, bulk: Bulk, words: Mapping[str, str], outcome: str | None) -> Iterator[Cells]:
    for batch in _read(viewer, bulk, outcome, own=True):
        for row in batch.iter_rows(named=True):
            value = row["value_piastres"]
            yield (
                row["row"], row["family"], row["head"], row["need"], _month(row["month"]),
                None if row["quantity"] is None else float(row["quantity"]), None if value is None else value / 100,
                *answer_cells(row, words),
            )  # fmt: skip


def answer_cells(row: Mapping[str, Any], words: Mapping[str, str]) -> Cells:
    """Return a row's answer in words: outcome, why, covered by, free from, the grant's code."""
    if row["outcome"] is None:
        return (None,) * len(ANSWER_HEADS)
    outcome = "to_do" if row["outcome"] == TO_DO else row["outcome"]
    why = words.get(f"bulk.why.{outcome}", "")
    covered = row["covered_by"]
    return (
        words.get(f"bulk.outcome.{outcome}", outcome), why.replace("{row}", str(row["same_row"] or "")),
        None if covered is None else words.get(f"bulk.covered_by.{covered}", covered), _month(row["free_from"]),
        row["grant"],
    )  # fmt: skip


def _month(month: date | None) -> str | None:
    return None if month is None or month == ONCE else format_month(month)


def _read(viewer: Viewer, bulk: Bulk, outcome: str | None, *, own: bool) -> Iterator[pl.DataFrame]:
    """Yield the answers within the viewer's scope, batch by batch."""
    schema: dict[str, Any] = {
        "row": pl.Int32, "outcome": pl.String, "same_row": pl.Int32, "slot": pl.String, "covered_by": pl.String,
        "free_from": pl.Date, "grant": pl.String,
    }  # fmt: skip
    if own:
        schema |= {
            "family": pl.String, "head": pl.String, "need": pl.String, "month": pl.Date, "quantity": pl.Decimal(14, 3),
            "value_piastres": pl.Int64,
        }  # fmt: skip
    statement = ANSWERS.format(own=OWN if own else "", joins=JOINS if own else "")
    with app_connection(viewer) as connection, connection.cursor(name="bulk_answers") as cursor:
        cursor.itersize = BATCH
        cursor.execute(statement.encode(), {"bulk": bulk.id, "outcome": outcome})
        while rows := cursor.fetchmany(BATCH):
            yield pl.DataFrame(rows, schema=schema, orient="row")


def _write_csv(path: Path, heads: Sequence[str], rows: Iterator[Cells]) -> int:
    """Write with a BOM, so that spreadsheet programs read the Arabic; a text that a program would run is kept a text."""
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads)
        for row in rows:
            writer.writerow(["" if cell is None else _plain(cell) for cell in row])
            written += 1
    return written


def _plain(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" else cell
