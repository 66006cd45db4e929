"""A bulk that is killed, stopped or raced ends as if nothing had happened: each family once, counts add up."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.integration.benefits.bulks import (
    AT,
    CASH,
    FOOD,
    add_families,
    bring_codes,
    done,
    follow,
    own_codes,
    say_nothing,
)
from tests.integration.benefits.world import World
from tests.integration.jobs.workers import a_worker, kill, until
from wasl.benefits.bulk import performing, planning
from wasl.benefits.bulk.actions import ask_to_prepare, ask_to_start
from wasl.benefits.bulk.performing import perform_bulk
from wasl.benefits.bulk.queries import Bulk, access_bulk
from wasl.benefits.bulk.rules import BulkAction
from wasl.intake.bulk_jobs import prepare_bulk
from wasl.jobs.actions import cancel_job
from wasl.jobs.offered import JobCancelled
from wasl.jobs.queries import access_job
from wasl.jobs.worker import run_waiting
from wasl.organisations.viewer import Viewer

ROOT = Path(__file__).resolve().parents[3]
CONTENT = """
SELECT w.row, w.outcome, w.slot, w.covered_by, g.state, g.source, g.entry_id, c.seat, c.state, k.kind, k.active
FROM benefits_bulk_row w LEFT JOIN benefits_grant g ON g.id = w.grant_id AND g.bulk_id = w.bulk_id
LEFT JOIN benefits_cell c ON c.list_id = g.id LEFT JOIN benefits_claim k ON k.list_id = g.id
WHERE w.bulk_id = %s ORDER BY w.row, c.seat
"""


def content(world: World, bulk: Bulk) -> list[tuple[Any, ...]]:
    """Return what a bulk did, without ids that another run would count otherwise."""
    world.connection.rollback()
    return world.rows(CONTENT, bulk.id)


def run(bulk: Bulk, username: str, kill_at: int) -> int:
    """Do a bulk in a process of its own; return how it ended."""
    arguments = [
        sys.executable,
        "-m",
        "tests.integration.benefits.killed_bulk",
        bulk.code,
        username,
        str(kill_at),
    ]
    return subprocess.run(arguments, cwd=ROOT, env=dict(os.environ), capture_output=True).returncode


def test_bulk_killed_anywhere_and_run_again_is_one_uninterrupted_run(
    amina: Viewer, camelia: Viewer, world: World, organisation_a: int, organisation_b: int
) -> None:
    entries = add_families(world, 24, organisation_a, organisation_b)
    theirs = own_codes(world, entries[organisation_b][::5])
    codes = own_codes(world, entries[organisation_a])
    done(camelia, bring_codes(camelia, theirs, **CASH))
    whole = bring_codes(amina, [*codes, codes[3], "999"], **CASH)
    assert run(whole, "amina", 0) == 0
    wanted = content(world, whole)
    assert Counter(row[1] for row in wanted) == {"reserved": 19, "refused": 5, "repeated": 1, "bad_code": 1}
    follow(amina, access_bulk(amina, whole.code), BulkAction.CANCEL, reason="تراجع")
    for kill_at in (3, 20, 26):
        bulk = bring_codes(amina, [*codes, codes[3], "999"], **CASH)
        # Killed twice: the second time it goes on from the first.
        assert run(bulk, "amina", kill_at) == -9
        run(bulk, "amina", 9)
        assert run(bulk, "amina", 0) == 0
        assert content(world, bulk) == wanted, kill_at
        assert access_bulk(amina, bulk.code).counts == {
            "reserved": 19,
            "refused": 5,
            "repeated": 1,
            "bad_code": 1,
        }
        assert world.rows("SELECT count(*) FROM benefits_grant WHERE bulk_id = %s", bulk.id) == [(19,)]
        follow(amina, access_bulk(amina, bulk.code), BulkAction.CANCEL, reason="تراجع")


def test_worker_killed_in_a_bulk_leaves_it_to_the_next(
    amina: Viewer, world: World, organisation_a: int
) -> None:
    codes = own_codes(world, add_families(world, 60, organisation_a)[organisation_a])
    bulk = bring_codes(amina, codes, **FOOD)
    job = ask_to_prepare(by=amina, at=AT, bulk=bulk, starts=True)
    with a_worker() as first:
        until(lambda: access_job(amina, job).state == "running")
        kill(first)
    with a_worker():
        until(lambda: not access_job(amina, job).is_open)
    assert access_job(amina, job).state == "done"
    assert access_bulk(amina, bulk.code).counts == {"reserved": 60}
    assert world.rows("SELECT count(*) FROM benefits_cell") == [(60,)]


def test_two_bulks_of_two_organisations_give_each_family_once(
    amina: Viewer, camelia: Viewer, world: World, organisation_a: int, organisation_b: int
) -> None:
    entries = add_families(world, 60, organisation_a, organisation_b)
    forth = own_codes(world, entries[organisation_a])
    back = own_codes(world, list(reversed(entries[organisation_b])))
    ours, theirs = bring_codes(amina, forth, **CASH), bring_codes(camelia, back, **CASH)
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.integration.benefits.killed_bulk", bulk.code, username, "0"],
            cwd=ROOT, env=dict(os.environ),
        )
        for bulk, username in ((ours, "amina"), (theirs, "camelia"))
    ]  # fmt: skip
    assert [process.wait(120) for process in running] == [0, 0]
    counts = [access_bulk(amina, ours.code).counts, access_bulk(camelia, theirs.code).counts]
    assert all(sum(one.values()) == 60 for one in counts)
    assert sum(one.get("reserved", 0) for one in counts) == 60
    assert world.rows("SELECT count(*), count(DISTINCT subject_id), max(seat) FROM benefits_cell") == [
        (60, 60, 0)
    ]


def test_bulk_stopped_between_chunks_keeps_what_it_did_and_goes_on_or_is_taken_back(
    amina: Viewer, world: World, organisation_a: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "CHUNK_ROWS", 4)
    monkeypatch.setattr(performing, "AT_ONCE", {})
    codes = own_codes(world, add_families(world, 10, organisation_a)[organisation_a])
    bulk = prepared(amina, codes)
    job = ask_to_start(by=amina, at=AT, code=bulk.code)
    assert ask_to_start(by=amina, at=AT, code=bulk.code) == job
    do_chunk, chunks = performing._do_chunk, list[int]()

    def linger_in_the_second(*given: Any) -> None:
        do_chunk(*given)
        chunks.append(given[-1])
        time.sleep(1.5 if len(chunks) == 2 else 0)

    def stop_in_the_second(task: object) -> None:
        if len(chunks) == 2:
            raise JobCancelled

    with monkeypatch.context() as patched:
        patched.setattr(performing, "_do_chunk", linger_in_the_second)
        patched.setattr("wasl.jobs.offered.Task.check_cancelled", stop_in_the_second)
        run_waiting()
    stopped = access_bulk(amina, bulk.code)
    assert (stopped.state, stopped.rows_done, stopped.counts) == ("stopped", 8, {"": 2, "reserved": 8})
    undone = follow(amina, stopped, BulkAction.CANCEL, reason="تراجع")
    assert undone.counts == {"cancelled": 8}
    ask_to_start(by=amina, at=AT, code=bulk.code)
    run_waiting()
    assert access_bulk(amina, bulk.code).counts == {"reserved": 10}


def test_bulk_cancelled_while_it_waits_is_still_there(
    amina: Viewer, world: World, organisation_a: int
) -> None:
    bulk = prepared(amina, own_codes(world, add_families(world, 3, organisation_a)[organisation_a]))
    assert cancel_job(by=amina, at=AT, code=ask_to_start(by=amina, at=AT, code=bulk.code))
    run_waiting()
    assert access_bulk(amina, bulk.code).rows_done == 0
    ask_to_start(by=amina, at=AT, code=bulk.code)
    run_waiting()
    assert access_bulk(amina, bulk.code).counts == {"reserved": 3}


def test_lost_race_is_done_again(
    amina: Viewer, world: World, organisation_a: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bulk = prepared(amina, own_codes(world, add_families(world, 3, organisation_a)[organisation_a]))
    do_chunk = performing._do_chunk
    lost = 0

    def lose_once(*args: Any) -> None:
        nonlocal lost
        do_chunk(*args)
        if not lost:
            lost += 1
            raise psycopg.errors.SerializationFailure

    monkeypatch.setattr(performing, "_do_chunk", lose_once)
    done_bulk = perform_bulk(code=bulk.code, by=amina, at=AT, heard=say_nothing)
    assert (done_bulk.counts, lost) == ({"reserved": 3}, 1)
    assert world.rows("SELECT count(*) FROM benefits_grant") == [(3,)]


def prepared(by: Viewer, codes: list[str]) -> Bulk:
    """Bring a file and read its rows."""
    return prepare_bulk(code=bring_codes(by, codes, **FOOD).code, by=by, heard=say_nothing)
