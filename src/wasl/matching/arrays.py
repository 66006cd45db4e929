"""Small vector algorithms the engine rests on: pairs within groups, components, look-ups, mixing."""

from __future__ import annotations

from typing import Any

import numpy as np

from wasl.matching.options import Array, empty

_LOW = np.int64(0xFFFFFFFF)
_BLOCK = 1 << 15
"""Rows that are worked on at a time where many small steps follow each other: half a megabyte at the most."""


def pack(a: Array, b: Array) -> Array:
    """Return unordered pairs as single integers, the smaller end in the high half."""
    out = np.minimum(a, b).astype(np.int64)
    out <<= 32
    out |= np.maximum(a, b)
    return out


def unpack(packed: Array) -> tuple[Array, Array]:
    """Return the two ends of packed pairs, the smaller first."""
    return (packed >> 32).astype(np.int32), (packed & _LOW).astype(np.int32)


def distinct(values: Array, *, in_place: bool = False) -> Array:
    """Return the distinct values, ascending; by sorting, which is quicker here than numpy's hashing."""
    if not len(values):
        return values
    ordered = values if in_place else values.copy()
    ordered.sort()
    keep = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=keep[1:])
    return ordered if keep.all() else np.asarray(ordered[keep])


def ranks(values: Array) -> tuple[Array, Array]:
    """Return each value's place among the distinct values, and those, ascending."""
    width = max(1, len(values).bit_length())
    if not len(values) or int(values.min()) < 0 or int(values.max()).bit_length() + width > 63:
        every = distinct(values)
        return np.searchsorted(every, values).astype(np.int32), every
    packed = values.astype(np.int64)
    packed <<= width
    packed |= np.arange(len(values))
    packed.sort()
    row = packed & ((1 << width) - 1)
    packed >>= width
    fresh = np.ones(len(packed), dtype=bool)
    np.not_equal(packed[1:], packed[:-1], out=fresh[1:])
    out = np.empty(len(values), dtype=np.int32)
    out[row] = np.cumsum(fresh, dtype=np.int32) - 1
    return out, packed[fresh]


def order_by(key: Array, *ties: Array) -> Array:
    """
    Return the order of rows by a wide key, equal keys by `ties` (what decides first stands first), then by row.

    The key's first bits are sorted with the row beneath them; where those leave two rows open, the rest decides.
    """
    low = np.int64((1 << max(1, len(key).bit_length())) - 1)
    packed = (key & ~low) | np.arange(len(key))
    packed.sort()
    order = packed & low
    packed &= ~low
    open_ = np.zeros(len(order), dtype=bool)
    np.equal(packed[1:], packed[:-1], out=open_[1:])
    open_[:-1] |= open_[1:]
    who = order[open_]
    order[open_] = who[np.lexsort((who, *(tie[who] for tie in reversed(ties)), key[who]))]
    return order


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
    fresh = np.ones(len(sorted_keys), dtype=bool)
    np.not_equal(sorted_keys[1:], sorted_keys[:-1], out=fresh[1:])
    edges = np.flatnonzero(fresh)
    return edges, np.diff(np.concatenate((edges, [len(sorted_keys)])))


