"""Grades, labels in the caller's ids, and the tables of the result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from wasl.matching.arrays import distinct, members_by_place, unpack
from wasl.matching.clusters import MUST, nested
from wasl.matching.compare import list_households
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
    pairs, certain = _write_pairs(enc, w, people, options, stages)
    a, b = unpack(people["pairs"])
    certain_person = nested(len(person), person, a[certain], b[certain])
    fa, fb = unpack(families["f_pairs"])
    sure = certain_families(enc, families, certain_person, fa, fb, options)
    certain_family = nested(len(family), family, fa[sure], fb[sure])
    record_id, entry_id = enc["record_id"], enc["e_id"]
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
        pairs=pairs,
        family_pairs=_write_family_pairs(enc, families, sure, options, stages),
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


def write_rows(path: Path, parts: Iterable[Mapping[str, Array]]) -> pa.Table:
    """
    Write rows some at a time and return them mapped: they take memory only where they are read.

    The file appears by rename, so that what was mapped from an earlier one stays as it was.
    """
    made = path.with_suffix(".part")
    writer: pa.ipc.RecordBatchFileWriter | None = None
    for columns in parts:
        batch = pa.RecordBatch.from_pydict({name: pa.array(column) for name, column in columns.items()})
        if writer is None:
            writer = pa.ipc.new_file(str(made), batch.schema)
        writer.write_batch(batch)
    if writer is not None:
        writer.close()
    made.replace(path)
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def _parts(count: int, chunk: int) -> list[slice]:
    """Return slices of so many rows, at least one."""
    return [slice(at, min(at + chunk, count)) for at in range(0, max(count, 1), chunk)]


def _write_pairs(
    enc: Table, w: Weights, people: Table, options: LinkOptions, stages: Stages
) -> tuple[pa.Table, Array]:
    """Return accepted pairs and doubts, weighed and graded, and which of the accepted are certain."""
    houses = list_households(enc)
    certain = np.zeros(len(people["pairs"]), dtype=bool)

    def rows() -> Iterator[Mapping[str, Array]]:
        for part in _parts(len(certain), options.pair_chunk):
            stages.check()
            kept = {name: people[name][part] for name in ("pairs", "weight", "rule")}
            weighed = weigh_pairs(enc, w, houses, kept)
            certain[part] = certain_people(weighed["levels"], kept, options) & ~people["cut"][part]
            grade = np.where(people["cut"][part], "cut", np.where(certain[part], "certain", "likely"))
            yield _pair_rows(enc, kept, weighed, grade)
        for part in _parts(len(people["doubt_pairs"]), options.pair_chunk):
            stages.check()
            kept = {"pairs": people["doubt_pairs"][part], "weight": people["doubt_weight"][part]}
            kept["rule"] = np.full(len(kept["pairs"]), RULES.index("pair"), dtype=np.int8)
            grade = np.full(len(kept["pairs"]), "possible")
            yield _pair_rows(enc, kept, weigh_pairs(enc, w, houses, kept), grade)

    return write_rows(stages.folder / "pairs.arrow", rows()), certain


def _pair_rows(enc: Table, kept: Table, weighed: dict[str, Table], grade: Array) -> dict[str, Array]:
    a, b = unpack(kept["pairs"])
    columns = {
        "record_a": enc["record_id"][a],
        "record_b": enc["record_id"][b],
        "weight": kept["weight"].astype(np.int32),
        "grade": grade,
        "rule": np.array(RULES)[kept["rule"]],
        "rival": np.array(("", *RIVALS))[weighed["decisive"]["rival"]],
        "prior": weighed["decisive"]["prior"],
        **weighed["levels"],
    }
    return columns | {f"w_{name}": column for name, column in weighed["terms"].items()}


def _write_family_pairs(
    enc: Table, families: Table, sure: Array, options: LinkOptions, stages: Stages
) -> pa.Table:
    def rows() -> Iterator[Mapping[str, Array]]:
        for part in _parts(len(sure), options.pair_chunk):
            a, b = unpack(families["f_pairs"][part])
            weight = families["f_weight"][part]
            likely = weight >= options.family_likely_weight
            grade = np.where(sure[part] & likely, "certain", np.where(likely, "likely", "possible"))
            columns = {
                "entry_a": enc["e_id"][a],
                "entry_b": enc["e_id"][b],
                "weight": weight,
                "grade": np.where(families["f_cut"][part], "cut", grade),
                "rule": np.where(weight >= MUST, RULES[VERDICT], "family"),
                "prior": families["f_prior"][part].astype(np.int32),
            }
            yield columns | {
                f"w_{name}": families[f"v_{name}"][part].astype(np.int32) for name in FAMILY_TERMS
            }

    return write_rows(stages.folder / "family_pairs.arrow", rows())


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
