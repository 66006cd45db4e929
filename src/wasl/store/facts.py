"""What the database remembers about its own set-up: a few named texts."""

from __future__ import annotations

import psycopg


def find_fact(connection: psycopg.Connection, name: str) -> str | None:
    """Return the value kept under `name`, or None."""
    row = connection.execute("SELECT value FROM store_fact WHERE name = %s", [name]).fetchone()
    return None if row is None else str(row[0])


def keep_fact(connection: psycopg.Connection, name: str, value: str) -> None:
    """Keep `value` under `name`, in place of what stood there."""
    connection.execute(
        "INSERT INTO store_fact (name, value) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, value],
    )
