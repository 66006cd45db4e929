"""
The review queue: which pairs are worth asking a person about, those whose answer changes most first.

Filled set-based when a run ends. A pair's *consequence* is the overlaps its answer decides, times what
they cost; weight orders only what is left. Sensitive slots have no overlaps and speak of none here.

An increment asks anew what lies in its region, and what open overlaps rest on; the rest keeps what was
reckoned of it, and all of it is put in order again.
"""

from __future__ import annotations

import psycopg

from wasl.benefits.settlement.statements import run_steps, temporary
from wasl.linkage.region import Items, name_items

KEPT = 200_000
"""As many rows as a desk of fifty works through in weeks; the next run asks anew."""
_ASKED = 500_000

# Families of one group that a likely pair joins, each two by their strongest pair.
EDGES = """
SELECT DISTINCT ON (least(x.family_id, y.family_id), greatest(x.family_id, y.family_id))
    p.a_id, p.b_id, p.weight, g.group_id, x.family_id AS left_id, y.family_id AS right_id
FROM linkage_pair p
JOIN registry_entry_link x ON x.entry_id = p.a_id AND x.until_run IS NULL
JOIN registry_entry_link y ON y.entry_id = p.b_id AND y.until_run IS NULL AND y.family_id <> x.family_id
JOIN registry_group_member g ON g.subject_id = x.family_id
JOIN registry_group_member h ON h.subject_id = y.family_id AND h.group_id = g.group_id
WHERE p.kind = 'family' AND p.grade = 'likely'
    AND g.group_id IN (SELECT family_id FROM benefits_overlap WHERE state = 'open' AND certainty = 'likely')
ORDER BY least(x.family_id, y.family_id), greatest(x.family_id, y.family_id), p.weight DESC, p.a_id, p.b_id
"""

# Open likely overlaps, with the families that hold their claims.
RESTING = """
SELECT o.id, o.family_id AS group_id, o.slot, o.month, o.cost_piastres,
    array_agg(DISTINCT l.family_id) AS families
FROM benefits_overlap o JOIN benefits_overlap_claim c ON c.overlap_id = o.id
JOIN benefits_claim k ON k.list_id = c.list_id AND k.row = c.row
JOIN registry_entry_link l ON l.entry_id = k.entry_id AND l.until_run IS NULL
WHERE o.state = 'open' AND o.certainty = 'likely' GROUP BY o.id
"""

# An overlap rests on the pair that joins its families; where several in a row do, on each of them.
CARRYING = """
WITH direct AS (
    SELECT e.a_id, e.b_id, r.id FROM review_edge e JOIN review_resting r USING (group_id)
    WHERE ARRAY[e.left_id, e.right_id] <@ r.families
)
SELECT a_id, b_id, id FROM direct
UNION ALL
SELECT e.a_id, e.b_id, r.id FROM review_edge e JOIN review_resting r USING (group_id)
WHERE NOT EXISTS (SELECT FROM direct d WHERE d.id = r.id)
"""

