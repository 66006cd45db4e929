"""
From a parsed chunk to bytes that COPY takes: keys computed, ids sealed, nothing readable left.

Runs in the reading thread, so that the database is not waited for. Work per row is polars; digests
and sealing are one call each over distinct contents.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl
import psycopg

from wasl.intake.reading.model import ParsedChunk
from wasl.intake.rules import hide_long_numbers
from wasl.intake.sealed_cells import CELL_MARK, PLACE_MARK
from wasl.store.sealing import keyed_index, seal

STAGING = """
CREATE TEMP TABLE IF NOT EXISTS staged_line (
    row integer NOT NULL,
    entry_no integer,
    fate text NOT NULL,
    reason text,
    reason_column text,
    cells text[] NOT NULL,
    sealed_cells bytea,
    need text,
    need_text text,
    month date,
    given_on date,
    quantity numeric(14, 3),
    value_piastres bigint,
    paid_by text,
    losses jsonb,
    origin_list text,
    origin_row integer
);
CREATE TEMP TABLE IF NOT EXISTS staged_key (
    row integer NOT NULL,
    entry_no integer NOT NULL,
    entry_id bigint NOT NULL,
    line_key bytea NOT NULL,
    repeated boolean NOT NULL
);
"""

# What makes two mentions the same record: a change here makes new records of old people.
IDENTITY = (
    "name", "nid", "nid_written", "sex", "birth_date", "birth_precision", "phone",
    "governorate", "markaz", "village", "deceased",
)  # fmt: skip
RECORD_COLUMNS = (
    "content_key", "name", "nid_index", "nid_sealed", "nid_check", "nid_written_sealed", "sex", "birth_date",
    "birth_precision", "phone", "governorate", "markaz", "village", "deceased",
)  # fmt: skip
MENTION_COLUMNS = ("row", "role", "entry_no", "relation", "birth_date", "content_key")
LINE_COLUMNS = (
    "row", "entry_no", "fate", "reason", "reason_column", "cells", "sealed_cells", "need", "need_text", "month",
    "given_on", "quantity", "value_piastres", "paid_by", "losses", "origin_list", "origin_row",
)  # fmt: skip
_NULL = "\x02"


@dataclass(frozen=True)
class StagedChunk:
    """One chunk ready for COPY, and how far it reaches."""

    lines: bytes
    mentions: bytes
    records: bytes
    row_count: int
    last_row: int
    payers: frozenset[str]


def stage_chunk(chunk: ParsedChunk) -> StagedChunk:
    """Seal, key and encode one chunk."""
    mentions, records = _mention_frames(chunk.mentions)
    lines = _line_frame(chunk.lines)
    return StagedChunk(
        lines=_csv(lines.select(LINE_COLUMNS)),
        mentions=_csv(mentions.select(MENTION_COLUMNS)),
        records=_csv(records.select(RECORD_COLUMNS)),
        row_count=lines.height,
        last_row=int(chunk.lines["row"].max() or 0),  # type: ignore[arg-type]
        payers=frozenset(lines["paid_by"].drop_nulls().unique().to_list()),
    )


def copy_chunk(connection: psycopg.Connection, staged: StagedChunk) -> None:
    """Empty the staging tables and fill them with a chunk."""
    connection.execute("TRUNCATE staged_line, staged_mention, staged_record, staged_entry, staged_key")
    copy_rows(connection, "staged_line", LINE_COLUMNS, staged.lines)
    copy_rows(connection, "staged_record", RECORD_COLUMNS, staged.records)
    copy_rows(connection, "staged_mention", MENTION_COLUMNS, staged.mentions)


def copy_rows(connection: psycopg.Connection, table: str, columns: Sequence[str], data: bytes) -> None:
    """COPY what `_csv` wrote into a temporary table."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN WITH (FORMAT csv, NULL E'\\x02')"
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        copy.write(data)


def content_keys(mentions: pl.DataFrame) -> list[tuple[int, bytes]]:
    """Return, for each mention, its row and the key under which its record would be kept."""
    keyed, _ = _mention_frames(mentions)
    return [(row, bytes.fromhex(key[2:])) for row, key in keyed.select("row", "content_key").iter_rows()]


