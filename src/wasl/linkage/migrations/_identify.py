"""The questions of `0010_identify`: who somebody is, for whoever may know it."""

from __future__ import annotations

from importlib import import_module

from wasl.benefits.migrations._settlement_reads import replacing
from wasl.linkage.migrations._identify_scoring import scoring_sql

# The facts of a question as a record's features, and how rare each is: looked up once, not for each candidate.
ASKED = """
CREATE TYPE linkage_asked AS (
    record_id bigint,
    c1 integer, c2 integer, c3 integer, c4 integer, c5 integer,
    t1 integer, t2 integer, t3 integer, t4 integer, t5 integer,
    -- names one slip away that nobody knows either
    s1 integer[], s2 integer[], s3 integer[], s4 integer[],
    -- rarities: of each name in its place, misspelt in its place, in another place
    r1 integer, r2 integer, r3 integer, r4 integer,
    m1 integer, m2 integer, m3 integer, m4 integer,
    g1 integer, g2 integer, f3 integer, l3 integer, l4 integer, l5 integer,
    date_key integer, markaz integer, governorate integer, village bigint, phone bigint, nid bigint,
    year integer, month integer, day integer, precision integer, sex integer, trusted boolean, borrowed boolean,
    quality integer, ry integer, rp integer, rv integer, rm integer,
    -- records whose id is one slip from the one that was told, or is it
    slips bigint[], holders bigint[]
);
CREATE FUNCTION linkage_place_number(text text, width integer) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN coalesce(btrim(text, '|'), '') = '' THEN 0
        WHEN width = 32 THEN coalesce(nullif(('x' || left(md5(text), 8))::bit(32)::integer, 0), 1)
        ELSE coalesce(nullif(('x' || left(md5(text), 16))::bit(64)::bigint, 0), 1) END
$$;
-- Whether lists call a record an adult (1) or a child (2), else its age does.
CREATE FUNCTION linkage_age_class(
    p_record bigint, p_year integer, p_month integer, p_day integer, p_today date
) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN adult THEN 1 WHEN child THEN 2 WHEN p_year = 0 THEN 0
        WHEN age < 15 THEN 2 WHEN age >= 24 AND age < 130 THEN 1 ELSE 0 END
    FROM (
        SELECT bool_or(m.relation IN ('head', 'spouse', 'parent')) AS adult,
            bool_or(m.relation IN ('child', 'grandchild')) AS child
        FROM registry_entry_member m WHERE m.record_id = p_record
            AND EXISTS (SELECT FROM registry_appearance a WHERE a.entry_id = m.entry_id AND a.active)
    ) AS told
    CROSS JOIN (SELECT CASE WHEN p_year > 0 THEN
        (p_today - make_date(p_year, p_month, p_day)) / 365.25 END AS age) AS dated
$$;
CREATE FUNCTION linkage_rarity_of(p_kind text, p_value bigint, p_default integer) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN p_value = 0 THEN 0 ELSE coalesce(
        (SELECT weight FROM linkage_rarity WHERE kind = p_kind AND value = p_value), p_default) END
$$;
"""

SIMILAR = """
-- Two names that are not known are alike where they are one slip apart, known by a form they share.
CREATE FUNCTION linkage_similar(p_token text, p_code integer, p_canon integer, p_forms text[]) RETURNS integer[]
LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(o.code), '{}') FROM (
        SELECT DISTINCT f.code FROM linkage_token_form AS f WHERE f.form = ANY (p_forms)) AS near
    JOIN linkage_token AS o ON o.code = near.code
    WHERE NOT o.known AND o.code <> p_code AND o.canon <> p_canon AND registry_is_one_slip(o.token, p_token)
$$;
"""

