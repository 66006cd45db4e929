"""
Overlaps and repeats as a page shows and a workbook holds them, with families, lists and rows by their names.

One reading for both, with the application's role in the viewer's scope: a workbook is what the page shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from wasl.benefits.queries.choices import Choices, Named, get_choices, list_heads
from wasl.benefits.queries.pages import (
    Line,
    OverlapRow,
    Question,
    RepeatRow,
    list_overlap_lines,
    list_overlaps,
    list_repeat_lines,
    list_repeats,
)
from wasl.intake.benefit_exports import ListName, name_lists
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import family_codes

CHUNK = 1000


@dataclass(frozen=True)
class ShownLine:
    """A row behind an overlap or repeat, with its list where that is the viewer's to read."""

    line: Line
    list: ListName | None

    @property
    def is_own(self) -> bool:
        """Tell whether it is a row of the viewer's, and not another organisation's word."""
        return self.line.list_id is not None


@dataclass(frozen=True)
class Shown:
    """An overlap or repeat with the family as the viewer reads it: its code, and the name of its head."""

    row: OverlapRow | RepeatRow
    family: str
    head: str
    lines: tuple[ShownLine, ...]

    @property
    def organisation_ids(self) -> tuple[int, ...]:
        """Return who takes part."""
        return self.row.organisation_ids if isinstance(self.row, OverlapRow) else (self.row.organisation_id,)


def show_overlaps(viewer: Viewer, question: Question, limit: int) -> list[Shown]:
    """Return a page of overlaps, in five queries whatever its length."""
    return show_rows(viewer, list_overlaps(viewer, question, limit))


def show_rows(viewer: Viewer, rows: Sequence[OverlapRow]) -> list[Shown]:
    """Return overlaps with their families and the rows behind them, in four queries."""
    return _show(viewer, rows, list_overlap_lines(viewer, [row.id for row in rows]) if rows else {})


def show_repeats(viewer: Viewer, question: Question, limit: int) -> list[Shown]:
    """Return a page of repeats, in five queries whatever its length."""
    rows = list_repeats(viewer, question, limit)
    return _show(viewer, rows, list_repeat_lines(viewer, rows) if rows else {})


def _show(
    viewer: Viewer, rows: Sequence[OverlapRow | RepeatRow], lines: Mapping[int, Sequence[Line]]
) -> list[Shown]:
    if not rows:
        return []
    families = {row.family_id for row in rows}
    codes, heads = family_codes(viewer, families), list_heads(viewer, families)
    lists = name_lists(viewer, {line.list_id for some in lines.values() for line in some if line.list_id})
    return [
        Shown(
            row, codes.get(row.family_id, ""), heads.get(row.family_id, ""),
            tuple(
                ShownLine(line, lists.get(line.list_id or 0))
                for line in lines.get(row.id if isinstance(row, OverlapRow) else row.tie, ())
            ),
        )
        for row in rows
    ]  # fmt: skip


def cursor_of(row: OverlapRow | RepeatRow, question: Question) -> tuple[str, int]:
    """Return where a page that ends with `row` ends."""
    if isinstance(row, OverlapRow) and question.sort == "cost":
        return str(row.cost_piastres), row.tie
    if isinstance(row, OverlapRow) and question.sort == "opened":
        return row.opened_at.isoformat(), row.tie
    return row.month.isoformat(), row.tie


Cells = tuple[object, ...]
OVERLAP_HEADS = (
    "family", "head", "slot", "need", "month", "organisation", "certainty", "state", "governorate", "opened", "cost",
    "list", "file", "row", "value",
)  # fmt: skip
REPEAT_HEADS = (
    "family", "head", "slot", "need", "month", "organisation", "certainty", "governorate", "list", "file", "row",
    "value",
)  # fmt: skip


def overlap_cells(
    viewer: Viewer, question: Question, words: Mapping[str, str], language: str
) -> Iterator[Cells]:
    """Yield the cells of every overlap that `question` finds, one line a row, as OVERLAP_HEADS; money in piastres."""
    names = get_choices(viewer)
    people = names.organisation_by_id()
    for shown in _all(viewer, question, show_overlaps):
        row = shown.row
        assert isinstance(row, OverlapRow)
        for line in shown.lines:
            yield (
                *_whose(shown, line, names, people, language), words.get(row.certainty, row.certainty),
                words.get(row.state, row.state), _called(names.governorates.get(row.governorate), language),
                row.opened_at, row.cost_piastres, *_where(line),
            )  # fmt: skip


def repeat_cells(
    viewer: Viewer, question: Question, words: Mapping[str, str], language: str
) -> Iterator[Cells]:
    """Yield the cells of every repeat that `question` finds, one line a row, as REPEAT_HEADS."""
    names = get_choices(viewer)
    people = names.organisation_by_id()
    for shown in _all(viewer, question, show_repeats):
        for line in shown.lines:
            yield (
                *_whose(shown, line, names, people, language),
                words.get(shown.row.certainty, shown.row.certainty),
                _called(names.governorates.get(shown.row.governorate), language), *_where(line),
            )  # fmt: skip


def _all(viewer: Viewer, question: Question, show: object) -> Iterator[Shown]:
    assert callable(show)
    while True:
        found: list[Shown] = show(viewer, question, CHUNK)
        yield from found
        if len(found) < CHUNK:
            return
        question = replace(question, after=cursor_of(found[-1].row, question))


def _whose(
    shown: Shown, line: ShownLine, names: Choices, people: Mapping[int, Named], language: str
) -> Cells:
    return (
        shown.family, shown.head, _called(names.slots.get(shown.row.slot), language),
        _called(names.needs.get(line.line.need), language), line.line.month,
        _called(people.get(line.line.organisation_id), language),
    )  # fmt: skip


def _where(line: ShownLine) -> Cells:
    if line.list is None:
        return (None, None, None, None)
    return (line.list.code, line.list.file, line.line.row, line.line.value_piastres)


def _called(named: Named | None, language: str) -> str:
    return "" if named is None else named.get_name(language)


def write_workbook(path: Path, heads: Sequence[str], rows: Iterator[Cells], *, right_to_left: bool) -> int:
    """Write a workbook of plain cells, whole or not at all; return its rows. Money is written as pounds by the caller."""
    import xlsxwriter

    draft = path.with_suffix(".draft")
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(draft), options)
    sheet = book.add_worksheet()
    if right_to_left:
        sheet.right_to_left()
    sheet.write_row(0, 0, heads)
    number = 0
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, int | float):
                sheet.write_number(number, place, value)
            elif value is not None:
                sheet.write_string(number, place, str(value))
    book.close()
    draft.replace(path)
    return number
