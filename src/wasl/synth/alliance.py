"""Members that do not exist, the villages they work in, the families they have registered, their clerks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wasl.synth.calendar import EVER, MONTHS, NEVER
from wasl.synth.clerks import Habits, make_habits
from wasl.synth.population import Population

Ints = NDArray[np.int64]

MINISTRY = 0
CLERKS_A_MEMBER = 4
CHARITIES_A_FAMILY = 1.5
_WORDS = (
    ("سنابل الوادي", "Sanabel El Wadi"), ("نهر العطاء", "Nahr El Ataa"), ("غصن الزيتون", "Ghosn El Zaytoun"),
    ("ضفاف الخير", "Difaf El Kheir"), ("قناديل الصعيد", "Qanadeel El Saeed"), ("بذور الأمل", "Bozour El Amal"),
    ("جسور المودة", "Gosour El Mawadda"), ("شراع النيل", "Sheraa El Nil"), ("ينابيع الرحمة", "Yanabee El Rahma"),
    ("ظلال النخيل", "Zelal El Nakheel"), ("كفوف دافئة", "Kofouf Dafea"), ("مواسم الحصاد", "Mawasem El Hasad"),
    ("ندى الصباح", "Nada El Sabah"), ("بيوت عامرة", "Boyout Amra"), ("خطوة كريمة", "Khatwa Karima"),
    ("رغيف وكتاب", "Raghif we Ketab"), ("أيادي الضفتين", "Ayadi El Daffatein"), ("دروب النور", "Doroub El Nour"),
)  # fmt: skip


@dataclass(frozen=True)
class Organisation:
    """A member; every name says that it is an example."""

    code: str
    kind: str
    name_ar: str
    name_en: str
    records_all: bool
    """Whether its register names every member of a family, or the couple only."""
    wife_first: float
    """How often the wife is the one registered."""
    full_columns: frozenset[str]
    short_columns: frozenset[str]


@dataclass(frozen=True)
class Alliance:
    """The members, who serves which village how much, and all clerks (four a member, then one a list)."""

    organisations: list[Organisation]
    intensity: NDArray[np.float64]
    habits: Habits
    constant_id: Ints
    coordinator_phone: Ints


def make_alliance(
    count: int, population: Population, clerks: str, lists: int, rng: np.random.Generator
) -> Alliance:
    """Make the ministry and `count` charities; `lists` more clerks type what is not copied from a register."""
    organisations = [_ministry(), *(_charity(i, rng) for i in range(count))]
    habits = make_habits(CLERKS_A_MEMBER * len(organisations) + lists, clerks, rng)
    for clerk in range(CLERKS_A_MEMBER):  # the ministry's forms ask for ids and check them
        for name, value in (("nid_missing", 0.02), ("nid_missing_child", 0.1), ("constant_id", 0.0)):
            getattr(habits, name)[clerk] = value
    people = len(population.birth)
    return Alliance(
        organisations, _intensity(count, population, rng), habits,
        population.nid[rng.integers(0, people, len(habits))],
        (rng.choice([10, 11, 12], len(habits)) * 10**8 + rng.integers(10**7, 10**8, len(habits))).astype(np.int64),
    )  # fmt: skip


def _ministry() -> Organisation:
    columns = frozenset({"nid", "birth", "markaz", "village", "sex"})
    return Organisation(
        "ministry", "ministry", "الوزارة - برنامج الدعم النقدي (بيانات تجريبية)", "The Ministry - cash programme (sample)",
        True, 0.75, columns, frozenset({"nid", "markaz", "village"}),
    )  # fmt: skip


def _charity(number: int, rng: np.random.Generator) -> Organisation:
    arabic, english = _WORDS[number % len(_WORDS)]
    again = number // len(_WORDS)
    suffix = f" {again + 1}" if again else ""
    asked = (("birth", 0.7), ("phone", 0.8), ("sex", 0.4), ("markaz", 0.9))
    full = {"nid", "village"} | {column for column, chance in asked if rng.random() < chance}
    kept = (("village", 0.8), ("phone", 0.6), ("markaz", 0.8))
    short = {"nid"} | {column for column, chance in kept if rng.random() < chance}
    return Organisation(
        f"m{number + 1:02d}", "charity",
        f"{'جمعية' if number % 3 else 'مؤسسة'} {arabic}{suffix} (تجريبية)", f"{english}{suffix} (sample)",
        bool(rng.random() < 0.6), float(rng.uniform(0.2, 0.8)), frozenset(full), frozenset(short),
    )  # fmt: skip


def _intensity(count: int, population: Population, rng: np.random.Generator) -> NDArray[np.float64]:
    """
    Decide what share of a village's families each member has registered.

    A charity works in a few governorates and there in about half of the villages; so one village has
    five of them and the next none.
    """
    governorates = sorted(set(population.villages.governorate))
    of_village = np.array([governorates.index(g) for g in population.villages.governorate])
    size = np.bincount(of_village, weights=population.villages.weight)
    villages = len(of_village)
    share = np.zeros((count + 1, villages))
    share[MINISTRY] = rng.beta(6, 10, villages)
    for member in range(1, count + 1):
        served = rng.choice(
            len(size), min(len(size), int(rng.integers(2, 6))), replace=False, p=size / size.sum()
        )
        works = np.isin(of_village, served) & (rng.random(villages) < 0.55)
        share[member] = works * rng.beta(1.7, 3.0, villages)
    weight = population.villages.weight
    known = float((share[1:] @ weight).sum())
    share[1:] *= CHARITIES_A_FAMILY / known if known else 0
    return share.clip(0, 0.85)


def register_families(
    alliance: Alliance, population: Population, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """
    Decide who has registered which family, and in which month (negative: before the first list).

    Needier families are known to more members.
    """
    count = len(population.village)
    exists = _first_month(population)
    poor = np.where(np.isin(population.kind, ("couple", "left_husband")), 1.0, 1.35)
    need = (rng.lognormal(-0.08, 0.4, count) * poor).clip(0, 2.2)
    found = []
    for member in range(len(alliance.organisations)):
        early = rng.random(count) < 0.6
        month = np.where(early, rng.integers(-9, 1, count), rng.integers(1, MONTHS - 2, count))
        late = (exists > month) & (exists != EVER)
        month = np.where(late, exists + rng.integers(0, 4, count), month)
        here = np.where(population.moved_at <= month, population.moved_to, population.village)
        chosen = np.flatnonzero(
            (rng.random(count) < alliance.intensity[member, here] * need) & (month < MONTHS)
        )
        found.append((np.full(len(chosen), member), chosen, month[chosen]))
    organisation, family, month = (np.concatenate(part) for part in zip(*found, strict=True))
    return organisation, family, month


def _first_month(population: Population) -> Ints:
    """Give the month in which each family came to be."""
    first = np.full(len(population.village), NEVER)
    rows = population.memberships
    np.minimum.at(first, rows["family"].to_numpy(), rows["since"].to_numpy())
    return first
