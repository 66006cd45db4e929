"""SQL of 0013: what another rule would have done to what was given, and how many grants live under which rule."""

# Bounded by `p_most` givings a month, in the order of their recording (a scan of the table would begin anywhere), each
# asked of a few cells by their key: never a scan of cells. Families of slots
# of scope meet nobody. A family that would have been refused is left without where nobody else covers a slot that the
# need covers today; it is alone where only this need covers what the rule would no longer cover.
EFFECT = """
CREATE FUNCTION benefits_need_effect(p_need text, p_rule jsonb, p_from date, p_most integer) RETURNS TABLE (
    month date, looked bigint, is_part boolean, refused bigint, warned bigint, left_without bigint, alone bigint
) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    v_old benefits_need_version;
    v_new benefits_need_version := jsonb_populate_record(NULL::benefits_need_version, p_rule);
    v_slots text[];
    v_old_slots text[];
    v_month date;
    v_first date;
    v_last date;
    v_old_first date;
    v_old_last date;
BEGIN
    SELECT v.* INTO v_old FROM benefits_need_version v
    JOIN benefits_need n ON n.code = v.need AND n.version = v.version
    WHERE n.code = p_need AND wasl_is_desk();
    IF NOT FOUND THEN
        RETURN;
    END IF;
    v_slots := ARRAY(SELECT s.code FROM benefits_slot s WHERE s.code = ANY (v_new.slots) AND NOT s.sensitive);
    v_old_slots := ARRAY(SELECT s.code FROM benefits_slot s WHERE s.code = ANY (v_old.slots) AND NOT s.sensitive);
    FOREACH v_month IN ARRAY ARRAY[p_from, (p_from + interval '1 month')::date] LOOP
        SELECT c.first_month, c.last_month INTO v_first, v_last
        FROM benefits_rule_months(v_month, v_new.period, v_new.window_months) c;
        SELECT c.first_month, c.last_month INTO v_old_first, v_old_last
        FROM benefits_rule_months(v_month, v_old.period, v_old.window_months) c;
        RETURN QUERY
        WITH given AS MATERIALIZED (
            SELECT c.organisation_id, c.entry_id, c.given_to_record, c.to_person
            FROM benefits_claim c
            WHERE c.need = p_need AND c.month = v_month AND c.active AND c.kind IN ('given', 'granted')
            LIMIT p_most
        ), giving AS MATERIALIZED (
            SELECT DISTINCT g.organisation_id, e.family_id,
                coalesce(CASE WHEN g.to_person THEN k.person_id END, e.family_id) AS subject_id
            FROM given g
            JOIN registry_entry_link e ON e.entry_id = g.entry_id AND e.until_run IS NULL
            LEFT JOIN registry_link k ON k.record_id = g.given_to_record AND k.until_run IS NULL
        ), judged AS (
            SELECT g.family_id, new.met, new.refused, old.met AS old_met, old.refused AS old_refused,
                EXISTS (
                    SELECT FROM unnest(v_old_slots) s (slot) WHERE NOT EXISTS (
                        SELECT FROM benefits_cell x
                        WHERE x.subject_id IN (g.family_id, g.subject_id) AND x.slot = s.slot AND x.scope = 0
                            AND x.month = v_month AND x.organisation_id <> g.organisation_id
                            AND (x.expires_at IS NULL OR x.expires_at > clock_timestamp()))) AS bare,
                EXISTS (
                    SELECT FROM unnest(v_old_slots) s (slot)
                    CROSS JOIN LATERAL (
                        SELECT v_month AS month WHERE s.slot <> ALL (v_slots)
                        UNION SELECT (v_last + interval '1 month')::date
                        WHERE s.slot = ANY (v_slots) AND v_last < v_old_last AND v_new.period <> 'once') m
                    WHERE NOT EXISTS (
                        SELECT FROM benefits_cell x
                        WHERE x.subject_id IN (g.family_id, g.subject_id) AND x.slot = s.slot AND x.scope = 0
                            AND x.month = m.month AND (x.need <> p_need OR x.organisation_id <> g.organisation_id)
                            AND (x.expires_at IS NULL OR x.expires_at > clock_timestamp()))) AS alone
            FROM giving g
            CROSS JOIN LATERAL (
                SELECT count(*) > 0 AS met, coalesce(bool_or(v_new.guard = 'refuse'
                    AND CASE WHEN x.need = p_need THEN v_new.guard ELSE h.guard END = 'refuse'), false) AS refused
                FROM benefits_cell x JOIN benefits_need h ON h.code = x.need
                WHERE x.subject_id = g.subject_id AND x.slot = ANY (v_slots) AND x.scope = 0
                    AND x.month BETWEEN v_first AND v_last AND x.organisation_id <> g.organisation_id
                    AND (x.expires_at IS NULL OR x.expires_at > clock_timestamp())) new
            CROSS JOIN LATERAL (
                SELECT count(*) > 0 AS met, coalesce(bool_or(v_old.guard = 'refuse' AND h.guard = 'refuse'), false)
                    AS refused
                FROM benefits_cell x JOIN benefits_need h ON h.code = x.need
                WHERE x.subject_id = g.subject_id AND x.slot = ANY (v_old_slots) AND x.scope = 0
                    AND x.month BETWEEN v_old_first AND v_old_last AND x.organisation_id <> g.organisation_id
                    AND (x.expires_at IS NULL OR x.expires_at > clock_timestamp())) old
        )
        SELECT v_month, (SELECT count(DISTINCT family_id) FROM giving),
            (SELECT count(*) FROM given) >= p_most,
            count(DISTINCT j.family_id) FILTER (WHERE j.refused AND NOT j.old_refused),
            count(DISTINCT j.family_id) FILTER (WHERE j.met AND NOT j.refused AND NOT j.old_met),
            count(DISTINCT j.family_id) FILTER (WHERE j.refused AND NOT j.old_refused AND j.bare),
            count(DISTINCT j.family_id) FILTER (WHERE j.alone)
        FROM judged j;
    END LOOP;
END $$;

-- How many grants that are not at their end stand by each version of a need, no more than `p_most` of them counted.
CREATE FUNCTION benefits_need_grants(p_need text, p_most integer) RETURNS TABLE (version smallint, grants bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT g.need_version, count(*) FROM (
        SELECT need_version FROM benefits_grant
        WHERE need = p_need AND state IN ('reserved', 'approved', 'partly') AND wasl_is_desk() LIMIT p_most) g
    GROUP BY g.need_version ORDER BY g.need_version
$$;
"""

INDEXES = """
CREATE INDEX benefits_claim_need ON benefits_claim (need, month) WHERE active;
CREATE INDEX benefits_grant_rule ON benefits_grant (need, need_version)
    WHERE state IN ('reserved', 'approved', 'partly');
"""
