from django.db import migrations

from wasl.store.row_security import function_grants_sql

# A run may stop when its difference is known, and be published later by somebody who has looked at it.
PREPARED = """
ALTER TABLE linkage_run DROP CONSTRAINT linkage_run_state_check;
ALTER TABLE linkage_run ADD CONSTRAINT linkage_run_state_check
    CHECK (state IN ('running', 'prepared', 'publishing', 'done', 'cancelled', 'failed'));
-- what publishing would change, in numbers, and a few examples by code
ALTER TABLE linkage_run ADD COLUMN difference jsonb NOT NULL DEFAULT '{}';
ALTER TABLE linkage_run ADD COLUMN examples jsonb NOT NULL DEFAULT '[]';
ALTER TABLE linkage_run ADD COLUMN prepared_at timestamptz;
ALTER TABLE linkage_run ADD COLUMN published_by text NOT NULL DEFAULT '';
ALTER TABLE linkage_run ADD CONSTRAINT linkage_run_prepared_since CHECK (state <> 'prepared' OR prepared_at IS NOT NULL);
-- one difference waits at most: a second would be computed against what the first is about to change
CREATE UNIQUE INDEX linkage_run_one_prepared ON linkage_run (state) WHERE state = 'prepared';
"""

READS = """
CREATE FUNCTION linkage_runs(p_before bigint, p_limit integer) RETURNS TABLE (
    id bigint, state text, stage text, progress real, counts jsonb, difference jsonb, examples jsonb, log jsonb,
    lists bigint, started_by text, published_by text, started_at timestamptz, prepared_at timestamptz,
    finished_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id, r.state, r.stage, r.progress, r.counts, r.difference, r.examples, r.log,
        cardinality(r.lists)::bigint, r.started_by, r.published_by, r.started_at, r.prepared_at, r.finished_at
    FROM linkage_run r
    WHERE wasl_is_desk() AND (p_before IS NULL OR r.id < p_before)
    ORDER BY r.id DESC LIMIT least(p_limit, 200)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("linkage", "0002_figures")]
    operations = [
        migrations.RunSQL(PREPARED, migrations.RunSQL.noop),
        migrations.RunSQL(
            READS + function_grants_sql(["linkage_runs(bigint, integer)"]), migrations.RunSQL.noop
        ),
    ]
