"""
The three database roles, as SQL that a database administrator can read and run.

wasl_owner owns every table and migrates. wasl_app is behind every page: it owns nothing and row
security binds it. wasl_engine loads and links in bulk: it sees every row and is never behind a page.
None of them is a superuser or may bypass row security.
"""

from __future__ import annotations

from wasl.store.addresses import APP_ROLE, DATABASE_NAME, ENGINE_ROLE, OWNER_ROLE

ROLES = (OWNER_ROLE, APP_ROLE, ENGINE_ROLE)


def roles_sql() -> str:
    """Return SQL that makes the roles where they are missing; for the whole server, run by a superuser."""
    lines = []
    for role in ROLES:
        lines.append(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN\n"
            f"  CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;\n"
            f"END IF; END $$;"
        )
    lines.append(f"GRANT {ENGINE_ROLE} TO {OWNER_ROLE};")
    return "\n".join(lines) + "\n"


def create_database_sql(database: str = DATABASE_NAME) -> str:
    """Return the statement that makes the database; it cannot run inside a transaction."""
    return f"CREATE DATABASE {database} OWNER {OWNER_ROLE} ENCODING 'UTF8' TEMPLATE template0"


def database_rights_sql(database: str = DATABASE_NAME) -> str:
    """Return SQL for who may do what in a database as a whole; a copy of a database does not inherit it."""
    return f"""\
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT ON DATABASE {database} TO {", ".join(ROLES)};
GRANT CREATE, TEMPORARY ON DATABASE {database} TO {OWNER_ROLE};
GRANT TEMPORARY ON DATABASE {database} TO {ENGINE_ROLE};
"""


def database_sql(database: str = DATABASE_NAME) -> str:
    """Return SQL that prepares one database for the roles; run inside it by a superuser or its owner."""
    return f"""\
{database_rights_sql(database)}\
ALTER SCHEMA public OWNER TO {OWNER_ROLE};
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {APP_ROLE}, {ENGINE_ROLE};
CREATE SCHEMA IF NOT EXISTS staging AUTHORIZATION {ENGINE_ROLE};
GRANT USAGE ON SCHEMA staging TO {OWNER_ROLE};
CREATE EXTENSION IF NOT EXISTS pg_trgm;
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER_ROLE} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
"""


def print_sql() -> str:
    """Return all that `wasl init` wants of a server that somebody else runs."""
    return (
        "-- Wasl needs PostgreSQL 15 or later. Run as a superuser, then give each role a password of its own:\n"
        f"--   ALTER ROLE {APP_ROLE} PASSWORD '…';  and so for {OWNER_ROLE} and {ENGINE_ROLE}.\n"
        "-- Character type must not be C: words in Arabic would have no trigrams. C.UTF-8 serves.\n\n"
        + roles_sql()
        + create_database_sql()
        + " LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8';\n"
        + f"\\connect {DATABASE_NAME}\n"
        + database_sql()
        + f"\n-- Then: DATABASE_URL=postgresql://{APP_ROLE}:…@host/{DATABASE_NAME}\n"
        + f"--       WASL_OWNER_URL=postgresql://{OWNER_ROLE}:…@host/{DATABASE_NAME}\n"
        + f"--       WASL_ENGINE_URL=postgresql://{ENGINE_ROLE}:…@host/{DATABASE_NAME}  (without it: the owner's)\n"
    )
