"""
What a run reads and judges: everything, or what changed since the run before.

Which of the two is decided here. Whatever stands in the way of going on (no state, another engine, another model,
too much that is new) makes a run read everything, and says why in one word that the run's row keeps.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

import numpy as np
import polars as pl
import psycopg

from wasl.linkage.engine import engine_version, run_changes, run_engine
from wasl.linkage.export import RunInput, read_input
from wasl.linkage.kept_models import current_model, model_for_full_run
from wasl.linkage.plan import Plan
from wasl.linkage.publishing import Pairs, count_standing_pairs, make_difference, shape_pairs
from wasl.linkage.region import Items, Region, read_region
from wasl.linkage.rules import Grade, RunKind
from wasl.linkage.runs import How, find_published_digest
from wasl.linkage.state_files import Arrays, Facts, KeptState, Parts, StateUnusable, find_state
from wasl.linkage.touched import ChangedInput, digest_verdicts, print_entries, read_changes
from wasl.matching import ChangeResult, LinkResult, LinkState, ModelFile

Progress = Callable[[str, float], None]
Cancelled = Callable[[], bool]
Stage = Callable[[str], AbstractContextManager[None]]

ENTRIES = "entries"
"""The part of a state that is linkage's own: what every entry was when it was read."""
LARGE = 3
"""From a third of the records on that are new or changed, reading everything is no slower."""


@dataclass(frozen=True)
class Judged:
    """What a run found, what that changes, and the state from which the next one may go on."""

    result: LinkResult
    read: RunInput
    plan: Plan
    pairs: Pairs
    counts: dict[str, int]
    within: Items | None = None
    state: LinkState | None = None

    @property
    def age_day(self) -> date | None:
        """Return the newest month that was read, by which ages are reckoned."""
        newest = self.read.entries["last_month"].max()
        return newest if isinstance(newest, date) else None


@dataclass(frozen=True)
class Base:
    """The published run that an increment goes on from."""

    run: int
    digest: bytes
    lists: list[int]
    counts: dict[str, int]
    kept: KeptState


class Work(Protocol):
    """What a run is to read and judge."""

    @property
    def digest(self) -> bytes: ...
    @property
    def lists(self) -> list[int]: ...
    @property
    def how(self) -> How: ...
    @property
    def verdicts(self) -> pl.DataFrame: ...
    @property
    def touched_rows(self) -> list[int]: ...
    @property
    def base(self) -> KeptState | None: ...
    def is_nothing_new(self, connection: psycopg.Connection) -> int | None:
        """Return the published run whose input this is, or None."""
        ...

    def judge(self, progress: Progress, cancelled: Cancelled, stage: Stage) -> Judged:
        """Link, and compare with what stands."""
        ...

    def state_parts(self, judged: Judged, run: int) -> tuple[Facts, Parts] | None:
        """Return what the next run may go on from, under the number of this one."""
        ...


class WholeWork:
    """Everything that active lists hold."""

    base: KeptState | None = None

    def __init__(self, connection: psycopg.Connection, *, why: str, model: ModelFile | None) -> None:
        self.connection = connection
        self.read = read_input(connection, salt=engine_version())
        self.model = model = model or model_for_full_run(connection, records=self.read.records.height)
        self.how = How(
            RunKind.FULL, None, why, model.version if model else "", records=self.read.records.height
        )
        self.digest, self.verdicts = self.read.digest, self.read.verdicts
        self.lists, self.touched_rows = self.read.lists, self.read.touched_rows

    def is_nothing_new(self, connection: psycopg.Connection) -> int | None:
        last = find_published_digest(connection)
        if last is None or last[1] != self.digest:
            return None
        row = connection.execute("SELECT model_version FROM linkage_run WHERE id = %s", [last[0]]).fetchone()
        return last[0] if self.model is None or row == (self.model.version,) else None

    def judge(self, progress: Progress, cancelled: Cancelled, stage: Stage) -> Judged:
        with stage("engine"):
            result = run_engine(self.read, model=self.model, progress=progress, cancelled=cancelled)
        with stage("compare"):
            plan = make_difference(self.connection, self.read, result)
            pairs = shape_pairs(result)
        counts = {
            "records": self.read.records.height,
            "entries": self.read.entries.height,
            "lists": len(self.lists),
            **_count(self.verdicts, result, plan, _by_grade(pairs)),
        }
        return Judged(result, self.read, plan, pairs, counts, state=result.state)

    def state_parts(self, judged: Judged, run: int) -> tuple[Facts, Parts] | None:
        if judged.state is None:
            return None
        ids, prints = print_entries(self.read.entries, self.read.editions)
        facts = _facts(self.connection, run, self.digest, judged.result, self.verdicts)
        return facts, {**judged.state.parts(), ENTRIES: {"ids": ids, "prints": prints}}


