from django.db import migrations

from wasl.store.row_security import alliance_table_sql, function_grants_sql

# Who serves what where, and which months have been reported, without reading a claim. A list's own lines
# are kept so that withdrawing it takes back exactly what it said.
REPORTS = """
CREATE TABLE benefits_list_report (
    list_id bigint NOT NULL,
    slot text NOT NULL,
    -- '' where the giving names no governorate
    governorate text NOT NULL,
    month date NOT NULL,
    organisation_id bigint NOT NULL,
    -- something was given in that very month; else the month is one of a season's
    gave boolean NOT NULL,
    PRIMARY KEY (list_id, slot, governorate, month)
);
CREATE TABLE benefits_report (
    -- '' where lists name none, '*' for any that they name
    governorate text NOT NULL,
    month date NOT NULL,
    slot text NOT NULL,
    organisation_id bigint NOT NULL,
    -- how many lists say that it gave in this month; that this month is reported
    gave integer NOT NULL CHECK (gave >= 0),
    reported integer NOT NULL CHECK (reported >= 0),
    PRIMARY KEY (governorate, month, slot, organisation_id)
);

-- What the active claims of some lists say; of every list where none are named.
CREATE FUNCTION benefits_reports_of(p_lists bigint[])
RETURNS TABLE (list_id bigint, slot text, governorate text, month date, organisation_id bigint, gave boolean)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT g.list_id, ns.slot, g.governorate, m.month, g.organisation_id, bool_or(m.month = g.month)
    FROM (
        SELECT DISTINCT c.list_id, c.organisation_id, c.need, c.month, c.first_month, c.last_month,
            coalesce(r.governorate, h.governorate, '') AS governorate
        FROM benefits_claim c
        JOIN registry_record r ON r.id = c.given_to_record
        JOIN registry_entry e ON e.id = c.entry_id
        JOIN registry_record h ON h.id = e.head_record_id
        WHERE c.active AND c.kind = 'given' AND (p_lists IS NULL OR c.list_id = ANY(p_lists))
    ) g
    JOIN benefits_need_slot ns ON ns.need = g.need
    JOIN benefits_need n ON n.code = g.need
    CROSS JOIN LATERAL (
        SELECT g.month
        UNION SELECT s::date FROM generate_series(g.first_month, g.last_month, interval '1 month') s
        WHERE n.period = 'season'
    ) m (month)
    GROUP BY g.list_id, ns.slot, g.governorate, m.month, g.organisation_id
$$;

-- Locked in the order of the key, so that two lists of one organisation never embrace.
CREATE FUNCTION benefits_refresh_reports(p_lists bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM benefits_report r
    WHERE (r.governorate, r.month, r.slot, r.organisation_id) IN (
        SELECT place.name, l.month, l.slot, l.organisation_id FROM benefits_list_report l
        CROSS JOIN LATERAL (VALUES (l.governorate), ('*')) place (name)
        WHERE l.list_id = ANY(p_lists))
    ORDER BY r.governorate, r.month, r.slot, r.organisation_id FOR UPDATE;
    UPDATE benefits_report r SET gave = r.gave - d.gave, reported = r.reported - d.reported
    FROM (
        SELECT place.name, l.month, l.slot, l.organisation_id, count(*) FILTER (WHERE l.gave) AS gave,
            count(*) AS reported
        FROM benefits_list_report l
        CROSS JOIN LATERAL (
            SELECT l.governorate UNION ALL SELECT '*' WHERE l.governorate <> '') place (name)
        WHERE l.list_id = ANY(p_lists) GROUP BY 1, 2, 3, 4
    ) d
    WHERE r.governorate = d.name AND r.month = d.month AND r.slot = d.slot
        AND r.organisation_id = d.organisation_id;
    DELETE FROM benefits_list_report WHERE list_id = ANY(p_lists);
    INSERT INTO benefits_list_report (list_id, slot, governorate, month, organisation_id, gave)
    SELECT list_id, slot, governorate, month, organisation_id, gave FROM benefits_reports_of(p_lists);
    INSERT INTO benefits_report AS r (governorate, month, slot, organisation_id, gave, reported)
    SELECT place.name, l.month, l.slot, l.organisation_id, count(*) FILTER (WHERE l.gave), count(*)
    FROM benefits_list_report l
    CROSS JOIN LATERAL (SELECT l.governorate UNION ALL SELECT '*' WHERE l.governorate <> '') place (name)
    WHERE l.list_id = ANY(p_lists)
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (governorate, month, slot, organisation_id)
    DO UPDATE SET gave = r.gave + excluded.gave, reported = r.reported + excluded.reported;
END $$;
"""

