"""
Gaps: families that should be covered in a slot and month and are not, or of whom we cannot say.

*Open*: every organisation that serves the slot in the family's governorate has reported the month.
*Unknown*: some have not, and how many; or the state's enrolment list is older than it answers for.
What is covered, by whomever, or still colours as the state's, is neither. Everything is set-based over
temporary tables, so a country is a few minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import psycopg

from wasl.benefits.queries.families import family_name, own_organisation
from wasl.benefits.settlement.statements import run_steps, temporary
from wasl.kernel.errors import InvalidInput, NotFound
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection

if TYPE_CHECKING:
    import polars

GAP_COLUMNS = (
    "family", "slot", "month", "state", "governorate", "markaz", "village", "people", "last_covered",
    "sources", "reports_missing",
)  # fmt: skip
STATES = ("open", "unknown")
SERVED_MONTHS = 12

KNOWN = """
SELECT coalesce(m.group_id, l.family_id) AS owner_id, a.entry_id, a.organisation_id, a.month, a.list_id
FROM registry_appearance a
JOIN registry_entry_link l ON l.entry_id = a.entry_id AND l.until_run IS NULL
LEFT JOIN registry_group_member m ON m.subject_id = l.family_id
WHERE a.active {own}
"""

# Where a family is: the newest entry that names a governorate.
PLACES = """
SELECT DISTINCT ON (k.owner_id) k.owner_id, r.governorate, r.markaz, r.village
FROM gap_known k JOIN registry_entry e ON e.id = k.entry_id JOIN registry_record r ON r.id = e.head_record_id
ORDER BY k.owner_id, r.governorate IS NULL, k.month DESC, k.list_id DESC, k.entry_id DESC
"""

TARGET_ALL = "SELECT owner_id, count(DISTINCT organisation_id) AS sources FROM {known} GROUP BY owner_id"
TARGET_RECORDED = f"""
SELECT * FROM ({TARGET_ALL}) t WHERE owner_id IN (
    SELECT coalesce(m.group_id, l.family_id) FROM benefits_recorded_need n
    JOIN benefits_need_slot ns ON ns.need = n.need AND ns.slot = '{{slot}}'
    JOIN registry_entry_link l ON l.entry_id = n.entry_id AND l.until_run IS NULL
    LEFT JOIN registry_group_member m ON m.subject_id = l.family_id
    WHERE n.active {{own_need}})
"""

# Where a list says who is served, it is by the record given to, else by the entry's head. A claim answers for
# its entry's family; whoever it names by person is covered in the family where that person is now. A grant that is
# only reserved covers, and reports nothing.
CLAIMS = """
SELECT coalesce(m.group_id, l.family_id) AS owner_id,
    coalesce(hm.group_id, held.family_id, m.group_id, l.family_id) AS holder_id,
    c.organisation_id, o.kind = 'ministry' AS by_state, c.kind = 'given' AS given,
    coalesce(r.governorate, h.governorate) AS governorate, c.month, c.first_month, c.last_month,
    n.horizon_months, c.month = {month} OR (n.period = 'season' AND {month} BETWEEN c.first_month AND c.last_month)
        AS reports
FROM benefits_claim c
JOIN benefits_need_version_slot ns ON ns.need = c.need AND ns.version = c.need_version AND ns.slot = '{slot}'
JOIN benefits_need_version n ON n.need = c.need AND n.version = c.need_version
JOIN organisations_organisation o ON o.id = c.organisation_id
JOIN registry_record r ON r.id = c.given_to_record
JOIN registry_entry e ON e.id = c.entry_id
JOIN registry_record h ON h.id = e.head_record_id
LEFT JOIN registry_entry_link l ON l.entry_id = c.entry_id AND l.until_run IS NULL
LEFT JOIN registry_group_member m ON m.subject_id = l.family_id
LEFT JOIN registry_link p ON c.to_person AND p.record_id = c.given_to_record AND p.until_run IS NULL
LEFT JOIN registry_membership held ON held.person_id = p.person_id AND held.until_run IS NULL
LEFT JOIN registry_group_member hm ON hm.subject_id = held.family_id
WHERE c.active AND (c.kind = 'given' OR c.kind = 'granted' AND EXISTS (
    SELECT FROM benefits_grant g WHERE g.id = c.list_id AND g.year = c.year AND g.expires_at > clock_timestamp()))
    {scope}
