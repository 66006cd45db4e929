"""The people a line names: registrant, spouse, children, each with what their cells say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import polars as pl

from wasl.country.egypt.calendar import date_from_age
from wasl.country.egypt.names import clean_person_names, is_absent
from wasl.country.egypt.national_id import national_ids
from wasl.country.egypt.phones import phone_columns
from wasl.country.egypt.relations import find_elder, find_marital, find_relation, find_sex, is_deceased
from wasl.intake.reading.contents import looks_like_name
from wasl.intake.reading.dates import order_of, read_dates
from wasl.intake.reading.distinct import map_distinct, nulls, stripped
from wasl.intake.reading.headers import read_header
from wasl.intake.reading.losses import Losses
from wasl.intake.reading.model import Column
from wasl.kernel.folding import fold_cached

NAME_PARTS = ("name_part1", "name_part2", "name_part3", "name_part4", "name_last")
_ID_LOSSES = {
    "lost_scientific": "nid_scientific",
    "wrong_length": "nid_wrong_length",
    "not_digits": "nid_not_digits",
    "bad_century": "nid_bad_century",
    "bad_date": "nid_bad_date",
    "bad_governorate": "nid_bad_governorate",
    "bad_serial": "nid_bad_serial",
}
_FOURTEEN = r"(?:^|[^0-9٠-٩])[23٢٣۲۳](?:[\s\-]?[0-9٠-٩۰-۹]){13}(?:[^0-9٠-٩]|$)"
_TWO_IDS = r"(?:^|[^0-9])([23][0-9]{13})(?:[^0-9]|$)"
_NOT_OF_A_NAME = re.compile(r"[^\w\s()]|[0-9٠-٩۰-۹_]")
_YES = frozenset({"نعم", "yes", "true", "1", "y", "صح", "ايوه"})
_HEADER_SEX = {"wife": 2, "husband": 1, "mother": 2, "father": 1}
Fields = Mapping[str, Column]


def list_owners(fields: Fields) -> list[str]:
    """List the people a line may name, in the order of their roles."""
    owners = {name.split(".")[0] for name in fields if "." in name}
    return sorted(owners, key=lambda owner: (_ORDER.get(owner.rstrip("0123456789"), 9), len(owner), owner))


_ORDER = {"self": 0, "head": 1, "spouse": 2, "child": 3}


def read_person(
    frame: pl.DataFrame,
    owner: str,
    fields: Fields,
    orders: Mapping[int, str],
    today: date,
    on: date,
    losses: Losses,
) -> pl.DataFrame:
    """
    Read one person of every line. Columns of the mention, and `present`: named, or an id written.

    `spouse_says` holds a marital word that stands where a spouse's name should (متوفى, مطلقة).
    """
    own = {name.split(".")[1]: column for name, column in fields.items() if name.startswith(f"{owner}.")}
    written = _written_name(frame, own)
    id_text = stripped(frame, own["nid"].index if "nid" in own else None)
    if "nid" in own and not any("name" in name for name in own):
        written = map_distinct(id_text, _name_beside_id, pl.String).alias("written")
    written, id_text = _unswapped(written, id_text)
    says = nulls("says", pl.String, frame.height)
    if owner.startswith("spouse"):
        says = map_distinct(written, _marital_in_place_of_name, pl.String)
    names = clean_person_names(pl.select(pl.when(says.is_null()).then(written)).to_series())
    ids = _read_ids(id_text, own.get("nid"), today, losses)
    losses.add(own.get("name"), _unread_name(written, names, says), "name_unreadable")
    birth = _read_birth(frame, own, orders, today, on, losses)
    words = _read_words(frame, own, losses)
    return pl.DataFrame(
        [
            names["name"].alias("name"),
            written.alias("name_written"),
            ids["nid"],
            ids["check_fits"].alias("nid_check"),
            pl.select(pl.when(ids["state"] != "empty").then(id_text)).to_series().alias("nid_written"),
            _sex(words, ids["sex"], own),
            birth["birth_date"],
            birth["birth_precision"],
            _read_phone(frame, own, losses),
            (names["deceased"] | words["deceased"]).alias("deceased"),
            words["marital"],
            words["relation"],
            words["elder"],
            says.alias("spouse_says"),
            names["husband_named"],
            (names["name"].is_not_null() | (ids["state"] != "empty")).alias("present"),
            # A count under the column of ids, in the row of totals, is no id that lost its digits.
            ((ids["state"] != "empty") & (id_text.str.len_chars() >= LEAST_OF_AN_ID).fill_null(False)).alias(
                "has_id"
            ),
        ]
    )


MOST_CHILDREN_IN_A_CELL = 12
LEAST_OF_AN_ID = 6
"""So many characters in a column of ids may be what is left of one."""
_BETWEEN_VALUES = re.compile(r"\s*[،,;؛+\n|]+\s*|\s+[-–—]+\s+")
_BETWEEN_CHILDREN = r"\s*[،,;؛/+\n|]+\s*|\s+[-–—]+\s+|\s*[0-9٠-٩]{1,2}\s*[-.)]\s*"


def split_children(frame: pl.DataFrame, fields: Fields) -> dict[str, pl.DataFrame]:
    """
    Split a cell that names several children (علي، سارة، يوسف) where a list has one column for them all.

    Gives, for each child, the frame with only that child in the cell; nothing where cells name one.
    """
    column = fields.get("child1.name")
    alone = all(name.startswith("child1.") for name in fields if name.startswith("child"))
    others = [
        other.index for name, other in fields.items() if name.startswith("child1.") and name != "child1.name"
    ]
    if column is None or not alone or f"c{column.index}" not in frame.columns:
        return {}
    texts = stripped(frame, column.index)
    if (
        not texts.str.contains(r"\pL\s*(?:[،,;؛/+\n|]|\s[-–—]\s|[0-9٠-٩]{1,2}\s*[-.)])\s*\pL")
        .fill_null(False)
        .any()
    ):
        return {}
    parts = map_distinct(texts, _children_in, pl.List(pl.String))
    most = min(MOST_CHILDREN_IN_A_CELL, int(parts.list.len().max() or 0))  # type: ignore[arg-type]
    name = f"c{column.index}"
    shares = {
        f"c{index}": _shares(stripped(frame, index), parts)
        for index in others
        if f"c{index}" in frame.columns
    }
    return {
        f"child{place + 1}": frame.with_columns(
            parts.list.get(place, null_on_oob=True).alias(name),
            *(share.list.get(place, null_on_oob=True).alias(own) for own, share in shares.items()),
        )
        for place in range(most)
    }


def _shares(texts: pl.Series, names: pl.Series) -> pl.Series:
    """What stands beside several children, child by child; nothing where it is not one for each of them."""
    said = map_distinct(texts, lambda text: _BETWEEN_VALUES.split(text), pl.List(pl.String))
    each = (said.list.len() == names.list.len()).fill_null(False)
    return pl.select(pl.when(each).then(said)).to_series()


def _children_in(text: str) -> list[str]:
    return [part.strip() for part in re.split(_BETWEEN_CHILDREN, text) if part.strip()]


def _written_name(frame: pl.DataFrame, own: Fields) -> pl.Series:
    """The name cell, or the parts of a name in several columns, joined."""
    parts = [stripped(frame, own[part].index) for part in NAME_PARTS if part in own]
    whole = stripped(frame, own["name"].index if "name" in own else None)
    if not parts:
        return whole.alias("written")
    said = [map_distinct(part, lambda text: None if is_absent(text) else text, pl.String) for part in parts]
    table = pl.DataFrame([part.alias(f"p{place}") for place, part in enumerate(said)])
    joined = table.select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)).to_series()
    joined = pl.select(pl.when(joined != "").then(joined)).to_series()
    first_only = "name_part1" in own or "name" not in own
    texts = joined if first_only else pl.select(_name_with_tail(whole, joined)).to_series()
    return texts.alias("written")


def _name_with_tail(whole: pl.Series, tail: pl.Series) -> pl.Expr:
    return pl.when(whole.is_null()).then(tail).when(tail.is_null()).then(whole).otherwise(whole + " " + tail)


def _unswapped(name: pl.Series, id_text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """An id written in the cell of the name is read as the id, and a name in the id's cell as the name."""
    misplaced = name.str.contains(_FOURTEEN).fill_null(False)
    if not misplaced.any():
        return name, id_text
    free = misplaced & ~id_text.str.contains(r"\d").fill_null(False)
    swapped = free & id_text.str.contains(r"\pL{2,}").fill_null(False)
    return (
        pl.select(pl.when(swapped).then(id_text).otherwise(name)).to_series().alias(name.name),
        pl.select(pl.when(free).then(name).otherwise(id_text)).to_series().alias(id_text.name),
    )


