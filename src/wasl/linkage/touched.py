"""
What changed since the last run: which lists were touched, and which of their entries are not what was read.

Lists are noted by the database as they are written (`linkage_touched_list`). An entry's own content never
changes: what does is in which active lists it stands, and in which months. A *print* of that, kept with the
engine's state, tells the entries that changed from those whose list was only looked at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import psycopg

from wasl.linkage.export import (
    EDITION_SCHEMA,
    ENTRIES,
    ENTRY_SCHEMA,
    MEMBER_SCHEMA,
    MEMBERS,
    RECORD_SCHEMA,
    RECORDS,
    VERDICT_SCHEMA,
    RunInput,
    copy_out,
)

Ids = npt.NDArray[np.int64]
Prints = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Touched:
    """What a run has seen of what was touched: rows by number, and the lists that others touched still."""

    rows: list[int]
    lists: list[int]
    left_lists: list[int]


@dataclass(frozen=True)
class ChangedInput:
    """
    The part of the input that is not what the last run read.

    `read` holds the entries that are new or changed with their rows; `gone` the entries that no active list
    holds any more, `again` those that are as they were, but a run was killed while it published them.
    """

    read: RunInput
    gone: Ids
    again: Ids
    touched: Touched
    lists: list[int]
    kept_ids: Ids
    kept_prints: Prints

    @property
    def is_empty(self) -> bool:
        """Tell whether every entry is what it was."""
        return not (self.read.entries.height or len(self.gone) or len(self.again))


SEEN = """
SELECT id, list_id, %(only)s::bigint[] IS NULL OR list_id IS NOT NULL AND coalesce(entry_ids <@ %(only)s::bigint[], false)
FROM linkage_touched_list ORDER BY id
"""
CANDIDATES = """
CREATE TEMP TABLE touched_entry ON COMMIT DROP AS
SELECT entry_id, bool_or(again) AS again FROM (
    SELECT unnest(entry_ids) AS entry_id, list_id IS NULL AS again FROM linkage_touched_list WHERE id = ANY(%(rows)s)
    UNION ALL
    SELECT entry_id, false FROM registry_appearance WHERE list_id = ANY(ARRAY(
        SELECT list_id FROM linkage_touched_list WHERE id = ANY(%(rows)s) AND entry_ids IS NULL))
) AS named GROUP BY entry_id
"""
STAND = """
SELECT t.entry_id, t.again, min(a.month), max(a.month) FROM touched_entry t
LEFT JOIN registry_appearance a ON a.entry_id = t.entry_id AND a.active GROUP BY 1, 2 ORDER BY 1
"""
STAND_SCHEMA = {"entry_id": pl.Int64, "again": pl.Boolean, "first_month": pl.Date, "last_month": pl.Date}
STAND_IN = (
    "SELECT a.entry_id, a.list_id FROM touched_entry JOIN registry_appearance a USING (entry_id) WHERE a.active"
    " ORDER BY 1, 2"
)
# By the names that the statements of a whole run read.
ACTIVE = (
    "CREATE TEMP TABLE active_record ON COMMIT DROP AS SELECT DISTINCT member.record_id"
    " FROM registry_entry_member AS member JOIN active_entry USING (entry_id)",
    "CREATE UNIQUE INDEX ON active_record (record_id)",
    "ANALYZE active_record",
)
VERDICTS = """
SELECT a_id, b_id, kind, verdict, id FROM linkage_verdict AS verdict
WHERE undone_at IS NULL AND verdict <> 'unsure' AND NOT EXISTS (
    SELECT FROM unnest(ARRAY[a_id, b_id]) AS item WHERE NOT CASE kind
        WHEN 'person' THEN EXISTS (
            SELECT FROM registry_entry_member m JOIN registry_appearance a ON a.entry_id = m.entry_id AND a.active
            WHERE m.record_id = item)
        ELSE EXISTS (SELECT FROM registry_appearance a WHERE a.entry_id = item AND a.active) END)
ORDER BY id
"""
STILL_ACTIVE = (
    "SELECT l FROM unnest(%s::bigint[]) AS l"
    " WHERE EXISTS (SELECT FROM registry_appearance a WHERE a.list_id = l AND a.active)"
)


def read_touched(connection: psycopg.Connection, *, only: Sequence[int] | None = None) -> Touched:
    """Return what was touched; with `only`, as far as it speaks of these entries and no others."""
    rows = connection.execute(SEEN, {"only": None if only is None else list(only)}).fetchall()
    seen = [row for row in rows if row[2]]
    return Touched(
        [row[0] for row in seen],
        sorted({row[1] for row in seen if row[1] is not None}),
        sorted({row[1] for row in rows if not row[2] and row[1] is not None}),
    )


def forget_rows(connection: psycopg.Connection, rows: Sequence[int]) -> None:
    """Take away what a run has seen, and nothing that came since."""
    connection.execute("DELETE FROM linkage_touched_list WHERE id = ANY(%s)", [list(rows)])


def announce(connection: psycopg.Connection, entry_ids: Sequence[int]) -> int:
    """Note which entries are about to be published, for the run that comes after a kill; return the row's number."""
    row = connection.execute(
        "INSERT INTO linkage_touched_list (entry_ids) VALUES (%s) RETURNING id", [list(entry_ids)]
    ).fetchone()
    assert row is not None
    return int(row[0])


