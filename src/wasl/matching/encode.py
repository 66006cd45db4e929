"""Input tables as slim integer columns, ordered by content so that nothing hangs on ids or row order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pyarrow as pa

from wasl.matching.arrays import distinct, mix, sum_by
from wasl.matching.columns import Columns, Source, code_column, code_numbers, code_villages
from wasl.matching.content import content_digest, order_contents, order_entries, pack_members, reorder_entries
from wasl.matching.dictionary import describe_tokens, split_names
from wasl.matching.options import Array, IdLayout, LinkOptions, NameRules
from wasl.matching.stages import Table

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


def open_inputs(
    records: Source, entries: Source, members: Source, editions: Source | None, verdicts: Source | None
) -> dict[str, Columns]:
    """Return the inputs by name, to be read a column at a time."""
    return {
        "records": Columns(records, RECORD_TYPES),
        "entries": Columns(entries, ENTRY_TYPES),
        "members": Columns(members, MEMBER_TYPES),
        "editions": Columns(editions, EDITION_TYPES),
        "verdicts": Columns(verdicts, VERDICT_TYPES),
    }


def encode(
    inputs: Mapping[str, Columns], names: NameRules, options: LinkOptions, known: Known | None = None
) -> Table:
    """
    Return records, entries and members as integer columns under dense ids in content order.

    Prefixes: none for records, `e_` entries, `m_` members, `tok_` tokens, `v_` vocabularies (the value of code
    c stands at c − 1), `l_` lists by code, `x_` single numbers. Missing is 0 in codes. `known` holds what an
    earlier run found: its codes stay, and what it froze is taken as it says.
    """
    known = known or Known()
    records = inputs["records"]
    chain, tokens = split_names(_texts(records), names, known.tokens)
    facts, words = _code_places(records, known)
    facts.update({**_plain_columns(records), **_id_columns(records, options), **_stated_birth(records)})
    facts["digest"] = content_digest(facts, chain, tokens, words)
    columns = {"record_id": records["record_id"].to_numpy(), "chain": chain, **facts}
    del chain, facts
    columns, homes = _in_content_order(columns, inputs, words, known)
    out: Table = {**columns, **homes, **words}
    if known.facts is None:
        out.update(describe_tokens(out["chain"], tokens, names))
    else:
        out.update(known.facts(tokens))
    out["tok_text"] = np.array(tokens, dtype=np.str_)
    latest = int(out["e_month"].max(initial=0))
    now = latest if latest > 0 else int(out["day_stated"].max(initial=0))
    out["x_now"] = np.array([now if known.now is None else known.now])
    out["x_entries"] = np.array([len(out["e_id"]) if known.entries is None else known.entries])
    settle_birth_and_sex(out)
    describe_roles(out)
    out.update(describe_lists(out, known.wives, known.children))
    return out


@dataclass(frozen=True)
class Known:
    """
    What encoding takes from an earlier run: tokens by code, values by code, and what was frozen.

    `facts` gives the described tokens of a frozen dictionary grown by new ones. All may be absent.
    """

    tokens: list[str] | None = None
    facts: Callable[[list[str]], Table] | None = None
    words: Mapping[str, Array] = field(default_factory=dict)
    now: int | None = None
    entries: int | None = None
    wives: Array | None = None
    children: Array | None = None


def _texts(records: Columns) -> Iterator[pa.Array]:
    for part in records.parts("name"):
        yield part.fill_null("").to_arrow().cast(pa.string())


def _in_content_order(
    columns: Table, inputs: Mapping[str, Columns], words: Table, known: Known
) -> tuple[Table, Table]:
    """Return record columns, and entry and member columns, each in content order."""
    homes = entry_columns(inputs["entries"], inputs["members"], columns["record_id"], columns["digest"])
    homes["e_list"], words["v_list"] = _first_lists(
        homes["e_id"], inputs["editions"], known.words.get("v_list")
    )
    order = order_contents(
        columns["digest"], columns["record_id"], homes["m_rec"], homes["m_ent"], homes["e_digest"]
    )
    for name in columns:
        columns[name] = columns[name][order]
    return columns, reorder_entries(homes, order, order_entries(homes))


def _first_lists(entry_id: Array, editions: Columns, known: Array | None) -> tuple[Array, Array]:
    """Return the code of the first of each entry's lists (0: it stands in none), and the lists by code."""
    lists = editions["list_id"]
    codes, words = code_numbers(lists, known)
    at, there = find_ids(entry_id, editions["entry_id"].to_numpy())
    there &= codes > 0
    least = np.argsort(words)
    rank = np.empty(len(words) + 1, dtype=np.int32)
    rank[least + 1] = np.arange(len(words), dtype=np.int32)
    first = np.full(len(entry_id), len(words), dtype=np.int32)
    np.minimum.at(first, at[there], rank[codes[there]])
    return np.append(least + 1, 0).astype(np.int32)[first], words


