"""Villages as clerks write them: what a form does to a name, and how the free setting differs from the tidy one."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from wasl.synth import addresses, generate, population_records, wording
from wasl.synth.addresses import write_village
from wasl.synth.clerks import make_habits
from wasl.synth.names import load_names
from wasl.synth.places import make_villages
from wasl.synth.world import World, make_world


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(1500, 6, 12, villages="free")


@pytest.mark.parametrize(
    ("name", "form", "written"),
    [
        ("عزبة سالم", addresses.SHORT_TOO, "ع. سالم"),
        ("كفر سالم", addresses.SHORT_TOO, "ك. سالم"),
        ("كفر سالم", addresses.SHORT, "كفر سالم"),
        ("نجع سالم", addresses.BARE, "سالم"),
        ("عزبة سالم", addresses.OTHER_KIND, "كفر سالم"),
        ("العزيزية", addresses.BARE, "العزيزية"),
        ("بني سالم", addresses.OTHER_KIND, "بني سالم"),
        ("العزيزية", addresses.PREFIXED, "قرية العزيزية"),
        ("عزبة سالم", addresses.BESIDE, "عزبة سالم - تلة"),
        ("عزبة سالم", addresses.LARGER, "تلة"),
        ("العزيزية", addresses.HAA, "العزيزيه"),
    ],
)
def test_write_village_each_form_as_clerks_do(name: str, form: int, written: str) -> None:
    assert write_village(name, form, "تلة") == written


def test_misspelt_again_mostly_differs_from_the_usual_misspelling() -> None:
    villages = make_villages(3000, np.random.default_rng(1))
    ways = [{write_village(name, form, "") for form in (4, 10, 11, 12)} for name in villages.name]
    assert np.mean([len(way) for way in ways]) > 2.5


def test_larger_village_lies_in_the_same_markaz_and_is_its_own() -> None:
    villages = make_villages(9000, np.random.default_rng(1))
    larger = addresses.larger_village(villages)
    assert (np.array(villages.markaz)[larger] == np.array(villages.markaz)).all()
    assert (larger[larger] == larger).all()
    assert 0.1 < (larger == np.arange(len(villages))).mean() < 0.6


def test_free_villages_touch_nothing_else(world: World) -> None:
    tidy = make_world(1500, 6, 12)
    others = [name for name in tidy.typed.columns if name not in ("village_form", "markaz_form")]
    assert world.typed.select(others).equals(tidy.typed.select(others))
    assert tidy.typed["markaz_form"].max() == addresses.FULL
    assert tidy.typed["village_form"].max() == addresses.MISSPELT


def test_free_villages_are_a_clerks_habit(world: World) -> None:
    """A clerk writes one village one way far more often than two clerks agree on it."""
    forms = world.typed.filter(pl.col("village") >= 0).group_by("clerk", "village").agg(
        pl.len(), pl.col("village_form").mode().first().alias("most"),
        (pl.col("village_form") == pl.col("village_form").mode().first()).mean().alias("share"),
    ).filter(pl.col("len") >= 20)  # fmt: skip
    assert forms["share"].mean() > 0.8  # type: ignore[operator]
    assert forms["most"].n_unique() >= 8
    by_village = forms.group_by("village").agg(pl.col("most").n_unique(), pl.len().alias("clerks"))
    assert by_village.filter(pl.col("clerks") >= 4)["most"].mean() > 2  # type: ignore[operator]


def test_free_records_lose_marakiz_and_split_villages() -> None:
    tidy, free = (
        pl.DataFrame(population_records(1500, 6, 12, villages=setting)["records"])
        for setting in ("tidy", "free")
    )
    assert 0.03 < free["markaz"].null_count() / len(free) - tidy["markaz"].null_count() / len(tidy) < 0.2
    assert free["village"].null_count() > tidy["village"].null_count()
    places = ["governorate", "markaz", "village"]
    assert free.select(places).n_unique() > 1.5 * tidy.select(places).n_unique()
    assert free["governorate"].null_count() == tidy["governorate"].null_count()


def test_free_lists_hold_villages_in_the_markaz_cell(tmp_path: Path) -> None:
    generate(tmp_path, 1500, 6, 12, villages="free")
    words = set(make_villages(1500, np.random.default_rng([12, 1])).name)
    cells = [cell for path in sorted(tmp_path.glob("*.csv")) for cell in _markaz_cells(path)]
    assert sum(cell in words for cell in cells) > 0.005 * len(cells)
    assert "" in cells


def _markaz_cells(path: Path) -> list[str]:
    """Read the column of marakiz of one list, if it has one."""
    raw = path.read_bytes()
    text = raw.decode("cp1256") if not _is_utf8(raw) else raw.decode("utf-8-sig")
    for delimiter in ",;\t":
        rows = list(csv.reader(text.splitlines(), delimiter=delimiter))
        for number, row in enumerate(rows):
            found = [column for column, cell in enumerate(row) if cell in wording.HEADERS["markaz"]]
            if found:
                return [line[found[0]] for line in rows[number + 1 :] if len(line) > found[0]]
    return []


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def test_skewed_names_are_flatter_and_longer_tailed() -> None:
    usual, skewed = load_names("egypt"), load_names("skewed")
    for position in ("father", "grandfather", "boy"):
        share = [np.diff(pool.cumulative[position], prepend=0) for pool in (usual, skewed)]
        effective = [1 / (part**2).sum() for part in share]
        assert effective[1] > 1.4 * effective[0]
        assert share[1].max() < share[0].max()


def test_correlated_clerks_are_bad_at_everything() -> None:
    """With usual clerks one rate tells nothing of another; with correlated ones it does."""
    for setting, low, high in (("usual", -0.1, 0.1), ("correlated", 0.4, 1.0)):
        habits = make_habits(4000, setting, np.random.default_rng(8))
        rates = np.log(
            [habits.typo, habits.nid_missing, habits.birth_error, habits.phone_missing, habits.village_error]
        )
        between = np.corrcoef(rates)[np.triu_indices(len(rates), 1)]
        assert low < between.min()
        assert between.max() < high
