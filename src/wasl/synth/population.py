"""
The people there are: kin with near-equal name chains, couples, children, and what befalls them.

Months are counted from `FIRST_MONTH`. A person's life is a few rows of membership with a first month and
a month that is no longer included. Rates are guesses, listed in README.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wasl.synth.ids import deal_ids
from wasl.synth.names import NamePool, redraw_repeated
from wasl.synth.places import Villages

Ints = NDArray[np.int64]

FIRST_MONTH = date(2024, 5, 1)
MONTHS = 14
EVER, NEVER = -999, 999
HEAD, SPOUSE, CHILD, PARENT, DEPENDANT = range(5)
RELATIONS = ("head", "spouse", "child", "parent", "dependant")
YEAR_DAYS = 365.25


def first_day(month: int) -> int:
    """Give the first day of a month of the story, in days from 1970."""
    index = FIRST_MONTH.year * 12 + FIRST_MONTH.month - 1 + month
    return (date(index // 12, index % 12 + 1, 1) - date(1970, 1, 1)).days


@dataclass(frozen=True)
class Population:
    """People (one row each), families (one row each), and who belongs where and when."""

    tokens: list[str]
    chain: NDArray[np.int32]
    """Given, father, grandfather, great-grandfather, family name: codes of `tokens`."""
    male: NDArray[np.bool_]
    birth: Ints
    nid: Ints
    death: Ints
    """The month of death, NEVER for the living."""
    kind: NDArray[np.str_]
    """What a family is: couple, widow, divorced, second_wife, married_child, left_husband, elder."""
    village: Ints
    moved_to: Ints
    moved_at: Ints
    phone: Ints
    new_phone: Ints
    new_phone_at: Ints
    memberships: pl.DataFrame
    """person, family, relation, since, until; sorted by family and relation."""
    noted_husband: Ints
    """A husband whom lists may name although he is not counted in the family: dead, or of a first wife; or -1."""
    villages: Villages


class _Builder:
    """Collects people and memberships as arrays while the story is told."""

    def __init__(self) -> None:
        self.people: list[tuple[NDArray[np.int32], NDArray[np.bool_], Ints, Ints]] = []
        self.rows: list[tuple[Ints, Ints, int, Ints, Ints]] = []
        self.count = 0

    def add_people(
        self, chain: NDArray[np.int32], male: NDArray[np.bool_], birth: Ints, village: Ints
    ) -> Ints:
        self.people.append((chain, male, birth, village))
        first, self.count = self.count, self.count + len(birth)
        return np.arange(first, self.count)

    def belong(self, person: Ints, family: Ints, relation: int, since: Ints | int, until: Ints | int) -> None:
        shape = np.zeros(len(person), dtype=np.int64)
        self.rows.append((person, family, relation, shape + since, shape + until))


@dataclass
class _Story:
    """The arrays of the founding families that events change."""

    husband: Ints
    wife: Ints
    kind: NDArray[np.str_]
    husband_until: Ints
    child: Ints
    child_family: Ints
    child_since: Ints
    child_until: Ints
    noted: list[tuple[Ints, Ints]]
    """Families and the husbands noted in them."""


def make_population(
    families: int, names: NamePool, villages: Villages, rng: np.random.Generator
) -> Population:
    """Make so many founding families; marriages, second wives and divorces add some 8 % more."""
    home = np.sort(rng.choice(len(villages), families, p=villages.weight))
    kin = _make_kin(home, names, rng)
    builder = _Builder()
    kind = rng.choice(
        np.array(["couple", "widow", "divorced", "elder"]), families, p=[0.82, 0.11, 0.03, 0.04]
    )
    husband_birth, wife_birth = _adult_births(kind, rng)
    husband_chain = _men(kin, kin.origin(home, rng), names, rng)
    wife_chain = _women(kin, kin.married_from(home, rng), names, rng)
    husband = builder.add_people(husband_chain, np.ones(families, dtype=bool), husband_birth, home)
    wife = builder.add_people(wife_chain, np.zeros(families, dtype=bool), wife_birth, home)
    child_family, child_birth = _births(wife_birth, husband_birth, kind, rng)
    child_male = rng.random(len(child_family)) < 0.51
    child_chain = _children(child_family, child_male, husband_chain, names, rng)
    child = builder.add_people(child_chain, child_male, child_birth, home[child_family])
    age_at_start = (first_day(0) - child_birth) / YEAR_DAYS
    gone = (age_at_start > 21) & (rng.random(len(child)) < 0.72)
    since = np.where(
        child_birth > first_day(0), np.ceil((child_birth - first_day(0)) / 30.4).astype(np.int64) + 1, EVER
    )
    story = _Story(
        husband,
        wife,
        kind,
        np.where(kind == "couple", NEVER, EVER),
        child[~gone],
        child_family[~gone],
        since[~gone],
        np.full((~gone).sum(), NEVER),
        [(np.flatnonzero(kind == "widow"), husband[kind == "widow"])],
    )
    return _live(story, builder, home, child_male[~gone], child_birth[~gone], kin, names, villages, rng)


def _live(
    story: _Story,
    builder: _Builder,
    home: Ints,
    child_male: NDArray[np.bool_],
    child_birth: Ints,
    kin: _Kin,
    names: NamePool,
    villages: Villages,
    rng: np.random.Generator,
) -> Population:
    """Let the months pass: marriages, divorces, second wives, widowed parents, orphans, deaths, moves."""
    families = len(home)
    homes, kinds = [home], [story.kind.tolist()]
    chains = np.concatenate([people[0] for people in builder.people])
    births = np.concatenate([people[2] for people in builder.people])

    def found(where: Ints, kind: str) -> Ints:
        first = sum(len(h) for h in homes)
        homes.append(where)
        kinds.append([kind] * len(where))
        return np.arange(first, first + len(where))

    couples = np.flatnonzero(story.kind == "couple")
    # Divorces between list dates: the children stay with their mother, who keeps the family.
    parted = rng.choice(couples, round(0.02 * families), replace=False)
    when = rng.integers(2, MONTHS - 1, len(parted))
    story.husband_until[parted] = when
    builder.belong(story.husband[parted], found(home[parted], "left_husband"), HEAD, when, NEVER)
    # Grown children who marry: a man of one family, a woman of another, near by.
    grown = (first_day(4) - child_birth) / YEAR_DAYS
    ready = (grown > 19) & (grown < 34) & (story.child_until == NEVER)
    grooms, brides = _pair_nearby(
        ready & child_male, ready & ~child_male, home[story.child_family], round(0.03 * families), rng
    )
    wedding = rng.integers(1, MONTHS - 2, len(grooms))
    story.child_until[grooms] = wedding
    story.child_until[brides] = wedding
    new = found(home[story.child_family[grooms]], "married_child")
    builder.belong(story.child[grooms], new, HEAD, wedding, NEVER)
    builder.belong(story.child[brides], new, SPOUSE, wedding, NEVER)
    _add_second_wives(story, builder, found, home, chains, births, kin, names, rng)
    _add_parents(story, builder, found, home, chains, births, kin, names, rng)
    _add_orphans(story, builder, home, chains, names, rng)
    builder.belong(story.husband, np.arange(families), HEAD, EVER, story.husband_until)
    builder.belong(story.wife, np.arange(families), SPOUSE, EVER, NEVER)
    builder.belong(story.child, story.child_family, CHILD, story.child_since, story.child_until)
    return _finish(builder, np.concatenate(homes), _joined(kinds), story, names, villages, rng)


def _joined(kinds: list[list[str]]) -> NDArray[np.str_]:
    return np.concatenate([np.array(part, dtype="U14") for part in kinds])


def _add_second_wives(story, builder, found, home, chains, births, kin, names, rng) -> None:  # type: ignore[no-untyped-def]
    """Give 3 % of the couples' husbands a second family, with its own mother and children."""
    couples = np.flatnonzero((story.kind == "couple") & (story.husband_until == NEVER))
    chosen = rng.choice(couples, round(0.03 * len(home)), replace=False)
    second = found(home[chosen], "second_wife")
    birth = births[story.husband[chosen]] + rng.normal(9, 4, len(chosen)).clip(2, 20) * YEAR_DAYS
    birth = np.minimum(birth, first_day(0) - 20 * YEAR_DAYS).astype(np.int64)
    wife = builder.add_people(
        _women(kin, kin.married_from(home[chosen], rng), names, rng),
        np.zeros(len(chosen), dtype=bool),
        birth,
        home[chosen],
    )
    builder.belong(wife, second, HEAD, EVER, NEVER)
    story.noted.append((second, story.husband[chosen]))
    owner = np.repeat(np.arange(len(chosen)), rng.integers(1, 4, len(chosen)))
    males = rng.random(len(owner)) < 0.51
    child_birth = birth[owner] + (rng.uniform(20, 32, len(owner)) * YEAR_DAYS).astype(np.int64)
    child_birth = np.minimum(child_birth, first_day(0) - rng.integers(100, 2500, len(owner)))
    chain = _children(owner, males, chains[story.husband[chosen]], names, rng)
    child = builder.add_people(chain, males, child_birth, home[chosen][owner])
    builder.belong(child, second[owner], CHILD, EVER, NEVER)


