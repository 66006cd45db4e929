"""
How long a family's calendar takes the database with fifty million cells in the table.

    .venv/bin/python -m benchmarks.calendar_cells --cells 50000000

Fills the true table by SQL, with its keys and triggers off while it does: two slots and as many months for every family
as make the number. Then it asks for calendars of random families as an officer's page does, cold and warm, and says
the milliseconds of the database alone beside those of the whole call.
"""

from __future__ import annotations

import random
import statistics
import time
from datetime import date
from pathlib import Path

import psycopg

from benchmarks.giving import (
    FIRST_FAMILY,
    fill_families,
    found_organisations,
    load_average,
    options_of,
    settle_statistics,
    throw_away_home,
)  # fmt: skip

SLOTS = (("food", "food_box"), ("cash", "monthly_cash"))
MONTHS = 25
FIRST_MONTH = date(2024, 6, 1)
ASKED = 300
CHUNK = 100_000
FILL = """
INSERT INTO benefits_cell (scope, slot, subject_id, month, seat, organisation_id, need, state, list_id, given_month, row)
SELECT 0, kept.slot, f.id, m.month::date, 0, %(organisation)s, kept.need, 'held', 7, m.month::date, 1
FROM generate_series(%(first)s::bigint, %(last)s::bigint) f (id)
CROSS JOIN (VALUES ('food', 'food_box'), ('cash', 'monthly_cash')) AS kept (slot, need)
CROSS JOIN generate_series(%(month)s::timestamp, %(month)s::timestamp + (%(months)s - 1) * interval '1 month',
    interval '1 month') m (month)
ORDER BY f.id, kept.slot, m.month
"""


def main() -> None:
    """Fill, ask."""
    given = options_of(__doc__, cells=50_000_000, known=20_000)
    with throw_away_home("calendar") as home:
        measure(home, given.cells, given.known)


def measure(home: Path, cells: int, known: int) -> None:
    """Do it in a home that is made; the organisation knows the first `known` families."""
    organisation, other = found_organisations(2)
    from wasl.store.addresses import bootstrap_address, embedded_folder
    from wasl.store.connections import engine_connection
    from wasl.store.postgres import find_server

    server = find_server(embedded_folder())
    assert server is not None
    families = max(known, cells // (len(SLOTS) * MONTHS))
    began = time.perf_counter()
    with engine_connection() as connection:
        fill_families(connection, [organisation], known)
    with psycopg.connect(bootstrap_address(server, "wasl"), autocommit=True) as filler:
        filler.execute("SET session_replication_role = replica")
        for start in range(0, families, CHUNK):
            filler.execute(
                FILL,
                {
                    "organisation": other, "first": FIRST_FAMILY + start + 1,
                    "last": FIRST_FAMILY + min(start + CHUNK, families), "month": FIRST_MONTH, "months": MONTHS,
                },
            )  # fmt: skip
            print(f"  {min(start + CHUNK, families):,} families", flush=True)
        filler.execute("CHECKPOINT")
    settle_statistics(
        "benefits_cell", "registry_entry", "registry_entry_link", "registry_record", "registry_subject"
    )
    with engine_connection() as connection:
        size = connection.execute(
            "SELECT count(*), pg_size_pretty(sum(pg_total_relation_size(c.oid))) FROM pg_inherits i"
            " JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'benefits_cell'::regclass"
        ).fetchone()
        count = connection.execute("SELECT count(*) FROM benefits_cell").fetchone()
    assert size is not None and count is not None
    print(f"{count[0]:,} cells, {size[1]}, filled in {time.perf_counter() - began:.0f} s", flush=True)
    ask_calendars(known)


def ask_calendars(known: int) -> None:
    """Ask for a year of calendars as the page does; say what the database took and what the call took."""
    from django.db import connection

    from wasl.benefits.calendar import read_family_calendar
    from wasl.kernel.months import add_months
    from wasl.organisations.queries import get_viewer
    from wasl.store.connections import reading

    viewer, chance = get_viewer("maker0"), random.Random(7)
    first, last = add_months(FIRST_MONTH, MONTHS - 12), add_months(FIRST_MONTH, MONTHS - 1)
    connection.force_debug_cursor = True
    for name in ("first", "again"):
        asked = chance.sample(range(1, known + 1), min(ASKED, known))
        inside, whole, covered = [], [], 0
        for number in asked:
            with reading(viewer):
                connection.queries_log.clear()
                began = time.perf_counter()
                cells = read_family_calendar(viewer, FIRST_FAMILY + number, first=first, last=last)
                whole.append(1000 * (time.perf_counter() - began))
                inside.append(1000 * sum(float(one["time"]) for one in connection.queries_log))
                covered += sum(cell.is_covered for cell in cells)
        for words, took in (("database", inside), ("whole call", whole)):
            took.sort()
            print(
                f"{name:6} {words:11} {len(took)} calendars of {covered / len(took):.0f} covered cells:"
                f" median {statistics.median(took):.1f} ms, p99 {took[int(len(took) * 0.99) - 1]:.1f} ms  {load_average()}",
                flush=True,
            )


if __name__ == "__main__":
    main()
