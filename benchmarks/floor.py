"""
Which of the engine's mistakes no evidence in the records can decide, counted by class. Used by variants.py.

A person or family of the truth that the engine left in parts is looked at part by part: each smaller part
against all the others. It is *undecidable* if nothing that the two sides write would tell it from somebody
else's: in all fields that agree between them, a record (or line) of another person (or family) agrees as well
and contradicts in nothing they do not contradict in themselves. A false pair is undecidable if nothing that
both write differs.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from wasl.matching.collapse import forget_borrowed
from wasl.matching.compare import compare_records
from wasl.matching.households import describe_entries
from wasl.matching.stages import Table, read_stage

_PARTS, _PAIRS, _RIVALS = 20_000, 12, 6
_DIFFERS = {
    "nid": (3, 4), "given": (3,), "father": (3,), "third": (3,), "fourth": (3,), "birth": (3, 4, 5, 6, 8, 9),
    "sex": (2,), "phone": (2,), "place": (2, 3, 4, 6, 7, 9), "age": (2,),
}  # fmt: skip
_AGREES = {
    "given": (1, 2),
    "father": (1, 2),
    "third": (1, 2),
    "fourth": (1, 2),
    "birth": (1, 7),
    "phone": (1,),
}


def read_tables(work: Path) -> Table:
    """Read what the engine encoded and collapsed."""
    enc = read_stage(work, "encoded") | read_stage(work, "collapsed")
    forget_borrowed(enc)
    return enc


def in_order(ids: np.ndarray, frame: pl.DataFrame, key: str, column: str) -> np.ndarray:
    """Return a column of a table of truth or labels in the engine's order."""
    order = pl.DataFrame({key: ids})
    return order.join(frame.select(key, column), on=key, how="left", maintain_order="left")[column].to_numpy()


def side_parts(true: np.ndarray, found: np.ndarray) -> pl.DataFrame:
    """Return each part but the largest of every true group that was left in parts: t, f, pairs it costs."""
    parts = pl.DataFrame({"t": true, "f": found}).group_by("t", "f").len("size")
    parts = parts.filter(pl.len().over("t") > 1).sort("t", "size", "f", descending=[False, True, False])
    parts = parts.with_columns(rest=pl.col("size").sum().over("t") - pl.col("size"))
    return parts.filter(pl.int_range(pl.len()).over("t") > 0).with_columns(
        lost=pl.col("size") * pl.col("rest")
    )


def pairs_between(sides: pl.DataFrame, true: np.ndarray, found: np.ndarray) -> pl.DataFrame:
    """Return pairs (x in the part, y outside it) of one true group, a dozen a part."""
    rows = pl.DataFrame({"x": np.arange(len(true)), "t": true, "f": found})
    joined = sides.select("part", "t", "f").join(rows, on=["t", "f"]).join(
        rows.select(pl.col("x").alias("y"), "t", pl.col("f").alias("g")), on="t"
    )  # fmt: skip
    return joined.filter(pl.col("f") != pl.col("g")).filter(pl.int_range(pl.len()).over("part") < _PAIRS * 4)