# What is asked though it joins nothing yet: the heaviest possible pairs, and ids that two people bear, or
# one person two of.
ASKED = f"""
WITH possible AS (
    (SELECT kind, a_id, b_id, grade, weight FROM {{pairs}} WHERE kind = 'family' AND grade = 'possible'
    ORDER BY weight DESC, a_id, b_id LIMIT {_ASKED})
    UNION ALL
    (SELECT kind, a_id, b_id, grade, weight FROM {{pairs}} WHERE kind = 'person' AND grade = 'possible'
    ORDER BY weight DESC, a_id, b_id LIMIT {_ASKED})
), borne AS (
    SELECT nid_index, min(person_id) AS one, max(person_id) AS other FROM registry_person_nid
    WHERE until_run IS NULL {{borne}} GROUP BY nid_index HAVING min(person_id) <> max(person_id)
), bearing AS (
    SELECT person_id, min(nid_index::text)::bytea AS one, max(nid_index::text)::bytea AS other
    FROM registry_person_nid WHERE until_run IS NULL {{bearing}}
    GROUP BY person_id HAVING min(nid_index::text) <> max(nid_index::text)
), clash AS (
    SELECT x.id AS x, y.id AS y FROM borne
    CROSS JOIN LATERAL ({{record_of_one}}) x CROSS JOIN LATERAL ({{record_of_other}}) y
    UNION
    SELECT x.id, y.id FROM bearing
    CROSS JOIN LATERAL ({{record_with_one}}) x CROSS JOIN LATERAL ({{record_with_other}}) y
), contested AS (
    SELECT a_id, b_id, grade, weight FROM {{pairs}}
    WHERE kind = 'person' AND grade = 'cut' AND rule = 'same_id'
    UNION ALL
    SELECT least(c.x, c.y), greatest(c.x, c.y), coalesce(p.grade, ''), coalesce(p.weight, 0)
    FROM clash c LEFT JOIN linkage_pair p
        ON p.kind = 'person' AND p.a_id = least(c.x, c.y) AND p.b_id = greatest(c.x, c.y)
    WHERE c.x <> c.y
)
SELECT 'possible' AS source, * FROM possible
UNION ALL
SELECT DISTINCT ON (a_id, b_id) 'nid', 'person', * FROM contested
"""
_RECORD = (
    "SELECT min(r.id) AS id FROM registry_record r JOIN registry_link l ON l.record_id = r.id"
    " AND l.until_run IS NULL WHERE r.nid_index = {nid} AND l.person_id = {person}"
)
# What an increment asks of: pairs with an end in its region, ids that its rows bear and whoever they are.
TOUCHED = " UNION ".join(
    f"SELECT kind, a_id, b_id, grade, weight, rule FROM linkage_pair"
    f" WHERE kind = '{kind}' AND {end} IN (SELECT id FROM {region})"
    for kind, region in (("person", "region_record"), ("family", "region_entry"))
    for end in ("a_id", "b_id")
)
_WHOLE = {"pairs": "linkage_pair", "borne": "", "bearing": ""}
_WITHIN = {
    "pairs": "review_pair",
    "borne": "AND nid_index IN (SELECT r.nid_index FROM region_record i JOIN registry_record r ON r.id = i.id)",
    "bearing": "AND person_id IN (SELECT l.person_id FROM region_record i"
    " JOIN registry_link l ON l.record_id = i.id AND l.until_run IS NULL)",
}
_RECORDS = {
    "record_of_one": _RECORD.format(nid="borne.nid_index", person="borne.one"),
    "record_of_other": _RECORD.format(nid="borne.nid_index", person="borne.other"),
    "record_with_one": _RECORD.format(nid="bearing.one", person="bearing.person_id"),
    "record_with_other": _RECORD.format(nid="bearing.other", person="bearing.person_id"),
}

# With the groups of families that they stand in; a pair that is likely one already is not asked again.
PLACED = """
SELECT q.*, coalesce(g.group_id, x.family_id) AS left_group, coalesce(h.group_id, y.family_id) AS right_group
FROM review_asked q
JOIN registry_entry_link x ON x.entry_id = q.a_id AND x.until_run IS NULL
JOIN registry_entry_link y ON y.entry_id = q.b_id AND y.until_run IS NULL
LEFT JOIN registry_group_member g ON g.subject_id = x.family_id
LEFT JOIN registry_group_member h ON h.subject_id = y.family_id
WHERE q.kind = 'family' AND coalesce(g.group_id, x.family_id) <> coalesce(h.group_id, y.family_id)
UNION ALL
SELECT q.*, coalesce(g.group_id, m.family_id), coalesce(h.group_id, n.family_id)
FROM review_asked q
JOIN registry_link x ON x.record_id = q.a_id AND x.until_run IS NULL
JOIN registry_link y ON y.record_id = q.b_id AND y.until_run IS NULL
LEFT JOIN registry_group_member gx ON gx.subject_id = x.person_id
LEFT JOIN registry_group_member gy ON gy.subject_id = y.person_id
LEFT JOIN registry_membership m ON m.person_id = x.person_id AND m.until_run IS NULL
LEFT JOIN registry_membership n ON n.person_id = y.person_id AND n.until_run IS NULL
LEFT JOIN registry_group_member g ON g.subject_id = m.family_id
LEFT JOIN registry_group_member h ON h.subject_id = n.family_id
WHERE q.kind = 'person' AND (q.source = 'nid'
    OR coalesce(gx.group_id, x.person_id) <> coalesce(gy.group_id, y.person_id))
"""

