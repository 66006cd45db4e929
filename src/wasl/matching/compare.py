"""Comparisons of two records as small integer levels. What the levels weigh is `model`'s business."""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import bits, contains, pack
from wasl.matching.encode import CHILD, GRANDCHILD, HEAD, SPOUSE
from wasl.matching.options import Array
from wasl.matching.stages import Table

LEVELS: dict[str, tuple[str, ...]] = {
    "nid": ("missing", "same", "one_slip", "different", "doubtful"),
    "given": ("missing", "same", "similar", "different", "swapped"),
    "father": ("missing", "same", "similar", "different", "shifted", "swapped", "turned"),
    "third": ("missing", "same", "similar", "different", "crossed"),
    "fourth": ("missing", "same", "similar", "different"),
    "birth": (
        "missing",
        "same",
        "day_month_swapped",
        "one_part_differs",
        "year_differs",
        "same_year",
        "far",
        "year_agrees",
        "year_near",
        "year_far",
    ),
    "sex": ("missing", "same", "different"),
    "phone": ("missing", "same", "different"),
    "place": (
        "missing",
        "same_village",
        "other_village",
        "other_markaz_v",
        "other_governorate_v",
        "same_markaz",
        "other_markaz",
        "other_governorate_m",
        "same_governorate",
        "other_governorate",
    ),
    "age": ("missing", "same", "different"),
    "household": ("missing", "agree_20", "agree_14", "agree_9", "agree_5", "agree_less", "none_agrees"),
}
"""Comparison → its levels; the position of a level is its stored number, 0 is always missing."""

KINDS: dict[str, tuple[tuple[int, ...], ...]] = {
    "birth": ((1, 2, 3, 4, 5, 6), (7, 8, 9)),
    "place": ((1, 2, 3, 4), (5, 6, 7), (8, 9)),
}
"""Levels that share one kind of availability; probabilities sum to 1 within a kind."""

HOUSE_SLOTS = 8
_POWERS = 10 ** np.arange(15, dtype=np.int64)


def kinds(comparison: str) -> tuple[tuple[int, ...], ...]:
    """Return the groups of levels within which probabilities sum to 1."""
    return KINDS.get(comparison, (tuple(range(1, len(LEVELS[comparison]))),))


def compare_records(enc: Table, a: Array, b: Array) -> Table:
    """Return one int8 column of levels per comparison, `household` aside, which costs more."""
    levels = _compare_names(enc, a, b)
    levels["nid"] = _compare_ids(enc, a, b)
    levels["birth"] = compare_births(enc, a, b)
    levels["sex"] = _equal_codes(enc["sex"], a, b)
    levels["phone"] = _equal_codes(enc["phone"], a, b)
    levels["place"] = _compare_places(enc, a, b)
    age = _equal_codes(enc["age_class"], a, b)
    levels["age"] = np.where(levels["birth"] == 0, age, 0).astype(np.int8)
    levels["household"] = np.zeros(len(a), dtype=np.int8)
    return {name: levels[name] for name in LEVELS}


def _equal_codes(code: Array, a: Array, b: Array) -> Array:
    x, y = code[a], code[b]
    return np.where((x == 0) | (y == 0), 0, np.where(x == y, 1, 2)).astype(np.int8)


def similar_tokens(enc: Table, x: Array, y: Array) -> Array:
    """Return whether unequal tokens are spellings of one name, by table."""
    canon = enc["tok_canon"]
    alike = canon[x] == canon[y]
    if len(enc["tok_similar"]):
        known = enc["tok_known"]
        ask = np.flatnonzero(~alike & ~known[x] & ~known[y] & (x > 0) & (y > 0))
        alike[ask] = contains(enc["tok_similar"], pack(x[ask], y[ask]))
    return np.asarray(alike & (x > 0) & (y > 0))


