"""A1, A2: what runs with its owner's rights tells nobody anything without a scope, and nobody of others' rows."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.linkage.test_same_whatever_the_files import write
from tests.integration.registry.test_search import IDS, KARIM, RAHMAN, SAEED
from wasl.intake.actions import load_file
from wasl.intake.reading.model import LoadOptions
from wasl.kernel.codes import make_code
from wasl.linkage.actions import run_linkage
from wasl.linkage.audit_sample import draw_month
from wasl.linkage.identify_query import Query, wanted_of
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import make_own_code
from wasl.store.connections import app_connection, engine_connection
from wasl.store.sealing import keyed_index

Scope = tuple[str, str, str]
FUNCTIONS = """
SELECT p.oid::regprocedure::text, p.proname,
    (p.proargnames)[1:p.pronargs], ARRAY(SELECT t::regtype::text FROM unnest(p.proargtypes) t)
FROM pg_proc p
WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace AND has_function_privilege('wasl_app', p.oid, 'EXECUTE')
ORDER BY 1
"""
FIXED = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace
    AND NOT coalesce(p.proconfig @> ARRAY['search_path=public, pg_temp'], false)
"""
MARCH = date(2025, 3, 1)
# What each of them may do with what is given is for the tests of its area.
EMPTY: tuple[Any, ...] = (None, False, 0, "", [])


class World:
    """Saeed's family is of both organisations, Rahman's of A alone, Karim's of B alone."""

    def __init__(self, desk: Viewer, a: Viewer, b: Viewer, folder: Path) -> None:
        self.a, self.b = a, b
        self.list_a = self._load(desk, "m01", folder, SAEED, RAHMAN)
        self.list_b = self._load(desk, "m02", folder, [SAEED[0].replace("إ", "ا"), *SAEED[1:]], KARIM)
        run_linkage(by=desk, at=NOW)
        draw_month(by=desk, at=NOW, month=date(2025, 2, 1))
        with engine_connection() as engine:
            self.records = self._ids(engine, "SELECT id FROM registry_record WHERE organisation_id = %s")
            self.entries = self._ids(engine, "SELECT id FROM registry_entry WHERE organisation_id = %s")
            self.subjects = [row[0] for row in engine.execute("SELECT id FROM registry_subject ORDER BY id")]
            self.own_subjects = self._ids(
                engine,
                "WITH own AS (SELECT person_id AS id FROM registry_link l JOIN registry_record r ON r.id = l.record_id"
                " WHERE r.organisation_id = %s UNION SELECT family_id FROM registry_entry_link k"
                " JOIN registry_entry e ON e.id = k.entry_id WHERE e.organisation_id = %s)"
                " SELECT id FROM own UNION SELECT n.subject_id FROM own JOIN registry_group_member m ON m.subject_id = id"
                " JOIN registry_group_member n ON n.group_id = m.group_id",
            )
            self.lists = self._ids(engine, "SELECT id FROM intake_list WHERE organisation_id = %s")
            self.overlaps = [row[0] for row in engine.execute("SELECT id FROM benefits_overlap")]

    def _load(self, desk: Viewer, organisation: str, folder: Path, *rows: list[str]) -> str:
        options = LoadOptions(today=date(2025, 4, 1), kind="given", need="food_box", month=MARCH)
        path = write(folder / f"{organisation}.csv", list(rows))
        return load_file(path=path, organisation=organisation, options=options, by=desk, at=NOW).lists[0]

    def _ids(self, engine: psycopg.Connection, sql: str) -> dict[int | None, list[int]]:
        return {
            one.organisation_id: [
                row[0]
                for row in engine.execute(sql, [one.organisation_id] * sql.count("%s"))  # type: ignore[arg-type]
            ]
            for one in (self.a, self.b)
        }

    def values(self, name: str, kind: str) -> list[Any]:
        """Return what to put for a parameter: whatever of A there is to be asked about."""
        organisation = self.a.organisation_id or 0
        records, entries = self.records[organisation], self.entries[organisation]
        if kind == "bigint[]":
            everything = [*self.records.values(), *self.entries.values(), self.subjects, self.overlaps]
            return [sorted(set(itertools.chain(*everything))), entries[:1], records[:1]]
        if kind == "bigint":
            theirs = self.records[self.b.organisation_id]
            first = {
                "b": [entries[-1], records[-1], theirs[0]],
                "p_from": [0],
                "p_to": [10**9],
                "p_b": [entries[-1], records[-1]],
                "p_organisation": [organisation],
            }
            own = [entries[0], records[0], *self.lists[organisation], *self.own_subjects[organisation][:4]]
            return first.get(name, own)
        if kind == "text":
            codes = [make_own_code(organisation, 1), make_own_code(organisation, 2), self.list_a]
            codes += [make_code(one) for one in self.subjects[:3]]
            fixed: dict[str, list[Any]] = {
                "asked": ["person", "family"], "p_kind": ["person", "family"], "p_slot": [None, "food"],
                "p_source": [None, "door"], "p_governorate": [None], "p_verdict": ["same"], "p_state": ["withdrawn"],
                "p_need": ["food_box"], "p_role": ["owner", "funder"],
            }  # fmt: skip
            return fixed.get(name, codes if "code" in name else ["x"])
        if kind == "jsonb" and name == "p_asked":
            told = [Query(nid=IDS["rahman"]), Query(name=SAEED[0], born=date(1965, 3, 15), phone=1012345678)]
            return [json.dumps(wanted_of(one, MARCH)) for one in told]
        if kind == "jsonb":
            readings = [[["عبد", "الرحمن", "احمد", "#1975"]], [["عبد", "احمد"]]]
            question = [
                {"limit": 50, "organisation": organisation, "state": "open"},
                {"limit": 50},
                {"limit": 50, "count": 1},
            ]
            return [json.dumps(one) for one in (readings if name == "p_readings" else question)]
        others: dict[str, list[Any]] = {
            "bytea": [keyed_index([IDS["rahman"]])[0]], "date": [MARCH], "uuid": [UUID(int=1)], "integer": [50],
            "smallint": [50], "timestamp with time zone": [datetime(2025, 1, 1, tzinfo=UTC)], "boolean": [True],
            "numeric[]": [[]], "smallint[]": [[None]], "text[]": [["give"]], "date[]": [[MARCH]],
        }  # fmt: skip
        return others[kind]

    def secrets(self) -> set[object]:
        """Return what B may read nowhere: A's numbers, names and codes."""
        known = set(self.own_subjects[self.b.organisation_id])  # and whatever is likely one with them
        mine = self.a.organisation_id
        return {
            SAEED[0], RAHMAN[0], RAHMAN[2], self.list_a, *self.lists[mine],
            *(one for one in self.own_subjects[mine] if one not in known),
            *(make_own_code(mine or 0, number) for number in range(1, 9)),
        }  # fmt: skip


