"""`wasl verify` notices a guard that is gone and a row that breaks a guarantee."""

from __future__ import annotations

import psycopg
import pytest

from tests.integration.benefits.world import MARCH, World, breaches
from tests.wasl_postgres import TestDatabase


@pytest.fixture
def superuser(database: TestDatabase) -> psycopg.Connection:
    return psycopg.connect(database.superuser)


@pytest.mark.parametrize(
    ("removal", "noticed"),
    [
        ("ALTER TABLE benefits_cell DISABLE TRIGGER benefits_cell_move_down", "B1: no cell without seat 0"),
        ("DROP TRIGGER benefits_cell_stand_on_zero ON benefits_cell", "B1: no cell without seat 0"),
        ("GRANT DELETE ON benefits_cell_2025 TO wasl_engine", "B1: no cell without seat 0"),
        ("ALTER TABLE benefits_cell DROP CONSTRAINT benefits_cell_seat_has_reason", "B1: key of the cell"),
        ("ALTER TABLE benefits_cell DROP CONSTRAINT benefits_cell_key", "B1: key of the cell"),
        ("ALTER TABLE benefits_cell DROP CONSTRAINT benefits_cell_current_subject", "L8: a cell only"),
        ("ALTER TABLE benefits_overlap DROP CONSTRAINT benefits_overlap_claims", "L5: cells move"),
        ("ALTER TABLE benefits_claim NO FORCE ROW LEVEL SECURITY", "A1: row security"),
        ("GRANT SELECT ON benefits_cell TO wasl_app", "A2: cells, overlaps"),
        ("GRANT SELECT ON benefits_report TO wasl_app", "A2: cells, overlaps"),
        ("ALTER TABLE benefits_report DROP CONSTRAINT benefits_report_gave_check", "L9: who serves where"),
        ("DROP TRIGGER benefits_claim_refers ON benefits_claim", "L4: every active claim"),
    ],
)
def test_verify_notices_a_guard_that_is_gone(
    superuser: psycopg.Connection, removal: str, noticed: str
) -> None:
    with superuser as connection:
        assert breaches(connection) == []
        connection.execute(removal.encode())
        assert [found for found in breaches(connection) if found.startswith(noticed)]
        connection.rollback()


@pytest.mark.parametrize(
    ("damage", "noticed"),
    [
        ("DELETE FROM benefits_cell WHERE seat = 0", ["B1", "L4", "L5"]),
        ("UPDATE benefits_overlap SET state = 'closed', closed_at = now()", ["L5"]),
        ("DELETE FROM benefits_cell WHERE seat = 1", ["L4", "L5"]),
        ("UPDATE registry_subject SET state = 'retired', successor_id = id, retired_run = 1", ["L8"]),
        ("UPDATE benefits_claim SET active = false WHERE list_id = 11", ["L4", "L9"]),
        ("UPDATE benefits_report SET gave = gave + 1 WHERE governorate = '*'", ["L9"]),
    ],
)
def test_verify_notices_rows_that_break_a_guarantee(
    world: World, superuser: psycopg.Connection, damage: str, noticed: list[str]
) -> None:
    a, b = world.add_organisation("o1"), world.add_organisation("o2")
    family = world.add_family()
    world.give(a, 11, world.add_entry(a, family), month=MARCH)
    world.give(b, 21, world.add_entry(b, family), month=MARCH)
    world.connection.commit()
    with superuser as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(damage.encode())
        assert sorted({found[:2] for found in breaches(connection)}) == noticed
        connection.rollback()


@pytest.mark.parametrize(
    "table", ["benefits_cell", "benefits_overlap", "benefits_overlap_claim", "benefits_slot_figure"]
)
def test_the_application_reads_no_table_of_the_alliance(
    database: TestDatabase, superuser: psycopg.Connection, table: str
) -> None:
    with superuser as connection:
        connection.execute("SET LOCAL ROLE wasl_app")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"SELECT FROM {table}".encode())
        connection.rollback()
