"""
What the sample of a month is drawn from, and how: everything that decides which pairs are asked.

*Links* are pairs of two records of one person by the best estimate; *non-links* pairs of records of two people, in
four parts: those the engine keeps to be reviewed (`possible`), those it compared and cut (`cut`), and those it did not
keep though their names and places meet: with the year of birth (`near`) and without (`far`). Both records stand in
lists that count, and nobody has decided the pair: what is measured is the machine. Pairs that share less than two
names and a markaz are in no part.

Nothing is sorted by chance over whole tables: records are drawn by number, and every pair is found from its first
record by an index. So each pair of a part is as likely as any other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import psycopg

from wasl.registry.search_keys import index_keys
from wasl.registry.staging import fill_staging, make_staging

LINKS = ("certain", "likely")
NON_LINKS = ("possible", "cut", "near", "far")
STRATA = (*LINKS, *NON_LINKS)
WANTED_LINKS = 200
WANTED = {"possible": 60, "cut": 30, "near": 60, "far": 50}
"""Non-links: what one part cannot give is taken from the others, in this order."""
PROBED = 50_000
"""So many records are looked at for links and kept pairs; a smaller registry is looked at whole."""
PROBED_NEAR = 2_000
"""Names that meet are found by lists of words, which is dearer."""
MEETING_MOST = 5_000
"""So many with one pair of names in one place are read at most: more than any markaz has of all but the commonest."""
_TWICE_OF = 10
"""One pair of so many is judged by two people."""

STAGED = {
    "audit_probe": "record_id bigint",
    "audit_near": "record_id bigint, pair integer, place integer, year integer",
}
_ACTIVE = (
    "EXISTS (SELECT FROM registry_entry_member m JOIN registry_appearance a ON a.entry_id = m.entry_id AND a.active"
    " WHERE m.record_id = {record})"
)
_UNDECIDED = (
    "NOT EXISTS (SELECT FROM linkage_verdict v WHERE v.kind = 'person' AND v.a_id = {a} AND v.b_id = {b}"
    " AND v.undone_at IS NULL)"
)
_ONE = """
LEFT JOIN registry_group_member gx ON gx.subject_id = x.person_id
LEFT JOIN registry_group_member gy ON gy.subject_id = y.person_id
"""
_APART = "coalesce(gx.group_id, x.person_id) <> coalesce(gy.group_id, y.person_id)"

FIND_LINKS = f"""
SELECT CASE WHEN y.person_id = x.person_id THEN 'certain' ELSE 'likely' END, p.record_id, y.record_id
FROM audit_probe p JOIN registry_link x ON x.record_id = p.record_id AND x.until_run IS NULL
LEFT JOIN registry_group_member g ON g.subject_id = x.person_id
CROSS JOIN LATERAL (
    SELECT x.person_id UNION SELECT m.subject_id FROM registry_group_member m WHERE m.group_id = g.group_id
) s (person_id)
JOIN registry_link y ON y.person_id = s.person_id AND y.until_run IS NULL AND y.record_id > p.record_id
WHERE {_ACTIVE.format(record="p.record_id")} AND {_ACTIVE.format(record="y.record_id")}
    AND {_UNDECIDED.format(a="p.record_id", b="y.record_id")}
"""
FIND_KEPT = f"""
SELECT q.grade, q.a_id, q.b_id
FROM audit_probe p JOIN linkage_pair q ON q.a_id = p.record_id AND q.kind = 'person' AND q.grade IN ('possible', 'cut')
JOIN registry_link x ON x.record_id = q.a_id AND x.until_run IS NULL
JOIN registry_link y ON y.record_id = q.b_id AND y.until_run IS NULL
{_ONE}
WHERE {_APART} AND {_ACTIVE.format(record="q.a_id")} AND {_ACTIVE.format(record="q.b_id")}
    AND {_UNDECIDED.format(a="q.a_id", b="q.b_id")}
"""
FIND_NEAR = f"""
SELECT CASE WHEN s.keys @> ARRAY[p.year] THEN 'near' ELSE 'far' END, p.record_id, s.record_id
FROM audit_near p CROSS JOIN LATERAL (
    SELECT i.record_id, i.keys FROM registry_search i
    WHERE i.keys @> ARRAY[p.pair, p.place] AND i.record_id > p.record_id LIMIT {MEETING_MOST}
) s
JOIN registry_link x ON x.record_id = p.record_id AND x.until_run IS NULL
JOIN registry_link y ON y.record_id = s.record_id AND y.until_run IS NULL
{_ONE}
WHERE {_APART} AND {_ACTIVE.format(record="p.record_id")} AND {_ACTIVE.format(record="s.record_id")}
    AND NOT EXISTS (SELECT FROM linkage_pair q WHERE q.a_id = p.record_id AND q.b_id = s.record_id AND q.kind = 'person')
    AND {_UNDECIDED.format(a="p.record_id", b="s.record_id")}
