"""The months of the story, counted from the first, and what people are to each other."""

from __future__ import annotations

from datetime import date

FIRST_MONTH = date(2024, 5, 1)
MONTHS = 14
EVER, NEVER = -999, 999
HEAD, SPOUSE, CHILD, PARENT, DEPENDANT = range(5)
RELATIONS = ("head", "spouse", "child", "parent", "dependant")
YEAR_DAYS = 365.25


def first_day(month: int) -> int:
    """Give the first day of a month of the story, in days from 1970."""
    index = FIRST_MONTH.year * 12 + FIRST_MONTH.month - 1 + month
    return (date(index // 12, index % 12 + 1, 1) - date(1970, 1, 1)).days
