"""Grades, labels in the caller's ids, and the tables of the result."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from wasl.matching.arrays import distinct, members_by_place, unpack
from wasl.matching.clusters import MUST, nested
from wasl.matching.families import FAMILY_TERMS
from wasl.matching.households import KID, LOOSE, MAN, WOMAN, describe_entries
from wasl.matching.model import describe_model
from wasl.matching.model_file import ModelFile
from wasl.matching.options import Array, LinkOptions, LinkResult
from wasl.matching.score import RIVALS
from wasl.matching.stages import Stages, Table
from wasl.matching.waterfall import RULES, VERDICT, weigh_pairs
from wasl.matching.weights import Weights

CERTAIN_WEIGHT = 997
"""log2(999): where the model says 999 in 1,000."""


def build_result(
    enc: Table,
    model: ModelFile,
    w: Weights,
    people: Table,
    families: Table,
    editions: Array,
    verdicts: dict[str, Table],
    options: LinkOptions,
    stages: Stages,
) -> LinkResult:
    """Grade links, nest certain clusters in likely ones, and translate dense ids into the caller's."""
    stages.tell("result")
    person, family = people["person"], families["family"]
    a, b = unpack(people["pairs"])
    kept, levels = _kept_pairs(enc, w, people, options)
    certain = certain_people(levels, people, options) & ~people["cut"]
    certain_person = nested(len(person), person, a[certain], b[certain])
    fa, fb = unpack(families["f_pairs"])
    sure = certain_families(enc, families, certain_person, fa, fb, options)
    certain_family = nested(len(family), family, fa[sure], fb[sure])
    record_id, entry_id = enc["record_id"], enc["e_id"]
    grade = np.where(people["cut"], "cut", np.where(certain, "certain", "likely"))
    home, certain_home = find_homes(enc, person), find_homes(enc, certain_person)
    housed = home >= 0
    return LinkResult(
        people=pa.table(
            {
                "record_id": record_id,
                "certain_person": record_id[certain_person],
                "person": record_id[person],
                "trusted": enc["trusted"],
                "borrowed": enc["borrowed"],
            }
        ),
        families=pa.table(
            {"entry_id": entry_id, "certain_family": entry_id[certain_family], "family": entry_id[family]}
        ),
        memberships=pa.table(
            {
                "record_id": record_id[housed],
                "certain_family": entry_id[certain_family[certain_home[housed]]],
                "family": entry_id[family[home[housed]]],
            }
        ),
        pairs=_pair_table(enc, kept, grade),
        family_pairs=_family_table(enc, families, sure, options),
        model=describe_model(model),
        model_file=model,
        log=_log_table(stages),
        counts=_counts(enc, person, certain_person, family, certain_family, stages),
    )


def certain_people(levels: Table, people: Table, options: LinkOptions) -> Array:
    """Return which links are beyond doubt: one id and one name, a verdict, or a very
    high weight that two independent witnesses carry."""
    given, father = levels["given"], levels["father"]
    names = ((given == 1) | (given == 2)) & ((father == 1) | (father == 2) | (father == 0))
    by_id = (people["rule"] == 0) & names
    weight = options.certain_weight if options.certain_weight is not None else CERTAIN_WEIGHT
    witnesses = (
        (levels["birth"] == 1).astype(np.int8)
        + (levels["nid"] == 2)
        + (levels["phone"] == 1)
        + np.isin(levels["household"], (1, 2, 3))
        + ((levels["third"] == 1) & (levels["fourth"] == 1))
        + (levels["place"] == 1)
    )
    heavy = (people["weight"] >= weight) & (people["rule"] == 1) & (given == 1) & (witnesses >= 2)
    return np.asarray(by_id | heavy | (people["weight"] >= MUST))


def certain_families(
    enc: Table, families: Table, certain_person: Array, a: Array, b: Array, options: LinkOptions
) -> Array:
    """
    Return which family links have two independent witnesses.

    Two certainly shared people; or one in an adult's place (or a lone row) with a second witness
    beside: for a man the phone, for he may have two families in one village; for a woman the phone, the
    man's line or the village. Never against a contradiction.
    """
    del options
    entries = describe_entries(enc, certain_person)
    out = np.zeros(len(a), dtype=bool)
    phone = families["v_phone"] > 300
    beside = phone | (families["v_line"] > 300) | (families["v_place"] > 300)
    for at in range(0, len(a), 100_000):
        part = slice(at, at + 100_000)
        count, one, his = _certainly_shared(entries, a[part], b[part])
        out[part] = (count >= 2) | (one & np.where(his, phone[part], beside[part]))
    against = (
        families["v_man"]
        + families["v_woman"]
        + families["v_grown_up"]
        + families["v_edition"]
        + families["v_wives"]
    )
    verdict = families["f_weight"] >= MUST
    return np.asarray(((out & (against >= 0)) | verdict) & ~families["f_cut"])


def _certainly_shared(entries: Table, x: Array, y: Array) -> tuple[Array, Array, Array]:
    """Return how many people two entries share, whether one in an adult's or a like place, and whether the man."""
    count = np.zeros(len(x), dtype=np.int8)
    one, his = np.zeros((2, len(x)), dtype=bool)
    left, right = members_by_place(entries["s_start"], x), members_by_place(entries["s_start"], y)
    theirs = [np.where(row >= 0, entries["s_person"][row], -2) for row in right]
    for mine in left:
        person = entries["s_person"][mine]
        for row, other in zip(right, theirs, strict=True):
            at = np.flatnonzero(person == other)
            kx, ky = entries["s_kind"][mine[at]], entries["s_kind"][row[at]]
            grown = ((kx == MAN) | (kx == WOMAN)) & ((kx == ky) | (ky == LOOSE))
            grown |= (kx == LOOSE) & ((ky == MAN) | (ky == WOMAN))
            count[at] += 1
            one[at] |= grown | ((kx == ky) & (kx != KID))
            his[at] |= (kx == MAN) | (ky == MAN)
    return count, one, his


