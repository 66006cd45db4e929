"""
Who is this? One person's facts weighed against everybody the viewer may know of, by the model of the last run.

The database looks people up and weighs them (`linkage_identify`); it writes who asked before it reads. An
organisation is told of its own records alone; of people whom only others know, what `benefits.elsewhere` may say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from wasl.benefits.elsewhere import Coverage, Elsewhere
from wasl.linkage.identify_query import Query, wanted_of
from wasl.matching.compare import LEVELS
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows

__all__ = ["Answer", "Candidate", "Evidence", "Query", "RecordSeen", "identify"]

SAME, POSSIBLE, NEW = "same", "possible", "new"
PEOPLE_MAX = 12
COMPARISONS = ("nid", "given", "father", "third", "fourth", "birth", "sex", "phone", "place", "age")


@dataclass(frozen=True)
class Evidence:
    """How one comparison came out, and what that weighs in hundredths of a bit against the nearest rival."""

    comparison: str
    level: str
    weight: int


@dataclass(frozen=True)
class RecordSeen:
    """One record of the person, as its organisation wrote it; the record that fits best stands first."""

    record_id: int
    organisation_id: int
    name: str
    birth_date: date | None
    birth_precision: str | None
    sex: int | None
    phone: int | None
    governorate: str | None
    markaz: str | None
    village: str | None
    deceased: bool
    weight: int


@dataclass(frozen=True)
class Candidate:
    """
    Somebody it may be (best estimate), with what speaks for and against.

    `weight` is what is left after the other candidates: prior, evidence and `others` (never above 0) add up to
    it. `rival` is whom the person had to be told from. `basis`: `id` (the id alone says so), `pair` (weighed as
    any two records) or `family` (weighed inside the family of the spouse's id); an id alone has no evidence but
    its own. `person` and `family` are codes, None before the record's first matching.
    """

    band: str
    person_id: int | None
    person: str | None
    family_id: int | None
    family: str | None
    weight: int
    prior: int
    others: int
    rival: str
    basis: str
    evidence: tuple[Evidence, ...]
    records: tuple[RecordSeen, ...]

    @property
    def best(self) -> RecordSeen:
        """The record that fits best."""
        return self.records[0]

    @property
    def holds_id(self) -> bool:
        """Whether the id that was told stands in the record that fits best."""
        return any((one.comparison, one.level) == ("nid", "same") for one in self.evidence)


@dataclass(frozen=True)
class Answer:
    """
    Who it is: the band of the best candidate, `new` where there is none.

    `contested`: whoever holds the id is not surely the one: its name is another, or several hold it. `elsewhere` is what an
    officer may know of people whom only others know; None where it was not asked (somebody was found among the
    own people, too little was told, or the viewer may not ask).
    """

    band: str
    candidates: tuple[Candidate, ...] = ()
    contested: bool = False
    elsewhere: Elsewhere | None = None
    has_more: bool = field(default=False)


def identify(viewer: Viewer, query: Query, *, at: datetime) -> Answer:
    """
    Say who this is, the likeliest first, as the next run would if the facts stood in a list.

    Leaves an access entry, with a keyed digest of what was asked and no name, id or phone. Weights come from the
    last published run: without one, only ids are told.
    """
    wanted = Jsonb(wanted_of(query, at.date()))
    rows = read_rows(viewer, "SELECT * FROM linkage_identify(%s)", [wanted])
    candidates = tuple(_candidates(rows))
    band = candidates[0].band if candidates else NEW
    elsewhere = None
    if viewer.role == Role.OFFICER and band != SAME:
        elsewhere = _ask_elsewhere(viewer, wanted)
    contested = any(one.band != SAME and one.holds_id for one in candidates)
    return Answer(band, candidates[:PEOPLE_MAX], contested, elsewhere, len(candidates) > PEOPLE_MAX)


def _ask_elsewhere(viewer: Viewer, wanted: Jsonb) -> Elsewhere | None:
    rows = read_rows(viewer, "SELECT * FROM linkage_known_elsewhere(%s)", [wanted])
    if not rows:
        return None
    coverage = tuple(Coverage(*row[1:5]) for row in rows if row[1] is not None)
    return Elsewhere(rows[0][0], coverage, rows[0][5], rows[0][6])


def _candidates(rows: Iterable[tuple[Any, ...]]) -> Iterator[Candidate]:
    """Bring the records of one person together; they come ordered, the person's best first."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    for records in found.values():
        band, person_id, code, family_id, family, weight, prior, others, rival, basis = records[0][1:11]
        levels, terms = records[0][11:13]
        yield Candidate(
            band=band,
            person_id=person_id,
            person=code,
            family_id=family_id,
            family=family,
            weight=weight,
            prior=prior,
            others=others,
            rival=rival,
            basis=basis,
            evidence=tuple(_evidence(levels, terms)),
            records=tuple(RecordSeen(*row[13:]) for row in records),
        )


def _evidence(levels: list[int], terms: list[int]) -> Iterator[Evidence]:
    for name, level, weight in zip(COMPARISONS, levels, terms, strict=True):
        if level or weight:
            yield Evidence(name, LEVELS[name][level], weight)
