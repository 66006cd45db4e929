"""What every door of grants begins with: who acts, who is locked, what has lapsed. SQL for migration 0008."""

# The maker's name is the session's where pages act: what the caller says is not believed.
MAKER = """
CREATE FUNCTION benefits_maker(p_organisation bigint, p_by text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_name text;
BEGIN
    IF session_user = 'wasl_app' THEN
        SELECT u.username INTO v_name FROM organisations_user u
        WHERE u.id = wasl_user() AND u.organisation_id = p_organisation
            AND u.is_active AND p_organisation = wasl_organisation() AND wasl_role() = 'officer';
    ELSE
        v_name := nullif(p_by, '');
    END IF;
    IF v_name IS NULL OR p_organisation IS NULL THEN
        RAISE EXCEPTION 'an officer gives for its own organisation' USING ERRCODE = '42501';
    END IF;
    RETURN v_name;
END $$;
"""

# The months that a giving covers by a rule, and by the rule in force: as rules.covered_months.
MONTHS = """
CREATE FUNCTION benefits_rule_months(
    p_month date, p_period text, p_window smallint, OUT first_month date, OUT last_month date
) LANGUAGE sql STABLE AS $$
    SELECT CASE p_period WHEN 'once' THEN date '0001-01-01' ELSE coalesce(season.first, p_month) END,
        CASE p_period WHEN 'once' THEN date '0001-01-01' WHEN 'season' THEN coalesce(season.last, p_month)
            ELSE (p_month + (greatest(p_window, 1) - 1) * interval '1 month')::date END
    FROM (VALUES (1)) one
    LEFT JOIN LATERAL (
        SELECT s.first, s.last FROM (
            SELECT s.months[1] AS first, s.months[cardinality(s.months)] AS last FROM benefits_season s) s
        WHERE p_period = 'season'
            AND s.first - interval '2 months' <= p_month AND s.last + interval '2 months' >= p_month
        ORDER BY greatest(0, s.first - p_month, p_month - s.last), s.first LIMIT 1
    ) season ON true
$$;
CREATE FUNCTION benefits_covered_months(p_need text, p_month date, OUT first_month date, OUT last_month date)
LANGUAGE sql STABLE AS $$
    SELECT m.first_month, m.last_month
    FROM benefits_need n CROSS JOIN LATERAL benefits_rule_months(p_month, n.period, n.window_months) m
    WHERE n.code = p_need
$$;
"""

# Settlement locks the subjects whose cells it moves: a door waits for it here, with nothing else held, and
# reads the links again afterwards. Doors of one best estimate go one after the other, so that each sees what
# the one before gave to whom it may be asked about.
LOCKS = """
CREATE FUNCTION benefits_lock_subjects(p_subjects bigint[], p_groups boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_locked bigint;
BEGIN
    IF p_groups THEN
        PERFORM FROM registry_subject s
        WHERE s.id IN (SELECT m.group_id FROM registry_group_member m WHERE m.subject_id = ANY(p_subjects))
        ORDER BY s.id FOR NO KEY UPDATE;
    END IF;
    SELECT count(*) INTO v_locked FROM (
        SELECT FROM registry_subject s WHERE s.id = ANY(p_subjects) AND s.state = 'current'
        ORDER BY s.id FOR KEY SHARE) l;
    IF v_locked < cardinality(p_subjects) THEN
        RAISE EXCEPTION 'a subject retired meanwhile' USING ERRCODE = '40001';
    END IF;
END $$;

-- Own grants among those named, locked by id after whom each is for; the reversed ones; years and months to look in.
CREATE FUNCTION benefits_lock_grants(p_organisation bigint, p_grants bigint[],
    OUT ids bigint[], OUT reversed bigint[], OUT first_year smallint, OUT last_year smallint,
    OUT first_month date, OUT last_month date)
LANGUAGE plpgsql AS $$
DECLARE
    v_families bigint[];
    v_subjects bigint[];
    v_families_now bigint[];
    v_subjects_now bigint[];
    v_expired bigint[];
BEGIN
    SELECT array_agg(g.id ORDER BY g.id), array_agg(l.family_id ORDER BY g.id),
        array_agg(coalesce(r.person_id, l.family_id) ORDER BY g.id), min(g.year), max(g.year),
        min(g.first_month), max(g.last_month)
        INTO ids, v_families, v_subjects, first_year, last_year, first_month, last_month
    FROM benefits_grant g
    LEFT JOIN registry_entry_link l ON l.entry_id = g.entry_id AND l.until_run IS NULL
    LEFT JOIN registry_link r ON g.to_person AND r.record_id = g.record_id AND r.until_run IS NULL
    -- by their numbers, whatever the planner thinks of how many an organisation has
    WHERE g.id = ANY(p_grants) AND g.organisation_id + 0 = p_organisation;
    IF ids IS NULL THEN
        RETURN;
    END IF;
    PERFORM benefits_lock_subjects(
        ARRAY(SELECT DISTINCT s FROM unnest(v_families || v_subjects) s WHERE s IS NOT NULL), false);
    SELECT array_agg(l.family_id ORDER BY g.id), array_agg(coalesce(r.person_id, l.family_id) ORDER BY g.id),
        array_agg(g.id) FILTER (WHERE g.state = 'reversed'),
        array_agg(g.id) FILTER (WHERE g.expires_at <= clock_timestamp())
        INTO v_families_now, v_subjects_now, reversed, v_expired
    FROM (
        SELECT g.id, g.entry_id, g.record_id, g.to_person, g.state, g.expires_at FROM benefits_grant g
        WHERE g.id = ANY(ids) AND g.year BETWEEN first_year AND last_year
        ORDER BY g.id FOR NO KEY UPDATE
    ) g
    LEFT JOIN registry_entry_link l ON l.entry_id = g.entry_id AND l.until_run IS NULL
    LEFT JOIN registry_link r ON g.to_person AND r.record_id = g.record_id AND r.until_run IS NULL;
    IF v_families_now IS DISTINCT FROM v_families OR v_subjects_now IS DISTINCT FROM v_subjects THEN
        RAISE EXCEPTION 'links changed meanwhile' USING ERRCODE = '40001';
    END IF;
    IF v_expired IS NOT NULL THEN
        PERFORM benefits_lapse_taken_over(v_expired);
    END IF;
END $$;
"""

