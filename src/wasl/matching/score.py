"""Weights of pairs in hundredths of a bit: against each rival, and the least of them."""

from __future__ import annotations

import numpy as np

from wasl.matching.compare import LEVELS, compare_records
from wasl.matching.options import Array
from wasl.matching.stages import Table
from wasl.matching.weights import POSITION, Weights

RIVALS = ("stranger", "sibling", "kin", "parent")

EXPLAINED = {
    "sibling": ("father", "third", "fourth", "phone", "place", "household"),
    "kin": ("third", "fourth", "place"),
    "parent": ("given", "father", "third", "fourth", "phone", "place", "household", "sex"),
}
"""What a rival of the same household or clan would share too: it counts only against."""

FAR = np.int32(20_000)
DAY_OF_YEAR, ONE_PART, OTHER_YEAR = 851, 311, 1051
"""What agreeing on a day of the year, on a day or a month of it, or on a day of another year says of chance."""

_BIRTH_SAYS = np.array([0, DAY_OF_YEAR, DAY_OF_YEAR, ONE_PART, OTHER_YEAR, 0, 0, 0, 0, 0], dtype=np.int32)
_BIRTH_BY_YEAR = np.array([0, 1, 1, 1, 0, 1, 0, 1, 0, 0], dtype=bool)
_BIRTH_BY_CHANCE = np.array([0, 1, 1, 1, 1, 1, 0, 1, 0, 0], dtype=bool)


def quality_of(enc: Table, a: Array, b: Array) -> Array:
    """Return the quality class each pair is weighed by: the worse of its two records'."""
    return np.maximum(enc["quality"][a], enc["quality"][b])


def _look_up(table: Array, quality: Array, level: Array) -> Array:
    return np.asarray(table.ravel()[quality.astype(np.int32) * table.shape[1] + level])


def stranger_terms(enc: Table, w: Weights, levels: Table, quality: Array, a: Array, b: Array) -> Table:
    """
    Return the weight of each comparison against a stranger, term frequencies included.

    Where two ends could both say how rare something is, the less rare decides: a pair weighs the same
    whichever of its records stands first.
    """
    out = {name: _look_up(w.stranger[name], quality, levels[name]) for name in LEVELS}
    x, y = enc["chain"][a], enc["chain"][b]
    _same_names(w, levels, quality, x, y, out)
    _moved_names(enc["tok_canon"], w, levels, quality, x, y, out)
    birth = levels["birth"]
    chance = w.year[enc["birth_year"][a].astype(np.int64)] * _BIRTH_BY_YEAR[birth] + _BIRTH_SAYS[birth]
    agree = _look_up(w.agree["birth"], quality, birth)
    out["birth"] = np.where(_BIRTH_BY_CHANCE[birth], agree + chance, out["birth"])
    for name, level, rarity, column in (
        ("phone", 1, w.phone, "phone"),
        ("place", 1, w.village, "village"),
        ("place", 5, w.markaz, "markaz"),
    ):
        at = np.flatnonzero(levels[name] == level)
        out[name][at] = w.agree[name][quality[at], level] + rarity[enc[column][a[at]]]
    out["sex"][_sex_by_name(levels)] = 0
    return out


def _sex_by_name(levels: Table) -> Array:
    """Tell where sexes agree because given names do: that says nothing more."""
    return np.asarray((levels["sex"] == 1) & ((levels["given"] == 1) | (levels["given"] == 2)))


def _same_names(w: Weights, levels: Table, quality: Array, x: Array, y: Array, out: Table) -> None:
    """Weigh names that agree, or are spellings of one, by how rare they are."""
    for place, (name, position) in enumerate(POSITION.items()):
        for level, rarity in ((1, w.token[position]), (2, w.misspelt[name])):
            at = np.flatnonzero(levels[name] == level)
            rare = np.minimum(rarity[x[at, place]], rarity[y[at, place]])
            out[name][at] = w.agree[name][quality[at], level] + rare


