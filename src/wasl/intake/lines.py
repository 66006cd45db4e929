"""
Lines of a chunk into the database, within one transaction: records, entries, fates, mentions.

A line's content key says whom it names and what it states, whatever the order of its children or
the number of its row. Equal keys decide what is repeated:

- a line equal to an earlier one of its own entry;
- an entry whose set of lines equals that of an earlier entry of the same list: all its lines.

The earlier stays accepted, so any order of the same rows accepts as many.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from wasl.intake.staging import STAGING, StagedChunk, copy_chunk
from wasl.linkage.features import describe_records
from wasl.registry.actions import create_staging, store_entries, store_records


@dataclass(frozen=True)
class ListKey:
    """The list that lines go to, as its rows are keyed."""

    list_id: int
    year: int
    organisation_id: int

    @property
    def params(self) -> dict[str, int]:
        """Values by the names used in this module's SQL."""
        return {"list": self.list_id, "year": self.year, "organisation": self.organisation_id}


# The list's own numbering of children (child1, child2) is no content: `role` without its number.
KEYS = """
INSERT INTO staged_key (row, entry_no, entry_id, line_key, repeated)
SELECT row, entry_no, entry_id, line_key,
    row_number() OVER (PARTITION BY entry_no, line_key ORDER BY row) > 1
FROM (
    SELECT line.row, line.entry_no, entry.entry_id,
        substring(sha256(coalesce(said.people, '\\x'::bytea) || convert_to(
            coalesce(line.need, '') || chr(31) || coalesce(line.need_text, '') || chr(31)
            || coalesce(line.month::text, '') || chr(31) || coalesce(line.given_on::text, '') || chr(31)
            || coalesce(trim_scale(line.quantity)::text, '') || chr(31)
            || coalesce(line.value_piastres::text, '') || chr(31) || coalesce(line.paid_by, ''),
            'UTF8')) FOR 16) AS line_key
    FROM staged_line AS line
    JOIN staged_entry AS entry USING (entry_no)
    LEFT JOIN (
        SELECT row, string_agg(person, '\\x'::bytea ORDER BY person) AS people
        FROM (
            SELECT row, content_key
                || convert_to(rtrim(role, '0123456789') || chr(31) || coalesce(relation, '') || chr(30), 'UTF8')
                AS person
            FROM staged_mention
        ) AS mention
        GROUP BY row
    ) AS said USING (row)
    WHERE line.fate = 'accepted'
) AS keyed
"""

# The subquery is one probe of (entry_id, list_id) for each entry that was known before. A list that is
# loading is unknown to the planner's statistics: `+ 0` keeps it from reading the list from its start
# for every entry.
REPEATS = """
WITH mine AS (
    SELECT entry_no, entry_id, fresh, min(row) AS first_row,
        string_agg(DISTINCT line_key, '\\x'::bytea ORDER BY line_key) AS content
    FROM staged_key JOIN staged_entry USING (entry_no, entry_id)
    GROUP BY entry_no, entry_id, fresh
), ranked AS (
    SELECT entry_no, entry_id, fresh, content,
        row_number() OVER (PARTITION BY entry_id, content ORDER BY first_row) > 1 AS repeated
    FROM mine
), judged AS (
    SELECT entry_no, repeated OR NOT fresh AND EXISTS (
        SELECT FROM intake_line AS line
        WHERE line.entry_id = ranked.entry_id AND line.list_id + 0 = %(list)s AND line.year = %(year)s
            AND line.entry_no <> ranked.entry_no AND line.fate <> 'withdrawn'
        GROUP BY line.entry_no
        HAVING string_agg(DISTINCT line.content_key, '\\x'::bytea ORDER BY line.content_key) = ranked.content
    ) AS repeated
    FROM ranked
)
UPDATE staged_key SET repeated = true
FROM judged WHERE judged.repeated AND judged.entry_no = staged_key.entry_no
"""

LINES = """
INSERT INTO intake_line
    (year, list_id, row, organisation_id, entry_no, entry_id, fate, reason, reason_column, cells, sealed_cells,
     content_key, need, need_text, month, given_on, quantity, value_piastres, paid_by, losses)
SELECT %(year)s, %(list)s, line.row, %(organisation)s, line.entry_no, key.entry_id,
    CASE WHEN key.repeated THEN 'repeated' ELSE line.fate END,
    line.reason, line.reason_column, line.cells, line.sealed_cells,
    key.line_key, line.need, line.need_text, line.month, line.given_on, line.quantity, line.value_piastres,
    line.paid_by, line.losses
FROM staged_line AS line LEFT JOIN staged_key AS key USING (row)
"""

MENTIONS = """
INSERT INTO intake_mention (year, list_id, row, role, organisation_id, record_id)
SELECT %(year)s, %(list)s, mention.row, mention.role, %(organisation)s, mention.record_id
FROM staged_mention AS mention JOIN staged_key AS key USING (row)
"""


def prepare_session(connection: psycopg.Connection) -> None:
    """
    Make this session's staging tables and its manner of working.

    A statement of a killed client ends within a second, so that its locks do not outlive it.
    """
    connection.execute("SET client_connection_check_interval = '1s'")
    connection.execute("SET work_mem = '64MB'")
    connection.execute("SET temp_buffers = '64MB'")
    create_staging(connection)
    connection.execute(STAGING)


def store_chunk(
    connection: psycopg.Connection,
    key: ListKey,
    staged: StagedChunk,
    payers: dict[str, str],
    *,
    analyse: bool,
) -> None:
    """
    Write a chunk: staging, records, entries, then its lines with their fates.

    One transaction is the caller's; `analyse` is for the first chunk, since the others are alike.
    """
    copy_chunk(connection, staged)
    set_payers(connection, payers)
    store_records(connection, organisation_id=key.organisation_id, analyse=analyse)
    describe_records(connection, organisation_id=key.organisation_id)
    store_entries(connection, organisation_id=key.organisation_id, analyse=analyse)
    connection.execute(KEYS)
    if analyse:
        connection.execute("ANALYZE staged_key, staged_line (row, entry_no, fate)")
    connection.execute(REPEATS, key.params)
    connection.execute(LINES, key.params)
    connection.execute(MENTIONS, key.params)


def set_payers(connection: psycopg.Connection, payers: dict[str, str]) -> None:
    """Replace wordings of who pays by an organisation's code where they name one."""
    changed = {words: payer for words, payer in payers.items() if words != payer}
    if changed:
        connection.execute(
            "UPDATE staged_line SET paid_by = known.code"
            " FROM unnest(%s::text[], %s::text[]) AS known (words, code) WHERE paid_by = known.words",
            [list(changed), list(changed.values())],
        )
