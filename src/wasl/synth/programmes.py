"""
The lists: who keeps which, of what help, in which month, copied from a register or typed anew.

A list holds numbers of rows of the typed frame; what it shows of them is its part and its columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wasl.synth.alliance import CLERKS_A_MEMBER, Alliance
from wasl.synth.calendar import CHILD, DEPENDANT, HEAD, MONTHS, SPOUSE, first_day
from wasl.synth.population import Population

Ints = NDArray[np.int64]

RAMADAN = 10  # the month of Ramadan 1446 in the story
STATE_EDITIONS = (5, 11)


@dataclass(frozen=True)
class Programme:
    """One kind of help a member may give: how many members do, to what share of their families, when."""

    need: str | None
    members: float
    share: float
    part: str  # all, couple, registrant, or who is served: pupils, patients, elders, orphans, brides
    typed: float = 0.0  # how often the list is typed anew
    months: tuple[int, ...] = ()
    editions: tuple[int, int] = (1, 1)
    kind: str = "given"
    value: tuple[int, int] | None = None
    """EGP, from and to."""


PROGRAMMES = (
    Programme(None, 1.0, 1.0, "all", months=(1, 2, 3, 4), kind="known"),
    Programme(None, 0.15, 1.0, "all", months=(11, 12), kind="known"),
    Programme("food_box", 0.7, 0.24, "couple", months=tuple(range(MONTHS)), editions=(2, 4), value=(250, 420)),
    Programme("food_package", 0.25, 0.10, "registrant", months=tuple(range(MONTHS)), editions=(5, 9), value=(300, 450)),
    Programme("monthly_cash", 0.5, 0.055, "registrant", months=tuple(range(MONTHS)), editions=(10, 14), value=(400, 900)),
    Programme("cash_food_package", 0.15, 0.04, "registrant", months=tuple(range(MONTHS)), editions=(4, 8),
              value=(700, 1000)),
    Programme("ramadan_box", 0.75, 0.33, "couple", 0.4, months=(RAMADAN,), value=(280, 500)),
    Programme("blankets", 0.55, 0.24, "couple", 0.6, months=(6, 7, 8), value=(180, 350)),
    Programme("school_bag", 0.6, 0.22, "pupils", 1.0, months=(3, 4), value=(150, 320)),
    Programme("glasses", 0.4, 0.05, "patients", 1.0, months=tuple(range(2, MONTHS)), value=(200, 450)),
    Programme("medicine", 0.35, 0.04, "elders", 0.5, months=tuple(range(MONTHS)), editions=(2, 4), value=(150, 600)),
    Programme("orphan_sponsorship", 0.4, 0.06, "orphans", 0.3, months=tuple(range(MONTHS)), editions=(2, 5),
              value=(300, 500)),
    Programme("bride", 0.3, 0.03, "brides", 1.0, months=tuple(range(2, MONTHS)), value=(8000, 20000)),
    Programme("meat", 0.4, 0.20, "registrant", 0.4, months=(1, 13)),
    Programme("one_off_cash", 0.35, 0.04, "registrant", 0.7, months=tuple(range(2, MONTHS)), value=(500, 3000)),
    Programme("house_rehab", 0.25, 0.01, "registrant", 0.5, months=tuple(range(2, MONTHS)), value=(15000, 45000)),
    Programme("livestock", 0.25, 0.012, "registrant", 0.5, months=tuple(range(2, MONTHS)), value=(12000, 30000)),
)  # fmt: skip
PLANNED = Programme("food_box", 1.0, 0.25, "registrant", months=(MONTHS,), kind="planned")
PERSON_PARTS = {"pupils", "patients", "elders", "orphans", "brides"}


@dataclass
class ListPlan:
    """One list before it is written: `rows` are filled in once everything is typed."""

    number: int
    organisation: int
    programme: Programme
    month: int
    columns: frozenset[str]
    clerk: int
    typed: bool
    series: int
    """Lists of one series are editions of one programme and serve mostly the same families."""
    value: int | None
    by_person: bool
    """One row a person, not one a family."""
    grouped: bool
    """Whether rows of one family can be told to be one: by a family number or a relation."""
    rows: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    governorate: str | None = None

    @property
    def need(self) -> str | None:
        return self.programme.need


def plan_lists(organisations: int, rng: np.random.Generator) -> list[ListPlan]:
    """
    Decide which lists there are, before any clerk is hired; columns follow in `dress_lists`.

    Each programme is given by its share of the members, and every fifth series has a row a person, so
    that a small alliance holds some of everything.
    """
    plans: list[ListPlan] = []

    def add(member: int, programme: Programme, months: list[int], turn: int) -> None:
        series = len({plan.series for plan in plans})
        value = (
            None
            if programme.value is None or rng.random() < 0.12
            else int(rng.integers(*programme.value)) // 5 * 5
        )
        typed = bool(rng.random() < programme.typed)
        by_person = turn % 5 == 1
        grouped = bool(rng.random() < 0.8) or not by_person
        for month in months:
            number = len(plans)
            plans.append(
                ListPlan(
                    number=number, organisation=member, programme=programme, month=month, columns=frozenset(),
                    clerk=number, typed=typed, series=series, value=value, by_person=by_person, grouped=grouped,
                )
            )  # fmt: skip

    add(0, Programme("state_cash", 1.0, 1.0, "couple", value=(650, 651)), list(STATE_EDITIONS), 0)
    for place, programme in enumerate(PROGRAMMES):
        wanted = max(1, round(programme.members * organisations))
        for turn, member in enumerate(1 + rng.permutation(organisations)[:wanted]):
            add(int(member), programme, _edition_months(programme, rng), turn + place)
    add(1 + int(rng.integers(organisations)), PLANNED, [MONTHS], 0)
    return plans


def _edition_months(programme: Programme, rng: np.random.Generator) -> list[int]:
    """Choose the months of a series: editions follow one another."""
    fewest, most = programme.editions
    if most == 1:
        return [programme.months[int(rng.integers(len(programme.months)))]]
    wanted = min(int(rng.integers(fewest, most + 1)), len(programme.months))
    start = int(rng.integers(0, len(programme.months) - wanted + 1))
    return list(programme.months[start : start + wanted])


def dress_lists(plans: list[ListPlan], alliance: Alliance) -> None:
    """Give each list the columns of its member's forms, and its own clerk where it is typed anew."""
    first = CLERKS_A_MEMBER * len(alliance.organisations)
    for plan in plans:
        member = alliance.organisations[plan.organisation]
        plan.columns = (
            member.full_columns if plan.need in (None, "state_cash") or plan.typed else member.short_columns
        )
        if plan.programme.part in PERSON_PARTS:
            plan.columns = plan.columns | {"phone", "birth"}
        if plan.series % 9 == 4 and plan.organisation:  # a form that does not ask for the id
            plan.columns = plan.columns - {"nid"}
        plan.clerk = first + plan.number


