"""
What the members have typed: one row for each person of each family in each register, as written.

Lists are copied from these rows (so that twelve monthly lists say the same), or typed anew by a list's
own clerk. Truth stands beside each row: the person, the family the list means, and whether the id is
the person's own.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wasl.synth.addresses import choose_forms
from wasl.synth.alliance import Alliance
from wasl.synth.calendar import CHILD, DEPENDANT, HEAD, PARENT, SPOUSE, first_day
from wasl.synth.clerks import Habits, write_births, write_ids, write_names
from wasl.synth.population import Population

Ints = NDArray[np.int64]


def expand_families(pairs: pl.DataFrame, population: Population, rng: np.random.Generator) -> pl.DataFrame:
    """
    Give a row for each member of each family in `pairs` (source, organisation, clerk, family, month,
    wife_first, all_members), as the family is in that month.

    Adds entry (one for each pair), person, relation as a list would say it, and deceased.
    """
    members = population.memberships
    family = members["family"].to_numpy()
    count = np.bincount(family, minlength=len(population.village))
    first = np.cumsum(count) - count
    wanted = pairs["family"].to_numpy()
    entry = np.repeat(np.arange(len(pairs)), count[wanted])
    offset = np.arange(len(entry)) - np.repeat(np.cumsum(count[wanted]) - count[wanted], count[wanted])
    chosen = members[first[wanted][entry] + offset]
    month = pairs["month"].to_numpy()[entry]
    rows = pl.DataFrame(
        {"entry": entry, "month": month, "person": chosen["person"], "role": chosen["relation"]}
    )
    rows = rows.filter((chosen["since"] <= rows["month"]) & (chosen["until"] > rows["month"]))
    rows = _with_noted_husbands(rows, pairs, population, rng)
    death = population.death[rows["person"].to_numpy()]
    rows = rows.with_columns(deceased=pl.col("deceased") | pl.Series(death <= rows["month"].to_numpy()))
    rows = rows.filter(~rows["deceased"] | pl.Series(rng.random(len(rows)) < 0.35))
    return _with_relations(rows, pairs, population, rng)


def _with_noted_husbands(
    rows: pl.DataFrame, pairs: pl.DataFrame, population: Population, rng: np.random.Generator
) -> pl.DataFrame:
    noted = population.noted_husband[pairs["family"].to_numpy()]
    kinds = population.kind[pairs["family"].to_numpy()]
    chance = np.where(kinds == "second_wife", 0.7, 0.6)
    named = np.flatnonzero((noted >= 0) & (rng.random(len(pairs)) < chance))
    extra = pl.DataFrame({
        "entry": named, "month": pairs["month"].to_numpy()[named], "person": noted[named],
        "role": np.full(len(named), HEAD), "deceased": kinds[named] == "widow",
        "noted": np.ones(len(named), dtype=bool),
    })  # fmt: skip
    return pl.concat([rows.with_columns(deceased=pl.lit(False), noted=pl.lit(False)), extra])


def _with_relations(
    rows: pl.DataFrame, pairs: pl.DataFrame, population: Population, rng: np.random.Generator
) -> pl.DataFrame:
    """Choose who is registered, and say what each other member is to him or her."""
    adult = pl.col("role").is_in([HEAD, SPOUSE])
    wife_first = pairs["wife_first"].to_numpy()[rows["entry"].to_numpy()]
    choice = rng.random(len(pairs))[rows["entry"].to_numpy()]
    man = population.male[rows["person"].to_numpy()]
    wanted = np.where(choice < wife_first, ~man, man)
    rank = np.where(rows["deceased"].to_numpy() | rows["noted"].to_numpy(), 3, np.where(wanted, 0, 1))
    birth = population.birth[rows["person"].to_numpy()]
    rows = rows.with_columns(
        rank=pl.when(adult).then(pl.Series(rank)).otherwise(10 + pl.col("role")), birth=pl.Series(birth)
    ).sort("entry", "rank", "birth", "person")
    entry = rows["entry"].to_numpy()
    leads = np.r_[True, entry[1:] != entry[:-1]] if len(rows) else np.zeros(0, dtype=bool)
    role = rows["role"].to_numpy()
    relation = np.select(
        [leads, (role == HEAD) | (role == SPOUSE), role == PARENT, role == DEPENDANT],
        [HEAD, SPOUSE, PARENT, DEPENDANT], CHILD,
    )  # fmt: skip
    rows = rows.with_columns(relation=pl.Series(relation))
    everyone = pairs["all_members"].to_numpy()[entry]
    # Nobody registers a house in which only a dead man or a child is left.
    headless = leads & ((rows["rank"].to_numpy() >= 3) | rows["deceased"].to_numpy())
    broken = np.zeros(len(pairs), dtype=bool)
    broken[entry[headless]] = True
    keep = (everyone | (relation <= SPOUSE)) & ~broken[entry]
    picked = pairs.select("source", "organisation", "clerk", "family")[entry]
    return pl.concat(
        [picked, rows.select("entry", "person", "relation", "deceased", "month")], how="horizontal"
    ).filter(pl.Series(keep))


def type_rows(
    rows: pl.DataFrame, population: Population, alliance: Alliance, rng: np.random.Generator
) -> pl.DataFrame:
    """Type the rows of `expand_families`: adds every cell as the clerk writes it, and the truth of the id."""
    person, family, clerk, month = (rows[c].to_numpy() for c in ("person", "family", "clerk", "month"))
    relation = rows["relation"].to_numpy()
    habits = alliance.habits
    names = write_names(population.chain[person], clerk, habits, population.tokens, rng)
    own = population.nid[person]
    husband, parent = _ids_beside(rows, population)
    child = (relation == CHILD) | (relation == DEPENDANT)
    month_start = np.array([first_day(m) for m in range(-12, 16)])
    today = month_start[month + 12]
    nid, nid_ok = write_ids(own, husband, parent, child, clerk, alliance.constant_id, habits, today, rng)
    birth, precision = write_births(population.birth[person], clerk, habits, rng)
    village, form = _places(family, month, clerk, population, habits, rng)
    return pl.concat(
        [
            rows,
            names,
            pl.DataFrame({
                "nid": nid, "nid_ok": nid_ok, "birth": birth, "precision": precision,
                "phone": _phones(rows, population, alliance, rng), "male": population.male[person],
                "village": village, "village_form": form, "markaz_form": np.zeros(len(form), dtype=np.int64),
            }),
        ],
        how="horizontal",
    )  # fmt: skip


def free_villages(typed: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Write villages and marakiz as they come to each clerk's mind, in place of the tidy forms."""
    village = typed["village"].to_numpy()
    form, markaz = choose_forms(village, typed["clerk"].to_numpy(), rng)
    return typed.with_columns(village_form=pl.Series(form), markaz_form=pl.Series(markaz))