def _part_levels(enc: Table, x: Array, y: Array) -> Array:
    level = np.full(len(x), 3, dtype=np.int8)
    level[x == y] = 1
    level[(x == 0) | (y == 0)] = 0
    unequal = np.flatnonzero(level == 3)
    level[unequal[similar_tokens(enc, x[unequal], y[unequal])]] = 2
    return level


def _compare_names(enc: Table, a: Array, b: Array) -> Table:
    """
    Compare chains part by part; see through two names swapped, and one dropped from the middle.

    Shifted: the father of one stands third in the other, and what follows does not contradict.
    Turned: father and grandfather stand in each other's place. Swapped: given and father's name do.
    Crossed: one of the later names stands in another later place.
    """
    x, y = enc["chain"][a], enc["chain"][b]
    canon = enc["tok_canon"]
    given, father = _part_levels(enc, x[:, 0], y[:, 0]), _part_levels(enc, x[:, 1], y[:, 1])
    third, fourth = _part_levels(enc, x[:, 2], y[:, 2]), _part_levels(enc, x[:, 3], y[:, 3])
    cx, cy = canon[x], canon[y]
    swapped = (given == 3) & (father == 3) & (cx[:, 0] == cy[:, 1]) & (cx[:, 1] == cy[:, 0])
    given[swapped], father[swapped] = 4, 5
    turned = (father == 3) & (cx[:, 1] == cy[:, 2]) & (cx[:, 2] == cy[:, 1]) & (cx[:, 1] > 0) & (cx[:, 2] > 0)
    father[turned], third[turned] = 6, 1
    for p, q in ((cx, cy), (cy, cx)):
        moved = (father == 3) & (p[:, 1] == q[:, 2]) & (p[:, 1] > 0)
        moved &= (p[:, 2] == q[:, 3]) | (p[:, 2] == 0) | (q[:, 3] == 0)
        father[moved] = 4
        third[moved] = np.where((p[:, 2] > 0) & (q[:, 3] > 0), 1, 0)[moved]
        fourth[moved] = 0
    crossed = (third == 3) & (fourth != 1) & (late_hit(cx, cy) > 0)
    third[crossed], fourth[crossed] = 4, 0
    late = (fourth == 3) & ((cx[:, 3] == cy[:, 4]) | (cx[:, 4] == cy[:, 3]))
    fourth[late] = 2
    return {"given": given, "father": father, "third": third, "fourth": fourth}


def late_hit(x: Array, y: Array) -> Array:
    """Return the name that stands third in one chain and fourth or fifth in the other, else 0."""
    hit = np.zeros(len(x), dtype=x.dtype)
    for p, q in ((x, y), (y, x)):
        for place in (3, 4):
            hit = np.where((hit == 0) & (p[:, 2] == q[:, place]), p[:, 2], hit)
    return hit


def one_slip(x: Array, y: Array) -> Array:
    """Return whether two different numbers differ by one digit, or by two neighbours swapped."""
    at, diff, first = np.zeros((3, len(x)), dtype=np.int64)
    u, v = x.copy(), y.copy()
    gap = np.zeros(len(x), dtype=np.int64)
    swap = np.zeros(len(x), dtype=bool)
    before_u = before_v = np.full(len(x), -1, dtype=np.int64)
    for place in range(15):
        du, dv = u % 10, v % 10
        differs = du != dv
        swap |= differs & (gap == 1) & (at == place - 1) & (before_u == dv) & (before_v == du)
        at = np.where(differs, place, at)
        gap += differs
        before_u, before_v = du, dv
        u, v = u // 10, v // 10
    del diff, first
    return np.asarray((gap == 1) | (gap == 2) & swap)


