"""Text files in the encodings and delimiters offices use; rows numbered as spreadsheets show them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.intake.reading_files import MAN, OTHER_MAN, read_file, write_csv
from wasl.intake.reading import open_workbook
from wasl.intake.reading.csv_files import detect_form

ROWS = [
    ["الاسم", "الرقم القومي", "القرية", "ملاحظات"],
    ["محمد أحمد علي حسن", MAN, "بني خالد", "شقة 3، الدور الثاني"],
    ["سيد علي محمد حسن", OTHER_MAN, "شارونة", "يراجع"],
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256", "utf-16-le", "iso8859_6"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS, encoding=encoding, delimiter=delimiter)
    read = read_file(path)
    assert detect_form(path).delimiter == delimiter
    assert read.mention(2)["name"] == "محمد أحمد علي حسن"
    assert read.mention(3)["nid"] == OTHER_MAN


def test_blank_lines_count_and_quoted_newlines_do_not(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        f'\n\nالاسم,العنوان,الرقم القومي\n"محمد أحمد علي","سطر\nثان",{MAN}\n\n سيد علي محمد ,"a ""b""",{OTHER_MAN}\n',
        encoding="utf-8",
    )
    read = read_file(path)
    assert read.fates() == {
        1: "not_data",
        2: "not_data",
        3: "not_data",
        4: "accepted",
        5: "not_data",
        6: "accepted",
    }
    assert read.line(4)["cells"][1] == "سطر\nثان"


def test_a_stated_delimiter_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        f"sep=;\nالاسم;الرقم القومي\nمحمد أحمد علي;{MAN}\nسيد علي محمد;{OTHER_MAN}\n", encoding="utf-8"
    )
    assert read_file(path).accepted() == [2, 3]


def test_a_quote_never_closed_does_not_swallow_the_file(tmp_path: Path) -> None:
    lines = ["الاسم,الرقم القومي,ملاحظات"] + [
        f"محمد أحمد علي,{MAN}," + ('"مفتوح' if number == 3 else "x") for number in range(300)
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    read = read_file(path)
    assert len(read.accepted()) >= 299
    assert "quotes_open" in read.said()


def test_a_few_broken_bytes_lose_letters_not_the_file(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS * 20, encoding="utf-8")
    path.write_bytes(path.read_bytes()[:-40] + b"\xff\xfe" + path.read_bytes()[-40:])
    assert detect_form(path).encoding == "utf-8"
    assert "broken_characters" in read_file(path).said()


def test_ragged_rows_keep_all_their_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"الاسم,الرقم القومي\nمحمد أحمد علي,{MAN},زائد,زائد\nسيد علي محمد\n", encoding="utf-8")
    read = read_file(path)
    assert read.line(2)["cells"][:4] == ["محمد أحمد علي", MAN, "زائد", "زائد"]
    assert read.accepted() == [2, 3]


def test_reading_twice_gives_equal_chunks(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS)
    assert read_file(path).lines.equals(read_file(path).lines)
    assert open_workbook(path)[0].name == ""
