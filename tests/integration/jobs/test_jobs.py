"""Jobs: asked for, done, refused, cancelled, and seen by those they concern."""

from __future__ import annotations

import psycopg
import pytest
from django.conf import settings
from django.db import transaction

import tests.integration.jobs.offered_here  # noqa: F401
from tests.conftest import NOW
from wasl.jobs.actions import cancel_job, enqueue
from wasl.jobs.offered import Task, job
from wasl.jobs.queries import access_job, has_worker, list_jobs
from wasl.jobs.worker import run_waiting
from wasl.kernel.codes import is_code
from wasl.kernel.errors import NotAllowed, NotFound
from wasl.organisations.viewer import INSTALLER, Viewer


def ask(by: Viewer, kind: str = "test_count", **params: object) -> str:
    return enqueue(by=by, at=NOW, kind=kind, params=params, object_code="17")


def test_enqueue_then_run_is_done_with_its_result(amina: Viewer) -> None:
    code = ask(amina, steps=2)
    assert is_code(code)
    waiting = access_job(amina, code)
    assert (waiting.state, waiting.params, waiting.created_at) == ("waiting", {"steps": 2}, NOW)
    assert run_waiting() == 1
    done = access_job(amina, code)
    assert (done.state, done.result, done.progress) == ("done", {"steps": 2, "by": "amina"}, 1)
    assert done.started_at <= done.finished_at
    assert run_waiting() == 0


def test_enqueue_in_a_transaction_undone_leaves_nothing(amina: Viewer, engine: psycopg.Connection) -> None:
    with transaction.atomic():
        ask(amina)
        transaction.set_rollback(True)
    assert list_jobs(amina) == []
    assert engine.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,)


def test_enqueue_what_nobody_offers_is_an_error_of_the_program(amina: Viewer) -> None:
    with pytest.raises(LookupError):
        ask(amina, "test_unheard_of")


def test_enqueue_by_nobody_is_refused(desk: Viewer) -> None:
    with pytest.raises(Exception, match="nobody asks"):
        ask(INSTALLER)


def test_job_refused_by_a_rule_keeps_its_code_and_parameters(amina: Viewer) -> None:
    code = ask(amina, "test_refuse")
    run_waiting()
    job = access_job(amina, code)
    assert (job.state, job.error_code, job.error_params) == ("failed", "run.unknown", {"run": "x.csv"})


def test_job_that_breaks_says_so_and_leaves_its_trace_in_a_file(amina: Viewer) -> None:
    from wasl.store.home import get_home

    code = ask(amina, "test_break")
    run_waiting()
    assert access_job(amina, code).error_code == "job.broken"
    log = (get_home() / "log" / "errors.log").read_text()
    assert f"job {code} test_break" in log
    assert "ZeroDivisionError" in log


def test_cancel_a_waiting_job_and_it_is_never_done(amina: Viewer) -> None:
    code = ask(amina)
    assert cancel_job(by=amina, at=NOW, code=code)
    assert access_job(amina, code).state == "cancelled"
    assert run_waiting() == 0
    assert not cancel_job(by=amina, at=NOW, code=code)


def test_cancel_a_running_job_is_seen_by_it(amina: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wasl.jobs.offered.STATUS_EVERY_S", 0.0)

    @job("test_cancelled_midway")
    def midway(task: Task) -> dict[str, object]:
        assert not task.is_cancelled()
        assert cancel_job(by=amina, at=NOW, code=task.code)
        task.check_cancelled()
        raise AssertionError("it went on")

    code = ask(amina, "test_cancelled_midway")
    run_waiting()
    assert access_job(amina, code).state == "cancelled"


def test_progress_is_written_at_most_twice_a_second(amina: Viewer, engine: psycopg.Connection) -> None:
    seen: list[object] = []

    @job("test_chatter")
    def chatter(task: Task) -> dict[str, object]:
        for share in range(50):
            task.tell("stage.test", share / 50)
        seen.append(engine.execute("SELECT progress FROM jobs_job WHERE code = %s", [task.code]).fetchone())
        return {}

    ask(amina, "test_chatter")
    run_waiting()
    assert seen == [(0.0,)]


def test_camelia_cannot_see_or_cancel_aminas_job(amina: Viewer, camelia: Viewer) -> None:
    code = ask(amina)
    assert list_jobs(camelia) == []
    with pytest.raises(NotFound):
        access_job(camelia, code)
    with pytest.raises(NotFound):
        cancel_job(by=camelia, at=NOW, code=code)
    assert access_job(amina, code).state == "waiting"


def test_camelia_cannot_cancel_aminas_job_in_sql_either(amina: Viewer, camelia: Viewer) -> None:
    code = ask(amina)
    with psycopg.connect(settings.WASL_ADDRESSES.app) as connection:
        connection.execute(
            "SELECT set_config('wasl.organisation', %s, true), set_config('wasl.role', 'officer', true),"
            " set_config('wasl.user', %s, true)",
            [str(camelia.organisation_id), str(camelia.user_id)],
        )
        assert connection.execute("SELECT jobs_cancel(%s)", [code]).fetchone() == (False,)


def test_camelia_cannot_ask_in_aminas_name(amina: Viewer, camelia: Viewer) -> None:
    borrowed = Viewer(amina.user_id, "amina", camelia.organisation_id, "m02", "officer")
    with pytest.raises(Exception, match="nobody asks"):
        ask(borrowed)


def test_basim_sees_aminas_job_and_cannot_cancel_it(amina: Viewer, basim: Viewer, dalia: Viewer) -> None:
    code = ask(amina)
    assert access_job(basim, code).username == "amina"
    with pytest.raises(NotAllowed):
        cancel_job(by=basim, at=NOW, code=code)
    assert cancel_job(by=dalia, at=NOW, code=code)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM procrastinate_jobs",
        "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('wasl', 'wasl.job')",
        "SELECT procrastinate_finish_job_v1(1, 'succeeded', true)",
        "UPDATE jobs_job SET username = 'console'",
        "INSERT INTO jobs_job (code) VALUES ('1')",
    ],
)
def test_the_application_cannot_reach_past_the_functions(amina: Viewer, statement: str) -> None:
    ask(amina)
    with psycopg.connect(settings.WASL_ADDRESSES.app) as connection:
        connection.execute("SELECT set_config('wasl.role', 'desk', true)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


def test_list_jobs_by_kind_state_and_object(amina: Viewer) -> None:
    first, second = ask(amina), ask(amina, "test_refuse")
    assert [one.code for one in list_jobs(amina)] == [second, first]
    assert [one.code for one in list_jobs(amina, kinds=["test_count"])] == [first]
    assert [one.code for one in list_jobs(amina, object_code="17", states=["waiting"], limit=1)] == [second]
    assert list_jobs(amina, object_code="18") == []
    assert list_jobs(amina, states=["done"]) == []


def test_has_worker_is_false_where_none_lives(amina: Viewer) -> None:
    assert not has_worker(amina)