# A name that stands in no dictionary is what `matching.dictionary.grow_dictionary` would make of it: the caller
# says what the lexicon knows, and which known names it may be a misspelling of.
TOKENS = """
CREATE FUNCTION linkage_asked_tokens(p_tokens jsonb) RETURNS TABLE (
    place integer, code integer, canon integer, sex integer, rarity integer[], misspelt integer[], similar_to integer[]
) LANGUAGE sql STABLE AS $$
    WITH told AS MATERIALIZED (
        SELECT n AS place, t, t ->> 'token' AS token, k.code, k.canon, k.known, k.sex, k.rarity, k.misspelt,
            never.rarity AS never_rarity, never.misspelt AS never_misspelt,
            (t ->> 'freq')::float8 * 10000 AS weight
        FROM generate_series(1, 5) AS n
        CROSS JOIN LATERAL (SELECT p_tokens -> (n - 1) AS t) AS given
        JOIN linkage_token AS never ON never.code = 0
        LEFT JOIN linkage_token AS k ON k.token = t ->> 'token' AND k.code > 0
        WHERE t IS NOT NULL
    ), placed AS (
        SELECT told.*, near.code AS near, near.misspelt AS near_misspelt,
            (t ->> 'known')::boolean OR (t ->> 'often')::boolean
                AND coalesce(near.weight, told.weight) < 50 * told.weight AS is_name
        FROM told LEFT JOIN LATERAL (
            SELECT o.code, o.misspelt, o.occurrences + 10000 * (m ->> 2)::float8 AS weight
            FROM jsonb_array_elements(t -> 'near') AS m
            JOIN linkage_token AS o ON o.token = m ->> 0
            ORDER BY (m ->> 1)::integer, o.occurrences + 10000 * (m ->> 2)::float8 DESC, o.token COLLATE "C" LIMIT 1
        ) AS near ON told.code IS NULL
    ), coded AS (
        SELECT place, t, token, coalesce(code, -place) AS code,
            coalesce(canon, CASE WHEN NOT is_name THEN near END, -place) AS canon,
            coalesce(known, is_name) AS known, coalesce(sex, (t ->> 'sex')::integer) AS sex,
            coalesce(rarity, ARRAY[
                greatest(0, never_rarity[1] - (t #>> '{less,0}')::integer),
                greatest(0, never_rarity[2] - (t #>> '{less,1}')::integer),
                greatest(0, never_rarity[3] - (t #>> '{less,2}')::integer)]) AS rarity,
            coalesce(misspelt, CASE WHEN NOT is_name THEN near_misspelt END, ARRAY[
                greatest(0, never_misspelt[1] - (t #>> '{less,0}')::integer),
                greatest(0, never_misspelt[2] - (t #>> '{less,1}')::integer),
                greatest(0, never_misspelt[3] - (t #>> '{less,2}')::integer),
                greatest(0, never_misspelt[4] - (t #>> '{less,2}')::integer)]) AS misspelt
        FROM placed
    )
    SELECT place, code, canon, sex, rarity, misspelt, CASE WHEN known THEN '{}' ELSE
        linkage_similar(token, code, canon, ARRAY(SELECT jsonb_array_elements_text(t -> 'forms'))) END
    FROM coded
$$;
"""

