"""`wasl serve` brings a worker with it and takes it along, however it ends; `wasl work` stands alone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.integration.jobs.workers import is_alive, until
from wasl.jobs.queries import has_worker
from wasl.organisations.viewer import Viewer


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "wasl.cli.main", *arguments], env=dict(os.environ))
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def family_of(pid: int) -> list[int]:
    """Return the processes that descend from one."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_serve_ends_with_its_worker_however_it_ends(desk: Viewer, number: signal.Signals) -> None:
    with running("serve", "--port", str(free_port())) as serving:
        until(lambda: has_worker(desk))
        children = family_of(serving.pid)
        assert len(children) >= 2
        serving.send_signal(number)
        serving.wait(20)
        until(lambda: not any(is_alive(child) for child in children), seconds=90)


def test_serve_without_a_worker_has_none(desk: Viewer) -> None:
    port = free_port()

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    with running("serve", "--no-worker", "--port", str(port)) as serving:
        until(answers)
        commands = [Path(f"/proc/{child}/cmdline").read_bytes() for child in family_of(serving.pid)]
    assert not any(b"work" in command.split(b"\0") for command in commands)


def test_work_stops_when_told_and_signs_off(desk: Viewer, engine: psycopg.Connection) -> None:
    with running("work") as working:
        until(lambda: has_worker(desk))
        working.send_signal(signal.SIGINT)
        assert working.wait(20) == 0
    assert engine.execute("SELECT count(*) FROM procrastinate_workers").fetchone() == (0,)
