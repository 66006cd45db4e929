"""What a page says of a job: its name, how far it is, what went wrong and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from wasl.jobs.queries import JobView, can_cancel, has_worker
from wasl.jobs.rules import JobState
from wasl.organisations.viewer import Viewer
from wasl.web.words import has_words, say

# A job that waits longer than this may wait in vain: ask whether anybody works at all.
PATIENCE = timedelta(seconds=6)
BADGES = {
    JobState.WAITING: "unknown",
    JobState.RUNNING: "asked",
    JobState.DONE: "done",
    JobState.FAILED: "refused",
    JobState.CANCELLED: "unknown",
}


@dataclass(frozen=True)
class ShownJob:
    """A job in words; `percent` is None where it cannot be said."""

    name: str
    words: str
    badge: str
    percent: int | None
    may_stop: bool


def show_job(viewer: Viewer, job: JobView) -> ShownJob:
    """Return what to say of `job` to `viewer`."""
    percent = round(100 * job.progress) if job.state == JobState.RUNNING and job.stage else None
    may_stop = can_cancel(viewer, job) and not job.cancel_requested
    return ShownJob(name_kind(job.kind), _words(viewer, job), BADGES[job.state], percent, may_stop)


def name_kind(kind: str) -> str:
    """Return what jobs of a kind are called."""
    code = f"jobs.kind.{kind}"
    return say(code if has_words(code) else "jobs.kind")


def say_why(job: JobView) -> str:
    """Return why a job failed, empty where it has not."""
    if not job.error_code:
        return ""
    return say(job.error_code if has_words(job.error_code) else "job.broken", **job.error_params)


def _words(viewer: Viewer, job: JobView) -> str:
    if job.state == JobState.RUNNING:
        if job.cancel_requested:
            return say("jobs.stopping")
        return say(job.stage) if has_words(job.stage) else say("jobs.starting")
    if (
        job.state == JobState.WAITING
        and timezone.now() - job.created_at > PATIENCE
        and not has_worker(viewer)
    ):
        return say("jobs.nobody_works")
    return say(f"jobs.state.{job.state}")