"""

REPORTED = """
SELECT organisation_id FROM gap_claim WHERE given AND reports
UNION SELECT organisation_id FROM benefits_nothing_given WHERE slot = '{slot}' AND month = {month}
"""

# Who serves where and has not reported. An organisation whose claims name no governorate at all may
# serve any; a family without one may be served by anybody.
SILENT = """
SELECT organisation_id, bool_or(by_state) AS by_state, governorate FROM gap_claim
WHERE given AND month BETWEEN ({month} - interval '12 months')::date AND {month}
    AND organisation_id NOT IN (SELECT organisation_id FROM gap_reported)
GROUP BY organisation_id, governorate
"""
MISSING = """
SELECT g.governorate, count(*) AS missing, count(*) FILTER (WHERE by_state) AS state_missing FROM (
    SELECT DISTINCT p.governorate, s.organisation_id, s.by_state
    FROM (SELECT DISTINCT governorate FROM {places}) p
    JOIN (
        SELECT organisation_id, by_state, governorate,
            bool_and(governorate IS NULL) OVER (PARTITION BY organisation_id) AS nowhere FROM gap_silent
    ) s ON p.governorate IS NULL OR s.governorate = p.governorate OR s.nowhere
) g GROUP BY g.governorate
"""

# The state's newest list of a governorate answers for its month; whoever stands in it is coloured as
# covered for the need's horizon and unknown after, until the state reports again.
BY_STATE = """
SELECT s.owner_id, bool_or({month} <= (s.month + s.horizon_months * interval '1 month')::date) AS coloured
FROM gap_claim s JOIN (
    SELECT organisation_id, governorate, max(month) AS month FROM gap_claim
    WHERE by_state AND given AND month <= {month} GROUP BY organisation_id, governorate
) newest ON newest.organisation_id = s.organisation_id AND newest.month = s.month
    AND newest.governorate IS NOT DISTINCT FROM s.governorate
WHERE s.by_state AND s.given AND s.organisation_id NOT IN (SELECT organisation_id FROM gap_reported)
GROUP BY s.owner_id
"""

COVERED = """
SELECT holder_id AS owner_id, bool_or({month} BETWEEN first_month AND last_month OR first_month = '0001-01-01') AS covered,
    max(least(last_month, ({month} - interval '1 month')::date))
        FILTER (WHERE given AND first_month < {month} AND first_month <> '0001-01-01') AS last_covered
FROM gap_claim WHERE holder_id IS NOT NULL GROUP BY holder_id
"""

PEOPLE = """
SELECT coalesce(f.group_id, s.family_id) AS owner_id, count(DISTINCT coalesce(p.group_id, s.person_id)) AS people
FROM registry_membership s
JOIN (
    SELECT DISTINCT link.person_id FROM (SELECT DISTINCT entry_id FROM gap_known) k
    JOIN registry_entry_member e ON e.entry_id = k.entry_id
    JOIN registry_link link ON link.record_id = e.record_id AND link.until_run IS NULL
) seen ON seen.person_id = s.person_id
LEFT JOIN registry_group_member f ON f.subject_id = s.family_id
LEFT JOIN registry_group_member p ON p.subject_id = s.person_id
WHERE s.until_run IS NULL GROUP BY coalesce(f.group_id, s.family_id)
"""

GAPS = """
SELECT t.owner_id, t.sources, p.governorate, p.markaz, p.village, c.last_covered,
    coalesce(m.missing, 0) + CASE WHEN b.owner_id IS NOT NULL AND coalesce(m.state_missing, 0) = 0
        THEN 1 ELSE 0 END AS reports_missing
FROM gap_target t
JOIN {place} p USING (owner_id)
LEFT JOIN gap_covered c USING (owner_id)
LEFT JOIN gap_by_state b USING (owner_id)
LEFT JOIN gap_missing m ON m.governorate IS NOT DISTINCT FROM p.governorate
WHERE NOT coalesce(c.covered, false) AND NOT coalesce(b.coloured, false)
"""

NO_GAPS = """
SELECT owner_id, sources, NULL::text AS governorate, NULL::text AS markaz, NULL::text AS village,
    NULL::date AS last_covered, 0 AS reports_missing FROM gap_target
"""

ROWS = """
SELECT {name} AS family, '{slot}' AS slot, to_char({month}, 'YYYY-MM') AS month,
    CASE WHEN g.reports_missing = 0 THEN 'open' ELSE 'unknown' END AS state,
    governorate.name_ar, markaz.name_ar, g.village, coalesce(people.people, 0),
    to_char(g.last_covered, 'YYYY-MM'), {sources}, g.reports_missing
