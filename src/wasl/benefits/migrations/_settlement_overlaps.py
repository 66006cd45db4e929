"""
Settlement in SQL: overlaps, certain within one family, likely across a group.

An *arena* is a family, or a group, with givings of several organisations in one slot. In it an
overlap is a largest set of givings that share a month. Such a set is whole in the month its last
member begins, so only those months are looked at; it is a largest one where one of its members
ends before the next giving of the arena begins. Slots of scope have no overlaps: they would tell.
"""

from wasl.benefits.migrations._settlement import temporary

ARENAS = """
SELECT row_number() OVER () AS arena_id, a.* FROM (
    SELECT 'certain' AS certainty, g.family_id AS owner_id, ns.slot,
        bool_and(g.first_month = g.last_month) AS single
    FROM settling_giving g
    JOIN benefits_need_version_slot ns ON ns.need = g.need AND ns.version = g.need_version
    JOIN benefits_slot sl ON sl.code = ns.slot AND NOT sl.sensitive
    GROUP BY g.family_id, ns.slot
    HAVING min(g.organisation_id) <> max(g.organisation_id)
    UNION ALL
    SELECT 'likely', g.group_id, ns.slot, bool_and(g.first_month = g.last_month)
    FROM settling_giving g
    JOIN benefits_need_version_slot ns ON ns.need = g.need AND ns.version = g.need_version
    JOIN benefits_slot sl ON sl.code = ns.slot AND NOT sl.sensitive
    WHERE g.group_id IN (SELECT group_id FROM settling_family GROUP BY group_id HAVING count(*) > 1)
    GROUP BY g.group_id, ns.slot
    HAVING min(g.organisation_id) <> max(g.organisation_id) AND min(g.family_id) <> max(g.family_id)
) a
"""

CONTENDERS = """
SELECT a.arena_id, a.certainty = 'likely' AS likely, a.single, g.*
FROM arena a JOIN benefits_need_version_slot ns ON ns.slot = a.slot
JOIN settling_giving g ON g.family_id = a.owner_id AND g.need = ns.need AND g.need_version = ns.version
WHERE a.certainty = 'certain'
UNION ALL
SELECT a.arena_id, true, a.single, g.*
FROM arena a JOIN benefits_need_version_slot ns ON ns.slot = a.slot
JOIN settling_giving g ON g.group_id = a.owner_id AND g.need = ns.need AND g.need_version = ns.version
WHERE a.certainty = 'likely'
"""

# Where every giving covers one month, each month is a set of its own and nothing need be compared.
HELD = """
SELECT c.arena_id, c.first_month AS month, NULL::date AS next_month, c.likely, c.giving_id, c.organisation_id,
    c.family_id, c.list_id, c.need, c.month AS given_month, c.per_person, c.value, c.last_month
FROM contender c WHERE c.single
UNION ALL
SELECT s.arena_id, s.month, s.next_month, c.likely, c.giving_id, c.organisation_id,
    c.family_id, c.list_id, c.need, c.month, c.per_person, c.value, c.last_month
FROM (
    SELECT arena_id, first_month AS month, lead(first_month) OVER (PARTITION BY arena_id ORDER BY first_month)
        AS next_month
    FROM contender WHERE NOT single GROUP BY arena_id, first_month
) s JOIN contender c ON c.arena_id = s.arena_id AND c.first_month <= s.month AND c.last_month >= s.month
"""

SETS = """
SELECT row_number() OVER () AS set_id, h.* FROM (
    SELECT arena_id, month FROM held_giving
    GROUP BY arena_id, month, next_month, likely
    HAVING min(organisation_id) <> max(organisation_id)
        AND (NOT likely OR min(family_id) <> max(family_id))
        AND (next_month IS NULL OR min(last_month) < next_month)
) h
"""

MEMBERS = """
SELECT s.set_id, h.likely, h.giving_id, h.organisation_id, h.family_id, h.list_id, h.need, h.given_month,
    h.per_person, h.value
FROM overlap_set s JOIN held_giving h USING (arena_id, month)
"""

LINES = """
SELECT m.set_id, c.list_id, c.row, c.organisation_id, c.entry_id, c.given_to_record
FROM set_giving m JOIN settling_claim c ON c.family_id = m.family_id AND c.list_id = m.list_id
    AND c.need = m.need AND c.month = m.given_month
"""

