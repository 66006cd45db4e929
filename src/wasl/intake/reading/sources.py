"""Sheets as rows of text: one face for CSV and for the four workbook forms."""

from __future__ import annotations

import csv
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice, zip_longest
from pathlib import Path
from typing import Protocol

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from wasl.intake.reading.csv_files import MOST_COLUMNS, CsvForm, detect_form
from wasl.intake.reading.model import CHUNK_ROWS
from wasl.intake.reading.safety import Form, inspect_file
from wasl.kernel.errors import InvalidInput

Cell = str | None
BLANKS = " \t\r\n\v\f\u00a0\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u3000"
_MOST_WHOLE = 10**15
_CALAMINE_PROBLEMS = (CalamineError, OSError, ValueError, RuntimeError, struct.error)


class WrittenForm(Protocol):
    """How a text file is written, as far as a clerk is told."""

    @property
    def encoding(self) -> str: ...
    @property
    def quoting(self) -> bool: ...
    @property
    def broken_bytes(self) -> bool: ...


class RecognisedSheet(Protocol):
    """What recognising asks of a sheet: its first rows and what they stand in, never the whole of it."""

    @property
    def file(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def hidden(self) -> bool: ...
    @property
    def hidden_rows(self) -> int: ...
    @property
    def csv_form(self) -> WrittenForm | None: ...
    def head(self, count: int) -> list[list[Cell]]: ...
    def merged_ranges(self) -> list[tuple[int, int, int, int]]: ...
    def release(self) -> None: ...


@dataclass(frozen=True)
class SheetSource:
    """
    One sheet of a file, read lazily and as often as wanted.

    `name` is empty for CSV. Rows are numbered as a spreadsheet program shows them: blank rows
    count, the first is 1, a newline inside quotes adds none.
    """

    path: Path
    name: str
    index: int
    form: Form
    csv_form: CsvForm | None = None
    hidden: bool = False
    hidden_rows: int = 0
    siblings: int = 1
    _merged: list[tuple[int, int, int, int]] = field(default_factory=list, compare=False, repr=False)
    _loaded: list[CalamineSheet] = field(default_factory=list, compare=False, repr=False)

    @property
    def file(self) -> str:
        """The file's own name."""
        return self.path.name

    def head(self, count: int) -> list[list[Cell]]:
        """Give the first rows, blank cells as None."""
        return [[_blank_to_none(cell) for cell in row] for row in islice(self._rows(), count)]

    def frames(self, rows: int = CHUNK_ROWS) -> Iterator[pl.DataFrame]:
        """
        Read the whole sheet as frames of `row` and text columns `c0`, `c1`, …

        Blank cells are null; other text is exactly as written. A frame is as wide as its widest
        row. Blank rows at the very end are left out.
        """
        stream = self._rows()
        first_row = 1
        pending: pl.DataFrame | None = None
        while block := list(islice(stream, rows)):
            frame = _frame(block, first_row)
            first_row += len(block)
            if pending is not None:
                yield pending
            pending = frame
        self.release()
        if pending is not None:
            yield _without_blank_end(pending)

    def merged_ranges(self) -> list[tuple[int, int, int, int]]:
        """List merged cells as (first row, first column, last row, last column), rows from 1, columns from 0."""
        return self._merged

    def _rows(self) -> Iterator[Sequence[Cell]]:
        if self.csv_form is not None:
            return self._csv_rows(self.csv_form)
        return self._workbook_rows()

    def _csv_rows(self, form: CsvForm) -> Iterator[Sequence[Cell]]:
        try:
            for row in form.open(self.path):
                yield row[:MOST_COLUMNS]
        except csv.Error as problem:
            raise InvalidInput("list.line_too_long", file=self.file, most_mb=0.125) from problem

    def _workbook_rows(self) -> Iterator[Sequence[Cell]]:
        sheet = self._load()
        if sheet.start is None:
            return
        before: list[Cell] = [None] * sheet.start[1]
        for row in sheet.iter_rows():
            yield before + [_cell_text(cell) for cell in row]

    def _load(self) -> CalamineSheet:
        """Parse the sheet, once: recognising and reading it come one after the other."""
        if self._loaded:
            return self._loaded[0]
        try:
            with self.path.open("rb") as file, CalamineWorkbook.from_filelike(file) as workbook:
                sheet = workbook.get_sheet_by_index(self.index)
                merged = _merged_ranges(sheet)
        except _CALAMINE_PROBLEMS as problem:
            raise InvalidInput("list.damaged", file=self.file) from problem
        self._merged[:] = merged
        self._loaded[:] = [sheet]
        return sheet

    def release(self) -> None:
        """Let go of a parsed workbook's memory; it is parsed again when next read."""
        self._loaded.clear()


def open_workbook(path: Path) -> list[SheetSource]:
    """
    Open a clerk's file, whatever it is called, and list its sheets.

    :raises InvalidInput: no list, hostile, damaged, encrypted or too large; nothing was parsed.
    """
    path = Path(path)
    try:
        facts = inspect_file(path)
        if facts.form == "csv":
            return [SheetSource(path, "", 0, "csv", detect_form(path))]
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as workbook:
            sheets = workbook.sheets_metadata
    except OSError as problem:
        raise InvalidInput("list.unreadable", file=path.name) from problem
    except PasswordError as problem:
        raise InvalidInput("list.encrypted", file=path.name) from problem
    except (CalamineError, ValueError, RuntimeError) as problem:
        raise InvalidInput("list.damaged", file=path.name) from problem
    readable = [number for number, sheet in enumerate(sheets) if "Chart" not in str(sheet.typ)]
    if not readable:
        raise InvalidInput("list.damaged", file=path.name)
    return [
        SheetSource(
            path,
            sheets[number].name,
            number,
            facts.form,
            hidden=sheets[number].visible != SheetVisibleEnum.Visible,
            hidden_rows=facts.hidden_rows,
            siblings=len(readable),
        )
        for number in readable
    ]


def _merged_ranges(sheet: CalamineSheet) -> list[tuple[int, int, int, int]]:
    return [(first[0] + 1, first[1], last[0] + 1, last[1]) for first, last in sheet.merged_cell_ranges or ()]


def _cell_text(cell: object) -> Cell:
    """Write a cell's value as a clerk would read it: whole numbers without `.0`, days as ISO dates."""
    if type(cell) is str:
        return cell or None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _MOST_WHOLE else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return None if cell is None else str(cell) or None


def _blank_to_none(cell: Cell) -> Cell:
    return cell if cell is not None and cell.strip(BLANKS) else None


def _frame(rows: list[Sequence[Cell]], first_row: int) -> pl.DataFrame:
    columns = list(zip_longest(*rows)) or [(None,) * len(rows)]
    numbers = pl.int_range(first_row, first_row + len(rows), dtype=pl.Int32, eager=True).alias("row")
    texts = [pl.Series(f"c{place}", values, dtype=pl.String) for place, values in enumerate(columns)]
    return pl.DataFrame([numbers, *texts]).with_columns(
        pl.when(pl.col(pl.String).str.strip_chars(BLANKS) != "").then(pl.col(pl.String))
    )


def _without_blank_end(frame: pl.DataFrame) -> pl.DataFrame:
    filled = frame.select(pl.any_horizontal(pl.exclude("row").is_not_null())).to_series()
    places = filled.arg_true()
    return frame.head(places[-1] + 1 if len(places) else 0)
