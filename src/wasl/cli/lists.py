"""`wasl load`, `lists`, `withdraw`, `restore`, and one list: `list show`, `list rejected`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wasl.cli.errors import exit_code_for
from wasl.cli.language import both
from wasl.cli.list_lines import file_lines, list_lines, list_table, question_lines
from wasl.cli.messages import say
from wasl.cli.output import JsonOption, YesOption, declare_json, print_result
from wasl.cli.progress import progress
from wasl.cli.session import now, open_viewer
from wasl.kernel.errors import InvalidInput, InvariantBroken, WaslError
from wasl.kernel.money import parse_egp
from wasl.kernel.months import format_month, parse_month

if TYPE_CHECKING:
    from wasl.intake.reading.model import LoadOptions, Mapping, Recognition
    from wasl.intake.results import LoadResult, SheetResult

LIST_KEYS = {
    "code": "the list's code",
    "organisation": "whose it is",
    "file": "the file's own name",
    "sheet": "the sheet, empty for CSV",
    "kind": "known, given or planned",
    "state": "loading, active, withdrawn or replaced",
    "state_reason": "why it was withdrawn, or null",
    "month": "its newest month, YYYY-MM",
    "replaces": "the list it took the place of, or null",
    "replaced_by": "the list that took its place, or null",
    "rows": "rows by fate: total, accepted, rejected, repeated, not_data, withdrawn; of the accepted: without_claim,"
    " paid_elsewhere",
    "cells_lost": "unreadable cells by kind",
    "loaded_by": "the user",
    "loaded_at": "when",
}


def register(app: typer.Typer) -> None:
    """Add the commands of lists."""
    declare_json(
        "load",
        file="the file's own name",
        digest="SHA-256 of the file",
        organisation="whose lists they are",
        also_loaded_by="organisations that loaded the same bytes (for others than the desk: an empty text each)",
        error="the code of what was wrong with the file, or null",
        sheets="per sheet: sheet, outcome (loaded, resumed, already, mended, skipped), list, state, kind, month, rows,"
        " rejections, losses, columns, messages, skipped, replaced, mended, mended_lists, rejected_file",
    )
    declare_json("lists", **LIST_KEYS)
    declare_json(
        "list show", **LIST_KEYS, rejections="rejected rows by reason", losses="unreadable cells by kind"
    )
    declare_json(
        "list rejected", list="the list's code", rows="rejected rows", file="where they were written"
    )
    declare_json(
        "withdraw", list="the list's code", state="its state now", changed="whether it was counted before"
    )
    declare_json(
        "restore",
        list="the list's code",
        state="its state now",
        changed="whether it was out of count before",
        stepped_back="lists that counted in its place and no longer do",
    )
    app.command("load", help=both("حمّل كشوف جهة", "Load lists of an organisation"))(load)
    app.command("lists", help=both("الكشوف وما آلت إليه أسطرها", "The lists and what became of their rows"))(
        lists
    )
    app.command("withdraw", help=both("اسحب كشفًا فلا يُحسب", "Withdraw a list: it counts nowhere"))(withdraw)
    app.command(
        "restore", help=both("أعد كشفًا مسحوبًا أو مستبدَلًا", "Bring a withdrawn or replaced list back")
    )(restore)
    one = typer.Typer(no_args_is_help=True, help=both("كشف واحد", "One list"), rich_markup_mode=None)
    one.command("show", help=both("الكشف وأسباب رفض أسطره", "A list, and why rows were rejected"))(show)
    one.command("rejected", help=both("اكتب أسطره المرفوضة", "Write its rejected rows to a file"))(rejected)
    app.add_typer(one, name="list")


def load(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help=both("الملفات", "files"))],
    organisation: Annotated[
        str, typer.Option("--from", metavar="CODE", help=both("جهة الكشوف", "whose lists"))
    ],
    kind: Annotated[str | None, typer.Option(help="known | given | planned")] = None,
    need: Annotated[str | None, typer.Option(metavar="CODE", help=both("الاحتياج", "the need"))] = None,
    month: Annotated[str | None, typer.Option(metavar="YYYY-MM", help=both("الشهر", "the month"))] = None,
    value: Annotated[
        str | None, typer.Option(metavar="EGP", help=both("قيمة السطر", "value of a row"))
    ] = None,
    place: Annotated[str | None, typer.Option(metavar="CODE", help=both("المكان", "the place"))] = None,
    paid_by: Annotated[str | None, typer.Option(metavar="CODE", help=both("جهة الصرف", "who paid"))] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="M.yaml", help=both("ملف يحدد الأعمدة", "a file that says what columns are")),
    ] = None,
    replaces: Annotated[
        str | None,
        typer.Option(metavar="LIST", help=both("الكشف الذي يحل هذا محله", "the list this one corrects")),
    ] = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Load each file; one that cannot be read is said, and the others are loaded."""
    viewer = open_viewer()
    from wasl.intake.actions import check_options, load_file

    at = now()
    options = _options(at.date(), kind, need, month, value, place, paid_by)
    check_options(by=viewer, organisation=organisation, options=options)
    given = _read_mapping(mapping)
    printed: list[object] = []
    worst = 0
    for path in files:
        try:
            with progress(quiet=as_json) as report:
                result = load_file(
                    path=path, organisation=organisation, options=options, by=viewer, at=at, mapping=given,
                    replaces=replaces, progress=report, ask=None if yes or as_json else _ask(),
                )  # fmt: skip
        except InvariantBroken:
            raise
        except KeyboardInterrupt:
            typer.echo(say("load.interrupted", file=path.name), err=True)
            raise
        except WaslError as error:
            code = exit_code_for(error)
            worst = worst if worst == InvalidInput.exit_code else code
            printed.append({"file": path.name, "error": error.code, "sheets": []})
            continue
        printed.append(_result_json(result))
        if not as_json:
            print_result(None, False, file_lines(result))
    if as_json:
        print_result(printed, True, [])
    if worst:
        raise typer.Exit(worst)


