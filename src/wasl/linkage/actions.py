"""Run the engine over what active lists hold, or what changed of it, and publish the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wasl.audit.actions import record_audit
from wasl.kernel.errors import Unavailable
from wasl.linkage.engine import remove_workdir
from wasl.linkage.features import rebuild_features
from wasl.linkage.permissions import check_can_link, check_can_link_own
from wasl.linkage.running import Aim, Cancelled, Clock, Progress, Run, RunResult
from wasl.linkage.runs import one_run_at_a_time
from wasl.linkage.state_files import StateUnusable, remove_state
from wasl.matching import ModelFile
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection

__all__ = [
    "LinkedNow",
    "RunResult",
    "discard_prepared",
    "forget_state",
    "link_now",
    "prepare_linkage",
    "publish_prepared",
    "request_cancel",
    "run_linkage",
]


def run_linkage(
    *, by: Viewer, at: datetime, progress: Progress | None = None, full: bool = False, publish: bool = True
) -> RunResult:
    """
    Link what changed since the last run, with whatever it touches, and publish the difference.

    Everything that active lists hold is read where there is nothing to go on from, and with `full`.
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
    model: ModelFile | None = None,
) -> RunResult:
    """
    Link as `run_linkage` and keep what publishing would change, with the stages, on disk.

    One difference waits at most: it takes the place of an earlier one. `model`: judge by this one, everything
    anew; it is named by its version where the difference is published. Errors as `run_linkage`.
    """
    check_can_link(by)
    run = Run(by, at, Clock(progress), Aim.PREPARE, cancelled, model=model)
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


@dataclass(frozen=True)
class LinkedNow:
    """
    Whether entries were linked at once: `linked`, `stood` (nothing of them was new), or `later`.

    `later` says why in `reason`: another run is on (`busy`), a difference waits to be published (`waits`), or
    everything must be read first, and for which word's sake.
    """

    outcome: str
    reason: str = ""
    run: int | None = None


def link_now(*, by: Viewer, at: datetime, entries: Sequence[int] | None = None) -> LinkedNow:
    """
    Link these entries (without them: whatever is new) at once, if the last run can be gone on from.

    For a new family of the form: an officer's as well as the desk's. What others wrote waits for the next run.

    :raises NotAllowed: a viewer only reads.
    """
    check_can_link_own(by)
    run = Run(by, at, Clock(None), Aim.PUBLISH, only=None if entries is None else list(entries))
    try:
        with run.alone():
            if run.is_waited_for():
                return LinkedNow("later", "waits")
            result = run.begin_part()
    except Unavailable:
        return LinkedNow("later", "busy")
    except StateUnusable as error:
        return LinkedNow("later", error.reason)
    return LinkedNow("stood" if result.nothing_new else "linked", run=result.run)


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


def forget_state(*, by: Viewer, at: datetime) -> None:
    """
    Remove what runs go on from and describe every record anew, for a full run that makes the rest.

    :raises NotAllowed: only the desk may. :raises Unavailable: a run is on.
    """
    check_can_link(by)
    with one_run_at_a_time() as connection, connection.transaction():
        remove_state()
        rebuild_features(connection)
        record_audit(
            by=by,
            at=at,
            action="forget_state",
            object_kind="alliance",
            object_code="",
            detail={},
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
