from django.db import migrations

from wasl.store.row_security import alliance_table_sql, owned_table_sql

# A grant is a claim with a life: its one row in benefits_claim has the grant's id for a list and 1 for a row,
# so that cells, overlaps, repeats, calendars and gaps read one table. Ids of grants begin far above those of lists.
GRANTS = """
CREATE SEQUENCE benefits_grant_no AS bigint START WITH 1000000000000;
CREATE FUNCTION benefits_is_grant(p_source bigint) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT p_source >= 1000000000000 $$;

CREATE TABLE benefits_grant_move (
    from_state text NOT NULL,
    to_state text NOT NULL,
    -- what somebody does: the words of pages and commands hang on it
    name text NOT NULL,
    PRIMARY KEY (from_state, to_state)
);
INSERT INTO benefits_grant_move (from_state, to_state, name) VALUES
    ('reserved', 'approved', 'approve'),
    ('reserved', 'cancelled', 'cancel'),
    ('reserved', 'lapsed', 'lapse'),
    ('reserved', 'reported', 'report'),
    ('approved', 'partly', 'deliver'),
    ('approved', 'delivered', 'deliver'),
    ('approved', 'cancelled', 'cancel'),
    ('approved', 'lapsed', 'lapse'),
    ('partly', 'delivered', 'deliver'),
    ('partly', 'reversed', 'reverse'),
    ('partly', 'returned', 'return'),
    ('delivered', 'partly', 'reverse'),
    ('delivered', 'reversed', 'reverse'),
    ('delivered', 'returned', 'return'),
    ('reversed', 'partly', 'deliver'),
    ('reversed', 'delivered', 'deliver'),
    ('reversed', 'cancelled', 'cancel'),
    ('lapsed', 'delivered', 'report'),
    ('lapsed', 'reported', 'report'),
    ('reported', 'lapsed', 'withdraw');

CREATE TABLE benefits_grant (
    id bigint NOT NULL DEFAULT nextval('benefits_grant_no'),
    -- of its making, by the database's clock
    year smallint NOT NULL,
    uid uuid NOT NULL DEFAULT gen_random_uuid(),
    organisation_id bigint NOT NULL,
    need text NOT NULL,
    need_version smallint NOT NULL,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    first_month date NOT NULL,
    last_month date NOT NULL,
    -- the family as its organisation knows it, and the record given to: its family and person are theirs, now (L4)
    entry_id bigint NOT NULL,
    record_id bigint NOT NULL,
    to_person boolean NOT NULL,
    quantity numeric(14, 3) CHECK (quantity > 0),
    unit text NOT NULL,
    value_piastres bigint CHECK (value_piastres >= 0),
    tranches smallint NOT NULL DEFAULT 1 CHECK (tranches BETWEEN 1 AND 24),
    state text NOT NULL CHECK (state IN ('reserved', 'approved', 'partly', 'delivered', 'reversed', 'returned',
        'lapsed', 'cancelled', 'reported')),
    source text NOT NULL CHECK (source IN ('door', 'bulk', 'list')),
    -- what the door had said, and the officer went on: '' where it said nothing
    answer text NOT NULL DEFAULT '' CHECK (answer IN ('', 'warning', 'question', 'exception', 'other_family')),
    reason text NOT NULL DEFAULT '',
    exception_id bigint,
    bulk_id bigint,
    -- the row of a planned list it came from
    planned_list_id bigint,
    planned_row integer,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    approved_by text,
    approved_at timestamptz,
    expires_at timestamptz,
    ended_at timestamptz,
    end_reason text NOT NULL DEFAULT '',
    CONSTRAINT benefits_grant_key PRIMARY KEY (id, year),
    CONSTRAINT benefits_grant_is_above_lists CHECK (benefits_is_grant(id)),
    CONSTRAINT benefits_grant_months CHECK (first_month <= last_month),
    -- maker is not checker (B5)
    CONSTRAINT benefits_grant_approved CHECK (
        state NOT IN ('approved', 'partly', 'delivered', 'returned', 'reversed')
        OR (approved_by IS NOT NULL AND approved_at IS NOT NULL)),
    CONSTRAINT benefits_grant_maker_is_not_checker CHECK (approved_by <> created_by),
    CONSTRAINT benefits_grant_answer_has_reason CHECK (answer = '' OR reason <> ''),
    CONSTRAINT benefits_grant_reservation_expires CHECK (
        (state IN ('reserved', 'approved')) = (expires_at IS NOT NULL)),
    CONSTRAINT benefits_grant_planned_row CHECK (num_nonnulls(planned_list_id, planned_row) IN (0, 2))
) PARTITION BY RANGE (year);
CREATE TABLE benefits_grant_default PARTITION OF benefits_grant DEFAULT;
CREATE INDEX benefits_grant_own ON benefits_grant (organisation_id, state, id);
CREATE INDEX benefits_grant_entry ON benefits_grant (entry_id);
CREATE INDEX benefits_grant_expires ON benefits_grant (expires_at) WHERE expires_at IS NOT NULL;
"""

