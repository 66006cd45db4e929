"""Rejected rows as a file of the input's own form, to be mended in place and loaded back."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from wasl.intake.reading.model import Recognition
from wasl.intake.reading.sources import SheetSource
from wasl.intake.reading_words import REJECTIONS

ORIGIN_LIST = "كود الكشف في وصل"
ORIGIN_ROW = "رقم السطر في وصل"
REASON_AR = "سبب الرفض"
REASON_EN = "Reason"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_MOST_CELL = 32_000


@dataclass(frozen=True)
class RejectedForm:
    """How the rejected file is written; `of_sheet` takes it from the input."""

    is_workbook: bool
    sheet: str = ""
    delimiter: str = ","
    encoding: str = "utf-8-sig"

    @classmethod
    def of_sheet(cls, sheet: SheetSource) -> RejectedForm:
        """Workbooks of every kind are answered by XLSX; text by text with its delimiter and encoding."""
        if sheet.csv_form is None:
            return cls(True, sheet.name)
        encoding = sheet.csv_form.encoding
        return cls(False, "", sheet.csv_form.delimiter, "utf-8-sig" if encoding == "utf-8" else encoding)

    @property
    def suffix(self) -> str:
        return ".xlsx" if self.is_workbook else ".csv"


@dataclass(frozen=True)
class RejectedRow:
    """A rejected line as written: its row, its cells, the code of the reason and the column it is about."""

    row: int
    cells: Sequence[str | None]
    reason: str
    column: str = ""


def write_rejected(
    path: Path,
    *,
    form: RejectedForm,
    header: Sequence[str | None],
    rows: Sequence[RejectedRow],
    list_code: str,
) -> Path:
    """
    Write rejected rows under their own header, with where they came from and why, in both languages.

    No cell is a formula when the file is opened. The file appears whole or not at all; its path
    with the suffix of its form is returned.
    """
    width = max([len(header), *(len(row.cells) for row in rows)], default=0)
    top = [*(header[place] if place < len(header) else None for place in range(width))]
    lines = [[*top, ORIGIN_LIST, ORIGIN_ROW, REASON_AR, REASON_EN]]
    for row in rows:
        cells = [*row.cells, *[None] * (width - len(row.cells))]
        lines.append([*cells, list_code, str(row.row), *reason_words(row.reason, row.column)])
    path = path.with_suffix(form.suffix)
    unfinished = path.with_name(f".{path.name}.part")
    if form.is_workbook:
        _write_workbook(unfinished, form.sheet, lines)
    else:
        _write_text(unfinished, form, lines)
    os.replace(unfinished, path)
    return path


def header_of(recognition: Recognition) -> list[str]:
    """Give the header to write above rejected rows: each column's text, else its letter."""
    return [column.header or column.letter for column in recognition.columns]


def reason_words(code: str, column: str = "") -> tuple[str, str]:
    """Say why a row was rejected, in Arabic and in English."""
    words = REJECTIONS.get(code, {"ar": code, "en": code})
    named = {"column": column or "-"}
    return words["ar"].format(**named), words["en"].format(**named)


def _write_workbook(path: Path, name: str, lines: Sequence[Sequence[str | None]]) -> None:
    book = xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    with book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"num_format": "@", "bold": True})
        sheet = book.add_worksheet(_sheet_name(name))
        sheet.right_to_left()
        sheet.freeze_panes(1, 0)
        for place, cells in enumerate(lines):
            for column, cell in enumerate(cells):
                if cell is not None:
                    sheet.write_string(place, column, cell[:_MOST_CELL], bold if place == 0 else text)


def _sheet_name(name: str) -> str:
    bare = "".join(character for character in name if character not in "[]:*?/\\")[:31].strip("'")
    return bare if bare and bare.lower() != "history" else "مرفوض"


def _write_text(path: Path, form: RejectedForm, lines: Sequence[Sequence[str | None]]) -> None:
    encoding = form.encoding if _can_encode(lines, form.encoding) else "utf-8-sig"
    if encoding in {"utf-16-le", "utf-16-be"}:
        encoding = "utf-16"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=form.delimiter, lineterminator="\r\n")
        for cells in lines:
            writer.writerow([neutralised(cell or "") for cell in cells])


def _can_encode(lines: Sequence[Sequence[str | None]], encoding: str) -> bool:
    try:
        for cells in lines:
            "".join(cell or "" for cell in cells).encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def neutralised(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet program would take for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
