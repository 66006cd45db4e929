"""The headline figures of intake: the viewer's active lists and what became of their rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connections

from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope
from wasl.store.figures import Figure

FATES = ("accepted", "rejected", "repeated", "not_data")
COUNT = (
    "SELECT count(*), "
    + ", ".join(f"coalesce(sum(rows_{fate}), 0)" for fate in FATES)
    + " FROM intake_list WHERE state = 'active'"
)


def list_figures(viewer: Viewer) -> list[Figure]:
    """Return how many lists are active and their rows by fate; row security keeps to the viewer's own."""
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute(COUNT)
        lists, *rows = (int(value) for value in cursor.fetchone())
    if not lists:
        return []
    parts = tuple(zip((f"rows.{fate}" for fate in FATES), rows, strict=True))
    return [Figure("lists", lists), Figure("rows", sum(rows), parts)]


NEWS = """
SELECT count(*) FILTER (WHERE state = 'active'), coalesce(sum(rows_total) FILTER (WHERE state = 'active'), 0),
    coalesce(sum(rows_rejected) FILTER (WHERE state = 'active'), 0),
    count(*) FILTER (WHERE state = 'active' AND loaded_at > %(since)s),
    (SELECT min(newest) FROM (
        SELECT max(loaded_at) AS newest FROM intake_list WHERE state = 'active' GROUP BY organisation_id) n),
    (SELECT count(*) FROM audit_entry WHERE object_kind = 'list' AND action = 'withdraw_list' AND recorded_at > %(since)s)
FROM intake_list
"""
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ListNews:
    """
    What is to be said of the viewer's lists in one line.

    `oldest`: when the organisation that has been silent longest loaded its newest list.
    """

    active: int
    rows: int
    rejected: int
    loaded_since: int
    oldest: datetime | None
    withdrawn_since: int


def get_list_news(viewer: Viewer, since: datetime | None) -> ListNews:
    """Return the viewer's lists and what has happened to them since a moment; row security keeps to its own."""
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute(NEWS, {"since": since or LONG_AGO})
        return ListNews(*cursor.fetchone())
