"""Codes that an organisation reads: of its own rows, and of nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import polars as pl
import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.linkage.test_same_whatever_the_files import families, retyped, write
from tests.wasl_postgres import TestDatabase
from wasl.intake.actions import load_file
from wasl.intake.exports import LINK_COLUMNS, write_links
from wasl.intake.reading.model import LoadOptions
from wasl.kernel.codes import make_code
from wasl.kernel.errors import NotFound
from wasl.linkage.actions import run_linkage
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import (
    OWN_FROM,
    access_family,
    family_codes,
    find_family,
    find_person,
    make_own_code,
    person_codes,
)
from wasl.store.connections import engine_connection

OPTIONS = LoadOptions(today=date(2025, 4, 2), kind="known")
ORGANISATIONS = {"public.organisations_organisation", "public.organisations_user"}
Load = Callable[[str, list[list[str]]], None]


@pytest.fixture
def load(desk: Viewer, amina: Viewer, camelia: Viewer, tmp_path: Path) -> Load:
    def run(organisation: str, rows: list[list[str]]) -> None:
        path = write(tmp_path / f"{organisation}-{rows[0][1]}.csv", rows)
        load_file(path=path, organisation=organisation, options=OPTIONS, by=desk, at=NOW)

    return run


def shared_world(load: Load, desk: Viewer) -> None:
    """Twenty families of A, of which B knows ten under other spellings."""
    choose = random.Random(4)
    first = families(choose, 20)
    load("m01", first)
    load("m02", [retyped(choose, row) for row in first[:10]])
    run_linkage(by=desk, at=NOW)


def links(viewer: Viewer, folder: Path) -> pl.DataFrame:
    write_links(viewer, folder / "links.csv")
    return pl.read_csv(folder / "links.csv", infer_schema=False)


def everything_read(viewer: Viewer, folder: Path) -> tuple[object, ...]:
    """What A can learn of its people and families: its export without the lists' numbers, and every code."""
    with engine_connection() as engine:
        subjects = [row[0] for row in engine.execute("SELECT id FROM registry_subject").fetchall()]
    return (
        links(viewer, folder).drop("list").write_csv(),
        sorted(family_codes(viewer, subjects).values()),
        sorted(person_codes(viewer, subjects).values()),
    )


def another_world(database: TestDatabase) -> None:
    """Empty all but the organisations and their users."""
    kept = database.kept
    database.kept = kept | ORGANISATIONS
    database.reset()
    database.kept = kept


def test_changing_data_of_b_changes_no_code_that_amina_reads(
    database: TestDatabase, load: Load, desk: Viewer, amina: Viewer, tmp_path: Path
) -> None:
    mine, theirs = families(random.Random(4), 12), families(random.Random(5), 30)
    load("m01", mine)
    run_linkage(by=desk, at=NOW)
    alone = everything_read(amina, tmp_path)
    another_world(database)
    load("m02", [*theirs, *mine[:3]])
    run_linkage(by=desk, at=NOW)
    load("m01", mine)
    run_linkage(by=desk, at=NOW)
    assert everything_read(amina, tmp_path) == alone
    assert len(alone[1]) == 12  # type: ignore[arg-type]


def test_camelia_cannot_resolve_a_code_of_amina_nor_of_a_family_she_does_not_know(
    load: Load, desk: Viewer, amina: Viewer, camelia: Viewer, tmp_path: Path
) -> None:
    shared_world(load, desk)
    own = links(amina, tmp_path)
    for name, find in (("family", find_family), ("person", find_person)):
        for code in own[name]:
            assert find(amina, code) is not None
            assert find(camelia, code) is None
    alliance = links(desk, tmp_path).filter(organisation="m01")
    known = {code for code in alliance["family"] if find_family(camelia, code) is not None}
    assert 8 <= len(known) < alliance["family"].n_unique()
    assert {code for code in alliance["family"] if find_family(amina, code)} == set(alliance["family"])
    stranger = next(code for code in alliance["family"] if code not in known)
    with pytest.raises(NotFound):
        access_family(camelia, stranger)
    family = access_family(amina, stranger)
    assert family_codes(camelia, [family]) == {}


