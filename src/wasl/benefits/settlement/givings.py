"""First part of a settlement: which families, and what each was given."""

from __future__ import annotations

import psycopg

from wasl.benefits.settlement.statements import run_steps, temporary

# A likely overlap spans a group, so whoever touches one family of it settles them all.
FAMILIES = """
SELECT n.family_id, coalesce(m.group_id, n.family_id) AS group_id
FROM (
    SELECT family_id FROM touched_family
    UNION SELECT near.subject_id FROM touched_family t
        JOIN registry_group_member own ON own.subject_id = t.family_id
        JOIN registry_group_member near ON near.group_id = own.group_id
    UNION SELECT own.group_id FROM touched_family t
        JOIN registry_group_member own ON own.subject_id = t.family_id
) n LEFT JOIN registry_group_member m ON m.subject_id = n.family_id
"""

# Families born in this transaction are seen by nobody else and need no lock.
LOCK_FAMILIES = """
SELECT FROM registry_subject s WHERE s.id IN (SELECT family_id FROM settling_family)
    AND s.xmin <> pg_current_xact_id()::xid
ORDER BY s.id FOR UPDATE
"""

# Claims have no family of their own: it is that of their entry, now.
CLAIMS = """
SELECT s.family_id, s.group_id, c.organisation_id, c.list_id, c.need, c.month, c.row, c.entry_id,
    c.given_to_record, c.first_month, c.last_month, CASE WHEN NOT c.repeated THEN c.value_piastres END AS value
FROM settling_family s
JOIN registry_entry_link l ON l.family_id = s.family_id AND l.until_run IS NULL
JOIN benefits_claim c ON c.entry_id = l.entry_id
WHERE c.active AND c.kind = 'given' AND c.need IN (SELECT need FROM benefits_need_slot)
"""

# One giving: the rows of one list that give one certain family one need in one month. Its value is
# the largest row of a family's need, the sum of rows of a person's; repeated rows add nothing.
GIVINGS = """
SELECT row_number() OVER () AS giving_id, g.family_id, g.group_id, g.organisation_id, g.list_id, g.need,
    g.month, g.row, g.first_month, g.last_month, n.subject = 'person' AS per_person,
    CASE WHEN n.subject = 'person' THEN g.sum_value ELSE g.max_value END AS value
FROM (
    SELECT family_id, min(group_id) AS group_id, min(organisation_id) AS organisation_id, list_id, need,
        month, min(row) AS row, min(first_month) AS first_month, max(last_month) AS last_month,
        sum(value)::bigint AS sum_value, max(value) AS max_value
    FROM settling_claim GROUP BY family_id, list_id, need, month
) g JOIN benefits_need n ON n.code = g.need
"""


def gather_givings(connection: psycopg.Connection) -> dict[str, int]:
    """Lock the families and make `settling_family`, `settling_claim` and `settling_giving`."""
    return run_steps(
        connection,
        [
            *temporary("settling_family", FAMILIES),
            ("", "CREATE UNIQUE INDEX ON settling_family (family_id)"),
            ("families", LOCK_FAMILIES),
            *temporary("settling_claim", CLAIMS),
            *temporary("settling_giving", GIVINGS),
        ],
    )
