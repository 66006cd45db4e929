"""Writing sheets as CSV and XLSX, byte for byte the same each time."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from wasl.synth.sheets import Sheet
from wasl.synth.styles import Style

_CREATED = datetime(2025, 1, 1, tzinfo=UTC)


def write_csv_file(path: Path, sheet: Sheet, style: Style) -> None:
    """Write one sheet as text in the style's encoding and delimiter."""
    encoding = "utf-8" if style.encoding == "utf-8-sig" else style.encoding
    with path.open("wb") as out:
        if style.encoding == "utf-8-sig":
            out.write(b"\xef\xbb\xbf")
        out.write(_lines(sheet.leading, style).encode(encoding))
        body = sheet.body.with_columns(pl.all().fill_null("").replace("", None)).write_csv(
            include_header=False, separator=style.delimiter, line_terminator="\r\n", quote_style="necessary"
        )
        out.write(body.encode(encoding))
        out.write(_lines(sheet.trailing, style).encode(encoding))


def _lines(lines: list[list[str]], style: Style) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=style.delimiter, lineterminator="\r\n").writerows(lines)
    return text.getvalue()


def write_workbook(path: Path, sheets: list[Sheet]) -> None:
    """Write sheets as a workbook, right to left, ids as text or as numbers as the columns say."""
    rows = sum(len(sheet.body) for sheet in sheets)
    plain = not any(sheet.merges or sheet.wide for sheet in sheets)
    flat = plain and rows > 20_000
    options = {"constant_memory": flat, "in_memory": not flat, "strings_to_numbers": False, "strings_to_formulas": False,
               "strings_to_urls": False}  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _CREATED})
        bold = book.add_format({"bold": True})
        middle = book.add_format({"align": "center", "valign": "vcenter"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.name), sheet, bold, middle, day)


def _write_sheet(page: Worksheet, sheet: Sheet, bold: Format, middle: Format, day: Format) -> None:
    page.right_to_left()
    page.set_column(0, max(len(sheet.number) - 1, 0), 16)
    for row in sheet.hidden:
        page.set_row(row - 1, None, None, {"hidden": True})
    for position, line in enumerate(sheet.leading):
        _write_texts(page, position, line, bold)
    start = len(sheet.leading)
    forms = [day if shown else None for shown in sheet.dates] or [None] * len(sheet.number)
    text, number = page._write_string, page._write_number  # the public ones look at every argument again
    for offset, cells in enumerate(sheet.body.iter_rows()):
        row = start + offset
        for column, cell in enumerate(cells):
            if not cell:
                continue
            if sheet.number[column] and cell.isascii() and cell.isdigit():
                # A bare year stays a year, whatever the column shows.
                number(row, column, int(cell), forms[column] if len(cell) > 4 else None)
            else:
                text(row, column, cell)
    for offset, line in enumerate(sheet.trailing):
        _write_texts(page, start + len(sheet.body) + offset, line, bold)
    for first, last, column in sheet.merges:
        page.merge_range(first - 1, column, last - 1, column, sheet.body[first - 1 - start, column], middle)
    for row, left, right in sheet.wide:
        page.merge_range(row - 1, left, row - 1, right, sheet.leading[row - 1][left], bold)


def _write_texts(page: Worksheet, row: int, line: list[str], form: Format) -> None:
    for column, cell in enumerate(line):
        if cell:
            page.write_string(row, column, cell, form)
