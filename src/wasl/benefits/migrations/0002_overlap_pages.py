from django.db import migrations

from wasl.benefits.migrations import _gap_pages as gaps
from wasl.store.row_security import alliance_table_sql, function_grants_sql

# What pages filter and sort overlaps by stands on them. `tie` orders overlaps of one month for ever and tells
# nothing: a digest of the claims with a salt that the application cannot read.
OVERLAPS = """
INSERT INTO store_fact (name, value) VALUES ('overlap_salt', gen_random_uuid()::text || gen_random_uuid()::text);
CREATE FUNCTION benefits_tie(salt text, slot text, claims_key bytea) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ('x' || left(encode(sha256(convert_to(salt || slot, 'UTF8') || claims_key), 'hex'), 15))::bit(60)::bigint
$$;
ALTER TABLE benefits_overlap
    ADD COLUMN organisation_ids bigint[] NOT NULL DEFAULT '{}',
    ADD COLUMN needs text[] NOT NULL DEFAULT '{}',
    -- where its claims are, '' where no list says
    ADD COLUMN governorate text NOT NULL DEFAULT '',
    ADD COLUMN tie bigint NOT NULL DEFAULT 0;

-- An overlap as one of its organisations pages through it: where *its* lists place it, nobody else's.
CREATE TABLE benefits_overlap_side (
    overlap_id bigint NOT NULL,
    organisation_id bigint NOT NULL,
    slot text NOT NULL,
    month date NOT NULL,
    certainty text NOT NULL,
    state text NOT NULL,
    governorate text NOT NULL,
    opened_at timestamptz NOT NULL,
    tie bigint NOT NULL,
    CONSTRAINT benefits_overlap_side_key PRIMARY KEY (overlap_id, organisation_id)
);

-- How many overlaps are open, summed: 0 for the alliance's count, else the organisation that takes part.
-- Each settlement adds what it changed as rows of its own, so that none waits for another; a count sums
-- them, and `compact_tallies` folds them together.
CREATE TABLE benefits_overlap_tally (
    organisation_id bigint NOT NULL,
    slot text NOT NULL,
    month date NOT NULL,
    certainty text NOT NULL,
    governorate text NOT NULL,
    total bigint NOT NULL,
    cost_piastres bigint NOT NULL,
    unvalued bigint NOT NULL
);
"""

BACKFILL = """
UPDATE benefits_overlap o SET organisation_ids = x.organisation_ids, needs = x.needs, governorate = x.governorate,
    tie = benefits_tie((SELECT value FROM store_fact WHERE name = 'overlap_salt'), o.slot, o.claims_key)
FROM (
    SELECT c.overlap_id, array_agg(DISTINCT c.organisation_id ORDER BY c.organisation_id) AS organisation_ids,
        array_agg(DISTINCT k.need ORDER BY k.need) AS needs,
        coalesce(max(coalesce(r.governorate, h.governorate)), '') AS governorate
    FROM benefits_overlap_claim c
    JOIN benefits_claim k ON k.list_id = c.list_id AND k.row = c.row
    JOIN registry_record r ON r.id = k.given_to_record
    JOIN registry_entry e ON e.id = k.entry_id JOIN registry_record h ON h.id = e.head_record_id
    GROUP BY c.overlap_id
) x WHERE x.overlap_id = o.id;
INSERT INTO benefits_overlap_side
SELECT o.id, c.organisation_id, o.slot, o.month, o.certainty, o.state,
    coalesce(max(coalesce(r.governorate, h.governorate)), ''), o.opened_at, o.tie
FROM benefits_overlap o JOIN benefits_overlap_claim c ON c.overlap_id = o.id
JOIN benefits_claim k ON k.list_id = c.list_id AND k.row = c.row
JOIN registry_record r ON r.id = k.given_to_record
JOIN registry_entry e ON e.id = k.entry_id JOIN registry_record h ON h.id = e.head_record_id
GROUP BY o.id, c.organisation_id;
INSERT INTO benefits_overlap_tally
SELECT 0, slot, month, certainty, governorate, count(*), sum(cost_piastres), sum(unvalued)
FROM benefits_overlap WHERE state = 'open' GROUP BY slot, month, certainty, governorate
UNION ALL
SELECT s.organisation_id, s.slot, s.month, s.certainty, s.governorate, count(*), sum(o.cost_piastres), sum(o.unvalued)
FROM benefits_overlap_side s JOIN benefits_overlap o ON o.id = s.overlap_id
WHERE s.state = 'open' GROUP BY s.organisation_id, s.slot, s.month, s.certainty, s.governorate;
"""

