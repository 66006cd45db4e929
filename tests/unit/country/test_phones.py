import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wasl.country.egypt.phones import FEW, format_phone, parse_phone, phone_columns


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1012345678", 1012345678),
        ("01012345678", 1012345678),
        ("+201012345678", 1012345678),
        ("00201112345678", 1112345678),
        ("+2 01212345678", 1212345678),
        ("+2001512345678", 1512345678),
        ("٠١٠١٢٣٤٥٦٧٨", 1012345678),
        ("010-1234-5678", 1012345678),
        ("(010) 1234 5678", 1012345678),
        ("01012345678 / 01112345678", 1012345678),
        ("01012345678 01112345678", 1012345678),
        ("01012345678-01112345678", 1012345678),
        ("0101234567 / 01112345678", 1112345678),
        ("1012345678.0", 1012345678),
        ("ت: 01012345678 (الأم)", 1012345678),
        ("\u202a01012345678\u202c", 1012345678),
        ("0862345678", None),
        ("01312345678", None),
        ("101234567.0", None),
        ("1.01E+09", None),
        ("29001012400123", None),
        ("01000000000", None),
        ("01111111111", None),
        ("لا يوجد", None),
        ("", None),
        (None, None),
    ],
)
def test_phone_as_written_is_read(written: str | None, number: int | None) -> None:
    assert parse_phone(written) == number


def test_phone_is_written_as_dialled() -> None:
    assert format_phone(1012345678) == "01012345678"


WRITTEN = st.text("01250134567٠١٢٥+-/ ().\u200fو", max_size=26)
NUMBERS = st.from_regex(r"(\+20|0020|\+2 0|0)?1[0125][0-9]{8}(\.0| / 01112345678)?", fullmatch=True)


@settings(max_examples=25, deadline=None)
@given(st.lists(WRITTEN | NUMBERS | st.none(), max_size=60))
def test_phone_column_equals_one_by_one(texts: list[str | None]) -> None:
    for some in (texts, texts + [None] * (FEW + 1)):  # the longer is read as a column
        frame = pl.DataFrame({"phone": some}, schema={"phone": pl.String})
        read = frame.select(phone_columns(pl.col("phone"))).to_series().to_list()
        assert read == [parse_phone(text) for text in some]
