"""Reads of families added by hand, within the viewer's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from wasl.country.egypt.places import PlaceIndex
from wasl.intake.sealed_cells import restore_cells
from wasl.intake.standing_form import HandFamily
from wasl.kernel.errors import NotFound
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import make_own_code
from wasl.store.reading import read_rows
from wasl.store.sealing import keyed_index, unseal

# Why a family is taken out of a list kept by hand; a line keeps `withdrawn_…`.
REASONS = ("mistake", "twice", "left", "asked")


@dataclass(frozen=True)
class HandForm:
    """A form that was sent: where its family stands, once it is stored. `year` is its list's."""

    form_id: UUID
    organisation_id: int
    organisation: str
    job: str | None
    username: str
    submitted_at: datetime
    list_code: str | None
    list_id: int | None
    year: int | None
    row: int | None
    has_content: bool


@dataclass(frozen=True)
class AddedFamily:
    """
    A family of a list kept by hand, as its lines say.

    `head` is the first name as written; `family_code` is None until lists have been matched since.
    """

    list_code: str
    row: int
    people: int
    fate: str
    reason: str | None
    head: str | None
    month: date | None
    family_code: str | None

    @property
    def is_withdrawn(self) -> bool:
        return self.fate == "withdrawn"


@dataclass(frozen=True)
class KnownPerson:
    """Somebody of the form whom the organisation has already: the same id, or the same in everything."""

    by: str
    key: bytes
    list_code: str
    row: int
    family_code: str | None


@dataclass(frozen=True)
class Choice:
    """A governorate, a markaz or a need to choose; `within` is a markaz's governorate."""

    code: str
    name_ar: str
    name_en: str
    within: str = ""


FORMS = """
SELECT form.id, form.organisation_id, organisation.code, form.job, form.username, form.submitted_at, list.code,
    list.id, list.year, form.entry_no, form.sealed IS NOT NULL
FROM intake_hand_form AS form
JOIN organisations_organisation AS organisation ON organisation.id = form.organisation_id
LEFT JOIN intake_list AS list ON list.id = form.list_id
WHERE form.id = %s
"""

# Families are few a page: each entry's code is asked of the function that knows what may be seen.
ADDED = """
SELECT list.code, family.entry_no, family.people, line.fate, line.reason, line.cells, line.sealed_cells, line.month,
    entry.own_no, list.organisation_id,
    registry_family_of_code(registry_code(list.organisation_id * 1000000000 + entry.own_no)) IS NOT NULL
FROM (
    SELECT entry_no, count(*) AS people FROM intake_line
    WHERE list_id = %(list)s AND year = %(year)s AND entry_no IS NOT NULL AND ({only})
    GROUP BY entry_no ORDER BY entry_no DESC LIMIT %(limit)s
) AS family
JOIN intake_line AS line ON line.list_id = %(list)s AND line.year = %(year)s AND line.row = family.entry_no
JOIN intake_list AS list ON list.id = line.list_id
JOIN registry_entry AS entry ON entry.id = line.entry_id
ORDER BY family.entry_no DESC
"""

KNOWN = """
SELECT DISTINCT ON (record.by, record.key) record.by, record.key, list.code, line.row, entry.own_no,
    list.organisation_id,
    registry_family_of_code(registry_code(list.organisation_id * 1000000000 + entry.own_no)) IS NOT NULL
FROM (
    SELECT 'nid' AS by, nid_index AS key, id FROM registry_record
    WHERE nid_index = ANY(%(nids)s) AND organisation_id = %(organisation)s
    UNION ALL
    SELECT 'content', content_key, id FROM registry_record
    WHERE content_key = ANY(%(contents)s) AND organisation_id = %(organisation)s
) AS record
JOIN intake_mention AS mention ON mention.record_id = record.id
JOIN intake_line AS line ON line.list_id = mention.list_id AND line.row = mention.row AND line.year = mention.year
JOIN intake_list AS list ON list.id = line.list_id
JOIN registry_entry AS entry ON entry.id = line.entry_id
WHERE list.state = 'active' AND line.fate IN ('accepted', 'repeated')
ORDER BY record.by, record.key, list.id DESC, line.row DESC
"""
NAME_PLACE = 1


def access_form(viewer: Viewer, form_id: UUID) -> HandForm:
    """
    Return a form that was sent.

    :raises NotFound: there is none, or it is another organisation's.
    """
    rows = read_rows(viewer, FORMS, [form_id])
    if not rows:
        raise NotFound("hand_form.unknown")
    return HandForm(*rows[0])


