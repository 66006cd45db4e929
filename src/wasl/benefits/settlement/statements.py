"""Set-based work in steps: SQL by name, with a count of the rows each wrote."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg

Steps = Iterable[tuple[str, str]]

# Sorts and hashes of a country; of its temporary tables the planner need know little more than their size.
# Both are given back with the transaction.
SETTINGS = ("SET LOCAL work_mem = '128MB'", "SET LOCAL default_statistics_target = 10")


def run_steps(connection: psycopg.Connection, steps: Steps) -> dict[str, int]:
    """Run each statement; return the rows written by those that have a name."""
    counts: dict[str, int] = {}
    for name, statement in steps:
        written = connection.execute(statement.encode()).rowcount
        if name:
            counts[name] = written
    return counts


def temporary(name: str, query: str) -> Steps:
    """Return steps that put a query's rows into a fresh temporary table and let the planner know its size."""
    return [
        ("", f"DROP TABLE IF EXISTS pg_temp.{name}"),
        ("", f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {query}"),
        ("", f"ANALYZE {name}"),
    ]
