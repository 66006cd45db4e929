from django.db import migrations

from wasl.store.row_security import function_grants_sql, owned_table_sql

JOBS = """
CREATE TABLE jobs_job (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- drawn, not counted: a number would tell one member how much the others do
    code text NOT NULL CONSTRAINT jobs_job_code_once UNIQUE,
    kind text NOT NULL CONSTRAINT jobs_job_kind_form CHECK (kind ~ '^[a-z][a-z_]{1,39}$'),
    state text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    stage text NOT NULL DEFAULT '',
    progress real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    params jsonb NOT NULL,
    result jsonb,
    error_code text NOT NULL DEFAULT '',
    error_params jsonb NOT NULL DEFAULT '{}',
    object_code text NOT NULL DEFAULT '',
    user_id bigint NOT NULL,
    username text NOT NULL,
    organisation_id bigint NOT NULL,
    organisation_code text NOT NULL,
    -- its number in the queue, which forgets it when it is over
    queue_id bigint NOT NULL,
    cancel_requested boolean NOT NULL DEFAULT false,
    cancelled_by text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    CONSTRAINT jobs_job_over_whole CHECK ((state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CONSTRAINT jobs_job_failed_says_why CHECK ((state = 'failed') = (error_code <> ''))
);
CREATE INDEX jobs_job_organisation ON jobs_job (organisation_id, id);
CREATE INDEX jobs_job_kind ON jobs_job (kind, id);
CREATE INDEX jobs_job_object ON jobs_job (object_code, id) WHERE object_code <> '';
CREATE INDEX jobs_job_open ON jobs_job (id) WHERE state IN ('waiting', 'running');
"""

# Who asks is read from the scope and from the table of users, never taken from the caller's word: the job
# will be done with that user's rights. Our row and the queue's appear with the caller's transaction or not at all.
FUNCTIONS = """
CREATE FUNCTION jobs_enqueue(
    p_kind text, p_params jsonb, p_object_code text, p_lock text, p_at timestamptz
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    asker record;
    number bigint;
    drawn text;
    queued bigint;
BEGIN
    SELECT u.id, u.username, u.organisation_id, o.code INTO asker
    FROM organisations_user u JOIN organisations_organisation o ON o.id = u.organisation_id
    WHERE u.id = wasl_user() AND u.organisation_id = wasl_organisation() AND u.role = wasl_role() AND u.is_active;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nobody asks for this job' USING ERRCODE = 'WA101';
    END IF;
    LOOP
        number := 1000000000 + floor(random() * 9000000000)::bigint;
        drawn := (number * 100 + 98 - number * 100 % 97)::text;
        EXIT WHEN NOT EXISTS (SELECT FROM jobs_job WHERE code = drawn);
    END LOOP;
    SELECT (procrastinate_defer_jobs_v1(ARRAY[
        ROW('wasl', 'wasl.job', 0, p_lock, NULL, jsonb_build_object('code', drawn), NULL)::procrastinate_job_to_defer_v1
    ]))[1] INTO queued;
    INSERT INTO jobs_job (code, kind, params, object_code, user_id, username, organisation_id, organisation_code,
        queue_id, created_at)
    VALUES (drawn, p_kind, p_params, p_object_code, asker.id, asker.username, asker.organisation_id, asker.code,
        queued, p_at);
    RETURN drawn;
END $$;

CREATE FUNCTION jobs_cancel(p_code text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found_job jobs_job;
    by_whom text;
BEGIN
    SELECT username INTO by_whom FROM organisations_user WHERE id = wasl_user();
    SELECT * INTO found_job FROM jobs_job
    WHERE code = p_code AND state IN ('waiting', 'running') AND wasl_is_signed_in() AND (wasl_is_desk()
        OR (organisation_id = wasl_organisation() AND (wasl_role() = 'officer' OR user_id = wasl_user())))
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

-- Whether anybody is there to work: what a page says of a job that waits.
CREATE FUNCTION jobs_has_worker() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT wasl_is_signed_in()
        AND EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - interval '20 seconds')
$$;
"""
SIGNATURES = [
    "jobs_enqueue(text, jsonb, text, text, timestamptz)", "jobs_cancel(text)", "jobs_has_worker()",
]  # fmt: skip

# The queue is the engine's and the owner's: the application reaches it by the functions above alone.
QUEUE = """
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname ~ '^procrastinate_' LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one.relname);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', one.relname);
        EXECUTE format('CREATE POLICY owner_rows ON %I TO wasl_owner USING (true) WITH CHECK (true)', one.relname);
        EXECUTE format('CREATE POLICY engine_rows ON %I TO wasl_engine USING (true) WITH CHECK (true)', one.relname);
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, wasl_app', one.relname);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO wasl_engine', one.relname);
    END LOOP;
    FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
        AND relname ~ '^procrastinate_' LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %I TO wasl_engine', one.relname);
    END LOOP;
    FOR one IN SELECT p.oid::regprocedure AS signature FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.proname ~ '^procrastinate_' LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one.signature);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO wasl_engine', one.signature);
    END LOOP;
    FOR one IN SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
        AND typname ~ '^procrastinate_' AND typtype IN ('e', 'c') AND typrelid NOT IN (
            SELECT oid FROM pg_class WHERE relkind IN ('r', 'p')) LOOP
        EXECUTE format('REVOKE ALL ON TYPE %I FROM PUBLIC', one.typname);
        EXECUTE format('GRANT USAGE ON TYPE %I TO wasl_engine', one.typname);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("store", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [
        migrations.RunSQL(JOBS, migrations.RunSQL.noop),
        migrations.RunSQL(owned_table_sql("jobs_job"), migrations.RunSQL.noop),
        migrations.RunSQL(QUEUE, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS + function_grants_sql(SIGNATURES), migrations.RunSQL.noop),
    ]
