"""
The links of every row, for other programs: who is the same person, who is one family.

One line for each person that an accepted or repeated row of an active list names. `person` and
`family` are the best estimate, `certain_person` and `certain_family` the subjects inside them; the
family is the one the row is about. They are empty where the row came after the last run.
"""

from __future__ import annotations

from pathlib import Path

import psycopg

from wasl.organisations.viewer import Viewer
from wasl.registry.codes import OWN_CODE
from wasl.store.connections import engine_connection

LINK_COLUMNS = (
    "list", "organisation", "file", "sheet", "row", "role",
    "person", "family", "certain_person", "certain_family",
)  # fmt: skip
BOM = "\ufeff".encode()

GROUPED = {
    "person": "coalesce(person_group.group_id, link.person_id)",
    "family": "coalesce(family_group.group_id, entry_link.family_id)",
    "certain_person": "link.person_id",
    "certain_family": "entry_link.family_id",
}
LINES = """
SELECT list.code AS list, organisation.code AS organisation, list.file_name AS file, list.sheet, line.row,
    coalesce(mention.role, 'person') AS role, {codes}
FROM intake_list AS list
JOIN organisations_organisation AS organisation ON organisation.id = list.organisation_id
JOIN intake_line AS line ON line.list_id = list.id AND line.year = list.year
LEFT JOIN intake_mention AS mention
    ON mention.list_id = line.list_id AND mention.row = line.row AND mention.year = line.year
LEFT JOIN registry_link AS link ON link.record_id = mention.record_id AND link.until_run IS NULL
LEFT JOIN registry_entry_link AS entry_link ON entry_link.entry_id = line.entry_id AND entry_link.until_run IS NULL
LEFT JOIN registry_group_member AS person_group ON person_group.subject_id = link.person_id
LEFT JOIN registry_group_member AS family_group ON family_group.subject_id = entry_link.family_id
{joins}
WHERE list.state = 'active' AND line.fate IN ('accepted', 'repeated')
AND (%(organisation)s::bigint IS NULL OR list.organisation_id = %(organisation)s)
ORDER BY list.id, line.row, mention.role
"""
# An organisation reads own codes (`registry.codes`), certain ones too: of its oldest row in each.
OWN_PEOPLE = """
LEFT JOIN (
    SELECT coalesce(member.group_id, link.person_id) AS subject, min(record.own_no) AS own_no
    FROM registry_record AS record
    JOIN registry_link AS link ON link.record_id = record.id AND link.until_run IS NULL
    LEFT JOIN registry_group_member AS member ON {certain} AND member.subject_id = link.person_id
    WHERE record.organisation_id = %(organisation)s GROUP BY 1
) AS own_{name} ON own_{name}.subject = {grouped}
"""
OWN_FAMILIES = """
LEFT JOIN (
    SELECT coalesce(member.group_id, link.family_id) AS subject, min(entry.own_no) AS own_no
    FROM registry_entry AS entry
    JOIN registry_entry_link AS link ON link.entry_id = entry.id AND link.until_run IS NULL
    LEFT JOIN registry_group_member AS member ON {certain} AND member.subject_id = link.family_id
    WHERE entry.organisation_id = %(organisation)s GROUP BY 1
) AS own_{name} ON own_{name}.subject = {grouped}
"""


def write_links(viewer: Viewer, path: Path) -> int:
    """
    Write the links of the rows that `viewer` may see as CSV with a BOM; return the lines.

    Streams: memory stays flat at any size. The caller gives the file its final name.
    """
    query, organisation = _query(viewer)
    with engine_connection() as connection, path.open("wb") as file:
        file.write(BOM)
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)".encode(), organisation) as copy:
                for block in copy:
                    file.write(block)
            return cursor.rowcount


def count_unlinked_rows(viewer: Viewer) -> int:
    """Return how many rows of active lists came after the last run, or were never linked."""
    _, organisation = _query(viewer)
    with engine_connection() as connection:
        row = connection.execute(
            "SELECT count(*) FROM intake_list AS list"
            " JOIN intake_line AS line ON line.list_id = list.id AND line.year = list.year"
            " LEFT JOIN registry_entry_link AS link ON link.entry_id = line.entry_id AND link.until_run IS NULL"
            " WHERE list.state = 'active' AND line.fate IN ('accepted', 'repeated') AND link.entry_id IS NULL"
            " AND (%(organisation)s::bigint IS NULL OR list.organisation_id = %(organisation)s)",
            organisation,
        ).fetchone()
    assert row is not None
    return int(row[0])


def name_records(connection: psycopg.Connection, record_ids: list[int]) -> dict[int, str]:
    """Return one place, as LIST:ROW:ROLE, where each record is named: the first in an active list."""
    rows = connection.execute(
        "SELECT DISTINCT ON (mention.record_id) mention.record_id, list.code, mention.row, mention.role"
        " FROM intake_mention AS mention JOIN intake_list AS list ON list.id = mention.list_id"
        " WHERE mention.record_id = ANY(%s)"
        " ORDER BY mention.record_id, list.state <> 'active', list.id, mention.row",
        [record_ids],
    )
    return {row[0]: f"{row[1]}:{row[2]}:{row[3]}" for row in rows.fetchall()}


def name_entries(connection: psycopg.Connection, entry_ids: list[int]) -> dict[int, str]:
    """Return one place, as LIST:ROW, where each entry begins: the first in an active list."""
    rows = connection.execute(
        "SELECT DISTINCT ON (line.entry_id) line.entry_id, list.code, line.row"
        " FROM intake_line AS line JOIN intake_list AS list ON list.id = line.list_id"
        " WHERE line.entry_id = ANY(%s) ORDER BY line.entry_id, list.state <> 'active', list.id, line.row",
        [entry_ids],
    )
    return {row[0]: f"{row[1]}:{row[2]}" for row in rows.fetchall()}


def _query(viewer: Viewer) -> tuple[str, dict[str, int | None]]:
    codes, joins = [], []
    for name, grouped in GROUPED.items():
        code = f"registry_code({grouped})"
        if not viewer.is_desk:
            code = OWN_CODE.format(organisation="%(organisation)s", own_no=f"own_{name}.own_no")
            own = OWN_FAMILIES if name.endswith("family") else OWN_PEOPLE
            certain = "false" if name.startswith("certain") else "true"
            joins.append(own.format(name=name, grouped=grouped, certain=certain))
        codes.append(f"{code} AS {name}")
    query = LINES.format(codes=", ".join(codes), joins="".join(joins))
    return query, {"organisation": None if viewer.is_desk else viewer.organisation_id}
