"""Run the engine over everything active, and publish what changed."""

from __future__ import annotations

from datetime import datetime

from wasl.audit.actions import record_audit
from wasl.linkage.engine import remove_workdir
from wasl.linkage.permissions import check_can_link
from wasl.linkage.running import Aim, Cancelled, Clock, Progress, Run, RunResult
from wasl.linkage.runs import one_run_at_a_time
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection

__all__ = [
    "RunResult",
    "discard_prepared",
    "prepare_linkage",
    "publish_prepared",
    "request_cancel",
    "run_linkage",
]


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
    run = Run(by, at, Clock(progress), Aim.PUBLISH if publish else Aim.LOOK)
    with run.alone():
        return run.begin(full=full)


def prepare_linkage(
    *,
    by: Viewer,
    at: datetime,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    full: bool = False,
) -> RunResult:
    """
    Link everything that active lists hold and keep what publishing would change, with the stages, on disk.

    One difference waits at most: it takes the place of an earlier one. Errors as `run_linkage`.
    """
    check_can_link(by)
    run = Run(by, at, Clock(progress), Aim.PREPARE, cancelled)
    with run.alone():
        return run.begin(full=full)


def publish_prepared(
    *,
    by: Viewer,
    at: datetime,
    run_id: int,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> RunResult:
    """
    Publish the difference of a run that was prepared, if it is still the difference.

    Where lists or verdicts changed since, it prepares anew and publishes nothing: the result names the new run.
    One that is published already is left as it is.

    :raises NotFound: no such run. Other errors as `run_linkage`.
    """
    check_can_link(by)
    run = Run(by, at, Clock(progress), Aim.PUBLISH, cancelled)
    with run.alone():
        return run.go_on(run_id)


def discard_prepared(*, by: Viewer, at: datetime, run_id: int) -> bool:
    """
    Drop a prepared difference and what it left on disk; return False where it did not wait any more.

    :raises NotAllowed: only the desk may.
    """
    check_can_link(by)
    with one_run_at_a_time() as connection, connection.transaction():
        row = connection.execute(
            "UPDATE linkage_run SET state = 'cancelled', stage = 'discarded', finished_at = clock_timestamp()"
            " WHERE id = %s AND state = 'prepared' RETURNING input_digest",
            [run_id],
        ).fetchone()
        if row is None:
            return False
        record_audit(
            by=by,
            at=at,
            action="discard_link",
            object_kind="run",
            object_code=str(run_id),
            detail={},
            connection=connection,
        )
    remove_workdir(bytes(row[0]))
    return True


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
