"""Rejected rows go out in the input's form and come back mended; mappings override and are remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.intake.reading_files import MAN, OTHER_MAN, TODAY, WOMAN, read_file, write_csv, write_xlsx
from wasl.intake.reading import (
    LoadOptions,
    Mapping,
    RejectedForm,
    RejectedRow,
    header_of,
    open_workbook,
    read_mapping,
    recognise,
    write_rejected,
)
from wasl.kernel.errors import InvalidInput

ROWS = [
    ["الاسم", "الرقم القومي", "ملاحظات"],
    ["محمد أحمد علي حسن", MAN, "=1+1"],
    ["", "-", "=cmd|' /C calc'!A0"],
    ["سيد علي محمد", OTHER_MAN, ""],
]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_rejected_rows_come_back_to_their_list_and_row(tmp_path: Path, form: str) -> None:
    path = (
        write_xlsx(tmp_path / "a.xlsx", ROWS)
        if form == "xlsx"
        else write_csv(tmp_path / "a.csv", ROWS, encoding="cp1256", delimiter=";")
    )
    read = read_file(path)
    assert read.fates()[3] == "rejected"
    line = read.line(3)
    rejected = write_rejected(
        tmp_path / "مرفوض",
        form=RejectedForm.of_sheet(open_workbook(path)[0]),
        header=header_of(read.recognition),
        rows=[RejectedRow(3, line["cells"], line["reason"], line["reason_column"])],
        list_code="100197",
    )
    assert rejected.suffix == f".{form}"
    back = read_file(rejected)
    assert back.fates() == {1: "not_data", 2: "rejected"}
    cells = back.line(2)["cells"]
    assert cells[2] == ("=cmd|' /C calc'!A0" if form == "xlsx" else "'=cmd|' /C calc'!A0")
    assert "الاسم" in cells[5]
    assert (back.line(2)["origin_list"], back.line(2)["origin_row"]) == ("100197", 3)
    if form == "csv":
        assert open_workbook(rejected)[0].csv_form.encoding == "cp1256"


def test_mapping_file_overrides_what_is_recognised(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "a.csv",
        [["أ", "ب", "الاسم"], ["محمد أحمد علي حسن", WOMAN, "هالة رزق"], ["سيد علي محمد", MAN, "هالة رزق"]],
    )
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "header_row: 1\n"
        "columns:\n  أ: name\n  B: person.nid\n  الاسم: ignore\nkind: given\nneed: food_box\nmonth: 2025-03\n",
        encoding="utf-8",
    )
    read = read_file(path, mapping=read_mapping(mapping))
    assert read.mention(2)["name"] == "محمد أحمد علي حسن"
    assert read.line(2)["need"] == "food_box"
    assert read.recognition.kind == "given"


@pytest.mark.parametrize(
    "text",
    [
        "- a\n",
        "kolumns: {}\n",
        "columns:\n  A: shoe_size\n",
        "kind: stolen\n",
        "a: [\n",
        "header_row: -1\n",
        "columns: 5\n",
    ],
)
def test_mapping_that_says_nonsense_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput):
        read_mapping(path)


def test_accepted_mapping_is_remembered_for_the_same_header_only(tmp_path: Path) -> None:
    options = LoadOptions(today=TODAY)
    first = open_workbook(write_csv(tmp_path / "a.csv", ROWS))[0]
    accepted = recognise(first, options=options).accepted_mapping()
    changed = Mapping.from_json(accepted.to_json())
    assert changed == accepted
    moved = Mapping(**{**accepted.__dict__, "columns": {"A": "ignore", "B": "self.nid", "C": "self.name"}})
    again = recognise(first, options=options, remembered=moved)
    assert again.find_column("self.name").letter == "C"
    other = open_workbook(
        write_csv(tmp_path / "b.csv", [["الاسم", "الرقم القومي"], ["محمد أحمد علي حسن", MAN]])
    )[0]
    assert recognise(other, options=options, remembered=moved).find_column("self.name").letter == "A"


def test_kind_that_was_said_is_not_proposed(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("الاسم,الرقم القومي\nاحمد علي حسن,\n", encoding="utf-8")
    sheet = open_workbook(path)[0]
    said = recognise(sheet, options=LoadOptions(today=TODAY, kind="known"))
    proposed = recognise(sheet, options=LoadOptions(today=TODAY))
    assert "kind_proposed" not in {message.code for message in said.messages}
    assert "kind_proposed" in {message.code for message in proposed.messages}
