"""
Claims: what lists say was given, kept as history.

All functions take the engine's connection and work inside the caller's transaction.
"""

from __future__ import annotations

import psycopg

from wasl.benefits.reports import refresh_reports
from wasl.benefits.settlement import settle_families
from wasl.benefits.settlement.statements import run_steps, temporary

# The months a giving covers, as rules.covered_months: a season reaches two months beyond itself.
COVERED = """
LEFT JOIN LATERAL (
    SELECT s.first, s.last FROM (
        SELECT s.months[1] AS first, s.months[cardinality(s.months)] AS last FROM benefits_season s) s
    WHERE n.period = 'season'
        AND s.first - interval '2 months' <= c.month AND s.last + interval '2 months' >= c.month
    ORDER BY greatest(0, s.first - c.month, c.month - s.last), s.first LIMIT 1
) season ON true
"""
FIRST_MONTH = "CASE n.period WHEN 'once' THEN date '0001-01-01' ELSE coalesce(season.first, c.month) END"
LAST_MONTH = (
    "CASE n.period WHEN 'once' THEN date '0001-01-01' WHEN 'season' THEN coalesce(season.last, c.month)"
    " ELSE (c.month + (greatest(n.window_months, 1) - 1) * interval '1 month')::date END"
)

COLUMNS = (
    "organisation_id", "kind", "need", "need_version", "entry_id", "to_person", "given_to_record", "month", "given_on",
    "first_month", "last_month", "quantity", "value_piastres", "repeated", "active",
)  # fmt: skip
OWN = ", ".join(COLUMNS)
SET = ", ".join(f"{column} = i.{column}" for column in COLUMNS)
STANDING, STATED = (", ".join(f"{name}.{column}" for column in COLUMNS) for name in ("c", "i"))
SAME_LINE = "c.list_id = i.list_id AND c.row = i.row AND c.year = i.year"

# Distinct (need, version, month) are few: their months are found once each, not once a line. A line that was
# judged keeps its rule.
STATE_CLAIMS = f"""
WITH line AS MATERIALIZED (
    SELECT i.*, coalesce(c.need_version, current.version) AS need_version
    FROM claim_in i JOIN benefits_need current ON current.code = i.need
    LEFT JOIN benefits_claim c ON {SAME_LINE} AND c.need = i.need
    WHERE i.kind <> 'known'
), covered AS MATERIALIZED (
    SELECT c.need, c.need_version, c.month, ({FIRST_MONTH})::date AS first_month, ({LAST_MONTH})::date AS last_month,
        n.subject = 'person' AS per_person
    FROM (SELECT DISTINCT need, need_version, month FROM line) c
    JOIN benefits_need_version n ON n.need = c.need AND n.version = c.need_version {COVERED}
)
SELECT i.year, i.list_id, i.row, i.organisation_id, i.kind, i.need, i.need_version, i.entry_id,
    i.to_person AND m.per_person AS to_person, i.given_to_record, i.month, i.given_on, m.first_month, m.last_month,
    i.quantity, i.value_piastres, i.repeated, i.active
FROM line i JOIN covered m ON m.need = i.need AND m.need_version = i.need_version AND m.month = i.month
"""
CORRECT_CLAIMS = f"""
UPDATE benefits_claim c SET {SET} FROM stated_claim i
WHERE {SAME_LINE} AND ({STANDING}) IS DISTINCT FROM ({STATED})
"""
ADD_CLAIMS = f"""
INSERT INTO benefits_claim (year, list_id, row, {OWN})
SELECT i.year, i.list_id, i.row, {STATED} FROM stated_claim i
WHERE NOT EXISTS (SELECT FROM benefits_claim c WHERE {SAME_LINE})
ORDER BY i.list_id, i.row
"""
# A corrected line may leave the entry it belonged to, and the person it gave to.
TOUCH_CORRECTED = f"""
INSERT INTO touched_family
SELECT l.family_id FROM stated_claim i JOIN benefits_claim c ON {SAME_LINE}
JOIN registry_entry_link l ON l.entry_id = c.entry_id AND l.until_run IS NULL
WHERE c.active AND ({STANDING}) IS DISTINCT FROM ({STATED})
UNION
SELECT l.person_id FROM stated_claim i JOIN benefits_claim c ON {SAME_LINE}
JOIN registry_link l ON l.record_id = c.given_to_record AND l.until_run IS NULL
WHERE c.to_person AND c.active AND ({STANDING}) IS DISTINCT FROM ({STATED})
"""
TOUCH_STATED = """
INSERT INTO touched_family SELECT DISTINCT l.family_id FROM stated_claim i
JOIN registry_entry_link l ON l.entry_id = i.entry_id AND l.until_run IS NULL
WHERE i.active AND i.kind = 'given'
ON CONFLICT DO NOTHING
"""

