"""Reads of runs and of why two records are, or are not, one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import psycopg

from wasl.kernel.errors import NotFound
from wasl.linkage.permissions import can_link, check_can_link
from wasl.linkage.rules import Edge, PairKind, find_path
from wasl.linkage.verdicts import VerdictView, list_verdicts
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection


@dataclass(frozen=True)
class RunView:
    """A run as its row tells."""

    id: int
    state: str
    stage: str
    progress: float
    counts: dict[str, int]
    log: list[dict[str, object]]
    started_by: str
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class Term:
    """One step of a waterfall: what was compared, how it came out, what that weighs in hundredths of a bit."""

    comparison: str
    level: str
    weight: int


@dataclass(frozen=True)
class PairView:
    """A pair that the last run compared and kept: accepted, to be reviewed, or cut."""

    a: int
    b: int
    grade: str
    rule: str
    weight: int
    terms: list[Term]


@dataclass(frozen=True)
class Explanation:
    """
    Why two records are one person (`certain`, `likely`) or not (`no`), and the same of their families.

    `person` and `family` are None where a side was not linked yet. `path` joins them pair by pair where
    no pair does directly; None where it is not shown, because it leads over other organisations' records
    (`path_hidden`) or there is none.
    """

    a: int
    b: int
    person: str | None
    family: str | None
    pair: PairView | None
    family_pair: PairView | None
    path: list[PairView] | None
    path_hidden: bool
    verdicts: list[VerdictView]


def find_last_run(viewer: Viewer) -> RunView | None:
    """Return the newest run for the desk, whatever became of it, or None."""
    check_can_link(viewer)
    with engine_connection() as connection:
        row = connection.execute(
            "SELECT id, state, stage, progress, counts, log, started_by, started_at, finished_at"
            " FROM linkage_run ORDER BY id DESC LIMIT 1"
        ).fetchone()
    return None if row is None else RunView(*row)


def explain_records(viewer: Viewer, a: tuple[int, int], b: tuple[int, int]) -> Explanation:
    """
    Explain two records, each with the entry it stands in: (record, entry).

    :raises NotFound: one of them is not the viewer's.
    """
    with engine_connection() as connection:
        _check_own(connection, viewer, [a[0], b[0]])
        names = _level_names(connection)
        pair = _find_pair(connection, PairKind.PERSON, a[0], b[0], names)
        person = _sameness(connection, "registry_link", "record_id", "person_id", a[0], b[0])
        path, hidden = None, False
        if person in ("certain", "likely") and a[0] != b[0] and (pair is None or not _carries(pair, person)):
            path, hidden = _find_path(connection, viewer, a[0], b[0], person, names)
        return Explanation(
            a=a[0],
            b=b[0],
            person=person,
            family=_sameness(connection, "registry_entry_link", "entry_id", "family_id", a[1], b[1]),
            pair=pair,
            family_pair=_find_pair(connection, PairKind.FAMILY, a[1], b[1], names),
            path=path,
            path_hidden=hidden,
            verdicts=_verdicts(viewer, a, b),
        )


def _carries(pair: PairView, person: str) -> bool:
    """Tell whether a direct pair is reason enough for the answer."""
    return pair.grade == "certain" or pair.grade == person


def _check_own(connection: psycopg.Connection, viewer: Viewer, records: list[int]) -> None:
    if viewer.is_desk:
        return
    row = connection.execute(
        "SELECT count(DISTINCT id) FROM registry_record WHERE id = ANY(%s) AND organisation_id = %s",
        [records, viewer.organisation_id],
    ).fetchone()
    if row is None or row[0] != len(set(records)):
        raise NotFound("record.unknown")


def _verdicts(viewer: Viewer, a: tuple[int, int], b: tuple[int, int]) -> list[VerdictView]:
    if not can_link(viewer):
        return []
    return [
        *list_verdicts(viewer, items=[a[0], b[0]], kind=PairKind.PERSON),
        *list_verdicts(viewer, items=[a[1], b[1]], kind=PairKind.FAMILY),
    ]


SAMENESS = """
SELECT count(*), count(DISTINCT link.{subject}), count(DISTINCT coalesce(member.group_id, link.{subject}))
FROM {table} AS link LEFT JOIN registry_group_member AS member ON member.subject_id = link.{subject}
WHERE link.until_run IS NULL AND link.{item} = ANY(%s)
"""


def _sameness(
    connection: psycopg.Connection, table: str, item: str, subject: str, a: int, b: int
) -> str | None:
    query = SAMENESS.format(table=table, item=item, subject=subject)
    row = connection.execute(query.encode(), [[a, b]]).fetchone()
    assert row is not None
    if row[0] < len({a, b}):
        return None
    if row[1] == 1:
        return "certain"
    return "likely" if row[2] == 1 else "no"


@dataclass(frozen=True)
class _Names:
    """How to read stored levels: the comparisons' names, and each level's word and weight by its number."""

    comparisons: dict[str, list[str]]
    levels: dict[str, list[tuple[str, int]]]


def _level_names(connection: psycopg.Connection) -> _Names:
    row = connection.execute(
        "SELECT comparisons, family_comparisons, model FROM linkage_run WHERE state = 'done' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return _Names({PairKind.PERSON: [], PairKind.FAMILY: []}, {})
    levels: dict[str, list[tuple[str, int]]] = {}
    for line in row[2]:
        levels.setdefault(line["comparison"], [("missing", 0)]).append((line["level"], line["weight"]))
    return _Names({PairKind.PERSON: row[0], PairKind.FAMILY: row[1]}, levels)


def _find_pair(
    connection: psycopg.Connection, kind: PairKind, a: int, b: int, names: _Names
) -> PairView | None:
    row = connection.execute(
        "SELECT a_id, b_id, grade, rule, weight, levels FROM linkage_pair WHERE kind = %s AND a_id = %s AND b_id = %s",
        [str(kind), min(a, b), max(a, b)],
    ).fetchone()
    return None if row is None else _pair_view(kind, row, names)


def _pair_view(kind: PairKind, row: tuple, names: _Names) -> PairView:  # type: ignore[type-arg]
    a, b, grade, rule, weight, levels = row
    terms = [
        _term(kind, comparison, level, names)
        for comparison, level in zip(names.comparisons[kind], levels, strict=False)
    ]
    shown = [term for term in terms if term.level not in ("missing", "") or term.weight]
    if kind == PairKind.PERSON and rule != "verdict":
        # What the model's average weights do not say: how rare these values are, and what a brother,
        # a namesake's clan or a parent would share too.
        rest = weight - sum(term.weight for term in shown)
        shown.append(Term("rarity_and_rivals", "", rest))
    return PairView(a, b, grade, rule, weight, shown)


def _term(kind: PairKind, comparison: str, level: int | None, names: _Names) -> Term:
    if kind == PairKind.FAMILY:
        return Term(comparison, "", int(level or 0))
    words = names.levels.get(comparison, [])
    word, weight = words[level] if level is not None and 0 <= level < len(words) else (str(level), 0)
    return Term(comparison, word, weight)


BESIDE = """
WITH fellow AS (
    SELECT other.record_id
    FROM registry_link AS own
    LEFT JOIN registry_group_member AS grouped ON grouped.subject_id = own.person_id
    JOIN registry_link AS other ON other.until_run IS NULL AND (other.person_id = own.person_id OR other.person_id IN
        (SELECT subject_id FROM registry_group_member WHERE group_id = grouped.group_id))
    WHERE own.until_run IS NULL AND own.record_id = %s
)
SELECT a_id, b_id, grade, rule, weight, levels FROM linkage_pair
WHERE kind = 'person' AND grade IN ('certain', 'likely')
AND a_id IN (SELECT record_id FROM fellow) AND b_id IN (SELECT record_id FROM fellow)
"""


def _find_path(
    connection: psycopg.Connection, viewer: Viewer, a: int, b: int, person: str, names: _Names
) -> tuple[list[PairView] | None, bool]:
    """Return the strongest path of pairs of that grade, and whether it is withheld from this viewer."""
    found = connection.execute(BESIDE, [a]).fetchall()
    rows = {(row[0], row[1]): row for row in found if person == "likely" or row[2] == "certain"}
    path = find_path((Edge(row[0], row[1], row[4], row[2], row[3]) for row in rows.values()), a, b)
    if path is None:
        return None, False
    views = [_pair_view(PairKind.PERSON, rows[edge.a, edge.b], names) for edge in path]
    try:
        _check_own(connection, viewer, sorted({end for edge in path for end in (edge.a, edge.b)}))
    except NotFound:
        return None, True
    return views, False
