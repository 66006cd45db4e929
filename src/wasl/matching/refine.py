"""What ids cannot teach: expectation–maximisation over candidate pairs of records without an id."""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import unpack
from wasl.matching.compare import LEVELS, compare_households, compare_records
from wasl.matching.model import PRIOR_M, Model, smooth, take_given, thin
from wasl.matching.model_file import ModelFile
from wasl.matching.options import Array, LinkOptions
from wasl.matching.score import rival_terms, sum_rivals
from wasl.matching.stages import Table
from wasl.matching.weights import classes_of, describe_terms, weights_of

_SAMPLE = 120_000
_ROUNDS = 3
_LABEL_PAIRS, _LEAST_PRIOR = 60.0, 0.2
_LEARNT = tuple(name for name in LEVELS if name != "nid")


def refine_model(
    enc: Table, houses: Table, model: Model, candidates: Array, options: LinkOptions
) -> ModelFile:
    """
    Return the model with m-probabilities re-estimated on pairs that will be judged without ids.

    Each round judges a fixed sample of candidate pairs by the current weights, then counts levels
    weighted by the chance of being one person. What the first model learnt from ids serves as prior. The
    non-matching side stays as counted: the rivals, not the sample, say what chance looks like.
    """
    made_from = {"records": len(enc["record_id"]), "id_pairs": len(enc["labels"])}
    a, b = unpack(thin(candidates, _SAMPLE))
    file = model.to_file(options, {**made_from, "judged_pairs": len(a)})
    if not len(a):
        return file
    terms = describe_terms(enc)
    enc = {**enc, "quality": classes_of(enc["org"], file)}
    levels = compare_records(enc, a, b)
    levels["household"] = compare_households(enc, houses, a, b)
    anchor = smooth(PRIOR_M, {name: np.zeros(len(words)) for name, words in LEVELS.items()}, _LABEL_PAIRS)
    prior = {
        name: tuple((1 - _LEAST_PRIOR) * model.m[name][1, 1:] + _LEAST_PRIOR * anchor[name][1:])
        for name in _LEARNT
    }
    for _ in range(_ROUNDS):
        w = weights_of(file, terms)
        weight = sum_rivals(w, rival_terms(enc, w, levels, a, b)).min(axis=0)
        chance = 1 / (1 + np.exp2(-np.clip(weight, -6000, 6000) / 100))
        counts = {name: np.bincount(levels[name], chance, minlength=len(LEVELS[name])) for name in _LEARNT}
        m = smooth(prior, counts, _LABEL_PAIRS, _LEAST_PRIOR)
        by_class = {name: np.tile(column, (len(model.m[name]), 1)) for name, column in m.items()}
        model = Model({**model.m, **by_class}, model.u, model.sibling, model.others)
        take_given(model, options)
        file = model.to_file(options, file.made_from)
    return file


def keep_model(model: ModelFile) -> Table:
    """Return a model as an array that a stage can keep."""
    return {"model": np.frombuffer(model.to_json().encode(), dtype=np.uint8)}


def read_model(table: Table) -> ModelFile:
    """Return the model that a stage kept."""
    return ModelFile.from_json(table["model"].tobytes().decode())
