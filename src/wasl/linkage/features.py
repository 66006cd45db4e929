"""
What is known of each record for scoring a question: filled when records are stored, completed by runs.

Names are coded by the dictionary of the last published run; a name that it lacks comes in with
`matching.dictionary.grow_dictionary`, under a code of its own. Everything can be made again from the records.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import polars as pl
import psycopg

from wasl.country.egypt.names import engine_rules
from wasl.country.egypt.national_id import national_ids
from wasl.linkage.feature_rows import (
    forget_borrowed,
    place_numbers,
    settle_births,
    settle_sexes,
    village_text,
)
from wasl.linkage.feature_tokens import code_tokens
from wasl.matching import NameRules
from wasl.matching.dictionary import PARTS, split_names
from wasl.registry.staging import fill_staging, make_staging
from wasl.store.sealing import unseal

BATCH = 100_000
# Ids passed their checks when they were stored: no day is too late for what they tell.
_LATEST = date(2099, 12, 31)

COLUMNS = """
{id} AS id, {organisation} AS organisation_id, staged.name, staged.nid_check,
    ('x' || encode(substring(staged.nid_index FOR 8), 'hex'))::bit(64)::bigint AS nid,
    CASE WHEN staged.nid_sealed IS NOT NULL AND (staged.birth_date IS NULL OR staged.sex IS NULL
        OR staged.birth_precision = 'day' AND extract(doy FROM staged.birth_date) = 1)
        THEN encode(staged.nid_sealed, 'hex') END AS nid_sealed,
    staged.sex, staged.birth_date, staged.birth_precision, staged.phone, staged.governorate, staged.markaz,
    staged.village
"""
FRESH = (
    f"SELECT {COLUMNS.format(id='staged_id.id', organisation='%s::integer')}"
    " FROM staged_record AS staged JOIN staged_id USING (content_key) WHERE staged_id.fresh"
)
MISSING = (
    f"SELECT {COLUMNS.format(id='staged.id', organisation='staged.organisation_id::integer')}"
    " FROM registry_record AS staged WHERE staged.id > %s AND NOT EXISTS ("
    " SELECT FROM linkage_feature AS feature WHERE feature.record_id = staged.id OFFSET 0)"
    " ORDER BY staged.id LIMIT %s"
)
# A borrowed id's date and sex are looked for whatever the record says.
SOME = re.sub(
    r"CASE WHEN staged.nid_sealed.*?THEN (encode\(.*?\)) END",
    r"\1",
    f"SELECT {COLUMNS.format(id='staged.id', organisation='staged.organisation_id::integer')}"
    " FROM registry_record AS staged WHERE staged.id = ANY(%s) ORDER BY staged.id",
    flags=re.DOTALL,
)
SCHEMA = {
    "id": pl.Int64, "organisation_id": pl.Int32, "name": pl.String, "nid_check": pl.Boolean, "nid": pl.Int64,
    "nid_sealed": pl.String, "sex": pl.Int8, "birth_date": pl.Date, "birth_precision": pl.String,
    "phone": pl.Int64, "governorate": pl.String, "markaz": pl.String, "village": pl.String,
}  # fmt: skip
STAGED = (
    "record_id bigint, organisation_id integer, c1 integer, c2 integer, c3 integer, c4 integer, c5 integer,"
    " t1 integer, t2 integer, t3 integer, t4 integer, t5 integer, date_key integer, markaz integer,"
    " governorate integer, village bigint, phone bigint, nid bigint, year smallint, month smallint, day smallint,"
    " precision smallint, sex smallint, trusted boolean, borrowed boolean"
)


def describe_records(connection: psycopg.Connection, *, organisation_id: int) -> None:
    """Describe the records that `registry.actions.store_records` has just inserted, in its transaction."""
    _describe(connection, connection.execute(FRESH.encode(), [organisation_id]).fetchall())


def describe_missing(connection: psycopg.Connection) -> int:
    """Describe every record that is not, in the caller's transaction; return how many."""
    done, last = 0, 0
    while rows := connection.execute(MISSING.encode(), [last, BATCH]).fetchall():
        _describe(connection, rows)
        done, last = done + len(rows), rows[-1][0]
    return done


