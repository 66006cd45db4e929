"""What a worker does for bulks: reading their rows, doing them, writing what became of them into a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from wasl.benefits.bulk.performing import perform_bulk, stop_bulk
from wasl.benefits.bulk.permissions import check_can_make_bulks
from wasl.benefits.bulk.planning import plan_rows
from wasl.benefits.bulk.queries import Bulk, access_bulk
from wasl.benefits.bulk.rules import BulkSource, BulkState
from wasl.intake.benefit_jobs import make_exports
from wasl.intake.bulk_results import write_result
from wasl.intake.rules import hide_long_numbers
from wasl.jobs.offered import JobCancelled, Task, job
from wasl.kernel.errors import InvalidInput, NotFound, RuleRefused, WaslError
from wasl.organisations.queries import get_viewer
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection

Heard = Callable[[str, float], None]
LOCK = "SELECT state FROM benefits_bulk WHERE id = %s FOR UPDATE"


@job("prepare_bulk")
def prepare(task: Task) -> dict[str, Any]:
    """Read the rows of a bulk and, where it was asked to start at once, do them."""
    by = get_viewer(task.username)
    code = str(task.params["bulk"])
    try:
        bulk = prepare_bulk(code=code, by=by, heard=_heard(task))
    except (InvalidInput, NotFound, RuleRefused) as error:
        refuse_bulk(code, error)
        return {"bulk": code, "state": str(BulkState.REFUSED), "problem": error.code}
    if not task.params.get("starts") or bulk.state not in (BulkState.READY, BulkState.WORKING):
        return _said(bulk)
    return _performed(task, by, code)


@job("perform_bulk")
def perform(task: Task) -> dict[str, Any]:
    """Do what is still to be done of a bulk. Begun again, it goes on from where it was."""
    return _performed(task, get_viewer(task.username), str(task.params["bulk"]))


@job("export_bulk")
def export_bulk(task: Task) -> dict[str, Any]:
    """Write what became of a bulk's rows into a workbook, for whoever asked to fetch."""
    viewer = get_viewer(task.username)
    bulk = access_bulk(viewer, str(task.params["bulk"]))
    task.tell("stage.export", 0.1)
    rows = write_result(
        viewer, bulk, make_exports() / f"{task.code}.xlsx", task.params["words"], outcome=task.params.get("outcome"),
        right_to_left=task.params["language"] != "en",
    )  # fmt: skip
    return {"rows": rows, "what": "bulk"}


def run_bulk(*, bulk: Bulk, by: Viewer, at: datetime, heard: Heard) -> Bulk:
    """Read and do a bulk here and now, as a command does; what was done before stays done."""
    if bulk.state == BulkState.READING:
        try:
            prepare_bulk(code=bulk.code, by=by, heard=heard)
        except WaslError as error:
            refuse_bulk(bulk.code, error)
            raise
    perform_bulk(code=bulk.code, by=by, at=at, heard=heard)
    return access_bulk(by, bulk.code)


def prepare_bulk(*, code: str, by: Viewer, heard: Heard) -> Bulk:
    """
    Read the rows of a bulk, once, in one transaction; nothing where they were read before.

    :raises InvalidInput: its file cannot be read. :raises RuleRefused: there is nothing to do.
    """
    from wasl.intake.bulk_files import stage_file

    check_can_make_bulks(by)
    bulk = access_bulk(by, code)
    heard("stage.bulk.read", 0.0)
    with engine_connection() as connection:
        row = connection.execute(LOCK, [bulk.id]).fetchone()
        if row is None or row[0] != BulkState.READING:
            return access_bulk(by, code)
        if bulk.source == BulkSource.FILE:
            stage_file(connection, bulk)
            heard("stage.bulk.read", 0.4)
        plan_rows(connection, bulk)
    heard("stage.bulk.read", 1.0)
    return access_bulk(by, code)


def refuse_bulk(code: str, error: WaslError) -> None:
    """Write down why the rows of a bulk could not be read."""
    params = {name: hide_long_numbers(str(value)) for name, value in error.params.items()}
    with engine_connection() as connection:
        connection.execute(
            "UPDATE benefits_bulk SET state = 'refused', problem = %s WHERE code = %s AND state = 'reading'",
            [Jsonb({"code": error.code, "params": params}), code],
        )


def _performed(task: Task, by: Viewer, code: str) -> dict[str, Any]:
    try:
        return _said(perform_bulk(code=code, by=by, at=task.at, heard=_heard(task)))
    except JobCancelled:
        stop_bulk(code)
        raise


def _heard(task: Task) -> Heard:
    def heard(stage: str, share: float) -> None:
        task.tell(stage, share)
        task.check_cancelled()

    return heard


def _said(bulk: Bulk) -> dict[str, Any]:
    return {"bulk": bulk.code, "state": str(bulk.state), "rows": bulk.rows_total, "counts": bulk.counts}
