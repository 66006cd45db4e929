"""Figures that pages show of gaps: counted when a run ends, or left to the worker where that would take long."""

from __future__ import annotations

from datetime import datetime

from wasl.benefits.actions import refresh_slot_figures
from wasl.jobs.actions import enqueue
from wasl.jobs.queries import list_jobs
from wasl.jobs.rules import JobState
from wasl.linkage.increment import Judged
from wasl.organisations.viewer import Viewer

REFRESH = "refresh_figures"
LOCK = "figures"
AT_ONCE = 20_000
"""So many entries are counted within a second or two."""


def refresh_figures(*, by: Viewer, at: datetime, judged: Judged, is_one: bool) -> bool:
    """
    Count what a run changed; return whether that is left to a job.

    A run that read everything counts at once. Where one family was linked at once (`is_one`) the figures keep
    their age, which they show.
    """
    if judged.within is not None and is_one:
        return False
    if judged.within is None or judged.counts["entries"] <= AT_ONCE:
        refresh_slot_figures(by=by, at=at)
        return False
    if not list_jobs(by, kinds=[REFRESH], states=[JobState.WAITING], limit=1):
        enqueue(by=by, at=at, kind=REFRESH, params={}, lock=LOCK)
    return True
