"""Overlaps, and what is reported."""

from __future__ import annotations

from wasl.store.verification import (
    Check,
    constraint_present_sql,
    unique_index_present_sql,
)

# A person may be in entries of two families: an overlap is of one.
TWO_IN_ONE_CELL = """
    SELECT a.slot, a.subject_id, min(a.month) AS month, a.list_id, a.row, b.list_id AS other_list, b.row AS other_row
    FROM benefits_cell a JOIN benefits_cell b USING (scope, slot, subject_id, month)
    JOIN benefits_claim ka ON ka.list_id = a.list_id AND ka.row = a.row
    JOIN registry_entry_link la ON la.entry_id = ka.entry_id AND la.until_run IS NULL
    JOIN benefits_claim kb ON kb.list_id = b.list_id AND kb.row = b.row
    JOIN registry_entry_link lb ON lb.entry_id = kb.entry_id AND lb.until_run IS NULL AND lb.family_id = la.family_id
    WHERE a.organisation_id < b.organisation_id
        AND (a.expires_at IS NULL OR a.expires_at > clock_timestamp())
        AND (b.expires_at IS NULL OR b.expires_at > clock_timestamp())
    GROUP BY a.slot, a.subject_id, a.list_id, a.row, b.list_id, b.row
"""

OVERLAP_RULES = (
    "benefits_overlap_pkey", "benefits_overlap_state_check", "benefits_overlap_certainty_check",
    "benefits_overlap_closed", "benefits_overlap_organisations_check", "benefits_overlap_family_id_fkey",
)  # fmt: skip
OVERLAP_CLAIM_RULES = ("benefits_overlap_claim_pkey", "benefits_overlap_claim_overlap_id_fkey")

CHECKS = (
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
            WHERE o.state = 'open' AND o.certainty = 'certain' AND o.slot = t.slot)
        UNION ALL
        SELECT 'shown in vain', o.family_id, o.slot, o.month FROM benefits_overlap o
        WHERE o.state = 'open' AND o.certainty = 'certain' AND 2 > (
            SELECT count(DISTINCT c.organisation_id) FROM benefits_overlap_claim x
            JOIN benefits_claim k ON k.list_id = x.list_id AND k.row = x.row
            JOIN registry_entry_link l ON l.entry_id = k.entry_id AND l.until_run IS NULL
                AND l.family_id = o.family_id
            LEFT JOIN registry_link p ON k.to_person AND p.record_id = k.given_to_record AND p.until_run IS NULL
            JOIN benefits_cell c ON c.subject_id = coalesce(p.person_id, l.family_id) AND c.list_id = x.list_id
                AND c.slot = o.slot AND c.month = o.month AND c.need = k.need
            WHERE x.overlap_id = o.id)
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
        WHERE l.list_id > 0 AND NOT EXISTS (SELECT FROM benefits_claim c WHERE c.list_id = l.list_id AND c.active)
        UNION ALL
        -- what an organisation reports by delivering is one list of its own, number minus its own
        SELECT 'without a delivery', l.month, l.slot, l.list_id, 0, 0 FROM benefits_list_report l
        WHERE l.list_id < 0 AND l.gave AND NOT EXISTS (
            SELECT FROM benefits_grant g JOIN benefits_delivery d ON d.grant_id = g.id AND d.year = g.year
            JOIN benefits_need_version_slot s ON s.need = g.need AND s.version = g.need_version
            WHERE g.organisation_id = -l.list_id AND g.month = l.month AND s.slot = l.slot)
        """,
    ),
)