# Lists that were loaded before there was this rollup.
FILL = """
SELECT benefits_refresh_reports(lists)
FROM (SELECT array_agg(DISTINCT list_id) AS lists FROM benefits_claim WHERE active) a WHERE lists IS NOT NULL;
"""

# Whether an organisation has reported a month, whatever the governorate.
REPORTED = """(
    EXISTS (SELECT FROM benefits_report q WHERE q.governorate IN ('*', '') AND q.month = {month}
        AND q.slot = {by}.slot AND q.organisation_id = {by}.organisation_id AND q.reported > 0)
    OR EXISTS (SELECT FROM benefits_nothing_given q WHERE q.organisation_id = {by}.organisation_id
        AND q.slot = {by}.slot AND q.month = {month}))"""

# The calendar of a best-estimate family (decision 10), as the viewer may know it: slots of scope only of
# its own organisation, and never which other organisation. It says what `queries.gaps` says, family by
# family, from the cells and the rollup alone; a test holds the two equal. Planning it takes longer than
# answering, so it is planned once for a connection.
CALENDAR = f"""
CREATE FUNCTION benefits_family_calendar(p_group bigint, p_from date, p_to date) RETURNS TABLE (
    slot text, month date, state text, certainty text, doubled boolean, needs text[], organisations text[],
    reports_missing integer, last_seen date, free_from date, ends_at timestamptz
) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET jit = off AS $$
#variable_conflict use_column
DECLARE
    v_desk boolean := wasl_is_desk();
    v_own bigint := wasl_organisation();
    v_group bigint;
    v_subjects bigint[];
    v_entries bigint[];
    v_certain bigint[];
    v_governorate text;
BEGIN
    IF NOT wasl_is_signed_in() THEN
        RETURN;
    END IF;
    v_group := coalesce((SELECT m.group_id FROM registry_group_member m WHERE m.subject_id = p_group), p_group);
    v_subjects := coalesce(
        (SELECT array_agg(m.subject_id) FROM registry_group_member m WHERE m.group_id = v_group), ARRAY[v_group]);
    SELECT array_agg(l.entry_id) INTO v_entries
    FROM registry_entry_link l WHERE l.family_id = ANY(v_subjects) AND l.until_run IS NULL;
    SELECT array_agg(DISTINCT l.family_id),
        (array_agg(r.governorate ORDER BY r.governorate IS NULL, a.month DESC, a.list_id DESC, l.entry_id DESC))[1]
        INTO v_certain, v_governorate
    FROM registry_entry_link l
    JOIN registry_appearance a ON a.entry_id = l.entry_id AND a.active AND (v_desk OR a.organisation_id = v_own)
    JOIN registry_entry e ON e.id = l.entry_id JOIN registry_record r ON r.id = e.head_record_id
    WHERE l.family_id = ANY(v_subjects) AND l.until_run IS NULL;
    IF v_certain IS NULL THEN
        RETURN;
    END IF;
    IF v_desk THEN
        v_certain := ARRAY[v_group];
    END IF;
    RETURN QUERY
    WITH shown AS (
        SELECT m::date AS month FROM generate_series(p_from, p_to, interval '1 month') m
    ), wanting AS MATERIALIZED (
        SELECT DISTINCT ns.slot FROM benefits_recorded_need n JOIN benefits_need_slot ns ON ns.need = n.need
        WHERE n.entry_id = ANY(v_entries) AND n.active AND (v_desk OR n.organisation_id = v_own)
    ), known_slot AS MATERIALIZED (
        SELECT s.code AS slot, s.sensitive,
            s.target = 'all' OR EXISTS (SELECT FROM wanting w WHERE w.slot = s.code) AS wanted
        FROM benefits_slot s
    ), cell AS MATERIALIZED (
        SELECT c.slot, c.month, c.organisation_id, c.need, c.state = 'held' AS held, c.expires_at,
            o.code::text, o.kind = 'ministry' AS by_state, c.organisation_id = v_own AS by_own,
            c.subject_id = ANY(v_certain) AS certain
        FROM benefits_cell c JOIN organisations_organisation o ON o.id = c.organisation_id
        WHERE c.subject_id = ANY(v_subjects) AND (c.month >= p_from OR c.month = '0001-01-01')
            AND (c.scope = 0 OR v_desk OR c.scope = v_own)
            AND (c.state = 'held' OR c.expires_at > clock_timestamp())
    ), island AS (
        SELECT i.slot, i.month, max(i.month) OVER (PARTITION BY i.slot, i.number) AS last FROM (
            SELECT d.slot, d.month, extract(year FROM d.month) * 12 + extract(month FROM d.month)
                - row_number() OVER (PARTITION BY d.slot ORDER BY d.month) AS number
            FROM (SELECT DISTINCT c.slot, c.month FROM cell c WHERE c.month >= p_from) d) i
    ), covered AS (
        SELECT c.slot, m.month, bool_or(c.held) AS held, bool_or(c.held AND c.by_own) AS own,
            bool_or(c.held AND NOT c.by_state) AS charity, bool_or(c.certain) AS certain,
            count(DISTINCT c.organisation_id) FILTER (WHERE c.held) > 1 AS doubled,
            array_agg(DISTINCT c.need) FILTER (WHERE v_desk OR c.by_own) AS needs,
            array_agg(DISTINCT c.code) FILTER (WHERE v_desk OR c.by_own) AS organisations,
            max(c.month) FILTER (WHERE c.held AND c.by_state) AS state_month,
            max(c.expires_at) AS expires_at, bool_or(c.month = '0001-01-01') AS once
        FROM shown m JOIN cell c ON c.month IN (m.month, '0001-01-01') GROUP BY c.slot, m.month
    ), serving AS MATERIALIZED (
        SELECT r.slot, r.organisation_id, m.month
        FROM shown m
        JOIN benefits_report r ON r.month BETWEEN (m.month - interval '12 months')::date AND m.month AND r.gave > 0
            AND r.governorate = ANY(CASE WHEN v_governorate IS NULL THEN ARRAY['*', ''] ELSE ARRAY[v_governorate, ''] END)
        JOIN known_slot s ON s.slot = r.slot AND s.wanted
            AND (NOT s.sensitive OR v_desk OR r.organisation_id = v_own)
        GROUP BY r.slot, r.organisation_id, m.month
        HAVING v_governorate IS NULL OR bool_or(r.governorate = v_governorate) OR NOT EXISTS (
            SELECT FROM benefits_report w WHERE w.governorate = '*' AND w.slot = r.slot
                AND w.organisation_id = r.organisation_id AND w.gave > 0
                AND w.month BETWEEN (m.month - interval '12 months')::date AND m.month)
    ), missing AS (
        SELECT s.slot, s.month, count(*) AS reports, count(*) FILTER (WHERE o.kind = 'ministry') AS of_state
        FROM serving s JOIN organisations_organisation o ON o.id = s.organisation_id
        WHERE NOT {REPORTED.format(by="s", month="s.month")}
        GROUP BY s.slot, s.month
    ), enrolled AS MATERIALIZED (
        SELECT ns.slot, c.organisation_id, coalesce(r.governorate, h.governorate, '') AS governorate, c.month,
            max(n.horizon_months) AS horizon_months
        FROM benefits_claim c
        JOIN organisations_organisation o ON o.id = c.organisation_id AND o.kind = 'ministry'
        JOIN benefits_need_slot ns ON ns.need = c.need JOIN benefits_need n ON n.code = c.need
        JOIN known_slot s ON s.slot = ns.slot AND (NOT s.sensitive OR v_desk OR c.organisation_id = v_own)
        JOIN registry_record r ON r.id = c.given_to_record
        JOIN registry_entry e ON e.id = c.entry_id JOIN registry_record h ON h.id = e.head_record_id
        WHERE c.entry_id = ANY(v_entries) AND c.active AND c.kind = 'given' AND c.month <= p_to
        GROUP BY 1, 2, 3, 4
    ), by_state AS (
        SELECT e.slot, m.month, max(e.month) AS last_seen,
            bool_or(m.month <= (e.month + e.horizon_months * interval '1 month')::date) AS coloured
        FROM shown m JOIN enrolled e ON e.month <= m.month
        WHERE NOT EXISTS (
                SELECT FROM benefits_report w WHERE w.governorate = e.governorate AND w.slot = e.slot
                    AND w.organisation_id = e.organisation_id AND w.gave > 0
                    AND w.month > e.month AND w.month <= m.month)
            AND NOT {REPORTED.format(by="e", month="m.month")}
        GROUP BY e.slot, m.month
    ), answer AS (
        SELECT s.slot, m.month, c.certain, c.doubled, c.needs, c.organisations, b.last_seen, c.state_month,
            c.expires_at, c.once,
            coalesce(x.reports, 0) + CASE WHEN b.slot IS NOT NULL AND coalesce(x.of_state, 0) = 0 THEN 1 ELSE 0 END
                AS reports,
            CASE WHEN c.own THEN 'own' WHEN c.charity THEN 'other' WHEN c.held THEN 'state'
                WHEN c.slot IS NOT NULL THEN 'reserved' WHEN b.coloured THEN 'state'
                WHEN NOT s.wanted THEN 'not_target' END AS state
        FROM known_slot s CROSS JOIN shown m
        LEFT JOIN covered c ON c.slot = s.slot AND c.month = m.month
        LEFT JOIN by_state b ON b.slot = s.slot AND b.month = m.month
        LEFT JOIN missing x ON x.slot = s.slot AND x.month = m.month
    )
    SELECT a.slot, a.month,
        coalesce(a.state, CASE WHEN a.reports = 0 THEN 'open' ELSE 'unknown' END),
        CASE WHEN a.certain THEN 'certain' WHEN a.certain IS NOT NULL THEN 'likely' END,
        coalesce(a.doubled, false), coalesce(a.needs, '{{}}'), coalesce(a.organisations, '{{}}'),
        CASE WHEN a.state IS NULL THEN a.reports::integer ELSE 0 END,
        CASE WHEN a.state = 'state' OR a.state IS NULL THEN coalesce(nullif(a.state_month, '0001-01-01'), a.last_seen) END,
        CASE WHEN NOT a.once THEN (i.last + interval '1 month')::date END,
        CASE WHEN a.state = 'reserved' THEN a.expires_at END
    FROM answer a LEFT JOIN island i ON i.slot = a.slot AND i.month = a.month
    ORDER BY a.slot, a.month;
END $$;
"""

