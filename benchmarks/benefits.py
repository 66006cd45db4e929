"""
How long benefits takes to record and settle a million claims, and to settle a difference.

    .venv/bin/python -m benchmarks.benefits --claims 1000000

Fills an embedded PostgreSQL in a throw-away WASL_HOME with entries of eleven organisations, twelve
lists each, three claims in ten to a family; no files and no engine. Says cpu of the server's
process that did the work as well as wall time: on a shared machine only the first is worth reading.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

ORGANISATIONS = 11

RECORDS = """
INSERT INTO registry_record (organisation_id, content_key, name, governorate)
SELECT o.ids[1 + i %% {organisations}], decode(md5(i::text), 'hex'), 'x', 'EG0' || (1 + i %% 5)
FROM generate_series(1, %s) i,
    (SELECT array_agg(id ORDER BY id) AS ids FROM organisations_organisation WHERE kind <> 'secretariat') o
"""
ENTRIES = """
INSERT INTO registry_entry (organisation_id, content_key, head_record_id)
SELECT organisation_id, content_key, id FROM registry_record ORDER BY id
"""
CLAIM_IN = """
CREATE TEMP TABLE claim_in AS
SELECT 2026::smallint AS year, e.organisation_id * 100 + k AS list_id, e.id::integer AS row, e.organisation_id,
    'given'::text AS kind,
    CASE WHEN k IN (1, 2) AND e.id %% 10 = 0 THEN 'blankets' WHEN e.organisation_id %% 3 = 0 THEN 'monthly_cash'
        WHEN k = 3 AND e.id %% 20 = 1 THEN 'glasses' ELSE 'food_box' END AS need,
    e.id AS entry_id, e.head_record_id AS given_to_record,
    (date '2025-01-01' + k * interval '1 month')::date AS month, NULL::date AS given_on, NULL::numeric AS quantity,
    CASE WHEN e.id %% 50 > 0 THEN 30000::bigint END AS value_piastres, false AS repeated, true AS active,
    false AS to_person
FROM registry_entry e, generate_series(0, 11) k WHERE (e.id * 7 + k * 13) %% 12 < 6
LIMIT %s
"""
SUBJECTS = """
INSERT INTO registry_subject (id, kind, created_run) SELECT 200000 + i, 'family', 1 FROM generate_series(1, %s) i
"""
LINKS = """
INSERT INTO registry_entry_link (entry_id, family_id, since_run)
SELECT id, 200001 + (hashint8(id)::bigint + 2147483648) %% %s, 1 FROM registry_entry
"""
GROUPS = """
INSERT INTO registry_group_member (subject_id, group_id)
SELECT 200000 + i, 200000 + i - (i + 1) %% 2 FROM generate_series(1, %s) i
"""


def main() -> None:
    """Fill, record, settle everything, settle again, withdraw a list and bring it back."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--claims", type=int, default=1_000_000)
    given = options.parse_args()
    home = Path(tempfile.mkdtemp(prefix="wasl-benefits-"))
    home.chmod(0o755)
    os.environ.update(WASL_HOME=str(home), DJANGO_SETTINGS_MODULE="wasl.config.settings")
    try:
        measure(given.claims)
    finally:
        from wasl.store.addresses import embedded_folder
        from wasl.store.postgres import find_server, kill_server

        server = find_server(embedded_folder())
        if server:
            kill_server(server)
            shutil.rmtree(server.data.parent, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def measure(claims: int) -> None:
    """Do it in a home that is made."""
    from benchmarks.linking import found

    desk = found()
    from django.utils import timezone

    from wasl.benefits.claims import record_claims, set_claims_active
    from wasl.benefits.settlement import settle_families
    from wasl.organisations.actions import add_organisation
    from wasl.organisations.rules import OrganisationKind
    from wasl.store.connections import engine_connection, owner_connection

    for number in range(ORGANISATIONS):
        kind = OrganisationKind.MINISTRY if number == 0 else OrganisationKind.CHARITY
        add_organisation(by=desk, at=timezone.now(), code=f"b{number:02}", kind=kind, name_ar="x", name_en="")
    with engine_connection() as connection:
        fill_records(connection, claims)
        with step(connection, "record claims"):
            connection.execute(CLAIM_IN.encode(), [claims])
            record_claims(connection)
        families = claims * 3 // 10
        connection.execute(SUBJECTS.encode(), [families])
        connection.commit()
        with owner_connection() as owner:
            owner.execute("ANALYZE registry_subject, registry_entry, benefits_claim")
        connection.execute(LINKS.encode(), [families])
        connection.execute(GROUPS.encode(), [families // 10])
        connection.commit()
        for name in ("settle everything", "settle again"):
            with step(connection, name):
                connection.execute(
                    "CREATE TEMP TABLE touched_family (family_id bigint PRIMARY KEY) ON COMMIT DROP"
                )
                connection.execute("INSERT INTO touched_family SELECT id FROM registry_subject")
                print(settle_families(connection), flush=True)
        row = connection.execute(
            "SELECT list_id, count(*) FROM benefits_claim GROUP BY 1 ORDER BY 1 LIMIT 1"
        ).fetchone()
        assert row is not None
        for name, active in (("withdraw", False), ("restore", True)):
            with step(connection, f"{name} a list of {row[1]:,}"):
                set_claims_active(connection, row[0], active)
        for table in ("benefits_cell", "benefits_overlap", "benefits_overlap_claim"):
            print(table, connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone())


def fill_records(connection: psycopg.Connection, claims: int) -> None:
    """Write entries of one record each, two for every family of the claims."""
    connection.execute(RECORDS.format(organisations=ORGANISATIONS).encode(), [claims * 6 // 10])
    connection.execute(ENTRIES)
    connection.commit()


@contextmanager
def step(connection: psycopg.Connection, name: str) -> Iterator[None]:
    """Time a step and its commit, by the wall and by the cpu of the server's process."""
    wall, cpu = time.perf_counter(), backend_cpu(connection)
    yield
    connection.commit()
    print(
        f"{name:30} wall {time.perf_counter() - wall:6.1f} s  cpu {backend_cpu(connection) - cpu:6.1f} s",
        flush=True,
    )


def backend_cpu(connection: psycopg.Connection) -> float:
    """Return the processor seconds of the process that serves `connection`."""
    text = Path(f"/proc/{connection.info.backend_pid}/stat").read_text()
    fields = text[text.rindex(")") + 2 :].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
