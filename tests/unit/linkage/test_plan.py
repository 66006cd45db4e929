"""The difference and its batches."""

from __future__ import annotations

import random
from datetime import date

import networkx as nx
import polars as pl
import pytest

from wasl.linkage.plan import Found, Plan, Standing, make_plan

PAIR = {"links": ("record_id", "person_id"), "entry_links": ("entry_id", "family_id"),
        "memberships": ("person_id", "family_id"), "groups": ("subject_id", "group_id"),
        "past_links": ("item", "subject"), "past_entry_links": ("item", "subject")}  # fmt: skip


def frame(columns, rows):
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.Int64), orient="row")


def standing(**rows):
    frames = {name: frame(columns, rows.get(name, [])) for name, columns in PAIR.items()}
    return Standing(**frames, nids=pl.DataFrame(schema={"nid_index": pl.String, "person_id": pl.Int64}))


def found(people, families, home):
    """Two records an entry: record 2n and 2n+1 stand in entry n."""
    members = [
        (entry, record, date(2025, 1, 1)) for entry, _, _ in families for record in (2 * entry, 2 * entry + 1)
    ]
    return Found(
        people=frame(("record_id", "certain_person", "person"), people),
        families=frame(("entry_id", "certain_family", "family"), families),
        memberships=frame(("record_id", "certain_family"), home),
        members=pl.DataFrame(
            members,
            schema={"entry_id": pl.Int64, "record_id": pl.Int64, "first_month": pl.Date},
            orient="row",
        ),
        nids=pl.DataFrame(
            schema={
                "record_id": pl.Int64,
                "nid_index": pl.String,
                "organisation": pl.Int32,
                "ministry": pl.Boolean,
            }
        ),
    )


def random_world(choose: random.Random):
    entries = range(1, 13)
    family = {entry: choose.choice(list(entries)) for entry in entries}
    certain_f = {entry: family[entry] * 100 + choose.randrange(2) for entry in entries}
    records = [record for entry in entries for record in (2 * entry, 2 * entry + 1)]
    person = {record: choose.choice(records) for record in records}
    certain_p = {record: person[record] * 100 + choose.randrange(2) for record in records}
    home = {}
    for record in records:
        home.setdefault(certain_p[record], certain_f[record // 2])
    return found(
        [(r, certain_p[r], person[r]) for r in records],
        [(e, certain_f[e], family[e]) for e in entries],
        [(r, home[certain_p[r]]) for r in records],
    )


def apply(plan: Plan, state, fresh):
    """Carry a plan out on dictionaries, as the registry would."""
    numbers = {}
    for subject, origin in plan.subjects.sort("subject").select("subject", "origin").iter_rows():
        if origin == "new":
            fresh += 1
            numbers[subject] = fresh

    def named(value):
        return numbers.get(value, value)

    for table, item, subject in (("links", "record_id", "person_id"), ("entry_links", "entry_id", "family_id"),
                                 ("memberships", "person_id", "family_id"),
                                 ("groups", "subject_id", "group_id")):  # fmt: skip
        for key, value in getattr(plan, table).select(item, subject).iter_rows():
            if value is None:
                state[table].pop(key)
            else:
                state[table][named(key)] = named(value)
    for (subject,) in plan.retiring.select("subject").iter_rows():
        state["memberships"].pop(subject, None)
    return fresh


def batches_of(plan: Plan):
    graph: dict[int, set[int]] = {}
    for name, columns in (("links", ("person_id", "old")), ("entry_links", ("family_id", "old")),
                          ("memberships", ("person_id", "family_id")), ("groups", ("subject_id", "group_id")),
                          ("retiring", ("subject", "successor")), ("touched_families", ("family_id",))):  # fmt: skip
        for row in getattr(plan, name).select("batch", *columns).iter_rows():
            for subject in row[1:]:
                if subject is not None:
                    graph.setdefault(subject, set()).add(row[0])
    return graph


@pytest.mark.parametrize("seed", range(25))
def test_make_plan_random_sequences_arrive_at_what_was_found(seed):
    choose = random.Random(seed)
    state = {name: {} for name in PAIR}
    fresh = 1000
    for _ in range(5):
        wanted = random_world(choose)
        plan = make_plan(
            standing(**{name: list(pairs.items()) for name, pairs in state.items()}), wanted, batch_subjects=3
        )
        for subject, batches in batches_of(plan).items():
            assert len(batches) == 1, f"{subject} is split between batches"
        fresh = apply(plan, state, fresh)
        assert partition(state["links"]) == partition(
            dict(wanted.people.select("record_id", "certain_person").iter_rows())
        )
        assert partition(state["entry_links"]) == partition(
            dict(wanted.families.select("entry_id", "certain_family").iter_rows())
        )
        assert likely(state, "links") == partition(
            dict(wanted.people.select("record_id", "person").iter_rows())
        )
        assert likely(state, "entry_links") == partition(
            dict(wanted.families.select("entry_id", "family").iter_rows())
        )
        again = make_plan(standing(**{name: list(pairs.items()) for name, pairs in state.items()}), wanted)
        assert again.batches == 0
        family_of = dict(wanted.families.select("certain_family", "entry_id").iter_rows())
        home = dict(wanted.memberships.iter_rows())
        for record, label in home.items():
            assert state["memberships"][state["links"][record]] == state["entry_links"][family_of[label]]


def test_make_plan_touches_every_family_that_shares_a_group_with_a_changed_one():
    before = standing(links=[(2, 901), (4, 902)], entry_links=[(1, 801), (2, 802)], memberships=[(901, 801), (902, 802)],
                      groups=[(801, 801), (802, 801)])  # fmt: skip
    wanted = found([(2, 2, 2), (3, 3, 3), (4, 4, 4), (5, 5, 5), (6, 6, 6), (7, 7, 7)],
                   [(1, 1, 1), (2, 2, 1), (3, 1, 1)], [(2, 1), (3, 1), (4, 2), (5, 2), (6, 1), (7, 1)])  # fmt: skip
    plan = make_plan(before, wanted)
    people = set(plan.links["person_id"])
    assert people and people < set(plan.touched_families["family_id"])
    assert sorted(set(plan.touched_families["family_id"]) - people) == [801, 802]


def partition(labels):
    parts: dict[int, set[int]] = {}
    for item, label in labels.items():
        parts.setdefault(label, set()).add(item)
    return {frozenset(part) for part in parts.values()}


def likely(state, table):
    graph = nx.Graph()
    graph.add_edges_from((("item", item), subject) for item, subject in state[table].items())
    graph.add_edges_from(pair for pair in state["groups"].items() if pair[0] in set(state[table].values()))
    return {frozenset(n[1] for n in part if isinstance(n, tuple)) for part in nx.connected_components(graph)}
