"""Tables and functions of 0002 for gaps and repeats: counted for a month, kept with their age."""

from __future__ import annotations

# Gaps and repeats are counted for everybody at once: organisation 0 is the alliance's count; the others are
# what an organisation knows itself, by its own lists, so that no figure of one tells of another.
# `name_no` is the number that the family's code is made of, as its reader reads it.
TABLES_SQL = """
CREATE TABLE benefits_gap_count (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slot text NOT NULL REFERENCES benefits_slot (code),
    month date NOT NULL,
    counted_at timestamptz NOT NULL,
    CONSTRAINT benefits_gap_count_once UNIQUE (slot, month)
);
CREATE TABLE benefits_gap (
    count_id integer NOT NULL,
    organisation_id bigint NOT NULL,
    name_no bigint NOT NULL,
    family_id bigint NOT NULL,
    is_open boolean NOT NULL,
    governorate text NOT NULL,
    markaz text NOT NULL,
    village text NOT NULL,
    people integer NOT NULL,
    -- the last month somebody covered it; 0001-01-01 where nobody did
    last_covered date NOT NULL,
    sources smallint NOT NULL,
    reports_missing smallint NOT NULL
);
CREATE INDEX benefits_gap_place ON benefits_gap (count_id, organisation_id, is_open, governorate, markaz, name_no);
CREATE INDEX benefits_gap_since ON benefits_gap (count_id, organisation_id, is_open, last_covered, name_no);
CREATE TABLE benefits_gap_tally (
    count_id integer NOT NULL,
    organisation_id bigint NOT NULL,
    governorate text NOT NULL,
    markaz text NOT NULL,
    is_open boolean NOT NULL,
    families bigint NOT NULL
);
CREATE INDEX benefits_gap_tally_whose ON benefits_gap_tally (organisation_id, count_id);

CREATE TABLE benefits_repeat (
    organisation_id bigint NOT NULL,
    slot text NOT NULL,
    month date NOT NULL,
    -- read off its lines, so it stays while they do
    tie bigint NOT NULL,
    certainty text NOT NULL,
    family_id bigint NOT NULL,
    needs text[] NOT NULL,
    governorate text NOT NULL,
    list_ids bigint[] NOT NULL,
    rows integer[] NOT NULL
);
CREATE INDEX benefits_repeat_page ON benefits_repeat (slot, month, tie);
CREATE INDEX benefits_repeat_side ON benefits_repeat (organisation_id, slot, month, tie);
CREATE INDEX benefits_repeat_family ON benefits_repeat (family_id);
CREATE TABLE benefits_repeat_tally (
    organisation_id bigint NOT NULL,
    slot text NOT NULL,
    month date NOT NULL,
    certainty text NOT NULL,
    governorate text NOT NULL,
    total bigint NOT NULL
);
CREATE TABLE benefits_counted (what text PRIMARY KEY CHECK (what IN ('repeats')), counted_at timestamptz NOT NULL);
"""

