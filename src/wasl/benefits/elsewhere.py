"""What covers families that were searched for, and the coordination answer about those that only others know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from wasl.organisations.viewer import Viewer
from wasl.registry.search import digest_of
from wasl.registry.search_words import Asked
from wasl.store.reading import read_rows
from wasl.store.sealing import keyed_index

WORDS_LEAST = 3


@dataclass(frozen=True)
class Coverage:
    """The newest month that a slot is covered in, and by whom: `own`, `state` or `other`."""

    slot: str
    month: date
    covered_by: str
    free_from: date | None = None


@dataclass(frozen=True)
class Elsewhere:
    """
    What may be said of a family that fits what was typed and that only others know.

    `outcome`: `known`, `unknown` (nobody knows such a family), `several` (what was typed fits more than one) or
    `limited` (asked too often; again at `again_at`). `oldest_report` is the newest month of whoever of those that
    know it has been silent longest.
    """

    outcome: str
    coverage: tuple[Coverage, ...]
    oldest_report: date | None
    again_at: datetime | None


def list_latest_coverage(viewer: Viewer, families: Iterable[int]) -> dict[int, tuple[Coverage, ...]]:
    """Return what covers each of the viewer's families, newest first; nothing for what is not theirs."""
    wanted = list(families)
    found: dict[int, list[Coverage]] = {}
    if wanted:
        for family, *covered in read_rows(viewer, "SELECT * FROM benefits_latest_coverage(%s)", [wanted]):
            found.setdefault(family, []).append(Coverage(*covered))
    return {
        family: tuple(sorted(covered, key=lambda one: (one.month, one.slot), reverse=True))
        for family, covered in found.items()
    }


def can_ask_elsewhere(asked: Asked) -> bool:
    """Tell whether enough was typed: a whole id, or three words of a name with a place or a year of birth."""
    return asked.nid is not None or any(_is_enough(reading) for reading in asked.readings)


def ask_elsewhere(viewer: Viewer, asked: Asked) -> Elsewhere | None:
    """
    Ask whether a family that fits is known to others alone, leaving an access entry.

    None where the viewer may not ask (no officer), or too little was typed.
    """
    if not can_ask_elsewhere(asked):
        return None
    readings = [reading.wanted() for reading in asked.readings if _is_enough(reading)]
    rows = read_rows(
        viewer,
        "SELECT * FROM benefits_known_elsewhere(%s, %s, %s)",
        [digest_of(asked), keyed_index([asked.nid])[0], Jsonb(readings)],
    )
    if not rows:
        return None
    coverage = tuple(Coverage(*row[1:5]) for row in rows if row[1] is not None)
    return Elsewhere(rows[0][0], coverage, rows[0][5], rows[0][6])


def _is_enough(reading: Any) -> bool:
    return len(reading.words) >= WORDS_LEAST and bool(reading.place or reading.birth_year)
