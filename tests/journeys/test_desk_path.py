"""
The desk's path from files to answers, on the real command line: five small lists whose truth is known.

The lists are written by hand. Family A is certain (two people with ids in both lists), family B
likely (one man's id in lists that name nobody else), C was given twice by one organisation, and P's
box stands in the list of an organisation that did not pay for it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import openpyxl
import pytest

from tests.integration.cli.office import Office, opened_office

CHECK_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
BOM = b"\xef\xbb\xbf"
OVERLAPS = (
    "overlap", "certainty", "family", "slot", "need", "month", "organisation", "list", "file", "sheet", "row",
    "value_egp", "person",
)  # fmt: skip
LINKS = (
    "list", "organisation", "file", "sheet", "row", "role", "person", "family", "certain_person",
    "certain_family",
)  # fmt: skip
GAPS = (
    "family", "slot", "month", "state", "governorate", "markaz", "village", "people", "last_covered", "sources",
    "reports_missing",
)  # fmt: skip


def nid(born: str, governorate: str, serial: str) -> str:
    """Return a synthetic id whose last digit fits."""
    digits = ("2" if born < "2000" else "3") + born[2:].replace("-", "") + governorate + serial
    rest = sum(int(digit) * weight for digit, weight in zip(digits, CHECK_WEIGHTS, strict=True)) % 11
    return digits + str((11 - rest) % 10)


A, A_WIFE = nid("1980-03-05", "24", "1011"), nid("1984-07-09", "24", "1022")
A_SON, A_GIRL = nid("2010-01-02", "24", "1033"), nid("2013-05-06", "24", "1044")
B, B_WIFE = nid("1975-02-03", "22", "2011"), nid("1979-11-12", "22", "2022")
C, P = nid("1969-06-06", "21", "3011"), nid("1990-09-09", "25", "4011")
B_NAME, C_NAME, P_NAME = "بخيت شاكر منصور عوض الله", "جرجس نصحي لوقا ميخائيل", "زكي رمزي حنفي الضبع"
MALLAWI = ("المنيا", "ملوي", "دير البرشا", "كرتونة", "مارس 2025", "350", "")
DAYRUT = ("أسيوط", "ديروط", "", "كرتونة", "مارس 2025", "350")

Cells = Sequence[object]


def write_csv(path: Path, rows: Sequence[Cells], *, encoding: str = "utf-8-sig", delimiter: str = ",") -> str:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return str(path)


def write_boxes_m01(folder: Path) -> str:
    """A title, a blank line, a line per person, a family number, a payer, a total."""
    header = (
        "رقم الأسرة|الاسم|صلة القرابة|الرقم القومي|المحافظة|المركز|القرية|نوع المساعدة|الشهر|القيمة|جهة الصرف"
    )
    return write_csv(
        folder / "m01_boxes.csv",
        [
            ["كشف توزيع كراتين"],
            [],
            header.split("|"),
            ["1", "محمود عبد الرحيم سيد جاد الرب", "رب الأسرة", A, *MALLAWI],  # row 4
            ["1", "نعمات شحاتة فهمي بطرس", "زوجة", A_WIFE, *MALLAWI],
            ["1", "كريم محمود عبد الرحيم سيد", "ابن", A_SON, *MALLAWI],
            ["1", "هبة محمود عبد الرحيم سيد", "ابنة", A_GIRL, *MALLAWI],
            [],
            ["2", B_NAME, "رب الأسرة", B, "بني سويف", "ببا", "", "كرتونة", "مارس 2024", "300", ""],  # row 9
            ["3", P_NAME, "رب الأسرة", P, *DAYRUT, "جمعية نهر العطاء"],
            ["4", "", "", "", *DAYRUT, ""],  # row 11: rejected
            ["5", "صفاء مرزوق دياب ابو الليل", "رب الأسرة", "2880414", *DAYRUT, ""],  # row 12: a lost id
            ["", "الإجمالي", "", "", "", "", "", "", "", "2450", ""],
        ],
    )


def write_boxes_m02(folder: Path) -> str:
    """Titles, an empty first column, an id as a number, a line per family, a sheet that is a summary."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "مارس"
    header = "م|اسم المستفيد|الرقم القومي|اسم الزوجة|رقم قومي الزوجة|المحافظة|المركز|القيمة"
    for row in (
        ["جمعية نهر العطاء"],
        ["كشف كراتين مارس 2025"],
        [None, *header.split("|")],
        [
            None,
            1,
            "محمود عبدالرحيم سيد جاد الرب",
            int(A),
            "نعمات شحاته فهمى بطرس",
            A_WIFE,
            "المنيا",
            "ملوى",
            400,
        ],
        [None, 2, C_NAME, C, None, None, "الجيزة", "الصف", 410],
        [None, 3, "زكى رمزى حنفى الضبع", P, None, None, "اسيوط", "ديروط", 400],
    ):
        sheet.append(row)
    for row in (["البند", "العدد"], ["كراتين", 3]):
        book.create_sheet("ملخص").append(row)
    book.save(folder / "m02_boxes.xlsx")
    return str(folder / "m02_boxes.xlsx")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with all lists loaded and linked."""
    folder = tmp_path_factory.mktemp("lists")
    with opened_office(tmp_path_factory.mktemp("desk")) as made:
        made.run("init")
        for code, name in (("m01", "سنابل الوادي"), ("m02", "نهر العطاء"), ("m03", "غصن الزيتون")):
            made.run("organisations", "add", code, "--kind", "charity", "--name-ar", name)
        made.run("users", "add", "ola", "--organisation", "m01", "--role", "officer")
        made.run("users", "add", "vera", "--organisation", "m02", "--role", "viewer")
        boxes = ["--kind", "given", "--need", "food_box", "--yes"]
        broken = folder / "broken.xlsx"
        broken.write_bytes(b"PK\x03\x04 cut short")
        blankets = write_csv(folder / "blankets.csv", [["الاسم", "الرقم القومي"], [B_NAME, B], [P_NAME, P]])
        second = [["الاسم", "الرقم القومي"], ["جرجس نصحى لوقا ميخائيل", f"'{C}"]]
        windows = write_csv(folder / "m02_second.csv", second, encoding="cp1256", delimiter=";")
        ramadan = [
            ["الاسم", "الرقم القومي", "نوع المساعدة", "تاريخ الصرف"],
            [B_NAME, B, "شنطة رمضان", "2024-02-20"],
        ]
        winter = [
            ["الاسم", "الرقم القومي", "اسم الزوجة", "رقم قومي الزوجة"],
            [B_NAME, B, "سعاد رزق نجيب", B_WIFE],
        ]
        made.run("load", write_boxes_m01(folder), str(broken), "--from", "m01", *boxes, code=2)
        made.run("load", blankets, "--from", "m01", "--need", "blankets", "--month", "2024-11", "--kind", "given",
                 "--value", "250", "--yes")  # fmt: skip
        made.run("load", write_boxes_m02(folder), "--from", "m02", *boxes, "--month", "2025-03")
        made.run("load", windows, "--from", "m02", *boxes, "--month", "2025-03", "--value", "200")
        made.run(
            "load", write_csv(folder / "m03_bags.csv", ramadan), "--from", "m03", "--kind", "given", "--yes"
        )
        made.run("load", write_csv(folder / "m03_winter.csv", winter), "--from", "m03", "--kind", "given", "--need",
                 "blankets", "--month", "2025-01", "--place", "EG22", "--value", "260", "--yes")  # fmt: skip
        made.run("link")
        yield made


def read(office: Office, *command: str, to: str = "out.csv") -> list[dict[str, str]]:
    """Run a command that writes a table; return its rows, having checked what a clerk's program needs."""
    path = office.home / to
    office.run(*command, "--out", str(path))
    assert path.read_bytes().startswith(BOM)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def brief(rows: list[dict[str, str]], *columns: str) -> list[tuple[str, ...]]:
    return sorted(tuple(row[column] for column in columns) for row in rows)


