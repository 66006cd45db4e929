"""Parts of names: gluing what belongs together, and the one spelling of each part that is compared."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Sequence
from functools import cache, lru_cache

from wasl.country.egypt.national_id import FEMALE, MALE
from wasl.country.egypt.tables import read_bytes, read_table
from wasl.kernel.folding import fold

_TAILS = "الدين|الله|لله|الاسلام|النبي|الرسول|الرب|المولي|الحق|الرحمن|الزهرا|الخير|النور|الباب"
_GLUE: tuple[tuple[str, str], ...] = (
    # A last letter that slipped off: فاطم ه.
    (r" ([هي])( |$)", r"\1\2"),
    # A first letter that slipped off: ا حمد.
    (r"(^| )([ا-ي]) ", r"\1\2"),
    (r" ([ا-ي])$", r"\1"),
    # Connectors that some lists write and others leave out: محمد بن علي.
    (r"(^| )(?:بن|ابن|بنت|ولد) ", r"\1"),
    # An article standing alone: ال شافعي.
    (r"(^| )ال ", r"\1ال"),
    (r"(^| )عبدال ", r"\1عبدال"),
    (r"(^| )عبد ", r"\1عبد"),
    (r"(^| )اب[وي] ", r"\1ابو"),
    (r"(^| )ام ", r"\1ام"),
    (rf" ({_TAILS})( |$)", r"\1\2"),
    # A second turn for a chain of two such tails, whose space the first has taken.
    (rf" ({_TAILS})( |$)", r"\1\2"),
)
_GLUE_COMPILED = tuple((re.compile(pattern), replacement) for pattern, replacement in _GLUE)

_LIKE_ARTICLE = (
    "الهام الهامي الياس الماظه الماس البرت البير الفريد الفونس الكسان الكسندر الكسندرا"
    " اليسا اليزا اليان الينا اليفه اليزابيث الحان الطاف الماني الياذر اليشع الونا العازر"
)
_ROOT_ARTICLE = frozenset(_LIKE_ARTICLE.split(" "))
"""Folded names whose first two letters look like the article and are not (إلهام, آلاء, ألفت)."""
_SHORTENED = {
    "منهالله": "منه",
    "هبهالله": "هبه",
    "فاطمهالزهرا": "فاطمه",
    "ايهالله": "ايه",
    "نعمهالله": "نعمه",
}
"""Names that lists write long and short for the same girl."""
_SPELLINGS: tuple[tuple[str, str], ...] = (
    (r"^عبدالرحمان$", "عبدالرحمن"),
    (r"^عبد(?:لل|الل|اللل|لال)(?:ه|اه|ا)$", "عبدالله"),
    (r"^عبدا?لطيف$", "عبداللطيف"),
    (r"^عبد(?!ال|رب|ون|ل)([ا-ي]{3,})$", r"عبدال\1"),
    (r"^ابوال(?=[ا-ي]{3,})", "ابو"),
    (r"اا+", "ا"),
    (r"يي+$", "ي"),
)
_SPELLINGS_COMPILED = tuple((re.compile(pattern), replacement) for pattern, replacement in _SPELLINGS)


def glue_patterns() -> list[tuple[str, str]]:
    r"""
    List the replacements that make one token of each part of a name, in order.

    They apply to *folded* text, each to the whole of it. Patterns and `\1` replacements are read
    alike by Python's re and by RE2 (DuckDB, with option 'g'); polars writes `${1}` for `\1`.
    """
    return list(_GLUE)


def name_parts(text: str) -> list[str]:
    """Split a cleaned name into its folded parts, with what belongs together glued."""
    folded = fold(text)
    for pattern, replacement in _GLUE_COMPILED:
        folded = pattern.sub(replacement, folded)
    return folded.split()


def base_token(token: str) -> str:
    """Bring one part to a spelling without article, by rules alone (no table of misspellings)."""
    folded = fold(token).replace(" ", "")
    for pattern, replacement in _SPELLINGS_COMPILED:
        folded = pattern.sub(replacement, folded)
    if folded.startswith("ال") and len(folded) >= 5 and folded not in _ROOT_ARTICLE:
        folded = folded[2:]
    return _SHORTENED.get(folded, folded)


@lru_cache(maxsize=262_144)
def standardise_token(token: str) -> str:
    """
    Bring one part of a name to the spelling that is compared.

    Folds, drops the article (السيد and سيد are written for one man), and mends misspellings that
    were observed of common names and are no names themselves.
    """
    base = base_token(token)
    mended = _misspellings().get(base)
    return mended if mended is not None else _with_usual_ending(base)


def _with_usual_ending(token: str) -> str:
    """Write a last alef as the ى or ة of a common name (مصطفا, فاطما), unless it is itself a name."""
    if not token.endswith("ا") or token in known_names():
        return token
    counts = _counts()
    for ending in ("ي", "ه"):
        usual = token[:-1] + ending
        if usual in known_names() and counts.get(token, 0) * 50 < counts[usual]:
            return usual
    return token


def standardise_tokens(tokens: Sequence[str]) -> list[str]:
    """Standardise many distinct parts, in their order."""
    return [standardise_token(token) for token in tokens]


def token_sex(token: str) -> int:
    """Say whose given name a part is: 1 male, 2 female, 0 unknown or either."""
    standard = standardise_token(token)
    known = _sexes().get(standard)
    if known is not None:
        return known
    if standard.startswith(("عبد", "ابو")) or standard.endswith("الدين"):
        return MALE
    return FEMALE if standard.startswith("ام") and standard[2:] in _sexes() and len(standard) > 4 else 0


@cache
def _misspellings() -> dict[str, str]:
    return {row["written"]: row["token"] for row in read_table("name_misspellings.csv")}


@cache
def list_frequencies() -> tuple[dict[str, str], ...]:
    """List every counted part with its sex and counts by position in the chain; see data/README.md."""
    text = gzip.decompress(read_bytes("name_frequencies.csv.gz")).decode()
    return tuple(csv.DictReader(io.StringIO(text)))


@cache
def _counts() -> dict[str, int]:
    columns = ("given_m", "given_f", "father", "later")
    return {row["token"]: sum(int(row[name]) for name in columns) for row in list_frequencies()}


@cache
def _sexes() -> dict[str, int]:
    return {row["token"]: int(row["sex"]) for row in list_frequencies()}


@cache
def known_names() -> frozenset[str]:
    """List the common names, standardised, a few hundred: two of them never match fuzzily."""
    return frozenset(row["token"] for row in read_table("names_common.csv"))