def have_rivals(enc: Table, x: np.ndarray, y: np.ndarray, person: np.ndarray) -> np.ndarray:
    """Tell for pairs of one person whether a record of somebody else fits `x` as well as `y` does."""
    canon = enc["tok_canon"][enc["chain"][:, :4]]
    fields = {
        "given": canon[:, 0], "father": canon[:, 1], "third": canon[:, 2], "fourth": canon[:, 3],
        "birth": np.where(enc["birth_precision"] == 3, enc["birth_day"], enc["birth_year"]), "phone": enc["phone"],
    }  # fmt: skip
    levels = compare_records(enc, x, y)
    agrees = np.stack([np.isin(levels[name], _AGREES[name]) for name in fields])
    village, markaz = levels["place"] == 1, levels["place"] == 5
    pattern = (np.concatenate((agrees, [village, markaz])) * (1 << np.arange(8))[:, None]).sum(axis=0)
    columns = [*fields.values(), enc["village"], enc["markaz"]]
    out = np.zeros(len(x), dtype=bool)
    differs = _differences(levels)
    for one in np.unique(pattern):
        at = np.flatnonzero(pattern == one)
        keys = {f"k{i}": columns[i] for i in range(8) if one >> i & 1}
        if not keys:
            out[at] = True
            continue
        every = pl.DataFrame({**keys, "z": np.arange(len(person))})
        asked = pl.DataFrame({**{name: column[x[at]] for name, column in keys.items()}, "at": at})
        wanted = asked.select(list(keys)).unique()
        near = every.join(wanted, on=list(keys), how="semi").filter(
            pl.int_range(pl.len()).over(list(keys)) < _RIVALS * 6
        )
        met = asked.join(near, on=list(keys))
        a, z = met["at"].to_numpy(), met["z"].to_numpy()
        other = person[z] != person[x[a]]
        a, z = a[other], z[other]
        worse = _differences(compare_records(enc, x[a], z)) & ~differs[:, a]
        out[a[~worse.any(axis=0)]] = True
    return out


def _differences(levels: Table) -> np.ndarray:
    return np.stack([np.isin(levels[name], words) for name, words in _DIFFERS.items()])


def _count(sides: pl.DataFrame, kind: np.ndarray, share: float) -> dict[str, int]:
    counted = sides.with_columns(kind=pl.Series(kind)).group_by("kind").agg(pl.col("lost").sum()).sort("kind")
    return {row["kind"]: round(row["lost"] / share) for row in counted.to_dicts()}


def _sampled(sides: pl.DataFrame) -> tuple[pl.DataFrame, float]:
    """Take at most so many parts, and tell what share of the lost pairs they stand for."""
    whole = int(sides["lost"].sum())
    some = sides.sample(_PARTS, seed=1) if len(sides) > _PARTS else sides
    return some.with_row_index("part"), int(some["lost"].sum()) / max(whole, 1)


def floor_of_people(enc: Table, true: np.ndarray, found: np.ndarray) -> dict[str, dict[str, int]]:
    """Count missed and false pairs of records by class."""
    sides, share = _sampled(side_parts(true, found))
    pairs = pairs_between(sides, true, found)
    rival = have_rivals(enc, pairs["x"].to_numpy(), pairs["y"].to_numpy(), true)
    part = pairs["part"].to_numpy()
    clear = np.bincount(part[~rival], minlength=len(sides)) > 0
    missed = _count(sides, np.where(clear, "decidable", "undecidable: fits somebody else as well"), share)
    return {"missed": missed, "false": _false_people(enc, true, found)}


def _false_people(enc: Table, true: np.ndarray, found: np.ndarray) -> dict[str, int]:
    sides, share = _sampled(side_parts(found, true))
    pairs = pairs_between(sides, found, true)
    differs = _differences(compare_records(enc, pairs["x"].to_numpy(), pairs["y"].to_numpy())).any(axis=0)
    clear = np.bincount(pairs["part"].to_numpy()[~differs], minlength=len(sides)) == 0
    return _count(sides, np.where(clear, "decidable", "undecidable: nothing written differs"), share)


