"""Refusing hostile workbooks before anything parses them, and telling forms apart by content."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from wasl.kernel.errors import InvalidInput

Form = Literal["csv", "xlsx", "xls", "xlsb", "ods"]

MOST_ENTRIES = 5_000
MOST_UNPACKED_BYTES = 600 * 2**20
MOST_RATIO = 120
RATIO_MATTERS_FROM_BYTES = 20 * 2**20
MOST_CELLS = 6_000_000
MOST_XLS_BYTES = 80 * 2**20
_DAMAGED = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError)
_BLOCK = 4 * 2**20
_OVERLAP = 4_096

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_LISTS = {
    b"%PDF": "pdf",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
    b"Rar!": "archive",
    b"7z\xbc\xaf": "archive",
    b"\x1f\x8b": "archive",
    b"MZ": "program",
    b"\x7fELF": "program",
    b"{\\rtf": "document",
    b"SQLite format 3": "database",
    b"PAR1": "parquet",
}
# Literal beginnings keep these at the speed of memory: a sheet's part has hundreds of megabytes.
_ROW = re.compile(rb"row [^>]*?\br=[\"'](\d{1,9})[\"'][^>]*")
_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")
_FAR_CELL = re.compile(rb"r=[\"']([A-Z]{2,3})\d{1,9}[\"'][^>]*[^/]>")
_FAR_ROW = re.compile(rb"r=[\"'][A-Z]{1,3}(\d{7,9})[\"'][^>]*[^/]>")
_VALUE_MARKS = (b"<v>", b"<v ", b"<is>", b"<f>", b"<f ", b":v>", b":is>", b":f>")
_ENTITY = re.compile(rb"<!(?:[Dd][Oo][Cc]|[Ee][Nn])")
_ODS_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated=[\"'](\d{4,})[\"']")


@dataclass(frozen=True)
class WorkbookFacts:
    """What the check before parsing saw: the form and, for XLSX, hidden rows by sheet part."""

    form: Form
    hidden_rows: int = 0


def inspect_file(path: Path) -> WorkbookFacts:
    """
    Tell a file's form by its content and refuse what must not be parsed.

    Reads archives part by part, never unpacking one whole; memory stays at a few megabytes.

    :raises InvalidInput: no list, encrypted, an archive that unpacks beyond measure, entity
        declarations, a sheet with more cells than are read, or an empty file.
    """
    with path.open("rb") as file:
        start = file.read(512)
    if not start:
        raise InvalidInput("list.empty_file", file=path.name)
    if start.startswith(_OLE):
        return _inspect_ole(path)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _inspect_archive(path)
    for mark, what in _NOT_LISTS.items():
        if start.startswith(mark):
            raise InvalidInput("list.not_a_list", file=path.name, what=what)
    if re.search(
        rb"<(?:html|table|!doctype html|\?mso-application|workbook)\b|progid=\"excel", start.lower()
    ):
        raise InvalidInput("list.web_page", file=path.name)
    return WorkbookFacts("csv")


def _inspect_ole(path: Path) -> WorkbookFacts:
    """An old binary workbook, or the wrapper of an encrypted new one."""
    if path.stat().st_size > MOST_XLS_BYTES:
        raise InvalidInput("list.too_large", file=path.name, most_mb=MOST_XLS_BYTES // 2**20)
    content = path.read_bytes()
    if _utf16("EncryptedPackage") in content:
        raise InvalidInput("list.encrypted", file=path.name)
    if _utf16("WordDocument") in content or _utf16("PowerPoint") in content:
        raise InvalidInput("list.not_a_list", file=path.name, what="document")
    if _utf16("Workbook") not in content and _utf16("Book") not in content:
        raise InvalidInput("list.not_a_list", file=path.name, what="document")
    return WorkbookFacts("xls")


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def _inspect_archive(path: Path) -> WorkbookFacts:
    try:
        with zipfile.ZipFile(path) as archive:
            return _inspect_parts(path, archive)
    except (*_DAMAGED, zlib.error) as problem:
        raise InvalidInput("list.damaged", file=path.name) from problem


def _inspect_parts(path: Path, archive: zipfile.ZipFile) -> WorkbookFacts:
    parts = archive.infolist()
    _check_sizes(path, parts)
    names = {part.filename for part in parts}
    form = _form_of(path, archive, names)
    hidden, cells = 0, 0
    for part in parts:
        name = part.filename.lower()
        if name.endswith((".xml", ".rels")):
            extent = _check_xml(path, archive, part, form)
            hidden, cells = hidden + extent.hidden, cells + extent.cells
            if cells > MOST_CELLS:
                raise InvalidInput("list.too_many_cells", file=path.name, cells=cells, most=MOST_CELLS)
        elif form == "xlsb" and "worksheets/" in name and name.endswith(".bin"):
            _check_xlsb_sheet(path, archive, part)
    return WorkbookFacts(form, hidden)


def _check_sizes(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_ENTRIES:
        raise InvalidInput("list.suspicious_archive", file=path.name, parts=len(parts))
    if any(part.flag_bits & 1 for part in parts):
        raise InvalidInput("list.encrypted", file=path.name)
    for part in parts:
        ratio = part.file_size / max(1, part.compress_size)
        if part.file_size > RATIO_MATTERS_FROM_BYTES and ratio > MOST_RATIO:
            raise InvalidInput("list.suspicious_archive", file=path.name, parts=len(parts))
    if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise InvalidInput("list.too_large", file=path.name, most_mb=MOST_UNPACKED_BYTES // 2**20)


def _form_of(path: Path, archive: zipfile.ZipFile, names: set[str]) -> Form:
    if any(name.lower() == "xl/workbook.bin" for name in names):
        return "xlsb"
    if any(name.lower() == "xl/workbook.xml" for name in names):
        return "xlsx"
    if "content.xml" in names and "mimetype" in names:
        kind = archive.read("mimetype")[:200]
        if b"opendocument.spreadsheet" in kind:
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read(
                "META-INF/manifest.xml"
            ):
                raise InvalidInput("list.encrypted", file=path.name)
            return "ods"
    what = "document" if any(name.startswith(("word/", "ppt/")) for name in names) else "archive"
    raise InvalidInput("list.not_a_list", file=path.name, what=what)


def _check_xml(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo, form: Form) -> _Extent:
    is_sheet = form == "xlsx" and "worksheets/" in part.filename.lower()
    is_content = form == "ods" and part.filename == "content.xml"
    extent = _Extent()
    for block in _blocks(archive, part):
        if _ENTITY.search(block):
            raise InvalidInput("list.entities", file=path.name)
        if is_sheet:
            extent.take(block)
        if is_content:
            _check_ods_repeats(path, block)
        if extent.cells > MOST_CELLS:
            raise InvalidInput("list.too_many_cells", file=path.name, cells=extent.cells, most=MOST_CELLS)
    return extent


def _blocks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack a part block by block, each cut at the end of a tag; stop at its declared size."""
    rest, unpacked = b"", 0
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            unpacked += len(block)
            if unpacked > part.file_size:
                raise zipfile.BadZipFile("longer than declared")
            block = rest + block
            if b"\0" in block[:64]:  # UTF-16 would hide tags from the check; no spreadsheet writes it
                raise zipfile.BadZipFile("not UTF-8")
            cut = block.rfind(b">") + 1
            cut = cut if cut and len(block) - cut < _OVERLAP * 64 else len(block)
            yield block[:cut]
            rest = block[cut:]
    if rest:
        yield rest


