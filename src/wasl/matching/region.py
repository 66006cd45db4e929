"""What an increment hands back: the part of the registry that a change reached, judged as a run judges the whole."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wasl.matching.again import LAST, Tools, describe_again
from wasl.matching.arrays import pack, unpack
from wasl.matching.edges import gather_edges
from wasl.matching.encode import find_ids
from wasl.matching.families import FAMILY_TERMS, shared_people, weigh_families
from wasl.matching.options import Array, LinkResult
from wasl.matching.result import build_result, find_homes
from wasl.matching.stages import Table
from wasl.matching.taking import verdict_pairs
from wasl.matching.work import Work, mark, places, renumber, with_end_in


def bound_region(work: Work, records: Array, entries: Array) -> tuple[Array, Array]:
    """
    Return the families that a change reached, as a set of entries, and all people who belong to them.

    A person belongs to the family of one of the entries it stands in, so this takes in no further families.
    """
    people = work.whole("records", "person", records)
    were = work.records["home"].copy()
    _find_homes_again(work, people)
    home = np.append(work.records["home"], -1)
    some = entries.copy()
    rows = np.flatnonzero(people)
    some[were[rows]] = True
    some[home[rows]] = True
    some[-1] = False
    some &= np.append(work.entries["e_alive"], False)
    region = work.whole("entries", "family", some)
    rows = work.rows_in("records", "home", region)
    people[rows[work.records["alive"][rows]]] = True
    return people, region


def _find_homes_again(work: Work, people: Array) -> None:
    sub, rows, taken = work.take(people, work.entries_of(people))
    person = places(rows, len(people))[work.records["person"][rows]]
    home = find_homes(sub, person)
    work.put("records", rows, {"home": np.append(taken, -1)[home].astype(np.int32)})


def judge_region(tools: Tools, records: Array, entries: Array) -> LinkResult:
    """
    Return the result of a region: its people, families and memberships, and all pairs with an end in it.

    Writes the certain people and families of the region into the tables.
    """
    work = tools.work
    crowd = work.whole("records", "person", records | work.members_of(entries))
    pairs = work.tables["links"]["pairs"]
    mine = work.pairs_at("links", entries)
    ends, homes = crowd.copy(), entries.copy()
    for name in ("scored", "inside", "labels", "lent"):
        mark(ends, work.tables[name]["pairs"][work.pairs_at(name, crowd)])
    said = verdict_pairs(work, "person", "same")
    mark(ends, said[with_end_in(said, crowd)])
    mark(homes, pairs[mine])
    homes |= work.entries_of(records)
    homes[work.records["entry"][np.flatnonzero(ends)]] = True
    homes[-1] = False
    rooms = work.no_entries()
    rooms[work.records["entry"][np.flatnonzero(ends)]] = True
    rooms[-1] = False
    sub, rows, taken = work.take(ends | work.members_of(rooms | entries), homes)
    place = places(rows, len(ends))
    people = _people_of(tools, place, crowd, rows)
    families = _families_of(tools, mine, entries, places(taken, len(homes)), taken)
    result = build_result(
        sub,
        work.context.model,
        tools.weights,
        people,
        families,
        work.editions_of(taken),
        {},
        tools.options,
        tools.stages,
    )
    _keep_certain(work, result, rows, taken, records, entries)
    return _cut_out(work, result, taken, records, entries)


def _people_of(tools: Tools, place: Array, crowd: Array, rows: Array) -> Table:
    """Return labels and links as the last pass over people left them, for the pairs with an end inside."""
    work, options = tools.work, tools.options
    labels, scored, inside = (work.tables[name] for name in ("labels", "scored", "inside"))
    by_id, one = work.pairs_among("labels", crowd, place)
    compared, two = work.pairs_among("scored", crowd, place)
    within, three = work.pairs_among("inside", crowd, place)
    said = verdict_pairs(work, "person", "same")
    same, _ = renumber(said[with_end_in(said, crowd)], place)
    edges = gather_edges(
        {"pairs": by_id, "weight": labels["weight"][one]},
        work.pairs_among("lent", crowd, place)[0],
        {"pairs": compared, "weight": scored["left"][two]},
        same,
        {"pairs": within, "weight": inside["weight"][three]},
        options,
    )
    label = work.records["person"][rows]
    person = place[label]
    person = np.where(person < 0, np.arange(len(rows)), person).astype(np.int32)
    a, b = unpack(edges["pairs"])
    return {**edges, "person": person, "cut": label[a] != label[b]}


def _families_of(tools: Tools, at: Array, entries: Array, place: Array, taken: Array) -> Table:
    """Return labels and pairs of entries as the last pass over families left them, with the evidence."""
    work, options = tools.work, tools.options
    table = work.tables["links"]
    pairs = table["pairs"][at]
    some = entries.copy()
    mark(some, pairs)
    described, sub, rows = describe_again(work, LAST.person, some)
    inner = places(rows, len(some))
    packed, which = renumber(pairs, inner)
    same, _ = renumber(verdict_pairs(work, "family", "same"), inner)
    known = shared_people(described, tools.stages)
    kept = np.isin(known["pairs"], packed)
    known = {name: column[kept] for name, column in known.items()}
    found = weigh_families(
        sub,
        described,
        known,
        tools.weights,
        work.editions_of(rows),
        same[np.isin(same, packed)],
        packed,
        None,
        options.pair_chunk,
    )
    weight = table["weight"][at][which]
    order = np.searchsorted(found["f_pairs"], packed)
    out = {name: found[name][order] for name in ("f_prior", *(f"v_{term}" for term in FAMILY_TERMS))}
    others = weight - sum(
        found[name][order].astype(np.int32)
        for name in ("f_prior", *(f"v_{term}" for term in FAMILY_TERMS if term != "others"))
    )
    decided = np.isin(packed, same)
    out["v_others"] = np.where(decided, 0, others).astype(np.int16)
    a, b = unpack(packed)
    a, b = rows[a], rows[b]
    label = work.entries["family"]
    likely = weight >= options.family_likely_weight
    x, y = place[a], place[b]
    final = pack(x, y)
    order = np.argsort(final, kind="stable")
    family = place[label[taken]]
    return {
        "family": np.where(family < 0, np.arange(len(taken)), family).astype(np.int32),
        "f_pairs": final[order],
        "f_weight": weight[order],
        "f_cut": (likely & (label[a] != label[b]))[order],
        **{name: column[order] for name, column in out.items()},
    }


def _keep_certain(
    work: Work, result: LinkResult, rows: Array, taken: Array, records: Array, entries: Array
) -> None:
    for table, found, ids, numbers, label, some in (
        ("records", result.people, "record_id", rows, "certain_person", records),
        ("entries", result.families, "entry_id", taken, "certain_family", entries),
    ):
        own = found.column(ids).to_numpy()
        order = np.argsort(own)
        at = order[np.searchsorted(own, found.column(label).to_numpy(), sorter=order)]
        mine = some[numbers]
        work.put(table, numbers[mine], {label: numbers[at][mine]})


def _cut_out(work: Work, result: LinkResult, taken: Array, records: Array, entries: Array) -> LinkResult:
    """Keep of a result what belongs to the region; a certain family beyond it is named as it stands."""
    record_id = work.records["record_id"][np.flatnonzero(records)]
    entry_id = work.entries["e_id"][np.flatnonzero(entries)]

    def within(table: pa.Table, ids: Array, *columns: str) -> pa.Table:
        wanted = pa.array(ids)
        masks = [pc.is_in(table.column(name), value_set=wanted) for name in columns]
        return table.filter(masks[0] if len(masks) == 1 else pc.or_(*masks))

    result.people = within(result.people, record_id, "record_id")
    result.families = within(result.families, entry_id, "entry_id")
    homes = within(result.memberships, record_id, "record_id")
    at, _ = find_ids(work.entries["e_id"][taken], homes.column("certain_family").to_numpy())
    label = taken[at]
    label = np.where(entries[label], label, work.entries["certain_family"][label])
    place = homes.column_names.index("certain_family")
    named = pa.array(work.entries["e_id"][label], pa.int64())
    result.memberships = homes.set_column(place, "certain_family", named)
    result.pairs = within(result.pairs, record_id, "record_a", "record_b")
    result.family_pairs = within(result.family_pairs, entry_id, "entry_a", "entry_b")
    return result


def count_all(work: Work) -> dict[str, int]:
    """Return how many there are of everything, in all."""
    out = {
        "records": int(work.records["alive"].sum()),
        "entries": int(work.entries["e_alive"].sum()),
        "records_with_trusted_id": int((work.records["trusted"] & work.records["alive"]).sum()),
        "ids_distrusted": int((work.records["borrowed"] & work.records["alive"]).sum()),
    }
    for table, alive, names in (
        ("records", "alive", (("people", "person"), ("certain_people", "certain_person"))),
        ("entries", "e_alive", (("families", "family"), ("certain_families", "certain_family"))),
    ):
        for name, label in names:
            named = np.zeros(len(work.tables[table][alive]), dtype=bool)
            named[work.tables[table][label][work.tables[table][alive]]] = True
            out[name] = int(named.sum())
    return out
