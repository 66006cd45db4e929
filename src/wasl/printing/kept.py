"""Files that a job has printed, kept some days for who asked for them."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterable
from pathlib import Path

from wasl.kernel.errors import NotFound
from wasl.store.home import make_home

KEPT_DAYS = 7
DAY_S = 86_400
SUFFIXES = (".pdf", ".zip")


def keep_file(code: str, name: str, documents: Iterable[bytes], parts: int) -> str:
    """Write a PDF, or the parts of one in an archive, whole or not at all; return the ending of its name."""
    folder = _folder()
    _forget_old(folder)
    suffix = ".pdf" if parts == 1 else ".zip"
    draft = folder / f"{code}.draft"
    if parts == 1:
        (document,) = documents
        draft.write_bytes(document)
    else:
        # A PDF is compressed already.
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
            for number, document in enumerate(documents, start=1):
                archive.writestr(f"{name}-{number:02d}.pdf", document)
    draft.replace(folder / f"{code}{suffix}")
    return suffix


def find_file(code: str) -> Path:
    """
    Return the file that a job has printed; the caller has seen that the job is its reader's own.

    :raises NotFound: it was forgotten after KEPT_DAYS, or never written.
    """
    for suffix in SUFFIXES:
        path = _folder() / f"{code}{suffix}"
        if path.exists():
            return path
    raise NotFound("print.gone", days=KEPT_DAYS)


def _folder() -> Path:
    folder = make_home() / "printed"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _forget_old(folder: Path) -> None:
    for path in folder.iterdir():
        if path.stat().st_mtime < time.time() - KEPT_DAYS * DAY_S:
            path.unlink(missing_ok=True)