def _compare_ids(enc: Table, a: Array, b: Array) -> Array:
    x, y = enc["nid"][a], enc["nid"][b]
    trust = enc["nid_valid"]
    if "trusted" in enc:
        trust = enc["trusted"]
    both = trust[a] & trust[b]
    level = np.zeros(len(a), dtype=np.int8)
    there = (x > 0) & (y > 0)
    level[there & (x != y)] = 4
    level[both & (x != y)] = 3
    level[both & (x == y)] = 1
    ask = np.flatnonzero(there & (x != y))
    level[ask[one_slip(x[ask], y[ask])]] = 2
    if "borrowed" in enc:
        lent = (enc["borrowed"][a] | enc["borrowed"][b]) & (level != 1)
        level[lent] = 0
    return level


def compare_births(enc: Table, a: Array, b: Array) -> Array:
    """Compare birth dates at the precision that both have."""
    pa, pb = enc["birth_precision"][a], enc["birth_precision"][b]
    ya, yb = enc["birth_year"][a].astype(np.int32), enc["birth_year"][b].astype(np.int32)
    ma, mb = enc["birth_month"][a], enc["birth_month"][b]
    da, db = enc["birth_dom"][a], enc["birth_dom"][b]
    year, month, day = ya == yb, ma == mb, da == db
    full = np.full(len(a), 6, dtype=np.int8)
    full[year] = 5
    full[year & (month | day)] = 3
    full[month & day & ~year & _year_slip(ya, yb)] = 4
    full[year & (ma == db) & (da == mb) & ~month] = 2
    full[year & month & day] = 1
    gap = np.abs(ya - yb)
    vague = np.where(gap == 0, 7, np.where(gap <= 2, 8, 9)).astype(np.int8)
    vague[(gap == 0) & (np.minimum(pa, pb) == 2) & ~month] = 8
    level = np.where((pa == 3) & (pb == 3), full, vague)
    return np.where((pa == 0) | (pb == 0), 0, level).astype(np.int8)


