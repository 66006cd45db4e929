"""
What somebody typed into the one box, understood: an id, a phone, a code, or words of a name with their place.

Pure. Words that may be a name or a place (ناصر is both) are read either way, the likelier first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from wasl.country.egypt.names import known_names, name_parts, standardise_token
from wasl.country.egypt.national_id import LENGTH as NID_LENGTH
from wasl.country.egypt.national_id import check_national_id
from wasl.country.egypt.phones import parse_phone
from wasl.country.egypt.places import PlaceIndex, bare_name
from wasl.kernel.codes import is_code, make_code, number_of
from wasl.kernel.folding import fold, fold_digits

TEXT_MAX = 200
WORDS_MAX = 8
OLDEST_YEAR = 1900

_NUMBER = re.compile(r"[0-9\s\-–.()/+\u200e\u200f]+")
_LONG_NUMBER = re.compile(r"(?<![0-9])[0-9]{14}(?![0-9])")
_PLACE_MARKS = frozenset(("محافظه", "مركز", "قسم", "مدينه", "بندر", "حي", "في", "من"))
# As many words as the longest name of a place has.
_SPAN_MAX = 3


@dataclass(frozen=True)
class Reading:
    """One way to read words: standardised words of a name, the place and the year of birth beside them."""

    words: tuple[str, ...]
    place: str | None = None
    birth_year: int | None = None
    # another reading of the same words is without the place that was typed
    place_dropped: bool = False

    def wanted(self) -> list[str]:
        """Give what the index is asked for: @ begins a place, # a year of birth."""
        beside = [f"@{self.place}"] if self.place else []
        return [*self.words, *beside, *([f"#{self.birth_year}"] if self.birth_year else [])]


@dataclass(frozen=True)
class Asked:
    """
    What was typed, understood as far as it goes.

    `kind` says what it was taken for: `nothing`, `too_long`, `too_short`, `nid`, `phone`, `code`, `number` (of no
    kind that is known) or `words`. A number may be a phone and a code at once: then both are there.
    """

    kind: str
    text: str
    nid: str | None = None
    nid_problem: str | None = None
    phone: int | None = None
    code: str | None = None
    readings: tuple[Reading, ...] = ()
    written: tuple[str, ...] = ()
    # what is left of them without those that name a place, and those
    name_written: tuple[str, ...] = ()
    place_written: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Give the words of the likeliest reading."""
        return self.readings[0].words if self.readings else ()


def read_asked(text: str, *, today: date) -> Asked:
    """Understand what was typed; never fails, whatever it is."""
    text = text.replace("\x00", "").strip()
    if not text:
        return Asked("nothing", "")
    if len(text) > TEXT_MAX:
        return Asked("too_long", text[:TEXT_MAX])
    digits = fold_digits(text)
    if _NUMBER.fullmatch(digits):
        return _read_number(text, digits, today)
    inside = _LONG_NUMBER.search(digits)
    if inside is not None:
        return _read_number(text, inside[0], today)
    return _read_words(text, today)


def _read_number(text: str, digits: str, today: date) -> Asked:
    bare = re.sub(r"[^0-9]", "", digits)
    checked = check_national_id(bare, today)
    nid = None if isinstance(checked, str) else checked.text
    phone = parse_phone(digits)
    code = make_code(number_of(bare)) if is_code(bare) else None
    kind = "nid" if nid else "phone" if phone else "code" if code else "number"
    problem = str(checked) if kind == "number" and len(bare) == NID_LENGTH else None
    return Asked(kind, text, nid=nid, nid_problem=problem, phone=phone, code=code)


def _read_words(text: str, today: date) -> Asked:
    years = [int(word) for word in fold(text).split() if re.fullmatch(r"[0-9]{4}", word)]
    year = next((year for year in years if OLDEST_YEAR <= year <= today.year), None)
    written = [word for word in re.split(r"[\s،,؛;/|]+", text) if re.search(r"[^\W\d_]", word)]
    written = [word for word in written if len(fold(word)) > 1][: WORDS_MAX + _SPAN_MAX]
    readings = tuple(dict.fromkeys(one for one in _readings(written, year) if one.words))
    if not readings:
        return Asked("too_short", text)
    found = _find_place(written)
    name = written if found is None or found.is_name else found.rest
    place = [word for word in written if word not in name]
    return Asked(
        "words", text, readings=readings, written=tuple(written), name_written=tuple(name),
        place_written=tuple(place),
    )  # fmt: skip


def _readings(written: Sequence[str], year: int | None) -> Iterable[Reading]:
    """List the ways to read the words: with the place they name, as names alone, without the place."""
    plain = Reading(_standard(written), birth_year=year)
    found = _find_place(written)
    if found is None:
        yield plain
    else:
        rest = _standard(found.rest)
        placed = [Reading(rest, place=place, birth_year=year) for place in found.places]
        yield from [plain, *placed] if found.is_name else [*placed, plain]
        yield Reading(rest, birth_year=year, place_dropped=True)
    if year is not None:
        yield Reading(plain.words)


def _standard(written: Sequence[str]) -> tuple[str, ...]:
    parts = name_parts(" ".join(written))
    standard = (standardise_token(part) for part in parts if not part.isdigit())
    return tuple(dict.fromkeys(word for word in standard if len(word) > 1))[:WORDS_MAX]


@dataclass(frozen=True)
class _Placed:
    """The codes that words may mean, the words without them, and whether they may be a name instead."""

    places: list[str]
    rest: list[str]
    is_name: bool


def _find_place(written: Sequence[str]) -> _Placed | None:
    """Find the words that name a place; where a markaz and a governorate are named, the markaz in it."""
    found = _find_span(written)
    if found is None or found.is_name:
        return found
    other = _find_span(found.rest)
    if other is None or other.is_name:
        return found
    index = _index()
    both = [*found.places, *other.places]
    inside = [code for code in both if index.governorate_of.get(code) in both]
    return _Placed(inside or found.places, other.rest, is_name=False)


def _find_span(written: Sequence[str]) -> _Placed | None:
    """Find the longest words that name a place, and of these the last."""
    for length in range(min(_SPAN_MAX, len(written)), 0, -1):
        for start in range(len(written) - length, -1, -1):
            words = written[start : start + length]
            places = _places_named(" ".join(words))
            if not places:
                continue
            marks = start
            while marks > 0 and fold(written[marks - 1]) in _PLACE_MARKS:
                marks -= 1
            marked = marks < start or fold(words[0]) in _PLACE_MARKS
            is_name = not marked and length == 1 and standardise_token(words[0]) in known_names()
            return _Placed(places, [*written[:marks], *written[start + length :]], is_name)
    return None


def _places_named(text: str) -> list[str]:
    index = _index()
    governorate = index.find_governorate(text)
    if governorate is not None:
        return [governorate]
    return sorted({codes[0] for codes in index.marakiz.get(bare_name(text), {}).values()})[:3]


@cache
def _index() -> PlaceIndex:
    return PlaceIndex.load()
