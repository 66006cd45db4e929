"""
Writes to records, entries and appearances: in bulk, by the engine's role, from staged rows.

Who fills the staging decides nothing about identity: equal content of one organisation is one
record and one entry, whichever list, order or run brings it. So loading again is harmless.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from wasl.registry.search_index import index_fresh

STAGING = """
CREATE TEMP TABLE IF NOT EXISTS staged_record (
    content_key bytea NOT NULL,
    name text NOT NULL,
    nid_index bytea,
    nid_sealed bytea,
    nid_check boolean,
    nid_written_sealed bytea,
    sex smallint,
    birth_date date,
    birth_precision text,
    phone bigint,
    governorate text,
    markaz text,
    village text,
    deceased boolean NOT NULL
);
CREATE TEMP TABLE IF NOT EXISTS staged_mention (
    row integer NOT NULL,
    role text NOT NULL,
    entry_no integer NOT NULL,
    relation text,
    birth_date date,
    content_key bytea NOT NULL,
    record_id bigint
);
CREATE TEMP TABLE IF NOT EXISTS staged_id (
    content_key bytea NOT NULL,
    id bigint NOT NULL,
    fresh boolean NOT NULL
);
CREATE TEMP TABLE IF NOT EXISTS staged_entry (
    entry_no integer NOT NULL,
    content_key bytea NOT NULL,
    head_record_id bigint NOT NULL,
    entry_id bigint,
    fresh boolean
);
CREATE TEMP TABLE IF NOT EXISTS appearance_in (
    entry_id bigint NOT NULL,
    month date NOT NULL
);
"""

# What is known is looked up by key, one probe each (OFFSET keeps the planner from reading the whole
# table instead), and the rest inserted: without ON CONFLICT, which writes every row twice. The lock of
# `store_records` keeps two loads of one organisation from inserting the same; the key is the guard.
KNOWN = """
INSERT INTO staged_id (content_key, id, fresh)
SELECT staged.content_key, known.id, false
FROM (SELECT DISTINCT content_key FROM {staged}) AS staged
CROSS JOIN LATERAL (
    SELECT id FROM {table} AS kept
    WHERE kept.organisation_id = %(organisation)s AND kept.content_key = staged.content_key OFFSET 0
) AS known
"""
KNOWN_RECORDS = KNOWN.format(staged="staged_mention", table="registry_record")
KNOWN_ENTRIES = KNOWN.format(staged="staged_entry", table="registry_entry")

# The number of a row among its organisation's own, which its code is made of, goes on from the newest: under
# the same lock, so that none is given twice. Records take the odd ones and entries the even ones.
OWN_NUMBERS = (
    "(SELECT coalesce(max(organisation_id * 1000000000 + own_no) - %(organisation)s::bigint * 1000000000, {before})"
    " FROM {table} WHERE organisation_id * 1000000000 + own_no BETWEEN %(organisation)s::bigint * 1000000000"
    " AND %(organisation)s::bigint * 1000000000 + 999999999)"
    " + 2 * row_number() OVER (ORDER BY content_key)"
)

RECORDS = """
WITH fresh AS (
    INSERT INTO registry_record
        (organisation_id, own_no, content_key, name, nid_index, nid_sealed, nid_check, nid_written_sealed, sex,
         birth_date, birth_precision, phone, governorate, markaz, village, deceased)
    SELECT %(organisation)s, {own_no}, content_key, name, nid_index, nid_sealed, nid_check, nid_written_sealed, sex,
        birth_date, birth_precision, phone, governorate, markaz, village, deceased
    FROM staged_record AS staged
    WHERE NOT EXISTS (SELECT FROM staged_id WHERE staged_id.content_key = staged.content_key)
    ORDER BY content_key
    RETURNING content_key, id
)
INSERT INTO staged_id (content_key, id, fresh) SELECT content_key, id, true FROM fresh
""".format(own_no=OWN_NUMBERS.format(before=-1, table="registry_record"))

RECORD_IDS = """
UPDATE staged_mention AS staged SET record_id = staged_id.id
FROM staged_id WHERE staged_id.content_key = staged.content_key
"""

# Who answers for an entry: the head by relation, the registrant, a named adult, and last a child.
# Order inside the list counts only between equals without birth dates.
ENTRY_CONTENT = """
INSERT INTO staged_entry (entry_no, content_key, head_record_id)
SELECT
    entry_no,
    substring(sha256(string_agg(DISTINCT member, '\\x'::bytea ORDER BY member)) FOR 16),
    (array_agg(record_id ORDER BY head_rank, birth_date NULLS LAST, row, role))[1]
