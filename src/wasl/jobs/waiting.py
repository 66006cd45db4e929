"""What waits in the queue of long work: one's organisation's work that is on, or failed and was not repeated."""

from __future__ import annotations

from wasl.jobs.queries import Reader
from wasl.store.awaited import Waiting
from wasl.store.reading import read_rows

SHOWN = 5
FAILED_DAYS = 7
# By the index of the organisation, from the newest back to the oldest that could still matter.
JOBS = """
WITH recent AS (
    SELECT id, code, kind, state, created_at, finished_at, object_code FROM jobs_job
    WHERE organisation_id = (SELECT wasl_organisation())
    ORDER BY id DESC LIMIT 200
)
SELECT code, kind, state, coalesce(finished_at, created_at) FROM recent AS job
WHERE state IN ('waiting', 'running')
OR (state = 'failed' AND finished_at > now() - make_interval(days => %s) AND NOT EXISTS (
    SELECT FROM recent AS later
    WHERE later.id > job.id AND later.kind = job.kind AND later.object_code = job.object_code
    AND later.state <> 'failed'))
ORDER BY state = 'failed' DESC, id DESC LIMIT %s
"""


def list_waiting(viewer: Reader) -> list[Waiting]:
    """Return work that failed and nobody has repeated, then work that is on; the newest few of each."""
    rows = read_rows(viewer, JOBS, [FAILED_DAYS, SHOWN])
    return [
        Waiting("jobs.failed" if state == "failed" else "jobs.running", 1, since, {"job": code, "kind": kind})
        for code, kind, state, since in rows
    ]
