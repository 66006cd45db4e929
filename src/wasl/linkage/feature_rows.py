"""Records as the scoring of a question sees them: names as codes, one birth, one sex, places as numbers. Pure."""

from __future__ import annotations

from hashlib import md5

import numpy as np
import polars as pl

from wasl.matching.options import Array

# A row of `linkage_feature`, in the order of its columns, but for the names.
NAMES = (*(f"c{place}" for place in range(1, 6)), *(f"t{place}" for place in range(1, 6)))
_PRECISION = {"year": 1, "month": 2, "day": 3}


def place_number(text: str, width: int) -> int:
    """Give the number by which features know a place; `linkage_place_number` is the twin. 0 where none is named."""
    if not text.strip("|"):
        return 0
    number = int.from_bytes(
        md5(text.encode(), usedforsecurity=False).digest()[: width // 8], "big", signed=True
    )
    return number or 1


def place_numbers(column: pl.Series, width: int) -> pl.Series:
    """Give the numbers of places, each distinct one once."""
    distinct = column.drop_nulls().unique().to_list()
    numbers = [place_number(text, width) for text in distinct]
    return column.replace_strict(distinct, numbers, default=0, return_dtype=pl.Int64)


def village_text() -> pl.Expr:
    """Give a village with what it lies in: its name alone is that of many."""
    around = [pl.col("governorate").fill_null(""), pl.col("markaz").fill_null(""), pl.col("village")]
    return pl.concat_str(around, separator="|")


def settle_births(
    born: pl.Series, precision: pl.Series, id_born: pl.Series, id_counts: Array
) -> pl.DataFrame:
    """
    Choose one date per record as `matching.encode` does.

    A stated date wins over the id's; 1 January says a year, unless the id says the same.
    """
    frame = pl.DataFrame({"born": born, "precision": precision, "id": id_born, "counts": id_counts})
    use_id = pl.col("born").is_null() & pl.col("id").is_not_null() & pl.col("counts")
    day = pl.when(use_id).then(pl.col("id")).otherwise(pl.col("born"))
    stated = pl.col("precision").replace_strict(_PRECISION, default=3, return_dtype=pl.Int8).fill_null(3)
    new_year = (
        (stated == 3)
        & (pl.col("born").dt.month() == 1)
        & (pl.col("born").dt.day() == 1)
        & pl.col("born").ne_missing(pl.col("id"))
    )
    settled = (
        pl.when(use_id)
        .then(pl.lit(3, pl.Int8))
        .when(pl.col("born").is_null())
        .then(pl.lit(0, pl.Int8))
        .when(new_year)
        .then(pl.lit(1, pl.Int8))
        .otherwise(stated)
    )
    parts = frame.select(
        year=day.dt.year().cast(pl.Int32),
        month=day.dt.month().cast(pl.Int32),
        day=day.dt.day().cast(pl.Int32),
        precision=settled,
    ).fill_null(0)
    low, high = pl.min_horizontal("month", "day"), pl.max_horizontal("month", "day")
    key = pl.when(pl.col("precision") == 3).then(pl.col("year") * 1000 + low * 32 + high).otherwise(0)
    return parts.with_columns(date_key=key)


def settle_sexes(by_name: Array, stated: Array, of_id: Array, id_counts: Array) -> Array:
    """Choose one sex per record: the given name tells it better than a column, a column better than the id."""
    sex = np.where(by_name > 0, by_name, stated)
    return np.asarray(np.where((sex == 0) & id_counts, of_id, sex))


def forget_borrowed(
    births: pl.DataFrame, born: pl.Series, id_born: pl.Series, sex: Array, by_name: Array, id_sex: Array
) -> tuple[pl.DataFrame, Array]:
    """
    Drop the date and sex that an id may have filled in which is somebody else's.

    The date stays for what it says of adult or child, without any precision to be compared by.
    """
    day = born.fill_null(id_born) if len(born) else born
    filled = day.eq(id_born).fill_null(False)
    births = births.with_columns(
        pl.when(filled).then(0).otherwise(pl.col(name)).alias(name) for name in ("precision", "date_key")
    )
    wrong = (by_name == 0) & (sex == id_sex)
    return births, np.asarray(np.where(wrong, 0, sex))
