"""
Fill the index of search: when records are stored, and for those that stand without.

It holds nothing that the records do not say: whoever doubts it makes it again.
"""

from __future__ import annotations

import polars as pl
import psycopg

from wasl.registry.search_keys import WORDS_MAX, index_keys

BATCH = 50_000

# A record's keys come as columns: text of arrays takes twice as long to read.
KEYS_MAX = 4 + WORDS_MAX + WORDS_MAX * (WORDS_MAX - 1) // 2
STAGING = f"""
CREATE TEMP TABLE IF NOT EXISTS staged_search
    (record_id bigint NOT NULL, {", ".join(f"key{place} integer" for place in range(KEYS_MAX))});
CREATE TEMP TABLE IF NOT EXISTS staged_token (token text NOT NULL)
"""
FRESH = """
SELECT staged_id.id, staged.name, staged.governorate, staged.markaz, extract(year FROM staged.birth_date)::integer
FROM staged_record AS staged JOIN staged_id USING (content_key)
WHERE staged_id.fresh ORDER BY staged_id.id
"""
MISSING = """
SELECT record.id, record.name, record.governorate, record.markaz,
    extract(year FROM record.birth_date)::integer, record.organisation_id
FROM registry_record AS record
WHERE record.id > %s AND NOT EXISTS (
    SELECT FROM registry_search AS search WHERE search.record_id = record.id OFFSET 0)
ORDER BY record.id LIMIT %s
"""
SCHEMA = {
    "id": pl.Int64, "name": pl.String, "governorate": pl.String, "markaz": pl.String, "birth_year": pl.Int32,
}  # fmt: skip
# The alliance (0) keeps every word too, for the desk. Sorted, so that two loads that bring the same new words
# never wait for each other in a ring.
NEW_TOKENS = """
SELECT whose.organisation_id, staged.token FROM staged_token AS staged
CROSS JOIN (VALUES (0), (%(organisation)s)) AS whose (organisation_id)
WHERE NOT EXISTS (
    SELECT FROM registry_token AS known
    WHERE known.organisation_id = whose.organisation_id AND known.form = staged.token
        AND known.token = staged.token OFFSET 0)
"""
TOKENS = """
INSERT INTO registry_token (organisation_id, form, token)
SELECT organisation_id, form, token
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS new (organisation_id, form, token)
ORDER BY organisation_id, form, token
ON CONFLICT DO NOTHING
"""
# Longer ones are not mended: nobody types them.
MENDED_MAX = 30


def index_fresh(connection: psycopg.Connection, *, organisation_id: int) -> None:
    """Index the records that `store_records` has just inserted, in its transaction."""
    _index(connection, connection.execute(FRESH).fetchall(), organisation_id)


def index_missing(connection: psycopg.Connection) -> int:
    """Index every record that is not, in the caller's transaction; return how many."""
    done, last = 0, 0
    while True:
        rows = connection.execute(MISSING, [last, BATCH]).fetchall()
        if not rows:
            return done
        for organisation in sorted({row[5] for row in rows}):
            _index(connection, [row[:5] for row in rows if row[5] == organisation], organisation)
        done, last = done + len(rows), rows[-1][0]


def rebuild_index(connection: psycopg.Connection) -> int:
    """Make the whole index again from the records, in the caller's transaction; return how many."""
    connection.execute("TRUNCATE registry_search, registry_token")
    return index_missing(connection)


def _index(connection: psycopg.Connection, rows: list[tuple[object, ...]], organisation_id: int) -> None:
    if not rows:
        return
    records = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    keys, tokens = index_keys(records, organisation_id)
    columns = ", ".join(f"key{place}" for place in range(keys.width))
    connection.execute(STAGING.encode())
    connection.execute("TRUNCATE staged_search, staged_token")
    _copy(connection, f"staged_search (record_id, {columns})", keys.insert_column(0, records["id"]))
    _copy(connection, "staged_token (token)", pl.DataFrame({"token": tokens}))
    connection.execute(
        "INSERT INTO registry_search (record_id, keys)"
        f" SELECT record_id, array_remove(ARRAY[{columns}], NULL) FROM staged_search".encode()
    )
    new = connection.execute(NEW_TOKENS, {"organisation": organisation_id}).fetchall()
    forms = [(whose, form, token) for whose, token in new for form in _forms(token)]
    if forms:
        connection.execute(TOKENS, [list(column) for column in zip(*forms, strict=True)])


def _forms(token: str) -> set[str]:
    """Give a word and what is left of it without any one letter."""
    shortened = {token[:at] + token[at + 1 :] for at in range(len(token))}
    return {token, *(shortened if len(token) <= MENDED_MAX else ())}


def _copy(connection: psycopg.Connection, table: str, frame: pl.DataFrame) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)".encode()) as copy:
        copy.write(frame.write_csv(include_header=False))
