"""What `wasl verify` asks of benefits."""

from __future__ import annotations

from wasl.store.verification import (
    Check,
    constraint_present_sql,
    row_security_present_sql,
    trigger_present_sql,
    unique_index_present_sql,
)

SEAT_TRIGGERS = (
    "benefits_cell_move_down", "benefits_cell_move_down_update",
    "benefits_cell_stand_on_zero", "benefits_cell_stand_on_zero_update",
)  # fmt: skip
TABLES = (
    "benefits_claim", "benefits_recorded_need", "benefits_nothing_given", "benefits_cell", "benefits_overlap",
    "benefits_overlap_claim", "benefits_slot_figure", "benefits_report", "benefits_list_report",
    "benefits_overlap_side", "benefits_overlap_tally", "benefits_gap_count", "benefits_gap", "benefits_gap_tally",
    "benefits_repeat", "benefits_repeat_tally", "benefits_counted",
)  # fmt: skip
OWNED = frozenset({"benefits_claim", "benefits_recorded_need", "benefits_nothing_given"})
BY_FUNCTION_ALONE = tuple(table for table in TABLES if table not in OWNED)

# Partitions are reached by their parents alone, where triggers and policies are.
PARTITIONS_CLOSED = (
    "SELECT NOT EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
    " WHERE i.inhparent IN ('benefits_claim'::regclass, 'benefits_cell'::regclass)"
    " AND (has_table_privilege('wasl_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE')"
    " OR has_table_privilege('wasl_engine', c.oid, 'INSERT, UPDATE, DELETE')"
    " OR NOT c.relrowsecurity))"
)

TWO_IN_ONE_CELL = """
    SELECT a.slot, a.subject_id, min(a.month) AS month, a.list_id, a.row, b.list_id AS other_list, b.row AS other_row
    FROM benefits_cell a JOIN benefits_cell b USING (scope, slot, subject_id, month)
    WHERE a.organisation_id < b.organisation_id AND a.list_id IS NOT NULL AND b.list_id IS NOT NULL
    GROUP BY a.slot, a.subject_id, a.list_id, a.row, b.list_id, b.row
"""

