"""
How long `wasl link` takes whole, and where the time goes.

    .venv/bin/python -m benchmarks.linking --families 110000

Fills an embedded PostgreSQL in a throw-away WASL_HOME with the records of a fictional alliance
(no files: loading is measured elsewhere), links them, links again with one list withdrawn.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq


def main() -> None:
    """Fill, link, change a little, link again; print the stages."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--families", type=int, default=110_000)
    options.add_argument("--organisations", type=int, default=10)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument(
        "--tables", type=Path, help="a folder of Parquet tables in place of a new population"
    )
    options.add_argument("--home", type=Path)
    options.add_argument("--keep", action="store_true")
    given = options.parse_args()
    home = given.home or Path(tempfile.mkdtemp(prefix="wasl-linking-"))
    os.environ.update(WASL_HOME=str(home), DJANGO_SETTINGS_MODULE="wasl.config.settings")
    try:
        measure(given)
    finally:
        if not given.keep:
            remove(home)


def remove(home: Path) -> None:
    """Stop the server and delete what was made."""
    from wasl.store.addresses import embedded_folder
    from wasl.store.postgres import find_server, kill_server

    server = find_server(embedded_folder())
    if server:
        kill_server(server)
        shutil.rmtree(server.data.parent, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


def measure(given: argparse.Namespace) -> None:
    """Do it in a home that is made."""
    started = time.perf_counter()
    desk = found()
    print(f"found      {time.perf_counter() - started:6.1f} s", flush=True)
    from django.utils import timezone

    from wasl.linkage.actions import run_linkage
    from wasl.store.connections import engine_connection

    fill(given, desk)
    report(run_linkage(by=desk, at=timezone.now()))
    with engine_connection() as connection:
        connection.execute(
            "UPDATE registry_appearance SET active = false WHERE list_id = (SELECT max(list_id) FROM registry_appearance)"
        )
    report(run_linkage(by=desk, at=timezone.now()))
    report(run_linkage(by=desk, at=timezone.now()))


def found():  # type: ignore[no-untyped-def]
    """Make the database and return the desk's viewer."""
    from wasl.store.addresses import make_embedded_server
    from wasl.store.founding import make_roles_and_database
    from wasl.store.sealing import make_key

    server = make_embedded_server()
    make_key()
    make_roles_and_database(server)
    import django

    django.setup()
    from django.utils import timezone

    from wasl.organisations.actions import found_alliance
    from wasl.organisations.queries import CONSOLE, get_viewer
    from wasl.store.migrating import migrate

    migrate()
    found_alliance(at=timezone.now())
    return get_viewer(CONSOLE)


def fill(given: argparse.Namespace, desk) -> None:  # type: ignore[no-untyped-def]
    """Write the records of a fictional alliance into the registry."""
    from django.utils import timezone

    from tests.integration.linkage.filling import fill_registry
    from wasl.organisations.actions import add_organisation
    from wasl.organisations.rules import OrganisationKind
    from wasl.store.connections import engine_connection, owner_connection
    from wasl.synth.records import population_records

    started = time.perf_counter()
    if given.tables:
        names = ("records", "entries", "members", "editions")
        tables = {name: pq.read_table(given.tables / f"{name}.parquet") for name in names}
    else:
        tables = population_records(given.families, given.organisations, given.seed)
    records = tables["records"]
    print(f"synth      {time.perf_counter() - started:6.1f} s  {records.num_rows:,} records", flush=True)
    started = time.perf_counter()
    ids = {}
    pairs = zip(records["organisation"].to_pylist(), records["ministry"].to_pylist(), strict=True)
    for number, ministry in sorted(set(pairs)):
        kind = OrganisationKind.MINISTRY if ministry else OrganisationKind.CHARITY
        made, _ = add_organisation(
            by=desk, at=timezone.now(), code=f"m{number:02}", kind=kind, name_ar=f"جهة {number}", name_en=""
        )
        ids[number] = int(made.pk)
    with engine_connection() as connection:
        fill_registry(connection, tables, ids)
    with owner_connection(autocommit=True) as connection:
        connection.execute(
            "VACUUM ANALYZE registry_record, registry_entry, registry_entry_member, registry_appearance"
        )
    print(f"fill       {time.perf_counter() - started:6.1f} s", flush=True)


def report(result) -> None:  # type: ignore[no-untyped-def]
    """Print a run's stages."""
    print("nothing new" if result.nothing_new else f"run {result.run}: {result.seconds:.1f} s")
    for line in result.stages:
        if not result.nothing_new:
            print(f"  {line['stage']:<10} {line['seconds']:6.1f} s wall  {line['cpu_seconds']:6.1f} s cpu")
    print("  ", {name: size for name, size in result.counts.items() if not name.startswith("engine_")})
    print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB", flush=True)


if __name__ == "__main__":
    main()
