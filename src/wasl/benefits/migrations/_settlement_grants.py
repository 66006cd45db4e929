"""
Settlement in SQL: given lists meet grants, as a function of what stands, whatever came first.

A giving of a list *reports* a grant of its organisation, or one that its organisation funds, to the same
subject for the same need and month: one to one, lists in the order of their numbers, grants with those that a
door delivered first and then the newest, since an older one was renewed because it had lapsed. A giving that
reports a grant holds nothing: the grant does.
"""

from wasl.benefits.migrations._settlement import temporary

# The last reversal of a grant may be a list's, which was withdrawn and may come back; a person's is final.
BY_LIST = """
EXISTS (
    SELECT FROM benefits_reversal r WHERE r.grant_id = g.id AND r.year = g.year AND r.reversed_by = 'list'
        AND NOT EXISTS (SELECT FROM benefits_reversal x WHERE x.grant_id = r.grant_id AND x.year = r.year
            AND x.tranche = r.tranche AND x.attempt > r.attempt))"""
STANDING_DELIVERY = """
FROM benefits_delivery d WHERE d.grant_id = g.id AND d.year = g.year
    AND NOT EXISTS (SELECT FROM benefits_reversal r WHERE r.grant_id = d.grant_id AND r.year = d.year
        AND r.tranche = d.tranche AND r.attempt = d.attempt)"""

GRANTS = temporary(
    "settling_grant",
    f"""
SELECT g.id AS grant_id, g.year, l.family_id, l.subject_id, g.organisation_id, g.need, g.month, g.tranches,
    g.state AS was, CASE WHEN g.expires_at <= clock_timestamp() THEN 'lapsed' ELSE g.state END AS state,
    g.approved_by IS NOT NULL AS is_approved, g.expires_at,
    EXISTS (SELECT {STANDING_DELIVERY} AND d.source <> 'list') AS by_door,
    EXISTS (SELECT {STANDING_DELIVERY} AND d.source = 'list') AS by_list,
    g.state = 'reversed' AND {BY_LIST} AS may_return
FROM stated_line l JOIN benefits_grant g ON g.id = l.list_id AND g.year = l.year
WHERE l.is_grant""",
)

# Of each giving of a list that might report one of these grants, its first row.
REPORTS = temporary(
    "reporting_list",
    """
SELECT l.subject_id, l.organisation_id, l.need, l.month, l.list_id, min(l.row) AS row
FROM stated_line l
WHERE NOT l.is_grant AND (l.subject_id, l.need, l.month) IN (SELECT subject_id, need, month FROM settling_grant)
GROUP BY l.subject_id, l.organisation_id, l.need, l.month, l.list_id""",
)
# Shares come with a later migration: nobody settles a grant before it.
REPORTERS = """
DROP TABLE IF EXISTS pg_temp.grant_reporter;
CREATE TEMP TABLE grant_reporter ON COMMIT DROP AS
SELECT grant_id, organisation_id AS reporter_id FROM settling_grant;
IF to_regclass('public.benefits_grant_funder') IS NOT NULL THEN
    INSERT INTO grant_reporter
    SELECT g.grant_id, f.funder_id FROM settling_grant g
    JOIN benefits_grant_funder f ON f.grant_id = g.grant_id AND f.year = g.year AND f.state = 'agreed'
    WHERE f.funder_id <> g.organisation_id;
END IF;
ANALYZE grant_reporter;
"""
PAIRS = temporary(
    "settling_pair",
    """
SELECT g.grant_id, g.subject_id, g.need, g.month, l.list_id, l.row
FROM (
    SELECT g.grant_id, g.subject_id, g.need, g.month, r.reporter_id, row_number() OVER (
        PARTITION BY g.subject_id, r.reporter_id, g.need, g.month ORDER BY g.by_door DESC, g.grant_id DESC) AS place
    FROM settling_grant g JOIN grant_reporter r USING (grant_id)
    WHERE g.state IN ('reserved', 'approved', 'partly', 'delivered', 'lapsed', 'reported') OR g.may_return
) g
JOIN (
    SELECT l.*, row_number() OVER (
        PARTITION BY l.subject_id, l.organisation_id, l.need, l.month ORDER BY l.list_id) AS place
    FROM reporting_list l
) l ON l.subject_id = g.subject_id AND l.organisation_id = g.reporter_id AND l.need = g.need
    AND l.month = g.month AND l.place = g.place""",
)

