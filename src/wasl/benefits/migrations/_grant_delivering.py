"""
The doors that approve and deliver: SQL for migration 0008.

Whether the shares of a grant stand is asked of migration 0011, which comes later: a door is planned when it is called.
"""

# Months an organisation reports by delivering are kept as one list of its own, number minus its own: one row for
# a slot, place and month, written once, so that a delivery touches no counter.
REPORT = """
CREATE FUNCTION benefits_report_grants(p_organisation bigint, p_grants bigint[], p_first smallint, p_last smallint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    WITH said AS MATERIALIZED (
        SELECT ns.slot, coalesce(r.governorate, h.governorate, '') AS governorate, m.month,
            bool_or(m.month = g.month) AS gave
        FROM benefits_grant g
        JOIN benefits_need_version_slot ns ON ns.need = g.need AND ns.version = g.need_version
        JOIN benefits_need_version n ON n.need = g.need AND n.version = g.need_version
        JOIN registry_record r ON r.id = g.record_id
        JOIN registry_entry e ON e.id = g.entry_id
        JOIN registry_record h ON h.id = e.head_record_id
        CROSS JOIN LATERAL (
            SELECT g.month
            UNION SELECT s::date FROM generate_series(g.first_month, g.last_month, interval '1 month') s
            WHERE n.period = 'season'
        ) m (month)
        WHERE g.id = ANY(p_grants) AND g.year BETWEEN p_first AND p_last AND g.state IN ('partly', 'delivered')
        GROUP BY 1, 2, 3
    ), added AS (
        INSERT INTO benefits_list_report AS l (list_id, slot, governorate, month, organisation_id, gave)
        SELECT -p_organisation, s.slot, s.governorate, s.month, p_organisation, s.gave FROM said s
        WHERE NOT EXISTS (
            SELECT FROM benefits_list_report k WHERE k.list_id = -p_organisation AND k.slot = s.slot
            AND k.governorate = s.governorate AND k.month = s.month AND (k.gave OR NOT s.gave))
        ORDER BY s.slot, s.governorate, s.month
        ON CONFLICT (list_id, slot, governorate, month) DO UPDATE SET gave = true WHERE NOT l.gave AND excluded.gave
        RETURNING slot, governorate, month, gave, xmax = 0 AS new
    )
    INSERT INTO benefits_report AS r (governorate, month, slot, organisation_id, gave, reported)
    SELECT place.name, a.month, a.slot, p_organisation, count(*) FILTER (WHERE a.gave), count(*) FILTER (WHERE a.new)
    FROM added a
    CROSS JOIN LATERAL (SELECT a.governorate UNION ALL SELECT '*' WHERE a.governorate <> '') place (name)
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (governorate, month, slot, organisation_id)
    DO UPDATE SET gave = r.gave + excluded.gave, reported = r.reported + excluded.reported;
END $$;
"""

APPROVE = """
CREATE FUNCTION benefits_approve(p_organisation bigint, p_grants bigint[], p_by text, p_at timestamptz)
RETURNS TABLE (grant_id bigint, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET jit = off AS $$
#variable_conflict use_column
DECLARE
    v_by text := benefits_maker(p_organisation, p_by);
    v_own record;
    v_now timestamptz;
BEGIN
    SELECT * INTO v_own FROM benefits_lock_grants(p_organisation, p_grants);
    v_now := clock_timestamp();
    RETURN QUERY
    WITH judged AS MATERIALIZED (
        SELECT a.id, g.year, v_now + v.reservation_days * interval '1 day' AS expires_at,
            CASE WHEN g.id IS NULL THEN 'not_own' WHEN g.state = 'lapsed' THEN 'lapsed'
                WHEN g.state <> 'reserved' THEN 'state' WHEN g.created_by = v_by THEN 'same_maker'
                WHEN g.shared AND NOT benefits_shares_stand(g.id, g.year) THEN 'shares'
                ELSE 'approved' END AS outcome
        FROM (SELECT DISTINCT u.id FROM unnest(p_grants) u (id)) a
        LEFT JOIN benefits_grant g ON g.id = a.id AND g.id = ANY(v_own.ids)
            AND g.year BETWEEN v_own.first_year AND v_own.last_year
        LEFT JOIN benefits_need_version v ON v.need = g.need AND v.version = g.need_version
    ), approved AS (
        UPDATE benefits_grant g SET state = 'approved', approved_by = v_by, approved_at = p_at, expires_at = j.expires_at
        FROM judged j WHERE j.outcome = 'approved' AND g.id = j.id AND g.year = j.year
            AND g.year BETWEEN v_own.first_year AND v_own.last_year
    ), prolonged AS (
        UPDATE benefits_cell c SET expires_at = j.expires_at
        FROM judged j WHERE j.outcome = 'approved' AND c.list_id = j.id AND c.list_id >= 1000000000000
            AND c.month >= v_own.first_month AND c.month <= v_own.last_month
    )
    SELECT j.id, j.outcome FROM judged j ORDER BY j.id;
END $$;
"""

