"""
Mended rejected rows go back to the list and row they came from.

A row that comes back joins the entry it stood in, so that entry becomes another one (its content
has changed): its other lines move with it, what is repeated is judged anew, and appearances and
claims follow. Rows that were mended before are left as they are, so loading the file twice is
loading it once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl
import psycopg

from wasl.audit.actions import record_audit
from wasl.benefits.settlement import settle_families
from wasl.intake.lines import KEYS, MENTIONS, set_payers
from wasl.intake.loading import COUNTS, LoadedFile, write_appearances, write_claims
from wasl.intake.origins import Origin, access_origin, find_origin_rows, place_in_entries
from wasl.intake.reading import LoadOptions, ParsedChunk, Recognition, SheetSource, parse, recognise
from wasl.intake.rejected import ORIGINS
from wasl.intake.results import ReasonCount, SheetResult
from wasl.intake.rules import Fate, Payer, find_payers
from wasl.intake.staging import copy_chunk, stage_chunk
from wasl.kernel.errors import InvalidInput
from wasl.linkage.features import describe_records
from wasl.registry.actions import remove_appearances, store_entries, store_records
from wasl.store.connections import retry_serialisation

# The other lines of those entries name people too.
SIBLINGS = """
INSERT INTO staged_mention (row, role, entry_no, relation, birth_date, content_key)
SELECT mention.row, mention.role, line.entry_no, member.relation, record.birth_date, record.content_key
FROM intake_line AS line
JOIN intake_mention AS mention USING (list_id, row, year)
JOIN registry_record AS record ON record.id = mention.record_id
LEFT JOIN registry_entry_member AS member ON member.entry_id = line.entry_id AND member.record_id = record.id
WHERE line.list_id = %(list)s AND line.year = %(year)s AND line.fate IN ('accepted', 'repeated')
    AND line.entry_no IN (SELECT entry_no FROM staged_line)
"""

# A family's first line may say for all of them what is given and when.
STATED = """
UPDATE staged_line AS line SET need = said.need, need_text = said.need_text, month = coalesce(line.month, said.month),
    given_on = coalesce(line.given_on, said.given_on), paid_by = coalesce(line.paid_by, said.paid_by)
FROM (
    SELECT DISTINCT ON (entry_no) entry_no, need, need_text, month, given_on, paid_by
    FROM intake_line
    WHERE list_id = %(list)s AND year = %(year)s AND need IS NOT NULL
        AND entry_no IN (SELECT entry_no FROM staged_line)
    ORDER BY entry_no, row
) AS said
WHERE said.entry_no = line.entry_no AND line.need IS NULL
"""

OLD_ENTRIES = """
SELECT DISTINCT entry_id FROM intake_line
WHERE list_id = %(list)s AND year = %(year)s AND entry_id IS NOT NULL
    AND entry_no IN (SELECT entry_no FROM staged_entry)
"""

RETURN_LINES = """
UPDATE intake_line AS line SET
    fate = 'accepted', reason = NULL, reason_column = NULL, entry_no = staged.entry_no, entry_id = key.entry_id,
    cells = staged.cells, sealed_cells = staged.sealed_cells, content_key = key.line_key, need = staged.need,
    need_text = staged.need_text, month = staged.month, given_on = staged.given_on, quantity = staged.quantity,
    value_piastres = staged.value_piastres, paid_by = staged.paid_by, losses = staged.losses
FROM staged_line AS staged JOIN staged_key AS key USING (row)
WHERE line.list_id = %(list)s AND line.year = %(year)s AND line.row = staged.row
"""

MOVE_SIBLINGS = """
UPDATE intake_line AS line SET entry_id = entry.entry_id
FROM staged_entry AS entry
WHERE line.list_id = %(list)s AND line.year = %(year)s AND line.entry_no = entry.entry_no
    AND line.fate IN ('accepted', 'repeated') AND line.entry_id <> entry.entry_id
