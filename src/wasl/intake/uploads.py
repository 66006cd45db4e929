"""Files on their way from a browser to lists: received, looked at by a job, read as a clerk says, loaded or dropped."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Any, BinaryIO

from django.db import connections

from wasl.audit.actions import record_audit
from wasl.intake.kept_files import keep_stream
from wasl.intake.permissions import check_can_change_lists
from wasl.intake.rules import hide_long_numbers
from wasl.intake.upload_queries import UploadState, UploadView, access_upload, find_open_upload
from wasl.jobs.actions import enqueue
from wasl.jobs.queries import access_job
from wasl.kernel.errors import Conflict, InvalidInput
from wasl.organisations.queries import access_organisation
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope

MOST_BYTES = 200 * 2**20
LONGEST_NAME = 150
_BLOCK = 1 << 20
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f]")

# A file is forgotten only while nobody brings it anew.
LOCK_DIGEST = "SELECT pg_advisory_xact_lock(hashtextextended('intake.kept ' || %s, 0))"
INSERT = """
INSERT INTO intake_upload (organisation_id, file_name, file_digest, size_bytes, state, choices, uploaded_by, uploaded_at)
VALUES (%s, %s, %s, %s, 'waiting', %s, %s, %s) RETURNING code
"""


def clean_name(name: str) -> str:
    """Return a file's own name without folders, control or direction marks; its ending stays when it is cut."""
    bare = PurePath(name.replace("\\", "/")).name
    visible = "".join(letter for letter in bare if unicodedata.category(letter) != "Cf")
    whole = _UNPRINTED.sub("", visible).strip(" .") or "list"
    if len(whole) <= LONGEST_NAME:
        return whole
    suffix = PurePath(whole).suffix[:10]
    return whole[: LONGEST_NAME - len(suffix)] + suffix


def receive_upload(
    *,
    source: BinaryIO,
    size_bytes: int,
    name: str,
    organisation: str,
    by: Viewer,
    at: datetime,
    replaces: str | None = None,
) -> UploadView:
    """
    Keep a file sealed and ask for it to be looked at. The same bytes, while on their way, are one upload.

    :raises NotFound: the organisation is not within the rights of `by`. :raises NotAllowed: `by` only reads.
    :raises InvalidInput: it is empty, or too large; nothing is kept.
    """
    owner = access_organisation(by, organisation)
    check_can_change_lists(by, owner.pk, owner.code)
    name = clean_name(name)
    if size_bytes <= 0:
        raise InvalidInput("list.empty_file", file=name)
    if size_bytes > MOST_BYTES:
        raise InvalidInput("upload.too_large", file=name, most_mb=MOST_BYTES // 2**20)
    digest = _digest(source)
    with scope(by), connections["default"].cursor() as cursor:
        cursor.execute(LOCK_DIGEST, [digest.hex()])
        standing = find_open_upload(by, owner.pk, digest)
        if standing is not None:
            return standing
        keep_stream(source, digest)
        choices = json.dumps({"replaces": replaces} if replaces else {})
        cursor.execute(INSERT, [owner.pk, name, digest, size_bytes, choices, by.username, at])
        code = str(cursor.fetchone()[0])
        record_audit(
            by=by, at=at, action="upload_file", object_kind="upload", object_code=code,
            detail={"organisation": owner.code, "bytes": size_bytes},
        )  # fmt: skip
        _look(code, by, at)
        return access_upload(by, code)


def look_again(*, code: str, by: Viewer, at: datetime) -> None:
    """Ask once more for an upload to be looked at, where looking failed or was stopped."""
    with scope(by):
        upload = access_locked(by, code)
        set_state(upload, UploadState.WAITING)
        _look(upload.code, by, at)


def discard_upload(*, code: str, by: Viewer, at: datetime) -> bool:
    """
    Drop an upload and, by a job, its file, where nothing else needs it; False where it was dropped before.

    One whose load was stopped or broke off may be dropped: what it made stays an unfinished list.

    :raises Conflict: it is being loaded, or is loaded.
    """
    with scope(by):
        upload = access_locked(by, code)
        if upload.state == UploadState.DISCARDED:
            return False
        if upload.state == UploadState.LOADED or (
            upload.state == UploadState.LOADING and has_open_job(by, upload)
        ):
            raise Conflict("upload.loaded_already", code=code)
        set_state(upload, UploadState.DISCARDED)
        record_audit(
            by=by, at=at, action="discard_upload", object_kind="upload", object_code=upload.code,
            detail={"organisation": upload.organisation},
        )  # fmt: skip
        enqueue(
            by=by, at=at, kind="forget_file", params={"digest": upload.digest.hex()}, object_code=upload.code
        )
    return True


def save_reading(
    by: Viewer, upload: UploadView, recognised: list[dict[str, Any]], choices: dict[str, Any]
) -> None:
    """Keep how the sheets are read now and what the clerk said; whatever may be an id is left out."""
    with scope(by), connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE intake_upload SET recognised = %s, choices = %s WHERE id = %s AND state = 'ready'",
            [
                json.dumps(recognised, ensure_ascii=False, default=str),
                json.dumps(choices, ensure_ascii=False),
                upload.upload_id,
            ],
        )
        if cursor.rowcount != 1:
            raise Conflict("upload.not_ready", code=upload.code)


