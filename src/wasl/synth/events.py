"""What befalls families between list dates: weddings, divorces, second wives, widowed parents, orphans."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wasl.synth.calendar import (
    CHILD,
    DEPENDANT,
    EVER,
    HEAD,
    MONTHS,
    NEVER,
    PARENT,
    SPOUSE,
    YEAR_DAYS,
    first_day,
)
from wasl.synth.kin import Chains, Kin, children_of, women_of
from wasl.synth.names import NamePool

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Builder:
    """Collects people and memberships as arrays while the story is told."""

    def __init__(self) -> None:
        self.people: list[tuple[Chains, NDArray[np.bool_], Ints, Ints]] = []
        self.rows: list[tuple[Ints, Ints, int, Ints, Ints]] = []
        self.count = 0

    def add_people(self, chain: Chains, male: NDArray[np.bool_], birth: Ints, village: Ints) -> Ints:
        self.people.append((chain, male, birth, village))
        first, self.count = self.count, self.count + len(birth)
        return np.arange(first, self.count)

    def belong(self, person: Ints, family: Ints, relation: int, since: Ints | int, until: Ints | int) -> None:
        shape = np.zeros(len(person), dtype=np.int64)
        self.rows.append((person, family, relation, shape + since, shape + until))


@dataclass
class Story:
    """The founding families, what is known of them, and the families that come to be."""

    builder: Builder
    kin: Kin
    names: NamePool
    rng: np.random.Generator
    home: Ints
    kind: NDArray[np.str_]
    husband: Ints
    wife: Ints
    husband_until: Ints
    child: Ints
    child_family: Ints
    child_male: Bools
    child_birth: Ints
    child_since: Ints
    child_until: Ints
    chains: Chains
    births: Ints
    noted: list[tuple[Ints, Ints]] = field(default_factory=list)
    """Families and the husbands noted in them."""
    later_homes: list[Ints] = field(default_factory=list)
    later_kinds: list[NDArray[np.str_]] = field(default_factory=list)

    def found(self, where: Ints, kind: str) -> Ints:
        """Found families of one kind in these villages; give their numbers."""
        first = len(self.home) + sum(len(homes) for homes in self.later_homes)
        self.later_homes.append(where)
        self.later_kinds.append(np.full(len(where), kind, dtype="U14"))
        return np.arange(first, first + len(where))

    def choose(self, share: float, among: Bools) -> Ints:
        """Choose a share of all founding families among those marked."""
        wanted = min(round(share * len(self.home)), int(among.sum()))
        return self.rng.choice(np.flatnonzero(among), wanted, replace=False)


def let_months_pass(story: Story) -> None:
    """Let everything befall the families, then write down who belongs where and when."""
    _divorce(story)
    _marry(story)
    _add_second_wives(story)
    _add_parents(story)
    _add_orphans(story)
    founding = np.arange(len(story.home))
    story.builder.belong(story.husband, founding, HEAD, EVER, story.husband_until)
    story.builder.belong(story.wife, founding, SPOUSE, EVER, NEVER)
    story.builder.belong(story.child, story.child_family, CHILD, story.child_since, story.child_until)


def _divorce(story: Story) -> None:
    """Part 2 % of the families: the children stay with their mother, who keeps the family."""
    parted = story.choose(0.02, story.kind == "couple")
    when = story.rng.integers(2, MONTHS - 1, len(parted))
    story.husband_until[parted] = when
    alone = story.found(story.home[parted], "left_husband")
    story.builder.belong(story.husband[parted], alone, HEAD, when, NEVER)


def _marry(story: Story) -> None:
    """Marry grown children of 6 % of the families: a man of one, a woman of another, near by."""
    grown = (first_day(4) - story.child_birth) / YEAR_DAYS
    ready = (grown > 19) & (grown < 34)
    homes = story.home[story.child_family]
    wanted = round(0.03 * len(story.home))
    grooms, brides = _pair_nearby(
        ready & story.child_male, ready & ~story.child_male, homes, wanted, story.rng
    )
    wedding = story.rng.integers(1, MONTHS - 2, len(grooms))
    story.child_until[grooms] = wedding
    story.child_until[brides] = wedding
    new = story.found(homes[grooms], "married_child")
    story.builder.belong(story.child[grooms], new, HEAD, wedding, NEVER)
    story.builder.belong(story.child[brides], new, SPOUSE, wedding, NEVER)


def _add_second_wives(story: Story) -> None:
    """Give 3 % of the couples' husbands a second family, with its own mother and children."""
    home, rng = story.home, story.rng
    free = (story.kind == "couple") & (story.husband_until == NEVER)
    chosen = story.choose(0.03, free)
    second = story.found(home[chosen], "second_wife")
    younger = (rng.normal(9, 4, len(chosen)).clip(2, 20) * YEAR_DAYS).astype(np.int64)
    birth = np.minimum(story.births[story.husband[chosen]] + younger, first_day(0) - 20 * 365)
    wife = story.builder.add_people(
        women_of(story.kin, story.kin.married_from(home[chosen], rng), story.names, rng),
        np.zeros(len(chosen), dtype=bool),
        birth,
        home[chosen],
    )
    story.builder.belong(wife, second, HEAD, EVER, NEVER)
    story.noted.append((second, story.husband[chosen]))
    owner = np.repeat(np.arange(len(chosen)), rng.integers(1, 4, len(chosen)))
    males = rng.random(len(owner)) < 0.51
    child_birth = birth[owner] + (rng.uniform(20, 32, len(owner)) * YEAR_DAYS).astype(np.int64)
    child_birth = np.minimum(child_birth, first_day(0) - rng.integers(100, 2500, len(owner)))
    chain = children_of(owner, males, story.chains[story.husband[chosen]], story.names, rng)
    child = story.builder.add_people(chain, males, child_birth, home[chosen][owner])
    story.builder.belong(child, second[owner], CHILD, EVER, NEVER)


