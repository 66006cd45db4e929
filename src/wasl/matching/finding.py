"""The pairs of an increment: whom the records to be judged anew may be, what each pair weighs, and whose rivals change."""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import contains, distinct, pack, unpack
from wasl.matching.blocking import HARD, SOLE, blocking_rules
from wasl.matching.compare import compare_households, list_households
from wasl.matching.keys import block_of, flag_of, row_of
from wasl.matching.options import Array, LinkOptions, empty
from wasl.matching.people import SURVIVES, weigh_rivals
from wasl.matching.score import score_pairs
from wasl.matching.snapshot import pack_records
from wasl.matching.stages import Stages, Table
from wasl.matching.taking import Settled, Touched, verdict_pairs
from wasl.matching.weights import Weights
from wasl.matching.work import Work, mark, places, renumber


def find_again(
    work: Work, touched: Touched, settled: Settled, w: Weights, options: LinkOptions, stages: Stages
) -> tuple[Array, Array]:
    """
    Bring keys, pairs and weights up to date; return the ends of links that changed, and of any pair that did.
    """
    links, ends = work.no_records(), work.no_records()
    before = work.tables["scored"]
    lapsed = work.pairs_at("scored", settled.judged | touched.loose)
    mark(ends, before["pairs"][lapsed])
    mark(links, before["pairs"][lapsed[before["left"][lapsed] >= options.likely_weight]])
    rivals = ends.copy()
    pairs = _candidates(work, touched, settled.judged, options, stages)
    found = score_found(work, w, pairs, options, stages)
    kept = ~_share_entry(work, found["pairs"])
    found = {name: column[kept] for name, column in found.items()}
    work.replace_pairs("scored", lapsed, {**found, "left": found["weight"]})
    mark(ends, found["pairs"])
    mark(rivals, found["pairs"])
    rivals |= settled.grouped
    mark(rivals, work.tables["scored"]["pairs"][work.pairs_at("scored", settled.grouped)])
    _lower(work, rivals, links, ends, options)
    mark(links, found["pairs"][found["weight"] >= options.likely_weight])
    _weigh_labels(work, w, settled.judged | settled.marked | settled.grouped)
    alive = np.append(work.records["alive"], False)
    return links & alive, ends & alive


def _candidates(work: Work, touched: Touched, judged: Array, options: LinkOptions, stages: Stages) -> Array:
    """Give the judged records their keys, and return whom they meet."""
    homes = work.no_entries()
    homes[work.records["entry"][np.flatnonzero(judged)]] = True
    homes[-1] = False
    sub, rows, _ = work.take(judged | work.members_of(homes), homes)
    mine = np.flatnonzero(judged[rows])
    made = pack_records(sub, mine, rows)
    work.keys["keys"].put(judged | touched.loose, made)
    status = np.append(work.records["status"], 0)
    rules = blocking_rules(sub)
    found = [empty()]
    for name, rule in rules.items():
        stages.check()
        held, sizes = work.keys["keys"].blocks(name, distinct(block_of(made[name])))
        level = SOLE if rule.ignores_ids else HARD
        row = row_of(held)
        asks = flag_of(held) & (status[row] >= level)
        size = np.repeat(sizes, sizes)
        first = np.repeat(np.cumsum(sizes) - sizes, sizes)
        who = np.flatnonzero(judged[row] & (size > 1) & (size <= options.block_cap))
        stages.note("candidates", f"blocks of {name} over the cap", int((sizes > options.block_cap).sum()))
        count = size[who]
        left = np.repeat(who, count)
        right = np.repeat(first[who] - np.cumsum(count) + count, count) + np.arange(len(left))
        x, y = row[left], row[right]
        keep = (x != y) & (asks[left] | asks[right]) & (~judged[y] | (x < y))
        found.append(distinct(pack(x[keep], y[keep])))
    pairs = distinct(np.concatenate(found))
    known = [work.tables[name]["pairs"][work.pairs_at(name, judged)] for name in ("labels", "lent")]
    return pairs[~contains(np.sort(np.concatenate(known)), pairs)]


