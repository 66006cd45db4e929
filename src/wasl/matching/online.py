"""Names of one question that no record bears: what `dictionary.grow_dictionary` would make of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from wasl.matching.arrays import bits
from wasl.matching.options import NameRules

_LEAST_SHARE, _NO_RARE_NAME = 1e-5, 1e-4
_FORM_LEAST = 4


@dataclass(frozen=True)
class TokenFacts:
    """
    What a lexicon says of a token: what to take off the rarity of a name never met (given, father, later), how
    common it is, and the known tokens that it may be a misspelling of, with how many slips away and how common.
    """

    known: bool
    often: bool
    sex: int
    freq: float
    less: tuple[int, int, int]
    near: tuple[tuple[str, int, float], ...]


@dataclass(frozen=True)
class _Row:
    known: bool
    sex: int
    freq: float
    shares: tuple[float, float, float]


def describe_unseen(token: str, rules: NameRules) -> TokenFacts:
    """Return what the lexicon says of a token that may stand in no dictionary."""
    rows = _read_lexicon(rules)
    row = rows.get(token, _Row(False, 0, 0.0, (0.0, 0.0, 0.0)))
    near = () if row.known or len(token) < 3 else tuple(_near(token, rows))
    less = tuple(int(bits(max(share, _LEAST_SHARE) / _LEAST_SHARE)) for share in row.shares)
    return TokenFacts(
        row.known, row.freq >= _NO_RARE_NAME, row.sex, row.freq, (less[0], less[1], less[2]), near
    )


def forms_of(token: str) -> set[str]:
    """Return what two tokens one slip apart have in common: each without one letter. Short ones have no forms."""
    if len(token) < _FORM_LEAST:
        return set()
    return {token} | {token[:at] + token[at + 1 :] for at in range(len(token))}


def _near(token: str, rows: dict[str, _Row]):  # type: ignore[no-untyped-def]
    for other, row in rows.items():
        if not row.known or abs(len(other) - len(token)) > 2:
            continue
        shorter = min(len(other), len(token))
        away = OSA.distance(token, other, score_cutoff=2)
        if (away <= 1 and shorter >= 3) or (away <= 2 and shorter >= 6):
            yield other, away, row.freq


def _read_lexicon(rules: NameRules) -> dict[str, _Row]:
    return _rows_of(_Kept(rules))


class _Kept:
    """The lexicon as a key of a cache: the table itself, by identity."""

    def __init__(self, rules: NameRules) -> None:
        self.table = rules.lexicon

    def __hash__(self) -> int:
        return id(self.table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and other.table is self.table


@lru_cache(maxsize=2)
def _rows_of(kept: _Kept) -> dict[str, _Row]:
    out: dict[str, _Row] = {}
    columns = ("token", "known", "sex", "freq_given_m", "freq_given_f", "freq_father", "freq_later")
    for token, known, sex, man, woman, father, later in zip(
        *(kept.table.column(name).to_pylist() for name in columns), strict=True
    ):
        if token not in out:
            shares = ((man + woman) / 2, father, later)
            out[token] = _Row(bool(known), int(sex or 0), man + woman + later, shares)
    return out