class PartWork:
    """What changed since a published run, judged with whatever it touches."""

    def __init__(
        self,
        connection: psycopg.Connection,
        found: Base,
        *,
        model: ModelFile | None,
        only: Sequence[int] | None = None,
    ) -> None:
        self.connection, self.model, self.found = connection, model, found
        self.base: KeptState | None = found.kept
        known = found.kept.read(ENTRIES)
        self.changed: ChangedInput = read_changes(
            connection,
            ids=known["ids"],  # type: ignore[arg-type]
            prints=known["prints"],  # type: ignore[arg-type]
            lists=found.lists,
            salt=found.digest + engine_version(),
            only=only,
        )
        read = self.changed.read
        if LARGE * read.records.height > found.counts.get("records", 0):
            raise StateUnusable("large")
        self.how = How(
            RunKind.INCREMENT, found.run, "", model.version if model else "", records=read.records.height
        )
        self.digest, self.verdicts, self.lists = read.digest, read.verdicts, self.changed.lists
        self.touched_rows = self.changed.touched.rows

    def is_nothing_new(self, connection: psycopg.Connection) -> int | None:
        same = digest_verdicts(self.verdicts) == self.found.kept.facts.verdicts
        return self.found.run if same and self.changed.is_empty else None

    def judge(self, progress: Progress, cancelled: Cancelled, stage: Stage) -> Judged:
        with stage("engine"):
            outcome, items, region = self._judge_region(progress, cancelled)
        with stage("compare"):
            plan = make_difference(self.connection, region.read, outcome.result, standing=region.standing)
            plan = replace(plan, counts={**plan.counts, **_totals(outcome.counts)})
            pairs = shape_pairs(outcome.result)
            grades = self._grades(pairs, items)
        counts = {
            **{name: int(outcome.counts[name]) for name in ("records", "entries")},
            "lists": len(self.lists),
            **_count(self.verdicts, outcome.result, plan, grades),
        }
        return Judged(outcome.result, region.read, plan, pairs, counts, items, outcome.state)

    def state_parts(self, judged: Judged, run: int) -> tuple[Facts, Parts] | None:
        if judged.state is None:
            return None
        facts = _facts(self.connection, run, self.digest, judged.result, self.verdicts)
        own: Arrays = {"ids": self.changed.kept_ids, "prints": self.changed.kept_prints}
        return facts, {**judged.state.parts(), ENTRIES: own}

    def _judge_region(self, progress: Progress, cancelled: Cancelled) -> tuple[ChangeResult, Items, Region]:
        """Judge what changed; where what stands reaches further than its region, judge that as well."""
        state = open_state(self.found.kept)
        again = self.changed.again
        while True:
            outcome = run_changes(
                state,
                self.changed.read,
                self.changed.gone.tolist(),
                again.tolist(),
                model=self.model,
                progress=progress,
                cancelled=cancelled,
            )
            items = Items(
                np.asarray(outcome.records, np.int64),
                np.asarray(outcome.entries, np.int64),
                np.asarray(outcome.gone_records, np.int64),
                self.changed.gone,
            )
            homes = outcome.result.memberships.column("certain_family").to_numpy()
            region = read_region(
                self.connection, items, self.verdicts, homes=np.setdiff1d(homes, items.entries)
            )
            # What came since this run read is for the next one.
            beyond = np.intersect1d(region.outside, self.changed.kept_ids)
            more = np.union1d(again, beyond)
            if not len(beyond):
                return outcome, items, region
            if len(more) == len(again):
                raise StateUnusable("reach")
            again = more

    def _grades(self, pairs: Pairs, items: Items) -> dict[str, int]:
        before = count_standing_pairs(self.connection, items)
        now = pairs.count_grades()
        grades = {str(grade): self.found.counts.get(f"pairs_{grade}", 0) for grade in Grade}
        return {grade: size - before.get(grade, 0) + now.get(grade, 0) for grade, size in grades.items()}


