"""
Needs from words: what a cell, a title or a file name says was given, and how much of it.

The longest wording found wins, on the borders of words. A word of the month (شهري) is never
dropped to reach a shorter wording: it turns help given once (مساعدة مالية) into something that
occupies the month (مساعدة مالية شهرية).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

from wasl.country.egypt.absence import is_absent
from wasl.country.egypt.calendar import MONTHS
from wasl.country.egypt.tables import read_table
from wasl.kernel.folding import fold, fold_digits


class HasWordings(Protocol):
    """What the finder needs to know of a need."""

    @property
    def code(self) -> str: ...
    @property
    def name_ar(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def slots(self) -> tuple[str, ...]: ...
    @property
    def unit(self) -> str: ...
    @property
    def wordings(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class ShippedNeed:
    """A row of the catalogue a new alliance starts with; `months` is a number, `season` or `once`."""

    code: str
    name_ar: str
    name_en: str
    axis: str
    subject: str
    slots: tuple[str, ...]
    guard: str
    months: str
    unit: str
    wordings: tuple[str, ...]


@cache
def list_shipped_needs() -> tuple[ShippedNeed, ...]:
    """List the shipped catalogue of needs."""
    return tuple(
        ShippedNeed(
            **{name: row[name] for name in ("code", "name_ar", "name_en", "axis", "subject")},
            slots=tuple(slot for slot in row["slots"].split("|") if slot),
            guard=row["guard"],
            months=row["months"],
            unit=row["unit"],
            wordings=tuple(row["wordings"].split("|")),
        )
        for row in read_table("needs.csv")
    )


class FoundNeed(NamedTuple):
    """A need's code and the quantity beside it, each None where the text does not say it."""

    code: str | None
    quantity: float | None


MONTHLY = "شهري"
_MONTHLY_WORDS = frozenset(("شهري", "شهريه", "شهريا", "شهريات", "monthly"))
_PARTICLES = frozenset("ل من علي في عن الي مع و ب كل تم the of for a an and".split(" "))  # noqa: SIM905
_PREFIXES = ("وال", "بال", "فال", "كال", "ولل", "لل", "ال", "و", "ل", "ب")
_NUMBER_WORDS = {
    word: float(number)
    for number, words in enumerate(
        (
            "واحد واحده",
            "اثنين اثنان اتنين اثنتين",
            "ثلاث ثلاثه تلات تلاته",
            "اربع اربعه",
            "خمس خمسه",
            "ست سته",
            "سبع سبعه",
            "ثمان ثماني ثمانيه تمن تمانيه",
            "تسع تسعه",
            "عشر عشره",
        ),
        1,
    )
    for word in words.split(" ")
}
_MONTH_NAMES = "|".join(
    sorted((name for name in MONTHS if " " not in name), key=lambda name: (-len(name), name))
)
_DATES = re.compile(r"[0-9]{1,4}\s*[/\\-]\s*[0-9]{1,4}(?:\s*[/\\-]\s*[0-9]{1,4})?")
_NOT_QUANTITIES = re.compile(
    rf"(?:^| )(?:(?:شهر|رقم|مرحله|المرحله|دفعه|الدفعه|كشف|اسبوع|مجموعه|سنه|عام|لسنه) [0-9]+"
    rf"|(?:{_MONTH_NAMES}) [0-9]+"
    rf"|[0-9]+ (?=(?:{_MONTH_NAMES})(?: |$))|(?:14|19|20)[0-9]{{2}}(?= |$)|[0-9p]+ (?:جنيه[ا-ي]*"
    rf"|ج|ج م|egp|le)(?= |$))"
)
_TWO_MONTHS = re.compile(rf"(?:^| )(?:ل|و|عن )?(?:ال)?شهري (?=و?(?:{_MONTH_NAMES})(?: |$))")
_LETTERS_AND_DIGITS = re.compile(r"(?<=[a-zا-ي])(?=[0-9])|(?<=[0-9])(?=[a-zا-ي])")
_DECIMAL = re.compile(r"(?<=[0-9])[.,٫](?=[0-9])")
_MOST_AFTER = 60.0
_MOST_BEFORE = 2000.0
_UNITS_OF_MONEY = frozenset(("payment",))


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    place: int
    dual: bool