def _add_parents(story: Story) -> None:
    """Bring a widowed parent into 5 % of the houses, half of them from a house of their own."""
    home, rng = story.home, story.rng
    chosen = story.choose(0.05, story.kind != "elder")
    which = rng.choice(3, len(chosen), p=[0.62, 0.23, 0.15])  # his mother, his father, her mother
    own_child = np.where(which == 2, story.wife[chosen], story.husband[chosen])
    male = which == 1
    birth = (story.births[own_child] - rng.uniform(19, 32, len(chosen)) * YEAR_DAYS).astype(np.int64)
    birth = np.maximum(birth, -13_500)
    chain = women_of(story.kin, story.kin.married_from(home[chosen], rng), story.names, rng)
    father = story.chains[own_child][:, [1, 2, 3, 4, 4]].copy()
    chain[male] = father[male]
    parent = story.builder.add_people(chain, male, birth, home[chosen])
    since = np.where(rng.random(len(chosen)) < 0.5, EVER, rng.integers(2, MONTHS - 1, len(chosen)))
    story.builder.belong(parent, chosen, PARENT, since, NEVER)
    moved = since != EVER
    own = story.found(home[chosen[moved]], "elder")
    story.builder.belong(parent[moved], own, HEAD, EVER, since[moved])


def _add_orphans(story: Story) -> None:
    """Put one to three children of a dead brother into 2 % of the houses."""
    home, rng = story.home, story.rng
    chosen = story.choose(0.02, story.kind == "couple")
    owner = np.repeat(np.arange(len(chosen)), rng.integers(1, 4, len(chosen)))
    brother = story.chains[story.husband[chosen]].copy()
    brother[:, 0] = story.names.draw("man", len(chosen), rng)
    males = rng.random(len(owner)) < 0.51
    birth = first_day(0) - (rng.uniform(2, 17, len(owner)) * YEAR_DAYS).astype(np.int64)
    orphan = story.builder.add_people(
        children_of(owner, males, brother, story.names, rng), males, birth, home[chosen][owner]
    )
    story.builder.belong(orphan, chosen[owner], DEPENDANT, EVER, NEVER)


def _pair_nearby(
    men: NDArray[np.bool_], women: NDArray[np.bool_], home: Ints, wanted: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Pair grown sons with grown daughters who live near them, never in their own family's row."""
    grooms, brides = np.flatnonzero(men), np.flatnonzero(women)
    wanted = min(wanted, len(grooms), len(brides))
    grooms = np.sort(rng.choice(grooms, wanted, replace=False))
    brides = np.sort(rng.choice(brides, wanted, replace=False))
    brides = np.roll(brides[np.argsort(home[brides], kind="stable")], 1)
    grooms = grooms[np.argsort(home[grooms], kind="stable")]
    return grooms, brides