def _name_beside_id(text: str) -> str | None:
    """The name in a cell that holds name and id both (الاسم / الرقم القومي), where no other names him."""
    words = _NOT_OF_A_NAME.sub(" ", text).strip()
    return words if looks_like_name(words, 2) else None


def _marital_in_place_of_name(text: str) -> str | None:
    if len(text.split()) > 3 or looks_like_name(text):
        return None
    marital = find_marital(text)
    if marital is None and is_deceased(text) and clean_person_names(pl.Series([text]))["name"][0] is None:
        return "widowed"
    return marital


def _unread_name(written: pl.Series, names: pl.DataFrame, says: pl.Series) -> pl.Series:
    """Where something other than لا يوجد is written for a name and names nobody."""
    odd = written.is_not_null() & names["name"].is_null() & says.is_null() & ~names["deceased"]
    if not odd.any():
        return odd
    said = pl.select(pl.when(odd).then(written)).to_series()
    return ~map_distinct(said, is_absent, pl.Boolean).fill_null(True)


def _read_ids(texts: pl.Series, column: Column | None, today: date, losses: Losses) -> pl.DataFrame:
    read = national_ids(texts, today)
    unread = (read["state"] == "wrong_length") | (read["state"] == "not_digits")
    if unread.any():
        first = texts.str.extract(_TWO_IDS, 1)
        several = unread & first.is_not_null()
        if several.any():
            texts = pl.select(pl.when(several).then(first).otherwise(texts)).to_series()
            read = national_ids(texts, today)
    kinds = read["state"].replace_strict(_ID_LOSSES, default=None, return_dtype=pl.String)
    losses.add(column, kinds.is_not_null(), kinds)
    return read