def _mention_frames(mentions: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return mentions with their content keys, and each content once with all that a record holds."""
    frame = mentions.with_columns(
        pl.col("name").fill_null(""),
        pl.col("deceased").fill_null(False),
        pl.when(pl.col("nid").is_null()).then(pl.col("nid_written")).alias("nid_written"),
        pl.col("nid_check") & pl.col("nid").is_not_null(),
    ).with_columns(_clean_text(pl.col("name", "village", "nid_written", "relation", "role")))
    parts = [pl.col(name).cast(pl.String).fill_null("") for name in IDENTITY]
    frame = frame.with_columns(pl.concat_str(parts, separator="\x1f").alias("identity"), entry_no="entry")
    distinct = frame.unique("identity", keep="first", maintain_order=True)
    records = distinct.with_columns(
        _hex("content_key", keyed_index(distinct["identity"].to_list())),
        _hex("nid_index", keyed_index(distinct["nid"].to_list())),
        _hex("nid_sealed", seal(distinct["nid"].to_list())),
        _hex("nid_written_sealed", seal(distinct["nid_written"].to_list())),
    )
    keys = records.select("identity", "content_key")
    return frame.join(keys, on="identity", how="left", maintain_order="left"), records


def _line_frame(lines: pl.DataFrame) -> pl.DataFrame:
    cells = lines["cells"].list.eval(_clean_text(pl.element()))
    frame = lines.with_columns(cells, pl.col("id_cells").fill_null([]))
    width = int(cells.list.len().max() or 0)  # type: ignore[arg-type]
    places = sorted(frame["id_cells"].explode().drop_nulls().unique().to_list())
    return frame.select(
        pl.col("entry").alias("entry_no"),
        _array_literal(width, places).alias("cells"),
        _hex("sealed_cells", seal(frame.select(_sealed_text(places)).to_series().to_list())),
        *[_hidden(frame[name]) for name in ("need_text", "paid_by", "reason_column")],
        _losses(frame["losses"]),
        pl.col(
            "row",
            "fate",
            "reason",
            "need",
            "month",
            "given_on",
            "value_piastres",
            "origin_list",
            "origin_row",
        ),
        _quantity(),
    )


def _quantity() -> pl.Expr:
    """A quantity that no numeric(14, 3) holds is a number that stood in the wrong column."""
    return pl.when(pl.col("quantity").is_finite() & (pl.col("quantity").abs() < 1e10)).then(
        pl.col("quantity")
    )


def _array_literal(width: int, places: Collection[int]) -> pl.Expr:
    """Write cells as PostgreSQL's array literal, those at `id_cells` as NULL; all of one width."""
    pieces = []
    for place in range(width):
        cell = pl.col("cells").list.get(place, null_on_oob=True)
        cell = cell.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
        quoted = pl.lit('"') + cell + pl.lit('"')
        if place in places:
            quoted = pl.when(~pl.col("id_cells").list.contains(place)).then(quoted)
        pieces.append(quoted.fill_null("NULL"))
    joined = pl.concat_str(pieces, separator=",") if pieces else pl.lit("")
    return pl.concat_str(pl.lit("{"), joined, pl.lit("}"))


def _sealed_text(places: Sequence[int]) -> pl.Expr:
    """Gather the cells at `id_cells` with their places into one text to seal; null where there is none."""
    if not places:
        return pl.lit(None, dtype=pl.String).repeat_by(pl.len()).explode().alias("sealed")
    pieces = [
        pl.when(pl.col("id_cells").list.contains(place)).then(
            pl.lit(f"{place}{PLACE_MARK}") + pl.col("cells").list.get(place, null_on_oob=True)
        )
        for place in places
    ]
    joined = pl.concat_str(pieces, separator=CELL_MARK, ignore_nulls=True)
    return pl.when(joined != "").then(joined).alias("sealed")


def _losses(losses: pl.Series) -> pl.Series:
    """Write losses as JSON; most lines have none."""
    as_json = pl.DataFrame({"losses": losses}).select(
        pl.when(pl.col("losses").list.len() > 0).then(
            pl.struct("losses").struct.json_encode().str.strip_prefix('{"losses":').str.strip_suffix("}")
        )
    )
    return as_json.to_series().alias("losses")


def _hidden(texts: pl.Series) -> pl.Series:
    distinct = texts.unique().drop_nulls().to_list()
    return texts.replace_strict(distinct, [hide_long_numbers(text) for text in distinct], default=None)


def _clean_text(expression: pl.Expr) -> pl.Expr:
    """Drop what PostgreSQL cannot hold, and the marks used here."""
    return expression.str.replace_all("[\\x00\\x02\\x1e\\x1f]", "")


def _hex(name: str, values: Sequence[bytes | None]) -> pl.Series:
    digits = pl.Series(name, values, dtype=pl.Binary).bin.encode("hex")
    return ("\\x" + digits).alias(name)


def _csv(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_header=False, null_value=_NULL, quote_style="non_numeric")
    return buffer.getvalue()
