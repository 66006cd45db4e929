"""Kin: villages of fathers whose sons and daughters are today's adults, so that name chains are near-equal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wasl.synth.names import NamePool, redraw_repeated

Ints = NDArray[np.int64]
Chains = NDArray[np.int32]


@dataclass(frozen=True)
class Kin:
    """Fathers of today's adults, and their own fathers and lines; village by village."""

    first: Ints
    count: Ints
    chain: NDArray[np.int32]
    """Father, grandfather, great-grandfather, family name, of each father's children."""
    neighbour: Ints

    def origin(self, home: Ints, rng: np.random.Generator) -> Ints:
        """Choose a father in the village itself, now and then in another."""
        elsewhere = rng.random(len(home)) < 0.07
        village = np.where(elsewhere, self.neighbour[home], home)
        return self.first[village] + (rng.random(len(home)) * self.count[village]).astype(np.int64)

    def married_from(self, home: Ints, rng: np.random.Generator) -> Ints:
        """Choose a wife's father: three in four from the husband's village, so cousins are common."""
        chance = rng.random(len(home))
        village = np.where(
            chance < 0.76,
            home,
            np.where(chance < 0.94, self.neighbour[home], rng.integers(0, len(self.first), len(home))),
        )
        return self.first[village] + (rng.random(len(home)) * self.count[village]).astype(np.int64)


def make_kin(home: Ints, names: NamePool, rng: np.random.Generator) -> Kin:
    """Build four generations above the heads: about two sons and two daughters a father in the lists."""
    size = np.bincount(home, minlength=int(home.max()) + 1)
    count = np.maximum(1, (size / 2.1).astype(np.int64))
    first = np.cumsum(count) - count
    total = int(count.sum())
    village = np.repeat(np.arange(len(count)), count)
    grand_count = np.maximum(1, count // 2)
    grand = (np.cumsum(grand_count) - grand_count)[village] + (
        rng.random(total) * grand_count[village]
    ).astype(int)
    line_count = np.maximum(1, count // 5)
    line_of_grand = np.repeat(np.cumsum(line_count) - line_count, grand_count) + (
        rng.random(grand_count.sum()) * np.repeat(line_count, grand_count)
    ).astype(int)
    fathers = redraw_repeated(
        names.draw("grandfather", total, rng),
        grand,
        names,
        [("grandfather", np.ones(total, dtype=bool))],
        rng,
    )
    grandfathers = names.draw("great", int(grand_count.sum()), rng)
    lines = int(line_count.sum())
    greats, family_names = names.draw("great", lines, rng), names.draw("family", lines, rng)
    line = line_of_grand[grand]
    chain = np.stack([fathers, grandfathers[grand], greats[line], family_names[line]], axis=1)
    neighbour = np.clip(np.arange(len(count)) + rng.choice([-2, -1, 1, 2], len(count)), 0, len(count) - 1)
    return Kin(first, count, chain, neighbour)


def men_of(kin: Kin, father: Ints, names: NamePool, rng: np.random.Generator) -> NDArray[np.int32]:
    """Name the sons of these fathers; one in twenty bears his grandfather's name."""
    given = redraw_repeated(
        names.draw("man", len(father), rng), father, names, [("man", np.ones(len(father), dtype=bool))], rng
    )
    namesake = rng.random(len(father)) < 0.05
    given[namesake] = kin.chain[father[namesake], 1]
    return np.column_stack([given, kin.chain[father]])


def women_of(kin: Kin, father: Ints, names: NamePool, rng: np.random.Generator) -> NDArray[np.int32]:
    """Name the daughters of these fathers: women keep their father's chain."""
    given = redraw_repeated(
        names.draw("woman", len(father), rng),
        father,
        names,
        [("woman", np.ones(len(father), dtype=bool))],
        rng,
    )
    return np.column_stack([given, kin.chain[father]])


def children_of(
    family: Ints,
    male: NDArray[np.bool_],
    fathers: NDArray[np.int32],
    names: NamePool,
    rng: np.random.Generator,
) -> NDArray[np.int32]:
    """Name children: the father's chain behind, sometimes the grandfather's or the father's own name in front."""
    given = np.where(male, names.draw("boy", len(family), rng), names.draw("girl", len(family), rng))
    given = redraw_repeated(given.astype(np.int32), family, names, [("boy", male), ("girl", ~male)], rng)
    chance = rng.random(len(family))
    first_born = np.r_[True, family[1:] != family[:-1]] & male
    given = np.where(first_born & (chance < 0.10), fathers[family, 1], given)
    given = np.where(first_born & (chance > 0.985), fathers[family, 0], given)
    return np.column_stack([given, fathers[family][:, [0, 1, 2, 4]]]).astype(np.int32)