def find_ids(ids: Array, wanted: Array) -> tuple[Array, Array]:
    """Return where each wanted id stands, and whether it does."""
    if not len(ids):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    least, most = int(ids.min()), int(ids.max())
    if most - least < 8 * len(ids) + 1_000_000:
        inside = (wanted >= least) & (wanted <= most)
        table = np.full(most - least + 1, -1, dtype=np.int32)
        table[ids - least] = np.arange(len(ids), dtype=np.int32)
        at = table[np.where(inside, wanted, least) - least]
        found = inside & (at >= 0)
        return np.where(found, at, 0), found
    order = np.argsort(ids, kind="stable")
    ordered = ids[order]
    place = np.minimum(np.searchsorted(ordered, wanted), len(ids) - 1)
    return order[place], ordered[place] == wanted


def _code_places(records: Columns, known: Known) -> tuple[Table, Table]:
    """Return phones and places as codes, and the values by code."""
    old = known.words
    made = {
        "phone": code_numbers(records["phone"], old.get("v_phone")),
        "gov": code_column(records, "governorate", old.get("v_gov")),
        "markaz": code_column(records, "markaz", old.get("v_markaz")),
        "village": code_villages(records, old.get("v_village")),
    }
    codes = {name: code for name, (code, _) in made.items()}
    return codes, {f"v_{name}": words for name, (_, words) in made.items()}


def _plain_columns(records: Columns) -> Table:
    return {
        "org": records["organisation"].fill_null(0).to_numpy(),
        "ministry": records["ministry"].fill_null(False).to_numpy(),
        "sex_stated": records["sex"].fill_null(0).to_numpy(),
    }


def _stated_birth(records: Columns) -> Table:
    day = records["birth_date"].cast(pl.Int32).fill_null(NO_DATE).to_numpy()
    at, values = records.coded("birth_precision")
    precision = np.array([*(_PRECISION.get(word, 3) for word in values), 3], dtype=np.int8)[at]
    return {"day_stated": day, "precision_stated": np.where(day > NO_DATE, precision, 0).astype(np.int8)}


def _id_columns(records: Columns, options: LinkOptions) -> Table:
    check = records["nid_check"].fill_null(False).to_numpy()
    nid = np.zeros(len(check), dtype=np.int64)
    day, sex = np.zeros(len(check), dtype=np.int32), np.zeros(len(check), dtype=np.int8)
    at = 0
    for part in records.parts("nid"):
        rows = slice(at, at + len(part))
        nid[rows] = part.cast(pl.Int64, strict=False).fill_null(0).to_numpy()
        day[rows], sex[rows] = _read_ids(nid[rows], options.id_layout)
        at += len(part)
    valid = (nid > 0) & check if options.use_check_digit else nid > 0
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
    told = first + digits(layout.date_at, 2)
    month, date = digits(layout.date_at + 2, 2), digits(layout.date_at + 4, 2)
    good = fits & (first > 0)
    good &= (month >= 1) & (month <= 12) & (date >= 1) & (date <= 31)
    days = _days(told, month, date)
    day[good] = days[good]
    if layout.sex_at is not None:
        sex[good] = np.where(digits(layout.sex_at, 1)[good] % 2 == 1, 1, 2)
    return day, sex


def _days(year: Array, month: Array, day: Array) -> Array:
    months = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    return np.asarray((months.astype("datetime64[D]").astype(np.int64) + day - 1).astype(np.int32))