def test_every_row_has_its_fate(office: Office) -> None:
    lists = {one["file"]: one["rows"] for one in office.json("lists")}  # type: ignore[attr-defined]
    counts = lists["m01_boxes.csv"]
    assert (counts["total"], counts["accepted"], counts["rejected"], counts["not_data"]) == (13, 7, 1, 5)
    assert counts["paid_elsewhere"] == 1
    assert lists["m02_boxes.xlsx"]["accepted"] == 3
    assert len(lists) == 6


def test_overlaps_show_every_row_that_states_the_benefit(office: Office) -> None:
    rows = read(office, "overlaps")
    assert tuple(rows[0]) == OVERLAPS
    assert brief(
        rows, "certainty", "slot", "need", "month", "organisation", "file", "sheet", "row"
    ) == sorted(
        [
            *(
                ("certain", "food", "food_box", "2025-03", "m01", "m01_boxes.csv", "", str(row))
                for row in (4, 5, 6, 7)
            ),
            ("certain", "food", "food_box", "2025-03", "m02", "m02_boxes.xlsx", "مارس", "4"),
            # Given in February, it belongs to the Ramadan of March and April 2024: the box of March is in it.
            ("likely", "food", "food_box", "2024-03", "m01", "m01_boxes.csv", "", "9"),
            ("likely", "food", "ramadan_box", "2024-03", "m03", "m03_bags.csv", "", "2"),
            # Twelve months from November and twelve from January: ten shared, dated by the first.
            ("likely", "blankets", "blankets", "2025-01", "m01", "blankets.csv", "", "2"),
            ("likely", "blankets", "blankets", "2025-01", "m03", "m03_winter.csv", "", "2"),
        ]
    )
    assert len({row["overlap"] for row in rows}) == 3
    assert len({(row["overlap"], row["family"]) for row in rows}) == 3


