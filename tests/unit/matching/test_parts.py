"""The parts against independent oracles: components, cannot-links, blocks, slips, tokens."""

from __future__ import annotations

from itertools import combinations

import networkx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from wasl.country.egypt.names import engine_rules, name_parts, standardise_token
from wasl.matching.arrays import components, pack, pairs_within, unpack
from wasl.matching.blocking import join_blocks
from wasl.matching.clusters import MUST, cluster, nested, pairs_of
from wasl.matching.compare import one_slip
from wasl.matching.dictionary import PARTS, describe_tokens, split_names
from wasl.matching.options import NameRules

EMPTY = np.zeros(0, dtype=np.int64)
edges_of = st.integers(2, 30).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(0, 9)), max_size=60),
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=12),
    )
)


def columns(edges):
    edges = [(a, b, w) for a, b, w in edges if a != b]
    table = np.array(edges, dtype=np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2].astype(np.int32)


def packed(pairs):
    ends = np.array([p for p in pairs if p[0] != p[1]], dtype=np.int64).reshape(-1, 2)
    return np.unique(pack(ends[:, 0], ends[:, 1]))


@given(edges_of)
@settings(max_examples=150, deadline=None)
def test_cluster_without_cannot_links_equals_networkx(case):
    n, edges, _ = case
    a, b, weight = columns(edges)
    graph = networkx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(zip(a.tolist(), b.tolist(), strict=True))
    label, cut = cluster(n, a, b, weight, EMPTY, EMPTY, n)
    expected = {node: min(part) for part in networkx.connected_components(graph) for node in part}
    assert label.tolist() == [expected[i] for i in range(n)]
    assert not cut.any()
    assert components(n, b, a).tolist() == label.tolist()


@given(edges_of, st.integers(2, 8))
@settings(max_examples=200, deadline=None)
def test_cluster_with_cannot_links_equals_slow_greedy(case, cap):
    n, edges, barred = case
    a, b, weight = columns(edges)
    conflicts = packed(barred)
    label, cut = cluster(n, a, b, weight, conflicts, EMPTY, cap)
    group = {i: {i} for i in range(n)}
    walls = {frozenset(map(int, pair)) for pair in zip(*unpack(conflicts), strict=True)}
    for w, x, y in sorted(zip((-weight).tolist(), a.tolist(), b.tolist(), strict=True)):
        del w
        left, right = group[x], group[y]
        if left is right or len(left) + len(right) > cap:
            continue
        if any(frozenset((i, j)) in walls for i in left for j in right):
            continue
        left |= right
        for node in right:
            group[node] = left
    assert label.tolist() == [min(group[i]) for i in range(n)]
    assert [bool(c) for c in cut] == [
        group[x] is not group[y] for x, y in zip(a.tolist(), b.tolist(), strict=True)
    ]


@given(edges_of)
@settings(max_examples=100, deadline=None)
def test_cluster_never_joins_barred_pairs(case):
    n, edges, barred = case
    a, b, weight = columns(edges)
    forbidden = packed(barred)
    weight[::3] = MUST
    label, _ = cluster(n, a, b, weight, EMPTY, forbidden, n)
    x, y = unpack(forbidden)
    assert not (label[x] == label[y]).any()


def test_cluster_must_link_passes_a_cannot_link_that_is_no_verdict():
    a, b, weight = np.array([0]), np.array([1]), np.array([MUST], dtype=np.int32)
    wall = packed([(0, 1)])
    assert cluster(2, a, b, weight, wall, EMPTY, 5)[0].tolist() == [0, 0]
    assert cluster(2, a, b, weight, EMPTY, wall, 5)[0].tolist() == [0, 1]


def test_nested_clusters_stay_within_outer_ones():
    outer = np.array([0, 0, 2, 2], dtype=np.int32)
    assert nested(4, outer, np.array([0, 1, 2]), np.array([1, 2, 3])).tolist() == [0, 0, 2, 2]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 20)), max_size=40))
