from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from wasl.store.row_security import alliance_table_sql, function_grants_sql

# Nobody but the engine writes the index and nobody but these functions reads it. A record has one row of
# keys: its words, each pair of them, its place, its year of birth and its organisation. Pairs keep three
# common names of a country selective, and the organisation makes what A finds, and how fast, its own affair.
# Words of one organisation stand by themselves, so that no misspelling is mended by what another wrote.
INDEX = """
CREATE TABLE registry_search (
    record_id bigint PRIMARY KEY,
    keys integer[] NOT NULL
);
CREATE INDEX registry_search_keys ON registry_search USING gin (keys);
-- Words one slip apart are equal once each has lost the right letter: so each stands under itself and under all
-- that is left of it without one. Trigrams would find short words alike by the thousand. 0 is the whole alliance.
CREATE TABLE registry_token (
    organisation_id bigint NOT NULL,
    form text NOT NULL,
    token text NOT NULL CHECK (token <> ''),
    PRIMARY KEY (organisation_id, form, token)
);
CREATE INDEX registry_record_phone ON registry_record (phone) WHERE phone IS NOT NULL;
"""

# The twins of `registry.search_keys`, held equal by a test. Two words may share a key: who looks for words
# compares the names that are found.
KEYS = """
CREATE FUNCTION registry_search_key(word text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT ('x' || left(md5(word), 8))::bit(32)::integer $$;
CREATE FUNCTION registry_pair_key(a integer, b integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT ((least(a, b)::bigint * 1000003) # greatest(a, b)::bigint)::bit(32)::integer $$;
-- What must stand among a record's keys: pairs where there are two words, and what is no word alone.
CREATE FUNCTION registry_wanted_keys(words text[]) RETURNS integer[] LANGUAGE sql IMMUTABLE STRICT AS $$
    WITH word AS (
        SELECT DISTINCT registry_search_key(w) AS key, left(w, 1) IN ('@', '#', '%') AS beside FROM unnest(words) AS w
    ), wanted AS (
        SELECT registry_pair_key(a.key, b.key) AS key FROM word AS a JOIN word AS b ON a.key < b.key
        WHERE NOT a.beside AND NOT b.beside
        UNION
        SELECT key FROM word WHERE beside OR (SELECT count(*) = 1 FROM word WHERE NOT beside)
    )
    SELECT array_agg(key ORDER BY key) FROM wanted
$$;
"""

# Who looked, at what, in whose name: written before anything is read. `detail` holds no name, id or phone.
LOG = """
CREATE FUNCTION registry_log_access(p_action text, p_kind text, p_code text, p_detail jsonb) RETURNS void
LANGUAGE sql VOLATILE AS $$
    INSERT INTO audit_entry (at, user_id, username, organisation_id, organisation_code, role, action, object_kind,
        object_code, detail)
    SELECT now(), wasl_user(), coalesce(u.username, ''), wasl_organisation(), coalesce(o.code, ''), wasl_role(),
        p_action, p_kind, p_code, p_detail
    FROM (SELECT) AS one
    LEFT JOIN organisations_user AS u ON u.id = wasl_user()
    LEFT JOIN organisations_organisation AS o ON o.id = wasl_organisation()
$$;
"""

# Words that one organisation's lists use (all, where none is named) and that are one slip from this: a letter
# more, less, other, or two changed about. It says nothing of anybody, but nobody may call it.
ALIKE = """
CREATE FUNCTION registry_is_one_slip(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE
        WHEN abs(length(a) - length(b)) = 1 THEN same_start + same_end >= least(length(a), length(b))
        WHEN length(a) <> length(b) OR a = b THEN false
        WHEN same_start + same_end = length(a) - 1 THEN true
        ELSE same_start + same_end = length(a) - 2
            AND substr(a, same_start + 1, 1) = substr(b, same_start + 2, 1)
            AND substr(a, same_start + 2, 1) = substr(b, same_start + 1, 1) END
    FROM (
        SELECT
            (SELECT count(*)::integer FROM generate_series(1, least(length(a), length(b))) AS n
                WHERE left(a, n) = left(b, n)),
            (SELECT count(*)::integer FROM generate_series(1, least(length(a), length(b))) AS n
                WHERE right(a, n) = right(b, n))
    ) AS common (same_start, same_end)
$$;
CREATE FUNCTION registry_tokens_alike(p_word text, p_own bigint) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT token FROM (
        SELECT DISTINCT token FROM registry_token
        WHERE organisation_id = coalesce(p_own, 0) AND form = ANY (ARRAY(
            SELECT p_word UNION
            SELECT overlay(p_word PLACING '' FROM n FOR 1) FROM generate_series(1, length(p_word)) AS n))
        OFFSET 0
    ) AS near
    WHERE registry_is_one_slip(token, p_word)
    ORDER BY similarity(token, p_word) DESC, token LIMIT 10
$$;
"""

