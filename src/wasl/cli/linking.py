"""`wasl link`, `explain`, `verdict` and `export links`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from wasl.cli.explaining import explanation_json, explanation_lines, verdict_line
from wasl.cli.language import both
from wasl.cli.messages import say
from wasl.cli.output import JsonOption, declare_json, print_result, write_table, written_whole
from wasl.cli.progress import progress
from wasl.cli.session import now, open_viewer
from wasl.kernel.errors import InvalidInput, RuleRefused, Unavailable

if TYPE_CHECKING:
    from wasl.linkage.actions import RunResult
    from wasl.linkage.rules import PairKind
    from wasl.organisations.viewer import Viewer

RecordArgument = Annotated[
    str, typer.Argument(metavar="RECORD", help=both("كشف:سطر أو كشف:سطر:دور", "LIST:ROW or LIST:ROW:ROLE"))
]
FamilyOption = Annotated[
    bool,
    typer.Option(
        "--family", help=both("الحكم على الأسرتين لا الفردين", "about the families, not the people")
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of linking."""
    declare_json(
        "link",
        run="number of the run",
        nothing_new="true where nothing changed since the last run; the numbers are that run's",
        published="false with --no-publish",
        kind="full or increment: everything was read, or what changed since the last run",
        why_full="why everything was read: asked, first, missing, damaged, foreign, engine, model, organisations,"
        " large, unfinished, reach; empty for an increment",
        base_run="the run that an increment went on from, or null",
        read_records="records that were read",
        figures_later="true where gaps are counted by a job of the worker",
        people="people, best estimate",
        families="families, best estimate",
        queue="pairs of records that wait for a review",
        counts="records, entries, lists, verdicts; certain_, new_, joined_, separated_ people and families;"
        " pairs_ by grade; changed_links, changed_families; what the engine counts, as engine_…",
        stages="stage, seconds, cpu_seconds of this process",
        seconds="wall time",
    )
    declare_json("link --cancel", run="the run that was asked to stop, or null")
    declare_json(
        "explain",
        records="the two records as LIST:ROW:ROLE",
        same_record="true where both rows have one content",
        person="certain, likely, no, or null where one is not linked yet",
        family="the same for their entries",
        pair="grade, rule, rival, bits and terms (comparison, level, bits: they add up) of the direct pair, or null",
        family_pair="the same for the two entries",
        path="the pairs that join them where no pair does directly, each with a and b; or null",
        path_hidden="true where the path leads over other organisations' records",
        verdicts="kind, verdict, reason, decided_by, decided_at",
    )
    declare_json(
        "verdict",
        kind="person or family",
        changed="false where the same stood already",
        state="same, different or undone",
    )
    declare_json(
        "export links",
        file="where they were written",
        rows="lines",
        unlinked="rows that came after the last run",
    )
    app.command("link", help=both("اربط السجلات أفرادًا وأسرًا", "Link records into people and families"))(link)
    app.command("explain", help=both("لماذا رُبط سجلان أو لم يُربطا", "Why two records are linked, or not"))(
        explain
    )
    app.command("verdict", help=both("احكم: هما واحد أو مختلفان", "Decide that two are the same, or not"))(
        verdict
    )
    exports = typer.Typer(no_args_is_help=True, help=both("تصدير", "Export"), rich_markup_mode=None)
    exports.callback()(_export)
    exports.command(
        "links", help=both("أكواد الأفراد والأسر لكل سطر", "Codes of people and families of every row")
    )(links)
    app.add_typer(exports, name="export")


def _export() -> None:
    """Group the exports: a group of one command would swallow its name."""


