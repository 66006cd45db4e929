"""`wasl model`: what pairs are weighed by, as a thing to be looked at, learnt, measured and changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wasl.cli.language import both
from wasl.cli.messages import say
from wasl.cli.output import JsonOption, declare_json, print_result, written_whole
from wasl.cli.progress import progress
from wasl.cli.session import now, open_viewer
from wasl.kernel.errors import InvalidInput, Unavailable

if TYPE_CHECKING:
    import polars as pl

    from wasl.linkage.kept_models import ModelView
    from wasl.matching import ModelFile
    from wasl.organisations.viewer import Viewer

VersionArgument = Annotated[
    str | None,
    typer.Argument(metavar="VERSION|FILE", help=both("رقم النموذج أو ملفه", "a version, or a file")),
]
CLASSES = ("careful", "usual", "careless")
_BAR_BITS = 1.0
_BAR_MOST = 24


def register(app: typer.Typer) -> None:
    """Add the commands of the model."""
    declare_json(
        "model list",
        version="what it is called",
        state="current, draft or past",
        made_at="when it was learnt or added",
        made_by="by whom",
        is_chosen="true where a person asked for it",
        note="what was noted",
        run_id="the first run that used it, or null",
        used_from="since when it was used, or null",
        records="how many records it was learnt from",
    )
    declare_json(
        "model show",
        version="what it is called",
        made_from="records, id_pairs, judged_pairs, decided_pairs",
        organisations="number of the organisation: 0 careful, 1 usual, 2 careless",
        priors="others, sibling, kin, parent; like all weights in hundredths of a bit",
        slips="what a misspelt name adds to its rarity",
        comparisons="comparison, level, rival: one weight, or one for each class of organisations",
        thresholds="likely, possible, certain, family_likely, same, maybe",
        evaluation="as `model evaluate` prints it",
        format="of this file",
    )
    evaluation = {
        "at": "when it was measured",
        "records": "how many were linked",
        "ids_hidden": "how many ids were hidden; precision and recall: value, low, high, n",
        "verdicts": "of pairs decided the same, and decided different: how many came out so",
        "sample": "precision and recall over the monthly sample",
        "calibration": "by weight: pairs, how many of them are expected to be one person, and how many are",
        "truth": "only with --truth: precision and recall over all pairs",
    }
    declare_json("model evaluate", **evaluation)
    declare_json("model learn", version="of the draft", file="where it was written, or null", **evaluation)
    declare_json(
        "model use",
        run="number of the run that waits",
        version="the model",
        published="true with --publish",
        difference="what publishing changes: before_, after_, new_, joined_, separated_, first_, moved_ people and"
        " families; organisations, touched_families",
    )
    model = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help=both("بمَ نزن كل تشابه بين سجلين", "What every likeness of two records weighs"),
    )
    model.command("list", help=both("كل النماذج", "All models"))(list_)
    model.command("show", help=both("اعرض الأوزان", "Draw the weights"))(show)
    model.command("learn", help=both("تعلّم نموذجًا من السجل", "Learn a model from the registry"))(learn)
    model.command("evaluate", help=both("قِس صواب النموذج", "Measure how right a model is"))(evaluate)
    model.command("use", help=both("جهّز مطابقة بنموذج آخر", "Prepare a matching by another model"))(use)
    app.add_typer(model, name="model")


def list_(as_json: JsonOption = False) -> None:
    """List the models, the current one first."""
    viewer = open_viewer()
    from dataclasses import asdict

    from wasl.linkage.kept_models import list_models

    found = list_models(viewer)
    lines = [_model_line(one) for one in found] or [say("model.none")]
    print_result([asdict(one) for one in found], as_json, lines)


def _model_line(one: ModelView) -> str:
    return say(
        "model.line",
        version=one.version,
        state=say(f"model.{one.state}"),
        on=one.made_at.date(),
        by=one.made_by,
        records=f"{one.records or 0:,}",
        note=one.note,
    ).rstrip()


def show(version: VersionArgument = None, as_json: JsonOption = False) -> None:
    """Draw what every level of every comparison weighs."""
    viewer = open_viewer()
    model = _find(viewer, version)
    print_result(model.to_content(), as_json, _drawn(model))


def _drawn(model: ModelFile) -> Iterator[str]:
    yield say("model.heading", version=model.version)
    made = {name: f"{size:,}" for name, size in model.made_from.items() if isinstance(size, int)}
    yield say("model.made_from", **made)
    for name, weight in model.thresholds.items():
        yield say("model.threshold", name=say(f"model.threshold.{name}"), weight=_bits(weight))
    yield say("model.legend")
    for comparison, levels in model.comparisons.items():
        yield say("model.comparison", comparison=say(f"comparison.{comparison}"))
        for level, rates in levels.items():
            yield _level_line(level, rates)
    yield from _class_lines(model)
    if model.evaluation:
        yield from _evaluation_lines(model.evaluation)


def _level_line(level: str, rates: Mapping[str, tuple[int, int, int]]) -> str:
    careful, usual, careless = rates["stranger"]
    spread = (
        "" if careful == careless else say("model.spread", careful=_bits(careful), careless=_bits(careless))
    )
    seen = 100 * 2.0 ** (rates["agree"][1] / 100)
    line = say(
        "model.level", level=say(f"level.{level}"), seen=f"{seen:5.1f}", weight=_bits(usual), bar=_bar(usual)
    )
    return f"{line} {spread}".rstrip()


def _bar(weight: int) -> str:
    """Draw a weight: a block for each bit, hollow where it speaks against."""
    size = min(_BAR_MOST, round(abs(weight) / 100 / _BAR_BITS))
    return ("█" if weight > 0 else "░") * size


def _class_lines(model: ModelFile) -> Iterator[str]:
    for grade, name in enumerate(CLASSES):
        members = [str(number) for number, found in model.organisations.items() if found == grade]
        if members and name != "usual":
            yield say(f"model.class.{name}", organisations=", ".join(members))


def learn(
    precision: Annotated[
        float | None,
        typer.Option(
            "--precision", help=both("الصواب المطلوب، مثل 0.99", "what share is to be right, as 0.99")
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help=both("اكتبه في ملف أيضًا", "write it to a file as well"))
    ] = None,
    note: Annotated[str, typer.Option("--note", help=both("ملاحظة", "a note"))] = "",
    as_json: JsonOption = False,
) -> None:
    """Learn from ids, from agreement and from verdicts; measure; keep as a draft. Nothing is linked by it."""
    viewer = open_viewer()
    from wasl.linkage.model_work import learn_model

    with progress(quiet=as_json) as report:
        model = learn_model(by=viewer, at=now(), precision=precision, note=note, progress=report)
    if out is not None:
        with written_whole(out) as draft:
            draft.write_text(model.to_json(), encoding="utf-8")
    lines = [say("model.learnt", version=model.version), *_evaluation_lines(model.evaluation)]
    lines.append(say("model.how_to_use", version=model.version))
    told = {"version": model.version, "file": None if out is None else str(out), **model.evaluation}
    print_result(told, as_json, lines)


def evaluate(
    version: VersionArgument = None,
    truth: Annotated[
        Path | None,
        typer.Option(
            "--truth",
            help=both(
                "‎.parquet فيه record_id وperson", "a .parquet of record_id and person, of made-up data"
            ),
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Link everything with some ids hidden, and tell how much of what they say comes out."""
    viewer = open_viewer()
    from wasl.linkage.model_work import evaluate_model

    model, known = _find(viewer, version), None if truth is None else _read_truth(truth)
    with progress(quiet=as_json) as report:
        found = evaluate_model(by=viewer, at=now(), model=model, truth=known, progress=report)
    lines = [say("model.heading", version=model.version), *_evaluation_lines(found)]
    print_result(found, as_json, lines)