def pairs_within(keys: Array, items: Array, cap: int, *, chain: bool = True) -> tuple[Array, int]:
    """
    Return all packed pairs of items that share a key, and how many groups were over the cap.

    A group over the cap gives a chain of neighbours in item order instead of all pairs, so that it
    stays connected at linear cost; without `chain` it gives none. Keys too wide to be packed with an item
    must come with their items in ascending order.
    """
    if not len(keys):
        return empty(), 0
    keys, items = _side_by_side(keys, items)
    start, length = runs(keys)
    repeated = bool(((keys[1:] == keys[:-1]) & (items[1:] == items[:-1])).any())
    del keys
    small = length <= cap
    wanted = small & (length > 1)
    large = np.flatnonzero(~small) if chain else empty()
    size_of = length[wanted]
    out = np.empty(int((size_of * (size_of - 1) // 2).sum() + (length[large] - 1).sum()), dtype=np.int64)
    at = 0
    for size in distinct(size_of):
        first = start[wanted & (length == size)]
        for i, j in zip(*np.triu_indices(int(size), 1), strict=True):
            out[at : at + len(first)] = pack(items[first + i], items[first + j])
            at += len(first)
    for first, size in zip(start[large], length[large], strict=True):
        out[at : at + size - 1] = pack(items[first : first + size - 1], items[first + 1 : first + size])
        at += size - 1
    if repeated:
        out = out[(out >> 32) != (out & _LOW)]
    return distinct(out, in_place=True), int((~small).sum())


def _side_by_side(keys: Array, items: Array) -> tuple[Array, Array]:
    """
    Return keys and items ordered by key, equal keys by item; by sorting plain integers.

    That is ten times as quick as sorting places by their keys. A key too wide to stand in one integer with
    its item is scattered first and loses bits: where that brings two keys together, places are sorted after all.
    """
    width = int(items.max()).bit_length()
    if int(keys.min()) >= 0 and int(keys.max()).bit_length() + width < 64:
        packed = keys.astype(np.int64)
        packed <<= width
        packed |= items
        packed.sort()
        return packed >> width, (packed & ((1 << width) - 1)).astype(np.int32)
    low = np.int64((1 << max(1, len(keys).bit_length())) - 1)
    packed = (mix(keys) >> np.uint64(1)).view(np.int64)
    packed &= ~low
    packed |= np.arange(len(keys))
    packed.sort()
    row = packed & low
    packed &= ~low
    keys, items = keys[row], items[row]
    if ((packed[1:] == packed[:-1]) & (keys[1:] != keys[:-1])).any():
        order = np.lexsort((items, keys))
        keys, items = keys[order], items[order]
    return keys, items


def members_by_place(start: Array, of: Array) -> list[Array]:
    """
    Return, place by place, the row of each wanted group's member in that place; -1 where it has fewer.

    `start` holds where each group's rows begin, and where the last one's end. Columns that such rows are
    looked up in may end with one row more, which then stands for nobody.
    """
    first, end = start[of], start[of + 1]
    most = int((end - first).max(initial=0))
    return [np.where(first + place < end, first + place, -1) for place in range(most)]


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
    out = np.array(values, dtype=np.uint64)
    flat = out.reshape(-1)
    for at in range(0, len(flat), _BLOCK):
        _mix_block(flat[at : at + _BLOCK])
    return out


def _mix_block(z: Array) -> None:
    """Scatter in place; of blocks that stay in the processor's cache."""
    with np.errstate(over="ignore"):
        z += np.uint64(0x9E3779B97F4A7C15)
        z ^= z >> np.uint64(30)
        z *= np.uint64(0xBF58476D1CE4E5B9)
        z ^= z >> np.uint64(27)
        z *= np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)


def mix_columns(*columns: Array | int) -> Array:
    """Return one 63-bit key per row from several integer columns; a plain integer is the same in every row."""
    n = max((len(column) for column in columns if not isinstance(column, int)), default=0)
    out = np.empty(n, dtype=np.int64)
    for at in range(0, n, _BLOCK):
        key = np.zeros(min(_BLOCK, n - at), dtype=np.uint64)
        for column in columns:
            part = np.asarray([column] if isinstance(column, int) else column[at : at + _BLOCK])
            part = part.astype(np.int64).view(np.uint64)
            _mix_block(part)
            key ^= part
            _mix_block(key)
        key >>= np.uint64(1)
        out[at : at + _BLOCK] = key.view(np.int64)
    return out


def sum_by(keys: Array, values: Array, n: int) -> Array:
    """Return the wrapping sum of 64-bit values per key."""
    total = np.zeros(n, dtype=np.uint64)
    with np.errstate(over="ignore"):
        np.add.at(total, keys, values)
    return total


def bits(probability: Any) -> Any:
    """Return log2 of a ratio in hundredths of a bit, rounded, as int32."""
    return np.rint(100 * np.log2(probability)).astype(np.int32)
