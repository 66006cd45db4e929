"""Files of families or grants to be acted on: kept, read into rows of a bulk, and given back with what became of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

import polars as pl
import psycopg
from django.db import connections
from psycopg.types.json import Jsonb

from wasl.benefits.bulk.actions import discard_bulk, plan_bulk
from wasl.benefits.bulk.permissions import check_can_make_bulks
from wasl.benefits.bulk.queries import Bulk, access_bulk, find_unfinished
from wasl.benefits.bulk.resolving import STAGED, start_staging
from wasl.benefits.bulk.rules import BulkAction, BulkSource
from wasl.intake.bulk_columns import BulkColumns, choose_sheet
from wasl.intake.kept_files import keep_stream, open_kept
from wasl.intake.reading.distinct import map_distinct, stripped
from wasl.intake.reading.sources import open_workbook
from wasl.intake.rules import hide_long_numbers
from wasl.intake.uploads import LOCK_DIGEST, MOST_BYTES, clean_name
from wasl.jobs.actions import enqueue
from wasl.kernel.errors import InvalidInput
from wasl.kernel.folding import fold_digits
from wasl.kernel.folding_columns import fold_digits_expr
from wasl.kernel.money import find_egp
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope

LONGEST_NOTE = 200
MOST_QUANTITY = Decimal(10) ** 9
COPY = f"COPY bulk_in ({STAGED}) FROM STDIN (FORMAT csv, NULL '\\N')"
# What people and programs put around and between the digits of a code.
_AROUND = r"[\s\-'\u00a0\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+"
_QUANTITY = re.compile(r"[0-9]+(?:\.[0-9]{1,3})?")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,3})?")


def receive_bulk(
    *,
    source: BinaryIO,
    size_bytes: int,
    name: str,
    by: Viewer,
    at: datetime,
    action: BulkAction,
    like: dict[str, Any],
) -> Bulk:
    """
    Keep a file sealed and make a bulk of it; the same file with the same words, while not over, is that bulk.

    `like` is what `plan_bulk` takes: need, month, params, goes_on, reason.

    :raises NotAllowed: the desk, or a role that only reads. :raises InvalidInput: it is empty, or too large.
    """
    check_can_make_bulks(by)
    name = clean_name(name)
    if size_bytes <= 0:
        raise InvalidInput("list.empty_file", file=name)
    if size_bytes > MOST_BYTES:
        raise InvalidInput("upload.too_large", file=name, most_mb=MOST_BYTES // 2**20)
    source.seek(0)
    digest = hashlib.file_digest(source, "sha256").digest()  # type: ignore[arg-type]
    source.seek(0)
    wanted = {"need": None, "month": None, "params": {}, "goes_on": False, "reason": ""} | like
    # Held while the file is kept and its bulk appears: whoever forgets files waits.
    with scope(by), connections["default"].cursor() as cursor:
        cursor.execute(LOCK_DIGEST, [digest.hex()])
        standing = find_unfinished(by, digest, {**wanted, "action": str(action)})
        if standing is not None:
            return standing
        keep_stream(source, digest)
        return plan_bulk(
            by=by, at=at, action=action, source=BulkSource.FILE, file=name, digest=digest, **wanted
        )


def drop_bulk(*, code: str, by: Viewer, at: datetime) -> None:
    """Drop a bulk of which nothing was done and, by a job, its file, where nothing else needs it."""
    with scope(by):
        bulk = access_bulk(by, code)
        discard_bulk(code=code, by=by, at=at)
        if bulk.digest is not None:
            enqueue(by=by, at=at, kind="forget_file", params={"digest": bulk.digest.hex()}, object_code=code)


def stage_file(connection: psycopg.Connection, bulk: Bulk) -> None:
    """
    Read the file of a bulk into `bulk_in`, and write down how it was read; within the caller's transaction.

    :raises InvalidInput: no list, hostile or damaged; no column of codes; several sheets of them.
    """
    assert bulk.digest is not None
    of_grants = bulk.action != BulkAction.RESERVE and bulk.need is None
    start_staging(connection)
    with open_kept(bulk.digest, bulk.file) as path:
        sheet, columns = choose_sheet(open_workbook(path), of_grants=of_grants)
        if bulk.action == BulkAction.RESERVE and columns.family is None and columns.person is None:
            raise InvalidInput(
                "bulk.no_codes", file=bulk.file, headings=", ".join(filter(None, columns.headers))[:200]
            )
        form = {"sheet": sheet.name, "columns": asdict(columns)}
        named = ("family", "person", "grant", "quantity", "value")
        form["headings"] = {name: columns.header_of(name) for name in named}
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            for frame in sheet.frames():
                rows = read_frame(frame, columns)
                copy.write(rows.write_csv(include_header=False, null_value="\\N", quote_style="non_numeric"))
    connection.execute("UPDATE benefits_bulk SET form = %s WHERE id = %s", [Jsonb(form), bulk.id])


def read_frame(frame: pl.DataFrame, columns: BulkColumns) -> pl.DataFrame:
    """Return the rows of a frame below the header that say anything, as `bulk_in` takes them."""
    says = pl.any_horizontal(pl.exclude("row").is_not_null()) if frame.width > 1 else pl.lit(value=False)
    frame = frame.filter((pl.col("row") > columns.header_row) & says)
    read = pl.DataFrame({"row": frame["row"]})
    codes = {name: _codes(frame, getattr(columns, name)) for name in ("family", "person", "grant")}
    quantities = stripped(frame, columns.quantity)
    amounts = stripped(frame, columns.value)
    read = read.with_columns(
        *[number.alias(f"{name}_no") for name, (number, _) in codes.items()],
        map_distinct(quantities, read_quantity, pl.String).alias("quantity"),
        map_distinct(amounts, _read_value, pl.Int64).alias("value_piastres"),
        map_distinct(stripped(frame, columns.note), _read_note, pl.String).fill_null("").alias("note"),
    )
    wrong = pl.any_horizontal(
        *[(written.is_not_null() & number.is_null()) for number, written in codes.values()]
    )
    return read.with_columns(
        problem=pl.when(wrong)
        .then(pl.lit("bad_code"))
        .when(quantities.is_not_null() & read["quantity"].is_null())
        .then(pl.lit("bad_quantity"))
        .when(amounts.is_not_null() & read["value_piastres"].is_null())
        .then(pl.lit("bad_value"))
        .otherwise(pl.lit(""))
    ).select([name.strip() for name in STAGED.split(",")])


def _codes(frame: pl.DataFrame, place: int | None) -> tuple[pl.Series, pl.Series]:
    """Return the numbers of a column of codes, null where one does not fit its check digits, and the cells as written."""
    written = stripped(frame, place)
    bare = fold_digits_expr(pl.col("code")).str.replace_all(_AROUND, "")
    number = pl.col("bare").cast(pl.Int64, strict=False)
    fits = (
        pl.col("bare").str.contains(r"^[0-9]{3,18}$") & (number % 97 == 1) & (number % 100).is_between(2, 98)
    )
    read = pl.DataFrame({"code": written}).select(bare=bare).select(pl.when(fits).then(number // 100))
    return read.to_series(), written


def read_quantity(text: str) -> str | None:
    """Return a quantity above nothing with at most three decimals, as digits; None where it is none."""
    bare = fold_digits(text).replace("٫", ".").replace("٬", ",").replace(" ", "")
    if _THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "")
    if not _QUANTITY.fullmatch(bare) or not 0 < Decimal(bare) <= MOST_QUANTITY:
        return None
    return bare


def _read_value(text: str) -> int | None:
    piastres = find_egp(text)
    return piastres if piastres is not None and piastres >= 0 else None


def _read_note(text: str) -> str:
    return hide_long_numbers(text.replace("\x00", ""))[:LONGEST_NOTE]


def file_rows(bulk: Bulk) -> Iterator[pl.DataFrame]:
    """Yield the rows of a bulk's file as they were read, with `row`: whole columns, below the header."""
    assert bulk.digest is not None
    header_row, sheet_name = bulk.form["columns"]["header_row"], bulk.form["sheet"]
    with open_kept(bulk.digest, bulk.file) as path:
        sheet = next(one for one in open_workbook(path) if one.name == sheet_name)
        for frame in sheet.frames():
            yield frame.filter(pl.col("row") > header_row)
