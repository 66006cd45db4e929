"""Long work on lists: looking at a file, loading, withdrawing, bringing back, correcting, forgetting."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from wasl.intake import benefit_jobs as benefit_jobs  # offers the job that writes large tables
from wasl.intake import bulk_jobs as bulk_jobs  # offers the jobs of bulks
from wasl.intake import standing_jobs as standing_jobs  # offers the jobs of families added by hand
from wasl.intake.kept_files import find_kept, forget_kept, open_kept, sweep_drafts
from wasl.intake.upload_queries import UploadState, UploadView
from wasl.intake.uploads import (
    LOCK_DIGEST,
    access_changeable,
    finish_load,
    finish_look,
    refuse_upload,
    set_state,
)
from wasl.jobs.offered import JobCancelled, Task, job
from wasl.kernel.errors import InvalidInput, InvariantBroken, Unavailable, WaslError
from wasl.organisations.queries import get_viewer
from wasl.store.connections import engine_connection, scope

FILE_IS_WANTED = """
SELECT EXISTS (SELECT FROM intake_list WHERE file_digest = %(digest)s) OR EXISTS (
    SELECT FROM intake_upload WHERE file_digest = %(digest)s AND state NOT IN ('discarded', 'refused'))
    OR EXISTS (SELECT FROM benefits_bulk WHERE file_digest = %(digest)s AND state NOT IN ('discarded', 'refused'))
"""


@job("look_at_list")
def look_at_list(task: Task) -> dict[str, Any]:
    """Take a sample of an upload and recognise its sheets; a file that cannot be read is refused and forgotten."""
    from wasl.intake.readings import recognise_samples, sample_file
    from wasl.intake.samples import pack_samples

    sweep_drafts()
    by = get_viewer(task.username)
    upload = access_changeable(by, str(task.params["upload"]))
    if upload.state != UploadState.WAITING:
        return {"upload": upload.code, "state": str(upload.state)}

    def heard(share: float) -> None:
        task.tell("stage.look", share)
        task.check_cancelled()

    try:
        with open_kept(upload.digest, upload.file) as path:
            samples = sample_file(path, heard)
            recognised = recognise_samples(by, upload, samples, upload.choices)
    except InvalidInput as error:
        refuse_upload(by, upload, error.code, error.params, loading=False)
        _forget(upload.digest)
        return {"upload": upload.code, "state": "refused", "problem": error.code}
    finish_look(by, upload, recognised, pack_samples(samples))
    return {"upload": upload.code, "state": "ready", "sheets": len(samples)}


@job("load_list")
def load_list(task: Task) -> dict[str, Any]:
    """Load an upload as it was read on its page. Begun again, it goes on from where it stopped."""
    from wasl.intake.actions import load_file
    from wasl.intake.reading import LoadOptions
    from wasl.intake.readings import plan_sheets

    by = get_viewer(task.username)
    upload = access_changeable(by, str(task.params["upload"]))
    if upload.state != UploadState.LOADING:
        return upload.result or {"upload": upload.code, "lists": []}
    try:
        with open_kept(upload.digest, upload.file) as path:
            result = load_file(
                path=path, organisation=upload.organisation, options=LoadOptions(today=upload.uploaded_at.date()),
                by=by, at=task.at, replaces=upload.choices.get("replaces") or None, progress=_progress(task),
                name=upload.file, plans=plan_sheets(upload),
            )  # fmt: skip
    except JobCancelled:
        with scope(by):
            set_state(upload, UploadState.READY)
        raise
    except (Unavailable, InvariantBroken):
        raise
    except WaslError as error:
        refuse_upload(by, upload, error.code, error.params, loading=True)
        raise
    said = _said(upload, result)
    finish_load(by, upload, said)
    return said


@job("withdraw_list")
def withdraw(task: Task) -> dict[str, Any]:
    """Let a list count nowhere."""
    from wasl.intake.actions import withdraw_list

    by = get_viewer(task.username)
    task.tell("stage.withdraw", 0.1)
    return asdict(
        withdraw_list(code=str(task.params["list"]), reason=str(task.params["reason"]), by=by, at=task.at)
    )


@job("restore_list")
def restore(task: Task) -> dict[str, Any]:
    """Let a list count again."""
    from wasl.intake.actions import restore_list

    by = get_viewer(task.username)
    task.tell("stage.restore", 0.1)
    return asdict(restore_list(code=str(task.params["list"]), by=by, at=task.at))


@job("correct_list")
def correct(task: Task) -> dict[str, Any]:
    """Load a list's own file in its place, with another kind, need, month or value."""
    from wasl.intake.correcting import correct_list

    by = get_viewer(task.username)
    result = correct_list(
        code=str(task.params["list"]), changes=dict(task.params["changes"]), by=by, at=task.at,
        progress=_progress(task),
    )  # fmt: skip
    return {"lists": list(result.lists), "outcomes": [sheet.outcome for sheet in result.sheets]}


@job("forget_file")
def forget_file(task: Task) -> dict[str, Any]:
    """Remove a kept file that no list and no upload needs any more."""
    get_viewer(task.username)
    return {"forgotten": _forget(bytes.fromhex(str(task.params["digest"])))}


def _forget(digest: bytes) -> bool:
    """Remove a kept file unless it is wanted; whoever brings it anew meanwhile waits, and keeps it again."""
    with engine_connection() as connection:
        connection.execute(LOCK_DIGEST, [digest.hex()])
        wanted = connection.execute(FILE_IS_WANTED, {"digest": digest}).fetchone()
        if wanted is None or wanted[0] or find_kept(digest) is None:
            return False
        forget_kept(digest)
    return True


def _progress(task: Task) -> Any:
    def heard(stage: str, share: float) -> None:
        task.tell(stage, share)
        task.check_cancelled()

    return heard


def _said(upload: UploadView, result: Any) -> dict[str, Any]:
    """Say what became of each sheet, in codes and counts."""
    return {
        "upload": upload.code,
        "lists": list(dict.fromkeys(result.lists)),
        "also_loaded_by": list(result.also_loaded_by),
        "sheets": [
            {
                "sheet": sheet.sheet, "outcome": sheet.outcome, "list": sheet.list_code, "state": sheet.state,
                "skipped": sheet.skipped, "replaced": sheet.replaced, "counting": list(sheet.counting),
                "mended": sheet.mended, "mended_lists": list(sheet.mended_lists),
                "rejected": sheet.counts.rejected, "accepted": sheet.counts.accepted,
            }
            for sheet in result.sheets
        ],
    }  # fmt: skip
