"""
What a page asks of lists: loading, withdrawing, bringing back, correcting. Each becomes a job.

Whether the asker may is checked here, so that a refusal is said at once, and again when the job is done.
"""

from __future__ import annotations

from datetime import datetime

from wasl.intake.permissions import check_can_change_lists
from wasl.intake.queries import ListView, access_list
from wasl.intake.rules import check_can_be_replaced, check_can_restore, check_can_withdraw, hide_long_numbers
from wasl.intake.upload_queries import UploadState
from wasl.intake.uploads import access_locked, has_open_job, set_state
from wasl.jobs.actions import enqueue
from wasl.kernel.errors import Conflict, InvalidInput, NotFound
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope

LONGEST_REASON = 300
NOTHING_CHOSEN = "upload.nothing_chosen"


def ask_load(*, code: str, by: Viewer, at: datetime) -> str:
    """
    Ask for an upload to be loaded as it is read now; return the job's code. Asked twice, it is one job.

    Where that job was stopped or broke off, it is asked for anew, and goes on from where it stopped.

    :raises NotAllowed: `by` only reads. :raises Conflict: it is not ready. :raises InvalidInput: no sheet is chosen.
    """
    with scope(by):
        upload = access_locked(by, code)
        if upload.state == UploadState.LOADED or (
            upload.state == UploadState.LOADING and has_open_job(by, upload)
        ):
            return upload.job_code
        if upload.state not in (UploadState.READY, UploadState.FAILED, UploadState.LOADING):
            raise Conflict("upload.not_ready", code=code)
        said = upload.choices.get("sheets", {})
        chosen = [
            sheet
            for sheet in upload.recognised
            if sheet["skipped"] is None and said.get(str(sheet["place"]), {}).get("wanted", True)
        ]
        if not chosen:
            raise InvalidInput(NOTHING_CHOSEN, file=upload.file)
        if upload.choices.get("replaces"):
            _check_replaced(by, str(upload.choices["replaces"]), upload.organisation_id)
        job = enqueue(
            by=by, at=at, kind="load_list", params={"upload": upload.code}, object_code=upload.code,
            lock=_lock(upload.organisation_id),
        )  # fmt: skip
        set_state(upload, UploadState.LOADING, job)
    return job


def ask_withdraw(*, code: str, reason: str, by: Viewer, at: datetime) -> str:
    """
    Ask for a list to be withdrawn; return the job's code.

    :raises InvalidInput: no reason. :raises RuleRefused: it is still loading, or replaced.
    """
    view = _access_changeable(by, code)
    reason = hide_long_numbers(reason.strip())
    if not reason:
        raise InvalidInput("list.reason_needed")
    if len(reason) > LONGEST_REASON:
        raise InvalidInput("list.reason_too_long", most=LONGEST_REASON)
    check_can_withdraw(view.state, view.code)
    return _ask(by, at, view, "withdraw_list", {"list": view.code, "reason": reason})


def ask_restore(*, code: str, by: Viewer, at: datetime) -> str:
    """
    Ask for a list to count again; return the job's code.

    :raises RuleRefused: it is still loading.
    """
    view = _access_changeable(by, code)
    check_can_restore(view.state, view.code)
    return _ask(by, at, view, "restore_list", {"list": view.code})


def ask_correct(*, code: str, changes: dict[str, str], by: Viewer, at: datetime) -> str:
    """
    Ask for a list's own file to be loaded in its place, with another kind, need, month or value.

    :raises InvalidInput: nothing is said to be otherwise. :raises RuleRefused: it is still loading, or replaced.
    """
    view = _access_changeable(by, code)
    check_can_be_replaced(view.state, view.code)
    said = {name: value for name, value in changes.items() if value}
    if not said:
        raise InvalidInput("list.nothing_to_correct", list=view.code)
    return _ask(by, at, view, "correct_list", {"list": view.code, "changes": said})


def _ask(by: Viewer, at: datetime, view: ListView, kind: str, params: dict[str, object]) -> str:
    lock = _lock(view.organisation_id)
    return enqueue(by=by, at=at, kind=kind, params=params, object_code=view.code, lock=lock)


def _access_changeable(by: Viewer, code: str) -> ListView:
    view = access_list(by, code)
    check_can_change_lists(by, view.organisation_id, view.organisation)
    return view


def _check_replaced(by: Viewer, code: str, organisation_id: int) -> None:
    view = access_list(by, code)
    if view.organisation_id != organisation_id:
        raise NotFound("list.unknown", list=code)
    check_can_be_replaced(view.state, view.code)


def _lock(organisation_id: int) -> str:
    """Return the name under which an organisation's lists change one after the other."""
    return f"lists.{organisation_id}"
