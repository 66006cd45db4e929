"""An increment ends where a full run ends, whatever came in which order and whatever happened meanwhile."""

from __future__ import annotations

import random

import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.linkage.fakes import standing
from tests.integration.linkage.filling import fill_registry
from tests.integration.linkage.test_interruptions import wipe_links
from wasl.linkage.actions import run_linkage
from wasl.organisations.viewer import Viewer
from wasl.store.verification import list_checks, run_check
from wasl.synth.records import population_records

ACTIVE = "UPDATE registry_appearance SET active = %s WHERE list_id = ANY(%s) AND active <> %s"


@pytest.fixture
def registry(
    engine: psycopg.Connection, desk: Viewer, organisation_a: int, organisation_b: int
) -> psycopg.Connection:
    tables = population_records(150, 4, seed=11)
    numbers = sorted(set(tables["records"]["organisation"].to_pylist()))
    fill_registry(engine, tables, {n: (organisation_a, organisation_b)[n % 2] for n in numbers})
    engine.commit()
    return engine


def lists_of(registry: psycopg.Connection) -> list[int]:
    """Return the lists, the largest first."""
    rows = registry.execute(
        "SELECT list_id FROM registry_appearance GROUP BY list_id ORDER BY count(*) DESC, list_id"
    )
    found = [row[0] for row in rows.fetchall()]
    registry.rollback()
    return found


def turn(registry: psycopg.Connection, lists: list[int], *, on: bool) -> None:
    registry.execute(ACTIVE, [on, lists, on])
    registry.commit()


def breaches(connection: psycopg.Connection) -> list[str]:
    found = [run_check(connection, check) for check in list_checks() if check.id in ("B1", "L4", "L5", "L6", "L7", "L8")]
    connection.rollback()
    return [f"{one.check.id} {one.check.guard} {one.examples}" for one in found if not one.is_kept]


def review(connection: psycopg.Connection) -> list[tuple]:
    rows = connection.execute(
        "SELECT kind, a_id, b_id, grade, weight, overlap_count, families, governorate, source FROM linkage_review ORDER BY 1, 2, 3"
    ).fetchall()
    connection.rollback()
    return rows


def pairs(connection: psycopg.Connection) -> list[tuple]:
    rows = connection.execute(
        "SELECT kind, a_id, b_id, grade, weight, rule, levels, terms FROM linkage_pair ORDER BY 1, 2, 3"
    ).fetchall()
    connection.rollback()
    return rows


def nids(connection: psycopg.Connection) -> set[tuple]:
    rows = connection.execute(
        "SELECT n.nid_index, min(l.record_id) FROM registry_person_nid n JOIN registry_link l ON l.person_id = n.person_id"
        " AND l.until_run IS NULL WHERE n.until_run IS NULL GROUP BY n.nid_index, n.person_id"
    ).fetchall()
    connection.rollback()
    return set(rows)


def everything(connection: psycopg.Connection) -> dict[str, object]:
    return {**standing(connection), "pairs": pairs(connection), "nids": nids(connection), "review": review(connection)}


def linked_at_once(registry: psycopg.Connection, desk: Viewer) -> dict[str, object]:
    wipe_links(registry)
    run_linkage(by=desk, at=NOW, full=True)
    return everything(registry)


@pytest.mark.parametrize("seed", range(2))
def test_lists_one_by_one_in_any_order_end_where_one_full_run_ends(registry, desk, seed):
    lists = lists_of(registry)
    choose = random.Random(seed)
    later = choose.sample(lists[2:], len(lists) - 2)
    turn(registry, later, on=False)
    first = run_linkage(by=desk, at=NOW)
    assert (first.kind, first.why_full) == ("full", "first")
    kinds = []
    for one in later:
        turn(registry, [one], on=True)
        result = run_linkage(by=desk, at=NOW)
        kinds.append(result.kind)
        assert breaches(registry) == []
    assert "increment" in kinds
    assert run_linkage(by=desk, at=NOW).nothing_new
    stands, counts = everything(registry), result.counts
    full = linked_at_once(registry, desk)
    assert stands == full
    again = run_linkage(by=desk, at=NOW, full=True).counts
    shared = [name for name in again if not name.startswith(("engine_", "new_", "joined_", "separated_", "changed_"))]
    assert {name: counts[name] for name in shared} == {name: again[name] for name in shared}