def link(
    cancel: Annotated[
        bool, typer.Option("--cancel", help=both("أوقف الربط الجاري", "stop the run that is on"))
    ] = False,
    full: Annotated[
        bool,
        typer.Option(
            "--full", help=both("اقرأ كل شيء ولو لا جديد", "read everything, even if nothing is new")
        ),
    ] = False,
    rebuild_keys: Annotated[
        bool,
        typer.Option(
            "--rebuild-keys",
            help=both(
                "أعد بناء حالة المطابقة وقاموسها ومفاتيحها من السجلات",
                "make the engine's state, dictionary and keys anew from the records",
            ),
        ),
    ] = False,
    no_publish: Annotated[
        bool, typer.Option("--no-publish", help=both("احسب ولا تنشر", "compute, publish nothing"))
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """
    Link what changed, with whatever it touches, and publish the difference; stop with Ctrl-C at any time.

    Everything is read where there is nothing to go on from, and with --full.
    """
    viewer = open_viewer()
    from wasl.linkage.actions import forget_state, request_cancel, run_linkage
    from wasl.linkage.audit_jobs import ask_for_sample
    from wasl.matching import LinkCancelled

    if cancel:
        run = request_cancel(by=viewer, at=now())
        print_result(
            {"run": run}, as_json, [say("link.cancel_asked", run=run) if run else say("link.none_on")]
        )
        return
    try:
        with progress(quiet=as_json) as report:
            if rebuild_keys:
                forget_state(by=viewer, at=now())
            result = run_linkage(
                by=viewer, at=now(), progress=report, full=full or rebuild_keys, publish=not no_publish
            )
    except LinkCancelled as error:
        raise Unavailable("linkage.cancelled") from error
    if result.published and not result.nothing_new:
        # A month has its sample from its first matching on; the worker draws it.
        ask_for_sample(by=viewer, at=now())
    print_result(_run_json(result), as_json, _run_lines(result))


def _run_json(result: RunResult) -> dict[str, object]:
    counts = result.counts
    headline = {"people": counts["people"], "families": counts["families"], "queue": counts["pairs_possible"]}
    return {**asdict(result), **headline, "seconds": round(result.seconds, 1)}


def _run_lines(result: RunResult) -> list[str]:
    lines = [say("link.nothing_new", run=result.run)] if result.nothing_new else []
    if not result.published:
        lines.append(say("link.unpublished"))
    if result.kind == "increment":
        lines.append(say("link.read_changed", base=result.base_run, records=f"{result.read_records:,}"))
    elif not result.nothing_new:
        lines.append(say("link.read_all", why=say(f"link.why.{result.why_full}")))
    shown = {name: f"{size:,}" for name, size in result.counts.items()}
    lines += [say(f"link.{line}", **shown) for line in ("read", "people", "families", "changes", "pairs")]
    if result.figures_later:
        lines.append(say("link.figures_later"))
    if not result.nothing_new:
        lines.append(say("link.seconds", seconds=f"{result.seconds:.1f}"))
        for stage in result.stages:
            lines.append(
                say("link.stage", name=say(f"stage.link_{stage['stage']}"), seconds=stage["seconds"])
            )
    return lines


def explain(a: RecordArgument, b: RecordArgument, as_json: JsonOption = False) -> None:
    """Show why two rows are one person and one family, or why not."""
    viewer = open_viewer()
    from wasl.intake.exports import name_records
    from wasl.intake.queries import find_record
    from wasl.linkage.queries import explain_records
    from wasl.store.connections import engine_connection

    first, second = find_record(viewer, a), find_record(viewer, b)
    found = explain_records(viewer, (first.record_id, first.entry_id), (second.record_id, second.entry_id))
    with engine_connection() as connection:
        steps = [end for pair in found.path or [] for end in (pair.a, pair.b)]
        names = name_records(connection, [found.a, found.b, *steps])
    names |= {first.record_id: f"{a}", second.record_id: f"{b}"}
    print_result(explanation_json(found, names), as_json, explanation_lines(found, names))


def verdict(
    a: RecordArgument,
    b: RecordArgument,
    decision: Annotated[
        str | None, typer.Argument(metavar="same|different", help=both("الحكم", "what was decided"))
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help=both("لماذا", "why"))] = "",
    family: FamilyOption = False,
    undo: Annotated[
        bool, typer.Option("--undo", help=both("ألغِ الحكم القائم", "take the standing verdict back"))
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Keep what a person decided about two rows; the next run obeys."""
    viewer = open_viewer()
    from wasl.intake.queries import find_record
    from wasl.linkage.rules import PairKind
    from wasl.linkage.verdicts import undo_verdict

    kind = PairKind.FAMILY if family else PairKind.PERSON
    ends = [find_record(viewer, written) for written in (a, b)]
    items = [end.entry_id if family else end.record_id for end in ends]
    if undo:
        undo_verdict(by=viewer, at=now(), kind=kind, a=items[0], b=items[1])
        print_result({"kind": kind, "changed": True, "state": "undone"}, as_json, [say("verdict.undone")])
        return
    changed = _give(viewer, kind, items, _decision(decision), reason)
    state = {"kind": kind, "changed": changed, "state": decision}
    print_result(state, as_json, [say("verdict.kept" if changed else "verdict.stood")])


def _decision(written: str | None) -> Literal["same", "different"]:
    if written == "same":
        return "same"
    if written == "different":
        return "different"
    raise InvalidInput("verdict.decision_missing")


def _give(viewer: Viewer, kind: PairKind, items: list[int], decision: str, reason: str) -> bool:
    """Keep the verdict, or show the earlier ones that it contradicts."""
    from wasl.intake.exports import name_entries, name_records
    from wasl.linkage.rules import Decision, PairKind
    from wasl.linkage.verdicts import VerdictView, record_verdict
    from wasl.store.connections import engine_connection

    try:
        return record_verdict(
            by=viewer, at=now(), kind=kind, a=items[0], b=items[1], decision=Decision(decision), reason=reason
        )
    except RuleRefused as error:
        earlier = error.params.get("verdicts")
        if isinstance(earlier, list):
            views = [view for view in earlier if isinstance(view, VerdictView)]
            name = name_entries if kind == PairKind.FAMILY else name_records
            with engine_connection() as connection:
                names = name(connection, [end for view in views for end in (view.a, view.b)])
            for view in views:
                typer.echo(verdict_line(view, names), err=True)
        raise


def links(
    out: Annotated[
        Path,
        typer.Option(
            "--out", help=both("الملف: ‎.csv أو ‎.parquet أو ‎.xlsx", "the file: .csv, .parquet or .xlsx")
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Write one line for each person that a row of an active list names."""
    viewer = open_viewer()
    from wasl.intake.exports import count_unlinked_rows

    rows = _write_links(viewer, out)
    unlinked = count_unlinked_rows(viewer)
    lines = [say("links.written", rows=f"{rows:,}", file=out)]
    if unlinked:
        lines.append(say("links.unlinked", rows=f"{unlinked:,}"))
    print_result({"file": str(out), "rows": rows, "unlinked": unlinked}, as_json, lines)


def _write_links(viewer: Viewer, out: Path) -> int:
    """Stream CSV to its place; the other forms are made from it."""
    from wasl.intake.exports import LINK_COLUMNS, write_links

    if out.suffix.lower() == ".csv":
        with written_whole(out) as draft:
            return write_links(viewer, draft)
    import polars

    with TemporaryDirectory() as folder:
        draft = Path(folder) / "links.csv"
        write_links(viewer, draft)
        frame = polars.read_csv(draft, infer_schema=False).with_columns(polars.col("row").cast(polars.Int64))
        return write_table(out, LINK_COLUMNS, frame)
