"""
Counting gaps and repeats for pages: every family of the alliance at once, kept with the time of the count.

What is counted is what `queries.gaps` and `queries.repeats` define. Beside the alliance's count stands one for
each organisation, of the families it knows and where *its* lists place them: what it reads must not tell
what others wrote. Everything is set-based; nothing is kept of a count but the newest of a slot and month.
"""

from __future__ import annotations

from datetime import date, datetime

import psycopg

from wasl.benefits.queries.gaps import PEOPLE, Arena, find_gaps, gather_families
from wasl.benefits.queries.repeats import NUMBERED, find_repeats
from wasl.benefits.settlement.statements import SETTINGS, run_steps, temporary
from wasl.registry.codes import OWN_FROM

# Two counts would write the same rows: they take turns.
TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtext('wasl gaps'))"

# What each organisation knows: where its newest entry puts the family, and the oldest entry, whose number the
# family's code is made of.
OWN_NAMES = """
SELECT e.organisation_id, coalesce(m.group_id, l.family_id) AS owner_id, min(e.own_no) AS own_no
FROM registry_entry e
JOIN registry_entry_link l ON l.entry_id = e.id AND l.until_run IS NULL
LEFT JOIN registry_group_member m ON m.subject_id = l.family_id
GROUP BY e.organisation_id, coalesce(m.group_id, l.family_id)
"""
OWN_PLACES = """
SELECT DISTINCT ON (k.organisation_id, k.owner_id) k.organisation_id, k.owner_id, r.governorate, r.markaz, r.village
FROM gap_known k JOIN registry_entry e ON e.id = k.entry_id JOIN registry_record r ON r.id = e.head_record_id
ORDER BY k.organisation_id, k.owner_id, r.governorate IS NULL, k.month DESC, k.list_id DESC, k.entry_id DESC
"""
OWN_PEOPLE = """
SELECT k.organisation_id, coalesce(f.group_id, s.family_id) AS owner_id,
    count(DISTINCT coalesce(p.group_id, s.person_id)) AS people
FROM (SELECT DISTINCT entry_id, organisation_id FROM gap_known) k
JOIN registry_entry_member e ON e.entry_id = k.entry_id
JOIN registry_link link ON link.record_id = e.record_id AND link.until_run IS NULL
JOIN registry_membership s ON s.person_id = link.person_id AND s.until_run IS NULL
LEFT JOIN registry_group_member f ON f.subject_id = s.family_id
LEFT JOIN registry_group_member p ON p.subject_id = s.person_id
GROUP BY k.organisation_id, coalesce(f.group_id, s.family_id)
"""
OWN = """
SELECT w.organisation_id, w.owner_id, n.own_no, w.governorate, w.markaz, w.village, coalesce(p.people, 0) AS people
FROM gap_own_place w JOIN gap_own_name n USING (organisation_id, owner_id)
LEFT JOIN gap_own_people p USING (organisation_id, owner_id)
"""

