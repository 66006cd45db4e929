"""What an entry says of a family, as fixed slots: who stands in it, in which place, of which father."""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import distinct
from wasl.matching.encode import CHILD, GRANDCHILD, HEAD, SPOUSE
from wasl.matching.options import Array
from wasl.matching.stages import Table

SLOTS = 8
MAN, WOMAN, KID, LOOSE, YOUNG, OTHER = 1, 2, 3, 4, 5, 6
"""The man and the woman of a family, its children, a lone grown row, a lone child's row, all else."""


def describe_entries(enc: Table, person: Array) -> Table:
    """
    Return one row of slots per entry: record, person, place in the family, canon name chain.

    A lone row without a relation is LOOSE (or YOUNG): it may stand in any place of its family. The
    *line* is the man's own chain, or the children's chain after their given names.
    """
    ent, rec, rel = enc["m_ent"], enc["m_rec"], enc["m_rel"]
    n = len(enc["e_id"])
    kind = _kinds(enc, person)
    rank = np.where(kind == 0, 9, kind)
    order = np.lexsort((rec, rank, ent))
    ent, rec, kind = ent[order], rec[order], kind[order]
    slot = np.arange(len(ent)) - np.searchsorted(ent, np.arange(n))[ent]
    use = slot < SLOTS
    ent, rec, kind, slot = ent[use], rec[use], kind[use], slot[use]
    del rel
    out: Table = {
        "rec": np.full((n, SLOTS), -1, dtype=np.int32),
        "person": np.full((n, SLOTS), -1, dtype=np.int32),
        "kind": np.zeros((n, SLOTS), dtype=np.int8),
    }
    out["rec"][ent, slot] = rec
    out["person"][ent, slot] = person[rec]
    out["kind"][ent, slot] = kind
    chain = enc["tok_canon"][enc["chain"]]
    rows = np.arange(n)
    for name, wanted in (("man", MAN), ("woman", WOMAN), ("kid", KID), ("lone", LOOSE), ("young", YOUNG)):
        there = out["kind"] == wanted
        first = there.argmax(axis=1)
        out[name] = np.where(there.any(axis=1), out["rec"][rows, first], -1).astype(np.int32)
    for name in ("man", "woman"):
        out[f"{name}_person"] = np.where(out[name] >= 0, person[out[name]], -1).astype(np.int32)
    lone = np.where(out["lone"] >= 0, person[out["lone"]], -1)
    out["husband"] = np.where(out["man"] >= 0, out["man_person"], lone).astype(np.int32)
    out["two_wives"] = _two_wives(out, chain[:, 0])
    out["no_wife"] = _says_no_wife(enc, out)
    out["alone"] = (out["lone"] >= 0) | (out["young"] >= 0)
    out["kids"] = (out["kind"] == KID).sum(axis=1).astype(np.int8)
    out["line"] = _lines(out, chain)
    out["phone"] = _first_value(enc["phone"], out["rec"])
    out["village"] = _first_value(enc["village"], out["rec"])
    out["markaz"] = _first_value(enc["markaz"], out["rec"])
    return out


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


def _two_wives(out: Table, given: Array) -> Array:
    """Tell for each person whether entries name women of two given names beside him."""
    couple = (out["man_person"] >= 0) & (out["woman"] >= 0)
    named = given[out["woman"][couple]]
    seen = distinct((out["man_person"][couple][named > 0].astype(np.int64) << 32) | named[named > 0])
    return np.bincount(seen >> 32, minlength=len(given)) > 1


def _men(enc: Table, person: Array) -> Array:
    """Tell which entries have a man as head, by all that is known of the sex of head and partner."""
    sex = enc["sex"]
    leaning = np.zeros(len(sex), dtype=np.int64)
    np.add.at(leaning, person, (sex == 1).astype(np.int64) - (sex == 2))
    ent, rec, rel = enc["m_ent"], enc["m_rec"], enc["m_rel"]
    says = np.zeros(len(enc["e_id"]), dtype=np.int64)
    for wanted, sign in ((HEAD, 3), (SPOUSE, -2)):
        of = rel == wanted
        np.add.at(says, ent[of], sign * np.sign(leaning[person[rec[of]]]))
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


def _lines(out: Table, chain: Array) -> Array:
    """Return the father's given name and up to four names after it, from the man or from a child."""
    father = np.concatenate((chain[:, 1:], np.zeros((len(chain), 1), np.int32)), axis=1)
    line = np.zeros((len(out["man"]), chain.shape[1]), dtype=np.int32)
    for source, names in (("young", father), ("kid", father), ("man", chain)):
        there = out[source] >= 0
        line[there] = names[out[source][there]]
    return line


def _first_value(codes: Array, rec: Array) -> Array:
    """Return the first code other than 0 among an entry's members."""
    padded = np.concatenate((codes, [0]))[rec]
    first = (padded > 0).argmax(axis=1)
    return np.asarray(padded[np.arange(len(rec)), first])
