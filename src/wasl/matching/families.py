"""
Families: entries joined by weighed evidence, greedy from the strongest, contradictions against.

The evidence is people both entries name, the man's line (his chain, or what stands after the
children's names) with phone and place; against it speak another husband, another wife, one person as
child here and grown there, and two entries of one edition of the ministry's list.
"""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import bits, components, contains, distinct, mix_columns, pack, pairs_within, unpack
from wasl.matching.clusters import MUST, cluster, pairs_of
from wasl.matching.households import KID, LOOSE, MAN, SLOTS, WOMAN, YOUNG
from wasl.matching.options import Array, LinkOptions, empty
from wasl.matching.stages import Stages, Table
from wasl.matching.weights import Weights

_PERSON_CAP, LINE_CAP, _CLASH_CAP = 60, 24, 400
SHARED_ADULT, SHARED_CHILD, SHARED_MORE = 700, 550, 500
GROWN_UP = -700
OTHER_MAN, OTHER_WOMAN, OTHER_LINE, OTHER_KIDS = -1200, -900, -600, -200
EDITION = -1500
WHICH_WIFE = -1000
_CLASH = -150

EVIDENCE = ("shared", "grown_up", "man", "woman", "wives", "kids", "line", "phone", "place", "edition")
FAMILY_TERMS = (*EVIDENCE, "bound", "others")
"""The evidence; what of its soft part counts no further (`bound`); and whom else a lone child may
belong to (`others`). With the prior they add up to the weight of every pair without a verdict."""


