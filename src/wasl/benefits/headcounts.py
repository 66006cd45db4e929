"""
What was given to whoever came: meals of a kitchen, a fair, a medical convoy. A headcount and no family.

Quantities are summed by unit and services by headcount; neither is ever a number of people reached, for who came
twice was counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from django.db import DatabaseError, connections

from wasl.audit.actions import record_audit
from wasl.benefits.grants.permissions import check_can_grant
from wasl.kernel.codes import is_code, number_of
from wasl.kernel.errors import Conflict, InvalidInput, NotFound, RuleRefused, WaslError
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import OWN_FROM, make_own_code
from wasl.store.connections import retry_serialisation, scope
from wasl.store.operations import do_once
from wasl.store.reading import read_rows

KINDS = ("kitchen", "fair", "convoy", "other")
HEADCOUNT_MOST = 10_000_000
QUANTITY_LEAST, QUANTITY_MOST = Decimal("0.001"), Decimal(10) ** 10
PLACE_LONGEST, REASON_LONGEST = 200, 500


@dataclass(frozen=True)
class Serving:
    """One occasion as somebody says it was: what, when, where, to how many."""

    kind: str
    need: str
    delivered_on: date
    headcount: int
    quantity: Decimal
    governorate: str
    markaz: str | None = None
    place: str = ""
    value_piastres: int | None = None


@dataclass(frozen=True)
class Headcount:
    """An occasion as it was recorded; a reversed one counts nowhere."""

    id: int
    organisation_id: int
    own_no: int
    kind: str
    need: str
    delivered_on: date
    headcount: int
    quantity: Decimal
    unit: str
    value_piastres: int | None
    governorate: str
    markaz_ar: str | None
    markaz_en: str | None
    place: str
    recorded_by: str
    recorded_at: datetime
    reversed_by: str | None
    reversed_at: datetime | None
    reason: str | None

    @property
    def code(self) -> str:
        """Return the code for reading aloud: of its organisation's own numbers."""
        return make_own_code(self.organisation_id, self.own_no)


@dataclass(frozen=True)
class HeadcountQuestion:
    """Which occasions are asked for; what is None is not asked. `after` is (day, id) of the last one seen."""

    need: str | None = None
    kind: str | None = None
    first: date | None = None
    last: date | None = None
    governorate: str | None = None
    organisation_id: int | None = None
    after: tuple[str, int] | None = field(default=None)

    def asked(self) -> dict[str, Any]:
        """Return the parameters of the queries."""
        day, number = self.after or (None, None)
        return asdict(self) | {"after_day": day, "after_id": number}


ASKED = """
    (%(need)s::text IS NULL OR h.need = %(need)s) AND (%(kind)s::text IS NULL OR h.kind = %(kind)s)
    AND (%(first)s::date IS NULL OR h.month >= %(first)s) AND (%(last)s::date IS NULL OR h.month <= %(last)s)
    AND (%(governorate)s::text IS NULL OR h.governorate = %(governorate)s)
    AND (%(organisation_id)s::bigint IS NULL OR h.organisation_id = %(organisation_id)s)
"""
ROWS = f"""
SELECT h.id, h.organisation_id, h.own_no, h.kind, h.need, h.delivered_on, h.headcount, h.quantity, h.unit,
    h.value_piastres, h.governorate, m.name_ar, m.name_en, h.place, h.recorded_by, h.recorded_at, r.reversed_by,
    r.reversed_at, r.reason
FROM benefits_headcount h
LEFT JOIN benefits_headcount_reversal r ON r.headcount_id = h.id
LEFT JOIN places_markaz m ON m.code = h.markaz
WHERE {ASKED} AND (%(after_day)s::date IS NULL OR (h.delivered_on, h.id) < (%(after_day)s::date, %(after_id)s))
ORDER BY h.delivered_on DESC, h.id DESC LIMIT %(limit)s
"""
ONE = ROWS.replace(ASKED, "h.organisation_id = %(organisation)s AND h.own_no = %(own_no)s")


