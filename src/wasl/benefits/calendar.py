"""The coverage calendar of one family, and its open overlaps, as far as the viewer may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from wasl.benefits.queries.choices import Named
from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows


class CellState(StrEnum):
    """What is known of a slot in a month. `not_target`: nobody said that the family should be covered."""

    OWN = "own"
    OTHER = "other"
    STATE = "state"
    RESERVED = "reserved"
    OPEN = "open"
    UNKNOWN = "unknown"
    NOT_TARGET = "not_target"


COVERED = frozenset({CellState.OWN, CellState.OTHER, CellState.STATE, CellState.RESERVED})


@dataclass(frozen=True)
class CalendarCell:
    """
    One slot in one month.

    `needs` and `organisations` are the viewer's own (the desk: everybody's). `certainty` is None where
    nothing covers; *likely* where what covers belongs to a family that is only probably this one.
    `doubled`: several organisations hold it. `last_seen` is the state's list, `free_from` the first month
    that nothing covers any more (None: never), `ends_at` when a reservation lapses.
    """

    slot: str
    month: date
    state: CellState
    certainty: str | None
    doubled: bool
    needs: tuple[str, ...]
    organisations: tuple[str, ...]
    reports_missing: int
    last_seen: date | None
    free_from: date | None
    ends_at: datetime | None

    @property
    def is_covered(self) -> bool:
        """Tell whether somebody covers or has reserved it."""
        return self.state in COVERED


@dataclass(frozen=True)
class OverlapSide:
    """One organisation of an overlap, with the needs it gave."""

    organisation: str
    name_ar: str
    name_en: str
    own: bool
    needs: tuple[str, ...]


@dataclass(frozen=True)
class FamilyOverlap:
    """An open overlap: each organisation in it knows the other, the need and the month, nothing else."""

    code: str
    certainty: str
    slot: str
    month: date
    sides: tuple[OverlapSide, ...]


def read_family_calendar(viewer: Viewer, family_id: int, *, first: date, last: date) -> list[CalendarCell]:
    """
    Return every slot and month from `first` to `last` of a best-estimate family, by slot and month.

    Empty where the viewer knows no such family.
    """
    rows = read_rows(viewer, "SELECT * FROM benefits_family_calendar(%s, %s, %s)", [family_id, first, last])
    return [
        CalendarCell(slot, month, CellState(state), certainty, doubled, tuple(needs), tuple(who), *rest)
        for slot, month, state, certainty, doubled, needs, who, *rest in rows
    ]


@dataclass(frozen=True)
class Catalogue:
    """Slots and needs by code, and the newest month that anybody reported (None: nobody ever did)."""

    slots: dict[str, Named]
    needs: dict[str, Named]
    newest: date | None


def read_catalogue(viewer: Viewer) -> Catalogue:
    """Return what a calendar needs for its words."""
    rows = read_rows(
        viewer,
        "SELECT 'slot', code, name_ar, name_en, '', NULL::date FROM benefits_slot"
        " UNION ALL SELECT 'need', code, name_ar, name_en, unit, NULL FROM benefits_need"
        " UNION ALL SELECT 'newest', '', '', '', '', benefits_newest_report()",
    )
    named = {
        kind: {row[1]: Named(row[1], row[2], row[3], unit=row[4]) for row in rows if row[0] == kind}
        for kind in ("slot", "need")
    }
    return Catalogue(named["slot"], named["need"], next(row[5] for row in rows if row[0] == "newest"))


def list_family_overlaps(viewer: Viewer, family_id: int) -> list[FamilyOverlap]:
    """Return the open overlaps of a family, newest first; an organisation's own, the desk's all."""
    rows = read_rows(viewer, "SELECT * FROM benefits_family_overlaps(%s)", [family_id])
    return [
        FamilyOverlap(*key, _sides(list(lines)))  # type: ignore[call-arg]
        for key, lines in groupby(rows, key=lambda row: row[:4])
    ]


def _sides(rows: Sequence[tuple[Any, ...]]) -> tuple[OverlapSide, ...]:
    return tuple(OverlapSide(*row[4:8], tuple(row[8])) for row in rows)  # type: ignore[call-arg]