# B2: a tranche is delivered once, and again only after its reversal. All of a grant's rows lie in its own year.
DELIVERIES = """
CREATE TABLE benefits_delivery (
    year smallint NOT NULL,
    grant_id bigint NOT NULL,
    tranche smallint NOT NULL CHECK (tranche >= 1),
    attempt smallint NOT NULL CHECK (attempt >= 1),
    attempt_before smallint GENERATED ALWAYS AS (CASE WHEN attempt > 1 THEN (attempt - 1)::smallint END) STORED,
    organisation_id bigint NOT NULL,
    delivered_on date NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    source text NOT NULL CHECK (source IN ('door', 'bulk', 'list')),
    -- the row of a given list that says so
    list_id bigint,
    list_row integer,
    -- who took it: a list does not say
    received_by text NOT NULL CHECK (received_by IN ('self', 'member', 'proxy', 'list')),
    receiver_name text NOT NULL DEFAULT '',
    receiver_relation text NOT NULL DEFAULT '',
    receiver_nid_sealed bytea,
    quantity numeric(14, 3) CHECK (quantity > 0),
    unit text NOT NULL,
    value_piastres bigint CHECK (value_piastres >= 0),
    -- as it was when it was given
    need text NOT NULL,
    need_version smallint NOT NULL,
    governorate text,
    markaz text,
    family_size integer CHECK (family_size >= 0),
    operation uuid,
    CONSTRAINT benefits_delivery_key PRIMARY KEY (grant_id, tranche, attempt, year),
    CONSTRAINT benefits_delivery_of_a_grant FOREIGN KEY (grant_id, year) REFERENCES benefits_grant (id, year),
    CONSTRAINT benefits_delivery_of_a_list CHECK (
        (source = 'list') = (num_nonnulls(list_id, list_row) = 2)
        AND (source = 'list') = (received_by = 'list') AND num_nonnulls(list_id, list_row) IN (0, 2)),
    CONSTRAINT benefits_delivery_proxy_is_known CHECK (
        received_by <> 'proxy'
        OR (receiver_name <> '' AND receiver_relation <> '' AND receiver_nid_sealed IS NOT NULL))
) PARTITION BY RANGE (year);
CREATE TABLE benefits_delivery_default PARTITION OF benefits_delivery DEFAULT;
CREATE INDEX benefits_delivery_own ON benefits_delivery (organisation_id, delivered_on, grant_id);

CREATE TABLE benefits_reversal (
    year smallint NOT NULL,
    grant_id bigint NOT NULL,
    tranche smallint NOT NULL,
    attempt smallint NOT NULL,
    organisation_id bigint NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    reversed_by text NOT NULL,
    reversed_at timestamptz NOT NULL,
    operation uuid,
    -- one reversal of one delivery
    CONSTRAINT benefits_reversal_key PRIMARY KEY (grant_id, tranche, attempt, year),
    CONSTRAINT benefits_reversal_of_a_delivery FOREIGN KEY (grant_id, tranche, attempt, year)
        REFERENCES benefits_delivery (grant_id, tranche, attempt, year)
) PARTITION BY RANGE (year);
CREATE TABLE benefits_reversal_default PARTITION OF benefits_reversal DEFAULT;
ALTER TABLE benefits_delivery ADD CONSTRAINT benefits_delivery_again_after_reversal
    FOREIGN KEY (grant_id, tranche, attempt_before, year)
    REFERENCES benefits_reversal (grant_id, tranche, attempt, year);
"""

YEARS = range(2026, 2032)
PARTED = ("benefits_grant", "benefits_delivery", "benefits_reversal")
PARTITIONS = [
    f"CREATE TABLE {table}_{year} PARTITION OF {table} FOR VALUES FROM ({year}) TO ({year + 1})"
    for table in PARTED
    for year in YEARS
]
# Partitions are reached by their parents alone, where the policies are.
PARTS_SECURITY = [
    f"ALTER TABLE {table}_{part} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table}_{part} FORCE ROW LEVEL SECURITY;"
    f" CREATE POLICY owner_rows ON {table}_{part} TO wasl_owner USING (true) WITH CHECK (true);"
    for table in PARTED
    for part in ("default", *YEARS)
]


class Migration(migrations.Migration):
    dependencies = [("benefits", "0006_versions")]
    operations = [
        *[migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (GRANTS, DELIVERIES, *PARTITIONS)],
        *[migrations.RunSQL(owned_table_sql(table), migrations.RunSQL.noop) for table in PARTED],
        migrations.RunSQL(alliance_table_sql("benefits_grant_move", app_select=True), migrations.RunSQL.noop),
        *[migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in PARTS_SECURITY],
    ]
