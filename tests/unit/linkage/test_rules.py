"""Contradicting verdicts and paths, against networkx."""

from __future__ import annotations

import random

import networkx as nx
import pytest

from wasl.linkage.rules import Decision, Edge, Verdict, find_contradicted, find_path

SAME, DIFFERENT = Decision.SAME, Decision.DIFFERENT


def test_find_contradicted_opposite_on_the_same_pair_is_shown():
    earlier = [Verdict(1, 2, SAME, 7)]
    assert find_contradicted(Verdict(1, 2, DIFFERENT), earlier) == earlier


def test_find_contradicted_along_a_chain_shows_the_whole_chain():
    earlier = [Verdict(1, 2, SAME, 7), Verdict(2, 3, SAME, 8), Verdict(3, 4, DIFFERENT, 9)]
    assert [v.id for v in find_contradicted(Verdict(1, 4, SAME), earlier)] == [7, 8, 9]
    assert [v.id for v in find_contradicted(Verdict(1, 3, DIFFERENT), earlier)] == [7, 8]
    assert find_contradicted(Verdict(1, 3, SAME), earlier) == []
    assert find_contradicted(Verdict(1, 4, DIFFERENT), earlier) == []


@pytest.mark.parametrize("seed", range(25))
def test_find_contradicted_random_walks_accept_exactly_what_stays_consistent(seed):
    choose = random.Random(seed)
    kept: list[Verdict] = []
    for number in range(40):
        a, b = sorted(choose.sample(range(9), 2))
        new = Verdict(a, b, choose.choice([SAME, DIFFERENT]), number)
        graph = nx.Graph()
        graph.add_nodes_from(range(9))
        graph.add_edges_from((v.a, v.b) for v in [*kept, new] if v.decision == SAME)
        consistent = not any(nx.has_path(graph, v.a, v.b) for v in [*kept, new] if v.decision == DIFFERENT)
        against = find_contradicted(new, kept)
        assert (against == []) == consistent
        assert set(against) <= set(kept)
        if consistent:
            kept.append(new)


def test_find_path_prefers_the_strongest_weakest_pair():
    edges = [
        Edge(1, 2, 900, "certain", "pair"), Edge(2, 3, 800, "certain", "pair"), Edge(1, 3, 300, "likely", "pair"),
    ]  # fmt: skip
    assert [(edge.a, edge.b) for edge in find_path(edges, 1, 3)] == [(1, 2), (2, 3)]
    assert find_path(edges, 1, 4) is None
    assert find_path(edges, 2, 2) == []