def find_content(viewer: Viewer, form: HandForm) -> HandFamily | None:
    """Return what was typed, to be mended; None once it is stored."""
    rows = read_rows(
        viewer,
        "SELECT sealed FROM intake_hand_form WHERE organisation_id = %s AND id = %s",
        [form.organisation_id, form.form_id],
    )
    text = unseal([rows[0][0]])[0] if rows else None
    return None if text is None else HandFamily.from_text(text)


def find_added(viewer: Viewer, *, list_id: int, year: int, row: int) -> AddedFamily | None:
    """Return the family whose first line is `row`."""
    found = _added(viewer, "entry_no = %(row)s", {"list": list_id, "year": year, "row": row, "limit": 1})
    return found[0] if found else None


def list_added(
    viewer: Viewer, *, list_id: int, year: int, before: int | None = None, limit: int = 50
) -> Sequence[AddedFamily]:
    """Return the families of a list kept by hand, the newest first; `before` is the row where a page ended."""
    return _added(
        viewer,
        "%(before)s::integer IS NULL OR entry_no < %(before)s",
        {"list": list_id, "year": year, "before": before, "limit": limit},
    )


def find_standing(viewer: Viewer, organisation_id: int) -> tuple[int, str, int] | None:
    """Return id, code and year of an organisation's newest list kept by hand, or None."""
    rows = read_rows(
        viewer,
        "SELECT id, code, year FROM intake_list WHERE organisation_id = %s AND is_standing ORDER BY year DESC LIMIT 1",
        [organisation_id],
    )
    return tuple(rows[0]) if rows else None  # type: ignore[return-value]


def is_standing(viewer: Viewer, list_code: str) -> bool:
    """Tell whether a list is one kept by hand, whose families come and go one at a time."""
    return bool(read_rows(viewer, "SELECT FROM intake_list WHERE code = %s AND is_standing", [list_code]))


def list_known(
    viewer: Viewer, organisation_id: int, *, nids: Mapping[str, int], contents: Mapping[bytes, int]
) -> list[tuple[int, KnownPerson]]:
    """
    Return whom of the form's people the organisation has in its active lists, with their place in the form.

    Its own rows alone: what others know is never answered here.
    """
    indexes = dict(zip(keyed_index(nids), nids.values(), strict=True))
    rows = read_rows(
        viewer,
        KNOWN,
        {"nids": list(indexes), "contents": list(contents), "organisation": organisation_id},
    )
    found: dict[int, KnownPerson] = {}
    for by, key, list_code, row, own_no, owner, is_linked in rows:
        place = (indexes if by == "nid" else contents)[bytes(key)]
        code = make_own_code(owner, own_no) if is_linked else None
        found.setdefault(place, KnownPerson(by, bytes(key), list_code, row, code))
    return sorted(found.items())


def list_governorates(viewer: Viewer) -> Sequence[Choice]:
    """Return the governorates by code."""
    rows = read_rows(viewer, "SELECT code, name_ar, name_en FROM places_governorate ORDER BY code", [])
    return [Choice(*row) for row in rows]


def list_marakiz(viewer: Viewer) -> Sequence[Choice]:
    """
    Return the marakiz by governorate and name, those that a list can tell apart.

    The sections of a town are one place for lists (a family must not seem to move when one of them
    says which), so the town is offered once.
    """
    rows = read_rows(
        viewer,
        "SELECT markaz.code, markaz.name_ar, markaz.name_en, governorate_code, governorate.name_ar"
        " FROM places_markaz AS markaz JOIN places_governorate AS governorate ON governorate.code = governorate_code"
        " ORDER BY governorate_code, markaz.name_ar",
        [],
    )
    return [Choice(*row[:4]) for row in rows if _is_told_apart(row[4], row[1], row[0])]


@cache
def _is_told_apart(governorate: str, markaz: str, code: str) -> bool:
    return PlaceIndex.load().find(governorate, markaz).markaz == code


def list_needs(viewer: Viewer) -> Sequence[Choice]:
    """Return the needs that may be recorded."""
    rows = read_rows(viewer, "SELECT code, name_ar, name_en FROM benefits_need ORDER BY name_ar", [])
    return [Choice(*row) for row in rows]


def _added(viewer: Viewer, only: str, params: dict[str, object]) -> Sequence[AddedFamily]:
    rows = read_rows(viewer, ADDED.format(only=only), params)
    cells = restore_cells([row[5] for row in rows], [row[6] for row in rows])
    return [
        AddedFamily(
            row[0], row[1], row[2], row[3], row[4], line[NAME_PLACE], row[7],
            make_own_code(row[9], row[8]) if row[10] else None,
        )
        for row, line in zip(rows, cells, strict=True)
    ]  # fmt: skip
