"""What keeps each organisation's rows apart, asked of PostgreSQL's own catalogue."""

from __future__ import annotations

from wasl.store.verification import (
    Check,
    constraint_present_sql,
    trigger_present_sql,
    unique_index_present_sql,
)

# A role that may touch a table has a policy there for what it may do; without one it would see nothing,
# and with the table's row security off it would see everything.
EVERY_RIGHT_HAS_ITS_POLICY = """
SELECT NOT EXISTS (
    SELECT FROM pg_class c
    CROSS JOIN unnest(ARRAY['wasl_app', 'wasl_engine']) AS r(role)
    CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p(command)
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relrowsecurity
    AND CASE p.command WHEN 'DELETE' THEN has_table_privilege(r.role, c.oid, 'DELETE')
        ELSE has_any_column_privilege(r.role, c.oid, p.command) END
    AND NOT EXISTS (
        SELECT FROM pg_policies y WHERE y.schemaname = 'public' AND y.tablename = c.relname
        AND y.permissive = 'PERMISSIVE' AND y.roles && ARRAY[r.role, 'public']::name[] AND y.cmd IN ('ALL', p.command))
) AND NOT EXISTS (
    SELECT FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relforcerowsecurity
    AND NOT EXISTS (
        SELECT FROM pg_policies y WHERE y.schemaname = 'public' AND y.tablename = c.relname
        AND y.roles && ARRAY[pg_get_userbyid(c.relowner), 'public']::name[] AND y.cmd = 'ALL')
)"""
# Policies that are narrower than a right, by name.
POLICIES_OF_DESK_AND_DOOR = (
    "organisations_organisation.app_reads", "organisations_organisation.desk_writes",
    "organisations_signinlink.desk_writes", "organisations_signinlink.door_reads",
    "organisations_signinlink.door_spends", "organisations_user.app_reads", "organisations_user.desk_writes",
    "organisations_user.door_sets_password", "audit_entry.app_reads", "audit_entry.app_writes",
)  # fmt: skip
OWN_TABLES = "^(audit|organisations|places|registry|benefits|intake|linkage|jobs|procrastinate)_"

CHECKS = [
    Check(
        "A1",
        "every table has its policies, one for each right of each role",
        EVERY_RIGHT_HAS_ITS_POLICY
        + f" AND (SELECT count(*) = {len(POLICIES_OF_DESK_AND_DOOR)} FROM pg_policies WHERE schemaname = 'public'"
        " AND tablename || '.' || policyname IN ("
        + ", ".join(f"'{name}'" for name in POLICIES_OF_DESK_AND_DOOR)
        + "))",
    ),
    Check(
        "A1",
        "users have one of three roles, of one organisation each; one secretariat",
        f"SELECT ({constraint_present_sql('organisations_user', 'user_role_known')})"
        f" AND ({constraint_present_sql('organisations_organisation', 'organisation_kind_known')})"
        f" AND ({trigger_present_sql('organisations_user', 'user_door_changes_password_only')})"
        f" AND ({unique_index_present_sql('organisation_one_secretariat', 'user_name_once')})",
    ),
    Check(
        "A2",
        "row security forced on every table of Wasl",
        f"SELECT NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        f" AND relkind IN ('r', 'p') AND relname ~ '{OWN_TABLES}'"
        " AND NOT relispartition AND NOT (relrowsecurity AND relforcerowsecurity))",
    ),
    Check(
        "A2",
        "links, memberships, runs and verdicts only by functions",
        "SELECT NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
        " AND c.relkind IN ('r', 'p') AND (c.relname ~ '^linkage_' OR c.relname IN ('registry_subject',"
        " 'registry_link', 'registry_entry_link', 'registry_membership', 'registry_group_member',"
        " 'registry_person_nid')) AND (has_any_column_privilege('wasl_app', c.oid, 'SELECT, INSERT, UPDATE')"
        " OR has_table_privilege('wasl_app', c.oid, 'DELETE, TRUNCATE')))",
    ),
    Check(
        "A1",
        "roles without bypass; the application owns nothing",
        "SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname IN ('wasl_app', 'wasl_engine', 'wasl_owner')"
        " AND (rolsuper OR rolbypassrls))"
        " AND NOT EXISTS (SELECT FROM pg_class WHERE pg_get_userbyid(relowner) = 'wasl_app')",
    ),
    Check(
        "A1",
        "a desk user belongs to the secretariat",
        constraint_present_sql(
            "organisations_user", "user_desk_in_secretariat", "user_organisation_kind_true"
        ),
        "SELECT u.username FROM organisations_user u JOIN organisations_organisation o ON o.id = u.organisation_id"
        " WHERE u.role = 'desk' AND o.kind <> 'secretariat'",
    ),
    Check(
        "A2",
        "row security forced on every table the application may read",
        "SELECT true",
        "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm')"
        " AND c.relnamespace = 'public'::regnamespace"
        " AND has_any_column_privilege('wasl_app', c.oid, 'SELECT, INSERT, UPDATE')"
        " AND NOT (c.relrowsecurity AND c.relforcerowsecurity)",
    ),
    Check(
        "A2",
        "no policy lets the application through without a scope",
        "SELECT true",
        "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'"
        " AND (roles && ARRAY['wasl_app', 'public']::name[])"
        " AND (qual NOT LIKE '%wasl\\_%' OR with_check NOT LIKE '%wasl\\_%' OR coalesce(qual, with_check) IS NULL)",
    ),
    Check(
        "A2",
        "no function open to everybody",
        "SELECT true",
        "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef"
        " AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))",
    ),
]
