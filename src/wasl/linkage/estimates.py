"""
Shares of a sample with their intervals. Pure.

Wilson's interval holds for small samples and for shares near 0 and 1; of several parts of different size the bounds
are put together by MOVER (Zou & Donner, 2008), which keeps that: a part in which nothing was found still says how
much may be in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """A share with the bounds within which it lies, 95 times of 100; `n` judged."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Part:
    """A part of a stratified sample: how many there are in all, how many were judged and how many were so."""

    size: int
    judged: int
    found: int


def wilson(found: int, judged: int) -> Share | None:
    """Return the share `found` of `judged` with Wilson's interval; None where nothing was judged."""
    if judged <= 0:
        return None
    share, z2 = found / judged, Z95 * Z95
    middle = (share + z2 / (2 * judged)) / (1 + z2 / judged)
    reach = Z95 * sqrt(share * (1 - share) / judged + z2 / (4 * judged * judged)) / (1 + z2 / judged)
    low = 0.0 if found == 0 else max(0.0, middle - reach)
    high = 1.0 if found == judged else min(1.0, middle + reach)
    return Share(share, low, high, judged)


@dataclass(frozen=True)
class Total:
    """How many there are in all parts together, with bounds; `n` judged."""

    value: float
    low: float
    high: float
    n: int


def stratified_total(parts: Sequence[Part]) -> Total | None:
    """
    Return how many are found in all parts together; None where one that is not empty was not judged at all.

    A part that was judged whole adds its count and no doubt.
    """
    value = below = above = 0.0
    judged = 0
    for part in parts:
        if not part.size:
            continue
        share = wilson(part.found, part.judged)
        if share is None:
            return None
        value += part.size * share.value
        judged += part.judged
        if part.judged < part.size:
            below += (part.size * (share.value - share.low)) ** 2
            above += (part.size * (share.high - share.value)) ** 2
    return Total(value, max(0.0, value - sqrt(below)), value + sqrt(above), judged)


def missed_share(missed: Total | None, linked: Total | None) -> Share | None:
    """
    Return which share of all that are one was left apart: missed / (missed + rightly linked).

    The bounds take the worse of both, so they are a little too wide rather than too narrow.
    """
    if missed is None or linked is None or missed.value + linked.value <= 0:
        return None

    def share(lost: float, kept: float) -> float:
        return lost / (lost + kept) if lost + kept > 0 else 0.0

    return Share(
        share(missed.value, linked.value),
        share(missed.low, linked.high),
        share(missed.high, linked.low),
        missed.n + linked.n,
    )
