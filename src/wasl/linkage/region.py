"""
What stands around the part of the registry that an increment judges anew.

The *region* holds whole components: whoever shares a person, a family or a group with something in it, by what the
last run found. What stands may reach further: hands have separated and joined since, a killed run has published
a part, a list that comes back finds its subjects elsewhere. Active entries beyond are *outside*: the increment
takes their components in and judges again, so that its difference is the one a full run would make.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import psycopg

from wasl.linkage.export import RunInput, copy_out
from wasl.linkage.plan import Standing

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Region:
    """
    What is judged (`read`, as far as a difference asks), what stands of it, and which entries lie outside.

    `read.records` names whose they are and their ids alone.
    """

    read: RunInput
    standing: Standing
    outside: Ids


@dataclass(frozen=True)
class Items:
    """Records and entries by number: those judged, and those that no active list holds any more."""

    records: Ids
    entries: Ids
    gone_records: Ids
    gone_entries: Ids


IS_ACTIVE = "EXISTS (SELECT FROM registry_appearance a WHERE a.entry_id = {entry} AND a.active)"
NAMED_ACTIVE = (
    "EXISTS (SELECT FROM registry_entry_member m JOIN registry_appearance a ON a.entry_id = m.entry_id"
    " WHERE m.record_id = {record} AND a.active)"
)
STEPS = (
    # Everybody that the region's rows, or those that are gone, point at; then whoever shares a group with them.
    """
    CREATE TEMP TABLE region_subject ON COMMIT DROP AS
    SELECT l.person_id AS id FROM region_record r JOIN registry_link l ON l.record_id = r.id AND l.until_run IS NULL
    UNION
    SELECT l.family_id FROM region_entry e JOIN registry_entry_link l ON l.entry_id = e.id AND l.until_run IS NULL
    """,
    "ANALYZE region_subject",
    """
    CREATE TEMP TABLE region_group ON COMMIT DROP AS
    SELECT subject_id, group_id FROM registry_group_member WHERE group_id IN (
        SELECT g.group_id FROM region_subject s JOIN registry_group_member g ON g.subject_id = s.id)
    """,
    "INSERT INTO region_subject SELECT subject_id FROM region_group EXCEPT SELECT id FROM region_subject",
    "CREATE UNIQUE INDEX ON region_subject (id)",
    "ANALYZE region_subject",
    "ANALYZE region_group",
    "CREATE TEMP TABLE region_link ON COMMIT DROP AS"
    " SELECT l.record_id, l.person_id FROM region_subject s"
    " JOIN registry_link l ON l.person_id = s.id AND l.until_run IS NULL",
    "CREATE TEMP TABLE region_entry_link ON COMMIT DROP AS"
    " SELECT l.entry_id, l.family_id FROM region_subject s"
    " JOIN registry_entry_link l ON l.family_id = s.id AND l.until_run IS NULL",
    "ANALYZE region_link",
    "ANALYZE region_entry_link",
    # Families in which somebody of the region is at home, and which the region does not hold.
    "CREATE TEMP TABLE region_home_link ON COMMIT DROP AS SELECT DISTINCT f.entry_id, f.family_id FROM region_home h"
    " JOIN registry_entry_link l ON l.entry_id = h.id AND l.until_run IS NULL"
    " JOIN registry_entry_link f ON f.family_id = l.family_id AND f.until_run IS NULL",
    # Retired subjects that rows of the region once had: with every active row that had them.
    """
    CREATE TEMP TABLE region_retired ON COMMIT DROP AS
    SELECT DISTINCT s.id, s.kind FROM (
        SELECT l.person_id AS id FROM region_record r
        JOIN registry_link l ON l.record_id = r.id AND l.until_run IS NOT NULL WHERE NOT r.gone
        UNION ALL
        SELECT l.family_id FROM region_entry e
        JOIN registry_entry_link l ON l.entry_id = e.id AND l.until_run IS NOT NULL WHERE NOT e.gone
    ) AS had JOIN registry_subject AS s ON s.id = had.id AND s.state = 'retired'
    """,
    # Ids that rows of the region bear or bore, and all active rows that bear them.
    "CREATE TEMP TABLE region_nid ON COMMIT DROP AS SELECT DISTINCT x.nid_index FROM region_record r"
    " JOIN registry_record x ON x.id = r.id WHERE x.nid_index IS NOT NULL",
    "ANALYZE region_nid",
    f"""
    CREATE TEMP TABLE region_beside ON COMMIT DROP AS
    SELECT x.id AS record_id, x.nid_index, x.organisation_id, l.person_id
    FROM region_nid n JOIN registry_record x ON x.nid_index = n.nid_index
    JOIN registry_link l ON l.record_id = x.id AND l.until_run IS NULL
    WHERE NOT EXISTS (SELECT FROM region_record r WHERE r.id = x.id) AND {NAMED_ACTIVE.format(record="x.id")}
    """,
)

RECORDS = """
SELECT x.id, x.organisation_id, o.kind = 'ministry', encode(x.nid_index, 'hex')
FROM region_record r JOIN registry_record x ON x.id = r.id
JOIN organisations_organisation o ON o.id = x.organisation_id WHERE NOT r.gone
UNION ALL
SELECT b.record_id, b.organisation_id, o.kind = 'ministry', encode(b.nid_index, 'hex')
FROM region_beside b JOIN organisations_organisation o ON o.id = b.organisation_id
ORDER BY 1
"""
RECORD_SCHEMA = {
    "record_id": pl.Int64, "organisation": pl.Int32, "ministry": pl.Boolean, "nid_index": pl.String,
}  # fmt: skip
ENTRIES = """
SELECT x.id, x.organisation_id, o.kind = 'ministry', min(a.month), max(a.month)
FROM (SELECT id FROM region_entry WHERE NOT gone UNION SELECT entry_id FROM region_home_link) e
JOIN registry_entry x ON x.id = e.id
JOIN organisations_organisation o ON o.id = x.organisation_id
JOIN registry_appearance a ON a.entry_id = x.id AND a.active
GROUP BY x.id, x.organisation_id, o.kind ORDER BY x.id
"""
ENTRY_SCHEMA = {
    "entry_id": pl.Int64, "organisation": pl.Int32, "ministry": pl.Boolean, "first_month": pl.Date,
    "last_month": pl.Date,
}  # fmt: skip
MEMBERS = (
    "SELECT m.entry_id, m.record_id FROM region_entry e JOIN registry_entry_member m ON m.entry_id = e.id"
    " WHERE NOT e.gone"
    " UNION SELECT m.entry_id, m.record_id FROM region_home_link h"
    " JOIN registry_entry_member m ON m.entry_id = h.entry_id JOIN region_record r ON r.id = m.record_id"
    " ORDER BY 1, 2"
)
OUTSIDE = f"""
SELECT l.entry_id FROM region_entry_link l
WHERE NOT EXISTS (SELECT FROM region_entry e WHERE e.id = l.entry_id) AND {IS_ACTIVE.format(entry="l.entry_id")}
UNION
SELECT m.entry_id FROM region_link l JOIN registry_entry_member m ON m.record_id = l.record_id
WHERE NOT EXISTS (SELECT FROM region_record r WHERE r.id = l.record_id) AND {IS_ACTIVE.format(entry="m.entry_id")}
"""
MEMBERSHIPS = (
    "SELECT m.person_id, m.family_id FROM region_subject s"
    " JOIN registry_membership m ON m.person_id = s.id AND m.until_run IS NULL"
)
PAST_LINKS = (
    "SELECT DISTINCT l.record_id, l.person_id FROM region_retired s"
    " JOIN registry_link l ON l.person_id = s.id AND l.until_run IS NOT NULL"
    f" WHERE s.kind = 'person' AND {NAMED_ACTIVE.format(record='l.record_id')}"
)
PAST_ENTRY_LINKS = (
    "SELECT DISTINCT l.entry_id, l.family_id FROM region_retired s"
    " JOIN registry_entry_link l ON l.family_id = s.id AND l.until_run IS NOT NULL"
    f" WHERE s.kind = 'family' AND {IS_ACTIVE.format(entry='l.entry_id')}"
)
# Of those beside, only what the region has a say in.
NIDS = """
SELECT encode(n.nid_index, 'hex'), n.person_id FROM registry_person_nid n
WHERE n.standing = 'confirmed' AND n.until_run IS NULL AND (
    n.person_id IN (SELECT id FROM region_subject)
    OR n.nid_index IN (SELECT nid_index FROM region_nid) AND n.person_id IN (SELECT person_id FROM region_beside))
