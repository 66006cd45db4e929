"""Every guard of the database, read from its own catalogue: nobody lists them, so nobody forgets one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

AREAS = (
    "benefits", "linkage", "registry", "store", "audit", "intake", "organisations", "jobs", "places",
)  # fmt: skip
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
ROLES = ("wasl_app", "wasl_engine")

# Tables and their partitions. What another area's tables hold is its library's affair.
TABLES = f"""
SELECT c.oid, c.relname, c.relispartition FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname ~ '^({"|".join(AREAS)})_'
"""
CONSTRAINTS = f"""
SELECT t.relname, k.conname, k.contype, pg_get_expr(k.conbin, k.conrelid), k.conkey
FROM pg_constraint k JOIN ({TABLES}) t ON t.oid = k.conrelid
WHERE NOT t.relispartition AND k.contype IN ('c', 'f') AND k.conparentid = 0 ORDER BY 1, 2
"""
# A column of a primary key is never null because of the key, one that is generated because of what it is made of.
NOT_NULLS = f"""
SELECT t.relname, a.attname FROM pg_attribute a JOIN ({TABLES}) t ON t.oid = a.attrelid
WHERE NOT t.relispartition AND a.attnum > 0 AND a.attnotnull AND NOT a.attisdropped AND a.attidentity = ''
    AND a.attgenerated = ''
    AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary
        AND a.attnum = ANY(i.indkey))
ORDER BY t.relname, a.attnum
"""
UNIQUES = f"""
SELECT t.relname, c.relname, k.conname, pg_get_expr(i.indpred, i.indrelid),
    ARRAY(SELECT a.attname FROM unnest(i.indkey) n JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = n),
    ARRAY(SELECT a.attname FROM pg_depend d JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = d.refobjsubid
        WHERE i.indexprs IS NOT NULL AND d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
        AND d.refobjid = i.indrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN ({TABLES}) t ON t.oid = i.indrelid
LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
WHERE NOT t.relispartition AND (i.indisunique OR i.indisexclusion) ORDER BY 1, 2
"""
TRIGGERS = f"""
SELECT t.relname, g.tgname, p.proname, g.tgtype FROM pg_trigger g JOIN ({TABLES}) t ON t.oid = g.tgrelid
JOIN pg_proc p ON p.oid = g.tgfoid WHERE NOT g.tgisinternal AND NOT t.relispartition ORDER BY 1, 2
"""
SECURED = f"""
SELECT t.relname, t.relispartition FROM ({TABLES}) t JOIN pg_class c ON c.oid = t.oid
WHERE c.relrowsecurity ORDER BY 1
"""
# A policy that is true for all restrains nobody: to take it away is to shut a door, not to open one. What a
# policy says of new rows holds nothing where the role may write none.
POLICIES = f"""
SELECT t.relname, p.polname, p.polcmd, coalesce(pg_get_expr(p.polqual, p.polrelid), 'true') <> 'true',
    coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'true') <> 'true'
        AND has_any_column_privilege(r.rolname, t.oid, 'INSERT, UPDATE'), ARRAY[r.rolname]
FROM pg_policy p JOIN ({TABLES}) t ON t.oid = p.polrelid JOIN pg_roles r ON r.oid = ANY(p.polroles)
ORDER BY 1, 2
"""
REVOKED = f"""
SELECT t.relname, r.role, g.privilege FROM ({TABLES}) t
CROSS JOIN unnest(%s::text[]) r (role) CROSS JOIN unnest(%s::text[]) g (privilege)
WHERE NOT has_table_privilege(r.role, t.oid, g.privilege)
    AND NOT (g.privilege IN ('SELECT', 'INSERT', 'UPDATE') AND has_any_column_privilege(r.role, t.oid, g.privilege))
ORDER BY 1, 2, 3
"""
CLOSED = f"""
SELECT p.oid::regprocedure::text, r.role FROM pg_proc p CROSS JOIN unnest(%s::text[]) r (role)
WHERE p.pronamespace = 'public'::regnamespace AND p.proname ~ '^({"|".join((*AREAS, "wasl"))})_'
    AND p.prorettype <> 'trigger'::regtype AND NOT has_function_privilege(r.role, p.oid, 'EXECUTE') ORDER BY 1, 2
