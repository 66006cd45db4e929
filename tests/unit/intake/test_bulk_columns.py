"""Which column of a clerk's file is which, and what stands in it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from wasl.intake.bulk_columns import choose_sheet, letter_of, read_heading
from wasl.intake.bulk_files import read_frame, read_quantity
from wasl.intake.reading.sources import open_workbook
from wasl.kernel.codes import make_code
from wasl.kernel.errors import InvalidInput

CODE, OTHER = make_code(3_000_000_002), make_code(3_000_000_004)
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("كود الأسرة", "family"), ("رقم الاسرة", "family"), ("Family code", "family"), ("كود المستفيد", "family"),
        ("الكود", "code"), ("code", "code"), ("كود الفرد", "person"), ("كود الاستحقاق", "grant"), ("رقم الإيصال", "grant"),
        ("الكمية", "quantity"), ("عدد الكراتين", "quantity"), ("عدد أفراد الأسرة", ""), ("القيمة", "value"),
        ("المبلغ بالجنيه", "value"), ("ملاحظات", "note"), ("الرقم القومي", ""), ("رقم التليفون", ""), ("م", ""),
        ("الاسم", ""),
    ],
)  # fmt: skip
def test_heading_says_what_its_column_holds(text: str, meant: str) -> None:
    assert read_heading(text) == meant


def read(path: Path, text: str, *, of_grants: bool = False) -> pl.DataFrame:
    path.write_text(text, encoding="utf-8")
    sheet, columns = choose_sheet(open_workbook(path), of_grants=of_grants)
    return pl.concat([read_frame(frame, columns) for frame in sheet.frames()])


def test_header_may_stand_below_titles_and_codes_be_written_in_any_way(tmp_path: Path) -> None:
    rows = [
        "كشف توزيع مارس;;;;", ";;;;", "م;كود الأسرة;الكمية;القيمة;ملاحظات", f"1;{CODE};;;",
        f"2;{CODE.translate(EASTERN)};٢٫٥;١٬٢٠٠ ج;هام", f"3;{CODE[:4]} {CODE[4:]};;;", f"4;{CODE[:-1]}0;1;1;",
        "5;;1;;", ";;;;", f"6;{OTHER};صفر;;", f"7;{OTHER};1;مجانا;28501011234567", "الإجمالي;;3;;",
    ]  # fmt: skip
    found = read(tmp_path / "x.csv", "\n".join(rows))
    assert found["row"].to_list() == [4, 5, 6, 7, 8, 10, 11, 12]
    number = 3_000_000_002
    assert found["family_no"].to_list()[:4] == [number, number, number, None]
    assert found["quantity"].to_list()[1] == "2.5"
    assert found["value_piastres"].to_list()[1] == 120_000
    assert found["problem"].to_list() == ["", "", "", "bad_code", "", "bad_quantity", "bad_value", ""]
    assert found["note"].to_list()[6] == "…"


def test_codes_without_a_heading_are_known_by_their_check_digits(tmp_path: Path) -> None:
    found = read(tmp_path / "x.csv", f"محمد,{CODE},100\nعلي,{OTHER},100\n")
    assert found["family_no"].to_list() == [3_000_000_002, 3_000_000_004]
    grants = read(tmp_path / "y.csv", f"{CODE}\n{OTHER}\n", of_grants=True)
    assert grants["grant_no"].to_list() == [3_000_000_002, 3_000_000_004]
    assert grants["family_no"].null_count() == 2


def test_file_without_codes_is_refused_with_its_headings(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(tmp_path / "x.csv", "الاسم,التليفون\nمحمد,01001234567\n")
    assert refused.value.code == "bulk.no_codes"


def test_quantities_are_above_nothing_with_three_decimals_at_most() -> None:
    assert [read_quantity(text) for text in ("1", "٠٫٥", "1,000", "2.125")] == ["1", "0.5", "1000", "2.125"]
    assert [read_quantity(text) for text in ("0", "-1", "1.1234", "1e5", "", "9" * 12, "nan")] == [None] * 7
    assert [letter_of(place) for place in (0, 25, 26, 701)] == ["A", "Z", "AA", "ZZ"]
