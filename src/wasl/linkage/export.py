"""
What a run reads: the records and entries of active lists, with the verdicts, and what stands of them.

Nobody else may read it so: national ids come out in plain, for the engine alone.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl
import psycopg
import pyarrow as pa
from psycopg import sql

from wasl.linkage.plan import Standing
from wasl.store.sealing import unseal

ACTIVE = (
    "CREATE TEMP TABLE active_entry ON COMMIT DROP AS"
    " SELECT entry_id, min(month) AS first_month, max(month) AS last_month"
    " FROM registry_appearance WHERE active GROUP BY entry_id",
    "CREATE UNIQUE INDEX ON active_entry (entry_id)",
    "ANALYZE active_entry",
    "CREATE TEMP TABLE active_record ON COMMIT DROP AS SELECT DISTINCT member.record_id"
    " FROM registry_entry_member AS member JOIN active_entry USING (entry_id)",
    "CREATE UNIQUE INDEX ON active_record (record_id)",
    "ANALYZE active_record",
)

RECORDS = """
SELECT record.id, record.organisation_id, organisation.kind = 'ministry', record.name,
    encode(record.nid_index, 'hex'), encode(record.nid_sealed, 'hex'), record.nid_check, record.sex,
    record.birth_date, record.birth_precision, record.phone, record.governorate, record.markaz, record.village
FROM registry_record AS record
JOIN active_record ON active_record.record_id = record.id
JOIN organisations_organisation AS organisation ON organisation.id = record.organisation_id
ORDER BY record.id
"""
RECORD_SCHEMA = {
    "record_id": pl.Int64, "organisation": pl.Int32, "ministry": pl.Boolean, "name": pl.String,
    "nid_index": pl.String, "nid_sealed": pl.String, "nid_check": pl.Boolean, "sex": pl.Int8,
    "birth_date": pl.Date, "birth_precision": pl.String, "phone": pl.Int64,
    "governorate": pl.String, "markaz": pl.String, "village": pl.String,
}  # fmt: skip

ENTRIES = """
SELECT entry.id, entry.organisation_id, organisation.kind = 'ministry',
    active_entry.first_month, active_entry.last_month
FROM registry_entry AS entry
JOIN active_entry ON active_entry.entry_id = entry.id
JOIN organisations_organisation AS organisation ON organisation.id = entry.organisation_id
ORDER BY entry.id
"""
ENTRY_SCHEMA = {
    "entry_id": pl.Int64, "organisation": pl.Int32, "ministry": pl.Boolean,
    "first_month": pl.Date, "last_month": pl.Date,
}  # fmt: skip

MEMBERS = """
SELECT member.entry_id, member.record_id, member.relation, member.role
FROM registry_entry_member AS member JOIN active_entry USING (entry_id)
ORDER BY member.entry_id, member.record_id
"""
MEMBER_SCHEMA = {"entry_id": pl.Int64, "record_id": pl.Int64, "relation": pl.String, "role": pl.String}

EDITIONS = "SELECT entry_id, list_id FROM registry_appearance WHERE active ORDER BY entry_id, list_id"
EDITION_SCHEMA = {"entry_id": pl.Int64, "list_id": pl.Int64}

# A verdict counts when both sides are before the run; the others wait until their lists are back.
VERDICTS = """
SELECT a_id, b_id, kind, verdict, id FROM linkage_verdict AS verdict
WHERE undone_at IS NULL AND verdict <> 'unsure' AND CASE kind
    WHEN 'person' THEN EXISTS (SELECT FROM active_record WHERE record_id = a_id)
        AND EXISTS (SELECT FROM active_record WHERE record_id = b_id)
    ELSE EXISTS (SELECT FROM active_entry WHERE entry_id = a_id)
        AND EXISTS (SELECT FROM active_entry WHERE entry_id = b_id) END
