"""Parsing a recognised sheet: chunk by chunk, every row into one fate, every name into a mention."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from wasl.intake.reading.distinct import stripped
from wasl.intake.reading.dittos import Dittos
from wasl.intake.reading.entries import number_entries, number_key
from wasl.intake.reading.fates import Rows, judge_rows
from wasl.intake.reading.losses import Losses
from wasl.intake.reading.mentions import build_mentions
from wasl.intake.reading.model import (
    CHUNK_ROWS,
    LINES_SCHEMA,
    SHARED_FIELDS,
    LoadOptions,
    ParsedChunk,
    Recognition,
)
from wasl.intake.reading.people import list_owners, read_person, split_children
from wasl.intake.reading.sources import SheetSource
from wasl.intake.reading.stated import read_stated
from wasl.intake.reading.where import NO_SECTION, Section, read_places, sections_of
from wasl.kernel.months import add_months

MOST_CARRIED = 10_000
_TEN_DIGITS = r"(?:[0-9٠-٩۰-۹][\s\-–'./,،_٫٬\x{200E}\x{200F}]{0,2}){10,}|[0-9٠-٩][.,٫][0-9٠-٩]+\s*[eE]\s*\+?\s*[0-9٠-٩]{2}"


def parse(sheet: SheetSource, recognition: Recognition, options: LoadOptions) -> Iterator[ParsedChunk]:
    """
    Read every row of a sheet into lines and mentions, in chunks that never split an entry.

    Equal sheets, recognitions and options give equal chunks, so a load that was interrupted skips
    those it has. Memory stays that of one chunk, unless one family's rows are far apart.
    """
    parser = _Parser(recognition, options)
    frames = sheet.frames(CHUNK_ROWS - MOST_CARRIED)
    if recognition.scattered:
        frames = iter([_gathered(list(frames), recognition)])
    carry: pl.DataFrame | None = None
    for frame in frames:
        if carry is not None:
            frame = pl.concat([carry, frame], how="diagonal")
        chunk, carry = parser.read(frame, last=False)
        if chunk.lines.height:
            yield chunk
    if carry is not None and carry.height:
        yield parser.read(carry, last=True)[0]


def _gathered(frames: list[pl.DataFrame], recognition: Recognition) -> pl.DataFrame:
    """Bring the rows of each family number together, at the place of its first row."""
    if not frames:
        return pl.DataFrame(schema={"row": pl.Int32, "c0": pl.String})
    whole = pl.concat(frames, how="diagonal")
    keys = number_key(whole, recognition)
    keyed = whole.with_columns(key=keys).with_columns(
        first=pl.when(pl.col("key").is_null()).then("row").otherwise(pl.col("row").min().over("key"))
    )
    return keyed.sort("first", "row", maintain_order=True).drop("key", "first")


@dataclass
class _Parser:
    """Reads frames in order; remembers only what a section title or the foot of a sheet began."""

    recognition: Recognition
    options: LoadOptions
    in_footer: bool = False
    section: Section = NO_SECTION

    def __post_init__(self) -> None:
        self._dittos = Dittos(self.recognition)

    def read(self, frame: pl.DataFrame, *, last: bool) -> tuple[ParsedChunk, pl.DataFrame | None]:
        """Read a frame; the rows of its last entry are given back to go before the next frame."""
        recognition = self.recognition
        fields = recognition.fields()
        losses = Losses(frame["row"])
        filled = _filled_merges(frame, recognition)
        people = self._people(frame, losses)
        none = pl.Series("none", [False]).new_from_index(0, frame.height)
        named, has_id = none, none
        for person in people.values():
            named = named | person["present"]
            has_id = has_id | person["has_id"]
        fate, in_footer = judge_rows(Rows(frame, named, has_id), recognition, self.in_footer)
        accepted = fate["fate"] == "accepted"
        entry = number_entries(frame, recognition, people["self"], accepted)
        cut = None if last else _cut(entry, frame, recognition)
        titles = (fate["reason"] == "title") & (frame["row"] >= recognition.first_data_row)
        sections, section = sections_of(frame, titles, self.section)
        inside = _filled_inside(self._dittos.fill(filled, accepted, cut), entry, recognition)
        stated = read_stated(
            inside, fields, recognition.date_orders, recognition.proposals, self.options.today, losses
        )
        places = read_places(inside, fields, recognition.proposals, sections, losses)
        lines = _lines(frame, entry, fate, stated, losses, self.recognition)
        mentions = build_mentions(frame["row"], entry, accepted, people, places, recognition)
        if cut is None:
            self.in_footer, self.section = in_footer, section
            return ParsedChunk(lines, mentions), None
        self._keep_state(frame, fate, sections, cut)
        kept = lines.filter(pl.int_range(pl.len()) < cut)
        rows = set(kept["row"].to_list()) if recognition.scattered else None
        own = pl.col("row").is_in(list(rows)) if rows is not None else pl.col("row") < frame["row"][cut]
        return ParsedChunk(kept, mentions.filter(own)), frame.slice(cut)

    def _people(self, frame: pl.DataFrame, losses: Losses) -> dict[str, pl.DataFrame]:
        """Read everybody a line may name; `self` is always there. Children in one cell become several."""
        fields, orders = self.recognition.fields(), self.recognition.date_orders
        today, on = self.options.today, self._counted_on()
        people: dict[str, pl.DataFrame] = {}
        for owner in list_owners(fields):
            people[owner] = read_person(frame, owner, fields, orders, today, on, losses)
        for owner, split in split_children(frame, fields).items():
            people[owner] = read_person(split, "child1", fields, orders, today, on, losses)
        if "self" not in people:
            people = {"self": read_person(frame, "self", {}, orders, today, on, losses)} | people
        return people

    def _keep_state(self, frame: pl.DataFrame, fate: pl.DataFrame, sections: pl.DataFrame, cut: int) -> None:
        """Go back to what held right before the rows that are read again."""
        if cut > 0:
            self.section = sections.row(cut - 1)
            self.in_footer = fate["reason"][cut - 1] == "footer"

    def _counted_on(self) -> date:
        month = self.recognition.proposals.month
        return min(add_months(month, 1), self.options.today) if month else self.options.today


def _cut(entry: pl.Series, frame: pl.DataFrame, recognition: Recognition) -> int | None:
    """The position of the first row of the frame's last entry, from which rows wait for the next frame."""
    if recognition.grouping == "row" or not entry.len():
        return None
    last = entry.drop_nulls()
    if last.is_empty():
        return None
    position = (entry == last[-1]).fill_null(False).arg_true()[0]
    return None if frame.height - int(position) > MOST_CARRIED else int(position)


