"""A state opened for an increment: tables that may change, sets of rows as flags, and parts taken out of the whole."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from wasl.matching.arrays import distinct, pack, unpack
from wasl.matching.content import order_contents, order_entries
from wasl.matching.keys import Keys
from wasl.matching.options import Array
from wasl.matching.stages import Table
from wasl.matching.state import (
    COLLAPSED,
    DELTA,
    ENTRY,
    KEYED,
    SETTLED,
    TABLES,
    TOLD,
    LinkState,
    store_table,
    write_context,
)

_TAKEN = tuple(name for name in (*TOLD, *SETTLED, *COLLAPSED) if name not in ("entry", "group"))


class Work:
    """
    The tables of a state, to be changed.

    A set of rows is a flag per row and one more that is never set, so that −1 (what is gone) is in no set.
    """

    def __init__(self, state: LinkState) -> None:
        self.state = state
        self.context = state.context()
        self.tables: dict[str, Table] = {name: state.table(name) for name in TABLES}
        self.touched: dict[str, list[Array]] = {name: [state.held[name + DELTA]["at"]] for name in TABLES}
        self.verdicts: Table = dict(state.held["verdicts"])
        sizes = {"keys": len(self.records["alive"])}
        self.keys = {
            name: Keys(
                state.held[name], state.held[name + DELTA], sizes.get(name, len(self.entries["e_alive"]))
            )
            for name in KEYED
        }
        self.shared: Table = {}

    @property
    def records(self) -> Table:
        return self.tables["records"]

    @property
    def entries(self) -> Table:
        return self.tables["entries"]

    @property
    def members(self) -> Table:
        return self.tables["members"]

    def no_records(self) -> Array:
        """Return an empty set of records."""
        return np.zeros(len(self.records["alive"]) + 1, dtype=bool)

    def no_entries(self) -> Array:
        """Return an empty set of entries."""
        return np.zeros(len(self.entries["e_alive"]) + 1, dtype=bool)

    def put(self, name: str, at: Array, columns: Table) -> None:
        """Change columns of rows; a column that is still the state's own is copied first."""
        if len(at):
            for column, values in columns.items():
                if self.tables[name][column] is self.state.held[name][column]:
                    self.tables[name][column] = self.tables[name][column].copy()
                self.tables[name][column][at] = values
            self.touched[name].append(np.asarray(at, dtype=np.int64))

    def append(self, name: str, columns: Table) -> Array:
        """Add rows to a table; columns that are not given are 0."""
        table = self.tables[name]
        size = len(next(iter(table.values())))
        count = len(next(iter(columns.values())))
        if count:
            for column, values in table.items():
                more = columns.get(column)
                if more is None:
                    more = np.zeros((count, *values.shape[1:]), dtype=values.dtype)
                table[column] = np.concatenate((values, more.astype(values.dtype)))
        return np.arange(size, size + count)

    def replace_pairs(self, name: str, drop: Array, columns: Table) -> None:
        """Take pairs out of a table (flags) and put others in."""
        at = np.flatnonzero(drop)
        self.put(name, at, {"pairs": np.full(len(at), -1)})
        self.append(name, columns)

    def members_of(self, entries: Array) -> Array:
        """Return the set of records that stand in a set of entries."""
        out = self.no_records()
        out[self.members["m_rec"][entries[self.members["m_ent"]]]] = True
        out[-1] = False
        return out

    def entries_of(self, records: Array) -> Array:
        """Return the set of entries that a set of records stands in."""
        out = self.no_entries()
        out[self.members["m_ent"][records[self.members["m_rec"]]]] = True
        out[-1] = False
        return out

    def whole(self, table: str, label: str, some: Array) -> Array:
        """Return the set of all rows that share a label with some row of a set."""
        labels = self.tables[table][label]
        wanted = np.zeros(len(labels) + 1, dtype=bool)
        wanted[labels[some[:-1]]] = True
        alive = self.tables[table]["alive" if table == "records" else "e_alive"]
        return np.append(wanted[labels] & alive, False) | some

    def take(self, records: Array, entries: Array) -> tuple[Table, Array, Array]:
        """
        Return sets of records and of entries as a population of its own, in content order, and their rows.

        What stands outside is missing in it: members, main entries. Groups keep their order.
        """
        of, home = self.records, self.entries
        rows, ents = np.flatnonzero(records), np.flatnonzero(entries)
        rows = rows[self._order(rows)]
        ents = ents[order_entries({name: home[name][ents] for name in ENTRY})]
        place, entry_place = places(rows, len(records)), places(ents, len(entries))
        inside = np.flatnonzero(entries[self.members["m_ent"]] & records[self.members["m_rec"]])
        m_ent = entry_place[self.members["m_ent"][inside]]
        m_rec = place[self.members["m_rec"][inside]]
        again = np.argsort((m_ent.astype(np.int64) << 32) | m_rec, kind="stable")
        out: Table = {name: of[name][rows] for name in _TAKEN}
        out["entry"] = entry_place[of["entry"][rows]]
        _, group = np.unique(of["digest"][of["group"][rows]], return_inverse=True)
        out["group"] = group.astype(np.int32)
        out.update({name: home[name][ents] for name in ENTRY})
        out.update(
            {"m_ent": m_ent[again], "m_rec": m_rec[again], "m_rel": self.members["m_rel"][inside][again]}
        )
        out.update(self.shared)
        return out, rows, ents

    def _order(self, rows: Array) -> Array:
        digest = self.records["digest"][rows]
        if len(distinct(digest)) == len(digest):
            return np.argsort(digest)
        place = places(rows, len(self.records["alive"]) + 1)
        m_rec = place[self.members["m_rec"]]
        there = m_rec >= 0
        return order_contents(
            digest,
            self.records["record_id"][rows],
            m_rec[there],
            self.members["m_ent"][there],
            self.entries["e_digest"],
        )

    def editions_of(self, ents: Array) -> Array:
        """Return the (entry, list) rows of taken entries, under their new numbers."""
        place = places(ents, len(self.entries["e_alive"]) + 1)
        rows = self.tables["editions"]["rows"]
        rows = rows[rows >= 0]
        entry = place[rows >> 32]
        there = entry >= 0
        return distinct((entry[there].astype(np.int64) << 32) | (rows[there] & 0xFFFFFFFF))

    def close(self) -> LinkState:
        """Return the state as it stands now."""
        held: dict[str, Table] = {"context": write_context(self.context), "verdicts": self.verdicts}
        for name, columns in TABLES.items():
            there = np.zeros(len(self.tables[name][columns[0]]), dtype=bool)
            there[np.concatenate(self.touched[name])] = True
            touched = np.flatnonzero(there)
            held[name], held[name + DELTA] = store_table(
                self.state.held[name], self.tables[name], touched, columns
            )
        for name, keys in self.keys.items():
            held[name], held[name + DELTA] = keys.parts()
        return LinkState(held)


