"""
How long one bulk action takes to reserve for a million families, with ten million cells already held.

    .venv/bin/python -m benchmarks.reserving --families 1000000 --held 10000000

Fills an embedded PostgreSQL in a throw-away WASL_HOME by SQL, brings a CSV file of codes as an officer does, reads it
and reserves. One family in twenty holds the asked cell already, with another organisation or with the state, and one in
fifty is likely one with another. Says wall time, cpu of the server, rates, the first fifth beside the last, and the peak
memory of this process and of the server's. `--repeat` reserves again for other months and says the median.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

import psycopg

from benchmarks.measuring import measured, server_cpu_seconds

FIRST_FAMILY = 200_000
NEED = "food_box"
RECORDS = """
INSERT INTO registry_record (organisation_id, content_key, name, governorate, markaz)
SELECT %s, decode(md5(%s || i::text), 'hex'), 'x', 'EG0' || (1 + i %% 5), NULL FROM generate_series(1, %s) i
"""
ENTRIES = """
INSERT INTO registry_entry (organisation_id, content_key, head_record_id, own_no)
SELECT organisation_id, content_key, id, 2 * row_number() OVER (ORDER BY id) FROM registry_record WHERE organisation_id = %s
"""
MEMBERS = """
INSERT INTO registry_entry_member (entry_id, record_id, organisation_id, role)
SELECT id, head_record_id, organisation_id, 'person' FROM registry_entry WHERE organisation_id = %s
"""
SUBJECTS = """
INSERT INTO registry_subject (id, kind, created_run) SELECT %s + i, 'family', 1 FROM generate_series(1, %s) i
"""
# An organisation's entries lie scattered over the families, as those of many lists do.
LINKS = """
INSERT INTO registry_entry_link (entry_id, family_id, since_run)
SELECT e.id, %(first)s + row_number() OVER (ORDER BY hashint8(e.id)), 1
FROM registry_entry e WHERE e.organisation_id = %(organisation)s
"""
GROUPS = """
INSERT INTO registry_group_member (subject_id, group_id)
SELECT %(first)s + i, %(first)s + i - (i - 1) %% 2 FROM generate_series(1, %(families)s) i WHERE (i - 1) / 2 %% 50 = 0
"""
# Held before: other months of food, then other slots; one family in twenty the very month that is asked for.
HELD = """
INSERT INTO benefits_cell (scope, slot, subject_id, month, seat, organisation_id, need, state, list_id, given_month, row)
SELECT 0, kept.slot, %(first)s + f.i, month.at, 0, %(other)s, kept.need, 'held', 7, month.at, f.i
FROM (VALUES ('food', 'food_box'), ('cash', 'monthly_cash')) AS kept (slot, need),
    (SELECT (date '2025-02-01' + n * interval '1 month')::date AS at FROM generate_series(0, %(months)s - 1) n) AS month,
    generate_series(1, %(families)s) AS f (i)
