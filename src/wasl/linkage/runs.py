"""The row that a run keeps of itself, and the lock that lets only one run at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.types.json import Jsonb

from wasl.kernel.errors import Unavailable
from wasl.linkage.rules import RunKind, RunState
from wasl.store.connections import engine_connection

LOCK_KEY = 0x7761736C_00000001
# Held in common by the connections that publish, so that the next run can wait for them to be gone.
PUBLISHING_KEY = 0x7761736C_00000003
# A killed run's server process may need a moment to notice that nobody listens any more.
LOCK_PATIENCE_S = 3.0
STATUS_EVERY_S = 0.5


@contextmanager
def one_run_at_a_time() -> Iterator[psycopg.Connection]:
    """
    Hold the lock of runs and yield the engine's connection that holds it, in autocommit.

    It is given only when the last transaction of a run that was killed is really over.

    :raises Unavailable: another run is on.
    """
    with engine_connection(autocommit=True) as connection:
        _prepare(connection)
        _wait_for_lock(connection, LOCK_KEY)
        _wait_for_lock(connection, PUBLISHING_KEY)
        connection.execute("SELECT pg_advisory_unlock(%s)", [PUBLISHING_KEY])
        yield connection


@contextmanager
def publishing_connection() -> Iterator[psycopg.Connection]:
    """Yield one of the connections by which the run that holds the lock publishes, in autocommit."""
    with engine_connection(autocommit=True) as connection:
        _prepare(connection)
        connection.execute("SELECT pg_advisory_lock_shared(%s)", [PUBLISHING_KEY])
        yield connection


def _prepare(connection: psycopg.Connection) -> None:
    """Notice soon when nobody listens any more, and give sorts and joins of millions of rows room."""
    connection.execute("SET client_connection_check_interval = '1s'")
    connection.execute("SET work_mem = '128MB'")
    connection.execute("SET temp_buffers = '64MB'")
    connection.execute("SET jit = off")


def _wait_for_lock(connection: psycopg.Connection, key: int) -> None:
    deadline = time.monotonic() + LOCK_PATIENCE_S
    while True:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [key]).fetchone()
        if row and row[0]:
            return
        if time.monotonic() > deadline:
            raise Unavailable("linkage.busy")
        time.sleep(0.1)


@dataclass(frozen=True)
class How:
    """How a run reads: all of it, and why where it need not have; or what changed since `base_run`."""

    kind: RunKind = RunKind.FULL
    base_run: int | None = None
    why_full: str = ""
    model: str = ""
    records: int | None = None

    def told(self) -> tuple[str, str, int | None, int]:
        """Return what a run's result says of it."""
        return self.kind, self.why_full, self.base_run, self.records or 0


