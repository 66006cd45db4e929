"""An increment: what changed, judged against everything that stands, at a cost that follows the change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from wasl.matching.again import FIRST, LAST, Tools, families_again, inside_again, people_again
from wasl.matching.columns import Source
from wasl.matching.context import rarity_table
from wasl.matching.encode import open_inputs
from wasl.matching.finding import find_again
from wasl.matching.options import Array, Cancelled, LinkOptions, LinkResult, NameRules, Progress
from wasl.matching.region import bound_region, count_all, judge_region
from wasl.matching.stages import Stages
from wasl.matching.state import LinkState
from wasl.matching.taking import settle_again, take_changes
from wasl.matching.work import Work

_STEPS = 9


@dataclass(frozen=True)
class Changes:
    """
    What changed since a state was left.

    `records`, `entries`, `members`, `editions` (all active lists of the entries) tell of entries that are new or
    changed, each with all its people; `gone_entries` are those that no active list holds any more: records that
    stand in no other entry go with them. `verdicts`: all that stand now. `again`: entries that the result is
    to tell of in any case.
    """

    records: Source
    entries: Source
    members: Source
    editions: Source | None = None
    verdicts: Source | None = None
    gone_entries: Sequence[int] = ()
    again: Sequence[int] = ()


@dataclass(frozen=True)
class ChangeResult:
    """
    What a change did.

    `result` tells of the region alone: of its people (`records`), its families (`entries`), and of all kept pairs
    with an end in it. `gone_records` went with their entries. `counts` are of everything.
    """

    result: LinkResult
    records: Array
    entries: Array
    gone_records: Array
    state: LinkState
    counts: dict[str, int]


def link_changes(
    state: LinkState,
    changes: Changes,
    *,
    names: NameRules,
    options: LinkOptions | None = None,
    workdir: Path,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> ChangeResult:
    """
    Link what changed, by the model and the terms that the state's full run left; the given state stays as it is.

    What it leaves differs from what `link_records` finds with the same frozen context in nothing but what the
    package's README names.

    :raises LinkCancelled: `cancelled()` returned true.
    """
    work = Work(state)
    options = replace(options or LinkOptions(), model=work.context.model).settled()
    stages = Stages(Path(workdir), "", _STEPS, progress, cancelled)
    inputs = open_inputs(
        changes.records, changes.entries, changes.members, changes.editions, changes.verdicts
    )
    with stages.step("taken"):
        touched = take_changes(work, inputs, changes.gone_entries, names, options)
        settled = settle_again(work, touched, stages)
    tools = Tools(work, work.context.weights(work.context.words), options, stages)
    with stages.step("found"):
        links, ends = find_again(work, touched, settled, tools.weights, options, stages)
    changed = settled.judged | settled.marked
    dirty = changed | settled.grouped | links | touched.verdicts["person"]
    with stages.step("people_first"):
        moved = people_again(tools, "person_first", dirty.copy(), touched)
    with stages.step("families_first"):
        shifted, _ = families_again(tools, FIRST, changed | moved, touched)
    with stages.step("inside"):
        inner = inside_again(tools, changed | moved, shifted, touched)
    with stages.step("people"):
        parted = people_again(tools, "person", dirty | inner, touched)
    with stages.step("families"):
        families, pairs = families_again(tools, LAST, changed | parted, touched)
    with stages.step("result"):
        again, there = work.find("entries", np.asarray(changes.again, dtype=np.int64))
        pairs[again[there]] = True
        reached = changed | settled.grouped | ends | inner | parted | touched.verdicts["person"]
        reached &= np.append(work.records["alive"], False)
        records, entries = bound_region(
            work, reached, families | pairs | touched.told | touched.verdicts["family"]
        )
        result = judge_region(tools, records, entries)
        counts = count_all(work)
    result = replace(
        result,
        dictionary=work.context.dictionary,
        rarity=rarity_table(work.context),
        counts=counts,
    )
    return ChangeResult(
        result=result,
        records=work.records["record_id"][np.flatnonzero(records)],
        entries=work.entries["e_id"][np.flatnonzero(entries)],
        gone_records=work.records["record_id"][np.flatnonzero(touched.loose)],
        state=work.close(),
        counts=counts,
    )