def _read_truth(path: Path) -> pl.DataFrame:
    from wasl.cli.synth import read_columns

    return read_columns(path, ("record_id", "person"))


def _evaluation_lines(found: Mapping[str, Any]) -> Iterator[str]:
    hidden, sample, decided = found["ids_hidden"], found["sample"], found["verdicts"]
    yield say("model.hidden", hidden=f"{hidden['hidden']:,}")
    for name in ("precision", "recall"):
        yield _share_line(name, hidden[name])
    if sample["pairs"]:
        yield say("model.sample", pairs=f"{sample['pairs']:,}")
        for name in ("precision", "recall"):
            yield _share_line(name, sample[name])
    for name in ("same", "different"):
        if decided[name]:
            yield _share_line(f"decided_{name}", decided[name])
    if found["calibration"]:
        yield say("model.calibration")
        for row in found["calibration"]:
            yield say(
                "model.calibrated",
                low=_bits(row["from"]),
                high=_bits(row["to"]),
                pairs=f"{row['pairs']:,}",
                expected=f"{100 * row['expected']:.1f}",
                seen=f"{100 * row['seen']['value']:.1f}",
            )
    if found.get("truth"):
        yield say(
            "model.truth", **{name: f"{found['truth'][name] or 0:.4f}" for name in ("precision", "recall")}
        )


