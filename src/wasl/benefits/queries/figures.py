"""Small figures: overlaps by slot with their cost, how old each organisation's news is."""

from __future__ import annotations

from typing import Any

from wasl.benefits.queries.families import own_organisation
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection

OVERLAPS = """
SELECT o.slot, o.certainty, count(*)::integer AS overlaps, sum(o.cost_piastres)::bigint AS cost_piastres,
    sum(o.unvalued)::integer AS unvalued
FROM benefits_overlap o WHERE o.state = 'open' {own}
GROUP BY o.slot, o.certainty ORDER BY o.slot, o.certainty
"""

REPORTS = """
SELECT o.code AS organisation, max(c.month) AS newest_month, max(c.recorded_at) AS newest_load
FROM organisations_organisation o
LEFT JOIN benefits_claim c ON c.organisation_id = o.id AND c.active AND c.kind = 'given'
WHERE o.kind <> 'secretariat' GROUP BY o.code ORDER BY 2 NULLS FIRST, 1
"""


def list_overlap_figures(viewer: Viewer) -> list[dict[str, Any]]:
    """
    Return open overlaps by slot and certainty: how many, their cost, givings without a value.

    An organisation counts the overlaps it takes part in and learns no cost: it would tell what others gave.
    """
    own = "" if viewer.is_desk else (
        "AND EXISTS (SELECT FROM benefits_overlap_claim c WHERE c.overlap_id = o.id"
        f" AND c.organisation_id = {own_organisation(viewer)})"
    )  # fmt: skip
    with engine_connection() as connection:
        rows = connection.execute(OVERLAPS.format(own=own).encode()).fetchall()
    names = ("slot", "certainty", "overlaps", "cost_piastres", "unvalued")
    found = [dict(zip(names, row, strict=True)) for row in rows]
    if not viewer.is_desk:
        for figure in found:
            figure |= {"cost_piastres": None, "unvalued": None}
    return found


def list_newest_reports(viewer: Viewer) -> list[dict[str, Any]]:
    """
    Return each organisation with the month of its newest claim and when that was loaded, oldest first.

    For the desk; an organisation gets its own line.
    """
    with engine_connection() as connection:
        rows = connection.execute(REPORTS).fetchall()
    found = [dict(zip(("organisation", "newest_month", "newest_load"), row, strict=True)) for row in rows]
    return [one for one in found if viewer.is_desk or one["organisation"] == viewer.organisation_code]
