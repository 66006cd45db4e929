"""Files as offices make them, and reading them whole: what the tests of reading stand on."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from wasl.intake.reading import LoadOptions, Mapping, Recognition, open_workbook, parse, recognise

TODAY = date(2025, 6, 15)
Cell = str | int | float | date | None
Rows = Sequence[Sequence[Cell]]

# Ids with serials that no real person has; odd fourth digit of the serial is male.
MAN = "28503012490138"
WOMAN = "29006152490248"
SON = "31005012490353"
DAUGHTER = "31207202490461"
OTHER_MAN = "27811102490573"
OTHER_WOMAN = "28004232490684"


@dataclass(frozen=True)
class Read:
    """A sheet read whole."""

    recognition: Recognition
    lines: pl.DataFrame
    mentions: pl.DataFrame

    def fates(self) -> dict[int, str]:
        return dict(self.lines.select("row", "fate").iter_rows())

    def reasons(self) -> dict[int, str]:
        return dict(self.lines.filter(pl.col("reason").is_not_null()).select("row", "reason").iter_rows())

    def accepted(self) -> list[int]:
        return self.lines.filter(pl.col("fate") == "accepted")["row"].to_list()

    def entries(self) -> dict[int, list[int]]:
        groups: dict[int, list[int]] = {}
        for row, entry in self.lines.filter(pl.col("fate") == "accepted").select("row", "entry").iter_rows():
            groups.setdefault(entry, []).append(row)
        return groups

    def line(self, row: int) -> dict[str, Any]:
        return self.lines.row(by_predicate=pl.col("row") == row, named=True)

    def mention(self, row: int, role: str = "person") -> dict[str, Any]:
        return self.mentions.row(by_predicate=(pl.col("row") == row) & (pl.col("role") == role), named=True)

    def roles(self, row: int) -> list[str]:
        return self.mentions.filter(pl.col("row") == row)["role"].to_list()

    def losses(self) -> list[tuple[int, str, str]]:
        table = self.lines.select("row", "losses").explode("losses").drop_nulls().unnest("losses")
        return [
            (row, column, kind) for row, column, kind in table.select("row", "column", "kind").iter_rows()
        ]

    def said(self) -> set[str]:
        return {message.code for message in self.recognition.messages}

    def field(self, letter: str) -> str | None:
        return next(column.field for column in self.recognition.columns if column.letter == letter)


def write_csv(path: Path, rows: Rows, *, encoding: str = "utf-8-sig", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(
            [["" if c is None else c for c in row] for row in rows]
        )
    return path


def write_xlsx(
    path: Path,
    rows: Rows,
    *,
    merges: Sequence[tuple[int, int, int, int, str]] = (),
    sheet: str = "ورقة1",
    hidden_rows: Sequence[int] = (),
) -> Path:
    """`merges` are (first row, first column, last row, last column, text), all from 0."""
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet(sheet)
    _fill(book, page, rows)
    for top, left, bottom, right, text in merges:
        page.merge_range(top, left, bottom, right, text)
    for row in hidden_rows:
        page.set_row(row, None, None, {"hidden": True})
    book.close()
    return path


def write_sheets(path: Path, sheets: dict[str, Rows]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        _fill(book, book.add_worksheet(name), rows)
    book.close()
    return path


def _fill(book: xlsxwriter.Workbook, page: Any, rows: Rows) -> None:
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                page.write_datetime(place, column, cell, day)
            elif isinstance(cell, str):
                page.write_string(place, column, cell)
            elif cell is not None:
                page.write_number(place, column, cell)


def read_file(path: Path, sheet: int = 0, mapping: Mapping | None = None, **options: Any) -> Read:
    source = open_workbook(path)[sheet]
    chosen = LoadOptions(today=TODAY, **options)
    recognition = recognise(source, options=chosen, mapping=mapping)
    chunks = list(parse(source, recognition, chosen))
    lines = pl.concat([chunk.lines for chunk in chunks]) if chunks else pl.DataFrame()
    mentions = pl.concat([chunk.mentions for chunk in chunks]) if chunks else pl.DataFrame()
    return Read(recognition, lines, mentions)
