"""Dates, months and seasons as Egyptian offices write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Literal, NamedTuple

import polars as pl

from wasl.country.egypt.absence import is_absent
from wasl.country.egypt.tables import read_table
from wasl.kernel.folding import fold, fold_digits

Order = Literal["dmy", "mdy"]
Precision = Literal["day", "month", "year"]

FIRST_YEAR, LAST_YEAR = 1900, 2100
EXCEL_EPOCH = date(1899, 12, 30)
_SERIALS = range(10_000, 73_051)
"""Excel's day numbers from 1927 to 2099; four digits are years."""

_MONTH_WORDS = (
    "يناير|كانون الثاني|january|jan|جانفي|ينير",
    "فبراير|شباط|february|feb|فبرابر|فيراير",
    "مارس|آذار|march|mar",
    "أبريل|إبريل|نيسان|april|apr|ابرايل",
    "مايو|أيار|may|ماي|مايوا",
    "يونيو|يونيه|حزيران|june|jun|يونية|يونو",
    "يوليو|يوليه|تموز|july|jul|يولية|يولو",
    "أغسطس|آب|august|aug|اغسطوس|اغسطص",
    "سبتمبر|أيلول|september|sep|sept|ستمبر",
    "أكتوبر|تشرين الأول|october|oct|اكتوبير",
    "نوفمبر|تشرين الثاني|november|nov|نوفنبر",
    "ديسمبر|كانون الأول|december|dec|ديسمبير|دسمبر",
)
MONTHS: dict[str, int] = {
    fold(word): number for number, words in enumerate(_MONTH_WORDS, 1) for word in words.split("|")
}
_ORDINALS = ("الاول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس")
_ORDINAL_MONTHS = {
    word: number
    for number, word in enumerate(
        (*_ORDINALS, "السابع", "الثامن", "التاسع", "العاشر", "الحادي عشر", "الثاني عشر"), 1
    )
}
_MONTH_PATTERN = "|".join(sorted(MONTHS, key=lambda word: (-len(word), word)))
_MONTH_WORD = re.compile(rf"(?:^|(?<= ))و?ل?({_MONTH_PATTERN})(?= |$)")
_TIME = re.compile(
    r"[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?\s*(?:[AaPp][Mm]|[صم])?(?:Z|[+-][0-9:]+)?\s*$"
)
_NUMBERS = re.compile(r"[0-9]+")
_JOINED = re.compile(r"(?<=[a-zا-ي])(?=[0-9])|(?<=[0-9])(?=[a-zا-ي])")
_YEAR_WORDS = re.compile(
    r"(^| )(من مواليد|مواليد|تاريخ الميلاد|تاريخ|ميلاد|سنه|عام|لسنه|لعام|م|ميلادي|ميلاديه"
    r"|born|year|dob|yob|الموافق|يوم"
    r"|السبت|الاحد|الاثنين|الثلاثا|الاربعا|الخميس|الجمعه|شهر|من|في|of|st|nd|rd|th)(?= |$)"
)


class ReadDate(NamedTuple):
    """A date as read: how exact it is, and whether something was written that could not be read."""

    value: date | None
    precision: Precision | None
    lost: bool


NOTHING = ReadDate(None, None, False)
LOST = ReadDate(None, None, True)


def parse_date(
    value: str | date | datetime | int | float | None, order: Order = "dmy", *, latest: date | None = None
) -> ReadDate:
    """
    Read a date in any usual form; `order` decides only where day and month could be either.

    A month or a year alone gives its first day with that precision. `latest` bounds two-digit
    years: 85 is 1985; 24 is 2024, unless that lies after `latest`. An age is no date (see
    `date_from_age`), a Hijri date is lost.
    """
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        return _in_range(value.year, value.month, value.day)
    if isinstance(value, date):
        return _in_range(value.year, value.month, value.day)
    text = _without_float_tail(fold_digits(str(value)).strip())
    if is_absent(text):
        return NOTHING
    return _parse_written(_TIME.sub("", text), order, latest)


def _without_float_tail(text: str) -> str:
    """Cut the fraction off a bare number, as spreadsheets write years, serials and months (202503.0)."""
    return text.split(".")[0] if re.fullmatch(r"[0-9]{4,8}\.[0-9]+", text) else text


