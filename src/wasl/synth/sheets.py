"""
A table as a sheet: titles above, headers in one or two lines, what is no data between and below.

Row numbers are those a spreadsheet program shows, so truth is fixed here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from wasl.synth import wording
from wasl.synth.alliance import Organisation
from wasl.synth.programmes import ListPlan
from wasl.synth.styles import Style
from wasl.synth.tables import Column, Table, month_of_list

REJECTED, REPEATED, BLANK_LINES = 0.0008, 0.0008, 0.0004
_DATA, _REJECTED, _BLANK, _HEADER = range(4)


@dataclass
class Sheet:
    """What one sheet holds, line by line."""

    name: str
    leading: list[list[str]]
    body: pl.DataFrame
    number: list[bool]
    trailing: list[list[str]]
    dates: list[bool] = field(default_factory=list)
    """Columns whose numbers a spreadsheet shows as dates."""
    hidden: list[int] = field(default_factory=list)
    """Rows, as shown, that are hidden."""
    merges: list[tuple[int, int, int]] = field(default_factory=list)
    """First row, last row (as shown) and column of merged cells."""
    wide: list[tuple[int, int, int]] = field(default_factory=list)
    """Row, first and last column of merged headers."""


@dataclass
class SheetTruth:
    """Which row of the sheet each data row came to stand on; repeated rows stand on two."""

    row: np.ndarray
    data: np.ndarray


def lay_out(
    table: Table,
    chosen: np.ndarray,
    name: str,
    plan: ListPlan,
    member: Organisation,
    style: Style,
    place: str,
    rng: np.random.Generator,
) -> tuple[Sheet, SheetTruth]:
    """Lay out the data rows `chosen` as one sheet."""
    columns = table.columns
    header = _header_lines(columns, style)
    leading = _title_lines(plan, member, style, place, len(columns))
    shift = style.empty_columns
    first_body_row = len(leading) + len(header) + 1
    kinds, data, beside = _body_order(table.entry[chosen], chosen, style, rng)
    frame = pl.DataFrame({f"c{i}": column.cells for i, column in enumerate(columns)})[beside]
    frame = _without_data(frame, kinds, columns)
    if (kinds == _HEADER).any():
        frame = _repeat_header(frame, kinds, header[-1])
    pad = [""] * shift
    body = frame.select([pl.lit("").alias(f"e{i}") for i in range(shift)] + [pl.all()])
    rows = first_body_row + np.arange(len(kinds))
    sheet = Sheet(
        name, [*(pad + line for line in leading), *(pad + line for line in header)], body,
        [False] * shift + [c.number for c in columns],
        [pad + line for line in _footer(plan, style, len(chosen), len(columns))],
    )  # fmt: skip
    shown_as_dates = style.date_form == 5 and style.header % 2 == 0
    sheet.dates = [False] * shift + [c.field == "birth" and shown_as_dates for c in columns]
    _decorate(sheet, table, kinds, data, rows, columns, style, len(leading) + 1, rng)
    real = kinds == _DATA
    return sheet, SheetTruth(rows[real], data[real])


def _body_order(
    entry: np.ndarray, chosen: np.ndarray, style: Style, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Put rejected, repeated and blank lines between entries.

    Gives for each line its kind, its data row (−1 for a line without one), and the data row it stands by.
    """
    count = len(chosen)
    ends = np.flatnonzero(np.r_[entry[1:] != entry[:-1], True]) if count else np.zeros(0, dtype=np.int64)
    position = [np.arange(count, dtype=np.float64)]
    kinds, data, beside = [np.full(count, _DATA)], [chosen], [chosen]

    def insert(kind: int, wanted: int, rows: np.ndarray | None = None) -> None:
        where = rng.choice(ends, min(wanted, len(ends)), replace=False)
        position.append(where + rng.uniform(0.1, 0.9, len(where)))
        kinds.append(np.full(len(where), kind))
        data.append(chosen[rows[: len(where)]] if rows is not None else np.full(len(where), -1))
        beside.append(data[-1] if rows is not None else chosen[where])

    if count > 20:
        insert(_REJECTED, 1 + rng.poisson(count * REJECTED))
        insert(_BLANK, rng.poisson(count * BLANK_LINES))
        if not style.relation_column and not style.family_number:
            insert(_DATA, rng.poisson(count * REPEATED), rng.integers(0, count, count))
        if style.xlsx and style.footer and count > 200 and style.header == 1:
            insert(_HEADER, 2)
    order = np.argsort(np.concatenate(position), kind="stable")
    ordered = [np.concatenate(part)[order].astype(np.int64) for part in (kinds, data, beside)]
    return ordered[0], ordered[1], ordered[2]


