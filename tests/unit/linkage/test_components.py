"""Components against networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from wasl.linkage.components import connected_components


@pytest.mark.parametrize("seed", range(20))
def test_connected_components_of_random_graphs_are_those_of_networkx(seed):
    rng = np.random.default_rng(seed)
    nodes = rng.choice(10**12, size=int(rng.integers(1, 300)), replace=False)
    size = int(rng.integers(1, 2 * len(nodes) + 1))
    left, right = rng.choice(nodes, size), rng.choice(nodes, size)
    found, component = connected_components(left.astype(np.int64), right.astype(np.int64))
    graph = nx.Graph(zip(left.tolist(), right.tolist(), strict=True))
    expected = {node: min(part) for part in nx.connected_components(graph) for node in part}
    assert dict(zip(found.tolist(), component.tolist(), strict=True)) == expected


def test_connected_components_of_a_long_chain_is_one():
    chain = np.arange(50_000, dtype=np.int64)
    _, component = connected_components(chain[:-1], chain[1:])
    assert set(component.tolist()) == {0}
