"""
One sheet into one list: begin or go on, chunk by chunk, finish.

Until it is finished a list is `loading`: its lines are there and count nowhere, since it has no
appearances and no claims. Each chunk is one transaction that also writes how far it got; finishing
is one transaction that makes appearances and claims, counts, and takes the place of the list it
replaces. So a load killed anywhere is gone on with, and ends as if it had never been killed (L1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import polars as pl
import psycopg

from wasl.audit.actions import record_audit
from wasl.benefits.claims import record_claims, set_claims_active
from wasl.intake.lines import ListKey, store_chunk
from wasl.intake.pipeline import prefetch
from wasl.intake.reading.model import ParsedChunk
from wasl.intake.rules import ListState, Payer, check_can_be_replaced, find_payers
from wasl.intake.staging import StagedChunk, stage_chunk
from wasl.kernel.errors import RuleRefused
from wasl.organisations.viewer import Viewer
from wasl.registry.actions import record_appearances, set_list_active
from wasl.store.connections import retry_serialisation

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class LoadedFile:
    """The file a list comes from, whose it is, and who loads it when."""

    name: str
    digest: bytes
    organisation_id: int
    organisation_code: str
    by: Viewer
    at: datetime


APPEARANCES = """
INSERT INTO appearance_in (entry_id, month)
SELECT line.entry_id, coalesce(max(line.month), list.month)
FROM intake_line AS line JOIN intake_list AS list ON list.id = line.list_id
WHERE line.list_id = %(list)s AND line.year = %(year)s AND line.fate IN ('accepted', 'repeated')
GROUP BY line.entry_id, list.month
"""

CLAIM_IN = """
CREATE TEMP TABLE IF NOT EXISTS claim_in (
    year smallint, list_id bigint, row integer, organisation_id bigint, kind text, need text, entry_id bigint,
    given_to_record bigint, month date, given_on date, quantity numeric(14, 3), value_piastres bigint,
    repeated boolean, active boolean, to_person boolean
)
"""

# Through temporary tables whose size is known: of a list just written the planner knows nothing, and
# joined each line with each mention.
CLAIMING_LINES = """
CREATE TEMP TABLE line_in ON COMMIT DROP AS
SELECT line.year, line.list_id, line.row, line.organisation_id, list.kind, line.need, line.entry_id, line.month,
    line.given_on, line.quantity, line.value_piastres, line.fate = 'repeated' AS repeated,
    list.state = 'active' AS active, need.subject = 'person' AS per_person
FROM intake_line AS line JOIN intake_list AS list ON list.id = line.list_id
LEFT JOIN benefits_need AS need ON need.code = line.need
WHERE line.list_id = %(list)s AND line.year = %(year)s
    AND line.fate IN ('accepted', 'repeated') AND line.need IS NOT NULL
    AND (line.month IS NOT NULL OR list.kind = 'known')
    AND (line.paid_by IS NULL OR line.paid_by = %(own)s)
"""
# Whom a line gives to: its person or registrant, else whoever it names first. A list of pupils names one child
# a line beside its guardian: it gives to the child. Where lines name several, they say no such thing.
NAMED = """
CREATE TEMP TABLE named_in ON COMMIT DROP AS
SELECT row, bool_or(role = 'person') AS is_line_of_person,
    (array_agg(record_id ORDER BY
        CASE WHEN role IN ('person', 'registrant') THEN 0 WHEN role = 'spouse' THEN 1 ELSE 2 END, role))[1] AS record_id,
    CASE WHEN max(max(role) FILTER (WHERE role LIKE 'child%%')) OVER () = 'child1'
        THEN min(record_id) FILTER (WHERE role = 'child1') END AS child_id
FROM intake_mention WHERE list_id = %(list)s AND year = %(year)s
GROUP BY row
"""
CLAIMS = """
INSERT INTO claim_in
SELECT line.year, line.list_id, line.row, line.organisation_id, line.kind, line.need, line.entry_id,
    coalesce(CASE WHEN line.per_person THEN named.child_id END, named.record_id, entry.head_record_id), line.month,
    line.given_on, line.quantity, line.value_piastres, line.repeated, line.active,
    coalesce(line.per_person AND (named.child_id IS NOT NULL OR named.is_line_of_person), false)
