"""What the worker does for the pages of runs. One at a time: they share a lock."""

from __future__ import annotations

from collections.abc import Callable

from wasl.benefits.actions import refresh_slot_figures
from wasl.jobs.offered import JobCancelled, Task, job

# Its job is offered from here, too: here the worker looks for jobs of an area.
from wasl.linkage import audit_jobs
from wasl.linkage.actions import RunResult, discard_prepared, prepare_linkage, publish_prepared
from wasl.linkage.figures import REFRESH
from wasl.matching import LinkCancelled
from wasl.organisations.queries import get_viewer

LOCK = "linkage"
PREPARE, PUBLISH, DISCARD = "prepare_link", "publish_link", "discard_link"
KINDS = (PREPARE, PUBLISH, DISCARD)


@job(PREPARE)
def prepare(task: Task) -> dict[str, object]:
    """Compute what publishing would change; `full`: from the beginning."""
    return _told(
        lambda: prepare_linkage(
            by=get_viewer(task.username),
            at=task.at,
            progress=task.tell,
            cancelled=task.is_cancelled,
            full=bool(task.params.get("full")),
        )
    )


@job(PUBLISH)
def publish(task: Task) -> dict[str, object]:
    """Publish what was prepared as run `run`, or prepare anew where something changed since."""
    by = get_viewer(task.username)
    told = _told(
        lambda: publish_prepared(
            by=by,
            at=task.at,
            run_id=int(task.params["run"]),
            progress=task.tell,
            cancelled=task.is_cancelled,
        )
    )
    if told["outcome"] == "published":
        audit_jobs.ask_for_sample(by=by, at=task.at)
    return told


@job(DISCARD)
def discard(task: Task) -> dict[str, object]:
    """Drop what was prepared as run `run`."""
    run = int(task.params["run"])
    dropped = discard_prepared(by=get_viewer(task.username), at=task.at, run_id=run)
    return {"run": run, "outcome": "discarded" if dropped else "gone"}


@job(REFRESH)
def refresh(task: Task) -> dict[str, object]:
    """Count gaps and repeats, which an increment left to the worker; begun again it counts again."""
    task.tell("stage.link_gaps", 0.0)
    refresh_slot_figures(by=get_viewer(task.username), at=task.at)
    return {}


def _told(work: Callable[[], RunResult]) -> dict[str, object]:
    try:
        result = work()
    except LinkCancelled as error:
        raise JobCancelled from error
    if result.nothing_new:
        outcome = "nothing_new"
    else:
        outcome = "published" if result.published else "prepared"
    return {"run": result.run, "outcome": outcome}
