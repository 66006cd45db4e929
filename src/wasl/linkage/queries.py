"""Reads of why two records are, or are not, one person."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError

from wasl.kernel.errors import NotFound, Unavailable
from wasl.linkage.permissions import can_link
from wasl.linkage.rules import Edge, PairKind, find_path
from wasl.linkage.verdicts import VerdictView, list_verdicts
from wasl.organisations.viewer import Viewer
from wasl.store.connections import find_sqlstate, scope
from wasl.store.reading import read_rows

LOCK_NOT_AVAILABLE = "55P03"
COMPARED = ("same_id", "pair", "inside_family", "family")
"""The rules by which comparisons decided, and their terms add up."""


@dataclass(frozen=True)
class Term:
    """One step of a waterfall: what was compared, how it came out, what that weighs in hundredths of a bit."""

    comparison: str
    level: str
    weight: int


@dataclass(frozen=True)
class PairView:
    """
    A pair that the last run compared and kept: accepted, to be reviewed, or cut.

    The terms, `prior` first, add up to the weight; where no comparison decided (a verdict, a lent id) there
    are none. `rival` is whom the pair had to be told from.
    """

    a: int
    b: int
    kind: str
    grade: str
    rule: str
    rival: str
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


def explain_records(viewer: Viewer, a: tuple[int, int], b: tuple[int, int]) -> Explanation:
    """
    Explain two records, each with the entry it stands in: (record, entry).

    :raises NotFound: one of them is not the viewer's.
    """
    with scope(viewer):
        check_own(viewer, PairKind.PERSON, [a[0], b[0]])
        pair = find_pair(viewer, PairKind.PERSON, a[0], b[0])
        person = find_sameness(viewer, PairKind.PERSON, a[0], b[0])
        path, hidden = None, False
        if a[0] != b[0] and person is not None and (pair is None or not _carries(pair, person)):
            path, hidden = find_joining_path(viewer, PairKind.PERSON, a[0], b[0], person)
        return Explanation(
            a=a[0],
            b=b[0],
            person=person,
            family=find_sameness(viewer, PairKind.FAMILY, a[1], b[1]),
            pair=pair,
            family_pair=find_pair(viewer, PairKind.FAMILY, a[1], b[1]),
            path=path,
            path_hidden=hidden,
            verdicts=_verdicts(viewer, a, b),
        )


def find_pair(viewer: Viewer, kind: PairKind, a: int, b: int) -> PairView | None:
    """Return the pair as the last run kept it, or None; the viewer's own rows, or any for the desk."""
    return next(iter(_pairs_among(viewer, kind, [a, b])), None)


def find_sameness(viewer: Viewer, kind: PairKind, a: int, b: int) -> str | None:
    """Return `certain`, `likely` or `no`; None where one was not linked yet or is not the viewer's."""
    found = rows(viewer, "SELECT linkage_sameness(%s, %s, %s)", [str(kind), a, b])
    return found[0][0] if found else None


def find_joining_path(
    viewer: Viewer, kind: PairKind, a: int, b: int, sameness: str
) -> tuple[list[PairView] | None, bool]:
    """
    Return the strongest path of accepted pairs between two, and whether one is withheld.

    An organisation is shown a path over its own rows alone; where they are one and there is none, it leads
    over others'.
    """
    if sameness not in ("certain", "likely"):
        return None, False
    fellows = [row[0] for row in rows(viewer, "SELECT * FROM linkage_fellows(%s, %s)", [str(kind), a])]
    accepted = {"certain"} if sameness == "certain" else {"certain", "likely"}
    pairs = {(pair.a, pair.b): pair for pair in _pairs_among(viewer, kind, fellows) if pair.grade in accepted}
    edges = (Edge(pair.a, pair.b, pair.weight, pair.grade, pair.rule) for pair in pairs.values())
    path = find_path(edges, a, b)
    if path is None:
        return None, not viewer.is_desk
    return [pairs[edge.a, edge.b] for edge in path], False


def check_own(viewer: Viewer, kind: PairKind, items: Sequence[int]) -> None:
    """:raises NotFound: one of the records or entries does not stand, or is not the viewer's."""
    table = "registry_record" if kind == PairKind.PERSON else "registry_entry"
    found = rows(viewer, f"SELECT count(*) FROM {table} WHERE id = ANY(%s)", [list(set(items))])
    if found[0][0] != len(set(items)):
        raise NotFound("record.unknown")


def rows(viewer: Viewer, query: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """
    Return what a query finds within the viewer's scope.

    :raises Unavailable: a run is publishing, and holds the pairs until it is done.
    """
    try:
        return read_rows(viewer, query, values)
    except DatabaseError as error:
        if find_sqlstate(error) == LOCK_NOT_AVAILABLE:
            raise Unavailable("linkage.publishing") from error
        raise


def _carries(pair: PairView, person: str) -> bool:
    """Tell whether a direct pair is reason enough for the answer."""
    return pair.grade == "certain" or pair.grade == person


def _verdicts(viewer: Viewer, a: tuple[int, int], b: tuple[int, int]) -> list[VerdictView]:
    if not can_link(viewer):
        return []
    return [
        *list_verdicts(viewer, items=[a[0], b[0]], kind=PairKind.PERSON),
        *list_verdicts(viewer, items=[a[1], b[1]], kind=PairKind.FAMILY),
    ]


PAIRS = """
SELECT 'person', p.*, c.* FROM linkage_pairs_among('person', %s::bigint[]) p CROSS JOIN linkage_comparisons() c
UNION ALL
SELECT 'family', p.*, c.* FROM linkage_pairs_among('family', %s::bigint[]) p CROSS JOIN linkage_comparisons() c
"""


def find_pairs(viewer: Viewer, records: Sequence[int], entries: Sequence[int]) -> list[PairView]:
    """Return every kept pair among these records and among these entries, in one query."""
    found = rows(viewer, PAIRS, [list(set(records)), list(set(entries))])
    words = _words(found[0]) if found else _Words([], [], {})
    return [_pair_view(PairKind(row[0]), row[1:10], words) for row in found]


def _pairs_among(viewer: Viewer, kind: PairKind, items: Sequence[int]) -> list[PairView]:
    person = kind == PairKind.PERSON
    return find_pairs(viewer, items if person else [], [] if person else items)


@dataclass(frozen=True)
class _Words:
    """How to read stored numbers: what each kind of pair compares, and the words of its levels from 1 up."""

    comparisons: list[str]
    evidence: list[str]
    levels: dict[str, list[str]]


def _words(row: tuple[Any, ...]) -> _Words:
    levels: dict[str, list[str]] = {}
    for comparison, level in json.loads(row[12]):
        levels.setdefault(comparison, []).append(level)
    return _Words(row[10], row[11], levels)


def _pair_view(kind: PairKind, row: tuple[Any, ...], words: _Words) -> PairView:
    a, b, grade, rule, weight, rival, prior, levels, weights = row
    names = [*words.comparisons, "others"] if kind == PairKind.PERSON else words.evidence
    reached = dict(zip(names, levels, strict=False))
    terms = [Term("prior", "", prior)] if prior else []
    for name, term in zip(names, weights, strict=False):
        level = reached.get(name) or 0
        if term or level:
            known = words.levels.get(name, [])
            terms.append(Term(name, known[level - 1] if 0 < level <= len(known) else "", term))
    return PairView(a, b, str(kind), grade, rule, rival, weight, terms if rule in COMPARED else [])
