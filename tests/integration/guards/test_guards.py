"""
A guard whose absence nobody notices is no guard: each is taken away in turn, and its probe must go red.

The guards come from the database's own catalogue, so one that is added needs a probe, or fails here by its name.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.integration.benefits.world import World
from tests.integration.guards.catalogue import Guard, list_guards
from tests.integration.guards.locks import Watchers, stand
from tests.integration.guards.probing import Bench, Seen
from tests.integration.guards.seeing import KINDS, see, see_lock
from tests.wasl_postgres import TestDatabase
from wasl.organisations.viewer import Viewer


def complaints(seen: list[Seen]) -> str:
    """Say of each guard that nobody misses what its probe saw."""
    return "\n".join(
        f"{one.guard.key}: {one.complaint} ({one.before} | {one.after})" for one in seen if one.complaint
    )


@pytest.fixture
def bench(database: TestDatabase) -> Iterator[Bench]:
    with psycopg.connect(database.superuser) as connection:
        yield Bench(connection)
        connection.rollback()


@pytest.mark.parametrize("kind", KINDS)
def test_every_guard_is_missed(bench: Bench, kind: str) -> None:
    guards = list_guards(bench.connection)
    assert any(guard.kind == kind for guard in guards)
    seen = [see(bench, guard, guards) for guard in guards if guard.kind == kind]
    assert complaints(seen) == ""


@pytest.fixture
def watchers(
    database: TestDatabase, world: World, desk: Viewer, amina: Viewer, camelia: Viewer
) -> Iterator[Watchers]:
    made = stand(database.superuser, world, desk=desk, amina=amina, camelia=camelia)
    yield made
    made.close()


def test_every_lock_is_missed(database: TestDatabase, watchers: Watchers) -> None:
    with psycopg.connect(database.superuser) as connection:
        guards = [guard for guard in list_guards(connection) if guard.kind == "lock"]
    seen = [see_lock(watchers, guard) for guard in guards]
    assert complaints(seen) == ""


def test_a_guard_without_a_probe_is_a_complaint(bench: Bench) -> None:
    strange = Guard("trigger", "benefits_cell", "benefits_cell_nobody_knows", "SELECT 1")
    assert see(bench, strange, []).complaint == "no probe"


@pytest.mark.parametrize(
    ("kind", "name"),
    [("check", "benefits_cell_scope"), ("trigger", "benefits_cell_move_down"), ("row security", "enabled")],
)
def test_a_guard_whose_absence_changes_nothing_is_a_complaint(bench: Bench, kind: str, name: str) -> None:
    still_there = Guard(kind, "benefits_cell", name, "SELECT 1")
    assert see(bench, still_there, []).complaint == "its absence is not noticed"
