"""
Who the rows of a file name: codes of families, people and grants, found by the million in a few statements.

The caller fills the temporary table that `start_staging` makes; what it holds of other organisations is not found,
in the same words as what does not exist.
"""

from __future__ import annotations

import psycopg

from wasl.benefits.bulk.queries import Bulk
from wasl.benefits.bulk.rules import GRANT_STATES, BulkAction
from wasl.registry.codes import OWN_FROM

STAGED = "row, family_no, person_no, grant_no, quantity, value_piastres, note, problem"
START = """
CREATE TEMP TABLE bulk_in (
    row integer NOT NULL, family_no bigint, person_no bigint, grant_no bigint, quantity numeric(14, 3),
    value_piastres bigint, note text NOT NULL, problem text NOT NULL) ON COMMIT DROP;
CREATE TEMP TABLE bulk_who (no bigint NOT NULL, entry_id bigint NOT NULL, record_id bigint) ON COMMIT DROP
"""
NUMBERS = """
SELECT family_no AS no FROM bulk_in WHERE family_no IS NOT NULL
UNION SELECT person_no FROM bulk_in WHERE person_no IS NOT NULL
"""
# Of a record's entries the one that stood in a list last; of a family's, too.
LAST_STOOD = (
    "LEFT JOIN LATERAL (SELECT max(a.month) AS month FROM registry_appearance a"
    " WHERE a.entry_id = {entry} AND a.active) AS stood ON true"
)
# An organisation's own numbers: odd ones are records', even ones entries' (registry.codes).
OWN_FAMILIES = f"""
INSERT INTO bulk_who (no, entry_id)
SELECT wanted.no, e.id FROM ({NUMBERS}) AS wanted
JOIN registry_entry e ON e.organisation_id * {OWN_FROM} + e.own_no = wanted.no
WHERE wanted.no >= {OWN_FROM} AND wanted.no %% 2 = 0 AND e.organisation_id = %(organisation)s
"""
OWN_PEOPLE = f"""
INSERT INTO bulk_who (no, entry_id, record_id)
SELECT DISTINCT ON (wanted.no) wanted.no, m.entry_id, r.id FROM ({NUMBERS}) AS wanted
JOIN registry_record r ON r.organisation_id * {OWN_FROM} + r.own_no = wanted.no
JOIN registry_entry_member m ON m.record_id = r.id
{LAST_STOOD.format(entry="m.entry_id")}
WHERE wanted.no >= {OWN_FROM} AND wanted.no %% 2 = 1 AND r.organisation_id = %(organisation)s
ORDER BY wanted.no, stood.month DESC NULLS LAST, m.entry_id DESC
"""
# The alliance's numbers stand on cards: the subject may have been joined since, and be one of a group.
STANDING = f"""
CREATE TEMP TABLE bulk_standing ON COMMIT DROP AS
WITH RECURSIVE chain AS (
    SELECT s.id AS no, s.id, s.kind, s.successor_id FROM registry_subject s
    JOIN ({NUMBERS}) AS wanted ON wanted.no = s.id WHERE wanted.no < {OWN_FROM}
    UNION ALL
    SELECT chain.no, s.id, s.kind, s.successor_id FROM chain JOIN registry_subject s ON s.id = chain.successor_id
), standing AS (
    SELECT no, id, kind FROM chain WHERE successor_id IS NULL
)
SELECT no, kind, id, id AS itself FROM standing
UNION SELECT s.no, s.kind, other.subject_id, s.id FROM standing s
JOIN registry_group_member g ON g.subject_id = s.id JOIN registry_group_member other ON other.group_id = g.group_id
"""
CARD_FAMILIES = f"""
INSERT INTO bulk_who (no, entry_id)
SELECT DISTINCT ON (s.no) s.no, e.id FROM bulk_standing s
JOIN registry_entry_link l ON l.family_id = s.id AND l.until_run IS NULL
JOIN registry_entry e ON e.id = l.entry_id AND e.organisation_id = %(organisation)s
{LAST_STOOD.format(entry="e.id")}
WHERE s.kind = 'family' AND stood.month IS NOT NULL
ORDER BY s.no, s.id <> s.itself, stood.month DESC, e.id DESC
"""
CARD_PEOPLE = f"""
INSERT INTO bulk_who (no, entry_id, record_id)
SELECT DISTINCT ON (s.no) s.no, m.entry_id, r.id FROM bulk_standing s
JOIN registry_link l ON l.person_id = s.id AND l.until_run IS NULL
JOIN registry_record r ON r.id = l.record_id AND r.organisation_id = %(organisation)s
JOIN registry_entry_member m ON m.record_id = r.id
{LAST_STOOD.format(entry="m.entry_id")}
WHERE s.kind = 'person' AND stood.month IS NOT NULL
ORDER BY s.no, s.id <> s.itself, stood.month DESC, m.entry_id DESC
"""
# A person's need is given to a record of the very entry; where the family's code names another entry of the same
# family, the person's own is taken. A code of a person in the column of families names the family, not the person.
TARGETS = """
CREATE TEMP TABLE bulk_target ON COMMIT DROP AS
SELECT i.row, i.quantity, i.value_piastres, i.note,
    coalesce(belongs.entry_id, family.entry_id, person.entry_id) AS entry_id, person.record_id,
    CASE WHEN i.problem <> '' THEN i.problem
        WHEN i.family_no IS NULL AND i.person_no IS NULL THEN 'no_code'
        WHEN (i.family_no IS NOT NULL AND family.no IS NULL) OR (i.person_no IS NOT NULL AND person.no IS NULL)
            THEN 'not_found'
        WHEN i.person_no IS NOT NULL AND person.record_id IS NULL THEN 'bad_person'
        WHEN i.person_no IS NOT NULL AND i.family_no IS NOT NULL AND belongs.entry_id IS NULL THEN 'not_of_family'
        ELSE '' END AS problem
FROM bulk_in i
LEFT JOIN bulk_who family ON family.no = i.family_no
LEFT JOIN bulk_who person ON person.no = i.person_no
LEFT JOIN LATERAL (
    SELECT m.entry_id FROM registry_entry_member m
    LEFT JOIN registry_entry_link l ON l.entry_id = m.entry_id AND l.until_run IS NULL
    WHERE i.person_no IS NOT NULL AND m.record_id = person.record_id AND (m.entry_id = family.entry_id
        OR l.family_id = (SELECT k.family_id FROM registry_entry_link k
            WHERE k.entry_id = family.entry_id AND k.until_run IS NULL))
    ORDER BY m.entry_id <> family.entry_id LIMIT 1
) AS belongs ON true
"""
NAMED_GRANTS = """
CREATE TEMP TABLE bulk_grant ON COMMIT DROP AS
SELECT i.row, g.id AS grant_id, i.quantity, i.value_piastres, i.note,
    CASE WHEN i.problem <> '' THEN i.problem WHEN i.grant_no IS NULL THEN 'no_code' WHEN g.id IS NULL THEN 'not_found'
        ELSE '' END AS problem
FROM bulk_in i
LEFT JOIN (SELECT no, benefits_grant_of_code(registry_code(no)) AS id
    FROM (SELECT DISTINCT grant_no AS no FROM bulk_in WHERE grant_no IS NOT NULL) AS wanted) AS named
    ON named.no = i.grant_no
LEFT JOIN benefits_grant g ON g.id = named.id AND g.organisation_id = %(organisation)s
"""
# A family's grant of the need and month, whichever of its entries it was made for.
FOUND_GRANTS = """
CREATE TEMP TABLE bulk_grant ON COMMIT DROP AS
SELECT t.row, g.id AS grant_id, t.quantity, t.value_piastres, t.note,
    CASE WHEN t.problem <> '' THEN t.problem WHEN g.id IS NULL THEN 'no_grant' ELSE '' END AS problem
FROM bulk_target t
LEFT JOIN LATERAL (
    SELECT found.id FROM registry_entry_link l
    JOIN registry_entry_link other ON other.family_id = l.family_id AND other.until_run IS NULL
    JOIN benefits_grant found ON found.entry_id = other.entry_id
    WHERE l.entry_id = t.entry_id AND l.until_run IS NULL AND found.organisation_id = %(organisation)s
        AND found.need = %(need)s AND found.month = %(month)s AND found.state = ANY(%(states)s)
        AND (t.record_id IS NULL OR found.record_id = t.record_id)
    ORDER BY found.id DESC LIMIT 1
) AS g ON true
"""