@dataclass(frozen=True, slots=True)
class _Match:
    code: str
    wording: tuple[str, ...]
    first: int
    last: int
    dual: bool

    @property
    def rank(self) -> tuple[int, int]:
        return (-len(" ".join(self.wording)), self.first)

    @property
    def monthly(self) -> bool:
        return MONTHLY in self.wording


class NeedFinder:
    """
    Finds needs by the wordings of a catalogue (the shipped one unless another is given).

    A text with a word of the month matches only wordings that have one too. Where none does, the
    wording found without it leads to the monthly need of the same slot (كرتونة جافة شهرية is the
    monthly food package), if there is exactly one or the need itself is given monthly; else the
    text is not recognised, rather than wrong.
    """

    def __init__(self, catalogue: Iterable[HasWordings] | None = None) -> None:
        needs = list(catalogue) if catalogue is not None else list(list_shipped_needs())
        said = [(need, (*need.wordings, need.name_ar, need.name_en, need.code)) for need in needs]
        self._slots = {need.code: frozenset(need.slots) for need in needs}
        self._units = {need.code: need.unit for need in needs}
        self._vocabulary = {
            _plain_word(word)
            for _, wordings in said
            for wording in wordings
            for word in fold(wording).split(" ")
        }
        self._wordings: dict[tuple[str, ...], str] = {}
        for need, wordings in said:
            for wording in wordings:
                key = tuple(word.text for word in self._words(fold(wording).split(" ")))
                if key:
                    self._wordings.setdefault(key, need.code)
        self._longest = max((len(key) for key in self._wordings), default=0)
        self._monthly_needs = {code for key, code in self._wordings.items() if MONTHLY in key}
        self.find = lru_cache(maxsize=65_536)(self._find)

    def _find(self, text: str | None) -> FoundNeed:
        """Find the need with the longest wording, and the quantity that stands with it."""
        if text is None or is_absent(text):
            return FoundNeed(None, None)
        tokens = _tokens(text)
        chosen = self._choose(tokens)
        if chosen is None:
            return FoundNeed(None, _stated_count(tokens))
        code, match = chosen
        return FoundNeed(code, self._quantity(tokens, match))

    def find_all(self, text: str | None) -> list[str]:
        """List the needs whose wordings stand side by side in a text, longest first (كرتونة + بطانية)."""
        if text is None or is_absent(text):
            return []
        tokens = _tokens(text)
        taken: set[int] = set()
        codes: list[str] = []
        for match in sorted(self._matches(self._words(tokens)), key=lambda one: one.rank):
            places = set(range(match.first, match.last + 1))
            if not places & taken:
                taken |= places
                codes += [match.code] if match.code not in codes else []
        return codes

    def _choose(self, tokens: Sequence[str]) -> tuple[str, _Match] | None:
        words = self._words(tokens)
        matches = sorted(self._matches(words), key=lambda one: one.rank)
        if all(word.text != MONTHLY for word in words):
            return (matches[0].code, matches[0]) if matches else None
        monthly = [match for match in matches if match.monthly]
        if monthly:
            return monthly[0].code, monthly[0]
        code = self._monthly_relative(matches[0].code) if matches else None
        return None if code is None else (code, matches[0])

    def _monthly_relative(self, code: str) -> str | None:
        """Give the need that is this one given every month, if the catalogue leaves no doubt."""
        if code in self._monthly_needs:
            return code
        slots = self._slots[code]
        relatives = {other for other in self._monthly_needs if slots and self._slots[other] == slots}
        return relatives.pop() if len(relatives) == 1 else None

    def _matches(self, words: Sequence[_Word]) -> list[_Match]:
        found = []
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + self._longest) + 1):
                part = words[start:end]
                key = tuple(word.text for word in part)
                code = self._wordings.get(key)
                alone = end - start == len(words)
                if code is not None and (key != (MONTHLY,) or alone):
                    dual = any(word.dual for word in part)
                    found.append(_Match(code, key, part[0].place, part[-1].place, dual))
        return found

    def _words(self, tokens: Sequence[str]) -> list[_Word]:
        """Bring tokens to the words of the catalogue; numbers and particles stand aside."""
        words = []
        for place, token in enumerate(tokens):
            if token in _PARTICLES or token in _NUMBER_WORDS or re.fullmatch(r"[0-9p]+", token):
                continue
            text, dual = self._known_form(token)
            words.append(_Word(text, place, dual))
        return words

    def _known_form(self, token: str) -> tuple[str, bool]:
        """Take prefixes and endings off until a word of the catalogue remains; tell a dual."""
        for bare in _without_prefixes(token):
            plain = _plain_word(bare)
            if plain in self._vocabulary or plain == MONTHLY:
                return plain, False
            for ending, instead, dual in _ENDINGS:
                if bare.endswith(ending) and len(bare) - len(ending) >= 3:
                    stem = _plain_word(bare.removesuffix(ending) + instead)
                    if stem in self._vocabulary:
                        return stem, dual
        return _plain_word(token), False

    def _quantity(self, tokens: Sequence[str], match: _Match) -> float | None:
        stated = _stated_count(tokens)
        if stated is not None:
            return stated
        if match.dual:
            return 2.0
        if self._units.get(match.code) in _UNITS_OF_MONEY:
            return None
        before = _number(tokens[match.first - 1]) if match.first else None
        if before is None and match.first > 1 and tokens[match.first - 1] in _MEASURES:
            before = _number(tokens[match.first - 2])
        if before is not None and 0 < before <= _MOST_BEFORE:
            return before
        after = _number(tokens[match.last + 1]) if match.last + 1 < len(tokens) else None
        return after if after is not None and 0 < after <= _MOST_AFTER else None


