"""Make the embedded server's roles and database, and refuse a database that cannot serve Arabic."""

from __future__ import annotations

import psycopg
from psycopg import sql

from wasl.kernel.errors import InvalidInput, Unavailable
from wasl.store.addresses import DATABASE_NAME, bootstrap_address
from wasl.store.postgres import Server
from wasl.store.roles import create_database_sql, database_sql, roles_sql

OLDEST_MAJOR = 15


def make_roles_and_database(server: Server, database: str = DATABASE_NAME) -> bool:
    """Make roles and database in an embedded server; return False where the database was there."""
    with psycopg.connect(bootstrap_address(server), autocommit=True) as connection:
        connection.execute(roles_sql().encode())
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone()
        if found is None:
            connection.execute(create_database_sql(database).encode())
    with psycopg.connect(bootstrap_address(server, database)) as connection:
        connection.execute(database_sql(database).encode())
    return found is None


def check_database(address: str) -> None:
    """
    Refuse a database in which Wasl would quietly fail.

    :raises Unavailable: it cannot be reached. :raises InvalidInput: too old, not UTF-8, or of a
    character type that knows no Arabic letters (searches would find nothing).
    """
    try:
        connection = psycopg.connect(address)
    except psycopg.OperationalError as error:
        raise Unavailable("database.unreachable") from error
    with connection:
        if connection.info.server_version < OLDEST_MAJOR * 10_000:
            raise InvalidInput("database.too_old", oldest=OLDEST_MAJOR)
        encoding = connection.execute("SHOW server_encoding").fetchone()
        if encoding is None or encoding[0] != "UTF8":
            raise InvalidInput("database.not_utf8", encoding=encoding[0] if encoding else "")
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        trigrams = connection.execute(sql.SQL("SELECT show_trgm('محمد')")).fetchone()
        if not trigrams or not trigrams[0]:
            raise InvalidInput("database.no_arabic")