def entry_columns(entries: Columns, members: Columns, record_id: Array, digest: Array) -> Table:
    """Return entries by id, and members as places of entries and of records, each once, in no special order."""
    entry_id, first = np.unique(entries["entry_id"].to_numpy(), return_index=True)
    at, values = members.coded("relation")
    code = {word: number for number, word in enumerate(RELATIONS)}
    relation = np.array([*(code.get(word, 8) for word in values), 0], dtype=np.int8)[at]
    rec, there = find_ids(record_id, members["record_id"].to_numpy())
    ent, has_entry = find_ids(entry_id, members["entry_id"].to_numpy())
    there &= has_entry
    ent, rec, relation = pack_members(ent[there], rec[there], relation[there])
    once = np.ones(len(ent), dtype=bool)
    once[1:] = (ent[1:] != ent[:-1]) | (rec[1:] != rec[:-1])
    ent, rec, relation = ent[once], rec[once], relation[once]
    return {
        "e_id": entry_id,
        "e_org": entries["organisation"].fill_null(0).to_numpy()[first],
        "e_ministry": entries["ministry"].fill_null(False).to_numpy()[first],
        "e_month": entries["last_month"].cast(pl.Int32).fill_null(0).to_numpy()[first],
        "e_size": np.bincount(ent, minlength=len(entry_id)).astype(np.int32),
        "e_digest": sum_by(ent, mix(digest[rec] * 16 + relation), len(entry_id)).view(np.int64),
        "m_ent": ent,
        "m_rec": rec,
        "m_rel": relation,
    }


def settle_birth_and_sex(out: Table) -> None:
    """
    Choose one date and one sex per record.

    A stated date wins over the id's; 1 January is what clerks write for an unknown day, so it
    counts as a year, unless the id says the same. The given name tells the sex better than a column.
    """
    stated, precision = out["day_stated"], out["precision_stated"].copy()
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


def describe_roles(out: Table) -> None:
    """Add each record's main entry and whether lists call it an adult (1) or a child (2)."""
    n = len(out["record_id"])
    main = np.full(n, -1, dtype=np.int32)
    ent, rec, rel = out["m_ent"], out["m_rec"], out["m_rel"]
    order = np.lexsort((-np.arange(len(out["e_size"])), out["e_month"], out["e_size"])).astype(np.int32)
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    np.maximum.at(main, rec, rank[ent])
    main[main >= 0] = order[main[main >= 0]]
    out["entry"] = main
    role = np.zeros(n, dtype=np.int8)
    for wanted, number in (((CHILD, GRANDCHILD), 2), ((HEAD, SPOUSE, PARENT), 1)):
        role[rec[np.isin(rel, wanted)]] = number
    age = (out["x_now"][0] - out["birth_day"]) / 365.25
    dated = out["birth_precision"] > 0
    role = np.where((role == 0) & dated & (age < 15), 2, role)
    role = np.where((role == 0) & dated & (age >= 24) & (age < 130), 1, role)
    out["age_class"] = role.astype(np.int8)
    out["young"] = dated & (age < YOUNG_YEARS)


def describe_lists(out: Table, wives: Array | None = None, children: Array | None = None) -> Table:
    """
    Tell by code which lists name the wives of men, and which are lists of children.

    In the first kind a man without a wife has none; in the second a lone row without a date is a child. What
    is known of a list already stays.
    """
    size = len(out["v_list"]) + 1
    ent, rec, rel = out["m_ent"], out["m_rec"], out["m_rel"]
    says, heads, spouses = np.zeros((3, len(out["e_id"])), dtype=np.int8)
    leaning = np.array([0, 1, -1], dtype=np.int8)[out["sex"][rec]]
    for wanted, sign, seen in ((HEAD, 3, heads), (SPOUSE, -2, spouses)):
        of = rel == wanted
        np.add.at(says, ent[of], np.int8(sign) * leaning[of])
        seen[ent[of]] = 1
    man = np.where(says >= 0, heads, spouses) > 0
    men = np.bincount(out["e_list"], man, minlength=size)
    couples = np.bincount(out["e_list"], (heads > 0) & (spouses > 0), minlength=size)
    lone = (out["e_size"][ent] == 1) & (rel == 0) & (out["birth_precision"][rec] > 0)
    lists = out["e_list"][ent[lone]]
    dated = np.bincount(lists, minlength=size)
    young = np.bincount(lists, out["young"][rec[lone]], minlength=size)
    names_wives = (men >= 30) & (couples >= 0.7 * men)
    of_children = (dated >= 20) & (young >= 0.9 * dated)
    for found, before in ((names_wives, wives), (of_children, children)):
        found[0] = False
        if before is not None:
            found[: len(before)] = before
    return {"l_wives": names_wives, "l_children": of_children}


def edition_rows(enc: Table, editions: Columns) -> Array:
    """Return (entry, list) rows of the ministry's lists, packed entry first, ascending."""
    entry, there = find_ids(enc["e_id"], editions["entry_id"].to_numpy())
    there &= enc["e_ministry"][entry] if len(enc["e_id"]) else False
    number, _ = code_numbers(editions["list_id"], enc["v_list"])
    return distinct((entry[there].astype(np.int64) << 32) | number[there])
