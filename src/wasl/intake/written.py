"""Records and entries as their organisations wrote them, with the place in a list where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows
from wasl.store.sealing import unseal


@dataclass(frozen=True)
class WrittenRecord:
    """
    One person as one organisation wrote them.

    `place` is LIST:ROW:ROLE of the first active list that names them; `beside` whom their own entry names with
    them. `entry_id` is that entry, None for a record that stands in none.
    """

    record_id: int
    organisation: str
    organisation_ar: str
    organisation_en: str
    name: str
    nid: str
    sex: int | None
    birth_date: date | None
    birth_precision: str | None
    phone: int | None
    governorate_ar: str
    governorate_en: str
    markaz_ar: str
    markaz_en: str
    village: str
    deceased: bool
    entry_id: int | None
    role: str
    relation: str
    list_code: str
    row: int | None
    beside: tuple[str, ...]


@dataclass(frozen=True)
class WrittenEntry:
    """What one organisation calls a family: the row where it begins, and whom it names, its head first."""

    entry_id: int
    members: tuple[WrittenRecord, ...]

    @property
    def head(self) -> WrittenRecord:
        """Give whoever answers for it."""
        return self.members[0]


_FIELDS = """
    r.id, o.code, o.name_ar, coalesce(o.name_en, ''), r.name, r.nid_sealed, r.nid_written_sealed, r.sex,
    r.birth_date, r.birth_precision, r.phone,
    coalesce(g.name_ar, ''), coalesce(g.name_en, ''), coalesce(m.name_ar, ''), coalesce(m.name_en, ''),
    coalesce(r.village, ''), r.deceased
"""
_PLACES = """
JOIN organisations_organisation o ON o.id = r.organisation_id
LEFT JOIN places_governorate g ON g.code = r.governorate
LEFT JOIN places_markaz m ON m.code = r.markaz
"""
_FIRST_ROW = """
LEFT JOIN LATERAL (
    SELECT list.code, mention.row FROM intake_mention mention JOIN intake_list list ON list.id = mention.list_id
    WHERE mention.record_id = r.id ORDER BY list.state <> 'active', list.id, mention.row LIMIT 1
) place ON true
"""
RECORDS = f"""
SELECT {_FIELDS}, e.entry_id, coalesce(e.role, ''), coalesce(e.relation, ''), coalesce(place.code, ''), place.row,
    ARRAY(SELECT other.name FROM registry_entry_member x JOIN registry_record other ON other.id = x.record_id
        WHERE x.entry_id = e.entry_id AND x.record_id <> r.id AND other.name <> ''
        ORDER BY x.role, x.record_id LIMIT 12)
FROM registry_record r {_PLACES} {_FIRST_ROW}
LEFT JOIN LATERAL (
    SELECT x.entry_id, x.role, x.relation FROM registry_entry_member x WHERE x.record_id = r.id
    ORDER BY x.entry_id DESC LIMIT 1
) e ON true
WHERE r.id = ANY(%s)
"""
ENTRIES = f"""
SELECT {_FIELDS}, e.id, x.role, coalesce(x.relation, ''), coalesce(place.code, ''), place.row, ARRAY[]::text[]
FROM registry_entry e
JOIN registry_entry_member x ON x.entry_id = e.id
JOIN registry_record r ON r.id = x.record_id {_PLACES} {_FIRST_ROW}
WHERE e.id = ANY(%s) ORDER BY e.id, r.id <> e.head_record_id, x.role, r.id
"""


def list_written_records(viewer: Viewer, record_ids: Sequence[int]) -> dict[int, WrittenRecord]:
    """Return records by id as they were written; those out of the viewer's scope are not there."""
    return {record.record_id: record for record in _written(viewer, RECORDS, record_ids)}


def list_written_entries(viewer: Viewer, entry_ids: Sequence[int]) -> dict[int, WrittenEntry]:
    """Return entries by id with whom they name; those out of the viewer's scope are not there."""
    found: dict[int, list[WrittenRecord]] = {}
    for record in _written(viewer, ENTRIES, entry_ids):
        assert record.entry_id is not None
        found.setdefault(record.entry_id, []).append(record)
    return {entry: WrittenEntry(entry, tuple(members)) for entry, members in found.items()}


def _written(viewer: Viewer, query: str, items: Sequence[int]) -> list[WrittenRecord]:
    rows = read_rows(viewer, query, [list(set(items))])
    ids = unseal([row[5] for row in rows])
    written = unseal([row[6] for row in rows])
    return [
        WrittenRecord(*row[:5], nid or as_written or "", *row[7:-1], tuple(row[-1]))  # type: ignore[call-arg]
        for row, nid, as_written in zip(rows, ids, written, strict=True)
    ]
