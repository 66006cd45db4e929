"""Small breaches that the intact database refuses and the same database without one guard lets through."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from tests.integration.guards.catalogue import Guard
from tests.integration.guards.rows import Row, Table

LET_THROUGH = "let through"


@dataclass(frozen=True)
class Seen:
    """What a probe saw with the guard and without it; `complaint` says why that proves nothing, '' where it does."""

    guard: Guard
    probe: str
    before: str
    after: str
    complaint: str = ""


class NoProbe(Exception):
    """Nobody has said how this guard could be missed."""


class Bench:
    """One connection of a superuser to a throw-away database; whatever is done is rolled back."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.tables: dict[str, Table] = {}
        self.run("SET statement_timeout = '10s'")
        connection.commit()

    def run(self, query: str, *values: object) -> psycopg.Cursor:  # type: ignore[type-arg]
        """Run one statement."""
        return self.connection.execute(query.encode(), values or None)

    def table(self, name: str) -> Table:
        """Return what is known of a table; looked up once, before anything is taken away."""
        if name not in self.tables:
            self.tables[name] = Table(self.connection, name)
            self.tables[name].valid()
        return self.tables[name]

    def attempt(self, breach: Callable[[], str | None]) -> str:
        """Try something and undo it; say what it came to, or how it was refused."""
        self.run("SAVEPOINT attempt")
        try:
            said = breach() or LET_THROUGH
        except psycopg.Error as error:
            said = _words(error)
        self.run("ROLLBACK TO attempt")
        return said

    def watch(
        self, guard: Guard, probe: str, breach: Callable[[], str | None], *, named: str | None = None
    ) -> Seen:
        """
        Try a breach with the guard and without it, in the transaction that stands.

        It must be refused by this guard and let through without it; where a breach says itself what came of it
        (`named` is ''), the two answers must differ and the second be no refusal.
        """
        before = self.attempt(breach)
        self.run(guard.drop)
        after = self.attempt(breach)
        wanted = guard.name if named is None else named
        complaint = ""
        if before == after:
            complaint = "its absence is not noticed"
        elif wanted not in before or (named is None and before == LET_THROUGH):
            complaint = "something else refuses the probe"
        elif _is_refusal(after):
            complaint = "something else refuses it too"
        return Seen(guard, probe, before, after, complaint)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Begin, and roll back whatever happens."""
        self.connection.rollback()
        try:
            yield
        finally:
            self.connection.rollback()

    def without_triggers(self) -> None:
        """From here on no trigger fires and no foreign key is asked; checks and keys are."""
        self.run("SET LOCAL session_replication_role = replica")

    def with_triggers(self) -> None:
        """From here on all fire, deferred ones at once."""
        self.run("SET LOCAL session_replication_role = origin")
        self.run("SET CONSTRAINTS ALL IMMEDIATE")

    def empty(self, table: str) -> None:
        """Take the catalogue's rows out of a table."""
        self.run(f"DELETE FROM {table}")

    def act_as(self, role: str, *, organisation: int | None = None, as_role: str = "") -> None:
        """Become a role, as if it had signed in, within a viewer's scope or none; `attempt` undoes it."""
        self.run(
            "SELECT set_config('wasl.organisation', %s, true), set_config('wasl.role', %s, true),"
            " set_config('wasl.user', %s, true)",
            "" if organisation is None else str(organisation), as_role, "" if organisation is None else "1",
        )  # fmt: skip
        self.run(f"SET LOCAL SESSION AUTHORIZATION {role}")


def _words(error: psycopg.Error) -> str:
    name = error.diag.constraint_name or ""
    said = (error.diag.message_primary or str(error)).splitlines()[0]
    return f"{error.sqlstate} {name}: {said}" if name else f"{error.sqlstate} {said}"


def _is_refusal(said: str) -> bool:
    return re.match(r"[0-9A-Z]{5} ", said) is not None


# A CHECK, a column, a key ------------------------------------------------------------------------------


def probe_check(bench: Bench, guard: Guard) -> Seen:
    """Write a row that breaks this rule alone; where none can, with the one rule beside it taken away first."""
    table = bench.table(guard.table)
    with bench.undone():
        for beside in ("", *table.checks):
            row = table.find_row(breaking=guard.name, without=beside) if beside != guard.name else None
            if row is not None:
                break
        else:
            raise NoProbe
        bench.without_triggers()
        if beside:
            bench.run(f'ALTER TABLE {guard.table} DROP CONSTRAINT "{beside}"')
        bench.empty(guard.table)
        words = "a row that breaks it alone" if not beside else f"a row that breaks it, {beside} gone"
        return bench.watch(guard, words, lambda: table.insert(row))


