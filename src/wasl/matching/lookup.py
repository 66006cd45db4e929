"""Which rows may hold a value: made once of a whole column, asked for the few values of a change."""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import mix
from wasl.matching.options import Array

_MANY = 128
"""Of so many rows one is asked for: then it pays to note where each value's rows begin."""


class Lookup:
    """
    The rows of a column by value, −1 being a value too.

    Values too wide to stand in one integer with their row are scattered and lose bits, so a row may be named
    that holds another value: whoever asks looks at the column as it stands.
    """

    def __init__(self, values: Array) -> None:
        self._bits = max(1, len(values).bit_length())
        self._wide = int(values.max(initial=0)).bit_length() + 1 + self._bits > 62
        packed = self._keys(values)
        packed |= np.arange(len(values))
        if len(packed) and not bool((packed[1:] > packed[:-1]).all()):
            packed.sort()
        self._packed = packed
        self._starts: Array | None = None

    def rows(self, wanted: Array) -> Array:
        """Return the rows that hold one of the wanted values, in no special order."""
        first, count = self._runs(wanted)
        at = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(int(count.sum()))
        return np.asarray(self._packed[at] & ((1 << self._bits) - 1))

    def _runs(self, wanted: Array) -> tuple[Array, Array]:
        """Return where each wanted value's rows begin, and how many it has."""
        if self._starts is None and not self._wide and len(wanted) * _MANY > len(self._packed):
            held = self._packed >> self._bits
            if len(held) and int(held[-1]) < 2 * len(held) + _MANY:
                count = np.bincount(held)
                self._starts = np.concatenate(([0], np.cumsum(count))).astype(np.int32)
        if self._starts is not None:
            last = len(self._starts) - 2
            value = wanted[wanted < last].astype(np.int64) + 1
            first = self._starts[value]
            return first, self._starts[value + 1] - first
        key = np.sort(self._keys(wanted))
        first = np.searchsorted(self._packed, key)
        return first, np.searchsorted(self._packed, key + (1 << self._bits)) - first

    def _keys(self, values: Array) -> Array:
        key = values.astype(np.int64)
        key += 1
        if self._wide:
            key = (mix(key) >> np.uint64(self._bits + 2)).view(np.int64)
        key <<= self._bits
        return np.asarray(key)
