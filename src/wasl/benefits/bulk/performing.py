"""
Do a bulk, chunk by chunk, through the doors that single grants go through.

A chunk is one transaction: its rows' outcomes, its being done, the progress of the bulk and what the doors wrote are
committed together, so a bulk that was cut off goes on with the chunks that are left, and nothing is done twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import datetime
from threading import Event
from typing import Any

import psycopg

from wasl.audit.actions import record_audit
from wasl.benefits.bulk.permissions import check_can_make_bulks
from wasl.benefits.bulk.queries import COLUMNS, FROM, Bulk, make_bulk
from wasl.benefits.bulk.rules import DONE_AS, BulkAction, BulkState, chunk_operation
from wasl.kernel.errors import Conflict, NotFound
from wasl.organisations.queries import get_viewer
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection, retry_serialisation

Heard = Callable[[str, float], None]
"""Told the stage and how far it is, between chunks; may raise to stop."""

ONE = f"SELECT {COLUMNS}, o.code {FROM} WHERE b.code = %(code)s"
TAKE = """
SELECT first_place, last_place FROM benefits_bulk_chunk WHERE bulk_id = %(bulk)s AND NOT is_done
ORDER BY first_place LIMIT 1 FOR UPDATE SKIP LOCKED
"""
CHUNK = """
chunk AS MATERIALIZED (
    SELECT * FROM benefits_bulk_row
    WHERE bulk_id = %(bulk)s AND place BETWEEN %(first)s AND %(last)s AND outcome = ''
)
"""
RESERVE = f"""
WITH {CHUNK}, asked AS MATERIALIZED (
    SELECT need, month, array_agg(place ORDER BY place) AS places, array_agg(row ORDER BY place) AS rows,
        array_agg(entry_id ORDER BY place) AS entries, array_agg(record_id ORDER BY place) AS records,
        array_agg(quantity ORDER BY place) AS quantities, array_agg(value_piastres ORDER BY place) AS piastres,
        array_fill(%(answer)s::text, ARRAY[count(*)::integer]) AS answers
    FROM chunk GROUP BY need, month
), told AS MATERIALIZED (
    SELECT asked.places[said.ord] AS place, said.grant_id, said.outcome, said.slot, said.covered_by, said.free_from
    FROM asked CROSS JOIN LATERAL benefits_reserve(
        %(organisation)s, asked.need, asked.month, asked.entries, asked.records, asked.quantities, asked.piastres,
        asked.answers, %(reason)s, %(from)s, %(by)s, %(at)s, %(origin)s::jsonb
            || CASE WHEN %(list)s::bigint IS NULL THEN '{{}}' ELSE jsonb_build_object('list_rows', asked.rows) END
    ) AS said
), written AS (
    UPDATE benefits_bulk_row AS w SET outcome = told.outcome, slot = told.slot, covered_by = told.covered_by,
        free_from = told.free_from, grant_id = told.grant_id
    FROM told WHERE w.bulk_id = %(bulk)s AND w.place = told.place
    RETURNING w.outcome
)
"""
GRANTS = "(SELECT array_agg(DISTINCT grant_id) FROM chunk)"
APPROVE = f"""
WITH {CHUNK}, told AS MATERIALIZED (
    SELECT said.grant_id, said.outcome FROM benefits_approve(%(organisation)s, {GRANTS}, %(by)s, %(at)s) AS said
), written AS (
    UPDATE benefits_bulk_row AS w SET outcome = told.outcome FROM told, chunk
    WHERE w.bulk_id = %(bulk)s AND w.place = chunk.place AND chunk.grant_id = told.grant_id RETURNING w.outcome
)
"""
DELIVER = f"""
WITH {CHUNK}, asked AS MATERIALIZED (
    SELECT array_agg(grant_id ORDER BY place) AS grants, CASE WHEN count(quantity) + count(value_piastres) = 0
        THEN %(receipt)s::jsonb ELSE jsonb_agg(%(receipt)s::jsonb || jsonb_strip_nulls(
            jsonb_build_object('quantity', quantity, 'value_piastres', value_piastres)) ORDER BY place) END AS receipts
    FROM chunk
), told AS MATERIALIZED (
    SELECT said.* FROM asked CROSS JOIN LATERAL benefits_deliver(
        %(organisation)s, asked.grants, asked.receipts, %(operation)s, 'bulk', %(by)s, %(at)s) AS said
), written AS (
    UPDATE benefits_bulk_row AS w SET outcome = told.outcome, tranche = told.tranche, covered_by = told.covered_by,
        free_from = told.free_from
    FROM told, chunk
    WHERE w.bulk_id = %(bulk)s AND w.place = chunk.place AND chunk.grant_id = told.grant_id RETURNING w.outcome
)
"""
REVERSE = f"""
WITH {CHUNK}, asked AS MATERIALIZED (
    SELECT array_agg(grant_id ORDER BY place) AS grants, array_agg(tranche ORDER BY place) AS tranches FROM chunk
), told AS MATERIALIZED (
    SELECT said.* FROM asked CROSS JOIN LATERAL benefits_reverse(
        %(organisation)s, asked.grants, asked.tranches, %(reason)s, %(by)s, %(at)s) AS said
), written AS (
    UPDATE benefits_bulk_row AS w SET outcome = told.outcome FROM told, chunk
    WHERE w.bulk_id = %(bulk)s AND w.place = chunk.place AND chunk.grant_id = told.grant_id
        AND chunk.tranche = told.tranche RETURNING w.outcome
)
"""
CANCEL = f"""
WITH {CHUNK}, told AS MATERIALIZED (
    SELECT said.* FROM benefits_end_grants(
        %(organisation)s, {GRANTS}, 'cancelled', %(reason)s, %(by)s, %(at)s) AS said
), written AS (
    UPDATE benefits_bulk_row AS w SET outcome = told.outcome FROM told, chunk
    WHERE w.bulk_id = %(bulk)s AND w.place = chunk.place AND chunk.grant_id = told.grant_id RETURNING w.outcome
)
"""
STATEMENTS = {
    BulkAction.RESERVE: RESERVE, BulkAction.APPROVE: APPROVE, BulkAction.DELIVER: DELIVER, BulkAction.REVERSE: REVERSE,
    BulkAction.CANCEL: CANCEL,
}  # fmt: skip
COUNTED = """
SELECT coalesce(jsonb_object_agg(outcome, rows), '{}'), coalesce(sum(rows), 0)::integer
FROM (SELECT outcome, count(*) AS rows FROM written GROUP BY outcome) AS each_of
"""
PUT = "UPDATE benefits_bulk_chunk SET is_done = true WHERE bulk_id = %(bulk)s AND first_place = %(first)s"
# The last statement of a chunk: the chunks of a bulk wait for one another no longer than a commit takes.
PROGRESS = """
UPDATE benefits_bulk SET rows_done = rows_done + %(rows)s,
    counts = benefits_add_counts(counts, %(counts)s::jsonb || jsonb_build_object('', -%(rows)s))
