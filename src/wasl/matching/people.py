"""From scored pairs to people: rival candidates weighed, contradictions found, clusters made."""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import components, contains, distinct, unpack
from wasl.matching.clusters import cluster, pairs_of
from wasl.matching.compare import compare_households
from wasl.matching.options import Array, LinkOptions, empty
from wasl.matching.score import score_contradiction, score_pairs
from wasl.matching.stages import Stages, Table
from wasl.matching.weights import Weights

CLASH = -500
_CLASH_CAP = 250
SURVIVES = -1000


def score_candidates(
    enc: Table, houses: Table, w: Weights, packed: Array, options: LinkOptions, stages: Stages
) -> Table:
    """Return the pairs that reach the review weight, with levels and weights; in bounded chunks."""
    kept: list[Table] = []
    for at in range(0, len(packed), options.pair_chunk):
        stages.tell("scored", at / max(1, len(packed)))
        part = packed[at : at + options.pair_chunk]
        a, b = unpack(part)
        _, weight = score_pairs(enc, w, a, b)
        live = weight >= SURVIVES
        a, b, part = a[live], b[live], part[live]
        household = compare_households(enc, houses, a, b)
        levels, weight = score_pairs(enc, w, a, b, household)
        good = weight >= options.possible_weight
        row = {f"l_{name}": column[good] for name, column in levels.items()}
        kept.append({"pairs": part[good], "weight": weight[good], **row})
    if not kept:
        a = empty(np.int32)
        levels, weight = score_pairs(enc, w, a, a, empty(np.int8))
        return {"pairs": empty(), "weight": weight, **{f"l_{k}": v for k, v in levels.items()}}
    return {key: np.concatenate([part[key] for part in kept]) for key in kept[0]}


def weigh_pairs_in_parts(enc: Table, w: Weights, packed: Array, chunk: int) -> Array:
    """Return what each pair weighs without its household; some at a time, for their terms take much room."""
    out = np.empty(len(packed), dtype=np.int32)
    for at in range(0, len(packed), chunk):
        a, b = unpack(packed[at : at + chunk])
        out[at : at + chunk] = score_pairs(enc, w, a, b)[1]
    return out


def weigh_rivals(enc: Table, packed: Array, weight: Array) -> Array:
    """
    Return weights lowered where a record without an id has several possible owners.

    Two people with different trusted ids cannot both be it, so what speaks for one speaks against
    the other: W − log2(1 + Σ 2^W of its rivals).
    """
    a, b = unpack(packed)
    out = weight.astype(np.float64)
    for hard, owner in ((a, b), (b, a)):
        ask = np.flatnonzero(~enc["trusted"][hard] & enc["trusted"][owner])
        if not len(ask):
            continue
        key = (hard[ask].astype(np.int64) << 32) | enc["group"][owner[ask]]
        target, inverse = np.unique(key, return_inverse=True)
        best = np.full(len(target), -np.inf)
        np.maximum.at(best, inverse, weight[ask] / 100)
        who, at = np.unique(target >> 32, return_inverse=True)
        odds = np.exp2(np.clip(best, -60, 200))
        total = np.bincount(at, odds, minlength=len(who))
        others = np.maximum(total[at] - odds, 0)[inverse]
        out[ask] -= 100 * np.log2(1 + others)
    return np.rint(np.clip(out, -20_000, 20_000)).astype(np.int32)


def make_people(
    enc: Table,
    w: Weights,
    edges: Table,
    verdicts: Table,
    options: LinkOptions,
    stages: Stages,
) -> Table:
    """
    Return each record's person and which edges were cut.

    Cannot-links: two records of one entry; two trusted ids that no direct evidence joins; two
    confirmed ids more than one slip apart; a pair that contradicts clearly though others bridge it.
    """
    n = len(enc["record_id"])
    a, b = unpack(edges["pairs"])
    weight = edges["weight"]
    label = components(n, a, b)
    within = pairs_of(label, _CLASH_CAP)
    clash = _clashing(enc, w, within, edges["pairs"], options, stages)
    shut = enc["comates"]
    x, y = unpack(shut)
    conflicts = distinct(np.concatenate((clash, shut[label[x] == label[y]])))
    person, cut = cluster(n, a, b, weight, conflicts, verdicts["different"], options.person_cap)
    stages.note("people", "links cut by a contradiction", int(cut.sum()))
    return {"person": person.astype(np.int32), "cut": cut}


def _clashing(
    enc: Table, w: Weights, within: Array, linked: Array, options: LinkOptions, stages: Stages
) -> Array:
    """Return the pairs inside tentative people that contradict each other."""
    out = [empty()]
    ordered = np.sort(linked)
    for at in range(0, len(within), options.pair_chunk):
        stages.check()
        part = within[at : at + options.pair_chunk]
        a, b = unpack(part)
        levels, weight = score_contradiction(enc, w, a, b)
        differ = levels["nid"] == 3
        walled = differ & enc["confirmed"][a] & enc["confirmed"][b]
        bridged = differ & ~contains(ordered, part)
        out.append(part[walled | bridged | (weight < CLASH) & (levels["nid"] != 1)])
    return np.concatenate(out)