def test_codes_that_functions_give_are_those_of_exports_and_lead_back(
    load: Load, desk: Viewer, amina: Viewer, tmp_path: Path
) -> None:
    shared_world(load, desk)
    for viewer in (amina, desk):
        frame = links(viewer, tmp_path)
        for name, find, codes in (
            ("family", find_family, family_codes),
            ("person", find_person, person_codes),
        ):
            for code in frame[name].unique():
                subject = find(viewer, code)
                assert subject is not None
                assert codes(viewer, [subject]) == {subject: code}
    for code in links(amina, tmp_path)["family"].unique():
        assert find_family(desk, code) == find_family(amina, code)
        assert find_person(amina, code) is None
        assert (
            find_family(amina, f"{code[:4]} {code[4:]}".translate(str.maketrans("0123", "٠١٢٣"))) is not None
        )


def test_a_family_is_named_by_the_oldest_own_entry_through_joins_and_both_codes_stay(
    engine: psycopg.Connection, organisation_a: int, amina: Viewer
) -> None:
    from tests.integration.benefits.world import World

    world = World(engine)
    first, second = world.add_family(), world.add_family()
    world.add_entry(organisation_a, second)
    world.add_entry(organisation_a, first)
    engine.commit()
    assert family_codes(amina, [first, second]) == {
        first: make_own_code(organisation_a, 4),
        second: make_own_code(organisation_a, 2),
    }
    world.group(first, second)
    engine.commit()
    assert family_codes(amina, [first]) == {first: make_own_code(organisation_a, 2)}
    assert {find_family(amina, make_own_code(organisation_a, number)) for number in (2, 4)} == {first}


def test_withdrawn_alliance_code_leads_an_organisation_nowhere_but_its_own_does(
    engine: psycopg.Connection, organisation_a: int, amina: Viewer, desk: Viewer
) -> None:
    from tests.integration.benefits.world import World

    world = World(engine)
    family = world.add_family()
    entry = world.add_entry(organisation_a, family)
    engine.commit()
    assert find_family(amina, make_code(family)) is None
    assert find_family(desk, make_code(family)) == family
    assert find_family(amina, make_own_code(organisation_a, 2)) == family
    world.appear(entry, 5)
    engine.commit()
    assert find_family(amina, make_code(family)) == family


@pytest.mark.parametrize(
    "code", ["", "0", "12", "x", "1' OR '1'='1", "9" * 40, make_code(OWN_FROM * 9_000_000)]
)
def test_find_family_of_nonsense_is_none(amina: Viewer, desk: Viewer, code: str) -> None:
    assert find_family(amina, code) is None
    assert find_family(desk, code) is None


def test_loads_of_one_organisation_at_once_count_every_row_once(
    load: Load, engine: psycopg.Connection
) -> None:
    rows = families(random.Random(8), 240)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda part: load("m01", rows[part::4]), range(4)))
    for table, first in (("registry_record", 1), ("registry_entry", 2)):
        found = engine.execute(f"SELECT own_no FROM {table} ORDER BY own_no".encode()).fetchall()
        assert [row[0] for row in found] == list(range(first, 2 * len(found) + 1, 2))
        assert len(found) >= 200


def test_own_number_of_another_kind_or_given_twice_is_refused(
    engine: psycopg.Connection, organisation_a: int
) -> None:
    add = "INSERT INTO registry_record (organisation_id, own_no, content_key) VALUES (%s, %s, %s)"
    engine.execute(add, [organisation_a, 1, b"0" * 16])
    for number, refused in ((1, psycopg.errors.UniqueViolation), (2, psycopg.errors.CheckViolation)):
        with pytest.raises(refused), engine.transaction():
            engine.execute(add, [organisation_a, number, b"1" * 16])


def test_export_columns_of_an_organisation_hold_no_number_of_the_alliance(
    load: Load, desk: Viewer, amina: Viewer, tmp_path: Path
) -> None:
    shared_world(load, desk)
    own = links(amina, tmp_path)
    prefix = str(amina.organisation_id)
    assert all(code.startswith(prefix) for name in LINK_COLUMNS[6:] for code in own[name])
    assert all(int(code) > OWN_FROM * 100 for name in LINK_COLUMNS[6:] for code in own[name])
