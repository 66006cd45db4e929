"""Who serves a slot where, and which months are reported: a rollup kept beside the claims it is made of."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg


def refresh_reports(connection: psycopg.Connection, list_ids: Sequence[int]) -> None:
    """
    Bring the rollup into line with the active claims of some lists, in the transaction that changed them.

    Reads each claim of these lists once. Linking changes nothing here: where and by whom something was
    given does not depend on whose family it is.
    """
    if list_ids:
        connection.execute("SELECT benefits_refresh_reports(%s)", [sorted(set(list_ids))])