def _add_parents(story, builder, found, home, chains, births, kin, names, rng) -> None:  # type: ignore[no-untyped-def]
    """Bring a widowed parent into 5 % of the houses, half of them from a house of their own."""
    couples = np.flatnonzero(story.kind != "elder")
    chosen = rng.choice(couples, round(0.05 * len(home)), replace=False)
    which = rng.choice(3, len(chosen), p=[0.62, 0.23, 0.15])  # his mother, his father, her mother
    own_child = np.where(which == 2, story.wife[chosen], story.husband[chosen])
    male = which == 1
    birth = (births[own_child] - rng.uniform(19, 32, len(chosen)) * YEAR_DAYS).astype(np.int64)
    birth = np.maximum(birth, -13_500)
    chain = _women(kin, kin.married_from(home[chosen], rng), names, rng)
    father = chains[own_child][:, [1, 2, 3, 4, 4]].copy()
    chain[male] = father[male]
    parent = builder.add_people(chain, male, birth, home[chosen])
    since = np.where(rng.random(len(chosen)) < 0.5, EVER, rng.integers(2, MONTHS - 1, len(chosen)))
    builder.belong(parent, chosen, PARENT, since, NEVER)
    moved = since != EVER
    own = found(home[chosen[moved]], "elder")
    builder.belong(parent[moved], own, HEAD, EVER, since[moved])


