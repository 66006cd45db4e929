"""What filters offer and tables name: slots, needs, organisations, governorates and marakiz, in one query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from wasl.kernel.naming import name_in
from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows

CHOICES = """
SELECT 'slot', code, name_ar, name_en, NULL::bigint FROM benefits_slot
UNION ALL SELECT 'need', code, name_ar, name_en, NULL FROM benefits_need
    WHERE code IN (SELECT need FROM benefits_need_slot)
UNION ALL SELECT 'organisation', code, name_ar, name_en, id FROM organisations_organisation WHERE kind <> 'secretariat'
UNION ALL SELECT 'governorate', code, name_ar, name_en, NULL FROM places_governorate
UNION ALL SELECT 'markaz', code, name_ar, name_en, NULL FROM places_markaz WHERE governorate_code = %s
ORDER BY 1, 2
"""
MARAKIZ = "SELECT code, name_ar, name_en FROM places_markaz WHERE code = ANY(%s)"
HEADS = "SELECT * FROM benefits_family_heads(%s)"


@dataclass(frozen=True)
class Named:
    """A code with its names; an organisation's number and the unit in which a need is given too."""

    code: str
    name_ar: str
    name_en: str
    id: int | None = None
    unit: str = ""

    def get_name(self, language: str) -> str:
        """Return the name in `language`; Arabic where there is no English one."""
        return name_in(language, self.name_ar, self.name_en)


@dataclass(frozen=True)
class Choices:
    """What there is to choose from, by code."""

    slots: dict[str, Named] = field(default_factory=dict)
    needs: dict[str, Named] = field(default_factory=dict)
    organisations: dict[str, Named] = field(default_factory=dict)
    governorates: dict[str, Named] = field(default_factory=dict)
    marakiz: dict[str, Named] = field(default_factory=dict)

    def organisation_by_id(self) -> dict[int, Named]:
        """Return organisations by their number."""
        return {one.id: one for one in self.organisations.values() if one.id is not None}


def get_choices(viewer: Viewer, *, governorate: str | None = None) -> Choices:
    """Return what filters offer; the marakiz of one governorate where it is given. Members may read it all."""
    found = Choices()
    kinds = {
        "slot": found.slots, "need": found.needs, "organisation": found.organisations,
        "governorate": found.governorates, "markaz": found.marakiz,
    }  # fmt: skip
    for kind, code, name_ar, name_en, number in read_rows(viewer, CHOICES, [governorate or ""]):
        kinds[kind][code] = Named(code, name_ar, name_en, number)
    return found


def name_marakiz(viewer: Viewer, codes: Iterable[str]) -> dict[str, Named]:
    """Return the marakiz of these codes."""
    return {row[0]: Named(*row) for row in read_rows(viewer, MARAKIZ, [sorted(set(codes))])}


def list_heads(viewer: Viewer, family_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of families' heads as the viewer's own newest lists write them; for the desk anybody's."""
    return {row[0]: row[1] for row in read_rows(viewer, HEADS, [sorted(set(family_ids))])}