"""

# The same rule as `lines.REPEATS`, over all of the list that may have changed.
REJUDGE = """
WITH line AS (
    SELECT row, entry_no, entry_id, content_key,
        row_number() OVER (PARTITION BY entry_no, content_key ORDER BY row) > 1 AS repeated
    FROM intake_line
    WHERE list_id = %(list)s AND year = %(year)s AND entry_id = ANY(%(entries)s)
        AND fate IN ('accepted', 'repeated')
), entry AS (
    SELECT entry_no, row_number() OVER (PARTITION BY entry_id, content ORDER BY first_row) > 1 AS repeated
    FROM (
        SELECT entry_no, entry_id, min(row) AS first_row,
            string_agg(DISTINCT content_key, '\\x'::bytea ORDER BY content_key) AS content
        FROM line GROUP BY entry_no, entry_id
    ) AS whole
), judged AS (
    SELECT line.row, CASE WHEN line.repeated OR entry.repeated THEN 'repeated' ELSE 'accepted' END AS fate
    FROM line JOIN entry USING (entry_no)
)
UPDATE intake_line AS line SET fate = judged.fate
FROM judged
WHERE line.list_id = %(list)s AND line.year = %(year)s AND line.row = judged.row AND line.fate <> judged.fate
"""

GONE = """
SELECT old.id FROM unnest(%(old)s::bigint[]) AS old (id) WHERE NOT EXISTS (
    SELECT FROM intake_line AS line
    WHERE line.entry_id = old.id AND line.list_id = %(list)s AND line.year = %(year)s
        AND line.fate IN ('accepted', 'repeated'))
