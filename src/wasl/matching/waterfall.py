"""What every kept pair of records was weighed by: the deciding rival, the prior and each term, exactly."""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import unpack
from wasl.matching.compare import LEVELS, compare_households, compare_records
from wasl.matching.inside import INSIDE_PRIOR
from wasl.matching.options import Array
from wasl.matching.score import RIVALS, rival_terms
from wasl.matching.stages import Table
from wasl.matching.weights import Weights

RULES = ("same_id", "pair", "inside_family", "verdict", "lent_id")
"""What linked a pair. `lent_id`: two copies of one row that bears another's id, joined at a fixed weight."""
SAME_ID, PAIR, INSIDE, VERDICT, LENT = range(5)
TERMS = (*LEVELS, "others")
"""The comparisons; and what other owners of a record without an id take away (`others`, never above 0)."""

_NEVER = np.int32(1 << 24)


def weigh_pairs(enc: Table, w: Weights, houses: Table, kept: Table) -> dict[str, Table]:
    """
    Return for kept pairs (`pairs`, `weight`, `rule`) the tables `levels`, `decisive` and `terms`.

    `decisive` holds the rival (0 none, else its place in `RIVALS` from 1) and the prior. Prior and terms add
    up to the weight, but for what no comparison decided (a verdict, a lent id), where all are 0.
    """
    a, b = unpack(kept["pairs"])
    rule = kept["rule"]
    levels = compare_records(enc, a, b)
    levels["household"] = compare_households(enc, houses, a, b)
    rival, prior, terms = _decisive_terms(enc, w, levels, rule, a, b)
    compared = (rule != VERDICT) & (rule != LENT)
    terms["others"] = kept["weight"] - sum(terms.values(), prior)
    return {
        "levels": levels,
        "decisive": {
            "rival": np.where(compared, rival + 1, 0).astype(np.int8),
            "prior": np.where(compared, prior, 0).astype(np.int16),
        },
        "terms": {name: np.where(compared, terms[name], 0).astype(np.int16) for name in TERMS},
    }


def _decisive_terms(
    enc: Table, w: Weights, levels: Table, rule: Array, a: Array, b: Array
) -> tuple[Array, Array, Table]:
    """
    Return each pair's deciding rival, its prior and its terms, as the pair's rule weighs.

    Ids and families were weighed before households were compared; inside a family nobody but another
    member or a parent can be meant, and the prior is the family's.
    """
    household = np.where(rule == PAIR, levels["household"], 0).astype(np.int8)
    found = rival_terms(enc, w, {**levels, "household": household}, a, b)
    priors = np.array([w.priors[rival] for rival in RIVALS], dtype=np.int32)
    prior = np.repeat(priors[:, None], len(a), axis=1)
    inside = rule == INSIDE
    for place, rival in enumerate(RIVALS):
        prior[place, inside] = INSIDE_PRIOR if rival in ("sibling", "parent") else _NEVER
    total = np.stack([sum(found[rival].values()) for rival in RIVALS]) + prior
    rival = total.argmin(axis=0)
    rows = np.arange(len(a))
    terms = {name: np.choose(rival, [found[one][name] for one in RIVALS]) for name in LEVELS}
    return rival, prior[rival, rows].astype(np.int32), terms