def start_staging(connection: psycopg.Connection) -> None:
    """Make the temporary table for a file's rows; it ends with the transaction."""
    for statement in START.split(";"):
        connection.execute(statement.encode())


def resolve_families(connection: psycopg.Connection, bulk: Bulk) -> None:
    """Make `bulk_target`: for each row of `bulk_in` the entry and record it names, or its problem."""
    connection.execute("ANALYZE bulk_in")
    given = {"organisation": bulk.organisation_id}
    for statement in (OWN_FAMILIES, OWN_PEOPLE, STANDING, CARD_FAMILIES, CARD_PEOPLE):
        connection.execute(statement, given if "%(organisation)s" in statement else None)
    connection.execute("ANALYZE bulk_who")
    connection.execute(TARGETS)
    connection.execute("ANALYZE bulk_target")


def resolve_grants(connection: psycopg.Connection, bulk: Bulk) -> None:
    """Make `bulk_grant`: for each row of `bulk_in` the grant it names by its code, or by family, need and month."""
    named = (
        connection.execute("SELECT FROM bulk_in WHERE grant_no IS NOT NULL LIMIT 1").fetchone() is not None
    )
    given = {
        "organisation": bulk.organisation_id, "need": bulk.need, "month": bulk.month,
        "states": list(GRANT_STATES[BulkAction(bulk.action)]),
    }  # fmt: skip
    if named or bulk.need is None:
        connection.execute("ANALYZE bulk_in")
        connection.execute(NAMED_GRANTS, given)
    else:
        resolve_families(connection, bulk)
        connection.execute(FOUND_GRANTS, given)
    connection.execute("ANALYZE bulk_grant")
