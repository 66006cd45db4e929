"""Recorded needs that stand no more."""

from __future__ import annotations

from collections.abc import Collection

import psycopg


def remove_recorded_needs(connection: psycopg.Connection, *, list_id: int, rows: Collection[int]) -> None:
    """
    Forget the needs that these lines of a list recorded; they are written again if the lines come back.

    Deleted and not switched off: bringing the whole list back would switch them on.
    """
    connection.execute(
        "DELETE FROM benefits_recorded_need WHERE list_id = %s AND row = ANY(%s)", [list_id, list(rows)]
    )
