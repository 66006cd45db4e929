"""Candidate pairs: only what ids leave open is compared, through keys that say enough."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from wasl.matching.arrays import mix_columns
from wasl.matching.options import Array, LinkOptions, empty
from wasl.matching.stages import Stages, Table

FIRM, SOLE, HARD = 0, 1, 2
"""A record whose id others confirm; one alone with its id; one without an id that can be trusted."""


def blocking_keys(enc: Table) -> dict[str, tuple[Array, bool]]:
    """
    Return one key per record for each blocking rule (0: no key), and whether ids are ignored by it.

    A rule marked true also brings together records that hold different trusted ids. Names enter
    as canon tokens, dates with day and month in ascending order, so that a misspelling or a swapped
    date does not part a pair.
    """
    canon = enc["tok_canon"][enc["chain"][:, :4]]
    given, father, third, fourth = canon.T
    n = len(given)
    low = np.minimum(enc["birth_month"], enc["birth_dom"]).astype(np.int64)
    high = np.maximum(enc["birth_month"], enc["birth_dom"]).astype(np.int64)
    year = enc["birth_year"].astype(np.int64)
    full = enc["birth_precision"] == 3
    date = np.where(full, year * 1000 + low * 32 + high, 0)
    vague = enc["birth_precision"] < 3
    phone, village, markaz, gov = enc["phone"], enc["village"], enc["markaz"], enc["gov"]
    none = np.zeros(n, dtype=np.int64)

    def key(number: int, *columns: Array, where: Array | None = None) -> Array:
        there = np.ones(n, dtype=bool) if where is None else where.copy()
        for column in columns:
            there &= column > 0
        return np.where(there, mix_columns(none + number, *columns) | 1, 0)

    nid = np.where(enc["borrowed"], 0, enc["nid"])
    return {
        "date_given_father": (key(1, date, given, father), True),
        "date_given_governorate": (key(2, date, given, gov), False),
        "date_father_third": (key(3, date, father, third), False),
        "phone_given": (key(4, phone, given), True),
        "phone_date": (key(5, phone, date), False),
        "village_names": (key(6, village, given, father, third), False),
        "village_year": (key(7, village, given, father, year), False),
        "village_two_names": (key(8, village, given, father, where=third == 0), False),
        "markaz_names": (key(9, markaz, given, father, third, fourth), False),
        "markaz_three_names": (key(10, markaz, given, father, third, where=vague | (village == 0)), False),
        "governorate_names": (key(11, gov, given, father, third, fourth), False),
        "village_later_names": (key(12, village, father, third, fourth, year), False),
        "village_shifted": (key(13, village, given, third, where=father > 0), False),
        "id_tail": (key(14, nid % 10**7, given), True),
        "id_head": (key(15, nid // 10**7, given, father), True),
        "nid": (key(16, np.where(enc["nid_valid"] & ~enc["borrowed"], 0, enc["nid"])), False),
    }


def candidate_pairs(
    enc: Table, status: Array, options: LinkOptions, connection: duckdb.DuckDBPyConnection, stages: Stages
) -> Table:
    """
    Return the packed pairs that some blocking rule brings together, ascending.

    A block is left out where its possible pairs per hard record exceed the cap; each rule's capped
    blocks are noted. Two firm or sole records of different ids meet only by rules that ignore ids.
    """
    rules = blocking_keys(enc)
    found: list[Array] = []
    for number, (name, (key, ignores_ids)) in enumerate(rules.items()):
        stages.tell("candidates", number / (len(rules) + 1))
        pairs, capped = _join_rule(key, status, ignores_ids, options.block_cap, connection)
        stages.note("candidates", f"blocks of {name} over the cap", capped)
        found.append(pairs)
    return {"pairs": np.unique(np.concatenate(found)) if found else empty()}


def _join_rule(
    key: Array, status: Array, ignores_ids: bool, cap: int, connection: duckdb.DuckDBPyConnection
) -> tuple[Array, int]:
    rows = np.flatnonzero(key != 0)
    table = pa.table({"k": key[rows], "r": rows.astype(np.int64), "s": status[rows].astype(np.int8)})
    connection.register("keyed", table)
    least = SOLE if ignores_ids else HARD
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE block AS
        SELECT k, count(*) AS n FROM keyed GROUP BY k HAVING count(*) > 1 AND max(s) >= ?
        """,
        [least],
    )
    pairs = connection.execute(
        """
        WITH kept AS (SELECT k, r, s FROM keyed SEMI JOIN (SELECT k FROM block WHERE n <= ?) USING (k))
        SELECT CASE WHEN h.r < o.r THEN (h.r << 32) | o.r ELSE (o.r << 32) | h.r END AS pair
        FROM kept h JOIN kept o ON h.k = o.k
        WHERE h.s >= ? AND h.r <> o.r AND (o.s < h.s OR (o.s = h.s AND h.r < o.r))
        """,
        [cap, least],
    ).to_arrow_table()
    counted = connection.execute("SELECT count(*) FROM block WHERE n > ?", [cap]).fetchone()
    connection.unregister("keyed")
    return pairs.column("pair").to_numpy(), int(counted[0]) if counted else 0