FROM (
    SELECT entry_no, record_id, birth_date, row, role,
        content_key || convert_to(coalesce(relation, '') || chr(31), 'UTF8') AS member,
        CASE
            WHEN relation = 'head' THEN 0
            WHEN role = 'registrant' THEN 1
            WHEN relation IN ('child', 'grandchild', 'dependant') THEN 4
            WHEN role = 'person' THEN 2
            WHEN role = 'spouse' THEN 3
            ELSE 4
        END AS head_rank
    FROM staged_mention
) AS mention
GROUP BY entry_no
"""

# Members are written with their entry, once: whoever finds the entry there finds them too.
ENTRIES = """
WITH wanted AS (
    SELECT DISTINCT ON (content_key) content_key, entry_no, head_record_id
    FROM staged_entry AS staged
    WHERE NOT EXISTS (SELECT FROM staged_id WHERE staged_id.content_key = staged.content_key)
    ORDER BY content_key, entry_no
), fresh AS (
    INSERT INTO registry_entry (organisation_id, own_no, content_key, head_record_id)
    SELECT %(organisation)s, {own_no}, content_key, head_record_id FROM wanted
    RETURNING content_key, id
), members AS (
    INSERT INTO registry_entry_member (entry_id, record_id, organisation_id, role, relation)
    SELECT DISTINCT ON (fresh.id, mention.record_id)
        fresh.id, mention.record_id, %(organisation)s, mention.role, mention.relation
    FROM fresh JOIN wanted USING (content_key) JOIN staged_mention AS mention USING (entry_no)
    ORDER BY fresh.id, mention.record_id, (mention.relation IS NULL), mention.relation, mention.row, mention.role
)
INSERT INTO staged_id (content_key, id, fresh) SELECT content_key, id, true FROM fresh
""".format(own_no=OWN_NUMBERS.format(before=0, table="registry_entry"))

ENTRY_IDS = """
UPDATE staged_entry AS staged SET entry_id = staged_id.id, fresh = staged_id.fresh
FROM staged_id WHERE staged_id.content_key = staged.content_key
"""

APPEARANCES = """
INSERT INTO registry_appearance (entry_id, list_id, organisation_id, month, active)
SELECT entry_id, %(list)s, %(organisation)s, max(month), %(active)s
FROM appearance_in
GROUP BY entry_id
"""

CORRECTED_APPEARANCES = """
ON CONFLICT (entry_id, list_id) DO UPDATE SET month = excluded.month, active = excluded.active
    WHERE registry_appearance.month IS DISTINCT FROM excluded.month
       OR registry_appearance.active IS DISTINCT FROM excluded.active
"""


def create_staging(connection: psycopg.Connection) -> None:
    """Make the temporary tables of this session that the functions below read; harmless when there."""
    connection.execute(STAGING)


def store_records(connection: psycopg.Connection, *, organisation_id: int, analyse: bool = True) -> None:
    """
    Insert the records of `staged_record` that are new, and fill in `staged_mention.record_id`.

    `staged_record` holds each content once, by its key: the keyed digest of the identity content.
    `analyse` for the first chunk of a session: later ones are alike.
    Until the caller's transaction ends, others wait who store records of the same organisation.
    """
    key = {"organisation": organisation_id}
    connection.execute(
        "SELECT pg_advisory_xact_lock(hashtext('wasl records'), %(organisation)s::integer)", key
    )
    connection.execute("TRUNCATE staged_id")
    connection.execute(KNOWN_RECORDS, key)
    if analyse:
        connection.execute("ANALYZE staged_id, staged_mention, staged_record (content_key)")
    with _hashed(connection):
        connection.execute(RECORDS, key)
    index_fresh(connection, organisation_id=organisation_id)
    connection.execute(RECORD_IDS)


def store_entries(connection: psycopg.Connection, *, organisation_id: int, analyse: bool = True) -> None:
    """
    Make the entries of `staged_mention` (one per `entry_no`) and fill `staged_entry` with their ids.

    An entry's key is a digest over its members' keys and relations, whatever their order.
    Comes after `store_records`, in the same transaction.
    """
    key = {"organisation": organisation_id}
    connection.execute("TRUNCATE staged_entry, staged_id")
    connection.execute(ENTRY_CONTENT)
    connection.execute(KNOWN_ENTRIES, key)
    if analyse:
        connection.execute("ANALYZE staged_entry, staged_id")
    with _hashed(connection):
        connection.execute(ENTRIES, key)
    connection.execute(ENTRY_IDS)


@contextmanager
def _hashed(connection: psycopg.Connection) -> Iterator[None]:
    """
    Join by hashing, whatever the planner expects of a chunk.

    Where the first chunk brought nothing new, it takes it that no chunk does, and would walk all rows for
    each: ten minutes for forty thousand.
    """
    connection.execute("SET LOCAL enable_nestloop = off")
    yield
    connection.execute("SET LOCAL enable_nestloop = on")


def record_appearances(
    connection: psycopg.Connection, *, list_id: int, organisation_id: int, active: bool, corrected: bool
) -> None:
    """
    Say that the entries of `appearance_in` stand in a list, each in its newest month there.

    `corrected` where the list may have appearances already.
    """
    sql = APPEARANCES + (CORRECTED_APPEARANCES if corrected else "")
    connection.execute(sql.encode(), {"list": list_id, "organisation": organisation_id, "active": active})


def remove_appearances(connection: psycopg.Connection, *, list_id: int, entry_ids: list[int]) -> None:
    """Say that entries stand in a list no more: its lines now make other entries of the same people."""
    connection.execute(
        "DELETE FROM registry_appearance WHERE list_id = %s AND entry_id = ANY(%s)", [list_id, entry_ids]
    )


def set_list_active(connection: psycopg.Connection, *, list_id: int, active: bool) -> int:
    """Count the list's entries, or count them no more; return how many rows changed."""
    return connection.execute(
        "UPDATE registry_appearance SET active = %s WHERE list_id = %s AND active <> %s",
        [active, list_id, active],
    ).rowcount
