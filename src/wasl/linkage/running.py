"""One run of the engine, from its input to its last word."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import polars as pl
import psycopg

from wasl.audit.actions import record_audit
from wasl.benefits.actions import refresh_slot_figures
from wasl.kernel.errors import NotFound
from wasl.linkage.consequences import fill_review
from wasl.linkage.difference import count_difference, find_examples
from wasl.linkage.engine import engine_version, remove_workdir, run_engine
from wasl.linkage.export import RunInput, read_input
from wasl.linkage.plan import Plan
from wasl.linkage.publishing import (
    Pairs,
    analyse_registry,
    make_difference,
    publish_difference,
    shape_pairs,
    write_pairs,
)
from wasl.linkage.rules import Grade, RunState
from wasl.linkage.runs import (
    RunRow,
    find_published_counts,
    find_published_digest,
    finish_run,
    one_run_at_a_time,
)
from wasl.matching import LinkCancelled, LinkResult
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection

Progress = Callable[[str, float], None]
Cancelled = Callable[[], bool]

# Below so many changed links the planner's old numbers still serve.
ANALYSE_FROM = 10_000


@dataclass(frozen=True)
class RunResult:
    """
    What a run did. `nothing_new`: the input is that of the last published run, whose numbers these are.

    Not `published`: the difference is known, the registry as it was.
    """

    run: int
    nothing_new: bool = False
    published: bool = True
    counts: dict[str, int] = field(default_factory=dict)
    stages: list[dict[str, object]] = field(default_factory=list)
    seconds: float = 0.0


class Aim(StrEnum):
    """How far a run goes."""

    PUBLISH = "publish"
    PREPARE = "prepare"
    LOOK = "look"


class Run:
    """One run from its input to its last word. It holds the lock of runs while it is `alone`."""

    connection: psycopg.Connection
    watched: psycopg.Connection

    def __init__(
        self, by: Viewer, at: datetime, clock: Clock, aim: Aim, cancelled: Cancelled | None = None
    ) -> None:
        self.by, self.at, self.clock, self.aim = by, at, clock, aim
        self.asked = cancelled

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock of runs, and a second connection by which others can watch."""
        with one_run_at_a_time() as self.connection, engine_connection(autocommit=True) as self.watched:
            yield

    def begin(self, *, full: bool) -> RunResult:
        """Start a run unless nothing is new."""
        read = self._read()
        last = find_published_digest(self.connection)
        if last and last[1] == read.digest and not full:
            # A run killed after its last word may have left its work behind.
            remove_workdir(read.digest)
            return _nothing_new(self.connection, last[0])
        if full:
            remove_workdir(read.digest)
        return self._start(read)

    def go_on(self, run_id: int) -> RunResult:
        """Publish what was prepared, or prepare anew."""
        found = self.connection.execute(
            "SELECT state, counts, log FROM linkage_run WHERE id = %s", [run_id]
        ).fetchone()
        if found is None:
            raise NotFound("run.unknown", run=run_id)
        if found[0] == RunState.DONE:
            return RunResult(run_id, counts=found[1], stages=found[2])
        read = self._read()
        row = RunRow.reopen(self.watched, run_id, digest=read.digest, by=self.by.username)
        if row is not None:
            return self._work(row, read)
        self.aim = Aim.PREPARE
        return self.begin(full=False)

    def _read(self) -> RunInput:
        with self.clock.stage("export"):
            return read_input(self.connection, salt=engine_version())

    def _start(self, read: RunInput) -> RunResult:
        row = RunRow.start(
            self.watched, digest=read.digest, lists=read.lists, by=self.by.username, at=self.at
        )
        return self._work(row, read)

    def _work(self, row: RunRow, read: RunInput) -> RunResult:
        self.clock.row = row
        with _state_kept(row):
            return self._link(row, read)

    def _link(self, row: RunRow, read: RunInput) -> RunResult:
        def is_cancelled() -> bool:
            return row.is_cancelled() or (self.asked is not None and self.asked())

        with self.clock.stage("engine"):
            result = run_engine(read, progress=self._told(row, "engine"), cancelled=is_cancelled)
        with self.clock.stage("compare"):
            plan = make_difference(self.connection, read, result)
            pairs = shape_pairs(result)
        counts = _count(read, result, plan, pairs)
        if self.aim == Aim.LOOK:
            row.enter(RunState.CANCELLED, "unpublished")
            return self._result(row, counts, published=False)
        if is_cancelled():
            raise LinkCancelled
        if self.aim == Aim.PREPARE or not row.was_prepared:
            row.prepare(
                counts=counts,
                difference=count_difference(read, plan, before=find_published_counts(self.connection)),
                examples=find_examples(self.connection, plan),
                waits=self.aim == Aim.PREPARE,
            )
        if self.aim == Aim.PREPARE:
            return self._result(row, counts, published=False)
        self._publish(row, read, result, plan, pairs, counts)
        return self._result(row, counts)

    def _publish(
        self,
        row: RunRow,
        read: RunInput,
        result: LinkResult,
        plan: Plan,
        pairs: Pairs,
        counts: dict[str, int],
    ) -> None:
        row.enter(RunState.PUBLISHING, "publish")
        connection = self.connection
        with self.clock.stage("publish"), connection.transaction(), ThreadPoolExecutor(1) as beside:
            # The pairs are written beside the difference and appear with the run's last word.
            kept = beside.submit(write_pairs, connection, pairs)
            publish_difference(row.id, plan, told=self._told(row, "publish"))
            kept.result()
            self.clock.row = None
            _finish(connection, row, read, result, counts, self.clock, pairs, by=self.by, at=self.at)
        if plan.links.height + plan.entry_links.height > ANALYSE_FROM:
            analyse_registry()
        with self.clock.stage("review"), connection.transaction():
            fill_review(connection)
        remove_workdir(read.digest)
        with self.clock.stage("gaps"):
            refresh_slot_figures(by=self.by, at=self.at)

    def _told(self, row: RunRow, part: str) -> Progress:
        def tell(stage: str, share: float) -> None:
            self.clock.tell(f"stage.link_{part}", share)
            row.tell(part, share)

        return tell

    def _result(self, row: RunRow, counts: dict[str, int], *, published: bool = True) -> RunResult:
        log, seconds = self.clock.log, self.clock.seconds
        return RunResult(row.id, published=published, counts=counts, stages=log, seconds=seconds)