@pytest.fixture
def world(desk: Viewer, amina: Viewer, camelia: Viewer, tmp_path: Path) -> World:
    return World(desk, amina, camelia, tmp_path)


def functions() -> list[tuple[str, str, list[str], list[str]]]:
    with engine_connection() as engine:
        return [(row[0], row[1], row[2] or [], row[3]) for row in engine.execute(FUNCTIONS)]


def calls(world: World) -> Iterator[tuple[str, list[Any]]]:
    for signature, name, names, kinds in functions():
        choices = [world.values(one, kind) for one, kind in zip(names, kinds, strict=True)]
        casts = ", ".join(f"%s::{kind}" for kind in kinds)
        for chosen in itertools.islice(itertools.product(*choices), 120):
            yield f"SELECT * FROM {name}({casts}) -- {signature}", list(chosen)


def answer(connection: psycopg.Connection, scope: Scope, sql: str, given: list[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of one call, none where it is refused; nothing of it stays."""
    connection.execute(
        "SELECT set_config('wasl.organisation', %s, true), set_config('wasl.role', %s, true),"
        " set_config('wasl.user', %s, true)",
        scope,
    )
    try:
        return list(connection.execute(sql.encode(), given).fetchall())
    except psycopg.Error:
        return []
    finally:
        connection.rollback()


def flat(value: object) -> Iterator[object]:
    if isinstance(value, list | tuple):
        for one in value:
            yield from flat(one)
    elif isinstance(value, dict):
        yield from flat(list(value.values()))
    else:
        yield value


def says_nothing(rows: list[tuple[Any, ...]]) -> bool:
    return all(value in EMPTY for value in flat(rows))


def test_every_function_of_the_owner_s_rights_has_its_search_path_fixed(database: object) -> None:
    with engine_connection() as engine:
        assert engine.execute(FIXED).fetchall() == []


def test_without_a_scope_no_function_tells_anything(world: World, desk: Viewer) -> None:
    organisation, user = str(world.a.organisation_id), str(world.a.user_id)
    nobody: list[Scope] = [
        ("", "", ""),
        (organisation, "", user),
        (organisation, "door", user),
        ("", "Desk", ""),
    ]
    may: list[Scope] = [
        (str(desk.organisation_id), "desk", str(desk.user_id)),
        (organisation, "officer", user),
    ]
    told, asked, answered = set(), set(), set()
    with app_connection(desk) as connection:
        connection.rollback()
        for sql, given in calls(world):
            asked.add(sql)
            told |= {
                (scope, sql) for scope in nobody if not says_nothing(answer(connection, scope, sql, given))
            }
            if sql not in answered and not all(
                says_nothing(answer(connection, one, sql, given)) for one in may
            ):
                answered.add(sql)
    assert told == set()
    # The same questions get answers from whoever may ask: silence here is not for want of something to say.
    assert len(answered) > len(asked) // 2, sorted(asked - answered)


def test_camelia_cannot_make_any_function_tell_what_is_amina_s_alone(world: World, camelia: Viewer) -> None:
    secrets = world.secrets()
    scopes: list[Scope] = [
        (str(camelia.organisation_id), role, str(camelia.user_id)) for role in ("officer", "viewer")
    ]
    scopes += [("", "officer", ""), ("0", "officer", "0")]
    told = set()
    with app_connection(camelia) as connection:
        connection.rollback()
        for sql, given in calls(world):
            asked = set(flat(given))
            for scope in scopes:
                said = secrets.intersection(flat(answer(connection, scope, sql, given))) - asked
                told |= {(scope[1], sql, str(one)) for one in said}
    assert told == set()
