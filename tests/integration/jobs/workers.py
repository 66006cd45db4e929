"""Real workers in processes of their own, quicker to notice the dead than outside tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
QUICK = """
import sys, django
django.setup()
import wasl.jobs.worker as worker
worker.HEARTBEAT_S, worker.DEAD_AFTER_S, worker.POLL_S, worker.GRACE_S = 0.3, 1.5, 0.2, 0.2
worker.MOST_ATTEMPTS = 2
worker.work([sys.executable, "-m", "tests.integration.jobs.offered_here"])
"""


@contextmanager
def a_worker() -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker; kill it in the end where the test has not."""
    process = subprocess.Popen([sys.executable, "-c", QUICK], cwd=ROOT, env=dict(os.environ))
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill without a warning."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def until(true: Callable[[], bool], *, seconds: float = 40) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Tell whether a process lives; one that is dead and not yet fetched does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