@lru_cache(maxsize=200_000)
def _parse_written(text: str, order: Order, latest: date | None) -> ReadDate:
    folded = " ".join(_YEAR_WORDS.sub(" ", _JOINED.sub(" ", _fold_dashes(text))).split())
    if re.search(r"(^| )(ه|هجري|هجريه|ah)( |$)", folded):
        return LOST
    named = _MONTH_WORD.findall(folded)
    numbers = _NUMBERS.findall(folded)
    words = re.sub(r"[0-9]+", " ", _MONTH_WORD.sub(" ", folded)).split()
    if words:
        return LOST
    if named:
        return (
            _with_named_month(MONTHS[named[0]], numbers, latest)
            if len(set(map(MONTHS.get, named))) == 1
            else LOST
        )
    if len(numbers) == 1:
        return _from_one_number(numbers[0], order)
    if len(numbers) == 2:
        return _from_month_and_year(numbers, latest)
    return _from_three(numbers, order, latest) if len(numbers) == 3 else LOST


_UNKNOWN_PART = re.compile(r"(?:^|(?<=[/.\\]))\s*(?:--?|؟+|\?+|xx?)\s*(?=[/.\\])", re.IGNORECASE)


def _fold_dashes(text: str) -> str:
    """Fold, keeping an unknown day or month (--/--/1985, ؟/؟/1985) as a zero."""
    return fold(
        re.sub(r"(?:^|(?<=[/.\\]))\s*(?:--?|؟+|\?+|xx?)\s*(?=[/.\\])", "0", text, flags=re.IGNORECASE)
    )


def _full_year(digits: str, latest: date | None) -> int | None:
    if len(digits) == 4:
        return int(digits)
    if len(digits) > 2:
        return None
    year = 2000 + int(digits)
    last = latest.year if latest is not None else 2030
    return year if year <= last else year - 100


def _in_range(year: int | None, month: int, day: int) -> ReadDate:
    """Make the date, less exact where day or month are 0; lost where there is no such day."""
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        return LOST
    try:
        if month == 0:
            return ReadDate(date(year, 1, 1), "year", False)
        if day == 0:
            return ReadDate(date(year, month, 1), "month", False)
        return ReadDate(date(year, month, day), "day", False)
    except ValueError:
        return LOST


def _with_named_month(month: int, numbers: Sequence[str], latest: date | None) -> ReadDate:
    if len(numbers) == 1:
        return _in_range(_full_year(numbers[0], latest), month, 0)
    if len(numbers) != 2:
        return LOST
    day, year = numbers if len(numbers[0]) < 3 else (numbers[1], numbers[0])
    return _in_range(_full_year(year, latest), month, int(day))


