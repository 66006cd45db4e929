"""SQL of 0010: how worked overlaps are read and filtered, and what a door asks of stops."""

# Two organisations read of each other name, slot, month and what was said; who said it is each one's own.
READS = """
CREATE FUNCTION benefits_overlap_stages(p_overlaps bigint[]) RETURNS TABLE (
    overlap_id bigint, stage text, own_answer text, keepers bigint[], due_at timestamptz
) LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.id, CASE WHEN o.state = 'closed' AND w.state IS DISTINCT FROM 'settled' THEN 'closed'
            ELSE benefits_overlap_stage(w.state, benefits_overlap_due(o.opened_at, w.talking_since)) END,
        s.answer, coalesce(w.keepers, '{}'), benefits_overlap_due(o.opened_at, w.talking_since)
    FROM unnest(benefits_overlaps_known(p_overlaps)) known (id) JOIN benefits_overlap o ON o.id = known.id
    LEFT JOIN benefits_overlap_work w ON w.overlap_id = o.id
    LEFT JOIN benefits_overlap_standing(p_overlaps) s
        ON s.overlap_id = o.id AND s.organisation_id = wasl_organisation()
    ORDER BY o.id
$$;

CREATE FUNCTION benefits_overlap_of_tie(p_tie bigint) RETURNS TABLE (
    id bigint, tie bigint, family_id bigint, slot text, month date, certainty text, state text, governorate text,
    needs text[], organisation_ids bigint[], cost_piastres bigint, unvalued integer, opened_at timestamptz,
    closed_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.id, o.tie, o.family_id, o.slot, o.month, o.certainty, o.state,
        CASE WHEN wasl_is_desk() THEN o.governorate ELSE s.governorate END, o.needs, o.organisation_ids,
        CASE WHEN wasl_is_desk() THEN o.cost_piastres END, CASE WHEN wasl_is_desk() THEN o.unvalued END,
        o.opened_at, o.closed_at
    FROM benefits_overlap o
    LEFT JOIN benefits_overlap_side s ON s.overlap_id = o.id AND s.organisation_id = wasl_organisation()
    WHERE o.tie = p_tie AND o.id = ANY (benefits_overlaps_known(ARRAY[o.id]))
    ORDER BY o.id LIMIT 1
$$;

CREATE FUNCTION benefits_overlap_said(p_overlap bigint) RETURNS TABLE (
    organisation_id bigint, answer text, keepers bigint[], reason text, said_by text, said_at timestamptz, bulk uuid,
    is_last boolean
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.organisation_id, p.answer, p.keepers, p.reason, CASE WHEN mine.is_own THEN p.said_by END, p.said_at,
        CASE WHEN mine.is_own THEN p.bulk END, p.id = max(p.id) OVER ()
    FROM benefits_overlap_position p
    CROSS JOIN LATERAL (SELECT wasl_is_desk() OR p.organisation_id = wasl_organisation() AS is_own) mine
    WHERE p.overlap_id = ANY (benefits_overlaps_known(ARRAY[p_overlap]))
    ORDER BY p.id
$$;

-- The viewer's own live reservations that a stop of this overlap leaves behind, for somebody to cancel.
CREATE FUNCTION benefits_stop_reservations(p_overlap bigint) RETURNS TABLE (
    code text, need text, month date, state text, expires_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT benefits_grant_code(g.id), g.need, g.month, g.state, g.expires_at
    FROM benefits_stop s
    JOIN registry_entry_link l ON l.entry_id = s.entry_id AND l.until_run IS NULL
    JOIN registry_entry_link m ON m.family_id = l.family_id AND m.until_run IS NULL
    JOIN benefits_grant g ON g.entry_id = m.entry_id AND g.organisation_id = s.organisation_id
    JOIN benefits_need_version_slot ns ON ns.need = g.need AND ns.version = g.need_version AND ns.slot = s.slot
    WHERE s.overlap_id = p_overlap AND s.ended_at IS NULL AND wasl_is_signed_in()
        AND s.organisation_id = wasl_organisation() AND g.state IN ('reserved', 'approved')
        AND g.expires_at > clock_timestamp() AND (g.last_month >= s.from_month OR g.last_month = '0001-01-01')
    ORDER BY 5, 1 LIMIT 50
$$;

-- The overlaps that a question means, for what is done to many at once.
CREATE FUNCTION benefits_overlap_ids(p jsonb) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF p ? 'ties' THEN
        RETURN QUERY SELECT unnest(benefits_overlaps_known(ARRAY(SELECT o.id FROM benefits_overlap o
            WHERE o.tie = ANY (ARRAY(SELECT t::bigint FROM jsonb_array_elements_text(p -> 'ties') t)))));
    ELSIF wasl_is_signed_in() THEN
        RETURN QUERY EXECUTE 'SELECT x.id FROM ('
            || benefits_overlap_query(p - 'after', 'o.id, o.month, o.tie', least((p ->> 'limit')::integer, 5001)) || ') x';
    END IF;
END $$;

-- How many are with the secretariat, counted to one more than `p_most`, and since when the oldest.
CREATE FUNCTION benefits_overlaps_passed(p_most integer, OUT total bigint, OUT since timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*), min(x.due) FROM (
        SELECT benefits_overlap_due(o.opened_at, w.talking_since) AS due
        FROM benefits_overlap o LEFT JOIN benefits_overlap_work w ON w.overlap_id = o.id
        WHERE o.state = 'open' AND wasl_is_desk() AND o.opened_at <= clock_timestamp() - interval '336 hours'
            AND w.state IS DISTINCT FROM 'settled' AND w.state IS DISTINCT FROM 'passed'
            AND benefits_overlap_due(o.opened_at, w.talking_since) <= clock_timestamp()
        UNION ALL
        SELECT w.since FROM benefits_overlap_work w JOIN benefits_overlap o ON o.id = w.overlap_id
        WHERE w.state = 'passed' AND o.state = 'open' AND wasl_is_desk()
        LIMIT p_most + 1) x
    HAVING wasl_is_desk()
$$;
"""

