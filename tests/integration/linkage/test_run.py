"""A whole run on a real PostgreSQL with the real engine."""

from __future__ import annotations

import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.linkage.filling import fill_registry
from wasl.linkage.actions import run_linkage
from wasl.organisations.viewer import Viewer
from wasl.synth.records import population_records


def fetch(connection: psycopg.Connection, query: str) -> list[tuple]:
    rows = connection.execute(query.encode()).fetchall()
    connection.rollback()
    return rows


@pytest.fixture
def population(engine: psycopg.Connection, desk: Viewer, organisation_a: int, organisation_b: int):
    tables = population_records(300, 4, seed=5)
    numbers = sorted(set(tables["records"]["organisation"].to_pylist()))
    ids = dict.fromkeys(numbers, organisation_a) | dict.fromkeys(numbers[::2], organisation_b)
    fill_registry(engine, tables, ids)
    engine.commit()
    return tables


def test_run_linkage_first_run_links_every_record_and_entry_once(population, desk, engine):
    result = run_linkage(by=desk, at=NOW)
    assert not result.nothing_new
    assert result.counts["records"] == population["records"].num_rows
    [(links,)] = fetch(engine, "SELECT count(*) FROM registry_link WHERE until_run IS NULL")
    assert links == population["records"].num_rows
    [(entries,)] = fetch(engine, "SELECT count(*) FROM registry_entry_link WHERE until_run IS NULL")
    assert entries == population["entries"].num_rows


def test_run_linkage_nothing_new_says_so(population, desk, engine):
    first = run_linkage(by=desk, at=NOW)
    again = run_linkage(by=desk, at=NOW)
    assert again.nothing_new
    assert again.counts == first.counts
