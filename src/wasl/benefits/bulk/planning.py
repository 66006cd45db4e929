"""
From a source to the rows of a bulk: told apart by subject, put in order, counted.

The order is that of the subjects (for grants, that of the grants, which were made in that order): two bulks that meet
the same families wait for one another and never in a ring, and cells are read where they lie. Subjects of one best
estimate stand together: a door lets one of them through at a time, so chunks that share none do not wait.
"""

from __future__ import annotations

from typing import Any

import psycopg

from wasl.benefits.bulk.queries import Bulk
from wasl.benefits.bulk.resolving import resolve_families, resolve_grants
from wasl.benefits.bulk.rules import ANSWERABLE, CHUNK_ROWS, DONE_AS, GRANT_STATES, BulkAction, BulkSource
from wasl.kernel.errors import RuleRefused

# What the sources of families give: row, entry_id, record_id, need, month, quantity, value_piastres, note, problem.
OF_FILE = """
SELECT row, entry_id, record_id, %(need)s::text AS need, %(month)s::date AS month,
    coalesce(quantity, %(quantity)s::numeric) AS quantity, value_piastres, note, problem
FROM bulk_target
"""
# The rows of a planned list that count, but for those that repeat another of their list.
OF_LIST = """
SELECT c.row, c.entry_id, CASE WHEN c.to_person THEN c.given_to_record END AS record_id, c.need, c.month, c.quantity,
    c.value_piastres, '' AS note, '' AS problem
FROM benefits_claim c
WHERE c.list_id = %(list)s AND c.organisation_id = %(organisation)s AND c.kind = 'planned' AND NOT c.repeated
"""
# The families of a count of gaps as the organisation itself knows them; of its entries, the one that stood last.
OF_GAPS = """
SELECT (row_number() OVER (ORDER BY g.governorate, g.markaz, g.name_no))::integer AS row, own.entry_id,
    NULL::bigint AS record_id, %(need)s::text AS need, %(month)s::date AS month, %(quantity)s::numeric AS quantity,
    NULL::bigint AS value_piastres, '' AS note, CASE WHEN own.entry_id IS NULL THEN 'not_found' ELSE '' END AS problem
FROM benefits_gap g
LEFT JOIN LATERAL (
    SELECT e.id AS entry_id FROM registry_entry_link l
    JOIN registry_entry e ON e.id = l.entry_id AND e.organisation_id = %(organisation)s
    JOIN registry_appearance a ON a.entry_id = e.id AND a.active
    WHERE l.family_id = g.family_id AND l.until_run IS NULL
    ORDER BY a.month DESC, e.id DESC LIMIT 1
) AS own ON true
WHERE g.count_id = %(count)s AND g.organisation_id = %(organisation)s
    AND (%(open)s::boolean IS NULL OR g.is_open = %(open)s::boolean)
    AND (%(governorate)s::text IS NULL OR g.governorate = %(governorate)s::text)
    AND (%(markaz)s::text IS NULL OR g.markaz = %(markaz)s::text)
    AND (%(since)s::date IS NULL OR g.last_covered < %(since)s::date)
"""
# What the door had left to the officer, once more; all of it, or the rows that were chosen.
OF_BULK = """
SELECT row, entry_id, record_id, need, month, quantity, value_piastres, note, '' AS problem FROM benefits_bulk_row
WHERE bulk_id = %(of)s AND outcome = ANY(%(outcomes)s) AND (%(rows)s::integer[] IS NULL OR row = ANY(%(rows)s::integer[]))
"""
FAMILIES = {
    BulkSource.FILE: OF_FILE,
    BulkSource.LIST: OF_LIST,
    BulkSource.GAPS: OF_GAPS,
    BulkSource.BULK: OF_BULK,
}
# One family's need of one month once, whoever of its rows names it; a person's once for the person. An entry that
# nobody has linked yet is its own: the door asks about it.
PLAN_FAMILIES = """
WITH source AS MATERIALIZED ({source}),
known AS (
    SELECT s.*, l.family_id, k.person_id,
        s.problem AS kept_from, coalesce(l.family_id, -s.entry_id) AS whose,
        coalesce(best.group_id, l.family_id) AS estimate
    FROM source s
    LEFT JOIN registry_entry_link l ON l.entry_id = s.entry_id AND l.until_run IS NULL
    LEFT JOIN registry_group_member best ON best.subject_id = l.family_id
    LEFT JOIN registry_link k ON k.record_id = s.record_id AND k.until_run IS NULL
), told AS (
    SELECT known.*, CASE WHEN kept_from = '' THEN first_value(row) OVER (
        PARTITION BY need, month, whose, person_id, kept_from ORDER BY row, entry_id) END AS first_row,
        CASE WHEN kept_from = '' THEN row_number() OVER (
            PARTITION BY need, month, whose, person_id, kept_from ORDER BY row, entry_id) ELSE 1 END AS nth
    FROM known
), outcomes AS (
    SELECT told.*, CASE WHEN nth > 1 THEN 'repeated' ELSE kept_from END AS outcome FROM told
)
INSERT INTO benefits_bulk_row (bulk_id, place, row, organisation_id, entry_id, record_id, need, month, quantity,
    value_piastres, note, outcome, same_row)
SELECT %(bulk)s, row_number() OVER (ORDER BY {order}), row, %(organisation)s,
    entry_id, record_id, need, month, quantity, value_piastres, note, outcome, CASE WHEN nth > 1 THEN first_row END
FROM outcomes
ORDER BY {order}
"""
ORDER = "outcome <> '', need, month, estimate, family_id, person_id, row"
CHUNKS = """
INSERT INTO benefits_bulk_chunk (bulk_id, first_place, last_place, organisation_id)
SELECT id, place, least(place + %(rows)s - 1, rows_wanted), organisation_id
FROM benefits_bulk, generate_series(1, rows_wanted, %(rows)s) AS place WHERE id = %(bulk)s
"""