# A delivery that a list said stands while one of the lists that may report its grant still says so.
UNSAID = temporary(
    "unsaid_delivery",
    """
SELECT d.grant_id, d.year, d.tranche, d.attempt, d.organisation_id
FROM settling_grant g JOIN benefits_delivery d ON d.grant_id = g.grant_id AND d.year = g.year AND d.source = 'list'
WHERE g.by_list
    AND NOT EXISTS (SELECT FROM benefits_reversal r WHERE r.grant_id = d.grant_id AND r.year = d.year
        AND r.tranche = d.tranche AND r.attempt = d.attempt)
    AND NOT (
        EXISTS (SELECT FROM settling_pair p WHERE p.grant_id = g.grant_id)
        AND EXISTS (
            SELECT FROM reporting_list l JOIN grant_reporter r ON r.reporter_id = l.organisation_id
            WHERE r.grant_id = g.grant_id AND l.subject_id = g.subject_id AND l.need = g.need
                AND l.month = g.month AND l.list_id = d.list_id))""",
)
REVERSE = """
INSERT INTO benefits_reversal (year, grant_id, tranche, attempt, organisation_id, reason, reversed_by, reversed_at)
SELECT year, grant_id, tranche, attempt, organisation_id, 'list_withdrawn', 'list', clock_timestamp()
FROM unsaid_delivery ORDER BY grant_id, tranche;
"""

# What becomes of each. A list says that a giving was, not in how many parts: it delivers one.
BECOMING = temporary(
    "becoming_grant",
    """
SELECT g.grant_id, g.year, g.was, g.delivers, CASE
    WHEN g.delivers THEN CASE WHEN g.tranches = 1 THEN 'delivered' ELSE 'partly' END
    WHEN g.is_reported AND g.state IN ('reserved', 'lapsed') THEN 'reported'
    WHEN g.state = 'reported' AND NOT g.is_reported THEN 'lapsed'
    WHEN g.is_unsaid THEN CASE WHEN g.by_door THEN 'partly' ELSE 'reversed' END
    ELSE g.state END AS state
FROM (
    SELECT g.*, p.grant_id IS NOT NULL AS is_reported, u.grant_id IS NOT NULL AS is_unsaid,
        p.grant_id IS NOT NULL AND g.is_approved AND NOT g.by_door AND (NOT g.by_list OR u.grant_id IS NOT NULL)
            AND g.state IN ('approved', 'lapsed', 'partly', 'delivered', 'reversed') AS delivers
    FROM settling_grant g
    LEFT JOIN (SELECT DISTINCT grant_id FROM settling_pair) p USING (grant_id)
    LEFT JOIN (SELECT DISTINCT grant_id FROM unsaid_delivery) u USING (grant_id)
) g""",
)
DELIVER = """
INSERT INTO benefits_delivery (year, grant_id, tranche, attempt, organisation_id, delivered_on, recorded_at,
    recorded_by, source, list_id, list_row, received_by, quantity, unit, value_piastres, need, need_version,
    governorate, markaz)
SELECT b.year, b.grant_id, 1, 1 + coalesce((
        SELECT max(d.attempt) FROM benefits_delivery d
        WHERE d.grant_id = b.grant_id AND d.year = b.year AND d.tranche = 1), 0),
    g.organisation_id, coalesce(said.given_on, g.month), clock_timestamp(), 'list', 'list', p.list_id, p.row, 'list',
    nullif(said.quantity, 0), g.unit, said.value, g.need, g.need_version,
    coalesce(r.governorate, h.governorate), coalesce(r.markaz, h.markaz)
FROM becoming_grant b
JOIN benefits_grant g ON g.id = b.grant_id AND g.year = b.year
JOIN LATERAL (
    SELECT p.list_id, p.row, p.subject_id FROM settling_pair p WHERE p.grant_id = b.grant_id
    ORDER BY p.list_id LIMIT 1) p ON true
JOIN LATERAL (
    SELECT max(c.given_on) AS given_on, sum(c.quantity) FILTER (WHERE NOT c.repeated) AS quantity,
        sum(l.value)::bigint AS value
    FROM stated_line l JOIN benefits_claim c ON c.list_id = l.list_id AND c.row = l.row AND c.year = l.year
    WHERE l.list_id = p.list_id AND l.subject_id = p.subject_id AND l.need = g.need AND l.month = g.month) said ON true
JOIN registry_record r ON r.id = g.record_id
JOIN registry_entry e ON e.id = g.entry_id JOIN registry_record h ON h.id = e.head_record_id
WHERE b.delivers ORDER BY b.grant_id;
"""
# Grant and claim change together: claims are what everybody else reads.
MOVE = """
UPDATE benefits_grant g SET state = b.state, expires_at = NULL,
    ended_at = CASE WHEN b.state IN ('lapsed', 'reversed') THEN clock_timestamp() END,
    end_reason = CASE b.state WHEN 'lapsed' THEN CASE b.was WHEN 'reported' THEN 'list_withdrawn' ELSE 'expired' END
        WHEN 'reversed' THEN 'list_withdrawn' ELSE '' END
FROM becoming_grant b WHERE g.id = b.grant_id AND g.year = b.year AND b.state <> b.was;
GET DIAGNOSTICS v_moved = ROW_COUNT;
UPDATE benefits_claim c SET kind = CASE b.state WHEN 'lapsed' THEN 'granted' ELSE 'given' END,
    active = b.state NOT IN ('lapsed', 'reversed')
FROM becoming_grant b WHERE c.list_id = b.grant_id AND c.year = b.year AND c.row = 1 AND b.state <> b.was;
UPDATE settling_grant g SET state = b.state, expires_at = CASE WHEN b.state = b.was THEN g.expires_at END
FROM becoming_grant b WHERE b.grant_id = g.grant_id;
"""

