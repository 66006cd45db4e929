"""What pages ask of grants: a table by keyset, those of one family, what was handed over today, and sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from wasl.benefits.queries.pages import COUNTED_MOST, Counted
from wasl.kernel.months import ONCE
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import make_own_code
from wasl.store.reading import read_rows

SOON_DAYS = 7
"""A reservation that ends within so many days expires soon."""
DESK_ROWS = 8
"""So many of today's deliveries are shown at a desk: the last ones are those that are taken back."""

STATES = (
    "reserved", "approved", "partly", "delivered", "reversed", "returned", "lapsed", "cancelled", "reported",
)  # fmt: skip
ALIVE = ("reserved", "approved", "partly", "delivered", "reported")
"""States in which a grant holds its cells, as long as it has not expired."""


@dataclass(frozen=True)
class GrantQuestion:
    """
    Which grants are asked for; `after` is the code at which the page before ended.

    `handed`: something of it was handed over since that day, and stands. `soon`: reservations and approvals
    that end within SOON_DAYS. `to_approve`: reserved by somebody else than the viewer, and still holding.
    """

    state: str | None = None
    need: str | None = None
    month: date | None = None
    governorate: str | None = None
    organisation_id: int | None = None
    made_by: str | None = None
    handed: date | None = None
    soon: bool = False
    to_approve: bool = False
    after: str | None = None


@dataclass(frozen=True)
class GrantRow:
    """
    One grant as its organisation (or the desk) reads it.

    `head` is the head of the family as its entry writes it, `person` who it is for where it is for one person.
    `expired`: its time is over by the database's clock, whether or not anybody has tidied it away. `given`: how many
    of its tranches were handed over, where only some were.
    """

    id: int
    code: str
    organisation_id: int
    state: str
    expired: bool
    tranches: int
    given: int
    need: str
    month: date
    first_month: date
    last_month: date
    quantity: Decimal | None
    unit: str
    value_piastres: int | None
    created_by: str
    created_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    expires_at: datetime | None
    own_no: int
    head: str
    person: str
    governorate: str | None

    @property
    def family_code(self) -> str:
        """Give a code of the family that goes on naming it, whatever its entry is joined with."""
        return make_own_code(self.organisation_id, self.own_no)


READ = """
SELECT g.id, benefits_grant_code(g.id), g.organisation_id, g.state, coalesce(g.expires_at <= clock_timestamp(), false),
    g.tranches, CASE WHEN g.state = 'partly' THEN (
        SELECT count(*) FROM benefits_delivery d WHERE d.grant_id = g.id AND d.year = g.year AND {stands}) ELSE 0 END,
    g.need, g.month, g.first_month, g.last_month, g.quantity, g.unit, g.value_piastres, g.created_by, g.created_at,
    g.approved_by, g.approved_at, g.expires_at, e.own_no, coalesce(head.name, ''), coalesce(given.name, ''),
    head.governorate
FROM ({grants}) g
JOIN registry_entry e ON e.id = g.entry_id
JOIN registry_record head ON head.id = e.head_record_id
LEFT JOIN registry_record given ON g.to_person AND given.id = g.record_id
ORDER BY g.id DESC
"""

STANDS = (
    "NOT EXISTS (SELECT FROM benefits_reversal r WHERE r.year = d.year AND r.grant_id = d.grant_id"
    " AND r.tranche = d.tranche AND r.attempt = d.attempt)"
)
FILTERS = {
    "state": "g.state = %(state)s",
    "need": "g.need = %(need)s",
    "month": "(g.month = %(month)s OR %(month)s BETWEEN g.first_month AND g.last_month)",
    "organisation_id": "g.organisation_id = %(organisation_id)s",
    "made_by": "g.created_by = %(made_by)s",
    "handed": f"EXISTS (SELECT FROM benefits_delivery d WHERE d.grant_id = g.id AND d.year = g.year"
    f" AND d.delivered_on >= %(handed)s AND {STANDS})",
    "soon": "g.state IN ('reserved', 'approved') AND g.expires_at > clock_timestamp()"
    f" AND g.expires_at <= clock_timestamp() + interval '{SOON_DAYS} days'",
    "to_approve": "g.state = 'reserved' AND g.created_by <> %(viewer)s AND g.expires_at > clock_timestamp()",
    "governorate": "EXISTS (SELECT FROM registry_entry e JOIN registry_record r ON r.id = e.head_record_id"
    " WHERE e.id = g.entry_id AND r.governorate = %(governorate)s)",
    "after": "g.id < benefits_grant_of_code(%(after)s)",
}


