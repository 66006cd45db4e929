from django.db import migrations

from wasl.store.row_security import owned_table_sql

LISTS = """
CREATE TABLE intake_list (
    id bigint GENERATED ALWAYS AS IDENTITY (START WITH 1001) PRIMARY KEY,
    code text NOT NULL GENERATED ALWAYS AS ((id * 100 + 98 - (id * 100 % 97))::text) STORED UNIQUE,
    organisation_id bigint NOT NULL REFERENCES organisations_organisation (id),
    file_name text NOT NULL,
    file_digest bytea NOT NULL CHECK (octet_length(file_digest) = 32),
    sheet text NOT NULL DEFAULT '',
    -- the year of loading: lines and mentions are partitioned by it
    year smallint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('known', 'given', 'planned')),
    state text NOT NULL CHECK (state IN ('loading', 'active', 'withdrawn', 'replaced')),
    state_reason text,
    replaces_id bigint REFERENCES intake_list (id),
    month date NOT NULL,
    options jsonb NOT NULL DEFAULT '{}',
    mapping jsonb NOT NULL DEFAULT '{}',
    messages jsonb NOT NULL DEFAULT '[]',
    -- header and form of the sheet, to write rejected rows as they came
    form jsonb NOT NULL DEFAULT '{}',
    -- last row whose lines are committed: where an interrupted load goes on from
    loaded_row integer NOT NULL DEFAULT 0,
    rows_total integer NOT NULL DEFAULT 0,
    rows_accepted integer NOT NULL DEFAULT 0,
    rows_rejected integer NOT NULL DEFAULT 0,
    rows_repeated integer NOT NULL DEFAULT 0,
    rows_not_data integer NOT NULL DEFAULT 0,
    -- accepted, of a list of help, and no claim: need or month unreadable; or another organisation paid
    rows_without_claim integer NOT NULL DEFAULT 0,
    rows_paid_elsewhere integer NOT NULL DEFAULT 0,
    cells_lost jsonb NOT NULL DEFAULT '{}',
    loaded_by text NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT intake_list_once UNIQUE (organisation_id, file_digest, sheet),
    -- L3: every row has ended in one fate
    CONSTRAINT intake_list_every_row_has_a_fate CHECK (
        state = 'loading'
        OR rows_total = rows_accepted + rows_rejected + rows_repeated + rows_not_data),
    CONSTRAINT intake_list_reason_given CHECK (state <> 'withdrawn' OR state_reason IS NOT NULL)
);
CREATE INDEX intake_list_organisation ON intake_list (organisation_id, loaded_at);
CREATE INDEX intake_list_digest ON intake_list (file_digest);
-- L9: of a list and what replaced it one counts; so one list has one successor that counts
CREATE UNIQUE INDEX intake_list_one_active_successor ON intake_list (replaces_id) WHERE state = 'active';

CREATE TABLE intake_line (
    year smallint NOT NULL,
    list_id bigint NOT NULL,
    row integer NOT NULL,
    organisation_id bigint NOT NULL,
    -- the list's own family number (ordinal of the entry), and what it says as content
    entry_no integer,
    entry_id bigint,
    fate text NOT NULL CHECK (fate IN ('accepted', 'rejected', 'repeated', 'not_data')),
    reason text,
    reason_column text,
    -- cells as written; those that may hold a national id are null here and sealed beside
    cells text[] NOT NULL,
    sealed_cells bytea,
    content_key bytea,
    need text,
    need_text text,
    month date,
    given_on date,
    quantity numeric(14, 3),
    value_piastres bigint,
    paid_by text,
    losses jsonb,
    CONSTRAINT intake_line_key PRIMARY KEY (list_id, row, year),
    CONSTRAINT intake_line_rejected_has_reason CHECK (fate <> 'rejected' OR reason IS NOT NULL),
    CONSTRAINT intake_line_kept_has_entry CHECK (fate NOT IN ('accepted', 'repeated') OR entry_id IS NOT NULL)
) PARTITION BY RANGE (year);
CREATE TABLE intake_line_default PARTITION OF intake_line DEFAULT;
-- also finds, while a list is loading, an earlier line of the same entry in it
CREATE INDEX intake_line_entry ON intake_line (entry_id, list_id);

CREATE TABLE intake_mention (
    year smallint NOT NULL,
    list_id bigint NOT NULL,
    row integer NOT NULL,
    role text NOT NULL,
    organisation_id bigint NOT NULL,
    record_id bigint NOT NULL,
    CONSTRAINT intake_mention_key PRIMARY KEY (list_id, row, role, year)
) PARTITION BY RANGE (year);
CREATE TABLE intake_mention_default PARTITION OF intake_mention DEFAULT;
CREATE INDEX intake_mention_record ON intake_mention (record_id);

-- The mapping a clerk accepted for one form of header, so that it is asked once.
CREATE TABLE intake_mapping (
    organisation_id bigint NOT NULL REFERENCES organisations_organisation (id),
    header_key bytea NOT NULL,
    mapping jsonb NOT NULL,
    accepted_by text NOT NULL,
    accepted_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, header_key)
);
"""

# Asked once per statement, as in registry: see registry_stands.
REFERENCES = """
CREATE TRIGGER intake_line_stands_insert AFTER INSERT ON intake_line REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION registry_stands(
        'list_id, year, organisation_id', 'intake_list',
        'p.id = a.list_id AND p.year = a.year AND p.organisation_id = a.organisation_id',
        'entry_id, organisation_id', 'registry_entry', 'p.id = a.entry_id AND p.organisation_id = a.organisation_id');
CREATE TRIGGER intake_line_stands_update AFTER UPDATE ON intake_line REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION registry_stands(
        'entry_id, organisation_id', 'registry_entry', 'p.id = a.entry_id AND p.organisation_id = a.organisation_id');
CREATE TRIGGER intake_mention_stands_insert AFTER INSERT ON intake_mention REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION registry_stands(
        'record_id, organisation_id', 'registry_record', 'p.id = a.record_id AND p.organisation_id = a.organisation_id');
"""

YEARS = range(2026, 2031)
PARTITIONS = [
    f"CREATE TABLE {table}_{year} PARTITION OF {table} FOR VALUES FROM ({year}) TO ({year + 1})"
    for table in ("intake_line", "intake_mention")
    for year in YEARS
]
OWNED = [
    "intake_list",
    "intake_mapping",
    *[
        f"{table}{part}"
        for table in ("intake_line", "intake_mention")
        for part in ("", "_default", *[f"_{year}" for year in YEARS])
    ],
]


class Migration(migrations.Migration):
    initial = True
    dependencies = [("registry", "0001_initial")]
    operations = [
        migrations.RunSQL(LISTS, migrations.RunSQL.noop),
        *[migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in PARTITIONS],
        migrations.RunSQL(REFERENCES, migrations.RunSQL.noop),
        *[migrations.RunSQL(owned_table_sql(table), migrations.RunSQL.noop) for table in OWNED],
    ]
