"""
A load in a process of its own, with small chunks, that kills itself before its nth statement.

Run as `python -m tests.integration.intake.killed_load FILE ORGANISATION N`; N = 0 lets it live.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import django
import psycopg

SMALL_CHUNK_ROWS = 40


def run(path: Path, organisation: str, kill_at: int) -> None:
    """Load with chunks of forty rows; die before statement `kill_at`."""
    django.setup()
    from tests.integration.intake.conftest import AT, options
    from wasl.intake.actions import load_file
    from wasl.intake.reading import parse as _  # noqa: F401
    from wasl.organisations.queries import CONSOLE, get_viewer

    make_chunks_small()
    if kill_at:
        _die_before(kill_at)
    load_file(path=path, organisation=organisation, options=options(), by=get_viewer(CONSOLE), at=AT)


def make_chunks_small() -> None:
    """Let a chunk hold forty rows, so that a short file has several."""
    module = sys.modules["wasl.intake.reading.parse"]
    module.CHUNK_ROWS = module.MOST_CARRIED + SMALL_CHUNK_ROWS  # type: ignore[attr-defined]


def _die_before(nth: int) -> None:
    execute = psycopg.Connection.execute
    count = 0

    def counted(self: psycopg.Connection, *args: object, **kwargs: object) -> object:
        nonlocal count
        count += 1
        if count == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(self, *args, **kwargs)  # type: ignore[arg-type]

    psycopg.Connection.execute = counted  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
