"""Write what a run found: the difference batch by batch, then its pairs and its row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue

import polars as pl
import psycopg

from wasl.benefits.settlement import settle_families
from wasl.kernel.errors import InvariantBroken
from wasl.linkage.export import RunInput, read_standing
from wasl.linkage.plan import BATCH_SUBJECTS, Found, Plan, Standing, make_plan
from wasl.linkage.region import Items, name_items
from wasl.linkage.rules import Decision, PairKind
from wasl.linkage.runs import publishing_connection
from wasl.matching import LinkResult
from wasl.registry.staging import fill_staging, make_staging
from wasl.registry.subjects import SubjectChanges, apply_changes
from wasl.store.connections import owner_connection, retry_serialisation

Told = Callable[[str, float], None]

PAIR_COLUMNS = (
    "kind text, a_id bigint, b_id bigint, weight integer, grade text, rule text, rival text, prior smallint,"
    " levels integer[], terms smallint[]"
)
FIXED = {"record_a", "record_b", "entry_a", "entry_b", "weight", "grade", "rule", "rival", "prior"}
TERM = "w_"
# What a large difference leaves without statistics: the planner would take it for empty.
ANALYSED = (
    "registry_subject, registry_link, registry_entry_link, registry_membership, registry_group_member,"
    " registry_person_nid, linkage_pair"
)


WORKERS = 2
# A list being loaded reads links and settles its claims by them: it and a batch take turns, or a
# claim would be settled in the family that its entry has just left. Taken before any row is locked. Doors need
# no turn: they lock whom they give to, and read the link again.
TAKE_TURNS = "LOCK TABLE benefits_turn IN SHARE MODE"

# What an officer told apart at a door since this run read its verdicts stays apart, with the batch.
KEEP_SEPARATIONS = "SELECT linkage_keep_separations(%s)"


@dataclass(frozen=True)
class Pairs:
    """The engine's pairs in the shape of `linkage_pair`, with the names of what each kind compares."""

    frame: pl.DataFrame
    comparisons: tuple[list[str], list[str]]

    def count_grades(self) -> dict[str, int]:
        """Return how many pairs of people there are by grade."""
        people = self.frame.filter(pl.col("kind") == str(PairKind.PERSON))
        return {str(grade): int(size) for grade, size in people.group_by("grade").len().iter_rows()}


def make_difference(
    connection: psycopg.Connection,
    read: RunInput,
    result: LinkResult,
    *,
    standing: Standing | None = None,
    batch_subjects: int = BATCH_SUBJECTS,
) -> Plan:
    """
    Compare a result with what stands and return the difference.

    `standing` where only a part was judged; without it, all that stands is read.

    :raises InvariantBroken: the result overturns a verdict: nothing of it may be published.
    """
    found = _found(read, result)
    check_verdicts(read.verdicts, found.people, found.families)
    return make_plan(standing or read_standing(connection), found, batch_subjects=batch_subjects)


def publish_difference(run_id: int, plan: Plan, *, told: Told) -> int:
    """
    Write the batches of a plan, each in one transaction, and return how many subjects retired.

    Batches share no subject, so two connections work through them at once. Killed at any point, the
    registry is whole: the next run finds the rest of the difference. The caller holds the lock of runs.
    """
    retired, written = 0, 0
    with ThreadPoolExecutor(WORKERS) as pool, ExitStack() as opened:
        free: SimpleQueue[psycopg.Connection] = SimpleQueue()
        for _ in range(min(WORKERS, plan.batches)):
            free.put(opened.enter_context(publishing_connection()))
        waiting = [pool.submit(_publish_batch, free, run_id, changes) for changes in _batches(plan)]
        try:
            for done in as_completed(waiting):
                retired += done.result()
                written += 1
                told("publish", written / plan.batches)
        finally:
            pool.shutdown(cancel_futures=True)
    return retired


def _publish_batch(free: SimpleQueue[psycopg.Connection], run_id: int, changes: SubjectChanges) -> int:
    connection = free.get()
    try:
        return retry_serialisation(partial(_write_batch, connection, run_id, changes))
    finally:
        free.put(connection)


def _write_batch(connection: psycopg.Connection, run_id: int, changes: SubjectChanges) -> int:
    with connection.transaction():
        connection.execute(TAKE_TURNS)
        retired = apply_changes(connection, run_id, changes, settle_families)
        connection.execute(KEEP_SEPARATIONS, [run_id])
        return retired


def analyse_registry() -> None:
    """Tell the planner how large the registry has become; only the owner of the tables may."""
    with owner_connection() as owner:
        owner.execute(f"ANALYZE {ANALYSED}".encode())


def _batches(plan: Plan) -> Iterator[SubjectChanges]:
    frames = {
        name: getattr(plan, name)
        for name in (
            "subjects",
            "links",
            "entry_links",
            "memberships",
            "groups",
            "nids",
            "retiring",
            "touched_families",
        )
    }
    parts = {name: frame.partition_by("batch", as_dict=True) for name, frame in frames.items()}
    for number in range(plan.batches):
        yield SubjectChanges(**{name: parts[name].get((number,), frames[name].clear()) for name in frames})