def test_cost_is_all_but_the_largest_part_and_the_unvalued_apart(office: Office) -> None:
    found = office.json("overlaps")
    assert isinstance(found, dict)
    assert [tuple(slot.values()) for slot in found["slots"]] == [
        ("blankets", "likely", 1, 25_000, 0),
        ("food", "certain", 1, 35_000, 0),  # four rows of one family are one giving of 350
        ("food", "likely", 1, 0, 1),
    ]


def test_repeat_is_one_organisation_giving_twice(office: Office) -> None:
    rows = read(office, "repeats")
    assert brief(rows, "organisation", "month", "file", "row", "value_egp") == [
        ("m02", "2025-03", "m02_boxes.xlsx", "5", "410.0"),
        ("m02", "2025-03", "m02_second.csv", "2", "200.0"),
    ]


def test_links_hold_every_accepted_row_with_people_and_families(office: Office) -> None:
    rows = read(office, "export", "links")
    assert tuple(rows[0]) == LINKS
    by_row = {(row["file"], row["row"], row["role"]): row for row in rows}
    assert {(row["row"], row["role"]) for row in rows if row["file"] == "m01_boxes.csv"} == {
        (str(row), "person") for row in (4, 5, 6, 7, 9, 10, 12)
    }
    here, there = by_row["m01_boxes.csv", "4", "person"], by_row["m02_boxes.xlsx", "4", "registrant"]
    for column in ("person", "family", "certain_person", "certain_family"):
        assert here[column] == there[column]
    assert (
        by_row["m01_boxes.csv", "5", "person"]["person"] == by_row["m02_boxes.xlsx", "4", "spouse"]["person"]
    )
    assert len({row["family"] for row in rows}) == 5
    man = [row for row in rows if row["person"] == by_row["m01_boxes.csv", "9", "person"]["person"]]
    assert (len(man), len({row["family"] for row in man}), len({row["certain_family"] for row in man})) == (
        4,
        1,
        4,
    )


def test_gap_is_a_family_whom_nobody_covered(office: Office) -> None:
    rows = read(office, "gaps", "--slot", "food", "--month", "2025-03")
    assert tuple(rows[0]) == GAPS
    assert brief(rows, "last_covered", "sources", "people") == [("2024-04", "2", "2")]  # family B alone
    office.run("nothing", "--from", "m03", "--slot", "food", "--month", "2025-03")
    rows = read(office, "gaps", "--slot", "food", "--month", "2025-03", "--state", "open")
    assert brief(rows, "state", "reports_missing") == [("open", "0")]


def test_officer_sees_own_rows_and_the_coordination_answer(office: Office) -> None:
    rows = read(office, "overlaps", "--as", "ola")
    others = [row for row in rows if row["organisation"] != "m01"]
    assert {(row["list"], row["file"], row["row"], row["value_egp"]) for row in others} == {("", "", "", "")}
    assert brief(others, "organisation", "need", "month") == [
        ("m02", "food_box", "2025-03"), ("m03", "blankets", "2025-01"), ("m03", "ramadan_box", "2024-03"),
    ]  # fmt: skip
    assert {row["organisation"] for row in read(office, "export", "links", "--as", "ola")} == {"m01"}
    assert read(office, "repeats", "--as", "ola") == []
    office.run("link", "--as", "ola", code=4)
    office.run("load", "nothing.csv", "--from", "m02", "--as", "vera", code=4)
    office.run("load", "nothing.csv", "--from", "m02", "--as", "ola", code=3)


def test_withdrawn_counts_nowhere_and_comes_back_under_its_codes(office: Office) -> None:
    before = read(office, "overlaps"), read(office, "export", "links")
    code = next(row["list"] for row in before[0] if row["file"] == "m02_boxes.xlsx")
    office.run("withdraw", code, "--reason", "a test")
    assert "certain" not in {row["certainty"] for row in read(office, "overlaps")}
    office.run("link")
    assert code not in {row["list"] for row in read(office, "export", "links")}
    office.run("restore", code)
    office.run("link")
    assert (read(office, "overlaps"), read(office, "export", "links")) == before


def test_mended_row_goes_back_to_its_list_and_row(office: Office, tmp_path: Path) -> None:
    """Last but one: it adds a row."""
    (rejected,) = (office.home / "rejected").iterdir()
    mended = tmp_path / "mended.csv"
    mended.write_text(
        rejected.read_text("utf-8-sig").replace("\n4,,", "\n4,فوزية عبد السميع مرسي الجمل,"), "utf-8-sig"
    )
    (told,) = office.json("load", str(mended), "--from", "m01", "--yes")  # type: ignore[misc]
    assert told["sheets"][0]["mended"] == 1
    office.run("link")
    rows = [row["row"] for row in read(office, "export", "links") if row["file"] == "m01_boxes.csv"]
    assert sorted(map(int, rows)) == [4, 5, 6, 7, 9, 10, 11, 12]


def test_every_guarantee_holds_at_the_end(office: Office) -> None:
    assert all(one["guard"] and not one["breaches"] for one in office.json("verify"))  # type: ignore[attr-defined]
