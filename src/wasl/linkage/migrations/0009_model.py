from django.db import migrations

from wasl.store.row_security import alliance_table_sql, function_grants_sql

# What pairs are weighed by. A model is never edited: another is another row. `run_id` is the run that was first
# published with it; drafts have none.
MODELS = """
CREATE TABLE linkage_model (
    version text PRIMARY KEY CHECK (version <> ''),
    content jsonb NOT NULL,
    -- of what weighs and decides, whatever it is called
    digest text NOT NULL CONSTRAINT linkage_model_once UNIQUE,
    state text NOT NULL CHECK (state IN ('draft', 'current', 'past')),
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    -- a person asked for it: a run that has outgrown it says so and keeps it
    is_chosen boolean NOT NULL,
    note text NOT NULL DEFAULT '',
    run_id bigint REFERENCES linkage_run (id),
    used_from timestamptz,
    CONSTRAINT linkage_model_used_by_a_run CHECK ((state = 'draft') = (run_id IS NULL)),
    CONSTRAINT linkage_model_used_from CHECK ((run_id IS NULL) = (used_from IS NULL))
);
CREATE UNIQUE INDEX linkage_model_one_current ON linkage_model (state) WHERE state = 'current';
CREATE INDEX linkage_model_of_run ON linkage_model (run_id);
"""

READS = """
CREATE FUNCTION linkage_models() RETURNS TABLE (
    version text, state text, made_at timestamptz, made_by text, is_chosen boolean, note text, run_id bigint,
    used_from timestamptz, records bigint
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.version, m.state, m.made_at, m.made_by, m.is_chosen, m.note, m.run_id, m.used_from,
        (m.content -> 'made_from' ->> 'records')::bigint
    FROM linkage_model m WHERE wasl_is_desk()
    ORDER BY m.state = 'current' DESC, coalesce(m.used_from, m.made_at) DESC, m.version
$$;

-- The model of this version, or the current one where none is named.
CREATE FUNCTION linkage_model_content(p_version text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.content FROM linkage_model m
    WHERE wasl_is_desk() AND CASE WHEN p_version IS NULL THEN m.state = 'current' ELSE m.version = p_version END
$$;
"""
OFFERED = ["linkage_models()", "linkage_model_content(text)"]
# Models stay, and what they say stays as it was.
ENGINE = "SELECT, INSERT, UPDATE (state, run_id, used_from, is_chosen, note)"


class Migration(migrations.Migration):
    dependencies = [("linkage", "0008_increments")]
    operations = [
        migrations.RunSQL(MODELS, migrations.RunSQL.noop),
        migrations.RunSQL(alliance_table_sql("linkage_model", engine=ENGINE), migrations.RunSQL.noop),
        migrations.RunSQL(READS + function_grants_sql(OFFERED), migrations.RunSQL.noop),
    ]