def list_grants(viewer: Viewer, question: GrantQuestion, limit: int) -> list[GrantRow]:
    """Return grants, the newest first: the viewer's organisation's own, for the desk everybody's."""
    where, values = _where(viewer, question)
    grants = f"SELECT g.* FROM benefits_grant g WHERE {where} ORDER BY g.id DESC LIMIT %(limit)s"
    return _grants(viewer, grants, values | {"limit": limit})


def find_grant_ids(viewer: Viewer, codes: Sequence[str]) -> dict[str, int]:
    """Return the numbers of well-formed codes; those that name none of the viewer's grants are not there."""
    query = (
        "SELECT c.code, g.id FROM unnest(%s::text[]) c (code)"
        " JOIN benefits_grant g ON g.id = benefits_grant_of_code(c.code)"
    )
    return {code: int(number) for code, number in read_rows(viewer, query, [list(codes)])}


def find_grant_code(viewer: Viewer, grant_id: int | None) -> str:
    """Return the code of a grant's number; nothing where there is none."""
    [(code,)] = read_rows(viewer, "SELECT benefits_grant_code(%s)", [grant_id])
    return code or ""


def read_grant(viewer: Viewer, code: str) -> GrantRow | None:
    """Return the grant of a well-formed code, or None: there is none, or it is not the viewer's."""
    grants = "SELECT g.* FROM benefits_grant g WHERE g.id = benefits_grant_of_code(%(code)s)"
    return next(iter(_grants(viewer, grants, {"code": code})), None)


def count_grants(viewer: Viewer, question: GrantQuestion) -> Counted:
    """Count them up to COUNTED_MOST."""
    where, values = _where(viewer, question, without=("after",))
    asked = f"SELECT count(*) FROM (SELECT FROM benefits_grant g WHERE {where} LIMIT %(limit)s) counted"
    [(total,)] = read_rows(viewer, asked, values | {"limit": COUNTED_MOST + 1})
    return Counted(min(int(total), COUNTED_MOST), more=total > COUNTED_MOST)


def list_entry_grants(viewer: Viewer, entries: Sequence[int], *, alive: bool = False) -> list[GrantRow]:
    """Return the grants of some entries of one family, the newest first; `alive`: those that hold cells."""
    living = (
        "AND g.state = ANY(%(states)s) AND coalesce(g.expires_at > clock_timestamp(), true)" if alive else ""
    )
    grants = f"SELECT g.* FROM benefits_grant g WHERE g.entry_id = ANY(%(entries)s) {living} ORDER BY g.id DESC LIMIT 200"
    return _grants(viewer, grants, {"entries": list(entries), "states": list(ALIVE)})


@dataclass(frozen=True)
class HeldCell:
    """A slot and month that a grant holds."""

    slot: str
    first_month: date
    last_month: date
    code: str
    state: str

    def covers(self, month: date) -> bool:
        """Tell whether it holds this month; what is given once in a life holds them all."""
        return self.first_month == ONCE or self.first_month <= month <= self.last_month


HELD = """
SELECT s.slot, g.first_month, g.last_month, benefits_grant_code(g.id), g.state
FROM benefits_grant g
JOIN benefits_need_version_slot s ON s.need = g.need AND s.version = g.need_version
WHERE g.entry_id = ANY(%s) AND g.state = ANY(%s) AND coalesce(g.expires_at > clock_timestamp(), true)
ORDER BY g.id
"""


def list_held_cells(viewer: Viewer, entries: Sequence[int]) -> list[HeldCell]:
    """Return what living grants of these entries hold, for a calendar to lead to them."""
    return [HeldCell(*row) for row in read_rows(viewer, HELD, [list(entries), list(ALIVE)])]


