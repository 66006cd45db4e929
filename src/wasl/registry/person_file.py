"""
A person's file: every record of theirs that the viewer may read, as it was written.

Opening it is an event: the database writes who opened it and why, and only then says what is in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from wasl.kernel.codes import is_code, make_code, number_of
from wasl.kernel.errors import NotFound
from wasl.organisations.viewer import Viewer
from wasl.registry.queries import RecordView, list_records
from wasl.store.reading import read_rows


@dataclass(frozen=True)
class Standing:
    """Where a record stands: what its entry says the person is there, and in how many lists that count."""

    entry_id: int
    role: str
    relation: str | None
    lists: int
    last_month: date | None


@dataclass(frozen=True)
class PersonRecord:
    """One record of the person; `subject_id` is who they are for certain."""

    record: RecordView
    subject_id: int
    standings: tuple[Standing, ...]

    @property
    def lists(self) -> int:
        """In how many lists that count it stands."""
        return sum(one.lists for one in self.standings)


@dataclass(frozen=True)
class PersonFile:
    """Everything that the viewer may know of one person, the newest record first."""

    person_id: int
    code: str
    records: tuple[PersonRecord, ...]

    @property
    def certainty(self) -> str:
        """Say whether all records are one person for certain."""
        return "certain" if len({one.subject_id for one in self.records}) == 1 else "likely"

    @property
    def record_ids(self) -> list[int]:
        """Give the records' numbers."""
        return [one.record.record_id for one in self.records]


class MovedPerson(Exception):
    """The code is an older one of the person; nothing was opened."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def open_person(viewer: Viewer, code: str, *, why: str) -> PersonFile:
    """
    Open the file of a person under the present code, leaving an access entry with `why`.

    :raises NotFound: nobody, or nobody of the viewer's. :raises MovedPerson: an older code of theirs.
    """
    rows: list[tuple[Any, ...]] = []
    if is_code(code):
        present = make_code(number_of(code))
        rows = read_rows(viewer, "SELECT * FROM registry_open_person(%s, %s)", [present, why])
    if not rows:
        raise NotFound("subject.unknown", code=code)
    if rows[0][1] != code:
        raise MovedPerson(str(rows[0][1]))
    found = list_records(viewer, list(dict.fromkeys(row[3] for row in rows)))
    return PersonFile(rows[0][0], code, tuple(_records(rows, found.values())))


def _records(rows: list[tuple[Any, ...]], found: Iterable[RecordView]) -> Iterable[PersonRecord]:
    views = {view.record_id: view for view in found}
    for record_id in dict.fromkeys(row[3] for row in rows):
        mine = [row for row in rows if row[3] == record_id]
        yield PersonRecord(views[record_id], mine[0][2], tuple(Standing(*row[5:]) for row in mine))