# Records in lists that count, of the viewer's organisation or all of them, in the order of the readings; then,
# where hardly any was found, the first reading with one of its words mended. A thousand are looked at for each:
# whoever has more must add a word. A scan of every page is what the planner would choose for common words.
SEARCH = """
CREATE FUNCTION registry_matching_records(p_words text[], p_own bigint) RETURNS bigint[]
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
DECLARE
    v_keys integer[] := registry_wanted_keys(
        CASE WHEN p_own IS NULL THEN p_words ELSE p_words || ('%' || p_own) END);
BEGIN
    RETURN ARRAY(SELECT record_id FROM registry_search WHERE keys @> v_keys LIMIT 1000);
END $$;

CREATE FUNCTION registry_search_people(
    p_kind text, p_digest text, p_nid bytea, p_phone bigint, p_readings jsonb, p_limit integer
) RETURNS TABLE (
    reading integer, record_id bigint, organisation_id bigint, person_id bigint, name text, birth_date date,
    birth_precision text, governorate text, markaz text, village text, deceased boolean
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_own bigint := CASE WHEN NOT wasl_is_desk() THEN coalesce(wasl_organisation(), -1) END;
    v_limit integer := least(p_limit, 500);
    v_words text[];
    v_way record;
    v_found bigint[] := '{}';
    v_new bigint[];
BEGIN
    IF NOT wasl_is_signed_in() THEN
        RETURN;
    END IF;
    PERFORM registry_log_access('people.searched', 'search', '', jsonb_build_object(
        'kind', left(p_kind, 20), 'digest', left(p_digest, 32)));
    FOR v_way IN
        SELECT 0 AS reading, NULL::text[] AS words WHERE p_nid IS NOT NULL OR p_phone IS NOT NULL
        UNION ALL
        SELECT n::integer, ARRAY(SELECT jsonb_array_elements_text(r))
        FROM jsonb_array_elements(p_readings) WITH ORDINALITY AS given (r, n) WHERE n <= 12
        UNION ALL
        SELECT 100 + at::integer, NULL FROM jsonb_array_elements_text(p_readings -> 0) WITH ORDINALITY AS word (w, at)
        WHERE length(w) >= 3 AND left(w, 1) NOT IN ('@', '#', '%') AND at <= 8
    LOOP
        EXIT WHEN cardinality(v_found) >= v_limit OR v_way.reading > 100 AND cardinality(v_found) >= 5;
        IF v_way.reading = 0 THEN
            v_new := ARRAY(
                SELECT r.id FROM registry_record AS r
                WHERE r.nid_index = p_nid AND (v_own IS NULL OR r.organisation_id = v_own)
                UNION
                SELECT r.id FROM registry_record AS r
                WHERE r.phone = p_phone AND (v_own IS NULL OR r.organisation_id = v_own)
                LIMIT 1000);
        ELSIF v_way.reading < 100 THEN
            v_new := registry_matching_records(v_way.words, v_own);
        ELSE
            v_words := ARRAY(SELECT jsonb_array_elements_text(p_readings -> 0));
            v_new := ARRAY(
                SELECT DISTINCT unnest(registry_matching_records(
                    v_words[: v_way.reading - 101] || alike || v_words[v_way.reading - 99 :], v_own))
                FROM registry_tokens_alike(v_words[v_way.reading - 100], v_own) AS alike);
        END IF;
        v_new := ARRAY(
            SELECT n.id FROM unnest(v_new) AS n (id)
            WHERE n.id <> ALL (v_found) AND EXISTS (
                SELECT FROM registry_entry_member AS member
                JOIN registry_appearance AS a ON a.entry_id = member.entry_id AND a.active
                WHERE member.record_id = n.id)
            ORDER BY n.id LIMIT v_limit - cardinality(v_found));
        v_found := v_found || v_new;
        RETURN QUERY
        SELECT v_way.reading, r.id, r.organisation_id, registry_group_of(link.person_id), r.name, r.birth_date,
            r.birth_precision, r.governorate, r.markaz, r.village, r.deceased
        FROM unnest(v_new) AS n (id)
        JOIN registry_record AS r ON r.id = n.id AND (v_own IS NULL OR r.organisation_id = v_own)
        LEFT JOIN registry_link AS link ON link.record_id = r.id AND link.until_run IS NULL
        ORDER BY r.id;
    END LOOP;
END $$;
"""

