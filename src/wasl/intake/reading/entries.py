"""Which lines a list calls one family: an entry, numbered by the row of its first line."""

from __future__ import annotations

import polars as pl

from wasl.country.egypt.names import is_absent
from wasl.intake.reading.distinct import map_distinct, stripped
from wasl.intake.reading.model import Recognition
from wasl.kernel.folding import fold_cached


def number_entries(
    frame: pl.DataFrame, recognition: Recognition, person: pl.DataFrame, accepted: pl.Series
) -> pl.Series:
    """
    Give every accepted row the row of its entry's first line; other rows have none.

    The first accepted row of a frame begins an entry: a frame is cut before one.
    """
    starts = _starts(frame, recognition, person, accepted)
    first = accepted.cum_sum() == 1
    marked = pl.select(pl.when((starts | first) & accepted).then(frame["row"])).to_series()
    entry = marked.forward_fill()
    return pl.select(pl.when(accepted).then(entry).cast(pl.Int32)).to_series().alias("entry")


def _starts(
    frame: pl.DataFrame, recognition: Recognition, person: pl.DataFrame, accepted: pl.Series
) -> pl.Series:
    grouping = recognition.grouping
    if grouping == "number" and recognition.number_field:
        return _changes(number_key(frame, recognition), accepted)
    if grouping == "head":
        relation, said_as = person["relation"], recognition.head_said_as
        begins = (relation == (said_as or "head")).fill_null(False)
        if said_as:
            begins = begins & (person["sex"] == 1).fill_null(False)
        return relation.is_null() | begins
    if grouping == "head_column":
        return _changes(_head_key(frame, recognition), accepted)
    if grouping == "continuation":
        return _begins(frame, recognition)
    return accepted


def number_key(frame: pl.DataFrame, recognition: Recognition) -> pl.Series:
    """The family number as compared; null where it is blank (a merged or continued cell)."""
    column = recognition.find_column(recognition.number_field or "")
    texts = stripped(frame, column.index if column else None)
    return map_distinct(texts, _key, pl.String)


def _key(text: str) -> str | None:
    return None if is_absent(text) else fold_cached(text).removesuffix(" 0").lstrip("0") or None


def _head_key(frame: pl.DataFrame, recognition: Recognition) -> pl.Series:
    name, nid = recognition.find_column("head.name"), recognition.find_column("head.nid")
    names = map_distinct(stripped(frame, name.index if name else None), _key, pl.String)
    ids = map_distinct(stripped(frame, nid.index if nid else None), _key, pl.String)
    return pl.select(pl.coalesce(names, ids)).to_series()


def _changes(keys: pl.Series, accepted: pl.Series) -> pl.Series:
    """Where the key differs from that of the accepted row before; blank goes on with the row before."""
    table = pl.DataFrame({"key": keys, "accepted": accepted})
    before = table.select(pl.when("accepted").then("key").forward_fill().shift(1)).to_series()
    return (keys.is_not_null() & ((keys != before) | before.is_null())).fill_null(False)


def _begins(frame: pl.DataFrame, recognition: Recognition) -> pl.Series:
    if recognition.layout == "family":
        wanted = ["self.name", "self.nid", "self.name_part1", "serial"]
    else:
        wanted = ["serial", "family_no", "file_no"]
        if all(recognition.find_column(name) is None for name in wanted):
            wanted = ["self.name", "self.nid"]
    begins = pl.Series("begins", [False]).new_from_index(0, frame.height)
    for name in wanted:
        column = recognition.find_column(name)
        if column is not None:
            texts = stripped(frame, column.index)
            begins = begins | map_distinct(texts, lambda text: not is_absent(text), pl.Boolean).fill_null(
                False
            )
    return begins
