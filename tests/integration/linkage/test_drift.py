"""What a run changed is kept with its reason, counted by organisation, shown to the desk alone, and not for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import psycopg
import pyarrow as pa
import pytest

from tests.conftest import NOW
from tests.integration.linkage.fakes import STARTED, alone, engine_result, fill_small
from wasl.kernel.errors import NotAllowed, NotFound
from wasl.linkage.drift import DRIFT_DAYS, begin_drift, drift_between, keep_drift, list_published
from wasl.linkage.export import read_input
from wasl.linkage.publishing import make_difference, publish_difference, shape_pairs, write_pairs
from wasl.linkage.rules import Decision, PairKind
from wasl.linkage.runs import RunRow, finish_run, one_run_at_a_time
from wasl.linkage.verdicts import record_verdict, undo_verdict
from wasl.store.connections import app_connection, engine_connection

Pair = tuple[int, int, int, str, str]


@pytest.fixture
def registry(engine: psycopg.Connection, organisation_a: int, organisation_b: int) -> psycopg.Connection:
    fill_small(engine, organisation_a, organisation_b)
    return engine


def linked(people=(), families=()):
    """Everything alone but the groups given: (records or entries, 'certain' or 'likely')."""
    persons, houses = alone()
    for labels, groups in ((persons, people), (houses, families)):
        for items, grade in groups:
            for item in items:
                labels[item] = (min(items) if grade == "certain" else labels[item][0], min(items))
    return persons, houses


def run(labels, *pairs: Pair, model: str = "", after: int = 0) -> int:
    """Publish labels with the pairs of records they rest on, `after` so many days; return the run."""
    with one_run_at_a_time() as connection, engine_connection(autocommit=True) as watched:
        read = read_input(connection, salt=b"fake")
        people = {record: labels[0][record] for record in read.records["record_id"].to_list()}
        families = {entry: labels[1][entry] for entry in read.entries["entry_id"].to_list()}
        result = replace(engine_result(people, families), pairs=pairs_table(pairs))
        plan = make_difference(connection, read, result, batch_subjects=4)
        at = STARTED + timedelta(days=after)
        row = RunRow.start(watched, digest=read.digest, lists=read.lists, by="test", at=at)
        with connection.transaction():
            connection.execute("UPDATE linkage_run SET model_version = %s WHERE id = %s", [model, row.id])
            begin_drift(connection, plan, read)
            publish_difference(row.id, plan, told=lambda stage, share: None)
            shaped = shape_pairs(result)
            write_pairs(connection, shaped)
            keep_drift(connection, row.id)
            finish_run(
                connection, row.id, counts={}, log=[], model=[], comparisons=shaped.comparisons,
                verdict_ids=read.verdicts["verdict_id"].to_list(),
            )  # fmt: skip
    return row.id


def pairs_table(pairs: tuple[Pair, ...]) -> pa.Table:
    columns = list(zip(*pairs, strict=True)) if pairs else [[], [], [], [], []]
    size = len(pairs)
    kinds = (pa.int64(), pa.int64(), pa.int32(), pa.string(), pa.string())
    made = [pa.array(list(column), kind) for column, kind in zip(columns, kinds, strict=True)]
    names = ("record_a", "record_b", "weight", "grade", "rule")
    rest = {
        "rival": pa.array([""] * size, pa.string()), "prior": pa.array([0] * size, pa.int16()),
        "nid": pa.array([0] * size, pa.int8()), "w_nid": pa.array([0] * size, pa.int16()),
        "w_others": pa.array([0] * size, pa.int16()),
    }  # fmt: skip
    return pa.table({**dict(zip(names, made, strict=True)), **rest})


def told(desk, kind: str = "person") -> list[tuple[str, str, str, int]]:
    """Return what the last run changed, without organisations."""
    counted: dict[tuple[str, str, str], int] = {}
    for one in drift_between(desk).sums:
        if one.kind == kind:
            key = (one.change, one.grade, one.reason)
            counted[key] = counted.get(key, 0) + one.items
    return sorted((*key, size) for key, size in counted.items())


def test_the_first_run_counts_arrivals_by_organisation_and_keeps_no_rows(
    registry, desk, organisation_a, organisation_b
):
    run(linked(people=[((4, 6), "certain")]), (4, 6, 300, "certain", "pair"))
    sums = {(one.kind, one.change, one.organisation_id): one.items for one in drift_between(desk).sums}
    assert sums == {
        ("person", "arrived", organisation_a): 12, ("person", "arrived", organisation_b): 12,
        ("family", "arrived", organisation_a): 6, ("family", "arrived", organisation_b): 6,
    }  # fmt: skip
    assert registry.execute("SELECT count(*) FROM linkage_drift_item").fetchone() == (0,)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ((4, 6, 10, "possible", "pair"), (4, 6, 300, "certain", "pair"), "stronger"),
        (None, (4, 6, 300, "certain", "pair"), "stronger"),
        (None, (4, 6, 300, "certain", "same_id"), "nid"),
        ((4, 6, 10, "possible", "pair"), (4, 6, 300, "certain", "inside_family"), "family"),
        (None, None, "others"),
    ],
)
def test_a_link_that_appears_says_what_it_rests_on(registry, desk, old, new, reason):
    run(linked(), *([old] if old else []))
    run(linked(people=[((4, 6), "certain")]), *([new] if new else []))
    assert told(desk) == [("joined", "certain", reason, 1)]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ((4, 6, 300, "certain", "pair"), (4, 6, 10, "possible", "pair"), "weaker"),
        ((4, 6, 300, "certain", "pair"), None, "weaker"),
        ((4, 6, 300, "certain", "pair"), (4, 6, 300, "cut", "pair"), "contradiction"),
        ((4, 6, 300, "certain", "same_id"), (4, 6, 10, "possible", "pair"), "nid"),
        ((4, 6, 300, "certain", "inside_family"), None, "family"),
        (None, None, "others"),
    ],
)
def test_a_link_that_vanishes_says_what_it_rested_on(registry, desk, old, new, reason):
    run(linked(people=[((4, 6), "certain")]), *([old] if old else []))
    run(linked(), *([new] if new else []))
    assert told(desk) == [("separated", "certain", reason, 1)]


def test_likely_links_come_and_go_and_become_certain(registry, desk):
    likely, certain = linked(people=[((4, 6), "likely")]), linked(people=[((4, 6), "certain")])
    run(linked())
    run(likely, (4, 6, 200, "likely", "pair"))
    assert told(desk) == [("grouped", "likely", "stronger", 1)]
    run(certain, (4, 6, 300, "certain", "pair"))
    assert told(desk) == [("confirmed", "certain", "stronger", 1)]
    run(likely, (4, 6, 200, "likely", "pair"))
    assert told(desk) == [("loosened", "certain", "weaker", 1)]
    run(linked(), (4, 6, 100, "possible", "pair"))
    assert told(desk) == [("ungrouped", "likely", "weaker", 1)]
    run(linked(), (4, 6, 100, "possible", "pair"))
    assert told(desk) == []


def test_a_group_that_loses_its_oldest_member_has_lost_and_not_gained(registry, desk):
    run(linked(people=[((4, 6, 9), "likely")]))
    run(linked(people=[((6, 9), "likely")]))
    assert told(desk) == [("ungrouped", "likely", "others", 2)]
    run(linked(people=[((4, 6, 9), "likely")]))
    assert told(desk) == [("grouped", "likely", "others", 2)]


def test_a_verdict_is_the_reason_for_all_that_it_moves(registry, desk):
    run(linked())
    decide = {"by": desk, "kind": PairKind.PERSON, "a": 4, "b": 6}
    record_verdict(**decide, at=NOW + timedelta(hours=1), decision=Decision.SAME, reason="seen")
    run(linked(people=[((4, 6), "certain")]), (4, 6, 30_000, "certain", "verdict"), after=1)
    assert told(desk) == [("joined", "certain", "verdict", 1)]
    undo_verdict(**decide, at=NOW + timedelta(days=1, hours=1))
    run(linked(), (4, 6, 10, "possible", "pair"), after=2)
    assert told(desk) == [("separated", "certain", "verdict", 1)]
    record_verdict(**decide, at=NOW + timedelta(days=2, hours=1), decision=Decision.DIFFERENT, reason="seen")
    run(linked(people=[((9, 12), "certain")]), (9, 12, 300, "certain", "pair"), after=3)
    # it moved nothing, so it is no reason for anything
    assert told(desk) == [("joined", "certain", "stronger", 1)]


def test_families_are_told_apart_from_people(registry, desk, organisation_a, organisation_b):
    run(linked())
    run(linked(families=[((2, 3), "likely")]))
    assert told(desk) == []
    assert told(desk, "family") == [("grouped", "likely", "others", 1)]
    example = drift_between(desk).examples[0]
    assert (example.kind, example.change, example.items) == ("family", "grouped", 1)
    # Which of the two families is the older one, and so stays where it was, is not told by the lists.
    assert example.organisation_id in (organisation_a, organisation_b)
    assert example.from_code != example.to_code


def test_a_list_that_goes_and_comes_back_is_the_reason_both_times(registry, desk):
    """Record 6 alone joins 4 and 9, and stands in list 2."""
    one = linked(people=[((4, 6, 9), "certain")])
    pairs = ((4, 6, 300, "certain", "pair"), (6, 9, 300, "certain", "pair"))
    run(one, *pairs)
    active(registry, 2, is_active=False)
    run(linked())
    assert told(desk) == [("separated", "certain", "withdrawn", 1)]
    active(registry, 2, is_active=True)
    run(one, *pairs)
    assert told(desk) == [("joined", "certain", "restored", 1)]


def test_a_new_list_is_the_reason_for_what_its_records_join(registry, desk):
    active(registry, 2, is_active=False)
    run(linked())
    active(registry, 2, is_active=True)
    run(
        linked(people=[((4, 6, 9), "certain")]),
        (4, 6, 300, "certain", "pair"),
        (6, 9, 300, "certain", "pair"),
    )
    assert told(desk) == [
        ("arrived", "certain", "new_list", 11), ("joined", "certain", "new_list", 1), ("known", "certain", "new_list", 1),
    ]  # fmt: skip


def test_whoever_comes_and_is_likely_somebody_known_is_not_new(registry, desk):
    active(registry, 2, is_active=False)
    run(linked())
    active(registry, 2, is_active=True)
    run(linked(people=[((4, 6), "likely")]), (4, 6, 200, "likely", "pair"))
    assert told(desk) == [("arrived", "certain", "new_list", 11), ("known", "likely", "new_list", 1)]


def test_another_model_is_the_reason_for_what_nothing_else_explains(registry, desk):
    run(linked(), model="1")
    run(linked(people=[((4, 6), "certain")]), (4, 6, 300, "certain", "pair"), model="2")
    assert told(desk) == [("joined", "certain", "model", 1)]
    run(linked(), model="2")
    assert told(desk) == [("separated", "certain", "weaker", 1)]


def test_drift_between_adds_the_runs_up(registry, desk):
    first = run(linked())
    second = run(linked(people=[((4, 6), "certain")]), (4, 6, 300, "certain", "pair"))
    third = run(linked(people=[((9, 12), "certain")]), (9, 12, 300, "certain", "pair"))
    assert [one.run for one in list_published(desk)] == [third, second, first]
    both = drift_between(desk, first, third)
    assert (both.count(("joined",), "person"), both.count(("separated",), "person")) == (2, 1)
    assert drift_between(desk).since == second
    assert drift_between(desk, until=second).count(("joined",), "person") == 1
    for since, until in ((None, third + 1), (third + 1, third)):
        with pytest.raises(NotFound):
            drift_between(desk, since, until)


def test_rows_are_forgotten_and_counts_are_not(registry, desk):
    run(linked())
    old = run(linked(people=[((4, 6), "certain")]), (4, 6, 300, "certain", "pair"))
    registry.execute(
        "UPDATE linkage_run SET finished_at = now() - make_interval(days => %s) WHERE id = %s",
        [DRIFT_DAYS + 1, old],
    )
    registry.commit()
    assert len(drift_between(desk).examples) == 1
    run(linked(people=[((4, 6), "certain")]))
    assert registry.execute("SELECT count(*) FROM linkage_drift_item").fetchone() == (0,)
    assert drift_between(desk, until=old).count(("joined",), "person") == 1
    assert drift_between(desk, until=old).examples == ()


def test_amina_cannot_see_what_changed(registry, desk, amina):
    run(linked())
    for ask in (lambda: drift_between(amina), lambda: list_published(amina)):
        with pytest.raises(NotAllowed):
            ask()
    with app_connection(amina) as connection:
        for call in (
            "linkage_drift_between(0, 99)",
            "linkage_drift_examples(0, 99, 3)",
            "linkage_drift_runs(9)",
        ):
            assert connection.execute(f"SELECT count(*) FROM {call}").fetchone() == (0,)


def active(connection: psycopg.Connection, list_id: int, *, is_active: bool) -> None:
    connection.execute("UPDATE registry_appearance SET active = %s WHERE list_id = %s", [is_active, list_id])
    connection.commit()
