"""
Checks that say of each guarantee: is its guard in place, and does a row break it?

An area lists its own in `verification.py` as `CHECKS`. Guards are asked of PostgreSQL's catalogue,
never assumed: a constraint that is valid, a policy that is forced, a role without bypass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import psycopg
from django.conf import settings


@dataclass(frozen=True)
class Check:
    """
    One guard of one guarantee.

    `present_sql` gives one boolean: the guard stands. `breach_sql` gives the rows that break the
    guarantee, at most a few columns each; None where the state cannot show a breach. A guard that
    stands in the code and not in the database is asked by `find_breaches` instead: the rows that
    break it, or None where the guard itself is absent.
    """

    id: str
    guard: str
    present_sql: str = "SELECT true"
    breach_sql: str | None = None
    find_breaches: Callable[[], Sequence[tuple[object, ...]] | None] | None = None


@dataclass(frozen=True)
class Finding:
    """What one check found; `breaches` counts rows, `examples` shows the first of them."""

    check: Check
    present: bool
    breaches: int
    examples: tuple[tuple[object, ...], ...] = ()

    @property
    def is_kept(self) -> bool:
        """Tell whether the guard stands and no row breaks it."""
        return self.present and self.breaches == 0


EXAMPLES_MAX = 5


def list_checks() -> list[Check]:
    """Return every installed area's checks in the order of their ids."""
    checks: list[Check] = []
    for app in settings.INSTALLED_APPS:
        if app.startswith("wasl.") and find_spec(f"{app}.verification") is not None:
            area = import_module(f"{app}.verification")
            checks.extend(getattr(area, "CHECKS", ()))
    return sorted(checks, key=lambda check: (check.id[0], int(check.id[1:]), check.guard))


def run_check(connection: psycopg.Connection, check: Check) -> Finding:
    """Ask about one check; `connection` must see every row."""
    if check.find_breaches is not None:
        found_here = check.find_breaches()
        rows = tuple(found_here or ())
        return Finding(check, found_here is not None, len(rows), rows[:EXAMPLES_MAX])
    row = connection.execute(check.present_sql.encode()).fetchone()
    present = bool(row and row[0])
    if check.breach_sql is None:
        return Finding(check, present, 0)
    counted = connection.execute(f"SELECT count(*) FROM ({check.breach_sql}) AS breach".encode()).fetchone()
    breaches = int(counted[0]) if counted else 0
    examples: tuple[tuple[object, ...], ...] = ()
    if breaches:
        found = connection.execute(
            f"SELECT * FROM ({check.breach_sql}) AS breach LIMIT {EXAMPLES_MAX}".encode()
        )
        examples = tuple(found.fetchall())
    return Finding(check, present, breaches, examples)


def constraint_present_sql(table: str, *names: str) -> str:
    """Return SQL that is true when every named constraint of `table` is there, valid and enforced."""
    return (
        f"SELECT count(*) = {len(names)} FROM pg_constraint"
        f" WHERE conrelid = to_regclass('{table}') AND convalidated AND conname IN ({_quoted(names)})"
    )


def unique_index_present_sql(*names: str) -> str:
    """Return SQL that is true when every named index is there, unique and valid."""
    return (
        "SELECT count(*) = " + str(len(names)) + " FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
        f" WHERE indisunique AND indisvalid AND relname IN ({_quoted(names)})"
    )


def trigger_present_sql(table: str, *names: str) -> str:
    """Return SQL that is true when every named trigger of `table` is enabled."""
    return (
        f"SELECT count(*) = {len(names)} FROM pg_trigger WHERE tgrelid = to_regclass('{table}')"
        f" AND tgenabled IN ('O', 'A') AND tgname IN ({_quoted(names)})"
    )


def row_security_present_sql(tables: Iterable[str]) -> str:
    """Return SQL that is true when row security is on and forced for every table."""
    names = tuple(tables)
    return (
        f"SELECT count(*) = {len(names)} FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        f" AND relnamespace = 'public'::regnamespace AND relname IN ({_quoted(names)})"
    )


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
