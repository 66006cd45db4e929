from django.db import migrations

from wasl.store.row_security import SIGNED_IN, forced_table_sql

# The kind a user's row states is the organisation's own: the check on desk users rests on it.
KIND = """
ALTER TABLE organisations_user ADD CONSTRAINT user_organisation_kind_true
    FOREIGN KEY (organisation_id, organisation_kind) REFERENCES organisations_organisation (id, kind);
"""

# Members may know who the members are. The desk keeps organisations and users; a user sees their own
# row. Whoever is signing in (`door`) sees users and links, and may change nothing but a password.
POLICIES = f"""
CREATE POLICY app_reads ON organisations_organisation FOR SELECT TO wasl_app
    USING ({SIGNED_IN} OR wasl_role() = 'door');
CREATE POLICY desk_writes ON organisations_organisation TO wasl_app
    USING ((SELECT wasl_is_desk())) WITH CHECK ((SELECT wasl_is_desk()));
GRANT SELECT, INSERT, UPDATE ON organisations_organisation TO wasl_app;

CREATE POLICY app_reads ON organisations_user FOR SELECT TO wasl_app
    USING ((id = (SELECT wasl_user()) AND {SIGNED_IN}) OR wasl_role() = 'door');
CREATE POLICY desk_writes ON organisations_user TO wasl_app
    USING ((SELECT wasl_is_desk())) WITH CHECK ((SELECT wasl_is_desk()));
CREATE POLICY door_sets_password ON organisations_user FOR UPDATE TO wasl_app
    USING (wasl_role() = 'door') WITH CHECK (wasl_role() = 'door');
GRANT SELECT, INSERT, UPDATE ON organisations_user TO wasl_app;

CREATE POLICY desk_writes ON organisations_signinlink TO wasl_app
    USING ((SELECT wasl_is_desk())) WITH CHECK ((SELECT wasl_is_desk()));
CREATE POLICY door_reads ON organisations_signinlink FOR SELECT TO wasl_app USING (wasl_role() = 'door');
CREATE POLICY door_spends ON organisations_signinlink FOR UPDATE TO wasl_app
    USING (wasl_role() = 'door') WITH CHECK (wasl_role() = 'door' AND used_at IS NOT NULL);
GRANT SELECT, INSERT, UPDATE ON organisations_signinlink TO wasl_app;

-- Loading and linking have nothing to ask of passwords.
REVOKE ALL ON organisations_user, organisations_signinlink FROM wasl_engine;

CREATE FUNCTION organisations_door_changes_password_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF wasl_role() = 'door' AND (to_jsonb(NEW) - 'password') <> (to_jsonb(OLD) - 'password') THEN
        RAISE EXCEPTION 'only the password may change while signing in' USING ERRCODE = 'WA002';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER user_door_changes_password_only BEFORE UPDATE ON organisations_user
    FOR EACH ROW EXECUTE FUNCTION organisations_door_changes_password_only();

-- Failed sign-ins are written before anybody is anybody.
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'axes\\_%' LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY owner_rows ON %I TO wasl_owner USING (true) WITH CHECK (true)', name);
        EXECUTE format('CREATE POLICY door_rows ON %I TO wasl_app'
            ' USING (wasl_role() = ''door'') WITH CHECK (wasl_role() = ''door'')', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO wasl_app', name);
    END LOOP;
END $$;
"""

TABLES = ("organisations_organisation", "organisations_user", "organisations_signinlink")


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial"), ("axes", "0010_accessattemptexpiration")]
    operations = [
        migrations.RunSQL(KIND, migrations.RunSQL.noop),
        *[migrations.RunSQL(forced_table_sql(table, "SELECT"), migrations.RunSQL.noop) for table in TABLES],
        migrations.RunSQL(POLICIES, migrations.RunSQL.noop),
    ]
