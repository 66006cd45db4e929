"""Read a PDF as far as tests need: its words by the fonts' own tables, in the order of reading, and its pages."""

from __future__ import annotations

import re
import unicodedata
import zlib

OBJECT = re.compile(rb"\n(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
FONTS = re.compile(rb"/(f\d+) (\d+) 0 R")
MAPPED = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")
TEXT = rb"\((?:\\.|[^\\()])*\)"
PIECE = re.compile(
    rb"(ReversedChars)|/(f\d+) [\d.]+ Tf|\[((?:" + TEXT + rb"|[^\]()])*)\]TJ|(" + TEXT + rb")Tj", re.DOTALL
)
STRING = re.compile(rb"\(((?:\\.|[^\\()])*)\)", re.DOTALL)
ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def count_pages(pdf: bytes) -> int:
    """Count the pages of a PDF."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def words_of(pdf: bytes) -> list[str]:
    """Return the words on the pages; signs above and below letters, which are set apart, are left out."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    tables = {
        name.decode(): _table(objects[int(re.findall(rb"/ToUnicode (\d+) 0 R", objects[int(font)])[0])])
        for body in objects.values()
        for name, font in FONTS.findall(body)
        if b"/ToUnicode" in objects[int(font)]
    }
    said = [_words(_stream(body), tables) for body in objects.values() if b" Tf " in _stream(body)]
    return " ".join(piece for pieces in said for piece in pieces).split()


def _words(content: bytes, tables: dict[str, dict[int, str]]) -> list[str]:
    found: list[str] = []
    table: dict[int, str] = {}
    turned = False
    for reversed_chars, font, many, one in PIECE.findall(content):
        if reversed_chars:
            turned = True
        elif font:
            table = tables[font.decode()]
        elif many or one:
            glyphs = b"".join(_plain(text) for text in STRING.findall(many or one))
            letters = [table.get(glyphs[at] << 8 | glyphs[at + 1], "") for at in range(0, len(glyphs), 2)]
            text = "".join(reversed(letters) if turned else letters)
            found.append(bare(text) or " ")
            turned = False
    return found


def bare(text: str) -> str:
    """Return text without the signs above and below its letters."""
    return "".join(one for one in text if unicodedata.category(one) != "Mn")


def _plain(text: bytes) -> bytes:
    def unescaped(match: re.Match[bytes]) -> bytes:
        said = match[1]
        return bytes([int(said, 8)]) if said.isdigit() else NAMED.get(said, said)

    return ESCAPED.sub(unescaped, text)


def _stream(body: bytes) -> bytes:
    match = STREAM.search(body)
    if match is None:
        return b""
    try:
        return zlib.decompress(match[1])
    except zlib.error:
        return match[1]


def _table(body: bytes) -> dict[int, str]:
    return {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for code, text in MAPPED.findall(_stream(body))
    }