"""
BESIDE = "SELECT record_id, person_id FROM region_beside"


def read_region(
    connection: psycopg.Connection, items: Items, verdicts: pl.DataFrame, *, homes: Ids
) -> Region:
    """
    Read what a difference of these items asks, in one snapshot. Must begin a transaction, and ends it.

    `homes`: entries beyond the region whose families people of it are at home in.
    """

    def pairs(query: str, first: str, second: str, kind: type[pl.DataType] = pl.Int64) -> pl.DataFrame:
        return copy_out(connection, query, {first: kind, second: pl.Int64})

    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        name_items(connection, items)
        connection.execute(
            "CREATE TEMP TABLE region_home ON COMMIT DROP AS SELECT unnest(%s::bigint[]) AS id",
            [homes.tolist()],
        )
        for statement in STEPS:
            connection.execute(statement.encode())
        outside = connection.execute(OUTSIDE.encode()).fetchall()
        return Region(
            read=RunInput(
                digest=b"",
                records=copy_out(connection, RECORDS, RECORD_SCHEMA),
                entries=copy_out(connection, ENTRIES, ENTRY_SCHEMA),
                members=copy_out(connection, MEMBERS, {"entry_id": pl.Int64, "record_id": pl.Int64}),
                editions=pl.DataFrame(),
                verdicts=verdicts,
            ),
            standing=Standing(
                links=pairs("SELECT * FROM region_link", "record_id", "person_id"),
                entry_links=pairs("SELECT * FROM region_entry_link", "entry_id", "family_id"),
                memberships=pairs(MEMBERSHIPS, "person_id", "family_id"),
                groups=pairs("SELECT * FROM region_group", "subject_id", "group_id"),
                past_links=_oldest_within(pairs(PAST_LINKS, "item", "subject"), items.records),
                past_entry_links=_oldest_within(pairs(PAST_ENTRY_LINKS, "item", "subject"), items.entries),
                nids=pairs(NIDS, "nid_index", "person_id", pl.String),
                beside=pairs(BESIDE, "record_id", "person_id"),
                homes=pairs("SELECT * FROM region_home_link", "entry_id", "family_id"),
            ),
            outside=np.array(sorted(row[0] for row in outside), dtype=np.int64),
        )


def name_items(connection: psycopg.Connection, items: Items) -> None:
    """Make the temporary tables `region_record` and `region_entry` of this transaction."""
    for table, here, gone in (
        ("region_record", items.records, items.gone_records),
        ("region_entry", items.entries, items.gone_entries),
    ):
        connection.execute(
            f"CREATE TEMP TABLE {table} (id bigint, gone boolean NOT NULL) ON COMMIT DROP".encode()
        )
        frame = pl.DataFrame(
            {
                "id": np.concatenate((here, gone)).astype(np.int64),
                "gone": np.repeat([False, True], [len(here), len(gone)]),
            }
        )
        if frame.height:
            with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)".encode()) as copy:
                for part in frame.iter_slices(500_000):
                    copy.write(part.write_csv(include_header=False))
        connection.execute(f"CREATE UNIQUE INDEX ON {table} (id)".encode())
        connection.execute(f"ANALYZE {table}".encode())


def _oldest_within(past: pl.DataFrame, items: Ids) -> pl.DataFrame:
    """Leave out subjects whose oldest row is not of the region: they come back with that row, or not at all."""
    oldest = past.group_by("subject").agg(item=pl.col("item").min())
    within = oldest.join(pl.DataFrame({"item": items.astype(np.int64)}), on="item", how="semi")
    return past.join(within.select("subject"), on="subject", how="semi")