READ = """
CREATE FUNCTION linkage_read_asked(p_asked jsonb, w linkage_weight, p_own bigint) RETURNS linkage_asked
LANGUAGE plpgsql STABLE AS $$
DECLARE
    x linkage_asked;
    k record;
    v_born date := (p_asked ->> 'birth')::date;
    v_nid bytea := decode(p_asked ->> 'nid', 'hex');
BEGIN
    SELECT 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    INTO x.c1, x.c2, x.c3, x.c4, x.c5, x.t1, x.t2, x.t3, x.t4, x.t5, x.r1, x.r2, x.r3, x.r4, x.m1, x.m2, x.m3, x.m4,
        x.g1, x.g2, x.f3, x.l3, x.l4, x.l5;
    x.sex := coalesce((p_asked ->> 'sex')::integer, 0);
    FOR k IN SELECT * FROM linkage_asked_tokens(p_asked -> 'tokens') ORDER BY place LOOP
        CASE k.place
            WHEN 1 THEN x.t1 := k.code; x.c1 := k.canon; x.s1 := k.similar_to; x.r1 := k.rarity[1];
                x.m1 := k.misspelt[1]; x.g1 := k.rarity[1];
                IF k.sex > 0 THEN x.sex := k.sex; END IF;
            WHEN 2 THEN x.t2 := k.code; x.c2 := k.canon; x.s2 := k.similar_to; x.r2 := k.rarity[2];
                x.m2 := k.misspelt[2]; x.g2 := k.rarity[1];
            WHEN 3 THEN x.t3 := k.code; x.c3 := k.canon; x.s3 := k.similar_to; x.r3 := k.rarity[3];
                x.m3 := k.misspelt[3]; x.f3 := k.rarity[2];
            WHEN 4 THEN x.t4 := k.code; x.c4 := k.canon; x.s4 := k.similar_to; x.r4 := k.rarity[3];
                x.m4 := k.misspelt[4];
            ELSE x.t5 := k.code; x.c5 := k.canon;
        END CASE;
    END LOOP;
    x.l3 := coalesce((SELECT rarity[3] FROM linkage_token WHERE code = x.c3), x.r3);
    x.l4 := coalesce((SELECT rarity[3] FROM linkage_token WHERE code = x.c4), x.r4);
    x.l5 := coalesce((SELECT rarity[3] FROM linkage_token WHERE code = x.c5), 0);
    x.precision := CASE WHEN v_born IS NULL THEN 0 ELSE coalesce((p_asked ->> 'precision')::integer, 3) END;
    x.year := coalesce(extract(year FROM v_born), 0);
    x.month := coalesce(extract(month FROM v_born), 0);
    x.day := coalesce(extract(day FROM v_born), 0);
    x.date_key := CASE WHEN x.precision = 3
        THEN x.year * 1000 + least(x.month, x.day) * 32 + greatest(x.month, x.day) ELSE 0 END;
    x.governorate := linkage_place_number(p_asked ->> 'governorate', 32);
    x.markaz := linkage_place_number(p_asked ->> 'markaz', 32);
    x.village := CASE WHEN p_asked ->> 'village' IS NULL THEN 0 ELSE linkage_place_number(concat_ws('|',
        coalesce(p_asked ->> 'governorate', ''), coalesce(p_asked ->> 'markaz', ''), p_asked ->> 'village'), 64) END;
    x.phone := coalesce((p_asked ->> 'phone')::bigint, 0);
    x.nid := coalesce(('x' || encode(substring(v_nid FOR 8), 'hex'))::bit(64)::bigint, 0);
    x.trusted := x.nid <> 0 AND coalesce((p_asked ->> 'nid_fits')::boolean, false);
    x.borrowed := false;
    x.quality := coalesce(w.classes[wasl_organisation()], 1);
    x.ry := linkage_rarity_of('year', x.year, w.rarities[4]);
    x.rp := linkage_rarity_of('phone', x.phone, w.rarities[1]);
    x.rv := linkage_rarity_of('village', x.village, w.rarities[2]);
    x.rm := linkage_rarity_of('markaz', x.markaz, w.rarities[3]);
    x.holders := ARRAY(
        SELECT r.id FROM registry_record r
        WHERE r.nid_index = v_nid AND (p_own IS NULL OR r.organisation_id = p_own) LIMIT 200);
    x.slips := ARRAY(
        SELECT r.id FROM registry_record r
        WHERE r.nid_index = ANY (ARRAY(SELECT decode(t, 'hex') FROM jsonb_array_elements_text(p_asked -> 'near') AS t))
            AND (p_own IS NULL OR r.organisation_id = p_own)
        LIMIT 500);
    RETURN x;
END $$;
"""

