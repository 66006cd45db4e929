"""
Families: entries joined by weighed evidence, greedy from the strongest, contradictions against.

The evidence is people both entries name, the man's line (his chain, or what stands after the
children's names) with phone and place; against it speak another husband, another wife, one person as
child here and grown there, and two entries of one edition of the ministry's list.
"""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import (
    bits,
    components,
    contains,
    distinct,
    mix_columns,
    pack,
    pairs_within,
    runs,
    unpack,
)
from wasl.matching.clusters import MUST, cluster, pairs_of
from wasl.matching.compare import compare_records
from wasl.matching.households import KID, LOOSE, MAN, SLOTS, WOMAN, YOUNG
from wasl.matching.options import Array, LinkOptions, empty
from wasl.matching.stages import Stages, Table
from wasl.matching.weights import Weights

_PERSON_CAP, LINE_CAP, _CLASH_CAP = 60, 24, 400
SHARED_ADULT, SHARED_CHILD, SHARED_MORE = 700, 550, 500
LINE_PLACES = ("village", "markaz", "phone", "phone_alone")
GROWN_UP = -700
OTHER_MAN, OTHER_WOMAN, OTHER_LINE, OTHER_KIDS = -1200, -900, -600, -200
EDITION = -1500
WHICH_WIFE = -1000
NOT_AMONG = -700
OTHER_PHONE, OWN_PHONE, MANY_CALLED = -130, 500, 500
_CLASH = -150
_SAME_BIRTH, _OTHER_BIRTH = (1, 2, 7), (3, 5, 6, 8, 9)

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
    ent = entries["s_ent"]
    found, capped = pairs_within(entries["s_person"][:-1], np.arange(len(ent), dtype=np.int32), _PERSON_CAP)
    stages.note("families", "people in more entries than are paired", capped)
    x, y = unpack(found)
    packed = pack(ent[x], ent[y])
    order = np.argsort(packed, kind="stable").astype(np.int32)
    packed, x, y = packed[order], x[order], y[order]
    adult, grown = _how_shared(entries["s_kind"][x], entries["s_kind"][y])
    del found, x, y, order
    start, _ = runs(packed)
    if not len(start):
        none = empty(np.int32)
        return {"pairs": packed, "shared": none, "grown_up": none, "children": none}
    adults = np.add.reduceat(adult, start, dtype=np.int16)
    others = np.add.reduceat(~adult & ~grown, start, dtype=np.int16)
    first = np.where(adults > 0, SHARED_ADULT, np.where(others > 0, SHARED_CHILD, 0))
    return {
        "pairs": packed[start],
        "shared": (first + SHARED_MORE * np.maximum(adults + others - 1, 0)).astype(np.int16),
        "grown_up": np.where(np.logical_or.reduceat(grown, start), GROWN_UP, 0).astype(np.int16),
        "children": others,
    }


def _how_shared(left: Array, right: Array) -> tuple[Array, Array]:
    """Tell where one person is grown in both places (or stands in a lone row), and where in one place alone."""
    lone_left, lone_right = (left == LOOSE) | (left == YOUNG), (right == LOOSE) | (right == YOUNG)
    grown_left, grown_right = (left == MAN) | (left == WOMAN), (right == MAN) | (right == WOMAN)
    adult = (grown_left & (left == right)) | (lone_left & grown_right) | (lone_right & grown_left)
    adult |= lone_left & lone_right
    return adult, ((left == KID) & grown_right) | ((right == KID) & grown_left)


def _keys_with(entries: Table, name: str) -> tuple[Array, Array]:
    """
    Return the keys of the man's line with the place (or phone) of that name, and the entries that bear them.

    The phone is a key alone, too: a mother and her child's lone row have no line in common.
    """
    if name == "phone_alone":
        rows = np.flatnonzero(entries["phone"] > 0)
        return mix_columns(entries["phone"][rows]), rows.astype(np.int32)
    line, place = entries["line"], entries[name]
    there = (line[:, 0] > 0) & (place > 0)
    if name == "markaz":
        there &= entries["village"] == 0
    keys, who = [], []
    for later in (1, 2, 3):
        rows = np.flatnonzero(there & (line[:, later] > 0))
        keys.append(mix_columns(line[rows, 0], line[rows, later], place[rows]))
        who.append(rows.astype(np.int32))
    return np.concatenate(keys), np.concatenate(who)


def line_keys(entries: Table) -> dict[str, tuple[Array, Array]]:
    """Return by kind of place the keys of the man's line with that place, and the entries that bear them."""
    return {name: _keys_with(entries, name) for name in LINE_PLACES}


