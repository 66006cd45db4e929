"""Records of one valid id are one person, unless they contradict each other: the guarded collapse."""

from __future__ import annotations

import numpy as np

from wasl.matching.arrays import components, distinct, pairs_within, runs, unpack
from wasl.matching.blocking import FIRM, HARD, SOLE
from wasl.matching.compare import compare_records
from wasl.matching.options import Array
from wasl.matching.stages import Stages, Table

_GROUP_CAP = 30
_DATE_GAP_YEARS = 8


def collapse_ids(enc: Table, stages: Stages) -> Table:
    """
    Decide which records may keep their id, and pair those that agree on one.

    Within one id, records whose given and father's names both contradict fall into parts. The part
    with more organisations, then records, then fewer contradictions to the id's own sex and date, owns
    the id; the others, and a part that its own facts contradict, lose the id but not the row.

    Columns: `trusted`, `borrowed` (has an id that is another's), `group` (smallest record of the same
    trusted id), `status` (FIRM, SOLE, HARD), `confirmed`, `labels` (packed agreeing pairs),
    `lent` (packed agreeing pairs of one borrowed id: a clerk's copy of one and the same row).
    """
    n = len(enc["record_id"])
    holders = np.flatnonzero(enc["nid_valid"])
    pairs, capped = pairs_within(enc["nid"][holders], holders.astype(np.int32), _GROUP_CAP)
    stages.note("collapse", "ids on more records than are compared pair by pair", capped)
    a, b = unpack(pairs)
    agree = _agree(enc, a, b)
    part = components(n, a[agree], b[agree])
    odd = _odd_facts(enc)
    owns = _owners(enc, holders, part, odd)
    trusted = np.zeros(n, dtype=bool)
    trusted[holders] = owns
    borrowed = enc["nid_valid"] & ~trusted
    stages.note("collapse", "records that lost an id to its owner", int(borrowed.sum()))
    keep = agree & trusted[a] & trusted[b]
    lent = agree & borrowed[a] & borrowed[b]
    group = np.where(trusted, part, np.arange(n, dtype=np.int32)).astype(np.int32)
    records, organisations = _sizes(group, trusted, enc)
    status = np.where(~trusted, HARD, np.where(records[group] > 1, FIRM, SOLE)).astype(np.int8)
    ministry = np.zeros(n, dtype=bool)
    ministry[group[trusted & enc["ministry"]]] = True
    confirmed = trusted & (ministry[group] | (organisations[group] > 1))
    return {
        "trusted": trusted,
        "borrowed": borrowed,
        "group": group,
        "status": status,
        "confirmed": confirmed,
        "labels": pairs[keep],
        "lent": pairs[lent],
    }


def forget_borrowed(enc: Table) -> None:
    """Drop the dates and sexes that a borrowed id may have filled in: they are its owner's."""
    filled = enc["borrowed"] & (enc["birth_day"] == enc["nid_day"])
    enc["birth_precision"] = np.where(filled, 0, enc["birth_precision"]).astype(np.int8)
    enc["birth_year"] = np.where(filled, 0, enc["birth_year"]).astype(np.int16)
    enc["birth_stated"] = enc["birth_stated"] & ~filled
    wrong = enc["borrowed"] & (enc["sex_name"] == 0) & (enc["sex"] == enc["nid_sex"])
    enc["sex"] = np.where(wrong, 0, enc["sex"]).astype(np.int8)


def _agree(enc: Table, a: Array, b: Array) -> Array:
    """Return whether two records of one id can be one person by their names, sex and dates."""
    levels = compare_records(enc, a, b)
    given, father = levels["given"], levels["father"]
    names = ~((given == 3) & np.isin(father, (0, 3)))
    names |= (given == 0) & (father == 0)
    stated = enc["birth_stated"][a] & enc["birth_stated"][b]
    ages = np.abs(enc["birth_year"][a].astype(int) - enc["birth_year"][b]) > _DATE_GAP_YEARS
    sexes = (enc["sex_name"][a] > 0) & (enc["sex_name"][b] > 0) & (enc["sex_name"][a] != enc["sex_name"][b])
    one_name = given == 3
    return np.asarray(names & ~(one_name & (sexes | (stated & ages))))


def _odd_facts(enc: Table) -> Array:
    """Count how many of a record's own facts contradict what its id tells: sex, and stated year."""
    sex = np.where(enc["sex_name"] > 0, enc["sex_name"], enc["sex_stated"])
    wrong_sex = (sex > 0) & (enc["nid_sex"] > 0) & (sex != enc["nid_sex"])
    year = (enc["nid_day"].astype(np.int64) - enc["birth_day"]) / 365.25
    wrong_year = enc["birth_stated"] & (np.abs(year) > _DATE_GAP_YEARS) & (enc["nid_day"] > -(10**6))
    return np.asarray(wrong_sex.astype(np.int8) * 2 + wrong_year)


def _sizes(group: Array, of: Array, enc: Table) -> tuple[Array, Array]:
    """Return records and distinct organisations per group."""
    n = len(group)
    records = np.bincount(group[of], minlength=n)
    seen = distinct(group[of].astype(np.int64) << 32 | enc["org"][of].astype(np.int64) & 0xFFFFFFFF)
    return records, np.bincount((seen >> 32).astype(np.int64), minlength=n)


def _owners(enc: Table, holders: Array, part: Array, odd: Array) -> Array:
    """Return, for each holder, whether its part of the id's records is the one to keep the id."""
    n = len(part)
    of = np.zeros(n, dtype=bool)
    of[holders] = True
    records, organisations = _sizes(part, of, enc)
    oddness = np.zeros(n)
    np.add.at(oddness, part[holders], odd[holders])
    oddness /= np.maximum(records, 1)
    mine = part[holders]
    rank = (oddness[mine] < 1.5) * 10_000_000 + np.minimum(organisations[mine], 999) * 10_000
    rank = rank + np.minimum(records[mine], 999) * 10 + (oddness[mine] == 0) * 5
    order = np.lexsort((mine, -rank, enc["nid"][holders]))
    keys = enc["nid"][holders][order]
    start, length = runs(keys)
    best_rank = np.repeat(rank[order][start], length)
    best_part = np.repeat(mine[order][start], length)
    rivals = (mine[order] != best_part) & (rank[order] == best_rank)
    tied = np.repeat(np.add.reduceat(rivals, start) > 0, length) if len(start) else rivals
    keeps = (mine[order] == best_part) & ~tied & (best_rank >= 10_000_000)
    out = np.zeros(len(holders), dtype=bool)
    out[order] = keeps
    return out