FROM gap_found g
LEFT JOIN places_governorate governorate ON governorate.code = g.governorate
LEFT JOIN places_markaz markaz ON markaz.code = g.markaz
LEFT JOIN gap_people people USING (owner_id)
{join}
{state}
ORDER BY state, governorate.name_ar NULLS LAST, markaz.name_ar NULLS LAST, g.village NULLS LAST, g.owner_id
"""


def read_gaps(viewer: Viewer, *, slot: str, month: date, state: str | None = None) -> polars.DataFrame:
    """
    Return the gaps of a slot in a month, one line a family, `state` alone where it is given.

    An organisation gets the families it knows, with place and people as its own records have them;
    how many others know the family is not said.

    :raises NotFound: no such slot. :raises InvalidInput: no such state.
    """
    import polars as pl

    if state is not None and state not in STATES:
        raise InvalidInput("gaps.state_unknown", state=state)
    with _found_gaps(viewer, slot, month) as connection:
        run_steps(connection, temporary("gap_people", PEOPLE))
        name, join = family_name(viewer, "g.owner_id")
        query = ROWS.format(
            name=name,
            join=join,
            slot=slot,
            month=f"date '{month.isoformat()}'",
            sources="g.sources" if viewer.is_desk else "NULL::bigint",
            state={None: "", "open": "WHERE g.reports_missing = 0", "unknown": "WHERE g.reports_missing > 0"}[
                state
            ],
        )
        rows = connection.execute(query.encode()).fetchall()
    numbers: dict[str, Any] = dict.fromkeys(("people", "sources", "reports_missing"), pl.Int64)
    texts: dict[str, Any] = dict.fromkeys(GAP_COLUMNS, pl.String)
    return pl.DataFrame(rows, schema=texts | numbers, orient="row")


@contextmanager
def _found_gaps(viewer: Viewer, slot: str, month: date) -> Iterator[psycopg.Connection]:
    with engine_connection() as connection:
        organisation = None if viewer.is_desk else own_organisation(viewer)
        gather_families(connection, organisation)
        find_gaps(connection, slot, month, Arena(organisation))
        yield connection
        connection.rollback()


def gather_families(connection: psycopg.Connection, organisation: int | None = None) -> None:
    """
    Make `gap_known`, who stands in which active list, and `gap_place`, where each family is.

    Of one organisation's lists alone where it is given.
    """
    own = "" if organisation is None else f"AND a.organisation_id = {organisation}"
    run_steps(connection, temporary("gap_known", KNOWN.format(own=own)))
    run_steps(connection, temporary("gap_place", PLACES))


@dataclass(frozen=True)
class Arena:
    """
    Whose gaps are looked for, and from which tables: the alliance's, or an organisation's own.

    `places` is asked for the governorates of which the missing reports are counted.
    """

    organisation: int | None = None
    known: str = "gap_known"
    place: str = "gap_place"
    places: str = "gap_place"


def find_gaps(connection: psycopg.Connection, slot: str, month: date, arena: Arena) -> bool:
    """
    Leave a slot's gaps in the table `gap_found`; False where nobody is in its target.

    :raises NotFound: no such slot.
    """
    found = connection.execute(
        "SELECT code, sensitive, target FROM benefits_slot WHERE code = %s", [slot]
    ).fetchone()
    if found is None:
        raise NotFound("slot.unknown", slot=slot)
    code, sensitive, target = found
    own = "" if arena.organisation is None else f"= {arena.organisation}"
    words = {
        "slot": code,
        "month": f"date '{month.isoformat()}'",
        "own_need": own and f"AND n.organisation_id {own}",
        "scope": (own and sensitive and f"AND c.organisation_id {own}") or "",
        "known": arena.known,
        "place": arena.place,
        "places": arena.places,
    }
    targets = TARGET_ALL if target == "all" else TARGET_RECORDED
    for name, query in (
        ("gap_target", targets), ("gap_claim", CLAIMS), ("gap_reported", REPORTED), ("gap_silent", SILENT),
        ("gap_missing", MISSING), ("gap_by_state", BY_STATE), ("gap_covered", COVERED), ("gap_found", GAPS),
    ):  # fmt: skip
        run_steps(connection, temporary(name, query.format(**words)))
        if name == "gap_target" and connection.execute("SELECT 1 FROM gap_target LIMIT 1").fetchone() is None:
            run_steps(connection, temporary("gap_found", NO_GAPS))
            return False
    return True
