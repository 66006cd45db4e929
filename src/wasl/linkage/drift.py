"""
Drift: which links a run made appear and vanish, for which organisations and why.

A run that publishes calls `begin_drift` before it writes anything and `keep_drift` before its last word, on one
connection in one transaction: what stood is only known before, what it came to only after. What officers separate at
a door is no run's, nor is what a run that was killed had already published.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl
import psycopg

from wasl.kernel.errors import NotFound
from wasl.linkage import drift_steps as steps
from wasl.linkage.export import RunInput
from wasl.linkage.identities import PROVISIONAL
from wasl.linkage.permissions import check_can_link
from wasl.linkage.plan import Plan
from wasl.linkage.queries import rows
from wasl.organisations.viewer import Viewer
from wasl.registry.staging import fill_staging, make_staging

APPEARED = ("known", "joined", "confirmed", "grouped")
VANISHED = ("separated", "loosened", "ungrouped")
CHANGES = ("arrived", *APPEARED, *VANISHED)
DRIFT_DAYS = 400
"""For so long the rows behind the counts are kept: a year and the time to look back on it."""
DRIFT_MOST = 200_000
"""Of one run at most so many rows are kept; the counts are of all."""
EXAMPLES_EACH = 3


def begin_drift(connection: psycopg.Connection, plan: Plan, read: RunInput) -> None:
    """Write down what stands of everything a plan changes, before any of it is published, in its transaction."""
    make_staging(connection, steps.STAGED)
    _stage_arrivals(connection, plan, read)
    moved = pl.concat(
        [
            plan.links.drop_nulls("old").select(kind=pl.lit("person"), item_id="record_id"),
            plan.entry_links.drop_nulls("old").select(kind=pl.lit("family"), item_id="entry_id"),
        ]
    )
    fill_staging(connection, "drift_item", moved)
    regrouped = plan.groups.filter(pl.col("subject_id") < PROVISIONAL).select("subject_id").unique()
    fill_staging(connection, "drift_subject", regrouped)
    for statement in (steps.ITEMS_OF_GROUPS, "ANALYZE drift_item", steps.BEFORE, steps.PAIRS_BEFORE):
        connection.execute(statement.encode())
    connection.execute("ANALYZE drift_before")


def keep_drift(connection: psycopg.Connection, run_id: int) -> int:
    """
    Keep what this run changed, in the transaction that `begin_drift` was called in; return how many rows changed.

    Everything must be published, the run's own pairs written and its model named in its row; its verdicts not yet
    marked as read.
    """
    values = _values(connection, run_id)
    for statement in (
        steps.CHANGES, "ANALYZE drift_change", steps.PAIRS_AFTER, "ANALYZE drift_pair", steps.OTHERS,
        "ANALYZE drift_other", steps.JUDGED, steps.REASONS, steps.KEEP_COUNTS, steps.KEEP_ITEMS, steps.FORGET,
    ):  # fmt: skip
        connection.execute(statement.encode(), values if "%(" in statement else None)
    row = connection.execute("SELECT count(*) FROM drift_change").fetchone()
    assert row is not None
    return int(row[0])


def _values(connection: psycopg.Connection, run_id: int) -> dict[str, object]:
    """Return what the steps ask of the published run before this one, and whether another model decided."""
    base = connection.execute(
        "SELECT b.lists, b.started_at, b.model_version <> r.model_version AND '' NOT IN (b.model_version, r.model_version)"
        " FROM linkage_run r JOIN linkage_run b ON b.id < r.id AND b.state = 'done' WHERE r.id = %s"
        " ORDER BY b.id DESC LIMIT 1",
        [run_id],
    ).fetchone()
    lists, since, model = base or ([], datetime.max.replace(tzinfo=UTC), False)
    return {
        "run": run_id, "lists": lists, "since": since, "model": model, "most": DRIFT_MOST, "days": DRIFT_DAYS,
    }  # fmt: skip


def _stage_arrivals(connection: psycopg.Connection, plan: Plan, read: RunInput) -> None:
    """Count whoever is linked for the first time: with somebody known, or as somebody new."""
    counted = []
    groups = plan.groups.select("subject_id", "group_id").drop_nulls()
    for kind, links, item, subject, items in (
        ("person", plan.links, "record_id", "person_id", read.records),
        ("family", plan.entry_links, "entry_id", "family_id", read.entries),
    ):
        first = (
            links.filter(pl.col("old").is_null())
            .join(items.select(item, "organisation"), on=item)
            .join(groups, left_on=subject, right_on="subject_id", how="left")
        )
        certain = pl.col(subject) < PROVISIONAL
        known = certain | (pl.col("group_id") < PROVISIONAL).fill_null(False)
        counted.append(
            first.group_by(
                change=pl.when(known).then(pl.lit("known")).otherwise(pl.lit("arrived")),
                grade=pl.when(known & ~certain).then(pl.lit("likely")).otherwise(pl.lit("certain")),
                organisation_id=pl.col("organisation").cast(pl.Int64),
            )
            .agg(items=pl.len())
            .select(pl.lit(kind).alias("kind"), "change", "grade", "organisation_id", "items")
        )
    fill_staging(connection, "drift_arrived", pl.concat(counted))


@dataclass(frozen=True)
class Drifted:
    """So many records (`person`) or entries (`family`) of an organisation changed so, for this reason."""

    kind: str
    change: str
    grade: str
    organisation_id: int
    reason: str
    items: int


@dataclass(frozen=True)
class DriftExample:
    """Records or entries that left one person or family and came to another, by the desk's codes."""

    run: int
    kind: str
    change: str
    reason: str
    organisation_id: int
    from_code: str
    to_code: str
    items: int


