"""Files that must not be parsed are refused before they are, with a code and advice."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.intake.reading_files import MAN, read_file, write_csv, write_xlsx
from wasl.intake.reading import WORDS, open_workbook
from wasl.intake.reading.csv_files import MOST_LINE_BYTES
from wasl.kernel.errors import InvalidInput

ROWS = [["الاسم", "الرقم القومي"], ["محمد أحمد علي حسن", MAN], ["سيد علي محمد", ""]]


def _refusal(path: Path) -> str:
    with pytest.raises(InvalidInput) as refused:
        open_workbook(path)
    words = WORDS[refused.value.code]
    assert words["ar"].format(**refused.value.params)
    assert words["en"].format(**refused.value.params)
    return refused.value.code


def _patched(path: Path, change: Callable[[str, bytes], bytes], level: int = zipfile.ZIP_DEFLATED) -> Path:
    target = path.with_name(f"patched-{path.name}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", level) as output:
        for part in source.infolist():
            output.writestr(part.filename, change(part.filename, source.read(part)))
    return target


def _in_sheet(find: bytes, put: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, content: content.replace(find, put) if "sheet1" in name else content


def test_archive_that_unpacks_beyond_measure(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    bomb = _patched(path, _in_sheet(b"<sheetData>", b"<sheetData>" + b" " * 40_000_000))
    assert _refusal(bomb) == "list.suspicious_archive"


def test_entity_declarations(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    declared = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    assert (
        _refusal(
            _patched(path, _in_sheet(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', declared))
        )
        == "list.entities"
    )


def test_too_many_parts(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(6000):
            archive.writestr(f"xl/media/{number}", b"")
    assert _refusal(path) == "list.suspicious_archive"


@pytest.mark.parametrize("cell", [b'<c r="XFD9000">', b'<c r="A1048576">'])
def test_one_cell_far_away_is_no_huge_sheet_in_memory(tmp_path: Path, cell: bytes) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["الاسم", 5]])
    far = _patched(
        path,
        lambda name, content: (
            content.replace(b"</row>", b'</row><row r="900000">' + cell + b"<v>1</v></c></row>")
            if "sheet1" in name
            else content
        ),
    )
    assert _refusal(far) == "list.too_many_cells"


def test_huge_declared_dimension_alone_is_no_harm(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    lying = _patched(
        path,
        lambda _, content: re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1:XFD1048576"/>', content),
    )
    assert read_file(lying).accepted() == [2, 3]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "list.empty_file"),
        (b"   \n \n", "list.empty_file"),
        (b"%PDF-1.7 ...", "list.not_a_list"),
        (b"\x89PNG\r\n\x1a\n0000", "list.not_a_list"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "list.web_page"),
        (b"PK\x03\x04 not really", "list.damaged"),
        (b"a,b\n1,\x00\x01\x02\n", "list.not_text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "list.encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "list.not_a_list"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "list.damaged"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "كشف.xlsx"
    path.write_bytes(content)
    assert _refusal(path) == code


def test_line_of_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"name,nid\n" + b"a" * (MOST_LINE_BYTES + 10))
    assert _refusal(path) == "list.line_too_long"


def test_archive_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert _refusal(path) == "list.not_a_list"


def test_workbook_cut_short(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    path.write_bytes(path.read_bytes()[:-300])
    assert _refusal(path) == "list.damaged"


def test_missing_file(tmp_path: Path) -> None:
    assert _refusal(tmp_path / "none.csv") == "list.unreadable"


def test_a_workbook_named_csv_and_text_named_xlsx_are_read_by_content(tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "a.xlsx", ROWS)
    text = write_csv(tmp_path / "b.csv", ROWS)
    assert read_file(book.rename(tmp_path / "c.csv")).accepted() == [2, 3]
    assert read_file(text.rename(tmp_path / "d.xlsx")).accepted() == [2, 3]


def test_formulas_are_values_and_never_run(tmp_path: Path) -> None:
    rows = [
        ["الاسم", "ملاحظات"],
        ["محمد أحمد علي حسن", "=cmd|' /C calc'!A0"],
        ["سيد علي محمد حسن", "@SUM(1)"],
    ]
    assert read_file(write_csv(tmp_path / "a.csv", rows)).line(2)["cells"][1] == "=cmd|' /C calc'!A0"
