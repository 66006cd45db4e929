"""
How many deliveries a second go through the action layer, one by one, with fsync on; and what one costs.

    .venv/bin/python -m benchmarks.delivering --size 20000

Grants are reserved and approved in bulk first. Then one process, and then eight, deliver them one at a time as an
officer at a desk does: scope, operation id, receipt, audit entry, commit. A tenth of the grants are delivered by all
eight at once: one wins, and the others are told. Says rate, median, p99, processor time of Python and of PostgreSQL for
one delivery, the wait for the commit, and how many were doubled.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import uuid4

from benchmarks.giving import (
    fill_families,
    found_organisations,
    in_processes,
    load_average,
    options_of,
    postmaster,
    settle_statistics,
    throw_away_home,
)  # fmt: skip
from benchmarks.measuring import server_cpu_seconds

PROCESSES = 8
NEED, MONTH = "food_box", date(2026, 3, 1)
CHUNK = 5_000
TABLES = (
    "registry_record", "registry_entry", "registry_entry_member", "registry_entry_link", "registry_subject",
    "benefits_grant", "benefits_claim", "benefits_cell",
)  # fmt: skip
COMMIT_ALONE = 300


def main() -> None:
    """Fill, approve, deliver by one, by eight, and by eight at once; count what came of it."""
    given = options_of(__doc__, size=20_000)
    with throw_away_home("delivering") as home:
        measure(home, given.size)


def measure(home: Path, size: int) -> None:
    """Do it in a home that is made."""
    (organisation,) = found_organisations(1)
    from wasl.store.connections import engine_connection

    with engine_connection() as connection:
        (entries,) = fill_families(connection, [organisation], size)
    settle_statistics(*TABLES[:5])
    grants = approve_all(entries)
    settle_statistics(*TABLES)
    print(
        f"{len(grants):,} grants approved; fsync {ask('SHOW fsync')}, commit alone {commit_alone_ms():.2f} ms",
        flush=True,
    )
    alone, contested = len(grants) // 4, len(grants) // 10
    report("1 process", home, [grants[:alone]])
    rest = grants[alone : len(grants) - contested]
    report(f"{PROCESSES} processes", home, [rest[number::PROCESSES] for number in range(PROCESSES)])
    report(f"{PROCESSES} for the same", home, [grants[-contested:]] * PROCESSES)
    doubled = ask(
        "SELECT count(*) FROM (SELECT FROM benefits_delivery GROUP BY grant_id, tranche HAVING count(*) > 1) d"
    )
    print(
        f"delivered {ask('SELECT count(*) FROM benefits_delivery')} of {len(grants)}, doubled {doubled}",
        flush=True,
    )


def approve_all(entries: Sequence[int]) -> list[int]:
    """Reserve for every entry and let somebody else approve; return the grants."""
    from django.utils import timezone

    from wasl.benefits.grants.actions import approve_grants, reserve_coverage
    from wasl.benefits.grants.rules import Ask
    from wasl.organisations.queries import get_viewer

    maker, checker, grants = get_viewer("maker0"), get_viewer("checker0"), []
    for start in range(0, len(entries), CHUNK):
        rows = [Ask(entry) for entry in entries[start : start + CHUNK]]
        said = reserve_coverage(
            by=maker, at=timezone.now(), need=NEED, month=MONTH, rows=rows, operation=uuid4()
        )
        made = [row.grant_id for row in said if row.outcome == "reserved" and row.grant_id is not None]
        approve_grants(by=checker, at=timezone.now(), grants=made, operation=uuid4())
        grants += made
    return grants


def report(name: str, home: Path, shares: list[list[int]]) -> None:
    """Deliver each share in a process of its own and say what it took."""
    files = [home / f"took{number}" for number in range(len(shares))]
    server_before, own_before = server_cpu_seconds(postmaster()), os.times()
    wall = in_processes(len(shares), lambda number: deliver_each(shares[number], files[number]))
    server, own = server_cpu_seconds(postmaster()) - server_before, os.times()
    python = own.children_user + own.children_system - own_before.children_user - own_before.children_system
    took = sorted(float(line) for file in files for line in file.read_text().split())
    count = len(took)
    print(
        f"{name:22} {count:7,} asked {count / wall:7.0f}/s  median {statistics.median(took):6.1f} ms"
        f"  p99 {took[int(count * 0.99) - 1]:6.1f} ms  cpu each: Python {1000 * python / count:.2f} ms,"
        f" PostgreSQL {1000 * server / count:.2f} ms  {load_average()}",
        flush=True,
    )


def deliver_each(grants: Sequence[int], file: Path) -> None:
    """Deliver one by one; write down how many milliseconds each took."""
    from django.utils import timezone

    from wasl.benefits.grants.actions import deliver_grant
    from wasl.benefits.grants.rules import Receipt
    from wasl.organisations.queries import get_viewer

    by, took = get_viewer("maker0"), []
    for grant in grants:
        began = time.perf_counter()
        said = deliver_grant(by=by, at=timezone.now(), grant=grant, receipt=Receipt(), operation=uuid4())
        took.append(1000 * (time.perf_counter() - began))
        assert said.outcome in ("delivered", "all_given"), said
    file.write_text("\n".join(f"{one:.3f}" for one in took))


def commit_alone_ms() -> float:
    """Return the median milliseconds of a transaction that writes one row and commits: what the disk asks for."""
    from wasl.store.connections import owner_connection

    took = []
    with owner_connection() as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS commit_alone (at bigint)")
        owner.commit()
        for number in range(COMMIT_ALONE):
            owner.execute("INSERT INTO commit_alone VALUES (%s)", [number])
            began = time.perf_counter()
            owner.commit()
            took.append(1000 * (time.perf_counter() - began))
        owner.execute("DROP TABLE commit_alone")
    return statistics.median(took)


def ask(query: str) -> object:
    """Return the one answer of a query that sees every row."""
    from wasl.store.connections import engine_connection

    with engine_connection() as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


if __name__ == "__main__":
    main()
