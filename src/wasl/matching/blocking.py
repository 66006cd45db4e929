"""Candidate pairs: only what ids leave open is compared, through keys that say enough."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from wasl.matching.arrays import contains, distinct, mix_columns
from wasl.matching.encode import HEAD, SPOUSE
from wasl.matching.options import Array, LinkOptions, empty
from wasl.matching.stages import Stages, Table

FIRM, SOLE, HARD = 0, 1, 2
"""A record whose id others confirm; one alone with its id; one without an id that can be trusted."""


@dataclass(frozen=True)
class Rule:
    """
    One blocking rule: records that share a key meet, if one of them asks.

    `keys` holds one or more keys per record (0: none). `asks` narrows which records without a trusted
    id ask. Where `ignores_ids`, records alone with their id ask too, and may meet other ids.
    """

    keys: tuple[Array, ...]
    asks: Array | None = None
    ignores_ids: bool = False


def blocking_rules(enc: Table) -> dict[str, Rule]:
    """
    Return the rules by name.

    Names enter as canon tokens, dates with day and month in ascending order, later names as unordered
    pairs: a misspelling, a swapped date, a dropped or turned name, or the family's name in the
    grandfather's place does not part a pair.
    """
    canon = enc["tok_canon"][enc["chain"][:, :4]]
    given, father, third, fourth = canon.T
    n = len(given)
    low = np.minimum(enc["birth_month"], enc["birth_dom"]).astype(np.int64)
    high = np.maximum(enc["birth_month"], enc["birth_dom"]).astype(np.int64)
    year = enc["birth_year"].astype(np.int64)
    full = enc["birth_precision"] == 3
    date = np.where(full, year * 1000 + low * 32 + high, 0)
    phone, village, markaz, gov = enc["phone"], enc["village"], enc["markaz"], enc["gov"]
    none = np.zeros(n, dtype=np.int64)
    nid = np.where(enc["borrowed"], 0, enc["nid"])
    hidden = np.where(enc["nid_valid"], 0, nid)

    def key(number: int, *columns: Array) -> Array:
        there = np.ones(n, dtype=bool)
        for column in columns:
            there &= column > 0
        return np.where(there, mix_columns(none + number, *columns) | 1, 0)

    def two_later(number: int, *columns: Array) -> tuple[Array, ...]:
        out = []
        for x, y in ((father, third), (father, fourth), (third, fourth)):
            out.append(key(number, *columns, np.minimum(x, y), np.maximum(x, y)))
        return tuple(out)

    mine, theirs = _couple(enc, canon)
    return {
        "date_given_father": Rule((key(1, date, given, father),), None, True),
        "date_given_governorate": Rule((key(2, date, given, gov),)),
        "date_father_third": Rule((key(3, date, father, third),)),
        "phone_given": Rule((key(4, phone, given),), None, True),
        "phone_date": Rule((key(5, phone, date),)),
        "village_names": Rule(two_later(6, village, given)),
        "village_two_names": Rule((key(7, village, given, father),), third == 0),
        "village_later_names": Rule((key(8, village, father, third, fourth, year),)),
        "village_year": Rule((key(9, village, given, year),), date == 0),
        "markaz_names": Rule(two_later(10, markaz, given), (village == 0) | (fourth > 0)),
        "governorate_names": Rule((key(11, gov, given, father, third, fourth),)),
        "couple": Rule((key(12, gov, mine[0], mine[1], theirs[0], theirs[1]),)),
        "couple_village": Rule((key(13, village, mine[0], theirs[0]),), third == 0),
        "id_tail": Rule((key(14, nid % 10**7, given),), None, True),
        "id_head": Rule((key(15, nid // 10**7, given, father),), None, True),
        "id": Rule((key(16, hidden),)),
    }


def _couple(enc: Table, canon: Array) -> tuple[Array, Array]:
    """Return each partner's own and the other's given and father's name, 0 outside couples."""
    n = len(canon)
    ent, rec, rel = enc["m_ent"], enc["m_rec"], enc["m_rel"]
    head = np.full(len(enc["e_id"]), -1, dtype=np.int64)
    spouse = head.copy()
    head[ent[rel == HEAD][::-1]] = rec[rel == HEAD][::-1]
    spouse[ent[rel == SPOUSE][::-1]] = rec[rel == SPOUSE][::-1]
    mine, theirs = np.zeros((2, 2, n), dtype=np.int64)
    couple = np.flatnonzero((head >= 0) & (spouse >= 0))
    for self_, other in ((head[couple], spouse[couple]), (spouse[couple], head[couple])):
        kept = enc["entry"][self_] == couple
        mine[:, self_[kept]] = canon[self_[kept], :2].T
        theirs[:, self_[kept]] = canon[other[kept], :2].T
    return mine, theirs


def candidate_pairs(
    enc: Table, status: Array, options: LinkOptions, connection: duckdb.DuckDBPyConnection, stages: Stages
) -> Table:
    """
    Return the packed pairs that some blocking rule brings together, ascending.

    Blocks over the cap are left out and counted. Records whose id others confirm never ask.
    """
    rules = blocking_rules(enc)
    found: list[Array] = [empty()]
    for number, (name, rule) in enumerate(rules.items()):
        stages.tell("candidates", number / (len(rules) + 1))
        asks = status >= (SOLE if rule.ignores_ids else HARD)
        if rule.asks is not None:
            asks &= rule.asks
        pairs, capped = _join_rule(rule.keys, asks, options.block_cap, connection)
        stages.note("candidates", f"blocks of {name} over the cap", capped)
        found.append(pairs)
    return {"pairs": distinct(np.concatenate(found))}


def _join_rule(
    keys: tuple[Array, ...], asks: Array, cap: int, connection: duckdb.DuckDBPyConnection
) -> tuple[Array, int]:
    rows = [np.flatnonzero(key != 0) for key in keys]
    who = np.concatenate(rows).astype(np.int64)
    key = np.concatenate([key[row] for key, row in zip(keys, rows, strict=True)])
    asked = distinct(key[asks[who]])
    near = contains(asked, key)
    connection.register("keyed", pa.table({"k": key[near], "r": who[near], "asks": asks[who[near]]}))
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE block AS SELECT k, count(*) AS n FROM keyed GROUP BY k HAVING count(*) > 1"
    )
    pairs = connection.execute(
        """
        WITH kept AS (SELECT k, r, asks FROM keyed SEMI JOIN (SELECT k FROM block WHERE n <= ?) USING (k))
        SELECT CASE WHEN h.r < o.r THEN (h.r << 32) | o.r ELSE (o.r << 32) | h.r END AS pair
        FROM kept h JOIN kept o ON h.k = o.k
        WHERE h.asks AND h.r <> o.r AND (NOT o.asks OR h.r < o.r)
        """,
        [cap],
    ).to_arrow_table()
    counted = connection.execute("SELECT count(*) FROM block WHERE n > ?", [cap]).fetchone()
    connection.unregister("keyed")
    return pairs.column("pair").to_numpy(), int(counted[0]) if counted else 0
