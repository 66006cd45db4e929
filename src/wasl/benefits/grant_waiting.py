"""What waits in grants: reservations that a colleague has to approve, and those that soon expire."""

from __future__ import annotations

from wasl.benefits.queries.grant_pages import SOON_DAYS
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.store.awaited import COUNT_MOST, Waiting
from wasl.store.reading import read_rows

WAITING = f"""
SELECT 'grants.to_approve', count(*), min(created_at) FROM (
    SELECT created_at FROM benefits_grant
    WHERE organisation_id = %(organisation)s AND state = 'reserved' AND created_by <> %(username)s
        AND expires_at > clock_timestamp() LIMIT %(most)s) w
UNION ALL
SELECT 'grants.expiring', count(*), NULL FROM (
    SELECT FROM benefits_grant
    WHERE organisation_id = %(organisation)s AND state IN ('reserved', 'approved')
        AND expires_at > clock_timestamp() AND expires_at <= clock_timestamp() + interval '{SOON_DAYS} days'
    LIMIT %(most)s) w
"""


def list_grants_waiting(viewer: Viewer) -> list[Waiting]:
    """Return what an officer's colleagues reserved, and what expires within days; nobody else can do anything."""
    if viewer.role != Role.OFFICER:
        return []
    asked = {"organisation": viewer.organisation_id, "username": viewer.username, "most": COUNT_MOST + 1}
    return [
        Waiting(code, int(number), since)
        for code, number, since in read_rows(viewer, WAITING, asked)
        if number
    ]
