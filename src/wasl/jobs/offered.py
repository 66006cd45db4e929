"""
What an area offers as a job: a function of its `jobs.py` with the decorator `job`.

    @job("load_list")
    def load_list(task: Task) -> dict[str, object]: ...

It must bear to be begun again: a worker that is killed leaves its job to the next one, from the beginning.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import psycopg
from django.conf import settings

STATUS_EVERY_S = 0.5


class JobCancelled(Exception):
    """Somebody asked the job to stop, and it has."""


@dataclass
class Task:
    """A job as its function sees it: what was asked, by whom, and where to say how far it is."""

    code: str
    params: dict[str, Any]
    username: str
    at: datetime
    object_code: str
    connection: psycopg.Connection
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _told: float = 0.0
    _cancelled: bool = False

    def tell(self, stage: str, share: float) -> None:
        """Say how far it is: the code of the stage's words and 0 to 1; written at most twice a second."""
        self._speak(stage, min(1.0, max(0.0, share)))

    def is_cancelled(self) -> bool:
        """Tell whether somebody asked the job to stop; asks at most twice a second."""
        self._speak(None, None)
        return self._cancelled

    def check_cancelled(self) -> None:
        """:raises JobCancelled: somebody asked the job to stop."""
        if self.is_cancelled():
            raise JobCancelled

    def _speak(self, stage: str | None, share: float | None) -> None:
        """Write and ask in one statement; several threads of one job may."""
        with self._lock:
            now = time.monotonic()
            if now - self._told < STATUS_EVERY_S:
                return
            self._told = now
            row = self.connection.execute(
                "UPDATE jobs_job SET stage = coalesce(%s, stage), progress = coalesce(%s, progress)"
                " WHERE code = %s RETURNING cancel_requested"
                if stage is not None
                else "SELECT cancel_requested FROM jobs_job WHERE code = %s",
                [self.code] if stage is None else [stage, share, self.code],
            ).fetchone()
            self._cancelled = bool(row and row[0])


Work = Callable[[Task], dict[str, Any]]
_offered: dict[str, Work] = {}


def job(kind: str) -> Callable[[Work], Work]:
    """Offer a function as the job of this kind; it returns what can be written as JSON: codes and counts."""

    def offer(work: Work) -> Work:
        assert kind not in _offered or _offered[kind].__qualname__ == work.__qualname__, (
            f"offered twice: {kind}"
        )
        _offered[kind] = work
        return work

    return offer


def find_work(kind: str) -> Work | None:
    """Return the function that does jobs of this kind, None where no area offers one."""
    if kind not in _offered:
        _discover()
    return _offered.get(kind)


def check_is_offered(kind: str) -> None:
    """:raises LookupError: no area offers jobs of this kind."""
    if find_work(kind) is None:
        raise LookupError(f"no area offers the job {kind!r}")


@cache
def _discover() -> None:
    """Import `jobs.py` of every area; that of the pages shows jobs and offers none."""
    for app in settings.INSTALLED_APPS:
        if app.startswith("wasl.") and app != "wasl.web" and find_spec(f"{app}.jobs") is not None:
            import_module(f"{app}.jobs")
