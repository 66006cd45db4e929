"""Cells, and the claims that hold them."""

from __future__ import annotations

from wasl.store.verification import (
    Check,
    constraint_present_sql,
    trigger_present_sql,
)

SEAT_TRIGGERS = (
    "benefits_cell_move_down", "benefits_cell_move_down_update",
    "benefits_cell_stand_on_zero", "benefits_cell_stand_on_zero_update",
)  # fmt: skip
# Partitions are reached by their parents alone, where triggers and policies are.
PARTITIONS_CLOSED = (
    "SELECT NOT EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
    " WHERE i.inhparent IN ('benefits_claim'::regclass, 'benefits_cell'::regclass, 'benefits_grant'::regclass,"
    " 'benefits_delivery'::regclass, 'benefits_reversal'::regclass)"
    " AND (has_table_privilege('wasl_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE')"
    " OR has_table_privilege('wasl_engine', c.oid, 'INSERT, UPDATE, DELETE')"
    " OR NOT c.relrowsecurity))"
)

CHECKS = (
    Check(
        "B1",
        "key of the cell, reason of a higher seat, scope",
        constraint_present_sql(
            "benefits_cell",
            "benefits_cell_key",
            "benefits_cell_seat_has_reason",
            "benefits_cell_reservation_expires",
            "benefits_cell_scope",
            "benefits_cell_holder",
            "benefits_cell_month_first_day",
            "benefits_cell_reason_check",
            "benefits_cell_seat_check",
            "benefits_cell_state_check",
        ),
        """
        SELECT scope, slot, subject_id, month, seat FROM benefits_cell
        WHERE (seat > 0 AND reason IS NULL) OR (state = 'reserved') <> (expires_at IS NOT NULL)
            OR scope NOT IN (0, organisation_id)
        """,
    ),
    Check(
        "B1",
        "no cell without seat 0",
        trigger_present_sql("benefits_cell", *SEAT_TRIGGERS) + f" AND ({PARTITIONS_CLOSED})",
        """
        SELECT scope, slot, subject_id, month FROM benefits_cell
        GROUP BY scope, slot, subject_id, month HAVING min(seat) > 0
        """,
    ),
    Check(
        "L2",
        "a row is one claim, of whole months in their order",
        constraint_present_sql(
            "benefits_claim",
            "benefits_claim_key",
            "benefits_claim_kind_check",
            "benefits_claim_month_check",
            "benefits_claim_months",
        ),
    ),
    Check(
        "L4",
        "every active claim of a linked entry holds its cells, for its family or person and nobody else",
        trigger_present_sql("benefits_claim", "benefits_claim_refers")
        + f" AND ({trigger_present_sql('benefits_recorded_need', 'benefits_recorded_need_refers')})"
        + f" AND ({trigger_present_sql('benefits_cell', 'benefits_cell_refers')})",
        """
        SELECT 'cell' AS kind, c.list_id, c.row FROM benefits_cell c
        WHERE NOT EXISTS (
            SELECT FROM benefits_claim k
            JOIN registry_entry_link l ON l.entry_id = k.entry_id AND l.until_run IS NULL
            LEFT JOIN registry_link p ON k.to_person AND p.record_id = k.given_to_record AND p.until_run IS NULL
            WHERE k.list_id = c.list_id AND k.row = c.row AND k.active AND k.kind IN ('given', 'granted')
            AND k.need = c.need AND coalesce(p.person_id, l.family_id) = c.subject_id
            AND c.month BETWEEN k.first_month AND k.last_month)
        UNION ALL
        SELECT 'claim', k.list_id, k.row FROM benefits_claim k
        JOIN registry_entry_link l ON l.entry_id = k.entry_id AND l.until_run IS NULL
        LEFT JOIN registry_link p ON k.to_person AND p.record_id = k.given_to_record AND p.until_run IS NULL
        JOIN benefits_need_version v ON v.need = k.need AND v.version = k.need_version AND v.guard <> 'none'
        JOIN benefits_need_version_slot ns ON ns.need = k.need AND ns.version = k.need_version
        WHERE k.active AND k.kind IN ('given', 'granted') AND NOT EXISTS (
            SELECT FROM benefits_cell c WHERE c.subject_id = coalesce(p.person_id, l.family_id)
            AND c.slot = ns.slot AND c.month = k.first_month AND c.need = k.need AND c.given_month = k.month
            -- a giving of a list that reports a grant holds nothing: the grant does
            AND (c.list_id = k.list_id OR benefits_is_grant(c.list_id)))
        """,
    ),
    Check(
        "L8",
        "a cell only on a current subject",
        constraint_present_sql(
            "benefits_cell", "benefits_cell_current_subject", "benefits_cell_subject_state_check"
        ),
        """
        SELECT c.slot, c.subject_id, c.month FROM benefits_cell c
        WHERE NOT EXISTS (SELECT FROM registry_subject s WHERE s.id = c.subject_id AND s.state = 'current')
        """,
    ),
)