def _finish(
    connection: psycopg.Connection,
    row: RunRow,
    read: RunInput,
    result: LinkResult,
    counts: dict[str, int],
    clock: Clock,
    pairs: Pairs,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    engine_log = pl.from_arrow(result.log)
    model = pl.from_arrow(result.model)
    assert isinstance(engine_log, pl.DataFrame)
    assert isinstance(model, pl.DataFrame)
    finish_run(
        connection,
        row.id,
        counts=counts,
        log=[*clock.log, *engine_log.to_dicts()],
        model=model.to_dicts(),
        comparisons=pairs.comparisons,
        verdict_ids=read.verdicts["verdict_id"].to_list(),
    )
    record_audit(
        by=by,
        at=at,
        action="link",
        object_kind="run",
        object_code=str(row.id),
        detail=counts,
        connection=connection,
    )


@contextmanager
def _state_kept(row: RunRow) -> Iterator[None]:
    """Write down how the run ended, however it ends."""
    state = RunState.FAILED
    try:
        yield
        state = RunState.DONE
    except (LinkCancelled, KeyboardInterrupt):
        state = RunState.CANCELLED
        raise
    finally:
        if state != RunState.DONE:
            row.leave(state)


def _nothing_new(connection: psycopg.Connection, run_id: int) -> RunResult:
    """Return the published run's numbers; a difference that waits is none any more."""
    connection.execute(
        "UPDATE linkage_run SET state = 'cancelled', stage = 'outdated', finished_at = clock_timestamp()"
        " WHERE state = 'prepared'"
    )
    row = connection.execute("SELECT counts, log FROM linkage_run WHERE id = %s", [run_id]).fetchone()
    assert row is not None
    return RunResult(run_id, nothing_new=True, counts=row[0], stages=row[1])


def _count(read: RunInput, result: LinkResult, plan: Plan, pairs: Pairs) -> dict[str, int]:
    grades = pairs.count_grades()
    return {
        "records": read.records.height,
        "entries": read.entries.height,
        "lists": len(read.lists),
        "verdicts": read.verdicts.height,
        **plan.counts,
        **{f"pairs_{grade}": grades.get(str(grade), 0) for grade in Grade},
        "changed_links": plan.links.height,
        "changed_families": plan.entry_links.height,
        **{f"engine_{name}": int(size) for name, size in result.counts.items()},
    }


class Clock:
    """Stages of the whole run with wall and processor time."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._started = time.perf_counter()
        self.row: RunRow | None = None
        self.log: list[dict[str, object]] = []

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._started

    def tell(self, stage: str, share: float) -> None:
        if self._progress is not None:
            self._progress(stage, share)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage; `cpu_seconds` is this process's own, PostgreSQL's is not in it."""
        self.tell(f"stage.link_{name}", 0.0)
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.log.append(
            {
                "stage": name,
                "seconds": round(time.perf_counter() - wall, 2),
                "cpu_seconds": round(time.process_time() - cpu, 2),
            }
        )
        if self.row is not None:
            self.row.keep_log(self.log)
        self.tell(f"stage.link_{name}", 1.0)