"""
FUNCTIONS = f"""
SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid) FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND p.proname ~ '^({"|".join(AREAS)})_' AND p.prokind = 'f' ORDER BY 1
"""
LOCK = re.compile(
    r"(?P<row>\bFOR (?:NO KEY UPDATE|UPDATE|KEY SHARE|SHARE)\b(?: OF \w+)?)"
    r"|(?P<turn>LOCK TABLE \w+ IN [A-Z ]+ MODE;)"
    r"|(?P<advisory>PERFORM pg_advisory_xact_lock\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\);)"
)


@dataclass(frozen=True)
class Guard:
    """
    One thing that holds: of which kind, on which table or function, its name, and SQL that takes it away.

    `about` is what a probe needs besides: columns, an expression, a role.
    """

    kind: str
    table: str
    name: str
    drop: str
    columns: tuple[str, ...] = ()
    about: str = ""

    @property
    def key(self) -> str:
        """What it is called where a probe is missing or sees nothing."""
        return f"{self.kind} {self.table}.{self.name}"


def list_guards(connection: psycopg.Connection) -> list[Guard]:
    """Return every guard there is; `connection` is a superuser's."""
    return [guard for part in PARTS for guard in part(connection)]


def _constraints(connection: psycopg.Connection) -> Iterator[Guard]:
    for table, name, kind, expression, _ in connection.execute(CONSTRAINTS).fetchall():
        drop = f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'
        yield Guard("check" if kind == "c" else "foreign key", table, name, drop, about=expression or "")
    for table, column in connection.execute(NOT_NULLS).fetchall():
        yield Guard(
            "not null", table, column, f'ALTER TABLE {table} ALTER "{column}" DROP NOT NULL', (column,)
        )
    for table, index, constraint, predicate, columns, spoken in connection.execute(UNIQUES).fetchall():
        drop = (
            f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}" CASCADE'
            if constraint
            else f'DROP INDEX "{index}"'
        )
        yield Guard("unique", table, index, drop, tuple(dict.fromkeys([*columns, *spoken])), predicate or "")


def _triggers(connection: psycopg.Connection) -> Iterator[Guard]:
    for table, name, function, _ in connection.execute(TRIGGERS).fetchall():
        yield Guard("trigger", table, name, f'DROP TRIGGER "{name}" ON {table}', about=function)


def _row_security(connection: psycopg.Connection) -> Iterator[Guard]:
    for table, _ in connection.execute(SECURED).fetchall():
        yield Guard("row security", table, "enabled", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        yield Guard("row security", table, "forced", f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for table, name, command, using, checking, roles in connection.execute(POLICIES).fetchall():
        if using:
            yield Guard(
                "policy",
                table,
                f"{name} using",
                f"ALTER POLICY {name} ON {table} USING (true)",
                tuple(roles),
                command,
            )
        if checking:
            drop = f"ALTER POLICY {name} ON {table} WITH CHECK (true)"
            yield Guard("policy", table, f"{name} with check", drop, tuple(roles), command)


def _rights(connection: psycopg.Connection) -> Iterator[Guard]:
    for table, role, privilege in connection.execute(REVOKED, [list(ROLES), list(RIGHTS)]).fetchall():
        yield Guard(
            "no right",
            table,
            f"{role} {privilege}",
            f"GRANT {privilege} ON {table} TO {role}",
            (role,),
            privilege,
        )
    for signature, role in connection.execute(CLOSED, [list(ROLES)]).fetchall():
        grant = f"GRANT EXECUTE ON FUNCTION {signature} TO {role}"
        yield Guard("no call", signature, role, grant, (role,))


def _locks(connection: psycopg.Connection) -> Iterator[Guard]:
    for signature, definition in connection.execute(FUNCTIONS).fetchall():
        for number, found in enumerate(LOCK.finditer(definition), 1):
            without = definition[: found.start()] + definition[found.end() :]
            name = " ".join(found.group().split())
            if found.lastgroup == "advisory":
                name = "pg_advisory_xact_lock"
            yield Guard("lock", signature.split("(")[0], f"{number} {name}", without, about=signature)


PARTS = (_constraints, _triggers, _row_security, _rights, _locks)
