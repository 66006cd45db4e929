"""What a clerk chooses from when a list is brought: needs and places by their names."""

from __future__ import annotations

from dataclasses import dataclass

from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows


@dataclass(frozen=True)
class Choice:
    """Something with a code and a name; `group` is a need's axis."""

    code: str
    name_ar: str
    name_en: str
    group: str = ""


def list_needs(viewer: Viewer) -> tuple[Choice, ...]:
    """Return every need, those of one axis together."""
    return _read(viewer, "SELECT code, name_ar, name_en, axis FROM benefits_need ORDER BY axis, name_ar")


def list_governorates(viewer: Viewer) -> tuple[Choice, ...]:
    """Return every governorate by name."""
    return _read(viewer, "SELECT code, name_ar, name_en FROM places_governorate ORDER BY name_ar")


def find_place(viewer: Viewer, code: str) -> Choice | None:
    """Return the governorate or markaz of a code, or None."""
    found = _read(
        viewer,
        "SELECT code, name_ar, name_en FROM places_governorate WHERE code = %s UNION ALL"
        " SELECT m.code, m.name_ar || ' – ' || g.name_ar, m.name_en FROM places_markaz m"
        " JOIN places_governorate g ON g.code = m.governorate_code WHERE m.code = %s",
        code,
        code,
    )
    return found[0] if found else None


def _read(viewer: Viewer, sql: str, *params: str) -> tuple[Choice, ...]:
    return tuple(Choice(*row) for row in read_rows(viewer, sql, params))
