"""What the worker does for the page of how right matching is. It shares the lock of runs: it reads what they write."""

from __future__ import annotations

from wasl.jobs.offered import Task, job
from wasl.linkage.audit_sample import draw_month
from wasl.organisations.queries import get_viewer

DRAW = "draw_sample"


@job(DRAW)
def draw(task: Task) -> dict[str, object]:
    """Draw the sample of the month, unless it has one."""
    task.tell("stage.draw_sample", 0.0)
    month, is_new = draw_month(by=get_viewer(task.username), at=task.at)
    return {"month": f"{month:%Y-%m}", "outcome": "drawn" if is_new else "stood"}
