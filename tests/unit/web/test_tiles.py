"""The map of the governorates as equal tiles."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from wasl.benefits.queries.choices import Named
from wasl.web.tiles import PLACES, make_tile_map


def governorates() -> dict[str, Named]:
    text = files("wasl.country.egypt").joinpath("data", "governorates.csv").read_text(encoding="utf-8-sig")
    return {
        row["adm1_pcode"]: Named(row["adm1_pcode"], row["name_ar"], row["name_en"])
        for row in csv.DictReader(text.splitlines())
    }


def test_every_governorate_has_one_tile_of_its_own() -> None:
    assert set(PLACES) == set(governorates())
    assert len(set(PLACES.values())) == 27


@pytest.mark.parametrize("largest", [0, 1, 2, 3, 7, 40, 1_000_000])
def test_shades_grow_with_the_number_and_the_legend_says_each(largest: int) -> None:
    values = {"EG01": largest, "EG02": largest // 2, "EG21": largest // 20, "": 4}
    made = make_tile_map(values, governorates(), lambda code: f"?governorate={code}")
    ranked = sorted((tile.value, tile.step) for tile in made.tiles)
    assert [step for _, step in ranked] == sorted(step for _, step in ranked)
    assert all((value == 0) == (step == 0) for value, step in ranked)
    for tile in made.tiles:
        shown = [step for step, first, last in made.legend if first <= tile.value <= last]
        assert shown == ([tile.step] if tile.value else [])
    assert made.nowhere == 4
    assert made.by_value[0].value == largest
