"""Months, stored everywhere as the date of their first day."""

from __future__ import annotations

import re
from datetime import date

from wasl.kernel.errors import InvalidInput
from wasl.kernel.folding import fold_digits

ONCE = date(1, 1, 1)
"""The month of a need given once in a life: one cell, in no real month."""

# What anybody means: month arithmetic, and the database's, end with the year 9999.
YEARS = range(1900, 2200)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{1,2})")


def month_of(day: date) -> date:
    """Give the month a day lies in."""
    return date(day.year, day.month, 1)


def parse_month(text: str) -> date:
    """
    Read the strict form `YYYY-MM` that commands and files use.

    :raises InvalidInput: it is anything else. Free wording is `country.egypt.calendar.find_month`.
    """
    match = _MONTH.fullmatch(fold_digits(text).strip())
    if match is None or not 1 <= int(match[2]) <= 12 or int(match[1]) not in YEARS:
        raise InvalidInput("month.unreadable", text=text)
    return date(int(match[1]), int(match[2]), 1)


def format_month(month: date) -> str:
    """Write a month as `YYYY-MM`."""
    return f"{month.year:04d}-{month.month:02d}"


def add_months(month: date, count: int) -> date:
    """Give the month `count` months later (earlier where negative)."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def months_between(first: date, last: date) -> int:
    """Count the months from the one to the other; 0 in the same month, negative where `last` is earlier."""
    return (last.year - first.year) * 12 + last.month - first.month


def month_range(first: date, count: int) -> list[date]:
    """List `count` months in a row, beginning with the month of `first`."""
    return [add_months(first, step) for step in range(count)]
