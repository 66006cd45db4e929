"""Verdicts: entered one after another, never contradicting, never overturned by a run (L6)."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import networkx as nx
import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.linkage.fakes import RECORDS, fill_small
from wasl.kernel.errors import InvalidInput, NotAllowed, NotFound, RuleRefused
from wasl.linkage.actions import run_linkage
from wasl.linkage.export import read_input
from wasl.linkage.rules import Decision, PairKind
from wasl.linkage.verdicts import count_today, list_verdicts, record_verdict, undo_verdict
from wasl.store.connections import app_connection

SAME, DIFFERENT = Decision.SAME, Decision.DIFFERENT


@pytest.fixture
def registry(engine: psycopg.Connection, organisation_a: int, organisation_b: int) -> psycopg.Connection:
    fill_small(engine, organisation_a, organisation_b)
    return engine


def decide(desk, a, b, decision, kind=PairKind.PERSON):
    return record_verdict(by=desk, at=NOW, kind=kind, a=a, b=b, decision=decision, reason="seen")


def test_record_verdict_again_says_it_stood(registry, desk):
    assert decide(desk, 4, 9, SAME)
    assert not decide(desk, 9, 4, SAME)


def test_record_verdict_contradicting_a_chain_is_refused_and_shows_it(registry, desk):
    decide(desk, 4, 9, SAME)
    decide(desk, 9, 12, SAME)
    with pytest.raises(RuleRefused) as refused:
        decide(desk, 12, 4, DIFFERENT)
    assert [(v.a, v.b) for v in refused.value.params["verdicts"]] == [(4, 9), (9, 12)] or [
        (v.a, v.b) for v in refused.value.params["verdicts"]
    ] == [(9, 12), (4, 9)]
    undo_verdict(by=desk, at=NOW, kind=PairKind.PERSON, a=9, b=12)
    assert decide(desk, 12, 4, DIFFERENT)


def test_record_verdict_without_reason_or_record_is_refused(registry, desk):
    with pytest.raises(InvalidInput):
        record_verdict(by=desk, at=NOW, kind=PairKind.PERSON, a=4, b=9, decision=SAME, reason=" ")
    with pytest.raises(InvalidInput):
        decide(desk, 4, 4, SAME)
    with pytest.raises(NotFound):
        decide(desk, 4, 999_999, SAME)
    with pytest.raises(NotFound):
        undo_verdict(by=desk, at=NOW, kind=PairKind.PERSON, a=4, b=9)


def test_amina_cannot_decide_or_link(registry, amina):
    with pytest.raises(NotAllowed):
        decide(amina, 4, 9, SAME)
    with pytest.raises(NotAllowed):
        undo_verdict(by=amina, at=NOW, kind=PairKind.PERSON, a=4, b=9)
    with pytest.raises(NotAllowed):
        list_verdicts(amina)
    with pytest.raises(NotAllowed):
        run_linkage(by=amina, at=NOW)


def test_record_verdict_by_many_at_once_never_lets_a_contradiction_in(registry, desk):
    wanted = [
        (4, 9, SAME),
        (9, 12, SAME),
        (12, 4, DIFFERENT),
        (4, 12, SAME),
        (9, 4, DIFFERENT),
        (12, 9, DIFFERENT),
    ] * 2

    def attempt(one):
        try:
            decide(desk, *one)
        except RuleRefused:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(attempt, wanted))
    assert is_consistent(list_verdicts(desk))


def test_the_database_itself_refuses_what_contradicts_whoever_writes(registry, desk):
    """Six connections write past the action: what they leave agrees."""
    wanted = [
        (4, 9, "same"), (9, 12, "same"), (4, 12, "different"), (12, 15, "same"), (4, 15, "different"),
        (9, 15, "different"),
    ]  # fmt: skip

    def attempt(one):
        with app_connection(desk) as connection:
            try:
                connection.execute("SELECT linkage_give_verdict('person', %s, %s, %s, 'x', 'x', now())", one)
            except psycopg.errors.CheckViolation as refused:
                connection.rollback()
                return refused.diag.constraint_name
        return "kept"

    for round_ in range(4):
        shuffled = random.Random(round_).sample(wanted, len(wanted))
        with ThreadPoolExecutor(6) as pool:
            told = list(pool.map(attempt, shuffled))
        assert set(told) == {"kept", "linkage_verdict_agrees"}
        assert is_consistent(list_verdicts(desk))
        registry.execute("DELETE FROM linkage_verdict")
        registry.commit()


def test_cannot_tell_takes_no_side_gives_way_and_is_read_by_no_run(registry, desk):
    assert decide(desk, 4, 9, Decision.UNSURE)
    assert read_input(registry, salt=b"x").verdicts.height == 0
    assert decide(desk, 4, 9, SAME)
    assert [v.verdict for v in list_verdicts(desk)] == ["same"]
    with pytest.raises(RuleRefused) as refused:
        decide(desk, 4, 9, Decision.UNSURE)
    assert [v.verdict for v in refused.value.params["verdicts"]] == ["same"]
    decide(desk, 12, 9, Decision.UNSURE)
    assert decide(desk, 4, 12, DIFFERENT)


def test_count_today_tells_what_can_be_undone_and_what_waits(registry, desk, dalia):
    decide(desk, 4, 9, SAME)
    decide(desk, 4, 12, Decision.UNSURE)
    decide(dalia, 5, 12, DIFFERENT)
    today = count_today(desk, since=NOW)
    assert (today.decided, today.waiting, today.last.b) == (2, 2, 12)
    undo_verdict(by=desk, at=NOW, kind=PairKind.PERSON, a=4, b=12)
    assert count_today(desk, since=NOW).last.b == 9
    assert count_today(dalia, since=NOW + timedelta(days=1)).decided == 0


def test_amina_cannot_see_or_write_a_verdict(registry, desk, amina):
    decide(desk, 4, 9, SAME)
    with app_connection(amina) as connection:
        for call in (
            "linkage_standing_verdicts(NULL, NULL, NULL)", "linkage_verdicts_near('person', 4, 9)",
            "linkage_decided('console', '2026-01-01', 'person', 4, 9)",
        ):  # fmt: skip
            assert connection.execute(f"SELECT count(*) FROM {call}").fetchone() == (0,)
        assert connection.execute("SELECT linkage_undo_verdict('person', 4, 9, 'a', now())").fetchone() == (
            None,
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT linkage_give_verdict('person', 4, 12, 'same', 'x', 'amina', now())")
    assert len(list_verdicts(desk)) == 1


def is_consistent(verdicts) -> bool:
    graph = nx.Graph()
    graph.add_nodes_from(end for v in verdicts for end in (v.a, v.b))
    graph.add_edges_from((v.a, v.b) for v in verdicts if v.verdict == "same")
    return not any(nx.has_path(graph, v.a, v.b) for v in verdicts if v.verdict == "different")


@pytest.mark.parametrize("seed", range(2))
def test_runs_after_random_verdicts_overturn_none(registry, desk, seed):
    """With the real engine: records without any evidence are joined, and namesakes parted, because people said so."""
    choose = random.Random(seed)
    for kind, items in ((PairKind.PERSON, list(RECORDS)), (PairKind.FAMILY, list(range(1, 13)))):
        for _ in range(10):
            a, b = choose.sample(items, 2)
            try:
                decide(desk, a, b, choose.choice([SAME, DIFFERENT]), kind)
            except RuleRefused:
                continue
    for round_ in range(2):
        run_linkage(by=desk, at=NOW)
        assert overturned(registry, desk) == []
        for verdict in choose.sample(list_verdicts(desk), 3):
            undo_verdict(by=desk, at=NOW, kind=PairKind(verdict.kind), a=verdict.a, b=verdict.b)
        assert round_ < 2


def overturned(connection, desk):
    people = dict(
        connection.execute(
            "SELECT record_id, person_id FROM registry_link WHERE until_run IS NULL"
        ).fetchall()
    )
    families = dict(
        connection.execute(
            "SELECT entry_id, family_id FROM registry_entry_link WHERE until_run IS NULL"
        ).fetchall()
    )
    groups = dict(connection.execute("SELECT subject_id, group_id FROM registry_group_member").fetchall())
    connection.rollback()
    broken = []
    for v in list_verdicts(desk):
        subjects = people if v.kind == "person" else families
        a, b = subjects[v.a], subjects[v.b]
        together = a == b if v.verdict == "same" else groups.get(a, a) == groups.get(b, b)
        if together != (v.verdict == "same"):
            broken.append(v)
    return broken