FROM line_in AS line
JOIN registry_entry AS entry ON entry.id = line.entry_id
LEFT JOIN named_in AS named USING (row)
"""

COUNTS = """
UPDATE intake_list AS list SET
    rows_total = counted.total, rows_accepted = counted.accepted, rows_rejected = counted.rejected,
    rows_repeated = counted.repeated, rows_not_data = counted.not_data, rows_withdrawn = counted.withdrawn,
    rows_without_claim = CASE WHEN list.kind = 'known' THEN 0 ELSE counted.without_claim END,
    rows_paid_elsewhere = counted.paid_elsewhere,
    month = coalesce(counted.newest, list.month),
    cells_lost = (
        SELECT coalesce(jsonb_object_agg(kind, cells), '{}') FROM (
            SELECT loss ->> 'kind' AS kind, count(*) AS cells
            FROM intake_line AS line, jsonb_array_elements(line.losses) AS loss
            WHERE line.list_id = %(list)s AND line.year = %(year)s AND line.losses IS NOT NULL
            GROUP BY loss ->> 'kind'
        ) AS lost)
FROM (
    SELECT count(*) AS total,
        count(*) FILTER (WHERE fate = 'accepted') AS accepted,
        count(*) FILTER (WHERE fate = 'rejected') AS rejected,
        count(*) FILTER (WHERE fate = 'repeated') AS repeated,
        count(*) FILTER (WHERE fate = 'not_data') AS not_data,
        count(*) FILTER (WHERE fate = 'withdrawn') AS withdrawn,
        count(*) FILTER (WHERE fate = 'accepted' AND (need IS NULL OR month IS NULL)) AS without_claim,
        count(*) FILTER (WHERE fate = 'accepted' AND paid_by <> %(own)s) AS paid_elsewhere,
        max(month) FILTER (WHERE fate IN ('accepted', 'repeated')) AS newest
    FROM intake_line WHERE list_id = %(list)s AND year = %(year)s
) AS counted
WHERE list.id = %(list)s
"""


COUNTING_EDITION = """
SELECT other.code FROM intake_list AS list
JOIN intake_list AS other USING (organisation_id, file_digest, sheet)
WHERE list.id = %s AND other.id <> list.id AND other.state = 'active' FOR UPDATE OF other
"""


def load_chunks(
    connection: psycopg.Connection,
    key: ListKey,
    chunks: Iterator[ParsedChunk],
    *,
    rows_done: int,
    payers: list[Payer],
    own_code: str,
    said: Callable[[int], None],
) -> None:
    """Write the chunks that are not in yet; `said` hears how many rows are."""

    def staged() -> Iterator[StagedChunk]:
        seen = 0
        for chunk in chunks:
            already = min(max(rows_done - seen, 0), chunk.lines.height)
            seen += chunk.lines.height
            if already < chunk.lines.height:
                yield stage_chunk(_without_first(chunk, already))

    done = rows_done
    for item in prefetch(staged()):
        done += item.row_count
        found = find_payers(item.payers, payers, own_code)

        def write(item: StagedChunk = item, found: dict[str, str] = found, done: int = done) -> None:
            with connection.transaction():
                store_chunk(connection, key, item, found, analyse=done <= rows_done + item.row_count)
                connection.execute(
                    "UPDATE intake_list SET loaded_row = %s WHERE id = %s", [done, key.list_id]
                )

        retry_serialisation(write)
        said(done)


def _without_first(chunk: ParsedChunk, count: int) -> ParsedChunk:
    """Leave out lines that are in: another release may have cut the sheet elsewhere, never inside an entry."""
    if count == 0:
        return chunk
    lines = chunk.lines.slice(count)
    return ParsedChunk(lines, chunk.mentions.filter(pl.col("row").is_in(lines["row"].implode())))


def finish_list(connection: psycopg.Connection, file: LoadedFile, key: ListKey, code: str) -> str | None:
    """
    Make the list count, in one transaction; return the code of the list it replaced, if any.

    :raises RuleRefused: the list it should replace has been replaced in the meantime.
    """

    def write() -> str | None:
        with connection.transaction():
            replaced = _step_before(connection, key.list_id)
            connection.execute(COUNTS, key.params | {"own": file.organisation_code})
            connection.execute("UPDATE intake_list SET state = 'active' WHERE id = %s", [key.list_id])
            write_appearances(connection, key, corrected=False)
            write_claims(connection, key, file.organisation_code)
            record_audit(
                by=file.by, at=file.at, action="load_list", object_kind="list", object_code=code,
                detail={"organisation": file.organisation_code, "replaces": replaced} | _count_detail(connection, key),
                connection=connection,
            )  # fmt: skip
        return replaced

    return retry_serialisation(write)


def write_appearances(connection: psycopg.Connection, key: ListKey, *, corrected: bool) -> None:
    """Say in which months the list's entries stand in it; `corrected` where that was said before."""
    connection.execute("TRUNCATE appearance_in")
    connection.execute(APPEARANCES, key.params)
    connection.execute("ANALYZE appearance_in")
    state = connection.execute("SELECT state FROM intake_list WHERE id = %s", [key.list_id]).fetchone()
    record_appearances(
        connection,
        list_id=key.list_id,
        organisation_id=key.organisation_id,
        active=state is not None and state[0] == ListState.ACTIVE,
        corrected=corrected,
    )