INDEXES = """
CREATE INDEX benefits_overlap_page ON benefits_overlap (state, slot, month, tie);
CREATE INDEX benefits_overlap_place ON benefits_overlap (governorate, slot, month, tie) WHERE state = 'open';
CREATE INDEX benefits_overlap_cost ON benefits_overlap (cost_piastres, tie) WHERE state = 'open';
CREATE INDEX benefits_overlap_opened ON benefits_overlap (opened_at, tie) WHERE state = 'open';
CREATE INDEX benefits_overlap_closed_at ON benefits_overlap (closed_at) WHERE state = 'closed';
-- two organisations together, or a need, may be rare where each slot is full of others
CREATE INDEX benefits_overlap_whose ON benefits_overlap USING gin (organisation_ids, needs);
CREATE INDEX benefits_overlap_side_page ON benefits_overlap_side (organisation_id, state, slot, month, tie);
CREATE INDEX benefits_overlap_side_opened ON benefits_overlap_side (organisation_id, state, opened_at, tie);
CREATE INDEX benefits_overlap_tally_whose ON benefits_overlap_tally (organisation_id, slot);
"""

# A page of overlaps by whatever its address asks, built of the conditions that are asked for so that each
# is planned for its values. Whose overlaps are walked is decided here: an organisation's own sides, or the
# organisation's that the desk asks for, else all. By month, each slot's index is walked apart, but where so few
# are meant that they are gathered first.
PAGE = """
CREATE FUNCTION benefits_overlap_query(p jsonb, columns text, p_limit integer) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    desk boolean := wasl_is_desk();
    whose bigint := CASE WHEN wasl_is_desk() THEN (p ->> 'organisation')::bigint ELSE coalesce(wasl_organisation(), -1) END;
    w text := CASE WHEN whose IS NULL THEN 'o' ELSE 'w' END;
    source text := CASE WHEN whose IS NULL THEN 'benefits_overlap o'
        ELSE 'benefits_overlap_side w JOIN benefits_overlap o ON o.id = w.overlap_id' END;
    state text := coalesce(p ->> 'state', 'open');
    sort text := coalesce(p ->> 'sort', 'month');
    way text := CASE WHEN p ->> 'way' = 'up' THEN 'ASC' ELSE 'DESC' END;
    key text;
    asked text;
    slots text;
    is_rare boolean := p ? 'family';
BEGIN
    IF sort = 'cost' AND NOT desk THEN
        RAISE EXCEPTION 'the cost is the desk''s to read' USING ERRCODE = '42501';
    END IF;
    key := CASE sort WHEN 'cost' THEN 'o.cost_piastres' WHEN 'opened' THEN w || '.opened_at' ELSE w || '.month' END;
    asked := format('%s.state = %L', w, state);
    IF whose IS NOT NULL THEN
        asked := asked || format(' AND w.organisation_id = %L::bigint', whose);
    END IF;
    IF p ? 'certainty' THEN
        asked := asked || format(' AND %s.certainty = %L', w, p ->> 'certainty');
    END IF;
    IF p ? 'from' THEN
        asked := asked || format(' AND %s.month >= %L::date', w, p ->> 'from');
    END IF;
    IF p ? 'to' THEN
        asked := asked || format(' AND %s.month <= %L::date', w, p ->> 'to');
    END IF;
    IF p ? 'governorate' THEN
        asked := asked || format(' AND %s.governorate = %L', w, p ->> 'governorate');
    END IF;
    IF p ? 'need' THEN
        asked := asked || format(' AND o.needs @> ARRAY[%L::text]', p ->> 'need');
    END IF;
    IF p ? 'organisation' AND NOT desk THEN
        asked := asked || format(' AND o.organisation_ids @> ARRAY[%L::bigint, %L::bigint]', whose,
            p ->> 'organisation');
        is_rare := (SELECT count(*) <= 5000 FROM (
            SELECT FROM benefits_overlap o
            WHERE o.organisation_ids @> ARRAY[whose, (p ->> 'organisation')::bigint] LIMIT 5001) x);
        IF is_rare THEN
            source := format('(SELECT * FROM benefits_overlap x WHERE x.organisation_ids @> ARRAY[%L::bigint, %L::bigint]'
                ' OFFSET 0) o JOIN benefits_overlap_side w ON w.overlap_id = o.id', whose, p ->> 'organisation');
        END IF;
    END IF;
    IF p ? 'family' THEN
        asked := asked || format(
            ' AND o.family_id IN (SELECT %1$L::bigint UNION SELECT subject_id FROM registry_group_member'
            ' WHERE group_id = %1$L::bigint)', p ->> 'family');
    END IF;
    IF p ? 'after' THEN
        asked := asked || format(' AND (%s, %s.tie) %s (%L, %L::bigint)', key, w,
            CASE way WHEN 'ASC' THEN '>' ELSE '<' END, p -> 'after' ->> 0, p -> 'after' ->> 1);
    END IF;
    IF sort <> 'month' OR is_rare THEN
        IF p ? 'slot' THEN
            asked := asked || format(' AND %s.slot = %L', w, p ->> 'slot');
        END IF;
        -- A walk in the order of the key is long where few are meant: those are gathered by other indexes and sorted.
        IF sort <> 'month' AND state = 'open' AND 50000 >= (
            SELECT c.total FROM benefits_overlap_count(
                p - ARRAY['after', 'sort', 'need', 'family'] - CASE WHEN desk THEN '' ELSE 'organisation' END, 0) c)
        THEN
            key := key || CASE sort WHEN 'cost' THEN ' + 0' ELSE ' + interval ''0''' END;
        END IF;
        RETURN format('SELECT %s FROM %s WHERE %s ORDER BY %s %s, %s.tie %s LIMIT %s',
            columns, source, asked, key, way, w, way, p_limit);
    END IF;
    slots := CASE
        WHEN p ? 'slot' THEN format('SELECT %L::text AS code', p ->> 'slot')
        WHEN p ? 'need' THEN format('SELECT slot AS code FROM benefits_need_slot WHERE need = %L', p ->> 'need')
        ELSE 'SELECT code FROM benefits_slot' END;
    RETURN format(
        'SELECT found.* FROM (%s) s CROSS JOIN LATERAL ('
        'SELECT %s FROM %s WHERE %s AND %s.slot = s.code ORDER BY %s %s, %s.tie %s LIMIT %s) found'
        ' ORDER BY found.month %s, found.tie %s LIMIT %s',
        slots, columns, source, asked, w, key, way, w, way, p_limit, way, way, p_limit);
END $$;

CREATE FUNCTION benefits_overlap_page(p jsonb) RETURNS TABLE (
    id bigint, tie bigint, family_id bigint, slot text, month date, certainty text, state text, governorate text,
    needs text[], organisation_ids bigint[], cost_piastres bigint, unvalued integer, opened_at timestamptz,
    closed_at timestamptz
) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    desk boolean := wasl_is_desk();
BEGIN
    IF NOT wasl_is_signed_in() THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE benefits_overlap_query(p,
        'o.id, o.tie, o.family_id, o.slot, o.month, o.certainty, o.state, '
        || CASE WHEN desk AND NOT p ? 'organisation' THEN 'o' ELSE 'w' END || '.governorate, o.needs, o.organisation_ids, '
        || CASE WHEN desk THEN 'o.cost_piastres, o.unvalued' ELSE 'NULL::bigint, NULL::integer' END
        || ', o.opened_at, o.closed_at', least((p ->> 'limit')::integer, 1001));
END $$;

-- Exact from the tallies where they know what is asked; else counted, to one more than `p_most`.
CREATE FUNCTION benefits_overlap_count(p jsonb, p_most integer, OUT total bigint, OUT cost_piastres bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    desk boolean := wasl_is_desk();
    whose bigint := CASE WHEN desk THEN coalesce((p ->> 'organisation')::bigint, 0)
        ELSE coalesce(wasl_organisation(), -1) END;
BEGIN
    IF NOT wasl_is_signed_in() THEN
        total := 0;
        RETURN;
    END IF;
    IF coalesce(p ->> 'state', 'open') = 'open' AND NOT p ? 'need' AND NOT p ? 'family'
        AND (desk OR NOT p ? 'organisation')
    THEN
        SELECT coalesce(sum(t.total), 0), CASE WHEN desk THEN coalesce(sum(t.cost_piastres), 0) END
        INTO total, cost_piastres
        FROM benefits_overlap_tally t
        WHERE t.organisation_id = whose
            AND (NOT p ? 'slot' OR t.slot = p ->> 'slot')
            AND (NOT p ? 'certainty' OR t.certainty = p ->> 'certainty')
            AND (NOT p ? 'governorate' OR t.governorate = p ->> 'governorate')
            AND (NOT p ? 'from' OR t.month >= (p ->> 'from')::date)
            AND (NOT p ? 'to' OR t.month <= (p ->> 'to')::date);
        RETURN;
    END IF;
    EXECUTE 'SELECT count(*) FROM (' || benefits_overlap_query(p - 'after' - 'sort', 'o.month, o.tie', p_most + 1) || ') x'
    INTO total;
END $$;

-- The rows behind overlaps: the viewer's own with their list, of another organisation need and month alone.
CREATE FUNCTION benefits_overlap_lines(p_overlaps bigint[]) RETURNS TABLE (
    overlap_id bigint, organisation_id bigint, need text, month date, list_id bigint, "row" integer,
    value_piastres bigint
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT c.overlap_id, c.organisation_id, k.need, CASE WHEN own.is_own THEN k.month ELSE o.month END,
        CASE WHEN own.is_own THEN c.list_id END, CASE WHEN own.is_own THEN c.row END,
        CASE WHEN own.is_own THEN k.value_piastres END
    FROM unnest(p_overlaps) AS asked (id)
    JOIN benefits_overlap o ON o.id = asked.id
    JOIN benefits_overlap_claim c ON c.overlap_id = asked.id
    JOIN benefits_claim k ON k.list_id = c.list_id AND k.row = c.row
    CROSS JOIN LATERAL (SELECT wasl_is_desk() OR c.organisation_id = wasl_organisation() AS is_own) own
    WHERE wasl_is_signed_in() AND (wasl_is_desk() OR EXISTS (
        SELECT FROM benefits_overlap_side s WHERE s.overlap_id = asked.id AND s.organisation_id = wasl_organisation()))
    ORDER BY 1, 2, 5, 6, 3
$$;

-- Open overlaps by slot and governorate, for the first page and its map.
CREATE FUNCTION benefits_overlap_sums() RETURNS TABLE (
    slot text, governorate text, certainty text, total bigint, cost_piastres bigint, unvalued bigint
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.slot, t.governorate, t.certainty, sum(t.total)::bigint,
        CASE WHEN wasl_is_desk() THEN sum(t.cost_piastres)::bigint END,
        CASE WHEN wasl_is_desk() THEN sum(t.unvalued)::bigint END
    FROM benefits_overlap_tally t
    WHERE wasl_is_signed_in()
        AND t.organisation_id = CASE WHEN wasl_is_desk() THEN 0 ELSE coalesce(wasl_organisation(), -1) END
    GROUP BY t.slot, t.governorate, t.certainty HAVING sum(t.total) > 0
$$;

-- How many overlaps opened and closed since a moment, to one more than `p_most`.
CREATE FUNCTION benefits_overlaps_since(p_since timestamptz, p_most integer, OUT opened bigint, OUT closed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (SELECT count(*) FROM (SELECT FROM benefits_overlap
            WHERE state = 'open' AND opened_at >= p_since LIMIT p_most + 1) x),
        (SELECT count(*) FROM (SELECT FROM benefits_overlap
            WHERE state = 'closed' AND closed_at >= p_since LIMIT p_most + 1) x)
    WHERE wasl_is_desk()
$$;
"""