@dataclass(frozen=True)
class Drift:
    """What the published runs after `since` and up to `until` changed; whatever went and came back counts twice."""

    since: int
    until: int
    sums: tuple[Drifted, ...]
    examples: tuple[DriftExample, ...]

    def count(self, changes: tuple[str, ...], kind: str) -> int:
        """Return how many rows of a kind changed in one of these ways."""
        return sum(one.items for one in self.sums if one.change in changes and one.kind == kind)


@dataclass(frozen=True)
class PublishedRun:
    """A run that was published, and when."""

    run: int
    finished_at: datetime | None


def list_published(viewer: Viewer, *, limit: int = 50) -> list[PublishedRun]:
    """
    Return the published runs, the newest first.

    :raises NotAllowed: only the desk may.
    """
    check_can_link(viewer)
    return [PublishedRun(*row) for row in rows(viewer, "SELECT * FROM linkage_drift_runs(%s)", [limit])]


def drift_between(
    viewer: Viewer, since: int | None = None, until: int | None = None, *, each: int = EXAMPLES_EACH
) -> Drift:
    """
    Return what changed from one published run to another; without numbers, what the last one changed.

    `each`: so many examples of each kind, change and reason; none are left of runs older than DRIFT_DAYS.

    :raises NotAllowed: only the desk may. :raises NotFound: no run was published under one of the numbers.
    """
    published = [one.run for one in list_published(viewer, limit=200)]
    last = (published[0] if published else 0) if until is None else until
    if until is not None and until not in published:
        raise NotFound("run.unknown", run=until)
    before = next((run for run in published if run < last), 0) if since is None else since
    if since is not None and since not in (0, *published):
        raise NotFound("run.unknown", run=since)
    sums = rows(viewer, "SELECT * FROM linkage_drift_between(%s, %s)", [before, last])
    examples = rows(viewer, "SELECT * FROM linkage_drift_examples(%s, %s, %s)", [before, last, each])
    return Drift(
        before, last, tuple(Drifted(*row) for row in sums), tuple(DriftExample(*row) for row in examples)
    )