# Whom to weigh: who shares an id or nearly, a phone, a date and a name, or names where or when. Each way is one
# short range of an index; own rows are chosen before anything is cut off, so that others' rows change nothing.
CANDIDATES = """
CREATE FUNCTION linkage_candidates(x linkage_asked, p_own bigint) RETURNS bigint[]
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    v_later integer[] := array_remove(ARRAY[x.c2, x.c3, x.c4], 0);
    c_most CONSTANT integer := 400;
BEGIN
    RETURN ARRAY(
        SELECT f.record_id FROM (
            SELECT unnest(x.holders || x.slips) AS id
            UNION (SELECT r.id FROM registry_record r WHERE x.phone > 0 AND r.phone = x.phone
                AND (p_own IS NULL OR r.organisation_id = p_own) LIMIT 300)
            UNION (SELECT d.record_id FROM linkage_feature d
                WHERE x.date_key > 0 AND d.date_key > 0 AND d.date_key = x.date_key AND d.c1 = x.c1
                    AND (p_own IS NULL OR d.organisation_id = p_own)
                ORDER BY (d.c2 = x.c2)::integer + (d.governorate = x.governorate)::integer DESC, d.record_id LIMIT 200)
            UNION (SELECT d.record_id FROM linkage_feature d
                WHERE x.date_key > 0 AND d.date_key > 0 AND d.date_key = x.date_key AND x.c2 <> 0
                    AND (d.c2 = x.c2 AND d.c3 = x.c3 OR d.c1 = x.c2 AND d.c2 = x.c1)
                    AND (p_own IS NULL OR d.organisation_id = p_own)
                ORDER BY d.record_id LIMIT 100)
            UNION (SELECT d.record_id FROM linkage_feature d
                WHERE x.markaz <> 0 AND d.markaz <> 0 AND d.markaz = x.markaz AND d.c1 = x.c1 AND x.c1 <> 0
                    AND d.c2 = ANY (v_later) AND (p_own IS NULL OR d.organisation_id = p_own)
                ORDER BY (d.c2 = x.c2)::integer + (d.c3 = x.c3)::integer + (d.c4 = x.c4)::integer
                    + (d.village = x.village)::integer + (d.year = x.year)::integer DESC, d.record_id LIMIT 200)
            UNION (SELECT d.record_id FROM linkage_feature d
                WHERE x.markaz <> 0 AND d.markaz <> 0 AND d.markaz = x.markaz AND d.c1 = x.c1 AND x.c1 <> 0
                    AND d.c3 = ANY (v_later) AND (p_own IS NULL OR d.organisation_id = p_own)
                ORDER BY (d.c3 = x.c3)::integer + (d.c4 = x.c4)::integer
                    + (d.village = x.village)::integer + (d.year = x.year)::integer DESC, d.record_id LIMIT 100)
            UNION (SELECT d.record_id FROM linkage_feature d
                WHERE x.c3 <> 0 AND d.c1 = x.c1 AND d.c2 = x.c2 AND d.c3 = x.c3
                    AND (x.year = 0 OR d.year = 0 OR abs(d.year - x.year) <= 2)
                    AND (p_own IS NULL OR d.organisation_id = p_own)
                ORDER BY (d.c4 = x.c4)::integer + (d.governorate = x.governorate)::integer
                    + 2 * (d.year = x.year)::integer DESC, d.record_id LIMIT 200)
        ) AS found (id)
        JOIN linkage_feature f ON f.record_id = found.id AND (p_own IS NULL OR f.organisation_id = p_own)
        ORDER BY (f.nid = x.nid AND x.nid <> 0)::integer * 40 + (f.phone = x.phone AND x.phone <> 0)::integer * 8
            + (f.date_key = x.date_key AND x.date_key > 0)::integer * 8 + (f.year = x.year)::integer * 2
            + (f.c1 = x.c1)::integer * 4 + (f.c2 = x.c2)::integer * 4 + (f.c3 = x.c3)::integer * 3
            + (f.c4 = x.c4)::integer * 2 + (f.village = x.village AND x.village <> 0)::integer * 4
            + (f.markaz = x.markaz AND x.markaz <> 0)::integer * 2 DESC, f.record_id
        LIMIT c_most);
END $$;
-- Who stands in a family with a holder of the spouse's id, the holder aside: also those whom the run brought there.
CREATE FUNCTION linkage_spouse_family(p_spouse bytea, p_own bigint) RETURNS bigint[]
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET jit = off AS $$
BEGIN
    RETURN (WITH home AS MATERIALIZED (
        SELECT DISTINCT m.entry_id, l.family_id
        FROM (SELECT id FROM registry_record WHERE nid_index = p_spouse AND (p_own IS NULL OR organisation_id = p_own)
            LIMIT 100) AS r
        JOIN registry_entry_member m ON m.record_id = r.id
        LEFT JOIN registry_entry_link l ON l.entry_id = m.entry_id AND l.until_run IS NULL
    ), entry AS (
        SELECT entry_id FROM home
        UNION
        SELECT l.entry_id FROM (
            SELECT DISTINCT registry_subjects_of(registry_group_of(family_id)) AS family_id FROM home) AS h
        JOIN registry_entry_link l ON l.family_id = h.family_id AND l.until_run IS NULL
    )
    SELECT ARRAY(
        SELECT DISTINCT m.record_id FROM entry JOIN registry_entry_member m USING (entry_id)
        JOIN registry_record r ON r.id = m.record_id
        WHERE r.nid_index IS DISTINCT FROM p_spouse AND (p_own IS NULL OR r.organisation_id = p_own)
        ORDER BY m.record_id LIMIT 300));
END $$;
"""