class _Extent:
    """How far a sheet reaches: rows and columns that hold a value, whatever it declares."""

    def __init__(self) -> None:
        self.last_row = 0
        self.columns = 26
        self.hidden = 0
        self._row = 0
        self._unnumbered = 0

    @property
    def cells(self) -> int:
        return max(self.last_row, self._unnumbered) * self.columns

    def take(self, block: bytes) -> None:
        last_value = max(block.rfind(mark) for mark in _VALUE_MARKS)
        reached = self._row if last_value >= 0 else 0
        rows = 0
        for row in _ROW.finditer(block):
            rows += 1
            self._row = int(row[1])
            self.hidden += _HIDDEN.search(row[0]) is not None
            if row.start() < last_value:
                reached = max(reached, self._row)
        self.last_row = max(self.last_row, reached)
        self._unnumbered += max(0, block.count(b"row>") // 2 - rows)
        for letters in set(_FAR_CELL.findall(block)):
            self.columns = max(self.columns, _column_number(letters))
        for number in _FAR_ROW.findall(block):
            self.last_row = max(self.last_row, int(number))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_ods_repeats(path: Path, block: bytes) -> None:
    """Thousands of repetitions are usual for empty cells and rows, never for ones with a value."""
    for repeat in _ODS_REPEATED.finditer(block):
        tag_start = block.rfind(b"<", 0, repeat.start())
        tag_end = block.find(b">", repeat.end())
        if b"office:value" in block[tag_start:tag_end]:
            raise InvalidInput("list.too_many_cells", file=path.name, cells=int(repeat[1]), most=MOST_CELLS)
        if block[tag_start:].startswith(b"<table:table-row") and not block[tag_start:tag_end].endswith(b"/"):
            end = block.find(b"</table:table-row>", tag_end)
            if b"office:value" in block[tag_end:end]:
                raise InvalidInput(
                    "list.too_many_cells", file=path.name, cells=int(repeat[1]), most=MOST_CELLS
                )


def _check_xlsb_sheet(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Walk the binary records of a sheet for the last row and column that hold a cell."""
    content = archive.read(part)
    place, row, last_row, last_column, end = 0, 0, 0, 0, len(content)
    while place + 2 <= end:
        record, place = _varint(content, place, 2)
        size, place = _varint(content, place, 4)
        if record == 0 and place + 4 <= end:
            row = struct.unpack_from("<I", content, place)[0]
        elif 1 <= record <= 11 and place + 4 <= end:
            last_row = max(last_row, row)
            last_column = max(last_column, struct.unpack_from("<I", content, place)[0])
        place += size
    cells = (last_row + 1) * (last_column + 1)
    if cells > MOST_CELLS:
        raise InvalidInput("list.too_many_cells", file=path.name, cells=cells, most=MOST_CELLS)


def _varint(content: bytes, place: int, most_bytes: int) -> tuple[int, int]:
    value = 0
    for step in range(most_bytes):
        if place >= len(content):
            return value, place
        byte = content[place]
        place += 1
        value |= (byte & 0x7F) << (7 * step)
        if not byte & 0x80:
            break
    return value, place
