"""Inputs a column at a time: what is not asked for is not read, and text never stands whole in memory."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from wasl.matching.arrays import contains, ranks
from wasl.matching.options import Array, empty

Source: TypeAlias = pa.Table | Path | str

ROWS = 500_000


class Columns:
    """One input by its columns, of the types the contract names; a column that is not there is all null."""

    def __init__(self, source: Source | None, types: dict[str, pl.DataType]) -> None:
        self._types = types
        self._source: pa.Table | pq.ParquetFile = source if isinstance(source, pa.Table) else pa.table({})
        self.path = Path(source) if isinstance(source, str | Path) else None
        if self.path is not None:
            self._source = pq.ParquetFile(self.path)
            self.height = int(self._source.metadata.num_rows)
            self._there = set(self._source.schema_arrow.names)
        else:
            self.height = self._source.num_rows
            self._there = set(self._source.column_names)

    def __len__(self) -> int:
        return self.height

    def parts(self, name: str) -> Iterator[pl.Series]:
        """Give a column some rows at a time."""
        kind = self._types[name]
        if name not in self._there:
            for at in range(0, self.height, ROWS):
                yield pl.Series(name, [None], dtype=kind).new_from_index(0, min(ROWS, self.height - at))
            return
        for part in self._arrow_parts(name):
            yield pl.Series(name, pl.from_arrow(part)).cast(kind)

    def _arrow_parts(self, name: str) -> Iterator[pa.Array]:
        if self.path is not None:
            for batch in self._source.iter_batches(ROWS, columns=[name]):
                yield batch.column(0)
            return
        column = self._source.column(name)
        for at in range(0, self.height, ROWS):
            yield column.slice(at, ROWS).combine_chunks()

    def __getitem__(self, name: str) -> pl.Series:
        parts = list(self.parts(name))
        return pl.concat(parts, rechunk=True) if parts else pl.Series(name, [], dtype=self._types[name])

    def frame(self) -> pl.DataFrame:
        """Return all columns at once, where they are few."""
        return pl.DataFrame([self[name] for name in self._types])

    def add_to(self, digest: hashlib.blake2b) -> None:
        """Add all that stands here to a digest: the file as it is, or the table's own buffers."""
        if self.path is not None:
            with self.path.open("rb") as file:
                while block := file.read(1 << 22):
                    digest.update(block)
            return
        with pa.ipc.new_stream(pa.PythonFile(_Digesting(digest), "w"), self._source.schema) as writer:
            writer.write_table(self._source)

    def coded(self, name: str) -> tuple[Array, list[str]]:
        """Return a column of text as places in a list of its distinct values, −1 for null."""
        number: dict[str, int] = {}
        out = [empty(np.int32)]
        for part in self.parts(name):
            coded = pc.dictionary_encode(part.to_arrow())
            at = [number.setdefault(text, len(number)) for text in coded.dictionary.to_pylist()]
            place = np.array([*at, -1], dtype=np.int32)
            out.append(place[coded.indices.fill_null(len(at)).to_numpy()])
        return np.concatenate(out), list(number)


class _Digesting(io.RawIOBase):
    """A file that is nothing but its digest."""

    def __init__(self, digest: hashlib.blake2b) -> None:
        self._digest = digest

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._digest.update(data)
        return len(data)


def code_texts(values: list[str], known: Array | None = None) -> tuple[Array, Array]:
    """Return each value's code from 1, and the values by code: those known, then new ones in ascending order."""
    number = {text: code for code, text in enumerate(known.tolist() if known is not None else [], start=1)}
    for text in sorted(set(values).difference(number)):
        number[text] = len(number) + 1
    return np.array([number[text] for text in values], dtype=np.int32), np.array(list(number), dtype=np.str_)


def code_column(columns: Columns, name: str, known: Array | None = None) -> tuple[Array, Array]:
    """Return a column of text as codes (0 for null), and the values by code."""
    at, values = columns.coded(name)
    codes, words = code_texts(values, known)
    return np.append(codes, np.int32(0))[at], words


def code_numbers(column: pl.Series, known: Array | None = None) -> tuple[Array, Array]:
    """Return a column of whole numbers as codes (0 for null), and the numbers by code, as `code_texts` does."""
    there = np.flatnonzero(column.is_not_null().to_numpy())
    rank, values = ranks(column.drop_nulls().to_numpy().astype(np.int64))
    old = known if known is not None else empty()
    code = np.zeros(len(values), dtype=np.int32)
    met = np.flatnonzero(contains(values, old))
    code[np.searchsorted(values, old[met])] = met + 1
    new = code == 0
    every = np.concatenate((old, values[new]))
    code[new] = np.arange(len(old) + 1, len(every) + 1)
    out = np.zeros(len(column), dtype=np.int32)
    out[there] = code[rank]
    return out, every


def code_villages(columns: Columns, known: Array | None = None) -> tuple[Array, Array]:
    """Return villages as codes: a village is known by its governorate and markaz, too."""
    parts = [columns.coded(name) for name in ("governorate", "markaz", "village")]
    packed = np.zeros(len(columns), dtype=np.int64)
    for at, values in parts:
        packed *= len(values) + 1
        packed += at + 1
    rows = np.flatnonzero(parts[2][0] >= 0)
    rank, triples = ranks(packed[rows])
    names = []
    for _, values in reversed(parts):
        names.append([["", *values][place] for place in (triples % (len(values) + 1)).tolist()])
        triples //= len(values) + 1
    codes, words = code_texts(["|".join(triple) for triple in zip(*reversed(names), strict=True)], known)
    out = np.zeros(len(columns), dtype=np.int32)
    out[rows] = codes[rank]
    return out, words
