"""
Families: entries joined by weighed evidence, greedy from the strongest, contradictions against.

The evidence is people both entries name, the man's line (his chain, or what stands after the
children's names) with phone and place; against it speak another husband, another wife, one person as
child here and grown there, and two entries of one edition of the ministry's list.
"""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import bits, components, contains, mix_columns, pairs_within, unpack
from wasl.matching.clusters import cluster, pairs_of
from wasl.matching.households import KID, LOOSE, MAN, WOMAN, YOUNG
from wasl.matching.options import Array, LinkOptions, empty
from wasl.matching.score import Weights
from wasl.matching.stages import Stages, Table

_PERSON_CAP, _PHONE_CAP, _LINE_CAP, _CLASH_CAP = 25, 10, 10, 40
SHARED_ADULT, SHARED_CHILD, SHARED_MORE = 700, 550, 500
GROWN_UP = -700
OTHER_MAN, OTHER_WOMAN, OTHER_LINE, OTHER_KIDS = -1200, -900, -600, -200
EDITION = -1500
_CLASH = -150

EVIDENCE = ("shared", "grown_up", "man", "woman", "kids", "line", "phone", "place", "edition")


def candidate_entries(entries: Table, stages: Stages) -> Array:
    """Return packed entry pairs that share a person, or a line with its village or phone."""
    n = len(entries["rec"])
    ids = np.arange(n, dtype=np.int32)
    ent, slot = np.nonzero(entries["person"] >= 0)
    shared, capped = pairs_within(entries["person"][ent, slot], ent.astype(np.int32), _PERSON_CAP)
    stages.note("families", "people in more entries than are paired", capped)
    out = [shared]
    line = entries["line"]
    full, half = (line > 0).all(axis=1), (line[:, :2] > 0).all(axis=1)
    for name, keys, where, cap in (
        ("line and village", (line[:, 0], line[:, 1], line[:, 2], entries["village"]), full, _LINE_CAP),
        ("line and phone", (line[:, 0], line[:, 1], entries["phone"]), half, _PHONE_CAP),
    ):
        where = where & (keys[-1] > 0)
        key = mix_columns(*(column[where] for column in keys))
        pairs, capped = _within_cap(key, ids[where], cap)
        stages.note("families", f"blocks of {name} over the cap", capped)
        out.append(pairs)
    return np.unique(np.concatenate(out))


def _within_cap(key: Array, items: Array, cap: int) -> tuple[Array, int]:
    """Pair within groups, leaving groups over the cap out: a coordinator's phone says nothing."""
    _, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    small = counts[inverse] <= cap
    pairs, _ = pairs_within(key[small], items[small], cap)
    return pairs, int((counts > cap).sum())


def score_entries(enc: Table, entries: Table, w: Weights, a: Array, b: Array, editions: Array) -> Table:
    """Return one int32 column per kind of evidence, and `weight`, their sum."""
    out = {name: np.zeros(len(a), dtype=np.int32) for name in EVIDENCE}
    for at in range(0, len(a), 100_000):
        part = slice(at, at + 100_000)
        for name, column in _shared_people(entries, a[part], b[part]).items():
            out[name][part] = column
    shared = out["shared"] > 0
    chain = enc["tok_canon"][enc["chain"][:, :4]]
    out["man"] = _other_adult(entries["man"], chain, entries, a, b, MAN, OTHER_MAN)
    out["woman"] = _other_adult(entries["woman"], chain, entries, a, b, WOMAN, OTHER_WOMAN)
    out["line"] = _lines(entries, w, a, b)
    out["phone"] = _agreement(entries["phone"], w.phone, a, b, -50)
    village = _agreement(entries["village"], w.village, a, b, -150)
    out["place"] = village
    listed = _one_edition(enc, editions, a, b)
    adults = (out["man"] < 0) | (out["woman"] < 0) | ~shared
    out["edition"] = np.where(listed & adults, EDITION, 0).astype(np.int32)
    stranger = -bits(np.array([max(2, len(entries["rec"]))]))[0]
    soft = out["line"] + out["phone"] + out["place"]
    known = out["shared"] + np.clip(soft, -300, 200)
    against = out["grown_up"] + out["man"] + out["woman"] + out["kids"] + out["edition"]
    out["weight"] = (np.where(shared, known, np.minimum(soft + stranger, 900)) + against).astype(np.int32)
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