def _add_orphans(story, builder, home, chains, names, rng) -> None:  # type: ignore[no-untyped-def]
    """Put one to three children of a dead brother into 2 % of the houses."""
    chosen = rng.choice(np.flatnonzero(story.kind == "couple"), round(0.02 * len(home)), replace=False)
    owner = np.repeat(np.arange(len(chosen)), rng.integers(1, 4, len(chosen)))
    brother = chains[story.husband[chosen]].copy()
    brother[:, 0] = names.draw("man", len(chosen), rng)
    males = rng.random(len(owner)) < 0.51
    birth = first_day(0) - (rng.uniform(2, 17, len(owner)) * YEAR_DAYS).astype(np.int64)
    orphan = builder.add_people(
        _children(owner, males, brother, names, rng), males, birth, home[chosen][owner]
    )
    builder.belong(orphan, chosen[owner], DEPENDANT, EVER, NEVER)


def _finish(
    builder: _Builder,
    village: Ints,
    kind: NDArray[np.str_],
    story: _Story,
    names: NamePool,
    villages: Villages,
    rng: np.random.Generator,
) -> Population:
    """Deal ids, phones, deaths and moves."""
    chain, male, birth, born_in = (np.concatenate([p[i] for p in builder.people]) for i in range(4))
    birth = birth.astype(np.int64)
    governorate = villages.nid_code[born_in]
    elsewhere = rng.random(len(birth)) < 0.06
    governorate = np.where(
        elsewhere, villages.nid_code[rng.choice(len(villages), len(birth), p=villages.weight)], governorate
    )
    person, family, relation, since, until = (
        np.concatenate(
            [np.broadcast_to(np.asarray(row[i], dtype=np.int64), row[0].shape) for row in builder.rows]
        )
        for i in range(5)
    )
    kept = until > since
    rows = pl.DataFrame(
        {"person": person, "family": family, "relation": relation, "since": since, "until": until}
    )
    rows = rows.filter(pl.Series(kept)).sort("family", "relation", "person", "since")
    nearest = np.zeros(len(birth), dtype=np.int64)
    nearest[person] = family
    death = np.full(len(birth), NEVER)
    dying = rng.choice(len(story.husband), round(0.02 * len(village)), replace=False)
    victim = np.where(rng.random(len(dying)) < 0.7, story.husband[dying], story.wife[dying])
    death[victim] = rng.integers(1, MONTHS - 1, len(dying))
    count = len(village)
    noted = np.full(count, -1)
    for where, husband in story.noted:
        noted[where] = husband
    moving = rng.random(count) < 0.04
    moved_to = np.where(moving, rng.choice(len(villages), count, p=villages.weight), village)
    return Population(
        tokens=names.tokens,
        chain=chain,
        male=male,
        birth=birth,
        nid=deal_ids(birth, governorate, male, nearest),
        death=death,
        kind=kind,
        village=village,
        moved_to=moved_to,
        moved_at=np.where(moving, rng.integers(2, MONTHS - 1, count), NEVER),
        phone=_phones(count, rng),
        new_phone=_phones(count, rng),
        new_phone_at=np.where(rng.random(count) < 0.12, rng.integers(1, MONTHS, count), NEVER),
        memberships=rows,
        noted_husband=noted,
        villages=villages,
    )