def register_pairs(
    organisation: Ints, family: Ints, month: Ints, alliance: Alliance, population: Population
) -> pl.DataFrame:
    """Shape registrations for `expand_families`; a member's clerks divide the villages among them."""
    clerk = organisation * CLERKS_A_MEMBER + population.village[family] * 31 % CLERKS_A_MEMBER
    members = alliance.organisations
    wife_first = np.array([o.wife_first for o in members])[organisation]
    everyone = np.array([o.records_all for o in members])[organisation]
    return pl.DataFrame({
        "source": np.full(len(family), -1), "organisation": organisation, "clerk": clerk, "family": family,
        "month": month, "wife_first": wife_first, "all_members": everyone,
    })  # fmt: skip


def typed_pairs(
    plans: list[ListPlan], registered: pl.DataFrame, alliance: Alliance, population: Population, salt: int
) -> pl.DataFrame:
    """Choose the families of the lists that are typed anew: registered ones, and a sixth walk in."""
    frames = []
    for plan in plans:
        if not plan.typed:
            continue
        known = registered.filter(
            (pl.col("organisation") == plan.organisation) & (pl.col("month") <= plan.month)
        )
        family = known["family"].to_numpy()
        rng = np.random.default_rng([salt, plan.series])
        family = family[_chosen(family, plan, population, rng)]
        near = family + rng.integers(1, 4, len(family))
        walk_in = (rng.random(len(family)) < 0.15) & (near < len(population.village))
        family = np.unique(np.where(walk_in, np.minimum(near, len(population.village) - 1), family))
        member = alliance.organisations[plan.organisation]
        frames.append(pl.DataFrame({
            "source": np.full(len(family), plan.number), "organisation": np.full(len(family), plan.organisation),
            "clerk": np.full(len(family), plan.clerk), "family": family, "month": np.full(len(family), plan.month),
            "wife_first": np.full(len(family), member.wife_first),
            "all_members": np.full(len(family), plan.programme.part in PERSON_PARTS),
        }))  # fmt: skip
    return pl.concat(frames) if frames else registered.clear()


