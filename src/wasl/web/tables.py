"""
What tables share: filters and sorting read from the address, pages by keyset, export as filtered.

Whatever the address says that cannot be meant is refused in words, never ignored: a filter that was
dropped silently would show figures of something else.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from wasl.kernel.errors import InvalidInput
from wasl.kernel.folding import fold_digits
from wasl.kernel.months import parse_month
from wasl.web.words import say

ROWS_A_PAGE = 50
EXPORT_ROWS = 20_000
"""More rows than this are written by a job, into a file."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT_LONGEST = 200
FIRST_DAY = date(1899, 12, 30)
"""Workbooks count days from here."""
FIRST_YEAR, LAST_YEAR = 1990, 2099
"""Months that anybody asks about: a page reads a calendar from the month asked for to the newest."""
CURSOR_LONGEST = 400
LARGEST = 2**63 - 1
_CODE = re.compile(r"[a-z0-9_]{1,40}")
_UNPRINTED = re.compile("[\x00-\x1f\ud800-\udfff]")

Kind = Literal["text", "number", "money", "month", "day"]


@dataclass(frozen=True)
class Column:
    """One column of an export: the code of its head's words, and how its values are written."""

    words: str
    kind: Kind = "text"


def read_choice(request: HttpRequest, name: str, allowed: Collection[str]) -> str | None:
    """Return what the address says of `name`, None where nothing. :raises InvalidInput: none of `allowed`."""
    value = request.GET.get(name, "").strip()
    if not value:
        return None
    if value not in allowed:
        raise InvalidInput("filter.unknown", name=name, value=value[:TEXT_LONGEST])
    return value


def read_code(request: HttpRequest, name: str) -> str | None:
    """Return a short code (slot, need, organisation, place). :raises InvalidInput: it cannot be one."""
    value = request.GET.get(name, "").strip()
    if not value:
        return None
    if not _CODE.fullmatch(value.lower()):
        raise InvalidInput("filter.unknown", name=name, value=value[:TEXT_LONGEST])
    return value


def read_month(request: HttpRequest, name: str) -> date | None:
    """Return the first day of a month written 2026-03. :raises InvalidInput: it is no month, or none of our time."""
    value = fold_digits(request.GET.get(name, "")).strip()
    month = parse_month(value) if value else None
    if month is not None and not FIRST_YEAR <= month.year <= LAST_YEAR:
        raise InvalidInput("month.unreadable", text=value)
    return month


def read_text(request: HttpRequest, name: str, longest: int = TEXT_LONGEST) -> str:
    """Return words as typed, trimmed. :raises InvalidInput: longer than anybody would type."""
    value = request.GET.get(name, "").strip()
    if len(value) > longest:
        raise InvalidInput("filter.too_long", name=name, longest=longest)
    return value.replace("\x00", "")


def write_cursor(values: Sequence[object]) -> str:
    """Return where a page ended, as it stands in the address of the next: dates as text, None as null."""
    said = [value.isoformat() if isinstance(value, date) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(said, ensure_ascii=False).encode()).decode().rstrip("=")


def read_cursor(request: HttpRequest, length: int, name: str = "after") -> list[object] | None:
    """Return the values of a cursor. :raises InvalidInput: it is none, or not of this table."""
    text = request.GET.get(name, "")
    if not text:
        return None
    try:
        if len(text) > CURSOR_LONGEST:
            raise ValueError
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error) as error:
        raise InvalidInput("filter.unknown", name=name, value=text[:40]) from error
    if not isinstance(values, list) or len(values) != length or not all(map(_may_stand, values)):
        raise InvalidInput("filter.unknown", name=name, value=text[:40])
    return list(values)


def _may_stand(value: object) -> bool:
    """Tell whether a value is one that `write_cursor` writes and the database can read."""
    if isinstance(value, str):
        return _UNPRINTED.search(value) is None
    return value is None or (type(value) is int and abs(value) <= LARGEST)


def wants_export(request: HttpRequest) -> bool:
    """Tell whether the address asks for the table as a workbook."""
    return read_choice(request, "format", ("xlsx",)) is not None


def attachment(response: HttpResponse, file_name: str) -> HttpResponse:
    """Let the browser save the answer under `file_name`, in whatever letters it is written."""
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file_name)}"
    return response


def xlsx_response(name: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """
    Return rows as a workbook named `name` with today's date; reads right to left in Arabic.

    Money is piastres and is written as pounds. Text is written as text, whatever it begins with.
    """
    with tempfile.TemporaryFile() as file:
        _write_workbook(file, columns, rows)
        file.seek(0)
        response = HttpResponse(file.read(), content_type=XLSX)
    return attachment(response, f"{name}-{timezone.localdate():%Y-%m-%d}.xlsx")


def _write_workbook(file: object, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
    import xlsxwriter

    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "remove_timezone": True,
    }  # fmt: skip
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet()
    if get_language() != "en":
        sheet.right_to_left()
    bold = book.add_format({"bold": True})
    formats = {
        "number": book.add_format({"num_format": "#,##0"}), "money": book.add_format({"num_format": "#,##0.00"}),
        "month": book.add_format({"num_format": "yyyy-mm"}), "day": book.add_format({"num_format": "yyyy-mm-dd"}),
    }  # fmt: skip
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 18)
        sheet.write_string(0, place, say(column.words), bold)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            if value is None:
                continue
            if isinstance(value, datetime):
                value = timezone.localtime(value).date()
            if isinstance(value, date):
                # A workbook knows no date before 1900, nor does "once in a life" mean one.
                if value.year > 1900:
                    days = (value - FIRST_DAY).days
                    sheet.write_number(number, place, days, formats.get(column.kind, formats["day"]))
            elif column.kind == "money" and isinstance(value, int):
                sheet.write_number(number, place, value / 100, formats["money"])
            elif isinstance(value, int | float) and not isinstance(value, bool):
                sheet.write_number(number, place, value, formats.get(column.kind))
            else:
                sheet.write_string(number, place, str(value))
    book.close()
