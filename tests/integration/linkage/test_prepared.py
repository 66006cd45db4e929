"""A difference that is prepared, looked at, and published: or not, where something changed."""

from __future__ import annotations

import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.jobs.workers import a_worker, kill, until
from tests.integration.linkage.fakes import standing
from tests.integration.linkage.filling import fill_registry
from tests.integration.linkage.test_interruptions import wipe_links
from wasl.jobs.actions import cancel_job, enqueue
from wasl.jobs.offered import Task
from wasl.jobs.queries import access_job
from wasl.jobs.worker import run_waiting
from wasl.kernel.errors import NotAllowed, NotFound
from wasl.linkage.actions import discard_prepared, prepare_linkage, publish_prepared, run_linkage
from wasl.linkage.engine import runs_folder
from wasl.linkage.jobs import DISCARD, LOCK, PREPARE, PUBLISH
from wasl.linkage.rules import Decision, PairKind
from wasl.linkage.run_queries import RunView, list_runs
from wasl.linkage.verdicts import record_verdict
from wasl.matching import LinkCancelled
from wasl.organisations.viewer import Viewer
from wasl.synth.records import population_records

HALF = "UPDATE registry_appearance SET active = %s WHERE list_id %% 2 = 0"


@pytest.fixture
def registry(
    engine: psycopg.Connection, desk: Viewer, organisation_a: int, organisation_b: int
) -> psycopg.Connection:
    tables = population_records(150, 4, seed=11)
    numbers = sorted(set(tables["records"]["organisation"].to_pylist()))
    fill_registry(engine, tables, {n: (organisation_a, organisation_b)[n % 2] for n in numbers})
    engine.commit()
    return engine


def last(desk: Viewer) -> RunView:
    return list_runs(desk)[0]


def separate_one(registry: psycopg.Connection, desk: Viewer) -> None:
    """Say of two rows that are one person that they are not."""
    row = registry.execute(
        "SELECT min(record_id), max(record_id) FROM registry_link WHERE until_run IS NULL"
        " GROUP BY person_id HAVING count(*) = 2 ORDER BY 1 LIMIT 1"
    ).fetchone()
    registry.rollback()
    record_verdict(
        by=desk, at=NOW, kind=PairKind.PERSON, a=row[0], b=row[1], decision=Decision.DIFFERENT, reason="أخوان"
    )


def test_prepare_leaves_the_registry_alone_and_says_what_would_change(registry, desk):
    result = prepare_linkage(by=desk, at=NOW)
    assert not result.published
    assert registry.execute("SELECT count(*) FROM registry_subject").fetchone() == (0,)
    run = last(desk)
    assert (run.state, run.id) == ("prepared", result.run)
    assert run.difference["first_people"] == run.counts["records"]
    assert run.difference["new_families"] == run.counts["certain_families"]
    assert (run.difference["before_families"], run.difference["after_families"]) == (
        0,
        run.counts["families"],
    )
    assert (run.difference["joined_people"], run.difference["organisations"]) == (0, 0)
    assert {"export", "engine", "compare"} <= {stage["stage"] for stage in run.log}
    assert list(runs_folder().iterdir())


def test_publish_goes_on_from_what_was_prepared_and_is_the_same_as_at_once(registry, desk, monkeypatch):
    run = prepare_linkage(by=desk, at=NOW).run
    result = publish_prepared(by=desk, at=NOW, run_id=run)
    assert (result.run, result.published) == (run, True)
    assert [one.state for one in list_runs(desk)] == ["done"]
    assert last(desk).published_by == "console"
    assert not list(runs_folder().iterdir())
    prepared = standing(registry)
    wipe_links(registry)
    run_linkage(by=desk, at=NOW, full=True)
    assert standing(registry) == prepared
    assert publish_prepared(by=desk, at=NOW, run_id=run).published


def test_prepared_counts_and_examples_tell_joined_and_separated(registry, desk):
    registry.execute(HALF, [False])
    registry.commit()
    run_linkage(by=desk, at=NOW)
    registry.execute(HALF, [True])
    registry.commit()
    prepare_linkage(by=desk, at=NOW)
    more = last(desk)
    publish_prepared(by=desk, at=NOW, run_id=more.id)
    separate_one(registry, desk)
    prepare_linkage(by=desk, at=NOW)
    run = last(desk)
    assert run.difference["before_people"] == more.counts["people"]
    assert run.difference["separated_people"] == 1
    assert run.difference["moved_people"] >= 1
    assert run.difference["organisations"] >= 1
    assert ("separated", "person") in {(one.change, one.kind) for one in run.examples}
    codes = dict(registry.execute("SELECT code, state FROM registry_subject").fetchall())
    for one in (*run.examples, *more.examples):
        assert one.codes
        assert set(one.codes) <= set(codes)
    joined = [one for one in more.examples if one.change == "joined"]
    assert len(joined) > 0 if more.difference["joined_people"] else joined == []
    for one in joined:
        assert [codes[code] for code in one.codes[1:]] == ["retired"] * (len(one.codes) - 1)


