"""Run the engine over everything active, and publish what changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl
import psycopg

from wasl.audit.actions import record_audit
from wasl.benefits.actions import refresh_slot_figures
from wasl.linkage.engine import engine_version, remove_workdir, run_engine
from wasl.linkage.export import RunInput, read_input
from wasl.linkage.permissions import check_can_link
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
from wasl.linkage.runs import RunRow, find_published_digest, finish_run, one_run_at_a_time
from wasl.matching import LinkCancelled, LinkResult
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection

Progress = Callable[[str, float], None]

# Below so many changed links the planner's old numbers still serve.
ANALYSE_FROM = 10_000


@dataclass(frozen=True)
class RunResult:
    """What a run did. `nothing_new`: the input is that of the last published run, whose numbers these are."""

    run: int
    nothing_new: bool = False
    published: bool = True
    counts: dict[str, int] = field(default_factory=dict)
    stages: list[dict[str, object]] = field(default_factory=list)
    seconds: float = 0.0


def run_linkage(
    *, by: Viewer, at: datetime, progress: Progress | None = None, full: bool = False, publish: bool = True
) -> RunResult:
    """
    Link everything that active lists hold and publish the difference.

    `progress` is told stages by the codes of their words (`stage.link_engine`) and a share of each.

    Cancelled or killed at any point it leaves the registry whole, and the next run goes on from the
    stages that are finished. `full` runs even where nothing is new, and from the beginning; without
    `publish` the registry is left alone.

    :raises NotAllowed: only the desk may. :raises Unavailable: another run is on.
    :raises LinkCancelled: somebody asked it to stop.
    """
    check_can_link(by)
    clock = _Clock(progress)
    with one_run_at_a_time() as connection, engine_connection(autocommit=True) as watched:
        with clock.stage("export"):
            read = read_input(connection, salt=engine_version())
        last = find_published_digest(connection)
        if last and last[1] == read.digest and not full:
            # A run killed after its last word may have left its work behind.
            remove_workdir(read.digest)
            return _nothing_new(connection, last[0])
        if full:
            remove_workdir(read.digest)
        row = RunRow.start(watched, digest=read.digest, lists=read.lists, by=by.username, at=at)
        with _state_kept(row):
            return _link(connection, row, read, clock, by=by, at=at, publish=publish)


def _link(
    connection: psycopg.Connection,
    row: RunRow,
    read: RunInput,
    clock: _Clock,
    *,
    by: Viewer,
    at: datetime,
    publish: bool,
) -> RunResult:
    def told(part: str) -> Progress:
        def tell(stage: str, share: float) -> None:
            clock.tell(f"stage.link_{part}", share)
            row.tell(stage, share)

        return tell

    with clock.stage("engine"):
        result = run_engine(read, progress=told("engine"), cancelled=row.is_cancelled)
    with clock.stage("compare"):
        plan = make_difference(connection, read, result)
        pairs = shape_pairs(result)
    counts = _count(read, result, plan, pairs)
    if not publish:
        row.enter(RunState.CANCELLED, "unpublished")
        return RunResult(row.id, published=False, counts=counts, stages=clock.log, seconds=clock.seconds)
    if row.is_cancelled():
        raise LinkCancelled
    row.enter(RunState.PUBLISHING, "publish")
    with clock.stage("publish"), connection.transaction(), ThreadPoolExecutor(1) as beside:
        # The pairs are written beside the difference and appear with the run's last word.
        kept = beside.submit(write_pairs, connection, pairs)
        publish_difference(row.id, plan, told=told("publish"))
        kept.result()
        _finish(connection, row, read, result, counts, clock, pairs, by=by, at=at)
    if plan.links.height + plan.entry_links.height > ANALYSE_FROM:
        analyse_registry()
    remove_workdir(read.digest)
    with clock.stage("gaps"):
        refresh_slot_figures(by=by, at=at)
    return RunResult(row.id, counts=counts, stages=clock.log, seconds=clock.seconds)


def _finish(
    connection: psycopg.Connection,
    row: RunRow,
    read: RunInput,
    result: LinkResult,
    counts: dict[str, int],
    clock: _Clock,
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


def request_cancel(*, by: Viewer, at: datetime) -> int | None:
    """
    Ask the run that is on to stop; return its number, or None where none is on.

    It stops between two steps of the engine. One that is publishing goes on to its end.

    :raises NotAllowed: only the desk may.
    """
    check_can_link(by)
    with engine_connection() as connection:
        row = connection.execute(
            "UPDATE linkage_run SET cancel_requested = true WHERE state = 'running' RETURNING id"
        ).fetchone()
        if row is None:
            return None
        record_audit(
            by=by,
            at=at,
            action="cancel_link",
            object_kind="run",
            object_code=str(row[0]),
            detail={},
            connection=connection,
        )
        return int(row[0])


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


class _Clock:
    """Stages of the whole run with wall and processor time."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._started = time.perf_counter()
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
        self.tell(f"stage.link_{name}", 1.0)
