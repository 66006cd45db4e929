"""
Settlement in SQL: whose cells and overlaps are written anew, and what they hold.

Steps of one function. Temporary tables, each counted for the planner; they belong to the owner of the
function whoever calls it, and go with the transaction.
"""


def temporary(name: str, query: str) -> str:
    """Return SQL that puts a query's rows into a fresh temporary table and lets the planner know its size."""
    return (
        f"DROP TABLE IF EXISTS pg_temp.{name};\n"
        f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {query};\n"
        f"ANALYZE {name};\n"
    )


# Whom a settlement concerns: a likely overlap spans a group; a person may be named by claims of several
# families, and a grant of theirs meets the lists of each. Numbers of people come along with those of families.
SUBJECTS = """
DROP TABLE IF EXISTS pg_temp.settling_subject;
CREATE TEMP TABLE settling_subject (
    subject_id bigint PRIMARY KEY, is_person boolean NOT NULL, is_locked boolean NOT NULL DEFAULT false
) ON COMMIT DROP;
INSERT INTO settling_subject (subject_id, is_person)
SELECT s.id, s.kind = 'person' FROM registry_subject s WHERE s.id IN (SELECT unnest(p_subjects));
ANALYZE settling_subject;
"""
GROUPS = """
INSERT INTO settling_subject (subject_id, is_person)
SELECT near.subject_id, false FROM settling_subject s
JOIN registry_group_member own ON own.subject_id = s.subject_id
JOIN registry_group_member near ON near.group_id = own.group_id
WHERE NOT s.is_person
UNION SELECT own.group_id, false FROM settling_subject s
JOIN registry_group_member own ON own.subject_id = s.subject_id WHERE NOT s.is_person
ON CONFLICT DO NOTHING;
"""
PEOPLE = """
INSERT INTO settling_subject (subject_id, is_person)
SELECT DISTINCT p.person_id, true FROM settling_subject s
JOIN registry_entry_link l ON l.family_id = s.subject_id AND l.until_run IS NULL
JOIN benefits_claim c ON c.entry_id = l.entry_id AND c.to_person
JOIN registry_link p ON p.record_id = c.given_to_record AND p.until_run IS NULL
WHERE NOT s.is_person
ON CONFLICT DO NOTHING;
"""
FAMILIES_OF_PEOPLE = """
INSERT INTO settling_subject (subject_id, is_person)
SELECT DISTINCT l.family_id, false FROM settling_subject s
JOIN registry_link p ON p.person_id = s.subject_id AND p.until_run IS NULL
JOIN benefits_claim c ON c.given_to_record = p.record_id AND c.to_person
JOIN registry_entry_link l ON l.entry_id = c.entry_id AND l.until_run IS NULL
WHERE s.is_person
ON CONFLICT DO NOTHING;
GET DIAGNOSTICS v_families = ROW_COUNT;
"""
# Subjects born in this transaction are seen by nobody else and need no lock. A door that came first may have
# named somebody new: who that is is asked again under the locks.
GATHER = f"""
{SUBJECTS}
LOOP
    LOOP
        {GROUPS}
        {PEOPLE}
        v_families := 0;
        IF EXISTS (SELECT FROM settling_subject WHERE is_person) THEN
            {FAMILIES_OF_PEOPLE}
        END IF;
        ANALYZE settling_subject;
        EXIT WHEN v_families = 0;
    END LOOP;
    EXIT WHEN NOT EXISTS (SELECT FROM settling_subject WHERE NOT is_locked);
    PERFORM FROM registry_subject s
    WHERE s.id IN (SELECT subject_id FROM settling_subject WHERE NOT is_locked)
        AND s.xmin <> pg_current_xact_id()::xid
    ORDER BY s.id FOR UPDATE;
    UPDATE settling_subject SET is_locked = true WHERE NOT is_locked;
END LOOP;
""" + temporary(
    "settling_family",
    """
SELECT s.subject_id AS family_id, coalesce(m.group_id, s.subject_id) AS group_id
FROM settling_subject s LEFT JOIN registry_group_member m ON m.subject_id = s.subject_id
WHERE NOT s.is_person""",
)

