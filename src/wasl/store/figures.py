"""
Headline figures: what an area has to say on the home page, without knowing of pages.

An area that has any offers `headline.py` with `list_figures(viewer)` and, for what is counted by
slot, `list_slot_figures(viewer)`; both return these. Words are the interface's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Figure:
    """One number: `code` names it, `parts` break it down by further codes (rows by fate)."""

    code: str
    value: int
    parts: tuple[tuple[str, int], ...] = field(default=())


@dataclass(frozen=True)
class SlotFigures:
    """What is known of one slot; None where the viewer may not see it or nothing is known."""

    slot: str
    name_ar: str
    name_en: str
    overlaps_certain: int | None = None
    overlaps_likely: int | None = None
    cost_piastres: int | None = None
    month: date | None = None
    """The month of which gaps are counted."""
    gaps: int | None = None
    unknown: int | None = None
    oldest_report: date | None = None


def list_figures(viewer: object) -> list[Figure]:
    """Return every area's figures for `viewer`, in the order of the areas."""
    return [figure for provide in _providers("list_figures") for figure in provide(viewer)]


def list_slot_figures(viewer: object) -> list[SlotFigures]:
    """Return what is counted by slot for `viewer`."""
    return [line for provide in _providers("list_slot_figures") for line in provide(viewer)]


def _providers(name: str) -> Sequence[Callable[[object], Sequence[Any]]]:
    found = []
    for app in settings.INSTALLED_APPS:
        if app.startswith("wasl.") and find_spec(f"{app}.headline") is not None:
            provide = getattr(import_module(f"{app}.headline"), name, None)
            if provide is not None:
                found.append(provide)
    return found
