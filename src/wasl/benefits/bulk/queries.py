"""Reads of bulks: an organisation's own, for the desk all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connections

from wasl.benefits.bulk.rules import ANSWERABLE, BEFORE_THE_DOOR, DONE_AS, BulkAction, BulkSource, BulkState
from wasl.kernel.errors import NotFound
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope

COLUMNS = (
    "b.id, b.uid, b.code, b.organisation_id, b.action, b.source, b.state, b.need, b.month, b.params, b.goes_on, b.reason,"
    " b.of_bulk_id, b.file_name, b.file_digest, b.form, b.rows_total, b.rows_wanted, b.rows_done, b.counts, b.problem,"
    " b.job_code, b.made_by, b.made_at, b.done_at"
)
FROM = "FROM benefits_bulk b JOIN organisations_organisation o ON o.id = b.organisation_id"


@dataclass(frozen=True)
class Bulk:
    """One act on many; `counts` are rows by outcome, those that still wait under the empty one."""

    id: int
    uid: UUID
    code: str
    organisation_id: int
    organisation: str
    action: BulkAction
    source: BulkSource
    state: BulkState
    need: str | None
    month: date | None
    params: dict[str, Any]
    goes_on: bool
    reason: str
    of_bulk_id: int | None
    file: str
    digest: bytes | None
    form: dict[str, Any]
    rows_total: int
    rows_wanted: int
    rows_done: int
    counts: dict[str, int]
    problem: dict[str, Any] | None
    job_code: str
    made_by: str
    made_at: datetime
    done_at: datetime | None

    @property
    def done(self) -> int:
        """Return how many rows went through."""
        return self.counts.get(DONE_AS[self.action], 0)

    @property
    def answerable(self) -> int:
        """Return how many rows the door left to the officer."""
        return sum(self.counts.get(outcome, 0) for outcome in ANSWERABLE)

    @property
    def not_found(self) -> int:
        """Return how many rows named nobody, or were unreadable."""
        return sum(self.counts.get(outcome, 0) for outcome in BEFORE_THE_DOOR)

    @property
    def has_begun(self) -> bool:
        """Tell whether anything of it was done."""
        return self.rows_done > 0


@dataclass(frozen=True)
class BulkRow:
    """A row of a bulk and what became of it; `family` and `grant` are codes, `head` the name of the family's head."""

    place: int
    row: int
    outcome: str
    need: str | None
    month: date | None
    quantity: Decimal | None
    value_piastres: int | None
    note: str
    same_row: int | None
    slot: str | None
    covered_by: str | None
    free_from: date | None
    family: str
    head: str
    grant: str


@dataclass(frozen=True)
class BulkQuestion:
    """Which bulks are asked for: newest first, those older than `before`."""

    action: str | None = None
    before: int | None = None
    of_bulk_id: int | None = None
    states: Sequence[str] = field(default_factory=tuple)


def access_bulk(viewer: Viewer, code: str) -> Bulk:
    """
    Return the bulk of this code.

    :raises NotFound: no such bulk, or another organisation's.
    """
    found = _read(viewer, "b.code = %(code)s", {"code": code}, 1)
    if not found:
        raise NotFound("bulk.unknown", code=code)
    return found[0]


def find_bulk(viewer: Viewer, bulk_id: int | None) -> Bulk | None:
    """Return a bulk by its number, None where there is none or it is not the viewer's."""
    found = _read(viewer, "b.id = %(id)s", {"id": bulk_id}, 1) if bulk_id is not None else []
    return found[0] if found else None


def list_bulks(viewer: Viewer, question: BulkQuestion, limit: int) -> list[Bulk]:
    """Return bulks, the newest first."""
    where, given = ["b.state <> 'discarded'"], dict[str, Any]()
    if question.action is not None:
        where.append("b.action = %(action)s")
        given["action"] = question.action
    if question.before is not None:
        where.append("b.id < %(before)s")
        given["before"] = question.before
    if question.of_bulk_id is not None:
        where.append("b.of_bulk_id = %(of)s")
        given["of"] = question.of_bulk_id
    if question.states:
        where.append("b.state = ANY(%(states)s)")
        given["states"] = list(question.states)
    return _read(viewer, " AND ".join(where), given, limit)