# Whose family it is, by the newest entry that the reader may see: its own, for the desk anybody's.
HEADS = """
CREATE FUNCTION benefits_family_heads(p_families bigint[]) RETURNS TABLE (family_id bigint, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT ON (wanted.id) wanted.id, r.name
    FROM (SELECT DISTINCT unnest(p_families) AS id) AS wanted
    CROSS JOIN LATERAL registry_subjects_of(wanted.id) AS subject
    JOIN registry_entry_link l ON l.family_id = subject AND l.until_run IS NULL
    JOIN registry_entry e ON e.id = l.entry_id
    JOIN registry_record r ON r.id = e.head_record_id
    WHERE wasl_is_signed_in() AND r.name <> '' AND (wasl_is_desk() OR e.organisation_id = wasl_organisation())
    ORDER BY wanted.id, e.id DESC
$$;
"""

# The slots' figures no longer count every overlap on each visit.
FIGURES = """
CREATE OR REPLACE FUNCTION benefits_slot_figures() RETURNS TABLE (
    slot text, name_ar text, name_en text, certain bigint, likely bigint, cost_piastres bigint, unvalued bigint,
    month date, gaps bigint, unknown bigint, oldest_report date
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.code, s.name_ar, s.name_en, coalesce(o.certain, 0)::bigint, coalesce(o.likely, 0)::bigint,
        CASE WHEN wasl_is_desk() THEN coalesce(o.cost_piastres, 0)::bigint END,
        CASE WHEN wasl_is_desk() THEN coalesce(o.unvalued, 0)::bigint END, f.month,
        coalesce(g.open, 0)::bigint, coalesce(g.unknown, 0)::bigint, f.oldest_report
    FROM benefits_slot s
    LEFT JOIN (
        SELECT o.slot, sum(o.total) FILTER (WHERE o.certainty = 'certain') AS certain,
            sum(o.total) FILTER (WHERE o.certainty = 'likely') AS likely, sum(o.cost_piastres) AS cost_piastres,
            sum(o.unvalued) AS unvalued
        FROM benefits_overlap_sums() o GROUP BY o.slot
    ) o ON o.slot = s.code
    LEFT JOIN benefits_slot_figure f ON f.slot = s.code
    LEFT JOIN (
        SELECT g.slot, g.month, sum(g.families) FILTER (WHERE g.is_open) AS open,
            sum(g.families) FILTER (WHERE NOT g.is_open) AS unknown
        FROM benefits_gap_sums() g GROUP BY g.slot, g.month
    ) g ON g.slot = f.slot AND g.month = f.month
    WHERE wasl_is_signed_in() AND (o.slot IS NOT NULL OR f.slot IS NOT NULL)
    ORDER BY s.code
$$;
"""