# B7. What lapses frees all its cells at once, and a live seat above moves down by the table's own trigger. An
# expired grant whose cells are still its own lives on until somebody wants them or the sweeper comes.
LAPSE = """
CREATE FUNCTION benefits_release(p_grants bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_families bigint[];
BEGIN
    UPDATE benefits_claim c SET active = false WHERE c.list_id = ANY(p_grants) AND c.row = 1 AND c.active;
    DELETE FROM benefits_cell c WHERE c.list_id = ANY(p_grants) AND c.list_id >= 1000000000000;
    SELECT array_agg(DISTINCT l.family_id) INTO v_families
    FROM benefits_overlap_claim x
    JOIN benefits_overlap o ON o.id = x.overlap_id AND o.state = 'open'
    JOIN benefits_claim c ON c.list_id = x.list_id AND c.row = x.row
    JOIN registry_entry_link l ON l.entry_id = c.entry_id AND l.until_run IS NULL
    WHERE x.list_id = ANY(p_grants) AND x.list_id >= 1000000000000;
    IF v_families IS NOT NULL THEN
        PERFORM benefits_settle_families(v_families);
    END IF;
END $$;

CREATE FUNCTION benefits_lapse_grants(p_grants bigint[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_gone bigint[];
BEGIN
    WITH over AS MATERIALIZED (
        SELECT g.id, g.year FROM benefits_grant g
        WHERE g.id = ANY(p_grants) AND g.state IN ('reserved', 'approved') AND g.expires_at <= clock_timestamp()
        ORDER BY g.id FOR NO KEY UPDATE
    ), lapsed AS (
        UPDATE benefits_grant g SET state = 'lapsed', expires_at = NULL, ended_at = clock_timestamp(),
            end_reason = 'expired'
        FROM over WHERE g.id = over.id AND g.year = over.year RETURNING g.id
    )
    SELECT array_agg(id) INTO v_gone FROM lapsed;
    IF v_gone IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM benefits_release(v_gone);
    RETURN cardinality(v_gone);
END $$;

CREATE FUNCTION benefits_lapse_taken_over(p_expired bigint[]) RETURNS void
LANGUAGE sql AS $$
    SELECT benefits_lapse_grants(array_agg(g.id))
    FROM benefits_grant g
    JOIN benefits_need_version v ON v.need = g.need AND v.version = g.need_version AND v.guard <> 'none'
    JOIN registry_entry_link l ON l.entry_id = g.entry_id AND l.until_run IS NULL
    WHERE g.id = ANY(p_expired)
        AND (SELECT count(*) FROM benefits_cell c WHERE c.list_id = g.id AND c.list_id >= 1000000000000)
        < (SELECT count(*) FROM benefits_need_version_slot s WHERE s.need = g.need AND s.version = g.need_version)
            * (12 * (extract(year FROM g.last_month) - extract(year FROM g.first_month))
                + extract(month FROM g.last_month) - extract(month FROM g.first_month) + 1)
$$;

-- The sweeper: correctness never waits for it.
CREATE FUNCTION benefits_lapse(p_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_grants bigint[];
    v_subjects bigint[];
BEGIN
    SELECT array_agg(o.id) INTO v_grants FROM (
        SELECT g.id FROM benefits_grant g WHERE g.expires_at <= clock_timestamp() ORDER BY g.expires_at LIMIT p_most) o;
    IF v_grants IS NULL THEN
        RETURN 0;
    END IF;
    SELECT array_agg(DISTINCT k.id) INTO v_subjects
    FROM benefits_grant g
    JOIN registry_entry_link l ON l.entry_id = g.entry_id AND l.until_run IS NULL
    LEFT JOIN registry_link r ON g.to_person AND r.record_id = g.record_id AND r.until_run IS NULL
    CROSS JOIN LATERAL (VALUES (l.family_id), (r.person_id)) k (id)
    WHERE g.id = ANY(v_grants) AND k.id IS NOT NULL;
    PERFORM benefits_lock_subjects(coalesce(v_subjects, '{}'), false);
    RETURN benefits_lapse_grants(v_grants);
END $$;
"""
