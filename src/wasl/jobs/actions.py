"""Ask for a job, and ask one to stop."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from django.db import connections

from wasl.jobs.offered import check_is_offered
from wasl.jobs.queries import Reader, access_job, can_cancel
from wasl.kernel.errors import NotAllowed
from wasl.store.connections import scope


class Actor(Reader, Protocol):
    """Whoever acts; `organisations.viewer.Viewer` is one."""

    @property
    def username(self) -> str: ...


def enqueue(
    *,
    by: Actor,
    at: datetime,
    kind: str,
    params: Mapping[str, object],
    object_code: str = "",
    lock: str | None = None,
) -> str:
    """
    Put a job into the queue and return its code; where the caller's transaction is undone, so is this.

    Of jobs with one `lock` at most one is done at a time, in their order. `params` holds codes and choices,
    never a name, an id or a phone. The job is done with the rights that `by` has when it is done.
    """
    check_is_offered(kind)
    with scope(by), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT jobs_enqueue(%s, %s::jsonb, %s, %s, %s)",
            [kind, json.dumps(dict(params)), object_code, lock, at],
        )
        row = cursor.fetchone()
    assert row is not None
    return str(row[0])


def cancel_job(*, by: Actor, at: datetime, code: str) -> bool:
    """
    Ask a job to stop: one that waits is cancelled at once, one that is on when it next asks.

    Return False where it was over already.

    :raises NotFound: no such job, or another organisation's. :raises NotAllowed: seen, but not theirs to stop.
    """
    with scope(by):
        job = access_job(by, code)
        if not job.is_open:
            return False
        if not can_cancel(by, job):
            raise NotAllowed("job.not_yours")
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT jobs_cancel(%s)", [code])
            row = cursor.fetchone()
    return bool(row and row[0])
