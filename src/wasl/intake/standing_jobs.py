"""What a worker does for families added by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from wasl.intake.standing import ADD, RESTORE, WITHDRAW
from wasl.jobs.offered import Task, job
from wasl.organisations.queries import get_viewer


@job(ADD)
def add_family(task: Task) -> dict[str, Any]:
    """Store the family of a form."""
    from wasl.intake.standing_storing import store_family

    stored = store_family(
        organisation=task.params["organisation"], form_id=UUID(task.params["form"]),
        by=get_viewer(task.username), at=task.at,
    )  # fmt: skip
    return stored.to_json()


@job(WITHDRAW)
def withdraw_family(task: Task) -> dict[str, Any]:
    """Take a family out of its list."""
    from wasl.intake.standing_storing import withdraw_family

    changed = withdraw_family(
        code=task.params["list"], row=int(task.params["row"]), reason=task.params["reason"],
        by=get_viewer(task.username), at=task.at,
    )  # fmt: skip
    return changed.to_json()


@job(RESTORE)
def restore_family(task: Task) -> dict[str, Any]:
    """Bring a family back into its list."""
    from wasl.intake.standing_storing import restore_family

    changed = restore_family(
        code=task.params["list"], row=int(task.params["row"]), by=get_viewer(task.username), at=task.at
    )
    return changed.to_json()
