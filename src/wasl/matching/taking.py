"""The first steps of an increment: what is new or gone is written into the tables, ids are collapsed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from wasl.matching.arrays import distinct, mix, pack, sum_by, unpack
from wasl.matching.collapse import collapse_ids, forget_borrowed
from wasl.matching.columns import Columns
from wasl.matching.encode import describe_roles, edition_rows, encode, settle_birth_and_sex
from wasl.matching.keys import block_of, row_of
from wasl.matching.options import Array, LinkOptions, NameRules, empty
from wasl.matching.snapshot import IDS, id_keys, verdict_rows
from wasl.matching.stages import Stages, Table
from wasl.matching.state import COLLAPSED, ENTRY, SETTLED, TOLD
from wasl.matching.weights import classes_of
from wasl.matching.work import Work

_MARKS = ("young", "confirmed", "group")
"""Columns that decide about people and families, but not what a pair weighs or where it is looked for."""


@dataclass
class Touched:
    """
    What the change touched, as sets.

    `fresh`: records that are new or say something else. `loose`: records that are gone. `held`: records whose
    entries gained or lost somebody. `told`: entries that are new or changed in anything, `shaken`: those whose
    people changed, `left`: entries that are gone. `ids`: values of ids whose records changed.
    """

    fresh: Array
    loose: Array
    held: Array
    told: Array
    shaken: Array
    left: Array
    ids: Array
    verdicts: dict[str, Array]


def take_changes(
    work: Work,
    inputs: dict[str, Columns],
    gone: Sequence[int],
    names: NameRules,
    options: LinkOptions,
) -> Touched:
    """Write new and changed records, entries and members into the tables, and take out what is gone."""
    enc = encode(inputs, names, options, work.context.known(names))
    enc["quality"] = classes_of(enc["org"], work.context.model)
    work.context = work.context.grown(enc, names)
    work.shared = {name: column for name, column in enc.items() if name.startswith(("tok_", "l_", "x_"))}
    rows, fresh, ids = _take_records(work, enc)
    ents, told, shaken, left = _take_entries(work, enc, gone)
    held = work.members_of(shaken | left)
    _take_members(work, enc, rows, ents, shaken, left)
    _mend_digests(work, fresh, shaken, told)
    held |= work.members_of(shaken)
    _take_editions(work, edition_rows(enc, inputs["editions"]), ents, told | left)
    loose = held & ~_standing(work, held)
    loose[:-1] &= work.records["alive"]
    at = np.flatnonzero(loose)
    work.put("records", at, {"alive": np.zeros(len(at), bool)})
    fresh &= ~loose
    ids = distinct(np.concatenate((ids, work.records["nid"][at])))
    return Touched(
        fresh,
        loose,
        held & ~loose,
        told,
        shaken,
        left,
        ids[ids > 0],
        _take_verdicts(work, inputs["verdicts"].frame()),
    )


def _take_records(work: Work, enc: Table) -> tuple[Array, Array, Array]:
    """Return the row of each told record, the set of those that say something new, and ids they had."""
    of = work.records
    at, known = work.find("records", enc["record_id"])
    same = known.copy()
    if len(of["alive"]):
        same &= of["alive"][at] & (of["digest"][at] == enc["digest"])
    changed, new = np.flatnonzero(known & ~same), np.flatnonzero(~known)
    before = of["nid"][at[changed]] if len(changed) else empty()
    told = {name: enc[name] for name in TOLD}
    work.put(
        "records",
        at[changed],
        {**{name: column[changed] for name, column in told.items()}, "alive": np.ones(len(changed), bool)},
    )
    nowhere = np.full(len(new), -1, dtype=np.int32)
    added = work.append(
        "records",
        {
            **{name: column[new] for name, column in told.items()},
            "alive": np.ones(len(new), dtype=bool),
            **dict.fromkeys(("entry", "home", "person_first", "person", "certain_person"), nowhere),
        },
    )
    work.keys["keys"].grow(len(work.records["alive"]))
    rows = at.copy()
    rows[new] = added
    fresh = work.no_records()
    fresh[rows[~same]] = True
    return rows, fresh, np.concatenate((before, enc["nid"][~same]))


def _take_entries(work: Work, enc: Table, gone: Sequence[int]) -> tuple[Array, Array, Array, Array]:
    """Return the row of each told entry, and the sets of told, shaken and gone ones."""
    home = work.entries
    at, known = work.find("entries", enc["e_id"])
    left_at, was = work.find("entries", np.asarray(gone, dtype=np.int64))
    left_at = left_at[was]
    if len(left_at):
        left_at = left_at[home["e_alive"][left_at]]
    work.put("entries", left_at, {"e_alive": np.zeros(len(left_at), bool)})
    new = np.flatnonzero(~known)
    old = np.flatnonzero(known)
    steady = known.copy()
    if len(home["e_alive"]):
        steady &= home["e_alive"][at] & (home["e_digest"][at] == enc["e_digest"])
    work.put(
        "entries",
        at[old],
        {**{name: enc[name][old] for name in ENTRY}, "e_alive": np.ones(len(old), bool)},
    )
    nowhere = np.full(len(new), -1, dtype=np.int32)
    added = work.append(
        "entries",
        {
            **{name: enc[name][new] for name in ENTRY},
            "e_alive": np.ones(len(new), dtype=bool),
            **dict.fromkeys(("family_first", "family", "certain_family"), nowhere),
        },
    )
    for name in ("lines_first", "lines"):
        work.keys[name].grow(len(work.entries["e_alive"]))
    ents = at.copy()
    ents[new] = added
    told, shaken, left = work.no_entries(), work.no_entries(), work.no_entries()
    told[ents] = True
    shaken[ents[~steady]] = True
    left[left_at] = True
    return ents, told, shaken, left


def _take_members(work: Work, enc: Table, rows: Array, ents: Array, shaken: Array, left: Array) -> None:
    out = work.rows_in("members", "m_ent", shaken | left)
    work.put("members", out, {"m_ent": np.full(len(out), -1), "m_rec": np.full(len(out), -1)})
    ent = ents[enc["m_ent"]]
    put = shaken[ent]
    work.append("members", {"m_ent": ent[put], "m_rec": rows[enc["m_rec"][put]], "m_rel": enc["m_rel"][put]})


def _mend_digests(work: Work, fresh: Array, shaken: Array, told: Array) -> None:
    """Count entries as shaken where a record changed what it says without its entries being told."""
    more = work.entries_of(fresh) & ~told
    at = np.flatnonzero(more)
    if not len(at):
        return
    of = work.rows_in("members", "m_ent", more)
    ent, rec = work.members["m_ent"][of], work.members["m_rec"][of]
    token = mix(work.records["digest"][rec] * 16 + work.members["m_rel"][of])
    total = sum_by(ent, token, len(more)).view(np.int64)
    work.put("entries", at, {"e_digest": total[at]})
    shaken |= more
    told |= more


def _take_editions(work: Work, rows: Array, ents: Array, told: Array) -> None:
    out = work.rows_in("editions", "entry_of", told)
    work.put("editions", out, {"rows": np.full(len(out), -1)})
    work.append("editions", {"rows": (ents[rows >> 32].astype(np.int64) << 32) | (rows & 0xFFFFFFFF)})


def _standing(work: Work, some: Array) -> Array:
    """Return the set of those records of a set that stand in some entry."""
    out = work.no_records()
    out[work.members["m_rec"][work.rows_in("members", "m_rec", some)]] = True
    return out


def _take_verdicts(work: Work, verdicts: pl.DataFrame) -> dict[str, Array]:
    """Put the verdicts that stand in place of those that stood; return whom they newly concern, as sets."""
    before, now = work.verdicts["rows"], verdict_rows(verdicts)["rows"]
    work.verdicts = {"rows": now}
    both, count = np.unique(np.concatenate((before, now)), axis=0, return_counts=True)
    changed = both[count == 1]
    out = {"person": work.no_records(), "family": work.no_entries()}
    for number, (kind, table) in enumerate((("person", "records"), ("family", "entries"))):
        mine = changed[changed[:, 0] == number][:, 2:].ravel()
        at, there = work.find(table, mine)
        out[kind][at[there]] = True
    return out


def verdict_pairs(work: Work, kind: str, word: str) -> Array:
    """Return the packed rows that verdicts of a kind name."""
    rows = work.verdicts["rows"]
    table, alive = ("records", "alive") if kind == "person" else ("entries", "e_alive")
    mine = rows[(rows[:, 0] == (kind == "family")) & (rows[:, 1] == (word == "different"))]
    if not len(mine):
        return empty()
    a, first = work.find(table, mine[:, 2])
    b, second = work.find(table, mine[:, 3])
    there = first & second & (a != b)
    a, b = a[there], b[there]
    living = work.tables[table][alive][a] & work.tables[table][alive][b]
    return distinct(pack(a[living], b[living]))


@dataclass
class Settled:
    """
    What settling again changed: `judged`, records whose pairs must be found and weighed anew, `marked`, records
    that changed in nothing but what groups say of them, `grouped`, all whose id was collapsed again.
    """

    judged: Array
    marked: Array
    grouped: Array


def settle_again(work: Work, touched: Touched, stages: Stages) -> Settled:
    """Settle dates, sexes and roles of what the change touched, and collapse its ids again."""
    alive = np.append(work.records["alive"], False)
    grouped = (touched.fresh | _holders(work, touched.ids)) & alive
    some = (touched.fresh | touched.held | work.members_of(touched.told) | grouped) & alive
    sub, rows, ents = work.take(some, work.entries_of(some))
    settle_birth_and_sex(sub)
    describe_roles(sub)
    mine = np.flatnonzero(grouped[rows])
    made = _collapse(work, sub, rows, mine, touched.loose, stages)
    for name in COLLAPSED:
        column = work.records[name][rows]
        column[mine] = made[name]
        sub[name] = column
    forget_borrowed(sub)
    sub["entry"] = np.append(ents, -1)[sub["entry"]].astype(np.int32)
    judged, marked = work.no_records(), work.no_records()
    for name in (*SETTLED, *COLLAPSED):
        changed = work.records[name][rows] != sub[name]
        differs = rows[changed]
        (marked if name in _MARKS else judged)[differs] = True
        work.put("records", differs, {name: sub[name][changed]})
    judged |= touched.fresh | touched.held
    return Settled(judged & alive, marked & alive, grouped)


def _holders(work: Work, ids: Array) -> Array:
    """Return the set of records that hold one of some ids."""
    out = work.no_records()
    found, _ = work.keys["keys"].blocks(IDS, distinct(block_of(id_keys(ids))))
    rows = row_of(found)
    hold = work.records["nid_valid"][rows] & np.isin(work.records["nid"][rows], ids)
    out[rows[hold]] = True
    return out


def _collapse(work: Work, sub: Table, rows: Array, mine: Array, loose: Array, stages: Stages) -> Table:
    """Collapse some records by their ids, and let go of loose ones; keep the pairs that ids label, and those of lent ids."""
    n = len(sub["record_id"])
    part = {
        name: column[mine]
        for name, column in sub.items()
        if name not in COLLAPSED
        and not name.startswith(("tok_", "e_", "m_", "l_", "x_"))
        and len(column) == n
    }
    part.update(work.shared)
    made = collapse_ids(part, stages)
    numbers = rows[mine]
    again = loose.copy()
    again[numbers] = True
    for name in ("labels", "lent"):
        a, b = unpack(made[name])
        pairs = pack(numbers[a], numbers[b])
        columns = {"pairs": pairs, **({"weight": np.zeros(len(pairs), np.int32)} if name == "labels" else {})}
        work.replace_pairs(name, work.pairs_at(name, again), columns)
    return {**{name: made[name] for name in COLLAPSED}, "group": numbers[made["group"]].astype(np.int32)}
