"""A2: without a scope no row is seen, on any table, in any partition."""

from __future__ import annotations

import psycopg
import pytest
from django.conf import settings

from tests.wasl_postgres import TestDatabase
from wasl.organisations.viewer import Viewer

SYSTEM_SCHEMAS = "('pg_catalog', 'information_schema', 'pg_toast')"


def _relations(database: TestDatabase) -> list[str]:
    with psycopg.connect(database.superuser) as connection:
        found = connection.execute(
            "SELECT format('%I.%I', nspname, relname) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            f" WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname NOT IN {SYSTEM_SCHEMAS} ORDER BY 1"
        ).fetchall()
    return [str(row[0]) for row in found]


def _seen_by_app(database: TestDatabase, **scope: str) -> dict[str, int]:
    """Count what the application's role sees, refusals as nothing."""
    seen: dict[str, int] = {}
    with psycopg.connect(settings.WASL_ADDRESSES.app, autocommit=True) as connection:
        for name, value in scope.items():
            connection.execute("SELECT set_config(%s, %s, false)", [f"wasl.{name}", value])
        for relation in _relations(database):
            try:
                row = connection.execute(f"SELECT count(*) FROM {relation}".encode()).fetchone()
            except psycopg.errors.InsufficientPrivilege:
                continue
            if row and row[0]:
                seen[relation] = row[0]
    return seen


def test_select_without_scope_sees_nothing_anywhere(
    database: TestDatabase, amina: Viewer, camelia: Viewer
) -> None:
    assert len(_relations(database)) > 40
    assert _seen_by_app(database) == {}


@pytest.mark.parametrize(
    "scope",
    [{"organisation": "", "role": "", "user": ""}, {"organisation": "1"}, {"user": "1"}, {"role": "engine"}],
)
def test_select_with_half_a_scope_sees_nothing(
    database: TestDatabase, amina: Viewer, scope: dict[str, str]
) -> None:
    assert _seen_by_app(database, **scope) == {}


def test_select_at_the_door_sees_users_and_links_only(database: TestDatabase, amina: Viewer) -> None:
    seen = _seen_by_app(database, role="door")
    assert set(seen) <= {
        "public.organisations_organisation",
        "public.organisations_user",
        "public.organisations_signinlink",
    }


def test_app_role_owns_nothing_and_cannot_bypass(database: TestDatabase) -> None:
    with psycopg.connect(database.superuser) as connection:
        weak = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname IN ('wasl_app', 'wasl_engine', 'wasl_owner')"
            " AND NOT rolsuper AND NOT rolbypassrls AND NOT rolcreaterole AND NOT rolcreatedb"
        ).fetchall()
        owned = connection.execute(
            "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = 'wasl_app'"
        ).fetchall()
    assert len(weak) == 3
    assert owned == []


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE mine (a int)", "CREATE TEMP TABLE mine (a int)", "SET ROLE wasl_owner"]
)
def test_app_role_cannot_make_tables_or_become_another(database: TestDatabase, statement: str) -> None:
    with (
        psycopg.connect(settings.WASL_ADDRESSES.app, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())