RECORD_NEEDS = """
INSERT INTO benefits_recorded_need (list_id, row, organisation_id, need, entry_id, month, active)
SELECT list_id, row, organisation_id, need, entry_id, month, active FROM claim_in
WHERE kind = 'known' AND need IS NOT NULL
ON CONFLICT ON CONSTRAINT benefits_recorded_need_key DO UPDATE SET need = excluded.need,
    entry_id = excluded.entry_id, month = excluded.month, active = excluded.active
"""

# A batch of a run waits until lists that settle have done so, and they for it.
TAKE_TURN = "LOCK TABLE benefits_turn IN ROW EXCLUSIVE MODE"

START_TOUCHED = """
CREATE TEMP TABLE IF NOT EXISTS touched_family (family_id bigint PRIMARY KEY) ON COMMIT DROP;
TRUNCATE touched_family
"""


def record_claims(connection: psycopg.Connection) -> int:
    """
    Write the rows of the temporary table `claim_in` as claims; return how many are new or corrected.

    A row written before is compared and corrected in place, so a load that goes on after a kill may
    hand in the same rows again. Rows of `given` and `planned` lists need `need` and `month`; rows of `known`
    lists that name a need become recorded needs, which make the family a target of its slots.
    `to_person` says that the row gives a person's need to the person of its record, not to the family.
    Claims that are active at once and whose entries are linked already are settled here.
    """
    connection.execute(TAKE_TURN)
    _start_touched(connection)
    counts = run_steps(
        connection,
        [
            *temporary("stated_claim", STATE_CLAIMS),
            ("", TOUCH_CORRECTED),
            ("corrected", CORRECT_CLAIMS),
            ("added", ADD_CLAIMS),
            ("", RECORD_NEEDS),
            ("", TOUCH_STATED),
        ],
    )
    written = counts["corrected"] + counts["added"]
    if written:
        refresh_reports(connection, _lists_that_count(connection))
    _settle_touched(connection)
    return written


def set_claims_active(connection: psycopg.Connection, list_id: int, active: bool) -> int:
    """
    Let the claims of one list count, or no longer; return how many changed.

    The families they touch are settled in the same transaction. Nothing is deleted: the list can
    be brought back.
    """
    connection.execute(TAKE_TURN)
    connection.execute(
        "UPDATE benefits_recorded_need SET active = %(active)s"
        " WHERE list_id = %(list)s AND active IS DISTINCT FROM %(active)s",
        {"list": list_id, "active": active},
    )
    changed = connection.execute(
        "UPDATE benefits_claim SET active = %(active)s"
        " WHERE list_id = %(list)s AND active IS DISTINCT FROM %(active)s",
        {"list": list_id, "active": active},
    ).rowcount
    if changed:
        refresh_reports(connection, [list_id])
        _start_touched(connection)
        connection.execute(
            "INSERT INTO touched_family SELECT DISTINCT l.family_id FROM benefits_claim c"
            " JOIN registry_entry_link l ON l.entry_id = c.entry_id AND l.until_run IS NULL"
            " WHERE c.list_id = %s",
            [list_id],
        )
        _settle_touched(connection)
    return changed


def _lists_that_count(connection: psycopg.Connection) -> list[int]:
    """Return the lists at hand that count already; one that is loading is reported when it is done."""
    rows = connection.execute(
        "SELECT i.list_id FROM stated_claim i GROUP BY i.list_id HAVING bool_or(i.active)"
        " OR EXISTS (SELECT FROM benefits_list_report r WHERE r.list_id = i.list_id)"
    )
    return [row[0] for row in rows.fetchall()]


def _start_touched(connection: psycopg.Connection) -> None:
    for statement in START_TOUCHED.split(";"):
        connection.execute(statement.encode())


def _settle_touched(connection: psycopg.Connection) -> None:
    row = connection.execute("SELECT count(*) FROM touched_family").fetchone()
    if row and row[0]:
        settle_families(connection)