# What the sources of grants give: row, grant_id, tranche, quantity, value_piastres, note, problem.
GRANTS_OF_FILE = (
    "SELECT row, grant_id, NULL::smallint AS tranche, quantity, value_piastres, note, problem FROM bulk_grant"
)
GRANTS_OF_BULK = """
SELECT row, grant_id, tranche, NULL::numeric AS quantity, NULL::bigint AS value_piastres, note, '' AS problem
FROM benefits_bulk_row WHERE bulk_id = %(of)s AND outcome = %(went_through)s AND grant_id IS NOT NULL
"""
GRANTS_FOUND = """
SELECT (row_number() OVER (ORDER BY g.id))::integer AS row, g.id AS grant_id, NULL::smallint AS tranche,
    NULL::numeric AS quantity, NULL::bigint AS value_piastres, '' AS note, '' AS problem
FROM benefits_grant g
WHERE g.organisation_id = %(organisation)s AND g.state = ANY(%(states)s)
    AND (%(need)s::text IS NULL OR g.need = %(need)s::text) AND (%(month)s::date IS NULL OR g.month = %(month)s::date)
"""
GRANTS = {
    BulkSource.FILE: GRANTS_OF_FILE,
    BulkSource.BULK: GRANTS_OF_BULK,
    BulkSource.GRANTS: GRANTS_FOUND,
}
# A reversal is of one delivery: of each that stands, where none is named.
STANDING_DELIVERIES = """
SELECT s.row, s.grant_id, d.tranche, s.quantity, s.value_piastres, s.note,
    CASE WHEN s.problem = '' AND d.tranche IS NULL THEN 'state' ELSE s.problem END AS problem
FROM ({source}) AS s
LEFT JOIN benefits_delivery d ON d.grant_id = s.grant_id AND (s.tranche IS NULL OR d.tranche = s.tranche)
    AND NOT EXISTS (SELECT FROM benefits_reversal r WHERE r.grant_id = d.grant_id AND r.year = d.year
        AND r.tranche = d.tranche AND r.attempt = d.attempt)
"""
PLAN_GRANTS = """
WITH source AS MATERIALIZED ({source}),
told AS (
    SELECT s.*, CASE WHEN problem = '' THEN first_value(row) OVER (
        PARTITION BY grant_id, tranche, problem ORDER BY row) END AS first_row,
        CASE WHEN problem = '' THEN row_number() OVER (
            PARTITION BY grant_id, tranche, problem ORDER BY row) ELSE 1 END AS nth
    FROM source s
), outcomes AS (
    SELECT told.*, CASE WHEN nth > 1 THEN 'repeated' ELSE problem END AS outcome FROM told
)
INSERT INTO benefits_bulk_row (bulk_id, place, row, organisation_id, entry_id, record_id, need, month, quantity,
    value_piastres, note, outcome, same_row, grant_id, tranche)
SELECT %(bulk)s, row_number() OVER (ORDER BY o.outcome <> '', o.grant_id, o.tranche, o.row), o.row, %(organisation)s,
    g.entry_id, CASE WHEN g.to_person THEN g.record_id END, g.need, g.month, o.quantity, o.value_piastres, o.note,
    o.outcome, CASE WHEN o.nth > 1 THEN o.first_row END, o.grant_id, o.tranche
FROM outcomes o LEFT JOIN benefits_grant g ON g.id = o.grant_id
ORDER BY o.outcome <> '', o.grant_id, o.tranche, o.row
"""

