"""What people decide about pairs: same, or not the same. A run never overturns it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connections
from django.db.backends.utils import CursorWrapper

from wasl.audit.actions import record_audit
from wasl.kernel.errors import InvalidInput, NotFound, RuleRefused
from wasl.linkage.permissions import check_can_link
from wasl.linkage.rules import Decision, PairKind, Verdict, find_contradicted
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope

LOCK_KEY = 0x7761736C_00000002

# Everything that chains of *same* reach from either side, and the verdicts that touch it.
NEARBY = """
WITH RECURSIVE reach (item) AS (
    SELECT unnest(%(ends)s::bigint[])
    UNION
    SELECT CASE WHEN verdict.a_id = reach.item THEN verdict.b_id ELSE verdict.a_id END
    FROM reach JOIN linkage_verdict AS verdict ON reach.item IN (verdict.a_id, verdict.b_id)
    WHERE verdict.kind = %(kind)s AND verdict.verdict = 'same' AND verdict.undone_at IS NULL
)
SELECT id, a_id, b_id, verdict FROM linkage_verdict
WHERE kind = %(kind)s AND undone_at IS NULL AND (verdict <> 'unsure' OR (a_id, b_id) = (%(a)s, %(b)s))
AND a_id IN (SELECT item FROM reach) AND b_id IN (SELECT item FROM reach)
ORDER BY id
"""

# "Cannot tell" was no answer: one given later takes its place.
GIVE_WAY = """
UPDATE linkage_verdict SET undone_by = %s, undone_at = %s
WHERE kind = %s AND a_id = %s AND b_id = %s AND undone_at IS NULL AND verdict = 'unsure'
"""

TODAY = """
WITH mine AS (
    SELECT * FROM linkage_verdict WHERE decided_by = %(who)s AND decided_at >= %(since)s AND undone_at IS NULL
), counted AS (
    SELECT (SELECT count(*) FROM mine) AS decided, (
        SELECT count(*) FROM linkage_verdict
        WHERE undone_at IS NULL AND consulted_run IS NULL AND verdict <> 'unsure') AS waiting
), shown AS (
    SELECT 'last' AS what, last.* FROM (SELECT * FROM mine ORDER BY decided_at DESC, id DESC LIMIT 1) last
    UNION ALL
    SELECT 'here', v.* FROM linkage_verdict v
    WHERE v.kind = %(kind)s AND v.a_id = %(a)s AND v.b_id = %(b)s AND v.undone_at IS NULL
)
SELECT decided, waiting, what, id, kind, a_id, b_id, verdict, reason, decided_by, decided_at
FROM counted LEFT JOIN shown ON true
"""


@dataclass(frozen=True)
class VerdictView:
    """A verdict as the desk sees it; `a` and `b` are records, or entries where `kind` is family."""

    id: int
    kind: str
    a: int
    b: int
    verdict: str
    reason: str
    decided_by: str
    decided_at: datetime


def record_verdict(
    *, by: Viewer, at: datetime, kind: PairKind, a: int, b: int, decision: Decision, reason: str
) -> bool:
    """
    Write down that two records are (or are not) one person, or two entries one family.

    It takes effect with the next run. *Unsure* gives way to what is decided later. Return False where the
    very same stood already.

    :raises NotAllowed: only the desk may. :raises RuleRefused: earlier verdicts say the opposite,
    directly or along a chain; `verdicts` carries them.
    """
    check_can_link(by)
    first, second = _ordered(a, b)
    if not reason.strip():
        raise InvalidInput("verdict.reason_missing")
    with scope(by), connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
        _check_they_stand(cursor, kind, first, second)
        cursor.execute(NEARBY, {"ends": [first, second], "kind": str(kind), "a": first, "b": second})
        earlier = [Verdict(row[1], row[2], Decision(row[3]), row[0]) for row in cursor.fetchall()]
        if any((v.a, v.b, v.decision) == (first, second, decision) for v in earlier):
            return False
        against = find_contradicted(Verdict(first, second, decision), earlier)
        if against:
            shown = list_verdicts(by, ids=[verdict.id for verdict in against])
            raise RuleRefused("verdict.contradicts", count=len(shown), verdicts=shown)
        cursor.execute(GIVE_WAY, [by.username, at, str(kind), first, second])
        try:
            cursor.execute(
                "INSERT INTO linkage_verdict (kind, a_id, b_id, verdict, reason, decided_by, decided_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [str(kind), first, second, str(decision), reason.strip(), by.username, at],
            )
        except IntegrityError as error:
            raise RuleRefused("verdict.contradicts", count=1, verdicts=[]) from error
        _audit("give_verdict", by, at, kind, first, second, str(decision))
    return True


def undo_verdict(*, by: Viewer, at: datetime, kind: PairKind, a: int, b: int) -> None:
    """
    Take back the verdict on a pair; it stays on record as undone.

    :raises NotAllowed: only the desk may. :raises NotFound: none stands.
    """
    check_can_link(by)
    first, second = _ordered(a, b)
    with scope(by), connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
        cursor.execute(
            "UPDATE linkage_verdict SET undone_by = %s, undone_at = %s, consulted_run = NULL"
            " WHERE kind = %s AND a_id = %s AND b_id = %s AND undone_at IS NULL RETURNING verdict",
            [by.username, at, str(kind), first, second],
        )
        done = cursor.fetchone()
        if done is None:
            raise NotFound("verdict.unknown")
        _audit("undo_verdict", by, at, kind, first, second, str(done[0]))


def list_verdicts(
    viewer: Viewer,
    *,
    ids: list[int] | None = None,
    items: list[int] | None = None,
    kind: PairKind | None = None,
) -> list[VerdictView]:
    """Return standing verdicts for the desk, by number, by what they speak of, or all."""
    check_can_link(viewer)
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, a_id, b_id, verdict, reason, decided_by, decided_at FROM linkage_verdict"
            " WHERE undone_at IS NULL AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s))"
            " AND (%(items)s::bigint[] IS NULL OR (a_id = ANY(%(items)s) AND b_id = ANY(%(items)s)))"
            " AND (%(kind)s::text IS NULL OR kind = %(kind)s) ORDER BY id",
            {"ids": ids, "items": items, "kind": None if kind is None else str(kind)},
        )
        return [VerdictView(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Today:
    """What somebody has decided since a moment, and what no run has read yet."""

    decided: int
    waiting: int
    """Standing verdicts of anybody that the next run will read."""
    last: VerdictView | None = None
    """The newest of one's own that still stands, to be taken back."""
    here: VerdictView | None = None
    """What stands on the pair that was asked about."""