def shared_people(entries: Table, stages: Stages) -> Table:
    """
    Return the packed pairs of entries that name one person, with what the shared people weigh.

    An adult in the same place (or a lone row) on both sides weighs most, a child less; one who is a
    child here and grown there speaks against.
    """
    ent, slot = np.nonzero(entries["person"] >= 0)
    code = (ent * SLOTS + slot).astype(np.int32)
    found, capped = pairs_within(entries["person"][ent, slot], code, _PERSON_CAP)
    stages.note("families", "people in more entries than are paired", capped)
    x, y = unpack(found)
    kind = entries["kind"].ravel()
    left, right = kind[x], kind[y]
    lone_left, lone_right = (left == LOOSE) | (left == YOUNG), (right == LOOSE) | (right == YOUNG)
    grown_left, grown_right = (left == MAN) | (left == WOMAN), (right == MAN) | (right == WOMAN)
    grown = ((left == KID) & grown_right) | ((right == KID) & grown_left)
    adult = (grown_left & (left == right)) | (lone_left & grown_right) | (lone_right & grown_left)
    adult |= lone_left & lone_right
    pairs, inverse = np.unique(pack(x // SLOTS, y // SLOTS), return_inverse=True)
    count = len(pairs)
    adults = np.bincount(inverse, adult, count)
    others = np.bincount(inverse, ~adult & ~grown, count)
    first = np.where(adults > 0, SHARED_ADULT, np.where(others > 0, SHARED_CHILD, 0))
    return {
        "pairs": pairs,
        "shared": (first + SHARED_MORE * np.maximum(adults + others - 1, 0)).astype(np.int32),
        "grown_up": np.where(np.bincount(inverse, grown, count) > 0, GROWN_UP, 0).astype(np.int32),
        "children": others.astype(np.int32),
    }


def line_keys(entries: Table) -> dict[str, tuple[Array, Array]]:
    """Return by kind of place the keys of the man's line with that place, and the entries that bear them."""
    ids = np.arange(len(entries["rec"]), dtype=np.int32)
    line = entries["line"]
    out = {}
    for name in ("village", "markaz", "phone"):
        place = entries[name]
        keys, who = [], []
        for later in (1, 2, 3):
            where = (line[:, 0] > 0) & (line[:, later] > 0) & (place > 0)
            if name == "markaz":
                where &= entries["village"] == 0
            keys.append(mix_columns(line[where, 0], line[where, later], place[where]))
            who.append(ids[where])
        out[name] = np.concatenate(keys), np.concatenate(who)
    return out


def candidate_entries(entries: Table, stages: Stages) -> Array:
    """Return packed entry pairs that share the man's line together with village, markaz or phone."""
    out = []
    for name, (keys, who) in line_keys(entries).items():
        pairs, capped = _within_cap(keys, who, LINE_CAP)
        stages.note("families", f"blocks of line and {name} over the cap", capped)
        out.append(pairs)
    pairs = distinct(np.concatenate(out))
    a, b = unpack(pairs)
    return pairs[entries["alone"][a] | entries["alone"][b]]


def _within_cap(key: Array, items: Array, cap: int) -> tuple[Array, int]:
    """Pair within groups, leaving groups over the cap out: a coordinator's phone says nothing."""
    _, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    small = counts[inverse] <= cap
    pairs, _ = pairs_within(key[small], items[small], cap)
    return pairs, int((counts > cap).sum())


def score_entries(
    enc: Table, entries: Table, known: Table, w: Weights, packed: Array, editions: Array
) -> Table:
    """Return one int32 column per kind of evidence, and `weight`, what they say together."""
    a, b = unpack(packed)
    out = {name: np.zeros(len(a), dtype=np.int32) for name in EVIDENCE}
    at = np.minimum(np.searchsorted(known["pairs"], packed), max(len(known["pairs"]) - 1, 0))
    hit = contains(known["pairs"], packed)
    for name in ("shared", "grown_up"):
        out[name][hit] = known[name][at[hit]]
    children = np.zeros(len(a), dtype=np.int32)
    children[hit] = known["children"][at[hit]]
    shared = out["shared"] > 0
    many = (entries["kids"][a] >= 2) & (entries["kids"][b] >= 2)
    out["kids"] = np.where(many & (children == 0), OTHER_KIDS, 0).astype(np.int32)
    chain = enc["tok_canon"][enc["chain"][:, :4]]
    out["man"] = _other_adult(entries["man"], chain, entries["man_person"], a, b, OTHER_MAN)
    out["woman"] = _other_adult(entries["woman"], chain, entries["woman_person"], a, b, OTHER_WOMAN)
    out["line"] = _lines(entries, w, a, b)
    out["phone"] = _agreement(entries["phone"], w.phone, a, b, -50)
    out["place"] = _places(entries, w, a, b)
    out["wives"] = _which_wife(entries, a, b, (children == 0) & (out["phone"] <= 0))
    adults = (out["man"] < 0) | (out["woman"] < 0) | ~shared
    out["edition"] = np.where(_one_edition(enc, editions, a, b) & adults, EDITION, 0).astype(np.int32)
    stranger = bits(np.array([4 / max(8, int(enc["x_entries"][0]))]))[0]
    soft = out["line"] + out["phone"] + out["place"]
    named = out["shared"] + np.clip(soft, -300, 200)
    against = out["grown_up"] + out["man"] + out["woman"] + out["wives"] + out["kids"] + out["edition"]
    out["weight"] = (np.where(shared, named, np.minimum(soft + stranger, 900)) + against).astype(np.int32)
    out["prior"] = np.where(shared, 0, stranger).astype(np.int32)
    out["bound"] = (out["weight"] - out["prior"] - out["shared"] - soft - against).astype(np.int32)
    return out


def _which_wife(entries: Table, a: Array, b: Array, open_question: Array) -> Array:
    """
    Weigh it against joining a row that names no wife to one wife of a man who has two.

    Such a man's lone row, or his child's, may belong to either family; only a child or phone tells. And
    against joining a man whose list would have named his wife to a family with a wife.
    """
    doubt = np.zeros(len(a), dtype=bool)
    for x, y in ((a, b), (b, a)):
        his = np.where(entries["husband"][y] >= 0, entries["husband"][y], entries["husband"][x])
        two = (his >= 0) & entries["two_wives"][his]
        doubt |= (two | entries["no_wife"][x]) & (entries["woman"][x] < 0) & (entries["woman"][y] >= 0)
    return np.where(doubt & open_question, WHICH_WIFE, 0).astype(np.int32)


def _places(entries: Table, w: Weights, a: Array, b: Array) -> Array:
    village = _agreement(entries["village"], w.village, a, b, -250)
    markaz = _agreement(entries["markaz"], w.markaz, a, b, -350)
    known = (entries["village"][a] > 0) & (entries["village"][b] > 0)
    return np.where(known & ((village > 0) | (markaz < 0)), village, np.minimum(village, 0) + markaz)


def weigh_family_rivals(entries: Table, packed: Array, weight: Array, shared: Array) -> Array:
    """Return weights lowered where a lone child's father could be one of several men."""
    a, b = unpack(packed)
    out = weight.astype(np.float64)
    for child, other in ((a, b), (b, a)):
        man = np.where(entries["man_person"][other] >= 0, entries["man_person"][other], -1 - other)
        ask = np.flatnonzero((shared == 0) & (entries["young"][child] >= 0) & (entries["man"][other] >= 0))
        if not len(ask):
            continue
        key = (child[ask].astype(np.int64) << 32) | (man[ask].astype(np.int64) & 0xFFFFFFFF)
        target, inverse = np.unique(key, return_inverse=True)
        best = np.full(len(target), -60.0)
        np.maximum.at(best, inverse, weight[ask] / 100)
        odds = np.exp2(best)
        who, at = np.unique(target >> 32, return_inverse=True)
        total = np.bincount(at, odds, minlength=len(who))
        out[ask] -= 100 * np.log2(1 + np.maximum(total[at] - odds, 0)[inverse])
    return np.rint(out).astype(np.int32)


def _one_edition(enc: Table, editions: Array, a: Array, b: Array) -> Array:
    """Return whether two entries stand in one edition of the ministry's list."""
    out = np.zeros(len(a), dtype=bool)
    ask = np.flatnonzero(enc["e_ministry"][a] & enc["e_ministry"][b]) if len(editions) else empty()
    if not len(ask):
        return out
    owner = editions >> 32
    start = np.searchsorted(owner, a[ask])
    count = np.searchsorted(owner, a[ask], side="right") - start
    pair = np.repeat(ask, count)
    step = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    number = editions[np.repeat(start, count) + step] & 0xFFFFFFFF
    hit = contains(editions, (b[pair].astype(np.int64) << 32) | number)
    out[pair[hit]] = True
    return out


def _other_adult(first: Array, chain: Array, person: Array, a: Array, b: Array, weight: int) -> Array:
    """Weigh it against a pair that each names another man (or woman): little where the names agree."""
    x, y = first[a], first[b]
    out = np.zeros(len(a), dtype=np.int32)
    ask = np.flatnonzero((x >= 0) & (y >= 0) & (person[a] != person[b]))
    x, y = x[ask], y[ask]
    given = chain[x, 0] == chain[y, 0]
    father = (chain[x, 1] == chain[y, 1]) | (chain[x, 1] == 0) | (chain[y, 1] == 0)
    out[ask] = np.where(given & father, weight // 6, np.where(given | father, weight, weight * 3 // 2))
    return out


def _lines(entries: Table, w: Weights, a: Array, b: Array) -> Array:
    """
    Weigh the father's chain in both: his given name, then every later name that both know.

    Later names are compared wherever they stand, for one clerk drops the grandfather and another
    writes the family; the first of them differing costs a little, none in common costs more.
    """
    x, y = entries["line"][a], entries["line"][b]
    given = (x[:, 0] == y[:, 0]) & (x[:, 0] > 0)
    later_x, later_y = x[:, 1:4], y[:, 1:4]
    hit = ((later_x[:, :, None] == later_y[:, None, :]) & (later_x > 0)[:, :, None]).any(axis=2)
    bits_later = (np.where(hit, w.token["later"][later_x], 0)).sum(axis=1)
    both = (later_x[:, 0] > 0) & (later_y[:, 0] > 0)
    first = both & (later_x[:, 0] != later_y[:, 0])
    later = np.where(hit.any(axis=1), bits_later - 250 * first, np.where(both, -600, 0))
    differ = (x[:, 0] > 0) & (y[:, 0] > 0) & ~given
    return np.where(given, w.token["father"][x[:, 0]] + later, np.where(differ, OTHER_LINE, 0)).astype(
        np.int32
    )


def _agreement(code: Array, rarity: Array, a: Array, b: Array, differs: int) -> Array:
    x, y = code[a], code[b]
    known = (x > 0) & (y > 0)
    return np.where(known, np.where(x == y, rarity[x] - 70, differs), 0).astype(np.int32)


def make_families(
    enc: Table,
    entries: Table,
    w: Weights,
    editions: Array,
    verdicts: Table,
    options: LinkOptions,
    stages: Stages,
) -> Table:
    """Return each entry's family, the scored pairs of entries, and which of them were cut."""
    known = shared_people(entries, stages)
    candidates = candidate_entries(entries, stages)
    weighed = weigh_families(enc, entries, known, w, editions, verdicts["same"], candidates)
    kept = weighed["f_weight"] >= options.possible_weight
    weighed = {name: column[kept] for name, column in weighed.items()}
    joined = join_families(enc, entries, known, w, editions, weighed, verdicts["different"], options, stages)
    stages.note("families", "family links cut by a contradiction", int(joined["f_cut"].sum()))
    return {**weighed, **joined}


def weigh_families(
    enc: Table, entries: Table, known: Table, w: Weights, editions: Array, same: Array, candidates: Array
) -> Table:
    """Return the pairs of entries that anything speaks of, weighed: `f_pairs`, `f_weight`, `f_prior`, `v_…`."""
    packed = distinct(np.concatenate((known["pairs"], candidates, same)))
    scored = score_entries(enc, entries, known, w, packed, editions)
    weight = weigh_family_rivals(entries, packed, scored["weight"], scored["shared"])
    scored["others"] = weight - scored["weight"]
    decided = contains(same, packed)
    evidence = {f"v_{name}": np.where(decided, 0, scored[name]) for name in FAMILY_TERMS}
    return {
        "f_pairs": packed,
        "f_weight": np.where(decided, MUST, weight).astype(np.int32),
        "f_prior": np.where(decided, 0, scored["prior"]),
        **evidence,
    }


def join_families(
    enc: Table,
    entries: Table,
    known: Table,
    w: Weights,
    editions: Array,
    weighed: Table,
    different: Array,
    options: LinkOptions,
    stages: Stages,
) -> Table:
    """Return each entry's family (`family`) by its links, and which of the weighed pairs were cut (`f_cut`)."""
    n = len(enc["e_id"])
    weight = weighed["f_weight"]
    a, b = unpack(weighed["f_pairs"])
    link = weight >= options.family_likely_weight
    label = components(n, a[link], b[link])
    within = pairs_of(label, _CLASH_CAP)
    clash = _clashing(enc, entries, known, w, within, editions, options, stages)
    family, cut_links = cluster(n, a[link], b[link], weight[link], clash, different, options.family_cap)
    cut = np.zeros(len(a), dtype=bool)
    cut[np.flatnonzero(link)[cut_links]] = True
    return {"family": family.astype(np.int32), "f_cut": cut}


def _clashing(
    enc: Table,
    entries: Table,
    known: Table,
    w: Weights,
    within: Array,
    editions: Array,
    options: LinkOptions,
    stages: Stages,
) -> Array:
    """Return the pairs inside tentative families that cannot be one family."""
    out = [empty()]
    for at in range(0, len(within), options.pair_chunk):
        stages.check()
        part = within[at : at + options.pair_chunk]
        found = score_entries(enc, entries, known, w, part, editions)
        against = found["grown_up"] + found["man"] + found["woman"] + found["edition"]
        bad = (against <= -200) & (found["shared"] + against < _CLASH)
        out.append(part[bad])
    return np.concatenate(out)