def list_headcounts(viewer: Viewer, question: HeadcountQuestion, limit: int) -> list[Headcount]:
    """Return occasions, the newest first, reversed ones too; the desk sees all organisations'."""
    return [Headcount(*row) for row in read_rows(viewer, ROWS, question.asked() | {"limit": limit})]


def access_headcount(viewer: Viewer, code: str) -> Headcount:
    """
    Return the occasion of this code.

    :raises NotFound: there is none, or it is another organisation's.
    """
    number = number_of(code) if is_code(code) else 0
    organisation, own_no = divmod(number, OWN_FROM)
    asked = HeadcountQuestion().asked() | {"organisation": organisation, "own_no": own_no, "limit": 1}
    rows = read_rows(viewer, ONE, asked) if 0 < own_no < 2**31 else []
    if not rows:
        raise NotFound("headcount.unknown", code=code[:40])
    return Headcount(*rows[0])


@dataclass(frozen=True)
class MonthSum:
    """What was given of one need in one place and month; quantities of one unit, services apart."""

    month: date
    need: str
    unit: str
    governorate: str
    occasions: int
    services: int
    quantity: Decimal
    value_piastres: int
    unvalued: int


SUMS = f"""
SELECT h.month, h.need, h.unit, h.governorate, count(*), sum(h.headcount)::bigint, sum(h.quantity),
    coalesce(sum(h.value_piastres), 0)::bigint, count(*) - count(h.value_piastres)
FROM benefits_headcount h
WHERE {ASKED} AND NOT EXISTS (SELECT FROM benefits_headcount_reversal r WHERE r.headcount_id = h.id)
GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 2, 4 LIMIT 1000
"""


def sum_headcounts(viewer: Viewer, question: HeadcountQuestion) -> list[MonthSum]:
    """Sum what stands by month, need and governorate."""
    return [MonthSum(*row) for row in read_rows(viewer, SUMS, question.asked())]


@dataclass(frozen=True)
class OpenNeed:
    """A need that may be given without a family: it occupies no slot, and is no money."""

    code: str
    name_ar: str
    name_en: str
    unit: str


OPEN_NEEDS = """
SELECT code, name_ar, name_en, unit FROM benefits_need n WHERE guard = 'none' AND unit <> 'payment'
    AND NOT EXISTS (SELECT FROM benefits_need_slot s WHERE s.need = n.code) ORDER BY code
"""


def list_open_needs(viewer: Viewer) -> list[OpenNeed]:
    """Return the needs that may be given without a family."""
    return [OpenNeed(*row) for row in read_rows(viewer, OPEN_NEEDS)]


INSERT = """
INSERT INTO benefits_headcount (organisation_id, own_no, kind, need, delivered_on, headcount, quantity, unit,
    value_piastres, governorate, markaz, place, operation, recorded_by, recorded_at)
VALUES (%s, 1, %s, %s, %s, %s, %s, (SELECT unit FROM benefits_need WHERE code = %s), %s, %s, %s, %s, %s, %s, %s)
RETURNING organisation_id, own_no
"""


def record_headcount(*, by: Viewer, at: datetime, serving: Serving, operation: UUID) -> str:
    """
    Record one occasion once, and return its code.

    :raises NotAllowed: not an officer. :raises InvalidInput: what cannot be. :raises RuleRefused: a need that is given
    to families.
    """
    check_can_grant(by)
    check_serving(serving)
    values = [
        by.organisation_id, serving.kind, serving.need, serving.delivered_on, serving.headcount, serving.quantity,
        serving.need, serving.value_piastres, serving.governorate, serving.markaz, serving.place, operation, by.username,
        at,
    ]  # fmt: skip

    def once() -> str:
        with _refusals(), scope(by), connections["default"].cursor() as cursor:

            def effect() -> str:
                cursor.execute(INSERT, values)
                code = make_own_code(*cursor.fetchone())
                said = {
                    "need": serving.need,
                    "headcount": serving.headcount,
                    "day": str(serving.delivered_on),
                }
                record_audit(
                    by=by,
                    at=at,
                    action="headcount.recorded",
                    object_kind="headcount",
                    object_code=code,
                    detail=said,
                )
                return code

            return str(
                do_once(
                    cursor, by=by, at=at, operation=operation, action="record_headcount", body=asdict(serving),
                    work=effect,
                )
            )  # fmt: skip

    return retry_serialisation(once)


