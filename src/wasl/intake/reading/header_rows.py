"""Finding the header among titles and data, one line or two, and joining it to one text per column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from wasl.country.egypt.national_id import find_state
from wasl.country.egypt.phones import parse_phone
from wasl.intake.reading.contents import looks_like_name
from wasl.intake.reading.headers import NOTHING, read_header, tokens_of
from wasl.kernel.folding import fold_cached, fold_digits

Row = Sequence[str | None]
Merged = Sequence[tuple[int, int, int, int]]
SEARCHED_ROWS = 45
_NUMBER = re.compile(r"[\s0-9.,/\\:\-]+")


@dataclass(frozen=True)
class Header:
    """The rows of a header (from 1) and its text per column; no rows where a sheet has none."""

    rows: tuple[int, ...]
    texts: tuple[str, ...]


def find_header(rows: Sequence[Row], merged: Merged, width: int, forced: int | None = None) -> Header:
    """Find the header in the first rows of a sheet; `forced` is a row said by a mapping."""
    best = forced - 1 if forced else _best_row(rows)
    if best is None or best >= len(rows):
        return Header((), ("",) * width)
    first = best
    while first > 0 and best - first < 2 and _is_group_row(rows, first - 1, first, merged):
        first -= 1
    last = best
    while last + 1 < len(rows) and last - best < 2 and _is_under_row(rows, last, last + 1, merged, width):
        last += 1
    lines = range(first, last + 1)
    return Header(tuple(line + 1 for line in lines), _joined(rows, lines, merged, width))


def _best_row(rows: Sequence[Row]) -> int | None:
    scores = [_row_score(row) for row in rows[:SEARCHED_ROWS]]
    best = max(scores, default=0.0)
    if best < 1.2:
        return _only_column(rows)
    return next(place for place, score in enumerate(scores) if score >= best * 0.85)


def _row_score(row: Row) -> float:
    """How much a row looks like a header: usual wordings for it, values of data against it."""
    texts = [cell.strip() for cell in row if cell]
    if len(texts) < 2:
        return 0.0
    score = 0.0
    for text in texts:
        if is_data(text):
            score -= 1.2
        elif (meaning := read_header(text)) != NOTHING:
            score += meaning.score if len(text) <= 40 else meaning.score * 0.4
        else:
            score -= 0.1
    return score


def _only_column(rows: Sequence[Row]) -> int | None:
    """A sheet of one column: its header is a lone `الاسم` or `الرقم القومي` right above data."""
    for place, row in enumerate(rows[:SEARCHED_ROWS]):
        texts = [cell for cell in row if cell]
        if len(texts) == 1 and read_header(texts[0]).attribute in {"name", "nid"} and len(texts[0]) < 25:
            following = [cell for cell in rows[place + 1] if cell] if place + 1 < len(rows) else []
            if following and is_data(following[0]):
                return place
    return None


@lru_cache(maxsize=20_000)
def is_data(text: str) -> bool:
    """Whether a cell holds a value (number, id, phone, date, name of a person), no header's word."""
    digits = sum(character.isdecimal() for character in text)
    if digits and _NUMBER.fullmatch(fold_digits(text)):
        return True
    if digits >= 6 and (find_state(text)[1] == "ok" or parse_phone(text) is not None):
        return True
    return looks_like_name(text) and read_header(text) == NOTHING


def _filled(row: Row) -> list[int]:
    return [place for place, cell in enumerate(row) if cell]


def _spans(line: int, merged: Merged) -> dict[int, int]:
    """Columns of a row (from 0) where a horizontal merge begins, with its width."""
    return {left: right - left + 1 for top, left, bottom, right in merged if top - 1 == line and right > left}


def _is_group_row(rows: Sequence[Row], upper: int, lower: int, merged: Merged) -> bool:
    """Whether the upper row groups the columns of the lower: `بيانات الزوجة` above name and id."""
    above, below = _filled(rows[upper]), _filled(rows[lower])
    if not above or not below or any(is_data(rows[upper][place] or "") for place in above):
        return False
    spans = _spans(upper, merged)
    extent = max(below) - min(below) + 1
    if len(above) == 1:
        width = spans.get(above[0], 0)
        if width >= 0.7 * extent or above[0] <= min(below):
            return False
        return read_header(rows[upper][above[0]] or "").subject is not None
    if not any(read_header(rows[upper][place] or "") != NOTHING for place in above):
        return False
    if any(len(rows[upper][place] or "") > 60 for place in above):
        return False
    fills_gaps = any(place not in below for place in above if min(below) - 1 <= place <= max(below) + 1)
    texts = [fold_cached(rows[lower][place] or "") for place in below]
    repeats = len(set(texts)) < len(texts)
    return repeats or (fills_gaps and len(above) >= 3) or any(place in spans for place in above)


def _is_under_row(rows: Sequence[Row], upper: int, lower: int, merged: Merged, width: int) -> bool:
    """Whether the lower row completes a header that began above: headings under merged cells."""
    above, below = _filled(rows[upper]), _filled(rows[lower])
    if not below or any(is_data(rows[lower][place] or "") for place in below):
        return False
    spans = _spans(upper, merged)
    covered = {place for left, size in spans.items() for place in range(left, left + size)}
    if all(_is_plain_heading(rows[lower][place] or "") for place in below):
        return len(below) < len(above)
    if any(place in above and place not in covered for place in below):
        return False
    gaps = [place for place in range(min(above), max(max(above), max(below)) + 1) if place not in above]
    known = sum(read_header(rows[lower][place] or "") != NOTHING for place in below)
    counted = all(_is_ordinal(rows[lower][place] or "") for place in below)
    return bool(gaps) and (known >= 0.5 * len(below) or counted) and len(below) >= 2


def _is_plain_heading(text: str) -> bool:
    """`الاسم` or `الرقم القومي` and nothing else: no cell of data says so."""
    meaning = read_header(text)
    return meaning.attribute in {"name", "nid", "birth", "phone", "age"} and meaning.score >= 0.9


def _is_ordinal(text: str) -> bool:
    tokens = tokens_of(text)
    return len(tokens) == 1 and len(text) < 10


def _joined(rows: Sequence[Row], lines: range, merged: Merged, width: int) -> tuple[str, ...]:
    texts: list[list[str]] = [[] for _ in range(width)]
    for line in lines:
        row = _spread(rows, line, lines, merged, width)
        for place in range(width):
            text = " ".join((row[place] or "").split())
            if text and text not in texts[place]:
                texts[place].append(text)
    return tuple(" ".join(parts) for parts in texts)


def _spread(rows: Sequence[Row], line: int, lines: range, merged: Merged, width: int) -> list[str | None]:
    """A header row with the text of each merged or group cell given to all columns under it."""
    row = [*rows[line][:width], *[None] * (width - len(rows[line]))]
    spans = _spans(line, merged)
    for left, size in spans.items():
        if size < 0.7 * width or line != lines[0] or len(lines) == 1:
            for place in range(left, min(left + size, width)):
                row[place] = row[left]
    if line == lines[-1] or spans:
        return row
    below = [*rows[line + 1], *[None] * width]
    current: str | None = None
    for place in range(width):
        if row[place]:
            current = row[place] if below[place] else None
        elif below[place] and current:
            row[place] = current
        else:
            current = None
    return row