def count_today(viewer: Viewer, *, since: datetime, pair: tuple[PairKind, int, int] | None = None) -> Today:
    """Return what `viewer` has decided since the day began, and what stands on `pair`, for the desk."""
    check_can_link(viewer)
    kind, a, b = pair or (None, 0, 0)
    asked: dict[str, Any] = {
        "who": viewer.username,
        "since": since,
        "kind": kind and str(kind),
        "a": min(a, b),
        "b": max(a, b),
    }
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute(TODAY, asked)
        found = cursor.fetchall()
    shown = {row[2]: VerdictView(*row[3:]) for row in found if row[2] is not None}
    return Today(found[0][0], found[0][1], shown.get("last"), shown.get("here"))


def _ordered(a: int, b: int) -> tuple[int, int]:
    if a == b:
        raise InvalidInput("verdict.one_and_the_same")
    return min(a, b), max(a, b)


def _check_they_stand(cursor: CursorWrapper, kind: PairKind, a: int, b: int) -> None:
    table = "registry_record" if kind == PairKind.PERSON else "registry_entry"
    cursor.execute(f"SELECT count(*) FROM {table} WHERE id IN (%s, %s)", [a, b])
    row = cursor.fetchone()
    if row is None or row[0] != 2:
        raise NotFound("record.unknown")


def _audit(action: str, by: Viewer, at: datetime, kind: PairKind, a: int, b: int, verdict: str) -> None:
    record_audit(
        by=by,
        at=at,
        action=action,
        object_kind=f"{kind}_pair",
        object_code=f"{a}-{b}",
        detail={"verdict": verdict},
    )
