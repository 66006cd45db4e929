"""
National ids that belong to nobody: serials 9000–9999, which no real person has.

Only 500 serials exist for a birth date, a governorate and a sex, so they are dealt out, never drawn:
two people never share one. Twins are dealt neighbouring serials, as registrars do, so the ids of two
real people may differ in a single digit and the check digit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_SEATS = 500
_GOVERNORATES = np.array(
    [
        1,
        2,
        3,
        4,
        11,
        12,
        13,
        14,
        15,
        16,
        17,
        18,
        19,
        21,
        22,
        23,
        24,
        25,
        26,
        27,
        28,
        29,
        31,
        32,
        33,
        34,
        35,
        88,
    ]
)


def check_digit(first_thirteen: Ints) -> Ints:
    """Compute the last digit of ids from their first thirteen."""
    total = np.zeros(len(first_thirteen), dtype=np.int64)
    rest = first_thirteen.copy()
    for weight in reversed(_WEIGHTS):
        total += weight * (rest % 10)
        rest //= 10
    return (11 - total % 11) % 10


def split_dates(days: Ints) -> tuple[Ints, Ints, Ints]:
    """Give year, month and day of dates counted in days from 1970."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]").astype(np.int64)
    day = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    return months // 12 + 1970, months % 12 + 1, day


def deal_ids(birth: Ints, governorate: Ints, male: Bools, family: Ints) -> Ints:
    """
    Give every person an id of their own, or 0 where a date and governorate have run out of serials.

    `family` orders the dealing, so that twins sit side by side.
    """
    year, month, day = split_dates(birth)
    group = (birth + 40_000) * 200 + governorate * 2 + male
    order = np.lexsort((np.arange(len(birth)), family, group))
    ordered = group[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    rank = np.empty(len(birth), dtype=np.int64)
    rank[order] = np.arange(len(birth)) - np.repeat(starts, np.diff(np.r_[starts, len(birth)]))
    offset = (group * 2654435761 >> 7) % _SEATS
    serial = 9000 + 2 * ((rank + offset) % _SEATS) + male
    century = np.where(year >= 2000, 3, 2)
    head = ((century * 10**6 + year % 100 * 10**4 + month * 100 + day) * 100 + governorate) * 10**4 + serial
    return np.where(rank < _SEATS, head * 10 + check_digit(head), 0)


def passes_hard_checks(ids: Ints, today: Ints | int) -> Bools:
    """Tell which numbers are ids as far as anyone can tell: length, century, date, governorate, serial."""
    century = ids // 10**13
    year = np.where(century == 3, 2000, 1900) + ids // 10**11 % 100
    month, day = ids // 10**9 % 100, ids // 10**7 % 100
    serial = ids // 10 % 10**4
    valid_month = np.where((month >= 1) & (month <= 12), month, 1)
    first = ((year - 1970) * 12 + valid_month - 1).astype("datetime64[M]")
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    born = first.astype("datetime64[D]").astype(np.int64) + day - 1
    return (
        ((century == 2) | (century == 3))
        & (ids < 10**14)
        & (month == valid_month)
        & (day >= 1)
        & (day <= length)
        & (born <= today)
        & np.isin(ids // 10**5 % 100, _GOVERNORATES)
        & (serial > 0)
    )


def check_fits(ids: Ints) -> Bools:
    """Tell where the last digit agrees with the unofficial rule; only meaningful for 14 digits."""
    fits: Bools = check_digit(ids // 10) == ids % 10
    return fits


def birth_of(ids: Ints) -> Ints:
    """Give the birth date an id states, in days from 1970; the ids must pass the hard checks."""
    year = np.where(ids // 10**13 == 3, 2000, 1900) + ids // 10**11 % 100
    month, day = ids // 10**9 % 100, ids // 10**7 % 100
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]").astype("datetime64[D]")
    days: Ints = first.astype(np.int64) + day - 1
    return days


def male_of(ids: Ints) -> Bools:
    """Tell whose id says male: the serial's fourth digit is odd."""
    male: Bools = ids // 10 % 2 == 1
    return male
