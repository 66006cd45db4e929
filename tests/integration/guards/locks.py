"""
Locks: what each makes others wait for, seen from a second connection.

A lock is taken away by writing its function anew without the clause. *Held*: after the call, the row or the turn
is somebody else's to take, or it is not. *Race*: another writer is halfway while the call is made, and what comes
of it tells. *Order*: while the call waits for the first of two rows, the second must still be free.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.integration.benefits.world import World
from tests.integration.guards.catalogue import Guard
from tests.integration.guards.lock_stories import RESERVE, STORIES, TURN, Story
from tests.integration.guards.probing import NoProbe, Seen
from wasl.organisations.viewer import Viewer

PATIENCE_S = 20
WAITS = "SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted"
ADVISORY = "SELECT count(*) FROM pg_locks WHERE pid = %s AND locktype = 'advisory'"
TURNS = "SELECT count(*) FROM pg_locks WHERE pid = %s AND relation = 'benefits_turn'::regclass"
FREE = "SELECT count(*) FROM (SELECT FROM {rows} FOR {strength} SKIP LOCKED) f"


@dataclass
class Watchers:
    """Who calls, who looks, who is halfway; and the names of the world for the stories."""

    address: str
    names: dict[str, Any]
    scopes: dict[str, tuple[object, str, object]]

    def connect(self) -> psycopg.Connection:
        """Open one more connection of the superuser."""
        connection = psycopg.connect(self.address, application_name="guards")
        connection.execute("SET lock_timeout = '20s'")
        connection.commit()
        return connection

    def say(self, statement: str) -> bytes:
        """Fill the world's names into a statement."""
        return statement.format(**self.names).encode()

    def close(self) -> None:
        """Leave nothing of the stories behind."""
        with psycopg.connect(self.address) as owner:
            for table in KEPT:
                owner.execute(f"DROP TABLE staging.guards_{table}".encode())


KEPT = ("benefits_grant", "benefits_claim", "benefits_cell")
LEFT = (
    "benefits_overlap_work", "benefits_overlap_claim", "benefits_overlap_side", "benefits_overlap", "benefits_list_report",
    "benefits_report", "benefits_grant_funder", "benefits_exception", "jobs_job", "benefits_headcount", "linkage_verdict",
    "linkage_separation", "linkage_doubt",
)  # fmt: skip


def stand(address: str, world: World, *, desk: Viewer, amina: Viewer, camelia: Viewer) -> Watchers:
    """Make the small world the stories play in: one grant of Amina's to a family that is likely another's."""
    group, family = world.add_family(), world.add_family()
    world.group(group, family)
    a, b = amina.organisation_id, camelia.organisation_id
    assert a is not None and b is not None
    entry, stranger, other = world.add_entry(a, family), world.add_entry(a), world.add_entry(b, group)
    row = world.connection.execute(
        RESERVE.replace("outcome", "grant_id", 1).format(a=a, entry=entry).encode()
    ).fetchone()
    assert row is not None
    world.connection.commit()
    again = [f"DELETE FROM {table}" for table in (*KEPT, *LEFT)]
    with psycopg.connect(address) as maker:
        for table in KEPT:
            maker.execute(f"DROP TABLE IF EXISTS staging.guards_{table}".encode())
            maker.execute(f"CREATE TABLE staging.guards_{table} AS SELECT * FROM {table}".encode())
            again.append(f"INSERT INTO {table} SELECT * FROM staging.guards_{table}")
    again += [f"DELETE FROM {table} WHERE {column} = 'guards'" for table, column in (
        ("benefits_slot_version", "slot"), ("benefits_slot", "code"))]  # fmt: skip
    ended = [f"DELETE FROM {table} WHERE {column} = {row[0]}" for table, column in (
        ("benefits_cell", "list_id"), ("benefits_claim", "list_id"), ("benefits_grant", "id"))]  # fmt: skip
    names = {
        "a": a, "b": b, "family": family, "group": group, "entry": entry, "stranger": stranger, "other": other,
        "grant": row[0], "amina": amina.user_id,
        "desk": desk.user_id,        "cancel": "; ".join(ended), "again": [one.encode() for one in again],
    }  # fmt: skip
    scopes = {
        "": ("", "", ""), "desk": ("", "desk", desk.user_id), "amina": (a, "officer", amina.user_id),
        "camelia": (b, "officer", camelia.user_id), "nobody of m01": (a, "officer", 0),
    }  # fmt: skip
    return Watchers(address, names, scopes)