_BESIDE = "y.record_id, y.organisation_id::bigint AS organisation_id"
_ONE = scoring_sql(
    "(SELECT f.*, coalesce(classes[f.organisation_id], 1) AS quality"
    " FROM unnest(p_records) AS wanted (id) JOIN linkage_feature f ON f.record_id = wanted.id OFFSET 0) AS y",
    "y.record_id = ANY (x.slips)",
    _BESIDE,
)
WEIGH = f"""
CREATE FUNCTION linkage_weigh(
    x linkage_asked, p_records bigint[], w integer[], priors integer[], classes integer[], age_day date
) RETURNS TABLE (
    record_id bigint, organisation_id bigint, weight integer, rival integer, prior integer, inside integer,
    levels integer[], terms integer[], inside_rival integer, inside_terms integer[]
) LANGUAGE plpgsql STABLE ROWS 100 SET plan_cache_mode = force_generic_plan SET jit = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    {_ONE};
END $$;
"""

_RARE = ", ".join(
    [
        "k1.rarity[1] AS r1, k2.rarity[2] AS r2, k3.rarity[3] AS r3, k4.rarity[3] AS r4",
        "k1.misspelt[1] AS m1, k2.misspelt[2] AS m2, k3.misspelt[3] AS m3, k4.misspelt[4] AS m4",
        "k1.rarity[1] AS g1, k2.rarity[1] AS g2, k3.rarity[2] AS f3",
        "n3.rarity[3] AS l3, n4.rarity[3] AS l4, n5.rarity[3] AS l5",
        *(
            f"CASE WHEN NOT k{at}.known AND f.t{at} > 0 THEN linkage_similar(k{at}.token, k{at}.code, k{at}.canon,"
            f" linkage_forms(k{at}.token)) ELSE '{{}}' END AS s{at}"
            for at in range(1, 5)
        ),
        "linkage_rarity_of('year', f.year, rarities[4]) AS ry, linkage_rarity_of('phone', f.phone, rarities[1]) AS rp",
        "linkage_rarity_of('village', f.village, rarities[2]) AS rv",
        "linkage_rarity_of('markaz', f.markaz, rarities[3]) AS rm",
        "coalesce(classes[f.organisation_id], 1) AS quality",
    ]
)
_KNOWN = " ".join(f"JOIN linkage_token k{at} ON k{at}.code = f.t{at}" for at in range(1, 5)) + " ".join(
    f" JOIN linkage_token n{at} ON n{at}.code = f.c{at}" for at in range(3, 6)
)
_TWO = scoring_sql(
    "unnest(p_a, p_b, p_slip) WITH ORDINALITY AS pair (a, b, slip, place)"
    f" CROSS JOIN LATERAL (SELECT f.*, {_RARE} FROM linkage_feature f {_KNOWN} WHERE f.record_id = pair.a OFFSET 0) AS x"
    " CROSS JOIN LATERAL (SELECT f.*, coalesce(classes[f.organisation_id], 1) AS quality"
    " FROM linkage_feature f WHERE f.record_id = pair.b OFFSET 0) AS y",
    "pair.slip",
    "pair.place",
)
# For tests and for `wasl verify`: pairs of stored records, as the engine weighs them before households.
SCORE = f"""
CREATE FUNCTION linkage_forms(p_token text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE WHEN length(p_token) < 4 THEN '{{}}' ELSE ARRAY(
        SELECT p_token UNION
        SELECT overlay(p_token PLACING '' FROM n FOR 1) FROM generate_series(1, length(p_token)) AS n) END
$$;
CREATE FUNCTION linkage_score(p_a bigint[], p_b bigint[], p_slip boolean[]) RETURNS TABLE (
    place bigint, weight integer, rival integer, prior integer, inside integer, levels integer[], terms integer[],
    inside_rival integer, inside_terms integer[]
) LANGUAGE plpgsql STABLE SET jit = off AS $$
#variable_conflict use_column
DECLARE
    w integer[]; priors integer[]; classes integer[]; rarities integer[]; age_day date;
BEGIN
    SELECT one.weights, one.priors, one.classes, one.rarities, one.age_day
    INTO w, priors, classes, rarities, age_day FROM linkage_weight AS one;
    RETURN QUERY
    {_TWO};
END $$;
"""

