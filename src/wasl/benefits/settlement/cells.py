"""Second part of a settlement: every giving holds a seat in each cell it covers."""

from __future__ import annotations

import psycopg

from wasl.benefits.settlement.statements import run_steps, temporary

SWEEP = """
DELETE FROM benefits_cell c USING settling_family s
WHERE c.subject_id = s.family_id AND c.state = 'reserved' AND c.expires_at <= clock_timestamp()
"""

WANTED = """
SELECT g.family_id AS subject_id, ns.slot, CASE WHEN sl.sensitive THEN g.organisation_id ELSE 0 END AS scope,
    m.month::date AS month, g.organisation_id, g.list_id, g.need, g.month AS given_month, g.row
FROM settling_giving g
JOIN benefits_need_slot ns ON ns.need = g.need JOIN benefits_slot sl ON sl.code = ns.slot
CROSS JOIN LATERAL
    generate_series(g.first_month::timestamp, g.last_month::timestamp, interval '1 month') m (month)
"""

STANDING = """
SELECT c.subject_id, c.slot, c.scope, c.month, c.seat, c.list_id, c.need, c.given_month, c.row
FROM settling_family s JOIN benefits_cell c ON c.subject_id = s.family_id
"""

SAME_CELL = "b.subject_id = a.subject_id AND b.slot = a.slot AND b.month = a.month AND b.scope = a.scope"
SAME_HOLDER = "b.list_id = a.list_id AND b.need = a.need AND b.given_month = a.given_month"

GONE = f"""
SELECT a.* FROM standing_cell a WHERE a.list_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM wanted_cell b WHERE {SAME_CELL} AND {SAME_HOLDER})
"""

# Freed seats let the lowest other move down, by the table's own trigger: seats are read again after.
FREE = f"""
DELETE FROM benefits_cell b USING gone_cell a WHERE {SAME_CELL} AND b.seat = a.seat
"""

KEEP_FIRST_ROW = f"""
UPDATE benefits_cell c SET row = a.row FROM standing_cell b, wanted_cell a
WHERE {SAME_CELL} AND {SAME_HOLDER} AND b.row <> a.row
    AND c.subject_id = b.subject_id AND c.slot = b.slot AND c.month = b.month AND c.scope = b.scope
    AND c.list_id = b.list_id AND c.need = b.need AND c.given_month = b.given_month
"""

# A giving that held this cell for another family came by a link; the rest came by their list.
TAKE = f"""
INSERT INTO benefits_cell (scope, slot, subject_id, month, seat, organisation_id, need, state, reason,
    list_id, given_month, row)
SELECT a.scope, a.slot, a.subject_id, a.month,
    coalesce((
        SELECT max(b.seat) + 1 FROM benefits_cell b WHERE {SAME_CELL}
    ), 0) + row_number() OVER (
        PARTITION BY a.subject_id, a.slot, a.month, a.scope ORDER BY a.list_id, a.row, a.need) - 1,
    a.organisation_id, a.need, 'held',
    CASE WHEN EXISTS (
        SELECT FROM gone_cell b WHERE {SAME_HOLDER} AND b.slot = a.slot AND b.month = a.month
            AND b.subject_id <> a.subject_id) THEN 'link' ELSE 'list' END,
    a.list_id, a.given_month, a.row
FROM wanted_cell a
WHERE NOT EXISTS (SELECT FROM standing_cell b WHERE {SAME_CELL} AND {SAME_HOLDER})
ORDER BY a.subject_id, a.slot, a.month, a.scope
"""

TAKE_ALL = """
INSERT INTO benefits_cell (scope, slot, subject_id, month, seat, organisation_id, need, state, reason,
    list_id, given_month, row)
SELECT scope, slot, subject_id, month,
    row_number() OVER (PARTITION BY subject_id, slot, month, scope ORDER BY list_id, row, need) - 1,
    organisation_id, need, 'held', 'list', list_id, given_month, row
FROM wanted_cell
"""


def write_cells(connection: psycopg.Connection) -> dict[str, int]:
    """
    Free the seats whose giving is gone and seat the new ones, above whoever sits there.

    Holders that stay keep their seats. Expired reservations of these families are swept first, so
    that a live claim above one has moved down before anything else is asked.
    """
    counts = run_steps(
        connection,
        [
            ("", SWEEP),
            *temporary("wanted_cell", WANTED),
            *temporary("standing_cell", STANDING),
        ],
    )
    standing = connection.execute("SELECT EXISTS (SELECT FROM standing_cell)").fetchone()
    if standing is None or not standing[0]:
        return counts | run_steps(connection, [("cells_taken", TAKE_ALL)])
    return counts | run_steps(
        connection,
        [
            *temporary("gone_cell", GONE),
            ("cells_freed", FREE),
            ("", KEEP_FIRST_ROW),
            ("cells_taken", TAKE),
        ],
    )
