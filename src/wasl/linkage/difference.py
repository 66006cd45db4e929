"""What publishing a plan would change: in numbers, and in a few examples that the desk can look up."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import psycopg

from wasl.linkage.export import RunInput
from wasl.linkage.identities import PROVISIONAL
from wasl.linkage.plan import Plan

MOST_EXAMPLES = 5
"""Of each of the four kinds: people and families, joined and separated."""
MOST_CODES = 6


def count_difference(read: RunInput, plan: Plan, *, before: Mapping[str, int]) -> dict[str, int]:
    """
    Return what a plan changes; `before` are the counts of the last published run.

    `before_*`, `after_*`: people and families as best known. `new_*`, `joined_*`, `separated_*`: those that are
    certain, of which a likely one may hold several.
    `first_*`: rows linked for the first time; `moved_*`: rows that leave a person or family they had;
    `organisations`: how many have rows among the moved. Overlaps are not foretold: whether one opens is
    settled claim by claim when families move.
    """
    moved = plan.links.drop_nulls("old")
    moved_entries = plan.entry_links.drop_nulls("old")
    whose = pl.concat(
        [
            read.records.join(moved, on="record_id", how="semi").select("organisation"),
            read.entries.join(moved_entries, on="entry_id", how="semi").select("organisation"),
        ]
    )
    names = [
        f"{change}_{kind}" for change in ("new", "joined", "separated") for kind in ("people", "families")
    ]
    best = ("people", "families")
    return {
        **{f"before_{name}": before.get(name, 0) for name in best},
        **{f"after_{name}": plan.counts[name] for name in best},
        **{name: plan.counts[name] for name in names},
        "first_people": plan.links.height - moved.height,
        "first_families": plan.entry_links.height - moved_entries.height,
        "moved_people": moved.height,
        "moved_families": moved_entries.height,
        "organisations": whose["organisation"].n_unique(),
        "touched_families": plan.touched_families.height,
    }


def find_examples(connection: psycopg.Connection, plan: Plan) -> list[dict[str, object]]:
    """Return a few of what would be joined and separated, families first, by the desk's codes."""
    wanted = [
        *_joined(plan, "family"),
        *_separated(plan.entry_links, "entry_id", "family_id", "family", plan),
        *_joined(plan, "person"),
        *_separated(plan.links, "record_id", "person_id", "person", plan),
    ]
    codes = _codes(connection, {subject for _, _, subjects, _ in wanted for subject in subjects})
    return [
        {
            "change": change,
            "kind": kind,
            "codes": [codes[one] for one in subjects if one in codes],
            "rows": rows,
        }
        for change, kind, subjects, rows in wanted
    ]


Wanted = tuple[str, str, list[int], int]


def _joined(plan: Plan, kind: str) -> list[Wanted]:
    """Return subjects that become one, the one that stays first; a subject still to be made has no code."""
    into = (
        plan.retiring.filter((pl.col("kind") == kind) & (pl.col("successor") < PROVISIONAL))
        .group_by("successor")
        .agg(pl.col("subject").sort().head(MOST_CODES - 1))
        .sort("successor")
        .head(MOST_EXAMPLES)
    )
    return [("joined", kind, [successor, *gone], 0) for successor, gone in into.iter_rows()]


def _separated(links: pl.DataFrame, item: str, target: str, kind: str, plan: Plan) -> list[Wanted]:
    """Return subjects that stay and that rows leave for one that is new or comes back."""
    made = plan.subjects.filter(pl.col("kind") == kind).select("subject")
    left = (
        links.drop_nulls("old")
        .join(made, left_on=target, right_on="subject", how="semi")
        .join(plan.retiring.select("subject"), left_on="old", right_on="subject", how="anti")
        .group_by("old")
        .agg(rows=pl.col(item).len())
        .sort("old")
        .head(MOST_EXAMPLES)
    )
    return [("separated", kind, [old], rows) for old, rows in left.iter_rows()]


def _codes(connection: psycopg.Connection, subjects: set[int]) -> dict[int, str]:
    rows = connection.execute(
        "SELECT id, code FROM registry_subject WHERE id = ANY(%s)", [sorted(subjects)]
    ).fetchall()
    return {int(row[0]): str(row[1]) for row in rows}
