"""
Repeats: one organisation's own lists that give one family the same thing twice.

A repeat is a largest set of givings of one organisation that share a month, from two lists, from
two entries of one list, or of two needs or months; never the several rows of one giving, nor a list's that
reports a grant. Rows for a person's need are one giving of their list unless two of its entries name the
same person.
Certain within one family; likely across a group, beside those within. Commands find them when asked;
pages show those of the last count (`benefits.counting`).
"""

from __future__ import annotations

import psycopg

from wasl.benefits.grants.rules import GRANTS_FROM
from wasl.benefits.queries.families import family_name, own_organisation
from wasl.benefits.settlement.statements import run_steps, temporary
from wasl.organisations.viewer import Viewer

# What a list gave that holds no cell where a grant of that need and month holds one reports that grant.
REPORTED = f"""
SELECT c.list_id, c.row FROM (
    SELECT DISTINCT coalesce(p.person_id, l.family_id) AS subject_id, g.need, g.month
    FROM benefits_claim g
    JOIN registry_entry_link l ON l.entry_id = g.entry_id AND l.until_run IS NULL
    LEFT JOIN registry_link p ON g.to_person AND p.record_id = g.given_to_record AND p.until_run IS NULL
    WHERE g.list_id >= {GRANTS_FROM} AND g.active AND g.kind = 'given'
) granted
CROSS JOIN LATERAL (
    SELECT l.entry_id, NULL::bigint AS record_id FROM registry_entry_link l
    WHERE l.family_id = granted.subject_id AND l.until_run IS NULL
    UNION ALL
    SELECT m.entry_id, p.record_id FROM registry_link p JOIN registry_entry_member m ON m.record_id = p.record_id
    WHERE p.person_id = granted.subject_id AND p.until_run IS NULL
) named
JOIN benefits_claim c ON c.entry_id = named.entry_id AND c.list_id < {GRANTS_FROM} AND c.active AND c.kind = 'given'
    AND c.need = granted.need AND c.month = granted.month
    AND CASE WHEN named.record_id IS NULL THEN NOT c.to_person
        ELSE c.to_person AND c.given_to_record = named.record_id END
WHERE NOT EXISTS (
    SELECT FROM benefits_cell held WHERE held.subject_id = granted.subject_id AND held.list_id = c.list_id
        AND held.need = c.need AND held.given_month = c.month)
"""

# `giving_no` tells the givings of one list, need and month apart: by entry, and for a person's need by
# how many entries named the person before.
UNITS = """
SELECT row_number() OVER () AS unit_id, u.* FROM (
    SELECT family_id, group_id, organisation_id, list_id, entry_id, need, month, giving_no,
        min(first_month) AS first_month, max(last_month) AS last_month
    FROM (
        SELECT l.family_id, coalesce(m.group_id, l.family_id) AS group_id, c.organisation_id, c.list_id,
            c.entry_id, c.need, c.month, c.first_month, c.last_month,
            CASE WHEN n.subject = 'family' THEN c.entry_id ELSE -dense_rank() OVER (
                PARTITION BY c.list_id, c.need, c.month,
                    coalesce(pm.group_id, p.person_id, -c.given_to_record)
                ORDER BY c.entry_id) END AS giving_no
        FROM benefits_claim c
        JOIN benefits_need_version n ON n.need = c.need AND n.version = c.need_version
        JOIN registry_entry_link l ON l.entry_id = c.entry_id AND l.until_run IS NULL
        LEFT JOIN registry_group_member m ON m.subject_id = l.family_id
        LEFT JOIN registry_link p ON p.record_id = c.given_to_record AND p.until_run IS NULL
        LEFT JOIN registry_group_member pm ON pm.subject_id = p.person_id
        WHERE c.active AND c.kind = 'given' AND c.need IN (SELECT need FROM benefits_need_slot) {own}
            AND (c.list_id, c.row) NOT IN (SELECT list_id, row FROM repeat_reported)
    ) c
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
) u
"""

ARENAS = """
SELECT row_number() OVER () AS arena_id, a.* FROM (
    SELECT 'certain' AS certainty, family_id AS owner_id, organisation_id, slot
    FROM repeat_unit JOIN benefits_need_slot USING (need)
    GROUP BY family_id, organisation_id, slot HAVING count(*) > 1
    UNION ALL
    SELECT 'likely', group_id, organisation_id, slot
    FROM repeat_unit JOIN benefits_need_slot USING (need)
    GROUP BY group_id, organisation_id, slot HAVING min(family_id) <> max(family_id)
) a
"""

