"""Integer weights, all that scoring reads: what a model says, and how rare what the data names is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wasl.matching.arrays import bits
from wasl.matching.compare import LEVELS
from wasl.matching.model_file import CLASSES, ModelFile
from wasl.matching.options import Array
from wasl.matching.quality import class_of
from wasl.matching.stages import Table

RAREST = 1993
"""No name counts as rarer than one in a million."""

POSITION = {"given": "given", "father": "father", "third": "later", "fourth": "later"}
"""Comparison of a name → the position whose frequencies it goes by."""


@dataclass(frozen=True)
class Terms:
    """
    How rare tokens, phones, villages, marakiz and years are in the data, in hundredths of a bit.

    `token` and `alike` by position (given, father, later) and token code: −log2 of the token's share, and of
    the share of all spellings of its name. The rest by code; code 0 (missing) weighs 0. `records`: how many.
    """

    token: Mapping[str, Array]
    alike: Mapping[str, Array]
    phone: Array
    village: Array
    markaz: Array
    year: Array
    records: int


@dataclass(frozen=True)
class Weights:
    """
    Every integer that a pair's weight is made of.

    `agree` (bits of m), `stranger` (m/u), `sibling` and `parent` (m over the rival's rate): by comparison, an
    array of quality class × level. `token` by position (given, father, later) and token; `misspelt` by
    comparison (given, father, third, fourth) and token. `phone`, `village`, `markaz`, `year` by code.
    `priors` by rival.
    """

    agree: Mapping[str, Array]
    stranger: Mapping[str, Array]
    sibling: Mapping[str, Array]
    parent: Mapping[str, Array]
    token: Mapping[str, Array]
    misspelt: Mapping[str, Array]
    phone: Array
    village: Array
    markaz: Array
    year: Array
    priors: Mapping[str, int]


def describe_terms(enc: Table) -> Terms:
    """Count how rare everything is that the encoded records name."""
    token, alike = {}, {}
    for name in ("given", "father", "later"):
        share = enc[f"tok_{name}"]
        token[name] = -bits(share)
        together = np.bincount(enc["tok_canon"], share, len(share))[enc["tok_canon"]]
        alike[name] = -bits(np.clip(together, 1e-6, 1.0))
    return Terms(
        token=token,
        alike=alike,
        phone=_rarity(enc["phone"], 1e-6),
        village=_rarity(enc["village"], 1e-5),
        markaz=_rarity(enc["markaz"], 1e-4),
        year=_rarity(enc["birth_year"], 1e-4),
        records=len(enc["record_id"]),
    )


def _rarity(codes: Array, least: float) -> Array:
    """Return −log2 of each code's share, smoothed by a few dozen imagined others."""
    counts = np.bincount(codes.astype(np.int64)).astype(float) if len(codes) else np.ones(1)
    counts[0] = 0
    total = counts.sum() + 30
    weight = -bits(np.maximum((counts + 0.5) / total, least))
    weight[0] = 0
    return np.asarray(weight)


def weights_of(model: ModelFile, terms: Terms) -> Weights:
    """Bring a model's integers and the data's terms together."""
    return Weights(
        agree=_tables(model, "agree"),
        stranger=_tables(model, "stranger"),
        sibling=_tables(model, "sibling"),
        parent=_tables(model, "parent"),
        token=terms.token,
        misspelt={
            name: np.clip(terms.alike[place] + model.slips[name], 0, RAREST).astype(np.int32)
            for name, place in POSITION.items()
        },
        phone=terms.phone,
        village=terms.village,
        markaz=terms.markaz,
        year=terms.year,
        priors={
            "stranger": model.priors["others"] - int(bits(max(2, terms.records))),
            **{rival: model.priors[rival] for rival in ("sibling", "kin", "parent")},
        },
    )


def build_weights(enc: Table, model: ModelFile) -> Weights:
    """Return the weights of a model over the data it is to judge."""
    return weights_of(model, describe_terms(enc))


def _tables(model: ModelFile, rival: str) -> dict[str, Array]:
    """Return class × level arrays of the comparisons a rival has rates for; level 0 (missing) weighs 0."""
    out: dict[str, Array] = {}
    for comparison, words in LEVELS.items():
        table = np.zeros((CLASSES, len(words)), dtype=np.int32)
        for at, word in enumerate(words[1:], start=1):
            rate = model.comparisons[comparison][word].get(rival)
            if rate is not None:
                table[:, at] = rate
                out[comparison] = table
    return out


def classes_of(organisation: Array, model: ModelFile) -> Array:
    """Return the quality class of each record by its organisation's number."""
    return class_of(organisation, model.organisations)