def _year_slip(x: Array, y: Array) -> Array:
    near = np.abs(x - y) <= 1
    return np.asarray(near | (x % 10 == y % 10) & (np.abs(x - y) < 100) | (x // 10 == y // 10))


def _compare_places(enc: Table, a: Array, b: Array) -> Array:
    va, vb = enc["village"][a], enc["village"][b]
    ma, mb = enc["markaz"][a], enc["markaz"][b]
    ga, gb = enc["gov"][a], enc["gov"][b]
    level = np.where((ga > 0) & (gb > 0), np.where(ga == gb, 8, 9), 0)
    markaz = (ma > 0) & (mb > 0)
    coarse = np.where(ma == mb, 0, np.where((ga == gb) & (ga > 0), 1, 2))
    level = np.where(markaz, 5 + coarse, level)
    fine = np.where(coarse == 0, 2, 2 + coarse)
    level = np.where(markaz & (va > 0) & (vb > 0), fine, level)
    return np.where((va > 0) & (va == vb), 1, level).astype(np.int8)


def list_households(enc: Table) -> Table:
    """Return, for every entry of two and more, its first eight members and what their names weigh."""
    ent, rec = enc["m_ent"], enc["m_rec"]
    n = len(enc["e_id"])
    order = np.lexsort((rec, np.where(enc["m_rel"] == 0, 9, enc["m_rel"]), ent))
    ent, rec, rel = ent[order], rec[order], enc["m_rel"][order]
    start = np.searchsorted(ent, np.arange(n))
    slot = np.arange(len(ent)) - start[ent]
    use = (slot < HOUSE_SLOTS) & (enc["e_size"][ent] > 1)
    ent, slot, rec, rel = ent[use], slot[use], rec[use], rel[use]
    canon = enc["tok_canon"][enc["chain"][rec, :3]]
    out = {
        "h_rec": np.full((n, HOUSE_SLOTS), -1, dtype=np.int32),
        "h_row": np.zeros((n, HOUSE_SLOTS), dtype=np.int32),
        "h_given": np.zeros((n, HOUSE_SLOTS), dtype=np.int32),
        "h_kind": np.zeros((n, HOUSE_SLOTS), dtype=np.int8),
        "w_names": canon[:, 1:],
        "w_given": -bits(enc["tok_given"])[canon[:, 0]],
        "w_chain": np.stack(
            (-bits(enc["tok_father"])[canon[:, 1]], -bits(enc["tok_later"])[canon[:, 2]]), axis=1
        ),
    }
    out["h_rec"][ent, slot] = rec
    out["h_row"][ent, slot] = np.arange(len(rec))
    out["h_given"][ent, slot] = np.where(canon[:, 0] > 0, canon[:, 0], -3)
    kind = np.where(np.isin(rel, (CHILD, GRANDCHILD)), 2, np.where(np.isin(rel, (HEAD, SPOUSE)), 1, 0))
    out["h_kind"][ent, slot] = kind
    return out


def compare_households(enc: Table, houses: Table, a: Array, b: Array) -> Array:
    """
    Compare the others of the two records' families by name; the level says how many bits agree.

    A grown member counts with given, father's and third name, a child with the given name alone, less
    what chance finds among so many; none agrees counts only where both name a partner, or both children.
    """
    level = np.zeros(len(a), dtype=np.int8)
    ea, eb = enc["entry"][a], enc["entry"][b]
    ask = np.flatnonzero((ea >= 0) & (eb >= 0) & (ea != eb))
    ask = ask[(enc["e_size"][ea[ask]] > 1) & (enc["e_size"][eb[ask]] > 1)]
    for at in range(0, len(ask), 100_000):
        part = ask[at : at + 100_000]
        level[part] = _household_level(houses, ea[part], eb[part], a[part], b[part])
    return level


def _household_level(houses: Table, x: Array, y: Array, a: Array, b: Array) -> Array:
    left = (houses["h_rec"][x] >= 0) & (houses["h_rec"][x] != a[:, None])
    right = (houses["h_rec"][y] >= 0) & (houses["h_rec"][y] != b[:, None])
    kx, ky = np.where(left, houses["h_kind"][x], 9), np.where(right, houses["h_kind"][y], 8)
    gx, gy = np.where(left, houses["h_given"][x], -1), np.where(right, houses["h_given"][y], -2)
    same = (gx[:, :, None] == gy[:, None, :]) & (
        (kx[:, :, None] == ky[:, None, :]) | (kx == 0)[:, :, None] | (ky == 0)[:, None, :]
    )
    score = np.zeros(len(x), dtype=np.int32)
    any_match = np.zeros(len(x), dtype=bool)
    chance = np.rint(100 * np.log2(np.maximum(left.sum(1) * right.sum(1), 1))).astype(np.int32)
    row, i, j = np.nonzero(same)
    if len(row):
        rx, ry = houses["h_row"][x[row], i], houses["h_row"][y[row], j]
        found = houses["w_given"][rx]
        grown = (kx[row, i] != 2) & (ky[row, j] != 2)
        father = houses["w_chain"][:, 0]
        fx, fy, tx, ty = (houses["w_names"][r, c] for c in (0, 1) for r in (rx, ry))
        agree = (fx == fy) & (fx > 0)
        third = (tx == ty) & (tx > 0)
        contradict = grown & ~agree & (fx > 0) & (fy > 0)
        found = (
            found
            + np.where(grown & agree, father[rx], 0)
            + np.where(grown & third, houses["w_chain"][rx, 1], 0)
        )
        found = np.where(contradict, 0, np.maximum(found - chance[row], 0)).astype(np.int32)
        np.add.at(score, row, found)
        any_match[row[~contradict]] = True
    able = ((kx == 1).any(1) & (ky == 1).any(1)) | ((kx == 2).any(1) & (ky == 2).any(1))
    level = np.where(
        score >= 2000, 1, np.where(score >= 1400, 2, np.where(score >= 900, 3, np.where(score >= 500, 4, 5)))
    )
    return np.where(any_match, level, np.where(able, 6, 0)).astype(np.int8)
