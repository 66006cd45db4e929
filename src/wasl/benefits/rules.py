"""
What a giving covers and when two overlap, without a database.

`settlement` does the same in SQL for millions of claims; tests hold the two equal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from wasl.kernel.months import ONCE, add_months, months_between

SEASON_REACH_MONTHS = 2


class Guard(StrEnum):
    """How hard the answer is where a cell is taken; `none` has no cell."""

    REFUSE = "refuse"
    WARN = "warn"
    NONE = "none"


class Period(StrEnum):
    """How long one giving covers: a number of months, a season, or a life."""

    MONTHS = "months"
    SEASON = "season"
    ONCE = "once"


@dataclass(frozen=True)
class Claim:
    """One line that states a benefit, as far as overlaps depend on it; `months` is (first, last)."""

    list_id: int
    row: int
    organisation: int
    family: int
    need: str
    month: date
    months: tuple[date, date]
    per_person: bool = False
    value: int | None = None
    repeated: bool = False

    @property
    def line(self) -> tuple[int, int]:
        """The line it comes from: its identity."""
        return (self.list_id, self.row)

    def covers(self, month: date) -> bool:
        """Tell whether `month` is one of its months."""
        return self.months[0] <= month <= self.months[1]


@dataclass(frozen=True)
class Overlap:
    """A largest set of claims that share a month, dated by the first month in which it is whole."""

    month: date
    lines: frozenset[tuple[int, int]]
    cost: int
    unvalued: int


def read_period(text: str) -> tuple[Period, int]:
    """Read the catalogue's months column: `12`, `season`, `once`, or `0` for what covers nothing."""
    if text == Period.SEASON:
        return Period.SEASON, 1
    if text == Period.ONCE:
        return Period.ONCE, 1
    return Period.MONTHS, int(text)


def find_season(month: date, seasons: Iterable[Sequence[date]]) -> Sequence[date] | None:
    """Return the months of the season that `month` lies in, else of the nearest within two, or None."""
    ranked = sorted((_distance(month, season), season[0], season) for season in seasons)
    return ranked[0][2] if ranked and ranked[0][0] <= SEASON_REACH_MONTHS else None


def _distance(month: date, season: Sequence[date]) -> int:
    return max(0, months_between(month, season[0]), months_between(season[-1], month))


def covered_months(
    month: date, period: Period, window: int, seasons: Iterable[Sequence[date]]
) -> tuple[date, date]:
    """Return the first and last month that a giving in `month` covers."""
    if period is Period.ONCE:
        return ONCE, ONCE
    if period is Period.SEASON:
        season = find_season(month, seasons)
        return (season[0], season[-1]) if season else (month, month)
    return month, add_months(month, max(window, 1) - 1)


def answer_guard(asked: Guard, holding: Guard) -> Guard:
    """Refuse only where both needs refuse; a warning on either side is a warning."""
    return Guard.REFUSE if asked is holding is Guard.REFUSE else Guard.WARN


def maximal_sets(claims: Sequence[Claim]) -> dict[frozenset[tuple[int, int]], date]:
    """
    Return every largest set of claims that share a month, with the first month of each.

    Looks at each month in which a claim begins, because a set is whole from its latest beginning
    on. Quadratic: the definition, for tests to hold the SQL against.
    """
    found: dict[frozenset[tuple[int, int]], date] = {}
    for month in sorted({claim.months[0] for claim in claims}):
        found.setdefault(frozenset(claim.line for claim in claims if claim.covers(month)), month)
    return {lines: month for lines, month in found.items() if not any(lines < other for other in found)}


def cost_claims(claims: Iterable[Claim]) -> tuple[int, int]:
    """
    Return what the claims of one cell cost beyond the largest organisation's part, and the unvalued givings.

    A giving is one list's rows of one need and month: the largest row for a family's need, the sum of
    rows for a person's. A repeated row adds nothing.
    """
    givings: dict[tuple[int, str, date], list[Claim]] = defaultdict(list)
    for claim in claims:
        givings[claim.list_id, claim.need, claim.month].append(claim)
    parts: dict[int, int] = defaultdict(int)
    unvalued = 0
    for rows in givings.values():
        values = [row.value for row in rows if row.value is not None and not row.repeated]
        if not values:
            unvalued += 1
            continue
        parts[rows[0].organisation] += sum(values) if rows[0].per_person else max(values)
    return sum(parts.values()) - max(parts.values(), default=0), unvalued


def certain_overlaps(claims: Sequence[Claim]) -> list[Overlap]:
    """Return the overlaps of one slot within each certain family."""
    found = []
    for family in _by_family(claims).values():
        found += [
            Overlap(month, lines, *cost_claims(held))
            for lines, month in maximal_sets(family).items()
            if _organisations(held := _held(family, lines)) >= 2
        ]
    return found


def likely_overlaps(claims: Sequence[Claim]) -> list[Overlap]:
    """
    Return the overlaps of one slot across the families of one group, beside those within each.

    The cost is only what the group adds: that of the whole set, as of one family, less what its
    claims cost within each family.
    """
    found = []
    for lines, month in maximal_sets(claims).items():
        held = _held(claims, lines)
        inside = _by_family(held)
        if _organisations(held) < 2 or len(inside) < 2:
            continue
        cost, unvalued = cost_claims(held)
        within = sum(cost_claims(family)[0] for family in inside.values())
        found.append(Overlap(month, lines, max(0, cost - within), unvalued))
    return found


def _held(claims: Iterable[Claim], lines: frozenset[tuple[int, int]]) -> list[Claim]:
    return [claim for claim in claims if claim.line in lines]


def _organisations(claims: Iterable[Claim]) -> int:
    return len({claim.organisation for claim in claims})


def _by_family(claims: Iterable[Claim]) -> dict[int, list[Claim]]:
    families: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        families[claim.family].append(claim)
    return families
