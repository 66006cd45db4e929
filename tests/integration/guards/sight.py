"""Who sees, writes and calls what: the probes of row security, policies and rights."""

from __future__ import annotations

import re

import psycopg

from tests.integration.guards.catalogue import Guard
from tests.integration.guards.probing import Bench, Seen, isolate
from tests.integration.guards.rows import Row

OWN, OTHER = 1, 2


def probe_row_security(bench: Bench, guard: Guard) -> Seen:
    """Look as the application outside any scope; for *forced*, as the owner who has no policy."""
    table = bench.table(guard.table)
    with bench.undone():
        bench.without_triggers()
        bench.empty(guard.table)
        table.insert(_fitting(bench, guard.table))
        role = "wasl_app"
        if guard.name == "forced":
            role = "wasl_owner"
            for (name,) in bench.run(
                "SELECT polname FROM pg_policy WHERE polrelid = %s::regclass", guard.table
            ).fetchall():
                bench.run(f"DROP POLICY {name} ON {guard.table}")
        else:
            bench.run(f"GRANT SELECT ON {guard.table} TO {role}")

        def look() -> str:
            bench.act_as(role)
            return _rows_seen(bench, guard.table)

        words = (
            "the owner looks, without a policy"
            if guard.name == "forced"
            else "the application looks, without a scope"
        )
        return bench.watch(guard, words, look, named="")


def _fitting(bench: Bench, name: str, fixed: Row | None = None) -> Row:
    """Return a row that a table holds; one of its own months or year where it is a partition."""
    fixed = fixed or {}
    bound = bench.run("SELECT pg_get_partition_constraintdef(%s::regclass)", name).fetchone()
    if bound is None or bound[0] is None:
        bound = ("true",)
    row = bench.table(name).find_row(keeping=[bound[0]], fixed=fixed)
    if row is not None:
        return row
    year = re.search(r"'?(\d{4})", bound[0])
    column = re.search(r"\((\w+) IS NOT NULL\)", bound[0])
    assert year and column, bound[0]
    value = f"{year[1]}-01-01" if "::date" in bound[0] else int(year[1])
    found = bench.table(name).find_row(keeping=[bound[0]], fixed=fixed | {column[1]: value})
    assert found is not None, bound[0]
    return found


def _rows_seen(bench: Bench, table: str) -> str:
    row = bench.run(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return f"{row[0]} rows seen"


def probe_policy(bench: Bench, guard: Guard) -> Seen:
    """Look at, or write, a row of another organisation; where all signed in may look, outside any scope."""
    table, role = bench.table(guard.table), guard.columns[0]
    name, part = guard.name.split(" ", 1)
    with bench.undone():
        spoken = bench.run(
            "SELECT coalesce(pg_get_expr(polqual, polrelid), '') || coalesce(pg_get_expr(polwithcheck, polrelid), '')"
            " FROM pg_policy WHERE polrelid = %s::regclass AND polname = %s", guard.table, name,
        ).fetchone()  # fmt: skip
        assert spoken is not None
        scoped = "wasl_organisation" in spoken[0]
        owner = next((one for one in ("organisation_id", "id") if one in table.written), "") if scoped else ""
        row = _fitting(bench, guard.table, {owner: OTHER} if owner else {})
        bench.without_triggers()
        bench.empty(guard.table)
        isolate(bench, guard.table, "", kinds="f")
        if part == "with check" or guard.about == "w":
            # the other half of it would stop the probe first
            other = "USING" if part == "with check" else "WITH CHECK"
            if guard.about in ("w", "*") and (other == "USING" or guard.about == "w"):
                bench.run(f"ALTER POLICY {name} ON {guard.table} {other} (true)")
        if guard.about != "a" and not (part == "with check" and guard.about == "*"):
            table.insert(row)
        changed = _first_writable(bench, role, guard.table)

        def do() -> str | None:
            bench.act_as(role, organisation=OWN if scoped else None, as_role="officer" if scoped else "")
            if guard.about == "w":
                value = "NULL" if row[changed] is None else "'" + str(row[changed]).replace("'", "''") + "'"
                return f"{bench.run(f'UPDATE {guard.table} SET {changed} = {value}').rowcount} rows changed"
            if part == "with check":
                table.insert(row)
                return None
            return _rows_seen(bench, guard.table)

        doing = "changes a row" if guard.about == "w" else "writes a row" if part == "with check" else "looks"
        words = (
            f"an officer of another organisation {doing}" if scoped else f"somebody without a scope {doing}"
        )
        return bench.watch(guard, words, do, named="row-level security" if part == "with check" else "")


def _first_writable(bench: Bench, role: str, table: str) -> str:
    row = bench.run(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND attgenerated = ''"
        " AND attidentity = '' AND has_column_privilege(%s, attrelid, attnum, 'UPDATE') ORDER BY attnum DESC LIMIT 1",
        table, role,
    ).fetchone()  # fmt: skip
    return "" if row is None else str(row[0])


PLAIN = {
    "SELECT": "SELECT FROM {table} LIMIT 0", "INSERT": "INSERT INTO {table} ({column}) SELECT NULL WHERE false",
    "UPDATE": "UPDATE {table} SET {column} = NULL WHERE false", "DELETE": "DELETE FROM {table} WHERE false",
    "TRUNCATE": "TRUNCATE {table}",
}  # fmt: skip


def probe_no_right(bench: Bench, guard: Guard) -> Seen:
    """Let the role do what it has no right to do."""
    with bench.undone():
        columns = bench.run(
            "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' AND attidentity = '' LIMIT 1",
            guard.table,
        ).fetchone()
        assert columns is not None
        bench.without_triggers()
        statement = PLAIN[guard.about].format(table=guard.table, column=columns[0])

        def do() -> None:
            bench.act_as(guard.columns[0])
            bench.run(statement)

        seen = bench.watch(guard, statement.split(guard.table)[0] + "…", do, named="permission denied")
        if guard.about == "TRUNCATE" and seen.after.startswith("0A000"):
            return Seen(guard, seen.probe, seen.before, seen.after)
        return seen


def probe_no_call(bench: Bench, guard: Guard) -> Seen:
    """Let the role call a function that is not its to call: what matters is who stops it."""
    with bench.undone():
        row = bench.run(
            "SELECT proname, ARRAY(SELECT format_type(t, NULL) FROM unnest(proargtypes) t), prokind FROM pg_proc"
            " WHERE oid = %s::regprocedure",
            guard.table,
        ).fetchone()
        assert row is not None
        name, types, _ = row
        arguments = ", ".join(_something(one) for one in types)

        def call() -> str | None:
            bench.act_as(guard.columns[0])
            try:
                bench.run(f"SELECT * FROM {name}({arguments})")
            except psycopg.Error as error:
                if f"permission denied for function {name}" in str(error):
                    raise
                return "it is called"
            return "it is called"

        return bench.watch(guard, "it is called", call, named="permission denied")


def _something(kind: str) -> str:
    """Return a value that is not null: a function that is strict is not even asked about NULL."""
    if kind.startswith("linkage_"):  # a row of a type of ours
        return f"jsonb_populate_record(NULL::{kind}, '{{}}')"
    plain = {
        "boolean": "false",
        "date": "2026-03-01",
        "timestamp with time zone": "2026-03-01",
        "jsonb": "{}",
        "text": "",
    }
    plain |= {"uuid": "00000000-0000-4000-8000-000000000001", "bytea": ""}
    return f"'{'{}' if kind.endswith('[]') else plain.get(kind, '0')}'::{kind}"