def _read_birth(
    frame: pl.DataFrame, own: Fields, orders: Mapping[int, str], today: date, on: date, losses: Losses
) -> pl.DataFrame:
    """The birth date as written, else the year an age gives."""
    result = pl.DataFrame(
        [nulls("birth_date", pl.Date, frame.height), nulls("birth_precision", pl.String, frame.height)]
    )
    column = own.get("birth") or own.get("birth_year")
    if column is not None:
        texts = stripped(frame, column.index) if "birth" in own else _joined_birth(frame, own)
        order = order_of(orders, column) if "birth" in own else "dmy"
        read = read_dates(texts, order, today)
        sane = (read["value"] <= today).fill_null(True)
        losses.add(column, read["lost"] | ~sane, "date_unreadable")
        result = read.select(
            birth_date=pl.when(sane).then("value"), birth_precision=pl.when(sane).then("precision")
        )
    if "age" in own:
        texts = stripped(frame, own["age"].index)
        years = map_distinct(texts, lambda text: date_from_age(text, on).value, pl.Date)
        lost = map_distinct(texts, lambda text: date_from_age(text, on).lost, pl.Boolean).fill_null(False)
        losses.add(own["age"], lost, "age_unreadable")
        missing = result["birth_date"].is_null()
        result = result.with_columns(
            birth_date=pl.when(missing).then(years).otherwise("birth_date"),
            birth_precision=pl.when(missing & years.is_not_null())
            .then(pl.lit("year"))
            .otherwise("birth_precision"),
        )
    return result


