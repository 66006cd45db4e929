"""
People, families and what points at them: the only writer of subjects, links, memberships and groups.

A change set is applied in one transaction and in one order, so that no constraint is ever
bent: subjects are made, links move, whoever keeps books on families settles them, and only then
may an emptied subject retire into its successor. Doing the same change again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
import psycopg

from wasl.kernel.codes import make_code, number_of
from wasl.kernel.errors import NotFound
from wasl.registry.staging import fill_staging, make_staging

# Subjects still to be made are named by numbers from here on within one change set.
PROVISIONAL = 1 << 60


@dataclass(frozen=True)
class SubjectChanges:
    """One batch of the difference that a run found; whole components, so that it stands alone."""

    subjects: pl.DataFrame  # subject, kind, origin ('new' or 'revived'), by subject
    links: pl.DataFrame  # record_id, person_id, old
    entry_links: pl.DataFrame  # entry_id, family_id, old
    memberships: pl.DataFrame  # person_id, family_id, old, from_month
    groups: pl.DataFrame  # subject_id, group_id (null: leaves its group)
    nids: pl.DataFrame  # nid_index, person_id, stands
    retiring: pl.DataFrame  # subject, successor
    touched_families: pl.DataFrame  # family_id: families, and people whose records change


Settle = Callable[[psycopg.Connection], object]

TEMPORARY = {
    "change_link": "item bigint, subject bigint, old bigint",
    "change_entry_link": "item bigint, subject bigint, old bigint",
    "change_membership": "item bigint, subject bigint, old bigint, from_month date",
    "change_group": "subject_id bigint, group_id bigint",
    "change_nid": "nid_index text, person_id bigint, stands boolean",
    "change_retiring": "subject bigint, successor bigint",
    "touched_family": "family_id bigint PRIMARY KEY",
}

CLOSE = """
UPDATE {table} AS standing SET until_run = %(run)s FROM {changes} AS change
WHERE change.old IS NOT NULL AND standing.{item} = change.item AND standing.until_run IS NULL
"""
OPEN = """
INSERT INTO {table} ({item}, {subject}, since_run) SELECT item, subject, %(run)s FROM {changes} ORDER BY item
"""
CLOSE_MEMBERSHIP = """
UPDATE registry_membership AS standing
SET until_run = %(run)s, until_month = greatest(standing.from_month, change.from_month)
FROM change_membership AS change
WHERE change.old IS NOT NULL AND standing.person_id = change.item AND standing.until_run IS NULL
"""
OPEN_MEMBERSHIP = """
INSERT INTO registry_membership (person_id, family_id, from_month, since_run)
SELECT item, subject, from_month, %(run)s FROM change_membership ORDER BY item
"""
GROUPS = (
    "DELETE FROM registry_group_member AS member USING change_group AS change"
    " WHERE member.subject_id = change.subject_id",
    "INSERT INTO registry_group_member (subject_id, group_id)"
    " SELECT subject_id, group_id FROM change_group WHERE group_id IS NOT NULL ORDER BY subject_id",
)
NIDS = (
    "UPDATE registry_person_nid AS standing SET until_run = %(run)s FROM change_nid AS change"
    " WHERE NOT change.stands AND standing.nid_index = decode(change.nid_index, 'hex')"
    " AND standing.person_id = change.person_id AND standing.standing = 'confirmed'"
    " AND standing.until_run IS NULL",
    "INSERT INTO registry_person_nid (nid_index, person_id, standing, since_run)"
    " SELECT decode(nid_index, 'hex'), person_id, 'confirmed', %(run)s FROM change_nid WHERE stands",
)
# A subject that records of withdrawn lists still point at stays: they keep their links untouched.
STILL_HELD = """
DELETE FROM change_retiring AS change WHERE EXISTS (
    SELECT FROM registry_link WHERE person_id = change.subject AND until_run IS NULL)
