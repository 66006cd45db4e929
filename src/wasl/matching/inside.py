"""The second pass: inside a family there are few to confuse one with, so less evidence is enough."""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import contains, pairs_within, unpack
from wasl.matching.compare import compare_records
from wasl.matching.options import Array, LinkOptions, empty
from wasl.matching.score import rival_terms
from wasl.matching.stages import Stages, Table
from wasl.matching.weights import Weights

INSIDE_PRIOR = -200
_FAMILY_CAP = 40


def link_inside(
    enc: Table,
    w: Weights,
    person: Array,
    family: Array,
    options: LinkOptions,
    stages: Stages,
) -> Table:
    """
    Return the pairs of records of one family that are one person by name, sex, date and age alone.

    The rival is another member of the family, so what members share (father, phone, place) counts only
    against. Pairs of one entry, of one person already, and of two different trusted ids are left out.
    """
    pairs, capped = pairs_within(family[enc["m_ent"]], enc["m_rec"], _FAMILY_CAP)
    stages.note("inside", "families too large for a second pass", capped)
    a, b = unpack(pairs)
    open_pairs = pairs[(person[a] != person[b])]
    open_pairs = open_pairs[_given_may_agree(enc, open_pairs)]
    open_pairs = open_pairs[~contains(enc["comates"], open_pairs)]
    kept, weights = [empty()], [empty(np.int32)]
    for at in range(0, len(open_pairs), options.pair_chunk):
        stages.check()
        part = open_pairs[at : at + options.pair_chunk]
        a, b = unpack(part)
        weight = inside_weight(enc, w, a, b)
        good = weight >= options.likely_weight
        kept.append(part[good])
        weights.append(weight[good])
    return {"pairs": np.concatenate(kept), "weight": np.concatenate(weights)}


def _given_may_agree(enc: Table, packed: Array) -> Array:
    """Leave out pairs whose given names differ: nothing inside a family outweighs that."""
    a, b = unpack(packed)
    given, father = enc["tok_canon"][enc["chain"][:, 0]], enc["tok_canon"][enc["chain"][:, 1]]
    x, y = given[a], given[b]
    unknown = ~(enc["tok_known"][x] & enc["tok_known"][y])
    return np.asarray((x == y) | unknown | ((x == father[b]) & (y == father[a])))


def inside_weight(enc: Table, w: Weights, a: Array, b: Array) -> Array:
    """Return the weight of "one person" for two records known to belong to one family."""
    levels = compare_records(enc, a, b)
    terms = rival_terms(enc, w, levels, a, b)
    member = sum(terms["sibling"].values()) + INSIDE_PRIOR
    parent = sum(terms["parent"].values()) + INSIDE_PRIOR
    weight = np.minimum(member, parent)
    return np.where(levels["nid"] == 3, np.minimum(weight, -1000), weight).astype(np.int32)
