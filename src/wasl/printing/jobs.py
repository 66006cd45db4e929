"""The job that prints a sheet too long to wait for."""

from __future__ import annotations

from typing import Any

from wasl.benefits.queries.printed import SheetQuestion
from wasl.jobs.offered import Task, job
from wasl.organisations.queries import get_viewer
from wasl.printing.kept import keep_file
from wasl.printing.sheets import access_sheet, set_sheet
from wasl.printing.voice import Voice


@job("print_sheet")
def print_sheet(task: Task) -> dict[str, Any]:
    """Print the approved grants that a question finds, as its asker may read them, in parts."""
    task.tell("stage.print_read", 0.0)
    sheet = access_sheet(
        by=get_viewer(task.username),
        at=task.at,
        question=SheetQuestion.read(task.params["question"]),
        form=task.params["form"],
        voice=Voice(task.params["language"], task.params["eastern"]),
    )

    def tell(share: float) -> None:
        task.tell("stage.print_set", share)
        task.check_cancelled()

    suffix = keep_file(task.code, f"wasl-{sheet.form}", set_sheet(sheet, tell), sheet.parts)
    return {"rows": len(sheet.rows), "parts": sheet.parts, "form": sheet.form, "suffix": suffix}
