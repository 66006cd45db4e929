"""Put the engine's input tables into the registry as a loader would, without files."""

from __future__ import annotations

from datetime import date

import polars as pl
import psycopg

from wasl.registry.staging import fill_staging, make_staging
from wasl.store.sealing import keyed_index, seal

STAGED = {
    "record_in": (
        "id bigint, organisation_id bigint, own_no integer, content_key text, name text, nid_index text, nid_sealed text,"
        " nid_check boolean, sex smallint, birth_date date, birth_precision text, phone bigint,"
        " governorate text, markaz text, village text"
    ),
    "entry_in": "id bigint, organisation_id bigint, own_no integer, head bigint",
    "member_in": "entry_id bigint, record_id bigint, organisation_id bigint, role text, relation text",
    "appearance_in": "entry_id bigint, list_id bigint, organisation_id bigint, month date",
}
WRITTEN = (
    "INSERT INTO registry_record (id, organisation_id, own_no, content_key, name, nid_index, nid_sealed, nid_check,"
    " sex, birth_date, birth_precision, phone, governorate, markaz, village) OVERRIDING SYSTEM VALUE"
    " SELECT id, organisation_id, own_no, decode(content_key, 'hex'), coalesce(name, ''), decode(nid_index, 'hex'),"
    " decode(nid_sealed, 'hex'), nid_check, sex, birth_date, birth_precision, phone, governorate, markaz, village"
    " FROM record_in ORDER BY id",
    "INSERT INTO registry_entry (id, organisation_id, own_no, content_key, head_record_id) OVERRIDING SYSTEM VALUE"
    " SELECT id, organisation_id, own_no, decode(md5(id::text), 'hex'), head FROM entry_in ORDER BY id",
    "INSERT INTO registry_entry_member (entry_id, record_id, organisation_id, role, relation)"
    " SELECT entry_id, record_id, organisation_id, role, relation FROM member_in",
    "INSERT INTO registry_appearance (entry_id, list_id, organisation_id, month, active)"
    " SELECT entry_id, list_id, organisation_id, month, true FROM appearance_in",
)


def fill_registry(
    connection: psycopg.Connection, tables: dict[str, object], organisations: dict[int, int]
) -> None:
    """Write records, entries, members and appearances; `organisations` maps the tables' numbers to ids."""
    frames = {name: pl.from_arrow(tables[name]) for name in ("records", "entries", "members", "editions")}
    number = pl.col("organisation").replace_strict(organisations, return_dtype=pl.Int64)
    records, entries = (frames[name].with_columns(organisation_id=number) for name in ("records", "entries"))
    heads = (
        frames["members"].sort("entry_id", "role", descending=[False, True]).unique("entry_id", keep="first")
    )
    staged = {
        "record_in": _records(_numbered(connection, "registry_record", records, "record_id", 1)),
        "entry_in": _numbered(connection, "registry_entry", entries, "entry_id", 2)
        .join(heads.select("entry_id", head="record_id"), on="entry_id")
        .select("entry_id", "organisation_id", "own_no", "head"),
        "member_in": frames["members"]
        .join(entries.select("entry_id", "organisation_id"), on="entry_id")
        .unique(["entry_id", "record_id"], keep="first")
        .select("entry_id", "record_id", "organisation_id", "role", "relation"),
        "appearance_in": frames["editions"]
        .unique()
        .join(entries, on="entry_id")
        .select("entry_id", "list_id", "organisation_id", pl.col("last_month").fill_null(date(2025, 1, 1))),
    }
    make_staging(connection, STAGED)
    for name, frame in staged.items():
        fill_staging(connection, name, frame)
    for statement in WRITTEN:
        connection.execute(statement.encode())


def _numbered(
    connection: psycopg.Connection, table: str, frame: pl.DataFrame, item: str, first: int
) -> pl.DataFrame:
    """Count each organisation's own rows on, as a trigger would row by row for a quarter of a millisecond each."""
    rows = connection.execute(
        f"SELECT organisation_id, max(own_no) FROM {table} GROUP BY 1".encode()
    ).fetchall()
    stood = {int(row[0]): int(row[1]) for row in rows}
    before = pl.col("organisation_id").replace_strict(stood, default=first - 2, return_dtype=pl.Int64)
    place = pl.int_range(1, pl.len() + 1).over("organisation_id")
    return frame.sort(item).with_columns(own_no=before + 2 * place)


def _records(records: pl.DataFrame) -> pl.DataFrame:
    ids = records["nid"].to_list()
    keys = [f"{number:032x}" for number in records["record_id"]]

    def hexed(found: list[bytes | None]) -> pl.Series:
        return pl.Series([None if item is None else item.hex() for item in found], dtype=pl.String)

    return records.with_columns(
        sex=pl.when(pl.col("sex").is_in([1, 2])).then("sex"),
        birth_precision=pl.when(pl.col("birth_date").is_not_null()).then("birth_precision"),
        content_key=pl.Series(keys), nid_index=hexed(keyed_index(ids)), nid_sealed=hexed(seal(ids))
    ).select(
        "record_id", "organisation_id", "own_no", "content_key", "name", "nid_index", "nid_sealed", "nid_check", "sex",
        "birth_date", "birth_precision", "phone", "governorate", "markaz", "village",
    )  # fmt: skip