def find_unfinished(viewer: Viewer, digest: bytes | None, like: dict[str, Any]) -> Bulk | None:
    """Return the bulk of the viewer's organisation that began with this source and these words, and is not over."""
    found = _read(
        viewer,
        "b.organisation_id = %(organisation)s AND b.file_digest IS NOT DISTINCT FROM %(digest)s AND b.action = %(action)s"
        " AND b.need IS NOT DISTINCT FROM %(need)s AND b.month IS NOT DISTINCT FROM %(month)s"
        " AND b.goes_on = %(goes_on)s AND b.params @> %(params)s::jsonb AND b.params <@ %(params)s::jsonb"
        " AND b.state IN ('reading', 'ready', 'working', 'stopped')",
        {
            **like,
            "params": json.dumps(like["params"], default=str),
            "digest": digest,
            "organisation": viewer.organisation_id,
        },
        1,
    )
    return found[0] if found else None


# A bulk's rows by outcome: what went through in the order in which it was done, the rest in the order of its file.
ROWS = """
SELECT w.place, w.row, w.outcome, w.need, w.month, w.quantity, w.value_piastres, w.note, w.same_row, w.slot,
    w.covered_by, w.free_from, coalesce(registry_code(w.organisation_id * 1000000000 + e.own_no), ''),
    coalesce(h.name, ''), coalesce(benefits_grant_code(w.grant_id), '')
FROM benefits_bulk_row w
LEFT JOIN registry_entry e ON e.id = w.entry_id
LEFT JOIN registry_record h ON h.id = coalesce(w.record_id, e.head_record_id)
WHERE w.bulk_id = %(bulk)s AND w.outcome = %(outcome)s AND {after}
ORDER BY w.{key} LIMIT %(limit)s
"""
LEFT = "w.outcome NOT IN ('', 'reserved', 'approved', 'delivered', 'reversed', 'cancelled')"


def row_key(outcome: str) -> str:
    """Return by what rows of an outcome are walked, as there are indexes for it."""
    return "place" if outcome == "" or outcome in DONE_AS.values() else "row"


def list_bulk_rows(viewer: Viewer, bulk: Bulk, outcome: str, after: int | None, limit: int) -> list[BulkRow]:
    """Return rows of one outcome, at most `limit`, those beyond `after` in the order of `row_key`."""
    key = row_key(outcome)
    asked = "true" if after is None else f"w.{key} > %(after)s"
    if key == "row":
        asked += f" AND {LEFT}"
    given: dict[str, Any] = {"bulk": bulk.id, "outcome": outcome, "after": after, "limit": limit}
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute(ROWS.format(after=asked, key=key), given)
        return [BulkRow(*row) for row in cursor.fetchall()]


def _read(viewer: Viewer, where: str, given: dict[str, Any], limit: int) -> list[Bulk]:
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS}, o.code {FROM} WHERE {where} ORDER BY b.id DESC LIMIT %(limit)s",
            given | {"limit": limit},
        )
        return [make_bulk(row) for row in cursor.fetchall()]


def make_bulk(row: Sequence[Any]) -> Bulk:
    """Return the bulk of a row of COLUMNS with the organisation's code; JSON as text or as read."""
    (
        number, uid, code, organisation_id, action, source, state, need, month, params, goes_on, reason, of_bulk_id,
        file, digest, form, total, wanted, done, counts, problem, job_code, made_by, made_at, done_at, organisation,
    ) = row  # fmt: skip
    return Bulk(
        number, uid, code, organisation_id, organisation, BulkAction(action), BulkSource(source), BulkState(state), need,
        month, _json(params), goes_on, reason, of_bulk_id, file, None if digest is None else bytes(digest), _json(form),
        total, wanted, done, _json(counts), _json(problem), job_code, made_by, made_at, done_at,
    )  # fmt: skip


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
