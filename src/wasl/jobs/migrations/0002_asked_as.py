from django.db import migrations

from wasl.store.row_security import OWN_ROWS

# The secretariat has officers and viewers too, and what the desk asks for names everybody's families: a job is
# its organisation's, but what was asked for as the desk is the desk's. The default reads the asker's scope.
ASKED_AS = f"""
ALTER TABLE jobs_job ADD COLUMN asked_as text NOT NULL DEFAULT wasl_role();
UPDATE jobs_job AS job SET asked_as = u.role FROM organisations_user AS u WHERE u.id = job.user_id;
ALTER POLICY app_rows ON jobs_job
    USING (({OWN_ROWS.format(column="organisation_id")}) AND (asked_as <> 'desk' OR (SELECT wasl_is_desk())));
"""

CANCEL = """
CREATE OR REPLACE FUNCTION jobs_cancel(p_code text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found_job jobs_job;
    by_whom text;
BEGIN
    SELECT username INTO by_whom FROM organisations_user WHERE id = wasl_user();
    SELECT * INTO found_job FROM jobs_job
    WHERE code = p_code AND state IN ('waiting', 'running') AND wasl_is_signed_in() AND (wasl_is_desk()
        OR (organisation_id = wasl_organisation() AND asked_as <> 'desk'
            AND (wasl_role() = 'officer' OR user_id = wasl_user())))
    FOR UPDATE;
    IF NOT FOUND OR by_whom IS NULL THEN
        RETURN false;
    END IF;
    IF found_job.state = 'waiting' THEN
        PERFORM procrastinate_cancel_job_v1(found_job.queue_id, false, true);
        UPDATE jobs_job SET state = 'cancelled', finished_at = clock_timestamp(), cancel_requested = true,
            cancelled_by = by_whom WHERE id = found_job.id;
    ELSE
        UPDATE jobs_job SET cancel_requested = true, cancelled_by = by_whom WHERE id = found_job.id;
    END IF;
    RETURN true;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("organisations", "0002_row_security")]
    operations = [
        migrations.RunSQL(ASKED_AS, migrations.RunSQL.noop),
        migrations.RunSQL(CANCEL, migrations.RunSQL.noop),
    ]
