"""
The keys under which a record is found: numbers for its words, for each pair of them and for what stands beside.

A pair is far rarer than its words: three common names of a country are told apart by their three pairs. The
SQL twins are `registry_search_key` and `registry_pair_key`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import md5

import polars as pl

from wasl.country.egypt.names import glue_patterns, standardise_tokens
from wasl.kernel.folding_columns import fold_expr

WORDS_MAX = 7
"""Words of one name that are indexed; hardly a name has more."""

_SPREAD = 1_000_003


@lru_cache(maxsize=65_536)
def search_key(word: str) -> int:
    """Give the key of one word; a place begins with @, a year of birth with #, an organisation with %."""
    return int.from_bytes(md5(word.encode(), usedforsecurity=False).digest()[:4], "big", signed=True)


def pair_key(a: int, b: int) -> int:
    """Give the key of two words by their keys, whichever comes first."""
    return (((min(a, b) * _SPREAD) ^ max(a, b)) + 2**31) % 2**32 - 2**31


def index_keys(records: pl.DataFrame, organisation_id: int) -> tuple[pl.DataFrame, list[str]]:
    """
    Give each record's keys, a column each with nulls where there are fewer, and the distinct words of all names.

    `records` has `name`, `governorate`, `markaz`, `birth_year`. A hundred thousand take about half a second.
    """
    words = _standard_words(records["name"])
    width = min(int(words.list.len().max() or 0), WORDS_MAX)  # type: ignore[arg-type]
    known = [word for word in words.explode().unique().sort().to_list() if word]
    keys = [search_key(word) for word in known]
    columns = [
        words.list.get(place, null_on_oob=True).replace_strict(
            known, keys, default=None, return_dtype=pl.Int64
        )
        for place in range(width)
    ]
    own = pl.DataFrame({f"word{place}": column for place, column in enumerate(columns)})
    pairs = [
        _pair_expr(pl.col(f"word{a}"), pl.col(f"word{b}")).alias(f"pair{a}_{b}")
        for a in range(width)
        for b in range(a + 1, width)
    ]
    beside = [
        _beside(records["governorate"], "@"),
        _beside(records["markaz"], "@"),
        _beside(records["birth_year"].cast(pl.String), "#"),
        pl.Series("organisation", [search_key(f"%{organisation_id}")] * records.height, dtype=pl.Int64),
    ]
    return pl.DataFrame([*beside, *own]).with_columns(pairs), known


def wanted_words(
    words: Sequence[str], *, place: str | None = None, birth_year: int | None = None
) -> list[str]:
    """Give what `registry_wanted_keys` takes: words, and what stands beside them."""
    beside = [f"@{place}"] if place else []
    return [*words, *beside, *([f"#{birth_year}"] if birth_year else [])]


def _standard_words(names: pl.Series) -> pl.Series:
    """Split names as `country.egypt.names.name_parts` does, column-wise, each distinct word standardised once."""
    text = fold_expr(pl.col("name"))
    for pattern, replacement in glue_patterns():
        text = text.str.replace_all(pattern, replacement.replace("\\1", "${1}").replace("\\2", "${2}"))
    parts = names.alias("name").to_frame().select(text.str.split(" ")).to_series()
    distinct = [part for part in parts.explode().drop_nulls().unique().to_list() if part]
    standard = [word.strip() for word in standardise_tokens(distinct)]
    return (
        parts.list.eval(pl.element().replace_strict(distinct, standard, default="", return_dtype=pl.String))
        .list.unique(maintain_order=True)
        .list.eval(pl.element().filter(pl.element() != ""))
        .list.head(WORDS_MAX)
    )


def _pair_expr(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    paired = (pl.min_horizontal(a, b) * _SPREAD).xor(pl.max_horizontal(a, b))
    wrapped = (paired + 2**31) % 2**32 - 2**31
    return pl.when(a.is_not_null() & b.is_not_null()).then(wrapped)


def _beside(values: pl.Series, mark: str) -> pl.Series:
    distinct = values.drop_nulls().unique().to_list()
    keys = [search_key(mark + value) for value in distinct]
    return values.replace_strict(distinct, keys, default=None, return_dtype=pl.Int64).alias(values.name)
