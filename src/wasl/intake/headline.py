"""The headline figures of intake: the viewer's active lists and what became of their rows."""

from __future__ import annotations

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
