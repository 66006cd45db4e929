from django.db import migrations

from wasl.store.row_security import function_grants_sql

# What covers families last, slot by slot, for a page that names many of them: one probe of the key for each.
# Of slots of scope, only what the viewer's organisation gave; never which other organisation.
LATEST = """
CREATE FUNCTION benefits_latest_coverage(p_families bigint[]) RETURNS TABLE (
    family_id bigint, slot text, month date, covered_by text
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT ON (f.family_id, c.slot) f.family_id, c.slot, c.month,
        CASE WHEN c.organisation_id = wasl_organisation() THEN 'own' WHEN o.kind = 'ministry' THEN 'state'
            ELSE 'other' END
    FROM registry_family_codes(p_families) f
    CROSS JOIN LATERAL registry_subjects_of(f.family_id) AS subject
    -- OFFSET: one probe of the key for each subject. How many families are asked about the planner cannot know,
    -- and it would read every cell for one.
    CROSS JOIN LATERAL (
        SELECT * FROM benefits_cell AS held
        WHERE held.subject_id = subject AND (wasl_is_desk() OR held.scope IN (0, wasl_organisation()))
            AND (held.expires_at IS NULL OR held.expires_at > clock_timestamp()) OFFSET 0) AS c
    JOIN organisations_organisation o ON o.id = c.organisation_id
    ORDER BY f.family_id, c.slot, (c.month = '0001-01-01') DESC, c.month DESC,
        (c.organisation_id = wasl_organisation()) DESC, c.seat
$$;
"""

# The coordination answer (decision 12) about a family that only others know: no name, no code and no place, and
# only to an officer who knows the id, or three words of the name and where or when besides: nobody leafs through
# other people's families. Each question is written down first, and there are so many in an hour.
ELSEWHERE = """
CREATE FUNCTION benefits_known_elsewhere(p_digest text, p_nid bytea, p_readings jsonb) RETURNS TABLE (
    outcome text, slot text, month date, covered_by text, free_from date, oldest_report date, again_at timestamptz
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_an_hour CONSTANT integer := 120;
    v_own bigint := wasl_organisation();
    v_asked jsonb;
    v_records bigint[] := '{}';
    v_families bigint[];
    v_subjects bigint[];
    v_seen date;
    v_again timestamptz;
BEGIN
    SELECT jsonb_agg(r) INTO v_asked FROM (
        SELECT r FROM jsonb_array_elements(p_readings) AS r
        CROSS JOIN LATERAL jsonb_array_elements_text(r) AS w
        GROUP BY r
        HAVING count(DISTINCT w) FILTER (WHERE left(w, 1) NOT IN ('@', '#', '%')) >= 3
            AND count(*) FILTER (WHERE left(w, 1) IN ('@', '#')) >= 1
        LIMIT 6) AS enough;
    IF wasl_role() <> 'officer' OR v_own IS NULL OR p_nid IS NULL AND v_asked IS NULL THEN
        RETURN;
    END IF;
    SELECT min(e.recorded_at) + interval '1 hour' INTO v_again FROM (
        SELECT recorded_at FROM audit_entry
        WHERE organisation_id = v_own AND recorded_at > clock_timestamp() - interval '1 hour'
            AND user_id = wasl_user() AND action = 'coverage.asked'
        ORDER BY recorded_at DESC LIMIT c_an_hour) e
    HAVING count(*) >= c_an_hour;
    IF v_again IS NOT NULL THEN
        RETURN QUERY SELECT 'limited', NULL::text, NULL::date, NULL::text, NULL::date, NULL::date, v_again;
        RETURN;
    END IF;
    PERFORM registry_log_access('coverage.asked', 'search', '', jsonb_build_object(
        'kind', CASE WHEN p_nid IS NULL THEN 'words' ELSE 'nid' END, 'digest', left(p_digest, 32)));
    IF p_nid IS NOT NULL THEN
        v_records := ARRAY(SELECT r.id FROM registry_record r WHERE r.nid_index = p_nid);
    ELSE
        SELECT coalesce(array_agg(DISTINCT n.id), '{}') INTO v_records
        FROM jsonb_array_elements(v_asked) AS r
        CROSS JOIN LATERAL unnest(registry_matching_records(ARRAY(SELECT jsonb_array_elements_text(r)), NULL)) AS n (id);
    END IF;
    v_families := ARRAY(
        SELECT DISTINCT registry_group_of(l.family_id)
        FROM registry_entry_member m
        JOIN registry_appearance a ON a.entry_id = m.entry_id AND a.active AND a.organisation_id <> v_own
        JOIN registry_entry_link l ON l.entry_id = m.entry_id AND l.until_run IS NULL
        WHERE m.record_id = ANY(v_records)
        LIMIT 200);
    v_families := ARRAY(
        SELECT f FROM unnest(v_families) AS f
        WHERE NOT EXISTS (SELECT FROM registry_family_codes(ARRAY[f])));
    IF cardinality(v_families) <> 1 THEN
        RETURN QUERY SELECT CASE cardinality(v_families) WHEN 0 THEN 'unknown' ELSE 'several' END,
            NULL::text, NULL::date, NULL::text, NULL::date, NULL::date, NULL::timestamptz;
        RETURN;
    END IF;
    v_subjects := ARRAY(SELECT registry_subjects_of(v_families[1]));
    SELECT min(newest) INTO v_seen FROM (
        SELECT max(a.month) AS newest FROM registry_entry_link l
        JOIN registry_appearance a ON a.entry_id = l.entry_id AND a.active
        WHERE l.family_id = ANY(v_subjects) AND l.until_run IS NULL GROUP BY a.organisation_id) s;
    RETURN QUERY
    SELECT 'known', covered.slot, covered.month, covered.covered_by, covered.free_from, v_seen, NULL::timestamptz
    FROM (SELECT) one LEFT JOIN (
        SELECT DISTINCT ON (c.slot) c.slot, c.month,
            CASE WHEN o.kind = 'ministry' THEN 'state' ELSE 'other' END AS covered_by,
            CASE WHEN c.month <> '0001-01-01' THEN (c.month + interval '1 month')::date END AS free_from
        FROM benefits_cell c JOIN organisations_organisation o ON o.id = c.organisation_id
        WHERE c.subject_id = ANY(v_subjects) AND c.scope = 0
            AND (c.expires_at IS NULL OR c.expires_at > clock_timestamp())
        ORDER BY c.slot, (c.month = '0001-01-01') DESC, c.month DESC, c.seat
    ) covered ON true
    ORDER BY covered.month DESC, covered.slot;
END $$;
"""
SIGNATURES = ["benefits_latest_coverage(bigint[])", "benefits_known_elsewhere(text, bytea, jsonb)"]


class Migration(migrations.Migration):
    dependencies = [("benefits", "0004_waiting"), ("registry", "0003_search")]
    operations = [
        migrations.RunSQL(LATEST, "DROP FUNCTION benefits_latest_coverage(bigint[])"),
        migrations.RunSQL(ELSEWHERE, "DROP FUNCTION benefits_known_elsewhere(text, bytea, jsonb)"),
        migrations.RunSQL(function_grants_sql(SIGNATURES, roles="wasl_app"), migrations.RunSQL.noop),
    ]
