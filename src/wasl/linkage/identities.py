"""
Which subject each cluster carries on: identities that outlive runs.

A subject belongs to the part that holds its oldest item (smallest id). A part that inherits
several keeps the oldest subject and the others retire into it; a part that inherits none gets
back a retired subject whose oldest item it holds, else a new one. Pure: frames in, frames out.
"""

from __future__ import annotations

import polars as pl

# New subjects have no number until their batch is written: they are counted up from here, above
# every number PostgreSQL will ever give, so that "older" is "smaller" for both.
PROVISIONAL = 1 << 60


def inherit_subjects(items: pl.DataFrame, past: pl.DataFrame, *, first_provisional: int) -> pl.DataFrame:
    """
    Return `cluster, subject, oldest, origin` (origin: kept, revived, new) for every cluster.

    `items` has `item, cluster, subject` (subject null where the item has no current link); `past`
    has `item, subject`: what items were linked to that is retired now.
    """
    kept = _claims(items.drop_nulls("subject"))
    clusters = items.group_by("cluster").agg(oldest=pl.col("item").min()).join(kept, on="cluster", how="left")
    without = clusters.filter(pl.col("subject").is_null()).select("cluster")
    revived = _claims(past.join(items.select("item", "cluster"), on="item")).join(
        without, on="cluster", how="semi"
    )
    return _name_new(clusters, revived, first_provisional)


def _claims(linked: pl.DataFrame) -> pl.DataFrame:
    """Give each subject to the cluster of its oldest item, and each cluster the oldest of its subjects."""
    heirs = linked.sort("item").unique("subject", keep="first", maintain_order=True)
    return heirs.group_by("cluster").agg(pl.col("subject").min())


def _name_new(clusters: pl.DataFrame, revived: pl.DataFrame, first_provisional: int) -> pl.DataFrame:
    named = clusters.join(revived.rename({"subject": "again"}), on="cluster", how="left").sort("oldest")
    is_new = pl.col("subject").is_null() & pl.col("again").is_null()
    return named.select(
        "cluster",
        "oldest",
        subject=pl.coalesce("subject", "again", is_new.cum_sum().cast(pl.Int64) - 1 + first_provisional),
        origin=pl.when(pl.col("subject").is_not_null())
        .then(pl.lit("kept"))
        .when(pl.col("again").is_not_null())
        .then(pl.lit("revived"))
        .otherwise(pl.lit("new")),
    )


def find_retiring(items: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    """
    Return `subject, successor` of the subjects that no cluster carries on.

    The successor is where the subject's oldest item went. `targets` has `item, target`.
    """
    linked = items.drop_nulls("subject").sort("item").unique("subject", keep="first", maintain_order=True)
    gone = linked.join(targets.select(subject=pl.col("target").unique()), on="subject", how="anti")
    return gone.join(targets, on="item").select("subject", successor="target")


def group_subjects(targets: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """
    Return `subject_id, group_id` for the subjects that a likely cluster joins with others.

    `labels` has `item, label`; a group is named by its oldest subject, alone it has no row.
    """
    both = labels.join(targets, on="item").select("label", "target").unique()
    sizes = (
        both.group_by("label").agg(group_id=pl.col("target").min(), size=pl.len()).filter(pl.col("size") > 1)
    )
    return both.join(sizes, on="label").select(subject_id="target", group_id="group_id")