class RunRow:
    """A run's own row, written on a connection of its own so that others can watch it."""

    def __init__(self, connection: psycopg.Connection, run_id: int, *, was_prepared: bool = False) -> None:
        self.connection = connection
        self.id = run_id
        self.was_prepared = was_prepared
        self._told = 0.0
        self._asked = 0.0
        self._cancel = False

    @classmethod
    def start(
        cls,
        connection: psycopg.Connection,
        *,
        digest: bytes,
        lists: Sequence[int],
        by: str,
        at: datetime,
        how: How | None = None,
    ) -> RunRow:
        """
        Write the row of a new run, after closing those that were killed and one that waits to be published.

        `how` it reads; without it, everything.
        """
        how = how or How()
        connection.execute(
            "UPDATE linkage_run SET state = CASE state WHEN 'prepared' THEN 'cancelled' ELSE 'failed' END,"
            " stage = CASE state WHEN 'prepared' THEN 'outdated' ELSE stage END, finished_at = now()"
            " WHERE state IN ('running', 'publishing', 'prepared')"
        )
        row = connection.execute(
            "INSERT INTO linkage_run (state, input_digest, lists, started_by, started_at, kind, base_run, why_full,"
            " model_version, read_records) VALUES ('running', %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
            [digest, list(lists), by, at, how.kind, how.base_run, how.why_full, how.model, how.records],
        ).fetchone()
        assert row is not None
        return cls(connection, int(row[0]))

    @classmethod
    def reopen(cls, connection: psycopg.Connection, run_id: int, *, digest: bytes, by: str) -> RunRow | None:
        """
        Go on with a run that was prepared, in the name of whoever publishes it.

        None where its input is not that of today, or another run has begun since. A run that was killed while
        it published is gone on with as well; the caller holds the lock of runs.
        """
        row = connection.execute(
            "UPDATE linkage_run SET state = 'running', published_by = %s, cancel_requested = false,"
            " finished_at = NULL WHERE id = %s AND input_digest = %s AND prepared_at IS NOT NULL"
            " AND state IN ('prepared', 'running', 'publishing') RETURNING id",
            [by, run_id, digest],
        ).fetchone()
        return None if row is None else cls(connection, run_id, was_prepared=True)

    def turn(self, *, digest: bytes, lists: Sequence[int], how: How) -> None:
        """Say that the run reads otherwise than it began: what it meant to go on from is of no use."""
        self.connection.execute(
            "UPDATE linkage_run SET input_digest = %s, lists = %s, kind = %s, base_run = %s, why_full = %s,"
            " model_version = %s, read_records = %s WHERE id = %s",
            [digest, list(lists), how.kind, how.base_run, how.why_full, how.model, how.records, self.id],
        )

    def prepare(
        self,
        *,
        counts: Mapping[str, int],
        difference: Mapping[str, int],
        examples: Sequence[Mapping[str, object]],
        waits: bool,
    ) -> None:
        """Write down what publishing would change; where it `waits`, the run stands until somebody decides."""
        self.connection.execute(
            "UPDATE linkage_run SET counts = %s, difference = %s, examples = %s,"
            " prepared_at = CASE WHEN %s THEN clock_timestamp() ELSE prepared_at END,"
            " state = CASE WHEN %s THEN 'prepared' ELSE state END,"
            " stage = CASE WHEN %s THEN '' ELSE stage END WHERE id = %s",
            [
                Jsonb(dict(counts)),
                Jsonb(dict(difference)),
                Jsonb(list(examples)),
                waits,
                waits,
                waits,
                self.id,
            ],
        )

    def keep_log(self, log: Sequence[Mapping[str, object]]) -> None:
        """Write down the stages that are over, for whoever watches."""
        self.connection.execute("UPDATE linkage_run SET log = %s WHERE id = %s", [Jsonb(list(log)), self.id])

    def tell(self, stage: str, progress: float) -> None:
        """Say where the run is, at most twice a second."""
        now = time.monotonic()
        if now - self._told >= STATUS_EVERY_S:
            self._told = now
            self.connection.execute(
                "UPDATE linkage_run SET stage = %s, progress = %s WHERE id = %s", [stage, progress, self.id]
            )

    def is_cancelled(self) -> bool:
        """Tell whether somebody has asked this run to stop; asks at most twice a second."""
        now = time.monotonic()
        if not self._cancel and now - self._asked >= STATUS_EVERY_S:
            self._asked = now
            row = self.connection.execute(
                "SELECT cancel_requested FROM linkage_run WHERE id = %s", [self.id]
            ).fetchone()
            self._cancel = bool(row and row[0])
        return self._cancel

    def enter(self, state: RunState, stage: str = "") -> None:
        """Move to `state`; the last ones are final."""
        is_over = state in (RunState.DONE, RunState.CANCELLED, RunState.FAILED)
        self.connection.execute(
            "UPDATE linkage_run SET state = %s, stage = %s,"
            " finished_at = CASE WHEN %s THEN clock_timestamp() END WHERE id = %s",
            [str(state), stage, is_over, self.id],
        )

    def leave(self, state: RunState) -> None:
        """
        Close a run that did not come to its end; one stopped while publishing has failed.

        One that was prepared before, and published nothing yet, waits again.
        """
        back = str(RunState.PREPARED if self.was_prepared else state)
        self.connection.execute(
            "UPDATE linkage_run SET state = CASE WHEN state = 'publishing' THEN 'failed' ELSE %(state)s END,"
            " finished_at = CASE WHEN state = 'publishing' OR %(state)s <> 'prepared' THEN clock_timestamp() END"
            " WHERE id = %(id)s AND state IN ('running', 'publishing')",
            {"state": back, "id": self.id},
        )


def finish_run(
    connection: psycopg.Connection,
    run_id: int,
    *,
    counts: Mapping[str, int],
    log: Sequence[Mapping[str, object]],
    model: Sequence[Mapping[str, object]],
    comparisons: tuple[Sequence[str], Sequence[str]],
    verdict_ids: Sequence[int],
) -> None:
    """Write down what a published run found and which verdicts it read, in the caller's transaction."""
    connection.execute(
        "UPDATE linkage_run SET state = 'done', stage = '', progress = 1, finished_at = clock_timestamp(),"
        " counts = %s, log = %s, model = %s, comparisons = %s, family_comparisons = %s WHERE id = %s",
        [Jsonb(dict(counts)), Jsonb(list(log)), Jsonb(list(model)), *map(list, comparisons), run_id],
    )
    connection.execute(
        "UPDATE linkage_verdict SET consulted_run = CASE WHEN id = ANY(%s) THEN %s::bigint END"
        " WHERE consulted_run IS NOT NULL OR id = ANY(%s)",
        [list(verdict_ids), run_id, list(verdict_ids)],
    )


def find_published_digest(connection: psycopg.Connection) -> tuple[int, bytes] | None:
    """
    Return the last run and the digest of its input if it was published whole, else None.

    A cancelled or prepared run changed nothing, so it is passed over; a failed one may have published a part.
    """
    row = connection.execute(
        "SELECT id, state, input_digest FROM linkage_run WHERE state NOT IN ('cancelled', 'prepared', 'by_hand')"
        " ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return (int(row[0]), bytes(row[2])) if row and row[1] == RunState.DONE and row[2] else None


def find_published_counts(connection: psycopg.Connection) -> dict[str, int]:
    """Return what the last published run counted; empty before the first."""
    row = connection.execute(
        "SELECT counts FROM linkage_run WHERE state = 'done' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return {} if row is None else dict(row[0])
