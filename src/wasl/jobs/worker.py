"""
The worker: takes jobs from the queue, two at a time, each done in a process of its own.

Workers of several machines share one queue. A worker's heartbeat says that it lives; the jobs of one that
does not are taken up again by the others, and by the next that starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

import psycopg
from django.conf import settings
from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.worker import Worker

from wasl.jobs.performing import give_up, perform
from wasl.store.addresses import ENGINE_ROLE
from wasl.store.connections import engine_connection

AT_ONCE = 2
HEARTBEAT_S = 3.0
DEAD_AFTER_S = 12.0
POLL_S = 2.0
# How long jobs may go on once the worker was told to stop; what is cut off is taken up again later.
GRACE_S = 2.0
# A job whose process dies each time is given up.
MOST_ATTEMPTS = 5
PAUSE_S = 3.0
PERFORM = (sys.executable, "-m", "wasl.jobs.performing")

# One statement, so that of two workers that look at once only one takes a job up.
TAKE_UP = """
UPDATE procrastinate_jobs AS job SET status = 'todo', attempts = attempts + 1, worker_id = NULL
WHERE status = 'doing' AND (worker_id IS NULL OR NOT EXISTS (
    SELECT FROM procrastinate_workers AS worker WHERE worker.id = job.worker_id
    AND worker.last_heartbeat > now() - make_interval(secs => %s)))
"""

logger = logging.getLogger(__name__)


def work(perform_command: Sequence[str] = PERFORM) -> None:
    """Work until told to stop (SIGTERM, SIGINT); where the database goes away, wait for it."""
    asyncio.run(_work(perform_command))


def run_waiting() -> int:
    """
    Do every job that waits, in this process and in order, and return how many were done. For tests.

    Jobs left by workers that are gone are among them.
    """
    done = 0
    with engine_connection(autocommit=True) as connection:
        connection.execute(TAKE_UP, [DEAD_AFTER_S])
        worker = connection.execute("SELECT worker_id FROM procrastinate_register_worker_v1()").fetchone()
        assert worker is not None
        while True:
            job = connection.execute(
                "SELECT id, args ->> 'code' FROM procrastinate_fetch_job_v2(NULL, %s)", [worker[0]]
            ).fetchone()
            if job is None or job[0] is None:
                break
            perform(job[1])
            connection.execute("SELECT procrastinate_finish_job_v1(%s, 'succeeded', true)", [job[0]])
            done += 1
        connection.execute("SELECT procrastinate_unregister_worker_v1(%s)", [worker[0]])
    return done


async def _work(perform_command: Sequence[str]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    while not stop.is_set():
        try:
            await _work_while_connected(perform_command, stop)
        except (ConnectorException, psycopg.Error) as error:
            logger.warning("the database is away: %s", error)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), PAUSE_S)


async def _work_while_connected(perform_command: Sequence[str], stop: asyncio.Event) -> None:
    """Work until told to stop, or until the queue cannot be read any more."""
    app = _make_app(perform_command)
    async with app.open_async():
        await _take_up_what_was_left(app)
        worker = Worker(
            app,
            queues=["wasl"],
            concurrency=AT_ONCE,
            fetch_job_polling_interval=POLL_S,
            update_heartbeat_interval=HEARTBEAT_S,
            stalled_worker_timeout=DEAD_AFTER_S,
            shutdown_graceful_timeout=GRACE_S,
            delete_jobs="always",
            install_signal_handlers=False,
        )
        running = asyncio.create_task(worker.run())
        beside = [asyncio.create_task(_keep_taking_up(app)), asyncio.create_task(stop.wait())]
        await asyncio.wait([running, *beside], return_when=asyncio.FIRST_COMPLETED)
        worker.stop()
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await running


async def _keep_taking_up(app: App) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_S)
        await _take_up_what_was_left(app)


async def _take_up_what_was_left(app: App) -> None:
    connector = app.connector
    assert isinstance(connector, PsycopgConnector)
    async with connector.pool.connection() as connection:
        await connection.execute(TAKE_UP, [DEAD_AFTER_S])


def _make_app(perform_command: Sequence[str]) -> App:
    """Return procrastinate's application with the one task it knows: do the job of a code."""
    addresses = settings.WASL_ADDRESSES
    assert addresses is not None, "a worker starts where the database is known"

    async def as_engine(connection: psycopg.AsyncConnection) -> None:
        if addresses.engine_by_owner:
            await connection.execute(f"SET ROLE {ENGINE_ROLE}".encode())
            await connection.commit()

    app = App(
        connector=PsycopgConnector(
            conninfo=addresses.engine, min_size=1, max_size=4, configure=as_engine,
            kwargs={"application_name": "wasl-worker"},
        )
    )  # fmt: skip

    @app.task(
        name="wasl.job",
        queue="wasl",
        pass_context=True,
        retry=RetryStrategy(max_attempts=MOST_ATTEMPTS, wait=1),
    )
    async def do_job(context: JobContext, code: str) -> None:
        await _do_in_process([*perform_command, code], code, last=context.job.attempts >= MOST_ATTEMPTS)

    return app


class _Died(Exception):
    """The process of a job ended without having ended the job."""


async def _do_in_process(command: list[str], code: str, *, last: bool) -> None:
    """Do a job in a process of its own, which a stop of the worker ends at once."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, start_new_session=True, env=dict(os.environ)
    )
    try:
        status = await process.wait()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if status != 0 and last:
        await asyncio.to_thread(give_up, code)
    elif status != 0:
        raise _Died(f"job {code}: its process ended with {status}")