# What nobody guards (a meal, a kilo of meat) is approved by its rule, which the desk made: no user is called '*rule'.
BY_RULE = """
CREATE FUNCTION benefits_approve_by_rule(p_organisation bigint, p_grants bigint[], p_at timestamptz)
RETURNS TABLE (grant_id bigint, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_by text := benefits_maker(p_organisation, '*rule');
    v_own record;
BEGIN
    SELECT * INTO v_own FROM benefits_lock_grants(p_organisation, p_grants);
    RETURN QUERY
    UPDATE benefits_grant g SET state = 'approved', approved_by = '*rule', approved_at = p_at
    FROM benefits_need_version v
    WHERE g.id = ANY(v_own.ids) AND g.year BETWEEN v_own.first_year AND v_own.last_year AND g.state = 'reserved'
        AND v.need = g.need AND v.version = g.need_version AND v.guard = 'none'
    RETURNING g.id, 'approved';
END $$;
"""

# A reversed grant gave its cells back: the door judges it as if it had just come, and only seat 0 will do.
AGAIN = """
CREATE FUNCTION benefits_take_again(p_organisation bigint, p_grants bigint[], p_first smallint, p_last smallint)
RETURNS TABLE (grant_id bigint, covered_by text, free_from date)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    r record;
    h record;
    v_slots text[];
    v_scopes bigint[];
BEGIN
    RETURN QUERY
    SELECT g.id, 'own', NULL::date
    FROM benefits_grant g
    JOIN benefits_need_version v ON v.need = g.need AND v.version = g.need_version
    CROSS JOIN LATERAL benefits_unlinked_standing(p_organisation, g.need, g.month, v.guard, ARRAY[1::bigint],
        ARRAY[g.entry_id], ARRAY[CASE WHEN g.to_person THEN g.record_id END], ARRAY(
            SELECT s.slot FROM benefits_need_version_slot s
            WHERE s.need = g.need AND s.version = g.need_version AND v.guard <> 'none'), g.first_month, g.last_month) u
    WHERE g.id = ANY(p_grants) AND g.year BETWEEN p_first AND p_last AND g.state = 'reversed'
        AND NOT EXISTS (SELECT FROM registry_entry_link l WHERE l.entry_id = g.entry_id AND l.until_run IS NULL);
    FOR r IN
        SELECT g.id, g.need, g.month, g.first_month, g.last_month, v.guard, g.need_version,
            coalesce(p.person_id, l.family_id) AS subject_id
        FROM benefits_grant g
        JOIN benefits_need_version v ON v.need = g.need AND v.version = g.need_version AND v.guard <> 'none'
        JOIN registry_entry_link l ON l.entry_id = g.entry_id AND l.until_run IS NULL
        LEFT JOIN registry_link p ON g.to_person AND p.record_id = g.record_id AND p.until_run IS NULL
        WHERE g.id = ANY(p_grants) AND g.year BETWEEN p_first AND p_last AND g.state = 'reversed'
            AND NOT (g.shared AND NOT benefits_shares_stand(g.id, g.year))
        ORDER BY 8, g.id
    LOOP
        SELECT array_agg(s.slot ORDER BY s.slot),
            array_agg(CASE WHEN k.sensitive THEN p_organisation ELSE 0 END ORDER BY s.slot) INTO v_slots, v_scopes
        FROM benefits_need_version_slot s JOIN benefits_slot k ON k.code = s.slot
        WHERE s.need = r.need AND s.version = r.need_version;
        FOR pass IN 1 .. 20 LOOP
            IF pass = 20 THEN
                RAISE EXCEPTION 'a grant found no rest' USING ERRCODE = '40001';
            END IF;
            SELECT * INTO h FROM benefits_standing(p_organisation, r.need, r.month, r.guard, ARRAY[1::bigint],
                ARRAY[r.subject_id], v_slots, v_scopes, r.first_month, r.last_month, false);
            IF h.expired THEN
                PERFORM benefits_sweep_cells(ARRAY[r.subject_id], v_slots, r.first_month, r.last_month);
            ELSIF h.holder IS NOT NULL THEN
                grant_id := r.id;
                covered_by := h.covered_by;
                free_from := benefits_free_from(h.subject_id, h.slot, h.scope, h.month);
                RETURN NEXT;
                EXIT;
            ELSE
                EXIT WHEN benefits_take_seats(p_organisation, r.need, r.month, ARRAY[r.id], ARRAY[r.subject_id],
                    ARRAY[''], v_slots, v_scopes, r.first_month, r.last_month, NULL) = '{}';
            END IF;
        END LOOP;
    END LOOP;
END $$;
"""

