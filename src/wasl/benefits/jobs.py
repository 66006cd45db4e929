"""Long work of benefits: counting the gaps of a month that nobody has counted yet."""

from __future__ import annotations

from typing import Any

from wasl.benefits.actions import count_month
from wasl.jobs.offered import Task, job
from wasl.kernel.months import format_month, parse_month
from wasl.organisations.queries import get_viewer


@job("count_gaps")
def count_gaps(task: Task) -> dict[str, Any]:
    """Count the gaps of one slot in one month; begun again it counts again."""
    slot, month = str(task.params["slot"]), parse_month(str(task.params["month"]))
    task.tell("stage.link_gaps", 0.0)
    gaps, unknown = count_month(by=get_viewer(task.username), at=task.at, slot=slot, month=month)
    return {"slot": slot, "month": format_month(month), "open": gaps, "unknown": unknown}
