"""What offices write to save writing: "the same", two things in one cell, months without years, bands of headers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.unit.intake.reading_files import (
    MAN,
    OTHER_MAN,
    OTHER_WOMAN,
    SON,
    WOMAN,
    read_file,
    write_csv,
    write_xlsx,
)

NAMES = [
    "محمد أحمد علي حسن",
    "فاطمة حسن علي سيد",
    "سيد محمود عبد الله حسن",
    "هناء علي حسن سيد",
    "علي محمد أحمد علي",
]
MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)


def test_same_as_above_is_what_stands_above(tmp_path: Path) -> None:
    rows = [
        ["م", "الاسم", "الرقم القومى", "العنوان", "القرية", "نوع المساعدة", "الشهر", "القيمة"],
        [1, NAMES[0], "\u200f" + MAN, "شارع الجيش", "بني خالد", "كرتونة", "مارس 2025", 250],
        [2, NAMES[1], WOMAN + "\u00a0", "نفس العنوان", "//", "〃", '"', "//"],
        ["م", "الاسم", "الرقم القومى", "العنوان", "القرية", "نوع المساعدة", "الشهر", "القيمة"],
        [3, NAMES[2], OTHER_MAN + ".", "//", "نفس القرية", '"', "كما سبق", "〃"],
        [4, NAMES[3], OTHER_WOMAN, "ش البحر", "شارونة", "بطانية", "ابريل 2025", 300],
        [5, NAMES[4], SON, "//", "//", "//", "//", "//"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    stated = [
        (line["need"], line["month"], line["value_piastres"]) for line in map(read.line, (2, 3, 5, 6, 7))
    ]
    assert stated == [("food_box", MARCH, 25_000)] * 3 + [("blankets", APRIL, 30_000)] * 2
    villages = read.mentions["village"].to_list()
    assert villages[0] == villages[1] == villages[2] != villages[3] == villages[4]
    assert read.mentions["nid"].null_count() == 0
    assert read.losses() == []


def test_name_and_id_in_one_cell(tmp_path: Path) -> None:
    rows = [
        ["م", "الاسم / الرقم القومي"],
        [1, f"{NAMES[0]} / {MAN}"],
        [2, f"{NAMES[1]} - {WOMAN}"],
        [3, f"{OTHER_MAN} {NAMES[2]}"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.mentions["name"].to_list() == NAMES[:3]
    assert read.mentions["nid"].to_list() == [MAN, WOMAN, OTHER_MAN]


def test_three_lines_of_header(tmp_path: Path) -> None:
    rows = [
        ["كشف مستفيدين"],
        ["م", "بيانات الأسرة", None, None, None, "المساعدة", None],
        [None, "رب الأسرة", None, "الزوجة", None, "نوعها", "قيمتها"],
        [None, "الاسم", "الرقم القومي", "الاسم", "الرقم القومي", None, None],
        [1, NAMES[0], MAN, NAMES[1], WOMAN, "كرتونة", 250],
        [2, NAMES[2], OTHER_MAN, NAMES[3], OTHER_WOMAN, "بطانية", 300],
    ]
    merges = [(1, 1, 1, 4, "بيانات الأسرة"), (1, 5, 1, 6, "المساعدة"), (1, 0, 3, 0, "م")]
    merges += [(2, 1, 2, 2, "رب الأسرة"), (2, 3, 2, 4, "الزوجة")]
    read = read_file(write_xlsx(tmp_path / "a.xlsx", rows, merges=merges))
    assert [read.field(letter) for letter in "BCDEFG"] == [
        *("self.name", "self.nid", "spouse.name", "spouse.nid", "need", "value")
    ]


def test_wife_of_the_head_is_a_wife(tmp_path: Path) -> None:
    rows = [
        ["اسم رب الأسرة", "الرقم القومي", "اسم زوجة رب الأسرة", "الرقم القومي لزوجة رب الأسرة"],
        [NAMES[0], MAN, NAMES[1], WOMAN],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert [read.field(letter) for letter in "ABCD"] == ["self.name", "self.nid", "spouse.name", "spouse.nid"]


def test_a_month_without_its_year_takes_that_of_the_title(tmp_path: Path) -> None:
    rows = [
        ["كشف توزيع كراتين لسنة 2024"],
        ["الاسم رباعى", "رقم ق", "الشهر"],
        [NAMES[0], MAN, "3"],
        [NAMES[1], WOMAN, "أبريل"],
        [NAMES[2], OTHER_MAN, "شهر ٥"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.lines["month"].drop_nulls().to_list() == [date(2024, month, 1) for month in (3, 4, 5)]


def test_two_months_in_a_title_are_none_and_asked(tmp_path: Path) -> None:
    rows = [["كشف معاش شهري يناير - فبراير 2025"], ["الاسم", "الرقم القومي"], [NAMES[0], MAN]]
    recognition = read_file(write_csv(tmp_path / "a.csv", rows)).recognition
    assert recognition.proposals.month is None
    assert "title_months_differ" in {question.code for question in recognition.questions}


def test_two_tables_side_by_side_are_said(tmp_path: Path) -> None:
    rows = [
        ["م", "الاسم", "الرقم القومي", "م", "الاسم", "الرقم القومي"],
        [1, NAMES[0], MAN, 3, NAMES[1], WOMAN],
        [2, NAMES[2], OTHER_MAN, 4, NAMES[3], OTHER_WOMAN],
    ]
    recognition = read_file(write_csv(tmp_path / "a.csv", rows)).recognition
    said = {question.code: question.params for question in recognition.questions}
    assert said["tables_side_by_side"] == {"columns": ["D", "E", "F"]}


def test_superscript_digits_are_no_numbers(tmp_path: Path) -> None:
    read = read_file(write_csv(tmp_path / "a.csv", [["م", "الاسم", "الشهر"], ["²", NAMES[0], "³"]]))
    assert read.accepted() == [2]


def test_telephones_behind_all_names_are_the_registrants(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "اسم الزوجة", "الرقم القومي", "الرقم القومي", "تليفون", "تليفون"],
        [NAMES[0], NAMES[1], MAN, WOMAN, "01012345678", "01112345678"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert [read.field(letter) for letter in "CDEF"] == [
        "self.nid",
        "spouse.nid",
        "self.phone",
        "self.phone2",
    ]


def test_a_father_named_in_a_column_of_families_is_one_person_and_their_head(tmp_path: Path) -> None:
    rows = [
        ["رقم الأسرة", "اسم الأسرة", "الاسم", "صلة القرابه", "الرقم القومي"],
        [1, "أسرة محمد أحمد", NAMES[0], "الأب", MAN],
        [None, None, NAMES[1], "الأم", WOMAN],
        [None, None, NAMES[4], "ابن", SON],
        [2, NAMES[2], NAMES[3], "الأم", OTHER_WOMAN],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.mentions.select("row", "relation").rows() == [
        *((2, "head"), (3, "spouse"), (4, "child")),
        *((5, "parent"), (5, "head")),
    ]


def test_headers_of_sums_name_the_need(tmp_path: Path) -> None:
    rows = [
        ["م", "اسم الطفل اليتيم", "الرقم القومي للطفل", "اسم الوصي", "قيمة الكفالة", "شهر الكفالة"],
        [1, NAMES[4], SON, NAMES[1], "500 جنيهاً", "مارس 2025"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    line = read.line(2)
    assert read.recognition.kind == "given"
    assert (line["need"], line["month"], line["value_piastres"]) == ("orphan_sponsorship", MARCH, 50_000)


def test_the_village_of_a_title_after_a_preposition(tmp_path: Path) -> None:
    rows = [["كشف كراتين بقرية شارونة - مركز مغاغة - المنيا"], ["الاسم", "الرقم القومي"], [NAMES[0], MAN]]
    proposals = read_file(write_csv(tmp_path / "a.csv", rows)).recognition.proposals
    assert (proposals.markaz, proposals.village) == ("EG2410", "شارونه")


def test_what_the_recipient_is_to_the_beneficiary_is_not_what_he_is(tmp_path: Path) -> None:
    rows = [
        ["م", "اسم المستفيد", "اسم المستلم", "الرقم القومي", "صلة المستلم بالمستفيد"],
        [1, NAMES[0], NAMES[1], MAN, "زوجته"],
    ]
    mention = read_file(write_csv(tmp_path / "a.csv", rows)).mention(2)
    assert (mention["name"], mention["relation"], mention["sex"]) == (NAMES[0], None, None)


def test_children_in_one_cell_beside_their_births(tmp_path: Path) -> None:
    rows = [
        ["م", "اسم الأم", "الرقم القومي", "أسماء الأيتام", "تواريخ الميلاد"],
        [1, NAMES[1], WOMAN, "علي، سارة، عمر", "1/5/2010، 3/4/2012، 2014"],
        [2, NAMES[3], OTHER_WOMAN, "خالد - منى", "2013"],
        [3, NAMES[1], None, "هدى", "2016"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    births = [read.mention(2, f"child{number}")["birth_date"] for number in (1, 2, 3)]
    assert births == [date(2010, 5, 1), date(2012, 4, 3), date(2014, 1, 1)]
    assert read.roles(3) == ["registrant", "child1", "child2"]
    assert read.mention(3, "child2")["birth_date"] is None
    assert read.mention(4, "child1")["birth_date"] == date(2016, 1, 1)


def test_numbered_names_without_a_header_and_carried_totals(tmp_path: Path) -> None:
    rows = [
        [f"{place}- {name}", one]
        for place, (name, one) in enumerate(zip(NAMES, [MAN, WOMAN], strict=False), 1)
    ]
    assert read_file(write_csv(tmp_path / "a.csv", rows)).mentions["name"].to_list() == NAMES[:2]
    rows = [["الاسم", "القرية", "التليفون"], [NAMES[0], "بني خالد", "01012345678"], ["شارونة", None, None]]
    rows += [
        [NAMES[1], "بني خالد", "01012345678"],
        ["ما بعده", None, None],
        [NAMES[2], None, None],
        ["هدى", None, None],
    ]
    assert read_file(write_csv(tmp_path / "b.csv", rows)).accepted() == [2, 4, 6, 7]
