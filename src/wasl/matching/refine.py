"""What ids cannot teach: expectation–maximisation over candidate pairs of records without an id."""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import unpack
from wasl.matching.compare import LEVELS, compare_households, compare_records
from wasl.matching.model import PRIOR_M, Model, smooth, thin
from wasl.matching.options import Array, LinkOptions
from wasl.matching.score import build_weights, rival_terms, sum_rivals
from wasl.matching.stages import Table

_SAMPLE = 120_000
_ROUNDS = 3
_LABEL_PAIRS, _LEAST_PRIOR = 60.0, 0.2
_LEARNT = tuple(name for name in LEVELS if name != "nid")


def refine_model(enc: Table, houses: Table, model: Model, candidates: Array, options: LinkOptions) -> Model:
    """
    Return the model with m-probabilities re-estimated on pairs that will be judged without ids.

    Each round judges a fixed sample of candidate pairs by the current weights, then counts levels
    weighted by the chance of being one person. What the first model learnt from ids serves as prior. The
    non-matching side stays as counted: the rivals, not the sample, say what chance looks like.
    """
    a, b = unpack(thin(candidates, _SAMPLE))
    if not len(a):
        return model
    levels = compare_records(enc, a, b)
    levels["household"] = compare_households(enc, houses, a, b)
    learnt = {name: tuple(model.m[name][1:]) for name in _LEARNT}
    anchor = smooth(PRIOR_M, {name: np.zeros(len(words)) for name, words in LEVELS.items()}, _LABEL_PAIRS)
    prior = {
        name: tuple((1 - _LEAST_PRIOR) * np.array(learnt[name]) + _LEAST_PRIOR * anchor[name][1:])
        for name in _LEARNT
    }
    for _ in range(_ROUNDS):
        w = build_weights(enc, model)
        weight = sum_rivals(w, rival_terms(enc, model, w, levels, a, b)).min(axis=0)
        chance = 1 / (1 + np.exp2(-np.clip(weight, -6000, 6000) / 100))
        counts = {name: np.bincount(levels[name], chance, minlength=len(LEVELS[name])) for name in _LEARNT}
        m = smooth(prior, counts, _LABEL_PAIRS, _LEAST_PRIOR)
        model = Model({**model.m, **m}, model.u, model.sibling, model.prior)
    keep_given(model, options)
    return model


def keep_given(model: Model, options: LinkOptions) -> None:
    """Put rates that were given from outside back in place."""
    for comparison, rates in (options.weights or {}).items():
        for level, (m, _) in rates.items():
            if m is not None:
                model.m[comparison][LEVELS[comparison].index(level)] = m