def _share_line(name: str, share: Mapping[str, Any] | None) -> str:
    if share is None:
        return say("model.unknown_share", name=say(f"model.{name}"))
    shown = {bound: f"{100 * share[bound]:.2f}" for bound in ("value", "low", "high")}
    return say("model.share", name=say(f"model.{name}"), n=f"{share['n']:,}", **shown)


def use(
    version: Annotated[
        str, typer.Argument(metavar="VERSION|FILE", help=both("رقم النموذج أو ملفه", "a version, or a file"))
    ],
    publish: Annotated[
        bool, typer.Option("--publish", help=both("انشر دون انتظار", "publish at once, wait for nobody"))
    ] = False,
    note: Annotated[str, typer.Option("--note", help=both("ملاحظة", "a note"))] = "",
    as_json: JsonOption = False,
) -> None:
    """Link everything by a model, show what it would change, and let it wait to be published."""
    viewer = open_viewer()
    from wasl.linkage.actions import prepare_linkage, publish_prepared
    from wasl.linkage.kept_models import add_model
    from wasl.linkage.run_queries import list_runs
    from wasl.matching import LinkCancelled

    model = add_model(by=viewer, at=now(), model=_find(viewer, version), note=note)
    try:
        with progress(quiet=as_json) as report:
            run = prepare_linkage(by=viewer, at=now(), progress=report, full=True, model=model).run
            view = next(one for one in list_runs(viewer) if one.id == run)
            published = (
                publish and publish_prepared(by=viewer, at=now(), run_id=run, progress=report).published
            )
    except LinkCancelled as error:
        raise Unavailable("linkage.cancelled") from error
    counts = {name: f"{size:,}" for name, size in view.difference.items()}
    lines = [say(f"model.difference.{name}", **counts) for name in ("people", "families", "changes", "moved")]
    lines.append(say("model.published" if published else "model.waits", run=run, version=model.version))
    told = {"run": run, "version": model.version, "published": published, "difference": view.difference}
    print_result(told, as_json, lines)


def _find(viewer: Viewer, version: str | None) -> ModelFile:
    """Return a model by its version, or out of a file; the current one where none is named."""
    from wasl.linkage.kept_models import find_model, read_model_text

    if version is None or not Path(version).is_file():
        return find_model(viewer, version)
    try:
        return read_model_text(Path(version).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("model.invalid", where=version) from error


def _bits(weight: int) -> str:
    return f"{weight / 100:+.1f}"