def places(rows: Array, size: int) -> Array:
    """Return for every row its place among the given ones, −1 elsewhere."""
    out = np.full(size, -1, dtype=np.int32)
    out[rows] = np.arange(len(rows), dtype=np.int32)
    return out


def spread(some: Array, pairs: Iterable[Array]) -> None:
    """Add to a set whatever pairs join to it, however far."""
    a, b = unpack(np.concatenate(list(pairs)))
    while True:
        edge = some[a] != some[b]
        if not edge.any():
            return
        some[a[edge]] = True
        some[b[edge]] = True
        some[-1] = False


def with_end_in(pairs: Array, some: Array) -> Array:
    """Tell which pairs have an end in a set."""
    a, b = unpack(pairs)
    return np.asarray(some[a] | some[b])


def renumber(pairs: Array, place: Array) -> tuple[Array, Array]:
    """Return the pairs both of whose ends have a place, by their places, ascending, and which those are."""
    a, b = unpack(pairs)
    x, y = place[a], place[b]
    there = np.flatnonzero((x >= 0) & (y >= 0) & (pairs >= 0))
    packed = pack(x[there], y[there])
    order = np.argsort(packed, kind="stable")
    return packed[order], there[order]


def differing(table: Table, some: Array, made: Table) -> tuple[Array, Array]:
    """Return the pairs (and weights) that stand only in some rows of a table, or only in those newly made."""
    pairs = np.concatenate((table["pairs"][some], made["pairs"]))
    weight = np.concatenate((table["weight"][some], made["weight"]))
    order = np.argsort(pairs, kind="stable")
    pairs, weight = pairs[order], weight[order]
    twice = np.zeros(len(pairs) + 1, dtype=bool)
    twice[1:-1] = (pairs[1:] == pairs[:-1]) & (weight[1:] == weight[:-1])
    single = ~(twice[1:] | twice[:-1])
    return pairs[single], weight[single]
