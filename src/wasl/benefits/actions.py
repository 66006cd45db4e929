"""Writes of benefits that somebody asks for, each with its audit entry."""

from __future__ import annotations

from datetime import date, datetime

import psycopg
from django.db import connections

from wasl.audit.actions import record_audit
from wasl.benefits.permissions import check_can_report
from wasl.benefits.queries.gaps import count_gaps
from wasl.kernel.errors import NotFound
from wasl.kernel.months import format_month
from wasl.organisations.queries import access_organisation
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection, scope


def say_nothing_given(*, by: Viewer, at: datetime, organisation: str, slot: str, month: date) -> bool:
    """
    Keep that an organisation gave nothing of a slot in a month, so that the month counts as reported.

    Returns whether it is new: said twice, it stands once.

    :raises NotFound: no such slot, or not the viewer's organisation. :raises NotAllowed: a viewer only reads.
    """
    whose = access_organisation(by, organisation)
    check_can_report(by)
    with scope(by), connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM benefits_slot WHERE code = %s", [slot])
        if cursor.fetchone() is None:
            raise NotFound("slot.unknown", slot=slot)
        cursor.execute(
            "INSERT INTO benefits_nothing_given (organisation_id, slot, month, said_by, said_at)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [whose.pk, slot, month, by.username, at],
        )
        if cursor.rowcount == 0:
            return False
        record_audit(
            by=by, at=at, action="nothing.given", object_kind="organisation", object_code=organisation,
            detail={"slot": slot, "month": format_month(month)},
        )  # fmt: skip
    return True


def refresh_slot_figures(*, by: Viewer, at: datetime, month: date | None = None) -> None:
    """
    Count gaps and the oldest report of every slot in use, for pages to show with their age.

    `month` is the newest month of any claim where it is not given. `by` is the desk: the figures are
    the alliance's. A slot costs about as much as `wasl gaps`.
    """
    with engine_connection() as connection:
        reports = _oldest_reports(connection)
    asked = month or max((newest for _, newest in reports.values()), default=None)
    if asked is None:
        return
    counts = [count_gaps(by, slot=slot, month=asked) for slot in sorted(reports)]
    with engine_connection() as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM benefits_slot_figure")
        cursor.executemany(
            "INSERT INTO benefits_slot_figure (slot, month, gaps, unknown, oldest_report, counted_at)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [(one.slot, asked, one.open, one.unknown, reports[one.slot][0], at) for one in counts],
        )
        record_audit(
            by=by, at=at, action="gaps.counted", object_kind="alliance", object_code="",
            detail={"month": format_month(asked), "slots": len(counts)}, connection=connection,
        )  # fmt: skip


def _oldest_reports(connection: psycopg.Connection) -> dict[str, tuple[date, date]]:
    """Return for each slot the oldest and the newest of its organisations' newest months."""
    rows = connection.execute(
        "SELECT slot, min(newest), max(newest) FROM ("
        "  SELECT ns.slot, c.organisation_id, max(c.month) AS newest"
        "  FROM benefits_claim c JOIN benefits_need_slot ns ON ns.need = c.need"
        "  WHERE c.active AND c.kind = 'given' GROUP BY ns.slot, c.organisation_id"
        ") o GROUP BY slot"
    ).fetchall()
    return {slot: (oldest, newest) for slot, oldest, newest in rows}
