"""The passes of an increment: people, families and the pairs inside families again, for the part that a change reaches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wasl.matching.arrays import contains, distinct, pack, unpack
from wasl.matching.edges import gather_edges
from wasl.matching.families import (
    LINE_CAP,
    join_families,
    shared_people,
    weigh_families,
)
from wasl.matching.households import describe_entries
from wasl.matching.inside import link_inside
from wasl.matching.keys import block_of, flag_of, row_of
from wasl.matching.model import comates
from wasl.matching.options import Array, LinkOptions, empty
from wasl.matching.people import make_people
from wasl.matching.snapshot import pack_lines
from wasl.matching.stages import Stages, Table
from wasl.matching.taking import Touched, verdict_pairs
from wasl.matching.weights import Weights
from wasl.matching.work import Links, Work, differing, mark, places, renumber, with_end_in

COMATE_CAP = 60


@dataclass(frozen=True)
class Tools:
    """What every pass needs."""

    work: Work
    weights: Weights
    options: LinkOptions
    stages: Stages


def person_links(work: Work, options: LinkOptions, inside: bool) -> Links:
    """Return where the pairs stand that people are joined by, but for verdicts."""
    labels, scored = work.tables["labels"], work.tables["scored"]
    out: Links = [
        ("labels", lambda at: labels["weight"][at] >= options.likely_weight),
        ("lent", None),
        ("scored", lambda at: scored["left"][at] >= options.likely_weight),
    ]
    return [*out, ("inside", None)] if inside else out


def people_again(tools: Tools, label: str, dirty: Array, touched: Touched) -> Array:
    """
    Make people again of whatever links join to the dirty records; return the records whose person changed.
    """
    work, options = tools.work, tools.options
    alive = np.append(work.records["alive"], False)
    some = dirty & alive
    said = verdict_pairs(work, "person", "same")
    links = person_links(work, options, label == "person")
    work.spread(some, links, said)
    crowds = np.append(work.entries["e_size"] > COMATE_CAP, False) & work.entries_of(some)
    if crowds.any():
        some |= work.members_of(crowds)
        work.spread(some, links, said)
    some &= alive
    sub, rows, _ = work.take(some, work.entries_of(some))
    place = places(rows, len(some))
    same, _ = renumber(said, place)
    different, _ = renumber(verdict_pairs(work, "person", "different"), place)
    every = comates(sub, COMATE_CAP)
    sub["comates"] = every[~contains(same, every)]
    edges = _edges(work, some, place, same, options, label == "person")
    verdicts = {"same": same, "different": different}
    made = make_people(sub, tools.weights, edges, verdicts, options, tools.stages)
    return _relabel(work, "records", label, rows, rows[made["person"]], touched.loose)


def _edges(work: Work, some: Array, place: Array, same: Array, options: LinkOptions, second: bool) -> Table:
    labels, scored, found = work.tables["labels"], work.tables["scored"], work.tables["inside"]
    by_id, one = work.pairs_among("labels", some, place)
    lent, _ = work.pairs_among("lent", some, place)
    compared, two = work.pairs_among("scored", some, place)
    inside = None
    if second:
        packed, three = work.pairs_among("inside", some, place)
        inside = {"pairs": packed, "weight": found["weight"][three]}
    return gather_edges(
        {"pairs": by_id, "weight": labels["weight"][one]},
        lent,
        {"pairs": compared, "weight": scored["left"][two]},
        same,
        inside,
        options,
    )


def _relabel(work: Work, table: str, label: str, rows: Array, new: Array, gone: Array) -> Array:
    """Write labels, and return the set of rows whose cluster is not what it was; none of them is gone."""
    column = work.tables[table][label]
    old = column[rows]
    both = distinct((old.astype(np.int64) + 1 << 32) | new)
    were, are = both >> 32, np.sort(both & 0xFFFFFFFF)
    moved = contains(were[1:][were[1:] == were[:-1]], old + 1) | (old < 0)
    moved |= contains(are[1:][are[1:] == are[:-1]], new)
    lost = np.zeros(len(column) + 1, dtype=bool)
    lost[column[np.flatnonzero(gone)]] = True
    lost[-1] = False
    moved |= lost[old]
    differs = old != new
    work.put(table, rows[differs], {label: new[differs]})
    out = np.zeros(len(column) + 1, dtype=bool)
    out[rows[moved]] = True
    return out


def describe_again(work: Work, label: str, some: Array) -> tuple[Table, Table, Array]:
    """
    Return described entries, their population and rows, such that all is true of the entries asked for.

    What else stands in it, for the persons of these entries, may be described by half of what there is.
    """
    people = work.whole("records", label, work.members_of(some))
    ents = work.entries_of(people) | some
    records = work.whole("records", label, work.members_of(ents))
    sub, rows, taken = work.take(records, ents)
    person = places(rows, len(records))[work.records[label][rows]]
    return describe_entries(sub, person), sub, taken


@dataclass(frozen=True)
class FamilyPass:
    """The names under which one of the two passes over families keeps what it finds."""

    person: str
    family: str
    lines: str
    links: str


FIRST = FamilyPass("person_first", "family_first", "lines_first", "links_first")
LAST = FamilyPass("person", "family", "lines", "links")


def families_again(tools: Tools, names: FamilyPass, changed: Array, touched: Touched) -> tuple[Array, Array]:
    """
    Make families again where records or entries changed.

    Returns the set of entries whose family changed, and of entries whose kept pairs did.
    """
    work, options = tools.work, tools.options
    alive = np.append(work.entries["e_alive"], False)
    suspects = (touched.told | work.entries_of(changed)) & alive
    near = suspects | work.entries_of(work.whole("records", names.person, work.members_of(suspects)))
    asked, candidates = _ask_lines(tools, names, suspects, near, touched)
    links, ends = _weigh_again(tools, names, asked, candidates, touched)
    dirty = (suspects | links | touched.verdicts["family"]) & alive
    table = work.tables[names.links]
    likely = options.family_likely_weight
    work.spread(dirty, [(names.links, lambda at: table["weight"][at] >= likely)], empty())
    entries, sub, taken = describe_again(work, names.person, dirty)
    place = places(np.where(dirty[taken], taken, -1), len(dirty))
    place[-1] = -1
    packed, which = work.pairs_among(names.links, dirty, place)
    strong = table["weight"][which] >= likely
    weighed = {"f_pairs": packed[strong], "f_weight": table["weight"][which[strong]]}
    different, _ = renumber(verdict_pairs(work, "family", "different"), place)
    known = shared_people(entries, tools.stages)
    editions = work.editions_of(taken)
    joined = join_families(sub, entries, known, editions, weighed, different, options, tools.stages)
    mine = np.flatnonzero(dirty[taken])
    moved = _relabel(work, "entries", names.family, taken[mine], taken[joined["family"][mine]], touched.left)
    return moved, ends


def _ask_lines(
    tools: Tools, names: FamilyPass, suspects: Array, near: Array, touched: Touched
) -> tuple[Array, Array]:
    """
    Bring the lines' keys up to date; return the entries whose pairs are to be weighed anew, and whom they meet.

    Those are the suspects, all that share a person with them, and the lone children who have one of these for
    a rival father; and everybody in a block that passed its cap.
    """
    work = tools.work
    keys = work.keys[names.lines]
    entries, _, taken = describe_again(work, names.person, suspects)
    made = pack_lines(entries, suspects[taken], taken)
    crossed = work.no_entries()
    rivals = work.no_entries()
    off = suspects | touched.left
    wanted: dict[str, Array] = {}
    for rule, column in made.items():
        before = keys.keys_of(rule, off)
        differs = np.setxor1d(before, column)
        wanted[rule] = distinct(block_of(differs))
        held, sizes = keys.blocks(rule, wanted[rule])
        _collect(rivals, held[flag_of(held, 1)])
        wanted[rule] = np.stack((wanted[rule], sizes))
    keys.put(off, made)
    for rule, (blocks, was) in wanted.items():
        held, sizes = keys.blocks(rule, blocks)
        _collect(rivals, held[flag_of(held, 1)])
        over = np.repeat((was > LINE_CAP) != (sizes > LINE_CAP), sizes)
        _collect(crossed, held[over])
    near = (near | crossed | touched.verdicts["family"]) & np.append(work.entries["e_alive"], False)
    pairs, young = _meet(tools, names, near)
    del pairs
    asked = near | young | rivals
    asked[-1] = False
    pairs, _ = _meet(tools, names, asked)
    return asked, pairs


def _collect(some: Array, held: Array) -> None:
    some[row_of(held)] = True


def _meet(tools: Tools, names: FamilyPass, some: Array) -> tuple[Array, Array]:
    """Return the packed pairs of entries that lines bring together with an end in a set; and the young among them."""
    keys = tools.work.keys[names.lines]
    young = tools.work.no_entries()
    found = [empty()]
    for rule in keys.base:
        held, sizes = keys.blocks(rule, distinct(block_of(keys.keys_of(rule, some))))
        row, alone = row_of(held), flag_of(held)
        size = np.repeat(sizes, sizes)
        first = np.repeat(np.cumsum(sizes) - sizes, sizes)
        _collect(young, held[(size <= LINE_CAP) & flag_of(held, 1)])
        who = np.flatnonzero(some[row] & (size > 1) & (size <= LINE_CAP))
        count = size[who]
        left = np.repeat(who, count)
        right = np.repeat(first[who] - np.cumsum(count) + count, count) + np.arange(len(left))
        x, y = row[left], row[right]
        keep = (x != y) & (alone[left] | alone[right])
        found.append(distinct(pack(x[keep], y[keep])))
    return distinct(np.concatenate(found)), young


def _weigh_again(
    tools: Tools, names: FamilyPass, asked: Array, candidates: Array, touched: Touched
) -> tuple[Array, Array]:
    """Weigh the pairs of the entries asked for; return the ends of links that changed, and of any kept pair."""
    work, options = tools.work, tools.options
    some = asked.copy()
    a, b = unpack(candidates)
    some[a] = True
    some[b] = True
    same = verdict_pairs(work, "family", "same")
    a, b = unpack(same[with_end_in(same, asked)])
    some[a] = True
    some[b] = True
    some |= work.entries_of(work.whole("records", names.person, work.members_of(asked)))
    some |= asked
    entries, sub, taken = describe_again(work, names.person, some)
    place = places(taken, len(some))
    mine = np.append(asked[taken], False)
    known = shared_people(entries, tools.stages)
    kept = with_end_in(known["pairs"], mine)
    known = {name: column[kept] for name, column in known.items()}
    same, _ = renumber(same, place)
    same = same[with_end_in(same, mine)]
    candidates, _ = renumber(candidates, place)
    weighed = weigh_families(
        sub,
        entries,
        known,
        tools.weights,
        work.editions_of(taken),
        same,
        candidates,
        options.possible_weight,
        options.pair_chunk,
    )
    a, b = unpack(weighed["f_pairs"])
    made = {"pairs": pack(taken[a], taken[b]), "weight": weighed["f_weight"]}
    table = work.tables[names.links]
    lapsed = work.pairs_at(names.links, asked | touched.left)
    differs = differing(table, lapsed, made)
    links, ends = work.no_entries(), work.no_entries()
    for out, pairs in (
        (ends, differs[0]),
        (links, differs[0][differs[1] >= options.family_likely_weight]),
    ):
        mark(out, pairs)
    work.replace_pairs(names.links, lapsed, made)
    return links, ends


def inside_again(tools: Tools, changed: Array, moved: Array, touched: Touched) -> Array:
    """
    Link inside families again where records or families changed; return the ends of pairs that changed.

    Records of these families may stand in others too, whose pairs are found with them.
    """
    work = tools.work
    alive = np.append(work.entries["e_alive"], False)
    some = (moved | touched.told | work.entries_of(changed)) & alive
    family = work.whole("entries", "family_first", some)
    records = work.members_of(family) | changed
    more = work.whole("entries", "family_first", work.entries_of(records))
    sub, rows, taken = work.take(work.members_of(more), more)
    place = places(rows, len(records))
    same, _ = renumber(verdict_pairs(work, "person", "same"), place)
    every = comates(sub, COMATE_CAP)
    sub["comates"] = every[~contains(same, every)]
    _, label = np.unique(work.entries["family_first"][taken], return_inverse=True)
    _, person = np.unique(work.records["person_first"][rows], return_inverse=True)
    found = link_inside(sub, tools.weights, person, label.astype(np.int32), tools.options, tools.stages)
    a, b = unpack(found["pairs"])
    pairs = pack(rows[a], rows[b])
    mine = with_end_in(pairs, records)
    made = {"pairs": pairs[mine], "weight": found["weight"][mine]}
    table = work.tables["inside"]
    lapsed = work.pairs_at("inside", records | touched.loose)
    ends = work.no_records()
    mark(ends, differing(table, lapsed, made)[0])
    work.replace_pairs("inside", lapsed, made)
    return np.asarray(ends & np.append(work.records["alive"], False))