# Where each organisation's lists place what it gave: by the record given to, else by the entry's head.
SIDES = """
SELECT l.set_id, l.organisation_id, coalesce(max(coalesce(r.governorate, h.governorate)), '') AS governorate
FROM set_line l JOIN registry_record r ON r.id = l.given_to_record
LEFT JOIN registry_entry e ON e.id = l.entry_id AND r.governorate IS NULL
LEFT JOIN registry_record h ON h.id = e.head_record_id
GROUP BY l.set_id, l.organisation_id
"""

# Over a group, rows of one list that give one need in one month are one giving as within a family;
# what its families' own sets cost already is not counted again.
WANTED = """
WITH giving AS (
    SELECT set_id, organisation_id,
        CASE WHEN bool_and(per_person) THEN sum(value) ELSE max(value) END AS value
    FROM set_giving GROUP BY set_id, organisation_id, list_id, need, given_month
), whole AS (
    SELECT set_id, count(*) AS organisations, coalesce(sum(part), 0) - coalesce(max(part), 0) AS cost,
        sum(unvalued) AS unvalued
    FROM (
        SELECT set_id, organisation_id, sum(value) AS part, count(*) FILTER (WHERE value IS NULL) AS unvalued
        FROM giving GROUP BY set_id, organisation_id) o
    GROUP BY set_id
), inside AS (
    SELECT set_id, sum(cost) AS cost FROM (
        SELECT set_id, coalesce(sum(part), 0) - coalesce(max(part), 0) AS cost FROM (
            SELECT set_id, family_id, organisation_id, sum(value) AS part FROM set_giving WHERE likely
            GROUP BY set_id, family_id, organisation_id) o
        GROUP BY set_id, family_id) f
    GROUP BY set_id
), lines AS (
    SELECT set_id, array_agg(DISTINCT organisation_id ORDER BY organisation_id) AS organisation_ids,
        sha256(convert_to(string_agg(list_id || ':' || row, ',' ORDER BY list_id, row), 'UTF8')) AS key
    FROM set_line GROUP BY set_id
), needs AS (
    SELECT set_id, array_agg(DISTINCT need ORDER BY need) AS needs FROM set_giving GROUP BY set_id
), places AS (
    SELECT set_id, max(governorate) AS governorate FROM set_side GROUP BY set_id
)
SELECT s.set_id, a.certainty, a.owner_id AS family_id, a.slot, s.month, l.key AS claims_key, w.organisations,
    greatest(0, w.cost - coalesce(i.cost, 0))::bigint AS cost_piastres, w.unvalued, l.organisation_ids, n.needs,
    p.governorate, o.id AS overlap_id, o.state AS was
FROM overlap_set s JOIN arena a USING (arena_id) JOIN whole w USING (set_id) JOIN lines l USING (set_id)
JOIN needs n USING (set_id) JOIN places p USING (set_id)
LEFT JOIN inside i USING (set_id)
LEFT JOIN benefits_overlap o ON o.certainty = a.certainty AND o.slot = a.slot AND o.claims_key = l.key
"""

VALUES = "family_id, month, organisations, cost_piastres, unvalued, organisation_ids, needs, governorate"
STOOD, WANTS = (", ".join(f"{name}.{column}" for column in VALUES.split(", ")) for name in ("o", "w"))

# What stands and stands no longer, or not so: the sums lose it as it was, and gain it as it will be.
LEAVING = """
SELECT o.id AS overlap_id FROM settling_family s JOIN benefits_overlap o ON o.family_id = s.family_id
WHERE o.state = 'open' AND NOT EXISTS (SELECT FROM wanted_overlap w WHERE w.overlap_id = o.id)
"""
CHANGING = f"""
SELECT o.id AS overlap_id, w.set_id, o.state AS was
FROM wanted_overlap w JOIN benefits_overlap o ON o.id = w.overlap_id
WHERE o.state = 'closed' OR ({STOOD}) IS DISTINCT FROM ({WANTS})
"""

CLOSE = """
UPDATE benefits_overlap o SET state = 'closed', closed_at = now()
FROM leaving_overlap x WHERE o.id = x.overlap_id
"""
CLOSE_SIDES = """
UPDATE benefits_overlap_side s SET state = 'closed' FROM leaving_overlap x WHERE s.overlap_id = x.overlap_id
"""