def _chosen(
    family: Ints, plan: ListPlan, population: Population, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Choose a series' families by a draw that stays the same from edition to edition, but for a few."""
    widow = np.isin(population.kind, ("widow", "elder", "divorced"))[family]
    favour = np.where(widow, 1.7, 0.85) if plan.need in ("monthly_cash", "orphan_sponsorship") else 1.0
    share = plan.programme.share
    lasting = (
        np.random.default_rng([plan.series, 77]).permutation(2**16)[(family * 40503 + plan.series) % 2**16]
        / 2**16
    )
    passing = rng.random(len(family)) < 0.04
    chosen: NDArray[np.bool_] = (lasting < share * favour) ^ (passing & (rng.random(len(family)) < share))
    return chosen if share < 1 else np.ones(len(family), dtype=bool)


def fill_lists(plans: list[ListPlan], typed: pl.DataFrame, population: Population, salt: int) -> None:
    """Give each list its rows: numbers of rows of `typed`, in the order of entries."""
    source, organisation, entry, family, month, relation, person = (
        typed[c].to_numpy()
        for c in ("source", "organisation", "entry", "family", "month", "relation", "person")
    )
    order = np.lexsort((np.arange(len(typed)), organisation, source))
    keys = (source[order] + 1) * 10**4 + np.where(source[order] < 0, organisation[order], 0)
    for plan in plans:
        key = (plan.number + 1) * 10**4 if plan.typed else plan.organisation
        rows = np.sort(order[np.searchsorted(keys, key) : np.searchsorted(keys, key + 1)])
        rng = np.random.default_rng([salt, plan.number, 5])
        if not plan.typed:
            rows = rows[month[rows] <= plan.month]
            if plan.need != "state_cash" and plan.programme.share < 1:
                rows = _copied(rows, entry, family, plan, population, rng)
        plan.rows = rows[_shown(plan, relation[rows], person[rows], family[rows], population, rng)]


def _copied(
    rows: Ints, entry: Ints, family: Ints, plan: ListPlan, population: Population, rng: np.random.Generator
) -> Ints:
    entries, first = np.unique(entry[rows], return_index=True)
    chosen = entries[_chosen(family[rows][first], plan, population, rng)]
    kept: Ints = rows[np.isin(entry[rows], chosen)]
    return kept


def _shown(
    plan: ListPlan,
    relation: Ints,
    person: Ints,
    family: Ints,
    population: Population,
    rng: np.random.Generator,
) -> NDArray[np.bool_]:
    """Tell which of the candidate rows the list's part shows."""
    part = plan.programme.part
    age = (first_day(plan.month) - population.birth[person]) / 365.25
    young = (relation == CHILD) | (relation == DEPENDANT)
    kind = population.kind[family]
    shown: NDArray[np.bool_]
    if part == "all":
        shown = np.ones(len(relation), dtype=bool)
    elif part == "couple":
        shown = relation <= SPOUSE
    elif part == "registrant":
        shown = relation == HEAD
    elif part == "pupils":
        shown = young & (age > 5.5) & (age < 16)
    elif part == "patients":
        shown = rng.random(len(relation)) < np.where(age > 45, 0.5, 0.15)
    elif part == "elders":
        shown = (age > 48) & (rng.random(len(relation)) < 0.7)
    elif part == "orphans":
        shown = young & (age < 18) & ((kind == "widow") | (relation == DEPENDANT))
    else:
        shown = young & ~population.male[person] & (age > 18) & (age < 29)
    return shown
