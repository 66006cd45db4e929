"""What keeps each organisation's rows apart, asked of PostgreSQL's own catalogue."""

from __future__ import annotations

from wasl.store.verification import Check, constraint_present_sql

CHECKS = [
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
        " AND coalesce(qual, with_check) NOT LIKE '%wasl\\_%'",
    ),
    Check(
        "A2",
        "no function open to everybody",
        "SELECT true",
        "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef"
        " AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))",
    ),
]
