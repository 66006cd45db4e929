"""What an entry says of a family: who stands in it, in which place, of which father."""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import distinct
from wasl.matching.encode import CHILD, GRANDCHILD, HEAD, SPOUSE
from wasl.matching.options import Array
from wasl.matching.stages import Table

SLOTS, LINE = 8, 4
MAN, WOMAN, KID, LOOSE, YOUNG, OTHER = 1, 2, 3, 4, 5, 6
"""The man and the woman of a family, its children, a lone grown row, a lone child's row, all else."""


def describe_entries(enc: Table, person: Array) -> Table:
    """
    Return what each entry says: its members in order of their place in the family, and its first of each.

    Members are flat columns `s_rec`, `s_person`, `s_kind`, at most eight an entry, those of one from
    `s_start` on; each column ends with a row for nobody. A lone row without a relation is LOOSE (or YOUNG): it
    may stand in any place of its family. The *line* is the man's own chain, or the children's after their
    given names.
    """
    n = len(enc["e_id"])
    out = _members_in_order(enc, person)
    ent, rec, kind = out["s_ent"], out["s_rec"][:-1], out["s_kind"][:-1]
    first = np.ones(len(ent), dtype=bool)
    first[1:] = (ent[1:] != ent[:-1]) | (kind[1:] != kind[:-1])
    for name, wanted in (("man", MAN), ("woman", WOMAN), ("kid", KID), ("lone", LOOSE), ("young", YOUNG)):
        of = first & (kind == wanted)
        out[name] = np.full(n, -1, dtype=np.int32)
        out[name][ent[of]] = rec[of]
    for name in ("man", "woman"):
        out[f"{name}_person"] = np.where(out[name] >= 0, person[out[name]], -1).astype(np.int32)
    lone = out.pop("lone")
    out["alone"] = (lone >= 0) | (out["young"] >= 0)
    out["husband"] = np.where(
        out["man"] >= 0, out["man_person"], np.where(lone >= 0, person[lone], -1)
    ).astype(np.int32)
    out["two_wives"] = _two_wives(enc, out, len(person))
    out["no_wife"] = _says_no_wife(enc, out)
    out["left"] = _left(out, len(person))
    out["kids"] = np.bincount(ent, kind == KID, minlength=n).astype(np.int8)
    out["line"] = _lines(enc, out)
    del out["kid"]
    for name in ("phone", "village", "markaz"):
        out[name] = _first_value(enc[name][rec], ent, n)
    return out


def _members_in_order(enc: Table, person: Array) -> Table:
    """Return the first eight members of each entry: by their place in the family, then by record."""
    ent, rec = enc["m_ent"], enc["m_rec"]
    n = len(enc["e_id"])
    kind = _kinds(enc, person)
    order = np.argsort((ent.astype(np.int64) << 3) | kind, kind="stable")
    begin = np.searchsorted(ent, np.arange(n + 1)).astype(np.int32)
    slot = np.arange(len(ent), dtype=np.int32) - begin[ent]
    use = slot < SLOTS
    order, ent = order[use], ent[use]
    start = np.zeros(n + 1, dtype=np.int32)
    np.cumsum(np.minimum(np.diff(begin), SLOTS), out=start[1:])
    nobody = np.array([-1], dtype=np.int32)
    return {
        "s_start": start,
        "s_ent": ent,
        "s_rec": np.concatenate((rec[order], nobody)),
        "s_person": np.concatenate((person[rec[order]].astype(np.int32), nobody)),
        "s_kind": np.concatenate((kind[order], np.zeros(1, dtype=np.int8))),
    }


def _kinds(enc: Table, person: Array) -> Array:
    rec, rel, ent = enc["m_rec"], enc["m_rel"], enc["m_ent"]
    alone = enc["e_size"][ent] == 1
    kind = np.full(len(rec), OTHER, dtype=np.int8)
    head, spouse = rel == HEAD, rel == SPOUSE
    kind[np.isin(rel, (CHILD, GRANDCHILD))] = KID
    man = _men(enc, person)
    kind[head] = np.where(man[ent[head]], MAN, WOMAN)
    kind[spouse] = np.where(man[ent[spouse]], WOMAN, MAN)
    lone = alone & (rel == 0)
    kind[lone] = np.where(_young(enc, rec[lone], enc["m_ent"][lone]), YOUNG, LOOSE)
    return kind


def _says_no_wife(enc: Table, out: Table) -> Array:
    """
    Tell which entries name a man without a wife although their list names the others' wives.

    There the silence speaks: he is divorced, widowed or unmarried. In a list of men alone it says nothing.
    """
    return np.asarray((out["man"] >= 0) & (out["woman"] < 0) & enc["l_wives"][enc["e_list"]])


def _two_wives(enc: Table, out: Table, people: int) -> Array:
    """Tell for each person whether entries name women of two given names beside him."""
    couple = (out["man_person"] >= 0) & (out["woman"] >= 0)
    named = enc["tok_canon"][enc["chain"][out["woman"][couple], 0]]
    seen = distinct((out["man_person"][couple][named > 0].astype(np.int64) << 32) | named[named > 0])
    return np.bincount(seen >> 32, minlength=people) > 1


def _left(out: Table, people: int) -> Array:
    """Tell for each person whether one entry says he has no wife and another names her: he has left her."""
    with_her, without = np.zeros((2, people), dtype=bool)
    with_her[out["man_person"][(out["man_person"] >= 0) & (out["woman"] >= 0)]] = True
    without[out["man_person"][out["no_wife"]]] = True
    return with_her & without


def _men(enc: Table, person: Array) -> Array:
    """Tell which entries have a man as head, by all that is known of the sex of head and partner."""
    sex = enc["sex"]
    leaning = np.zeros(len(sex), dtype=np.int32)
    np.add.at(leaning, person, (sex == 1).astype(np.int32) - (sex == 2))
    ent, rec, rel = enc["m_ent"], enc["m_rec"], enc["m_rel"]
    says = np.zeros(len(enc["e_id"]), dtype=np.int32)
    for wanted, sign in ((HEAD, 3), (SPOUSE, -2)):
        of = rel == wanted
        np.add.at(says, ent[of], np.int32(sign) * np.sign(leaning[person[rec[of]]]))
    return says >= 0


def _young(enc: Table, rec: Array, ent: Array) -> Array:
    """
    Tell the children among lone rows: by age, or, without a date, by the list they stand in.

    A list whose dated lone rows are nearly all young is a list of children.
    """
    young = enc["young"][rec]
    dated = enc["birth_precision"][rec] > 0
    for_children = enc["l_children"][enc["e_list"][ent]]
    return np.asarray(np.where(dated, young, for_children | (enc["age_class"][rec] == 2)))


def _lines(enc: Table, out: Table) -> Array:
    """Return the father's given name and up to three names after it, from the man or from a child."""
    line = np.zeros((len(out["man"]), LINE), dtype=np.int32)
    for source, skipped in (("young", 1), ("kid", 1), ("man", 0)):
        there = np.flatnonzero(out[source] >= 0)
        names = enc["chain"][out[source][there], skipped : skipped + LINE]
        line[there] = enc["tok_canon"][names]
    return line


def _first_value(codes: Array, ent: Array, n: int) -> Array:
    """Return for each entry the first code other than 0 among its members'."""
    known = np.flatnonzero(codes > 0)[::-1]
    out = np.zeros(n, dtype=codes.dtype)
    out[ent[known]] = codes[known]
    return out