# People, the likeliest first: the best record of each weighs for it, less what speaks for the others. Nobody
# below `maybe` is told, but for holders of the id that was told. Where an id alone was told, its one holder is it;
# where nobody holds it, those whose id is a slip away may be. A record that no run has read yet stands with the
# person it is surely one with, or with others of its id: it is nobody's rival.
PEOPLE = """
CREATE FUNCTION linkage_people(p_asked jsonb, p_own bigint) RETURNS TABLE (
    place integer, band text, person_id bigint, record_id bigint, organisation_id bigint, weight integer,
    prior integer, others integer, rival text, basis text, levels integer[], terms integer[], record_weight integer
) LANGUAGE plpgsql STABLE ROWS 20 SET jit = off SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    w linkage_weight;
    x linkage_asked;
    v_family bigint[] := '{}';
    v_alone boolean;
BEGIN
    SELECT * INTO w FROM linkage_weight;
    x := linkage_read_asked(p_asked, w, p_own);
    v_alone := x.t1 = 0 AND x.date_key = 0 AND x.phone = 0 OR w.weights IS NULL;
    IF p_asked ->> 'spouse' IS NOT NULL THEN
        v_family := linkage_spouse_family(decode(p_asked ->> 'spouse', 'hex'), p_own);
    END IF;
    RETURN QUERY
    WITH weighed AS MATERIALIZED (
        SELECT s.*, s.record_id = ANY (x.holders) AS holds, s.record_id = ANY (v_family) AND s.inside > s.weight AS at_home
        FROM linkage_weigh(x, CASE WHEN v_alone AND x.holders <> '{}' THEN x.holders WHEN v_alone THEN x.slips ELSE ARRAY(
            SELECT unnest(linkage_candidates(x, p_own)) UNION SELECT unnest(v_family)) END,
            coalesce(w.weights, '{0}'), coalesce(w.priors, '{0,0,0,0}'), coalesce(w.classes, '{}'),
            coalesce(w.age_day, current_date)) AS s
        WHERE p_own IS NULL OR s.organisation_id = p_own
    ), seen AS MATERIALIZED (
        SELECT k.*, CASE WHEN k.at_home THEN k.inside ELSE k.weight END AS w0, registry_group_of(l.person_id) AS person
        FROM weighed k LEFT JOIN registry_link l ON l.record_id = k.record_id AND l.until_run IS NULL
        WHERE (v_alone OR k.holds OR greatest(k.weight, CASE WHEN k.at_home THEN k.inside END) >= w.maybe - 300)
            AND EXISTS (SELECT FROM registry_entry_member m WHERE m.record_id = k.record_id
                AND EXISTS (SELECT FROM registry_appearance a WHERE a.entry_id = m.entry_id AND a.active OFFSET 0))
    ), pairs AS MATERIALIZED (
        SELECT u.record_id AS a, v.record_id AS b, v.person, row_number() OVER (ORDER BY u.record_id, v.record_id) AS place
        FROM seen u JOIN seen v ON u.person IS NULL AND v.person IS NOT NULL
        ORDER BY u.record_id, v.record_id LIMIT 200
    ), joining AS MATERIALIZED (
        SELECT DISTINCT ON (p.a) p.a, p.person
        FROM linkage_score(ARRAY(SELECT a FROM pairs ORDER BY place), ARRAY(SELECT b FROM pairs ORDER BY place),
            ARRAY(SELECT false FROM pairs)) AS s
        JOIN pairs p ON p.place = s.place
        WHERE s.weight >= w.same ORDER BY p.a, s.weight DESC, p.person
    ), named AS (
        SELECT s.*, j.person AS joins, coalesce(s.person, j.person) AS known, f.nid, f.trusted
        FROM seen s JOIN linkage_feature f ON f.record_id = s.record_id LEFT JOIN joining j ON j.a = s.record_id
    ), live AS MATERIALIZED (
        SELECT n.*, coalesce(n.known, CASE WHEN n.trusted THEN -min(n.record_id) OVER (
            PARTITION BY n.nid, n.trusted, n.known IS NULL) END, -n.record_id) AS key
        FROM named n
    ), best AS (
        SELECT DISTINCT ON (key) live.*, bool_or(holds) OVER (PARTITION BY key) AS any_holds
        FROM live ORDER BY key, w0 DESC, record_id
    ), rivals AS (
        SELECT b.*, count(*) OVER () AS people, sum(power(2::float8, least(greatest(b.w0, -6000), 20000) / 100.0)) OVER ()
            - power(2::float8, least(greatest(b.w0, -6000), 20000) / 100.0) AS other_odds
        FROM best b
    ), lowered AS (
        SELECT r.*, CASE WHEN v_alone THEN 0
            ELSE -round(100 * ln(1 + greatest(r.other_odds, 0)) / ln(2.0))::integer END AS others
        FROM rivals r
    ), banded AS (
        SELECT l.*, CASE
            WHEN v_alone THEN CASE WHEN l.people = 1 AND l.any_holds THEN 'same' ELSE 'possible' END
            WHEN l.w0 + l.others >= w.same THEN 'same'
            WHEN l.w0 + l.others >= w.maybe OR l.any_holds THEN 'possible' END AS band
        FROM lowered l
    ), placed AS (
        SELECT b.*, row_number() OVER (ORDER BY b.band DESC, b.w0 DESC, b.record_id)::integer AS place
        FROM banded b WHERE b.band IS NOT NULL
    )
    SELECT p.place, p.band, p.known, v.record_id, v.organisation_id, p.w0 + p.others,
        CASE WHEN v_alone THEN 0 WHEN p.at_home THEN -200 ELSE p.prior END, p.others,
        (ARRAY['stranger', 'sibling', 'kin', 'parent'])[CASE WHEN p.at_home THEN p.inside_rival ELSE p.rival END],
        CASE WHEN v_alone THEN 'id' WHEN p.at_home THEN 'family' ELSE 'pair' END,
        -- an id that does not count, for its check digit does not fit, is the same nevertheless
        CASE WHEN p.any_holds AND p.levels[1] = 0 THEN 1 || p.levels[2 :] ELSE p.levels END,
        CASE WHEN v_alone THEN array_fill(0, ARRAY[10]) WHEN p.at_home THEN p.inside_terms ELSE p.terms END, v.w0
    FROM placed p JOIN live v ON v.key = p.key
    WHERE p.place <= 13
    ORDER BY p.place, v.w0 DESC, v.record_id;
END $$;
"""