CONTENDERS = """
SELECT a.arena_id, a.certainty = 'likely' AS likely, u.*
FROM repeat_arena a JOIN benefits_need_slot ns ON ns.slot = a.slot
JOIN repeat_unit u ON u.family_id = a.owner_id AND u.organisation_id = a.organisation_id AND u.need = ns.need
WHERE a.certainty = 'certain'
UNION ALL
SELECT a.arena_id, true, u.*
FROM repeat_arena a JOIN benefits_need_slot ns ON ns.slot = a.slot
JOIN repeat_unit u ON u.group_id = a.owner_id AND u.organisation_id = a.organisation_id AND u.need = ns.need
WHERE a.certainty = 'likely'
"""

HELD = """
SELECT s.arena_id, s.cell_month, s.next_month, c.likely, c.unit_id, c.family_id, c.last_month,
    c.list_id, c.need, c.month, c.giving_no
FROM (
    SELECT arena_id, first_month AS cell_month,
        lead(first_month) OVER (PARTITION BY arena_id ORDER BY first_month) AS next_month
    FROM repeat_contender GROUP BY arena_id, first_month
) s JOIN repeat_contender c
    ON c.arena_id = s.arena_id AND c.first_month <= s.cell_month AND c.last_month >= s.cell_month
"""

SETS = """
SELECT arena_id, cell_month FROM repeat_held GROUP BY arena_id, cell_month, next_month, likely
HAVING count(DISTINCT (list_id, need, month, giving_no)) > 1 AND (NOT likely OR min(family_id) <> max(family_id))
    AND (next_month IS NULL OR min(last_month) < next_month)
"""

LINES = """
SELECT DISTINCT a.certainty, coalesce(m.group_id, a.owner_id) AS owner_id, a.slot, u.need, s.cell_month, a.organisation_id,
    c.list_id, c.row, c.value_piastres, s.arena_id
FROM repeat_set s JOIN repeat_held h USING (arena_id, cell_month) JOIN repeat_arena a USING (arena_id)
JOIN repeat_unit u USING (unit_id)
JOIN benefits_claim c ON c.entry_id = u.entry_id AND c.list_id = u.list_id AND c.need = u.need
    AND c.month = u.month AND c.active AND c.kind = 'given'
    AND (c.list_id, c.row) NOT IN (SELECT list_id, row FROM repeat_reported)
LEFT JOIN registry_group_member m ON m.subject_id = a.owner_id
"""

# A repeat has no row of its own; its number is read off its lines, so it stays while they do.
NUMBERED = """
SELECT ('x' || left(md5(certainty || slot || lines), 13))::bit(52)::bigint::text AS repeat, r.*
FROM (
    SELECT x.*, string_agg(list_id || ':' || row, ',')
        OVER (PARTITION BY arena_id, cell_month ORDER BY list_id, row
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS lines
    FROM repeat_line x
) r
"""


def find_repeats(connection: psycopg.Connection, organisation: int | None = None) -> None:
    """Leave the lines of repeats, of one organisation where it is given, in the table `repeat_line`."""
    own = "" if organisation is None else f"AND c.organisation_id = {organisation}"
    run_steps(
        connection,
        [
            *temporary("repeat_reported", REPORTED),
            *temporary("repeat_unit", UNITS.format(own=own)),
            *temporary("repeat_arena", ARENAS),
            *temporary("repeat_contender", CONTENDERS),
            *temporary("repeat_held", HELD),
            *temporary("repeat_set", SETS),
            *temporary("repeat_line", LINES),
        ],
    )


def make_repeat_lines(connection: psycopg.Connection, viewer: Viewer) -> str:
    """
    Find the repeats that `viewer` may see; return SQL for their lines.

    Its columns: repeat, certainty, family, slot, need, month, organisation_id, list_id, row,
    value_piastres. Works in temporary tables of the engine's connection.
    """
    find_repeats(connection, None if viewer.is_desk else own_organisation(viewer))
    name, join = family_name(viewer, "line.owner_id")
    return (
        f"SELECT repeat, certainty, {name} AS family, slot, need, to_char(cell_month, 'YYYY-MM') AS month,"
        f" organisation_id, list_id, row, value_piastres FROM ({NUMBERED}) line {join}"
    )