def _moved_names(
    canon: Array, w: Weights, levels: Table, quality: Array, x: Array, y: Array, out: Table
) -> None:
    """Weigh names that stand in each other's place, one dropped from between, or one in a later place."""
    given, father, later = w.token["given"], w.token["father"], w.token["later"]
    at = np.flatnonzero(levels["father"] == 6)
    out["father"][at] = w.agree["father"][quality[at], 6] + np.minimum(father[x[at, 1]], father[y[at, 1]])
    at = np.flatnonzero(levels["given"] == 4)
    one = np.minimum(given[x[at, 0]], given[y[at, 1]])
    two = np.minimum(given[x[at, 1]], given[y[at, 0]])
    out["given"][at] = w.agree["given"][quality[at], 4] + np.minimum(one, two)
    out["father"][at] = np.maximum(one, two)
    at = np.flatnonzero(levels["father"] == 4)
    first = (canon[x[at, 1]] == canon[y[at, 2]])[:, None]
    short, full = np.where(first, x[at], y[at]), np.where(first, y[at], x[at])
    out["father"][at] = w.agree["father"][quality[at], 4] + np.minimum(
        father[short[:, 1]], father[full[:, 2]]
    )
    after = np.minimum(later[short[:, 2]], later[full[:, 3]])
    out["third"][at] = np.where(levels["third"][at] == 1, after, out["third"][at])
    at = np.flatnonzero(levels["third"] == 4)
    out["third"][at] = w.agree["third"][quality[at], 4] + _crossed_rarity(canon, later, x[at], y[at])


def _crossed_rarity(canon: Array, later: Array, x: Array, y: Array) -> Array:
    """Return how rare the name is that stands third in one chain and later in the other; the least rare of two."""
    rare = np.full(len(x), FAR)
    for p, q in ((canon[x], canon[y]), (canon[y], canon[x])):
        for place in (3, 4):
            rare = np.where(p[:, 2] == q[:, place], np.minimum(rare, later[p[:, 2]]), rare)
    return rare


def sibling_terms(w: Weights, levels: Table, quality: Array, stranger: Table) -> Table:
    """Return the weight of each comparison against a sibling in the same household."""
    out = {name: np.minimum(stranger[name], 0) for name in EXPLAINED["sibling"]}
    for name, table in w.sibling.items():
        out[name] = _look_up(table, quality, levels[name])
    out["sex"][_sex_by_name(levels)] = 0
    return {name: out[name] for name in LEVELS}


def rival_terms(enc: Table, w: Weights, levels: Table, a: Array, b: Array) -> dict[str, Table]:
    """Return the terms of every comparison against every rival; `explain` shows them as they are."""
    quality = quality_of(enc, a, b)
    stranger = stranger_terms(enc, w, levels, quality, a, b)
    kin = {name: np.minimum(term, 0) if name in EXPLAINED["kin"] else term for name, term in stranger.items()}
    parent = {
        name: np.minimum(term, 0) if name in EXPLAINED["parent"] else term for name, term in stranger.items()
    }
    for name, table in w.parent.items():
        parent[name] = _look_up(table, quality, levels[name])
    parent["given"] = np.where(may_be_parent(enc, levels, a, b), parent["given"], FAR)
    return {
        "stranger": stranger,
        "sibling": sibling_terms(w, levels, quality, stranger),
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


def sum_rivals(w: Weights, terms: dict[str, Table]) -> Array:
    """Return one row of weights per rival, prior included, in the order of `RIVALS`."""
    total = np.stack([sum(terms[rival].values()) + w.priors[rival] for rival in RIVALS]).astype(np.int32)
    return np.asarray(total)


def score_pairs(
    enc: Table, w: Weights, a: Array, b: Array, household: Array | None = None
) -> tuple[Table, Array]:
    """Return the levels and the decisive weight of each pair; the same for (a, b) as for (b, a)."""
    levels = compare_records(enc, a, b)
    if household is not None:
        levels["household"] = household
    terms = rival_terms(enc, w, levels, a, b)
    return levels, sum_rivals(w, terms).min(axis=0)


def score_contradiction(enc: Table, w: Weights, a: Array, b: Array) -> tuple[Table, Array]:
    """
    Return levels, and how far two records that others bridge contradict each other.

    Only what belongs to one person speaks: given and father's name, birth, sex, age, id. Later names
    are left out, for one clerk writes the grandfather where another writes the family.
    """
    levels = compare_records(enc, a, b)
    quality = quality_of(enc, a, b)
    terms = sibling_terms(w, levels, quality, stranger_terms(enc, w, levels, quality, a, b))
    spoken = ("given", "father", "birth", "sex", "age", "nid")
    return levels, np.asarray(sum(terms[name] for name in spoken)).astype(np.int32)