GAPS = """
CREATE FUNCTION benefits_gap_query(p jsonb, columns text, p_open boolean, p_limit integer) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    by_age boolean := coalesce(p ->> 'sort', 'place') = 'since';
    key text := CASE WHEN by_age THEN 'g.last_covered, g.name_no' ELSE 'g.governorate, g.markaz, g.name_no' END;
    asked text;
BEGIN
    asked := format('g.count_id = %L::integer AND g.organisation_id = %L::bigint AND g.is_open = %L', p ->> 'count',
        CASE WHEN wasl_is_desk() THEN 0 ELSE coalesce(wasl_organisation(), -1) END, p_open);
    IF p ? 'governorate' THEN
        asked := asked || format(' AND g.governorate = %L', p ->> 'governorate');
    END IF;
    IF p ? 'markaz' THEN
        asked := asked || format(' AND g.markaz = %L', p ->> 'markaz');
    END IF;
    IF p ? 'since' THEN
        asked := asked || format(' AND g.last_covered < %L::date', p ->> 'since');
    END IF;
    IF p ? 'after' AND by_age THEN
        asked := asked || format(' AND (%s) > (%L::date, %L::bigint)', key, p -> 'after' ->> 0, p -> 'after' ->> 1);
    ELSIF p ? 'after' THEN
        asked := asked || format(' AND (%s) > (%L, %L, %L::bigint)', key,
            p -> 'after' ->> 0, p -> 'after' ->> 1, p -> 'after' ->> 2);
    END IF;
    RETURN format('SELECT %s FROM benefits_gap g WHERE %s ORDER BY %s LIMIT %s', columns, asked, key, p_limit);
END $$;

-- Open and unknown families are walked apart, by the index of each, and laid together.
CREATE FUNCTION benefits_gap_page(p jsonb) RETURNS TABLE (
    name_no bigint, family_id bigint, is_open boolean, governorate text, markaz text, village text, people integer,
    last_covered date, sources smallint, reports_missing smallint
) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    columns text := 'g.name_no, g.family_id, g.is_open, g.governorate, g.markaz, g.village, g.people, g.last_covered, '
        || CASE WHEN wasl_is_desk() THEN 'g.sources' ELSE 'NULL::smallint' END || ', g.reports_missing';
    size integer := least((p ->> 'limit')::integer, 1001);
    key text := CASE WHEN p ->> 'sort' = 'since' THEN 'last_covered, name_no' ELSE 'governorate, markaz, name_no' END;
BEGIN
    IF NOT wasl_is_signed_in() THEN
        RETURN;
    END IF;
    IF p ? 'state' THEN
        RETURN QUERY EXECUTE benefits_gap_query(p, columns, p ->> 'state' = 'open', size);
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format('SELECT * FROM ((%s) UNION ALL (%s)) g ORDER BY %s LIMIT %s',
        benefits_gap_query(p, columns, true, size), benefits_gap_query(p, columns, false, size), key, size);
END $$;

CREATE FUNCTION benefits_gap_families(p jsonb, p_most integer) RETURNS TABLE (is_open boolean, families bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT wasl_is_signed_in() THEN
        RETURN;
    END IF;
    IF p ? 'since' THEN
        RETURN QUERY EXECUTE format('SELECT true, (SELECT count(*) FROM (%s) x) UNION ALL'
            ' SELECT false, (SELECT count(*) FROM (%s) x)',
            benefits_gap_query(p - 'after', 'g.name_no', true, p_most + 1),
            benefits_gap_query(p - 'after', 'g.name_no', false, p_most + 1));
        RETURN;
    END IF;
    RETURN QUERY SELECT t.is_open, sum(t.families)::bigint FROM benefits_gap_tally t
        WHERE t.count_id = (p ->> 'count')::integer
            AND t.organisation_id = CASE WHEN wasl_is_desk() THEN 0 ELSE coalesce(wasl_organisation(), -1) END
            AND (NOT p ? 'governorate' OR t.governorate = p ->> 'governorate')
            AND (NOT p ? 'markaz' OR t.markaz = p ->> 'markaz')
        GROUP BY t.is_open;
END $$;

CREATE FUNCTION benefits_gap_counts() RETURNS TABLE (id integer, slot text, month date, counted_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, c.slot, c.month, c.counted_at FROM benefits_gap_count c
    WHERE wasl_is_signed_in() ORDER BY c.slot, c.month DESC
$$;

-- The counted months by governorate, for the first page and its map.
CREATE FUNCTION benefits_gap_sums() RETURNS TABLE (
    slot text, month date, governorate text, is_open boolean, families bigint
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.slot, c.month, t.governorate, t.is_open, sum(t.families)::bigint
    FROM benefits_slot_figure f JOIN benefits_gap_count c ON c.slot = f.slot AND c.month = f.month
    JOIN benefits_gap_tally t ON t.count_id = c.id
    WHERE wasl_is_signed_in()
        AND t.organisation_id = CASE WHEN wasl_is_desk() THEN 0 ELSE coalesce(wasl_organisation(), -1) END
    GROUP BY c.slot, c.month, t.governorate, t.is_open
$$;
"""

