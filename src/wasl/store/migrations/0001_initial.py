from django.db import migrations

from wasl.store.row_security import function_grants_sql

# Plain SQL functions without a search path of their own, so that the planner can take them inline
# and, as a sub-select, once per statement.
SCOPE = """
CREATE FUNCTION wasl_organisation() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('wasl.organisation', true), '')::bigint $$;
CREATE FUNCTION wasl_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(current_setting('wasl.role', true), '') $$;
CREATE FUNCTION wasl_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('wasl.user', true), '')::bigint $$;
CREATE FUNCTION wasl_is_desk() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(current_setting('wasl.role', true), '') = 'desk' $$;
CREATE FUNCTION wasl_is_signed_in() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(current_setting('wasl.role', true), '') IN ('desk', 'officer', 'viewer') $$;
"""

# A new function is its owner's alone until it is granted: those of SECURITY DEFINER see every row.
CLOSED = "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"

SIGNATURES = ["wasl_organisation()", "wasl_role()", "wasl_user()", "wasl_is_desk()", "wasl_is_signed_in()"]

# What the database must remember about its own set-up, such as which key sealed its cells.
FACTS = """
CREATE TABLE store_fact (name text PRIMARY KEY, value text NOT NULL);
GRANT SELECT, INSERT, UPDATE ON store_fact TO wasl_engine;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm", migrations.RunSQL.noop),
        migrations.RunSQL(CLOSED, migrations.RunSQL.noop),
        migrations.RunSQL(SCOPE + function_grants_sql(SIGNATURES), migrations.RunSQL.noop),
        migrations.RunSQL(FACTS, "DROP TABLE store_fact"),
    ]