OVERLAP_RULES = (
    "benefits_overlap_pkey", "benefits_overlap_state_check", "benefits_overlap_certainty_check",
    "benefits_overlap_closed", "benefits_overlap_organisations_check", "benefits_overlap_family_id_fkey",
)  # fmt: skip
OVERLAP_CLAIM_RULES = ("benefits_overlap_claim_pkey", "benefits_overlap_claim_overlap_id_fkey")

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
        "every active claim of a linked entry holds its cells, for its family and no other",
        trigger_present_sql("benefits_claim", "benefits_claim_refers")
        + f" AND ({trigger_present_sql('benefits_recorded_need', 'benefits_recorded_need_refers')})"
        + f" AND ({trigger_present_sql('benefits_cell', 'benefits_cell_refers')})",
        """
        SELECT 'cell' AS kind, c.list_id, c.row FROM benefits_cell c
        WHERE c.list_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM benefits_claim k
            JOIN registry_entry_link l ON l.entry_id = k.entry_id AND l.until_run IS NULL
            WHERE k.list_id = c.list_id AND k.row = c.row AND k.active AND k.kind = 'given'
            AND k.need = c.need AND l.family_id = c.subject_id AND c.month BETWEEN k.first_month AND k.last_month)
        UNION ALL
        SELECT 'claim', k.list_id, k.row FROM benefits_claim k
        JOIN registry_entry_link l ON l.entry_id = k.entry_id AND l.until_run IS NULL
        JOIN benefits_need_slot ns ON ns.need = k.need
        WHERE k.active AND k.kind = 'given' AND NOT EXISTS (
            SELECT FROM benefits_cell c WHERE c.subject_id = l.family_id AND c.slot = ns.slot
            AND c.month = k.first_month AND c.list_id = k.list_id AND c.need = k.need
            AND c.given_month = k.month)
        """,
    ),
    Check(
        "L5",
        "cells move with their family or not at all; one overlap of the same claims",
        constraint_present_sql("benefits_cell", "benefits_cell_current_subject")
        + f" AND ({unique_index_present_sql('benefits_overlap_claims')})"
        + f" AND ({constraint_present_sql('benefits_overlap', *OVERLAP_RULES)})"
        + f" AND ({constraint_present_sql('benefits_overlap_claim', *OVERLAP_CLAIM_RULES)})",
        f"""
        SELECT 'not shown' AS kind, t.subject_id, t.slot, t.month FROM ({TWO_IN_ONE_CELL}) t
        WHERE NOT EXISTS (
            SELECT FROM benefits_overlap o
            JOIN benefits_overlap_claim x ON x.overlap_id = o.id AND x.list_id = t.list_id AND x.row = t.row
            JOIN benefits_overlap_claim y ON y.overlap_id = o.id AND y.list_id = t.other_list AND y.row = t.other_row
            WHERE o.state = 'open' AND o.certainty = 'certain' AND o.family_id = t.subject_id AND o.slot = t.slot)
        UNION ALL
        SELECT 'shown in vain', o.family_id, o.slot, o.month FROM benefits_overlap o
        WHERE o.state = 'open' AND o.certainty = 'certain' AND NOT EXISTS (
            SELECT FROM benefits_cell a JOIN benefits_cell b USING (scope, slot, subject_id, month)
            WHERE a.subject_id = o.family_id AND a.slot = o.slot AND a.month = o.month
            AND a.organisation_id < b.organisation_id)
        """,
    ),
    Check(
        "L5",
        "overlaps are paged through and summed as they stand",
        constraint_present_sql("benefits_overlap_side", "benefits_overlap_side_key"),
        """
        SELECT 'side' AS kind, o.id, s.organisation_id FROM benefits_overlap o
        FULL JOIN benefits_overlap_side s ON s.overlap_id = o.id
        WHERE (s.slot, s.month, s.certainty, s.state, s.opened_at, s.tie)
            IS DISTINCT FROM (o.slot, o.month, o.certainty, o.state, o.opened_at, o.tie)
            OR NOT s.organisation_id = ANY(o.organisation_ids)
        UNION ALL
        SELECT 'sum', NULL, coalesce(a.organisation_id, b.organisation_id)
        FROM (
            SELECT organisation_id, slot, sum(total) AS total FROM benefits_overlap_tally
            GROUP BY organisation_id, slot HAVING sum(total) <> 0
        ) a FULL JOIN (
            SELECT organisation_id, slot, count(*) AS total FROM benefits_overlap_side
            WHERE state = 'open' GROUP BY organisation_id, slot
            UNION ALL SELECT 0, slot, count(*) FROM benefits_overlap WHERE state = 'open' GROUP BY slot
        ) b ON b.organisation_id = a.organisation_id AND b.slot = a.slot
        WHERE a.total IS DISTINCT FROM b.total
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
    Check(
        "L9",
        "what a withdrawn list gave holds no cell and no open overlap",
        "SELECT true",
        """
        SELECT 'overlap' AS kind, x.list_id, x.row FROM benefits_overlap_claim x
        JOIN benefits_overlap o ON o.id = x.overlap_id AND o.state = 'open'
        WHERE NOT EXISTS (SELECT FROM benefits_claim k WHERE k.list_id = x.list_id AND k.row = x.row AND k.active)
        """,
    ),
    Check(
        "L9",
        "who serves where, and what is reported, adds up over the lists that count",
        constraint_present_sql(
            "benefits_report", "benefits_report_gave_check", "benefits_report_reported_check"
        ),
        """
        (SELECT place.name, l.month, l.slot, l.organisation_id, count(*) FILTER (WHERE l.gave) AS gave, count(*)
            FROM benefits_list_report l
            CROSS JOIN LATERAL (SELECT l.governorate UNION ALL SELECT '*' WHERE l.governorate <> '') place (name)
            GROUP BY 1, 2, 3, 4
        EXCEPT SELECT governorate, month, slot, organisation_id, gave, reported FROM benefits_report)
        UNION ALL
        SELECT 'without a claim', NULL, NULL, l.list_id, 0, 0 FROM (SELECT DISTINCT list_id FROM benefits_list_report) l
        WHERE NOT EXISTS (SELECT FROM benefits_claim c WHERE c.list_id = l.list_id AND c.active)
        """,
    ),
    Check(
        "A1",
        "row security forced on claims, cells and overlaps",
        row_security_present_sql(TABLES),
    ),
    Check(
        "A2",
        "cells, overlaps and figures only by functions",
        "SELECT NOT ("
        + " OR ".join(
            f"has_table_privilege('wasl_app', '{table}', 'SELECT, INSERT, UPDATE, DELETE')"
            for table in BY_FUNCTION_ALONE
        )
        + ")",
    ),
)
