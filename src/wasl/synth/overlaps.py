"""
True overlaps, from the definitions alone: largest sets of claims of one slot and family that share a month.

This is written apart from the product's own computation on purpose, so that each can show the other wrong.
"""

from __future__ import annotations

import polars as pl

from wasl.synth.places import country_rows

ONCE = 12  # months since year 0 of 0001-01, where a need given once in a life is kept
SEASON_REACH = 2

SCHEMA = {
    "overlap": pl.Int64, "certainty": pl.Utf8, "family": pl.Int64, "slot": pl.Utf8, "need": pl.Utf8, "month": pl.Date,
    "organisation": pl.Utf8, "list": pl.Utf8, "file": pl.Utf8, "sheet": pl.Utf8, "row": pl.Int64, "value_egp": pl.Int64,
}  # fmt: skip


def needs_months() -> dict[str, tuple[list[str], str]]:
    """Give, for each need, its slots and how it takes its months: a number, `season` or `once`."""
    return {
        row["code"]: ([s for s in row["slots"].split("|") if s], row["months"])
        for row in country_rows("needs.csv")
    }


def claim_months(rule: str, given: int) -> tuple[int, int]:
    """
    Give the first and last month that a claim takes; months are counted from year 0.

    A season's claim takes the months of the nearest season within two months, else its own month.
    """
    if rule == "once":
        return ONCE, ONCE
    if rule != "season":
        return given, given + int(rule) - 1
    best: tuple[int, int, int] | None = None
    for row in country_rows("seasons.csv"):
        months = [int(m[:4]) * 12 + int(m[5:]) - 1 for m in row["months"].split("|")]
        distance = max(months[0] - given, given - months[-1], 0)
        if distance <= SEASON_REACH and (best is None or distance < best[0]):
            best = (distance, months[0], months[-1])
    return (given, given) if best is None else best[1:]


def find_overlaps(claims: pl.DataFrame) -> pl.DataFrame:
    """
    List the rows of every overlap.

    `claims` has family, need, given (months since year 0), organisation, list, file, sheet, row, value_egp: a
    row for each row of a list that states a benefit its owner pays.
    """
    rules = needs_months()
    parts = []
    for (need, given), rows in claims.sort("need", "given").group_by("need", "given", maintain_order=True):
        slots, rule = rules[str(need)]
        if not slots:
            continue
        first, last = claim_months(rule, int(str(given)))
        parts += [
            rows.with_columns(slot=pl.lit(slot), first=pl.lit(first), last=pl.lit(last)) for slot in slots
        ]
    if not parts:
        return pl.DataFrame(schema=SCHEMA)
    held = pl.concat(parts)
    contested = held.filter(pl.col("organisation").n_unique().over("slot", "family") > 1)
    contested = contested.sort("slot", "family", "first", "file", "sheet", "row").with_row_index("claim")
    sets = _largest_sets(contested)
    found = sets.explode("claim").join(contested, on="claim", how="left", maintain_order="left")
    return found.select(
        "overlap", pl.lit("certain").alias("certainty"), "family", "slot", "need",
        pl.date(pl.col("month") // 12, pl.col("month") % 12 + 1, 1).alias("month"), "organisation", "list", "file",
        "sheet", "row", "value_egp",
    ).cast(SCHEMA)  # type: ignore[arg-type]  # fmt: skip


def _largest_sets(contested: pl.DataFrame) -> pl.DataFrame:
    """Find, in each slot and family, the sets of claims sharing a month that no larger such set holds."""
    # A new set can only be complete in a month in which some claim begins.
    starts = contested.select("slot", "family", pl.col("first").alias("month")).unique(maintain_order=True)
    alive = starts.join(
        contested.select("slot", "family", "first", "last", "claim", "organisation"), on=["slot", "family"],
        maintain_order="left_right",
    ).filter((pl.col("first") <= pl.col("month")) & (pl.col("month") <= pl.col("last")))  # fmt: skip
    sets = alive.group_by("slot", "family", "month", maintain_order=True).agg(
        pl.col("claim"), pl.col("organisation").n_unique().alias("members")
    )
    # With starts in order, a set is not the largest just when a later or earlier one holds all its claims.
    sets = sets.filter(pl.col("members") > 1).sort("slot", "family", "month").with_row_index("set")
    other = sets.select("slot", "family", pl.col("set").alias("set_2"), pl.col("claim").alias("claim_2"))
    paired = sets.join(other, on=["slot", "family"]).filter(pl.col("set") != pl.col("set_2"))
    held = paired.filter(
        (pl.col("claim").list.set_difference(pl.col("claim_2")).list.len() == 0)
        & ((pl.col("claim").list.len() < pl.col("claim_2").list.len()) | (pl.col("set_2") < pl.col("set")))
    )
    kept = sets.filter(~pl.col("set").is_in(held["set"].unique().implode()))
    return (
        kept.sort("slot", "family", "month")
        .with_row_index("overlap", offset=1)
        .select("overlap", "month", "claim")
    )