def _phones(count: int, rng: np.random.Generator) -> Ints:
    """Deal mobile numbers without their leading 0; about one family in nine has none."""
    prefix = rng.choice(np.array([10, 11, 12, 15]), count, p=[0.4, 0.25, 0.25, 0.1])
    number = prefix * 10**8 + rng.integers(10**7, 10**8, count)
    return np.where(rng.random(count) < 0.11, 0, number)


@dataclass(frozen=True)
class _Kin:
    """Fathers of today's adults, and their own fathers and lines; village by village."""

    first: Ints
    count: Ints
    chain: NDArray[np.int32]
    """Father, grandfather, great-grandfather, family name, of each father's children."""
    neighbour: Ints

    def origin(self, home: Ints, rng: np.random.Generator) -> Ints:
        """Choose a father in the village itself, now and then in another."""
        elsewhere = rng.random(len(home)) < 0.07
        village = np.where(elsewhere, self.neighbour[home], home)
        return self.first[village] + (rng.random(len(home)) * self.count[village]).astype(np.int64)

    def married_from(self, home: Ints, rng: np.random.Generator) -> Ints:
        """Choose a wife's father: three in four from the husband's village, so cousins are common."""
        chance = rng.random(len(home))
        village = np.where(
            chance < 0.76,
            home,
            np.where(chance < 0.94, self.neighbour[home], rng.integers(0, len(self.first), len(home))),
        )
        return self.first[village] + (rng.random(len(home)) * self.count[village]).astype(np.int64)


