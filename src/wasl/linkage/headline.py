"""The headline figures of linkage: how many people and families the last run found. The desk's alone."""

from __future__ import annotations

from django.db import connections

from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope
from wasl.store.figures import Figure


def list_figures(viewer: Viewer) -> list[Figure]:
    """Return people and families of the last published run; nothing before the first."""
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute("SELECT people, families FROM linkage_figures()")
        row = cursor.fetchone()
    return [] if row is None else [Figure("families", row[1]), Figure("people", row[0])]