BETWEEN = """
SELECT DISTINCT least(left_group, right_group) AS a_group, greatest(left_group, right_group) AS b_group
FROM review_placed WHERE left_group <> right_group
"""
HOLDING = """
SELECT w.group_id, c.slot, c.month, c.organisation_id, c.list_id, c.need, c.given_month, c.row
FROM (SELECT a_group AS group_id FROM review_between UNION SELECT b_group FROM review_between) w
CROSS JOIN LATERAL (
    SELECT w.group_id AS family_id
    UNION SELECT m.subject_id FROM registry_group_member m WHERE m.group_id = w.group_id) f
CROSS JOIN LATERAL (
    SELECT f.family_id AS subject_id
    UNION ALL SELECT s.person_id FROM registry_membership s WHERE s.family_id = f.family_id AND s.until_run IS NULL) h
JOIN benefits_cell c ON c.subject_id = h.subject_id AND c.scope = 0
"""

# Two givings of two organisations that share a month are one overlap, however many months they share.
OPENING = """
SELECT o.a_group, o.b_group, count(*) AS overlap_count, array_agg(DISTINCT o.slot) AS slots, max(o.month) AS month,
    sum(least(coalesce(u.value_piastres, 0), coalesce(v.value_piastres, 0)))::bigint AS cost_piastres
FROM (
    SELECT DISTINCT ON (w.a_group, w.b_group, x.slot, x.list_id, x.need, x.given_month,
            y.list_id, y.need, y.given_month)
        w.a_group, w.b_group, x.slot, x.month, x.list_id AS x_list, x.row AS x_row,
        y.list_id AS y_list, y.row AS y_row
    FROM review_between w
    JOIN review_holding x ON x.group_id = w.a_group
    JOIN review_holding y ON y.group_id = w.b_group AND y.slot = x.slot AND y.month = x.month
        AND y.organisation_id <> x.organisation_id
    ORDER BY w.a_group, w.b_group, x.slot, x.list_id, x.need, x.given_month, y.list_id, y.need, y.given_month,
        x.month
) o
LEFT JOIN benefits_claim u ON u.list_id = o.x_list AND u.row = o.x_row
LEFT JOIN benefits_claim v ON v.list_id = o.y_list AND v.row = o.y_row
GROUP BY o.a_group, o.b_group
"""

FOUND = """
SELECT 'overlap' AS source, 'family' AS kind, e.a_id, e.b_id, 'likely' AS grade, e.weight, r.overlap_count,
    r.cost_piastres, r.slots, r.month, e.group_id AS left_group, e.group_id AS right_group,
    NULL::integer AS families, NULL::text AS governorate
FROM review_edge e JOIN (
    SELECT c.a_id, c.b_id, count(*) AS overlap_count, sum(o.cost_piastres)::bigint AS cost_piastres,
        array_agg(DISTINCT o.slot) AS slots, max(o.month) AS month
    FROM review_carrying c JOIN review_resting o USING (id) GROUP BY c.a_id, c.b_id
) r USING (a_id, b_id)
UNION ALL
SELECT p.source, p.kind, p.a_id, p.b_id, p.grade, p.weight, coalesce(o.overlap_count, 0),
    coalesce(o.cost_piastres, 0), coalesce(o.slots, '{}'), o.month, p.left_group, p.right_group, NULL, NULL
FROM review_placed p LEFT JOIN review_opening o
    ON o.a_group = least(p.left_group, p.right_group) AND o.b_group = greatest(p.left_group, p.right_group)
WHERE o.overlap_count > 0 OR p.left_group = p.right_group OR p.source = 'nid'
"""

