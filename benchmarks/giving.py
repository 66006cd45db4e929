"""A database of grantees for the benchmarks of giving: organisations with two officers, families all of them know."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

FIRST_FAMILY = 200_000
RECORDS = """
INSERT INTO registry_record (organisation_id, content_key, name, governorate, markaz, own_no)
SELECT %s, decode(md5(%s || ':' || i), 'hex'), 'x', 'EG0' || (1 + i %% 5), NULL, 2 * i - 1 FROM generate_series(1, %s) i
"""
ENTRIES = """
INSERT INTO registry_entry (organisation_id, content_key, head_record_id, own_no)
SELECT organisation_id, content_key, id, own_no + 1 FROM registry_record WHERE organisation_id = %s ORDER BY id
"""
MEMBERS = """
INSERT INTO registry_entry_member (entry_id, record_id, organisation_id, role)
SELECT id, head_record_id, organisation_id, 'person' FROM registry_entry WHERE organisation_id = %s
"""
SUBJECTS = """
INSERT INTO registry_subject (id, kind, created_run) SELECT %s + i, 'family', 1 FROM generate_series(1, %s) i
"""
LINKS = """
INSERT INTO registry_entry_link (entry_id, family_id, since_run)
SELECT e.id, %s + row_number() OVER (ORDER BY e.id), 1 FROM registry_entry e WHERE e.organisation_id = %s
"""

APPEARANCES = """
INSERT INTO registry_appearance (entry_id, list_id, organisation_id, month, active)
SELECT id, organisation_id, organisation_id, date '2026-01-01', true FROM registry_entry WHERE organisation_id = %s
"""


@contextmanager
def throw_away_home(prefix: str) -> Iterator[Path]:
    """Give a home of its own to the embedded PostgreSQL, and take everything away in the end."""
    home = Path(tempfile.mkdtemp(prefix=f"wasl-{prefix}-"))
    home.chmod(0o755)
    os.environ.update(WASL_HOME=str(home), DJANGO_SETTINGS_MODULE="wasl.config.settings")
    try:
        yield home
    finally:
        from wasl.store.addresses import embedded_folder
        from wasl.store.postgres import find_server, kill_server

        server = find_server(embedded_folder())
        if server:
            kill_server(server)
            shutil.rmtree(server.data.parent, ignore_errors=True)
            shutil.rmtree(server.socket, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def found_organisations(count: int) -> list[int]:
    """Make the alliance and organisations `b00`, …, with officers `maker0`, `checker0`, …; return their ids."""
    from benchmarks.linking import found

    desk = found()
    from django.utils import timezone

    from wasl.organisations.actions import add_organisation, add_user
    from wasl.organisations.rules import OrganisationKind, Role

    ids = []
    for number in range(count):
        code = f"b{number:02}"
        made, _ = add_organisation(
            by=desk, at=timezone.now(), code=code, kind=OrganisationKind.CHARITY, name_ar=code, name_en=""
        )
        ids.append(int(made.pk))
        for role in ("maker", "checker"):
            add_user(
                by=desk,
                at=timezone.now(),
                username=f"{role}{number}",
                organisation_code=code,
                role=Role.OFFICER,
            )
    return ids


def fill_families(
    connection: psycopg.Connection, organisations: Sequence[int], families: int
) -> list[list[int]]:
    """Make families that every organisation knows by an entry each; return the entries, family by family."""
    connection.execute(SUBJECTS.encode(), [FIRST_FAMILY, families])
    entries = []
    for organisation in organisations:
        connection.execute(RECORDS.encode(), [organisation, str(organisation), families])
        connection.execute(ENTRIES.encode(), [organisation])
        connection.execute(MEMBERS.encode(), [organisation])
        connection.execute(LINKS.encode(), [FIRST_FAMILY, organisation])
        connection.execute(APPEARANCES.encode(), [organisation])
        rows = connection.execute(
            "SELECT id FROM registry_entry WHERE organisation_id = %s ORDER BY id", [organisation]
        )
        entries.append([int(row[0]) for row in rows])
    connection.commit()
    return entries


def settle_statistics(*tables: str) -> None:
    """Let the planner know what was filled in, and write it out before anything is measured."""
    from wasl.store.connections import owner_connection

    with owner_connection(autocommit=True) as owner:
        owner.execute(f"VACUUM ANALYZE {', '.join(tables)}".encode())


def in_processes(count: int, work: Callable[[int], None]) -> float:
    """Do `work` in so many forked processes at once; return the seconds until the last is done."""
    from django.db import connections

    connections.close_all()
    began = time.perf_counter()
    pids = []
    for number in range(count):
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                work(number)
                status = 0
            except BaseException:
                traceback.print_exc()
                raise
            finally:
                os._exit(status)
        pids.append(pid)
    failed = [pid for pid in pids if os.waitpid(pid, 0)[1]]
    if failed:
        raise SystemExit(f"{len(failed)} processes failed")
    return time.perf_counter() - began


def postmaster() -> int:
    """Return the number of the server's first process, for its processor time."""
    from wasl.store.addresses import embedded_folder
    from wasl.store.postgres import find_server

    server = find_server(embedded_folder())
    assert server is not None
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])


def load_average() -> str:
    """Return the machine's load, for whoever reads the figures."""
    return "load " + " ".join(f"{one:.1f}" for one in os.getloadavg())


def options_of(documentation: str | None, **defaults: int) -> argparse.Namespace:
    """Read options that are whole numbers."""
    options = argparse.ArgumentParser(description=documentation)
    for name, default in defaults.items():
        options.add_argument(f"--{name}", type=int, default=default)
    return options.parse_args()