def lists(as_json: JsonOption = False) -> None:
    """Print every list the user may see."""
    viewer = open_viewer()
    from wasl.intake.queries import list_lists

    views = list_lists(viewer)
    print_result(
        [view.to_json() for view in views], as_json, list_table(views) if views else [say("lists.none")]
    )


def show(code: Annotated[str, typer.Argument(metavar="LIST")], as_json: JsonOption = False) -> None:
    """Print one list, with the reasons of its rejected rows and its unreadable cells."""
    viewer = open_viewer()
    from wasl.intake.queries import access_list, count_losses, count_rejections

    view = access_list(viewer, code)
    rejections, losses = count_rejections(viewer, view), count_losses(viewer, view)
    result = view.to_json() | {
        "rejections": [asdict(reason) for reason in rejections],
        "losses": [asdict(loss) for loss in losses],
    }
    print_result(result, as_json, list_lines(view, rejections, losses))


def rejected(
    code: Annotated[str, typer.Argument(metavar="LIST")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help=both("ملف الخرج", "where to write"))
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a list's rejected rows in the form they came in, to be mended and loaded back."""
    viewer = open_viewer()
    from wasl.intake.queries import access_list
    from wasl.intake.rejected import write_rejected_file

    view = access_list(viewer, code)
    path = write_rejected_file(viewer, view, out)
    rows = view.counts.rejected if path else 0
    line = (
        say("lists.rejected_written", rows=rows, file=path)
        if path
        else say("list.no_rejected_rows", list=view.code)
    )
    print_result({"list": view.code, "rows": rows, "file": str(path) if path else None}, as_json, [line])


def withdraw(
    code: Annotated[str, typer.Argument(metavar="LIST")],
    reason: Annotated[str, typer.Option(help=both("سبب السحب", "why"))],
    as_json: JsonOption = False,
) -> None:
    """Let a list count nowhere."""
    viewer = open_viewer()
    from wasl.intake.actions import withdraw_list

    change = withdraw_list(code=code, reason=reason, by=viewer, at=now())
    said = say("lists.withdrawn" if change.changed else "lists.withdrawn_already", list=change.code)
    print_result({"list": change.code, "state": change.state, "changed": change.changed}, as_json, [said])


def restore(code: Annotated[str, typer.Argument(metavar="LIST")], as_json: JsonOption = False) -> None:
    """Let a list count again."""
    viewer = open_viewer()
    from wasl.intake.actions import restore_list

    change = restore_list(code=code, by=viewer, at=now())
    said = [say("lists.restored" if change.changed else "lists.restored_already", list=change.code)]
    if change.stepped_back:
        said.append(say("lists.stepped_back", lists=", ".join(change.stepped_back)))
    result = {
        "list": change.code,
        "state": change.state,
        "changed": change.changed,
        "stepped_back": list(change.stepped_back),
    }
    print_result(result, as_json, said)


def _options(
    today: date,
    kind: str | None,
    need: str | None,
    month: str | None,
    value: str | None,
    place: str | None,
    paid_by: str | None,
) -> LoadOptions:
    from wasl.intake.reading.model import KINDS, LoadOptions

    if kind is not None and kind not in KINDS:
        raise InvalidInput("kind.unknown", kind=kind)
    return LoadOptions(
        today=today,
        kind=next((known for known in KINDS if known == kind), None),
        need=need,
        month=None if month is None else parse_month(month),
        value_piastres=None if value is None else parse_egp(value),
        place=place,
        paid_by=paid_by,
    )


def _read_mapping(path: Path | None) -> Mapping | None:
    if path is None:
        return None
    from wasl.intake.reading import read_mapping

    return read_mapping(path)


def _ask() -> Callable[[Recognition], Mapping | None] | None:
    """Return a function that asks on the terminal, or None where there is nobody to ask."""
    import sys

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None

    def ask(recognition: Recognition) -> Mapping | None:
        for line in question_lines(recognition):
            typer.echo(line, err=True)
        if not typer.confirm(say("load.ask"), default=True, err=True):
            raise InvalidInput("load.declined", file=recognition.file)
        return None

    return ask


def _result_json(result: LoadResult) -> dict[str, object]:
    return {
        "file": result.file,
        "digest": result.digest,
        "organisation": result.organisation,
        "also_loaded_by": list(result.also_loaded_by),
        "error": None,
        "sheets": [_sheet_json(sheet) for sheet in result.sheets],
    }


def _sheet_json(sheet: SheetResult) -> dict[str, object]:
    return {
        "sheet": sheet.sheet,
        "outcome": sheet.outcome,
        "list": sheet.list_code,
        "state": sheet.state,
        "kind": sheet.kind,
        "month": None if sheet.month is None else format_month(sheet.month),
        "rows": asdict(sheet.counts),
        "rejections": [asdict(reason) for reason in sheet.rejections],
        "losses": [asdict(loss) for loss in sheet.losses],
        "columns": {column.label: column.field for column in sheet.columns},
        "messages": [{"code": message.code, "params": dict(message.params)} for message in sheet.messages],
        "skipped": sheet.skipped,
        "replaced": sheet.replaced,
        "mended": sheet.mended,
        "mended_lists": list(sheet.mended_lists),
        "rejected_file": None if sheet.rejected_file is None else str(sheet.rejected_file),
    }
