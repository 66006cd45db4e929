"""Reading a header as a phrase: whose (registrant, wife, second child) and what (name, id, phone)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from wasl.intake.reading.header_words import (
    ALWAYS_BARE,
    ATTRIBUTES,
    NAME_PARTS,
    ORDINALS,
    PREFIXES,
    SUBJECTS,
    VOCABULARY,
    Rule,
)
from wasl.kernel.folding import fold

MOST_HEADER_LETTERS = 90
# `عدد المستفيدين` counts people and names none.
_COUNTING = frozenset(
    {fold(word) for word in ("عدد", "أعداد", "رقم", "كود", "نسبة", "إجمالي", "نوع", "فئة", "مبلغ", "قيمة")}
    | {"number", "no", "count", "total", "percentage", "code", "type"}
)
_WIVES = frozenset({"زوج", "زوجه", "زوجات", "حرم"})
_KIN = _WIVES | {
    "ابن",
    "ابنه",
    "ابناء",
    "بنت",
    "بنات",
    "ام",
    "اب",
    "والد",
    "والده",
    "اخ",
    "اخت",
    "حما",
    "حماه",
}
_AS_ON_CARD = re.compile(
    r" (?:كما|حسب|طبقا|وفقا|من واقع) .*(?:بطاقه|البطاقه|بالبطاقه|لبطاقه|للبطاقه|الشهاده).*$"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DIGIT_EDGE = re.compile(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])")


@dataclass(frozen=True)
class Meaning:
    """
    What a header says. `attributes` lists what it may be, likeliest first; contents choose.

    `subject` is None where the header names nobody. `score` is 1 for a usual wording, less for
    a weak one. `unused` says why a column that is understood is not used (`staff`, `signature` …).
    """

    attributes: tuple[str, ...] = ()
    subject: str | None = None
    ordinal: int | None = None
    score: float = 0.0
    unused: str | None = None

    @property
    def attribute(self) -> str | None:
        return self.attributes[0] if self.attributes else None


NOTHING = Meaning()


@lru_cache(maxsize=20_000)
def read_header(text: str) -> Meaning:
    """Read one header cell; `NOTHING` where no usual wording is found in it."""
    if len(text) > MOST_HEADER_LETTERS:
        return NOTHING
    if text.strip() in {"#", "№"}:
        return Meaning(("serial",), score=1.0)
    tokens = tokens_of(text)
    if VOCABULARY.isdisjoint(tokens):
        return NOTHING
    ordinal = _ordinal(tokens)
    subject, spent = _subject(tokens)
    rule = next((rule for rule in ATTRIBUTES if rule.fits(tokens)), None)
    if rule is None:
        return _by_subject_alone(tokens, subject, ordinal, spent)
    if rule.unused:
        return Meaning(rule.attributes, subject, ordinal, rule.score, rule.unused)
    if rule.attributes == ("name",):
        part = _name_part(tokens, subject)
        if part:
            return Meaning((part,), subject if part == "name" else None, ordinal, 1.0)
    return Meaning(rule.attributes, subject, ordinal, _score(rule, tokens))


def tokens_of(text: str) -> tuple[str, ...]:
    """Fold a header into bare words: no article, no prefixed preposition before a known word."""
    spaced = _DIGIT_EDGE.sub(" ", _CAMEL.sub(" ", text))
    return tuple(_bare(token) for token in _AS_ON_CARD.sub("", fold(spaced)).split())


def _bare(token: str) -> str:
    if token in VOCABULARY and token in ALWAYS_BARE:
        return token
    for prefix in PREFIXES:
        rest = token.removeprefix(prefix)
        if rest != token and len(rest) >= 2 and (prefix == "ال" or rest in VOCABULARY):
            return rest
    return token


def _ordinal(tokens: tuple[str, ...]) -> int | None:
    for token in tokens:
        if token.isdecimal() and 1 <= int(token) <= 20:
            return int(token)
        if token in ORDINALS:
            return ORDINALS[token]
    return None


def _subject(tokens: tuple[str, ...]) -> tuple[str | None, frozenset[str]]:
    """Find whom the header speaks of, and the words that say so."""
    own = _without_possessor(tokens)
    for name, rule in SUBJECTS:
        if rule.fits(own):
            return name, rule.words | (frozenset(tokens) - frozenset(own))
    return None, frozenset()


def _without_possessor(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """زوجة رب الأسرة is the wife: the head she is named by goes, and so does the band الأسرة above her."""
    if not _KIN & set(tokens):
        return tokens
    for place, token in enumerate(tokens):
        if token in {"رب", "ربه"} and place and tokens[place - 1] in _KIN:
            return tuple(word for word in tokens if word not in {"رب", "ربه", "اسره"})
    if "رب" in tokens or "ربه" in tokens:
        return tokens
    return tuple(word for word in tokens if word != "اسره") if _WIVES & set(tokens) else tokens


def _by_subject_alone(
    tokens: tuple[str, ...], subject: str | None, ordinal: int | None, spent: frozenset[str]
) -> Meaning:
    """`الزوجة`, `رب الأسرة`, `الطفل الأول`: a person's title alone heads a column of names."""
    if subject is None or _COUNTING & set(tokens):
        return NOTHING
    rest = [
        token for token in tokens if token not in spent and token not in ORDINALS and not token.isdecimal()
    ]
    score = 0.7 if not rest else 0.35
    if subject == "proxy":
        return Meaning(("name",), subject, ordinal, score, "proxy")
    return Meaning(("name",), subject, ordinal, score)


def _name_part(tokens: tuple[str, ...], subject: str | None) -> str | None:
    for part, rule in NAME_PARTS:
        if rule.fits(tokens):
            return None if subject not in {None, "father"} and part != "name_last" else part
    return None


def _score(rule: Rule, tokens: tuple[str, ...]) -> float:
    """A header that says little beside its own words is surer than a long sentence."""
    return rule.score if len(tokens) <= 6 else rule.score * 0.7
