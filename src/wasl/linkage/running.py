"""One run of the engine, from its input to its last word."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import polars as pl
import psycopg

from wasl.audit.actions import record_audit
from wasl.kernel.errors import NotFound
from wasl.linkage.consequences import fill_review
from wasl.linkage.difference import count_difference, find_examples
from wasl.linkage.drift import begin_drift, keep_drift
from wasl.linkage.engine import remove_workdir
from wasl.linkage.feature_terms import publish_terms
from wasl.linkage.figures import refresh_figures
from wasl.linkage.increment import Judged, Work, choose_part, choose_work
from wasl.linkage.kept_models import keep_model, model_of_run
from wasl.linkage.publishing import analyse_registry, publish_difference, write_pairs
from wasl.linkage.rules import RunKind, RunState
from wasl.linkage.runs import (
    RunRow,
    find_published_counts,
    finish_run,
    one_run_at_a_time,
)
from wasl.linkage.state_files import Facts, Parts, StateUnusable, keep_only, write_state
from wasl.linkage.touched import announce, forget_rows
from wasl.matching import LinkCancelled, ModelFile
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

    Not `published`: the difference is known, the registry as it was. `why_full`: the word for what stood in the
    way of reading only what changed. `figures_later`: gaps are counted by a job of the worker.
    """

    run: int
    kind: str = RunKind.FULL
    why_full: str = ""
    base_run: int | None = None
    read_records: int = 0
    figures_later: bool = False
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
    """
    One run from its input to its last word. It holds the lock of runs while it is `alone`.

    `only`: link these entries and nothing else that is new. `model`: judge by this one, not by the current.
    """

    connection: psycopg.Connection
    watched: psycopg.Connection

    def __init__(
        self,
        by: Viewer,
        at: datetime,
        clock: Clock,
        aim: Aim,
        cancelled: Cancelled | None = None,
        *,
        only: Sequence[int] | None = None,
        model: ModelFile | None = None,
    ) -> None:
        self.by, self.at, self.clock, self.aim = by, at, clock, aim
        self.asked, self.only, self.model = cancelled, only, model
        self.is_part = False

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock of runs, and a second connection by which others can watch."""
        with one_run_at_a_time() as self.connection, engine_connection(autocommit=True) as self.watched:
            yield

    def begin(self, *, full: bool) -> RunResult:
        """Start a run unless nothing is new."""
        work = self._choose(full=full)
        published = work.is_nothing_new(self.connection)
        if published is not None and not full:
            # A run killed after its last word may have left its work behind.
            remove_workdir(work.digest)
            return _nothing_new(self.connection, published, work)
        if full:
            remove_workdir(work.digest)
        return self._start(work)

    def begin_part(self) -> RunResult:
        """
        Start a run that goes on from the last one, unless nothing is new.

        :raises StateUnusable: there is nothing to go on from.
        """
        with self.clock.stage("export"):
            self.is_part = True
            work = choose_part(self.connection, model=self.model, only=self.only)
        published = work.is_nothing_new(self.connection)
        if published is not None:
            return _nothing_new(self.connection, published, work)
        return self._start(work)

    def is_waited_for(self) -> bool:
        """Tell whether a difference waits to be published."""
        found = self.connection.execute("SELECT FROM linkage_run WHERE state = 'prepared'").fetchone()
        return found is not None

    def go_on(self, run_id: int) -> RunResult:
        """Publish what was prepared, or prepare anew."""
        found = self.connection.execute(
            "SELECT state, counts, log, kind, why_full, base_run, read_records FROM linkage_run WHERE id = %s",
            [run_id],
        ).fetchone()
        if found is None:
            raise NotFound("run.unknown", run=run_id)
        if found[0] == RunState.DONE:
            return RunResult(
                run_id, found[3], found[4], found[5], found[6] or 0, counts=found[1], stages=found[2]
            )
        self.model = self.model or model_of_run(self.connection, run_id)
        work = self._choose(full=found[3] == RunKind.FULL, why=found[4])
        row = RunRow.reopen(self.watched, run_id, digest=work.digest, by=self.by.username)
        if row is not None:
            return self._work(row, work)
        self.aim = Aim.PREPARE
        return self.begin(full=False)

    def _choose(self, *, full: bool, why: str = "") -> Work:
        with self.clock.stage("export"):
            return choose_work(self.connection, full=full, why=why, model=self.model)

    def _start(self, work: Work) -> RunResult:
        row = RunRow.start(
            self.watched, digest=work.digest, lists=work.lists, by=self.by.username, at=self.at, how=work.how
        )
        return self._work(row, work)

    def _work(self, row: RunRow, work: Work) -> RunResult:
        self.clock.row = row
        with _state_kept(row):
            try:
                return self._link(row, work)
            except StateUnusable as error:
                if self.is_part:
                    raise
                work = self._choose(full=True, why=error.reason)
                row.turn(digest=work.digest, lists=work.lists, how=work.how)
                return self._link(row, work)

    def _link(self, row: RunRow, work: Work) -> RunResult:
        def is_cancelled() -> bool:
            return row.is_cancelled() or (self.asked is not None and self.asked())

        judged = work.judge(self._told(row, "engine"), is_cancelled, self.clock.stage)
        if self.aim == Aim.LOOK:
            row.enter(RunState.CANCELLED, "unpublished")
            return self._result(row, work, judged.counts, published=False)
        if is_cancelled():
            raise LinkCancelled
        if self.aim == Aim.PREPARE or not row.was_prepared:
            before = find_published_counts(self.connection)
            row.prepare(
                counts=judged.counts,
                difference=count_difference(judged.read, judged.plan, before=before),
                examples=find_examples(self.connection, judged.plan),
                waits=self.aim == Aim.PREPARE,
            )
        if self.aim == Aim.PREPARE:
            return self._result(row, work, judged.counts, published=False)
        later = self._publish(row, work, judged)
        return self._result(row, work, judged.counts, figures_later=later)

    def _publish(self, row: RunRow, work: Work, judged: Judged) -> bool:
        """Publish; return whether the figures of gaps are left to the worker."""
        row.enter(RunState.PUBLISHING, "publish")
        connection, within = self.connection, judged.within
        noted = [] if within is None else [announce(self.watched, within.entries.tolist())]
        facts = work.state_parts(judged, row.id)
        with self.clock.stage("publish"), connection.transaction(), ThreadPoolExecutor(2) as beside:
            begin_drift(connection, judged.plan, judged.read)
            # The pairs are written beside the difference and appear with the run's last word; so is the state.
            kept = beside.submit(write_pairs, connection, judged.pairs, within=within)
            state = beside.submit(_keep_state, work, facts)
            publish_difference(row.id, judged.plan, told=self._told(row, "publish"))
            kept.result()
            state.result()
            publish_terms(connection, judged.result, full=within is None, age_day=judged.age_day)
            model = judged.result.model_file
            keep_model(connection, row.id, model, by=self.by.username, at=self.at)
            keep_drift(connection, row.id)
            self.clock.row = None
            forget_rows(connection, work.touched_rows)
            _finish(connection, row, work, judged, self.clock, by=self.by, at=self.at)
        keep_only(row.id)
        if _is_much(judged):
            analyse_registry()
        with self.clock.stage("review"), connection.transaction():
            fill_review(connection, within=within)
            # Killed before this, the next run judges the region again, and orders its pairs.
            forget_rows(connection, noted)
        remove_workdir(work.digest)
        with self.clock.stage("gaps"):
            return refresh_figures(by=self.by, at=self.at, judged=judged, is_one=self.is_part)

    def _told(self, row: RunRow, part: str) -> Progress:
        def tell(stage: str, share: float) -> None:
            self.clock.tell(f"stage.link_{part}", share)
            row.tell(part, share)

        return tell

    def _result(
        self,
        row: RunRow,
        work: Work,
        counts: dict[str, int],
        *,
        published: bool = True,
        figures_later: bool = False,
    ) -> RunResult:
        how = work.how
        return RunResult(
            row.id,
            *how.told(),
            published=published,
            figures_later=figures_later,
            counts=counts,
            stages=self.clock.log,
            seconds=self.clock.seconds,
        )


def _is_much(judged: Judged) -> bool:
    """Tell whether so much changed that the planner's old numbers mislead."""
    changed = judged.plan.links.height + judged.plan.entry_links.height
    return changed > max(ANALYSE_FROM, judged.counts["records"] // 10)


def _keep_state(work: Work, state: tuple[Facts, Parts] | None) -> None:
    """Write the state of this run; one that cannot be written is one more reason to read everything, no more."""
    if state is not None:
        with suppress(OSError):
            write_state(*state, base=work.base)


def _finish(
    connection: psycopg.Connection,
    row: RunRow,
    work: Work,
    judged: Judged,
    clock: Clock,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    result = judged.result
    engine_log = pl.from_arrow(result.log)
    model = pl.from_arrow(result.model)
    assert isinstance(engine_log, pl.DataFrame)
    assert isinstance(model, pl.DataFrame)
    finish_run(
        connection,
        row.id,
        counts=judged.counts,
        log=[*clock.log, *engine_log.to_dicts()],
        model=model.to_dicts(),
        comparisons=judged.pairs.comparisons,
        verdict_ids=work.verdicts["verdict_id"].to_list(),
    )
    record_audit(
        by=by,
        at=at,
        action="link",
        object_kind="run",
        object_code=str(row.id),
        detail=judged.counts,
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


def _nothing_new(connection: psycopg.Connection, run_id: int, work: Work) -> RunResult:
    """Return the published run's numbers; a difference that waits is none any more."""
    connection.execute(
        "UPDATE linkage_run SET state = 'cancelled', stage = 'outdated', finished_at = clock_timestamp()"
        " WHERE state = 'prepared'"
    )
    # Lists that were only looked at, or put back as they were.
    forget_rows(connection, work.touched_rows)
    row = connection.execute("SELECT counts, log FROM linkage_run WHERE id = %s", [run_id]).fetchone()
    assert row is not None
    how = work.how
    return RunResult(run_id, *how.told(), nothing_new=True, counts=row[0], stages=row[1])


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
