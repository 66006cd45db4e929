"""The needs that occupy a slot, as a form offers them at the moment of giving."""

from __future__ import annotations

from dataclasses import dataclass

from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows


@dataclass(frozen=True)
class SlotNeed:
    """A need in force: for one person or the family, and how many days a reservation of it stands."""

    code: str
    name_ar: str
    name_en: str
    unit: str
    subject: str
    reservation_days: int
    tranches: int

    @property
    def to_person(self) -> bool:
        """Tell whether it is given to one person."""
        return self.subject == "person"


NEEDS = """
SELECT n.code, n.name_ar, n.name_en, n.unit, n.subject, n.reservation_days, n.tranches
FROM benefits_need_slot s JOIN benefits_need n ON n.code = s.need
WHERE s.slot = %s ORDER BY (SELECT count(*) FROM benefits_need_slot o WHERE o.need = n.code), n.code
"""


def list_slot_needs(viewer: Viewer, slot: str) -> list[SlotNeed]:
    """Return the needs that occupy a slot, those that occupy nothing else first."""
    return [SlotNeed(*row) for row in read_rows(viewer, NEEDS, [slot])]