def find_homes(enc: Table, person: Array) -> Array:
    """Return for each record the entry whose family is its person's: adults first, then the latest; −1 without."""
    ent, rel = enc["m_ent"], enc["m_rel"]
    kind = np.where(np.isin(rel, (3, 6)), 2, np.where(np.isin(rel, (1, 2)), 3, np.where(rel == 0, 0, 1)))
    entries = len(enc["e_month"])
    order = np.lexsort((-np.arange(entries), enc["e_size"], enc["e_month"]))
    rank = np.empty(entries, dtype=np.int64)
    rank[order] = np.arange(entries)
    best = np.full(len(person), -1, dtype=np.int64)
    np.maximum.at(best, person[enc["m_rec"]], (kind.astype(np.int64) << 32) | rank[ent])
    home = np.full(len(person), -1, dtype=np.int32)
    housed = best >= 0
    home[housed] = order[best[housed] & 0xFFFFFFFF]
    return home[person]


def _kept_pairs(
    enc: Table, w: Weights, people: Table, options: LinkOptions
) -> tuple[dict[str, Table], Table]:
    """Return accepted pairs and doubts, weighed, and of the accepted alone the levels."""
    doubts = len(people["doubt_pairs"])
    pairs = {
        "pairs": np.concatenate((people["pairs"], people["doubt_pairs"])),
        "weight": np.concatenate((people["weight"], people["doubt_weight"])).astype(np.int32),
        "rule": np.concatenate((people["rule"], np.full(doubts, RULES.index("pair"), np.int8))),
    }
    kept = {"pairs": pairs, **weigh_pairs(enc, w, pairs, options.pair_chunk)}
    accepted = len(people["pairs"])
    return kept, {name: column[:accepted] for name, column in kept["levels"].items()}


def _pair_table(enc: Table, kept: dict[str, Table], grade: Array) -> pa.Table:
    record_id, pairs = enc["record_id"], kept["pairs"]
    a, b = unpack(pairs["pairs"])
    columns = {
        "record_a": record_id[a],
        "record_b": record_id[b],
        "weight": pairs["weight"],
        "grade": np.concatenate((grade, np.full(len(a) - len(grade), "possible"))),
        "rule": np.array(RULES)[pairs["rule"]],
        "rival": np.array(("", *RIVALS))[kept["decisive"]["rival"]],
        "prior": kept["decisive"]["prior"],
        **kept["levels"],
    }
    columns.update({f"w_{name}": column for name, column in kept["terms"].items()})
    return pa.table(columns)


def _family_table(enc: Table, families: Table, sure: Array, options: LinkOptions) -> pa.Table:
    a, b = unpack(families["f_pairs"])
    likely = families["f_weight"] >= options.family_likely_weight
    grade = np.where(sure & likely, "certain", np.where(likely, "likely", "possible"))
    grade = np.where(families["f_cut"], "cut", grade)
    columns = {
        "entry_a": enc["e_id"][a],
        "entry_b": enc["e_id"][b],
        "weight": families["f_weight"],
        "grade": grade,
        "rule": np.where(families["f_weight"] >= MUST, RULES[VERDICT], "family"),
        "prior": families["f_prior"].astype(np.int32),
    }
    columns.update({f"w_{name}": families[f"v_{name}"].astype(np.int32) for name in FAMILY_TERMS})
    return pa.table(columns)


def _log_table(stages: Stages) -> pa.Table:
    lines = pl.DataFrame(
        {
            "stage": [line.stage for line in stages.log] + [stage for stage, _, _ in stages.notes],
            "seconds": [line.seconds for line in stages.log] + [0.0] * len(stages.notes),
            "cpu_seconds": [line.cpu_seconds for line in stages.log] + [0.0] * len(stages.notes),
            "rows": [line.rows for line in stages.log] + [count for _, _, count in stages.notes],
            "resumed": [line.resumed for line in stages.log] + [False] * len(stages.notes),
            "note": [line.note for line in stages.log] + [what for _, what, _ in stages.notes],
        },
        schema={
            "stage": pl.String,
            "seconds": pl.Float64,
            "cpu_seconds": pl.Float64,
            "rows": pl.Int64,
            "resumed": pl.Boolean,
            "note": pl.String,
        },
    )
    return lines.to_arrow()


def _counts(
    enc: Table, person: Array, certain_person: Array, family: Array, certain_family: Array, stages: Stages
) -> dict[str, int]:
    counts = {
        "records": len(person),
        "entries": len(family),
        "people": len(distinct(person)),
        "certain_people": len(distinct(certain_person)),
        "families": len(distinct(family)),
        "certain_families": len(distinct(certain_family)),
        "records_with_trusted_id": int(enc["trusted"].sum()),
        "ids_distrusted": int(enc["borrowed"].sum()),
    }
    for _, what, count in stages.notes:
        counts[what.replace(" ", "_")] = counts.get(what.replace(" ", "_"), 0) + count
    return counts