EMPTY = """
DROP TABLE IF EXISTS pg_temp.settling_grant, pg_temp.settling_pair;
CREATE TEMP TABLE settling_grant (grant_id bigint, state text, expires_at timestamptz) ON COMMIT DROP;
CREATE TEMP TABLE settling_pair (subject_id bigint, list_id bigint, need text, month date) ON COMMIT DROP;
"""
MEET = f"""
IF EXISTS (SELECT FROM stated_line WHERE is_grant) THEN
    {GRANTS}
    {REPORTS}
    {REPORTERS}
    {PAIRS}
    {UNSAID}
    {REVERSE}
    {BECOMING}
    {DELIVER}
    {MOVE}
ELSE
    {EMPTY}
END IF;
"""

# What a grant let go is freed at once; where something else follows from that, it is settled: an overlap closes,
# or a list that only reported the grant now gives by itself.
RELEASE = """
CREATE OR REPLACE FUNCTION benefits_release(p_grants bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_subjects bigint[];
BEGIN
    UPDATE benefits_claim c SET active = false WHERE c.list_id = ANY(p_grants) AND c.row = 1 AND c.active;
    DELETE FROM benefits_cell c WHERE c.list_id = ANY(p_grants) AND c.list_id >= 1000000000000;
    SELECT array_agg(DISTINCT s.subject_id) INTO v_subjects FROM (
        SELECT l.family_id AS subject_id FROM benefits_overlap_claim x
        JOIN benefits_overlap o ON o.id = x.overlap_id AND o.state = 'open'
        JOIN benefits_claim c ON c.list_id = x.list_id AND c.row = x.row
        JOIN registry_entry_link l ON l.entry_id = c.entry_id AND l.until_run IS NULL
        WHERE x.list_id = ANY(p_grants) AND x.list_id >= 1000000000000
        UNION ALL
        SELECT l.family_id FROM benefits_claim g
        JOIN registry_entry_link l ON l.entry_id = g.entry_id AND l.until_run IS NULL
        JOIN registry_entry_link n ON n.family_id = l.family_id AND n.until_run IS NULL
        JOIN benefits_claim c ON c.entry_id = n.entry_id AND c.list_id < 1000000000000 AND c.active
            AND c.kind = 'given' AND c.need = g.need AND c.month = g.month
        WHERE g.list_id = ANY(p_grants) AND g.row = 1
        UNION ALL
        SELECT p.person_id FROM benefits_claim g
        JOIN registry_link p ON p.record_id = g.given_to_record AND p.until_run IS NULL
        JOIN registry_link n ON n.person_id = p.person_id AND n.until_run IS NULL
        JOIN benefits_claim c ON c.given_to_record = n.record_id AND c.to_person AND c.list_id < 1000000000000
            AND c.active AND c.kind = 'given' AND c.need = g.need AND c.month = g.month
        WHERE g.list_id = ANY(p_grants) AND g.row = 1 AND g.to_person
    ) s;
    IF v_subjects IS NOT NULL THEN
        PERFORM benefits_settle_families(v_subjects);
    END IF;
END $$;
"""
