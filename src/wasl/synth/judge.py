"""
Judging links and overlaps against the truth by cluster arithmetic: pairs are counted, never listed.

A pair of mentions counts where the two stand on different rows. With clusters of predicted label p and
true label t, the pairs that agree in both are the sum over (p, t) of n·(n−1)/2, less the pairs that
share a row as well; precision and recall follow from three such sums. *Hard* pairs (at least one
mention without a usable id) are all pairs less the pairs of two usable ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import polars as pl
import pyarrow as pa


@dataclass(frozen=True)
class Score:
    """Pairs of two partitions of the same things, and the measures that follow."""

    both: int
    """Pairs together in the prediction and in truth."""
    predicted: int
    true: int

    @property
    def precision(self) -> float:
        return self.both / self.predicted if self.predicted else 1.0

    @property
    def recall(self) -> float:
        return self.both / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __sub__(self, other: Score) -> Score:
        return Score(self.both - other.both, self.predicted - other.predicted, self.true - other.true)

    def as_dict(self) -> dict[str, float | int]:
        """Give the counts and the measures, rounded, for a result that programs read."""
        return {
            **asdict(self),
            "precision": round(self.precision, 5), "recall": round(self.recall, 5), "f1": round(self.f1, 5),
        }  # fmt: skip


def count_pairs(frame: pl.DataFrame, within: list[str], apart: list[str]) -> int:
    """Count pairs of rows that agree in all of `within` and not in all of `apart` (none: any pair)."""
    together = _pairs(frame, within)
    return together - _pairs(frame, [*within, *apart]) if apart else together


def _pairs(frame: pl.DataFrame, keys: list[str]) -> int:
    size = pl.col("size").cast(pl.Int64)
    counts = frame.group_by(keys).agg(pl.len().alias("size"))
    return int(counts.select((size * (size - 1) // 2).sum()).item() or 0)


def score_partitions(frame: pl.DataFrame, predicted: str, true: str, apart: list[str]) -> Score:
    """Score the partition in column `predicted` against the one in column `true`."""
    return Score(
        count_pairs(frame, [predicted, true], apart),
        count_pairs(frame, [predicted], apart),
        count_pairs(frame, [true], apart),
    )


def score_people(mentions: pl.DataFrame, predicted: str) -> tuple[Score, Score]:
    """
    Score person links: all pairs, and the hard ones.

    `mentions` has line (one value a row of a list), true_person, nid_ok and the predicted label.
    """
    every = score_partitions(mentions, predicted, "true_person", ["line"])
    easy = score_partitions(mentions.filter("nid_ok"), predicted, "true_person", ["line"])
    return every, every - easy


def score_links(links: pl.DataFrame, truth: pl.DataFrame) -> dict[str, Score]:
    """
    Score `links` (as links.csv) against `truth` (as truth.parquet).

    Lines are matched by file, sheet and row; mentions by the role too. A mention of the truth that `links`
    lacks counts as linked to nothing; one that truth does not know is left out (`count_unmatched` counts both).
    """
    keys = ["file", "sheet", "row", "role"]
    known = _keyed(truth).rename({"person": "true_person", "family": "true_family"})
    labels = ["person", "family", "certain_person", "certain_family"]
    mentions = known.join(_keyed(links).select(*keys, *labels), on=keys, how="left", maintain_order="left")
    alone = pl.concat_str(pl.lit("\x1falone"), pl.int_range(pl.len()).cast(pl.Utf8))
    mentions = mentions.with_columns(
        *(pl.col(label).fill_null(alone) for label in labels),
        line=pl.struct("file", "sheet", "row").rank("dense"),
    )
    return _score_mentions(mentions)


def score_tables(
    people: pl.DataFrame, families: pl.DataFrame, tables: Mapping[str, pa.Table]
) -> dict[str, Score]:
    """
    Score an engine's answer to `population_records`, between the rows of the lists, as `score_links` does.

    :param people: record_id, person, certain_person.
    :param families: entry_id, family, certain_family.
    """
    lines, record_truth, entry_truth = (
        pl.DataFrame(tables[name]) for name in ("lines", "record_truth", "entry_truth")
    )
    mentions = lines.join(people.select("record_id", "person", "certain_person"), on="record_id")
    mentions = mentions.join(families.select("entry_id", "family", "certain_family"), on="entry_id")
    mentions = mentions.join(
        record_truth.select("record_id", "nid_ok", pl.col("person").alias("true_person")), on="record_id"
    )
    mentions = mentions.join(entry_truth.rename({"family": "true_family"}), on="entry_id")
    return _score_mentions(mentions.with_columns(line=pl.struct("list_id", "row").rank("dense")))


def _score_mentions(mentions: pl.DataFrame) -> dict[str, Score]:
    people, hard = score_people(mentions, "person")
    registrants = mentions.filter(pl.col("role").is_in(["person", "registrant"])).unique("line", keep="first")
    certain, certain_hard = score_people(mentions, "certain_person")
    return {
        "people": people,
        "people_hard": hard,
        "families": score_partitions(registrants, "family", "true_family", []),
        "certain_people": certain,
        "certain_people_hard": certain_hard,
        "certain_families": score_partitions(registrants, "certain_family", "true_family", []),
    }


def count_unmatched(links: pl.DataFrame, truth: pl.DataFrame) -> dict[str, int]:
    """Count mentions that only one side knows: a high number says that rows or roles were read differently."""
    keys = ["file", "sheet", "row", "role"]
    left, right = _keyed(links).select(keys), _keyed(truth).select(keys)
    return {
        "links_without_truth": left.join(right, on=keys, how="anti").height,
        "truth_without_links": right.join(left, on=keys, how="anti").height,
    }


def _keyed(frame: pl.DataFrame) -> pl.DataFrame:
    """Bring the keys to one type: an absent sheet is an empty text."""
    present = [c for c in ("person", "family", "certain_person", "certain_family") if c in frame.columns]
    return frame.with_columns(
        pl.col("file", "sheet", "role").cast(pl.Utf8).fill_null(""),
        pl.col("row").cast(pl.Int64),
        *(pl.col(c).cast(pl.Utf8) for c in present),
    )


def score_overlaps(found: pl.DataFrame, truth: pl.DataFrame) -> Score:
    """
    Score overlaps: pairs of rows of different organisations that stand in one overlap of one slot.

    Both frames are as overlaps.csv. Windows may put one pair into several overlaps of a slot: it counts once.
    """
    predicted, true = _memberships(found, "predicted"), _memberships(truth, "true")
    both = predicted.join(true.drop("organisation"), on="line").with_columns(
        clique=pl.struct("predicted", "true").rank("dense")
    )
    return Score(
        count_clique_pairs(both),
        count_clique_pairs(predicted.rename({"predicted": "clique"})),
        count_clique_pairs(true.rename({"true": "clique"})),
    )


def _memberships(overlaps: pl.DataFrame, name: str) -> pl.DataFrame:
    line = pl.concat_str(
        [pl.col(c).cast(pl.Utf8).fill_null("") for c in ("slot", "file", "sheet", "row")], separator="\x1f"
    )
    clique = pl.concat_str(
        pl.col("slot"), pl.col("certainty"), pl.col("overlap").cast(pl.Utf8), separator="\x1f"
    )
    return overlaps.select(line.alias("line"), "organisation", clique.alias(name)).unique(["line", name])


def count_clique_pairs(members: pl.DataFrame) -> int:
    """
    Count the distinct pairs of lines of different organisations that share at least one clique.

    `members` has line, organisation and clique, a row for each membership. Cliques are counted whole; what
    lines of several cliques would count twice is taken back by sets of cliques, so the cost is that of the
    distinct sets, not of the pairs.
    """
    members = members.unique(["line", "clique"])
    whole = _pairs(members, ["clique"]) - _pairs(members, ["clique", "organisation"])
    sets = members.group_by("line", "organisation").agg(pl.col("clique").sort().alias("cliques"))
    sets = sets.filter(pl.col("cliques").list.len() > 1)
    if sets.is_empty():
        return whole
    sets = sets.group_by("cliques", "organisation").agg(pl.len().cast(pl.Int64).alias("size"))
    return whole - _counted_again(
        sets.with_columns(set=pl.col("cliques").cast(pl.List(pl.Utf8)).list.join("\x1e"))
    )


def _counted_again(sets: pl.DataFrame) -> int:
    """Count, over pairs of lines that share k cliques, the k − 1 times too many that they were counted."""
    spread = sets.select("set", "organisation", "size", pl.col("cliques").cast(pl.List(pl.Utf8))).explode(
        "cliques"
    )
    shared = (
        spread.join(spread, on="cliques", suffix="_2")
        .group_by("set", "organisation", "set_2", "organisation_2")
        .agg(pl.len().cast(pl.Int64).alias("k"), pl.col("size").first(), pl.col("size_2").first())
    )
    # Both directions are present, and pairs of one organisation do not count.
    shared = shared.filter((pl.col("organisation") != pl.col("organisation_2")) & (pl.col("k") > 1))
    return int(shared.select(((pl.col("k") - 1) * pl.col("size") * pl.col("size_2")).sum()).item() or 0) // 2
