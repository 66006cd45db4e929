"""
Do one job, from its row to its end. `python -m wasl.jobs.performing CODE` does it in a process of its own.

The process ends with the worker that started it, however that one ends.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime
from typing import Any

import psycopg
from django.db import DatabaseError, connections
from psycopg.types.json import Jsonb

from wasl.jobs.offered import JobCancelled, Task, find_work
from wasl.jobs.rules import JobState
from wasl.kernel.errors import Unavailable, WaslError
from wasl.store.connections import engine_connection, find_sqlstate
from wasl.store.traces import keep_trace

# Two processes never do one job: a worker that was only asleep may have its process still at it.
HOLD = "SELECT pg_try_advisory_lock(hashtextextended('jobs.' || %s, 0))"
HOLD_PATIENCE_S = 5.0
PARENT_ASKED_EVERY_S = 0.5
# The database went away, was stopped, or refuses connections: the job is done again, not failed.
LOST = ("08", "57P", "53300")


def perform(code: str) -> None:
    """
    Do the job of this code and write down how it ended; nothing where it is over or cancelled already.

    :raises psycopg.OperationalError: the database went away; whoever called tries again later.
    :raises Unavailable: the same, or another process is still at it.
    """
    with engine_connection(autocommit=True) as connection:
        connection.execute("SET client_connection_check_interval = '1s'")
        _hold(connection, code)
        begun = _begin(connection, code)
        if begun is None:
            return
        kind, task = begun
        try:
            _end(connection, code, JobState.DONE, result=_work(kind, task))
        except JobCancelled:
            _end(connection, code, JobState.CANCELLED)
        except WaslError as error:
            if error.code.startswith("database."):
                raise
            _end(connection, code, JobState.FAILED, error=(error.code, error.params))
        except Exception as error:
            if _is_lost(error):
                raise
            keep_trace(error, f"job {code} {kind}")
            _end(connection, code, JobState.FAILED, error=("job.broken", {}))


def give_up(code: str) -> None:
    """Write down that a job was tried in vain: each time its process died."""
    with engine_connection(autocommit=True) as connection:
        _end(connection, code, JobState.FAILED, error=("job.died", {}))


def _work(kind: str, task: Task) -> dict[str, Any]:
    work = find_work(kind)
    if work is None:
        raise LookupError(f"no area offers the job {kind!r}")
    return work(task)


def _hold(connection: psycopg.Connection, code: str) -> None:
    deadline = time.monotonic() + HOLD_PATIENCE_S
    while True:
        row = connection.execute(HOLD, [code]).fetchone()
        if row and row[0]:
            return
        if time.monotonic() > deadline:
            raise Unavailable("job.held")
        time.sleep(0.1)


def _begin(connection: psycopg.Connection, code: str) -> tuple[str, Task] | None:
    """Return the job's kind and task; None where nothing is left to do. One begun before is begun again."""
    row = connection.execute(
        "UPDATE jobs_job SET state = CASE WHEN cancel_requested THEN 'cancelled' ELSE 'running' END,"
        " started_at = coalesce(started_at, clock_timestamp()), stage = '', progress = 0,"
        " finished_at = CASE WHEN cancel_requested THEN clock_timestamp() END"
        " WHERE code = %s AND state IN ('waiting', 'running')"
        " RETURNING kind, params, username, clock_timestamp(), object_code, cancel_requested",
        [code],
    ).fetchone()
    if row is None or row[5]:
        return None
    at: datetime = row[3]
    return str(row[0]), Task(code, row[1], row[2], at, row[4], connection)


def _end(
    connection: psycopg.Connection,
    code: str,
    state: JobState,
    *,
    result: dict[str, Any] | None = None,
    error: tuple[str, dict[str, object]] = ("", {}),
) -> None:
    connection.execute(
        "UPDATE jobs_job SET state = %s, stage = '', progress = %s, finished_at = clock_timestamp(),"
        " result = %s, error_code = %s, error_params = %s WHERE code = %s AND state IN ('waiting', 'running')",
        [
            str(state),
            1.0 if state == JobState.DONE else 0.0,
            None if result is None else Jsonb(result),
            error[0],
            Jsonb(json.loads(json.dumps(error[1], default=str))),
            code,
        ],
    )


def _is_lost(error: Exception) -> bool:
    if not isinstance(error, (psycopg.Error, DatabaseError)):
        return False
    state = find_sqlstate(error)
    if state is None:
        return isinstance(error, psycopg.OperationalError) or isinstance(
            error.__cause__, psycopg.OperationalError
        )
    return state.startswith(LOST)


def end_with_parent() -> None:
    """
    End this process when whoever started it is gone, however that one ended.

    At once, when its stdin ends; and where a process beside it has inherited the other end of that, by asking.
    """
    parent = os.getppid()

    def read_to_the_end() -> None:
        with suppress(OSError):
            while os.read(0, 4096):
                pass
        os._exit(1)

    def ask() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_ASKED_EVERY_S)
        os._exit(1)

    for watch in (read_to_the_end, ask):
        threading.Thread(target=watch, daemon=True, name="parent-watch").start()


def main() -> None:
    """Do the job named on the command line."""
    end_with_parent()
    import django

    django.setup()
    try:
        perform(sys.argv[1])
    finally:
        connections.close_all()


if __name__ == "__main__":
    main()