"""


def is_mended(recognition: Recognition) -> bool:
    """Tell whether a sheet says of its rows where they came from."""
    return all(recognition.find_column(field) is not None for field in ORIGINS)


def mend_lists(
    connection: psycopg.Connection,
    file: LoadedFile,
    source: SheetSource,
    recognition: Recognition,
    payers: Sequence[Payer],
) -> SheetResult:
    """
    Give mended rows back to their lists; one transaction a list.

    :raises InvalidInput: a row says not where it came from, or its list has no such row; nothing is changed.
    """
    today = LoadOptions(today=file.at.date())
    lines = pl.concat([chunk.lines for chunk in parse(source, recognition, today)])
    told = lines.filter(pl.col("fate") != Fate.NOT_DATA)
    stray = told.filter(pl.col("origin_list").is_null() | pl.col("origin_row").is_null())
    if stray.height:
        raise InvalidInput("list.mended_without_origin", file=file.name, row=stray["row"][0])
    origins = [
        access_origin(connection, file, code) for code in told["origin_list"].unique().sort().to_list()
    ]
    for origin in origins:
        _check_rows(connection, file, origin, told.filter(pl.col("origin_list") == origin.code))
    mended = {
        origin.code: _mend_list(connection, file, source, recognition, origin, payers) for origin in origins
    }
    refused = told.filter(pl.col("fate") == Fate.REJECTED)
    counted = refused.group_by("reason", "reason_column").agg(pl.len(), pl.col("row").min()).sort("row")
    return SheetResult(
        sheet=source.name,
        outcome="mended",
        mended=sum(mended.values()),
        mended_lists=tuple(code for code, rows in mended.items() if rows),
        rejections=tuple(
            ReasonCount(code, column or "", rows, row) for code, column, rows, row in counted.rows()
        ),
    )


def _check_rows(connection: psycopg.Connection, file: LoadedFile, origin: Origin, told: pl.DataFrame) -> None:
    rows = told["origin_row"].unique().to_list()
    missing = set(rows) - set(find_origin_rows(connection, origin, rows)["origin_row"].to_list())
    if missing:
        raise InvalidInput("list.mended_unknown", file=file.name, list=origin.code, row=min(missing))


def _mend_list(
    connection: psycopg.Connection,
    file: LoadedFile,
    source: SheetSource,
    recognition: Recognition,
    origin: Origin,
    payers: Sequence[Payer],
) -> int:
    chunk = _read_as(source, recognition, origin, file)

    def write() -> int:
        with connection.transaction():
            connection.execute("SELECT FROM intake_list WHERE id = %s FOR UPDATE", [origin.key.list_id])
            coming = _still_rejected(connection, origin, chunk)
            if coming.lines.height:
                _write_mended(connection, file, origin, coming, payers)
        return coming.lines.height

    return retry_serialisation(write)


def _read_as(source: SheetSource, recognition: Recognition, origin: Origin, file: LoadedFile) -> ParsedChunk:
    """Read the sheet as its list was read: the same columns, and what held for the whole of it."""
    options = LoadOptions(today=origin.form.today)
    read = recognise(source, options=options, mapping=origin.form.mapping_of(recognition))
    read = replace(read, proposals=origin.form.proposals, date_orders=origin.form.date_orders)
    chunks = list(parse(source, read, options))
    own = pl.col("origin_list") == origin.code
    lines = pl.concat([chunk.lines for chunk in chunks]).filter(own, pl.col("fate") == Fate.ACCEPTED)
    lines = lines.unique("origin_row", keep="first", maintain_order=True)
    mentions = pl.concat([chunk.mentions for chunk in chunks])
    return ParsedChunk(lines, mentions.filter(pl.col("row").is_in(lines["row"].implode())))


def _still_rejected(connection: psycopg.Connection, origin: Origin, chunk: ParsedChunk) -> ParsedChunk:
    """Keep the lines that are rejected in their list, under their row and entry there."""
    places = find_origin_rows(connection, origin, chunk.lines["origin_row"].to_list())
    lines = chunk.lines.drop("entry").join(places.filter(pl.col("stood") == Fate.REJECTED), on="origin_row")
    lines = lines.with_columns(place_in_entries(lines, chunk.mentions, origin).alias("entry"))
    moved = lines.select("row", "origin_row", "entry")
    width = len(origin.form.header)
    return ParsedChunk(
        lines.select(chunk.lines.columns).with_columns(
            row="origin_row",
            cells=pl.col("cells").list.head(width),
            id_cells=pl.col("id_cells").list.filter(pl.element() < width),
        ),
        chunk.mentions.drop("entry").join(moved, on="row").with_columns(row="origin_row"),
    )


def _write_mended(
    connection: psycopg.Connection,
    file: LoadedFile,
    origin: Origin,
    chunk: ParsedChunk,
    payers: Sequence[Payer],
) -> None:
    key = origin.key
    staged = stage_chunk(chunk)
    copy_chunk(connection, staged)
    set_payers(connection, find_payers(staged.payers, payers, file.organisation_code))
    connection.execute(SIBLINGS, key.params)
    connection.execute(STATED, key.params)
    store_records(connection, organisation_id=key.organisation_id)
    describe_records(connection, organisation_id=key.organisation_id)
    store_entries(connection, organisation_id=key.organisation_id)
    connection.execute(KEYS)
    old = [row[0] for row in connection.execute(OLD_ENTRIES, key.params)]
    new = [row[0] for row in connection.execute("SELECT DISTINCT entry_id FROM staged_entry")]
    connection.execute(RETURN_LINES, key.params)
    connection.execute(MENTIONS, key.params)
    connection.execute(MOVE_SIBLINGS, key.params)
    connection.execute(REJUDGE, key.params | {"entries": sorted({*old, *new})})
    gone = [row[0] for row in connection.execute(GONE, key.params | {"old": old})]
    remove_appearances(connection, list_id=key.list_id, entry_ids=gone)
    connection.execute(COUNTS, key.params | {"own": file.organisation_code})
    write_appearances(connection, key, corrected=True)
    write_claims(connection, key, file.organisation_code)
    _settle(connection, old)
    record_audit(
        by=file.by, at=file.at, action="mend_list", object_kind="list", object_code=origin.code,
        detail={"organisation": file.organisation_code, "rows": chunk.lines.height}, connection=connection,
    )  # fmt: skip


def _settle(connection: psycopg.Connection, entry_ids: list[int]) -> None:
    """Settle the families whose entries the list no longer holds, or holds with other claims."""
    connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS touched_family (family_id bigint PRIMARY KEY) ON COMMIT DROP"
    )
    connection.execute("TRUNCATE touched_family")
    connection.execute(
        "INSERT INTO touched_family SELECT DISTINCT family_id FROM registry_entry_link"
        " WHERE entry_id = ANY(%s) AND until_run IS NULL",
        [entry_ids],
    )
    settle_families(connection)