def candidate_entries(entries: Table, stages: Stages) -> Array:
    """Return packed pairs of a lone row and an entry that share a phone, or the man's line and a place."""
    alone, out = entries["alone"], []
    for name in LINE_PLACES:
        pairs, capped = pairs_within(*_keys_with(entries, name), LINE_CAP, chain=False)
        stages.note("families", f"blocks of line and {name} over the cap", capped)
        a, b = unpack(pairs)
        out.append(pairs[alone[a] | alone[b]])
    return distinct(np.concatenate(out), in_place=True)


def weigh_against(enc: Table, entries: Table, known: Table, packed: Array, editions: Array) -> Table:
    """Return what the people of two entries say: those they share, and those that contradict."""
    a, b = unpack(packed)
    out = {name: np.zeros(len(a), dtype=np.int32) for name in ("shared", "grown_up", "children")}
    at = np.minimum(np.searchsorted(known["pairs"], packed), max(len(known["pairs"]) - 1, 0))
    hit = np.flatnonzero(known["pairs"][at] == packed) if len(known["pairs"]) else empty()
    for name, column in out.items():
        column[hit] = known[name][at[hit]]
    out["man"] = _other_adult(enc, entries["man"], entries["man_person"], a, b, OTHER_MAN)
    out["woman"] = _other_adult(enc, entries["woman"], entries["woman_person"], a, b, OTHER_WOMAN)
    adults = (out["man"] < 0) | (out["woman"] < 0) | (out["shared"] == 0)
    out["edition"] = np.where(_one_edition(enc, editions, a, b) & adults, EDITION, 0).astype(np.int32)
    return out