# Open overlaps of a family. They name the organisations to each other with need and month; to nobody else.
OVERLAPS = """
CREATE FUNCTION benefits_family_overlaps(p_group bigint) RETURNS TABLE (
    code text, certainty text, slot text, month date, organisation text, name_ar text, name_en text,
    own boolean, needs text[]
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH own_group AS (
        SELECT coalesce((SELECT group_id FROM registry_group_member WHERE subject_id = p_group), p_group) AS id
    ), subject AS (
        SELECT id FROM own_group
        UNION SELECT m.subject_id FROM registry_group_member m JOIN own_group g ON m.group_id = g.id
    )
    SELECT o.code, o.certainty, o.slot, o.month, who.code::text, who.name_ar::text, who.name_en::text,
        who.id = wasl_organisation(), array_agg(DISTINCT k.need ORDER BY k.need)
    FROM subject s
    JOIN benefits_overlap o ON o.family_id = s.id AND o.state = 'open'
    JOIN benefits_overlap_claim c ON c.overlap_id = o.id
    JOIN benefits_claim k ON k.list_id = c.list_id AND k.row = c.row
    JOIN organisations_organisation who ON who.id = c.organisation_id
    WHERE wasl_is_signed_in() AND (wasl_is_desk() OR EXISTS (
        SELECT FROM benefits_overlap_claim x
        WHERE x.overlap_id = o.id AND x.organisation_id = wasl_organisation()))
    GROUP BY o.id, o.code, o.certainty, o.slot, o.month, who.id
    ORDER BY o.month DESC, o.slot, o.id, who.code
$$;
"""

