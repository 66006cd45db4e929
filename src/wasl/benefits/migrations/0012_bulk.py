from django.db import migrations

from wasl.store.row_security import (
    OWN_ROWS,
    SIGNED_IN,
    forced_table_sql,
    function_grants_sql,
    owned_table_sql,
)

# One act on many families or grants. Its code is drawn, not counted: a number would tell one member how much the
# others do. Its rows stand in the order in which they are done, so that each chunk is one range of their key and
# meets cells in the order of their subjects. The key is the only index of most rows: those of one bulk lie together
# whatever the table's size, and of what was done nothing else is asked. What was not done is few, and paged by outcome.
BULK = """
CREATE TABLE benefits_bulk (
    id bigint GENERATED ALWAYS AS IDENTITY (START WITH 1001) PRIMARY KEY,
    -- operation ids of its chunks are made from it
    uid uuid NOT NULL DEFAULT gen_random_uuid(),
    code text NOT NULL DEFAULT registry_code(1000000000 + floor(random() * 9000000000)::bigint)
        CONSTRAINT benefits_bulk_code_once UNIQUE,
    organisation_id bigint NOT NULL,
    action text NOT NULL CHECK (action IN ('reserve', 'approve', 'deliver', 'reverse', 'cancel')),
    source text NOT NULL CHECK (source IN ('file', 'list', 'gaps', 'bulk', 'grants')),
    state text NOT NULL DEFAULT 'reading'
        CHECK (state IN ('reading', 'ready', 'refused', 'working', 'stopped', 'done', 'discarded')),
    need text REFERENCES benefits_need (code),
    month date CHECK (extract(day FROM month) = 1),
    -- what the source and the action want to know: a planned list, a question of gaps, a day of delivery
    params jsonb NOT NULL DEFAULT '{}',
    -- given although the door warned or asked, and why; or why it is taken back
    goes_on boolean NOT NULL DEFAULT false,
    reason text NOT NULL DEFAULT '',
    of_bulk_id bigint REFERENCES benefits_bulk (id),
    file_name text NOT NULL DEFAULT '',
    file_digest bytea CHECK (octet_length(file_digest) = 32),
    -- how its file was read: sheet, row of the header, columns
    form jsonb NOT NULL DEFAULT '{}',
    rows_total integer NOT NULL DEFAULT 0 CHECK (rows_total >= 0),
    -- how many of its rows are to be done, and how many are: where a bulk that was cut off goes on
    rows_wanted integer NOT NULL DEFAULT 0 CHECK (rows_wanted BETWEEN 0 AND rows_total),
    rows_done integer NOT NULL DEFAULT 0 CHECK (rows_done BETWEEN 0 AND rows_wanted),
    counts jsonb NOT NULL DEFAULT '{}',
    problem jsonb,
    job_code text NOT NULL DEFAULT '',
    made_by text NOT NULL CHECK (made_by <> ''),
    made_at timestamptz NOT NULL,
    done_at timestamptz,
    CONSTRAINT benefits_bulk_says_why CHECK (reason <> '' OR NOT (goes_on OR action IN ('reverse', 'cancel'))),
    CONSTRAINT benefits_bulk_of_a_bulk CHECK ((source = 'bulk') = (of_bulk_id IS NOT NULL)),
    CONSTRAINT benefits_bulk_of_a_file CHECK ((source = 'file') = (file_digest IS NOT NULL)),
    CONSTRAINT benefits_bulk_done_whole CHECK (
        state <> 'done' OR (rows_done = rows_wanted AND done_at IS NOT NULL))
);
CREATE INDEX benefits_bulk_own ON benefits_bulk (organisation_id, id);
CREATE INDEX benefits_bulk_of ON benefits_bulk (of_bulk_id) WHERE of_bulk_id IS NOT NULL;
CREATE INDEX benefits_bulk_file ON benefits_bulk (file_digest) WHERE file_digest IS NOT NULL;

CREATE TABLE benefits_bulk_row (
    bulk_id bigint NOT NULL,
    -- in the order in which they are done
    place integer NOT NULL CHECK (place >= 1),
    -- in the file, list or bulk it comes from
    row integer NOT NULL,
    organisation_id bigint NOT NULL,
    entry_id bigint,
    -- the one person it is for; none where it is the family's
    record_id bigint,
    need text,
    month date,
    quantity numeric(14, 3) CHECK (quantity > 0),
    value_piastres bigint CHECK (value_piastres >= 0),
    note text NOT NULL DEFAULT '',
    -- '' while it is to be done
    outcome text NOT NULL DEFAULT '' CHECK (outcome ~ '^[a-z_]{0,20}$'),
    -- the row of the same file that names the same family
    same_row integer,
    slot text,
    covered_by text,
    free_from date,
    grant_id bigint,
    tranche smallint,
    CONSTRAINT benefits_bulk_row_key PRIMARY KEY (bulk_id, place)
);
CREATE INDEX benefits_bulk_row_left ON benefits_bulk_row (bulk_id, outcome, row)
    WHERE outcome NOT IN ('', 'reserved', 'approved', 'delivered', 'reversed', 'cancelled');

-- Its rows in portions of one transaction each; whoever takes one locks it, and leaves it undone where it fails.
CREATE TABLE benefits_bulk_chunk (
    bulk_id bigint NOT NULL REFERENCES benefits_bulk (id),
    first_place integer NOT NULL,
    last_place integer NOT NULL,
    organisation_id bigint NOT NULL,
    is_done boolean NOT NULL DEFAULT false,
    CONSTRAINT benefits_bulk_chunk_key PRIMARY KEY (bulk_id, first_place),
    CONSTRAINT benefits_bulk_chunk_forward CHECK (first_place <= last_place)
);

-- Counts by outcome, added up chunk by chunk.
CREATE FUNCTION benefits_add_counts(one jsonb, other jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(key, total), '{}') FROM (
        SELECT key, sum(value::bigint) AS total
        FROM (SELECT * FROM jsonb_each_text(one) UNION ALL SELECT * FROM jsonb_each_text(other)) AS both_of
        GROUP BY key) AS added
$$;
"""

# The desk sees every bulk and makes none: what is given is an organisation's own.
WRITES = f"""
CREATE POLICY app_makes ON benefits_bulk FOR INSERT TO wasl_app
    WITH CHECK (organisation_id = (SELECT wasl_organisation()) AND (SELECT wasl_role()) = 'officer' AND {SIGNED_IN});
CREATE POLICY app_changes ON benefits_bulk FOR UPDATE TO wasl_app
    USING (organisation_id = (SELECT wasl_organisation()) AND (SELECT wasl_role()) = 'officer' AND {SIGNED_IN});
CREATE POLICY app_rows ON benefits_bulk FOR SELECT TO wasl_app USING ({OWN_ROWS.format(column="organisation_id")});
GRANT SELECT, INSERT, UPDATE (state, job_code) ON benefits_bulk TO wasl_app;
"""


class Migration(migrations.Migration):
    dependencies = [("benefits", "0011_funders"), ("registry", "0002_own_codes")]
    operations = [
        migrations.RunSQL(BULK, migrations.RunSQL.noop),
        migrations.RunSQL(forced_table_sql("benefits_bulk") + WRITES, migrations.RunSQL.noop),
        migrations.RunSQL(
            owned_table_sql("benefits_bulk_row") + owned_table_sql("benefits_bulk_chunk"),
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            function_grants_sql(["benefits_add_counts(jsonb, jsonb)"], roles="wasl_engine"),
            migrations.RunSQL.noop,
        ),
    ]
