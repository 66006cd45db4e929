"""One alliance with its people and lists, before anything is written: the same for files and for tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from wasl.synth.alliance import Alliance, make_alliance, register_families
from wasl.synth.names import load_names
from wasl.synth.places import make_villages
from wasl.synth.population import Population, make_population
from wasl.synth.programmes import ListPlan, dress_lists, fill_lists, plan_lists, register_pairs, typed_pairs
from wasl.synth.registers import expand_families, free_villages, type_rows


@dataclass(frozen=True)
class World:
    """Everything that one seed decides."""

    population: Population
    alliance: Alliance
    lists: list[ListPlan]
    typed: pl.DataFrame
    """Every typed row with its truth; lists point into it."""
    seed: int


def make_world(
    families: int,
    organisations: int,
    seed: int,
    *,
    names: str = "egypt",
    clerks: str = "usual",
    villages: str = "tidy",
) -> World:
    """
    Make a world. The same arguments give the same world.

    :param names: `egypt`, or `skewed`: flatter frequencies than an engine was tuned on.
    :param clerks: `usual`, or `correlated`: bad clerks are bad at everything.
    :param villages: `tidy`, or `free`: written as it comes to a clerk's mind.
    """

    def stream(stage: int) -> np.random.Generator:
        return np.random.default_rng([seed, stage])

    population = make_population(families, load_names(names), make_villages(families, stream(1)), stream(2))
    plans = plan_lists(organisations, stream(3))
    alliance = make_alliance(organisations, population, clerks, len(plans), stream(4))
    dress_lists(plans, alliance)
    registered = register_pairs(*register_families(alliance, population, stream(5)), alliance, population)
    anew = typed_pairs(plans, registered, alliance, population, seed)
    skeleton = expand_families(pl.concat([registered, anew]), population, stream(6))
    typed = type_rows(skeleton, population, alliance, stream(7))
    if villages == "free":
        typed = free_villages(typed, stream(8))
    fill_lists(plans, typed, population, seed)
    return World(population, alliance, plans, typed, seed)
