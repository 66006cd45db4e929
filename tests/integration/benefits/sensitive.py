"""A slot that is sensitive for as long as a test needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.wasl_postgres import TestDatabase


@contextmanager
def sensitive(database: TestDatabase, slot: str) -> Iterator[None]:
    """Make an occupied slot sensitive, past the guard that settles it for good, and let it be as it was."""
    with psycopg.connect(database.superuser, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE benefits_slot SET sensitive = true WHERE code = %s", [slot])
        try:
            yield
        finally:
            connection.execute("UPDATE benefits_slot SET sensitive = false WHERE code = %s", [slot])
