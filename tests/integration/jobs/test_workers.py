"""Workers as processes: killed, stopped, two at once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psycopg

import tests.integration.jobs.offered_here  # noqa: F401
from tests.conftest import NOW
from tests.integration.jobs.workers import a_worker, is_alive, kill, until
from wasl.jobs.actions import cancel_job, enqueue
from wasl.jobs.queries import access_job, has_worker
from wasl.organisations.viewer import Viewer


def ask(
    by: Viewer, file: Path, name: str = "", *, lock: str | None = None, steps: int = 1, pause: float = 0
) -> str:
    params = {"file": str(file), "name": name, "steps": steps, "pause": pause}
    return enqueue(by=by, at=NOW, kind="test_count", params=params, lock=lock)


def lines(file: Path) -> list[list[str]]:
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


def is_done(by: Viewer, *codes: str) -> bool:
    return all(access_job(by, code).state == "done" for code in codes)


def test_worker_killed_its_job_ends_with_it_and_the_next_worker_takes_it_up(
    amina: Viewer, tmp_path: Path
) -> None:
    file = tmp_path / "steps"
    code = ask(amina, file, "x", steps=4, pause=0.4)
    with a_worker() as first:
        until(lambda: len(lines(file)) >= 2)
        kill(first)
    orphan = int(lines(file)[0][2])
    until(lambda: not is_alive(orphan), seconds=3)
    assert access_job(amina, code).state == "running"
    with a_worker():
        until(lambda: is_done(amina, code))
    again = [line for line in lines(file) if int(line[2]) != orphan]
    assert [line[1] for line in again] == ["0", "1", "2", "3"]


def test_worker_stopped_leaves_its_job_to_the_next_at_once(amina: Viewer, tmp_path: Path) -> None:
    file = tmp_path / "steps"
    code = ask(amina, file, "x", steps=3, pause=0.6)
    with a_worker() as first:
        until(lambda: len(lines(file)) >= 1)
        first.send_signal(signal.SIGTERM)
        assert first.wait(10) == 0
    assert access_job(amina, code).state == "running"
    with a_worker():
        until(lambda: is_done(amina, code))


def test_two_workers_do_each_job_once_and_one_of_a_lock_at_a_time(amina: Viewer, tmp_path: Path) -> None:
    locked, free = tmp_path / "locked", tmp_path / "free"
    codes = [ask(amina, locked, f"l{n}", lock="one", steps=3, pause=0.05) for n in range(3)]
    codes += [ask(amina, free, f"f{n}") for n in range(4)]
    with a_worker(), a_worker():
        until(lambda: is_done(amina, *codes))
        assert has_worker(amina)
    assert [line[0] for line in lines(locked)] == [f"l{n}" for n in range(3) for _ in range(3)]
    assert sorted(line[0] for line in lines(free)) == ["f0", "f1", "f2", "f3"]


def test_running_job_in_another_process_is_cancelled(amina: Viewer, tmp_path: Path) -> None:
    file = tmp_path / "steps"
    code = ask(amina, file, "x", steps=1000, pause=0.1)
    with a_worker():
        until(lambda: len(lines(file)) >= 1)
        assert cancel_job(by=amina, at=NOW, code=code)
        until(lambda: access_job(amina, code).state == "cancelled")


def test_job_whose_process_dies_each_time_is_given_up(amina: Viewer, engine: psycopg.Connection) -> None:
    code = enqueue(by=amina, at=NOW, kind="test_die", params={})
    with a_worker():
        until(lambda: access_job(amina, code).state == "failed")
    assert access_job(amina, code).error_code == "job.died"
    assert engine.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,)


def test_process_of_a_job_ends_with_its_worker_though_another_holds_its_pipe(
    amina: Viewer, tmp_path: Path
) -> None:
    file = tmp_path / "steps"
    code = ask(amina, file, "x", steps=600, pause=0.1)
    with a_worker() as worker:
        until(lambda: len(lines(file)) >= 1)
        held = [
            os.open(f"/proc/{worker.pid}/fd/{number}", os.O_WRONLY)
            for number in _pipes_written_by(worker.pid)
        ]
        kill(worker)
    until(lambda: not is_alive(int(lines(file)[0][2])), seconds=5)
    for descriptor in held:
        os.close(descriptor)
    assert held
    assert cancel_job(by=amina, at=NOW, code=code)


def _pipes_written_by(pid: int) -> list[str]:
    """Return the descriptors of a process that are the writing ends of pipes."""
    found = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        flags = next(
            line.split()[1]
            for line in Path(f"/proc/{pid}/fdinfo/{entry.name}").read_text().splitlines()
            if "flags" in line
        )
        if (
            os.readlink(entry).startswith("pipe:")
            and int(flags, 8) & os.O_ACCMODE == os.O_WRONLY
            and int(entry.name) > 2
        ):
            found.append(entry.name)
    return found