ORDER BY f.i, kept.slot, month.at
"""
TAKEN = """
INSERT INTO benefits_cell (scope, slot, subject_id, month, seat, organisation_id, need, state, list_id, given_month, row)
SELECT 0, 'food', %(first)s + i, %(month)s, 0, %(other)s, %(need)s, 'held', 8, %(month)s, i
FROM generate_series(1, %(families)s) i WHERE i %% 20 = 0
"""
CODES = """
SELECT registry_code(organisation_id * 1000000000 + own_no) FROM registry_entry WHERE organisation_id = %s
ORDER BY hashint8(id + 1)
"""
TABLES = (
    "registry_record, registry_entry, registry_entry_member, registry_entry_link, registry_subject,"
    " registry_group_member, benefits_cell"
)
SLOTS, MONTHS = 2, 5


def main() -> None:
    """Fill, bring the file, read it, reserve."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--families", type=int, default=1_000_000)
    options.add_argument("--held", type=int, default=10_000_000)
    options.add_argument("--repeat", type=int, default=1)
    given = options.parse_args()
    home = Path(tempfile.mkdtemp(prefix="wasl-reserving-"))
    home.chmod(0o755)
    os.environ.update(WASL_HOME=str(home), DJANGO_SETTINGS_MODULE="wasl.config.settings")
    try:
        measure(given.families, given.held, given.repeat, home)
    finally:
        from wasl.store.addresses import embedded_folder
        from wasl.store.postgres import find_server, kill_server

        server = find_server(embedded_folder())
        if server:
            kill_server(server)
            shutil.rmtree(server.data.parent, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def measure(families: int, held: int, repeat: int, home: Path) -> None:
    """Do it in a home that is made."""
    from benchmarks.linking import found

    desk = found()
    from django.utils import timezone

    from wasl.organisations.actions import add_organisation, add_user
    from wasl.organisations.queries import get_viewer
    from wasl.organisations.rules import OrganisationKind, Role
    from wasl.store.connections import engine_connection, owner_connection

    at = timezone.now()
    ids = []
    for code, kind in (("b01", OrganisationKind.CHARITY), ("b02", OrganisationKind.MINISTRY)):
        body, _ = add_organisation(by=desk, at=at, code=code, kind=kind, name_ar="x", name_en="")
        ids.append(int(body.pk))
    add_user(by=desk, at=at, username="amina", organisation_code="b01", role=Role.OFFICER)
    began = time.perf_counter()
    with engine_connection(autocommit=True) as connection:
        fill(connection, families, held, ids)
        with owner_connection(autocommit=True) as owner:
            owner.execute(f"VACUUM (ANALYZE) {TABLES}".encode())
        connection.execute("CHECKPOINT") if is_superuser(connection) else None
        codes = [row[0] for row in connection.execute(CODES, [ids[0]])]
        cells = connection.execute("SELECT count(*) FROM benefits_cell").fetchone()
    print(
        f"filled {families:,} families, {cells[0] if cells else 0:,} cells in {time.perf_counter() - began:.0f} s"
    )
    file = home / "families.csv"
    file.write_text("family code\n" + "\n".join(codes) + "\n", encoding="utf-8")
    del codes
    took = [reserve(file, date(2025, 7 + turn, 1), get_viewer("amina")) for turn in range(repeat)]
    if repeat > 1:
        print(f"median of {repeat}: {statistics.median(took):.1f} s")


def fill(connection: psycopg.Connection, families: int, held: int, ids: list[int]) -> None:
    """Write families that the first organisation knows, and the cells that the second holds."""
    connection.execute(RECORDS.encode(), [ids[0], "a", families])
    connection.execute(ENTRIES.encode(), [ids[0]])
    connection.execute(MEMBERS.encode(), [ids[0]])
    connection.execute(SUBJECTS.encode(), [FIRST_FAMILY, families])
    given = {
        "first": FIRST_FAMILY,
        "families": families,
        "organisation": ids[0],
        "other": ids[1],
        "need": NEED,
    }
    connection.execute(LINKS.encode(), given)
    connection.execute(GROUPS.encode(), given)
    months = max(1, round(held / families / SLOTS))
    connection.execute(HELD.encode(), given | {"months": min(months, MONTHS)})
    connection.execute(TAKEN.encode(), given | {"month": date(2025, 7, 1)})


def is_superuser(connection: psycopg.Connection) -> bool:
    """Tell whether a checkpoint may be asked for."""
    row = connection.execute("SELECT current_setting('is_superuser') = 'on'").fetchone()
    return bool(row and row[0])


def reserve(file: Path, month: date, by: object) -> float:
    """Bring the file and do it, from its bytes to the last row's answer; return the seconds of it all."""
    from django.utils import timezone

    from wasl.benefits.bulk.performing import perform_bulk
    from wasl.benefits.bulk.rules import BulkAction
    from wasl.intake.bulk_files import receive_bulk
    from wasl.intake.bulk_jobs import prepare_bulk
    from wasl.organisations.viewer import Viewer
    from wasl.store.addresses import embedded_folder
    from wasl.store.postgres import find_server

    assert isinstance(by, Viewer)
    server = find_server(embedded_folder())
    pid = int((server.data / "postmaster.pid").read_text().splitlines()[0]) if server else 0
    cpu = server_cpu_seconds(pid)
    times: list[tuple[float, float]] = []
    with measured() as whole:
        began = time.perf_counter()
        with file.open("rb") as source:
            bulk = receive_bulk(
                source=source, size_bytes=file.stat().st_size, name=file.name, by=by, at=timezone.now(),
                action=BulkAction.RESERVE, like={"need": NEED, "month": month},
            )  # fmt: skip
        prepare_bulk(code=bulk.code, by=by, heard=lambda stage, share: None)
        read = time.perf_counter() - began
        bulk = perform_bulk(
            code=bulk.code,
            by=by,
            at=timezone.now(),
            heard=lambda stage, share: times.append((share, time.perf_counter() - began)),
        )
    first, last = (at_share(times, share) for share in (0.2, 0.8))
    rate = bulk.rows_total / whole.wall_s
    print(
        f"{bulk.rows_total:,} families: {whole.wall_s:.1f} s ({rate:,.0f}/s), of it reading {read:.1f} s;"
        f" server cpu {server_cpu_seconds(pid) - cpu:.1f} s; first fifth {first - read:.1f} s, last"
        f" {whole.wall_s - last:.1f} s; peak of this process {whole.peak_mib:.0f} MiB, of a server's process"
        f" {peak_of_children(pid):.0f} MiB; {bulk.counts}",
        flush=True,
    )
    return whole.wall_s


def at_share(times: list[tuple[float, float]], share: float) -> float:
    """Return when a share of the rows was done."""
    return next((at for done, at in times if done >= share), times[-1][1])


def peak_of_children(pid: int) -> float:
    """Return the largest peak of private memory among the server's living processes, in MiB."""
    peaks = [0.0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if lines.get("PPid", "").strip() == str(pid) and "RssAnon" in lines:
            peaks.append(int(lines["RssAnon"].split()[0]) / 1024)
    return max(peaks)


if __name__ == "__main__":
    main()