OR EXISTS (SELECT FROM registry_entry_link WHERE family_id = change.subject AND until_run IS NULL)
"""
RETIRE = (
    # People whose only lists are withdrawn follow their family; those who retire leave it.
    """
    WITH moved AS (
        UPDATE registry_membership AS standing SET until_run = %(run)s
        FROM change_retiring AS change
        WHERE change.subject IN (standing.person_id, standing.family_id) AND standing.until_run IS NULL
        RETURNING standing.person_id, standing.from_month, change.subject, change.successor)
    INSERT INTO registry_membership (person_id, family_id, from_month, since_run)
    SELECT person_id, successor, from_month, %(run)s FROM moved
    WHERE person_id <> subject
    AND NOT EXISTS (SELECT FROM change_retiring WHERE change_retiring.subject = moved.person_id)
    """,
    "UPDATE registry_person_nid AS standing SET until_run = %(run)s FROM change_retiring AS change"
    " WHERE standing.person_id = change.subject AND standing.until_run IS NULL"
    " AND standing.standing = 'confirmed'",
    "WITH moved AS ("
    " UPDATE registry_person_nid AS standing SET until_run = %(run)s FROM change_retiring AS change"
    " WHERE standing.person_id = change.subject AND standing.until_run IS NULL"
    " RETURNING nid_index, standing, successor)"
    " INSERT INTO registry_person_nid (nid_index, person_id, standing, since_run)"
    " SELECT nid_index, successor, standing, %(run)s FROM moved",
    "UPDATE registry_subject AS subject"
    " SET state = 'retired', successor_id = change.successor, retired_run = %(run)s"
    " FROM change_retiring AS change WHERE subject.id = change.subject AND subject.state = 'current'",
)


def apply_changes(
    connection: psycopg.Connection, run_id: int, changes: SubjectChanges, settle: Settle
) -> int:
    """
    Write one batch within the caller's transaction and return how many subjects retired.

    `settle` is called with the TEMP table `touched_family(family_id)` filled, of families and people, and every
    new link written, before anything retires: it must leave no cell on a family without entries, nor on a
    person without records.
    """
    make_staging(connection, TEMPORARY)
    _lock_subjects(connection, changes)
    numbers = _make_subjects(connection, run_id, changes.subjects)
    _stage(connection, changes, numbers)
    run = {"run": run_id}
    _move(connection, run, changes)
    settle(connection)
    if changes.retiring.is_empty():
        return 0
    connection.execute(STILL_HELD)
    retired = 0
    for statement in RETIRE:
        retired = connection.execute(statement, run).rowcount
    return retired


def _move(connection: psycopg.Connection, run: dict[str, int], changes: SubjectChanges) -> None:
    ways = (
        ("registry_link", "change_link", "record_id", "person_id", changes.links),
        ("registry_entry_link", "change_entry_link", "entry_id", "family_id", changes.entry_links),
    )
    for table, staged, item, subject, frame in ways:
        names = {"table": table, "changes": staged, "item": item, "subject": subject}
        if frame["old"].count():
            connection.execute(CLOSE.format(**names).encode(), run)
        if frame.height:
            connection.execute(OPEN.format(**names).encode(), run)
    if changes.memberships["old"].count():
        connection.execute(CLOSE_MEMBERSHIP, run)
    if changes.memberships.height:
        connection.execute(OPEN_MEMBERSHIP, run)
    for frame, statements in ((changes.groups, GROUPS), (changes.nids, NIDS)):
        if frame.height:
            for statement in statements:
                connection.execute(statement.encode(), run)


def _lock_subjects(connection: psycopg.Connection, changes: SubjectChanges) -> None:
    """Lock every standing subject that changes, smallest first, so that two writers never embrace."""
    columns = (
        (changes.links, "old", "person_id"),
        (changes.entry_links, "old", "family_id"),
        (changes.retiring, "subject", "successor"),
        (changes.subjects, "subject"),
    )
    ids = pl.concat([frame[name].cast(pl.Int64).alias("id") for frame, *names in columns for name in names])
    standing = ids.drop_nulls().unique().filter(ids.drop_nulls().unique() < PROVISIONAL).sort().to_list()
    if standing:
        connection.execute(
            "SELECT count(*) FROM"
            " (SELECT FROM registry_subject WHERE id = ANY(%s) ORDER BY id FOR UPDATE) AS locked",
            [standing],
        )


def _make_subjects(connection: psycopg.Connection, run_id: int, subjects: pl.DataFrame) -> pl.DataFrame:
    """Make new subjects in the order given, call revived ones back, and return `provisional, number`."""
    revived = subjects.filter(pl.col("origin") == "revived")["subject"].to_list()
    if revived:
        connection.execute(
            "UPDATE registry_subject SET state = 'current', successor_id = NULL, retired_run = NULL"
            " WHERE id = ANY(%s) AND state = 'retired'",
            [revived],
        )
    new = subjects.filter(pl.col("origin") == "new").sort("subject")
    if new.is_empty():
        return pl.DataFrame(schema={"provisional": pl.Int64, "number": pl.Int64})
    rows = connection.execute(
        "INSERT INTO registry_subject (kind, created_run)"
        " SELECT CASE WHEN is_person THEN 'person' ELSE 'family' END, %s"
        " FROM unnest(%s::boolean[]) WITH ORDINALITY AS wanted (is_person, place)"
        " ORDER BY place RETURNING id",
        [run_id, (new["kind"] == "person").to_list()],
    ).fetchall()
    return pl.DataFrame({"provisional": new["subject"], "number": sorted(row[0] for row in rows)})


def _stage(connection: psycopg.Connection, changes: SubjectChanges, numbers: pl.DataFrame) -> None:
    def numbered(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
        for column in columns:
            named = frame.join(numbers, left_on=column, right_on="provisional", how="left")
            frame = named.with_columns(pl.coalesce("number", column).alias(column)).drop("number")
        return frame

    staged = {
        "change_link": numbered(changes.links, "person_id").select("record_id", "person_id", "old"),
        "change_entry_link": numbered(changes.entry_links, "family_id").select(
            "entry_id", "family_id", "old"
        ),
        "change_membership": numbered(changes.memberships, "person_id", "family_id").select(
            "person_id", "family_id", "old", "from_month"
        ),
        "change_group": numbered(changes.groups, "subject_id", "group_id").select("subject_id", "group_id"),
        "change_nid": numbered(changes.nids, "person_id").select("nid_index", "person_id", "stands"),
        "change_retiring": numbered(changes.retiring, "successor").select("subject", "successor"),
        "touched_family": numbered(changes.touched_families, "family_id").select("family_id"),
    }
    for table, frame in staged.items():
        fill_staging(connection, table, frame)


def resolve_subject(connection: psycopg.Connection, code: str, *, kind: str | None = None) -> int:
    """
    Return the current subject that a printed code stands for, through every join since.

    :raises InvalidInput: the check digits do not fit. :raises NotFound: never given, or of another kind.
    """
    row = connection.execute(
        "WITH RECURSIVE chain AS ("
        " SELECT id, kind, successor_id FROM registry_subject WHERE id = %(id)s"
        " UNION ALL SELECT next.id, next.kind, next.successor_id"
        " FROM chain JOIN registry_subject AS next ON next.id = chain.successor_id)"
        " SELECT id FROM chain WHERE successor_id IS NULL AND kind = coalesce(%(kind)s, kind)",
        {"id": number_of(code), "kind": kind},
    ).fetchone()
    if row is None:
        raise NotFound("subject.unknown", code=code)
    return int(row[0])


def resolve_code(connection: psycopg.Connection, code: str, *, kind: str | None = None) -> str:
    """Return the code under which what `code` stood for is known today; see `resolve_subject`."""
    return make_code(resolve_subject(connection, code, kind=kind))