WHERE id = %(bulk)s
"""
END = """
UPDATE benefits_bulk SET state = 'done', done_at = %(at)s, counts = counts - ''
WHERE id = %(bulk)s AND state = 'working' AND rows_done = rows_wanted
"""
AT_ONCE = {BulkAction.RESERVE: 2}
"""Chunks done side by side: reserving is the database's work, and two of its processes share it."""
TELL_EVERY_S = 0.3


def perform_bulk(*, code: str, by: Viewer, at: datetime, heard: Heard) -> Bulk:
    """
    Do what is still to be done of a bulk, as `by`: whoever does it, is who reserved, approved or delivered.

    `heard` is called from this thread alone; where it raises, the chunks that are on are done to their end.

    :raises NotFound: not a bulk of the organisation of `by`. :raises Conflict: it is not ready, or dropped.
    :raises NotAllowed: `by` may give no longer; a colleague may go on.
    """
    check_can_make_bulks(by)
    with engine_connection() as connection:
        bulk = _begin(connection, code, by, at)
    if bulk.state == BulkState.DONE:
        return bulk
    heard(f"stage.bulk.{bulk.action}", bulk.rows_done / max(1, bulk.rows_wanted))
    stop = Event()
    workers = AT_ONCE.get(bulk.action, 1)
    with ThreadPoolExecutor(workers) as pool, engine_connection(autocommit=True) as watching:
        running = {pool.submit(_do_chunks, code, by, at, stop) for _ in range(workers)}
        try:
            while running:
                ended, running = wait(running, TELL_EVERY_S, FIRST_COMPLETED)
                for one in ended:
                    one.result()
                # the doors believe what the engine says: who was disabled meanwhile gives no further chunk
                check_can_make_bulks(get_viewer(by.username))
                bulk = _read(watching, code, by)
                heard(f"stage.bulk.{bulk.action}", bulk.rows_done / max(1, bulk.rows_wanted))
        finally:
            stop.set()
    return bulk