COLUMNS = (
    "count_id, organisation_id, name_no, family_id, is_open, governorate, markaz, village, people, last_covered,"
    " sources, reports_missing"
)
WRITE_ALL = f"""
INSERT INTO benefits_gap ({COLUMNS})
SELECT {{count}}, 0, g.owner_id, g.owner_id, g.reports_missing = 0, coalesce(g.governorate, ''),
    coalesce(g.markaz, ''), coalesce(g.village, ''), coalesce(p.people, 0),
    coalesce(g.last_covered, date '0001-01-01'), g.sources, g.reports_missing
FROM gap_found g LEFT JOIN gap_people p USING (owner_id)
ORDER BY 5, 6, 7, 3
"""
# An organisation's own count of a slot that all coordinate: the same claims, its own families and places.
OWN_TARGET = """
AND EXISTS (
    SELECT FROM benefits_recorded_need n
    JOIN benefits_need_slot ns ON ns.need = n.need AND ns.slot = '{slot}'
    JOIN registry_entry_link l ON l.entry_id = n.entry_id AND l.until_run IS NULL
    LEFT JOIN registry_group_member m ON m.subject_id = l.family_id
    WHERE n.active AND n.organisation_id = o.organisation_id AND coalesce(m.group_id, l.family_id) = o.owner_id)
"""
WRITE_OWN = f"""
INSERT INTO benefits_gap ({COLUMNS})
SELECT {{count}}, g.organisation_id, g.organisation_id * {OWN_FROM} + g.own_no, g.owner_id, g.missing = 0,
    coalesce(g.governorate, ''), coalesce(g.markaz, ''), coalesce(g.village, ''), g.people,
    coalesce(g.last_covered, date '0001-01-01'), 0, g.missing
FROM (
    SELECT o.*, c.last_covered, coalesce(m.missing, 0)
        + CASE WHEN b.owner_id IS NOT NULL AND coalesce(m.state_missing, 0) = 0 THEN 1 ELSE 0 END AS missing
    FROM gap_own o
    LEFT JOIN gap_covered c USING (owner_id)
    LEFT JOIN gap_by_state b USING (owner_id)
    LEFT JOIN gap_missing m ON m.governorate IS NOT DISTINCT FROM o.governorate
    WHERE NOT coalesce(c.covered, false) AND NOT coalesce(b.coloured, false) {{target}}
) g
ORDER BY 2, 5, 6, 7, 3
"""
# And of a slot that is sensitive, of which it may know its own claims alone.
WRITE_SENSITIVE = f"""
INSERT INTO benefits_gap ({COLUMNS})
SELECT {{count}}, o.organisation_id, o.organisation_id * {OWN_FROM} + o.own_no, o.owner_id, g.reports_missing = 0,
    coalesce(o.governorate, ''), coalesce(o.markaz, ''), coalesce(o.village, ''), o.people,
    coalesce(g.last_covered, date '0001-01-01'), 0, g.reports_missing
FROM gap_found g JOIN gap_own o ON o.owner_id = g.owner_id AND o.organisation_id = {{organisation}}
"""
TALLY = """
INSERT INTO benefits_gap_tally (count_id, organisation_id, governorate, markaz, is_open, families)
SELECT count_id, organisation_id, governorate, markaz, is_open, count(*) FROM benefits_gap
WHERE count_id = {count} GROUP BY count_id, organisation_id, governorate, markaz, is_open
"""
EVERYWHERE = "(SELECT governorate FROM gap_place UNION SELECT governorate FROM gap_own) everywhere"

REPEATS = f"""
INSERT INTO benefits_repeat (organisation_id, slot, month, tie, certainty, family_id, needs, governorate, list_ids, rows)
SELECT n.organisation_id, n.slot, n.cell_month, n.repeat::bigint, n.certainty, n.owner_id,
    array_agg(DISTINCT n.need ORDER BY n.need), coalesce(max(coalesce(r.governorate, h.governorate)), ''),
    array_agg(n.list_id ORDER BY n.list_id, n.row), array_agg(n.row ORDER BY n.list_id, n.row)
FROM ({NUMBERED}) n
JOIN benefits_claim c ON c.list_id = n.list_id AND c.row = n.row
JOIN registry_record r ON r.id = c.given_to_record
JOIN registry_entry e ON e.id = c.entry_id JOIN registry_record h ON h.id = e.head_record_id
GROUP BY n.arena_id, n.organisation_id, n.slot, n.cell_month, n.repeat, n.certainty, n.owner_id
ORDER BY n.slot, n.cell_month
"""
REPEAT_TALLY = """
INSERT INTO benefits_repeat_tally (organisation_id, slot, month, certainty, governorate, total)
SELECT organisation_id, slot, month, certainty, governorate, count(*) FROM benefits_repeat
GROUP BY organisation_id, slot, month, certainty, governorate
"""


