"""Weights of pairs in hundredths of a bit: against each rival, and the least of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wasl.matching.arrays import bits
from wasl.matching.compare import LEVELS, compare_records, late_hit
from wasl.matching.model import (
    KIN_PRIOR,
    PARENT_PRIOR,
    PRIOR_PARENT,
    RIVALS,
    SIBLING_PRIOR,
    Model,
)
from wasl.matching.options import Array
from wasl.matching.stages import Table

EXPLAINED = {
    "sibling": ("father", "third", "fourth", "phone", "place", "household"),
    "kin": ("third", "fourth", "place"),
    "parent": ("given", "father", "third", "fourth", "phone", "place", "household", "sex"),
}
"""What a rival of the same household or clan would share too: it counts only against."""

FAR = np.int32(20_000)


@dataclass
class Weights:
    """Tables the scorer looks weights up in; integers, built once from a model and its data."""

    base: dict[str, Array]
    sibling: dict[str, Array]
    parent: dict[str, Array]
    token: dict[str, Array]
    misspelt: dict[str, Array]
    phone: Array
    village: Array
    markaz: Array
    year: Array
    prior: int


def build_weights(enc: Table, model: Model) -> Weights:
    """Turn probabilities and term frequencies into integer look-up tables."""
    base = {name: bits(model.m[name] / model.u[name]) for name in LEVELS}
    sibling = {name: bits(model.m[name] / model.sibling[name]) for name in model.sibling}
    parent = {name: bits(model.m[name] / np.array([1.0, *rate])) for name, rate in PRIOR_PARENT.items()}
    token, misspelt = {}, {}
    position = {"given": "tok_given", "father": "tok_father", "third": "tok_later", "fourth": "tok_later"}
    for name, column in position.items():
        share = enc[column]
        token[name] = -bits(share)
        slip = np.clip(model.u[name][2] / max(model.u[name][1], 1e-9), 0.02, 0.5)
        misspelt[name] = -bits(
            np.minimum(1.0, np.bincount(enc["tok_canon"], share, len(share)) * slip + 1e-6)
        )
    return Weights(
        base=base,
        sibling=sibling,
        parent=parent,
        token=token,
        misspelt=misspelt,
        phone=_rarity(enc["phone"], 1e-6),
        village=_rarity(enc["village"], 1e-5),
        markaz=_rarity(enc["markaz"], 1e-4),
        year=_rarity(enc["birth_year"], 1e-4),
        prior=model.prior,
    )


def _rarity(codes: Array, least: float) -> Array:
    """Return −log2 of each code's share, smoothed by a few dozen imagined others."""
    counts = np.bincount(codes.astype(np.int64)).astype(float) if len(codes) else np.ones(1)
    counts[0] = 0
    total = counts.sum() + 30
    return np.asarray(-bits(np.maximum((counts + 0.5) / total, least)))


def stranger_terms(enc: Table, model: Model, w: Weights, levels: Table, a: Array, b: Array) -> Table:
    """Return the weight of each comparison against a stranger, term frequencies included."""
    out = {name: w.base[name][levels[name]] for name in LEVELS}
    chain, canon = enc["chain"], enc["tok_canon"]
    x, y = chain[a], chain[b]
    later = w.token["third"]
    m = {name: bits(column) for name, column in model.m.items()}
    for place, name in enumerate(("given", "father", "third", "fourth")):
        level = levels[name]
        same, alike = level == 1, level == 2
        shifted = (levels["father"] == 4) & (place >= 1)
        term = np.where(same & ~shifted, m[name][1] + w.token[name][x[:, place]], out[name])
        rare = np.maximum(w.misspelt[name][canon[x[:, place]]], 0)
        out[name] = np.where(alike, m[name][2] + rare, term)
    crossed = levels["third"] == 4
    out["third"] = np.where(crossed, m["third"][4] + later[late_hit(canon[x], canon[y])], out["third"])
    turned = levels["father"] == 6
    out["father"] = np.where(turned, m["father"][6] + w.token["father"][x[:, 1]], out["father"])
    swapped = levels["given"] == 4
    out["given"] = np.where(swapped, m["given"][4] + w.token["given"][x[:, 0]], out["given"])
    out["father"] = np.where(swapped, w.token["given"][x[:, 1]], out["father"])
    shifted = levels["father"] == 4
    out["father"] = np.where(shifted, m["father"][4] + w.token["father"][x[:, 1]], out["father"])
    after = np.where(canon[x[:, 1]] == canon[y[:, 2]], x[:, 2], y[:, 2])
    out["third"] = np.where(shifted & (levels["third"] == 1), later[after], out["third"])
    out["birth"] = _birth_terms(enc, w, m["birth"], levels["birth"], out["birth"], a)
    out["phone"] = np.where(levels["phone"] == 1, m["phone"][1] + w.phone[enc["phone"][a]], out["phone"])
    village, markaz = w.village[enc["village"][a]], w.markaz[enc["markaz"][a]]
    out["place"] = np.where(levels["place"] == 1, m["place"][1] + village, out["place"])
    out["place"] = np.where(levels["place"] == 5, m["place"][5] + markaz, out["place"])
    known_sex = (levels["given"] == 1) | (levels["given"] == 2)
    out["sex"] = np.where((levels["sex"] == 1) & known_sex, 0, out["sex"])
    return {name: term.astype(np.int32) for name, term in out.items()}


