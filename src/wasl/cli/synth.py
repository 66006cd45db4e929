"""`wasl synth` writes the lists of an alliance that does not exist; `wasl evaluate` judges what Wasl made of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wasl.cli.language import both
from wasl.cli.messages import say
from wasl.cli.output import JsonOption, declare_json, print_result
from wasl.cli.progress import progress
from wasl.kernel.errors import InvalidInput

if TYPE_CHECKING:
    import polars as pl

    from wasl.synth.judge import Score

LINK_COLUMNS = ("file", "sheet", "row", "role", "person", "family", "certain_person", "certain_family")
OVERLAP_COLUMNS = ("overlap", "certainty", "slot", "organisation", "file", "sheet", "row")
MEASURES = (
    "people", "people_hard", "families", "certain_people", "certain_people_hard", "certain_families",
    "overlaps", "certain_overlaps",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add `synth` and `evaluate`."""
    declare_json(
        "synth", folder="where the files are", files="lists written", rows="their rows", families="families there are",
        people="people there are", mentions="people named on rows, each with its truth",
        overlaps="true overlaps", overlap_rows="rows in them",
    )  # fmt: skip
    score = "both, predicted, true (counts of pairs), precision, recall, f1"
    declare_json(
        "evaluate",
        people=f"pairs of mentions on different rows: {score}",
        people_hard="the pairs of which one mention has no usable id of its own",
        families="pairs of rows, each with its registrant's family",
        certain_people="the same for the certain subjects",
        certain_people_hard="the hard pairs of these",
        certain_families="the same for the certain subjects",
        overlaps="pairs of rows of different organisations in one overlap of a slot; null without --overlaps",
        certain_overlaps="the same for certain overlaps alone",
        links_without_truth="mentions that the truth does not know",
        truth_without_links="mentions of the truth that links.csv lacks",
    )
    app.command("synth", help=both("اكتب كشوف تحالف خيالي", "Write the lists of a fictional alliance"))(synth)
    app.command("evaluate", help=both("قِس الربط على الحقيقة", "Judge links and overlaps against the truth"))(
        evaluate
    )


def synth(
    out: Annotated[Path, typer.Option("--out", help=both("مجلد جديد", "A new folder"))],
    families: Annotated[
        int, typer.Option("--families", help=both("عدد الأسر", "Founding families"))
    ] = 20_000,
    organisations: Annotated[
        int,
        typer.Option("--organisations", help=both("الجهات غير الوزارة", "Charities, beside the ministry")),
    ] = 10,
    seed: Annotated[
        int, typer.Option("--seed", help=both("بذرة: نفسها تعطي نفس الملفات", "Same seed, same files"))
    ] = 7,
    names: Annotated[str, typer.Option("--names", help="egypt | skewed")] = "egypt",
    clerks: Annotated[str, typer.Option("--clerks", help="usual | correlated")] = "usual",
    villages: Annotated[str, typer.Option("--villages", help="tidy | free")] = "tidy",
    as_json: JsonOption = False,
) -> None:
    """Write an alliance's lists, their manifest and the truth about them into a new folder."""
    from wasl.synth import generate

    if not (50 <= families <= 10_000_000 and 1 <= organisations <= 99 and seed >= 0):
        raise InvalidInput("synth.numbers", families=families, organisations=organisations)
    if (names, clerks, villages) not in product(
        ("egypt", "skewed"), ("usual", "correlated"), ("tidy", "free")
    ):
        raise InvalidInput("usage", said=f"--names {names} --clerks {clerks} --villages {villages}")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InvalidInput("synth.not_empty", folder=str(out))
    with progress() as report:
        counts = generate(
            out, families, organisations, seed, lambda stage, share: report(f"stage.{stage}", share), names=names,
            clerks=clerks, villages=villages,
        )  # fmt: skip
    print_result({"folder": str(out), **counts}, as_json, _synth_lines(out, counts))


def _synth_lines(out: Path, counts: dict[str, int]) -> Iterator[str]:
    yield say("synth.written", folder=str(out), **counts)
    yield say("synth.overlaps", **counts)


def evaluate(
    links: Annotated[Path, typer.Option("--links", help="links.csv | .parquet")],
    truth: Annotated[Path, typer.Option("--truth", help=both("مجلد synth", "The folder of synth"))],
    overlaps: Annotated[
        Path | None, typer.Option("--overlaps", help="overlaps.csv | .xlsx | .parquet")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Judge links, and overlaps where given, against the truth of `wasl synth`."""
    from wasl.synth import judge

    found = read_columns(links, LINK_COLUMNS)
    known = read_columns(
        truth / "truth.parquet", ("file", "sheet", "row", "role", "person", "family", "nid_ok")
    )
    scores: dict[str, Score] = judge.score_links(found, known)
    if overlaps is not None:
        stated = read_columns(overlaps, OVERLAP_COLUMNS)
        true = read_columns(truth / "truth_overlaps.parquet", OVERLAP_COLUMNS)
        scores["overlaps"] = judge.score_overlaps(stated, true)
        certain = stated.filter(stated["certainty"] == "certain")
        scores["certain_overlaps"] = judge.score_overlaps(certain, true)
    unmatched = judge.count_unmatched(found, known)
    result = {measure: scores[measure].as_dict() if measure in scores else None for measure in MEASURES}
    print_result({**result, **unmatched}, as_json, _score_lines(scores, unmatched))


def _score_lines(scores: dict[str, Score], unmatched: dict[str, int]) -> Iterator[str]:
    heads = {column: say(f"evaluate.{column}") for column in ("precision", "recall", "f1", "pairs")}
    yield say("evaluate.heading", measure="", **heads)
    for measure, score in scores.items():
        cells = {
            "precision": f"{score.precision:.4f}",
            "recall": f"{score.recall:.4f}",
            "f1": f"{score.f1:.4f}",
        }
        yield say("evaluate.heading", measure=say(f"evaluate.{measure}"), pairs=f"{score.true:,}", **cells)
    yield say("evaluate.unmatched", **unmatched)


def read_columns(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    """
    Read a table's columns by name, as text but for Parquet, whose types are its own.

    :raises InvalidInput: the file cannot be read, or lacks a column.
    """
    import polars as pl
    from polars.exceptions import PolarsError

    try:
        if path.suffix.lower() == ".parquet":
            frame = pl.read_parquet(path)
        elif path.suffix.lower() == ".xlsx":
            frame = pl.read_excel(path, engine="calamine", infer_schema_length=0)
        else:
            frame = pl.read_csv(path, infer_schema=False, encoding="utf8")
    except (OSError, PolarsError) as error:
        raise InvalidInput("evaluate.unreadable", file=str(path)) from error
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise InvalidInput("evaluate.columns_missing", file=path.name, columns=", ".join(missing))
    return frame.select(columns)