def choose_work(
    connection: psycopg.Connection, *, full: bool, why: str = "", model: ModelFile | None
) -> Work:
    """Return what a run reads: what changed, where it can go on from the last one; `full` settles it, for `why`."""
    try:
        if full:
            raise StateUnusable(why or "asked")
        return choose_part(connection, model=model)
    except StateUnusable as error:
        return WholeWork(connection, why=error.reason, model=model)


def choose_part(
    connection: psycopg.Connection, *, model: ModelFile | None, only: Sequence[int] | None = None
) -> Work:
    """
    Return what changed since the last run, of `only` these entries where they are given.

    :raises StateUnusable: there is nothing to go on from.
    """
    model = model or current_model(connection)
    return PartWork(connection, find_base(connection, model), model=model, only=only)


def find_base(connection: psycopg.Connection, model: ModelFile | None) -> Base:
    """
    Return the last published run with its state.

    :raises StateUnusable: there is none, or something it was made from is not what it was.
    """
    row = connection.execute(
        "SELECT id, input_digest, lists, counts FROM linkage_run WHERE state = 'done' AND input_digest IS NOT NULL"
        " ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        raise StateUnusable("first")
    began = connection.execute(
        "SELECT FROM linkage_run WHERE id > %s AND kind = 'full' AND stage = 'publish'"
        " AND state IN ('failed', 'running', 'publishing')",
        [row[0]],
    ).fetchone()
    if began is not None:
        raise StateUnusable("unfinished")
    kept = find_state(int(row[0]), bytes(row[1]))
    facts = kept.facts
    if facts.engine != engine_version().hex():
        raise StateUnusable("engine")
    if model is not None and facts.model != model.digest:
        raise StateUnusable("model")
    then, now = json.loads(facts.organisations), _ministries(connection)
    if any(then[one] != now.get(one) for one in then):
        raise StateUnusable("organisations")
    return Base(int(row[0]), bytes(row[1]), list(row[2]), dict(row[3]), kept)


def open_state(kept: KeptState) -> LinkState:
    """
    Read a state whole.

    :raises StateUnusable: a part is missing or damaged, or of another format.
    """
    try:
        return LinkState.from_parts({part: kept.read(part) for part in kept.files if part != ENTRIES})
    except (KeyError, ValueError, TypeError) as error:
        raise StateUnusable("damaged") from error


def _facts(
    connection: psycopg.Connection, run: int, digest: bytes, result: LinkResult, verdicts: pl.DataFrame
) -> Facts:
    return Facts(
        run=run,
        digest=digest.hex(),
        engine=engine_version().hex(),
        organisations=json.dumps(_ministries(connection)),
        model=result.model_file.digest,
        verdicts=digest_verdicts(verdicts),
    )


def _ministries(connection: psycopg.Connection) -> dict[str, bool]:
    rows = connection.execute("SELECT id, kind = 'ministry' FROM organisations_organisation ORDER BY id")
    return {str(row[0]): bool(row[1]) for row in rows.fetchall()}


def _by_grade(pairs: Pairs) -> dict[str, int]:
    found = pairs.count_grades()
    return {str(grade): found.get(str(grade), 0) for grade in Grade}


def _totals(counts: dict[str, int]) -> dict[str, int]:
    names = ("people", "certain_people", "families", "certain_families")
    return {name: int(counts[name]) for name in names}


def _count(verdicts: pl.DataFrame, result: LinkResult, plan: Plan, grades: dict[str, int]) -> dict[str, int]:
    return {
        "verdicts": verdicts.height,
        **plan.counts,
        **{f"pairs_{grade}": size for grade, size in grades.items()},
        "changed_links": plan.links.height,
        "changed_families": plan.entry_links.height,
        **{f"engine_{name}": int(size) for name, size in result.counts.items()},
    }
