"""The lines of open overlaps, as SQL for whoever knows the lists' names."""

from __future__ import annotations

from wasl.benefits.queries.families import family_name, own_organisation
from wasl.organisations.viewer import Viewer

LINES = """
SELECT o.id AS overlap_id, o.code AS overlap, o.certainty, coalesce(m.group_id, o.family_id) AS owner_id, o.slot,
    k.need, to_char(o.month, 'YYYY-MM') AS month, c.organisation_id, c.list_id, c.row, k.value_piastres
FROM benefits_overlap o
JOIN benefits_overlap_claim c ON c.overlap_id = o.id
JOIN benefits_claim k ON k.list_id = c.list_id AND k.row = c.row
LEFT JOIN registry_group_member m ON m.subject_id = o.family_id
WHERE o.state = 'open'
"""


def overlap_lines_sql(viewer: Viewer) -> str:
    """
    Return SQL for overlap_id, overlap, certainty, family, slot, need, month, organisation_id, list_id,
    row, value_piastres: one line for each row that states the benefit.

    An organisation gets the overlaps it takes part in. Of the others it learns the need and the
    month: their lines have no list, no row and no value, and stand once for each need.
    """
    name, join = family_name(viewer, "line.owner_id")
    columns = f"overlap_id, overlap, certainty, {name} AS family, slot, need, month, organisation_id"
    if viewer.is_desk:
        return f"SELECT {columns}, list_id, row, value_piastres FROM ({LINES}) line {join}"
    own = own_organisation(viewer)
    shared = (
        f"{LINES} AND EXISTS (SELECT FROM benefits_overlap_claim x"
        f" WHERE x.overlap_id = o.id AND x.organisation_id = {own})"
    )
    blank = "NULL::bigint AS list_id, NULL::integer AS row, NULL::bigint AS value_piastres"
    return f"""
WITH line AS ({shared})
SELECT {columns}, list_id, row, value_piastres FROM line {join} WHERE organisation_id = {own}
UNION ALL
SELECT DISTINCT {columns}, {blank} FROM line {join} WHERE organisation_id <> {own}
"""
