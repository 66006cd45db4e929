"""What another rule would have done to what has been given: shown before it is made."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date

from wasl.benefits.needs.rules import NeedRule
from wasl.kernel.months import ONCE
from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows

GIVINGS_MOST = 10_000
GRANTS_MOST = 10_000
EFFECT = "SELECT * FROM benefits_need_effect(%s, %s, %s, %s)"
GRANTS = "SELECT * FROM benefits_need_grants(%s, %s)"
NEWEST = "SELECT max(month) FROM benefits_claim WHERE need = %s AND active"
GAPS = "SELECT gaps, month FROM benefits_slot_figures() WHERE slot = %s AND month IS NOT NULL"


@dataclass(frozen=True)
class MonthEffect:
    """
    Families of one month that the rule would have treated otherwise, among those looked at.

    `refused`: another organisation's benefit would now refuse them; `left_without` of these: nobody else
    covers a slot that the need covers today. `warned`: the door would ask where it asked nothing. `alone`:
    only this need covers them where the rule would no longer cover.
    """

    month: date
    looked: int
    is_part: bool
    refused: int
    warned: int
    left_without: int
    alone: int


@dataclass(frozen=True)
class Effect:
    """What a rule would do; `grants` counts those that live on under each older version, up to a bound."""

    months: tuple[MonthEffect, ...]
    grants: tuple[tuple[int, int], ...]

    @property
    def is_quiet(self) -> bool:
        """Tell whether no family would have been treated otherwise."""
        return not any(one.refused or one.warned or one.left_without or one.alone for one in self.months)

    @property
    def is_blind(self) -> bool:
        """Tell whether there is no giving to measure a rule by."""
        return not any(one.looked for one in self.months)

    @property
    def living(self) -> int:
        """How many grants keep the rule they were made by."""
        return sum(count for _, count in self.grants)

    @property
    def living_is_part(self) -> bool:
        """Tell whether there are more than were counted."""
        return self.living >= GRANTS_MOST


@dataclass(frozen=True)
class Gaps:
    """The families that a slot's gaps count, in the month that was counted last."""

    families: int
    month: date


def preview_rule(
    viewer: Viewer, need: str, rule: NeedRule, *, month: date, most: int = GIVINGS_MOST
) -> Effect:
    """
    Return what `rule` would have done to the givings of `month` and the month after, at most `most` of each.

    Where neither has any, the newest month that has is looked at instead.
    For the desk: it counts families of every organisation. Empty for anybody else, and for a need there is not.
    """
    months = _look(viewer, need, rule, month, most)
    if months and not any(one.looked for one in months):
        newest = read_rows(viewer, NEWEST, [need])[0][0]
        months = _look(viewer, need, rule, newest, most)[:1] if newest else months
    grants = read_rows(viewer, GRANTS, [need, GRANTS_MOST])
    return Effect(months, tuple((row[0], row[1]) for row in grants))


def _look(viewer: Viewer, need: str, rule: NeedRule, month: date, most: int) -> tuple[MonthEffect, ...]:
    return tuple(MonthEffect(*row) for row in read_rows(viewer, EFFECT, [need, rule_json(rule), month, most]))


def find_gaps(viewer: Viewer, slot: str) -> Gaps | None:
    """Return the gaps of a slot as they were counted last, None where nobody has counted or may not see."""
    found = [row for row in read_rows(viewer, GAPS, [slot]) if row[0] is not None and row[1] != ONCE]
    return Gaps(*found[0]) if found else None


def rule_json(rule: NeedRule) -> str:
    """Return a rule as the database's functions read it."""
    return json.dumps({**asdict(rule), "slots": list(rule.slots)}, ensure_ascii=False)
