"""What a worker does for families added by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from wasl.intake.standing import ADD, RESTORE, WITHDRAW
from wasl.jobs.offered import Task, job
from wasl.organisations.queries import get_viewer


@job(ADD)
def add_family(task: Task) -> dict[str, Any]:
    """Store the family of a form, link it at once, and tell who it turned out to be."""
    from wasl.intake.standing_linking import ask_elsewhere_first, link_stored
    from wasl.intake.standing_storing import store_family

    form_id, by = UUID(task.params["form"]), get_viewer(task.username)
    elsewhere = ask_elsewhere_first(form_id=form_id, by=by, at=task.at)
    stored = store_family(organisation=task.params["organisation"], form_id=form_id, by=by, at=task.at)
    linked = link_stored(stored, by=by, at=task.at)
    return stored.to_json() | linked | {"elsewhere": elsewhere}


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
