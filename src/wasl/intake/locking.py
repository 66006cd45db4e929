"""One load of a file at a time; a lock that dies with its process."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from wasl.intake.loading import LoadedFile
from wasl.kernel.errors import Unavailable

# A killed load's connection ends within a second or two of its process; who comes at once waits for that.
WAIT_S = 5.0
_PAUSE_S = 0.1


@contextmanager
def hold_file(connection: psycopg.Connection, file: LoadedFile) -> Iterator[None]:
    """
    Keep other loads of the same bytes for the same organisation out while this one runs.

    :raises Unavailable: another process holds it and goes on holding it.
    """
    key = _lock_key(file)
    deadline = time.monotonic() + WAIT_S
    while not _try_lock(connection, key):
        if time.monotonic() > deadline:
            raise Unavailable("list.being_loaded", file=file.name)
        time.sleep(_PAUSE_S)
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(%s)", [key])


def _try_lock(connection: psycopg.Connection, key: int) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [key]).fetchone()
    return bool(row and row[0])


def _lock_key(file: LoadedFile) -> int:
    text = f"wasl load {file.organisation_id} ".encode() + file.digest
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big", signed=True)
