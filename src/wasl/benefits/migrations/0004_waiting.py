from django.db import migrations

from wasl.store.row_security import function_grants_sql

# The viewer's own slots: those its lists gave in during the twelve months before, and of which nothing has
# been reported for `p_month`, neither by a list nor by word.
WAITING = """
CREATE FUNCTION benefits_slots_unreported(p_month date) RETURNS TABLE (
    slot text, name_ar text, name_en text, newest date
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.code, s.name_ar, s.name_en, max(r.month)
    FROM benefits_report r JOIN benefits_slot s ON s.code = r.slot
    WHERE wasl_is_signed_in() AND r.organisation_id = wasl_organisation() AND r.governorate IN ('*', '')
        AND r.month >= p_month - interval '12 months' AND r.month < p_month AND r.gave > 0
        AND NOT EXISTS (
            SELECT FROM benefits_report q
            WHERE q.governorate IN ('*', '') AND q.month = p_month AND q.slot = r.slot
                AND q.organisation_id = r.organisation_id AND q.reported > 0)
        AND NOT EXISTS (
            SELECT FROM benefits_nothing_given q
            WHERE q.organisation_id = r.organisation_id AND q.slot = r.slot AND q.month = p_month)
    GROUP BY s.code, s.name_ar, s.name_en
    ORDER BY max(r.month) DESC, s.code
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("benefits", "0003_calendar")]
    operations = [
        migrations.RunSQL(WAITING, "DROP FUNCTION benefits_slots_unreported(date)"),
        migrations.RunSQL(function_grants_sql(["benefits_slots_unreported(date)"]), migrations.RunSQL.noop),
    ]
