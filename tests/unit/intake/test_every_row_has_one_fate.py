"""L3: whatever a file holds, each of its rows ends in exactly one fate, or the file is refused whole."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.intake.reading_files import MAN, SON, WOMAN, read_file, write_csv, write_xlsx
from wasl.intake.reading import LINES_SCHEMA, MENTIONS_SCHEMA
from wasl.kernel.errors import InvalidInput

HEADERS = st.sampled_from(
    [
        "م",
        "الاسم",
        "الرقم القومي",
        "اسم الزوجة",
        "رقم قومي الزوجة",
        "اسم الابن 1",
        "اسم الابن 2",
        "التليفون",
        "النوع",
        "الشهر",
        "نوع المساعدة",
        "القيمة",
        "العدد",
        "رقم الأسرة",
        "صلة القرابة",
        "تاريخ الميلاد",
        "السن",
        "القرية",
        "المركز",
        "المحافظة",
        "تاريخ الصرف",
        "جهة الصرف",
        "ملاحظات",
        "اسم الباحث",
        "الحالة الاجتماعية",
        "الحالة",
        "",
        "؟",
        "Name",
        "ID",
        "رقم",
    ]
)
CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "",
            "",
            MAN,
            WOMAN,
            SON,
            "2.85E+13",
            "12345",
            "محمد أحمد علي حسن",
            "فاطمة حسن علي",
            "متوفى",
            "-",
            "لا يوجد",
            "الإجمالي",
            "قرية بني خالد",
            "كرتونة",
            "2 بطانية",
            "مارس 2025",
            "1/3/1985",
            "١/٣/١٩٨٥",
            "14/3/2025",
            "٢٥٠",
            "رب الأسرة",
            "زوجة",
            "01012345678",
            "توقيع",
            "كشف",
            "=1+1",
            "أرملة/ محمد علي",
            "مغاغة",
            "المنيا",
            "ذكر",
            "0",
            "1",
            "2",
            "3",
        ]
    ),
    st.text(max_size=12),
    st.integers(-5, 10**15).map(str),
)
TABLES = st.tuples(
    st.lists(HEADERS, min_size=1, max_size=9), st.lists(st.lists(CELLS, max_size=9), max_size=14)
)


def _check(path: Path) -> None:
    try:
        read = read_file(path)
    except InvalidInput:
        return
    if read.recognition.skipped or not read.lines.height:
        return
    rows = read.lines["row"].to_list()
    assert sorted(rows) == list(range(1, len(rows) + 1))
    assert set(read.lines["fate"].unique()) <= {"accepted", "rejected", "not_data"}
    assert read.lines.schema == pl.Schema(LINES_SCHEMA)
    assert read.mentions.schema == pl.Schema(MENTIONS_SCHEMA)
    assert read.lines.filter((pl.col("fate") == "accepted") != pl.col("entry").is_not_null()).is_empty()
    assert read.lines.filter((pl.col("fate") != "accepted") & pl.col("reason").is_null()).is_empty()
    assert set(read.mentions["row"]) == set(read.accepted())
    assert read.mentions.select("row", "role").is_unique().all()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(TABLES)
def test_any_table(table: tuple[list[str], list[list[str]]]) -> None:
    header, rows = table
    with tempfile.TemporaryDirectory() as folder:
        _check(write_csv(Path(folder) / "a.csv", [header, *rows]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TABLES)
def test_any_workbook(table: tuple[list[str], list[list[str]]]) -> None:
    header, rows = table
    with tempfile.TemporaryDirectory() as folder:
        _check(write_xlsx(Path(folder) / "a.xlsx", [["كشف"], header, *rows]))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(content)
        _check(path)
