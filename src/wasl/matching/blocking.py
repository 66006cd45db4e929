"""Candidate pairs: only what ids leave open is compared, through keys that say enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from wasl.matching.arrays import distinct, mix_columns, pack, runs
from wasl.matching.encode import HEAD, SPOUSE
from wasl.matching.options import Array, LinkOptions, empty
from wasl.matching.stages import Stages, Table

FIRM, SOLE, HARD = 0, 1, 2
"""A record whose id others confirm; one alone with its id; one without an id that can be trusted."""

_WAITING = 6_000_000
"""Pairs that wait to be sorted among those that other rules have found."""
_PAIRS = 2_000_000
"""Pairs of one rule that are made at a time."""


@dataclass(frozen=True)
class Rule:
    """
    One blocking rule: records that share a key meet, if one of them asks.

    `keys` are one or more keys per record (0: none), made when asked for: all at once they would be a
    gigabyte at seven million records. `asks` narrows which records without a trusted id ask. Where
    `ignores_ids`, records alone with their id ask too, and may meet other ids.
    """

    make: Callable[[], tuple[Array, ...]]
    asks: Array | None = None
    ignores_ids: bool = False

    @property
    def keys(self) -> tuple[Array, ...]:
        return self.make()


def blocking_rules(enc: Table) -> dict[str, Rule]:
    """
    Return the rules by name.

    Names enter as canon tokens, dates with day and month in ascending order, later names as unordered
    pairs: a misspelling, a swapped date, a dropped or turned name, or the family's name in the
    grandfather's place does not part a pair.
    """
    given, father, third, fourth = (enc["tok_canon"][enc["chain"][:, place]] for place in range(4))
    n = len(given)
    phone, village, markaz, gov = enc["phone"], enc["village"], enc["markaz"], enc["gov"]
    date, year = _dates(enc), enc["birth_year"]

    def key(number: int, *columns: Array) -> Array:
        there = np.ones(n, dtype=bool)
        for column in columns:
            there &= column > 0
        rows = np.flatnonzero(there)
        out = np.zeros(n, dtype=np.int64)
        out[rows] = mix_columns(number, *(column[rows] for column in columns)) | 1
        return out

    def rule(number: int, *columns: Array, asks: Array | None = None, ignores_ids: bool = False) -> Rule:
        return Rule(lambda: (key(number, *columns),), asks, ignores_ids)

    def two_later(number: int, *columns: Array, asks: Array | None = None) -> Rule:
        pairs = ((father, third), (father, fourth), (third, fourth))
        return Rule(
            lambda: tuple(key(number, *columns, np.minimum(x, y), np.maximum(x, y)) for x, y in pairs), asks
        )

    def couples(number: int, place: Array, of: int, asks: Array | None = None) -> Rule:
        return Rule(lambda: (key(number, place, *_couple(enc, given, father, of)),), asks)

    def ids(number: int, part: Callable[[Array], Array], *columns: Array) -> Rule:
        return Rule(
            lambda: (key(number, part(np.where(enc["borrowed"], 0, enc["nid"])), *columns),), None, True
        )

    def hidden() -> tuple[Array, ...]:
        return (key(16, np.where(enc["nid_valid"] | enc["borrowed"], 0, enc["nid"])),)

    return {
        "date_given_father": rule(1, date, given, father, ignores_ids=True),
        "date_given_governorate": rule(2, date, given, gov),
        "date_father_third": rule(3, date, father, third),
        "phone_given": rule(4, phone, given, ignores_ids=True),
        "phone_date": rule(5, phone, date),
        "village_names": two_later(6, village, given),
        "village_two_names": rule(7, village, given, father, asks=third == 0),
        "village_later_names": rule(8, village, father, third, fourth, year),
        "village_year": rule(9, village, given, year, asks=date == 0),
        "markaz_names": two_later(10, markaz, given, asks=(village == 0) | (fourth > 0)),
        "governorate_names": rule(11, gov, given, father, third, fourth),
        "couple": couples(12, gov, 2),
        "couple_village": couples(13, village, 1, asks=third == 0),
        "id_tail": ids(14, lambda nid: nid % 10**7, given),
        "id_head": ids(15, lambda nid: nid // 10**7, given, father),
        "id": Rule(hidden),
    }


def _dates(enc: Table) -> Array:
    """Return whole birth dates as numbers, day and month in ascending order; 0 where not whole."""
    low = np.minimum(enc["birth_month"], enc["birth_dom"]).astype(np.int32)
    high = np.maximum(enc["birth_month"], enc["birth_dom"])
    date = enc["birth_year"].astype(np.int32) * 1000 + low * 32 + high
    return np.where(enc["birth_precision"] == 3, date, 0)


def _couple(enc: Table, given: Array, father: Array, names: int) -> list[Array]:
    """Return each partner's own and the other's name, or two `names` of each, 0 outside couples."""
    n = len(given)
    ent, rec, rel = enc["m_ent"], enc["m_rec"], enc["m_rel"]
    head = np.full(len(enc["e_id"]), -1, dtype=np.int32)
    spouse = head.copy()
    head[ent[rel == HEAD][::-1]] = rec[rel == HEAD][::-1]
    spouse[ent[rel == SPOUSE][::-1]] = rec[rel == SPOUSE][::-1]
    mine, theirs = np.zeros((2, names, n), dtype=np.int32)
    couple = np.flatnonzero((head >= 0) & (spouse >= 0))
    for self_, other in ((head[couple], spouse[couple]), (spouse[couple], head[couple])):
        kept = enc["entry"][self_] == couple
        for place, column in enumerate((given, father)[:names]):
            mine[place, self_[kept]] = column[self_[kept]]
            theirs[place, self_[kept]] = column[other[kept]]
    return [*mine, *theirs]


def candidate_pairs(enc: Table, status: Array, options: LinkOptions, stages: Stages) -> Table:
    """
    Return the packed pairs that some blocking rule brings together, ascending.

    Blocks over the cap are left out and counted. Records whose id others confirm never ask.
    """
    rules = blocking_rules(enc)
    found, waiting = empty(), [empty()]
    for number, (name, rule) in enumerate(rules.items()):
        stages.tell("candidates", number / (len(rules) + 1))
        asks = status >= (SOLE if rule.ignores_ids else HARD)
        if rule.asks is not None:
            asks = asks & rule.asks
        pairs, capped = join_blocks(rule.keys, asks, options.block_cap)
        waiting.append(pairs)
        stages.note("candidates", f"blocks of {name} over the cap", capped)
        if sum(map(len, waiting)) > _WAITING:
            found, waiting = distinct(np.concatenate((found, *waiting)), in_place=True), []
    return {"pairs": distinct(np.concatenate((found, *waiting)), in_place=True)}


def join_blocks(keys: tuple[Array, ...], asks: Array, cap: int) -> tuple[Array, int]:
    """
    Return the packed pairs within blocks of one rule of which at least one end asks.

    One sort of the key with the row packed beneath it does what a hash join does, in a fifth of the
    time and 8 bytes a row; a chance collision of the shortened key only adds a candidate. Rows whose key
    nobody asks for are mostly left out before the sort, by a table of the asked keys' first bits.
    """
    mask = np.int64((1 << max(1, len(asks).bit_length())) - 1)
    packed = distinct(_rows_asked_for(keys, asks, mask), in_place=True)
    start, length = runs(packed & ~mask)
    row = (packed & mask).astype(np.int32)
    del packed
    asking = asks[row]
    wanted = np.logical_or.reduceat(asking, start) if len(start) else np.zeros(0, dtype=bool)
    wanted &= length > 1
    over = wanted & (length > cap)
    wanted &= ~over
    first = np.repeat(np.where(wanted, start, -1), length)
    size = np.repeat(length, length)
    who = np.flatnonzero(asking & (first >= 0))
    out = [empty()]
    for part in _split(size[who], _PAIRS):
        asker, pair = row[who[part]], _each(first[who[part]], size[who[part]])
        asker, other = asker[pair[0]], row[pair[1]]
        keep = (asker != other) & (~asks[other] | (asker < other))
        out.append(pack(asker[keep], other[keep]))
    return np.concatenate(out), int(over.sum())


def _rows_asked_for(keys: tuple[Array, ...], asks: Array, mask: np.int64) -> Array:
    """Return key and row, packed, of all rows whose key some asking row may have."""
    bits = min(26, max(10, int(asks.sum()).bit_length() + 4))
    away = np.int64(63 - bits)
    asked = np.zeros(1 << bits, dtype=bool)
    for key in keys:
        asked[key[asks] >> away] = True
    out = []
    for key in keys:
        row = np.flatnonzero((key != 0) & asked[key >> away])
        out.append((key[row] & ~mask) | row)
    return np.concatenate(out)


def _split(sizes: Array, limit: int) -> list[slice]:
    """Return slices of rows whose sizes add up to about `limit`."""
    if not len(sizes):
        return []
    number = np.cumsum(sizes) // limit
    edges = [0, *(np.flatnonzero(number[1:] != number[:-1]) + 1), len(sizes)]
    return [slice(a, b) for a, b in pairwise(edges)]


def _each(start: Array, length: Array) -> tuple[Array, Array]:
    """Return for every step of every run the run and the place stepped on."""
    run = np.repeat(np.arange(len(start), dtype=np.int32), length)
    at = np.arange(len(run)) + np.repeat(start - (np.cumsum(length) - length), length)
    return run, at
