from django.db import migrations

from wasl.store.row_security import function_grants_sql

# How a family came to be, told of the viewer's entries alone: since when each is with the oldest of them,
# and which once were and are not. Subjects that retire into one another are no event: an organisation
# would learn that somebody else's entries had come.
HISTORY = """
CREATE FUNCTION linkage_family_history(p_family bigint, p_entries bigint[]) RETURNS TABLE (
    event text, entry_id bigint, at timestamptz
) LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF NOT wasl_is_signed_in() THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH mine AS MATERIALIZED (
        SELECT l.entry_id FROM registry_entry_link l JOIN registry_entry e ON e.id = l.entry_id
        WHERE l.entry_id = ANY(p_entries) AND l.until_run IS NULL
            AND l.family_id IN (SELECT registry_subjects_of(registry_group_of(p_family)))
            AND (wasl_is_desk() OR e.organisation_id = wasl_organisation())
    ), span AS MATERIALIZED (
        SELECT l.entry_id, l.family_id, l.since_run AS since, coalesce(l.until_run, 9223372036854775807) AS until
        FROM registry_entry_link l WHERE l.entry_id IN (SELECT entry_id FROM mine)
    ), shared AS (
        SELECT s.entry_id, greatest(s.since, o.since) AS since, least(s.until, o.until) AS until
        FROM span s JOIN span o ON o.family_id = s.family_id AND s.since < o.until AND o.since < s.until
        WHERE o.entry_id = (SELECT min(entry_id) FROM mine) AND s.entry_id <> o.entry_id
    ), broken AS (
        SELECT s.entry_id, s.since, count(*) FILTER (WHERE s.until <> s.next) OVER (
            PARTITION BY s.entry_id ORDER BY s.since DESC) AS breaks
        FROM (
            SELECT *, lag(since, 1, 9223372036854775807) OVER (PARTITION BY entry_id ORDER BY since DESC) AS next
            FROM shared) s
    ), found AS (
        SELECT 'first' AS event, s.entry_id, min(s.since) AS run FROM span s GROUP BY s.entry_id
        UNION ALL
        SELECT 'joined', b.entry_id, min(b.since) FROM broken b WHERE b.breaks = 0 GROUP BY b.entry_id
        UNION ALL
        SELECT 'left', x.entry_id, max(x.until_run)
        FROM (SELECT DISTINCT family_id FROM span) f
        JOIN registry_entry_link x ON x.family_id = f.family_id AND x.until_run IS NOT NULL
        JOIN registry_entry e ON e.id = x.entry_id AND (wasl_is_desk() OR e.organisation_id = wasl_organisation())
        WHERE EXISTS (
                SELECT FROM span s WHERE s.family_id = x.family_id AND s.since < x.until_run AND x.since_run < s.until)
            AND NOT EXISTS (
                SELECT FROM registry_entry_link n WHERE n.entry_id = x.entry_id AND n.until_run IS NULL
                AND n.family_id IN (SELECT registry_subjects_of(registry_group_of(p_family))))
        GROUP BY x.entry_id
    )
    SELECT f.event, f.entry_id, coalesce(r.finished_at, r.started_at)
    FROM found f JOIN linkage_run r ON r.id = f.run
    ORDER BY r.id DESC, f.entry_id;
END $$;

-- When everything was last linked: the age of every answer about a family.
CREATE FUNCTION linkage_linked_at() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT finished_at FROM linkage_run WHERE state = 'done' AND wasl_is_signed_in() ORDER BY id DESC LIMIT 1
$$;
"""

READ = ["linkage_family_history(bigint, bigint[])", "linkage_linked_at()"]


class Migration(migrations.Migration):
    dependencies = [("linkage", "0004_review"), ("registry", "0004_family_file")]
    operations = [
        migrations.RunSQL(HISTORY, migrations.RunSQL.noop),
        migrations.RunSQL(function_grants_sql(READ), migrations.RunSQL.noop),
    ]