def _ids_beside(rows: pl.DataFrame, population: Population) -> tuple[Ints, Ints]:
    """Give the husband's id on his wife's row, and the registrant's id on a child's; 0 elsewhere."""
    entry, relation, person = (rows[c].to_numpy() for c in ("entry", "relation", "person"))
    count = int(entry.max()) + 1 if len(rows) else 0
    man, registered = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    adult = relation <= SPOUSE
    male = population.male[person]
    man[entry[adult & male]] = population.nid[person[adult & male]]
    registered[entry[relation == HEAD]] = population.nid[person[relation == HEAD]]
    return np.where(adult & ~male, man[entry], 0), np.where(adult, 0, registered[entry])


def _phones(rows: pl.DataFrame, population: Population, alliance: Alliance, rng: np.random.Generator) -> Ints:
    """
    Write phones: the family's, for some women one of their own, for some blocks the coordinator's.

    Everybody in an entry has the entry's phone.
    """
    entry, family, clerk, month = (rows[c].to_numpy() for c in ("entry", "family", "clerk", "month"))
    phone = np.where(
        population.new_phone_at[family] <= month, population.new_phone[family], population.phone[family]
    )
    count = int(entry.max()) + 1 if len(rows) else 0
    registrant_male = np.ones(count, dtype=bool)
    leads = rows["relation"].to_numpy() == HEAD
    registrant_male[entry[leads]] = population.male[rows["person"].to_numpy()[leads]]
    hers = 10**9 + (family * 7919 + 13) % 8 * 10**7 + (family * 104729 + 31) % 10**7
    own = ~registrant_male[entry] & (family % 10 < 3)
    phone = np.where(own, hers, phone)
    block = entry // 100
    chance = rng.random(count // 100 + 1)[block]
    habits = alliance.habits
    phone = np.where(chance < habits.coordinator[clerk], alliance.coordinator_phone[clerk] + block % 3, phone)
    per_entry = rng.random((2, count))
    wrong = per_entry[0][entry] < habits.phone_error[clerk]
    phone = np.where(wrong & (phone > 0), phone // 10 * 10 + (phone + 3) % 10, phone)
    return np.where(per_entry[1][entry] < habits.phone_missing[clerk], 0, phone)


def _places(
    family: Ints, month: Ints, clerk: Ints, population: Population, habits: Habits, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Write the village: -1 where the cell is empty; the form says how it is spelt (4 is misspelt)."""
    moved = population.moved_at[family] <= month
    village = np.where(moved, population.moved_to[family], population.village[family])
    count = len(family)
    form = np.where(rng.random(count) < 0.9, habits.village_form[clerk], 0)
    form = np.where(rng.random(count) < habits.village_error[clerk], 4, form)
    missing = rng.random(count) < habits.village_missing[clerk]
    return np.where(missing, -1, village), form
