"""What the database remembers about its own set-up: a few named texts."""

from __future__ import annotations

import psycopg

from wasl.kernel.errors import InvalidInput
from wasl.store.sealing import key_file, key_fingerprint

KEY_FINGERPRINT = "key_fingerprint"


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


def check_key_fits(connection: psycopg.Connection) -> None:
    """
    Refuse to work with another key than the one this database was sealed with.

    Ids indexed by a second key would never be found again. The first key to come is remembered.

    :raises InvalidInput: another key. :raises NotFound: no key at all.
    """
    given = key_fingerprint()
    kept = find_fact(connection, KEY_FINGERPRINT)
    if kept is None:
        keep_fact(connection, KEY_FINGERPRINT, given)
    elif kept != given:
        raise InvalidInput("key.does_not_fit", kept=kept, given=given, file=str(key_file()))
