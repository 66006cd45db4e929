"""The lines of open overlaps, as SQL for whoever knows the lists' names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wasl.benefits.queries.families import family_name, own_organisation, person_name
from wasl.organisations.viewer import Viewer

if TYPE_CHECKING:
    import polars

LINES = """
SELECT o.id AS overlap_id, o.code AS overlap, o.certainty, coalesce(m.group_id, o.family_id) AS owner_id, o.slot,
    k.need, to_char(o.month, 'YYYY-MM') AS month, c.organisation_id, c.list_id, c.row, k.value_piastres,
    coalesce(pm.group_id, p.person_id) AS person_id
FROM benefits_overlap o
JOIN benefits_overlap_claim c ON c.overlap_id = o.id
JOIN benefits_claim k ON k.list_id = c.list_id AND k.row = c.row
LEFT JOIN registry_group_member m ON m.subject_id = o.family_id
LEFT JOIN registry_link p ON k.to_person AND p.record_id = k.given_to_record AND p.until_run IS NULL
LEFT JOIN registry_group_member pm ON pm.subject_id = p.person_id
WHERE o.state = 'open'
"""


def overlap_lines_sql(viewer: Viewer) -> str:
    """
    Return SQL for overlap_id, overlap, certainty, family, slot, need, month, organisation_id, list_id,
    row, value_piastres, person: one line for each row that states the benefit; of a person's need, with the
    person it gives to where the row says so.

    An organisation gets the overlaps it takes part in. Of the others it learns the need and the
    month: their lines have no list, no row, no value and no person, and stand once for each need.
    """
    name, join = family_name(viewer, "line.owner_id")
    person, person_join = person_name(viewer, "line.person_id")
    columns = f"overlap_id, overlap, certainty, {name} AS family, slot, need, month, organisation_id"
    own_columns = f"{columns}, list_id, row, value_piastres, {person} AS person"
    if viewer.is_desk:
        return f"SELECT {own_columns} FROM ({LINES}) line {join}"
    own = own_organisation(viewer)
    shared = (
        f"{LINES} AND EXISTS (SELECT FROM benefits_overlap_claim x"
        f" WHERE x.overlap_id = o.id AND x.organisation_id = {own})"
    )
    blank = (
        "NULL::bigint AS list_id, NULL::integer AS row, NULL::bigint AS value_piastres, NULL::text AS person"
    )
    return f"""
WITH line AS ({shared})
SELECT {own_columns} FROM line {join} {person_join} WHERE organisation_id = {own}
UNION ALL
SELECT DISTINCT {columns}, {blank} FROM line {join} WHERE organisation_id <> {own}
"""


def count_by_person(lines: polars.DataFrame) -> list[dict[str, Any]]:
    """
    Count the open overlaps that these lines are of by slot and certainty, a person's benefit per person.

    A person whom rows of two organisations name is one; rows that name nobody stay the family's, which is one
    more where another organisation gave to the family, whomever it named. Two members who got one each are none.
    """
    import polars as pl

    keys = ["slot", "certainty", "overlap"]
    named = lines.filter(pl.col("person").is_not_null())
    people = (
        named.group_by(*keys, "person")
        .agg(pl.col("organisation").n_unique())
        .filter(pl.col("organisation") > 1)
        .select(keys)
    )
    families = (
        lines.group_by(keys).agg(unnamed=pl.col("person").is_null().any()).filter("unnamed").select(keys)
    )
    counted = pl.concat([people, families]).group_by("slot", "certainty").len("overlaps")
    return counted.sort("slot", "certainty").to_dicts()
