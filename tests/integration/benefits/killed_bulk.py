"""
A bulk done in a process of its own, with small chunks, that kills itself before its nth statement.

Run as `python -m tests.integration.benefits.killed_bulk BULK USER N`; N = 0 lets it live.
"""

from __future__ import annotations

import os
import signal
import sys

import django
import psycopg

SMALL_CHUNK_ROWS = 7


def run(code: str, username: str, kill_at: int) -> None:
    """Read and do a bulk with chunks of seven rows; die before statement `kill_at`."""
    django.setup()
    from tests.integration.benefits.bulks import AT, say_nothing
    from wasl.benefits.bulk import planning
    from wasl.benefits.bulk.queries import access_bulk
    from wasl.intake.bulk_jobs import run_bulk
    from wasl.organisations.queries import get_viewer

    planning.CHUNK_ROWS = SMALL_CHUNK_ROWS
    by = get_viewer(username)
    bulk = access_bulk(by, code)
    if kill_at:
        die_before(kill_at)
    run_bulk(bulk=bulk, by=by, at=AT, heard=say_nothing)


def die_before(nth: int) -> None:
    """Kill this process, without a warning, before the nth statement from here."""
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
    run(sys.argv[1], sys.argv[2], int(sys.argv[3]))
