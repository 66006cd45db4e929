"""Whole files in the shapes offices keep: what is recognised, which fate each row has, who is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import odf.opendocument
import odf.table
import odf.text
import xlwt

from tests.unit.intake.reading_files import (
    DAUGHTER,
    MAN,
    OTHER_MAN,
    OTHER_WOMAN,
    SON,
    WOMAN,
    read_file,
    write_csv,
    write_sheets,
    write_xlsx,
)

MARCH = date(2025, 3, 1)


def test_plain_row_per_person(tmp_path: Path) -> None:
    rows = [
        ["م", "الاسم", "الرقم القومي", "التليفون", "القرية", "نوع المساعدة", "الشهر", "القيمة"],
        [1, "محمد أحمد علي حسن", MAN, "01012345678", "بني خالد", "كرتونة", "مارس 2025", "250 جنيه"],
        [2, "فاطمة حسن علي سيد", WOMAN, "1112345678", "بني خالد", "2 بطانية", "3/2025", "٣٠٠"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert (read.recognition.layout, read.recognition.grouping) == ("person", "row")
    assert read.fates() == {1: "not_data", 2: "accepted", 3: "accepted"}
    first, second = read.line(2), read.line(3)
    assert (first["need"], first["month"], first["value_piastres"]) == ("food_box", MARCH, 25_000)
    assert (second["need"], second["quantity"], second["value_piastres"]) == ("blankets", 2.0, 30_000)
    assert read.mention(3)["phone"] == 1112345678
    assert read.recognition.kind == "given"


def test_total_with_a_count_under_the_ids_is_no_person(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "الرقم القومي", "القرية"],
        ["محمود عبد الرحيم سيد جاد", "28003052410111", "دير مواس"],
        ["بخيت شاكر منصور عوض", "2880414", "دير مواس"],
        ["الإجمالى", "2", None],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.fates() == {1: "not_data", 2: "accepted", 3: "accepted", 4: "not_data"}


def test_titles_empty_column_and_total_at_the_foot(tmp_path: Path) -> None:
    rows = [
        [None, "جمعية كفالة اليتيم بالمنيا"],
        [None, "كشف توزيع كراتين رمضان شهر مارس 2025 - مركز مغاغة - محافظة المنيا"],
        [],
        [None, "م", "اسم المستفيد", "الرقم القومى", "المبلغ"],
        [None, 1, "محمد أحمد علي حسن", int(MAN), 250],
        [None, 2, "سيد علي محمد حسن", int(OTHER_MAN), 250],
        [None, "الإجمالي", None, None, 500],
        [],
        [None, None, "توقيع أمين الصندوق", None, "رئيس مجلس الإدارة"],
        [None, None, "حسن محمد علي", None, "سيد محمود حسن"],
    ]
    read = read_file(write_xlsx(tmp_path / "a.xlsx", rows))
    assert read.accepted() == [5, 6]
    assert read.reasons()[4] == "header"
    assert read.reasons()[7] == "total"
    assert read.reasons()[10] == "footer"
    assert read.line(5)["need"] == "ramadan_box"
    assert read.line(5)["month"] == MARCH
    assert read.mention(5)["markaz"] == "EG2410"


def test_row_per_family_with_spouse_and_children(tmp_path: Path) -> None:
    rows = [
        [
            "م",
            "اسم رب الأسرة",
            "الرقم القومي",
            "اسم الزوجة",
            "الرقم القومي للزوجة",
            "اسم الابن الأول",
            "رقم قومي الابن الأول",
            "اسم الابن الثاني",
            "رقم قومي الابن الثاني",
            "رقم التليفون",
            "عدد أفراد الأسرة",
        ],
        [
            1,
            "محمد أحمد علي حسن",
            MAN,
            "فاطمة حسن علي",
            WOMAN,
            "علي محمد أحمد",
            SON,
            "سارة محمد أحمد",
            DAUGHTER,
            "01012345678",
            4,
        ],
        [2, "سيد علي محمد حسن", OTHER_MAN, "-", "", "لا يوجد", "", "", "", "", 1],
    ]
    read = read_file(write_xlsx(tmp_path / "a.xlsx", rows))
    assert read.recognition.layout == "family"
    assert read.roles(2) == ["registrant", "spouse", "child1", "child2"]
    assert read.mention(2, "child2")["nid"] == DAUGHTER
    assert read.mention(2, "spouse")["relation"] == "spouse"
    assert read.mention(2, "spouse")["sex"] == 2
    assert read.roles(3) == ["registrant"]
    assert read.mention(2, "registrant")["phone"] == 1012345678
    assert read.losses() == []


def test_second_unlabelled_id_belongs_to_the_person_named_before_it(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "الرقم القومي", "اسم الزوجة", "الرقم القومي", "اسم الطفل", "الرقم القومي", "تاريخ الميلاد"],
        ["محمد أحمد علي حسن", MAN, "فاطمة حسن علي", WOMAN, "علي محمد أحمد", SON, "1/5/2010"],
        ["سيد علي محمد حسن", OTHER_MAN, "هناء علي حسن", OTHER_WOMAN, "", "", ""],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert [read.field(letter) for letter in "BDF"] == ["self.nid", "spouse.nid", "child1.nid"]


def test_two_line_header_of_merged_bands(tmp_path: Path) -> None:
    rows = [
        ["كشف الأسر المسجلة"],
        ["م", "بيانات رب الأسرة", None, None, "بيانات الزوجة", None, "العنوان"],
        [None, "الاسم", "الرقم القومي", "التليفون", "الاسم", "الرقم القومي", None],
        [1, "محمد أحمد علي حسن", MAN, "01012345678", "فاطمة حسن علي", WOMAN, "بني خالد - مغاغة - المنيا"],
        [
            2,
            "سيد علي محمد حسن",
            OTHER_MAN,
            "01112345678",
            "هناء علي حسن",
            OTHER_WOMAN,
            "شارونة - مغاغة - المنيا",
        ],
    ]
    merges = [
        (1, 1, 1, 3, "بيانات رب الأسرة"),
        (1, 4, 1, 5, "بيانات الزوجة"),
        (1, 0, 2, 0, "م"),
        (1, 6, 2, 6, "العنوان"),
    ]
    read = read_file(write_xlsx(tmp_path / "a.xlsx", rows, merges=merges))
    assert read.recognition.header_rows == (2, 3)
    assert [read.field(letter) for letter in "BCDEFG"] == [
        "self.name",
        "self.nid",
        "self.phone",
        "spouse.name",
        "spouse.nid",
        "address",
    ]
    assert read.mention(4, "registrant")["markaz"] == "EG2410"
    assert read.recognition.kind == "known"


def test_two_line_header_without_merges_from_csv(tmp_path: Path) -> None:
    rows = [
        ["م", "بيانات الزوج", "", "", "بيانات الزوجة", "", "القرية"],
        ["", "الاسم", "الرقم القومي", "تاريخ الميلاد", "الاسم", "الرقم القومي", ""],
        ["1", "محمد أحمد علي حسن", MAN, "1/3/1985", "فاطمة حسن علي", WOMAN, "بني خالد"],
        ["2", "سيد علي محمد حسن", OTHER_MAN, "10/11/1978", "هناء علي حسن", OTHER_WOMAN, "شارونة"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows, encoding="cp1256", delimiter=";"))
    assert read.recognition.header_rows == (1, 2)
    assert [read.field(letter) for letter in "BCEF"] == ["self.name", "self.nid", "spouse.name", "spouse.nid"]
    assert read.roles(3) == ["registrant", "spouse"]


def test_name_in_four_columns(tmp_path: Path) -> None:
    rows = [
        ["م", "الاسم الأول", "اسم الأب", "اسم الجد", "العائلة", "الرقم القومي"],
        [1, "محمد", "أحمد", "علي", "الشافعي", MAN],
        [2, "فاطمة", "حسن", "-", "السيد", WOMAN],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.mention(2)["name"] == "محمد أحمد علي الشافعي"
    assert read.mention(3)["name"] == "فاطمة حسن السيد"


def test_name_in_four_columns_headed_by_a_bare_name(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "الأب", "الجد", "اللقب", "الرقم القومي"],
        ["محمد", "أحمد", "علي", "الشافعي", MAN],
        ["فاطمة", "حسن", "سيد", "السيد", WOMAN],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.mention(2)["name"] == "محمد أحمد علي الشافعي"


def test_one_header_merged_over_four_name_columns(tmp_path: Path) -> None:
    rows = [
        ["م", "الاسم", None, None, None, "الرقم القومي"],
        [1, "محمد", "أحمد", "علي", "الشافعي", MAN],
        [2, "فاطمة", "حسن", "سيد", "السيد", WOMAN],
    ]
    read = read_file(write_xlsx(tmp_path / "a.xlsx", rows, merges=[(0, 1, 0, 4, "الاسم")]))
    assert read.mention(2)["name"] == "محمد أحمد علي الشافعي"


def test_family_number_groups_rows(tmp_path: Path) -> None:
    rows = [
        ["رقم الأسرة", "الاسم", "صلة القرابة", "الرقم القومي", "القرية"],
        [1, "محمد أحمد علي حسن", "رب الأسرة", MAN, "بني خالد"],
        [1, "فاطمة حسن علي", "الزوجة", WOMAN, ""],
        [1, "علي محمد أحمد علي", "ابن", SON, ""],
        [2, "سيد علي محمد حسن", "رب الأسرة", OTHER_MAN, "شارونة"],
        [2, "هناء علي حسن", "الزوجة", OTHER_WOMAN, "شارونة"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.recognition.grouping == "number"
    assert read.entries() == {2: [2, 3, 4], 5: [5, 6]}
    assert [read.mention(row)["relation"] for row in (2, 3, 4)] == ["head", "spouse", "child"]
    assert read.mention(4)["village"] == read.mention(2)["village"]


def test_family_number_only_on_the_first_line(tmp_path: Path) -> None:
    rows = [
        ["م الأسرة", "الاسم", "الصلة", "الرقم القومي", "العنوان"],
        [1, "محمد أحمد علي حسن", "رب الأسرة", MAN, "قرية بني خالد"],
        ["", "فاطمة حسن علي", "زوجة", WOMAN, ""],
        ["", "علي محمد أحمد علي", "ابن", SON, ""],
        [2, "سيد علي محمد حسن", "رب الأسرة", OTHER_MAN, "قرية شارونة"],
        ["", "هناء علي حسن", "زوجة", OTHER_WOMAN, ""],
    ]
    merges = [
        (1, 0, 3, 0, "1"),
        (4, 0, 5, 0, "2"),
        (1, 4, 3, 4, "قرية بني خالد"),
        (4, 4, 5, 4, "قرية شارونة"),
    ]
    read = read_file(write_xlsx(tmp_path / "a.xlsx", rows, merges=merges))
    assert read.entries() == {2: [2, 3, 4], 5: [5, 6]}
    assert read.mention(6)["village"] == read.mention(5)["village"]


def test_scattered_family_number_is_brought_together(tmp_path: Path) -> None:
    rows = [
        ["كود الأسرة", "الاسم", "الرقم القومي"],
        ["F-917", "محمد أحمد علي حسن", MAN],
        ["F-204", "سيد علي محمد حسن", OTHER_MAN],
        ["F-917", "فاطمة حسن علي", WOMAN],
        ["F-204", "هناء علي حسن", OTHER_WOMAN],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.entries() == {2: [2, 4], 3: [3, 5]}


def test_family_number_that_begins_again_in_each_village(tmp_path: Path) -> None:
    rows = [["رقم الأسرة", "الاسم", "القرية"]]
    for village in ("بني خالد", "شارونة"):
        for number in (1, 2, 3):
            rows += [[number, f"محمد أحمد {name} حسن", village] for name in ("علي", "سيد")]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert len(read.entries()) == 6
    assert all(len(lines) == 2 for lines in read.entries().values())


def test_relation_column_begins_an_entry_at_each_head(tmp_path: Path) -> None:
    rows = [
        ["م", "الاسم", "صلة القرابة", "الرقم القومي"],
        [1, "محمد أحمد علي حسن", "رب أسرة", MAN],
        [2, "فاطمة حسن علي", "زوجة", WOMAN],
        [3, "سيد علي محمد حسن", "رب أسرة", OTHER_MAN],
        [4, "سارة سيد علي", "ابنة", DAUGHTER],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.recognition.grouping == "head"
    assert read.entries() == {2: [2, 3], 4: [4, 5]}
    assert read.mention(5)["sex"] == 2


def test_serial_on_the_first_line_of_each_family_only(tmp_path: Path) -> None:
    rows = [
        ["م", "الاسم", "الرقم القومي", "القرية", "نوع المساعدة", "الشهر", "القيمة"],
        [1, "محمد أحمد علي حسن", MAN, "بني خالد", "كرتونة", "مارس 2025", 250],
        ["", "فاطمة حسن علي", WOMAN, "", "", "", ""],
        ["", "علي محمد أحمد علي", SON, "", "", "", ""],
        [2, "سيد علي محمد حسن", OTHER_MAN, "شارونة", "كرتونة", "مارس 2025", 250],
        ["", "هناء علي حسن", OTHER_WOMAN, "", "", "", ""],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.recognition.grouping == "continuation"
    assert read.entries() == {2: [2, 3, 4], 5: [5, 6]}
    assert read.line(4)["need"] == "food_box"
    assert read.line(4)["value_piastres"] is None
    assert read.mention(2)["relation"] == "head"


def test_family_rows_with_children_on_continuation_lines(tmp_path: Path) -> None:
    rows = [
        ["م", "اسم رب الأسرة", "الرقم القومي", "اسم الزوجة", "أسماء الأبناء", "الرقم القومي للأبناء"],
        [1, "محمد أحمد علي حسن", MAN, "فاطمة حسن علي", "علي محمد أحمد", SON],
        ["", "", "", "", "سارة محمد أحمد", DAUGHTER],
        [2, "سيد علي محمد حسن", OTHER_MAN, "هناء علي حسن", "", ""],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.entries() == {2: [2, 3], 4: [4]}
    assert read.roles(3) == ["child1"]
    assert read.mention(3, "child1")["nid"] == DAUGHTER


def test_head_in_a_column_of_its_own(tmp_path: Path) -> None:
    rows = [
        ["اسم رب الأسرة", "اسم الفرد", "الرقم القومي للفرد", "صلة القرابة"],
        ["محمد أحمد علي حسن", "فاطمة حسن علي", WOMAN, "زوجة"],
        ["محمد أحمد علي حسن", "علي محمد أحمد علي", SON, "ابن"],
        ["سيد علي محمد حسن", "سيد علي محمد حسن", OTHER_MAN, "نفسه"],
        ["سيد علي محمد حسن", "هناء علي حسن", OTHER_WOMAN, "زوجة"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.entries() == {2: [2, 3], 4: [4, 5]}


def test_spouse_deceased_makes_a_widow_and_no_mention(tmp_path: Path) -> None:
    rows = [
        ["اسم السيدة", "الرقم القومي للسيدة", "اسم الزوج", "رقم قومي الزوج"],
        ["فاطمة حسن علي سيد", WOMAN, "متوفى", ""],
        ["هناء علي حسن محمد", OTHER_WOMAN, "سيد علي محمد (متوفى)", ""],
        ["سعاد محمد حسن علي", "", "مطلقة", ""],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.roles(2) == ["registrant"]
    assert read.mention(2, "registrant")["marital"] == "widowed"
    assert read.mention(3, "spouse")["deceased"] is True
    assert read.roles(4) == ["registrant"]
    assert read.mention(4, "registrant")["marital"] == "divorced"


def test_researcher_is_not_the_person(tmp_path: Path) -> None:
    rows = [
        ["اسم الباحث", "تليفون الباحث", "اسم الحالة", "الرقم القومي", "النوع", "نوع المساعدة"],
        ["هالة فتحي رزق", "01000012345", "محمد أحمد علي حسن", MAN, "ذكر", "بطانية"],
        ["هالة فتحي رزق", "01000012345", "فاطمة حسن علي سيد", WOMAN, "أنثى", "بطانية"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.mention(2)["name"] == "محمد أحمد علي حسن"
    assert read.mention(2)["phone"] is None
    assert read.mention(3)["sex"] == 2
    assert "columns_of_staff" in read.said()


def test_kind_of_aid_and_sex_are_told_apart_by_contents(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "الرقم القومي", "النوع"],
        ["محمد أحمد علي حسن", MAN, "كرتونة"],
        ["سيد علي محمد", OTHER_MAN, "بطانية"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.field("C") == "need"


def test_without_header_contents_decide(tmp_path: Path) -> None:
    rows = [
        [1, "محمد أحمد علي حسن", MAN, "01012345678"],
        [2, "فاطمة حسن علي سيد", WOMAN, "01112345678"],
        [3, "سيد علي محمد حسن", OTHER_MAN, "01212345678"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.accepted() == [1, 2, 3]
    assert [read.field(letter) for letter in "BCD"] == ["self.name", "self.nid", "self.phone"]
    assert "header_missing" in read.said()


def test_english_columns(tmp_path: Path) -> None:
    rows = [
        [
            "No.",
            "Full name",
            "National ID",
            "Date of birth",
            "Sex",
            "Phone",
            "Assistance type",
            "Date given",
            "Amount (EGP)",
            "Paid by",
        ],
        [
            1,
            "Mohamed Ahmed Ali",
            MAN,
            "03/01/1985",
            "M",
            "+20 101 234 5678",
            "food box",
            "2025-03-14",
            "1,250.50",
            "Other Charity",
        ],
        [2, "Fatma Hassan Ali", WOMAN, "06/15/1990", "F", "", "blankets", "2025-03-15", "300", ""],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    line = read.line(2)
    assert (line["need"], line["month"], line["given_on"]) == ("food_box", MARCH, date(2025, 3, 14))
    assert (line["value_piastres"], line["paid_by"]) == (125_050, "Other Charity")
    assert read.mention(2)["birth_date"] == date(1985, 3, 1)
    assert "date_order_decided" in read.said()


def test_snake_case_columns_of_an_export(tmp_path: Path) -> None:
    rows = [
        ["hh_id", "member_name", "national_id", "relation_to_head", "phone_number", "village"],
        ["A1", "محمد أحمد علي", MAN, "head", "01012345678", "شارونة"],
        ["A1", "فاطمة حسن علي", WOMAN, "spouse", "", "شارونة"],
        ["B7", "سيد علي محمد", OTHER_MAN, "head", "01112345678", "شارونة"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.entries() == {2: [2, 3], 4: [4]}


def test_orphans_with_guardian(tmp_path: Path) -> None:
    rows = [
        ["م", "اسم اليتيم", "الرقم القومي لليتيم", "اسم الوصي", "الرقم القومي للوصي", "قيمة الكفالة"],
        [1, "علي محمد أحمد علي", SON, "فاطمة حسن علي", WOMAN, 500],
        [2, "سارة سيد علي محمد", DAUGHTER, "هناء علي حسن", OTHER_WOMAN, 500],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.roles(2) == ["registrant", "child1"]
    assert read.mention(2, "registrant")["nid"] == WOMAN
    assert read.mention(2, "child1")["nid"] == SON


def test_second_wife_stands_beside_the_first(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "الرقم القومي", "اسم الزوجة الأولى", "اسم الزوجة الثانية"],
        ["محمد أحمد علي حسن", MAN, "فاطمة حسن علي", "هناء علي حسن"],
        ["سيد علي محمد حسن", OTHER_MAN, "سعاد علي حسن", ""],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.roles(2) == ["registrant", "spouse", "spouse2"]
    assert read.roles(3) == ["registrant", "spouse"]


def test_repeated_header_and_village_titles_inside_the_data(tmp_path: Path) -> None:
    header = ["م", "الاسم", "الرقم القومي", "التليفون"]
    rows = [
        ["كشف توزيع بطاطين شهر يناير 2025 - مركز مغاغة - محافظة المنيا"],
        ["قرية بني خالد"],
        header,
        [1, "محمد أحمد علي حسن", MAN, ""],
        ["الإجمالي", 1],
        ["قرية شارونة"],
        header,
        [1, "سيد علي محمد حسن", OTHER_MAN, ""],
        [2, "", "", ""],
    ]
    read = read_file(write_xlsx(tmp_path / "a.xlsx", rows))
    assert read.accepted() == [4, 8]
    assert read.reasons() == {
        1: "title",
        2: "title",
        3: "header",
        5: "total",
        6: "title",
        7: "header",
        9: "only_serial",
    }
    assert read.mention(8)["village"] == "شارونه" or "شارون" in str(read.mention(8)["village"])
    assert read.mention(4)["village"] != read.mention(8)["village"]


def test_sheet_per_village_and_a_summary(tmp_path: Path) -> None:
    people = [["الاسم", "الرقم القومي"], ["محمد أحمد علي حسن", MAN], ["سيد علي محمد", OTHER_MAN]]
    summary = [["القرية", "عدد الأسر", "المبلغ"], ["بني خالد", 2, 500], ["الإجمالي", 2, 500]]
    path = write_sheets(tmp_path / "توزيع كراتين مارس 2025.xlsx", {"بني خالد": people, "ملخص": summary})
    assert read_file(path, 0).recognition.skipped is None
    assert read_file(path, 0).line(2)["need"] == "food_box"
    assert read_file(path, 0).line(2)["month"] == MARCH
    assert read_file(path, 1).recognition.skipped == "no_name_or_id"


def test_summary_of_officials_with_totals_is_not_a_list(tmp_path: Path) -> None:
    rows = [["المركز", "عدد الأسر", "عدد الكراتين"], ["مغاغة", 120, 120], ["بني مزار", 90, 90]]
    assert read_file(write_csv(tmp_path / "a.csv", rows)).recognition.skipped == "no_name_or_id"


def test_options_yield_to_columns_and_override_titles(tmp_path: Path) -> None:
    rows = [
        ["كشف توزيع كراتين شهر مارس 2025"],
        ["الاسم", "الرقم القومي", "نوع المساعدة"],
        ["محمد أحمد علي حسن", MAN, ""],
        ["سيد علي محمد حسن", OTHER_MAN, "بطانية"],
        ["هناء علي حسن محمد", OTHER_WOMAN, "شيء غريب"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows), need="meat", month=date(2025, 5, 1))
    assert [read.line(row)["need"] for row in (3, 4, 5)] == ["meat", "blankets", None]
    assert read.line(3)["month"] == date(2025, 5, 1)
    assert (5, "نوع المساعدة", "need_unknown") in read.losses()


def test_month_without_a_year_is_the_latest(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "الشهر", "البند"],
        ["محمد أحمد علي حسن", "مارس", "كرتونة"],
        ["سيد علي محمد", "نوفمبر", "كرتونة"],
        ["علي سيد حسن", "3", "كرتونة"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert [read.line(row)["month"] for row in (2, 3, 4)] == [MARCH, date(2024, 11, 1), MARCH]


def test_unit_price_times_quantity_is_the_value(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "الرقم القومي", "الصنف", "العدد", "سعر الوحدة"],
        ["محمد أحمد علي حسن", MAN, "بطانية", 2, 150],
        ["سيد علي محمد", OTHER_MAN, "بطانية", 3, 150],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.line(2)["value_piastres"] == 30_000
    assert read.line(3)["quantity"] == 3.0


def test_lost_cells_are_counted_and_rows_stay(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "الرقم القومي", "تاريخ الميلاد", "التليفون", "القيمة"],
        ["محمد أحمد علي حسن", "2.85E+13", "31/02/1985", "12", "مائتان"],
        ["سيد علي محمد حسن", "2850301", "1985", "01012345678", "200"],
        ["", "2850301249013", "", "", ""],
        ["", "لا يوجد", "1/1/1990", "01012345679", "200"],
        ["علي حسن محمد سيد", f"'{MAN[:4]} {MAN[4:9]} {MAN[9:]}", "1/3/1985", "-", ""],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.fates() == {
        1: "not_data",
        2: "accepted",
        3: "accepted",
        4: "accepted",
        5: "rejected",
        6: "accepted",
    }
    kinds = {kind for row, _, kind in read.losses() if row == 2}
    assert kinds == {"nid_scientific", "date_unreadable", "phone_unreadable", "value_unreadable"}
    assert (3, "الرقم القومي", "nid_wrong_length") in read.losses()
    assert read.mention(4)["nid_written"] == "2850301249013"
    assert read.mention(6)["nid"] == MAN
    assert read.line(2)["id_cells"] == [1]


def test_name_and_id_in_each_others_cells(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "الرقم القومي"],
        ["محمد أحمد علي حسن", MAN],
        [OTHER_MAN, "سيد علي محمد حسن"],
        ["هناء علي حسن", OTHER_WOMAN],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert (read.mention(3)["name"], read.mention(3)["nid"]) == ("سيد علي محمد حسن", OTHER_MAN)


def test_columns_swapped_under_their_headers(tmp_path: Path) -> None:
    rows = [["الرقم القومي", "الاسم"], ["محمد أحمد علي حسن", MAN], ["سيد علي محمد حسن", OTHER_MAN]]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.mention(2)["nid"] == MAN
    assert "column_contents_differ" in read.said()


def test_two_names_for_one_person_keep_the_better(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "اسم المستفيد", "الرقم القومي"],
        ["محمد أحمد علي حسن", "محمد أحمد", MAN],
        ["سيد علي محمد حسن", "", OTHER_MAN],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.mention(3)["name"] == "سيد علي محمد حسن"
    assert "column_duplicate" in read.said()


def test_hidden_rows_are_read_and_said(tmp_path: Path) -> None:
    rows = [["الاسم", "الرقم القومي"], ["محمد أحمد علي حسن", MAN], ["سيد علي محمد", OTHER_MAN]]
    read = read_file(write_xlsx(tmp_path / "a.xlsx", rows, hidden_rows=[2]))
    assert read.accepted() == [2, 3]
    assert "rows_hidden" in read.said()


def test_excel_dates_and_numbers(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "الرقم القومي", "تاريخ الميلاد", "تاريخ الصرف", "البند"],
        ["محمد أحمد علي حسن", float(MAN), date(1985, 3, 1), 45730, "كرتونة"],
        ["سيد علي محمد", int(OTHER_MAN), 28804, date(2025, 3, 2), "كرتونة"],
    ]
    read = read_file(write_xlsx(tmp_path / "a.xlsx", rows))
    assert read.mention(2)["birth_date"] == date(1985, 3, 1)
    assert read.line(2)["given_on"] == date(2025, 3, 14)
    assert read.line(3)["month"] == MARCH
    assert read.mention(3)["nid"] == OTHER_MAN


def test_ages_give_the_year_of_birth(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "السن", "الحالة الاجتماعية"],
        ["محمد أحمد علي حسن", "40", "متزوج"],
        ["هناء علي حسن محمد", "35 سنة", "أرملة"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.mention(2)["birth_precision"] == "year"
    assert read.mention(3)["marital"] == "widowed"


def test_xls(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("كشف")
    for place, row in enumerate(
        [["الاسم", "الرقم القومي"], ["محمد أحمد علي حسن", float(MAN)], ["سيد علي محمد", OTHER_MAN]]
    ):
        for column, cell in enumerate(row):
            page.write(place + 3, column + 1, cell)
    book.save(str(tmp_path / "a.xls"))
    read = read_file(tmp_path / "a.xls")
    assert read.accepted() == [5, 6]
    assert read.mention(5)["nid"] == MAN


def test_ods_with_leading_empty_rows(tmp_path: Path) -> None:
    document = odf.opendocument.OpenDocumentSpreadsheet()
    table = odf.table.Table(name="كشف")
    table.addElement(odf.table.TableRow(numberrowsrepeated=2))
    for row in [["الاسم", "الرقم القومي"], ["محمد أحمد علي حسن", MAN], ["سيد علي محمد", OTHER_MAN]]:
        line = odf.table.TableRow()
        for cell in row:
            box = odf.table.TableCell(valuetype="string")
            box.addElement(odf.text.P(text=cell))
            line.addElement(box)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(tmp_path / "a.ods"))
    read = read_file(tmp_path / "a.ods")
    assert read.accepted() == [4, 5]


def test_planned_list(tmp_path: Path) -> None:
    rows = [
        ["كشف المرشحين لاستلام بطاطين الشتاء شهر نوفمبر 2025"],
        ["الاسم", "الرقم القومي"],
        ["محمد أحمد علي حسن", MAN],
        ["سيد علي محمد", OTHER_MAN],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.recognition.kind == "planned"
    assert read.line(3)["need"] == "blankets"


def test_mended_rows_say_where_they_came_from(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "الرقم القومي", "كود الكشف في وصل", "رقم السطر في وصل", "سبب الرفض", "Reason"],
        ["محمد أحمد علي حسن", MAN, "100197", "17", "لا اسم", "No name"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert (read.line(2)["origin_list"], read.line(2)["origin_row"]) == ("100197", 17)


def test_numbering_row_below_the_header(tmp_path: Path) -> None:
    rows = [
        ["م", "الاسم", "الرقم القومي", "التليفون"],
        ["(1)", "(2)", "(3)", "(4)"],
        [1, "محمد أحمد علي حسن", MAN, ""],
        [2, "سيد علي محمد", OTHER_MAN, ""],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.reasons()[2] == "header"
    assert read.accepted() == [3, 4]


def test_outlet_of_payment_is_no_payer(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "الرقم القومي", "جهة الصرف"],
        ["محمد أحمد علي حسن", MAN, "مكتب بريد مغاغة"],
        ["سيد علي محمد", OTHER_MAN, "جمعية الرحمة"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert [read.line(row)["paid_by"] for row in (2, 3)] == [None, "جمعية الرحمة"]


def test_husband_and_wife_begin_a_family_where_no_head_is_said(tmp_path: Path) -> None:
    rows = [
        ["م", "الاسم", "القرابة", "الرقم القومي"],
        [1, "محمد أحمد علي حسن", "الزوج", MAN],
        [2, "فاطمة حسن علي", "الزوجة", WOMAN],
        [3, "علي محمد أحمد", "ابن", SON],
        [4, "سيد علي محمد حسن", "الزوج", OTHER_MAN],
        [5, "هناء علي حسن", "الزوجة", OTHER_WOMAN],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.entries() == {2: [2, 3, 4], 5: [5, 6]}
    assert [read.mention(row)["relation"] for row in (2, 3, 4)] == ["head", "spouse", "child"]


def test_children_in_one_cell_are_several(tmp_path: Path) -> None:
    rows = [
        ["اسم رب الأسرة", "الرقم القومي", "أسماء الأبناء"],
        ["محمد أحمد علي حسن", MAN, "علي، سارة، يوسف"],
        ["سيد علي محمد حسن", OTHER_MAN, "1- منى 2- كريم"],
        ["هناء علي حسن محمد", OTHER_WOMAN, "-"],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.roles(2) == ["registrant", "child1", "child2", "child3"]
    assert read.mention(3, "child2")["name"] == "كريم"
    assert read.roles(4) == ["registrant"]


def test_birth_date_in_three_columns(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "تاريخ الميلاد", None, None, "الرقم القومي"],
        [None, "يوم", "شهر", "سنة", None],
        ["محمد أحمد علي حسن", 1, 3, 1985, MAN],
        ["سيد علي محمد حسن", 2, 11, 1978, OTHER_MAN],
    ]
    read = read_file(write_xlsx(tmp_path / "a.xlsx", rows, merges=[(0, 1, 0, 3, "تاريخ الميلاد")]))
    assert read.mention(4)["birth_date"] == date(1978, 11, 2)


def test_pupils_with_father_and_mother(tmp_path: Path) -> None:
    rows = [
        ["م", "اسم التلميذ", "الرقم القومي للتلميذ", "اسم الأب", "اسم الأم", "رقم قومي الأم", "المدرسة"],
        [1, "علي محمد أحمد علي", SON, "محمد أحمد علي", "فاطمة حسن علي", WOMAN, "النيل"],
        [2, "سارة سيد علي محمد", DAUGHTER, "سيد علي محمد", "هناء علي حسن", OTHER_WOMAN, "النيل"],
    ]
    read = read_file(write_csv(tmp_path / "كشف شنط مدرسية سبتمبر 2024.csv", rows))
    assert read.roles(2) == ["registrant", "spouse", "child1"]
    assert read.line(2)["need"] == "school_bag"
    assert read.line(2)["month"] == date(2024, 9, 1)


def test_headings_broken_over_lines_inside_their_cells(tmp_path: Path) -> None:
    rows = [
        ["م", "الاسم\nرباعي", "الرقم\nالقومي", "رقم\nالموبايل"],
        [1, "محمد أحمد علي حسن", MAN, "010-1234-5678"],
        [2, "سيد علي محمد حسن", OTHER_MAN, "+201112345678"],
    ]
    read = read_file(write_xlsx(tmp_path / "a.xlsx", rows))
    assert [read.mention(row)["phone"] for row in (2, 3)] == [1012345678, 1112345678]


def test_ministry_pays_some_rows_of_a_charity(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "الرقم القومي", "نوع المساعدة", "الشهر", "الجهة الممولة"],
        ["محمد أحمد علي حسن", MAN, "معاش شهري", "مارس 2025", "وزارة التضامن"],
        ["سيد علي محمد حسن", OTHER_MAN, "معاش شهري", "مارس 2025", ""],
    ]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert [read.line(row)["paid_by"] for row in (2, 3)] == ["وزارة التضامن", None]


def test_entries_are_never_split_between_chunks(tmp_path: Path) -> None:
    rows: list[list[object]] = [["رقم الأسرة", "الاسم", "الرقم القومي"]]
    for family in range(12_000):
        rows += [[family, "محمد أحمد علي حسن", ""] for _ in range(5)]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.lines["row"].to_list() == list(range(1, 60_002))
    assert set(read.lines.drop_nulls("entry").group_by("entry").len()["len"]) == {5}


def test_a_code_that_many_rows_share_is_no_family(tmp_path: Path) -> None:
    rows: list[list[object]] = [["الكود", "الاسم", "الرقم القومي"]]
    rows += [[f"B{number // 40}", "محمد أحمد علي حسن", ""] for number in range(200)]
    read = read_file(write_csv(tmp_path / "a.csv", rows))
    assert read.recognition.grouping == "row"


def test_counts_of_people_and_staff_make_a_summary(tmp_path: Path) -> None:
    rows = [
        ["اسم القرية", "اسم المسئول", "عدد المستفيدين", "الوحدة الاجتماعية"],
        ["شارونة", "محمد أحمد علي حسن", 20, "وحدة شارونة"],
        ["بني خالد", "سيد علي محمد حسن", 30, "وحدة بني خالد"],
    ]
    assert read_file(write_csv(tmp_path / "a.csv", rows)).recognition.skipped == "no_name_or_id"
