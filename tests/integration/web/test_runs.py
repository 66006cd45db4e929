"""The desk prepares, looks, publishes or drops; nobody else comes near."""

from __future__ import annotations

import psycopg
import pytest
from django.test import Client

from tests.conftest import NOW
from tests.integration.linkage.filling import fill_registry
from tests.integration.web.test_door import _signed_in
from wasl.jobs.actions import cancel_job
from wasl.jobs.queries import list_jobs
from wasl.jobs.worker import run_waiting
from wasl.linkage.actions import prepare_linkage, run_linkage
from wasl.linkage.rules import Decision, PairKind
from wasl.linkage.run_queries import list_runs
from wasl.linkage.verdicts import record_verdict
from wasl.organisations.viewer import Viewer
from wasl.synth.records import population_records
from wasl.web.words import WORDS


def words(code: str) -> str:
    return WORDS[code][0]


@pytest.fixture
def registry(
    engine: psycopg.Connection, desk: Viewer, organisation_a: int, organisation_b: int
) -> psycopg.Connection:
    tables = population_records(80, 4, seed=11)
    numbers = sorted(set(tables["records"]["organisation"].to_pylist()))
    fill_registry(engine, tables, {n: (organisation_a, organisation_b)[n % 2] for n in numbers})
    engine.commit()
    return engine


@pytest.fixture
def client(desk: Viewer, dalia: Viewer) -> Client:
    return _signed_in(desk, "dalia")


def body(client: Client, address: str = "/runs/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_desk_prepares_looks_and_publishes(
    registry: psycopg.Connection, client: Client, dalia: Viewer
) -> None:
    assert words("runs.answer_none") in body(client)
    assert words("runs.none") in body(client)
    assert client.post("/runs/start/")["Location"] == "/runs/"
    waiting = body(client)
    assert words("jobs.kind.prepare_link") in waiting
    assert words("stage.link_export") if "stage.link_export" in WORDS else True
    assert words("runs.start") not in waiting
    run_waiting()
    prepared = body(client)
    run = list_runs(dalia)[0]
    assert words("runs.publish") in prepared
    assert f"{run.difference['first_people']:,}" in prepared
    assert client.post(f"/runs/{run.id}/publish/")["Location"] == "/runs/"
    run_waiting()
    published = body(client)
    assert words("runs.news.published") in published
    assert words("runs.publish") not in published
    assert "dalia" in published
    assert list_runs(dalia)[0].published_by == "dalia"
    client.post("/runs/start/")
    run_waiting()
    assert words("runs.news.nothing_new") in body(client)


def test_desk_drops_what_was_prepared(registry: psycopg.Connection, client: Client, dalia: Viewer) -> None:
    run = prepare_linkage(by=dalia, at=NOW).run
    client.post(f"/runs/{run}/discard/")
    run_waiting()
    assert words("runs.news.discarded") in body(client)
    assert (
        words("runs.gone").format(run=run)
        in client.post(f"/runs/{run}/publish/", follow=True).content.decode()
    )
    assert list_runs(dalia)[0].state == "cancelled"


def test_second_start_while_one_is_on_starts_nothing(
    registry: psycopg.Connection, client: Client, dalia: Viewer
) -> None:
    client.post("/runs/start/")
    assert words("runs.already") in client.post("/runs/start/", follow=True).content.decode()
    (only,) = list_jobs(dalia)
    assert cancel_job(by=dalia, at=NOW, code=only.code)
    assert words("runs.news.cancelled") in body(client)


def test_publish_after_a_change_says_so_and_shows_the_new_difference(
    registry: psycopg.Connection, client: Client, dalia: Viewer
) -> None:
    run_linkage(by=dalia, at=NOW)
    client.post("/runs/start/", {"full": "1"})
    run_waiting()
    run = list_runs(dalia)[0]
    assert words("runs.would.nothing") in body(client)
    a, b = registry.execute(
        "SELECT min(record_id), max(record_id) FROM registry_link WHERE until_run IS NULL"
        " GROUP BY person_id HAVING count(*) = 2 ORDER BY 1 LIMIT 1"
    ).fetchone()
    registry.rollback()
    record_verdict(
        by=dalia, at=NOW, kind=PairKind.PERSON, a=a, b=b, decision=Decision.DIFFERENT, reason="أخوان"
    )
    client.post(f"/runs/{run.id}/publish/")
    run_waiting()
    page = body(client)
    assert words("runs.news.changed") in page
    assert words("runs.examples") in page
    assert words("runs.publish") in page


def test_amina_and_basim_cannot_open_start_or_publish_runs(
    registry: psycopg.Connection, desk: Viewer, amina: Viewer, basim: Viewer
) -> None:
    run = prepare_linkage(by=desk, at=NOW).run
    for username in ("amina", "basim"):
        client = _signed_in(desk, username)
        assert client.get("/runs/").status_code == 403
        for address in ("/runs/start/", f"/runs/{run}/publish/", f"/runs/{run}/discard/"):
            assert client.post(address).status_code == 403
    assert list_jobs(desk) == []
    assert list_runs(desk)[0].state == "prepared"


def test_history_pages_by_number_and_refuses_nonsense(
    registry: psycopg.Connection, client: Client, desk: Viewer
) -> None:
    with registry.transaction():
        registry.execute(
            "INSERT INTO linkage_run (state, started_by, finished_at)"
            " SELECT 'failed', 'console', now() FROM generate_series(1, 25)"
        )
    first = body(client)
    assert 'rel="next"' in first
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert body(client, f"/runs/{older}").count("<tr>") == 6
    assert client.get("/runs/?after=zzz").status_code == 400