def _shared_people(entries: Table, a: Array, b: Array) -> Table:
    """Weigh the people that two entries both name, by the places they hold in each."""
    px, py = entries["person"][a], entries["person"][b]
    kx, ky = entries["kind"][a], entries["kind"][b]
    same = (px[:, :, None] == py[:, None, :]) & (px >= 0)[:, :, None]
    left, right = kx[:, :, None], ky[:, None, :]
    lone_left, lone_right = (left == LOOSE) | (left == YOUNG), (right == LOOSE) | (right == YOUNG)
    grown = same & ((left == KID) & ((right == MAN) | (right == WOMAN)) | (right == KID) & ((left == MAN) | (left == WOMAN)))
    adult = same & ((left == right) & ((left == MAN) | (left == WOMAN)))
    adult |= same & ((lone_left & ((right == MAN) | (right == WOMAN))) | (lone_right & ((left == MAN) | (left == WOMAN))))
    adult |= same & lone_left & lone_right
    rest = same & ~grown & ~adult
    adults, others = adult.sum(axis=(1, 2)), rest.sum(axis=(1, 2))
    total = adults + others
    first = np.where(adults > 0, SHARED_ADULT, np.where(others > 0, SHARED_CHILD, 0))
    disjoint = (others == 0) & ((kx == KID).sum(1) >= 2) & ((ky == KID).sum(1) >= 2)
    return {
        "shared": (first + SHARED_MORE * np.maximum(total - 1, 0)).astype(np.int32),
        "grown_up": (GROWN_UP * grown.any(axis=(1, 2))).astype(np.int32),
        "kids": (OTHER_KIDS * disjoint).astype(np.int32),
    }


def _other_adult(
    first: Array, chain: Array, entries: Table, a: Array, b: Array, kind: int, weight: int
) -> Array:
    """Weigh it against a pair that each names another man (or woman): half where the names could agree."""
    x, y = first[a], first[b]
    both = (x >= 0) & (y >= 0)
    out = np.zeros(len(a), dtype=np.int32)
    ask = np.flatnonzero(both)
    px, py = entries["person"][a[ask]], entries["person"][b[ask]]
    kx, ky = entries["kind"][a[ask]] == kind, entries["kind"][b[ask]] == kind
    same = ((px[:, :, None] == py[:, None, :]) & kx[:, :, None] & ky[:, None, :]).any(axis=(1, 2))
    given = chain[x[ask], 0] == chain[y[ask], 0]
    father = (chain[x[ask], 1] == chain[y[ask], 1]) | (chain[x[ask], 1] == 0) | (chain[y[ask], 1] == 0)
    out[ask] = np.where(same, 0, np.where(given & father, weight // 6, np.where(given | father, weight, weight * 3 // 2)))
    return out


def _lines(entries: Table, w: Weights, a: Array, b: Array) -> Array:
    x, y = entries["line"][a], entries["line"][b]
    there = (x > 0) & (y > 0)
    equal = (x == y) & there
    token = w.token["father"][x[:, 0]] + w.token["third"][x[:, 1]]
    third = np.where(equal[:, 2], w.token["third"][x[:, 2]], np.where(there[:, 2], -300, 0))
    agree = equal[:, 0] & equal[:, 1]
    differ = there[:, 0] & ~equal[:, 0]
    return np.where(agree, token + third, np.where(differ, OTHER_LINE, np.where(there[:, 1], -300, 0))).astype(np.int32)


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
    n = len(enc["e_id"])
    packed = np.unique(np.concatenate((candidate_entries(entries, stages), verdicts["same"])))
    a, b = unpack(packed)
    scored = score_entries(enc, entries, w, a, b, editions)
    weight = np.where(contains(verdicts["same"], packed), np.int32(1_000_000), scored["weight"])
    keep = weight >= options.possible_weight
    packed, a, b, weight = packed[keep], a[keep], b[keep], weight[keep].astype(np.int32)
    link = weight >= options.family_likely_weight
    label = components(n, a[link], b[link])
    within = pairs_of(label, _CLASH_CAP)
    clash = _clashing(enc, entries, w, within, editions, options, stages)
    family, cut_links = cluster(
        n, a[link], b[link], weight[link], clash, verdicts["different"], options.family_cap
    )
    cut = np.zeros(len(a), dtype=bool)
    cut[np.flatnonzero(link)[cut_links]] = True
    stages.note("families", "family links cut by a contradiction", int(cut.sum()))
    evidence = {f"v_{name}": scored[name][keep] for name in EVIDENCE}
    return {"family": family.astype(np.int32), "f_pairs": packed, "f_weight": weight, "f_cut": cut, **evidence}


def _clashing(
    enc: Table, entries: Table, w: Weights, within: Array, editions: Array, options: LinkOptions, stages: Stages
) -> Array:
    out = [empty()]
    for at in range(0, len(within), options.pair_chunk):
        stages.check()
        part = within[at : at + options.pair_chunk]
        a, b = unpack(part)
        found = score_entries(enc, entries, w, a, b, editions)
        against = found["grown_up"] + found["man"] + found["woman"] + found["edition"]
        bad = (against <= -600) & (found["shared"] + against < _CLASH)
        out.append(part[bad])
    return np.concatenate(out)