# A repeat is shown while every row of it still counts, whatever was withdrawn since the count.
REPEATS = """
CREATE FUNCTION benefits_repeat_query(p jsonb, columns text, p_limit integer) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    whose bigint := CASE WHEN wasl_is_desk() THEN (p ->> 'organisation')::bigint ELSE coalesce(wasl_organisation(), -1) END;
    way text := CASE WHEN p ->> 'way' = 'up' THEN 'ASC' ELSE 'DESC' END;
    asked text := 'true';
    slots text;
BEGIN
    IF whose IS NOT NULL THEN
        asked := asked || format(' AND r.organisation_id = %L::bigint', whose);
    END IF;
    IF p ? 'certainty' THEN
        asked := asked || format(' AND r.certainty = %L', p ->> 'certainty');
    END IF;
    IF p ? 'from' THEN
        asked := asked || format(' AND r.month >= %L::date', p ->> 'from');
    END IF;
    IF p ? 'to' THEN
        asked := asked || format(' AND r.month <= %L::date', p ->> 'to');
    END IF;
    IF p ? 'governorate' THEN
        asked := asked || format(' AND r.governorate = %L', p ->> 'governorate');
    END IF;
    IF p ? 'need' THEN
        asked := asked || format(' AND r.needs @> ARRAY[%L::text]', p ->> 'need');
    END IF;
    IF p ? 'family' THEN
        asked := asked || format(
            ' AND r.family_id IN (SELECT %1$L::bigint UNION SELECT subject_id FROM registry_group_member'
            ' WHERE group_id = %1$L::bigint)', p ->> 'family');
    END IF;
    IF p ? 'after' THEN
        asked := asked || format(' AND (r.month, r.tie) %s (%L::date, %L::bigint)',
            CASE way WHEN 'ASC' THEN '>' ELSE '<' END, p -> 'after' ->> 0, p -> 'after' ->> 1);
    END IF;
    asked := asked || ' AND NOT EXISTS (SELECT FROM unnest(r.list_ids, r.rows) AS line (list_id, "row")'
        ' JOIN benefits_claim k ON k.list_id = line.list_id AND k.row = line.row WHERE NOT k.active)';
    slots := CASE
        WHEN p ? 'slot' THEN format('SELECT %L::text AS code', p ->> 'slot')
        WHEN p ? 'need' THEN format('SELECT slot AS code FROM benefits_need_slot WHERE need = %L', p ->> 'need')
        ELSE 'SELECT code FROM benefits_slot' END;
    RETURN format(
        'SELECT found.* FROM (%s) s CROSS JOIN LATERAL ('
        'SELECT %s FROM benefits_repeat r WHERE %s AND r.slot = s.code ORDER BY r.month %s, r.tie %s LIMIT %s) found'
        ' ORDER BY found.month %s, found.tie %s LIMIT %s',
        slots, columns, asked, way, way, p_limit, way, way, p_limit);
END $$;

CREATE FUNCTION benefits_repeat_page(p jsonb) RETURNS TABLE (
    tie bigint, organisation_id bigint, family_id bigint, slot text, month date, certainty text, governorate text,
    needs text[], list_ids bigint[], "rows" integer[]
) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF wasl_is_signed_in() THEN
        RETURN QUERY EXECUTE benefits_repeat_query(p,
            'r.tie, r.organisation_id, r.family_id, r.slot, r.month, r.certainty, r.governorate, r.needs,'
            ' r.list_ids, r.rows', least((p ->> 'limit')::integer, 1001));
    END IF;
END $$;

-- Counted one by one while they are few; beyond `p_most` as they stood at the count, where sums were kept of
-- what is asked, else to one more than `p_most`.
CREATE FUNCTION benefits_repeat_count(p jsonb, p_most integer) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    whose bigint := CASE WHEN wasl_is_desk() THEN (p ->> 'organisation')::bigint ELSE coalesce(wasl_organisation(), -1) END;
    found bigint := 0;
BEGIN
    IF NOT wasl_is_signed_in() THEN
        RETURN 0;
    END IF;
    EXECUTE 'SELECT count(*) FROM (' || benefits_repeat_query(p - 'after', 'r.month, r.tie', p_most + 1) || ') x'
    INTO found;
    IF found > p_most AND NOT p ? 'need' AND NOT p ? 'family' THEN
        SELECT sum(t.total) INTO found FROM benefits_repeat_tally t
        WHERE (whose IS NULL OR t.organisation_id = whose)
            AND (NOT p ? 'slot' OR t.slot = p ->> 'slot')
            AND (NOT p ? 'certainty' OR t.certainty = p ->> 'certainty')
            AND (NOT p ? 'governorate' OR t.governorate = p ->> 'governorate')
            AND (NOT p ? 'from' OR t.month >= (p ->> 'from')::date)
            AND (NOT p ? 'to' OR t.month <= (p ->> 'to')::date);
    END IF;
    RETURN found;
END $$;

CREATE FUNCTION benefits_repeat_sums(OUT repeats bigint, OUT counted_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(t.total), 0)::bigint, (
        SELECT c.counted_at FROM benefits_counted c WHERE c.what = 'repeats' AND wasl_is_signed_in())
    FROM benefits_repeat_tally t
    WHERE wasl_is_signed_in() AND (wasl_is_desk() OR t.organisation_id = wasl_organisation())
$$;
"""

SQL = (TABLES_SQL, GAPS, REPEATS)
TABLES = (
    "benefits_gap_count", "benefits_gap", "benefits_gap_tally", "benefits_repeat", "benefits_repeat_tally",
    "benefits_counted",
)  # fmt: skip
OFFERED = [
    "benefits_gap_page(jsonb)",
    "benefits_gap_families(jsonb, integer)",
    "benefits_gap_counts()",
    "benefits_gap_sums()",
    "benefits_repeat_page(jsonb)",
    "benefits_repeat_count(jsonb, integer)",
    "benefits_repeat_sums()",
]
INNER = ["benefits_gap_query(jsonb, text, boolean, integer)", "benefits_repeat_query(jsonb, text, integer)"]