# The newest month that anybody has reported: after it, everything is unknown.
NEWEST = """
CREATE FUNCTION benefits_newest_report() RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT max(newest.month) FROM unnest(ARRAY['*', '']) place (name)
    CROSS JOIN LATERAL (
        SELECT r.month FROM benefits_report r JOIN benefits_slot s ON s.code = r.slot AND NOT s.sensitive
        WHERE r.governorate = place.name AND r.month <= current_date AND r.reported > 0
        ORDER BY r.month DESC LIMIT 1) newest
    WHERE wasl_is_signed_in()
$$;
"""

READ = [
    "benefits_family_calendar(bigint, date, date)",
    "benefits_family_overlaps(bigint)",
    "benefits_newest_report()",
]
KEPT = ["benefits_reports_of(bigint[])", "benefits_refresh_reports(bigint[])"]


class Migration(migrations.Migration):
    dependencies = [("benefits", "0002_overlap_pages")]
    operations = [
        migrations.RunSQL(REPORTS, migrations.RunSQL.noop),
        *[
            migrations.RunSQL(alliance_table_sql(table), migrations.RunSQL.noop)
            for table in ("benefits_list_report", "benefits_report")
        ],
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(CALENDAR, migrations.RunSQL.noop),
        migrations.RunSQL(OVERLAPS, migrations.RunSQL.noop),
        migrations.RunSQL(NEWEST, migrations.RunSQL.noop),
        migrations.RunSQL(function_grants_sql(READ), migrations.RunSQL.noop),
        migrations.RunSQL(function_grants_sql(KEPT, roles="wasl_engine"), migrations.RunSQL.noop),
    ]
