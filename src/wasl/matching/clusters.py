"""Clusters of the strongest edges first, under cannot-links. The same for people and for families."""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import components, distinct, pack
from wasl.matching.options import Array, empty

MUST = np.int32(1_000_000)
"""The weight of a verdict: such edges join first, past every cannot-link that is not a verdict too."""


def cluster(
    n: int, a: Array, b: Array, weight: Array, conflicts: Array, forbidden: Array, cap: int
) -> tuple[Array, Array]:
    """
    Return each node's label (the smallest node of its cluster) and which edges were cut.

    `conflicts` and `forbidden` are packed pairs that may not end in one cluster; `forbidden` (verdicts)
    also holds against MUST edges. Components free of any such pair are taken whole, which gives
    what joining edge by edge would; the others are joined edge by edge, strongest first, equal ones
    by node order. A cluster never grows past `cap`.
    """
    label = components(n, a, b)
    barred = np.concatenate((conflicts, forbidden))
    ends_a, ends_b = (barred >> 32).astype(np.int64), (barred & 0xFFFFFFFF).astype(np.int64)
    inside = label[ends_a] == label[ends_b]
    sizes = np.bincount(label, minlength=n)
    bad = sizes > cap
    bad[label[ends_a[inside]]] = True
    cut = np.zeros(len(a), dtype=bool)
    if not bad.any():
        return label, cut
    edges = np.flatnonzero(bad[label[a]])
    order = edges[np.lexsort((b[edges], a[edges], -weight[edges]))]
    nodes = np.flatnonzero(bad[label])
    hard = inside & (np.arange(len(barred)) >= len(conflicts))
    soft = inside & ~hard
    join = _Joiner(len(nodes))
    place = np.zeros(n, dtype=np.int32)
    place[nodes] = np.arange(len(nodes), dtype=np.int32)
    x, y, bar_x, bar_y = place[a], place[b], place[ends_a], place[ends_b]
    join.bar(bar_x[hard].tolist(), bar_y[hard].tolist())
    must = order[weight[order] >= MUST]
    rest = order[weight[order] < MUST]
    cut[must] = join.join_all(x[must].tolist(), y[must].tolist(), len(nodes) + 1)
    join.bar(bar_x[soft].tolist(), bar_y[soft].tolist())
    cut[rest] = join.join_all(x[rest].tolist(), y[rest].tolist(), cap)
    label[nodes] = nodes[join.labels()]
    return label, cut


class _Joiner:
    """Union-find over the nodes of contested components, by their places, with the barred partners of each root."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))
        self.size = [1] * count
        self.barred: dict[int, set[int]] = {}

    def find(self, node: int) -> int:
        parent = self.parent
        above = parent[node]
        while above != node:
            parent[node] = parent[above]
            node = parent[node]
            above = parent[node]
        return node

    def bar(self, a: list[int], b: list[int]) -> None:
        find, barred = self.find, self.barred
        for x, y in zip(a, b, strict=True):
            x, y = find(x), find(y)
            if x != y:
                barred.setdefault(x, set()).add(y)
                barred.setdefault(y, set()).add(x)

    def join_all(self, a: list[int], b: list[int], cap: int) -> list[bool]:
        """Join strongest first; return which were cut. Roots are the smallest of their cluster."""
        find, parent, size, barred = self.find, self.parent, self.size, self.barred
        cut = []
        for x, y in zip(a, b, strict=True):
            x, y = find(x), find(y)
            if x > y:
                x, y = y, x
            apart = x != y and (size[x] + size[y] > cap or y in barred.get(x, ()))
            cut.append(apart)
            if x == y or apart:
                continue
            parent[y] = x
            size[x] += size[y]
            if y in barred:
                self._inherit(x, y)
        return cut

    def _inherit(self, x: int, y: int) -> None:
        """Bar x from all whom y was barred from."""
        lost = self.barred.pop(y)
        for other in lost:
            theirs = self.barred[other]
            theirs.discard(y)
            theirs.add(x)
        self.barred.setdefault(x, set()).update(lost)

    def labels(self) -> list[int]:
        """Return the root of every node."""
        return [self.find(node) for node in range(len(self.parent))]


def nested(n: int, outer: Array, a: Array, b: Array) -> Array:
    """Return components of edges that stay within one outer cluster: finer clusters that nest."""
    if not len(a):
        return np.arange(n, dtype=np.int32)
    keep = outer[a] == outer[b]
    return components(n, a[keep], b[keep])


def pairs_of(label: Array, cap: int) -> Array:
    """Return all packed pairs within each cluster of three to `cap` nodes; pairs are edges anyway."""
    sizes = np.bincount(label, minlength=len(label))
    out = [empty()]
    order = np.argsort(label, kind="stable")
    start = np.concatenate(([0], np.cumsum(np.bincount(label, minlength=len(label)))))[:-1]
    for size in distinct(sizes):
        if size < 3 or size > cap:
            continue
        roots = np.flatnonzero(sizes == size)
        block = order[start[roots][:, None] + np.arange(size)]
        i, j = np.triu_indices(int(size), 1)
        out.append(pack(block[:, i].ravel(), block[:, j].ravel()))
    return np.sort(np.concatenate(out))
