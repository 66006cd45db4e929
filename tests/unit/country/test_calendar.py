from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasl.country.egypt.calendar import (
    LOST,
    NOTHING,
    date_from_age,
    decide_day_month_order,
    find_month,
    find_month_or_season,
    parse_date,
    parse_date_columns,
)

BIRTH = date(1985, 3, 1)


@pytest.mark.parametrize(
    "written",
    [
        "1/3/1985",
        "01-03-85",
        "1985/03/01",
        "1985-3-1",
        "١٩٨٥/٣/١",
        "۱/۳/۱۹۸۵",
        "1 مارس 1985",
        "1 من مارس 1985",
        "1 آذار 1985",
        "الجمعة 1 مارس 1985",
        "1-Mar-85",
        "Mar 1, 1985",
        "31107",
        "31107.0",
        "01.03.1985",
        "1 / 3 / 1985",
        "01/03/1985م",
        "1985-03-01 00:00:00",
        "1985-03-01T00:00:00.000Z",
        "01/03/1985 12:00:00 ص",
        "19850301",
        "01031985",
        "85/3/1",
        "تاريخ الميلاد: 1/3/1985",
        BIRTH,
        datetime(1985, 3, 1, 12, 30),  # noqa: DTZ001 - as a spreadsheet holds it
        31107,
    ],
)
def test_date_in_every_form_is_read(written: str | date | int) -> None:
    assert parse_date(written) == (BIRTH, "day", False)


@pytest.mark.parametrize(
    ("written", "value", "precision"),
    [
        ("1985", date(1985, 1, 1), "year"),
        ("1985.0", date(1985, 1, 1), "year"),
        ("مواليد 1985", date(1985, 1, 1), "year"),
        ("سنة ١٩٨٥", date(1985, 1, 1), "year"),
        ("0/0/1985", date(1985, 1, 1), "year"),
        ("--/--/1985", date(1985, 1, 1), "year"),
        ("3/1985", BIRTH, "month"),
        ("مارس 1985", BIRTH, "month"),
        ("03/25/1985", date(1985, 3, 25), "day"),
    ],
)
def test_date_less_exact_says_so(written: str, value: date, precision: str) -> None:
    assert parse_date(written) == (value, precision, False)


@pytest.mark.parametrize(
    "written", ["35 سنة", "35", "31/02/1985", "25/13/1985", "1405/3/1 هـ", "كلام", "1/1", "1/3/1785"]
)
def test_date_that_cannot_be_read_is_lost(written: str) -> None:
    assert parse_date(written) == LOST


@pytest.mark.parametrize("written", [None, "", "-", "لا يوجد", "0"])
def test_date_not_written_is_nothing_and_not_lost(written: str | None) -> None:
    assert parse_date(written) == NOTHING


def test_date_order_decides_only_what_is_open() -> None:
    assert parse_date("3/1/1985", "mdy").value == BIRTH
    assert parse_date("25/3/1985", "mdy").value == date(1985, 3, 25)
    assert parse_date("1/3/24", latest=date(2023, 1, 1)).value == date(1924, 3, 1)
    assert parse_date("1/3/24", latest=date(2025, 1, 1)).value == date(2024, 3, 1)


@given(st.lists(st.dates(date(1920, 1, 1), date(2030, 1, 1)) | st.none(), max_size=10))
def test_date_columns_equal_one_by_one(days: list[date | None]) -> None:
    texts = [None if day is None else f"{day.day}/{day.month}/{day.year}" for day in days]
    frame = parse_date_columns(pl.Series("d", texts, dtype=pl.String))
    assert frame["value"].to_list() == days
    assert not frame["lost"].any()


def test_age_gives_the_year_of_birth_by_the_date_of_the_list() -> None:
    on = date(2025, 6, 1)
    assert date_from_age("35 سنة", on) == (date(1990, 1, 1), "year", False)
    assert date_from_age("٣٥", on) == date_from_age(35.0, on) == (date(1990, 1, 1), "year", False)
    assert date_from_age("6 شهور", on) == (date(2025, 1, 1), "year", False)
    assert date_from_age("350", on) == LOST
    assert date_from_age("-", on) == NOTHING


def test_day_month_order_follows_the_ids_of_the_lines() -> None:
    births = [date(1985, 3, 1), date(1990, 2, 5), None]
    assert decide_day_month_order(["3/1/1985", "2/5/1990", "1/1/1990"], births) == ("mdy", 2)
    assert decide_day_month_order(["1/3/1985", "5/2/1990", None], births) == ("dmy", 2)


def test_day_month_order_without_ids_follows_the_form_and_else_the_day_is_first() -> None:
    assert decide_day_month_order(["3/25/1985", "1/2/1990"], [None, None]) == ("mdy", 1)
    assert decide_day_month_order(["1/2/1990"], [None]) == ("dmy", 0)
    assert decide_day_month_order([], []) == ("dmy", 0)


MARCH = date(2025, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        "مارس 2025",
        "مارس٢٠٢٥",
        "03/2025",
        "3-2025",
        "2025-03",
        "2025-03-01 00:00:00",
        "15/3/2025",
        "شهر 3 لسنة 2025",
        "عن شهر مارس 2025",
        "لشهر مارس 2025م",
        "الشهر الثالث 2025",
        "آذار 2025",
        "Mar-25",
        "March 2025",
        "45717",
        "45717.0",
        "202503",
        "202503.0",
        "كشف_مارس_2025.xlsx",
        "food_2025-03.csv",
        "كشف صرف كراتين مارس 2025 - مدينة 6 أكتوبر",
        "العاشر من رمضان - مارس 2025",
        datetime(2025, 3, 9),  # noqa: DTZ001 - as a spreadsheet holds it
    ],
)
def test_month_in_every_form_is_found(text: str | datetime) -> None:
    assert find_month(text) == MARCH


@pytest.mark.parametrize("text", ["مارس", "شهر مارس", "شهر 3", "عن شهر مارس", "رمضان"])
def test_month_without_year_takes_the_given_year_and_is_nothing_without(text: str) -> None:
    assert find_month(text) is None
    assert find_month(text, 2025) == MARCH


@pytest.mark.parametrize(
    "text", ["يناير - مارس 2025", "2025/2026", "مدينة 6 أكتوبر", "كرتونة", "", None, "01012345678"]
)
def test_month_is_not_guessed(text: str | None) -> None:
    assert find_month(text, 2025) is None


@pytest.mark.parametrize("text", ["رمضان 1446", "رمضان 2025", "شنطة رمضان ١٤٤٦هـ", "Ramadan 2025"])
def test_ramadan_is_found_with_its_season(text: str) -> None:
    assert find_month_or_season(text) == (MARCH, "ramadan_1446")