# What was asked before of whoever is not in the region; what open overlaps rest on is reckoned anew.
STILL_ASKED = """
UNION ALL
SELECT r.source, r.kind, r.a_id, r.b_id, r.grade, r.weight, r.overlap_count, r.cost_piastres, r.slots, r.month,
    NULL, NULL, r.families, r.governorate
FROM linkage_review r WHERE r.source <> 'overlap' AND CASE r.kind
    WHEN 'person' THEN NOT EXISTS (SELECT FROM region_record i WHERE i.id IN (r.a_id, r.b_id))
    ELSE NOT EXISTS (SELECT FROM region_entry i WHERE i.id IN (r.a_id, r.b_id)) END
"""

# DELETE, not TRUNCATE: whoever reads the queue meanwhile reads the old one to its end.
EMPTY = "DELETE FROM linkage_review"
FILL = """
INSERT INTO linkage_review (place, source, kind, a_id, b_id, grade, weight, overlap_count, cost_piastres, families,
    slots, month, governorate)
SELECT f.place, f.source, f.kind, f.a_id, f.b_id, f.grade, f.weight, f.overlap_count, f.cost_piastres,
    coalesce(f.families, (SELECT count(*) FROM (
        SELECT unnest(ARRAY[f.left_group, f.right_group]) AS id
        UNION SELECT m.subject_id FROM registry_group_member m WHERE m.group_id IN (f.left_group, f.right_group)
    ) s WHERE s.id IS NOT NULL)),
    f.slots, f.month, coalesce(f.governorate, a.governorate, b.governorate, '')
FROM (
    SELECT * FROM (
        SELECT row_number() OVER (ORDER BY d.overlap_count * greatest(d.cost_piastres, 1) DESC, d.weight DESC, d.kind,
            d.a_id, d.b_id) AS place, d.*
        FROM (SELECT DISTINCT ON (kind, a_id, b_id) * FROM review_found
            ORDER BY kind, a_id, b_id, overlap_count DESC, source) d
        WHERE NOT EXISTS (SELECT FROM linkage_verdict v WHERE v.kind = d.kind AND v.a_id = d.a_id
            AND v.b_id = d.b_id AND v.undone_at IS NULL)
    ) n WHERE place <= %d
) f
LEFT JOIN registry_entry x ON f.kind = 'family' AND x.id = f.a_id
LEFT JOIN registry_entry y ON f.kind = 'family' AND y.id = f.b_id
LEFT JOIN registry_record a ON a.id = CASE f.kind WHEN 'family' THEN x.head_record_id ELSE f.a_id END
LEFT JOIN registry_record b ON b.id = CASE f.kind WHEN 'family' THEN y.head_record_id ELSE f.b_id END
"""


def fill_review(connection: psycopg.Connection, *, within: Items | None = None, keep: int = KEPT) -> int:
    """
    Put the pairs worth asking about in place of the last run's, in the caller's transaction.

    Reads the pairs, links and overlaps as they stand there; `within`, those of an increment's region, and keeps
    what was asked of the rest. Returns how many there are to ask.
    """
    if within is not None:
        name_items(connection, within)
        run_steps(connection, temporary("review_pair", TOUCHED))
    scope, rest = (_WHOLE, "") if within is None else (_WITHIN, STILL_ASKED)
    counts = run_steps(
        connection,
        [
            *temporary("review_edge", EDGES),
            *temporary("review_resting", RESTING),
            *temporary("review_carrying", CARRYING),
            *temporary("review_asked", ASKED.format(**_RECORDS, **scope)),
            *temporary("review_placed", PLACED),
            *temporary("review_between", BETWEEN),
            *temporary("review_holding", HOLDING),
            *temporary("review_opening", OPENING),
            *temporary("review_found", FOUND + rest),
            ("", EMPTY),
            ("asked", FILL % keep),
        ],
    )
    return counts["asked"]
