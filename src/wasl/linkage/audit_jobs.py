"""What the worker does for the page of how right matching is. It shares the lock of runs: it reads what they write."""

from __future__ import annotations

from datetime import datetime

from wasl.jobs.actions import enqueue
from wasl.jobs.offered import Task, job
from wasl.jobs.queries import list_jobs
from wasl.jobs.rules import JobState
from wasl.linkage.audit_sample import draw_month, list_months, month_at
from wasl.organisations.queries import get_viewer
from wasl.organisations.viewer import Viewer

DRAW = "draw_sample"
LOCK = "linkage"


def ask_for_sample(*, by: Viewer, at: datetime) -> bool:
    """
    Have the worker draw the month's sample where there is none; return whether it was asked now.

    Whoever is not of the desk asks for nothing.
    """
    if not by.is_desk or any(one.month == month_at(at) for one in list_months(by, limit=1)):
        return False
    if list_jobs(by, kinds=[DRAW], states=[JobState.WAITING, JobState.RUNNING], limit=1):
        return False
    enqueue(by=by, at=at, kind=DRAW, params={}, lock=LOCK)
    return True


@job(DRAW)
def draw(task: Task) -> dict[str, object]:
    """Draw the sample of the month, unless it has one."""
    task.tell("stage.draw_sample", 0.0)
    month, is_new = draw_month(by=get_viewer(task.username), at=task.at)
    return {"month": f"{month:%Y-%m}", "outcome": "drawn" if is_new else "stood"}
