"""Which subject each part carries on."""

from __future__ import annotations

import random

import polars as pl
import pytest

from wasl.linkage.identities import PROVISIONAL, find_retiring, group_subjects, inherit_subjects

NO_PAST = pl.DataFrame(schema={"item": pl.Int64, "subject": pl.Int64})


def inherit(clusters, subjects, past=NO_PAST):
    """Inherit from {item: cluster} and {item: subject}; return {item: subject}, {subject: origin}."""
    items = frame(clusters, subjects)
    found = inherit_subjects(items, past, first_provisional=PROVISIONAL)
    named = dict(found.select("cluster", "subject").iter_rows())
    return {item: named[cluster] for item, cluster in clusters.items()}, dict(
        found.select("subject", "origin").iter_rows()
    )


def frame(clusters, subjects):
    return pl.DataFrame(
        {
            "item": list(clusters),
            "cluster": list(clusters.values()),
            "subject": [subjects.get(i) for i in clusters],
        },
        schema={"item": pl.Int64, "cluster": pl.Int64, "subject": pl.Int64},
    )


def past_of(pairs):
    return pl.DataFrame(pairs, schema={"item": pl.Int64, "subject": pl.Int64}, orient="row")


def test_inherit_joining_keeps_the_older_subject():
    targets, _ = inherit({1: 1, 2: 1, 3: 1}, {1: 501, 2: 502, 3: 501})
    assert set(targets.values()) == {501}


def test_inherit_separating_keeps_the_code_with_the_oldest_item():
    targets, origins = inherit({1: 1, 2: 2, 3: 2}, {1: 501, 2: 501, 3: 501})
    assert targets[1] == 501
    assert targets[2] == targets[3] >= PROVISIONAL
    assert origins[targets[2]] == "new"


def test_inherit_crosswise_gives_each_subject_to_one_part():
    targets, _ = inherit({1: 1, 2: 2, 3: 1, 4: 2}, {1: 501, 2: 501, 3: 502, 4: 502})
    assert targets[1] == targets[3] == 501
    assert targets[2] == targets[4] >= PROVISIONAL


def test_inherit_unchanged_clusters_change_nothing_whatever_their_labels():
    targets, _ = inherit({1: 3, 2: 9, 3: 3}, {1: 501, 2: 502, 3: 501})
    assert targets == {1: 501, 2: 502, 3: 501}


def test_inherit_separated_again_gets_the_retired_subject_back():
    targets, origins = inherit({1: 1, 2: 2}, {1: 501, 2: 501}, past_of([(2, 502)]))
    assert targets == {1: 501, 2: 502}
    assert origins[502] == "revived"


def test_inherit_retired_subject_goes_to_the_part_with_its_oldest_item_alone():
    past = past_of([(2, 502), (3, 502)])
    targets, origins = inherit({1: 1, 2: 2, 3: 3}, {1: 501, 2: 501, 3: 501}, past)
    assert targets[2] == 502
    assert origins[targets[3]] == "new"


def test_find_retiring_successor_is_where_the_oldest_item_went():
    items = frame({1: 1, 2: 1, 3: 2}, {1: 501, 2: 502, 3: 503})
    targets = pl.DataFrame({"item": [1, 2, 3], "target": [501, 501, 503]})
    assert find_retiring(items, targets).rows() == [(502, 501)]


def test_group_subjects_alone_has_no_row():
    targets = pl.DataFrame({"item": [1, 2, 3], "target": [7, 8, 9]})
    labels = pl.DataFrame({"item": [1, 2, 3], "label": [1, 1, 3]})
    assert sorted(group_subjects(targets, labels).rows()) == [(7, 7), (8, 7)]


@pytest.mark.parametrize("seed", range(30))
def test_inherit_random_partitions_give_one_subject_a_part_and_never_renumber(seed):
    """Every part has a subject of its own; a part equal to a former one keeps or gets back its subject."""
    choose = random.Random(seed)
    subjects: dict[int, int] = {}
    past: set[tuple[int, int]] = set()
    fresh = 1000
    for _ in range(6):
        clusters = {
            item: choose.randrange(5) for item in range(1, 13) if choose.random() < 0.9 or item in subjects
        }
        retired = past_of([(i, s) for i, s in sorted(past) if s not in subjects.values()])
        targets, origins = inherit(clusters, subjects, retired)
        parts = {label: {i for i, c in clusters.items() if c == label} for label in set(clusters.values())}
        for part in parts.values():
            assert len({targets[item] for item in part}) == 1
            before = {subjects.get(item) for item in part}
            (held,) = {targets[item] for item in part}
            if (
                len(before) == 1
                and None not in before
                and part == {i for i, s in subjects.items() if s in before}
            ):
                assert before == {held}
        assert len({targets[min(part)] for part in parts.values()}) == len(parts)
        numbers = {s: s if o != "new" else (fresh := fresh + 1) for s, o in sorted(origins.items())}
        past |= {(i, s) for i, s in subjects.items() if numbers[targets[i]] != s}
        subjects = {item: numbers[target] for item, target in targets.items()}
