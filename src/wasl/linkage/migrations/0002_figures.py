from django.db import migrations

from wasl.store.row_security import function_grants_sql

# People and families of the last published run: counting them afresh would read every link on each visit.
FIGURES = """
CREATE FUNCTION linkage_figures() RETURNS TABLE (people bigint, families bigint, linked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (r.counts ->> 'people')::bigint, (r.counts ->> 'families')::bigint, r.finished_at
    FROM linkage_run r
    WHERE wasl_is_desk() AND r.state = 'done' AND r.counts ? 'people'
    ORDER BY r.id DESC LIMIT 1
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("linkage", "0001_initial")]
    operations = [
        migrations.RunSQL(FIGURES, "DROP FUNCTION linkage_figures()"),
        migrations.RunSQL(function_grants_sql(["linkage_figures()"]), migrations.RunSQL.noop),
    ]