# The question of a page learns where an overlap stands: `mine` waits for the viewer's answer, `others` has it. The
# function is taken as it stands, so that what else it has learnt is kept.
FILTER = """
DO $patch$
DECLARE
    v_query text := pg_get_functiondef('benefits_overlap_query(jsonb, text, integer)'::regprocedure);
    v_count text := pg_get_functiondef('benefits_overlap_count(jsonb, integer)'::regprocedure);
    v_before text := 'IF p ? ''after'' THEN';
    v_kept text := 'AND NOT p ? ''family''';
BEGIN
    IF position(v_before IN v_query) = 0 OR position(v_kept IN v_count) = 0 THEN
        RAISE EXCEPTION 'the question of overlaps is not what it was';
    END IF;
    EXECUTE replace(v_query, v_before, $new$IF p ? 'work' THEN
        asked := asked || ' AND ' || benefits_overlap_worked(p ->> 'work', coalesce(wasl_organisation(), -1));
        is_rare := is_rare OR 5000 >= (
            SELECT count(*) FROM (SELECT FROM benefits_overlap_work k WHERE k.state = p ->> 'work' LIMIT 5001) x)
            AND p ->> 'work' IN ('talking', 'settled');
    END IF;
    $new$ || v_before);
    EXECUTE replace(v_count, v_kept, v_kept || ' AND NOT p ? ''work''');
END $patch$;

CREATE FUNCTION benefits_overlap_worked(p_work text, p_own bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_work
        WHEN 'settled' THEN 'o.id IN (SELECT k.overlap_id FROM benefits_overlap_work k WHERE k.state = ''settled'')'
        WHEN 'passed' THEN
            '(o.id IN (SELECT k.overlap_id FROM benefits_overlap_work k WHERE k.state = ''passed'') OR ('
            'o.opened_at <= clock_timestamp() - interval ''336 hours'' AND NOT EXISTS ('
            'SELECT FROM benefits_overlap_work k WHERE k.overlap_id = o.id AND (k.state = ''settled'''
            ' OR benefits_overlap_due(o.opened_at, k.talking_since) > clock_timestamp()))))'
        WHEN 'talking' THEN 'o.id IN (SELECT k.overlap_id FROM benefits_overlap_work k WHERE k.state = ''talking'''
            ' AND benefits_overlap_due(o.opened_at, k.talking_since) > clock_timestamp())'
        WHEN 'mine' THEN format(
            'NOT EXISTS (SELECT FROM benefits_overlap_work k WHERE k.overlap_id = o.id AND k.state = ''settled'')'
            ' AND coalesce((SELECT s.answer FROM benefits_overlap_position s WHERE s.overlap_id = o.id'
            ' AND s.organisation_id = %1$s ORDER BY s.id DESC LIMIT 1), ''taken_back'') = ''taken_back''', p_own)
        ELSE 'false' END
$$;
"""
