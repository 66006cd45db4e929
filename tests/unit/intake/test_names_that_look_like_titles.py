"""People called أسماء, اعتماد, بيان: lines like any other; titles and signatures stay what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.intake.reading_files import read_file, write_csv

NAMES = [
    "محمد أحمد علي حسن",
    "اعتماد خالد خالد",
    "محمدخ الد بهاء مرسى",
    "أسماء حسن محمود",
    "أسماء السيد محمد",
    "بيان بدر علي",
    "أمين حسن علي",
    "هدية جمعة مختار",
    "جمعة عدد السيد",
    "اعتماد السيد علي",
    "ختام مدير حسن",
    "عبد الله شهري",
    "Sumaya Total Ali",
]


@pytest.mark.parametrize(
    "columns",
    [
        ["الاسم"],
        ["الاسم", "القرية"],
        ["الاسم", "التليفون", "العنوان", "ملاحظات", "المبلغ"],
        ["م", "الاسم", "النوع"],
    ],
)
def test_a_name_in_its_column_is_a_line(tmp_path: Path, columns: list[str]) -> None:
    cells = {"القرية": "بني خالد", "العنوان": "شارع مركز الشباب", "ملاحظات": None, "النوع": "كرتونة"}
    rows = [
        [
            cells.get(
                column, {"م": place, "الاسم": name, "التليفون": "01012345678", "المبلغ": 250}.get(column)
            )
            for column in columns
        ]
        for place, name in enumerate(NAMES, 1)
    ]
    read = read_file(write_csv(tmp_path / "a.csv", [columns, *rows]))
    assert read.accepted() == list(range(2, len(NAMES) + 2))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("أسماء المستفيدين", "title"),
        ("تابع كشف أسماء الأسر بقرية بني خالد", "title"),
        ("بيان بأسماء الأيتام", "title"),
        ("قرية شارونة", "title"),
        ("عزبة حسن علي", "title"),
        ("اعتماد المدير", "footer"),
        ("اعتماد مدير الجمعية", "footer"),
        ("يعتمد،،", "footer"),
        ("رئيس مجلس الإدارة", "footer"),
        ("أمين الصندوق", "footer"),
        ("الإجمالي", "total"),
    ],
)
def test_titles_totals_and_signatures_are_no_people(tmp_path: Path, words: str, reason: str) -> None:
    rows = [
        ["الاسم", "التليفون", "العنوان", "المبلغ"],
        ["محمد أحمد علي حسن", "01012345678", "بني خالد", 250],
        [words, None, None, None],
        ["أسماء حسن محمود", "01112345678", None, 250],
        ["هدى علي سيد", None, "بني خالد", 250],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.reasons() == {1: "header", 3: reason}
    assert read.accepted() == [2, 4, 5]


def test_signatures_under_a_signature_are_no_people_and_data_after_them_is(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "التليفون", "العنوان", "المبلغ"],
        ["محمد أحمد علي حسن", "01012345678", "بني خالد", 250],
        ["توقيع أمين الصندوق", None, "رئيس مجلس الإدارة", None],
        ["حسن محمد علي", None, None, None],
        ["اعتماد خالد خالد", "01212345678", None, None],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.accepted() == [2, 5]
