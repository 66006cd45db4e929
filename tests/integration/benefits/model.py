"""
The calendar as its definition has it, in memory: who holds what, and what becomes of each grant.

Written from what the words mean, not from the SQL: a grant that lives holds its cells; a row of a given list holds
them too, unless it reports a grant of its organisation to the same family for the same need and month. Families are
sets of entries. Whatever is asked is answered by looking at everything; nothing is kept that could be forgotten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from wasl.benefits.rules import Claim, certain_overlaps
from wasl.kernel.months import add_months

# Need: slots, whether it refuses, months from the month of giving on. Each is given in one part.
NEEDS: dict[str, tuple[tuple[str, ...], bool, int]] = {
    "food_box": (("food",), False, 1),
    "food_package": (("food",), True, 1),
    "monthly_cash": (("cash",), True, 1),
    "cash_food_package": (("cash", "food"), True, 1),
    "blankets": (("blankets",), False, 12),
    "livestock": (("project",), True, 36),
}
ALIVE = ("reserved", "approved", "delivered", "reported")


@dataclass
class Grant:
    """One grant and its life; `by_list` where a list's word alone delivered it, or took it back."""

    number: int
    organisation: int
    entry: int
    need: str
    month: date
    state: str = "reserved"
    approved: bool = False
    expired: bool = False
    said_by: int | None = None
    withdrawn: bool = False

    @property
    def is_alive(self) -> bool:
        """Tell whether it holds its cells; one whose time is over may yet, and counts for nobody."""
        return self.state in ALIVE and not self.expired


@dataclass
class Giving:
    """One row of a given list, each in a list of its own."""

    number: int
    organisation: int
    entry: int
    need: str
    month: date
    active: bool = True


@dataclass
class Calendar:
    """Everything there is; `family` says where each entry belongs, now."""

    family: dict[int, int] = field(default_factory=dict)
    grants: dict[int, Grant] = field(default_factory=dict)
    givings: dict[int, Giving] = field(default_factory=dict)

    def holders(self, family: int, slot: str, month: date) -> list[Grant | Giving]:
        """Return who holds one cell."""
        return [
            one
            for one in self._holding()
            if self.family[one.entry] == family and slot in NEEDS[one.need][0] and covers(one, month)
        ]

    def cells(self) -> dict[tuple[int, str, date], set[int]]:
        """Return every cell that is held, with the numbers of those who hold it."""
        held = defaultdict(set)
        for one in self._holding():
            for slot, month in cells_of(one.need, one.month):
                held[self.family[one.entry], slot, month].add(one.number)
        return dict(held)

    def overlaps(self) -> set[tuple[int, str, date, frozenset[int]]]:
        """Return what two organisations give at once: family, slot, first month, who."""
        found = set()
        for slot in {slot for slots, _, _ in NEEDS.values() for slot in slots}:
            claims = [
                Claim(one.number, 1, one.organisation, self.family[one.entry], one.need, one.month,
                    (one.month, add_months(one.month, NEEDS[one.need][2] - 1)))
                for one in self._holding() if slot in NEEDS[one.need][0]
            ]  # fmt: skip
            for overlap in certain_overlaps(claims):
                family = next(one.family for one in claims if one.line in overlap.lines)
                found.add((family, slot, overlap.month, frozenset(number for number, _ in overlap.lines)))
        return found

    def judge(self, organisation: int, entry: int, need: str, month: date, *, goes_on: bool) -> str:
        """Return what a door has to say: the hardest answer of all who hold one of the cells."""
        _, refuses, _ = NEEDS[need]
        standing = self.in_the_way(entry, need, month)
        for one in standing:
            if isinstance(one, Grant) and (one.organisation, one.need, one.month) == (
                organisation,
                need,
                month,
            ):
                return "exists"
        if any(refuses and NEEDS[one.need][1] for one in standing):
            return "refused"
        return "warned" if standing and not goes_on else "reserved"

    def in_the_way(self, entry: int, need: str, month: date) -> list[Grant | Giving]:
        """Return whoever holds one of the cells that a giving would take."""
        family = self.family[entry]
        return [one for slot, at in cells_of(need, month) for one in self.holders(family, slot, at)]

    def settle(self) -> None:
        """Let lists and grants meet, again from what stands: late lists, double ones, lists that were withdrawn."""
        for grants, givings in self._groups():
            said = [one.number for one in givings]
            paired = dict(zip([one.number for one in grants], said, strict=False))
            for grant in grants:
                _meet(grant, paired.get(grant.number), said)

    def _holding(self) -> Iterator[Grant | Giving]:
        yield from (one for one in self.grants.values() if one.is_alive)
        told = {
            giving.number
            for grants, givings in self._groups()
            for giving, _ in zip(givings, grants, strict=False)
        }
        yield from (one for one in self.givings.values() if one.active and one.number not in told)

    def _groups(self) -> Iterator[tuple[list[Grant], list[Giving]]]:
        """Yield grants and givings of one organisation, family, need and month, in the order in which they meet."""
        keys = defaultdict[tuple[object, ...], tuple[list[Grant], list[Giving]]](lambda: ([], []))
        for one in (*self.grants.values(), *self.givings.values()):
            group = keys[one.organisation, self.family[one.entry], one.need, one.month]
            if isinstance(one, Giving):
                if one.active:
                    group[1].append(one)
            elif one.state in (*ALIVE, "lapsed") or (one.state == "reversed" and one.withdrawn):
                group[0].append(one)
        for grants, givings in keys.values():
            grants.sort(
                key=lambda one: (one.state == "delivered" and one.said_by is None, one.number), reverse=True
            )
            givings.sort(key=lambda one: one.number)
            yield grants, givings


def _meet(grant: Grant, told: int | None, said: list[int]) -> None:
    """Change one grant by what a list says of it, or says no longer."""
    state = "lapsed" if grant.expired and grant.state in ("reserved", "approved") else grant.state
    if told is None:
        if state == "reported":
            grant.state = "lapsed"
        elif state == "delivered" and grant.said_by is not None:
            grant.state, grant.said_by, grant.withdrawn = "reversed", None, True
    elif grant.approved:
        if state in ("approved", "lapsed", "reversed") or (
            grant.said_by is not None and grant.said_by not in said
        ):
            grant.state, grant.said_by, grant.withdrawn, grant.expired = "delivered", told, False, False
    elif state in ("reserved", "lapsed"):
        grant.state, grant.expired = "reported", False


def cells_of(need: str, month: date) -> list[tuple[str, date]]:
    """Return the slots and months that a giving takes."""
    slots, _, months = NEEDS[need]
    return [(slot, add_months(month, offset)) for slot in slots for offset in range(months)]


def covers(one: Grant | Giving, month: date) -> bool:
    """Tell whether a giving covers a month."""
    return one.month <= month < add_months(one.month, NEEDS[one.need][2])
