"""The job that writes a large table of overlaps, repeats or gaps into a file, for whoever asked to fetch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from wasl.benefits.gap_tables import HEADS as GAP_HEADS
from wasl.benefits.gap_tables import gap_cells
from wasl.benefits.queries.gap_pages import GapQuestion
from wasl.benefits.queries.pages import Question
from wasl.intake.benefit_tables import (
    OVERLAP_HEADS,
    REPEAT_HEADS,
    Cells,
    overlap_cells,
    repeat_cells,
    write_workbook,
)
from wasl.jobs.offered import Task, job
from wasl.kernel.errors import NotFound
from wasl.kernel.months import ONCE
from wasl.organisations.queries import get_viewer
from wasl.organisations.viewer import Viewer
from wasl.store.home import make_home

KEPT_DAYS = 7
DAY_S = 86_400
MONEY = frozenset({"cost", "value"})


def _overlaps(viewer: Viewer, question: str, words: dict[str, str], language: str) -> Iterator[Cells]:
    return overlap_cells(viewer, Question.read(question), words, language)


def _repeats(viewer: Viewer, question: str, words: dict[str, str], language: str) -> Iterator[Cells]:
    return repeat_cells(viewer, Question.read(question), words, language)


def _gaps(viewer: Viewer, question: str, words: dict[str, str], language: str) -> Iterator[Cells]:
    return gap_cells(viewer, GapQuestion.read(question), words, language)


TABLES = {
    "overlaps": (OVERLAP_HEADS, _overlaps), "repeats": (REPEAT_HEADS, _repeats), "gaps": (GAP_HEADS, _gaps),
}  # fmt: skip


@job("export_benefits")
def export_benefits(task: Task) -> dict[str, Any]:
    """Write what a question finds, as its asker may read it, into a workbook: overlaps, repeats or gaps."""
    heads, read = TABLES[task.params["what"]]
    asked = task.params["question"], task.params["words"], task.params["language"]
    total = max(1, int(task.params["rows"]))

    def told() -> Iterator[Cells]:
        for number, cells in enumerate(read(get_viewer(task.username), *asked)):
            # An overlap has two rows or three.
            task.tell("stage.export", min(1.0, number / total / 2.5))
            task.check_cancelled()
            yield tuple(plain_cell(name, cell) for name, cell in zip(heads, cells, strict=True))

    path = make_exports() / f"{task.code}.xlsx"
    rows = write_workbook(path, task.params["heads"], told(), right_to_left=task.params["language"] != "en")
    return {"rows": rows, "what": task.params["what"]}


def plain_cell(name: str, cell: object) -> object:
    """Return a cell as a workbook without formats holds it: pounds, months as 2026-03, days as 2026-03-12."""
    if name in MONEY and isinstance(cell, int):
        return cell / 100
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, date):
        return None if cell == ONCE else f"{cell.year:04d}-{cell.month:02d}"
    return cell


def find_export(code: str) -> Path:
    """
    Return the file that a job has written; the caller has seen that the job is its reader's.

    :raises NotFound: it was forgotten after KEPT_DAYS, or never written.
    """
    path = make_exports() / f"{code}.xlsx"
    if not path.exists():
        raise NotFound("export.gone", days=KEPT_DAYS)
    return path


def make_exports() -> Path:
    """Return the folder of written files, without those that were forgotten."""
    folder = make_home() / "exports"
    folder.mkdir(mode=0o700, exist_ok=True)
    for path in folder.iterdir():
        if path.stat().st_mtime < time.time() - KEPT_DAYS * DAY_S:
            path.unlink(missing_ok=True)
    return folder