def finish_look(by: Viewer, upload: UploadView, recognised: list[dict[str, Any]], sample: bytes) -> None:
    """Write down what looking at the file found."""
    with scope(by), connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE intake_upload SET state = 'ready', recognised = %s, sample = %s, problem = NULL"
            " WHERE id = %s AND state = 'waiting'",
            [json.dumps(recognised, ensure_ascii=False, default=str), sample, upload.upload_id],
        )


def refuse_upload(
    by: Viewer, upload: UploadView, code: str, params: Mapping[str, object], *, loading: bool
) -> None:
    """Write down why a file cannot be read, or was not loaded."""
    problem = json.dumps({"code": code, "params": dict(params)}, ensure_ascii=False, default=str)
    state = UploadState.FAILED if loading else UploadState.REFUSED
    with scope(by), connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE intake_upload SET state = %s, problem = %s WHERE id = %s AND state IN ('waiting', 'loading')",
            [str(state), hide_long_numbers(problem), upload.upload_id],
        )


def finish_load(by: Viewer, upload: UploadView, result: dict[str, Any]) -> None:
    """Write down what became of each sheet; the sample has served."""
    with scope(by), connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE intake_upload SET state = 'loaded', sample = NULL, problem = NULL, result = %s WHERE id = %s",
            [json.dumps(result, default=str), upload.upload_id],
        )


def set_state(upload: UploadView, state: UploadState, job_code: str | None = None) -> None:
    """Change an upload's state within the caller's scope; a dropped one keeps no rows."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE intake_upload SET state = %s, job_code = coalesce(%s, job_code),"
            " sample = CASE WHEN %s = 'discarded' THEN NULL ELSE sample END,"
            " recognised = CASE WHEN %s = 'discarded' THEN '[]' ELSE recognised END WHERE id = %s",
            [str(state), job_code, str(state), str(state), upload.upload_id],
        )


def access_changeable(by: Viewer, code: str) -> UploadView:
    """
    Return an upload that `by` may change.

    :raises NotFound: not the viewer's. :raises NotAllowed: `by` only reads.
    """
    upload = access_upload(by, code)
    check_can_change_lists(by, upload.organisation_id, upload.organisation)
    return upload


def access_locked(by: Viewer, code: str) -> UploadView:
    """As `access_changeable`, once whoever changes it at the moment has ended; within the caller's scope."""
    upload = access_changeable(by, code)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT FROM intake_upload WHERE id = %s FOR UPDATE", [upload.upload_id])
    return access_upload(by, code)


def has_open_job(by: Viewer, upload: UploadView) -> bool:
    """Tell whether the job that an upload waits for is still to be done."""
    return bool(upload.job_code) and access_job(by, upload.job_code).is_open


def _look(code: str, by: Viewer, at: datetime) -> None:
    job = enqueue(by=by, at=at, kind="look_at_list", params={"upload": code}, object_code=code)
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE intake_upload SET job_code = %s WHERE code = %s", [job, code])


def _digest(source: BinaryIO) -> bytes:
    source.seek(0)
    digest = hashlib.sha256()
    while block := source.read(_BLOCK):
        digest.update(block)
    source.seek(0)
    return digest.digest()