def _filled_merges(frame: pl.DataFrame, recognition: Recognition) -> pl.DataFrame:
    """Give every row under a vertical merge its value, in columns that hold for all of them."""
    rows = frame["row"].to_list() if recognition.merged_down else []
    first, last = (min(rows), max(rows)) if rows else (0, 0)
    for top, bottom, index in recognition.merged_down:
        name = f"c{index}"
        if name not in frame.columns or top > last or bottom < first:
            continue
        under = pl.col("row").is_between(top, bottom)
        frame = frame.with_columns(
            pl.when(under).then(pl.col(name).filter(under).drop_nulls().first()).otherwise(name).alias(name)
        )
    return frame


def _filled_inside(frame: pl.DataFrame, entry: pl.Series, recognition: Recognition) -> pl.DataFrame:
    """Lines of one entry share its place and what it is given, where only its first line says so."""
    if recognition.grouping == "row":
        return frame
    columns = [recognition.find_column(name) for name in SHARED_FIELDS]
    names = [
        f"c{column.index}" for column in columns if column is not None and f"c{column.index}" in frame.columns
    ]
    if not names:
        return frame
    blank = [pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name)).alias(name) for name in names]
    return (
        frame.with_columns(entry.alias("entry"))
        .with_columns(blank)
        .with_columns(
            pl.when(pl.col("entry").is_not_null())
            .then(pl.col(name).forward_fill().over("entry"))
            .otherwise(name)
            for name in names
        )
        .drop("entry")
    )


def _lines(
    frame: pl.DataFrame,
    entry: pl.Series,
    fate: pl.DataFrame,
    stated: pl.DataFrame,
    losses: Losses,
    recognition: Recognition,
) -> pl.DataFrame:
    cells = [name for name in frame.columns if name != "row"]
    origin = recognition.find_column("origin_list"), recognition.find_column("origin_row")
    origin_list, origin_row = (stripped(frame, column.index if column else None) for column in origin)
    kept = fate["fate"] == "accepted"
    lost = losses.by_row()
    table = pl.concat([frame.select("row"), fate, stated], how="horizontal").with_columns(
        entry.alias("entry"),
        cells=frame.select(pl.concat_list(cells)).to_series() if cells else pl.lit([]),
        id_cells=_id_cells(frame, cells, recognition),
        origin_list=origin_list,
        origin_row=origin_row.str.strip_suffix(".0").cast(pl.Int32, strict=False),
    )
    table = table.join(lost, on="row", how="left", maintain_order="left")
    own = [name for name in stated.columns if name != "row"] + ["losses"]
    return table.with_columns(pl.when(kept).then(pl.col(name)).alias(name) for name in own).select(
        [pl.col(name).cast(dtype) for name, dtype in LINES_SCHEMA.items()]
    )


def _id_cells(frame: pl.DataFrame, cells: list[str], recognition: Recognition) -> pl.Series:
    """The places of cells that hold an id, or so many digits that they may; phones are none."""
    ids = {f"c{column.index}" for column in recognition.columns if (column.field or "").endswith(".nid")}
    phones = {f"c{column.index}" for column in recognition.columns if ".phone" in (column.field or "")}
    marks = []
    for place, name in enumerate(cells):
        holds = pl.col(name).str.contains(_TEN_DIGITS)
        if name in ids:
            holds = pl.col(name).str.contains(r"[0-9٠-٩۰-۹]{3}") | holds
        elif name in phones:
            holds = holds & pl.col(name).str.contains(r"(?:[0-9٠-٩۰-۹][\s\-]?){14}|[eE]\+")
        marks.append(pl.when(holds).then(pl.lit(place, dtype=pl.Int32)))
    if not marks:
        return pl.Series("id_cells", [[]], dtype=pl.List(pl.Int32)).new_from_index(0, frame.height)
    return frame.select(pl.concat_list(marks).list.drop_nulls()).to_series().alias("id_cells")