# Claims have no family of their own: it is that of their entry, now; nor a person: that is the one of the
# record given to. A grant's own state says whether it counts, whatever its claim says.
CLAIMS = temporary(
    "stated_line",
    """
SELECT s.family_id, s.group_id, coalesce(p.person_id, s.family_id) AS subject_id, c.organisation_id, c.list_id,
    benefits_is_grant(c.list_id) AS is_grant, c.year, c.need, c.need_version, c.month, c.row, c.entry_id,
    c.given_to_record, c.first_month, c.last_month, NULL::timestamptz AS expires_at,
    CASE WHEN NOT c.repeated THEN c.value_piastres END AS value
FROM settling_family s
JOIN registry_entry_link l ON l.family_id = s.family_id AND l.until_run IS NULL
JOIN benefits_claim c ON c.entry_id = l.entry_id
LEFT JOIN registry_link p ON c.to_person AND p.record_id = c.given_to_record AND p.until_run IS NULL
WHERE c.active AND c.kind = 'given' OR benefits_is_grant(c.list_id)""",
)

# What holds cells; a need without a guard has none.
COUNTED = temporary(
    "settling_claim",
    """
SELECT l.family_id, l.group_id, l.subject_id, l.organisation_id, l.list_id, l.need, l.need_version, l.month, l.row,
    l.entry_id, l.given_to_record, l.first_month, l.last_month, g.expires_at, l.value
FROM stated_line l LEFT JOIN settling_grant g ON g.grant_id = l.list_id
LEFT JOIN settling_pair p ON p.subject_id = l.subject_id AND p.list_id = l.list_id AND p.need = l.need
    AND p.month = l.month
WHERE CASE WHEN l.is_grant THEN g.state IN ('reserved', 'approved', 'partly', 'delivered', 'reported')
    ELSE p.list_id IS NULL END
    AND (l.need, l.need_version) IN (
        SELECT ns.need, ns.version FROM benefits_need_version_slot ns
        JOIN benefits_need_version n ON n.need = ns.need AND n.version = ns.version WHERE n.guard <> 'none')""",
)

# One giving: the rows of one list that give one certain family one need in one month. Its value is
# the largest row of a family's need, the sum of rows of a person's; repeated rows add nothing. Of it each
# person named has a part, and who is not named has one of the family's.
GIVINGS = temporary(
    "settling_part",
    """
SELECT family_id, subject_id, min(group_id) AS group_id, min(organisation_id) AS organisation_id, list_id, need,
    min(need_version) AS need_version, month, min(row) AS row, min(first_month) AS first_month,
    max(last_month) AS last_month, sum(value)::bigint AS sum_value, max(value) AS max_value,
    max(expires_at) AS expires_at
FROM settling_claim GROUP BY family_id, subject_id, list_id, need, month""",
) + temporary(
    "settling_giving",
    """
SELECT row_number() OVER () AS giving_id, g.family_id, g.group_id, g.organisation_id, g.list_id, g.need,
    g.need_version, g.month, g.row, g.first_month, g.last_month, n.subject = 'person' AS per_person,
    CASE WHEN n.subject = 'person' THEN g.sum_value ELSE g.max_value END AS value
FROM (
    SELECT family_id, min(group_id) AS group_id, min(organisation_id) AS organisation_id, list_id, need,
        min(need_version) AS need_version, month, min(row) AS row, min(first_month) AS first_month,
        max(last_month) AS last_month, sum(sum_value)::bigint AS sum_value, max(max_value) AS max_value
    FROM settling_part GROUP BY family_id, list_id, need, month
) g JOIN benefits_need_version n ON n.need = g.need AND n.version = g.need_version""",
)

SAME_CELL = "b.subject_id = a.subject_id AND b.slot = a.slot AND b.month = a.month AND b.scope = a.scope"
SAME_HOLDER = "b.list_id = a.list_id AND b.need = a.need AND b.given_month = a.given_month"

