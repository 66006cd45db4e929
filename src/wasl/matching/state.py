"""What a run leaves so that the next one need only look at what changed: tables of integers, and small parts."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from wasl.matching.context import KINDS, VOCABULARIES, Context
from wasl.matching.model_file import ModelFile
from wasl.matching.options import Array
from wasl.matching.stages import Table

FORMAT = 1
TOLD = (
    *("record_id", "digest", "chain", "org", "ministry", "sex_stated", "phone", "gov", "markaz", "village"),
    *("nid", "nid_check", "nid_valid", "nid_day", "nid_sex", "day_stated", "precision_stated", "quality"),
)
"""What a record says by itself."""
SETTLED = (
    *("birth_day", "birth_precision", "birth_year", "birth_month", "birth_dom", "birth_stated"),
    *("sex", "sex_name", "age_class", "young", "entry"),
)
"""What follows from it and from the entries it stands in."""
COLLAPSED = ("trusted", "borrowed", "confirmed", "status", "group")
ENTRY = ("e_id", "e_org", "e_ministry", "e_month", "e_size", "e_digest", "e_list")
MEMBER = ("m_ent", "m_rec", "m_rel")
TABLES: dict[str, tuple[str, ...]] = {
    "records": (*TOLD, *SETTLED, *COLLAPSED, "alive", "home", "person_first", "person", "certain_person"),
    "entries": (*ENTRY, "e_alive", "family_first", "family", "certain_family"),
    "members": MEMBER,
    "editions": ("rows",),
    "labels": ("pairs", "weight"),
    "lent": ("pairs",),
    "scored": ("pairs", "weight", "left"),
    "inside": ("pairs", "weight"),
    "links_first": ("pairs", "weight"),
    "links": ("pairs", "weight"),
}
"""Table → its columns. Rows that are gone keep their place: records and entries as not alive, others as −1."""
KEYED = ("keys", "lines_first", "lines")
"""Sorted keys: of records by blocking rule, of entries by the man's line with a place, after each pass."""
PREFIX = "engine_"
DELTA = ".changed"
_REBASE = 10


@dataclass(frozen=True)
class LinkState:
    """
    The state after a run, as named parts of named arrays; nothing in it is ever changed in place.

    Every table is a base, and a part of what was changed or added since (`at`, and the columns there). A small
    increment leaves the bases the very arrays they were. National ids stand in `records` in plain.
    """

    held: dict[str, Table]

    def parts(self) -> dict[str, dict[str, Array]]:
        """Return all arrays by part; unchanged ones are the very arrays that `from_parts` was given."""
        return {PREFIX + name: arrays for name, arrays in self.held.items()}

    @staticmethod
    def from_parts(parts: dict[str, dict[str, Array]]) -> LinkState:
        """
        Take up what `parts()` gave.

        :raises KeyError: a part or a column is missing.
        :raises ValueError: it is of another format.
        """
        held = {name[len(PREFIX) :]: arrays for name, arrays in parts.items() if name.startswith(PREFIX)}
        if int(held["context"]["format"][0]) != FORMAT:
            raise ValueError("state of another format")
        for name, columns in TABLES.items():
            for part in (name, name + DELTA):
                _ = [held[part][column] for column in columns]
        _ = [held[part] for part in (*KEYED, "verdicts")]
        _ = [held[name + DELTA]["at"] for name in KEYED]
        return LinkState(held)

    def context(self) -> Context:
        """Return the frozen context."""
        return read_context(self.held["context"])

    def table(self, name: str) -> Table:
        """Return the columns of a table as they stand now: not to be written to."""
        base, delta = self.held[name], self.held[name + DELTA]
        if not len(delta["at"]):
            return {column: base[column] for column in TABLES[name]}
        out: Table = {}
        for column in TABLES[name]:
            out[column] = _overlay(base[column], delta["at"], delta[column])
        return out


def _overlay(base: Array, at: Array, values: Array) -> Array:
    """Return a copy of the base with values put in and added behind it."""
    size = max(len(base), int(at.max(initial=-1)) + 1)
    out = np.empty((size, *base.shape[1:]), dtype=base.dtype)
    out[: len(base)] = base
    out[at] = values
    return out


def store_table(base: Table, columns: Table, touched: Array, names: tuple[str, ...]) -> tuple[Table, Table]:
    """
    Return base and delta of a table whose rows at `touched` differ from the base; a large delta is a new base.
    """
    known = len(base[names[0]])
    size = len(columns[names[0]])
    if len(touched) * _REBASE > known:
        base = {name: columns[name] for name in names}
        touched = np.zeros(0, dtype=np.int64)
    elif size > known:
        touched = np.concatenate((touched[touched < known], np.arange(known, size)))
    delta = {"at": touched.astype(np.int64), **{name: columns[name][touched] for name in names}}
    return base, delta


def write_context(context: Context) -> Table:
    """Return the context as arrays."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, context.dictionary.schema) as writer:
        writer.write_table(context.dictionary)
    out: Table = {
        "format": np.array([FORMAT]),
        "model": _bytes(context.model.to_json()),
        "dictionary": np.frombuffer(sink.getvalue(), dtype=np.uint8),
        "numbers": np.array([context.records, context.entries, context.now]),
        "wives": context.wives,
        "children": context.children,
    }
    out.update({f"rarity_{kind}": context.rarity[kind] for kind in KINDS})
    for name in VOCABULARIES:
        column = context.words[name]
        out[name] = column if column.dtype.kind == "i" else _bytes(json.dumps(column.tolist()))
    return out


def read_context(held: Table) -> Context:
    """Return the context that arrays hold."""
    with pa.ipc.open_stream(pa.py_buffer(held["dictionary"].tobytes())) as reader:
        dictionary = reader.read_all()
    words: Table = {}
    for name in VOCABULARIES:
        column = held[name]
        words[name] = (
            column if column.dtype != np.uint8 else np.array(json.loads(column.tobytes()), dtype=np.str_)
        )
    records, entries, now = (int(number) for number in held["numbers"])
    return Context(
        model=ModelFile.from_json(held["model"].tobytes().decode()),
        dictionary=dictionary,
        rarity={kind: held[f"rarity_{kind}"] for kind in KINDS},
        words=words,
        records=records,
        entries=entries,
        now=now,
        wives=held["wives"],
        children=held["children"],
    )


def _bytes(text: str) -> Array:
    return np.frombuffer(text.encode(), dtype=np.uint8)
