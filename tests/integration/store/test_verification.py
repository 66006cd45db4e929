"""`wasl verify` notices a guard that is gone, whichever area it belongs to, and names its guarantee."""

from __future__ import annotations

import psycopg
import pytest
from django.test import override_settings

from tests.wasl_postgres import TestDatabase
from wasl.store.verification import list_checks, run_check
from wasl.web.verification import find_open_routes

REACHED = {
    f"{letter}{number}" for letter, last in (("A", 5), ("B", 7), ("L", 9)) for number in range(1, last + 1)
}


def not_kept(connection: psycopg.Connection) -> set[str]:
    return {check.id for check in list_checks() if not run_check(connection, check).is_kept}


@pytest.fixture
def superuser(database: TestDatabase) -> psycopg.Connection:
    return psycopg.connect(database.superuser)


def test_every_guarantee_that_is_built_is_asked() -> None:
    assert {check.id for check in list_checks()} == REACHED


@pytest.mark.parametrize(
    ("removal", "noticed"),
    [
        ("ALTER TABLE intake_line DROP CONSTRAINT intake_line_key CASCADE", "L1"),
        ("DROP TRIGGER registry_record_stands_insert ON registry_record", "L1"),
        ("ALTER TABLE benefits_claim DROP CONSTRAINT benefits_claim_key CASCADE", "L2"),
        ("ALTER TABLE registry_record DROP CONSTRAINT registry_record_content", "L2"),
        ("ALTER TABLE intake_line DROP CONSTRAINT intake_line_fate_check", "L3"),
        ("ALTER TABLE registry_subject DROP CONSTRAINT registry_subject_successor_id_fkey", "L4"),
        ("DROP TRIGGER benefits_cell_refers ON benefits_cell", "L4"),
        ("ALTER TABLE benefits_overlap_claim DROP CONSTRAINT benefits_overlap_claim_pkey", "L5"),
        ("ALTER TABLE linkage_verdict DROP CONSTRAINT linkage_verdict_ordered", "L6"),
        ("ALTER TABLE linkage_verdict DISABLE TRIGGER linkage_verdict_agrees", "L6"),
        ("GRANT SELECT ON linkage_review TO wasl_app", "A2"),
        ("GRANT UPDATE (state) ON linkage_doubt TO wasl_app", "A2"),
        ("ALTER TABLE registry_person_nid DISABLE TRIGGER registry_person_nid_refers_insert", "L7"),
        ("ALTER TABLE benefits_cell DROP CONSTRAINT benefits_cell_subject_state_check", "L8"),
        ("DROP INDEX registry_membership_current", "L8"),
        ("ALTER TABLE intake_list DROP CONSTRAINT intake_list_replaces_id_fkey", "L9"),
        ("ALTER TABLE benefits_cell DROP CONSTRAINT benefits_cell_seat_check", "B1"),
        ("ALTER TABLE benefits_delivery DROP CONSTRAINT benefits_delivery_again_after_reversal", "B2"),
        ("DROP TRIGGER store_operation_append_only ON store_operation", "B3"),
        ("ALTER TABLE benefits_exception DROP CONSTRAINT benefits_exception_approved_by_another", "B4"),
        ("ALTER TABLE benefits_grant DROP CONSTRAINT benefits_grant_maker_is_not_checker", "B5"),
        ("ALTER TABLE benefits_grant DISABLE TRIGGER benefits_grant_moves", "B6"),
        ("ALTER TABLE benefits_grant DROP CONSTRAINT benefits_grant_reservation_expires", "B7"),
        ("DROP POLICY app_rows ON registry_record", "A1"),
        ("DROP POLICY engine_rows ON benefits_cell", "A1"),
        ("DROP POLICY door_reads ON organisations_signinlink", "A1"),
        ("DROP INDEX organisation_one_secretariat", "A1"),
        ("CREATE POLICY hole ON intake_line FOR SELECT TO wasl_app USING (true)", "A2"),
        ("ALTER TABLE registry_link NO FORCE ROW LEVEL SECURITY", "A2"),
        ("ALTER TABLE linkage_verdict DISABLE ROW LEVEL SECURITY", "A2"),
        ("GRANT SELECT ON registry_entry_link TO wasl_app", "A2"),
        ("ALTER ROLE wasl_app BYPASSRLS", "A1"),
        ("GRANT SELECT ON registry_entry_link TO wasl_app", "A4"),
        ("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only", "A5"),
    ],
)
def test_a_guard_that_is_gone_is_noticed(superuser: psycopg.Connection, removal: str, noticed: str) -> None:
    with superuser as connection:
        connection.execute(removal.encode())
        assert noticed in not_kept(connection)
        connection.rollback()


def test_nothing_is_missed_where_nothing_is_gone(superuser: psycopg.Connection) -> None:
    with superuser as connection:
        assert not_kept(connection) == set()


def test_pages_without_their_door_are_noticed() -> None:
    assert find_open_routes() == []
    with override_settings(MIDDLEWARE=[]):
        assert find_open_routes() is None
