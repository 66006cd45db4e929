"""Writes of benefits that somebody asks for, each with its audit entry."""

from __future__ import annotations

from datetime import date, datetime

import psycopg
from django.db import connections

from wasl.audit.actions import record_audit
from wasl.benefits.counting import count_repeats, count_slot_gaps, drop_counts, start_counting
from wasl.benefits.grants.actions import lapse_expired
from wasl.benefits.overlap_work.actions import pass_overlaps_on
from wasl.benefits.permissions import check_can_report
from wasl.benefits.settlement import compact_tallies
from wasl.kernel.errors import NotFound
from wasl.kernel.months import format_month
from wasl.organisations.queries import access_organisation
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection, owner_connection, scope

# What pages read by the million: without statistics the planner walks the wrong index.
ANALYSED = (
    "benefits_gap, benefits_gap_tally, benefits_repeat, benefits_overlap_tally, benefits_overlap,"
    " benefits_overlap_side, benefits_overlap_claim"
)


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


def take_back_nothing_given(*, by: Viewer, at: datetime, organisation: str, slot: str, month: date) -> bool:
    """
    Forget that an organisation gave nothing of a slot in a month; False where it had not said so.

    :raises NotFound: not the viewer's organisation. :raises NotAllowed: a viewer only reads.
    """
    whose = access_organisation(by, organisation)
    check_can_report(by)
    with scope(by), connections["default"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM benefits_nothing_given WHERE organisation_id = %s AND slot = %s AND month = %s",
            [whose.pk, slot, month],
        )
        if cursor.rowcount == 0:
            return False
        record_audit(
            by=by, at=at, action="nothing.taken_back", object_kind="organisation", object_code=organisation,
            detail={"slot": slot, "month": format_month(month)},
        )  # fmt: skip
    return True


def refresh_slot_figures(*, by: Viewer, at: datetime, month: date | None = None) -> None:
    """
    Count gaps, repeats and the oldest report of every slot in use, for pages to show with their age.

    Without `month`, each slot is counted in the newest month that somebody gave in and of which half
    of its organisations have reported: in a month that has only begun, everybody would be unknown. Months
    that were counted beside it speak of families as they were, and are dropped. Grants whose time is over are
    tidied away before, and overlaps that nobody answered in time marked as the secretariat's.
    `by` is the desk: the figures are the alliance's.
    """
    lapse_expired()
    with engine_connection() as connection, connection.cursor() as cursor:
        compact_tallies(connection)
        start_counting(connection)
        reports = _reports(connection)
        counted = {slot: month or best for slot, (_, best) in reports.items()}
        drop_counts(connection, "true")
        cursor.execute("DELETE FROM benefits_slot_figure")
        for slot in sorted(counted):
            gaps, unknown = count_slot_gaps(connection, slot, counted[slot], at)
            cursor.execute(
                "INSERT INTO benefits_slot_figure (slot, month, gaps, unknown, oldest_report, counted_at)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                [slot, counted[slot], gaps, unknown, reports[slot][0], at],
            )
        count_repeats(connection, at)
        record_audit(
            by=by, at=at, action="gaps.counted", object_kind="alliance", object_code="",
            detail={slot: format_month(counted[slot]) for slot in sorted(counted)}, connection=connection,
        )  # fmt: skip
    pass_overlaps_on()
    with owner_connection() as owner:
        owner.execute(f"ANALYZE {ANALYSED}".encode())


def count_month(*, by: Viewer, at: datetime, slot: str, month: date) -> tuple[int, int]:
    """
    Count the gaps of one slot in one month, for everybody who knows its families; return open and unknown.

    :raises NotFound: no such slot. :raises NotAllowed: a viewer only reads.
    """
    check_can_report(by)
    with engine_connection() as connection:
        start_counting(connection)
        counts = count_slot_gaps(connection, slot, month, at)
        record_audit(
            by=by, at=at, action="gaps.counted", object_kind="alliance", object_code="",
            detail={slot: format_month(month)}, connection=connection,
        )  # fmt: skip
    return counts


def _reports(connection: psycopg.Connection) -> dict[str, tuple[date, date]]:
    """Return for each slot the oldest of its organisations' newest months, and its best reported month."""
    rows = connection.execute(
        """
        WITH report AS (
            SELECT DISTINCT ns.slot, c.organisation_id, c.month, true AS gave
            FROM benefits_claim c
            JOIN benefits_need_version_slot ns ON ns.need = c.need AND ns.version = c.need_version
            WHERE c.active AND c.kind = 'given'
            UNION SELECT slot, organisation_id, month, false FROM benefits_nothing_given
        )
        SELECT o.slot, o.oldest, (
            SELECT r.month FROM report r
            JOIN report given ON given.slot = r.slot AND given.month = r.month AND given.gave
            WHERE r.slot = o.slot GROUP BY r.month
            ORDER BY count(DISTINCT r.organisation_id) * 2 >= o.organisations DESC, r.month DESC LIMIT 1)
        FROM (
            SELECT slot, min(newest) AS oldest, count(*) AS organisations FROM (
                SELECT slot, organisation_id, max(month) AS newest FROM report GROUP BY slot, organisation_id) n
            GROUP BY slot) o
        WHERE o.slot IN (SELECT slot FROM report WHERE gave)
        """
    ).fetchall()
    return {slot: (oldest, best) for slot, oldest, best in rows}
