"""The picture of a pair's weight: one bar per comparison, each beginning where the last ended."""

from __future__ import annotations

from dataclasses import dataclass

from wasl.linkage.queries import PairView
from wasl.linkage.rules import PairKind
from wasl.web.words import has_words, say

ENDS = {"prior": -1, "bound": 1, "others": 1}
"""What is said before the comparisons, and what takes away from all of them after."""
WIDTH = 1000
"""Of the drawing, in its own units."""
CERTAIN = {PairKind.PERSON: 997}
LIKELY = {PairKind.PERSON: 150, PairKind.FAMILY: 200}
POSSIBLE = {PairKind.PERSON: -300, PairKind.FAMILY: -300}


@dataclass(frozen=True)
class Bar:
    """One step: from where the last ended, for or against."""

    words: str
    level: str
    bits: str
    is_for: bool
    x: int
    width: int


@dataclass(frozen=True)
class Line:
    """A threshold, where it stands in the drawing."""

    code: str
    bits: str
    x: int


@dataclass(frozen=True)
class Waterfall:
    """Bars, their sum and the thresholds; `zero` is where weighing begins."""

    bars: list[Bar]
    total: Bar
    lines: list[Line]
    zero: int
    rule: str
    rival: str
    grade: str


def draw_waterfall(pair: PairView, *, with_lines: bool = True) -> Waterfall:
    """
    Return the drawing of a pair: the prior first, then the strongest evidence, then what takes away from it.

    The lines are those by which runs grade pairs: without them where something else decides.
    """
    kind = PairKind(pair.kind)
    ordered = sorted(pair.terms, key=lambda term: (ENDS.get(term.comparison, 0), -abs(term.weight)))
    marks = {
        "certain": CERTAIN.get(kind),
        "likely": LIKELY[kind],
        "possible": POSSIBLE[kind],
    }
    known = {name: at for name, at in marks.items() if at is not None and with_lines}
    total = pair.weight if pair.terms else 0
    ends = [0]
    for term in ordered:
        ends.append(ends[-1] + term.weight)
    low, high = min(*ends, *known.values(), 0), max(*ends, *known.values(), 0)

    def place(weight: int) -> int:
        return round((weight - low) * WIDTH / max(high - low, 1))

    def bar(words: str, level: str, start: int, end: int) -> Bar:
        x = min(place(start), place(end))
        return Bar(words, level, _bits(end - start), end >= start, x, max(2, abs(place(end) - place(start))))

    bars = [
        bar(_words("comparison", term.comparison), _words("level", term.level), start, end)
        for term, start, end in zip(ordered, ends, ends[1:], strict=False)
    ]
    lines = [Line(name, _bits(at), place(at)) for name, at in known.items()]
    return Waterfall(
        bars, bar(say("review.sum"), "", 0, total), lines, place(0), pair.rule, pair.rival, pair.grade
    )


def _words(kind: str, name: str) -> str:
    if not name:
        return ""
    code = f"{kind}.{name}"
    return say(code) if has_words(code) else name


def _bits(weight: int) -> str:
    return f"{weight / 100:+.2f}"