def _do_chunks(code: str, by: Viewer, at: datetime, stop: Event) -> None:
    """Do chunks that nobody is at until there are none, on a connection of its own."""
    with engine_connection() as connection:
        while not stop.is_set() and retry_serialisation(lambda: _one_chunk(connection, code, by, at)):
            pass


def stop_bulk(code: str) -> None:
    """Write down that a bulk was stopped between two chunks; what it did stays."""
    with engine_connection() as connection:
        connection.execute(
            "UPDATE benefits_bulk SET state = 'stopped' WHERE code = %s AND state = 'working'", [code]
        )


def _begin(connection: psycopg.Connection, code: str, by: Viewer, at: datetime) -> Bulk:
    with connection.transaction():
        bulk = _read(connection, code, by, lock=True)
        if bulk.state == BulkState.DONE:
            return bulk
        if bulk.state not in (BulkState.READY, BulkState.WORKING, BulkState.STOPPED):
            raise Conflict("bulk.not_ready", bulk=code)
        connection.execute("UPDATE benefits_bulk SET state = 'working' WHERE id = %s", [bulk.id])
        _audit(connection, bulk, by, at, "begin_bulk", {"rows": bulk.rows_wanted})
        return _read(connection, code, by)


def _one_chunk(connection: psycopg.Connection, code: str, by: Viewer, at: datetime) -> bool:
    """Do a chunk that nobody is at, in one transaction, or write that all are done; tell whether to go on."""
    with connection.transaction():
        bulk = _read(connection, code, by)
        if bulk.state != BulkState.WORKING:
            return False
        chunk = connection.execute(TAKE, {"bulk": bulk.id}).fetchone()
        if chunk is not None:
            _do_chunk(connection, bulk, by, at, *chunk)
            return True
        if connection.execute(END, {"bulk": bulk.id, "at": at}).rowcount:
            bulk = _read(connection, code, by)
            _audit(connection, bulk, by, at, f"{bulk.action}_bulk", bulk.counts | {"rows": bulk.rows_done})
        return False


def _do_chunk(
    connection: psycopg.Connection, bulk: Bulk, by: Viewer, at: datetime, first: int, last: int
) -> None:
    given = {
        "bulk": bulk.id, "first": first, "last": last, "organisation": bulk.organisation_id, "by": by.username, "at": at,
        "reason": bulk.reason, "answer": "give" if bulk.goes_on else "", "operation": chunk_operation(bulk.uid, first),
        "list": bulk.params.get("list_id"), "from": "list" if bulk.params.get("list_id") else "bulk",
        "origin": json.dumps(_origin(bulk)), "receipt": json.dumps(bulk.params.get("receipt", {})),
    }  # fmt: skip
    row = connection.execute((STATEMENTS[bulk.action] + COUNTED).encode(), given).fetchone()
    assert row is not None
    counts, rows = row
    if rows != last - first + 1:
        raise Conflict("bulk.rows_unanswered", bulk=bulk.code, rows=last - first + 1 - rows)
    connection.execute(PUT, {"bulk": bulk.id, "first": first})
    connection.execute(PROGRESS, {"bulk": bulk.id, "rows": rows, "counts": json.dumps(counts)})


def _origin(bulk: Bulk) -> dict[str, Any]:
    listed = bulk.params.get("list_id")
    return {"bulk_id": bulk.id} | ({"list_id": listed} if listed else {})


def _read(connection: psycopg.Connection, code: str, by: Viewer, *, lock: bool = False) -> Bulk:
    row = connection.execute(ONE + (" FOR UPDATE OF b" if lock else ""), {"code": code}).fetchone()
    bulk = make_bulk(row) if row is not None else None
    if bulk is None or bulk.organisation_id != by.organisation_id:
        raise NotFound("bulk.unknown", code=code)
    return bulk


def _audit(
    connection: psycopg.Connection, bulk: Bulk, by: Viewer, at: datetime, action: str, detail: dict[str, Any]
) -> None:
    done = {DONE_AS[bulk.action]: bulk.done} if bulk.done else {}
    record_audit(
        by=by, at=at, action=action, object_kind="bulk", object_code=bulk.code,
        detail={"organisation": bulk.organisation, "need": bulk.need} | done | detail, connection=connection,
    )  # fmt: skip