REOPEN = f"""
UPDATE benefits_overlap o SET state = 'open', closed_at = NULL,
    opened_at = CASE WHEN o.state = 'closed' THEN now() ELSE o.opened_at END,
    ({VALUES}) = ROW ({WANTS})
FROM wanted_overlap w JOIN changing_overlap x USING (overlap_id) WHERE o.id = w.overlap_id
"""
REOPEN_SIDES = """
UPDATE benefits_overlap_side s SET state = 'open', month = o.month, opened_at = o.opened_at,
    governorate = d.governorate
FROM changing_overlap x JOIN benefits_overlap o ON o.id = x.overlap_id JOIN set_side d USING (set_id)
WHERE s.overlap_id = x.overlap_id AND s.organisation_id = d.organisation_id
"""

OPEN = f"""
INSERT INTO benefits_overlap (certainty, slot, claims_key, state, tie, {VALUES})
SELECT certainty, slot, claims_key, 'open', benefits_tie(salt.value, slot, claims_key), {VALUES}
FROM wanted_overlap, store_fact salt WHERE overlap_id IS NULL AND salt.name = 'overlap_salt'
ORDER BY month, slot, family_id, certainty, claims_key
"""

# The new ones have their numbers now.
OPENED = """
SELECT o.id AS overlap_id, w.set_id FROM wanted_overlap w
JOIN benefits_overlap o ON o.certainty = w.certainty AND o.slot = w.slot AND o.claims_key = w.claims_key
WHERE w.overlap_id IS NULL
"""
OPEN_LINES = """
INSERT INTO benefits_overlap_claim (overlap_id, list_id, row, organisation_id)
SELECT x.overlap_id, l.list_id, l.row, l.organisation_id FROM opened_overlap x JOIN set_line l USING (set_id)
"""
OPEN_SIDES = """
INSERT INTO benefits_overlap_side (overlap_id, organisation_id, slot, month, certainty, state, governorate,
    opened_at, tie)
SELECT x.overlap_id, d.organisation_id, o.slot, o.month, o.certainty, 'open', d.governorate, o.opened_at, o.tie
FROM opened_overlap x JOIN benefits_overlap o ON o.id = x.overlap_id JOIN set_side d USING (set_id)
"""

TALLY = """
INSERT INTO benefits_overlap_tally (organisation_id, slot, month, certainty, governorate, total,
    cost_piastres, unvalued)
SELECT t.organisation_id, o.slot, o.month, o.certainty, t.governorate, {sign}count(*),
    {sign}sum(o.cost_piastres), {sign}sum(o.unvalued)
FROM ({moved}) x JOIN benefits_overlap o ON o.id = x.overlap_id
JOIN LATERAL (
    SELECT 0::bigint AS organisation_id, o.governorate
    UNION ALL SELECT s.organisation_id, s.governorate FROM benefits_overlap_side s WHERE s.overlap_id = o.id
) t ON true
GROUP BY t.organisation_id, o.slot, o.month, o.certainty, t.governorate
"""
LOST = "SELECT overlap_id FROM leaving_overlap UNION ALL SELECT overlap_id FROM changing_overlap WHERE was = 'open'"
GAINED = "SELECT overlap_id FROM changing_overlap UNION ALL SELECT overlap_id FROM opened_overlap"

ASKED = temporary("arena", ARENAS)
WRITE = (
    temporary("contender", CONTENDERS)
    + temporary("held_giving", HELD)
    + temporary("overlap_set", SETS)
    + temporary("set_giving", MEMBERS)
    + temporary("set_line", LINES)
    + temporary("set_side", SIDES)
    + temporary("wanted_overlap", WANTED)
    + temporary("leaving_overlap", LEAVING)
    + temporary("changing_overlap", CHANGING)
    + TALLY.format(moved=LOST, sign="-") + ";"
    + CLOSE + "; GET DIAGNOSTICS v_closed = ROW_COUNT;"
    + CLOSE_SIDES + ";"
    + REOPEN + "; GET DIAGNOSTICS v_changed = ROW_COUNT;"
    + REOPEN_SIDES + ";"
    + OPEN + "; GET DIAGNOSTICS v_opened = ROW_COUNT;"
    + temporary("opened_overlap", OPENED)
    + OPEN_LINES + ";"
    + OPEN_SIDES + ";"
    + TALLY.format(moved=GAINED, sign="") + ";"
)  # fmt: skip
# At a door, most often, nothing is given twice and nothing was.
OVERLAPS = f"""
{ASKED}
IF EXISTS (SELECT FROM arena) OR EXISTS (
    SELECT FROM settling_family s JOIN benefits_overlap o ON o.family_id = s.family_id AND o.state = 'open')
THEN
    {WRITE}
END IF;
"""