def score_entries(
    enc: Table, entries: Table, known: Table, w: Weights, packed: Array, editions: Array
) -> Table:
    """Return one int32 column per kind of evidence, and `weight`, what they say together."""
    a, b = unpack(packed)
    out = weigh_against(enc, entries, known, packed, editions)
    children = out.pop("children")
    shared = out["shared"] > 0
    many = (entries["kids"][a] >= 2) & (entries["kids"][b] >= 2)
    out["kids"] = np.where(many & (children == 0), OTHER_KIDS, 0).astype(np.int32)
    out["line"] = _lines(entries, w, a, b)
    out["kids"] += np.where(shared, 0, _not_among(enc, entries, a, b))
    out["phone"] = _agreement(entries["phone"], w.phone, a, b, OTHER_PHONE)
    out["phone"] += np.where(shared | (out["line"] != 0), 0, _own_phone(entries, w, a, b))
    out["place"] = _places(entries, w, a, b)
    out["wives"] = _which_wife(entries, a, b, (children == 0) & (out["phone"] <= 0))
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
    against joining a man whose list would have named his wife to a family with a wife; where he has left
    her, against joining his silent rows to her, or her children to him.
    """
    doubt = np.zeros(len(a), dtype=bool)
    for x, y in ((a, b), (b, a)):
        his = np.where(entries["husband"][y] >= 0, entries["husband"][y], entries["husband"][x])
        two, left = ((his >= 0) & entries[name][his] for name in ("two_wives", "left"))
        young = entries["young"][x] >= 0
        silent = two | entries["no_wife"][x] | (left & ~young)
        doubt |= silent & (entries["woman"][x] < 0) & (entries["woman"][y] >= 0)
        doubt |= left & young & entries["no_wife"][y]
    return np.where(doubt & open_question, WHICH_WIFE, 0).astype(np.int32)


def _left_wife(entries: Table, a: Array, b: Array) -> Array:
    """Tell where one entry says that its man has no wife, and the other names a wife of his."""
    out = np.zeros(len(a), dtype=bool)
    for x, y in ((a, b), (b, a)):
        out |= entries["no_wife"][x] & (entries["woman"][y] >= 0)
    called = (entries["phone"][a] > 0) & (entries["phone"][a] == entries["phone"][b])
    return np.asarray(out & ~called & (entries["man_person"][a] == entries["man_person"][b]))


def _own_phone(entries: Table, w: Weights, a: Array, b: Array) -> Array:
    """
    Return what a phone in common weighs beyond its rarity where no line stands beside it.

    Rarity tells how often chance draws a number from all rows; but a number that few rows bear is one
    family's, and one that many bear is a coordinator's and says nothing.
    """
    x = entries["phone"][a]
    rarity = w.phone[x]
    few = rarity >= int(w.phone.max(initial=0)) - MANY_CALLED
    beyond = np.where(few, OWN_PHONE, -np.maximum(rarity - 70, 0))
    return np.where((x > 0) & (x == entries["phone"][b]), beyond, 0).astype(np.int32)


def _not_among(enc: Table, entries: Table, a: Array, b: Array) -> Array:
    """Weigh it against joining a lone child to an entry that names its children, and none of his name."""
    out = np.zeros(len(a), dtype=np.int32)
    canon, given = enc["tok_canon"], enc["chain"][:, 0]
    for child, other in ((a, b), (b, a)):
        ask = np.flatnonzero((entries["young"][child] >= 0) & (entries["kids"][other] > 0))
        house = other[ask]
        member = entries["s_start"][house][:, None] + np.arange(SLOTS)
        there = member < entries["s_start"][house + 1][:, None]
        member = np.where(there, member, -1)
        name = np.where(entries["s_kind"][member] == KID, canon[given[entries["s_rec"][member]]], -1)
        among = (name == canon[given[entries["young"][child[ask]]]][:, None]).any(axis=1)
        out[ask] = np.where(among, 0, NOT_AMONG)
    return out


def _places(entries: Table, w: Weights, a: Array, b: Array) -> Array:
    village = _agreement(entries["village"], w.village, a, b, -250)
    markaz = _agreement(entries["markaz"], w.markaz, a, b, -350)
    known = (entries["village"][a] > 0) & (entries["village"][b] > 0)
    return np.where(known & ((village > 0) | (markaz < 0)), village, np.minimum(village, 0) + markaz)


def weigh_family_rivals(entries: Table, packed: Array, weight: Array, whole: Array, shared: Array) -> Array:
    """
    Return weights lowered where a lone child's father could be one of several men.

    `whole`: all that speaks for each father counts here, also what counts no further once he is the only one.
    """
    young, man = entries["young"] >= 0, entries["man"] >= 0
    a, b = unpack(packed)
    rows = np.flatnonzero(~shared & ((young[a] & man[b]) | (young[b] & man[a])))
    out = weight.copy()
    if not len(rows):
        return out
    child, other = np.concatenate((a[rows], b[rows])), np.concatenate((b[rows], a[rows]))
    ask = np.flatnonzero(young[child] & man[other])
    child, other, pair = child[ask], other[ask], np.tile(rows, 2)[ask]
    his = entries["man_person"][other]
    key = (child.astype(np.int64) << 32) | (his.astype(np.int64) & 0xFFFFFFFF)
    target, inverse = np.unique(key, return_inverse=True)
    best = np.full(len(target), -60.0)
    np.maximum.at(best, inverse, whole[pair] / 100)
    odds = np.exp2(best)
    who, at = np.unique(target >> 32, return_inverse=True)
    total = np.bincount(at, odds, minlength=len(who))
    lowered = whole[pair] - 100 * np.log2(1 + np.maximum(total[at] - odds, 0)[inverse])
    np.minimum.at(out, pair, np.rint(lowered).astype(np.int32))
    return out


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


def _other_adult(enc: Table, first: Array, person: Array, a: Array, b: Array, weight: int) -> Array:
    """
    Weigh it against a pair that each names another man (or woman): little where it may be the same one.

    It may where given and father's name agree; or one of them, and neither date nor id says otherwise. The
    father's name alone is not enough for women: a man's two wives may be sisters.
    """
    x, y = first[a], first[b]
    out = np.zeros(len(a), dtype=np.int32)
    ask = np.flatnonzero((x >= 0) & (y >= 0) & (person[a] != person[b]))
    x, y = x[ask], y[ask]
    canon, chain = enc["tok_canon"], enc["chain"]
    given = canon[chain[x, 0]] == canon[chain[y, 0]]
    one, two = canon[chain[x, 1]], canon[chain[y, 1]]
    father = (one == two) | (one == 0) | (two == 0)
    half = np.flatnonzero(given != father)
    levels = compare_records(enc, x[half], y[half])
    birth, nid = levels["birth"], levels["nid"]
    same = np.isin(birth, _SAME_BIRTH) | np.isin(nid, (1, 2)) | given[half] | (weight == OTHER_MAN)
    maybe = given & father
    maybe[half] = same & (nid != 3) & ~np.isin(birth, _OTHER_BIRTH)
    out[ask] = np.where(maybe, weight // 6, np.where(given | father, weight, weight * 3 // 2))
    return out


def _lines(entries: Table, w: Weights, a: Array, b: Array) -> Array:
    """
    Weigh the father's chain in both: his given name, then every later name that both know.

    Later names are compared wherever they stand, for one clerk drops the grandfather and another
    writes the family; the first of them differing costs a little, none in common costs more.
    """
    x, y = entries["line"][a], entries["line"][b]
    one, two = x[:, 0], y[:, 0]
    out = np.where((one > 0) & (two > 0) & (one != two), OTHER_LINE, 0).astype(np.int32)
    same = np.flatnonzero((one == two) & (one > 0))
    x, y = np.ascontiguousarray(x[same].T), np.ascontiguousarray(y[same].T)
    found, rare = np.zeros(len(same), dtype=bool), w.token["father"][x[0]].astype(np.int32)
    for mine in x[1:]:
        hit = (mine > 0) & ((mine == y[1]) | (mine == y[2]) | (mine == y[3]))
        rare += np.where(hit, w.token["later"][mine], 0)
        found |= hit
    both = (x[1] > 0) & (y[1] > 0)
    rare += np.where(found, np.where(both & (x[1] != y[1]), -250, 0), np.where(both, -600, 0))
    out[same] = rare
    return out


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
    weighed = weigh_families(
        enc,
        entries,
        known,
        w,
        editions,
        verdicts["same"],
        candidates,
        options.possible_weight,
        options.pair_chunk,
    )
    joined = join_families(enc, entries, known, editions, weighed, verdicts["different"], options, stages)
    stages.note("families", "family links cut by a contradiction", int(joined["f_cut"].sum()))
    return {**weighed, **joined}


def weigh_families(
    enc: Table,
    entries: Table,
    known: Table,
    w: Weights,
    editions: Array,
    same: Array,
    candidates: Array,
    least: int | None = None,
    chunk: int = 400_000,
) -> Table:
    """
    Return the pairs of entries that anything speaks of, weighed: `f_pairs`, `f_weight`, `f_prior`, `v_…`.

    With `least`, those alone that reach it. Pairs are weighed some at a time. What the others of a lone child
    take away is known only when all are, but it never raises a weight: so the evidence is kept of those alone
    that reach `least` without.
    """
    packed = distinct(np.concatenate((known["pairs"], candidates, same)))
    weight, whole = np.empty((2, len(packed)), dtype=np.int32)
    shared = np.empty(len(packed), dtype=bool)
    kept: dict[str, list[Array]] = {name: [empty(np.int16)] for name in ("prior", *EVIDENCE, "bound")}
    held = np.ones(len(packed), dtype=bool)
    for at in range(0, len(packed), chunk):
        part = slice(at, at + chunk)
        scored = score_entries(enc, entries, known, w, packed[part], editions)
        weight[part], shared[part] = scored["weight"], scored["shared"] > 0
        whole[part] = scored["weight"] - scored["bound"]
        decided = contains(same, packed[part])
        if least is not None:
            held[part] = (scored["weight"] >= least) | decided
        for name, columns in kept.items():
            columns.append(np.where(decided, 0, scored[name])[held[part]].astype(np.int16))
    lowered = weigh_family_rivals(entries, packed, weight, whole, shared)[held]
    packed, weight = packed[held], weight[held]
    decided = contains(same, packed)
    others = np.where(decided, 0, lowered - weight).astype(np.int16)
    lowered[decided] = MUST
    keep = slice(None) if least is None else np.flatnonzero(lowered >= least)
    out = {"f_pairs": packed[keep], "f_weight": lowered[keep], "v_others": others[keep]}
    for name in list(kept):
        column = np.concatenate(kept.pop(name))
        out["f_prior" if name == "prior" else f"v_{name}"] = column[keep]
    return out


def join_families(
    enc: Table,
    entries: Table,
    known: Table,
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
    clash = _clashing(enc, entries, known, within, editions, options, stages)
    family, cut_links = cluster(n, a[link], b[link], weight[link], clash, different, options.family_cap)
    cut = np.zeros(len(a), dtype=bool)
    cut[np.flatnonzero(link)[cut_links]] = True
    return {"family": family.astype(np.int32), "f_cut": cut}


def _clashing(
    enc: Table,
    entries: Table,
    known: Table,
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
        found = weigh_against(enc, entries, known, part, editions)
        a, b = unpack(part)
        against = found["grown_up"] + found["man"] + found["woman"] + found["edition"]
        against += np.where(_left_wife(entries, a, b) & (found["children"] == 0), WHICH_WIFE, 0)
        against += np.where(found["shared"] > 0, 0, _not_among(enc, entries, a, b))
        bad = (against <= -200) & (found["shared"] + against < _CLASH)
        out.append(part[bad])
    return np.concatenate(out)
