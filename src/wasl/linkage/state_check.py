"""Does the state that the next run goes on from say what the records and the links say?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import psycopg

from wasl.linkage.export import EDITION_SCHEMA, copy_out
from wasl.linkage.increment import ENTRIES, open_state
from wasl.linkage.state_files import KeptState, StateUnusable, find_state
from wasl.linkage.touched import print_entries
from wasl.matching import check_state
from wasl.store.connections import engine_connection

Breach = tuple[object, ...]

# What lists hold now, of the entries that nothing has touched since.
STAND = """
SELECT a.entry_id, min(a.month), max(a.month) FROM registry_appearance a
WHERE a.active AND NOT EXISTS (SELECT FROM touched_now t WHERE t.entry_id = a.entry_id) GROUP BY 1 ORDER BY 1
"""
STAND_SCHEMA = {"entry_id": pl.Int64, "first_month": pl.Date, "last_month": pl.Date}
STAND_IN = (
    "SELECT a.entry_id, a.list_id FROM registry_appearance a WHERE a.active"
    " AND NOT EXISTS (SELECT FROM touched_now t WHERE t.entry_id = a.entry_id) ORDER BY 1, 2"
)
TOUCHED = """
CREATE TEMP TABLE touched_now ON COMMIT DROP AS
SELECT unnest(entry_ids) AS entry_id FROM linkage_touched_list
UNION SELECT a.entry_id FROM linkage_touched_list t JOIN registry_appearance a ON a.list_id = t.list_id
WHERE t.entry_ids IS NULL
"""
# Whom doors told apart since the run read its verdicts: they stand apart, and the state has yet to hear of it.
APART = """
SELECT DISTINCT f.subject_id FROM linkage_verdict v
CROSS JOIN LATERAL linkage_standing(v.kind, ARRAY[v.a_id, v.b_id]) f
WHERE v.separation_no IS NOT NULL AND (v.undone_at IS NOT NULL OR v.consulted_run IS NULL)
"""
LINKS = {
    "person": "SELECT record_id, person_id FROM registry_link WHERE until_run IS NULL",
    "family": "SELECT entry_id, family_id FROM registry_entry_link WHERE until_run IS NULL",
}
COLUMNS = {
    "person": ("records", "record_id", "alive", "certain_person"),
    "family": ("entries", "e_id", "e_alive", "certain_family"),
}


def find_state_breaches() -> Sequence[Breach]:
    """
    Return entries that the state remembers otherwise than lists hold them, and rows it joins otherwise.

    Nothing where there is no state of the last published run: the next one reads everything.
    """
    with engine_connection(autocommit=True) as connection:
        row = connection.execute(
            "SELECT id, input_digest FROM linkage_run WHERE state = 'done' AND input_digest IS NOT NULL"
            " ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if row is None:
            return []
        try:
            kept = find_state(int(row[0]), bytes(row[1]))
            return [*_entries(connection, kept), *_labels(connection, kept)]
        except StateUnusable as error:
            return [("state", error.reason)] if error.reason == "damaged" else []


def _entries(connection: psycopg.Connection, kept: KeptState) -> list[Breach]:
    known = kept.read(ENTRIES)
    with connection.transaction():
        connection.execute(TOUCHED)
        connection.execute("ANALYZE touched_now")
        touched = [row[0] for row in connection.execute("SELECT entry_id FROM touched_now")]
        stand = copy_out(connection, STAND, STAND_SCHEMA)
        ids, prints = print_entries(stand, copy_out(connection, STAND_IN, EDITION_SCHEMA))
    now = pl.DataFrame({"entry": ids, "now": prints})
    then = pl.DataFrame({"entry": known["ids"], "then": known["prints"]})
    then = then.filter(~pl.col("entry").is_in(pl.Series(touched, dtype=pl.Int64).implode()))
    both = now.join(then, on="entry", how="full", coalesce=True)
    wrong = both.filter(pl.col("now").ne_missing(pl.col("then")))["entry"].sort()
    return [("entry", entry) for entry in wrong.to_list()]


def _labels(connection: psycopg.Connection, kept: KeptState) -> list[Breach]:
    """Ask the state whether it agrees with itself, and compare who is one for certain."""
    state = open_state(kept)
    breaches: list[Breach] = [(name, rows) for name, rows in check_state(state).items() if rows]
    apart = pl.Series([row[0] for row in connection.execute(APART)], dtype=pl.Int64)
    for kind, (table, item, alive, label) in COLUMNS.items():
        columns = state.table(table)
        held = pl.DataFrame({"item": columns[item], "label": columns[label]}).filter(
            pl.Series(np.asarray(columns[alive], dtype=bool))
        )
        links = copy_out(connection, LINKS[kind], {"item": pl.Int64, "subject": pl.Int64})
        both = held.join(links, on="item", how="left").filter(
            pl.col("subject").is_null() | ~pl.col("subject").is_in(apart.implode())
        )
        alone = (pl.col("label").n_unique().over("subject") == 1) & (
            pl.col("subject").n_unique().over("label") == 1
        )
        wrong = both.filter(pl.col("subject").is_null() | ~alone)["item"].sort()
        breaches += [(kind, one) for one in wrong.to_list()]
    return breaches
