"""An increment ends where a full run ends, whatever came in which order and whatever happened meanwhile."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from uuid import uuid4

import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.linkage.asking import claim
from tests.integration.linkage.filling import fill_registry
from tests.integration.linkage.growing import breaches, everything, forget, parts_of, turn
from wasl.kernel.errors import NotAllowed, Unavailable
from wasl.linkage import increment
from wasl.linkage.actions import (
    discard_prepared,
    forget_state,
    link_now,
    prepare_linkage,
    publish_prepared,
    run_linkage,
)
from wasl.linkage.consequences import fill_review
from wasl.linkage.provisional import separate_provisionally
from wasl.linkage.rules import Decision, PairKind
from wasl.linkage.run_queries import list_runs
from wasl.linkage.runs import LOCK_KEY
from wasl.linkage.state_files import find_state, state_folder
from wasl.linkage.verdicts import record_verdict
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection
from wasl.synth.records import population_records

CHILD = """
import django
django.setup()
import wasl.linkage.publishing as publishing
made = publishing.make_plan
publishing.make_plan = lambda *given, **named: made(*given, **{**named, "batch_subjects": 20})
from datetime import datetime, UTC
from wasl.linkage.actions import run_linkage
from wasl.organisations.queries import CONSOLE, get_viewer
print("ready", flush=True)
run_linkage(by=get_viewer(CONSOLE), at=datetime.now(UTC), progress=lambda stage, share: print(stage, share, flush=True))
"""


@pytest.fixture
def registry(
    engine: psycopg.Connection, desk: Viewer, organisation_a: int, organisation_b: int
) -> psycopg.Connection:
    tables = population_records(120, 4, seed=11)
    numbers = sorted(set(tables["records"]["organisation"].to_pylist()))
    fill_registry(engine, tables, {n: (organisation_a, organisation_b)[n % 2] for n in numbers})
    engine.commit()
    return engine


@pytest.fixture
def as_frozen(monkeypatch: pytest.MonkeyPatch):
    """Let full runs judge by what the state before them froze, as increments do: then nothing may differ."""
    run_engine, link_records = increment.run_engine, increment.run_engine.__globals__["link_records"]

    def frozen(*given, **named):
        with engine_connection() as connection:
            row = connection.execute(
                "SELECT id, input_digest FROM linkage_run WHERE state = 'done' ORDER BY id DESC LIMIT 1"
            ).fetchone()
        if row is None:
            return run_engine(*given, **named)
        context = increment.open_state(find_state(row[0], row[1])).context()
        with monkeypatch.context() as patch:
            patch.setitem(
                run_engine.__globals__,
                "link_records",
                lambda *inside, **options: link_records(*inside, **{**options, "frozen": context}),
            )
            return run_engine(*given, **named)

    monkeypatch.setattr(increment, "run_engine", frozen)


def link(desk: Viewer, **how):
    return run_linkage(by=desk, at=NOW, **how)


def begun(registry: psycopg.Connection, desk: Viewer, count: int = 3) -> list[list[int]]:
    """Link two thirds; return the parts that are still to come."""
    parts = parts_of(registry, count)
    for part in parts[1:]:
        turn(registry, part, on=False)
    assert (link(desk).kind, list_runs(desk)[0].why_full) == ("full", "first")
    return parts[1:]


@pytest.mark.parametrize("seed", range(2))
def test_lists_one_by_one_in_any_order_end_where_one_full_run_ends(registry, desk, as_frozen, seed):
    parts = parts_of(registry, 5, seed)
    for part in parts[1:]:
        turn(registry, part, on=False)
    link(desk)
    for part in parts[1:]:
        turn(registry, part, on=True)
        result = link(desk)
        assert (result.kind, result.why_full) == ("increment", "")
        assert 0 < result.read_records < result.counts["records"] / 2
    assert breaches(registry) == []
    stands, counts = everything(registry), result.counts
    forget(registry)
    again = link(desk, full=True)
    assert again.kind == "full"
    assert everything(registry) == stands
    told = ("records", "entries", "lists", "people", "families", "certain_people", "certain_families")
    told = (*told, *(name for name in counts if name.startswith("pairs_")))
    assert {name: counts[name] for name in told} == {name: again.counts[name] for name in told}


def test_withdrawn_restored_and_corrected_lists_end_where_full_runs_end(registry, desk, as_frozen):
    first, second = begun(registry, desk)
    steps = [
        (first, True),
        (second, True),
        (first, False),
        (first[::2], True),
        (second, False),
        (second, True),
    ]

    def walk(**how) -> list[object]:
        found = []
        for lists, on in steps:
            turn(registry, lists, on=on)
            found.append((link(desk, **how).kind, everything(registry)))
            assert breaches(registry) == []
        return found

    by_parts = walk()
    assert {kind for kind, _ in by_parts} == {"increment"}
    for part in (first, second):
        turn(registry, part, on=False)
    forget(registry)
    link(desk, full=True)
    for increments, full in zip(by_parts, walk(full=True), strict=True):
        assert full[0] == "full"
        assert increments[1] == full[1]


def test_queue_of_an_increment_is_that_of_a_fresh_count(registry, desk):
    entries = registry.execute("SELECT id, organisation_id FROM registry_entry ORDER BY id").fetchall()
    for entry, organisation in entries:
        claim(registry, organisation, entry, 3, 10_000)
    registry.commit()
    part, _ = begun(registry, desk)
    turn(registry, part, on=True)
    assert link(desk).kind == "increment"
    filled = everything(registry)["asked"]
    assert filled
    fill_review(registry)
    registry.commit()
    assert everything(registry)["asked"] == filled


def test_nothing_new_where_nothing_changed_or_everything_is_as_it_was(registry, desk):
    part, _ = begun(registry, desk)
    turn(registry, part, on=True)
    first = link(desk)
    again = link(desk)
    assert (again.nothing_new, again.run, again.kind) == (True, first.run, "increment")
    turn(registry, part, on=False)
    turn(registry, part, on=True)
    assert link(desk).nothing_new
    assert registry.execute("SELECT count(*) FROM linkage_touched_list").fetchone() == (0,)


def test_a_row_taken_out_of_a_standing_list_is_read_alone_and_keeps_its_link(registry, desk):
    begun(registry, desk)
    entry, number = registry.execute(
        "SELECT min(entry_id), min(list_id) FROM registry_appearance WHERE active GROUP BY entry_id"
        " HAVING count(*) = 1 ORDER BY 1 LIMIT 1"
    ).fetchone()
    registry.execute("DELETE FROM registry_appearance WHERE entry_id = %s", [entry])
    registry.commit()
    result = link(desk)
    assert (result.kind, result.read_records) == ("increment", 0)
    assert result.counts["entries"] == list_runs(desk)[1].counts["entries"] - 1
    links = "SELECT count(*) FROM registry_entry_link WHERE entry_id = %s AND until_run IS NULL"
    assert registry.execute(links, [entry]).fetchone() == (1,)
    registry.execute(
        "INSERT INTO registry_appearance SELECT id, %s, organisation_id, '2025-03-01', true FROM registry_entry"
        " WHERE id = %s",
        [number, entry],
    )
    registry.commit()
    assert link(desk).kind == "increment"
    assert breaches(registry) == []


def test_killed_anywhere_in_an_increment_the_next_one_ends_where_a_full_run_ends(registry, desk, as_frozen):
    part, _ = begun(registry, desk)
    turn(registry, part, on=True)
    choose = random.Random(3)
    for wanted in (
        "stage.link_engine",
        "stage.link_publish",
        "stage.link_publish 0.",
        "stage.link_publish 1.0",
    ):
        kill_child(wanted, choose)
    result = link(desk)
    assert result.kind == "increment"
    assert breaches(registry) == []
    killed = everything(registry)
    forget(registry)
    link(desk, full=True)
    assert everything(registry) == killed


def test_killed_while_publishing_then_withdrawn_takes_back_what_it_had_published(registry, desk, as_frozen):
    part, _ = begun(registry, desk)
    before = everything(registry)
    turn(registry, part, on=True)
    kill_child("stage.link_publish 0.", random.Random(1))
    turn(registry, part, on=False)
    result = link(desk)
    assert not result.nothing_new
    assert result.kind == "increment"
    stands = everything(registry)
    assert breaches(registry) == []
    active = {row[0] for row in registry.execute("SELECT entry_id FROM registry_appearance WHERE active")}
    registry.rollback()

    def of_active(found: dict[str, object]) -> set[frozenset[int]]:
        return {part & active for part in found["families"]} - {frozenset()}

    assert of_active(stands) == of_active(before)
    assert stands["pairs"] == before["pairs"]


def kill_child(wanted: str, choose: random.Random) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD], env=dict(os.environ), stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith(wanted) and not line.startswith("stage.link_publish 0.0"):
            break
    time.sleep(choose.random() * 0.05)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()


def test_a_list_that_comes_while_an_increment_is_on_is_for_the_next_one(registry, desk, as_frozen):
    first, second = begun(registry, desk)
    turn(registry, first, on=True)
    came = []

    def progress(stage: str, share: float) -> None:
        if stage == "stage.link_engine" and not came:
            came.append(True)
            with engine_connection() as other:
                turn(other, second, on=True)

    run = link(desk, progress=progress)
    assert (run.kind, came) == ("increment", [True])
    assert breaches(registry) == []
    assert link(desk).kind == "increment"
    stands = everything(registry)
    forget(registry)
    link(desk, full=True)
    assert everything(registry) == stands


@pytest.mark.parametrize(
    ("harm", "why"),
    [("cut", "damaged"), ("bit", "damaged"), ("gone", "missing"), ("list", "foreign"), ("key", "damaged")],
)
def test_a_state_that_cannot_be_gone_on_from_makes_a_full_run_that_says_so(
    registry, desk, monkeypatch, harm, why
):
    part, _ = begun(registry, desk)
    turn(registry, part, on=True)
    for path in state_folder().iterdir():
        if harm == "gone" or (harm == "list" and path.name.startswith("run-")):
            path.unlink()
        elif harm in ("cut", "bit") and not path.name.startswith("run-"):
            held = bytearray(path.read_bytes())
            held[len(held) // 2] ^= 1
            path.write_bytes(held[:-20] if harm == "cut" else held)
    if harm == "key":
        monkeypatch.setattr("wasl.linkage.state_files.PURPOSE", b"another key")
    result = link(desk)
    assert (result.kind, result.why_full, list_runs(desk)[0].why_full) == ("full", why, why)
    turn(registry, part[:1], on=False)
    assert link(desk).kind == "increment"
    assert breaches(registry) == []


def test_much_that_is_new_another_engine_or_another_ministry_are_read_whole(
    registry, desk, monkeypatch, organisation_a
):
    parts = parts_of(registry, 3)
    turn(registry, parts[0], on=False)
    link(desk)
    turn(registry, parts[0], on=True)
    assert link(desk).why_full == "large"
    turn(registry, parts[1], on=False)
    with monkeypatch.context() as patch:
        patch.setattr("wasl.linkage.increment.engine_version", lambda: b"another")
        assert link(desk, publish=False).why_full == "engine"
    with engine_connection() as owner:
        kinds = "SELECT kind FROM organisations_organisation WHERE id = %s"
        assert owner.execute(kinds, [organisation_a]).fetchone() != ("ministry",)
    with monkeypatch.context() as patch:
        patch.setattr("wasl.linkage.increment._ministries", lambda connection: {str(organisation_a): True})
        assert link(desk, publish=False).why_full == "organisations"
    assert link(desk).kind == "increment"


def test_state_on_disk_is_sealed_closed_to_others_and_that_of_the_last_run_alone(registry, desk):
    part, _ = begun(registry, desk)
    before = {path.name for path in state_folder().iterdir()}
    turn(registry, part[:1], on=True)
    run = link(desk).run
    after = {path.name for path in state_folder().iterdir()}
    assert [name for name in after if name.startswith("run-")] == [f"run-{run}"]
    assert before & after
    assert state_folder().stat().st_mode & 0o077 == 0
    names = [row[0].encode() for row in registry.execute("SELECT name FROM registry_record LIMIT 20")]
    for path in state_folder().iterdir():
        assert path.stat().st_mode & 0o077 == 0
        assert not any(name in path.read_bytes() for name in names)
    forget_state(by=desk, at=NOW)
    assert not state_folder().exists()


def test_only_one_run_is_on_and_a_single_family_waits_its_turn(registry, desk, amina, basim, monkeypatch):
    part, _ = begun(registry, desk)
    monkeypatch.setattr("wasl.linkage.runs.LOCK_PATIENCE_S", 0.2)
    turn(registry, part, on=True)
    with engine_connection(autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK_KEY])
        with pytest.raises(Unavailable):
            link(desk)
        assert link_now(by=amina, at=NOW, entries=[1]).reason == "busy"
    with pytest.raises(NotAllowed):
        link_now(by=basim, at=NOW, entries=[1])
    prepared = prepare_linkage(by=desk, at=NOW)
    assert prepared.kind == "increment"
    assert link_now(by=amina, at=NOW, entries=[1]).reason == "waits"
    assert discard_prepared(by=desk, at=NOW, run_id=prepared.run)


def test_a_single_family_is_linked_at_once_and_leaves_lists_of_others_for_the_next_run(registry, desk, amina):
    part, _ = begun(registry, desk)
    turn(registry, part, on=True)
    entry, number, organisation = registry.execute(
        "SELECT entry_id, list_id, organisation_id FROM registry_appearance WHERE active AND list_id = ANY(%s)"
        " AND entry_id NOT IN (SELECT entry_id FROM registry_entry_link) ORDER BY 1 LIMIT 1",
        [part],
    ).fetchone()
    # The form adds the family to a list that is kept by hand.
    registry.execute("DELETE FROM registry_appearance WHERE entry_id = %s", [entry])
    registry.execute(
        "INSERT INTO registry_appearance VALUES (%s, 900001, %s, '2025-03-01', true)", [entry, organisation]
    )
    registry.commit()
    now = link_now(by=amina, at=NOW, entries=[entry])
    assert now.outcome == "linked", now
    linked = {
        row[0] for row in registry.execute("SELECT entry_id FROM registry_entry_link WHERE until_run IS NULL")
    }
    assert entry in linked
    unlinked = "SELECT count(*) FROM registry_appearance WHERE active AND list_id = ANY(%s) AND NOT entry_id = ANY(%s)"
    assert registry.execute(unlinked, [part, sorted(linked)]).fetchone()[0] > 0
    registry.rollback()
    assert breaches(registry) == []
    assert link_now(by=amina, at=NOW, entries=[entry]).outcome == "stood"
    assert link(desk).kind == "increment"
    assert registry.execute(unlinked, [part, []]).fetchone()[0] > 0
    left = (
        "SELECT count(*) FROM registry_appearance WHERE active"
        " AND entry_id NOT IN (SELECT entry_id FROM registry_entry_link)"
    )
    assert registry.execute(left).fetchone() == (0,)
    registry.rollback()
    assert breaches(registry) == []
    assert number


def test_link_now_without_a_state_says_later(registry, desk, amina):
    assert link_now(by=amina, at=NOW, entries=[1]).reason == "first"
    link(desk)
    forget_state(by=desk, at=NOW)
    assert link_now(by=amina, at=NOW, entries=[1]).reason == "missing"


def test_an_increment_is_prepared_published_prepared_anew_and_discarded(registry, desk):
    first, second = begun(registry, desk)
    before = everything(registry)
    turn(registry, first, on=True)
    prepared = prepare_linkage(by=desk, at=NOW)
    assert (prepared.kind, prepared.published) == ("increment", False)
    assert everything(registry) == before
    turn(registry, second[:1], on=True)
    anew = publish_prepared(by=desk, at=NOW, run_id=prepared.run)
    assert (anew.published, anew.kind) == (False, "increment")
    assert anew.run != prepared.run
    done = publish_prepared(by=desk, at=NOW, run_id=anew.run)
    assert (done.published, done.run, done.kind) == (True, anew.run, "increment")
    view = list_runs(desk)[0]
    assert (view.kind, view.base_run, view.read_records) == ("increment", done.base_run, done.read_records)
    assert breaches(registry) == []
    turn(registry, second, on=True)
    dropped = prepare_linkage(by=desk, at=NOW)
    assert discard_prepared(by=desk, at=NOW, run_id=dropped.run)
    assert link(desk).kind == "increment"


def test_verdicts_are_kept_by_increments_and_undone_by_them(registry, desk):
    begun(registry, desk)
    a, b = registry.execute(
        "SELECT min(record_id), max(record_id) FROM registry_link WHERE until_run IS NULL GROUP BY person_id"
        " HAVING count(*) = 2 ORDER BY 1 LIMIT 1"
    ).fetchone()
    registry.rollback()
    people = "SELECT count(DISTINCT person_id) FROM registry_link WHERE until_run IS NULL AND record_id IN (%s, %s)"
    record_verdict(
        by=desk, at=NOW, kind=PairKind.PERSON, a=a, b=b, decision=Decision.DIFFERENT, reason="أخوان"
    )
    result = link(desk)
    assert (result.kind, result.read_records, result.counts["separated_people"]) == ("increment", 0, 1)
    assert registry.execute(people, [a, b]).fetchone() == (2,)
    registry.rollback()
    from wasl.linkage.verdicts import undo_verdict

    undo_verdict(by=desk, at=NOW, kind=PairKind.PERSON, a=a, b=b)
    assert link(desk).kind == "increment"
    assert registry.execute(people, [a, b]).fetchone() == (1,)
    assert breaches(registry) == []


def test_what_a_door_told_apart_stays_apart_through_increments(registry, desk, amina, camelia):
    part, _ = begun(registry, desk)
    row = registry.execute(
        "SELECT min(a.entry_id) FROM registry_entry_link a JOIN registry_entry e ON e.id = a.entry_id"
        " WHERE a.until_run IS NULL AND e.organisation_id = %s AND EXISTS (SELECT FROM registry_entry_link b"
        " JOIN registry_entry o ON o.id = b.entry_id AND o.organisation_id <> e.organisation_id"
        " WHERE b.family_id = a.family_id AND b.until_run IS NULL)",
        [amina.organisation_id],
    ).fetchone()
    registry.rollback()
    separate_provisionally(by=amina, at=NOW, entry_id=row[0], reason="أسرة أخرى", operation=uuid4())
    assert breaches(registry) == []
    turn(registry, part, on=True)
    assert link(desk).kind == "increment"
    assert breaches(registry) == []


def test_verify_finds_a_state_that_says_otherwise_than_lists_or_links(registry, desk, database):
    begun(registry, desk)
    assert breaches(registry) == []
    with psycopg.connect(database.superuser) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            "UPDATE registry_appearance SET month = month - interval '40 years' WHERE entry_id = 1 AND active"
        )
        superuser.execute(
            "UPDATE registry_link SET person_id = (SELECT max(person_id) FROM registry_link WHERE until_run IS NULL)"
            " WHERE record_id = (SELECT min(record_id) FROM registry_link WHERE until_run IS NULL)"
        )
    found = [one for one in breaches(registry) if "state that the next run" in one]
    assert len(found) == 1
    assert "'person'" in found[0]