def view(work: Work) -> Table:
    """Return the records as comparisons read them."""
    return {**work.records, **work.shared}


def score_found(work: Work, w: Weights, pairs: Array, options: LinkOptions, stages: Stages) -> Table:
    """Return the pairs that reach the review weight, weighed; `people.score_candidates` by rows of the state."""
    enc = view(work)
    kept, weights = [empty()], [empty(np.int32)]
    for at in range(0, len(pairs), options.pair_chunk):
        stages.tell("scored", at / max(1, len(pairs)))
        part = pairs[at : at + options.pair_chunk]
        a, b = unpack(part)
        _, weight = score_pairs(enc, w, a, b)
        kept.append(part[weight >= SURVIVES])
    pairs, kept = np.concatenate(kept), [empty()]
    house, sub, place = _houses(work, pairs)
    for at in range(0, len(pairs), options.pair_chunk):
        stages.check()
        part = pairs[at : at + options.pair_chunk]
        a, b = unpack(part)
        household = compare_households(sub, house, place[a], place[b])
        _, weight = score_pairs(enc, w, a, b, household)
        good = weight >= options.possible_weight
        kept.append(part[good])
        weights.append(weight[good])
    return {"pairs": np.concatenate(kept), "weight": np.concatenate(weights)}


def _houses(work: Work, pairs: Array) -> tuple[Table, Table, Array]:
    """Return the households of the pairs' ends, their population, and the places of rows in it."""
    some, homes = work.no_records(), work.no_entries()
    mark(some, pairs)
    homes[work.records["entry"][np.flatnonzero(some)]] = True
    homes[-1] = False
    sub, rows, _ = work.take(some | work.members_of(homes), homes)
    return list_households(sub), sub, places(rows, len(some))


def _share_entry(work: Work, pairs: Array) -> Array:
    """Tell which pairs stand in one entry, but for those that a verdict calls one person."""
    a, b = unpack(pairs)
    some = work.no_records()
    mark(some, pairs)
    at = work.rows_in("members", "m_rec", some)
    key = np.sort((work.members["m_rec"][at].astype(np.int64) << 32) | work.members["m_ent"][at])
    first = np.searchsorted(key, a.astype(np.int64) << 32)
    count = np.searchsorted(key, (a.astype(np.int64) + 1) << 32) - first
    pair = np.repeat(np.arange(len(a)), count)
    step = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    ent = key[np.repeat(first, count) + step] & 0xFFFFFFFF
    hit = contains(key, (b[pair].astype(np.int64) << 32) | ent)
    out = np.zeros(len(pairs), dtype=bool)
    out[pair[hit]] = True
    return out & ~contains(verdict_pairs(work, "person", "same"), pairs)


def _lower(work: Work, rivals: Array, links: Array, ends: Array, options: LinkOptions) -> None:
    """Weigh records without an id against their rivals again, and mark what that changed."""
    scored = work.tables["scored"]
    at = work.pairs_at("scored", rivals)
    a, b = unpack(scored["pairs"][at])
    trusted = work.records["trusted"]
    at = at[(rivals[a] & ~trusted[a] & trusted[b]) | (rivals[b] & ~trusted[b] & trusted[a])]
    some = work.no_records()
    mark(some, scored["pairs"][at])
    sub, rows, _ = work.take(some, work.no_entries())
    packed, which = renumber(scored["pairs"][at], places(rows, len(some)))
    at = at[which]
    left = weigh_rivals(sub, packed, scored["weight"][at])
    was = scored["left"][at]
    differs = left != was
    mark(ends, scored["pairs"][at[differs]])
    strong = differs & ((left >= options.likely_weight) | (was >= options.likely_weight))
    mark(links, scored["pairs"][at[strong]])
    work.put("scored", at[differs], {"left": left[differs]})


def _weigh_labels(work: Work, w: Weights, some: Array) -> None:
    """Weigh the pairs of one id again where an end changed."""
    labels = work.tables["labels"]
    at = work.pairs_at("labels", some)
    a, b = unpack(labels["pairs"][at])
    _, weight = score_pairs(view(work), w, a, b)
    work.put("labels", at, {"weight": weight})
