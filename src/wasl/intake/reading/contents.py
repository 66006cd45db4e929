"""What a column's cells look like, whatever its header says: shares of a sample that read as this or that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import groupby, pairwise

from wasl.country.egypt.calendar import MONTHS, find_month, parse_date
from wasl.country.egypt.names import is_absent, name_parts, token_sex
from wasl.country.egypt.national_id import NationalId, check_national_id, find_state
from wasl.country.egypt.needs_words import HasWordings
from wasl.country.egypt.phones import parse_phone
from wasl.country.egypt.relations import find_marital, find_relation, find_sex, is_deceased
from wasl.intake.reading.country import is_governorate, is_markaz, is_need, set_needs
from wasl.kernel.folding import fold_cached, fold_digits
from wasl.kernel.money import find_egp

MOST_SAMPLED = 64
_NUMBERED = re.compile(r"^\s*[0-9٠-٩]{1,4}\s*[-–.)]\s*(?=[^\W\d])")
_INTEGER = re.compile(r"[0-9]{1,9}(?:\.0+)?")
_FULL_DATE = re.compile(r"[0-9]{1,4}\s*[/\\.\-]\s*[0-9]{1,2}\s*[/\\.\-]\s*[0-9]{1,4}")


@dataclass(frozen=True)
class Profile:
    """Shares (0 to 1) of the cells that say something; `filled` counts them, `rows` all looked at."""

    rows: int = 0
    filled: int = 0
    shares: dict[str, float] = field(default_factory=dict)
    distinct: float = 0.0
    repeats_above: float = 0.0
    ascending: float = 0.0
    minors: float = 0.0
    counts_up: bool = False
    longest_run: int = 0

    def share(self, kind: str) -> float:
        return self.shares.get(kind, 0.0)

    @property
    def blank(self) -> float:
        return 1 - self.filled / self.rows if self.rows else 1.0


def profile_column(cells: Sequence[str | None], today: date) -> Profile:
    """Profile the cells of one column below its header."""
    written = [cell.strip() for cell in cells if cell is not None and not is_absent(cell)]
    if not written:
        return Profile(rows=len(cells))
    step = max(1, len(written) // MOST_SAMPLED)
    sample = written[::step][:MOST_SAMPLED]
    kinds: Counter[str] = Counter()
    for cell, times in Counter(sample).items():
        kinds.update(dict.fromkeys(_kinds_of(cell), times))
    pairs = list(pairwise(written))
    numbers = [_number(cell) for cell in written] if kinds["number"] else []
    rising = sum(1 for a, b in pairwise(numbers) if a is not None and b is not None and b - a == 1)
    return Profile(
        rows=len(cells),
        filled=len(written),
        shares={kind: count / len(sample) for kind, count in kinds.items()},
        distinct=len(set(written)) / len(written),
        repeats_above=sum(a == b for a, b in pairs) / max(1, len(pairs)),
        ascending=rising / max(1, len(pairs)),
        minors=_minors(sample, today) if kinds["full_nid"] else 0.0,
        longest_run=max(len(list(run)) for _, run in groupby(written)),
        counts_up=len(written) >= 3 and numbers[:1] == [1] and rising >= 0.8 * len(pairs),
    )


@lru_cache(maxsize=20_000)
def _kinds_of(cell: str) -> tuple[str, ...]:
    digits = any(character.isdecimal() for character in cell)
    letters = any(character.isalpha() and character not in "eE" for character in cell)
    if not digits and looks_like_name(cell):
        return _OF_A_NAME
    tests = _KINDS if digits and letters else _OF_NUMERALS if digits else _OF_WORDS
    return tuple(kind for kind, is_kind in tests.items() if is_kind(cell))


def set_catalogue(catalogue: Iterable[HasWordings] | None) -> None:
    """
    Look for the needs of this catalogue in every sheet read from now on; None for the shipped ones.

    A need is what `HasWordings` says: code, names, slots, unit and wordings. It holds for the
    process; a loader sets it before it recognises, and setting the same again costs nothing.
    """
    if set_needs(catalogue):
        _kinds_of.cache_clear()


def _number(cell: str) -> int | None:
    digits = fold_digits(cell)
    return int(float(digits)) if _INTEGER.fullmatch(digits) else None


def _minors(sample: Sequence[str], today: date) -> float:
    read = [check_national_id(cell, today) for cell in sample]
    births = [one.birth_date for one in read if isinstance(one, NationalId)]
    return sum(today.year - born.year < 18 for born in births) / max(1, len(births))


def _is_nid(cell: str) -> bool:
    bare, state = find_state(cell)
    return state == "ok" or state == "lost_scientific" or (bare.isdecimal() and 12 <= len(bare) <= 16)


def _is_full_nid(cell: str) -> bool:
    return find_state(cell)[1] == "ok"


@lru_cache(maxsize=50_000)
def looks_like_name(cell: str, fewest: int = 3) -> bool:
    """A chain of words of letters that begins with a given name."""
    cell = _NUMBERED.sub("", cell)
    if any(character.isdecimal() for character in cell) or len(cell) > 80:
        return False
    parts = name_parts(cell)
    return fewest <= len(parts) <= 8 and token_sex(parts[0]) != 0


def _is_one_name(cell: str) -> bool:
    parts = name_parts(cell)
    return len(parts) == 1 and cell.replace(" ", "").isalpha() and len(cell) > 1


def _is_words(cell: str) -> bool:
    return len(cell.split()) >= 3 and not any(character.isdecimal() for character in cell)


def _is_date(cell: str) -> bool:
    if _INTEGER.fullmatch(fold_digits(cell)) and len(cell.split(".")[0]) < 5:
        return False
    return parse_date(cell).value is not None


def _is_year(cell: str) -> bool:
    digits = fold_digits(cell)
    return len(digits) == 4 and digits.isdecimal() and 1900 <= int(digits) <= 2100


def _is_month(cell: str) -> bool:
    digits = fold_digits(cell)
    if digits.isdecimal() and len(digits) <= 2:
        return 1 <= int(digits) <= 12
    return find_month(cell, 2000) is not None or fold_cached(cell) in MONTHS


def _is_age(cell: str) -> bool:
    number = _number(cell)
    return number is not None and number <= 110


_KINDS: dict[str, Callable[[str], bool]] = {
    "nid": _is_nid,
    "full_nid": _is_full_nid,
    "phone": lambda cell: not _is_full_nid(cell) and parse_phone(cell) is not None,
    "name": looks_like_name,
    "short_name": lambda cell: looks_like_name(cell, 2),
    "one_name": _is_one_name,
    "words": _is_words,
    "date": _is_date,
    "full_date": lambda cell: _FULL_DATE.search(fold_digits(cell)) is not None,
    "year": _is_year,
    "month": _is_month,
    "age": _is_age,
    "number": lambda cell: _number(cell) is not None,
    "money": lambda cell: find_egp(cell) is not None,
    "sex": lambda cell: find_sex(cell) is not None and find_relation(cell) is None,
    "relation": lambda cell: find_relation(cell) is not None,
    "marital": lambda cell: find_marital(cell) is not None,
    "deceased": is_deceased,
    "governorate": is_governorate,
    "markaz": is_markaz,
    "need": is_need,
}


_NUMERAL_KINDS = frozenset(
    {"nid", "full_nid", "phone", "date", "full_date", "year", "month", "age", "number", "money"}
)
# What a chain of three names and more is as well; looking for a place or a need in it costs most.
_OF_A_NAME = ("name", "short_name", "words")
_OF_NUMERALS = {kind: test for kind, test in _KINDS.items() if kind in _NUMERAL_KINDS}
_OF_WORDS = {kind: test for kind, test in _KINDS.items() if kind == "month" or kind not in _NUMERAL_KINDS}


def fit(attribute: str, profile: Profile) -> float:
    """How well cells fit an attribute: 1 they do, 0 they do not, 0.5 nothing can be said."""
    if not profile.filled:
        return 0.5
    judge = _FITS.get(attribute)
    return 0.5 if judge is None else judge(profile)


_FITS: dict[str, Callable[[Profile], float]] = {
    "nid": lambda p: p.share("nid"),
    "phone": lambda p: p.share("phone"),
    "name": lambda p: max(p.share("name"), p.share("short_name") * 0.9, p.share("words") * 0.6 * p.distinct),
    "sex": lambda p: p.share("sex"),
    "relation": lambda p: p.share("relation"),
    "marital": lambda p: p.share("marital"),
    "birth": lambda p: max(p.share("date"), p.share("year") * 0.8),
    "given_on": lambda p: p.share("date"),
    "age": lambda p: p.share("age"),
    "serial": lambda p: p.share("number") * max(p.ascending * 0.9, p.distinct * 0.5),
    "family_no": lambda p: 0.6 if p.repeats_above > 0.1 else 0.4,
    "file_no": lambda p: 0.6 if p.repeats_above > 0.1 else 0.2,
    "quantity": lambda p: max(p.share("number") * (0.1 if p.counts_up else 1.0), 0.6 * p.share("need")),
    "value": lambda p: p.share("money"),
    "unit_value": lambda p: p.share("money"),
    "month": lambda p: p.share("month"),
    "need": lambda p: p.share("need"),
    "status": lambda p: 0.6 if p.share("deceased") else 0.3,
    "governorate": lambda p: p.share("governorate"),
    "markaz": lambda p: p.share("markaz"),
}
