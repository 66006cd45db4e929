"""What ids cannot teach: expectation–maximisation over candidate pairs of records without an id."""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import contains, distinct, mix_columns, unpack
from wasl.matching.compare import LEVELS
from wasl.matching.model import PRIOR_M, Model, compare_all, m_by_class, smooth, take_given, thin
from wasl.matching.model_file import ModelFile
from wasl.matching.options import Array, LinkOptions, empty
from wasl.matching.score import quality_of, rival_terms, sum_rivals
from wasl.matching.stages import Table
from wasl.matching.weights import Weights, classes_of, describe_terms, weights_of

_SAMPLE = 120_000
_CHUNK = 200_000
_ROUNDS = 3
_ANCHOR_PAIRS, _LEAST_PRIOR = 60.0, 0.2
_LEARNT = tuple(name for name in LEVELS if name != "nid")
_UNDECIDED, _SAME, _DIFFERENT = 0, 1, 2


def refine_model(
    enc: Table,
    houses: Table,
    model: Model,
    candidates: Array,
    options: LinkOptions,
    verdicts: Table | None = None,
) -> ModelFile:
    """
    Return the model with m-probabilities re-estimated on pairs that will be judged without ids.

    Each round judges a fixed sample of candidate pairs by the current weights, then counts levels
    weighted by the chance of being one person; pairs that people decided are counted as they said. What
    the first model learnt from ids serves as prior. The non-matching side stays as counted: the rivals,
    not the sample, say what chance looks like.
    """
    said = verdicts or {"same": empty(), "different": empty()}
    decided = distinct(np.concatenate((said["same"], said["different"])))
    sample = distinct(np.concatenate((thin(candidates, _SAMPLE), decided)))
    file = model.to_file(
        options,
        {
            "records": len(enc["record_id"]),
            "id_pairs": len(enc["labels"]),
            "judged_pairs": len(sample),
            "decided_pairs": len(decided),
        },
    )
    if not len(sample):
        return file
    terms = describe_terms(enc)
    enc = {**enc, "quality": classes_of(enc["org"], file)}
    label = np.where(contains(said["same"], sample), _SAME, _UNDECIDED)
    label[contains(said["different"], sample)] = _DIFFERENT
    seen = count_patterns(enc, houses, weights_of(file, terms), sample, label.astype(np.int8))
    a, b = unpack(seen["pairs"])
    levels = {name: seen[f"l_{name}"] for name in LEVELS}
    quality = quality_of(enc, a, b)
    anchor = smooth(PRIOR_M, {name: np.zeros(len(words)) for name, words in LEVELS.items()}, _ANCHOR_PAIRS)
    prior = {name: (1 - _LEAST_PRIOR) * model.m[name] + _LEAST_PRIOR * anchor[name] for name in _LEARNT}
    for _ in range(_ROUNDS):
        weight = sum_rivals(w := weights_of(file, terms), rival_terms(enc, w, levels, a, b)).min(axis=0)
        chance = 1 / (1 + np.exp2(-np.clip(weight, -6000, 6000) / 100))
        chance = np.choose(seen["label"], (chance, 1.0, 0.0)) * seen["count"]
        m = m_by_class(prior, {name: levels[name] for name in _LEARNT}, quality, chance)
        model = Model({**model.m, **m}, model.u, model.sibling, model.others, model.organisations)
        take_given(model, options)
        file = model.to_file(options, file.made_from)
    return file


def count_patterns(enc: Table, houses: Table, w: Weights, packed: Array, label: Array) -> Table:
    """
    Return the distinct agreement patterns of pairs: one pair of each, its levels, and how many show it.

    Pairs are of one pattern that reach the same levels, are of one quality and label, and weigh the same
    to the bit against every rival: they differ by how rare their names are, and by no more than that.
    """
    kept: list[Table] = []
    for at in range(0, len(packed), _CHUNK):
        part, said = packed[at : at + _CHUNK], label[at : at + _CHUNK]
        a, b = unpack(part)
        levels = compare_all(enc, houses, a, b)
        totals = sum_rivals(w, rival_terms(enc, w, levels, a, b)) // 100
        key = mix_columns(*levels.values(), quality_of(enc, a, b), said, *totals)
        key, first, count = np.unique(key, return_index=True, return_counts=True)
        row = {f"l_{name}": level[first] for name, level in levels.items()}
        kept.append({"key": key, "pairs": part[first], "label": said[first], "count": count, **row})
    seen = {name: np.concatenate([table[name] for table in kept]) for name in kept[0]}
    _, first, inverse = np.unique(seen["key"], return_index=True, return_inverse=True)
    out = {name: column[first] for name, column in seen.items()}
    return {**out, "count": np.bincount(inverse, seen["count"], len(first))}


def keep_model(model: ModelFile) -> Table:
    """Return a model as an array that a stage can keep."""
    return {"model": np.frombuffer(model.to_json().encode(), dtype=np.uint8)}


def read_model(table: Table) -> ModelFile:
    """Return the model that a stage kept."""
    return ModelFile.from_json(table["model"].tobytes().decode())
