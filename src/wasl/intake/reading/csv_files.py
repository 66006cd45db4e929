"""Text files of separated values: their encoding, their delimiter, and rows as spreadsheets count them."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from wasl.kernel.errors import InvalidInput

MOST_LINE_BYTES = 4 * 1024 * 1024
MOST_COLUMNS = 2_000
SAMPLE_BYTES = 256 * 1024
DELIMITERS = (",", ";", "\t", "|")
_SINGLE_BYTE = ("cp1256", "iso8859_6", "cp720", "cp864")
_BLOCK = 1 << 20
_STATED = re.compile("\ufeff?sep=([,;\t|])\r?\n", re.IGNORECASE)
_COMMON = re.compile("ال|محمد|احمد|أحمد|علي|على|عبد|حسن|الله|رقم|اسم|مركز")
_ODD = re.compile("[\x80-\x9f\ufffd¤¦§©®°±²³µ¶·¹¼½¾×÷ôèéêëîïùûüœâàç‘’“”†‡ˆ‰‹›€™]|[پچژگڈکےھں]")


@dataclass(frozen=True)
class CsvForm:
    """How a text file is written: enough to read it, and to write another in its own form."""

    encoding: str
    delimiter: str
    quoting: bool = True
    broken_bytes: bool = False
    states_delimiter: bool = False

    def open(self, path: Path) -> Iterator[list[str]]:
        """Read rows; a quoted newline stays inside its row, a blank line is an empty row."""
        errors = "replace" if self.broken_bytes else "strict"
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if self.quoting else csv.QUOTE_NONE
        with path.open(encoding=self.encoding, errors=errors, newline="") as text:
            if self.states_delimiter:  # "sep=;" is no row to a spreadsheet program
                text.readline()
            yield from csv.reader(text, delimiter=self.delimiter, quoting=quoting)


def detect_form(path: Path) -> CsvForm:
    """
    Find a text file's encoding and delimiter.

    UTF-8 is tried strictly over the whole file, UTF-16 by its mark (or by the zero bytes of
    every second place), then the Arabic single-byte encodings by what reads as Arabic.

    :raises InvalidInput: zero bytes, a line of megabytes, or no text at all.
    """
    with path.open("rb") as file:
        start = file.read(SAMPLE_BYTES)
    if not start.strip():
        raise InvalidInput("list.empty_file", file=path.name)
    encoding, broken = _detect_encoding(path, start)
    has_quotes = _check_lines(path, wide=encoding.startswith("utf-16"))
    sample = _sample_text(start, encoding)
    stated = _STATED.match(sample)
    form = CsvForm(encoding, _detect_delimiter(sample), True, broken, bool(stated))
    return form if not has_quotes or _quotes_are_closed(path, form) else replace(form, quoting=False)


def _detect_encoding(path: Path, start: bytes) -> tuple[str, bool]:
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", not _decodes(path, "utf-8-sig")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", not _decodes(path, "utf-16")
    unmarked = _unmarked_utf16(start)
    if unmarked:
        return unmarked, not _decodes(path, unmarked)
    if _decodes(path, "utf-8"):
        return "utf-8", False
    if _mostly_utf8(start):
        return "utf-8", True
    encoding = _detect_single_byte(start)
    return encoding, not _decodes(path, encoding)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _unmarked_utf16(start: bytes) -> str | None:
    """UTF-16 without its mark: the bytes of digits and separators have zeros on one side only."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > max(3, len(start) // 20) and even == 0:
        return "utf-16-le"
    if even > max(3, len(start) // 20) and odd == 0:
        return "utf-16-be"
    return None


def _mostly_utf8(start: bytes) -> bool:
    """A UTF-8 file with a few broken bytes, rather than another encoding."""
    text = start.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    readable = sum(1 for character in text if "\u0600" <= character <= "\u06ff")
    return readable > 20 * broken and broken <= max(3, len(text) // 200)


def _detect_single_byte(start: bytes) -> str:
    def score(encoding: str) -> float:
        text = start.decode(encoding, "replace")
        return len(_COMMON.findall(text)) * 4 - len(_ODD.findall(text))

    return max(_SINGLE_BYTE, key=lambda encoding: (score(encoding), -_SINGLE_BYTE.index(encoding)))


def _check_lines(path: Path, *, wide: bool) -> bool:
    """Refuse what no list holds; say whether there is a quote anywhere."""
    length, quotes = 0, False
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if not wide and b"\0" in block:
                raise InvalidInput("list.not_text", file=path.name)
            quotes = quotes or b'"' in block
            newline = max(block.rfind(b"\n"), block.rfind(b"\r"))
            length = length + len(block) if newline < 0 else len(block) - newline
            if length > MOST_LINE_BYTES:
                raise InvalidInput("list.line_too_long", file=path.name, most_mb=MOST_LINE_BYTES // 2**20)
    return quotes


def _sample_text(start: bytes, encoding: str) -> str:
    text = codecs.getincrementaldecoder(encoding)("replace").decode(start)
    cut = text.rfind("\n")
    return text if len(start) < SAMPLE_BYTES or cut < 0 else text[: cut + 1]


def _detect_delimiter(sample: str) -> str:
    """Take the delimiter that gives the most lines the same number of columns, above one."""
    stated = _STATED.match(sample)
    if stated:
        return stated[1]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = _widths(sample, delimiter)
        if not widths:
            continue
        usual, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        score = count / sum(widths.values()) * min(usual, 12) if usual > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _widths(sample: str, delimiter: str) -> Counter[int]:
    widths: Counter[int] = Counter()
    try:
        for number, row in enumerate(csv.reader(sample.splitlines(keepends=True), delimiter=delimiter)):
            if any(cell.strip() for cell in row):
                widths[len(row)] += 1
            if number > 400:
                break
    except csv.Error:
        pass
    return widths


def _quotes_are_closed(path: Path, form: CsvForm) -> bool:
    """A quote left open swallows the lines after it; such a file is read with quotes as characters."""
    try:
        for row in form.open(path):
            for cell in row:
                if len(cell) > 400 and cell.count("\n") > 40:
                    return False
    except csv.Error:
        return False
    return True
