"""
A pytest plugin that gives the tests a PostgreSQL of their own, thrown away when they end.

Loaded with `-p` because Django's settings are read before any conftest. At first it only chooses
addresses; the server starts when a test asks for the database. All roles are the real ones: tests
that ran as a superuser would prove nothing about row security. Each worker of pytest-xdist has a
database of its own; the first one migrates, the others are copies of its.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from wasl.store.addresses import bootstrap_address, embedded_addresses
from wasl.store.founding import make_roles_and_database
from wasl.store.postgres import Server, find_server, kill_server, reserve_server, start_server
from wasl.store.roles import database_rights_sql

ROOT = "wasl-tests-"
TEMPLATE = "wasl_template"
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}


def choose_addresses() -> None:
    """Point the settings of this process, and of what it starts, at the database its tests will have."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        clear_the_dead()
        folder = Path(tempfile.gettempdir()) / f"{ROOT}{os.getpid()}-{secrets.token_hex(3)}"
        folder.mkdir(mode=0o755)
        os.environ["WASL_TEST_FOLDER"] = str(folder)
        reserve_server(folder / "postgres")
    folder = Path(os.environ["WASL_TEST_FOLDER"])
    home = folder / f"home{worker}"
    home.mkdir(exist_ok=True)
    addresses = embedded_addresses(_server(folder), f"wasl_{worker or 'tests'}")
    os.environ.update(
        DATABASE_URL=addresses.app,
        WASL_OWNER_URL=addresses.owner,
        WASL_ENGINE_URL=addresses.engine,
        WASL_HOME=str(home),
        WASL_KEY="5a" * 32,
        DJANGO_SETTINGS_MODULE="wasl.config.settings",
    )


def clear_the_dead() -> None:
    """Remove the servers of sessions that were killed: a folder's name holds its session's process id."""
    for folder in Path(tempfile.gettempdir()).glob(f"{ROOT}*"):
        pid = folder.name[len(ROOT) :].split("-")[0]
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            remove_folder(folder)
        except (PermissionError, ValueError):
            continue


def remove_folder(folder: Path) -> None:
    """Kill the server of a session and delete its files."""
    server = find_server(folder / "postgres")
    if server is not None:
        kill_server(server)
        shutil.rmtree(server.socket, ignore_errors=True)
        shutil.rmtree(server.data.parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        remove_folder(Path(os.environ["WASL_TEST_FOLDER"]))


@dataclass
class TestDatabase:
    """This worker's database."""

    __test__ = False

    server: Server
    name: str
    kept: set[str] = field(default_factory=set)

    @property
    def superuser(self) -> str:
        """The superuser's address: for what only an attacker or a broken machine could do."""
        return bootstrap_address(self.server, self.name)

    def reset(self) -> None:
        """Delete every row but the catalogues', past triggers and foreign keys."""
        with psycopg.connect(self.superuser) as connection:
            connection.execute("SET session_replication_role = replica")
            for table in filled_tables(connection):
                if table not in self.kept:
                    connection.execute(f"DELETE FROM {table}".encode())


def make_test_database() -> TestDatabase:
    """Start the session's server if need be, and make this worker's database in it."""
    from django.db import connections

    from wasl.store.migrating import migrate

    folder = Path(os.environ["WASL_TEST_FOLDER"])
    name = f"wasl_{os.environ.get('PYTEST_XDIST_WORKER') or 'tests'}"
    with _one_at_a_time(folder):
        server = start_server(folder / "postgres", settings=SETTINGS)
        with psycopg.connect(bootstrap_address(server), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
                connection.execute(f"CREATE DATABASE {name} OWNER wasl_owner TEMPLATE {TEMPLATE}".encode())
                connection.execute(database_rights_sql(name).encode())
            else:
                make_roles_and_database(server, name)
                migrate()
                connections.close_all()
                connection.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE {name}".encode())
    database = TestDatabase(server, name)
    with psycopg.connect(database.superuser) as connection:
        database.kept = set(filled_tables(connection))
    return database


def filled_tables(connection: psycopg.Connection) -> list[str]:
    """Return the tables that hold a row, partitions under their parent's name."""
    tables = [
        str(row[0])
        for row in connection.execute(
            "SELECT quote_ident(nspname) || '.' || quote_ident(relname) FROM pg_class"
            " JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relkind IN ('r', 'p') AND NOT relispartition AND nspname IN ('public', 'staging')"
        )
    ]
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
    return [str(row[0]) for row in connection.execute(asked.encode())]


def _server(folder: Path) -> Server:
    server = find_server(folder / "postgres")
    assert server is not None
    return server


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


choose_addresses()
