"""How many lists came after a moment: what a run that began then cannot know."""

from __future__ import annotations

from datetime import datetime

from django.db import connections

from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope

SINCE = "SELECT count(*) FROM (SELECT FROM intake_list WHERE loaded_at > %s AND state <> 'loading' LIMIT %s) AS came"


def count_lists_since(viewer: Viewer, moment: datetime, *, most: int) -> int:
    """Return how many of the lists that `viewer` may see came after `moment`, counted to `most`."""
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute(SINCE, [moment, most])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