# Who asked is written before anything is read. An organisation's answer is made of its own records of lists that
# count: neither candidates nor their rivals are others'.
IDENTIFY = """
CREATE FUNCTION linkage_identify(p_asked jsonb) RETURNS TABLE (
    place integer, band text, person_id bigint, person_code text, family_id bigint, family_code text,
    weight integer, prior integer, others integer, rival text, basis text, levels integer[], terms integer[],
    record_id bigint, organisation_id bigint, name text, birth_date date, birth_precision text, sex smallint,
    phone bigint, governorate text, markaz text, village text, deceased boolean, record_weight integer
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
    v_own bigint := CASE WHEN NOT wasl_is_desk() THEN coalesce(wasl_organisation(), -1) END;
BEGIN
    IF NOT wasl_is_signed_in() OR jsonb_typeof(p_asked -> 'tokens') IS DISTINCT FROM 'array' THEN
        RETURN;
    END IF;
    PERFORM registry_log_access('people.identified', 'search', '', jsonb_build_object(
        'kind', left(p_asked ->> 'kind', 20), 'digest', left(p_asked ->> 'digest', 32)));
    RETURN QUERY
    WITH told AS MATERIALIZED (
        SELECT * FROM linkage_people(p_asked, v_own)
    ), home AS MATERIALIZED (
        SELECT t.person_id, registry_group_of(m.family_id) AS family_id, 0 AS way
        FROM (SELECT DISTINCT o.person_id FROM told o WHERE o.person_id IS NOT NULL) t
        CROSS JOIN LATERAL registry_subjects_of(t.person_id) AS subject
        JOIN registry_membership m ON m.person_id = subject AND m.until_run IS NULL
        UNION
        SELECT t.person_id, registry_group_of(l.family_id), 1
        FROM told t JOIN registry_entry_member m ON m.record_id = t.record_id
        JOIN registry_entry_link l ON l.entry_id = m.entry_id AND l.until_run IS NULL
        WHERE t.person_id IS NOT NULL
    ), family AS MATERIALIZED (
        SELECT DISTINCT ON (h.person_id) h.person_id, h.family_id, c.code
        FROM home h JOIN registry_family_codes(ARRAY(SELECT g.family_id FROM home g)) c ON c.family_id = h.family_id
        ORDER BY h.person_id, h.way, h.family_id
    )
    SELECT t.place, t.band, t.person_id, p.code, f.family_id, f.code, t.weight, t.prior, t.others, t.rival,
        t.basis, t.levels, t.terms, r.id, r.organisation_id, r.name, r.birth_date, r.birth_precision, r.sex, r.phone,
        r.governorate, r.markaz, r.village, r.deceased, t.record_weight
    FROM told t
    CROSS JOIN LATERAL (SELECT k.* FROM registry_record k
        WHERE k.id = t.record_id AND (v_own IS NULL OR k.organisation_id = v_own) OFFSET 0) AS r
    LEFT JOIN registry_person_codes(ARRAY(SELECT DISTINCT o.person_id FROM told o WHERE o.person_id IS NOT NULL)) p
        ON p.person_id = t.person_id
    LEFT JOIN family f ON f.person_id = t.person_id
    ORDER BY t.place, t.record_weight DESC, r.id;
END $$;
"""

