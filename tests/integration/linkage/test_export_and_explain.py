"""links.csv and explanations, as the desk and as an organisation see them."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.conftest import NOW
from tests.integration.linkage.test_same_whatever_the_files import families, retyped, write
from wasl.intake.actions import load_file
from wasl.intake.exports import BOM, LINK_COLUMNS, count_unlinked_rows, name_records, write_links
from wasl.intake.queries import find_record
from wasl.intake.reading.model import LoadOptions
from wasl.kernel.codes import is_code
from wasl.kernel.errors import NotFound
from wasl.linkage.actions import run_linkage
from wasl.linkage.queries import explain_records
from wasl.registry.codes import OWN_FROM
from wasl.store.connections import engine_connection

OPTIONS = LoadOptions(today=date(2025, 4, 2), kind="known")


@pytest.fixture
def linked(desk, amina, camelia, tmp_path: Path) -> pl.DataFrame:
    """Load twenty families of A and the first ten as B types them, link, and return the desk's links."""
    choose = random.Random(4)
    first = families(choose, 20)
    second = [retyped(choose, row) for row in first[:10]]
    for code, rows in (("m01", first), ("m02", second)):
        load_file(
            path=write(tmp_path / f"{code}.csv", rows), organisation=code, options=OPTIONS, by=desk, at=NOW
        )
    run_linkage(by=desk, at=NOW)
    return exported(desk, tmp_path)


def exported(viewer, folder: Path) -> pl.DataFrame:
    write_links(viewer, folder / "links.csv")
    assert (folder / "links.csv").read_bytes().startswith(BOM)
    return pl.read_csv(folder / "links.csv", infer_schema=False)


def test_write_links_names_every_person_of_every_row(linked, desk):
    assert tuple(linked.columns) == LINK_COLUMNS
    assert linked.filter(pl.col("organisation") == "m01").height == 40
    assert linked["row"].cast(pl.Int64).min() == 2
    assert set(linked["role"]) == {"registrant", "spouse"}
    assert all(is_code(code) for name in LINK_COLUMNS[6:] for code in linked[name])
    assert linked.group_by("certain_family").agg(pl.col("family").n_unique())["family"].max() == 1
    shared = (
        linked.group_by("family").agg(pl.col("organisation").n_unique()).filter(pl.col("organisation") == 2)
    )
    assert shared.height >= 8


def test_write_links_of_rows_after_the_last_run_are_empty(linked, desk, tmp_path):
    assert count_unlinked_rows(desk) == 0
    later = families(random.Random(9), 3)
    load_file(path=write(tmp_path / "c.csv", later), organisation="m01", options=OPTIONS, by=desk, at=NOW)
    assert count_unlinked_rows(desk) == 3
    again = exported(desk, tmp_path).filter(pl.col("file") == "c.csv")
    assert again.height == 6
    assert again["person"].null_count() == again["certain_family"].null_count() == 6


def test_amina_cannot_export_rows_or_codes_of_others(linked, amina, tmp_path):
    own = exported(amina, tmp_path)
    assert set(own["organisation"]) == {"m01"}
    assert own.height == 40
    assert all(int(code) > OWN_FROM * 100 for name in LINK_COLUMNS[6:] for code in own[name])
    mine = linked.filter(pl.col("organisation") == "m01").select("row", "role", code="family")
    both = own.join(mine, on=["row", "role"])
    assert (
        both["family"].n_unique() == both["code"].n_unique() == both.select("family", "code").unique().height
    )


def ends(viewer, linked: pl.DataFrame, row: str, other: str = "m02"):
    mine = linked.filter(
        (pl.col("organisation") == "m01") & (pl.col("row") == row) & (pl.col("role") == "registrant")
    )
    theirs = linked.filter(
        (pl.col("organisation") == other)
        & (pl.col("person") == mine["person"][0])
        & (pl.col("role") == "registrant")
    )
    return [find_record(viewer, ":".join(frame.row(0)[i] for i in (0, 4, 5))) for frame in (mine, theirs)]


def test_explain_records_of_one_person_gives_a_waterfall_that_adds_up(linked, desk):
    a, b = ends(desk, linked, "2")
    found = explain_records(desk, (a.record_id, a.entry_id), (b.record_id, b.entry_id))
    assert found.person in ("certain", "likely")
    assert found.family in ("certain", "likely")
    pairs = [found.pair] if found.pair else found.path
    assert pairs
    for pair in pairs:
        assert sum(term.weight for term in pair.terms) == pair.weight
    with engine_connection() as connection:
        assert set(name_records(connection, [a.record_id, b.record_id])) == {a.record_id, b.record_id}


def test_explain_records_of_strangers_says_no(linked, desk):
    a, _ = ends(desk, linked, "2")
    b, _ = ends(desk, linked, "5")
    assert explain_records(desk, (a.record_id, a.entry_id), (b.record_id, b.entry_id)).person == "no"


def test_amina_cannot_explain_a_record_of_another_organisation(linked, desk, amina):
    a, b = ends(desk, linked, "2")
    with pytest.raises(NotFound):
        explain_records(amina, (a.record_id, a.entry_id), (b.record_id, b.entry_id))
    own = explain_records(amina, (a.record_id, a.entry_id), (a.record_id, a.entry_id))
    assert own.person == "certain"
    assert own.verdicts == []