def probe_lock(watchers: Watchers, guard: Guard) -> Seen:
    """Tell the lock's story twice; what it sets up is undone by whoever empties the database afterwards."""
    story = STORIES.get((guard.table, int(guard.name.split()[0])))
    if story is None:
        raise NoProbe
    with psycopg.connect(watchers.address, autocommit=True) as owner:
        row = owner.execute("SELECT pg_get_functiondef(%s::regprocedure)", [guard.about]).fetchone()
        assert row is not None
        before = _tell(watchers, story)
        try:
            owner.execute(guard.drop.encode())
            after = _tell(watchers, story)
        finally:
            owner.execute(row[0].encode())
    return Seen(guard, story.words, before, after, "its absence is not noticed" if before == after else "")


def _tell(watchers: Watchers, story: Story) -> str:
    with _standing(watchers, story) as (caller, other):
        if not story.meanwhile:
            caller.execute(watchers.say(story.call))
            return _look(watchers, story, caller, other)
        first = watchers.connect()
        first.execute(watchers.say(story.meanwhile))
        with ThreadPoolExecutor(1) as pool:
            called = pool.submit(caller.execute, watchers.say(story.call))
            _wait_until_it_waits(other, caller.info.backend_pid, called)
            looked = _look(watchers, story, caller, other) if story.look else ""
            first.commit()
            first.close()
            try:
                called.result()
            except psycopg.Error as error:
                return f"{error.sqlstate} {error.diag.message_primary}"
        if story.look:
            return looked
        answer = caller.execute(watchers.say(story.asked)).fetchone()
        return "nothing" if answer is None else str(answer[0])


def _wait_until_it_waits(other: psycopg.Connection, pid: int, called: Future[Any]) -> None:
    """Return when the call stands before a lock that the other writer holds, or is through without one."""
    deadline = time.monotonic() + PATIENCE_S
    while not called.done() and time.monotonic() < deadline:
        row = other.execute(WAITS, [pid]).fetchone()
        other.rollback()
        if row is not None and row[0]:
            return
        time.sleep(0.02)


@contextmanager
def _standing(watchers: Watchers, story: Story) -> Iterator[tuple[psycopg.Connection, psycopg.Connection]]:
    """Commit what the story begins with, and give the caller and the onlooker; put the world back afterwards."""
    caller, other = watchers.connect(), watchers.connect()
    with psycopg.connect(watchers.address) as maker:
        _set_scope(maker, watchers.scopes[story.scope])
        for statement in story.setup:
            maker.execute(watchers.say(statement))
    _set_scope(caller, watchers.scopes[story.scope])
    for way in story.call_with:
        caller.execute(f"SET LOCAL {way} = off".encode())
    try:
        yield caller, other
    finally:
        caller.close()
        other.close()
        with psycopg.connect(watchers.address) as maker:
            maker.execute("SET session_replication_role = replica")
            for statement in watchers.names["again"]:
                maker.execute(statement)


def _look(watchers: Watchers, story: Story, caller: psycopg.Connection, other: psycopg.Connection) -> str:
    if story.look is None or story.look == TURN:
        asked = ADVISORY if story.look is None else TURNS
        row = other.execute(asked, [caller.info.backend_pid]).fetchone()
        assert row is not None
        return "the next one waits" if row[0] else "nobody waits"
    rows, strength = story.look
    row = other.execute(watchers.say(FREE.format(rows=rows, strength=strength))).fetchone()
    other.rollback()
    assert row is not None
    return f"{row[0]} rows free to take"


def _set_scope(connection: psycopg.Connection, scope: tuple[object, str, object]) -> None:
    connection.execute(
        "SELECT set_config('wasl.organisation', %s, true), set_config('wasl.role', %s, true),"
        " set_config('wasl.user', %s, true)",
        [str(one) for one in scope],
    )