def _from_one_number(digits: str, order: Order) -> ReadDate:
    """Read a bare year, an Excel serial, or eight digits in a row."""
    number = int(digits)
    if len(digits) == 4:
        return _in_range(number, 0, 0)
    if len(digits) == 5 and number in _SERIALS:
        serial = EXCEL_EPOCH + timedelta(days=number)
        return _in_range(serial.year, serial.month, serial.day)
    if len(digits) != 8:
        return LOST
    forward = _in_range(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    if not forward.lost:
        return forward
    return _from_three([digits[:2], digits[2:4], digits[4:]], order, None)


def _from_month_and_year(numbers: Sequence[str], latest: date | None) -> ReadDate:
    first, second = numbers
    if len(first) == 4 and len(second) <= 2:
        first, second = second, first
    if len(second) != 4 or len(first) > 2 or int(first) > 12:
        return LOST
    return _in_range(_full_year(second, latest), int(first), 0)


def _from_three(numbers: Sequence[str], order: Order, latest: date | None) -> ReadDate:
    first, second, third = numbers
    if len(first) == 4 or (len(first) == 2 and int(first) > 31 and len(third) <= 2):
        year, month, day = _full_year(first, latest), int(second), int(third)
        if month > 12 >= day:
            month, day = day, month
        return _in_range(year, month, day)
    if len(first) > 2 or len(second) > 2:
        return LOST
    day, month = (int(first), int(second)) if order == "dmy" else (int(second), int(first))
    if month > 12 >= day > 0:
        day, month = month, day
    return _in_range(_full_year(third, latest), month, day)


def parse_date_columns(
    column: pl.Series, order: Order = "dmy", *, latest: date | None = None
) -> pl.DataFrame:
    """Read a column of dates over its distinct values: columns `value`, `precision`, `lost`."""
    texts = column.cast(pl.String)
    distinct = texts.drop_nulls().unique().to_list()
    read = [parse_date(text, order, latest=latest) for text in distinct]
    table = pl.DataFrame(
        {
            "text": distinct,
            "value": [one.value for one in read],
            "precision": [one.precision for one in read],
            "lost": [one.lost for one in read],
        },
        schema={"text": pl.String, "value": pl.Date, "precision": pl.String, "lost": pl.Boolean},
    )
    joined = pl.DataFrame({"text": texts}).join(table, on="text", how="left", maintain_order="left")
    return joined.select("value", "precision", pl.col("lost").fill_null(False))


_AGE = re.compile(r"(?:^| )([0-9]{1,3})(?: |$)")


def date_from_age(text: str | int | float | None, on: date) -> ReadDate:
    """Read an age in a column of ages as the year of birth, counted from the date of the list."""
    if text is None or is_absent(str(text)):
        return NOTHING
    bare = re.sub(r"^\s*([0-9]+)\.[0-9]+\s*$", r"\1", fold_digits(str(text)))
    found = _AGE.search(_JOINED.sub(" ", fold(bare)))
    if found is None or int(found[1]) > 120:
        return LOST
    months = re.search(r"(^| )(شهر|شهور|اشهر|months?)( |$)", fold(bare)) is not None
    years = int(found[1]) // 12 if months else int(found[1])
    return ReadDate(date(on.year - years, 1, 1), "year", False)


def decide_day_month_order(
    values: Iterable[str | None], ids_birth_dates: Iterable[date | None]
) -> tuple[Order, int]:
    """
    Decide whether a column of dates writes the day or the month first, and on how much evidence.

    The birth dates in the ids of the same lines vote wherever the two readings differ. Where no
    id votes, dates that can be read in one way only do (03/25/1985). No evidence at all is day
    first, with evidence 0.
    """
    by_ids = {"dmy": 0, "mdy": 0}
    by_form = {"dmy": 0, "mdy": 0}
    for value, birth in zip(values, ids_birth_dates, strict=True):
        pair = _ambiguous_pair(value)
        if pair is None:
            continue
        first, second = pair
        if first > 12 or second > 12:
            by_form["dmy" if first > 12 else "mdy"] += 1
        elif birth is not None and first != second:
            by_ids["dmy"] += (birth.day, birth.month) == (first, second)
            by_ids["mdy"] += (birth.month, birth.day) == (first, second)
    votes = by_ids if by_ids["dmy"] != by_ids["mdy"] else by_form
    order: Order = "mdy" if votes["mdy"] > votes["dmy"] else "dmy"
    return order, votes[order]


_SLASHED = re.compile(r"\s*([0-9]{1,2})\s*[/\\.\-]\s*([0-9]{1,2})\s*[/\\.\-]\s*([0-9]{4}|[0-9]{2})\b")


def _ambiguous_pair(value: str | None) -> tuple[int, int] | None:
    found = _SLASHED.match(fold_digits(value)) if value else None
    if found is None or int(found[1]) > 31 or int(found[2]) > 31:
        return None
    return int(found[1]), int(found[2])


@dataclass(frozen=True, slots=True)
class Season:
    """A season that a need may be given for: a Ramadan with the months it touches."""

    code: str
    name_ar: str
    name_en: str
    months: tuple[date, ...]


class FoundMonth(NamedTuple):
    """The month a text names, with the season where it named one."""

    month: date
    season: str | None


@cache
def list_seasons() -> tuple[Season, ...]:
    """List the seasons known, oldest first."""
    return tuple(
        Season(
            row["code"],
            row["name_ar"],
            row["name_en"],
            tuple(date(int(m[:4]), int(m[5:]), 1) for m in row["months"].split("|")),
        )
        for row in read_table("seasons.csv")
    )


_PLACE_NAMES = re.compile(
    r"(^| )(?:(?:6|السادس من|سته) اكتوبر|15 مايو|(?:10|العاشر من|العاشر) رمضان|شارع [0-9]+ [ا-ي]+|26 يوليو)"
    r"(?! ?(?:19|20)[0-9]{2})(?= |$)"
)
_HIJRI = re.compile(r"(?:^| )(14[0-9]{2})(?= |$)")
_YEAR = re.compile(r"(?:^| )(20[0-9]{2})(?= |$)")
_NUMERIC_MONTHS = (
    re.compile(r"(?:^| )(?P<y>20[0-9]{2}) (?P<m>0?[1-9]|1[0-2]) (?:0?[1-9]|[12][0-9]|3[01])(?= |$)"),
    re.compile(r"(?:^| )(?:0?[1-9]|[12][0-9]|3[01]) (?P<m>0?[1-9]|1[0-2]) (?P<y>20[0-9]{2})(?= |$)"),
    re.compile(r"(?:^| )شهر (?P<m>0?[1-9]|1[0-2])(?: (?:ل?سنه|ل?عام))? (?P<y>20[0-9]{2})(?= |$)"),
    re.compile(r"(?:^| )(?P<y>20[0-9]{2}) (?P<m>0?[1-9]|1[0-2])(?= |$)"),
    re.compile(r"(?:^| )(?P<m>0?[1-9]|1[0-2]) (?:ل?سنه |ل?عام )?(?P<y>20[0-9]{2})(?= |$)"),
    re.compile(r"(?:^| )(?P<y>20[0-9]{2})(?P<m>0[1-9]|1[0-2])(?:[0-3][0-9])?(?= |$)"),
    re.compile(r"(?:^| )(?P<m>0[1-9]|1[0-2])(?P<y>20[0-9]{2})(?= |$)"),
)
_SHORT_YEAR = re.compile(r"^(?:(?:0?[1-9]|[12][0-9]|3[01]) )?(0?[1-9]|1[0-2]) (2[0-9])$")
_MONTH_NUMBER = re.compile(r"(?:^| )ل?شهر (0?[1-9]|1[0-2])(?= |$)")


def find_month(
    text: str | date | datetime | int | float | None, default_year: int | None = None
) -> date | None:
    """Find the one month that a cell, a title or a file name speaks of; see `find_month_or_season`."""
    found = find_month_or_season(text, default_year)
    return None if found is None else found.month


def find_month_or_season(
    value: str | date | datetime | int | float | None, default_year: int | None = None
) -> FoundMonth | None:
    """
    Find the one month, or the Ramadan with its first month, that a text speaks of.

    A month without a year takes `default_year`, and is nothing without one. A text that names
    two months is nothing rather than a guess. Places named after dates (6 أكتوبر, 15 مايو,
    العاشر من رمضان) are not taken for months.
    """
    if value is None:
        return None
    if isinstance(value, date):
        return FoundMonth(date(value.year, value.month, 1), None)
    return _find_in_text(_without_float_tail(fold_digits(str(value)).strip()), default_year)


@lru_cache(maxsize=65_536)
def _find_in_text(text: str, default_year: int | None) -> FoundMonth | None:
    folded = " ".join(_JOINED.sub(" ", fold(_TIME.sub("", text))).split())
    serial = re.fullmatch(r"[0-9]{5}", folded)
    if serial is not None:
        day = parse_date(folded).value
        return None if day is None else FoundMonth(date(day.year, day.month, 1), None)
    folded = _PLACE_NAMES.sub(" ", folded)
    month = _named_month(folded, default_year) or _numeric_month(folded, default_year)
    season = _season(folded, default_year) if month is None else None
    if season is not None:
        return FoundMonth(season.months[0], season.code)
    return None if month is None else FoundMonth(month, None)


def _named_month(folded: str, default_year: int | None) -> date | None:
    numbers = {MONTHS[word] for word in _MONTH_WORD.findall(folded)}
    ordinal = re.search(rf"(?:^| )(?:ال)?شهر ({'|'.join(_ORDINAL_MONTHS)})(?= |$)", folded)
    if not numbers and ordinal is not None:
        numbers = {_ORDINAL_MONTHS[ordinal[1]]}
    if len(numbers) != 1:
        return None
    years = set(_YEAR.findall(folded))
    short = re.search(rf"(?:{_MONTH_PATTERN}) ([1-4][0-9])(?= |$)", folded)
    if not years and short is not None:
        years = {f"20{short[1]}"}
    if len(years) > 1:
        return None
    year = int(years.pop()) if years else default_year
    return None if year is None else date(year, numbers.pop(), 1)


def _numeric_month(folded: str, default_year: int | None) -> date | None:
    if _MONTH_WORD.search(folded):
        return None
    for pattern in _NUMERIC_MONTHS:
        found = {(int(m["y"]), int(m["m"])) for m in pattern.finditer(folded)}
        if found:
            year, month = found.pop()
            return date(year, month, 1) if not found else None
    short = _SHORT_YEAR.match(folded)
    if short is not None:
        return date(2000 + int(short[2]), int(short[1]), 1)
    named = _MONTH_NUMBER.search(folded)
    if named is not None and default_year is not None:
        return date(default_year, int(named[1]), 1)
    return None


def _season(folded: str, default_year: int | None) -> Season | None:
    if not re.search(r"(^| )(و?ل?رمضان|رمضانيه|ramadan)( |$)", folded):
        return None
    hijri = _HIJRI.search(folded)
    if hijri is not None:
        return next((one for one in list_seasons() if one.code == f"ramadan_{hijri[1]}"), None)
    western = _YEAR.search(folded)
    year = int(western[1]) if western is not None else default_year
    return next((one for one in list_seasons() if one.months[0].year == year), None)
