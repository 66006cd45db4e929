"""What pages ask of gaps: the counted months, and the families of one of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from wasl.benefits.queries.pages import COUNTED_MOST, Counted
from wasl.kernel.months import ONCE
from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows

NEVER = ONCE
"""Stands for *covered by nobody yet*."""


@dataclass(frozen=True)
class GapCount:
    """A slot's month that was counted, and when."""

    id: int
    slot: str
    month: date
    counted_at: datetime


@dataclass(frozen=True)
class GapQuestion:
    """Which families of a counted month are asked for; `since`: those that nobody covered since that month."""

    count_id: int
    state: str | None = None
    governorate: str | None = None
    markaz: str | None = None
    since: date | None = None
    sort: Literal["place", "since"] = "place"
    after: tuple[str | int, ...] | None = None

    def written(self, limit: int = 0) -> str:
        """Return it as the database's functions read it."""
        said = {
            "count": self.count_id, "state": self.state, "governorate": self.governorate, "markaz": self.markaz,
            "since": self.since, "sort": self.sort, "after": self.after, "limit": limit,
        }  # fmt: skip
        return json.dumps({name: value for name, value in said.items() if value is not None}, default=str)

    @classmethod
    def read(cls, text: str) -> GapQuestion:
        """Return what `written` wrote, for a job to go on with."""
        said = json.loads(text)
        return cls(
            said["count"], state=said.get("state"), governorate=said.get("governorate"), markaz=said.get("markaz"),
            since=date.fromisoformat(said["since"]) if "since" in said else None, sort=said["sort"],
        )  # fmt: skip


@dataclass(frozen=True)
class GapRow:
    """A family that is not covered, where the viewer's own lists place it; `sources` is for the desk alone."""

    name_no: int
    family_id: int
    is_open: bool
    governorate: str
    markaz: str
    village: str
    people: int
    last_covered: date
    sources: int | None
    reports_missing: int

    @property
    def state(self) -> str:
        """`open` where everybody who serves has reported, else `unknown`."""
        return "open" if self.is_open else "unknown"


@dataclass(frozen=True)
class GapSum:
    """Families of a slot's headline month in one governorate."""

    slot: str
    month: date
    governorate: str
    is_open: bool
    families: int


@dataclass(frozen=True)
class Nothing:
    """An organisation's word that it gave nothing of a slot in a month."""

    organisation_code: str
    organisation_ar: str
    organisation_en: str
    slot: str
    month: date
    said_by: str
    said_at: datetime


def list_gap_counts(viewer: Viewer) -> list[GapCount]:
    """Return the slots and months that are counted, the newest month of each slot first."""
    return [GapCount(*row) for row in read_rows(viewer, "SELECT * FROM benefits_gap_counts()")]


def list_gap_families(viewer: Viewer, question: GapQuestion, limit: int) -> list[GapRow]:
    """Return a page of families; an organisation gets those that its own lists know."""
    rows = read_rows(viewer, "SELECT * FROM benefits_gap_page(%s)", [question.written(limit)])
    return [GapRow(*row) for row in rows]


def count_gap_families(viewer: Viewer, question: GapQuestion) -> dict[str, Counted]:
    """Return how many families are open and unknown; exact but where `since` is asked."""
    rows = read_rows(
        viewer, "SELECT * FROM benefits_gap_families(%s, %s)", [question.written(), COUNTED_MOST]
    )
    found = {"open" if is_open else "unknown": int(total) for is_open, total in rows}
    return {
        state: Counted(min(total, COUNTED_MOST), more=True)
        if question.since and total > COUNTED_MOST
        else Counted(total)
        for state, total in ((state, found.get(state, 0)) for state in ("open", "unknown"))
    }


def list_gap_sums(viewer: Viewer) -> list[GapSum]:
    """Return the headline months by governorate."""
    return [GapSum(*row) for row in read_rows(viewer, "SELECT * FROM benefits_gap_sums()")]


NOTHING = """
SELECT o.code, o.name_ar, o.name_en, n.slot, n.month, n.said_by, n.said_at
FROM benefits_nothing_given n JOIN organisations_organisation o ON o.id = n.organisation_id
ORDER BY n.month DESC, n.slot, o.code LIMIT 200
"""


def list_nothing_given(viewer: Viewer) -> list[Nothing]:
    """Return who said that nothing was given of what and when, newest months first; the viewer's own."""
    return [Nothing(*row) for row in read_rows(viewer, NOTHING)]