CARDS = """
-- What is said of people that were found: how they and their family are called, in how many lists they stand.
CREATE FUNCTION registry_people_cards(p_people bigint[]) RETURNS TABLE (
    person_id bigint, code text, family_id bigint, family_code text, lists integer, organisations integer
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH named AS MATERIALIZED (
        SELECT wanted.id AS person, subject, r.id AS record
        FROM (SELECT DISTINCT unnest(p_people) AS id) AS wanted
        CROSS JOIN LATERAL registry_subjects_of(wanted.id) AS subject
        JOIN registry_link AS l ON l.person_id = subject AND l.until_run IS NULL
        JOIN registry_record AS r ON r.id = l.record_id
        WHERE wasl_is_desk() OR r.organisation_id = wasl_organisation() AND wasl_is_signed_in()
    ), stood AS MATERIALIZED (
        SELECT n.person, m.entry_id, a.list_id, a.organisation_id
        FROM named AS n JOIN registry_entry_member AS m ON m.record_id = n.record
        JOIN registry_appearance AS a ON a.entry_id = m.entry_id AND a.active
    ), home AS (
        SELECT DISTINCT ON (person) person, family FROM (
            SELECT n.person, registry_group_of(m.family_id) AS family, 0 AS place
            FROM named AS n JOIN registry_membership AS m ON m.person_id = n.subject AND m.until_run IS NULL
            UNION
            SELECT s.person, registry_group_of(l.family_id), 1
            FROM stood AS s JOIN registry_entry_link AS l ON l.entry_id = s.entry_id AND l.until_run IS NULL
        ) AS known
        JOIN registry_family_codes(ARRAY(
            SELECT registry_group_of(m.family_id) FROM named AS n
            JOIN registry_membership AS m ON m.person_id = n.subject AND m.until_run IS NULL
            UNION
            SELECT registry_group_of(l.family_id) FROM stood AS s
            JOIN registry_entry_link AS l ON l.entry_id = s.entry_id AND l.until_run IS NULL)) AS theirs
            ON theirs.family_id = known.family
        ORDER BY person, place, family
    )
    SELECT people.person_id, people.code, home.family, families.code, counted.lists, counted.organisations
    FROM registry_person_codes(p_people) AS people
    LEFT JOIN home ON home.person = people.person_id
    LEFT JOIN registry_family_codes(ARRAY(SELECT family FROM home)) AS families ON families.family_id = home.family
    LEFT JOIN LATERAL (
        SELECT count(DISTINCT s.list_id)::integer AS lists, count(DISTINCT s.organisation_id)::integer AS organisations
        FROM stood AS s WHERE s.person = people.person_id
    ) AS counted ON true
$$;
"""

# Everything that is known of one person: the viewer's own records, the desk's all. As a family's file, it is
# read through what first writes that it was; an
# older code of the person tells the present one and opens nothing.
PERSON = """
CREATE FUNCTION registry_open_person(p_code text, p_why text) RETURNS TABLE (
    person_id bigint, code text, subject_id bigint, record_id bigint, organisation_id bigint, entry_id bigint,
    role text, relation text, lists integer, last_month date
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_person bigint := registry_person_of_code(p_code);
    v_code text := (SELECT c.code FROM registry_person_codes(ARRAY[v_person]) AS c);
BEGIN
    IF v_person IS NULL OR v_code IS NULL THEN
        RETURN;
    END IF;
    IF v_code <> p_code THEN
        RETURN QUERY SELECT v_person, v_code, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::text,
            NULL::text, NULL::integer, NULL::date;
        RETURN;
    END IF;
    PERFORM registry_log_access(
        'person.opened', 'person', v_code, jsonb_build_object('why', left(p_why, 200)));
    RETURN QUERY
    SELECT v_person, v_code, subject, r.id, r.organisation_id, m.entry_id, m.role, m.relation,
        count(DISTINCT a.list_id)::integer, max(a.month)
    FROM registry_subjects_of(v_person) AS subject
    JOIN registry_link AS l ON l.person_id = subject AND l.until_run IS NULL
    JOIN registry_record AS r ON r.id = l.record_id
        AND (wasl_is_desk() OR r.organisation_id = wasl_organisation())
    JOIN registry_entry_member AS m ON m.record_id = r.id
    LEFT JOIN registry_appearance AS a ON a.entry_id = m.entry_id AND a.active
    GROUP BY subject, r.id, r.organisation_id, m.entry_id, m.role, m.relation
    ORDER BY max(a.month) DESC NULLS LAST, r.id, m.entry_id;
END $$;
"""

CLOSED = [
    "registry_search_key(text)",
    "registry_pair_key(integer, integer)",
    "registry_wanted_keys(text[])",
    "registry_log_access(text, text, text, jsonb)",
    "registry_is_one_slip(text, text)",
    "registry_tokens_alike(text, bigint)",
    "registry_matching_records(text[], bigint)",
]
OPEN = [
    "registry_search_people(text, text, bytea, bigint, jsonb, integer)",
    "registry_people_cards(bigint[])",
    "registry_open_person(text, text)",
]


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Index the records of lists that were loaded before there was an index."""
    from wasl.registry.search_index import index_missing

    schema_editor.connection.ensure_connection()
    index_missing(schema_editor.connection.connection)


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_own_codes"), ("audit", "0001_initial")]
    operations = [
        *[
            migrations.RunSQL(sql, migrations.RunSQL.noop)
            for sql in (INDEX, KEYS, LOG, ALIKE, SEARCH, CARDS, PERSON)
        ],
        *[
            migrations.RunSQL(alliance_table_sql(table), migrations.RunSQL.noop)
            for table in ("registry_search", "registry_token")
        ],
        migrations.RunSQL(function_grants_sql(OPEN, roles="wasl_app"), migrations.RunSQL.noop),
        migrations.RunSQL(function_grants_sql(CLOSED, roles="wasl_engine"), migrations.RunSQL.noop),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