def _joined_birth(frame: pl.DataFrame, own: Fields) -> pl.Series:
    """A birth date written as day, month and year in columns of their own."""
    parts = []
    for name in ("birth_day", "birth_month", "birth_year"):
        texts = stripped(frame, own[name].index if name in own else None)
        parts.append(pl.select(pl.coalesce(texts, pl.lit("0"))).to_series().alias(name))
    day, month, year = parts
    return pl.select(pl.when(year != "0").then(pl.format("{}/{}/{}", day, month, year))).to_series()


def _read_words(frame: pl.DataFrame, own: Fields, losses: Losses) -> pl.DataFrame:
    """Sex, relation, marital status and death, each from a word."""
    height = frame.height
    columns = [
        nulls("sex", pl.Int8, height),
        nulls("relation", pl.String, height),
        nulls("marital", pl.String, height),
    ]
    deceased = pl.Series("deceased", [False]).new_from_index(0, height)
    sex_in_relation = nulls("sex_in_relation", pl.Int8, height)
    elder = nulls("elder", pl.Int8, height)
    for place, (name, read, kind) in enumerate(
        (
            ("sex", _read_sex, "sex_unknown"),
            ("relation", find_relation, "relation_unknown"),
            ("marital", find_marital, "marital_unknown"),
        )
    ):
        if name not in own:
            continue
        texts = stripped(frame, own[name].index)
        texts = texts if name == "sex" else _said(texts)
        values = map_distinct(texts, read, pl.Int8 if name == "sex" else pl.String).alias(name)
        dead = map_distinct(texts, is_deceased, pl.Boolean).fill_null(False)
        losses.add(own[name], _said(texts).is_not_null() & values.is_null() & ~dead, kind)
        deceased = deceased | dead
        columns[place] = values
        if name == "relation":
            sex_in_relation = map_distinct(texts, find_sex, pl.Int8).alias("sex_in_relation")
            elder = map_distinct(texts, find_elder, pl.Int8).alias("elder")
    for name in ("status", "deceased"):
        if name in own:
            texts = _said(stripped(frame, own[name].index))
            says = is_deceased if name == "status" else _says_dead
            deceased = deceased | map_distinct(texts, says, pl.Boolean).fill_null(False)
    return pl.DataFrame([*columns, sex_in_relation, elder, deceased.alias("deceased")])


def _read_sex(text: str) -> int | None:
    """Read a word for sex; a lone أ stands for أنثى beside ذ."""
    return find_sex(text) or (2 if fold_cached(text) in {"ا", "اث", "انث"} else None)


def _says_dead(text: str) -> bool:
    """In a column about death, نعم is enough."""
    return is_deceased(text) or fold_cached(text) in _YES


def _said(texts: pl.Series) -> pl.Series:
    return map_distinct(texts, lambda text: None if is_absent(text) else text, pl.String)


def _sex(words: pl.DataFrame, sex_in_id: pl.Series, own: Fields) -> pl.Series:
    """Sex as written; a header that says wife or husband counts unless the id says otherwise."""
    column = own.get("name") or own.get("nid")
    subject = read_header(column.header).subject if column else None
    sex = words.select(pl.coalesce("sex", "sex_in_relation")).to_series()
    by_header = _HEADER_SEX.get(subject or "")
    if by_header is not None:
        agrees = sex_in_id.is_null() | (sex_in_id == by_header)
        sex = pl.select(pl.coalesce(sex, pl.when(agrees).then(pl.lit(by_header, dtype=pl.Int8)))).to_series()
    return sex.cast(pl.Int8).alias("sex")


def _read_phone(frame: pl.DataFrame, own: Fields, losses: Losses) -> pl.Series:
    phone = nulls("phone", pl.Int64, frame.height)
    for name in ("phone", "phone2"):
        if name in own:
            texts = stripped(frame, own[name].index)
            read = pl.DataFrame({"text": texts}).select(phone_columns(pl.col("text")).alias("read"))["read"]
            losses.add(
                own[name],
                read.is_null() & texts.str.contains(r"[1-9١-٩]").fill_null(False),
                "phone_unreadable",
            )
            phone = pl.select(pl.coalesce(phone, read)).to_series()
    return phone.alias("phone")
