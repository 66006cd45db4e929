"""`wasl work`: do what pages ask for."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from wasl.cli.language import both
from wasl.cli.messages import say
from wasl.cli.session import open_viewer

# A worker lets its jobs go on for two seconds when it is told to stop.
STOP_PATIENCE_S = 8.0
START_AGAIN_AFTER_S = 2.0


def register(app: typer.Typer) -> None:
    """Add `work`."""
    app.command("work", help=both("نفّذ ما تطلبه الصفحات", "Do what pages ask for"))(work)


def work(
    beside: Annotated[
        bool, typer.Option("--beside", hidden=True, help="end when stdin ends, as `serve` wants it")
    ] = False,
) -> None:
    """
    Work in the foreground until stopped; several may, on several machines.

    What is cut off is taken up again by the next worker.
    """
    open_viewer()
    from wasl.jobs.performing import end_with_parent
    from wasl.jobs.worker import work as work_until_stopped

    if beside:
        end_with_parent()
    else:
        typer.echo(say("work.on"), err=True)
    work_until_stopped()


@contextmanager
def worker_beside() -> Iterator[None]:
    """Keep a worker in a process of its own, started again where it dies, ended with this process however it ends."""
    over = threading.Event()
    first = _start()
    keeper = threading.Thread(target=_keep, args=(first, over), daemon=True, name="worker-keeper")
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join(STOP_PATIENCE_S + START_AGAIN_AFTER_S)


def _start() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "wasl.cli.main", "work", "--beside"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)


def _keep(process: subprocess.Popen[bytes], over: threading.Event) -> None:
    while not over.wait(0.2):
        if process.poll() is not None and not over.wait(START_AGAIN_AFTER_S):
            process = _start()
    process.terminate()
    try:
        process.wait(STOP_PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
