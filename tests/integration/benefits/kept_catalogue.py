"""The catalogue as it was, whatever a test wrote into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.wasl_postgres import TestDatabase

TABLES = (
    "benefits_slot", "benefits_slot_version", "benefits_season", "benefits_season_version", "benefits_need",
    "benefits_need_version", "benefits_need_version_slot", "benefits_need_slot",
)  # fmt: skip
COLUMNS = (
    "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
    " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
)


@contextmanager
def kept_catalogue(database: TestDatabase) -> Iterator[None]:
    """Put back every need, slot and season when the test ends, past the triggers that let nothing be taken back."""
    with psycopg.connect(database.superuser, autocommit=True) as connection:
        kept = {table: _copy_out(connection, table) for table in TABLES}
        try:
            yield
        finally:
            with connection.transaction():
                connection.execute("SET LOCAL session_replication_role = replica")
                for table, (columns, rows) in kept.items():
                    connection.execute(f"DELETE FROM {table}".encode())
                    with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
                        copy.write(rows)


def _copy_out(connection: psycopg.Connection, table: str) -> tuple[str, bytes]:
    found = connection.execute(COLUMNS, [table]).fetchone()
    assert found is not None
    with connection.cursor().copy(f"COPY {table} ({found[0]}) TO STDOUT".encode()) as copy:
        return str(found[0]), b"".join(bytes(block) for block in copy)