def write_claims(connection: psycopg.Connection, key: ListKey, own_code: str) -> None:
    """Hand the list's claims to benefits: whole lists, which it compares with what it holds."""
    connection.execute(CLAIM_IN)
    connection.execute("TRUNCATE claim_in")
    connection.execute("DROP TABLE IF EXISTS pg_temp.line_in, pg_temp.named_in")
    connection.execute(CLAIMING_LINES, key.params | {"own": own_code})
    connection.execute(NAMED, key.params)
    connection.execute("ANALYZE line_in, named_in")
    connection.execute(CLAIMS)
    connection.execute("ANALYZE claim_in")
    record_claims(connection)


def set_list_state(connection: psycopg.Connection, list_id: int, state: str, reason: str | None) -> None:
    """Change a list's state and all that counts by it, within the caller's transaction."""
    connection.execute(
        "UPDATE intake_list SET state = %s, state_reason = %s WHERE id = %s", [state, reason, list_id]
    )
    active = state == ListState.ACTIVE
    set_list_active(connection, list_id=list_id, active=active)
    set_claims_active(connection, list_id, active)


def _step_before(connection: psycopg.Connection, list_id: int) -> str | None:
    """
    Take the place of the list that this one replaces.

    :raises RuleRefused: it has been replaced meanwhile, or another edition of the same sheet counts.
    """
    row = connection.execute(
        "SELECT id, code, state FROM intake_list"
        " WHERE id = (SELECT replaces_id FROM intake_list WHERE id = %s) FOR UPDATE",
        [list_id],
    ).fetchone()
    if row is not None:
        check_can_be_replaced(row[2], row[1])
        set_list_state(connection, row[0], ListState.REPLACED, None)
    counting = connection.execute(COUNTING_EDITION, [list_id]).fetchone()
    if counting is not None:
        raise RuleRefused("list.edition_counts", list=counting[0])
    return None if row is None else str(row[1])


def _count_detail(connection: psycopg.Connection, key: ListKey) -> dict[str, object]:
    rows = connection.execute(
        "SELECT rows_total, rows_accepted, rows_rejected, rows_repeated FROM intake_list WHERE id = %s",
        [key.list_id],
    ).fetchone()
    return dict(zip(("rows", "accepted", "rejected", "repeated"), rows or (), strict=True))
