"""The judge's arithmetic against counting every pair by hand."""

from __future__ import annotations

from itertools import combinations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from wasl.synth.judge import Score, count_clique_pairs, score_links, score_overlaps, score_people

MENTION = st.tuples(st.integers(0, 6), st.integers(0, 4), st.integers(0, 4), st.booleans())


def brute_people(mentions: list[tuple[int, int, int, bool]], hard: bool) -> Score:
    both = predicted = true = 0
    for (line, p, t, ok), (line2, p2, t2, ok2) in combinations(mentions, 2):
        if line == line2 or (hard and ok and ok2):
            continue
        both += p == p2 and t == t2
        predicted += p == p2
        true += t == t2
    return Score(both, predicted, true)


@settings(max_examples=150, deadline=None)
@given(st.lists(MENTION, max_size=25))
def test_score_people_any_mentions_equals_enumeration(mentions: list[tuple[int, int, int, bool]]) -> None:
    frame = pl.DataFrame(
        mentions,
        schema={"line": pl.Int64, "p": pl.Int64, "true_person": pl.Int64, "nid_ok": pl.Boolean},
        orient="row",
    )
    every, hard = score_people(frame, "p")
    assert every == brute_people(mentions, hard=False)
    assert hard == brute_people(mentions, hard=True)


MEMBER = st.tuples(st.integers(0, 9), st.integers(0, 5))


@settings(max_examples=200, deadline=None)
@given(st.lists(MEMBER, max_size=30))
def test_count_clique_pairs_lines_in_many_cliques_equals_enumeration(members: list[tuple[int, int]]) -> None:
    frame = pl.DataFrame(
        [(line, f"m{line % 3}", clique) for line, clique in members],
        schema={"line": pl.Int64, "organisation": pl.Utf8, "clique": pl.Int64}, orient="row",
    )  # fmt: skip
    cliques: dict[int, set[int]] = {}
    for line, clique in members:
        cliques.setdefault(clique, set()).add(line)
    pairs = {
        (a, b) for lines in cliques.values() for a, b in combinations(sorted(lines), 2) if a % 3 != b % 3
    }
    assert count_clique_pairs(frame) == len(pairs)


def overlap(
    number: int, *rows: tuple[str, int], slot: str = "food", certainty: str = "certain"
) -> list[dict[str, object]]:
    return [
        {"overlap": number, "certainty": certainty, "slot": slot, "organisation": org, "file": f"{org}.csv", "sheet": "",
         "row": row}
        for org, row in rows
    ]  # fmt: skip


def test_score_overlaps_one_missed_and_one_false_counts_pairs_across_organisations() -> None:
    truth = pl.DataFrame(overlap(1, ("a", 2), ("a", 3), ("b", 9)) + overlap(2, ("a", 7), ("b", 7)))
    found = pl.DataFrame(
        overlap(5, ("a", 2), ("b", 9))
        + overlap(6, ("a", 2), ("a", 3), ("b", 9), certainty="likely")
        + overlap(7, ("a", 8), ("c", 8))
    )
    assert score_overlaps(found, truth) == Score(both=2, predicted=3, true=3)


def test_score_overlaps_other_slot_is_no_match() -> None:
    truth = pl.DataFrame(overlap(1, ("a", 2), ("b", 9)))
    found = pl.DataFrame(overlap(1, ("a", 2), ("b", 9), slot="cash"))
    assert score_overlaps(found, truth) == Score(both=0, predicted=1, true=1)


def test_score_links_family_pairs_use_one_registrant_a_line() -> None:
    truth = pl.DataFrame([
        {"file": "a.csv", "sheet": "", "row": 2, "role": "registrant", "person": 1, "family": 1, "nid_ok": True},
        {"file": "a.csv", "sheet": "", "row": 2, "role": "spouse", "person": 2, "family": 1, "nid_ok": False},
        {"file": "b.csv", "sheet": "", "row": 2, "role": "person", "person": 2, "family": 1, "nid_ok": True},
    ])  # fmt: skip
    links = truth.select("file", "sheet", "row", "role").with_columns(
        person=pl.Series(["11", "12", "12"]), family=pl.Series(["20", "20", "20"]),
        certain_person=pl.Series(["11", "12", "13"]), certain_family=pl.Series(["20", "20", "21"]),
    )  # fmt: skip
    scores = score_links(links, truth)
    assert scores["people"] == Score(1, 1, 1)
    assert scores["people_hard"] == Score(1, 1, 1)
    assert scores["families"] == Score(1, 1, 1)
    assert scores["certain_people"] == Score(0, 0, 1)
    assert scores["certain_families"] == Score(0, 0, 1)