def read_changes(
    connection: psycopg.Connection,
    *,
    ids: Ids,
    prints: Prints,
    lists: Sequence[int],
    salt: bytes,
    only: Sequence[int] | None = None,
) -> ChangedInput:
    """
    Read what is not what `ids` and `prints` remember, in one snapshot.

    `lists` are those that the last run spoke of; `salt` (the run gone on from, the engine's version) is part of the
    digest. Must begin a transaction, and ends it.
    """
    digest = hashlib.sha256(salt)
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        touched = read_touched(connection, only=only)
        connection.execute(CANDIDATES, {"rows": touched.rows})
        connection.execute("ANALYZE touched_entry")
        stand = copy_out(connection, STAND, STAND_SCHEMA)
        editions = copy_out(connection, STAND_IN, EDITION_SCHEMA)
        found = _compare(stand, editions, ids, prints)
        for part in (found.gone, found.again):
            digest.update(part.tobytes())
        _name_active(connection, found.changed)
        active = connection.execute(STILL_ACTIVE, [touched.lists]).fetchall()
        read = RunInput(
            records=copy_out(connection, RECORDS, RECORD_SCHEMA, digest),
            entries=copy_out(connection, ENTRIES, ENTRY_SCHEMA, digest),
            members=copy_out(connection, MEMBERS, MEMBER_SCHEMA, digest),
            editions=_noted(found.editions, digest),
            verdicts=copy_out(connection, VERDICTS, VERDICT_SCHEMA, digest),
            digest=digest.digest(),
        )
    spoken = (set(lists) - set(touched.lists) | {row[0] for row in active}) - set(touched.left_lists)
    return ChangedInput(read, found.gone, found.again, touched, sorted(spoken), found.ids, found.prints)


def print_entries(entries: pl.DataFrame, editions: pl.DataFrame) -> tuple[Ids, Prints]:
    """Return entries by number, with what tells whether their lists or months have changed."""
    frame = entries.select("entry_id", "first_month", "last_month").sort("entry_id")
    ids = frame["entry_id"].to_numpy().astype(np.int64)
    marks = _mix(frame["first_month"].cast(pl.Int32).to_numpy(), 1)
    marks += _mix(frame["last_month"].cast(pl.Int32).to_numpy(), 2)
    at = np.searchsorted(ids, editions["entry_id"].to_numpy())
    np.add.at(marks, at, _mix(editions["list_id"].to_numpy(), 3))
    return ids, marks


def digest_verdicts(verdicts: pl.DataFrame) -> str:
    """Return a short name of the verdicts that a run reads."""
    return hashlib.sha256(verdicts.write_csv().encode()).hexdigest()[:32]


@dataclass(frozen=True)
class _Compared:
    changed: pl.DataFrame  # entry_id, first_month, last_month
    editions: pl.DataFrame
    gone: Ids
    again: Ids
    ids: Ids
    prints: Prints


def _compare(stand: pl.DataFrame, editions: pl.DataFrame, ids: Ids, prints: Prints) -> _Compared:
    """Tell what changed from what did not, and write down what stands now."""
    active = stand.drop_nulls("first_month")
    now, marks = print_entries(active, editions)
    place = np.minimum(np.searchsorted(ids, now), max(len(ids) - 1, 0))
    known = ids[place] == now if len(ids) else np.zeros(len(now), dtype=bool)
    same = known.copy()
    if len(ids):
        same[known] = prints[place[known]] == marks[known]
    gone = np.intersect1d(stand.filter(pl.col("first_month").is_null())["entry_id"].to_numpy(), ids)
    changed = active.filter(pl.Series(~same))
    kept = ~np.isin(ids, now) & ~np.isin(ids, gone)
    order = np.argsort(all_ids := np.concatenate((ids[kept], now)), kind="stable")
    return _Compared(
        changed=changed.drop("again"),
        editions=editions.join(changed.select("entry_id"), on="entry_id", how="semi", maintain_order="left"),
        gone=gone.astype(np.int64),
        again=active.filter(pl.Series(same) & pl.col("again"))["entry_id"].to_numpy().astype(np.int64),
        ids=all_ids[order],
        prints=np.concatenate((prints[kept], marks))[order],
    )


def _name_active(connection: psycopg.Connection, changed: pl.DataFrame) -> None:
    """Make the tables of what is read, as a whole run does of everything."""
    connection.execute(
        "CREATE TEMP TABLE active_entry (entry_id bigint, first_month date, last_month date) ON COMMIT DROP"
    )
    if changed.height:
        with connection.cursor().copy("COPY active_entry FROM STDIN (FORMAT csv)") as copy:
            copy.write(changed.write_csv(include_header=False))
    connection.execute("CREATE UNIQUE INDEX ON active_entry (entry_id)")
    connection.execute("ANALYZE active_entry")
    for statement in ACTIVE:
        connection.execute(statement.encode())


def _noted(frame: pl.DataFrame, digest: hashlib._Hash) -> pl.DataFrame:
    digest.update(frame.write_csv(include_header=False).encode())
    return frame


def _mix(values: npt.NDArray[np.generic], salt: int) -> Prints:
    """Spread numbers over 64 bits (splitmix64), so that sums of them do not meet by chance."""
    with np.errstate(over="ignore"):
        mixed = values.astype(np.int64).view(np.uint64) * np.uint64(4) + np.uint64(salt)
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))