def probe_not_null(bench: Bench, guard: Guard) -> Seen:
    """Write a row without the column, and otherwise in order."""
    table = bench.table(guard.table)
    with bench.undone():
        for beside in ("", *table.checks):
            row = table.find_row(null=guard.name, without=beside)
            if row is not None:
                break
        else:
            raise NoProbe
        bench.without_triggers()
        if beside:
            bench.run(f'ALTER TABLE {guard.table} DROP CONSTRAINT "{beside}"')
        for column in table.columns:
            if column.generated and column.not_null:
                bench.run(f'ALTER TABLE {guard.table} ALTER "{column.name}" DROP NOT NULL')
        bench.empty(guard.table)
        return bench.watch(guard, "a row without it", lambda: table.insert(row), named=f'"{guard.name}"')


def probe_unique(bench: Bench, guard: Guard, others: Sequence[Guard]) -> Seen:
    """Write a row twice, the second time unlike in every other key that it can be unlike in."""
    table = bench.table(guard.table)
    keeping = [f"({guard.about})"] if guard.about else []
    keeping += [f'"{column}" IS NOT NULL' for column in guard.columns]
    with bench.undone():
        first = table.find_row(keeping=keeping)
        if first is None:
            raise NoProbe
        gone, unlike = [], []
        for other in others:
            if table.sources(other.columns) - table.sources(guard.columns):
                unlike.append(_unlike(table, other, first))
            elif table.fulfils(first, other.about):
                gone.append(other)
        fixed = {name: first[name] for name in table.sources(guard.columns)}
        second = table.find_row(keeping=[*keeping, *unlike], fixed=fixed)
        if second is None:
            raise NoProbe
        bench.without_triggers()
        for other in gone:
            bench.run(other.drop)
        bench.empty(guard.table)
        table.insert(first)
        words = "the same key twice" + (f", {', '.join(one.name for one in gone)} gone" if gone else "")
        return bench.watch(guard, words, lambda: table.insert(second), named="duplicate key")


def _unlike(table: Table, other: Guard, row: Row) -> str:
    names = ", ".join(f'"{column}"' for column in other.columns)
    text = table.text_of(row, other.columns).replace("'", "''")
    return f"ROW({names})::text <> '{text}'"


# What a row points at, and triggers ---------------------------------------------------------------------

ALONE = """
SELECT format('ALTER TABLE %%I DROP CONSTRAINT %%I', conrelid::regclass, conname) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype = ANY(%s) AND conname <> %s AND coninhcount = 0
UNION ALL
SELECT format('DROP TRIGGER %%I ON %%I', tgname, tgrelid::regclass) FROM pg_trigger
WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgname <> %s
"""
FOREIGN = """
SELECT ARRAY(SELECT attname FROM unnest(conkey) WITH ORDINALITY k (n, place) JOIN pg_attribute ON attrelid = conrelid
        AND attnum = n ORDER BY place),
    ARRAY(SELECT attname FROM unnest(confkey) WITH ORDINALITY k (n, place) JOIN pg_attribute ON attrelid = confrelid
        AND attnum = n ORDER BY place),
    confrelid::regclass::text
FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s
"""


def isolate(bench: Bench, table: str, keep: str, *, kinds: str = "fc") -> None:
    """Take every other trigger, foreign key and CHECK from a table, so that what is left is what answers."""
    for (statement,) in bench.run(ALONE, table, list(kinds), keep, table, keep).fetchall():
        bench.run(statement)


def probe_foreign_key(bench: Bench, guard: Guard) -> Seen:
    """Write a row that points nowhere."""
    table = bench.table(guard.table)
    with bench.undone():
        found = bench.run(FOREIGN, guard.table, guard.name).fetchone()
        assert found is not None
        columns, referred, target = found
        near, far = ", ".join(f'"{one}"' for one in columns), ", ".join(f't."{one}"' for one in referred)
        keeping = [f'"{one}" IS NOT NULL' for one in columns]
        keeping.append(f"ROW({near})::text NOT IN (SELECT ROW({far})::text FROM {target} t)")
        if target == guard.table:
            itself = ", ".join(f'"{one}"' for one in referred)
            keeping.append(f"ROW({near})::text <> ROW({itself})::text")
        row = table.find_row(keeping=keeping)
        if row is None:
            raise NoProbe
        bench.without_triggers()
        bench.empty(guard.table)
        isolate(bench, guard.table, guard.name, kinds="f")
        bench.with_triggers()
        return bench.watch(guard, f"a row that points at nothing in {target}", lambda: table.insert(row))