# The coordination answer is the one of `benefits_known_elsewhere`, its questions counted and written down in the same
# way; only who is meant is found by weighing. Of somebody it only may be, no more is said than that somebody is near.
_ANSWER = import_module("wasl.benefits.migrations.0005_elsewhere").ELSEWHERE
_FROM, _UNTIL = "    IF p_nid IS NOT NULL THEN\n", "    v_families := ARRAY(\n        SELECT DISTINCT"
_SEARCH = _ANSWER[_ANSWER.index(_FROM) : _ANSWER.index(_UNTIL)]
_ENOUGH = _ANSWER[
    _ANSWER.index("    SELECT jsonb_agg(r) INTO v_asked") : _ANSWER.index("    IF wasl_role() <> 'officer'")
]
ELSEWHERE = replacing(
    _ANSWER,
    (
        "benefits_known_elsewhere(p_digest text, p_nid bytea, p_readings jsonb)",
        "linkage_known_elsewhere(p_asked jsonb)",
    ),
    (
        _ENOUGH,
        "    IF jsonb_typeof(p_asked -> 'tokens') IS DISTINCT FROM 'array' THEN\n        RETURN;\n    END IF;\n"
        "    v_asked := CASE WHEN jsonb_array_length(p_asked -> 'tokens') >= 3\n"
        "        AND coalesce(p_asked ->> 'governorate', p_asked ->> 'markaz', p_asked ->> 'birth') IS NOT NULL"
        " THEN p_asked END;\n",
    ),
    ("p_nid IS NULL AND v_asked IS NULL", "p_asked ->> 'nid' IS NULL AND v_asked IS NULL"),
    ("CASE WHEN p_nid IS NULL THEN", "CASE WHEN p_asked ->> 'nid' IS NULL THEN"),
    ("'digest', left(p_digest, 32)", "'digest', left(p_asked ->> 'digest', 32)"),
    (
        _SEARCH,
        "    SELECT coalesce(array_agg(p.record_id) FILTER (WHERE p.band = 'same'), '{}'), count(*) > 0\n"
        "    INTO v_records, v_near FROM linkage_people(p_asked, NULL) AS p;\n",
    ),
    ("    v_again timestamptz;\nBEGIN", "    v_again timestamptz;\n    v_near boolean;\nBEGIN"),
    (
        "SELECT CASE cardinality(v_families) WHEN 0 THEN 'unknown' ELSE 'several' END",
        "SELECT CASE WHEN cardinality(v_families) = 0 AND NOT v_near THEN 'unknown' ELSE 'several' END",
    ),
)
