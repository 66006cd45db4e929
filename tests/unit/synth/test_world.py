"""The people and what is typed of them: ids that belong to nobody, one life at a time, engine tables."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from wasl.country.egypt.national_id import NationalId, check_digit_fits, check_national_id
from wasl.synth import population_records
from wasl.synth.calendar import MONTHS, first_day
from wasl.synth.ids import check_digit, deal_ids, passes_hard_checks
from wasl.synth.names import load_names
from wasl.synth.world import World, make_world

TODAY = np.datetime64("2025-07-31").item()


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(1500, 5, 11)


def test_deal_ids_everybody_passes_the_country_checks_and_nobody_shares(world: World) -> None:
    people = world.population
    assert len(np.unique(people.nid)) == len(people.nid)
    for person in range(0, len(people.nid), 37):
        text = str(people.nid[person])
        checked = check_national_id(text, TODAY)
        assert isinstance(checked, NationalId)
        assert checked.birth_date == np.datetime64(int(people.birth[person]), "D").item()
        assert check_digit_fits(text)
        assert text[9] == "9"


def test_deal_ids_more_people_than_serials_leaves_the_rest_without() -> None:
    count = 600
    same = np.full(count, 5000)
    ids = deal_ids(same, np.full(count, 24), np.ones(count, dtype=bool), np.arange(count))
    assert (ids > 0).sum() == 500
    assert len(np.unique(ids[ids > 0])) == 500


def test_passes_hard_checks_agrees_with_the_country_on_damaged_ids(world: World) -> None:
    rng = np.random.default_rng(3)
    own = world.population.nid[:400]
    damaged = own + rng.integers(-9, 10, 400) * 10 ** rng.integers(0, 14, 400)
    mine = passes_hard_checks(damaged, first_day(15))
    theirs = [isinstance(check_national_id(str(number), TODAY), NationalId) for number in damaged]
    assert mine.tolist() == theirs
    assert (check_digit(own // 10) == own % 10).all()


def test_memberships_one_family_at_a_time(world: World) -> None:
    rows = world.population.memberships
    for month in range(MONTHS):
        now = rows.filter((pl.col("since") <= month) & (pl.col("until") > month))
        assert now["person"].is_unique().all()


def test_brothers_share_their_father_and_not_their_name(world: World) -> None:
    people = world.population
    children = people.memberships.filter(pl.col("relation") == 2)
    chains = pl.DataFrame({"family": children["family"], "given": people.chain[children["person"].to_numpy(), 0],
                           "father": people.chain[children["person"].to_numpy(), 1]})  # fmt: skip
    families = chains.group_by("family").agg(
        pl.col("father").n_unique(), (pl.len() - pl.col("given").n_unique()).alias("namesakes")
    )
    assert families["father"].max() == 1
    assert families["namesakes"].sum() < 0.05 * len(families)


def test_typed_ids_said_to_be_own_are_own_and_sound(world: World) -> None:
    typed = world.typed
    own = world.population.nid[typed["person"].to_numpy()]
    ok = typed["nid_ok"].to_numpy()
    assert (typed["nid"].to_numpy()[ok] == own[ok]).all()
    empty = typed["nid"].to_numpy() == 0
    wrong = ~ok & ~empty
    assert 0.005 < wrong.mean() < 0.08
    assert 0.1 < empty.mean() < 0.35


def test_names_come_with_a_long_tail_and_no_column_of_religion() -> None:
    names = load_names()
    assert len(names.tokens) > 8000
    drawn = names.draw("father", 50_000, np.random.default_rng(1))
    counts = np.bincount(drawn)
    assert names.tokens[int(counts.argmax())] == "محمد"
    assert (counts == 1).sum() > 100


@pytest.mark.parametrize(("names", "clerks"), [("egypt", "usual"), ("skewed", "correlated")])
def test_population_records_same_seed_gives_equal_tables_in_the_engines_schema(
    names: str, clerks: str
) -> None:
    first = population_records(300, 4, 5, names=names, clerks=clerks)
    again = population_records(300, 4, 5, names=names, clerks=clerks)
    assert all(first[table].equals(again[table]) for table in first)
    records = pl.DataFrame(first["records"])
    assert records["record_id"].is_unique().all()
    assert set(first["members"].schema.names) == {"entry_id", "record_id", "relation", "role"}
    members = pl.DataFrame(first["members"])
    assert set(members["record_id"]) == set(records["record_id"])
    assert set(members["entry_id"]) == set(pl.DataFrame(first["entries"])["entry_id"])
    sound = records.filter(pl.col("nid").is_not_null())
    assert sound["nid"].str.len_chars().unique().to_list() == [14]


def test_population_records_other_setting_is_another_population() -> None:
    usual, skewed = population_records(300, 4, 5), population_records(300, 4, 5, names="skewed")
    assert not usual["records"].equals(skewed["records"])
