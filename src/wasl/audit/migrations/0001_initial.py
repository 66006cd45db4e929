from django.db import migrations, models

from wasl.store.row_security import SIGNED_IN, forced_table_sql

ENTRIES = """
CREATE TABLE audit_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    user_id bigint,
    username text NOT NULL,
    organisation_id bigint,
    organisation_code text NOT NULL,
    role text NOT NULL,
    action text NOT NULL,
    object_kind text NOT NULL,
    object_code text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_entry_object ON audit_entry (object_kind, object_code);
CREATE INDEX audit_entry_organisation ON audit_entry (organisation_id, recorded_at);

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_entry is append-only' USING ERRCODE = 'WA001';
END $$;
-- For everybody, the owner too. A superuser who switches the trigger off leaves it off for verify to find.
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""

# Whoever acts may write only in their own name.
OWN_HAND = (
    f"{SIGNED_IN} AND user_id IS NOT DISTINCT FROM (SELECT wasl_user())"
    " AND organisation_id IS NOT DISTINCT FROM (SELECT wasl_organisation())"
)
POLICIES = f"""
CREATE POLICY app_reads ON audit_entry FOR SELECT TO wasl_app
    USING ((organisation_id = (SELECT wasl_organisation()) AND {SIGNED_IN}) OR (SELECT wasl_is_desk()));
CREATE POLICY app_writes ON audit_entry FOR INSERT TO wasl_app WITH CHECK ({OWN_HAND});
GRANT SELECT, INSERT ON audit_entry TO wasl_app;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("store", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("user_id", models.BigIntegerField(null=True)),
                ("username", models.TextField()),
                ("organisation_id", models.BigIntegerField(null=True)),
                ("organisation_code", models.TextField()),
                ("role", models.TextField()),
                ("action", models.TextField()),
                ("object_kind", models.TextField()),
                ("object_code", models.TextField()),
                ("detail", models.JSONField(default=dict)),
            ],
            options={"db_table": "audit_entry", "managed": False},
        ),
        migrations.RunSQL(ENTRIES, "DROP TABLE audit_entry; DROP FUNCTION audit_refuse"),
        migrations.RunSQL(
            forced_table_sql("audit_entry", "SELECT, INSERT") + POLICIES, migrations.RunSQL.noop
        ),
    ]
