"""What is printed about lists, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from wasl.cli.messages import say
from wasl.kernel.months import format_month
from wasl.wording import all_words

if TYPE_CHECKING:
    from wasl.intake.queries import ListView
    from wasl.intake.reading.model import Column, Message, Recognition
    from wasl.intake.results import LoadResult, ReasonCount, SheetResult

COLUMNS = (
    "code", "organisation", "file", "kind", "state", "month", "accepted", "rejected", "repeated", "not_data",
    "lost", "without_claim", "loaded",
)  # fmt: skip


def file_lines(result: LoadResult) -> Iterator[str]:
    """Say what became of a file, sheet by sheet."""
    yield say("load.file", file=result.file)
    known = [code for code in result.also_loaded_by if code]
    if known:
        yield say("load.also_by", organisations=", ".join(known))
    elif result.also_loaded_by:
        yield say("load.also_by_another")
    for sheet in result.sheets:
        if sheet.sheet and sheet.outcome != "skipped" and len(result.sheets) > 1:
            yield say("load.sheet", sheet=sheet.sheet)
        yield from _sheet_lines(sheet)


def list_lines(
    view: ListView, rejections: Sequence[ReasonCount], losses: Sequence[ReasonCount]
) -> Iterator[str]:
    """Say what a list is and what became of its rows."""
    yield from list_table([view])
    if view.state_reason:
        code = f"reason.{view.state_reason}"
        yield say("lists.reason", reason=say(code) if code in all_words() else view.state_reason)
    yield from _trouble_lines(rejections, losses)
    yield from (f"  {say_message(message)}" for message in view.messages)


def list_table(views: Sequence[ListView]) -> Iterator[str]:
    """Set lists in columns."""
    rows = [tuple(say(f"lists.head.{name}") for name in COLUMNS), *[_row(view) for view in views]]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def question_lines(recognition: Recognition) -> Iterator[str]:
    """Say how a sheet will be read, before somebody is asked whether that is right."""
    yield say("load.file", file=recognition.file)
    if recognition.sheet:
        yield say("load.sheet", sheet=recognition.sheet)
    yield from _column_lines(recognition.columns)
    yield from (f"  {say_message(message)}" for message in (*recognition.messages, *recognition.questions))


def say_message(message: Message) -> str:
    """Put what reading had to say into words."""
    return say(message.code, **{name: _param(value) for name, value in message.params.items()})


def _param(value: object) -> object:
    if isinstance(value, list | tuple):
        return "، ".join(str(item) for item in value)
    return say(f"kind.{value}") if f"kind.{value}" in all_words() else value


def _row(view: ListView) -> tuple[str, ...]:
    counts = view.counts
    file = f"{view.file} [{view.sheet}]" if view.sheet else view.file
    return (
        view.code, view.organisation, file, say(f"kind.{view.kind}"), say(f"state.{view.state}"),
        format_month(view.month), str(counts.accepted), str(counts.rejected), str(counts.repeated),
        str(counts.not_data), str(sum(view.cells_lost.values())), str(counts.without_claim),
        f"{view.loaded_at:%Y-%m-%d %H:%M} {view.loaded_by}",
    )  # fmt: skip


def _sheet_lines(sheet: SheetResult) -> Iterator[str]:
    if sheet.outcome == "skipped":
        yield say("load.skipped", sheet=sheet.sheet, why=say(sheet.skipped or ""))
        return
    if sheet.mended_lists or sheet.outcome == "mended":
        code = "load.mended" if sheet.mended else "load.mended_nothing"
        yield say(code, rows=sheet.mended, lists=", ".join(sheet.mended_lists))
    if sheet.outcome == "mended":
        yield from _trouble_lines(sheet.rejections, ())
        return
    if sheet.outcome == "already":
        yield say("load.already", list=sheet.list_code, state=say(f"state.{sheet.state}"))
        yield from (say("load.already_otherwise", list=code) for code in sheet.counting)
        return
    if sheet.outcome == "resumed":
        yield say("load.resumed")
    counts = sheet.counts
    yield say(
        "load.loaded", list=sheet.list_code, kind=say(f"kind.{sheet.kind}"), total=counts.total,
        accepted=counts.accepted, rejected=counts.rejected, repeated=counts.repeated, not_data=counts.not_data,
    )  # fmt: skip
    if sheet.replaced:
        yield say("load.replaced", list=sheet.replaced)
    yield from _column_lines(sheet.columns)
    yield from (f"  {say_message(message)}" for message in sheet.messages)
    if counts.without_claim:
        yield say("load.without_claim", rows=counts.without_claim)
    if counts.paid_elsewhere:
        yield say("load.paid_elsewhere", rows=counts.paid_elsewhere)
    yield from _trouble_lines(sheet.rejections, sheet.losses)
    if sheet.rejected_file:
        yield say("load.rejected_file", file=sheet.rejected_file)


def _trouble_lines(rejections: Iterable[ReasonCount], losses: Iterable[ReasonCount]) -> Iterator[str]:
    for reason in rejections:
        words = say(reason.code, column=reason.column)
        yield say("load.rejected", reason=words, rows=reason.rows, row=reason.first_row)
    for loss in losses:
        example = say("load.example", text=loss.example) if loss.example else ""
        yield say(
            "load.lost",
            kind=say(loss.code),
            column=loss.column,
            rows=loss.rows,
            row=loss.first_row,
            example=example,
        )
        if loss.code == "nid_scientific":
            yield say("load.lost_digits", row=loss.first_row, text=loss.example or "")


def _column_lines(columns: Sequence[Column]) -> Iterator[str]:
    used = [say("load.column", header=column.label, field=column.field) for column in columns if column.field]
    unused = [f"«{column.label}»" for column in columns if not column.field]
    if used:
        yield say("load.columns", columns="، ".join(used))
    if unused:
        yield say("load.unused_columns", columns="، ".join(unused))
