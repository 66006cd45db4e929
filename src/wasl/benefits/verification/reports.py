"""Given lists that report grants: each at most one, and none without a list that says so."""

from __future__ import annotations

from wasl.store.verification import Check, constraint_present_sql

# Whom each claim is for, now. A list's giving that holds no cell reports a grant.
CLAIM = """
    SELECT k.organisation_id, k.list_id, k.year, k.need, k.need_version, k.month,
        coalesce(p.person_id, l.family_id) AS subject_id
    FROM benefits_claim k
    JOIN registry_entry_link l ON l.entry_id = k.entry_id AND l.until_run IS NULL
    LEFT JOIN registry_link p ON k.to_person AND p.record_id = k.given_to_record AND p.until_run IS NULL
    WHERE k.active AND k.kind = 'given' AND {which}
"""
LISTS = CLAIM.format(which="NOT benefits_is_grant(k.list_id)")
GRANTS = CLAIM.format(which="benefits_is_grant(k.list_id)")
REPORTER = """
    SELECT k.*, r.reporter_id FROM ({claims}) k
    CROSS JOIN LATERAL (
        SELECT k.organisation_id AS reporter_id
        UNION SELECT f.funder_id FROM benefits_grant_funder f
        WHERE f.grant_id = k.list_id AND f.year = k.year AND f.state = 'agreed') r
"""

CHECKS = (
    Check(
        "L4",
        "a list's giving holds its cells, or reports one grant to the same family or person that holds them",
        constraint_present_sql("benefits_delivery", "benefits_delivery_of_a_list"),
        f"""
        SELECT u.subject_id, u.organisation_id, u.need, u.month
        FROM (
            SELECT l.subject_id, l.organisation_id, l.need, l.month, count(DISTINCT l.list_id) AS lists
            FROM ({LISTS}) l
            JOIN benefits_need_version v ON v.need = l.need AND v.version = l.need_version AND v.guard <> 'none'
            WHERE EXISTS (
                    SELECT FROM benefits_need_version_slot s WHERE s.need = l.need AND s.version = l.need_version)
                AND NOT EXISTS (
                    SELECT FROM benefits_cell c WHERE c.subject_id = l.subject_id AND c.list_id = l.list_id
                    AND c.need = l.need AND c.given_month = l.month)
            GROUP BY 1, 2, 3, 4
        ) u LEFT JOIN (
            SELECT g.subject_id, g.reporter_id, g.need, g.month, count(DISTINCT g.list_id) AS grants
            FROM ({REPORTER.format(claims=GRANTS)}) g GROUP BY 1, 2, 3, 4
        ) g ON g.subject_id = u.subject_id AND g.reporter_id = u.organisation_id AND g.need = u.need
            AND g.month = u.month
        WHERE u.lists > coalesce(g.grants, 0)
        """,
    ),
    Check(
        "L9",
        "what a list said of a grant is taken back with the list",
        constraint_present_sql("benefits_reversal", "benefits_reversal_of_a_delivery"),
        f"""
        SELECT g.id, g.state FROM benefits_grant g
        WHERE (g.state = 'reported' OR g.state IN ('partly', 'delivered') AND EXISTS (
                SELECT FROM benefits_delivery d WHERE d.grant_id = g.id AND d.year = g.year AND d.source = 'list'
                AND NOT EXISTS (SELECT FROM benefits_reversal r WHERE r.grant_id = d.grant_id AND r.year = d.year
                    AND r.tranche = d.tranche AND r.attempt = d.attempt)))
            AND EXISTS (SELECT FROM registry_entry_link l WHERE l.entry_id = g.entry_id AND l.until_run IS NULL)
            AND NOT EXISTS (
                SELECT FROM ({REPORTER.format(claims=GRANTS)}) k JOIN ({LISTS}) s
                    ON s.subject_id = k.subject_id AND s.organisation_id = k.reporter_id AND s.need = k.need
                    AND s.month = k.month
                WHERE k.list_id = g.id)
        """,
    ),
)
