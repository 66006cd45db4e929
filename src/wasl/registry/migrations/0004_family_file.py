from django.db import migrations

from wasl.store.row_security import function_grants_sql

# The one way to learn who makes up a family (A4): whoever opens the file has written down that they did,
# and why, before they read a line of it. Under an older code of the family only the present one is told
# and nothing is opened. An organisation reads its own entries of lists that count; the desk all.
FAMILY_FILE = """
CREATE FUNCTION registry_open_family(p_code text, p_why text) RETURNS TABLE (
    family_id bigint, code text, subject_id bigint, entry_id bigint, organisation_id bigint, is_head boolean,
    record_id bigint, role text, relation text, person_id bigint, person_code text, certain_person_id bigint,
    active boolean, first_month date, last_month date, list_id bigint, lists integer, own_no integer
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_family bigint := registry_family_of_code(p_code);
    v_code text := (SELECT c.code FROM registry_family_codes(ARRAY[v_family]) c);
    v_subjects bigint[];
    v_entries bigint[];
BEGIN
    IF v_family IS NULL OR v_code IS NULL OR NOT wasl_is_signed_in() THEN
        RETURN;
    END IF;
    v_subjects := ARRAY(SELECT registry_subjects_of(v_family));
    v_entries := ARRAY(
        SELECT l.entry_id FROM registry_entry_link l JOIN registry_entry e ON e.id = l.entry_id
        WHERE l.family_id = ANY(v_subjects) AND l.until_run IS NULL
            AND (wasl_is_desk() OR e.organisation_id = wasl_organisation() AND EXISTS (
                SELECT FROM registry_appearance a WHERE a.entry_id = e.id AND a.active)));
    IF cardinality(v_entries) = 0 THEN
        RETURN;
    END IF;
    IF v_code <> p_code THEN
        RETURN QUERY SELECT v_family, v_code, NULL::bigint, NULL::bigint, NULL::bigint, NULL::boolean, NULL::bigint,
            NULL::text, NULL::text, NULL::bigint, NULL::text, NULL::bigint, NULL::boolean, NULL::date, NULL::date,
            NULL::bigint, NULL::integer, NULL::integer;
        RETURN;
    END IF;
    INSERT INTO audit_entry (at, user_id, username, organisation_id, organisation_code, role, action, object_kind,
        object_code, detail)
    SELECT now(), wasl_user(), coalesce(u.username, ''), wasl_organisation(), coalesce(o.code, ''), wasl_role(),
        'family.opened', 'family', v_code, jsonb_build_object('why', left(p_why, 200))
    FROM (SELECT) one
    LEFT JOIN organisations_user u ON u.id = wasl_user()
    LEFT JOIN organisations_organisation o ON o.id = wasl_organisation();
    RETURN QUERY
    WITH stood AS (
        SELECT a.entry_id, bool_or(a.active) AS active, min(a.month) AS first_month, max(a.month) AS last_month,
            (array_agg(a.list_id ORDER BY a.active DESC, a.month DESC, a.list_id DESC))[1] AS list_id,
            count(*) FILTER (WHERE a.active)::integer AS lists
        FROM registry_appearance a WHERE a.entry_id = ANY(v_entries) AND (a.active OR wasl_is_desk())
        GROUP BY a.entry_id
    ), named AS MATERIALIZED (
        SELECT l.family_id AS subject_id, e.id AS entry_id, e.own_no, e.organisation_id,
            m.record_id = e.head_record_id AS is_head, m.record_id, m.role, m.relation,
            p.person_id AS certain_person_id, registry_group_of(p.person_id) AS person_id
        FROM registry_entry e
        JOIN registry_entry_link l ON l.entry_id = e.id AND l.until_run IS NULL
        JOIN registry_entry_member m ON m.entry_id = e.id
        LEFT JOIN registry_link p ON p.record_id = m.record_id AND p.until_run IS NULL
        WHERE e.id = ANY(v_entries)
    )
    SELECT v_family, v_code, n.subject_id, n.entry_id, n.organisation_id, n.is_head, n.record_id, n.role, n.relation,
        n.person_id, c.code, n.certain_person_id, coalesce(s.active, false), s.first_month, s.last_month, s.list_id,
        coalesce(s.lists, 0), n.own_no
    FROM named n
    LEFT JOIN stood s ON s.entry_id = n.entry_id
    LEFT JOIN registry_person_codes(ARRAY(SELECT DISTINCT x.person_id FROM named x WHERE x.person_id IS NOT NULL)) c
        ON c.person_id = n.person_id
    ORDER BY coalesce(s.active, false) DESC, s.last_month DESC NULLS LAST, n.entry_id DESC, NOT n.is_head,
        n.role, n.record_id;
END $$;
"""

# Who has left a family is found by the family.
LEFT = """
CREATE INDEX registry_entry_link_left ON registry_entry_link (family_id) WHERE until_run IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_search"), ("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(LEFT, migrations.RunSQL.noop),
        migrations.RunSQL(FAMILY_FILE, migrations.RunSQL.noop),
        migrations.RunSQL(
            function_grants_sql(["registry_open_family(text, text)"], roles="wasl_app"),
            migrations.RunSQL.noop,
        ),
    ]