def test_publish_after_a_verdict_prepares_again_and_publishes_nothing(registry, desk):
    run_linkage(by=desk, at=NOW)
    registry.execute(HALF, [False])
    registry.commit()
    run = prepare_linkage(by=desk, at=NOW).run
    before = standing(registry)
    separate_one(registry, desk)
    result = publish_prepared(by=desk, at=NOW, run_id=run)
    assert not result.published
    assert result.run != run
    assert standing(registry) == before
    states = {one.id: (one.state, one.stage) for one in list_runs(desk)}
    assert states[run] == ("cancelled", "outdated")
    assert states[result.run][0] == "prepared"
    assert publish_prepared(by=desk, at=NOW, run_id=result.run).published


def test_run_at_once_takes_the_place_of_what_was_prepared(registry, desk):
    prepare_linkage(by=desk, at=NOW)
    run_linkage(by=desk, at=NOW)
    assert [one.state for one in list_runs(desk)] == ["done", "cancelled"]
    assert prepare_linkage(by=desk, at=NOW).nothing_new


def test_publish_cancelled_before_its_first_batch_waits_again(registry, desk):
    run = prepare_linkage(by=desk, at=NOW).run
    with pytest.raises(LinkCancelled):
        publish_prepared(by=desk, at=NOW, run_id=run, cancelled=lambda: True)
    assert last(desk).state == "prepared"
    assert publish_prepared(by=desk, at=NOW, run_id=run).published


def test_discard_drops_the_difference_and_its_files(registry, desk):
    run = prepare_linkage(by=desk, at=NOW).run
    assert discard_prepared(by=desk, at=NOW, run_id=run)
    assert not discard_prepared(by=desk, at=NOW, run_id=run)
    assert last(desk).state == "cancelled"
    assert not list(runs_folder().iterdir())


def test_publish_what_never_was_is_not_found(registry, desk):
    with pytest.raises(NotFound):
        publish_prepared(by=desk, at=NOW, run_id=10**9)


def test_amina_cannot_prepare_publish_discard_or_read_runs(registry, desk, amina):
    run = prepare_linkage(by=desk, at=NOW).run
    for refused in (
        lambda: prepare_linkage(by=amina, at=NOW),
        lambda: publish_prepared(by=amina, at=NOW, run_id=run),
        lambda: discard_prepared(by=amina, at=NOW, run_id=run),
        lambda: list_runs(amina),
    ):
        with pytest.raises(NotAllowed):
            refused()
    for kind in (PREPARE, PUBLISH, DISCARD):
        code = enqueue(by=amina, at=NOW, kind=kind, params={"run": run}, lock=LOCK)
        run_waiting()
        assert access_job(amina, code).error_code == "desk.only"
    assert last(desk).state == "prepared"


def test_jobs_prepare_publish_and_say_how_it_went(registry, desk):
    def done(kind: str, **params: object) -> dict[str, object]:
        code = enqueue(by=desk, at=NOW, kind=kind, params=params, lock=LOCK)
        run_waiting()
        return access_job(desk, code).result

    first = done(PREPARE)
    assert first == {"run": first["run"], "outcome": "prepared"}
    assert done(PUBLISH, run=first["run"])["outcome"] == "published"
    assert done(PREPARE) == {"run": first["run"], "outcome": "nothing_new"}
    second = done(PREPARE, full=True)
    assert last(desk).changes_nothing
    assert done(DISCARD, run=second["run"])["outcome"] == "discarded"


def test_worker_killed_in_a_run_and_while_publishing_ends_as_if_never_killed(registry, desk):
    code = enqueue(by=desk, at=NOW, kind=PREPARE, params={}, lock=LOCK)
    with a_worker() as first:
        until(lambda: any(run.is_on for run in list_runs(desk)))
        kill(first)
    assert access_job(desk, code).state == "running"
    with a_worker() as second:
        until(lambda: access_job(desk, code).state == "done", seconds=90)
        run = access_job(desk, code).result["run"]
        published = enqueue(by=desk, at=NOW, kind=PUBLISH, params={"run": run}, lock=LOCK)
        until(lambda: last(desk).state == "publishing", seconds=60)
        kill(second)
    assert access_job(desk, published).state == "running"
    with a_worker():
        until(lambda: access_job(desk, published).state == "done", seconds=90)
    assert access_job(desk, published).result == {"run": run, "outcome": "published"}
    killed = standing(registry)
    assert not list(runs_folder().iterdir())
    wipe_links(registry)
    run_linkage(by=desk, at=NOW, full=True)
    assert standing(registry) == killed


def test_cancel_a_preparing_job_stops_the_run(registry, desk, monkeypatch):
    monkeypatch.setattr("wasl.jobs.offered.STATUS_EVERY_S", 0.0)
    tell = Task.tell

    def tell_and_cancel(task: Task, stage: str, share: float) -> None:
        tell(task, stage, share)
        if stage == "stage.link_engine":
            cancel_job(by=desk, at=NOW, code=task.code)

    monkeypatch.setattr(Task, "tell", tell_and_cancel)
    code = enqueue(by=desk, at=NOW, kind=PREPARE, params={}, lock=LOCK)
    run_waiting()
    assert access_job(desk, code).state == "cancelled"
    assert [one.state for one in list_runs(desk)] == ["cancelled"]
