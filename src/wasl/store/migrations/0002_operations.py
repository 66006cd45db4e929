from django.db import migrations

from wasl.store.row_security import owned_table_sql

# B3. One effect and one result for ever: the row is written in the transaction of the effect, and never again.
OPERATIONS = """
CREATE TABLE store_operation (
    organisation_id bigint NOT NULL,
    operation uuid NOT NULL,
    action text NOT NULL,
    -- keyed, because a body may hold a national id
    digest bytea NOT NULL CHECK (octet_length(digest) = 16),
    result jsonb NOT NULL,
    username text NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT store_operation_key PRIMARY KEY (organisation_id, operation)
);

CREATE FUNCTION store_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'WA001';
END $$;
-- For everybody, the owner too.
CREATE TRIGGER store_operation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON store_operation
    FOR EACH STATEMENT EXECUTE FUNCTION store_refuse_change();

-- Whoever comes second with one id waits here for the first, and then reads what it wrote: a snapshot taken before
-- the wait would not see it, so this is a function of two statements.
CREATE FUNCTION store_find_operation(p_organisation bigint, p_operation uuid,
    OUT action text, OUT digest bytea, OUT result jsonb)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_operation::text, p_organisation));
    SELECT o.action, o.digest, o.result INTO action, digest, result FROM store_operation o
    WHERE o.organisation_id = p_organisation AND o.operation = p_operation;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]
    operations = [
        migrations.RunSQL(OPERATIONS, migrations.RunSQL.noop),
        migrations.RunSQL(
            owned_table_sql("store_operation", app="SELECT, INSERT", engine="SELECT, INSERT"),
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "GRANT EXECUTE ON FUNCTION store_find_operation(bigint, uuid) TO wasl_app, wasl_engine",
            migrations.RunSQL.noop,
        ),
    ]
