import pickle
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasl.kernel.codes import is_code, make_code, number_of
from wasl.kernel.errors import ERROR_KINDS, InvalidInput, NotFound
from wasl.kernel.money import find_egp, format_egp, parse_egp, to_pounds
from wasl.kernel.months import add_months, format_month, month_of, month_range, months_between, parse_month
from wasl.kernel.naming import name_in

NUMBERS = st.integers(min_value=1, max_value=10**12)


def test_errors_carry_code_parameters_and_kind() -> None:
    error = NotFound("list.unknown", code="123")
    assert (error.code, error.params, error.http, error.exit_code) == (
        "list.unknown",
        {"code": "123"},
        404,
        3,
    )
    assert pickle.loads(pickle.dumps(error)).params == {"code": "123"}
    assert [kind.exit_code for kind in ERROR_KINDS] == [2, 3, 4, 5, 6, 75, 70]


@given(NUMBERS)
def test_code_gives_its_number_back(number: int) -> None:
    assert number_of(make_code(number)) == number
    assert int(make_code(number)) == number * 100 + 98 - (number * 100 % 97)


@given(NUMBERS, st.data())
def test_code_with_one_wrong_digit_is_noticed(number: int, data: st.DataObject) -> None:
    code = make_code(number)
    place = data.draw(st.integers(0, len(code) - 1))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda one: one != code[place]))
    assert not is_code(code[:place] + digit + code[place + 1 :])


def test_code_read_aloud_forms_are_codes() -> None:
    code = make_code(123456)
    assert is_code(f" {code[:4]}-{code[4:]} ")
    assert is_code(code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))
    assert not is_code("") and not is_code("abc") and not is_code("1")
    with pytest.raises(InvalidInput):
        number_of("12345")
    with pytest.raises(InvalidInput):
        make_code(0)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1)), st.integers(-500, 500))
def test_add_months_and_months_between_agree(day: date, count: int) -> None:
    month = month_of(day)
    assert months_between(month, add_months(month, count)) == count


def test_months_read_and_written() -> None:
    assert parse_month("2025-03") == date(2025, 3, 1)
    assert format_month(date(2025, 3, 1)) == "2025-03"
    assert month_range(date(2025, 11, 1), 3) == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]
    for text in ("2025-13", "03-2025", "", "2025", "0000-01", "9999-12"):
        with pytest.raises(InvalidInput):
            parse_month(text)


@pytest.mark.parametrize(
    ("written", "piastres"),
    [
        ("400", 40_000),
        ("١٥٠٠", 150_000),
        ("1,500", 150_000),
        ("1,500.50 جنيه", 150_050),
        ("٤٠٠٫٥ ج.م", 40_050),
        ("EGP 400", 40_000),
        ("500ج", 50_000),
        ("400 LE", 40_000),
        ("1.250.000", 125_000_000),
        ("350 جنيه مصري فقط لا غير", 35_000),
        (400.0, 40_000),
        (Decimal("0.25"), 25),
        ("400.0", 40_000),
        ("-", None),
        ("كرتونة", None),
        ("29001012400123", None),
        ("", None),
        (None, None),
        (float("nan"), None),
    ],
)
def test_amounts_as_written_become_piastres(
    written: str | float | Decimal | None, piastres: int | None
) -> None:
    assert find_egp(written) == piastres


@given(st.integers(-(10**12), 10**12))
def test_money_written_is_read_back(piastres: int) -> None:
    assert parse_egp(format_egp(piastres)) == piastres
    assert parse_egp(to_pounds(piastres)) == piastres


def test_parse_egp_refuses_words() -> None:
    with pytest.raises(InvalidInput):
        parse_egp("كرتونة")


@pytest.mark.parametrize(
    ("language", "english", "name"),
    [("en", "Giza", "Giza"), ("en", "", "الجيزة"), ("ar", "Giza", "الجيزة"), (None, "Giza", "الجيزة")],
)
def test_name_in_a_language_is_arabic_where_there_is_no_other(
    language: str | None, english: str, name: str
) -> None:
    assert name_in(language, "الجيزة", english) == name