"""
NAMES = """
SELECT r.id, r.name, r.governorate, r.markaz, extract(year FROM r.birth_date)::integer
FROM audit_probe p JOIN registry_record r ON r.id = p.record_id
WHERE r.name <> '' AND r.markaz IS NOT NULL ORDER BY r.id
"""
NAMED = {
    "id": pl.Int64,
    "name": pl.String,
    "governorate": pl.String,
    "markaz": pl.String,
    "birth_year": pl.Int32,
}
FOUND = {"stratum": pl.String, "a_id": pl.Int64, "b_id": pl.Int64}


@dataclass(frozen=True)
class Frames:
    """The pairs that were found from the records looked at, and how many there are of each part in all."""

    pairs: pl.DataFrame  # stratum, a_id, b_id
    sizes: dict[str, int]


def find_frames(connection: psycopg.Connection, *, seed: int, largest: int) -> Frames:
    """Look at records drawn by `seed`, in the caller's transaction; `largest` is the largest number of a record."""
    make_staging(connection, STAGED)
    probed = draw_numbers(seed, largest, PROBED)
    fill_staging(connection, "audit_probe", pl.DataFrame({"record_id": probed}))
    # Without it the planner would read tables of millions of rows for some thousands of records.
    connection.execute("SET LOCAL enable_seqscan = off")
    found = [_read(connection, FIND_LINKS), _read(connection, FIND_KEPT)]
    near = probed[:PROBED_NEAR]
    fill_staging(connection, "audit_probe", pl.DataFrame({"record_id": near}))
    fill_staging(connection, "audit_near", _meeting_keys(connection))
    found.append(_read(connection, FIND_NEAR))
    connection.execute("SET LOCAL enable_seqscan = on")
    pairs = pl.concat(found)
    sizes = dict.fromkeys(STRATA, 0)
    for stratum, size in pairs.group_by("stratum").len().iter_rows():
        looked = len(near) if stratum in ("near", "far") else len(probed)
        sizes[stratum] = round(size * largest / looked)
    return Frames(pairs, sizes)


def draw_numbers(seed: int, largest: int, wanted: int) -> np.ndarray:
    """Return `wanted` different numbers from 1 to `largest` in the order they were drawn; all, where there are fewer."""
    if largest <= wanted:
        everyone = np.arange(1, largest + 1, dtype=np.int64)
        return everyone[np.argsort(mix(seed, everyone, everyone), kind="stable")]
    drawn = np.empty(0, dtype=np.int64)
    # The generator's raw stream is promised to stay as it is; what is made of it elsewhere is not.
    source = np.random.PCG64(seed)
    while len(drawn) < wanted:
        more = (source.random_raw(wanted) % np.uint64(largest)).astype(np.int64) + 1
        joined = np.concatenate([drawn, more])
        drawn = joined[np.sort(np.unique(joined, return_index=True)[1])]
    return drawn[:wanted]


def mix(seed: int, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a number that looks drawn for each pair and depends on nothing but the seed and the pair (splitmix64)."""

    def stir(value: np.ndarray) -> np.ndarray:
        value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return value ^ (value >> np.uint64(31))

    start = np.full(len(a), np.uint64((seed * 0x9E3779B97F4A7C15) % 2**64), dtype=np.uint64)
    return stir(stir(start ^ a.astype(np.uint64)) + b.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))


def choose(pairs: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """
    Return the pairs to be asked, `place, stratum, a_id, b_id, wants`, in an order that is drawn as well.

    Links are chosen over all links; non-links part by part.
    """
    ordered = _shuffled(pairs, seed)
    links = ordered.filter(pl.col("stratum").is_in(LINKS)).head(WANTED_LINKS)
    parts = {one: ordered.filter(pl.col("stratum") == one) for one in NON_LINKS}
    takes = share_out({one: part.height for one, part in parts.items()})
    chosen = pl.concat([links, *(parts[one].head(take) for one, take in takes.items())])
    placed = _shuffled(chosen, seed + 1).with_row_index("place", offset=1)
    return placed.select(
        pl.col("place").cast(pl.Int64), "stratum", "a_id", "b_id",
        wants=pl.when(pl.col("drawn") % _TWICE_OF == 0).then(2).otherwise(1),
    )  # fmt: skip


def share_out(sizes: dict[str, int]) -> dict[str, int]:
    """Return how many of each part are asked: as wanted, what one lacks from those that have more."""
    takes = {one: min(wanted, sizes[one]) for one, wanted in WANTED.items()}
    for one in WANTED:
        lacking = sum(WANTED.values()) - sum(takes.values())
        takes[one] += min(lacking, sizes[one] - takes[one])
    return takes


def _shuffled(pairs: pl.DataFrame, seed: int) -> pl.DataFrame:
    drawn = mix(seed, pairs["a_id"].to_numpy(), pairs["b_id"].to_numpy())
    return pairs.with_columns(drawn=pl.Series(drawn, dtype=pl.UInt64)).sort("drawn", "a_id", "b_id")


def _read(connection: psycopg.Connection, query: str) -> pl.DataFrame:
    rows = connection.execute(query.encode()).fetchall()
    return pl.DataFrame(rows, schema=FOUND, orient="row")


def _meeting_keys(connection: psycopg.Connection) -> pl.DataFrame:
    """Return the keys of search of the records looked at: their first two names as one, their markaz, their year."""
    records = pl.DataFrame(connection.execute(NAMES).fetchall(), schema=NAMED, orient="row")
    wanted = {"record_id": pl.Int64, "pair0_1": pl.Int64, "markaz": pl.Int64, "birth_year": pl.Int64}
    if records.is_empty():
        return pl.DataFrame(schema=wanted)
    keys, _ = index_keys(records, 0)
    if "pair0_1" not in keys.columns:
        return pl.DataFrame(schema=wanted)
    made = keys.select(record_id=records["id"], pair="pair0_1", place="markaz", year="birth_year")
    return made.drop_nulls(["pair", "place"])