DELIVER = """
CREATE FUNCTION benefits_deliver(p_organisation bigint, p_grants bigint[], p_receipts jsonb, p_operation uuid,
    p_source text, p_by text, p_at timestamptz)
RETURNS TABLE (grant_id bigint, tranche smallint, attempt smallint, outcome text, covered_by text, free_from date)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET jit = off AS $$
#variable_conflict use_column
DECLARE
    v_by text := benefits_maker(p_organisation, p_by);
    v_own record;
    v_taken bigint[] := '{}';
    v_cover text[] := '{}';
    v_free date[] := '{}';
BEGIN
    SELECT * INTO v_own FROM benefits_lock_grants(p_organisation, p_grants);
    IF v_own.reversed IS NOT NULL THEN
        SELECT coalesce(array_agg(t.grant_id), '{}'), coalesce(array_agg(t.covered_by), '{}'),
            coalesce(array_agg(t.free_from), '{}') INTO v_taken, v_cover, v_free
        FROM benefits_take_again(p_organisation, v_own.reversed, v_own.first_year, v_own.last_year) t;
    END IF;
    RETURN QUERY
    WITH asked AS (
        SELECT DISTINCT ON (u.id) u.id,
            CASE WHEN jsonb_typeof(p_receipts) = 'array' THEN p_receipts -> (u.ord - 1)::integer ELSE p_receipts END AS said
        FROM unnest(p_grants) WITH ORDINALITY u (id, ord) ORDER BY u.id, u.ord
    ), judged AS MATERIALIZED (
        SELECT a.id, a.said, g.year, g.need, g.need_version, g.unit, g.quantity, g.value_piastres, g.tranches, g.entry_id,
            g.record_id, coalesce(next.tranche, 1) AS tranche, coalesce(next.attempt, 1) AS attempt,
            coalesce(next.open, g.tranches) AS open,
            CASE WHEN g.id IS NULL THEN 'not_own' WHEN g.state = 'lapsed' THEN 'lapsed'
                WHEN g.state = 'reserved' THEN 'not_approved' WHEN g.state = 'delivered' THEN 'all_given'
                WHEN g.state NOT IN ('approved', 'partly', 'reversed') THEN 'state'
                WHEN g.shared AND NOT benefits_shares_stand(g.id, g.year) THEN 'shares'
                WHEN g.id = ANY(v_taken) THEN 'refused' ELSE 'delivered' END AS outcome
        FROM asked a
        LEFT JOIN benefits_grant g ON g.id = a.id AND g.id = ANY(v_own.ids)
            AND g.year BETWEEN v_own.first_year AND v_own.last_year
        LEFT JOIN LATERAL (
            SELECT min(t.tranche) AS tranche, (array_agg(t.attempt ORDER BY t.tranche))[1] AS attempt, count(*) AS open
            FROM (
                SELECT s.tranche, 1 + coalesce(max(d.attempt), 0) AS attempt
                FROM generate_series(1, g.tranches) s (tranche)
                LEFT JOIN benefits_delivery d ON d.grant_id = g.id AND d.year = g.year AND d.tranche = s.tranche
                GROUP BY s.tranche
                HAVING NOT coalesce(bool_or(NOT EXISTS (
                    SELECT FROM benefits_reversal v WHERE v.grant_id = d.grant_id AND v.year = d.year
                        AND v.tranche = d.tranche AND v.attempt = d.attempt)) FILTER (WHERE d.grant_id IS NOT NULL), false)
            ) t
        ) next ON g.state IN ('partly', 'reversed')
    ), given AS (
        INSERT INTO benefits_delivery (year, grant_id, tranche, attempt, organisation_id, delivered_on, recorded_at,
            recorded_by, source, received_by, receiver_name, receiver_relation, receiver_nid_sealed, quantity, unit,
            value_piastres, need, need_version, governorate, markaz, family_size, operation)
        SELECT j.year, j.id, j.tranche, j.attempt, p_organisation,
            coalesce((j.said ->> 'delivered_on')::date, (clock_timestamp() AT TIME ZONE 'Africa/Cairo')::date), p_at, v_by,
            p_source, coalesce(j.said ->> 'received_by', 'self'), coalesce(j.said ->> 'receiver_name', ''),
            coalesce(j.said ->> 'receiver_relation', ''), decode(j.said ->> 'receiver_nid_sealed', 'hex'),
            coalesce((j.said ->> 'quantity')::numeric, nullif(round(j.quantity * j.tranche / j.tranches, 3)
                - round(j.quantity * (j.tranche - 1) / j.tranches, 3), 0)), j.unit,
            coalesce((j.said ->> 'value_piastres')::bigint, j.value_piastres * j.tranche / j.tranches
                - j.value_piastres * (j.tranche - 1) / j.tranches),
            j.need, j.need_version, coalesce(r.governorate, h.governorate), coalesce(r.markaz, h.markaz),
            (SELECT count(*) FROM registry_entry_member m WHERE m.entry_id = j.entry_id), p_operation
        FROM judged j
        JOIN registry_record r ON r.id = j.record_id
        JOIN registry_entry e ON e.id = j.entry_id
        JOIN registry_record h ON h.id = e.head_record_id
        WHERE j.outcome = 'delivered'
        RETURNING grant_id, delivered_on, quantity, value_piastres
    ), moved AS (
        UPDATE benefits_grant g SET state = CASE WHEN j.open = 1 THEN 'delivered' ELSE 'partly' END, expires_at = NULL
        FROM judged j WHERE j.outcome = 'delivered' AND g.id = j.id AND g.year = j.year
            AND g.year BETWEEN v_own.first_year AND v_own.last_year
    ), claimed AS (
        UPDATE benefits_claim c SET kind = 'given', active = true, given_on = coalesce(c.given_on, d.delivered_on),
            quantity = CASE WHEN j.tranches = 1 THEN d.quantity ELSE c.quantity END,
            value_piastres = CASE WHEN j.tranches = 1 THEN d.value_piastres ELSE c.value_piastres END
        FROM judged j JOIN given d ON d.grant_id = j.id
        WHERE c.list_id = j.id AND c.row = 1 AND c.year = j.year
            AND c.year BETWEEN v_own.first_year AND v_own.last_year
    ), held AS (
        UPDATE benefits_cell c SET state = 'held', expires_at = NULL
        FROM judged j WHERE j.outcome = 'delivered' AND c.list_id = j.id AND c.list_id >= 1000000000000
            AND c.state = 'reserved' AND c.month >= v_own.first_month AND c.month <= v_own.last_month
    )
    SELECT j.id, CASE WHEN j.outcome = 'delivered' THEN j.tranche::smallint END,
        CASE WHEN j.outcome = 'delivered' THEN j.attempt::smallint END, j.outcome, t.cover, t.free
    FROM judged j LEFT JOIN unnest(v_taken, v_cover, v_free) t (id, cover, free) ON t.id = j.id AND j.outcome = 'refused'
    ORDER BY j.id;
    PERFORM benefits_report_grants(p_organisation, v_own.ids, v_own.first_year, v_own.last_year);
END $$;
"""
