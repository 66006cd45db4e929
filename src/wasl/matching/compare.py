"""Comparisons of two records as small integer levels. What the levels weigh is `model`'s business."""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import bits, contains, members_by_place, pack
from wasl.matching.encode import CHILD, GRANDCHILD, HEAD, RELATIONS, SPOUSE
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
_HOUSE_CHUNK = 50_000
_PLACE_OF = np.zeros(len(RELATIONS), dtype=np.int8)
_PLACE_OF[[HEAD, SPOUSE]], _PLACE_OF[[CHILD, GRANDCHILD]] = 1, 2
_CHANCE = np.rint(100 * np.log2(np.maximum(np.outer(np.arange(9), np.arange(9)), 1))).astype(np.int32)
"""What chance finds when so many are compared with so many."""
_HOUSE_LEVEL = np.array([5] * 5 + [4] * 4 + [3] * 5 + [2] * 6 + [1], dtype=np.int8)
"""The level by whole bits: 5, 9, 14 and 20 are the steps."""
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
    """
    Return the first eight members of every entry of two and more, flat, and what their names weigh.

    Those of one entry stand from `h_start` on; each column ends with a row for nobody.
    """
    ent, rec = enc["m_ent"], enc["m_rec"]
    n = len(enc["e_id"])
    rank = np.where(enc["m_rel"] == 0, 9, enc["m_rel"])
    order = np.argsort((ent.astype(np.int64) << 4) | rank, kind="stable")
    begin = np.searchsorted(ent, np.arange(n + 1)).astype(np.int32)
    slot = np.arange(len(ent), dtype=np.int32) - begin[ent]
    order = order[(slot < HOUSE_SLOTS) & (enc["e_size"][ent] > 1)]
    rec, rel = enc["m_rec"][order], enc["m_rel"][order]
    start = np.zeros(n + 1, dtype=np.int32)
    start[1:] = np.bincount(ent[order], minlength=n)
    np.cumsum(start, out=start)
    canon = [enc["tok_canon"][enc["chain"][rec, place]] for place in range(3)]
    out = {
        "h_rec": rec,
        "h_given": canon[0],
        "h_kind": _PLACE_OF[rel],
        "h_father": canon[1],
        "h_third": canon[2],
        "w_given": -bits(enc["tok_given"])[canon[0]],
        "w_father": -bits(enc["tok_father"])[canon[1]],
        "w_third": -bits(enc["tok_later"])[canon[2]],
    }
    for name, column in out.items():
        out[name] = np.append(column, column.dtype.type(-1 if name == "h_rec" else 0))
    return {"h_start": start, **out}


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
    for at in range(0, len(ask), _HOUSE_CHUNK):
        part = ask[at : at + _HOUSE_CHUNK]
        level[part] = _household_level(houses, ea[part], eb[part], a[part], b[part])
    return level


def _others(houses: Table, entry: Array, record: Array) -> list[Array]:
    """Return place by place the rows of an entry's members but for the record itself; -1 where there is none."""
    rows = members_by_place(houses["h_start"], entry)
    return [np.where(houses["h_rec"][row] == record, -1, row) for row in rows]


def _household_level(houses: Table, x: Array, y: Array, a: Array, b: Array) -> Array:
    left, right = _others(houses, x, a), _others(houses, y, b)
    score = np.zeros(len(x), dtype=np.int32)
    any_match = np.zeros(len(x), dtype=bool)
    chance = _CHANCE[
        sum((row >= 0).astype(np.int8) for row in left), sum((row >= 0).astype(np.int8) for row in right)
    ]
    names = [np.where(row >= 0, houses["h_given"][row], -2) for row in right]
    for mine in left:
        given = np.where(mine >= 0, houses["h_given"][mine], -1)
        for row, other in zip(right, names, strict=True):
            at = np.flatnonzero(given == other)
            if len(at):
                _add_match(houses, mine[at], row[at], at, chance, score, any_match)
    kinds_x, kinds_y = ([houses["h_kind"][row] * (row >= 0) for row in side] for side in (left, right))
    able = np.zeros(len(x), dtype=bool)
    for kind in (1, 2):
        able |= _any_of(kinds_x, kind, len(x)) & _any_of(kinds_y, kind, len(x))
    level = _HOUSE_LEVEL[np.minimum(score // 100, 20)]
    return np.where(any_match, level, np.where(able, 6, 0)).astype(np.int8)


def _any_of(kinds: list[Array], kind: int, n: int) -> Array:
    out = np.zeros(n, dtype=bool)
    for column in kinds:
        out |= column == kind
    return out


def _add_match(
    houses: Table, rx: Array, ry: Array, at: Array, chance: Array, score: Array, any_match: Array
) -> None:
    """Add what members of one given name say, where both may stand in the same place."""
    kx, ky = houses["h_kind"][rx], houses["h_kind"][ry]
    there = ((kx == ky) | (kx == 0) | (ky == 0)) & (houses["h_given"][rx] > 0)
    rx, ry, at, kx, ky = rx[there], ry[there], at[there], kx[there], ky[there]
    grown = (kx != 2) & (ky != 2)
    fx, fy = houses["h_father"][rx], houses["h_father"][ry]
    father = (fx == fy) & (fx > 0)
    third = (houses["h_third"][rx] == houses["h_third"][ry]) & (houses["h_third"][rx] > 0)
    contradict = grown & ~father & (fx > 0) & (fy > 0)
    found = houses["w_given"][rx] + np.where(grown & father, houses["w_father"][rx], 0)
    found += np.where(grown & third, houses["w_third"][rx], 0)
    score[at] += np.where(contradict, 0, np.maximum(found - chance[at], 0)).astype(np.int32)
    any_match[at[~contradict]] = True
