"""Reads of jobs: an organisation's own, for the desk all."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import connections

from wasl.jobs.rules import OPEN, JobState
from wasl.kernel.errors import NotFound
from wasl.store.connections import Scope, scope
from wasl.store.reading import read_rows

COLUMNS = (
    "code, kind, state, stage, progress, params, result, error_code, error_params, username,"
    " organisation_code, object_code, cancel_requested, created_at, started_at, finished_at, user_id"
)


class Reader(Scope, Protocol):
    """Whoever looks; `organisations.viewer.Viewer` is one."""


@dataclass(frozen=True)
class JobView:
    """A job as whoever may see it sees it; `progress` is that of `stage` alone, 0 to 1."""

    code: str
    kind: str
    state: JobState
    stage: str
    progress: float
    params: dict[str, Any]
    result: dict[str, Any] | None
    error_code: str
    error_params: dict[str, Any]
    username: str
    organisation_code: str
    object_code: str
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    user_id: int

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to be done."""
        return self.state in OPEN

    @property
    def seconds(self) -> float | None:
        """Return how long it took, None while it is not over."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


def access_job(viewer: Reader, code: str) -> JobView:
    """
    Return the job of this code.

    :raises NotFound: no such job, or another organisation's.
    """
    rows = _read(viewer, "code = %(code)s", {"code": code}, 1)
    if not rows:
        raise NotFound("job.unknown", code=code)
    return rows[0]


def list_jobs(
    viewer: Reader,
    *,
    kinds: Collection[str] | None = None,
    states: Collection[str] | None = None,
    object_code: str | None = None,
    limit: int = 20,
) -> list[JobView]:
    """Return the newest jobs that `viewer` may see, at most `limit`."""
    where = ["true"]
    given: dict[str, Any] = {}
    if kinds is not None:
        where.append("kind = ANY(%(kinds)s)")
        given["kinds"] = list(kinds)
    if states is not None:
        where.append("state = ANY(%(states)s)")
        given["states"] = [str(state) for state in states]
        if OPEN.issuperset(states):
            where.append("state IN ('waiting', 'running')")
    if object_code is not None:
        where.append("object_code = %(object)s AND object_code <> ''")
        given["object"] = object_code
    return _read(viewer, " AND ".join(where), given, limit)


def has_worker(viewer: Reader) -> bool:
    """Tell whether a worker has given a sign of life in the last twenty seconds."""
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute("SELECT jobs_has_worker()")
        row = cursor.fetchone()
    return bool(row and row[0])


def can_cancel(viewer: Reader, job: JobView) -> bool:
    """Tell whether `viewer`, who sees `job`, may stop it: the desk, an officer, or who asked for it."""
    return job.is_open and (viewer.role in ("desk", "officer") or viewer.user_id == job.user_id)


def _read(viewer: Reader, where: str, given: dict[str, Any], limit: int) -> list[JobView]:
    query = f"SELECT {COLUMNS} FROM jobs_job WHERE {where} ORDER BY id DESC LIMIT %(limit)s"
    return [_view(row) for row in read_rows(viewer, query, given | {"limit": limit})]


def _view(row: tuple[Any, ...]) -> JobView:
    # Django hands JSON over as text.
    values: list[Any] = list(row)
    for place in (5, 6, 8):
        values[place] = None if row[place] is None else json.loads(row[place])
    values[2] = JobState(row[2])
    return JobView(*values)
