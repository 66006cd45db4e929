"""
What waits for somebody: what an area has to ask of its viewer, without knowing of pages.

An area that has any offers `waiting.py` with `list_waiting(viewer)`. Where it leads and what it is called
is the interface's, by the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings

COUNT_MOST = 1000
"""Nobody needs to know how far beyond this it goes, and counting on would cost."""


@dataclass(frozen=True)
class Waiting:
    """
    One thing to be done, or one heap of them.

    `count` is at most `COUNT_MOST` + 1, which stands for more; `since` is when the oldest began to wait, a
    month where it is a month that waits; `params` fill its words and its address, codes and names as the
    viewer may read them.
    """

    code: str
    count: int
    since: datetime | date | None = None
    params: Mapping[str, str] = field(default_factory=dict)


def list_waiting(viewer: object) -> list[Waiting]:
    """Return what waits for `viewer` in every area, in the order of the areas."""
    found: list[Waiting] = []
    for app in settings.INSTALLED_APPS:
        if app.startswith("wasl.") and find_spec(f"{app}.waiting") is not None:
            found.extend(import_module(f"{app}.waiting").list_waiting(viewer))
    return found
