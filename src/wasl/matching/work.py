"""A state opened for an increment: tables that may change, sets of rows as flags, and parts taken out of the whole."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from wasl.matching.arrays import contains, distinct, pack, unpack
from wasl.matching.content import order_contents, order_entries
from wasl.matching.encode import find_ids
from wasl.matching.keys import Keys
from wasl.matching.lookup import Lookup
from wasl.matching.options import Array, empty
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

_MANY = 8
"""Of so many rows one is asked for: then all are looked at, which is as quick as looking them up."""
_LOOKED_UP: dict[str, tuple[str, Callable[[Array], Array]]] = {
    "low": ("pairs", lambda pairs: unpack(pairs)[0]),
    "high": ("pairs", lambda pairs: unpack(pairs)[1]),
    "entry_of": ("rows", lambda rows: rows >> 32),
}
"""What rows are looked up by that is a part of a column."""
Links = list[tuple[str, Callable[[Array], Array] | None]]
"""Tables of pairs, and which of some rows of theirs count as links (without: all)."""
_TAKEN = tuple(name for name in (*TOLD, *SETTLED, *COLLAPSED) if name not in ("entry", "group"))


class Work:
    """
    The tables of a state, to be changed.

    A set of rows is a flag per row and one more that is never set, so that −1 (what is gone) is in no set.
    Rows that a change asks for are looked up: in the base, which stays as it is, and among all rows since.
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
        self._lookups: dict[tuple[str, str], Lookup] = {}
        self._placed = {"records": empty(), "entries": empty()}
        self._places = {"records": places(empty(), 0), "entries": places(empty(), 0)}

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

    def replace_pairs(self, name: str, at: Array, columns: Table) -> None:
        """Take the pairs of some rows out of a table and put others in."""
        self.put(name, at, {"pairs": np.full(len(at), -1)})
        self.append(name, columns)

    def _near(self, name: str, key: str, wanted: Array) -> Array:
        """Return the rows that held a wanted value in the base, and all that are not as they were there."""
        base = self.state.held[name]
        if (name, key) not in self._lookups:
            column, read = _LOOKED_UP.get(key, (key, np.asarray))
            self._lookups[name, key] = Lookup(read(base[column]))
        known = len(base[TABLES[name][0]])
        size = len(self.tables[name][TABLES[name][0]])
        if len(self.touched[name]) > 1:
            self.touched[name] = [distinct(np.concatenate(self.touched[name]))]
        since = self.touched[name][0]
        found = self._lookups[name, key].rows(wanted)
        return np.concatenate((found, since[: np.searchsorted(since, known)], np.arange(known, size)))

    def rows_in(self, name: str, key: str, some: Array) -> Array:
        """Return the rows of a table whose value is in a set, ascending."""
        column, read = _LOOKED_UP.get(key, (key, np.asarray))
        values = self.tables[name][column]
        wanted = np.flatnonzero(some[:-1])
        if len(wanted) * _MANY > len(values):
            return np.flatnonzero(some[read(values)])
        rows = distinct(self._near(name, key, wanted))
        return np.asarray(rows[some[read(values[rows])]])

    def pairs_at(self, name: str, some: Array) -> Array:
        """Return the rows of a table of pairs that have an end in a set, ascending."""
        pairs = self.tables[name]["pairs"]
        wanted = np.flatnonzero(some[:-1])
        if len(wanted) * _MANY > len(pairs):
            return np.flatnonzero(with_end_in(pairs, some))
        rows = distinct(np.concatenate([self._near(name, end, wanted) for end in ("low", "high")]))
        return np.asarray(rows[with_end_in(pairs[rows], some)])

    def pairs_among(self, name: str, some: Array, place: Array) -> tuple[Array, Array]:
        """Return what `renumber` does of the pairs with an end in a set, and their rows."""
        at = self.pairs_at(name, some)
        packed, which = renumber(self.tables[name]["pairs"][at], place)
        return packed, at[which]

    def spread(self, some: Array, links: Links, more: Array) -> None:
        """Add to a set whatever links and `more` pairs join to it, however far."""
        fresh = some
        while fresh.any():
            reached = np.zeros(len(some), dtype=bool)
            mark(reached, more[with_end_in(more, fresh)])
            for name, holds in links:
                at = self.pairs_at(name, fresh)
                at = at if holds is None else at[holds(at)]
                mark(reached, self.tables[name]["pairs"][at])
            fresh = reached & ~some
            some |= fresh

    def find(self, name: str, wanted: Array) -> tuple[Array, Array]:
        """Return where each wanted id of records or entries stands, and whether it does."""
        key = TABLES[name][0] if name == "records" else "e_id"
        ids = self.tables[name][key]
        if len(wanted) * _MANY > len(ids):
            return find_ids(ids, wanted)
        rows = distinct(self._near(name, key, distinct(wanted)))
        rows = rows[np.argsort(ids[rows])]
        there = contains(ids[rows], wanted)
        at = np.zeros(len(wanted), dtype=np.int64)
        at[there] = rows[np.searchsorted(ids[rows], wanted[there])]
        return at, there

    def members_of(self, entries: Array) -> Array:
        """Return the set of records that stand in a set of entries."""
        out = self.no_records()
        out[self.members["m_rec"][self.rows_in("members", "m_ent", entries)]] = True
        out[-1] = False
        return out

    def entries_of(self, records: Array) -> Array:
        """Return the set of entries that a set of records stands in."""
        out = self.no_entries()
        out[self.members["m_ent"][self.rows_in("members", "m_rec", records)]] = True
        out[-1] = False
        return out

    def whole(self, table: str, label: str, some: Array) -> Array:
        """Return the set of all rows that share a label with some row of a set."""
        labels = self.tables[table][label]
        alive = self.tables[table]["alive" if table == "records" else "e_alive"]
        wanted = distinct(labels[np.flatnonzero(some[:-1])])
        if len(wanted) * _MANY > len(labels):
            named = np.zeros(len(labels) + 1, dtype=bool)
            named[wanted] = True
            return np.append(named[labels] & alive, False) | some
        rows = self._near(table, label, wanted)
        out = some.copy()
        out[rows[contains(wanted, labels[rows]) & alive[rows]]] = True
        return out

    def _number(self, name: str, rows: Array) -> Array:
        """Return what `places` does, on a slate that the next call wipes: making one takes longer than a change."""
        size = len(self.tables[name][TABLES[name][0]]) + 1
        if len(self._places[name]) != size:
            self._places[name] = places(empty(), size)
            self._placed[name] = empty()
        slate = self._places[name]
        slate[self._placed[name]] = -1
        slate[rows] = np.arange(len(rows), dtype=np.int32)
        self._placed[name] = rows
        return slate

    def take(self, records: Array, entries: Array) -> tuple[Table, Array, Array]:
        """
        Return sets of records and of entries as a population of its own, in content order, and their rows.

        What stands outside is missing in it: members, main entries. Groups keep their order.
        """
        of, home = self.records, self.entries
        rows, ents = np.flatnonzero(records), np.flatnonzero(entries)
        rows = rows[self._order(rows)]
        ents = ents[order_entries({name: home[name][ents] for name in ENTRY})]
        place, entry_place = self._number("records", rows), self._number("entries", ents)
        inside = self.rows_in("members", "m_ent", entries)
        inside = inside[records[self.members["m_rec"][inside]]]
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
        order = np.argsort(digest)
        ordered = digest[order]
        tied = np.flatnonzero(ordered[1:] == ordered[:-1])
        if not len(tied):
            return order
        twins = self.no_records()
        twins[rows[order[tied]]] = True
        twins[rows[order[tied + 1]]] = True
        at = self.rows_in("members", "m_rec", twins)
        place = self._number("records", rows)
        return order_contents(
            digest,
            self.records["record_id"][rows],
            place[self.members["m_rec"][at]],
            self.members["m_ent"][at],
            self.entries["e_digest"],
        )

    def editions_of(self, ents: Array) -> Array:
        """Return the (entry, list) rows of taken entries, under their new numbers."""
        place = self._number("entries", ents)
        some = self.no_entries()
        some[ents] = True
        rows = self.tables["editions"]["rows"][self.rows_in("editions", "entry_of", some)]
        return distinct((place[rows >> 32].astype(np.int64) << 32) | (rows & 0xFFFFFFFF))

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


def mark(some: Array, pairs: Array) -> None:
    """Add both ends of pairs to a set."""
    a, b = unpack(pairs)
    some[a] = True
    some[b] = True
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


def differing(table: Table, at: Array, made: Table) -> tuple[Array, Array]:
    """Return the pairs (and weights) that stand only in some rows of a table, or only in those newly made."""
    pairs = np.concatenate((table["pairs"][at], made["pairs"]))
    weight = np.concatenate((table["weight"][at], made["weight"]))
    order = np.argsort(pairs, kind="stable")
    pairs, weight = pairs[order], weight[order]
    twice = np.zeros(len(pairs) + 1, dtype=bool)
    twice[1:-1] = (pairs[1:] == pairs[:-1]) & (weight[1:] == weight[:-1])
    single = ~(twice[1:] | twice[:-1])
    return pairs[single], weight[single]
