"""What the desk reads of runs, with the application's role."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wasl.linkage.permissions import check_can_link
from wasl.linkage.rules import RunKind, RunState
from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows


@dataclass(frozen=True)
class Example:
    """Subjects that publishing would join (`codes`), or one it would separate, with how many rows leave it."""

    change: str
    kind: str
    codes: tuple[str, ...]
    rows: int = 0


@dataclass(frozen=True)
class RunView:
    """A run as the desk sees it; `difference` is what publishing changes or changed."""

    id: int
    state: RunState
    stage: str
    progress: float
    counts: dict[str, int]
    difference: dict[str, int]
    examples: tuple[Example, ...]
    log: tuple[dict[str, Any], ...]
    lists: int
    started_by: str
    published_by: str
    started_at: datetime
    prepared_at: datetime | None
    finished_at: datetime | None
    kind: RunKind = RunKind.FULL
    base_run: int | None = None
    """The run that an increment went on from."""
    why_full: str = ""
    model_version: str = ""
    read_records: int | None = None

    @property
    def is_on(self) -> bool:
        """Tell whether it is at work."""
        return self.state in (RunState.RUNNING, RunState.PUBLISHING)

    @property
    def changes_nothing(self) -> bool:
        """Tell whether publishing would change nothing."""
        return not any(
            size for name, size in self.difference.items() if not name.startswith(("before_", "after_"))
        )


def list_runs(viewer: Viewer, *, before: int | None = None, limit: int = 20) -> list[RunView]:
    """
    Return the newest runs, those before a number where one is given.

    :raises NotAllowed: only the desk may.
    """
    check_can_link(viewer)
    return [_view(row) for row in read_rows(viewer, "SELECT * FROM linkage_runs(%s, %s)", [before, limit])]


def _view(row: tuple[Any, ...]) -> RunView:
    counts, difference, examples, log = (json.loads(text) for text in row[4:8])
    return RunView(
        id=row[0],
        state=RunState(row[1]),
        stage=row[2],
        progress=row[3],
        counts=counts,
        difference=difference,
        examples=tuple(
            Example(one["change"], one["kind"], tuple(one["codes"]), one["rows"]) for one in examples
        ),
        log=tuple(log),
        lists=row[8],
        started_by=row[9],
        published_by=row[10],
        started_at=row[11],
        prepared_at=row[12],
        finished_at=row[13],
        kind=RunKind(row[14]),
        base_run=row[15],
        why_full=row[16],
        model_version=row[17],
        read_records=row[18],
    )
