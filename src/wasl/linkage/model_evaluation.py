"""
How right a model is: ids that are hidden from it, what people decided, and the monthly sample. Pure.

Where an id joins two records nobody needs a model; so ids are hidden of some records, everything is linked without
them, and the ids tell what should have come out. Bounds hold 95 times of 100.
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from wasl.linkage.estimates import Share, wilson

Numbers = npt.NDArray[Any]

HIDDEN_SHARE = 0.1
HIDDEN_MOST = 20_000
"""Ids whose records' are hidden: enough for bounds within a third of a percent, few enough to change nothing else."""
LACKED = ("birth_date", "phone", "markaz", "village")
_DRAWS = 500
_BINS = (-300, -150, 0, 150, 300, 500, 700, 1000, 1500, 2500, 20_000)


def draw_hidden(known: pl.DataFrame) -> pl.DataFrame:
    """
    Return `known` (record_id, group: those of one group bear one trusted id) with the column `hidden`.

    Of a tenth of the ids on two records and more, each record's is hidden or not by chance, one at least. The
    same input draws the same.
    """
    rng = np.random.default_rng(20_011)
    groups = known.group_by("group").len().filter(pl.col("len") > 1)["group"].sort().to_numpy()
    count = min(HIDDEN_MOST, max(1, round(HIDDEN_SHARE * len(groups)))) if len(groups) else 0
    drawn = np.sort(rng.permutation(groups)[:count])
    known = known.sort("group", "record_id")
    chosen = pl.Series("chosen", np.isin(known["group"].to_numpy(), drawn))
    coin = pl.Series("coin", rng.random(known.height))
    return (
        known.with_columns(chosen, coin)
        .with_columns(first=pl.col("coin") == pl.col("coin").min().over("group"))
        .with_columns(hidden=pl.col("chosen") & (pl.col("first") | (pl.col("coin") < 0.5)))
        .select("record_id", "group", "hidden")
    )


def hide_ids(records: pl.DataFrame, hidden: pl.Series) -> pl.DataFrame:
    """
    Return records as if these had come without an id.

    Whoever has no id at hand often writes less of the rest as well: each loses, too, what some record of its
    organisation that came without an id lacks (any organisation's where its own has none). Without that the
    question would be far easier than the real one.
    """
    records = records.with_columns(hidden=pl.col("record_id").is_in(hidden.implode())).sort("record_id")
    lacking = pl.struct(pl.col(name).is_null() for name in LACKED).alias("lacking")
    giver = records.filter(~pl.col("hidden") & ~pl.col("nid_check").fill_null(False)).sort(
        "organisation", "record_id"
    )
    if giver.is_empty():
        lacks = pl.DataFrame({f"no_{name}": [False] * records.height for name in LACKED})
    else:
        draw = np.random.default_rng(20_012).random(records.height)
        whose, asked = giver["organisation"].to_numpy(), records["organisation"].to_numpy()
        first, end = np.searchsorted(whose, asked), np.searchsorted(whose, asked, side="right")
        none = first == end
        first, end = np.where(none, 0, first), np.where(none, len(whose), end)
        taken = giver.select(lacking)["lacking"].struct.unnest()[first + (draw * (end - first)).astype(int)]
        lacks = taken.rename({name: f"no_{name}" for name in LACKED})
    kept = pl.concat([records, lacks], how="horizontal").with_columns(
        nid=pl.when(~pl.col("hidden")).then("nid"),
        **{name: pl.when(~(pl.col("hidden") & pl.col(f"no_{name}"))).then(name) for name in LACKED},
    )
    return kept.select(records.columns).drop("hidden")


def judge_hidden(known: pl.DataFrame, people: pl.DataFrame) -> dict[str, Any]:
    """Return precision and recall over pairs of which one record's id was hidden; `people`: record_id, person."""
    frame = known.join(people.select("record_id", "person"), on="record_id")
    right = _pairs(frame, ["person", "group"])
    made = _pairs(frame, ["person"]).join(
        right.group_by("person").agg(right=pl.col("pairs").sum()), on="person", how="left"
    )
    true = _pairs(frame, ["group"]).join(
        right.group_by("group").agg(right=pl.col("pairs").sum()), on="group", how="left"
    )
    return {
        "hidden": int(frame["hidden"].sum()),
        "precision": _told(_ratio(made)),
        "recall": _told(_ratio(true)),
    }


