"""The headline figures of benefits, as far as the viewer may see them."""

from __future__ import annotations

from typing import Any

from wasl.organisations.viewer import Viewer
from wasl.store.figures import Figure, SlotFigures
from wasl.store.reading import read_rows

COLUMNS = (
    "slot", "name_ar", "name_en", "certain", "likely", "cost_piastres", "unvalued", "month", "gaps", "unknown",
    "oldest_report",
)  # fmt: skip


def list_figures(viewer: Viewer) -> list[Figure]:
    """Return how many overlaps are open, certain and likely apart."""
    rows = _rows(viewer)
    certain, likely = (sum(int(row[name]) for row in rows) for name in ("certain", "likely"))
    parts = (("overlaps.certain", certain), ("overlaps.likely", likely))
    return [Figure("overlaps", certain + likely, parts)] if rows else []


def list_slot_figures(viewer: Viewer) -> list[SlotFigures]:
    """Return overlaps, their cost, gaps and the oldest report of every slot in use."""
    return [
        SlotFigures(
            slot=row["slot"],
            name_ar=row["name_ar"],
            name_en=row["name_en"],
            overlaps_certain=row["certain"],
            overlaps_likely=row["likely"],
            cost_piastres=row["cost_piastres"],
            month=row["month"],
            gaps=row["gaps"],
            unknown=row["unknown"],
            oldest_report=row["oldest_report"],
        )
        for row in _rows(viewer)
    ]


def _rows(viewer: Viewer) -> list[dict[str, Any]]:
    rows = read_rows(viewer, "SELECT * FROM benefits_slot_figures()")
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]
