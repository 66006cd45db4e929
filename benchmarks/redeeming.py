"""
A million redemptions of the same grants at the database's door: one of each wins, and the others are told.

    .venv/bin/python -m benchmarks.redeeming --size 1000000

Every grant is asked for by all processes at once, each in its own order, straight at `benefits_deliver`, one grant a
transaction. `--size` counts the redemptions asked, `--processes` who ask. Says the rate, what was answered, and how
many grants were delivered twice: it has to be none. The commits need not reach the disk here: only the keys are asked.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path
from uuid import uuid4

from benchmarks.delivering import approve_all, ask
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

DELIVER = "SELECT outcome FROM benefits_deliver(%s, ARRAY[%s::bigint], '{}', %s, 'door', 'maker0', now())"
# Whoever runs a little ahead would win everything: all look for the same grants in the same stretch of time.
STRETCH = 50


def main() -> None:
    """Fill, let all redeem everything, count."""
    given = options_of(__doc__, size=1_000_000, processes=8)
    with throw_away_home("redeeming") as home:
        measure(home, given.size, given.processes)


def measure(home: Path, size: int, processes: int) -> None:
    """Do it in a home that is made."""
    (organisation,) = found_organisations(1)
    from wasl.store.connections import engine_connection

    began = time.perf_counter()
    with engine_connection() as connection:
        (entries,) = fill_families(connection, [organisation], size // processes)
    settle_statistics("registry_record", "registry_entry", "registry_entry_member", "registry_entry_link")
    grants = approve_all(entries)
    settle_statistics("benefits_grant", "benefits_claim", "benefits_cell")
    print(f"{len(grants):,} grants approved in {time.perf_counter() - began:.0f} s", flush=True)
    files = [home / f"told{number}" for number in range(processes)]
    before = server_cpu_seconds(postmaster())
    wall = in_processes(processes, lambda number: redeem(organisation, grants, number, files[number]))
    server = server_cpu_seconds(postmaster()) - before
    told = Counter(word for file in files for word in file.read_text().split())
    asked = sum(told.values())
    doubled = ask(
        "SELECT count(*) FROM (SELECT FROM benefits_delivery GROUP BY grant_id, tranche HAVING count(*) > 1) d"
    )
    print(
        f"{asked:,} redemptions of {len(grants):,} grants by {processes} processes in {wall:.0f} s: {asked / wall:.0f}/s,"
        f" server cpu each {1000 * server / asked:.2f} ms  {load_average()}\n"
        f"told {dict(told)}; deliveries {ask('SELECT count(*) FROM benefits_delivery')}, doubled {doubled}",
        flush=True,
    )
    if doubled or told["delivered"] != len(grants):
        raise SystemExit(1)


def redeem(organisation: int, grants: list[int], number: int, file: Path) -> None:
    """Ask for every grant once, in an order of one's own within each stretch."""
    from wasl.store.connections import engine_connection, retry_serialisation

    order, told = random.Random(number), []
    with engine_connection() as connection:
        connection.execute("SET synchronous_commit = off")
        connection.commit()

        def one(grant: int) -> str:
            try:
                row = connection.execute(DELIVER, [organisation, grant, uuid4()]).fetchone()
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
            assert row is not None
            return str(row[0])

        for start in range(0, len(grants), STRETCH):
            stretch = grants[start : start + STRETCH]
            for grant in order.sample(stretch, len(stretch)):
                told.append(retry_serialisation(lambda grant=grant: one(grant)))  # type: ignore[misc]
    file.write_text(" ".join(told))


if __name__ == "__main__":
    main()