def start_counting(connection: psycopg.Connection) -> None:
    """Wait for another count to end and gather what is known of families, for any number of slots."""
    connection.execute(TAKE_TURNS)
    for setting in SETTINGS:
        connection.execute(setting)
    gather_families(connection)
    run_steps(
        connection,
        [
            *temporary("gap_people", PEOPLE),
            *temporary("gap_own_name", OWN_NAMES),
            *temporary("gap_own_place", OWN_PLACES),
            *temporary("gap_own_people", OWN_PEOPLE),
            *temporary("gap_own", OWN),
        ],
    )


def count_slot_gaps(connection: psycopg.Connection, slot: str, month: date, at: datetime) -> tuple[int, int]:
    """
    Write the gaps of a slot in a month in place of those counted before; return how many are open and unknown.

    After `start_counting`, in its transaction: readers see the old count until it is committed.

    :raises NotFound: no such slot.
    """
    found = find_gaps(connection, slot, month, Arena(places=EVERYWHERE))
    count = _start_count(connection, slot, month, at)
    if found:
        run_steps(connection, [("", WRITE_ALL.format(count=count))])
        _write_own(connection, slot, month, count)
        run_steps(connection, [("", TALLY.format(count=count))])
    row = connection.execute(
        "SELECT coalesce(sum(families) FILTER (WHERE is_open), 0), coalesce(sum(families) FILTER (WHERE NOT is_open), 0)"
        " FROM benefits_gap_tally WHERE count_id = %s AND organisation_id = 0",
        [count],
    ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def _start_count(connection: psycopg.Connection, slot: str, month: date, at: datetime) -> int:
    drop_counts(connection, "slot = %s AND month = %s", slot, month)
    row = connection.execute(
        "INSERT INTO benefits_gap_count (slot, month, counted_at) VALUES (%s, %s, %s) RETURNING id",
        [slot, month, at],
    ).fetchone()
    assert row is not None
    return int(row[0])


def _write_own(connection: psycopg.Connection, slot: str, month: date, count: int) -> None:
    row = connection.execute("SELECT sensitive, target FROM benefits_slot WHERE code = %s", [slot]).fetchone()
    assert row is not None
    sensitive, target = row
    if not sensitive:
        own_target = "" if target == "all" else OWN_TARGET.format(slot=slot)
        run_steps(connection, [("", WRITE_OWN.format(count=count, target=own_target))])
        return
    for (organisation,) in connection.execute("SELECT DISTINCT organisation_id FROM gap_known").fetchall():
        known, place = (
            f"(SELECT * FROM {table} WHERE organisation_id = {organisation})"
            for table in ("gap_known", "gap_own_place")
        )
        if find_gaps(connection, slot, month, Arena(organisation, f"{known} k", place, f"{place} w")):
            run_steps(connection, [("", WRITE_SENSITIVE.format(count=count, organisation=organisation))])


def drop_counts(connection: psycopg.Connection, which: str, *values: object) -> None:
    """Drop the counts of gaps for which `which`, a condition on benefits_gap_count, holds."""
    counts = [
        row[0]
        for row in connection.execute(f"SELECT id FROM benefits_gap_count WHERE {which}".encode(), values)
    ]
    for table, column in (("gap", "count_id"), ("gap_tally", "count_id"), ("gap_count", "id")):
        connection.execute(f"DELETE FROM benefits_{table} WHERE {column} = ANY(%s)".encode(), [counts])


def count_repeats(connection: psycopg.Connection, at: datetime) -> int:
    """Write the repeats of every organisation in place of those counted before; return how many."""
    for setting in SETTINGS:
        connection.execute(setting)
    find_repeats(connection)
    connection.execute("DELETE FROM benefits_repeat")
    connection.execute("DELETE FROM benefits_repeat_tally")
    counts = run_steps(connection, [("repeats", REPEATS), ("", REPEAT_TALLY)])
    connection.execute(
        "INSERT INTO benefits_counted (what, counted_at) VALUES ('repeats', %s)"
        " ON CONFLICT (what) DO UPDATE SET counted_at = excluded.counted_at",
        [at],
    )
    return counts["repeats"]
