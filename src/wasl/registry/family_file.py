"""
A family's file: its entries and people, as the viewer's own records name them.

Opening it is an event: the database writes who opened it and why, and only then says who is in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from wasl.kernel.codes import is_code, make_code, number_of
from wasl.kernel.errors import NotFound
from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows

REASONS = ("direct", "search", "list", "overlap", "gap", "person", "review", "reserve", "delivery")
"""How somebody may have come to a family; kept in the access entry, so that nobody has to type it."""


@dataclass(frozen=True)
class Named:
    """One record in an entry: a person as one organisation wrote them there."""

    record_id: int
    person_id: int | None
    person_code: str | None
    certain_person_id: int | None
    role: str
    relation: str | None
    is_head: bool
    name: str
    sex: int | None
    birth_date: date | None
    birth_precision: str | None
    deceased: bool
    village: str | None
    markaz_ar: str | None
    markaz_en: str | None
    governorate_ar: str | None
    governorate_en: str | None


@dataclass(frozen=True)
class FamilyEntry:
    """
    What one organisation calls this family, with whoever it names in it.

    `subject_id` is the certain family it is linked to; `list_id` the newest list in which it stands.
    """

    entry_id: int
    subject_id: int
    organisation_id: int
    organisation: str
    organisation_ar: str
    organisation_en: str
    active: bool
    first_month: date | None
    last_month: date | None
    list_id: int | None
    lists: int
    own_no: int
    named: tuple[Named, ...]

    @property
    def reference(self) -> str:
        """Name the entry in a form: by its organisation's own number, never the alliance's."""
        return f"{self.organisation}-{self.own_no}"

    @property
    def head(self) -> Named:
        """Give whoever answers for it."""
        return next((named for named in self.named if named.is_head), self.named[0])


@dataclass(frozen=True)
class FamilyPerson:
    """
    One person of the family: the newest record that names them, and how else they are written.

    *Likely* where the records are several people for certain, and only probably one.
    """

    person_id: int
    code: str | None
    certainty: str
    newest: Named
    other_names: tuple[str, ...]
    organisations: int


@dataclass(frozen=True)
class FamilyFile:
    """Everything that the viewer may know of who makes up a family."""

    family_id: int
    code: str
    entries: tuple[FamilyEntry, ...]
    people: tuple[FamilyPerson, ...]

    @property
    def entry_ids(self) -> list[int]:
        """Give the entries' numbers, newest first."""
        return [entry.entry_id for entry in self.entries]

    @property
    def certainty(self) -> str:
        """Say whether all of it is one family for certain."""
        return "certain" if len({entry.subject_id for entry in self.entries}) == 1 else "likely"


class MovedFamily(Exception):
    """The code is an older one of the family; nothing was opened."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


OPEN = """
SELECT f.family_id, f.code, f.entry_id, f.subject_id, f.organisation_id, o.code, o.name_ar, o.name_en, f.active,
    f.first_month, f.last_month, f.list_id, f.lists, f.own_no,
    f.record_id, f.person_id, f.person_code, f.certain_person_id, f.role, f.relation, f.is_head,
    r.name, r.sex, r.birth_date, r.birth_precision, r.deceased, r.village,
    markaz.name_ar, markaz.name_en, governorate.name_ar, governorate.name_en
FROM registry_open_family(%s, %s) WITH ORDINALITY AS f
LEFT JOIN organisations_organisation o ON o.id = f.organisation_id
LEFT JOIN registry_record r ON r.id = f.record_id
LEFT JOIN places_markaz markaz ON markaz.code = r.markaz
LEFT JOIN places_governorate governorate ON governorate.code = r.governorate
ORDER BY f.ordinality
"""


def open_family(viewer: Viewer, code: str, *, why: str) -> FamilyFile:
    """
    Open the file of a family under its present code, leaving an access entry with `why`.

    :raises NotFound: no such family, or none of the viewer's. :raises MovedFamily: an older code of it.
    """
    if why not in REASONS:
        why = REASONS[0]
    rows: list[tuple[Any, ...]] = []
    if is_code(code):
        rows = read_rows(viewer, OPEN, [make_code(number_of(code)), why])
    if not rows:
        raise NotFound("subject.unknown", code=code)
    family_id, present = rows[0][0], str(rows[0][1])
    if present != code:
        raise MovedFamily(present)
    entries = tuple(_entry(list(lines)) for _, lines in groupby(rows, key=lambda row: row[2]))
    return FamilyFile(family_id, present, entries, tuple(_people(entries)))


def _entry(rows: list[tuple[Any, ...]]) -> FamilyEntry:
    named = tuple(Named(*_named(row)) for row in rows)
    return FamilyEntry(*rows[0][2:14], named)  # type: ignore[call-arg]


def _named(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row[14:21], row[21] or "", *row[22:])


def _people(entries: Iterable[FamilyEntry]) -> list[FamilyPerson]:
    """Bring together whoever is one person; heads first, then spouses, children by age, everybody else."""
    found: dict[int, list[tuple[FamilyEntry, Named]]] = {}
    for entry in entries:
        for named in entry.named:
            # Rows that came after the last linking stand alone until the next.
            found.setdefault(named.person_id or -named.record_id, []).append((entry, named))
    people = [_person(number, rows) for number, rows in found.items()]
    return sorted(people, key=_place)


def _person(number: int, rows: list[tuple[FamilyEntry, Named]]) -> FamilyPerson:
    newest = next((named for _, named in rows if named.name), rows[0][1])
    names = dict.fromkeys(named.name for _, named in rows if named.name and named.name != newest.name)
    certain = {named.certain_person_id for _, named in rows}
    return FamilyPerson(
        person_id=number,
        code=newest.person_code,
        certainty="certain" if len(certain) == 1 else "likely",
        newest=newest,
        other_names=tuple(names),
        organisations=len({entry.organisation_id for entry, _ in rows}),
    )


ORDER = {"head": 0, "spouse": 1, "child": 2}


def _place(person: FamilyPerson) -> tuple[int, date, int]:
    named = person.newest
    relation = "head" if named.is_head else named.relation or ""
    return ORDER.get(relation, 3), named.birth_date or date.max, named.record_id
