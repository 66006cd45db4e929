"""Learning a model from the registry, and measuring one on it. Both read everything and change nothing there."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import polars as pl
import psycopg

from wasl.country.egypt.names import engine_rules
from wasl.kernel.errors import InvalidInput, RuleRefused
from wasl.linkage.audit_sample import judged_pairs
from wasl.linkage.engine import engine_version, runs_folder
from wasl.linkage.export import RunInput, read_input
from wasl.linkage.kept_models import add_model
from wasl.linkage.model_evaluation import (
    calibrate,
    choose_threshold,
    draw_hidden,
    hide_ids,
    judge_decided,
    judge_hidden,
    judge_sample,
    judge_truth,
    weigh_known,
)
from wasl.linkage.permissions import check_can_link
from wasl.linkage.runs import one_run_at_a_time
from wasl.matching import LinkCancelled, LinkOptions, LinkResult, ModelFile, NameRules, link_records
from wasl.matching.refine import read_model
from wasl.matching.stages import read_stage
from wasl.organisations.viewer import Viewer

Progress = Callable[[str, float], None]

LEAST_LIKELY, MOST_LIKELY = 0, 1000
"""However sure or unsure the pairs that were seen make one: a threshold stays within these."""


def learn_model(
    *,
    by: Viewer,
    at: datetime,
    precision: float | None = None,
    note: str = "",
    progress: Progress | None = None,
) -> ModelFile:
    """
    Learn a model from all that active lists hold, measure it, and keep it as a draft.

    With `precision` the threshold of likely links is the lowest above which so many pairs, of those whose truth
    is known, are one person. Nothing is linked by it: `prepare_linkage` shows what it would change.

    :raises NotAllowed: only the desk may. :raises Unavailable: a run is on.
    :raises RuleRefused: too few pairs are known to choose a threshold by.
    """
    check_can_link(by)
    if precision is not None and not 0.5 <= precision < 1:
        raise InvalidInput("model.precision_out_of_range", given=precision)
    with _registry() as (connection, read, folder):
        model = _learn(read, folder, progress)
        known, result = _link_hidden(read, folder, model, progress)
        if precision is not None:
            model = _with_threshold(
                model, weigh_known(known, pl.DataFrame(pl.from_arrow(result.pairs))), precision
            )
            _, result = _link_hidden(read, folder, model, progress)
        evaluation = _evaluate(connection, read, known, result, at, None)
    return add_model(by=by, at=at, model=replace(model, evaluation=evaluation), note=note)


def evaluate_model(
    *,
    by: Viewer,
    at: datetime,
    model: ModelFile,
    truth: pl.DataFrame | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """
    Measure a model on all that active lists hold; `truth` (record_id, person) where it is known.

    :raises NotAllowed: only the desk may. :raises Unavailable: a run is on.
    """
    check_can_link(by)
    with _registry() as (connection, read, folder):
        known, result = _link_hidden(read, folder, model, progress)
        return _evaluate(connection, read, known, result, at, truth)


@contextmanager
def _registry() -> Iterator[tuple[psycopg.Connection, RunInput, Path]]:
    """Hold the lock of runs, read everything, and give a closed folder that vanishes: ids are in plain there."""
    with one_run_at_a_time() as connection:
        read = read_input(connection, salt=engine_version())
        runs_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix="model-", dir=runs_folder()))
        try:
            yield connection, read, folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _learn(read: RunInput, folder: Path, progress: Progress | None) -> ModelFile:
    """Run the engine as far as its model."""
    with _stopped_at("scored", progress) as hooks:
        _link(read, folder / "learning", read.engine_records(), LinkOptions(), hooks, verdicts=True)
    return read_model(read_stage(folder / "learning", "refined"))


def _link_hidden(
    read: RunInput, folder: Path, model: ModelFile, progress: Progress | None
) -> tuple[pl.DataFrame, LinkResult]:
    """
    Link everything by the model without some ids and without verdicts.

    Return the records that one trusted id holds together, with those whose id was hidden, and the result.
    """
    records = pl.DataFrame(pl.from_arrow(read.engine_records()))
    if not (folder / "learning" / "collapsed.npz").exists():
        with _stopped_at("learnt", progress) as hooks:
            _link(read, folder / "learning", records.to_arrow(), LinkOptions(model=model), hooks)
    collapsed = read_stage(folder / "learning", "collapsed")
    ids = read_stage(folder / "learning", "encoded")["record_id"]
    known = draw_hidden(
        pl.DataFrame({"record_id": ids, "group": collapsed["group"]}).filter(pl.Series(collapsed["trusted"]))
    )
    hooks = {"progress": progress and _renamed(progress)}
    work = folder / model.digest[:12]
    shown = hide_ids(records, known.filter("hidden")["record_id"])
    result = _link(read, work, shown.to_arrow(), LinkOptions(model=model), hooks)
    return known, result


def _link(
    read: RunInput,
    workdir: Path,
    records: Any,
    options: LinkOptions,
    hooks: Mapping[str, Any],
    *,
    verdicts: bool = False,
) -> LinkResult:
    oldest = pl.CompatLevel.oldest()
    said = read.verdicts.drop("verdict_id").to_arrow(compat_level=oldest)
    return link_records(
        records,
        read.entries.drop("first_month").to_arrow(compat_level=oldest),
        read.members.to_arrow(compat_level=oldest),
        editions=read.editions.to_arrow(compat_level=oldest),
        verdicts=said if verdicts else None,
        names=NameRules(**engine_rules()),
        workdir=workdir,
        options=options,
        **hooks,
    )


def _renamed(progress: Progress) -> Progress:
    return lambda stage, share: progress("stage.link_engine", share)


@contextmanager
def _stopped_at(stage: str, progress: Progress | None) -> Iterator[dict[str, Any]]:
    """Give hooks that stop a run where this stage begins: what is before it stays on disk."""
    reached: list[str] = []

    def told(name: str, share: float) -> None:
        reached.append(name)
        if progress is not None:
            progress("stage.model_learn", share)

    try:
        yield {"progress": told, "cancelled": lambda: stage in reached}
    except LinkCancelled:
        return


def _with_threshold(model: ModelFile, weighed: pl.DataFrame, precision: float) -> ModelFile:
    likely = choose_threshold(weighed, precision)
    if likely is None:
        raise RuleRefused("model.too_few_known", pairs=weighed.height)
    likely = min(max(likely, LEAST_LIKELY), MOST_LIKELY)
    chosen = dict(model.thresholds) | {"likely": likely}
    chosen["certain"] = max(chosen["certain"], likely)
    model = replace(model, thresholds=chosen)
    return replace(model, version=model.digest[:8])


def _evaluate(
    connection: psycopg.Connection,
    read: RunInput,
    known: pl.DataFrame,
    result: LinkResult,
    at: datetime,
    truth: pl.DataFrame | None,
) -> dict[str, Any]:
    people = pl.DataFrame(pl.from_arrow(result.people))
    pairs = pl.DataFrame(pl.from_arrow(result.pairs))
    decided = read.verdicts.filter(pl.col("kind") == "person").select(
        a_id="record_a", b_id="record_b", is_same=pl.col("verdict") == "same"
    )
    out: dict[str, Any] = {
        "at": at.isoformat(),
        "records": people.height,
        "ids_hidden": judge_hidden(known, people),
        "verdicts": judge_decided(decided, people),
        "sample": judge_sample(judged_pairs(connection), people),
        "calibration": calibrate(weigh_known(known, pairs)),
    }
    return out if truth is None else {**out, "truth": judge_truth(truth, people)}
