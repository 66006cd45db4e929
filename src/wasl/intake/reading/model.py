"""What reading a list is made of: options, columns, messages, recognitions and parsed chunks."""

from __future__ import annotations

import json
from collections.abc import Mapping as MappingView
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import polars as pl

from wasl.intake.message import Message as Message

Kind = Literal["known", "given", "planned"]
Layout = Literal["person", "family"]
Grouping = Literal["row", "number", "head", "head_column", "continuation"]

KINDS: tuple[Kind, ...] = ("known", "given", "planned")
CHUNK_ROWS = 50_000
# What lines of one entry share where only its first line, or one merged cell, says it.
SHARED_FIELDS = (
    "governorate",
    "markaz",
    "local_unit",
    "village",
    "address",
    "need",
    "month",
    "year",
    "given_on",
    "paid_by",
)

LOSS = pl.Struct({"column": pl.String, "kind": pl.String, "index": pl.Int32})

LINES_SCHEMA: dict[str, Any] = {
    "row": pl.Int32,
    "entry": pl.Int32,
    "fate": pl.String,
    "reason": pl.String,
    "reason_column": pl.String,
    "cells": pl.List(pl.String),
    "id_cells": pl.List(pl.Int32),
    "need": pl.String,
    "need_text": pl.String,
    "month": pl.Date,
    "given_on": pl.Date,
    "quantity": pl.Float64,
    "value_piastres": pl.Int64,
    "paid_by": pl.String,
    "losses": pl.List(LOSS),
    "origin_list": pl.String,
    "origin_row": pl.Int32,
}

MENTIONS_SCHEMA: dict[str, Any] = {
    "row": pl.Int32,
    "role": pl.String,
    "entry": pl.Int32,
    "relation": pl.String,
    "name": pl.String,
    "name_written": pl.String,
    "nid": pl.String,
    "nid_check": pl.Boolean,
    "nid_written": pl.String,
    "sex": pl.Int8,
    "birth_date": pl.Date,
    "birth_precision": pl.String,
    "phone": pl.Int64,
    "governorate": pl.String,
    "markaz": pl.String,
    "village": pl.String,
    "deceased": pl.Boolean,
    "marital": pl.String,
}


@dataclass(frozen=True)
class LoadOptions:
    """
    What whoever loads a file says about the whole of it.

    An option overrides what the title or the file's name proposes; a column overrides an option.
    `today` is the day of the list, from which months without a year and ages are counted. `note` is kept
    with the list and read by people alone: by what right it was collected, where it comes from.
    """

    today: date
    kind: Kind | None = None
    need: str | None = None
    month: date | None = None
    value_piastres: int | None = None
    place: str | None = None
    paid_by: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Column:
    """
    One column of a sheet and what it was taken for.

    `field` is `subject.attribute` for what belongs to a person (`self.name`, `spouse.nid`,
    `child2.birth`), a bare word for what belongs to the line (`need`, `month`, `address`), and
    None where the column is kept as written and used for nothing.
    """

    index: int
    letter: str
    header: str
    field: str | None
    confidence: float
    why: Literal["mapping", "remembered", "header", "contents", "both", "unused"]

    @property
    def label(self) -> str:
        """The header as the clerk wrote it, else the column's letter."""
        return self.header or self.letter


@dataclass(frozen=True)
class Mapping:
    """
    An accepted or hand-written reading of a sheet: columns by header or letter, and proposals.

    `columns` maps a header as written (compared folded) or a column's letter to a field, or to
    `ignore`. `signature` is that of the header it was accepted for; empty in a file by hand.
    """

    columns: MappingView[str, str] = field(default_factory=dict)
    header_row: int | None = None
    layout: Layout | None = None
    grouping: Grouping | None = None
    date_order: Literal["dmy", "mdy"] | None = None
    kind: Kind | None = None
    need: str | None = None
    month: str | None = None
    value: str | None = None
    place: str | None = None
    paid_by: str | None = None
    sheet: str | None = None
    signature: str = ""

    def to_json(self) -> str:
        """Write it as JSON, equal for equal mappings."""
        return json.dumps(
            {key: value for key, value in self.__dict__.items() if value not in (None, "", {})},
            ensure_ascii=False,
            sort_keys=True,
            default=dict,
        )

    @classmethod
    def from_json(cls, text: str) -> Mapping:
        """Read what `to_json` wrote."""
        return cls(**json.loads(text))


@dataclass(frozen=True)
class Proposals:
    """What the title, the sheet's name or the file's name says of the whole list."""

    kind: Kind = "known"
    need: str | None = None
    month: date | None = None
    value_piastres: int | None = None
    governorate: str | None = None
    markaz: str | None = None
    village: str | None = None
    paid_by: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class Recognition:
    """
    How a sheet will be read. Pure data: equal sheets and options give equal recognitions.

    `header_rows` are row numbers as a spreadsheet program shows them; `first_data_row` is the
    row after them (1 where there is no header). `skipped` says why a sheet is not read at all.
    """

    file: str
    sheet: str
    layout: Layout
    grouping: Grouping
    header_rows: tuple[int, ...]
    first_data_row: int
    columns: tuple[Column, ...]
    proposals: Proposals
    date_orders: MappingView[int, str]
    messages: tuple[Message, ...]
    questions: tuple[Message, ...]
    signature: str
    skipped: str | None = None
    header_cells: tuple[tuple[str | None, ...], ...] = ()
    merged_down: tuple[tuple[int, int, int], ...] = ()
    number_field: str | None = None
    scattered: bool = False
    usual_filled: int = 0
    head_said_as: str | None = None

    @property
    def kind(self) -> Kind:
        """Known, given or planned, as proposed or as the options said."""
        return self.proposals.kind

    def find_column(self, wanted: str) -> Column | None:
        """Give the column read as a field, if there is one."""
        return next((column for column in self.columns if column.field == wanted), None)

    def fields(self) -> dict[str, Column]:
        """List the columns in use by their field."""
        return {column.field: column for column in self.columns if column.field}

    def accepted_mapping(self) -> Mapping:
        """The mapping to remember for this header: columns and form, never a month or a need."""
        return Mapping(
            columns={column.letter: column.field or "ignore" for column in self.columns},
            layout=self.layout,
            grouping=self.grouping,
            signature=self.signature,
        )


@dataclass(frozen=True)
class ParsedChunk:
    """
    Consecutive lines of a sheet and the people they name; see `LINES_SCHEMA`, `MENTIONS_SCHEMA`.

    An entry's number is the row of its first line, and no entry stands in two chunks.
    """

    lines: pl.DataFrame
    mentions: pl.DataFrame


def column_letter(index: int) -> str:
    """Name a column as a spreadsheet program does: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