@dataclass(frozen=True)
class GrantSums:
    """How many grants stand reserved and approved now, and were delivered this month; each up to COUNTED_MOST."""

    reserved: int
    approved: int
    delivered: int


SUMS = """
SELECT
    (SELECT count(*) FROM (SELECT FROM benefits_grant WHERE {own} state = 'reserved'
        AND expires_at > clock_timestamp() LIMIT %(most)s) counted),
    (SELECT count(*) FROM (SELECT FROM benefits_grant WHERE {own} state = 'approved'
        AND expires_at > clock_timestamp() LIMIT %(most)s) counted),
    (SELECT count(DISTINCT d.grant_id) FROM (
        SELECT d.grant_id FROM benefits_delivery d WHERE {own} d.delivered_on >= %(month)s AND {stands}
        LIMIT %(most)s) d)
"""


def count_grant_sums(viewer: Viewer, *, month: date) -> GrantSums:
    """Count what is reserved and approved now, and what was handed over since `month` began and still stands."""
    own = "" if viewer.is_desk else "organisation_id = %(organisation)s AND"
    values = {"most": COUNTED_MOST, "month": month, "organisation": viewer.organisation_id}
    [row] = read_rows(viewer, SUMS.format(own=own, stands=STANDS), values)
    return GrantSums(*map(int, row))


@dataclass(frozen=True)
class DeskDelivery:
    """One delivery that a desk recorded today; `is_last` where nothing was done with its grant's tranche since."""

    code: str
    tranche: int
    attempt: int
    need: str
    quantity: Decimal | None
    unit: str
    head: str
    received_by: str
    receiver_name: str
    recorded_at: datetime
    reversed: bool


TODAY = """
SELECT benefits_grant_code(d.grant_id), d.tranche, d.attempt, d.need, d.quantity, d.unit, coalesce(head.name, ''),
    d.received_by, d.receiver_name, d.recorded_at, EXISTS (
        SELECT FROM benefits_reversal r WHERE r.year = d.year AND r.grant_id = d.grant_id AND r.tranche = d.tranche
            AND r.attempt = d.attempt)
FROM (
    SELECT d.* FROM benefits_delivery d
    WHERE d.organisation_id = %(organisation)s AND d.delivered_on BETWEEN %(day)s::date - 1 AND %(day)s::date + 1
        AND d.source = 'door' AND d.recorded_by = %(username)s AND d.recorded_at >= %(since)s
    ORDER BY d.recorded_at DESC LIMIT %(limit)s
) d
JOIN benefits_grant g ON g.id = d.grant_id AND g.year = d.year
JOIN registry_entry e ON e.id = g.entry_id
JOIN registry_record head ON head.id = e.head_record_id
ORDER BY d.recorded_at DESC, d.grant_id DESC, d.tranche DESC
"""


def list_desk_deliveries(viewer: Viewer, *, since: datetime, limit: int = DESK_ROWS) -> list[DeskDelivery]:
    """Return the last deliveries that the viewer recorded one by one since a moment, the newest first."""
    values = {
        "organisation": viewer.organisation_id, "username": viewer.username, "since": since, "day": since.date(),
        "limit": limit,
    }  # fmt: skip
    return [DeskDelivery(*row) for row in read_rows(viewer, TODAY, values)]


def _where(
    viewer: Viewer, question: GrantQuestion, *, without: Sequence[str] = ()
) -> tuple[str, dict[str, Any]]:
    asked = {name: value for name, value in vars(question).items() if value and name not in without}
    own = [] if viewer.is_desk else ["g.organisation_id = %(own)s"]
    where = " AND ".join([*own, *(FILTERS[name] for name in asked)]) or "true"
    return where, asked | {"own": viewer.organisation_id, "viewer": viewer.username}


def _grants(viewer: Viewer, grants: str, values: dict[str, Any]) -> list[GrantRow]:
    return [GrantRow(*row) for row in read_rows(viewer, READ.format(grants=grants, stands=STANDS), values)]
