"""How well each organisation writes names down, by the pairs of its records and others' that one id joins."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from wasl.matching.arrays import distinct
from wasl.matching.model_file import CAREFUL, CARELESS, USUAL
from wasl.matching.options import Array
from wasl.matching.stages import Table

NAMES = ("given", "father", "third", "fourth")
_IMAGINED = 400.0
_ROUNDS = 30
BETTER, WORSE = 0.6, 1.6
"""Below so much of the common rate an organisation is careful; above, careless."""


def grade_organisations(organisation: Array, levels: Table, a: Array, b: Array) -> dict[int, int]:
    """
    Return the quality class of each organisation that has pairs with others.

    What differs in a pair may be either's doing: the rates that together explain all pairs of organisations
    best are found by turns, each pulled towards the common rate by some hundred imagined names.
    """
    across = organisation[a] != organisation[b]
    asked = np.zeros(len(a), dtype=np.int64)
    wrong = np.zeros(len(a), dtype=np.int64)
    for name in NAMES:
        asked += levels[name] > 0
        wrong += levels[name] > 1
    a, b, asked, wrong = a[across], b[across], asked[across], wrong[across]
    if not asked.sum():
        return {}
    known = distinct(np.concatenate((organisation[a], organisation[b])))
    x, y = np.searchsorted(known, organisation[a]), np.searchsorted(known, organisation[b])
    both, inverse = np.unique(np.concatenate((x * len(known) + y, y * len(known) + x)), return_inverse=True)
    one, other = both // len(known), both % len(known)
    asked = np.bincount(inverse, np.concatenate((asked, asked)))
    wrong = np.bincount(inverse, np.concatenate((wrong, wrong)))
    rate = _own_rates(one, other, asked, wrong, len(known))
    common = wrong.sum() / asked.sum() / 2
    quality = np.where(rate < BETTER * common, CAREFUL, np.where(rate > WORSE * common, CARELESS, USUAL))
    return {int(number): int(grade) for number, grade in zip(known, quality, strict=True)}


def class_of(organisation: Array, graded: Mapping[int, int]) -> Array:
    """Return the class of each organisation's number; one that is not graded is usual."""
    if not graded:
        return np.full(len(organisation), USUAL, dtype=np.int8)
    known = np.array(sorted(graded))
    quality = np.array([graded[int(number)] for number in known], dtype=np.int8)
    at = np.minimum(np.searchsorted(known, organisation), len(known) - 1)
    return np.where(known[at] == organisation, quality[at], USUAL).astype(np.int8)


def _own_rates(one: Array, other: Array, asked: Array, wrong: Array, count: int) -> Array:
    """Return each organisation's own rate of differing names: what a pair differs by is the sum of two."""
    common = wrong.sum() / asked.sum() / 2
    rate = np.full(count, common)
    total = np.bincount(one, asked, count) + _IMAGINED
    for _ in range(_ROUNDS):
        own = np.bincount(one, wrong - asked * rate[other], count) + _IMAGINED * common
        rate = (rate + np.maximum(own / total, 0.0)) / 2
    return rate
