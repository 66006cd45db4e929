"""
How long an increment takes: one organisation's lists come into a registry that is linked already.

    .venv/bin/python -m benchmarks.increment --families 110000 --records 200000

Fills an embedded PostgreSQL in a throw-away WASL_HOME with the records of a fictional alliance, holds back the
organisation whose records come nearest to `--records` (with `--families 820000` there are some 7 million), links
the rest whole, then links what was held back, then a single family at once, and asks whether anything is new.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

from benchmarks.linking import fill, found, remove
from benchmarks.measuring import server_cpu_seconds


def main() -> None:
    """Fill, link all but one organisation, link that one; print the stages of each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--families", type=int, default=110_000)
    options.add_argument("--organisations", type=int, default=10)
    options.add_argument("--records", type=int, default=200_000)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument(
        "--tables", type=Path, help="a folder of Parquet tables in place of a new population"
    )
    options.add_argument("--home", type=Path)
    options.add_argument("--keep", action="store_true")
    options.add_argument("--compare", action="store_true", help="a full run at the end: what differs?")
    given = options.parse_args()
    home = given.home or Path(tempfile.mkdtemp(prefix="wasl-increment-"))
    os.environ.update(WASL_HOME=str(home), DJANGO_SETTINGS_MODULE="wasl.config.settings")
    try:
        measure(given)
    finally:
        if not given.keep:
            remove(home)


def measure(given: argparse.Namespace) -> None:
    """Do it in a home that is made."""
    desk = found()
    from django.utils import timezone

    from wasl.linkage.actions import link_now, run_linkage
    from wasl.store.connections import engine_connection

    fill(given, desk)
    with engine_connection() as connection:
        organisation, records = choose_organisation(connection, given.records)
        entry = connection.execute(
            "SELECT max(entry_id) FROM registry_appearance WHERE organisation_id <> %s", [organisation]
        ).fetchone()[0]  # type: ignore[index]
        held = "UPDATE registry_appearance SET active = false WHERE organisation_id = %s OR entry_id = %s"
        connection.execute(held, [organisation, entry])
    print(f"held back: {records:,} records of one organisation, and one entry", flush=True)
    report("full", lambda: run_linkage(by=desk, at=timezone.now()))
    with engine_connection() as connection:
        back = "UPDATE registry_appearance SET active = true WHERE organisation_id = %s"
        connection.execute(back, [organisation])
    report("increment", lambda: run_linkage(by=desk, at=timezone.now()))
    with engine_connection() as connection:
        connection.execute("UPDATE registry_appearance SET active = true WHERE entry_id = %s", [entry])
    started = time.perf_counter()
    print("one family:", link_now(by=desk, at=timezone.now(), entries=[entry]))
    print(f"  {time.perf_counter() - started:.1f} s", flush=True)
    started = time.perf_counter()
    print("nothing new:", run_linkage(by=desk, at=timezone.now()).nothing_new)
    print(f"  {time.perf_counter() - started:.1f} s", flush=True)
    if given.compare:
        stood = partitions()
        report("full again", lambda: run_linkage(by=desk, at=timezone.now(), full=True))
        compare(stood, partitions())
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")
    state = Path(os.environ["WASL_HOME"]) / "state"
    print(f"state {sum(path.stat().st_size for path in state.iterdir()) / 2**20:,.0f} MiB")


def choose_organisation(connection, wanted: int) -> tuple[int, int]:  # type: ignore[no-untyped-def]
    """Return the organisation whose records come nearest to the number wanted."""
    rows = connection.execute("SELECT organisation_id, count(*) FROM registry_record GROUP BY 1").fetchall()
    return min(rows, key=lambda row: abs(row[1] - wanted))  # type: ignore[no-any-return]


def report(name: str, run) -> None:  # type: ignore[no-untyped-def]
    """Do a run; print its stages, with the processor time of PostgreSQL beside this process's."""
    from wasl.store.addresses import embedded_folder
    from wasl.store.postgres import find_server

    server = find_server(embedded_folder())
    pid = int((server.data / "postmaster.pid").read_text().split()[0]) if server else 0
    used = server_cpu_seconds(pid) if pid else 0.0
    result = run()
    database = server_cpu_seconds(pid) - used if pid else 0.0
    print(
        f"{name}: {result.kind} {result.why_full}, {result.read_records:,} records read,"
        f" {result.seconds:.1f} s, PostgreSQL {database:.1f} cpu-s"
    )
    for line in result.stages:
        print(f"  {line['stage']:<10} {line['seconds']:6.1f} s wall  {line['cpu_seconds']:6.1f} s cpu")
    shown = {key: size for key, size in result.counts.items() if not key.startswith("engine_")}
    print("  ", shown, flush=True)


def partitions() -> dict[str, dict[int, int]]:
    """Return who stands with whom, by the oldest row of each."""
    from wasl.store.connections import engine_connection

    with engine_connection() as connection:
        return {
            name: dict(
                connection.execute(
                    f"SELECT {item}, min({item}) OVER (PARTITION BY coalesce(g.group_id, l.{subject})) FROM {table} l"
                    f" LEFT JOIN registry_group_member g ON g.subject_id = l.{subject} WHERE l.until_run IS NULL".encode()
                ).fetchall()
            )
            for name, table, item, subject in (
                ("people", "registry_link", "record_id", "person_id"),
                ("families", "registry_entry_link", "entry_id", "family_id"),
            )
        }


def compare(before: dict[str, dict[int, int]], after: dict[str, dict[int, int]]) -> None:
    """Print how many rows stand with another oldest row than before."""
    for name, labels in after.items():
        moved = sum(before[name].get(item) != label for item, label in labels.items())
        print(f"{name}: {moved:,} of {len(labels):,} rows differ from a full run ({moved / len(labels):.5%})")


if __name__ == "__main__":
    main()