def _pairs(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Count, of each cluster, the pairs that a hidden id has to do with; clusters without one are left out."""

    def chosen(size: pl.Expr) -> pl.Expr:
        return size * (size - 1) // 2

    size, seen = pl.len().cast(pl.Int64), (~pl.col("hidden")).sum().cast(pl.Int64)
    return frame.group_by(keys).agg(pairs=chosen(size) - chosen(seen)).filter(pl.col("pairs") > 0).sort(keys)


def _ratio(clusters: pl.DataFrame) -> Share | None:
    """Return right of all pairs, with bounds by drawing whole clusters again: their pairs hang together."""
    return weighted_share(
        clusters["right"].fill_null(0).to_numpy().astype(float), clusters["pairs"].to_numpy().astype(float)
    )


def weighted_share(found: Numbers, of: Numbers) -> Share | None:
    """
    Return Σ found / Σ of, with bounds by drawing the rows again.

    Where all or none was found nothing varies when it is drawn again: there Wilson's bound is taken.
    """
    total = float(of.sum())
    if total <= 0:
        return None
    value = float(found.sum()) / total
    rng = np.random.default_rng(7)
    drawn = [rng.integers(0, len(of), len(of)) for _ in range(_DRAWS)]
    shares = [found[rows].sum() / of[rows].sum() for rows in drawn if of[rows].sum() > 0]
    low, high = (float(bound) for bound in np.quantile(shares, [0.025, 0.975]))
    plain = wilson(round(value * len(of)), len(of))
    assert plain is not None
    if low == high:
        low, high = plain.low, plain.high
    return Share(value, min(low, value), max(high, value), len(of))


def judge_decided(decided: pl.DataFrame, people: pl.DataFrame) -> dict[str, Any]:
    """
    Return how many pairs that people called one are one, and how many they told apart are apart.

    `decided`: a_id, b_id, is_same. Such pairs were doubtful: nothing here tells how right the rest is.
    """
    judged = _with_answer(decided, people)
    same, apart = judged.filter("is_same"), judged.filter(~pl.col("is_same"))
    return {
        "same": _told(wilson(int(same["is_one"].sum()), same.height)),
        "different": _told(wilson(apart.height - int(apart["is_one"].sum()), apart.height)),
    }


def judge_sample(sample: pl.DataFrame, people: pl.DataFrame) -> dict[str, Any]:
    """
    Return precision and recall over the monthly sample.

    `sample`: a_id, b_id, is_same, weight (how many pairs each stands for).
    """
    judged = _with_answer(sample, people)
    weight = judged["weight"].to_numpy().astype(float)
    one, same = judged["is_one"].to_numpy(), judged["is_same"].to_numpy()
    return {
        "pairs": judged.height,
        "precision": _told(weighted_share(weight * (one & same), weight * one)),
        "recall": _told(weighted_share(weight * (one & same), weight * same)),
    }


def _with_answer(pairs: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Add `is_one`, what was linked; pairs of which a record was not read are left out."""
    person = people.select("record_id", "person")
    return (
        pairs.join(person.rename({"record_id": "a_id", "person": "x"}), on="a_id")
        .join(person.rename({"record_id": "b_id", "person": "y"}), on="b_id")
        .with_columns(is_one=pl.col("x") == pl.col("y"))
    )


def judge_truth(truth: pl.DataFrame, people: pl.DataFrame) -> dict[str, Any]:
    """Return precision and recall over all pairs, for a registry whose truth (record_id, person) is known."""
    frame = truth.rename({"person": "true"}).join(people.select("record_id", "person"), on="record_id")

    def count(keys: list[str]) -> float:
        size = pl.col("len").cast(pl.Int64)
        return float(frame.group_by(keys).len().select((size * (size - 1) // 2).sum()).item() or 0)

    both, made, true = count(["person", "true"]), count(["person"]), count(["true"])
    return {
        "records": frame.height,
        "precision": both / made if made else None,
        "recall": both / true if true else None,
    }


def weigh_known(known: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return weight and truth (`is_same`) of the compared pairs of which one record's id was hidden."""
    side = known.select("record_id", "group", "hidden")
    return (
        pairs.filter(pl.col("rule").is_in(["pair", "inside_family"]))
        .join(side.rename({"record_id": "record_a", "group": "x", "hidden": "hx"}), on="record_a")
        .join(side.rename({"record_id": "record_b", "group": "y", "hidden": "hy"}), on="record_b")
        .filter(pl.col("hx") | pl.col("hy"))
        .select(weight="weight", is_same=pl.col("x") == pl.col("y"))
    )


def calibrate(weighed: pl.DataFrame) -> list[dict[str, Any]]:
    """Return, by range of weight, how many pairs should be one person by their weight, and how many are."""
    out = []
    for low, high in pairwise(_BINS):
        part = weighed.filter(pl.col("weight").is_between(low, high, closed="left"))
        if part.height:
            odds = np.exp2(np.clip(part["weight"].to_numpy() / 100, -60, 60))
            seen = wilson(int(part["is_same"].sum()), part.height)
            out.append(
                {
                    "from": low,
                    "to": high,
                    "pairs": part.height,
                    "expected": round(float((odds / (1 + odds)).mean()), 4),
                    "seen": _told(seen),
                }
            )
    return out


def choose_threshold(weighed: pl.DataFrame, precision: float, *, least: int = 100) -> int | None:
    """
    Return the lowest weight from which upwards this share of pairs is one person; None where none can be told.

    The bound counts, not the share: with few pairs the threshold is the higher.
    """
    frame = (
        weighed.sort("weight", descending=True)
        .group_by("weight", maintain_order=True)
        .agg(pl.len().alias("pairs"), pl.col("is_same").sum().alias("same"))
    )
    pairs, same = frame["pairs"].cum_sum().to_list(), frame["same"].cum_sum().to_list()
    best = None
    for weight, made, right in zip(frame["weight"].to_list(), pairs, same, strict=True):
        share = wilson(int(right), int(made))
        if made >= least and share is not None and share.low >= precision:
            best = int(weight)
    return best


def _told(share: Share | None) -> dict[str, Any] | None:
    return None if share is None else {name: round(value, 5) for name, value in asdict(share).items()}