COUNT = """
UPDATE benefits_bulk SET state = 'ready', rows_total = counted.total, rows_wanted = counted.wanted, counts = counted.counts
FROM (
    SELECT coalesce(sum(rows), 0) AS total, coalesce(sum(rows) FILTER (WHERE outcome = ''), 0) AS wanted,
        coalesce(jsonb_object_agg(outcome, rows), '{}') AS counts
    FROM (SELECT outcome, count(*) AS rows FROM benefits_bulk_row WHERE bulk_id = %(bulk)s GROUP BY outcome) AS each_of
) AS counted
WHERE id = %(bulk)s AND state = 'reading'
"""


def plan_rows(connection: psycopg.Connection, bulk: Bulk) -> None:
    """
    Write the rows of a bulk from its source, in order, and let it be ready; within the caller's transaction.

    Those of a file stand in `bulk_in` before (`resolving`).

    :raises RuleRefused: there is nothing to do at all.
    """
    if bulk.action == BulkAction.RESERVE:
        _plan(
            connection,
            bulk,
            PLAN_FAMILIES.format(source=FAMILIES[bulk.source], order=ORDER),
            resolve_families,
        )
    else:
        source = GRANTS[bulk.source]
        if bulk.action == BulkAction.REVERSE:
            source = STANDING_DELIVERIES.format(source=source)
        _plan(connection, bulk, PLAN_GRANTS.format(source=source), resolve_grants)
    connection.execute(COUNT, {"bulk": bulk.id})
    connection.execute(CHUNKS, {"bulk": bulk.id, "rows": CHUNK_ROWS})
    row = connection.execute("SELECT rows_total FROM benefits_bulk WHERE id = %s", [bulk.id]).fetchone()
    if row is None or row[0] == 0:
        raise RuleRefused("bulk.nothing_there")


def _plan(connection: psycopg.Connection, bulk: Bulk, statement: str, resolve: Any) -> None:
    if bulk.source == BulkSource.FILE:
        resolve(connection, bulk)
    connection.execute(statement.encode(), _given(bulk))


def _given(bulk: Bulk) -> dict[str, Any]:
    """Return what the statements of every source may ask for."""
    asked = bulk.params
    return {
        "bulk": bulk.id, "organisation": bulk.organisation_id, "need": bulk.need, "month": bulk.month,
        "of": bulk.of_bulk_id, "list": asked.get("list_id"), "outcomes": asked.get("outcomes", list(ANSWERABLE)),
        "rows": asked.get("rows"), "went_through": DONE_AS.get(asked.get("of_action", ""), ""), "count": asked.get("count"),
        "open": asked.get("open"), "governorate": asked.get("governorate"), "markaz": asked.get("markaz"),
        "since": asked.get("since"), "quantity": asked.get("quantity"), "states": list(GRANT_STATES.get(bulk.action, ())),
    }  # fmt: skip
