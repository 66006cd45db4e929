"""The doors that take back: reverse a delivery, cancel a grant, note a return. SQL for migration 0008."""

# A correction is a reversal, never a deletion. When nothing that was delivered stands, the cells are free again.
REVERSE = """
CREATE FUNCTION benefits_reverse(p_organisation bigint, p_grants bigint[], p_tranches smallint[], p_reason text,
    p_by text, p_at timestamptz)
RETURNS TABLE (grant_id bigint, tranche smallint, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET jit = off AS $$
#variable_conflict use_column
DECLARE
    v_by text := benefits_maker(p_organisation, p_by);
    v_own record;
    v_ids bigint[];
    v_tranches smallint[];
    v_outcomes text[];
    v_empty bigint[];
BEGIN
    SELECT * INTO v_own FROM benefits_lock_grants(p_organisation, p_grants);
    WITH standing AS MATERIALIZED (
        SELECT d.grant_id, d.year, d.tranche, d.attempt, d.source
        FROM benefits_delivery d
        WHERE d.grant_id = ANY(v_own.ids) AND d.year BETWEEN v_own.first_year AND v_own.last_year
            AND NOT EXISTS (
                SELECT FROM benefits_reversal v WHERE v.grant_id = d.grant_id AND v.year = d.year
                AND v.tranche = d.tranche AND v.attempt = d.attempt)
    ), judged AS MATERIALIZED (
        SELECT DISTINCT a.id, coalesce(s.tranche, a.tranche) AS tranche, s.attempt, g.year,
            CASE WHEN g.id IS NULL THEN 'not_own' WHEN g.state NOT IN ('partly', 'delivered') THEN 'state'
                WHEN s.grant_id IS NULL THEN 'state' WHEN s.source = 'list' THEN 'of_list' ELSE 'reversed' END AS outcome
        FROM unnest(p_grants, p_tranches) a (id, tranche)
        LEFT JOIN benefits_grant g ON g.id = a.id AND g.id = ANY(v_own.ids)
            AND g.year BETWEEN v_own.first_year AND v_own.last_year
        LEFT JOIN standing s ON s.grant_id = g.id AND (a.tranche IS NULL OR s.tranche = a.tranche)
    ), reversed AS (
        INSERT INTO benefits_reversal (year, grant_id, tranche, attempt, organisation_id, reason, reversed_by,
            reversed_at)
        SELECT j.year, j.id, j.tranche, j.attempt, p_organisation, coalesce(p_reason, ''), v_by, p_at
        FROM judged j WHERE j.outcome = 'reversed'
        RETURNING grant_id
    ), left_over AS (
        SELECT r.grant_id, s.standing - r.reversed AS standing
        FROM (SELECT grant_id, count(*) AS reversed FROM reversed GROUP BY grant_id) r
        JOIN (SELECT grant_id, count(*) AS standing FROM standing GROUP BY grant_id) s USING (grant_id)
    ), moved AS (
        UPDATE benefits_grant g SET state = CASE WHEN l.standing > 0 THEN 'partly' ELSE 'reversed' END
        FROM left_over l
        WHERE g.id = l.grant_id AND g.year BETWEEN v_own.first_year AND v_own.last_year
        RETURNING g.id, g.state
    )
    SELECT array_agg(j.id), array_agg(j.tranche), array_agg(j.outcome),
        (SELECT array_agg(m.id) FROM moved m WHERE m.state = 'reversed')
        INTO v_ids, v_tranches, v_outcomes, v_empty
    FROM judged j;
    IF v_empty IS NOT NULL THEN
        PERFORM benefits_release(v_empty);
    END IF;
    RETURN QUERY SELECT u.id, u.tranche, u.outcome FROM unnest(v_ids, v_tranches, v_outcomes) u (id, tranche, outcome)
    ORDER BY u.id, u.tranche;
END $$;
"""

END = """
CREATE FUNCTION benefits_end_grants(p_organisation bigint, p_grants bigint[], p_state text, p_reason text, p_by text,
    p_at timestamptz)
RETURNS TABLE (grant_id bigint, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET jit = off AS $$
#variable_conflict use_column
DECLARE
    v_by text := benefits_maker(p_organisation, p_by);
    v_own record;
    v_ids bigint[];
    v_outcomes text[];
    v_ended bigint[];
BEGIN
    IF p_state NOT IN ('cancelled', 'returned') THEN
        RAISE EXCEPTION 'a grant does not end as %', p_state USING ERRCODE = '22023';
    END IF;
    SELECT * INTO v_own FROM benefits_lock_grants(p_organisation, p_grants);
    WITH judged AS MATERIALIZED (
        SELECT a.id, g.year, CASE WHEN g.id IS NULL THEN 'not_own' WHEN g.state = 'lapsed' THEN 'lapsed'
            WHEN m.name IS NULL THEN 'state' ELSE p_state END AS outcome
        FROM (SELECT DISTINCT u.id FROM unnest(p_grants) u (id)) a
        LEFT JOIN benefits_grant g ON g.id = a.id AND g.id = ANY(v_own.ids)
            AND g.year BETWEEN v_own.first_year AND v_own.last_year
        LEFT JOIN benefits_grant_move m ON m.from_state = g.state AND m.to_state = p_state
    ), ended AS (
        UPDATE benefits_grant g SET state = p_state, expires_at = NULL, ended_at = p_at, end_reason = coalesce(p_reason, '')
        FROM judged j
        WHERE j.outcome = p_state AND g.id = j.id AND g.year = j.year
            AND g.year BETWEEN v_own.first_year AND v_own.last_year
        RETURNING g.id
    )
    SELECT array_agg(j.id ORDER BY j.id), array_agg(j.outcome ORDER BY j.id), (SELECT array_agg(e.id) FROM ended e)
        INTO v_ids, v_outcomes, v_ended
    FROM judged j;
    IF v_ended IS NOT NULL THEN
        PERFORM benefits_release(v_ended);
    END IF;
    RETURN QUERY SELECT u.id, u.outcome FROM unnest(v_ids, v_outcomes) u (id, outcome);
END $$;
"""