def floor_of_families(
    enc: Table, person: np.ndarray, true_person: np.ndarray, true: np.ndarray, found: np.ndarray
) -> dict[str, dict[str, int]]:
    """
    Count missed pairs of entries by the best that ties a part to the rest of its family, and false ones.

    A person named on both sides decides unless somebody else fits as well; a phone in common decides; the man's
    line with a village (or markaz, where no village is written) unless another family has both.
    """
    entries = describe_entries(enc, person)
    sides, share = _sampled(side_parts(true, found))
    pairs = pairs_between(sides, true, found)
    part, x, y = (pairs[name].to_numpy() for name in ("part", "x", "y"))
    best = np.zeros(len(sides), dtype=np.int64)
    line = entries["line"][:, 0]
    same_line = (line[x] > 0) & (line[x] == line[y])
    same_line &= (entries["line"][x, 1:] == entries["line"][y, 1:]).any(axis=1)
    same_place = _same(entries["village"], x, y) | (
        _same(entries["markaz"], x, y) & ((entries["village"][x] == 0) | (entries["village"][y] == 0))
    )
    np.maximum.at(best, part, np.where(same_line, 1, 0))
    both = same_line & same_place
    np.maximum.at(best, part, np.where(both, np.where(_line_is_shared(entries, x, true), 2, 6), 0))
    np.maximum.at(best, part, np.where(_same(entries["phone"], x, y), 5, 0))
    named, a, b = _people_in_both(entries, x, y, true_person)
    rival = have_rivals(enc, a, b, true_person)
    homes = _homes(entries, true_person, true)[true_person[a]]
    np.maximum.at(best, part[named], np.where(homes > 1, 4, np.where(rival, 3, 7)))
    words = np.array([
        "undecidable: no person, line or phone in common", "undecidable: line without a place in common",
        "undecidable: line and place are another family's too", "undecidable: the person named fits somebody else as well",
        "undecidable: the person named stands in two families", "a phone in common", "line and place in common",
        "a person in common",
    ])  # fmt: skip
    return {
        "missed": _count(sides, words[best], share),
        "false": _false_families(entries, true_person, true, found),
    }


def _homes(entries: Table, true_person: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Count by person in how many families he or she stands."""
    person = true_person[entries["s_rec"][:-1]].astype(np.int64)
    seen = np.unique(np.stack((person, true[entries["s_ent"]])), axis=1)[0]
    return np.bincount(seen, minlength=int(true_person.max(initial=0)) + 1)


def _same(column: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (column[x] > 0) & (column[x] == column[y])


def _line_is_shared(entries: Table, x: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Tell of entries whether another family has the same father and grandfather in the same village."""
    frame = pl.DataFrame({
        "father": entries["line"][:, 0], "later": entries["line"][:, 1], "village": entries["village"],
        "markaz": entries["markaz"], "t": true,
    })  # fmt: skip
    many = frame.select(
        (pl.col("t").n_unique().over("father", "later", "village", "markaz") > 1).alias("many")
    )
    return many["many"].to_numpy()[x]


def _people_in_both(
    entries: Table, x: np.ndarray, y: np.ndarray, true_person: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which pairs of entries name one person in truth, and by which records."""
    record, start = entries["s_rec"], entries["s_start"]

    def members(of: np.ndarray) -> np.ndarray:
        at = start[of][:, None] + np.arange(8)
        return np.where(at < start[of + 1][:, None], record[np.where(at < len(record), at, -1)], -1)

    left, right = members(x), members(y)
    one = np.where(left >= 0, true_person[left], -1)
    two = np.where(right >= 0, true_person[right], -2)
    row, i, j = np.nonzero(one[:, :, None] == two[:, None, :])
    return row, left[row, i], right[row, j]


def _false_families(
    entries: Table, true_person: np.ndarray, true: np.ndarray, found: np.ndarray
) -> dict[str, int]:
    """Class false pairs: one person of two families, nothing that differs, or something that does."""
    sides, share = _sampled(side_parts(found, true))
    pairs = pairs_between(sides, found, true)
    part, x, y = (pairs[name].to_numpy() for name in ("part", "x", "y"))
    named, _, _ = _people_in_both(entries, x, y, true_person)
    best = np.zeros(len(sides), dtype=np.int64)
    line = entries["line"][:, 0]
    differs = (line[x] > 0) & (line[y] > 0) & (line[x] != line[y])
    for name in ("village", "phone"):
        column = entries[name]
        differs |= (column[x] > 0) & (column[y] > 0) & (column[x] != column[y])
    np.maximum.at(best, part, np.where(differs, 0, 1))
    np.maximum.at(best, part[named], 2)
    words = np.array([
        "decidable", "undecidable: no line, village or phone differs", "one person stands in both families",
    ])  # fmt: skip
    return _count(sides, words[best], share)