_ENDINGS = (
    ("تين", "ه", True),
    ("تان", "ه", True),
    ("ين", "", True),
    ("ان", "", True),
    ("ات", "ه", False),
    ("ات", "", False),
    ("ت", "ه", False),
    ("ا", "", False),
    ("s", "", False),
)
_MEASURES = frozenset("كيلو كجم كيلوجرام كغ ك قطعه قطع عدد كرتونه شنطه kg kilo pcs x".split(" "))  # noqa: SIM905


def _plain_word(word: str) -> str:
    """Bring a folded word to one form: without article, one gender of adjectives, one word for monthly."""
    if word in _MONTHLY_WORDS or word.removeprefix("ال") in _MONTHLY_WORDS:
        return MONTHLY
    bare = word[2:] if word.startswith("ال") and len(word) > 4 else word
    return bare[:-1] if bare.endswith("يه") and len(bare) > 4 else bare


def _without_prefixes(token: str) -> list[str]:
    return [token, *(token[len(p) :] for p in _PREFIXES if token.startswith(p) and len(token) - len(p) >= 3)]


def _tokens(text: str) -> list[str]:
    """Fold a text to tokens without dates, years, months' numbers and sums of money; `p` is a point."""
    written = _DECIMAL.sub("p", _DATES.sub(" ", fold_digits(text)))
    folded = re.sub(r"(?<=[0-9])p(?=[0-9])", "<", fold(written))
    folded = " ".join(_LETTERS_AND_DIGITS.sub(" ", folded).split()).replace("<", "p")
    folded = re.sub(r"(^| )(?:ل|عن )?(?:ال)?شهر (?=رمضان(?: |$))", r"\1", folded)
    without = _NOT_QUANTITIES.sub(" ", _TWO_MONTHS.sub(" ", folded))
    return without.split()


def _number(token: str) -> float | None:
    if re.fullmatch(r"[0-9]+(?:p[0-9]+)?", token):
        return float(token.replace("p", "."))
    return _NUMBER_WORDS.get(token)


def _stated_count(tokens: Sequence[str]) -> float | None:
    """Read a count that says it is one: عدد 2, x2, × 3."""
    for place, token in enumerate(tokens[:-1]):
        if token in ("عدد", "العدد", "x", "qty", "كميه", "الكميه"):
            return _number(tokens[place + 1])
    return None