# A person whom one list names in two of its families is given to once.
WANTED = temporary(
    "wanted_cell",
    """
SELECT g.subject_id, ns.slot, CASE WHEN sl.sensitive THEN g.organisation_id ELSE 0 END AS scope,
    m.month::date AS month, g.organisation_id, g.list_id, g.need, g.month AS given_month, g.row, g.expires_at
FROM (
    SELECT subject_id, organisation_id, list_id, need, need_version, month, row, first_month, last_month, expires_at
    FROM settling_part WHERE subject_id = family_id
    UNION ALL
    SELECT subject_id, min(organisation_id), list_id, need, min(need_version), month, min(row), min(first_month),
        max(last_month), max(expires_at)
    FROM settling_part WHERE subject_id <> family_id GROUP BY subject_id, list_id, need, month
) g
JOIN benefits_need_version_slot ns ON ns.need = g.need AND ns.version = g.need_version
JOIN benefits_slot sl ON sl.code = ns.slot
CROSS JOIN LATERAL
    generate_series(g.first_month::timestamp, g.last_month::timestamp, interval '1 month') m (month)""",
)
STANDING = temporary(
    "standing_cell",
    """
SELECT c.subject_id, c.slot, c.scope, c.month, c.seat, c.list_id, c.need, c.given_month, c.row, c.expires_at
FROM settling_subject s JOIN benefits_cell c ON c.subject_id = s.subject_id""",
)
GONE = temporary(
    "gone_cell",
    f"""
SELECT a.* FROM standing_cell a
WHERE NOT EXISTS (SELECT FROM wanted_cell b WHERE {SAME_CELL} AND {SAME_HOLDER})""",
)

# Few, and known before the cells are touched: of cells just written the planner knows nothing, and joined three
# large tables row by row.
CHANGED = temporary(
    "changed_cell",
    f"""
SELECT a.* FROM wanted_cell a JOIN standing_cell b ON {SAME_CELL} AND {SAME_HOLDER}
WHERE (b.row, b.expires_at) IS DISTINCT FROM (a.row, a.expires_at)""",
)

TAKE_ALL = """
INSERT INTO benefits_cell (scope, slot, subject_id, month, seat, organisation_id, need, state, reason, expires_at,
    list_id, given_month, row)
SELECT scope, slot, subject_id, month,
    row_number() OVER (PARTITION BY subject_id, slot, month, scope ORDER BY list_id, row, need) - 1,
    organisation_id, need, CASE WHEN expires_at IS NULL THEN 'held' ELSE 'reserved' END, 'list', expires_at,
    list_id, given_month, row
FROM wanted_cell;
GET DIAGNOSTICS v_taken = ROW_COUNT;
"""
# Freed seats let the lowest other move down, by the table's own trigger: seats are read again after. A giving
# that held this cell for another subject came by a link; the rest came by their list.
TAKE = f"""
DELETE FROM benefits_cell b USING gone_cell a WHERE {SAME_CELL} AND b.seat = a.seat;
GET DIAGNOSTICS v_freed = ROW_COUNT;
UPDATE benefits_cell b SET row = a.row, expires_at = a.expires_at,
    state = CASE WHEN a.expires_at IS NULL THEN 'held' ELSE 'reserved' END
FROM changed_cell a WHERE {SAME_CELL} AND {SAME_HOLDER};
INSERT INTO benefits_cell (scope, slot, subject_id, month, seat, organisation_id, need, state, reason, expires_at,
    list_id, given_month, row)
SELECT a.scope, a.slot, a.subject_id, a.month,
    coalesce((
        SELECT max(b.seat) + 1 FROM benefits_cell b WHERE {SAME_CELL}
    ), 0) + row_number() OVER (
        PARTITION BY a.subject_id, a.slot, a.month, a.scope ORDER BY a.list_id, a.row, a.need) - 1,
    a.organisation_id, a.need, CASE WHEN a.expires_at IS NULL THEN 'held' ELSE 'reserved' END,
    CASE WHEN EXISTS (
        SELECT FROM gone_cell b WHERE {SAME_HOLDER} AND b.slot = a.slot AND b.month = a.month
            AND b.subject_id <> a.subject_id) THEN 'link' ELSE 'list' END,
    a.expires_at, a.list_id, a.given_month, a.row
FROM wanted_cell a
WHERE NOT EXISTS (SELECT FROM standing_cell b WHERE {SAME_CELL} AND {SAME_HOLDER})
ORDER BY a.subject_id, a.slot, a.month, a.scope;
GET DIAGNOSTICS v_taken = ROW_COUNT;
"""

# Expired reservations are swept first, so that a live claim above one has moved down before anything is asked.
CELLS = f"""
DELETE FROM benefits_cell c USING settling_subject s
WHERE c.subject_id = s.subject_id AND c.state = 'reserved' AND c.expires_at <= clock_timestamp();
{WANTED}
{STANDING}
IF EXISTS (SELECT FROM standing_cell) THEN
    {GONE}
    {CHANGED}
    {TAKE}
ELSE
    {TAKE_ALL}
END IF;
"""