def _birth_terms(enc: Table, w: Weights, m: Array, level: Array, base: Array, a: Array) -> Array:
    year = w.year[enc["birth_year"][a].astype(np.int64)]
    day_in_year, part, month_day = 851, 311, 851
    out = np.where(level == 1, m[1] + year + day_in_year, base)
    out = np.where(level == 2, m[2] + year + day_in_year, out)
    out = np.where(level == 3, m[3] + year + part, out)
    out = np.where(level == 4, m[4] + month_day + 200, out)
    out = np.where(level == 5, m[5] + year, out)
    return np.where(level == 7, m[7] + year, out)


def sibling_terms(w: Weights, levels: Table, stranger: Table) -> Table:
    """Return the weight of each comparison against a sibling in the same household."""
    out = {name: np.minimum(stranger[name], 0) for name in EXPLAINED["sibling"]}
    for name in w.sibling:
        out[name] = w.sibling[name][levels[name]]
    known_sex = (levels["given"] == 1) | (levels["given"] == 2)
    out["sex"] = np.where((levels["sex"] == 1) & known_sex, 0, out["sex"])
    return {name: out[name] for name in LEVELS}


def rival_terms(enc: Table, model: Model, w: Weights, levels: Table, a: Array, b: Array) -> dict[str, Table]:
    """Return the terms of every comparison against every rival; `explain` shows them as they are."""
    stranger = stranger_terms(enc, model, w, levels, a, b)
    kin = {name: np.minimum(term, 0) if name in EXPLAINED["kin"] else term for name, term in stranger.items()}
    parent = {
        name: np.minimum(term, 0) if name in EXPLAINED["parent"] else term for name, term in stranger.items()
    }
    for name, weight in w.parent.items():
        parent[name] = weight[levels[name]]
    parent["given"] = np.where(may_be_parent(enc, levels, a, b), parent["given"], FAR)
    return {
        "stranger": stranger,
        "sibling": sibling_terms(w, levels, stranger),
        "kin": kin,
        "parent": parent,
    }


def may_be_parent(enc: Table, levels: Table, a: Array, b: Array) -> Array:
    """
    Tell where one record may be the other's father or child: his chain is hers without her own name.

    محمد محمد سليم may be the father of محمد محمد محمد سليم. Shifted and swapped names may hide it as well.
    """
    x, y = enc["tok_canon"][enc["chain"][a, :3]], enc["tok_canon"][enc["chain"][b, :3]]
    out = (levels["father"] == 4) | (levels["given"] == 4)
    for child, elder in ((x, y), (y, x)):
        second = (child[:, 2] == elder[:, 1]) | (child[:, 2] == 0) | (elder[:, 1] == 0)
        out |= (child[:, 1] == elder[:, 0]) & (child[:, 1] > 0) & second
    return np.asarray(out)


def rival_priors(w: Weights) -> dict[str, int]:
    """Return what speaks for one person before anything is compared, against each rival."""
    return {"stranger": w.prior, "sibling": SIBLING_PRIOR, "kin": KIN_PRIOR, "parent": PARENT_PRIOR}


def sum_rivals(w: Weights, terms: dict[str, Table]) -> Array:
    """Return one row of weights per rival, prior included, in the order of `RIVALS`."""
    prior = rival_priors(w)
    total = np.stack([sum(terms[rival].values()) + prior[rival] for rival in RIVALS]).astype(np.int32)
    return np.asarray(total)


def score_pairs(
    enc: Table, model: Model, w: Weights, a: Array, b: Array, household: Array | None = None
) -> tuple[Table, Array]:
    """Return the levels and the decisive weight of each pair."""
    levels = compare_records(enc, a, b)
    if household is not None:
        levels["household"] = household
    terms = rival_terms(enc, model, w, levels, a, b)
    return levels, sum_rivals(w, terms).min(axis=0)


def score_contradiction(enc: Table, model: Model, w: Weights, a: Array, b: Array) -> tuple[Table, Array]:
    """
    Return levels, and how far two records that others bridge contradict each other.

    Only what belongs to one person speaks: given and father's name, birth, sex, age, id. Later names
    are left out, for one clerk writes the grandfather where another writes the family.
    """
    levels = compare_records(enc, a, b)
    terms = rival_terms(enc, model, w, levels, a, b)["sibling"]
    spoken = ("given", "father", "birth", "sex", "age", "nid")
    return levels, np.asarray(sum(terms[name] for name in spoken)).astype(np.int32)
