"""Reads of records. The viewer comes first; row security filters what it may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows
from wasl.store.sealing import unseal


@dataclass(frozen=True)
class RecordView:
    """One person as one organisation wrote them."""

    record_id: int
    organisation_id: int
    name: str
    nid: str | None
    nid_check: bool | None
    nid_written: str | None
    sex: int | None
    birth_date: date | None
    birth_precision: str | None
    phone: int | None
    governorate: str | None
    markaz: str | None
    village: str | None
    deceased: bool


@dataclass(frozen=True)
class EntryMember:
    """One record of an entry, and what the list says it is there."""

    entry_id: int
    record_id: int
    role: str
    relation: str | None


RECORDS = """
SELECT id, organisation_id, name, nid_sealed, nid_check, nid_written_sealed, sex, birth_date, birth_precision,
    phone, governorate, markaz, village, deceased
FROM registry_record WHERE id = ANY(%s) ORDER BY id
"""


def list_records(viewer: Viewer, record_ids: Sequence[int]) -> Mapping[int, RecordView]:
    """Return records by id, with their ids opened; those out of the viewer's scope are not there."""
    rows = read_rows(viewer, RECORDS, [list(record_ids)])
    ids = unseal([row[3] for row in rows])
    written = unseal([row[5] for row in rows])
    return {
        row[0]: RecordView(*row[:3], nid, row[4], as_written, *row[6:])  # type: ignore[call-arg]
        for row, nid, as_written in zip(rows, ids, written, strict=True)
    }


def list_members(viewer: Viewer, entry_ids: Sequence[int]) -> Sequence[EntryMember]:
    """Return who stands in entries, the head of each first."""
    rows = read_rows(
        viewer,
        "SELECT member.entry_id, member.record_id, member.role, member.relation"
        " FROM registry_entry_member AS member JOIN registry_entry AS entry ON entry.id = member.entry_id"
        " WHERE member.entry_id = ANY(%s)"
        " ORDER BY member.entry_id, member.record_id <> entry.head_record_id, member.role, member.record_id",
        [list(entry_ids)],
    )
    return [EntryMember(*row) for row in rows]


@dataclass(frozen=True)
class PlaceName:
    """How a governorate or a markaz is called."""

    name_ar: str
    name_en: str


def name_places(viewer: Viewer, codes: Sequence[str | None]) -> dict[str, PlaceName]:
    """Return the names of governorates and marakiz by their codes."""
    wanted = sorted({code for code in codes if code})
    query = (
        "SELECT code, name_ar, name_en FROM places_governorate WHERE code = ANY(%s)"
        " UNION ALL SELECT code, name_ar, name_en FROM places_markaz WHERE code = ANY(%s)"
    )
    return (
        {row[0]: PlaceName(*row[1:]) for row in read_rows(viewer, query, [wanted, wanted])} if wanted else {}
    )
