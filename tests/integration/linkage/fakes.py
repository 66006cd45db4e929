"""A small registry without names, results of an engine that says what it is told, and what stands then."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import networkx as nx
import psycopg
import pyarrow as pa

from tests.integration.linkage.filling import fill_registry
from wasl.linkage.export import read_input
from wasl.linkage.publishing import make_difference, publish_difference, shape_pairs, write_pairs
from wasl.linkage.runs import RunRow, finish_run, one_run_at_a_time
from wasl.matching import LinkResult, ModelFile
from wasl.store.connections import engine_connection

ENTRIES = range(1, 13)
RECORDS = range(2, 26)
STARTED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
Labels = dict[int, tuple[int, int]]


def small_tables() -> dict[str, pa.Table]:
    """Return twelve entries of two records each, the odd entries in list 1, the even in list 2."""
    records = {
        "record_id": list(RECORDS),
        "organisation": [1 + (r // 2) % 2 for r in RECORDS],
        "ministry": [False for _ in RECORDS],
        "name": [f"اسم {r}" for r in RECORDS],
        "nid": pa.nulls(len(RECORDS), pa.string()),
        "nid_check": pa.nulls(len(RECORDS), pa.bool_()),
        "sex": pa.nulls(len(RECORDS), pa.int8()),
        "birth_date": pa.nulls(len(RECORDS), pa.date32()),
        "birth_precision": pa.nulls(len(RECORDS), pa.string()),
        "phone": pa.nulls(len(RECORDS), pa.int64()),
        **{name: pa.nulls(len(RECORDS), pa.string()) for name in ("governorate", "markaz", "village")},
    }
    entries = {
        "entry_id": list(ENTRIES),
        "organisation": [1 + e % 2 for e in ENTRIES],
        "ministry": [False for _ in ENTRIES],
        "last_month": [date(2025, 3, 1) for _ in ENTRIES],
    }
    members = {
        "entry_id": [r // 2 for r in RECORDS],
        "record_id": list(RECORDS),
        "relation": ["head" if r % 2 == 0 else "child" for r in RECORDS],
        "role": ["registrant" if r % 2 == 0 else "child1" for r in RECORDS],
    }
    editions = {"entry_id": list(ENTRIES), "list_id": [1 + e % 2 for e in ENTRIES]}
    return {name: pa.table(rows) for name, rows in
            (("records", records), ("entries", entries), ("members", members), ("editions", editions))}  # fmt: skip


def fill_small(connection: psycopg.Connection, first: int, second: int) -> None:
    """Write the small registry; list 1 belongs to the first organisation, list 2 to the second."""
    fill_registry(connection, small_tables(), {1: first, 2: second})
    connection.commit()


def alone() -> tuple[Labels, Labels]:
    """Return the result in which nothing is linked."""
    return {r: (r, r) for r in RECORDS}, {e: (e, e) for e in ENTRIES}


def random_result(choose: random.Random) -> tuple[Labels, Labels]:
    """Return random labels, the certain ones nested in the likely ones."""
    people, families = {}, {}
    for items, labels in ((RECORDS, people), (ENTRIES, families)):
        for item in items:
            likely = choose.choice(list(items))
            labels[item] = (likely * 100 + choose.randrange(2), likely)
    return people, families


def engine_result(people: Labels, families: Labels) -> LinkResult:
    """Bring labels into the engine's tables; a person's family is that of the first entry."""
    home: dict[int, int] = {}
    for record, (certain, _) in sorted(people.items()):
        home.setdefault(certain, families[record // 2][0])
    first = {certain: entry for entry, (certain, _) in sorted(families.items(), reverse=True)}
    likely_first = {likely: entry for entry, (_, likely) in sorted(families.items(), reverse=True)}
    persons = {certain: record for record, (certain, _) in sorted(people.items(), reverse=True)}
    likely_persons = {likely: record for record, (_, likely) in sorted(people.items(), reverse=True)}
    return LinkResult(
        people=pa.table({
            "record_id": list(people), "certain_person": [persons[c] for c, _ in people.values()],
            "person": [likely_persons[p] for _, p in people.values()],
        }),
        families=pa.table({
            "entry_id": list(families), "certain_family": [first[c] for c, _ in families.values()],
            "family": [likely_first[f] for _, f in families.values()],
        }),
        memberships=pa.table({
            "record_id": list(people), "certain_family": [first[home[c]] for c, _ in people.values()],
            "family": [likely_first[families[first[home[c]]][1]] for c, _ in people.values()],
        }),
        pairs=pa.table({
            "record_a": [2], "record_b": [3], "weight": [1], "grade": ["possible"], "rule": ["pair"],
            "rival": ["sibling"], "prior": [-250], "nid": [1], "w_nid": [251], "w_others": [0],
        }),
        family_pairs=pa.table({
            "entry_a": [1], "entry_b": [2], "weight": [1], "grade": ["cut"], "rule": ["family"], "prior": [-4],
            "w_shared": [5],
        }),
        model=pa.table({"comparison": ["nid"], "level": ["same"], "m": [1.0], "u": [0.1], "weight": [300]}),
        model_file=ModelFile(comparisons={}, priors={}, slips={}),
        log=pa.table({"stage": ["fake"], "seconds": [0.0]}),
        counts={},
    )  # fmt: skip


def publish(labels: tuple[Labels, Labels], *, batch_subjects: int = 4, stop_after: int | None = None) -> int:
    """Publish labels for what is active now, in small batches; stop after some where asked, as if killed."""
    with one_run_at_a_time() as connection, engine_connection(autocommit=True) as watched:
        read = read_input(connection, salt=b"fake")
        people = {r: labels[0][r] for r in read.records["record_id"].to_list()}
        families = {e: labels[1][e] for e in read.entries["entry_id"].to_list()}
        result = engine_result(people, families)
        plan = make_difference(connection, read, result, batch_subjects=batch_subjects)
        row = RunRow.start(watched, digest=read.digest, lists=read.lists, by="test", at=STARTED)

        def told(stage: str, share: float) -> None:
            if stop_after is not None and round(share * plan.batches) >= stop_after:
                raise Killed

        publish_difference(row.id, plan, told=told)
        with connection.transaction():
            pairs = shape_pairs(result)
            write_pairs(connection, pairs)
            finish_run(connection, row.id, counts={}, log=[], model=result.model.to_pylist(),
                       comparisons=pairs.comparisons, verdict_ids=read.verdicts["verdict_id"].to_list())  # fmt: skip
    return plan.batches


class Killed(Exception):
    """Stands for a kill between two batches."""


def standing(connection: psycopg.Connection) -> dict[str, object]:
    """Return what stands as partitions of records and entries, free of numbers."""

    def labels(query: str) -> dict[int, int]:
        return dict(connection.execute(query.encode()).fetchall())

    people = labels("SELECT record_id, person_id FROM registry_link WHERE until_run IS NULL")
    families = labels("SELECT entry_id, family_id FROM registry_entry_link WHERE until_run IS NULL")
    groups = labels("SELECT subject_id, group_id FROM registry_group_member")
    home = labels("SELECT person_id, family_id FROM registry_membership WHERE until_run IS NULL")
    connection.rollback()
    entries_of = {family: frozenset(part) for family, part in _parts(families).items()}
    records_of = {person: frozenset(part) for person, part in _parts(people).items()}
    return {
        "people": set(records_of.values()),
        "families": set(entries_of.values()),
        "likely_people": _joined(people, groups),
        "likely_families": _joined(families, groups),
        "homes": {(records_of[p], entries_of[f]) for p, f in home.items() if p in records_of},
    }


def expected(labels: tuple[Labels, Labels]) -> dict[str, object]:
    """Return what must stand after publishing labels for everything, computed from nothing else."""
    people, families = labels
    parts_f = {c: frozenset(p) for c, p in _parts({e: c for e, (c, _) in families.items()}).items()}
    parts_p = {c: frozenset(p) for c, p in _parts({r: c for r, (c, _) in people.items()}).items()}
    homes = {(part, parts_f[families[min(part) // 2][0]]) for part in parts_p.values()}
    return {
        "people": set(parts_p.values()),
        "families": set(parts_f.values()),
        "likely_people": {frozenset(p) for p in _parts({r: p for r, (_, p) in people.items()}).values()},
        "likely_families": {frozenset(p) for p in _parts({e: f for e, (_, f) in families.items()}).values()},
        "homes": homes,
    }


def _parts(labels: dict[int, int]) -> dict[int, set[int]]:
    parts: dict[int, set[int]] = {}
    for item, label in labels.items():
        parts.setdefault(label, set()).add(item)
    return parts


def _joined(links: dict[int, int], groups: dict[int, int]) -> set[frozenset[int]]:
    graph: nx.Graph = nx.Graph()
    graph.add_edges_from((("item", item), subject) for item, subject in links.items())
    graph.add_edges_from((a, b) for a, b in groups.items() if a in set(links.values()))
    return {frozenset(n[1] for n in part if isinstance(n, tuple)) for part in nx.connected_components(graph)}