TABLES = ("benefits_overlap_side", "benefits_overlap_tally", *gaps.TABLES)
OFFERED = [
    "benefits_overlap_page(jsonb)",
    "benefits_overlap_count(jsonb, integer)",
    "benefits_overlap_lines(bigint[])",
    "benefits_overlap_sums()",
    "benefits_family_heads(bigint[])",
    "benefits_overlaps_since(timestamptz, integer)",
    *gaps.OFFERED,
]
INNER = ["benefits_tie(text, text, bytea)", "benefits_overlap_query(jsonb, text, integer)", *gaps.INNER]

# "We gave nothing" may be taken back by who said it.
NOTHING = "GRANT DELETE ON benefits_nothing_given TO wasl_app"


class Migration(migrations.Migration):
    dependencies = [("benefits", "0001_initial"), ("registry", "0002_own_codes"), ("places", "0001_initial")]
    operations = [
        *[
            migrations.RunSQL(sql, migrations.RunSQL.noop)
            for sql in (OVERLAPS, BACKFILL, INDEXES, PAGE, HEADS, *gaps.SQL, FIGURES, NOTHING)
        ],
        *[migrations.RunSQL(alliance_table_sql(table), migrations.RunSQL.noop) for table in TABLES],
        migrations.RunSQL(function_grants_sql(OFFERED), migrations.RunSQL.noop),
        migrations.RunSQL(function_grants_sql(INNER, roles="wasl_engine"), migrations.RunSQL.noop),
    ]
