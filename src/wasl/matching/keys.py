"""Blocks that can be looked up and that grow: sorted keys with the row, and two flags of it, packed beneath."""

from __future__ import annotations

import numpy as np

from wasl.matching.options import Array, empty
from wasl.matching.stages import Table

ROW_BITS = 27
"""Room for 134 million rows; a key keeps its upper 34 bits, so chance may add a row to a block now and then."""
_SHIFT = np.int64(ROW_BITS + 2)
_ROW = np.int64((1 << ROW_BITS) - 1)
_BELOW = np.int64((1 << (ROW_BITS + 2)) - 1)
_REBASE = 10
_BLOCK = 1 << 15
"""Keys that are looked through at a time: they stay in the processor's cache."""


def pack_keys(key: Array, row: Array, flag: Array, second: Array | None = None) -> Array:
    """Return keys with rows and flags beneath them, in ascending order."""
    low = row.astype(np.int64) | (flag.astype(np.int64) << ROW_BITS)
    if second is not None:
        low |= second.astype(np.int64) << (ROW_BITS + 1)
    return np.sort((key & ~_BELOW) | low)


def row_of(packed: Array) -> Array:
    """Return the rows beneath packed keys."""
    return (packed & _ROW).astype(np.int32)


def flag_of(packed: Array, number: int = 0) -> Array:
    """Return one of the two flags."""
    return np.asarray((packed >> (ROW_BITS + number)) & 1 > 0)


def block_of(packed: Array) -> Array:
    """Return the number of the block that packed keys belong to."""
    return np.asarray(packed >> _SHIFT)


class Keys:
    """
    Sorted keys by rule: a base that stays, rows whose keys there no longer hold, and the keys that came since.
    """

    def __init__(self, base: Table, changed: Table, rows: int) -> None:
        self.base = base
        self.since = {rule: column for rule, column in changed.items() if rule != "at"}
        self.stale = np.zeros(rows + 1, dtype=bool)
        self.stale[changed["at"]] = True

    @staticmethod
    def nothing(rules: list[str]) -> Table:
        """Return the changed part of keys that nothing changed."""
        return {"at": empty(), **{rule: empty() for rule in rules}}

    def grow(self, rows: int) -> None:
        """Make room for more rows."""
        stale = np.zeros(rows + 1, dtype=bool)
        stale[: len(self.stale) - 1] = self.stale[:-1]
        self.stale = stale

    def keys_of(self, rule: str, rows: Array) -> Array:
        """Return the packed keys of the flagged rows as they stand."""
        base, since = self.base[rule], self.since[rule]
        parts = [base[at : at + _BLOCK] for at in range(0, len(base), _BLOCK)]
        mine = np.concatenate([empty(), *(part[rows[part & _ROW]] for part in parts)])
        return _merge(mine[~self.stale[row_of(mine)]], since[rows[row_of(since)]])

    def put(self, rows: Array, made: Table) -> None:
        """Give the flagged rows new keys in place of what they had."""
        for rule, column in made.items():
            since = self.since[rule]
            self.since[rule] = _merge(since[~rows[row_of(since)]], column)
        self.stale |= rows

    def blocks(self, rule: str, wanted: Array) -> tuple[Array, Array]:
        """Return the packed keys within the wanted blocks, block by block, and each block's length."""
        found, sizes = [], np.zeros(len(wanted), dtype=np.int64)
        for keys, lapsed in ((self.base[rule], self.stale), (self.since[rule], None)):
            first = np.searchsorted(keys, wanted << _SHIFT)
            count = np.searchsorted(keys, (wanted << _SHIFT) | _BELOW, side="right") - first
            block = np.repeat(np.arange(len(wanted)), count)
            step = np.arange(len(block)) - np.repeat(np.cumsum(count) - count, count)
            mine = keys[first[block] + step]
            if lapsed is not None:
                kept = ~lapsed[row_of(mine)]
                mine, block = mine[kept], block[kept]
            sizes += np.bincount(block, minlength=len(wanted))
            found.append(mine)
        return np.sort(np.concatenate(found)), sizes

    def parts(self) -> tuple[Table, Table]:
        """Return base and changed part; many changes make a new base."""
        at = np.flatnonzero(self.stale)
        if len(at) * _REBASE > len(self.stale):
            base = {
                rule: _merge(column[~self.stale[row_of(column)]], self.since[rule])
                for rule, column in self.base.items()
            }
            return base, Keys.nothing(list(base))
        return self.base, {"at": at, **self.since}


def _merge(one: Array, two: Array) -> Array:
    """Return two ascending arrays as one; a stable sort does so in one go."""
    return np.sort(np.concatenate((one, two)), kind="stable")
