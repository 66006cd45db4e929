from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wasl.country.egypt.national_id import (
    FEW,
    ID_STATES,
    NationalId,
    check_digit,
    check_digit_fits,
    check_national_id,
    national_id_columns,
    national_ids,
    repair_written,
)

TODAY = date(2025, 6, 1)
GOOD = "29001012400123"


def make_id(birth: date, place: int, serial: int) -> str:
    century = 2 if birth.year < 2000 else 3
    head = f"{century}{birth:%y%m%d}{place:02d}{serial:04d}"
    return head + str(check_digit(head))


IDS = st.builds(
    make_id,
    st.dates(date(1920, 1, 1), TODAY),
    st.sampled_from([1, 2, 11, 24, 35, 88]),
    st.integers(1, 9999),
)
TAMPERED = st.text("0123456789٠١٢٣۴E+. -'/,أ*\u200f\u00a0\n", max_size=20)
NEAR = IDS.flatmap(
    lambda one: st.builds(
        lambda place, digit: one[:place] + digit + one[place + 1 :],
        st.integers(0, 13),
        st.sampled_from("0123456789٣ "),
    )
)
DECORATED = IDS.flatmap(
    lambda one: st.sampled_from(
        [
            f"'{one}",
            f"{one}.0",
            f'="{one}"',
            f" {one[0]} {one[1:7]} {one[7:9]} {one[9:]} ",
            f"{one[0]}.{one[1:]}E+13",
            f"{one[0]}.{one[1:6]}E+13",
            one.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
            f"{one[:7]}-{one[7:]}",
            f"\u200f{one}\u200e",
            f"ر.ق {one}",
            one[:13],
            one + "4",
        ]
    )
)


@pytest.mark.parametrize(
    "written",
    [
        GOOD,
        f"'{GOOD}",
        " 2 900101 24 00123 ",
        "٢٩٠٠١٠١٢٤٠٠١٢٣",
        "۲۹۰۰۱۰۱۲۴۰۰۱۲۳",
        f"{GOOD}.0",
        f"{GOOD}.00",
        "2-900101-24-00123",
        f'="{GOOD}"',
        "29,001,012,400,123",
        "2.9001012400123E+13",
        "2.9001012400122998E+13",
        f"\u200f{GOOD}\u200e",
        f"الرقم القومى : {GOOD}",
        f"*{GOOD}*",
    ],
)
def test_id_in_every_written_form_is_read(written: str) -> None:
    assert check_national_id(written, TODAY) == NationalId(GOOD, date(1990, 1, 1), 2, "EG24", True)


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("", "empty"),
        (None, "empty"),
        ("-", "empty"),
        ("لا يوجد", "empty"),
        ("0", "empty"),
        ("00000000000000", "empty"),
        ("2.90010124E+13", "lost_scientific"),
        ("2.85E+13", "lost_scientific"),
        ("٢.٨٥E+13", "lost_scientific"),
        ("2900101240012", "wrong_length"),
        ("290010124001234", "wrong_length"),
        ("2900101240012X", "not_digits"),
        ("29001012400123/28501012400123", "not_digits"),
        ("49001012400123", "bad_century"),
        ("29013012400123", "bad_date"),
        ("30002302400123", "bad_date"),
        ("39001012400123", "bad_date"),
        ("29001019900123", "bad_governorate"),
        ("29001012400003", "bad_serial"),
    ],
)
def test_id_that_fails_says_why(written: str | None, state: str) -> None:
    assert check_national_id(written, TODAY) == state


def test_lost_scientific_is_given_back_as_written() -> None:
    assert repair_written("2.85e+13") == "2.85E+13"


def test_leap_days_are_judged_by_their_century() -> None:
    assert isinstance(check_national_id("30002292400123", TODAY), NationalId)
    assert check_national_id("20002292400123", TODAY) == "bad_date"


@given(IDS)
def test_check_digit_fits_what_it_was_made_for(one: str) -> None:
    assert check_digit_fits(one)
    wrong = one[:13] + str((int(one[13]) + 1) % 10)
    assert not check_digit_fits(wrong)


@settings(max_examples=25, deadline=None)
@given(st.lists(IDS | TAMPERED | NEAR | DECORATED | st.none(), max_size=60))
def test_id_columns_equal_one_by_one(texts: list[str | None]) -> None:
    many = texts + [None] * (FEW + 1)  # long enough to be read as a column
    for frame in (national_ids(pl.Series("id", some, dtype=pl.String), TODAY) for some in (texts, many)):
        _assert_equal(texts, frame.head(len(texts)))


def _assert_equal(texts: list[str | None], frame: pl.DataFrame) -> None:
    for text, row in zip(texts, frame.iter_rows(named=True), strict=True):
        one = check_national_id(text, TODAY)
        if isinstance(one, NationalId):
            assert row == {
                "nid": one.text,
                "state": "ok",
                "check_fits": one.check_fits,
                "birth_date": one.birth_date,
                "sex": one.sex,
                "governorate": one.governorate,
            }
        else:
            assert row["state"] == one
            assert row["nid"] is None and row["birth_date"] is None and row["check_fits"] is None


def test_id_struct_expression_has_the_same_fields() -> None:
    frame = pl.DataFrame({"id": [GOOD, None]}).select(read=national_id_columns(pl.col("id"), TODAY))
    assert frame["read"].struct.field("state").to_list() == ["ok", "empty"]
    assert set(frame["read"].struct.field("state")) <= set(ID_STATES)