def check_verdicts(verdicts: pl.DataFrame, people: pl.DataFrame, families: pl.DataFrame) -> None:
    """
    Check that a result keeps every verdict it was handed (L6).

    *Same* must be certain; *different* must hold for the best estimate too.

    :raises InvariantBroken: carries how many do not hold, and the first.
    """
    broken = []
    for kind, labels in ((PairKind.PERSON, people), (PairKind.FAMILY, families)):
        item, certain, likely = labels.columns
        named = labels.select(item=item, certain=certain, likely=likely)
        asked = verdicts.filter(pl.col("kind") == str(kind))
        both = asked.join(named, left_on="record_a", right_on="item").join(
            named, left_on="record_b", right_on="item", suffix="_b"
        )
        same = pl.col("verdict") == str(Decision.SAME)
        overturned = (same & (pl.col("certain") != pl.col("certain_b"))) | (
            ~same & (pl.col("likely") == pl.col("likely_b"))
        )
        broken.extend(both.filter(overturned)["verdict_id"].to_list())
    if broken:
        raise InvariantBroken("linkage.verdict_overturned", count=len(broken), verdict=min(broken))


def shape_pairs(result: LinkResult) -> Pairs:
    """Bring the engine's pairs of records and of entries into one shape."""
    frames, names = [], []
    for kind, table, a, b in (
        (PairKind.PERSON, result.pairs, "record_a", "record_b"),
        (PairKind.FAMILY, result.family_pairs, "entry_a", "entry_b"),
    ):
        pairs = pl.from_arrow(table)
        assert isinstance(pairs, pl.DataFrame)
        terms = [column for column in pairs.columns if column.startswith(TERM)]
        levels = [column for column in pairs.columns if column not in FIXED and column not in terms]
        frames.append(
            pairs.select(
                kind=pl.lit(str(kind)),
                a_id=pl.min_horizontal(a, b),
                b_id=pl.max_horizontal(a, b),
                weight=pl.col("weight").cast(pl.Int32),
                grade=pl.col("grade").cast(pl.String),
                rule=pl.col("rule").cast(pl.String),
                rival=pl.col("rival").cast(pl.String) if "rival" in pairs.columns else pl.lit(""),
                prior=pl.col("prior").cast(pl.Int16),
                levels=_array(levels),
                terms=_array(terms),
            )
        )
        names.append(levels or [column.removeprefix(TERM) for column in terms])
    # What is compared with itself says nothing, and the queue takes no such pair.
    kept = pl.concat(frames).filter(pl.col("a_id") < pl.col("b_id"))
    return Pairs(kept, (names[0], names[1]))


def _array(columns: list[str]) -> pl.Expr:
    """Write integer columns as one array that PostgreSQL reads."""
    numbers = [pl.col(name).cast(pl.Int32).cast(pl.String).fill_null("NULL") for name in columns]
    if not columns:
        return pl.lit("{}")
    return pl.concat_str(pl.lit("{"), pl.concat_str(numbers, separator=","), pl.lit("}"))


def count_standing_pairs(connection: psycopg.Connection, within: Items) -> dict[str, int]:
    """Return how many pairs of people an increment takes the place of, by grade."""
    with connection.transaction():
        name_items(connection, within)
        rows = connection.execute(
            "SELECT grade, count(*) FROM ("
            " SELECT * FROM linkage_pair WHERE kind = 'person' AND a_id IN (SELECT id FROM region_record)"
            " UNION ALL SELECT * FROM linkage_pair WHERE kind = 'person' AND b_id IN (SELECT id FROM region_record)"
            " AND a_id NOT IN (SELECT id FROM region_record)) p GROUP BY grade"
        ).fetchall()
    return {str(row[0]): int(row[1]) for row in rows}


REPLACED = "DELETE FROM linkage_pair p USING {region} r WHERE p.kind = '{kind}' AND p.{end} = r.id"


def write_pairs(connection: psycopg.Connection, pairs: Pairs, *, within: Items | None = None) -> None:
    """Put the pairs of this run in place of the last one's (of those `within`), in the caller's transaction."""
    make_staging(connection, {"pair_in": PAIR_COLUMNS})
    fill_staging(connection, "pair_in", pairs.frame.sort("a_id", "b_id"))
    if within is None:
        connection.execute("TRUNCATE linkage_pair")
    else:
        name_items(connection, within)
        for kind, region in ((PairKind.PERSON, "region_record"), (PairKind.FAMILY, "region_entry")):
            for end in ("a_id", "b_id"):
                connection.execute(REPLACED.format(region=region, kind=kind, end=end).encode())
    connection.execute(
        "INSERT INTO linkage_pair (kind, a_id, b_id, weight, grade, rule, rival, prior, levels, terms)"
        " SELECT kind, a_id, b_id, weight, grade, rule, rival, prior, levels, terms FROM pair_in"
    )


def _found(read: RunInput, result: LinkResult) -> Found:
    def frame(table: object, *columns: str) -> pl.DataFrame:
        made = pl.from_arrow(table)
        assert isinstance(made, pl.DataFrame)
        return made.select(pl.col(column).cast(pl.Int64) for column in columns)

    return Found(
        people=frame(result.people, "record_id", "certain_person", "person"),
        families=frame(result.families, "entry_id", "certain_family", "family"),
        memberships=frame(result.memberships, "record_id", "certain_family"),
        members=read.members.select("entry_id", "record_id").join(
            read.entries.select("entry_id", "first_month"), on="entry_id"
        ),
        nids=read.records.select("record_id", "nid_index", "organisation", "ministry").drop_nulls(
            "nid_index"
        ),
    )