def _without_data(frame: pl.DataFrame, kinds: np.ndarray, columns: list[Column]) -> pl.DataFrame:
    """Empty the lines that are no data; a line to be rejected keeps all but names, ids and what goes with them."""
    if not (kinds != _DATA).any():
        return frame
    empty = pl.Series((kinds == _BLANK) | (kinds == _HEADER))
    refused = pl.Series(kinds != _DATA)
    personal = ("serial", "nid", "relation", "birth", "sex", "family_number", "members", "status")
    marks = [refused if c.field.startswith("name") or c.field in personal else empty for c in columns]
    return frame.with_columns([
        pl.when(mark).then(pl.lit("")).otherwise(pl.col(name)).alias(name)
        for name, mark in zip(frame.columns, marks, strict=True)
    ])  # fmt: skip


def _repeat_header(frame: pl.DataFrame, kinds: np.ndarray, header: list[str]) -> pl.DataFrame:
    mark = pl.Series(kinds == _HEADER)
    return frame.with_columns([
        pl.when(mark).then(pl.lit(word)).otherwise(pl.col(name)).alias(name)
        for name, word in zip(frame.columns, header, strict=True)
    ])  # fmt: skip


def _header_lines(columns: list[Column], style: Style) -> list[list[str]]:
    names = [column.header for column in columns]
    if not style.two_line_header:
        return [names]
    upper, lower = [], []
    for column in columns:
        banded = column.band is not None
        upper.append(wording.BANDS[column.band] if column.band is not None else column.header)
        lower.append(column.header if banded else "")
    # Merged headers hold their words in the first cell only.
    seen: list[str] = []
    for position, word in enumerate(upper):
        repeated = (
            columns[position].band is not None
            and position
            and columns[position - 1].band == columns[position].band
        )
        seen.append("" if repeated else word)
    return [seen, lower]


def _title_lines(
    plan: ListPlan, member: Organisation, style: Style, place: str, width: int
) -> list[list[str]]:
    year, month = month_of_list(plan)
    title = wording.list_title(
        plan.programme.kind, plan.need, wording.month_words(year, month, style.month_form % 2), place
    )
    lines = (
        [title]
        if style.titles == 1
        else [member.name_ar, title, f"بتاريخ {28 - plan.series % 9}/{month}/{year}"]
    )
    lines = lines[: style.titles]
    blank = [""] * width
    out = [[line, *blank[1:]] for line in lines]
    return [*out, blank] if lines and style.blank_after_title else out


def _footer(plan: ListPlan, style: Style, count: int, width: int) -> list[list[str]]:
    if not style.footer:
        return []
    total = ["الإجمالي", str(count), *[""] * (width - 2)][:width]
    sign = ["مسئول الكشف:", *[""] * (width - 1)]
    return [total, [""] * width, sign] if plan.series % 2 else [total]


def _decorate(
    sheet: Sheet, table: Table, kinds: np.ndarray, data: np.ndarray, rows: np.ndarray, columns: list[Column],
    style: Style, header_row: int, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Hide a few rows, merge family cells and banded headers, where the style does."""
    if not style.xlsx:
        return
    shift = style.empty_columns
    if style.header == 2 and len(rows) > 50:
        sheet.hidden = sorted(int(r) for r in rng.choice(rows, 4, replace=False))
    if style.merged_family and len(rows) < 5000:
        entry = np.where(kinds == _DATA, table.entry[np.where(data < 0, 0, data)], -1 - np.arange(len(kinds)))
        starts = np.flatnonzero(np.r_[True, entry[1:] != entry[:-1]])
        stops = np.r_[starts[1:], len(entry)] - 1
        merged = [i for i, column in enumerate(columns) if column.field in ("family_number", "address")]
        sheet.merges = [
            (int(rows[a]), int(rows[b]), shift + i)
            for a, b in zip(starts, stops, strict=True)
            if b > a
            for i in merged
        ]
    if style.two_line_header:
        for band in range(3):
            members = [i for i, column in enumerate(columns) if column.band == band]
            if len(members) > 1:
                sheet.wide.append((header_row, shift + members[0], shift + members[-1]))


def summary_sheet(governorates: list[str], counts: list[int], plan: ListPlan) -> Sheet:
    """Make the sheet of totals that many workbooks carry: neither a name nor an id in it."""
    lines = [["المحافظة", "عدد الأسر", "ملاحظات"]]
    lines += [[place, str(count), ""] for place, count in zip(governorates, counts, strict=True)]
    lines.append(["الإجمالي", str(sum(counts)), ""])
    body = pl.DataFrame(lines[1:], schema=["c0", "c1", "c2"], orient="row")
    return Sheet("ملخص", [["ملخص أعداد المستفيدين", "", ""], lines[0]], body, [False, True, False], [])
