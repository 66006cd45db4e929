"""Input tables as slim integer columns, ordered by content so that nothing hangs on ids or row order."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from wasl.matching.arrays import mix, sum_by
from wasl.matching.dictionary import describe_tokens, split_names
from wasl.matching.options import Array, IdLayout, LinkOptions, NameRules
from wasl.matching.stages import Table

Source: TypeAlias = pa.Table | Path | str

RECORD_TYPES: dict[str, pl.DataType] = {
    "record_id": pl.Int64(),
    "organisation": pl.Int32(),
    "ministry": pl.Boolean(),
    "name": pl.String(),
    "nid": pl.String(),
    "nid_check": pl.Boolean(),
    "sex": pl.Int8(),
    "birth_date": pl.Date(),
    "birth_precision": pl.String(),
    "phone": pl.Int64(),
    "governorate": pl.String(),
    "markaz": pl.String(),
    "village": pl.String(),
}
ENTRY_TYPES: dict[str, pl.DataType] = {
    "entry_id": pl.Int64(),
    "organisation": pl.Int32(),
    "ministry": pl.Boolean(),
    "last_month": pl.Date(),
}
MEMBER_TYPES: dict[str, pl.DataType] = {
    "entry_id": pl.Int64(),
    "record_id": pl.Int64(),
    "relation": pl.String(),
    "role": pl.String(),
}
EDITION_TYPES: dict[str, pl.DataType] = {"entry_id": pl.Int64(), "list_id": pl.Int64()}
VERDICT_TYPES: dict[str, pl.DataType] = {
    "record_a": pl.Int64(),
    "record_b": pl.Int64(),
    "kind": pl.String(),
    "verdict": pl.String(),
}
RELATIONS = ("", "head", "spouse", "child", "parent", "sibling", "grandchild", "dependant", "other")
HEAD, SPOUSE, CHILD, PARENT, GRANDCHILD = 1, 2, 3, 4, 6
NO_DATE = -(10**6)
YOUNG_YEARS = 22
_PRECISION = {"year": 1, "month": 2, "day": 3}


def read_table(source: Source | None, types: dict[str, pl.DataType]) -> pl.DataFrame:
    """Return an input as a frame of exactly the columns and types of the contract."""
    if source is None:
        return pl.DataFrame(schema=types)
    frame = pl.read_parquet(source) if isinstance(source, str | Path) else pl.DataFrame(pl.from_arrow(source))
    columns = [
        pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, dtype=kind).alias(name)
        for name, kind in types.items()
    ]
    return frame.select(columns)


def encode(
    records: pl.DataFrame,
    entries: pl.DataFrame,
    members: pl.DataFrame,
    editions: pl.DataFrame,
    names: NameRules,
    options: LinkOptions,
    connection: duckdb.DuckDBPyConnection,
) -> Table:
    """
    Return records, entries and members as integer columns under dense ids in content order.

    Prefixes: none for records, `e_` entries, `m_` members, `tok_` tokens. Missing is 0 in codes.
    """
    name_rank, chain, tokens = split_names(_texts(records["name"]), names, connection)
    facts = {**_plain_columns(records), **_id_columns(records, options), **_stated_birth(records)}
    order = _content_order(records["record_id"].to_numpy(), name_rank, facts, members)
    out: Table = {"record_id": records["record_id"].to_numpy()[order], "chain": chain[order]}
    out.update(describe_tokens(out["chain"], tokens, names))
    out["tok_text"] = np.array(tokens, dtype=np.str_)
    out.update({name: column[order] for name, column in facts.items()})
    out.update(_entry_columns(entries, members, out["record_id"]))
    out["e_list"] = _first_list(out["e_id"], editions)
    _settle_birth_and_sex(out)
    _describe_roles(out)
    return out


def _texts(column: pl.Series) -> pa.Array:
    return column.fill_null("").to_arrow().cast(pa.string())


def _first_list(entry_id: Array, editions: pl.DataFrame) -> Array:
    """Return the number of one list each entry stands in, 0 where no edition is told."""
    number = _rank(editions["list_id"])
    at, known = _find(entry_id, editions["entry_id"].to_numpy())
    out = np.full(len(entry_id), len(number) + 1, dtype=np.int32)
    np.minimum.at(out, at[known], number[known])
    return np.where(out > len(number), 0, out)


def _rank(column: pl.Series) -> Array:
    """Return dense ranks by content, 1 upwards; 0 for null."""
    distinct_values = column.drop_nulls().unique().sort()
    if not len(distinct_values):
        return np.zeros(len(column), dtype=np.int32)
    if column.dtype != pl.String:
        values = column.fill_null(distinct_values[0]).to_numpy()
        code = np.searchsorted(distinct_values.to_numpy(), values) + 1
        return np.where(column.is_null().to_numpy(), 0, code).astype(np.int32)
    coded = pc.dictionary_encode(column.to_arrow().cast(pa.string()))
    place = {text: number for number, text in enumerate(distinct_values.to_list(), start=1)}
    number = np.array([place[text] for text in coded.dictionary.to_pylist()], dtype=np.int32)
    there = ~column.is_null().to_numpy()
    out = np.zeros(len(column), dtype=np.int32)
    out[there] = number[coded.indices.drop_null().to_numpy()]
    return out


def _content_order(record_id: Array, name_rank: Array, facts: Table, members: pl.DataFrame) -> Array:
    """
    Return the order of records by content; equal contents by the families they stand in.

    Records that tie even there are alike in all the engine sees; only between those does the id decide.
    """
    small = ("org", "ministry", "sex_stated", "nid_check", "birth_precision")
    packed = np.zeros(len(record_id), dtype=np.int64)
    for name in small:
        column = facts[name].astype(np.int64)
        low = int(column.min(initial=0))
        packed = packed * (int(column.max(initial=0)) - low + 1) + column - low
    place = (
        (facts["gov"].astype(np.int64) << 48) | (facts["markaz"].astype(np.int64) << 32) | facts["village"]
    )
    keys = (packed, place, facts["phone"], facts["birth_day"], facts["nid"], name_rank)
    order = np.lexsort(keys)
    fresh = np.zeros(len(order), dtype=bool)
    for key in keys:
        fresh[1:] |= key[order[1:]] != key[order[:-1]]
    if fresh[1:].all():
        return order
    content = np.empty(len(order), dtype=np.int64)
    content[order] = np.cumsum(fresh)
    tie = _family_signature(record_id, content, members)
    return np.lexsort((record_id, tie, content))


def _family_signature(record_id: Array, content: Array, members: pl.DataFrame) -> Array:
    """Return per record a number made of the contents of everybody it stands in an entry with."""
    at, known = _find(record_id, members["record_id"].to_numpy())
    entry = _rank(members["entry_id"])[known].astype(np.int64)
    relation = _rank(members["relation"])[known]
    at = at[known]
    token = mix(content[at] * 16 + relation)
    signature = sum_by(entry, token, int(entry.max(initial=0)) + 1)
    return sum_by(at, mix(signature[entry]), len(record_id))


def _find(ids: Array, wanted: Array) -> tuple[Array, Array]:
    """Return where each wanted id stands, and whether it does."""
    if not len(ids):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    least, most = int(ids.min()), int(ids.max())
    if most - least < 8 * len(ids) + 1_000_000:
        inside = (wanted >= least) & (wanted <= most)
        table = np.full(most - least + 1, -1, dtype=np.int64)
        table[ids - least] = np.arange(len(ids))
        at = table[np.where(inside, wanted, least) - least]
        found = inside & (at >= 0)
        return np.where(found, at, 0), found
    order = np.argsort(ids, kind="stable")
    ordered = ids[order]
    place = np.minimum(np.searchsorted(ordered, wanted), len(ids) - 1)
    return order[place], ordered[place] == wanted


def _plain_columns(records: pl.DataFrame) -> Table:
    place = [pl.col("governorate").fill_null(""), pl.col("markaz").fill_null(""), pl.col("village")]
    village = records.select(pl.concat_str(place, separator="|")).to_series()
    return {
        "org": records["organisation"].fill_null(0).to_numpy(),
        "ministry": records["ministry"].fill_null(False).to_numpy(),
        "sex_stated": records["sex"].fill_null(0).to_numpy(),
        "phone": _rank(records["phone"]),
        "gov": _rank(records["governorate"]),
        "markaz": _rank(records["markaz"]),
        "village": _rank(village),
    }


def _stated_birth(records: pl.DataFrame) -> Table:
    day = records["birth_date"].cast(pl.Int32).fill_null(NO_DATE).to_numpy()
    words = records["birth_precision"].replace_strict(_PRECISION, default=3, return_dtype=pl.Int8)
    precision = words.fill_null(3).to_numpy()
    return {"birth_day": day, "birth_precision": np.where(day > NO_DATE, precision, 0).astype(np.int8)}


def _id_columns(records: pl.DataFrame, options: LinkOptions) -> Table:
    nid = records["nid"].cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    check = records["nid_check"].fill_null(False).to_numpy()
    valid = (nid > 0) & check if options.use_check_digit else nid > 0
    day, sex = _read_ids(nid, options.id_layout)
    return {"nid": nid, "nid_check": check, "nid_valid": valid, "nid_day": day, "nid_sex": sex}


def _read_ids(nid: Array, layout: IdLayout | None) -> tuple[Array, Array]:
    """Return the birth date (days since 1970) and sex that ids tell, where they tell them."""
    day = np.full(len(nid), NO_DATE, dtype=np.int32)
    sex = np.zeros(len(nid), dtype=np.int8)
    if layout is None or not len(nid):
        return day, sex

    def digits(at: int, count: int) -> Array:
        return np.asarray(nid // 10 ** (layout.length - at - count) % 10**count)

    fits = (nid >= 10 ** (layout.length - 1)) & (nid < 10**layout.length)
    century = digits(layout.century_at, 1)
    first = np.zeros(len(nid), dtype=np.int64)
    for digit, year in layout.centuries.items():
        first[century == digit] = year
    frame = pl.DataFrame(
        {
            "y": first + digits(layout.date_at, 2),
            "m": digits(layout.date_at + 2, 2),
            "d": digits(layout.date_at + 4, 2),
        }
    )
    good = fits & (first > 0)
    month, date = frame["m"].to_numpy(), frame["d"].to_numpy()
    good &= (month >= 1) & (month <= 12) & (date >= 1) & (date <= 31)
    days = _days(frame["y"].to_numpy(), month, date)
    day[good] = days[good]
    if layout.sex_at is not None:
        sex[good] = np.where(digits(layout.sex_at, 1)[good] % 2 == 1, 1, 2)
    return day, sex


def _days(year: Array, month: Array, day: Array) -> Array:
    months = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    return np.asarray((months.astype("datetime64[D]").astype(np.int64) + day - 1).astype(np.int32))


def _entry_columns(entries: pl.DataFrame, members: pl.DataFrame, record_id: Array) -> Table:
    entry_id, first = np.unique(entries["entry_id"].to_numpy(), return_index=True)
    month = entries["last_month"].cast(pl.Int32).fill_null(0).to_numpy()[first]
    org = entries["organisation"].fill_null(0).to_numpy()[first]
    ministry = entries["ministry"].fill_null(False).to_numpy()[first]
    rec, has_record = _find(record_id, members["record_id"].to_numpy())
    ent, has_entry = _find(entry_id, members["entry_id"].to_numpy())
    code = {word: number for number, word in enumerate(RELATIONS)}
    relation = (
        members["relation"].fill_null("").replace_strict(code, default=8, return_dtype=pl.Int8).to_numpy()
    )
    known = has_record & has_entry
    ent, rec, relation = ent[known], rec[known], relation[known]
    order = np.lexsort((relation, rec, ent))
    ent, rec, relation = ent[order], rec[order], relation[order]
    once = np.ones(len(ent), dtype=bool)
    once[1:] = (ent[1:] != ent[:-1]) | (rec[1:] != rec[:-1])
    ent, rec, relation = ent[once], rec[once], relation[once]
    size = np.bincount(ent, minlength=len(entry_id))
    least = np.full(len(entry_id), len(record_id), dtype=np.int64)
    np.minimum.at(least, ent, rec)
    content = sum_by(ent, mix(rec.astype(np.int64) * 16 + relation), len(entry_id))
    order = np.lexsort((entry_id, org, month, content, least))
    where = np.empty(len(order), dtype=np.int64)
    where[order] = np.arange(len(order))
    ent = where[ent]
    again = np.lexsort((rec, ent))
    return {
        "e_id": entry_id[order],
        "e_org": org[order],
        "e_ministry": ministry[order],
        "e_month": month[order],
        "e_size": size[order].astype(np.int32),
        "m_ent": ent[again].astype(np.int32),
        "m_rec": rec[again].astype(np.int32),
        "m_rel": relation[again],
    }


def _settle_birth_and_sex(out: Table) -> None:
    """
    Choose one date and one sex per record.

    A stated date wins over the id's; 1 January is what clerks write for an unknown day, so it
    counts as a year, unless the id says the same. The given name tells the sex better than a column.
    """
    stated, precision = out["birth_day"], out["birth_precision"].copy()
    has = stated > NO_DATE
    use_id = ~has & (out["nid_day"] > NO_DATE) & out["nid_valid"]
    day = np.where(use_id, out["nid_day"], stated).astype(np.int32)
    parts = pl.Series(np.where(day > NO_DATE, day, 0)).cast(pl.Int32).cast(pl.Date)
    year = parts.dt.year().to_numpy().astype(np.int16)
    month = parts.dt.month().to_numpy().astype(np.int8)
    date = parts.dt.day().to_numpy().astype(np.int8)
    new_year = (precision == 3) & (month == 1) & (date == 1) & (day != out["nid_day"])
    precision[new_year] = 1
    precision[use_id] = 3
    none = precision == 0
    year[none] = 0
    out["birth_stated"] = has & (precision == 3)
    out["birth_day"], out["birth_year"], out["birth_month"], out["birth_dom"] = day, year, month, date
    out["birth_precision"] = precision
    by_name = out["tok_sex"][out["chain"][:, 0]]
    sex = np.where(by_name > 0, by_name, out["sex_stated"])
    out["sex"] = np.where((sex == 0) & out["nid_valid"], out["nid_sex"], sex).astype(np.int8)
    out["sex_name"] = by_name.astype(np.int8)


def _describe_roles(out: Table) -> None:
    """Add each record's main entry and whether lists call it an adult (1) or a child (2)."""
    n = len(out["record_id"])
    main = np.full(n, -1, dtype=np.int32)
    ent, rec, rel = out["m_ent"], out["m_rec"], out["m_rel"]
    order = np.lexsort((-ent, out["e_month"][ent], out["e_size"][ent])) if len(ent) else ent
    main[rec[order]] = ent[order]
    out["entry"] = main
    role = np.zeros(n, dtype=np.int8)
    for wanted, number in (((CHILD, GRANDCHILD), 2), ((HEAD, SPOUSE, PARENT), 1)):
        role[rec[np.isin(rel, wanted)]] = number
    latest = int(out["e_month"].max()) if len(out["e_month"]) else 0
    now = latest if latest > 0 else int(out["birth_day"].max(initial=0))
    age = (now - out["birth_day"]) / 365.25
    dated = out["birth_precision"] > 0
    role = np.where((role == 0) & dated & (age < 15), 2, role)
    role = np.where((role == 0) & dated & (age >= 24) & (age < 130), 1, role)
    out["age_class"] = role.astype(np.int8)
    out["young"] = dated & (age < YOUNG_YEARS)
