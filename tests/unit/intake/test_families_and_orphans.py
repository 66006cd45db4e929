"""Fathers who are heads, orphans whose dates are their own, sponsors who take no claim away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.unit.intake.reading_files import (
    DAUGHTER,
    MAN,
    OTHER_MAN,
    SON,
    TODAY,
    WOMAN,
    read_file,
    write_csv,
    write_xlsx,
)
from wasl.intake.reading import LoadOptions, open_workbook, recognise, set_catalogue


def _relations(tmp_path: Path, header: list[str], words: list[tuple[int, str]]) -> list[str | None]:
    names = ["محمد أحمد علي حسن", "فاطمة حسن علي سيد", "علي محمد أحمد علي", "زينب سيد حسن علي"]
    rows = [[number, names[place % 4], word] for place, (number, word) in enumerate(words)]
    read = read_file(write_csv(tmp_path / "a.csv", [header, *rows]))
    return read.mentions["relation"].to_list()


def test_father_of_a_family_number_is_its_head_and_the_mother_his_spouse(tmp_path: Path) -> None:
    words = [(1, "الأب"), (1, "الأم"), (1, "ابن"), (2, "الأم"), (2, "ابن"), (3, "أرملة"), (3, "بنت")]
    assert _relations(tmp_path, ["رقم الأسرة", "الاسم", "صلة القرابة"], words) == [
        *("head", "spouse", "child"),
        *("head", "child"),
        *("head", "child"),
    ]


def test_parents_of_a_head_stay_parents(tmp_path: Path) -> None:
    words = [(1, "رب الأسرة"), (1, "الأم"), (1, "ابن"), (2, "الزوج"), (2, "الزوجة"), (2, "والدة")]
    assert _relations(tmp_path, ["رقم الأسرة", "الاسم", "صلة القرابة"], words) == [
        *("head", "parent", "child"),
        *("head", "spouse", "parent"),
    ]


def test_fathers_begin_families_without_a_number(tmp_path: Path) -> None:
    words = [(1, "الأب"), (2, "الأم"), (3, "ابن"), (4, "الأب"), (5, "ابن")]
    relations = _relations(tmp_path, ["م", "الاسم", "صلة القرابة"], words)
    assert relations == ["head", "spouse", "child", "head", "child"]


def test_dates_and_ids_of_a_list_of_orphans_are_the_orphans_own(tmp_path: Path) -> None:
    rows = [
        ["بيان بأسماء الأيتام المكفولين عن شهر مارس 2025"],
        ["م", "اسم اليتيم", "تاريخ الميلاد", "النوع", "اسم الأم", "الرقم القومي للأم", "الكافل", "المبلغ"],
        [1, "علي محمد أحمد علي", "5/1/2010", "ذكر", "فاطمة حسن علي سيد", WOMAN, "فاعل خير", 300],
        [2, "سارة محمود سيد علي", "20/7/2012", "أنثى", "هناء علي حسن سيد", None, "الحاج حسن", 300],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    fields = [column.field for column in read.recognition.columns]
    assert fields == [
        *("serial", "child1.name", "child1.birth", "child1.sex", "self.name", "self.nid", None, "value")
    ]
    assert read.mention(3, "child1")["birth_date"] == date(2010, 1, 5)
    assert read.mention(3, "registrant")["birth_date"] != date(2010, 1, 5)
    assert read.line(3)["paid_by"] is None
    assert (read.recognition.kind, read.recognition.proposals.need) == ("given", "orphan_sponsorship")
    assert read.recognition.proposals.month == date(2025, 3, 1)


def test_an_unlabelled_id_in_a_list_of_orphans_is_whose_age_it_tells(tmp_path: Path) -> None:
    header = ["اسم اليتيم", "اسم الأم", "الرقم القومي"]
    names = [["علي محمد أحمد علي", "فاطمة حسن علي سيد"], ["سارة محمود سيد علي", "هناء علي حسن سيد"]]
    children = [[*names[0], SON], [*names[1], DAUGHTER]]
    mothers = [[*names[0], WOMAN], [*names[1], "28004232490684"]]
    assert read_file(write_csv(tmp_path / "a.csv", [header, *children])).field("C") == "child1.nid"
    assert read_file(write_csv(tmp_path / "b.csv", [header, *mothers])).field("C") == "self.nid"


@pytest.mark.parametrize(
    ("title", "need"),
    [
        ("كشف صرف كفالات الأيتام مارس 2025", "orphan_sponsorship"),
        ("كشف الأيتام عن شهر مارس 2025", "orphan_sponsorship"),
        ("أيتام مكفولين مارس 2025", "orphan_sponsorship"),
        ("توزيع شنط رمضان على الأيتام مارس 2025", "ramadan_box"),
        ("جمعية رعاية الأيتام", None),
        ("حصر الأيتام بالقرية", None),
    ],
)
def test_titles_of_lists_of_orphans(tmp_path: Path, title: str, need: str | None) -> None:
    rows = [[title], ["م", "الاسم", "الرقم القومي"], [1, "علي محمد أحمد علي", SON]]
    assert read_file(write_csv(tmp_path / "a.csv", rows)).recognition.proposals.need == need


def test_a_private_sponsor_pays_through_the_owner_of_the_list(tmp_path: Path) -> None:
    payers = ["فاعل خير", "متبرع", "محمد أحمد علي حسن", "الحاج حسن", "أهل الخير", "بنك الطعام", "جمعية رسالة"]
    rows = [["الاسم", "الرقم القومي", "جهة الصرف"]]
    rows += [["محمد أحمد علي حسن", MAN, payer] for payer in payers]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.lines["paid_by"].drop_nulls().to_list() == ["بنك الطعام", "جمعية رسالة"]


@pytest.mark.parametrize(
    ("births", "said"),
    [
        (["1985-03-01", "1978-11-10"], False),
        ([date(1985, 3, 1), date(1978, 11, 10)], False),
        (["3/3/1985", "25/3/1978"], False),
        (["1/3/1985", "10/11/1978"], True),
    ],
)
def test_order_of_days_is_said_to_be_assumed_only_where_it_matters(
    tmp_path: Path, births: list[str | date], said: bool
) -> None:
    names = ["محمد أحمد علي حسن", "فاطمة حسن علي سيد"]
    rows = [["الاسم", "تاريخ الميلاد"], *[[name, birth] for name, birth in zip(names, births, strict=True)]]
    read = read_file(write_xlsx(tmp_path / "a.xlsx", rows))
    assert ("date_order_assumed" in read.said()) is said


@dataclass(frozen=True)
class _Need:
    code: str = "wheelchair"
    name_ar: str = "كرسي متحرك"
    name_en: str = "Wheelchair"
    slots: tuple[str, ...] = ("prosthetic",)
    unit: str = "piece"
    wordings: tuple[str, ...] = ("كرسي متحرك", "عربة معاق")


@pytest.fixture
def own_catalogue() -> Iterator[None]:
    set_catalogue([_Need()])
    yield
    set_catalogue(None)


def test_needs_of_the_alliances_own_catalogue_are_found(tmp_path: Path, own_catalogue: None) -> None:
    rows = [["كشف توزيع عربة معاق مارس 2025"], ["الاسم", "الرقم القومي"], ["محمد أحمد علي حسن", OTHER_MAN]]
    sheet = open_workbook(write_csv(tmp_path / "a.csv", rows))[0]
    assert recognise(sheet, options=LoadOptions(TODAY)).proposals.need == "wheelchair"
    set_catalogue(None)
    assert recognise(sheet, options=LoadOptions(TODAY)).proposals.need != "wheelchair"
