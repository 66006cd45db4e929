"""What waits among an organisation's own lists: rows to mend, cells that were lost, files not finished."""

from __future__ import annotations

from django.db import connections

from wasl.organisations.viewer import Viewer
from wasl.store.awaited import COUNT_MOST, Waiting
from wasl.store.connections import scope

LOST_DAYS = 90
UPLOADS_SHOWN = 5
# The desk brings lists for others: its files are those it brought itself.
UPLOADS = """
SELECT code, file_name, state, uploaded_at FROM intake_upload
WHERE CASE WHEN (SELECT wasl_is_desk()) THEN uploaded_by = %s ELSE organisation_id = (SELECT wasl_organisation()) END
    AND state IN ('ready', 'refused', 'failed')
ORDER BY id DESC LIMIT %s
"""
# `first` is the list with most to mend.
REJECTED = """
SELECT coalesce(sum(rows_rejected), 0), count(*), min(loaded_at), (array_agg(code ORDER BY rows_rejected DESC, id))[1]
FROM intake_list
WHERE organisation_id = (SELECT wasl_organisation()) AND state = 'active' AND rows_rejected > 0
"""
LOST = """
SELECT count(*), min(loaded_at), (array_agg(code ORDER BY id DESC))[1]
FROM intake_list
WHERE organisation_id = (SELECT wasl_organisation()) AND state = 'active' AND rows_rejected = 0
    AND cells_lost <> '{}' AND loaded_at > now() - make_interval(days => %s)
"""


def list_waiting(viewer: Viewer) -> list[Waiting]:
    """Return files somebody began to load, rows that were not accepted, and lists with cells that were lost."""
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute(UPLOADS, [viewer.username, UPLOADS_SHOWN])
        found = [
            Waiting(f"uploads.{state}", 1, since, {"upload": code, "file": file})
            for code, file, state, since in cursor.fetchall()
        ]
        cursor.execute(REJECTED)
        rows, lists, since, first = cursor.fetchone()
        if rows:
            params = {"list": first, "lists": str(lists)}
            found.append(Waiting("lists.rejected", min(int(rows), COUNT_MOST + 1), since, params))
        cursor.execute(LOST, [LOST_DAYS])
        lists, since, first = cursor.fetchone()
        if lists:
            found.append(Waiting("lists.lost", int(lists), since, {"list": first, "lists": str(lists)}))
    return found
