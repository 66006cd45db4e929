"""
Row security for a migration: one call gives a table its policies and grants.

Three settings of the transaction say whose eyes are looking; `store.connections.scope` sets them
with SET LOCAL, and where none is set no row is seen:

- `wasl.organisation`: id of the viewer's organisation
- `wasl.role`: `desk`, `officer` or `viewer`; `door` while somebody is signing in
- `wasl.user`: id of the user, for whoever writes an access entry

Security is *forced*, so the owner too needs the policy it is given here. Policies hold for a
partitioned table as long as it is reached by its parent: give partitions no grants to the app.
"""

from __future__ import annotations

from collections.abc import Iterable

OWN_ROWS = (
    "({column} = (SELECT wasl_organisation()) AND (SELECT wasl_is_signed_in())) OR (SELECT wasl_is_desk())"
)
SIGNED_IN = "(SELECT wasl_is_signed_in())"
ENGINE_RIGHTS = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE"


def owned_table_sql(
    table: str, *, column: str = "organisation_id", app: str = "SELECT", engine: str = ENGINE_RIGHTS
) -> str:
    """
    Return SQL for a table whose rows belong to one organisation each.

    The application sees the rows of its viewer's organisation, the desk sees all; `app` lists
    what it may do with them (a write too must stay within the organisation).
    """
    return forced_table_sql(table, engine) + app_policy_sql(
        table, using=OWN_ROWS.format(column=column), app=app
    )


def alliance_table_sql(table: str, *, app_select: bool = False, engine: str = ENGINE_RIGHTS) -> str:
    """
    Return SQL for a table of the whole alliance: links, cells, runs.

    The application may not read it but by functions, unless `app_select` says that any
    signed-in viewer may see every row.
    """
    sql = forced_table_sql(table, engine)
    return sql + app_policy_sql(table, using=SIGNED_IN) if app_select else sql


def app_policy_sql(table: str, *, using: str, app: str = "SELECT", name: str = "app_rows") -> str:
    """Return SQL for one policy of the application, with the grants that make it mean something."""
    return (
        f"CREATE POLICY {name} ON {table} TO wasl_app USING ({using}) WITH CHECK ({using});\n"
        f"GRANT {app} ON {table} TO wasl_app;\n"
    )


def function_grants_sql(signatures: Iterable[str], *, roles: str = "wasl_app, wasl_engine") -> str:
    """Return grants for functions: by default nobody but the owner may call a new one."""
    return "".join(f"GRANT EXECUTE ON FUNCTION {signature} TO {roles};\n" for signature in signatures)


def forced_table_sql(table: str, engine: str = ENGINE_RIGHTS) -> str:
    """Return SQL that forces row security and lets the owner and the engine through, nobody else."""
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;\n"
        f"CREATE POLICY owner_rows ON {table} TO wasl_owner USING (true) WITH CHECK (true);\n"
        f"CREATE POLICY engine_rows ON {table} TO wasl_engine USING (true) WITH CHECK (true);\n"
        f"GRANT {engine} ON {table} TO wasl_engine;\n"
    )
