"""Reads of uploads: an organisation's own, for the desk all."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connections

from wasl.kernel.codes import is_code, number_of
from wasl.kernel.errors import NotFound
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope
from wasl.store.reading import read_rows


class UploadState(StrEnum):
    """What has become of an upload; `ready` is what a clerk may look at and load."""

    WAITING = "waiting"
    READY = "ready"
    REFUSED = "refused"
    LOADING = "loading"
    LOADED = "loaded"
    FAILED = "failed"
    DISCARDED = "discarded"


UNFINISHED = frozenset(
    {UploadState.WAITING, UploadState.READY, UploadState.REFUSED, UploadState.LOADING, UploadState.FAILED}
)
# While it waits to be loaded, the same bytes again are the same upload.
STILL_OPEN = ("waiting", "ready", "loading")


@dataclass(frozen=True)
class UploadView:
    """An upload as its owner sees it; `recognised` is what `readings.recognise_sample` says of each sheet."""

    upload_id: int
    code: str
    organisation_id: int
    organisation: str
    file: str
    digest: bytes
    size_bytes: int
    state: UploadState
    recognised: list[dict[str, Any]]
    choices: dict[str, Any]
    problem: dict[str, Any] | None
    result: dict[str, Any] | None
    job_code: str
    uploaded_by: str
    uploaded_at: datetime


SELECT = """
SELECT u.id, u.code, u.organisation_id, o.code, u.file_name, u.file_digest, u.size_bytes, u.state, u.recognised,
    u.choices, u.problem, u.result, u.job_code, u.uploaded_by, u.uploaded_at
FROM intake_upload u JOIN organisations_organisation o ON o.id = u.organisation_id
"""


def access_upload(viewer: Viewer, code: str) -> UploadView:
    """
    Return the upload of this code.

    :raises NotFound: no such upload, or not the viewer's.
    """
    found = _select(viewer, "WHERE u.id = %s", [number_of(code)]) if is_code(code) else []
    if not found:
        raise NotFound("upload.unknown", code=code)
    return found[0]


def find_open_upload(viewer: Viewer, organisation_id: int, digest: bytes) -> UploadView | None:
    """Return the upload of these bytes that is on its way already, or None."""
    found = _select(
        viewer,
        "WHERE u.organisation_id = %s AND u.file_digest = %s AND u.state = ANY(%s) ORDER BY u.id DESC LIMIT 1",
        [organisation_id, digest, list(STILL_OPEN)],
    )
    return found[0] if found else None


def list_uploads(viewer: Viewer, states: Collection[UploadState], limit: int = 20) -> list[UploadView]:
    """Return the newest uploads in these states, for the desk of all organisations."""
    return _select(
        viewer, "WHERE u.state = ANY(%s) ORDER BY u.id DESC LIMIT %s", [[str(s) for s in states], limit]
    )


def read_sample(viewer: Viewer, upload: UploadView) -> bytes | None:
    """Return an upload's sealed sample, None once it is loaded or discarded."""
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute("SELECT sample FROM intake_upload WHERE id = %s", [upload.upload_id])
        row = cursor.fetchone()
    return None if row is None or row[0] is None else bytes(row[0])


def _select(viewer: Viewer, condition: str, params: list[Any]) -> list[UploadView]:
    return [_view(row) for row in read_rows(viewer, f"{SELECT} {condition}", params)]


def _view(row: tuple[Any, ...]) -> UploadView:
    values: list[Any] = list(row)
    values[5] = bytes(row[5])
    values[7] = UploadState(row[7])
    for place in (8, 9, 10, 11):
        values[place] = json.loads(row[place]) if isinstance(row[place], str) else row[place]
    return UploadView(*values)
