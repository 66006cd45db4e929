"""Small vector algorithms the engine rests on: pairs within groups, components, look-ups, mixing."""

from __future__ import annotations

from typing import Any

import numpy as np

from wasl.matching.options import Array, empty

_LOW = np.int64(0xFFFFFFFF)


def pack(a: Array, b: Array) -> Array:
    """Return unordered pairs as single integers, the smaller end in the high half."""
    low = np.minimum(a, b).astype(np.int64)
    high = np.maximum(a, b).astype(np.int64)
    return np.asarray((low << 32) | high)


def unpack(packed: Array) -> tuple[Array, Array]:
    """Return the two ends of packed pairs, the smaller first."""
    return (packed >> 32).astype(np.int32), (packed & _LOW).astype(np.int32)


def distinct(values: Array) -> Array:
    """Return the distinct values, ascending; by sorting, which is quicker here than numpy's hashing."""
    if not len(values):
        return values
    ordered = np.sort(values)
    keep = np.ones(len(ordered), dtype=bool)
    keep[1:] = ordered[1:] != ordered[:-1]
    return np.asarray(ordered[keep])


def contains(sorted_values: Array, wanted: Array) -> Array:
    """Return, for each wanted value, whether it stands in an ascending array."""
    if not len(sorted_values):
        return np.zeros(len(wanted), dtype=bool)
    at = np.searchsorted(sorted_values, wanted)
    at[at == len(sorted_values)] = 0
    return np.asarray(sorted_values[at] == wanted)


def runs(sorted_keys: Array) -> tuple[Array, Array]:
    """Return starts and lengths of the runs of equal keys."""
    if not len(sorted_keys):
        return empty(), empty()
    edges = np.flatnonzero(np.concatenate(([True], sorted_keys[1:] != sorted_keys[:-1])))
    return edges, np.diff(np.concatenate((edges, [len(sorted_keys)])))


def pairs_within(keys: Array, items: Array, cap: int) -> tuple[Array, int]:
    """
    Return all packed pairs of items that share a key, and how many groups were over the cap.

    A group over the cap gives a chain of neighbours in item order instead of all pairs, so that it
    stays connected at linear cost.
    """
    if not len(keys):
        return empty(), 0
    order = np.lexsort((items, keys))
    keys, items = keys[order], items[order]
    start, length = runs(keys)
    out: list[Array] = []
    small = length <= cap
    for size in distinct(length[small & (length > 1)]):
        first = start[small & (length == size)]
        block = items[first[:, None] + np.arange(size)]
        i, j = np.triu_indices(int(size), 1)
        out.append(pack(block[:, i].ravel(), block[:, j].ravel()))
    large = ~small
    for at, size in zip(start[large], length[large], strict=True):
        out.append(pack(items[at : at + size - 1], items[at + 1 : at + size]))
    if not out:
        return empty(), int(large.sum())
    found = np.concatenate(out)
    a, b = unpack(found)
    return distinct(found[a != b]), int(large.sum())


def components(n: int, a: Array, b: Array) -> Array:
    """
    Return for each of `n` nodes the smallest node of its connected component.

    Labels sink along edges and are short-cut until nothing moves; the result does not depend on
    the order of the edges.
    """
    label = np.arange(n, dtype=np.int32)
    if not len(a):
        return label
    a = a.astype(np.int32)
    b = b.astype(np.int32)
    while True:
        la, lb = label[a], label[b]
        live = la != lb
        if not live.any():
            return label
        a, b, la, lb = a[live], b[live], la[live], lb[live]
        low, high = np.minimum(la, lb), np.maximum(la, lb)
        np.minimum.at(label, high, low)
        while True:
            shorter = label[label]
            if np.array_equal(shorter, label):
                break
            label = shorter


def mix(values: Array) -> Array:
    """Scatter integers over 64 bits (splitmix64); the same on every machine and version."""
    with np.errstate(over="ignore"):
        z = values.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> np.uint64(31)))


def mix_columns(*columns: Array) -> Array:
    """Return one 63-bit key per row from several integer columns."""
    key = np.zeros(len(columns[0]), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for column in columns:
            key = mix(key ^ mix(column.astype(np.int64).view(np.uint64)))
    return (key >> np.uint64(1)).astype(np.int64)


def sum_by(keys: Array, values: Array, n: int) -> Array:
    """Return the wrapping sum of 64-bit values per key."""
    total = np.zeros(n, dtype=np.uint64)
    with np.errstate(over="ignore"):
        np.add.at(total, keys, values)
    return total


def bits(probability: Any) -> Any:
    """Return log2 of a ratio in hundredths of a bit, rounded, as int32."""
    return np.rint(100 * np.log2(probability)).astype(np.int32)