@settings(max_examples=100, deadline=None)
def test_pairs_within_equals_brute_force(rows):
    keys = np.array([k for k, _ in rows], dtype=np.int64)
    items = np.array([i for _, i in rows], dtype=np.int32)
    found, over = pairs_within(keys, items, 100)
    expected = {(min(i, j), max(i, j)) for (k, i), (m, j) in combinations(rows, 2) if k == m and i != j}
    assert set(zip(*(end.tolist() for end in unpack(found)), strict=True)) == expected
    assert over == 0


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=40))
@settings(max_examples=100, deadline=None)
def test_join_blocks_equals_brute_force(rows):
    key = np.array([k << 40 for k, _ in rows], dtype=np.int64)
    asks = np.array([a for _, a in rows])
    found, _ = join_blocks((key,), asks, 100)
    expected = {
        (i, j) for i, j in combinations(range(len(rows)), 2) if key[i] == key[j] != 0 and (asks[i] or asks[j])
    }
    assert set(zip(*(end.tolist() for end in unpack(np.unique(found))), strict=True)) == expected


def test_join_blocks_leaves_large_blocks_out_and_counts_them():
    key = np.full(10, 1 << 40, dtype=np.int64)
    found, over = join_blocks((key,), np.ones(10, dtype=bool), 5)
    assert (len(found), over) == (0, 1)


def test_pairs_of_lists_pairs_of_clusters_of_three_and_more():
    label = np.array([0, 0, 2, 2, 2], dtype=np.int32)
    assert list(zip(*(e.tolist() for e in unpack(pairs_of(label, 9))), strict=True)) == [
        (2, 3),
        (2, 4),
        (3, 4),
    ]


digits = st.text("0123456789", min_size=14, max_size=14).filter(lambda t: t[0] != "0")


@given(digits, digits, st.integers(0, 13), st.integers(0, 9))
@settings(max_examples=200, deadline=None)
def test_one_slip_equals_edit_distance_of_equal_length(x, y, at, digit):
    near = x[:at] + str(digit) + x[at + 1 :]
    swapped = x[:at] + x[at : at + 2][::-1] + x[at + 2 :]
    for other in (y, near, swapped):
        expected = OSA.distance(x, other) == 1
        assert bool(one_slip(np.array([int(x)]), np.array([int(other)]))[0]) == expected


@pytest.fixture
def describe(rules):
    def run(*names: str):
        chain, tokens = split_names([pa.array(names)], rules)
        return chain, tokens, describe_tokens(chain, tokens, rules)

    return run


_PIECES = (
    "أحمد",
    "عبد",
    " ",
    "  ",
    "\t",
    "الرحمن",
    "ا",
    "ه",
    "فاطمة",
    "نور",
    "الدين",
    "ـ",
    "ً",
    "بن",
    "٣",
    "-",
    "(",
    "أبو",
)


@given(st.lists(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join), max_size=6))
def test_split_names_word_by_word_equals_the_whole_text(texts):
    chain, tokens = split_names([pa.array(texts, pa.string())], NameRules(**engine_rules()))
    for row, text in zip(chain, texts, strict=True):
        parts = [form for part in name_parts(text) if (form := standardise_token(part))]
        assert [tokens[code] for code in row if code] == parts[:PARTS]


def test_split_names_glues_parts_and_folds_spelling(describe):
    chain, _, _ = describe("عبد الرحمن أحمد علي", "عبدالرحمن احمد على", "ا حمد علي")
    assert chain[0].tolist() == chain[1].tolist()
    assert chain[2, 0] == chain[0, 1]


def test_describe_tokens_known_names_are_never_alike(describe):
    _, tokens, facts = describe("محمد محمود احمد", "محمذ محمود احمد")
    code = {token: i for i, token in enumerate(tokens)}
    assert facts["tok_canon"][code["محمد"]] != facts["tok_canon"][code["محمود"]]
    assert all(facts["tok_canon"][facts["tok_known"]] == np.flatnonzero(facts["tok_known"]))