ORDER BY id
"""
VERDICT_SCHEMA = {
    "record_a": pl.Int64, "record_b": pl.Int64, "kind": pl.String,
    "verdict": pl.String, "verdict_id": pl.Int64,
}  # fmt: skip


@dataclass(frozen=True)
class RunInput:
    """Everything a run reads, and the digest of it: equal digest, nothing new."""

    digest: bytes
    records: pl.DataFrame
    entries: pl.DataFrame
    members: pl.DataFrame
    editions: pl.DataFrame
    verdicts: pl.DataFrame
    touched_rows: list[int] = field(default_factory=list)
    """The notes of touched lists that this input has in it."""

    @property
    def lists(self) -> list[int]:
        """The active lists it speaks of."""
        return self.editions["list_id"].unique().sort().to_list()

    def engine_records(self) -> pa.Table:
        """Return the records as the engine wants them, with the ids in plain."""
        sealed = self.records.select("nid_index", "nid_sealed").drop_nulls().unique("nid_index")
        plain = unseal([bytes.fromhex(text) for text in sealed["nid_sealed"]])
        ids = sealed.select("nid_index").with_columns(nid=pl.Series(plain, dtype=pl.String))
        frame = self.records.join(ids, on="nid_index", how="left", maintain_order="left")
        return frame.drop("nid_index", "nid_sealed").to_arrow(compat_level=pl.CompatLevel.oldest())


def read_input(connection: psycopg.Connection, *, salt: bytes) -> RunInput:
    """
    Read what a run needs in one snapshot; `salt` (the engine's own version) is part of the digest.

    About a second for 100,000 records. Must begin a transaction, and ends it.
    """
    digest = hashlib.sha256(salt)
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for statement in ACTIVE:
            connection.execute(statement.encode())
        return RunInput(
            records=copy_out(connection, RECORDS, RECORD_SCHEMA, digest),
            entries=copy_out(connection, ENTRIES, ENTRY_SCHEMA, digest),
            members=copy_out(connection, MEMBERS, MEMBER_SCHEMA, digest),
            editions=copy_out(connection, EDITIONS, EDITION_SCHEMA, digest),
            verdicts=copy_out(connection, VERDICTS, VERDICT_SCHEMA, digest),
            touched_rows=[
                row[0] for row in connection.execute("SELECT id FROM linkage_touched_list").fetchall()
            ],
            digest=digest.digest(),
        )


LINKS = "SELECT record_id, person_id FROM registry_link WHERE until_run IS NULL"
ENTRY_LINKS = "SELECT entry_id, family_id FROM registry_entry_link WHERE until_run IS NULL"
MEMBERSHIPS = "SELECT person_id, family_id FROM registry_membership WHERE until_run IS NULL"
GROUPS = "SELECT subject_id, group_id FROM registry_group_member"
PAST_LINKS = (
    "SELECT DISTINCT record_id, person_id FROM registry_link AS link JOIN registry_subject AS subject"
    " ON subject.id = link.person_id WHERE until_run IS NOT NULL AND subject.state = 'retired'"
)
PAST_ENTRY_LINKS = (
    "SELECT DISTINCT entry_id, family_id FROM registry_entry_link AS link JOIN registry_subject AS subject"
    " ON subject.id = link.family_id WHERE until_run IS NOT NULL AND subject.state = 'retired'"
)
NIDS = (
    "SELECT encode(nid_index, 'hex'), person_id FROM registry_person_nid"
    " WHERE standing = 'confirmed' AND until_run IS NULL"
)


def read_standing(connection: psycopg.Connection) -> Standing:
    """Read what the registry says now, of everything it knows: the plan takes what the run read."""

    def pairs(query: str, first: str, second: str, kind: type[pl.DataType] = pl.Int64) -> pl.DataFrame:
        return copy_out(connection, query, {first: kind, second: pl.Int64})

    return Standing(
        links=pairs(LINKS, "record_id", "person_id"),
        entry_links=pairs(ENTRY_LINKS, "entry_id", "family_id"),
        memberships=pairs(MEMBERSHIPS, "person_id", "family_id"),
        groups=pairs(GROUPS, "subject_id", "group_id"),
        past_links=pairs(PAST_LINKS, "item", "subject"),
        past_entry_links=pairs(PAST_ENTRY_LINKS, "item", "subject"),
        nids=pairs(NIDS, "nid_index", "person_id", pl.String),
    )


def copy_out(
    connection: psycopg.Connection, query: str, schema: Mapping[str, type[pl.DataType]], digest: object = None
) -> pl.DataFrame:
    """Return what a query finds as a frame; the bytes as they come are added to `digest`."""
    held = io.BytesIO()
    wanted = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(sql.SQL(query))
    with connection.cursor() as cursor, cursor.copy(wanted) as copy:
        for block in copy:
            held.write(block)
    if digest is not None:
        digest.update(held.getbuffer())  # type: ignore[attr-defined]
    if not held.tell():
        return pl.DataFrame(schema=dict(schema))
    raw = {name: pl.String if kind == pl.Boolean else kind for name, kind in schema.items()}
    held.seek(0)
    frame = pl.read_csv(held, has_header=False, schema=raw)
    truths = [(pl.col(name) == "t").alias(name) for name, kind in schema.items() if kind == pl.Boolean]
    return frame.with_columns(truths)
