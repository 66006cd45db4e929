"""The state that a full run leaves."""

from __future__ import annotations

import numpy as np
import polars as pl

from wasl.matching.arrays import mix_columns
from wasl.matching.blocking import blocking_rules
from wasl.matching.context import Context
from wasl.matching.encode import find_ids
from wasl.matching.families import line_keys
from wasl.matching.households import describe_entries
from wasl.matching.keys import Keys, pack_keys
from wasl.matching.options import Array, LinkResult, empty
from wasl.matching.result import find_homes
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
    write_context,
)

IDS = "trusted_id"
"""The rule that is none: records of one valid id, which the collapse looks at together."""
_ID_RULE = 99


def pack_records(enc: Table, rows: Array, numbers: Array) -> Table:
    """Return the packed keys of some rows of a population by rule, under the numbers given."""
    out: Table = {}
    for name, rule in blocking_rules(enc).items():
        asks = np.ones(len(enc["record_id"]), dtype=bool) if rule.asks is None else rule.asks
        keys, who = [empty()], [empty()]
        for key in rule.keys:
            there = rows[key[rows] != 0]
            keys.append(key[there])
            who.append(there)
        who_at = np.concatenate(who)
        packed = pack_keys(np.concatenate(keys), numbers[who_at], asks[who_at])
        out[name] = packed[np.concatenate((np.ones(min(1, len(packed)), bool), packed[1:] != packed[:-1]))]
    holders = rows[enc["nid_valid"][rows]]
    out[IDS] = pack_keys(id_keys(enc["nid"][holders]), numbers[holders], np.zeros(len(holders), bool))
    return out


def id_keys(nid: Array) -> Array:
    """Return the keys by which records of one id are found."""
    return mix_columns(np.full(len(nid), _ID_RULE), nid)


def pack_lines(entries: Table, some: Array, numbers: Array) -> Table:
    """Return the packed line keys of some described entries by kind of place, flagged `alone` and `young`."""
    out = {}
    for name, (keys, who) in line_keys(entries).items():
        mine = some[who]
        at = who[mine]
        out[name] = pack_keys(keys[mine], numbers[at], entries["alone"][at], entries["young"][at] >= 0)
    return out


def verdict_rows(verdicts: pl.DataFrame) -> Table:
    """Return verdicts as numbers: kind (0 people, 1 families), word (0 same, 1 different), and both ids."""
    known = verdicts.filter(
        pl.col("kind").is_in(["person", "family"]) & pl.col("verdict").is_in(["same", "different"])
    )
    a, b = known["record_a"].to_numpy(), known["record_b"].to_numpy()
    rows = np.stack(
        (
            (known["kind"] == "family").to_numpy().astype(np.int64),
            (known["verdict"] == "different").to_numpy().astype(np.int64),
            np.minimum(a, b),
            np.maximum(a, b),
        ),
        axis=1,
    )
    return {"rows": np.unique(rows, axis=0).astype(np.int64).reshape(-1, 4)}


def build_state(
    enc: Table,
    context: Context,
    made: dict[str, Table],
    editions: Array,
    verdicts: pl.DataFrame,
    result: LinkResult,
) -> LinkState:
    """
    Return the state after a full run.

    `made`: the stages' tables people_first, families_first, inside, people, families, and `labels`, `scored`.
    """
    n, size = len(enc["record_id"]), len(enc["e_id"])
    every = np.arange(n, dtype=np.int64)
    first, last = made["people_first"]["person"], made["people"]["person"]
    certain_person, _ = find_ids(enc["record_id"], result.people.column("certain_person").to_numpy())
    certain_family, _ = find_ids(enc["e_id"], result.families.column("certain_family").to_numpy())
    tables: dict[str, Table] = {
        "records": {
            **{name: enc[name] for name in (*TOLD, *SETTLED, *COLLAPSED)},
            "alive": np.ones(n, dtype=bool),
            "home": find_homes(enc, last),
            "person_first": first,
            "person": last,
            "certain_person": certain_person.astype(np.int32),
        },
        "entries": {
            **{name: enc[name] for name in ENTRY},
            "e_alive": np.ones(size, dtype=bool),
            "family_first": made["families_first"]["family"],
            "family": made["families"]["family"],
            "certain_family": certain_family.astype(np.int32),
        },
        "members": {name: enc[name] for name in ("m_ent", "m_rec", "m_rel")},
        "editions": {"rows": editions},
        "labels": made["labels"],
        "lent": {"pairs": enc["lent"]},
        "scored": made["scored"],
        "inside": {name: made["inside"][name] for name in ("pairs", "weight")},
        "links_first": _links(made["families_first"]),
        "links": _links(made["families"]),
    }
    held: dict[str, Table] = {"context": write_context(context), "verdicts": verdict_rows(verdicts)}
    for name, columns in TABLES.items():
        held[name] = tables[name]
        none = {column: tables[name][column][:0] for column in columns}
        held[name + DELTA] = {"at": empty(), **none}
    held["keys"] = pack_records(enc, every, every)
    for name, person in (("lines_first", first), ("lines", last)):
        held[name] = pack_lines(describe_entries(enc, person), np.ones(size, dtype=bool), np.arange(size))
    for name in KEYED:
        held[name + DELTA] = Keys.nothing(list(held[name]))
    return LinkState(held)


def _links(families: Table) -> Table:
    return {"pairs": families["f_pairs"], "weight": families["f_weight"]}
