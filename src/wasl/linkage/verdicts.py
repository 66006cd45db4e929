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
from wasl.store.reading import read_rows


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
        _check_they_stand(cursor, kind, first, second)
        cursor.execute("SELECT * FROM linkage_verdicts_near(%s, %s, %s)", [str(kind), first, second])
        earlier = [Verdict(row[1], row[2], Decision(row[3]), row[0]) for row in cursor.fetchall()]
        if any((v.a, v.b, v.decision) == (first, second, decision) for v in earlier):
            return False
        against = find_contradicted(Verdict(first, second, decision), earlier)
        if against:
            shown = list_verdicts(by, ids=[verdict.id for verdict in against])
            raise RuleRefused("verdict.contradicts", count=len(shown), verdicts=shown)
        given: list[Any] = [str(kind), first, second, str(decision), reason.strip(), by.username, at]
        try:
            cursor.execute("SELECT linkage_give_verdict(%s, %s, %s, %s, %s, %s, %s)", given)
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
        asked: list[Any] = [str(kind), first, second, by.username, at]
        cursor.execute("SELECT linkage_undo_verdict(%s, %s, %s, %s, %s)", asked)
        done = cursor.fetchone()
        if done is None or done[0] is None:
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
    rows = read_rows(
        viewer,
        "SELECT * FROM linkage_standing_verdicts(%s::bigint[], %s::bigint[], %s)",
        [ids, items, None if kind is None else str(kind)],
    )
    return [VerdictView(*row) for row in rows]


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
    asked: list[Any] = [viewer.username, since, kind and str(kind), min(a, b), max(a, b)]
    found = read_rows(viewer, "SELECT * FROM linkage_decided(%s, %s, %s, %s, %s)", asked)
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
