"""Input tables as slim integer columns, ordered by content so that nothing hangs on ids or row order."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from wasl.matching.arrays import mix, mix_columns, sum_by
from wasl.matching.dictionary import describe_tokens, split_names
from wasl.matching.options import Array, IdLayout, LinkOptions, NameRules
from wasl.matching.stages import Table

Source = pa.Table | Path | str

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
YOUNG_YEARS = 20
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
    records = _with_codes(records)
    order = _content_order(records, members)
    records = records[order]
    chain, tokens = split_names(records["name"], names, connection)
    out: Table = {"record_id": records["record_id"].to_numpy(), "chain": chain}
    out.update(describe_tokens(chain, tokens, names))
    out["tok_text"] = np.array(tokens.to_list(), dtype=np.str_)
    out.update(_plain_columns(records))
    out.update(_id_columns(records, options))
    out.update(_entry_columns(entries, members, out["record_id"]))
    out["e_list"] = _first_list(out["e_id"], editions)
    _settle_birth_and_sex(out, records)
    _describe_roles(out)
    return out


def _first_list(entry_id: Array, editions: pl.DataFrame) -> Array:
    """Return the number of one list each entry stands in, 0 where no edition is told."""
    lists = editions.group_by("entry_id").agg(pl.col("list_id").min())
    rows = pl.DataFrame({"entry_id": entry_id}).join(lists, on="entry_id", how="left", maintain_order="left")
    return _rank(rows["list_id"])


def _with_codes(records: pl.DataFrame) -> pl.DataFrame:
    village = pl.concat_str(
        [pl.col("governorate").fill_null(""), pl.col("markaz").fill_null(""), pl.col("village")], separator="|"
    )
    return records.with_columns(
        village=village,
        name=pl.col("name").fill_null(""),
        nid=pl.col("nid").cast(pl.Int64, strict=False).fill_null(0),
        nid_check=pl.col("nid_check").fill_null(False),
        ministry=pl.col("ministry").fill_null(False),
    )


def _rank(column: pl.Series) -> Array:
    """Return dense ranks by content, 1 upwards; 0 for null."""
    return column.rank("dense").fill_null(0).cast(pl.Int32).to_numpy()


def _content_order(records: pl.DataFrame, members: pl.DataFrame) -> Array:
    columns = [c for c in records.columns if c != "record_id"]
    ranked = records.select(
        pl.struct(columns).rank("dense").cast(pl.Int64).alias("content"), pl.col("record_id")
    )
    content = ranked["content"].to_numpy() if len(ranked) else np.zeros(0, np.int64)
    tie = np.zeros(len(records), dtype=np.uint64)
    joined = members.join(
        ranked.with_row_index("at"), on="record_id", how="inner", maintain_order="left"
    ).with_columns(pl.col("relation").rank("dense").fill_null(0).cast(pl.Int64).alias("rel"))
    if len(joined):
        entry = joined["entry_id"].rank("dense").cast(pl.Int64).to_numpy() - 1
        token = mix(joined["content"].to_numpy() * 16 + joined["rel"].to_numpy())
        signature = sum_by(entry, token, int(entry.max()) + 1)
        tie = sum_by(joined["at"].to_numpy(), mix(signature[entry]), len(records))
    return np.lexsort((records["record_id"].to_numpy(), tie, content))


def _plain_columns(records: pl.DataFrame) -> Table:
    return {
        "org": records["organisation"].fill_null(0).to_numpy(),
        "ministry": records["ministry"].to_numpy(),
        "sex_stated": records["sex"].fill_null(0).to_numpy(),
        "phone": _rank(records["phone"]),
        "gov": _rank(records["governorate"]),
        "markaz": _rank(records["markaz"]),
        "village": _rank(records["village"]),
    }


def _id_columns(records: pl.DataFrame, options: LinkOptions) -> Table:
    nid = records["nid"].to_numpy()
    check = records["nid_check"].to_numpy()
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
        {"y": first + digits(layout.date_at, 2), "m": digits(layout.date_at + 2, 2), "d": digits(layout.date_at + 4, 2)}
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
    return (months.astype("datetime64[D]").astype(np.int64) + day - 1).astype(np.int32)


def _entry_columns(entries: pl.DataFrame, members: pl.DataFrame, record_id: Array) -> Table:
    at = pl.DataFrame({"record_id": record_id}).with_row_index("rec")
    known = members.join(at, on="record_id", how="inner").join(
        entries.select("entry_id").unique(), on="entry_id", how="inner"
    )
    code = {word: number for number, word in enumerate(RELATIONS)}
    known = known.with_columns(
        rel=pl.col("relation").fill_null("").replace_strict(code, default=8, return_dtype=pl.Int8)
    )
    known = known.sort("entry_id", "rec", "rel").unique(["entry_id", "rec"], keep="first", maintain_order=True)
    rows = entries.unique("entry_id", keep="first", maintain_order=True)
    month = pl.col("last_month").cast(pl.Int32).fill_null(0)
    sums = known.with_columns(
        token=pl.Series(mix_columns(known["rec"].to_numpy(), known["rel"].to_numpy()), dtype=pl.Int64)
        if len(known)
        else pl.lit(0, dtype=pl.Int64)
    ).group_by("entry_id").agg(first=pl.col("rec").min(), token=(pl.col("token") // 2**24).sum(), size=pl.len())
    rows = rows.join(sums, on="entry_id", how="left").with_columns(month=month)
    rows = rows.sort("first", "token", "month", "organisation", "entry_id", nulls_last=True)
    where = rows.select("entry_id").with_row_index("ent")
    known = known.join(where, on="entry_id", how="inner").sort("ent", "rec")
    return {
        "e_id": rows["entry_id"].to_numpy(),
        "e_org": rows["organisation"].fill_null(0).to_numpy(),
        "e_ministry": rows["ministry"].fill_null(False).to_numpy(),
        "e_month": rows["month"].to_numpy(),
        "e_size": rows["size"].fill_null(0).cast(pl.Int32).to_numpy(),
        "m_ent": known["ent"].cast(pl.Int32).to_numpy(),
        "m_rec": known["rec"].cast(pl.Int32).to_numpy(),
        "m_rel": known["rel"].to_numpy(),
    }


def _settle_birth_and_sex(out: Table, records: pl.DataFrame) -> None:
    """
    Choose one date and one sex per record.

    A stated date wins over the id's; 1 January is what clerks write for an unknown day, so it
    counts as a year, unless the id says the same. The given name tells the sex better than a column.
    """
    stated = records["birth_date"].cast(pl.Int32).fill_null(NO_DATE).to_numpy()
    precision = records["birth_precision"].replace_strict(_PRECISION, default=3, return_dtype=pl.Int8).to_numpy()
    has = stated > NO_DATE
    precision = np.where(has, precision, 0).astype(np.int8)
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