def _make_kin(home: Ints, names: NamePool, rng: np.random.Generator) -> _Kin:
    """Build four generations above the heads: about two sons and two daughters a father in the lists."""
    size = np.bincount(home, minlength=int(home.max()) + 1)
    count = np.maximum(1, (size / 2.1).astype(np.int64))
    first = np.cumsum(count) - count
    total = int(count.sum())
    village = np.repeat(np.arange(len(count)), count)
    grand_count = np.maximum(1, count // 2)
    grand = (np.cumsum(grand_count) - grand_count)[village] + (
        rng.random(total) * grand_count[village]
    ).astype(int)
    line_count = np.maximum(1, count // 5)
    line_of_grand = np.repeat(np.cumsum(line_count) - line_count, grand_count) + (
        rng.random(grand_count.sum()) * np.repeat(line_count, grand_count)
    ).astype(int)
    fathers = redraw_repeated(
        names.draw("grandfather", total, rng),
        grand,
        names,
        [("grandfather", np.ones(total, dtype=bool))],
        rng,
    )
    grandfathers = names.draw("great", int(grand_count.sum()), rng)
    lines = int(line_count.sum())
    greats, family_names = names.draw("great", lines, rng), names.draw("family", lines, rng)
    line = line_of_grand[grand]
    chain = np.stack([fathers, grandfathers[grand], greats[line], family_names[line]], axis=1)
    neighbour = np.clip(np.arange(len(count)) + rng.choice([-2, -1, 1, 2], len(count)), 0, len(count) - 1)
    return _Kin(first, count, chain, neighbour)


def _men(kin: _Kin, father: Ints, names: NamePool, rng: np.random.Generator) -> NDArray[np.int32]:
    given = redraw_repeated(
        names.draw("man", len(father), rng), father, names, [("man", np.ones(len(father), dtype=bool))], rng
    )
    namesake = rng.random(len(father)) < 0.05
    given[namesake] = kin.chain[father[namesake], 1]
    return np.column_stack([given, kin.chain[father]])


def _women(kin: _Kin, father: Ints, names: NamePool, rng: np.random.Generator) -> NDArray[np.int32]:
    given = redraw_repeated(
        names.draw("woman", len(father), rng),
        father,
        names,
        [("woman", np.ones(len(father), dtype=bool))],
        rng,
    )
    return np.column_stack([given, kin.chain[father]])


def _children(
    family: Ints,
    male: NDArray[np.bool_],
    fathers: NDArray[np.int32],
    names: NamePool,
    rng: np.random.Generator,
) -> NDArray[np.int32]:
    """Name children: the father's chain behind, sometimes the grandfather's or the father's own name in front."""
    given = np.where(male, names.draw("boy", len(family), rng), names.draw("girl", len(family), rng))
    given = redraw_repeated(given.astype(np.int32), family, names, [("boy", male), ("girl", ~male)], rng)
    chance = rng.random(len(family))
    first_born = np.r_[True, family[1:] != family[:-1]] & male
    given = np.where(first_born & (chance < 0.10), fathers[family, 1], given)
    given = np.where(first_born & (chance > 0.985), fathers[family, 0], given)
    return np.column_stack([given, fathers[family][:, [0, 1, 2, 4]]]).astype(np.int32)


def _adult_births(kind: NDArray[np.str_], rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw birth dates of husbands and wives; 1.5 % of the old were registered on 1 January."""
    count = len(kind)
    age = np.where(kind == "elder", rng.normal(70, 7, count), rng.gamma(9.0, 2.7, count) + 20)
    age = np.where(kind == "widow", age + 8, age).clip(21, 92)
    wife_age = (age - rng.normal(5.5, 3.2, count)).clip(19, 90)
    today = first_day(0)
    births = [
        (today - a * YEAR_DAYS + rng.uniform(-180, 180, count)).astype(np.int64) for a in (age, wife_age)
    ]
    for birth in births:
        old = (birth < -1000) & (rng.random(count) < 0.03)
        birth[old] = (
            birth[old].astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(int)
        )
    return births[0], births[1]


def _births(wife: Ints, husband: Ints, kind: NDArray[np.str_], rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Spread children over a marriage; 1.5 % are twins. Gives the family and date of each, eldest first."""
    wanted = np.where(
        kind == "elder", 0, rng.choice(8, len(wife), p=[0.05, 0.11, 0.2, 0.25, 0.19, 0.11, 0.06, 0.03])
    )
    family = np.repeat(np.arange(len(wife)), wanted)
    age = rng.uniform(19, 39, len(family))
    date_of_birth = (wife[family] + age * YEAR_DAYS).astype(np.int64)
    order = np.lexsort((date_of_birth, family))
    family, date_of_birth = family[order], date_of_birth[order]
    twin = np.r_[False, family[1:] == family[:-1]] & (rng.random(len(family)) < 0.016)
    date_of_birth[1:] = np.where(twin[1:], date_of_birth[:-1], date_of_birth[1:])
    last = first_day(MONTHS - 2)
    # A dead or absent husband has no children of the last years.
    last_of = np.where(kind[family] == "couple", last, last - 900)
    alive = (date_of_birth < last_of) & (date_of_birth > husband[family] + 17 * 365)
    return family[alive], date_of_birth[alive]


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