def reverse_headcount(*, by: Viewer, at: datetime, code: str, reason: str, operation: UUID) -> None:
    """
    Take back what was recorded by mistake; it stays to be read and counts nowhere.

    :raises NotFound: not the viewer's. :raises Conflict: it was taken back already. :raises InvalidInput: no reason.
    """
    check_can_grant(by)
    reason = reason.strip()[:REASON_LONGEST]
    if not reason:
        raise InvalidInput("headcount.reason_missing")
    found = access_headcount(by, code)

    def once() -> None:
        with _refusals(), scope(by), connections["default"].cursor() as cursor:

            def effect() -> str:
                cursor.execute(
                    "INSERT INTO benefits_headcount_reversal (headcount_id, organisation_id, reason, reversed_by,"
                    " reversed_at) VALUES (%s, %s, %s, %s, %s)",
                    [found.id, by.organisation_id, reason, by.username, at],
                )
                record_audit(
                    by=by, at=at, action="headcount.reversed", object_kind="headcount", object_code=found.code,
                    detail={"reason": reason},
                )  # fmt: skip
                return "reversed"

            do_once(
                cursor, by=by, at=at, operation=operation, action="reverse_headcount",
                body={"code": found.code, "reason": reason}, work=effect,
            )  # fmt: skip

    retry_serialisation(once)


def check_serving(serving: Serving) -> None:
    """:raises InvalidInput: a number, a kind or words that cannot be."""
    if serving.kind not in KINDS:
        raise InvalidInput("headcount.kind_unknown", kind=serving.kind[:40])
    if not 0 < serving.headcount <= HEADCOUNT_MOST:
        raise InvalidInput("headcount.how_many", most=f"{HEADCOUNT_MOST:,}")
    if not serving.quantity.is_finite() or not QUANTITY_LEAST <= serving.quantity <= QUANTITY_MOST:
        raise InvalidInput("headcount.how_much")
    if len(serving.place) > PLACE_LONGEST or "\x00" in serving.place:
        raise InvalidInput("headcount.place_too_long", longest=PLACE_LONGEST)


def with_usual_quantity(serving: Serving) -> Serving:
    """Return an occasion with one unit for each who came, where no quantity was stated: a meal each, a visit each."""
    return replace(serving, quantity=Decimal(serving.headcount)) if serving.quantity == 0 else serving


BY_CONSTRAINT: dict[str, WaslError] = {
    "benefits_headcount_need_without_family": RuleRefused("headcount.need_of_families"),
    "benefits_headcount_need_fkey": InvalidInput("headcount.need_unknown"),
    "benefits_headcount_unit_not_null": InvalidInput("headcount.need_unknown"),
    "benefits_headcount_markaz_in_governorate": InvalidInput("headcount.markaz_elsewhere"),
    "benefits_headcount_markaz_fkey": InvalidInput("headcount.markaz_elsewhere"),
    "benefits_headcount_governorate_fkey": InvalidInput("headcount.governorate_unknown"),
    "benefits_headcount_is_past": InvalidInput("headcount.not_yet"),
    "benefits_headcount_reversal_key": Conflict("headcount.reversed_already"),
    "benefits_headcount_reversal_own": NotFound("headcount.unknown", code=""),
    "benefits_headcount_operation": Conflict("operation.at_once"),
    "store_operation_key": Conflict("operation.at_once"),
}


@contextmanager
def _refusals() -> Iterator[None]:
    """Let what the database refuses come out as an error with a code."""
    try:
        yield
    except (psycopg.Error, DatabaseError) as error:
        cause = error if isinstance(error, psycopg.Error) else error.__cause__
        name = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
        known = BY_CONSTRAINT.get(name or "")
        if known is None:
            raise
        raise type(known)(known.code, **known.params) from error
