"""The links between records that people are made of: what ids say, what pairs weigh, what families add."""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import contains
from wasl.matching.clusters import MUST
from wasl.matching.options import Array, LinkOptions
from wasl.matching.stages import Table

LENT_WEIGHT = 600


def gather_edges(
    labels: Table, lent: Array, scored: Table, same: Array, inside: Table | None, options: LinkOptions
) -> Table:
    """
    Return each linked pair once, with the weight and the rule that speak most for it, and the doubtful pairs.

    `labels` are the pairs of one trusted id, `scored` compared pairs with the weight their rivals left them,
    `same` verdicts. Rules are numbered as in `waterfall.RULES`.
    """
    by_id = labels["weight"] >= options.likely_weight
    strong = scored["weight"] >= options.likely_weight
    sets = [
        (same, np.full(len(same), MUST, np.int32), 3),
        (labels["pairs"][by_id], labels["weight"][by_id], 0),
        (lent, np.full(len(lent), LENT_WEIGHT, np.int32), 4),
        (scored["pairs"][strong], scored["weight"][strong], 1),
    ]
    if inside is not None:
        sets.append((inside["pairs"], inside["weight"], 2))
    pairs = np.concatenate([pairs for pairs, _, _ in sets])
    weight = np.concatenate([weight for _, weight, _ in sets]).astype(np.int32)
    rule = np.concatenate([np.full(len(pairs), rule, np.int8) for pairs, _, rule in sets])
    order = np.lexsort((-weight, pairs))
    pairs, weight, rule = pairs[order], weight[order], rule[order]
    first = np.ones(len(pairs), dtype=bool)
    first[1:] = pairs[1:] != pairs[:-1]
    edges = {"pairs": pairs[first], "weight": weight[first], "rule": rule[first]}
    doubt = ~strong & ~contains(edges["pairs"], scored["pairs"])
    return {**edges, "doubt_pairs": scored["pairs"][doubt], "doubt_weight": scored["weight"][doubt]}
