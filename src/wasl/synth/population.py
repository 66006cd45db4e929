"""
The people there are: kin with near-equal name chains, couples, children, and what befalls them.

Months are counted from `FIRST_MONTH`. A person's life is a few rows of membership with a first month and
a month that is no longer included. Rates are guesses, listed in README.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wasl.synth.calendar import EVER, MONTHS, NEVER, YEAR_DAYS, first_day
from wasl.synth.events import Builder, Story, let_months_pass
from wasl.synth.ids import deal_ids
from wasl.synth.kin import children_of, make_kin, men_of, women_of
from wasl.synth.names import NamePool
from wasl.synth.places import Villages

Ints = NDArray[np.int64]


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


def make_population(
    families: int, names: NamePool, villages: Villages, rng: np.random.Generator
) -> Population:
    """Make so many founding families; marriages, second wives and divorces add some 8 % more."""
    home = np.sort(rng.choice(len(villages), families, p=villages.weight))
    kin = make_kin(home, names, rng)
    builder = Builder()
    kind = rng.choice(
        np.array(["couple", "widow", "divorced", "elder"]), families, p=[0.82, 0.11, 0.03, 0.04]
    )
    husband_birth, wife_birth = _adult_births(kind, rng)
    husband_chain = men_of(kin, kin.origin(home, rng), names, rng)
    wife_chain = women_of(kin, kin.married_from(home, rng), names, rng)
    husband = builder.add_people(husband_chain, np.ones(families, dtype=bool), husband_birth, home)
    wife = builder.add_people(wife_chain, np.zeros(families, dtype=bool), wife_birth, home)
    child_family, child_birth = _births(wife_birth, husband_birth, kind, rng)
    child_male = rng.random(len(child_family)) < 0.51
    child_chain = children_of(child_family, child_male, husband_chain, names, rng)
    child = builder.add_people(child_chain, child_male, child_birth, home[child_family])
    age_at_start = (first_day(0) - child_birth) / YEAR_DAYS
    gone = (age_at_start > 21) & (rng.random(len(child)) < 0.72)
    since = np.where(
        child_birth > first_day(0), np.ceil((child_birth - first_day(0)) / 30.4).astype(np.int64) + 1, EVER
    )
    stay = ~gone
    story = Story(
        builder=builder,
        kin=kin,
        names=names,
        rng=rng,
        home=home,
        kind=kind,
        husband=husband,
        wife=wife,
        husband_until=np.where(kind == "couple", NEVER, EVER),
        child=child[stay],
        child_family=child_family[stay],
        child_male=child_male[stay],
        child_birth=child_birth[stay],
        child_since=since[stay],
        child_until=np.full(int(stay.sum()), NEVER),
        chains=np.concatenate([husband_chain, wife_chain]),
        births=np.concatenate([husband_birth, wife_birth]),
        noted=[(np.flatnonzero(kind == "widow"), husband[kind == "widow"])],
    )
    let_months_pass(story)
    return _finish(story, villages)


def _finish(story: Story, villages: Villages) -> Population:
    """Deal ids, phones, deaths and moves."""
    builder, names, rng = story.builder, story.names, story.rng
    village = np.concatenate([story.home, *story.later_homes])
    kind = np.concatenate([story.kind, *story.later_kinds])
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
