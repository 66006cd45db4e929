from django.db import migrations

from wasl.store.row_security import alliance_table_sql

RUNS = """
CREATE TABLE linkage_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('running', 'publishing', 'done', 'cancelled', 'failed')),
    stage text NOT NULL DEFAULT '',
    progress real NOT NULL DEFAULT 0,
    cancel_requested boolean NOT NULL DEFAULT false,
    -- digest of everything the run reads: equal digest, nothing new
    input_digest bytea,
    counts jsonb NOT NULL DEFAULT '{}',
    log jsonb NOT NULL DEFAULT '[]',
    model jsonb NOT NULL DEFAULT '[]',
    -- the comparisons whose levels a pair keeps, in that order
    comparisons text[] NOT NULL DEFAULT '{}',
    family_comparisons text[] NOT NULL DEFAULT '{}',
    -- the active lists it read: what it speaks of
    lists bigint[] NOT NULL DEFAULT '{}',
    started_by text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
);

-- Accepted links, the review queue and what was cut, of the last published run alone: it is emptied
-- and filled in one transaction. Written by the million, read by record: no key, two indexes.
CREATE TABLE linkage_pair (
    kind text NOT NULL CHECK (kind IN ('person', 'family')),
    a_id bigint NOT NULL,
    b_id bigint NOT NULL,
    weight integer NOT NULL,
    grade text NOT NULL CHECK (grade IN ('certain', 'likely', 'possible', 'cut')),
    rule text NOT NULL,
    levels integer[] NOT NULL DEFAULT '{}'
);
CREATE INDEX linkage_pair_a ON linkage_pair (a_id);
CREATE INDEX linkage_pair_b ON linkage_pair (b_id);

-- What a person decided; never overturned by a run (L6). Undoing keeps the row.
CREATE TABLE linkage_verdict (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('person', 'family')),
    a_id bigint NOT NULL,
    b_id bigint NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('same', 'different')),
    reason text NOT NULL DEFAULT '',
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL,
    undone_by text,
    undone_at timestamptz,
    -- the last published run that read it with both sides before it
    consulted_run bigint REFERENCES linkage_run (id),
    CONSTRAINT linkage_verdict_ordered CHECK (a_id < b_id),
    CONSTRAINT linkage_verdict_undone_whole CHECK ((undone_by IS NULL) = (undone_at IS NULL))
);
CREATE INDEX linkage_verdict_b ON linkage_verdict (b_id) WHERE undone_at IS NULL;
CREATE INDEX linkage_verdict_a ON linkage_verdict (a_id) WHERE undone_at IS NULL;
CREATE UNIQUE INDEX linkage_verdict_one ON linkage_verdict (kind, a_id, b_id) WHERE undone_at IS NULL;
"""

ALLIANCE = ["linkage_run", "linkage_pair", "linkage_verdict"]


class Migration(migrations.Migration):
    initial = True
    dependencies = [("registry", "0001_initial"), ("benefits", "0001_initial")]
    operations = [
        migrations.RunSQL(RUNS, migrations.RunSQL.noop),
        *[migrations.RunSQL(alliance_table_sql(table), migrations.RunSQL.noop) for table in ALLIANCE],
    ]