def rebuild_features(connection: psycopg.Connection) -> int:
    """Describe every record anew, in the caller's transaction; return how many."""
    connection.execute("TRUNCATE linkage_feature")
    return describe_missing(connection)


def describe_again(connection: psycopg.Connection, records: Sequence[int], *, borrowed: bool) -> None:
    """Describe records whose id is, or is no more, somebody else's: what a borrowed id says is its owner's."""
    for at in range(0, len(records), BATCH):
        part = list(records[at : at + BATCH])
        rows = connection.execute(SOME.encode(), [part]).fetchall()
        connection.execute("DELETE FROM linkage_feature WHERE record_id = ANY(%s)", [part])
        _describe(connection, rows, borrowed=borrowed)


def _describe(
    connection: psycopg.Connection, rows: Iterable[tuple[object, ...]], *, borrowed: bool = False
) -> None:
    records = pl.DataFrame(list(rows), schema=SCHEMA, orient="row")
    if records.is_empty():
        return
    made = _features(connection, records, borrowed)
    make_staging(connection, {"feature_in": STAGED})
    fill_staging(connection, "feature_in", made)
    connection.execute("INSERT INTO linkage_feature SELECT * FROM feature_in")


def _features(connection: psycopg.Connection, records: pl.DataFrame, borrowed: bool) -> pl.DataFrame:
    names = records["name"].fill_null("").to_arrow().cast("string")
    chain, tokens = split_names([names], NameRules(**engine_rules()))
    code, canon, sex_of = code_tokens(connection, tokens)
    ids = _read_ids(records["nid_sealed"])
    counts = records["nid_check"].fill_null(False).to_numpy() & records["nid"].is_not_null().to_numpy()
    births = settle_births(records["birth_date"], records["birth_precision"], ids["birth_date"], counts)
    by_name, id_sex = sex_of[chain[:, 0]], ids["sex"].fill_null(0).to_numpy()
    sex = settle_sexes(by_name, records["sex"].fill_null(0).to_numpy(), id_sex, counts)
    if borrowed:
        births, sex = forget_borrowed(births, records["birth_date"], ids["birth_date"], sex, by_name, id_sex)
    place = records.with_columns(place=village_text())
    return pl.DataFrame(
        {
            "record_id": records["id"],
            "organisation_id": records["organisation_id"],
            **{f"c{at + 1}": canon[chain[:, at]] for at in range(PARTS)},
            **{f"t{at + 1}": code[chain[:, at]] for at in range(PARTS)},
            "date_key": births["date_key"],
            "markaz": place_numbers(records["markaz"], 32),
            "governorate": place_numbers(records["governorate"], 32),
            "village": place_numbers(place["place"], 64),
            "phone": records["phone"].fill_null(0),
            "nid": records["nid"].fill_null(0),
            **{name: births[name] for name in ("year", "month", "day", "precision")},
            "sex": sex,
            "trusted": counts & (not borrowed),
            "borrowed": np.full(records.height, borrowed),
        }
    )


def _read_ids(sealed: pl.Series) -> pl.DataFrame:
    """Return what ids tell of birth and sex, of the few records that do not say it themselves."""
    wanted = sealed.drop_nulls()
    plain = unseal([bytes.fromhex(text) for text in wanted])
    told = national_ids(pl.Series(plain, dtype=pl.String), _LATEST)
    found = pl.DataFrame({"nid_sealed": wanted}).with_columns(
        birth_date=told["birth_date"], sex=told["sex"].cast(pl.Int8)
    )
    return sealed.to_frame().join(
        found.unique("nid_sealed"), on="nid_sealed", how="left", maintain_order="left"
    )
