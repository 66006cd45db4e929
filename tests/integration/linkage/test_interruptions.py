"""One run at a time, cancelled or killed at any point, and run again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.linkage.fakes import standing
from tests.integration.linkage.filling import fill_registry
from wasl.kernel.errors import Unavailable
from wasl.linkage.actions import request_cancel, run_linkage
from wasl.linkage.engine import runs_folder
from wasl.linkage.runs import LOCK_KEY
from wasl.matching import LinkCancelled
from wasl.store.addresses import bootstrap_address
from wasl.store.connections import engine_connection
from wasl.store.postgres import find_server
from wasl.synth.records import population_records

CHILD = """
import sys, django
django.setup()
import wasl.linkage.plan, wasl.linkage.publishing as publishing
made = publishing.make_plan
publishing.make_plan = lambda *given, **named: made(*given, **{**named, "batch_subjects": 40})
from datetime import datetime, UTC
from wasl.linkage.actions import run_linkage
from wasl.organisations.queries import CONSOLE, get_viewer
print("ready", flush=True)
run_linkage(by=get_viewer(CONSOLE), at=datetime.now(UTC), progress=lambda stage, share: print(stage, share, flush=True))
"""


@pytest.fixture
def registry(
    engine: psycopg.Connection, desk, organisation_a: int, organisation_b: int
) -> psycopg.Connection:
    tables = population_records(150, 4, seed=11)
    numbers = sorted(set(tables["records"]["organisation"].to_pylist()))
    fill_registry(engine, tables, {n: (organisation_a, organisation_b)[n % 2] for n in numbers})
    engine.commit()
    return engine


def start_child() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD], env=dict(os.environ), stdout=subprocess.PIPE, text=True
    )


def test_run_linkage_killed_at_random_points_ends_as_one_uninterrupted_run(registry, desk):
    choose = random.Random(5)
    for wanted in ("stage.link_engine", "stage.link_publish", "stage.link_publish", "stage.link_publish 1.0"):
        child = start_child()
        skip = choose.randrange(1, 6)
        for line in child.stdout:
            if line.startswith(wanted):
                skip -= 1
                if skip <= 0 or wanted.endswith("1.0"):
                    break
        time.sleep(choose.random() * 0.05)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
    run_linkage(by=desk, at=NOW)
    killed = standing(registry)
    assert (
        registry.execute(
            "SELECT count(*) FROM registry_link GROUP BY record_id HAVING count(*) > 1"
        ).fetchall()
        == []
    )
    states = registry.execute("SELECT state FROM linkage_run ORDER BY id").fetchall()
    registry.rollback()
    assert states[-1] == ("done",)
    assert {"running", "publishing"}.isdisjoint(state for (state,) in states)
    assert not list(runs_folder().iterdir())
    wipe_links(registry)
    run_linkage(by=desk, at=NOW, full=True)
    assert standing(registry) == killed


def wipe_links(connection: psycopg.Connection) -> None:
    """Forget every run, as only a superuser may."""
    server = find_server(Path(os.environ["WASL_TEST_FOLDER"]) / "postgres")
    assert server is not None
    with psycopg.connect(bootstrap_address(server, connection.info.dbname)) as superuser:
        superuser.execute("SET session_replication_role = replica")
        for table in ("link", "entry_link", "membership", "group_member", "person_nid", "subject"):
            superuser.execute(f"DELETE FROM registry_{table}".encode())


def test_run_linkage_while_another_is_on_is_unavailable(registry, desk, monkeypatch):
    monkeypatch.setattr("wasl.linkage.runs.LOCK_PATIENCE_S", 0.2)
    with engine_connection(autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK_KEY])
        with pytest.raises(Unavailable) as refused:
            run_linkage(by=desk, at=NOW)
        assert refused.value.exit_code == 75
    run_linkage(by=desk, at=NOW)


def test_request_cancel_stops_a_run_before_it_publishes(registry, desk, monkeypatch):
    monkeypatch.setattr("wasl.linkage.runs.STATUS_EVERY_S", 0.0)
    asked = []

    def progress(stage: str, share: float) -> None:
        if stage == "stage.link_engine" and share > 0.3 and not asked:
            asked.append(request_cancel(by=desk, at=NOW))

    with pytest.raises(LinkCancelled):
        run_linkage(by=desk, at=NOW, progress=progress)
    assert asked[0] is not None
    assert registry.execute("SELECT state FROM linkage_run").fetchall() == [("cancelled",)]
    assert registry.execute("SELECT count(*) FROM registry_subject").fetchone() == (0,)
    registry.rollback()
    (folder,) = runs_folder().iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    assert runs_folder().stat().st_mode & 0o077 == 0
    assert not run_linkage(by=desk, at=NOW).nothing_new
    assert request_cancel(by=desk, at=NOW) is None


def test_run_linkage_interrupted_by_the_keyboard_is_cancelled(registry, desk):
    def progress(stage: str, share: float) -> None:
        if stage == "stage.link_compare":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_linkage(by=desk, at=NOW, progress=progress)
    assert registry.execute("SELECT state FROM linkage_run").fetchall() == [("cancelled",)]


def test_run_linkage_unpublished_leaves_the_registry_alone(registry, desk):
    result = run_linkage(by=desk, at=NOW, publish=False)
    assert result.counts["people"] > 0
    assert registry.execute("SELECT count(*) FROM registry_subject").fetchone() == (0,)


def test_run_linkage_after_a_list_is_withdrawn_and_restored_brings_the_same_identities(registry, desk):
    run_linkage(by=desk, at=NOW)
    links = "SELECT record_id, person_id FROM registry_link WHERE until_run IS NULL ORDER BY record_id"
    entries = "SELECT entry_id, family_id FROM registry_entry_link WHERE until_run IS NULL ORDER BY entry_id"
    before = registry.execute(links).fetchall(), registry.execute(entries).fetchall()
    for active in (False, True):
        registry.execute(
            "UPDATE registry_appearance SET active = %s WHERE list_id IN"
            " (SELECT DISTINCT list_id FROM registry_appearance WHERE list_id %% 3 = 0)",
            [active],
        )
        registry.commit()
        assert not run_linkage(by=desk, at=NOW).nothing_new
    assert (registry.execute(links).fetchall(), registry.execute(entries).fetchall()) == before
