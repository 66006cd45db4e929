"""What pages ask of overlaps, repeats and gaps: a question read from an address, and pages by keyset."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows

COUNTED_MOST = 10_000
"""Where no sum is kept, rows are counted so far and no further."""

REPEATS_MOST = 500
"""So far repeats are counted by whether every row of them still counts."""

Sort = Literal["month", "cost", "opened"]


@dataclass(frozen=True)
class Question:
    """
    Which overlaps or repeats are asked for.

    `work` is where an overlap stands (a stage), or `mine`: it waits for the viewer's answer. `after` is where
    the page before ended: the sorted value and its tie.
    """

    slot: str | None = None
    need: str | None = None
    from_month: date | None = None
    to_month: date | None = None
    organisation_id: int | None = None
    governorate: str | None = None
    certainty: str | None = None
    state: str = "open"
    work: str | None = None
    family_id: int | None = None
    sort: Sort = "month"
    way: Literal["down", "up"] = "down"
    after: tuple[str, int] | None = None

    def written(self, limit: int = 0) -> str:
        """Return it as the database's functions read it."""
        said = {
            "slot": self.slot, "need": self.need, "from": self.from_month, "to": self.to_month,
            "organisation": self.organisation_id, "governorate": self.governorate, "certainty": self.certainty,
            "state": self.state, "work": self.work, "family": self.family_id, "sort": self.sort, "way": self.way,
            "limit": limit, "after": self.after,
        }  # fmt: skip
        return json.dumps({name: value for name, value in said.items() if value is not None}, default=str)

    @classmethod
    def read(cls, text: str) -> Question:
        """Return what `written` wrote, for a job to go on with."""
        said = json.loads(text)
        return cls(
            slot=said.get("slot"), need=said.get("need"),
            from_month=date.fromisoformat(said["from"]) if "from" in said else None,
            to_month=date.fromisoformat(said["to"]) if "to" in said else None,
            organisation_id=said.get("organisation"), governorate=said.get("governorate"),
            certainty=said.get("certainty"), state=said["state"], family_id=said.get("family"),
            sort=said["sort"], way=said["way"],
        )  # fmt: skip


@dataclass(frozen=True)
class OverlapRow:
    """One overlap as the viewer may read it: no cost but for the desk, and where its own lists place the family."""

    id: int
    tie: int
    family_id: int
    slot: str
    month: date
    certainty: str
    state: str
    governorate: str
    needs: tuple[str, ...]
    organisation_ids: tuple[int, ...]
    cost_piastres: int | None
    unvalued: int | None
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class Line:
    """One row behind an overlap; of another organisation need and month alone."""

    overlap_id: int
    organisation_id: int
    need: str
    month: date
    list_id: int | None
    row: int | None
    value_piastres: int | None


@dataclass(frozen=True)
class RepeatRow:
    """One repeat of one organisation's own lists, with the rows it is made of."""

    tie: int
    organisation_id: int
    family_id: int
    slot: str
    month: date
    certainty: str
    governorate: str
    needs: tuple[str, ...]
    list_ids: tuple[int, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Counted:
    """How many rows there are; `more` where only so many were counted."""

    total: int
    more: bool = False
    cost_piastres: int | None = None


def list_overlaps(viewer: Viewer, question: Question, limit: int) -> list[OverlapRow]:
    """Return a page of overlaps; an organisation gets those that it takes part in."""
    rows = read_rows(viewer, "SELECT * FROM benefits_overlap_page(%s)", [question.written(limit)])
    return [OverlapRow(*_whole(row)) for row in rows]


def count_overlaps(viewer: Viewer, question: Question) -> Counted:
    """Count them: exactly where sums are kept, else up to COUNTED_MOST."""
    [(total, cost)] = read_rows(
        viewer, "SELECT * FROM benefits_overlap_count(%s, %s)", [question.written(), COUNTED_MOST]
    )
    exact = question.state == "open" and question.need is None and question.family_id is None
    exact = exact and question.work is None
    exact = exact and (viewer.is_desk or question.organisation_id is None)
    return Counted(int(total), cost_piastres=cost) if exact else _counted(int(total))


def list_overlap_lines(viewer: Viewer, overlap_ids: list[int]) -> dict[int, list[Line]]:
    """Return the rows behind some overlaps, the viewer's own and what it may know of the others'."""
    found: dict[int, list[Line]] = {}
    for row in read_rows(viewer, "SELECT * FROM benefits_overlap_lines(%s)", [overlap_ids]):
        found.setdefault(row[0], []).append(Line(*row))
    return found


def list_repeats(viewer: Viewer, question: Question, limit: int) -> list[RepeatRow]:
    """Return a page of repeats as last counted, without those of which a row counts no longer."""
    rows = read_rows(viewer, "SELECT * FROM benefits_repeat_page(%s)", [question.written(limit)])
    return [RepeatRow(*_whole(row)) for row in rows]


def count_repeats(viewer: Viewer, question: Question) -> Counted:
    """Count them: one by one up to REPEATS_MOST, beyond as they stood at the last count where sums are kept."""
    [(total,)] = read_rows(viewer, "SELECT benefits_repeat_count(%s, %s)", [question.written(), REPEATS_MOST])
    if question.need is None and question.family_id is None:
        return Counted(int(total))
    return Counted(min(int(total), REPEATS_MOST), more=total > REPEATS_MOST)


REPEAT_LINES = """
SELECT c.list_id, c.row, c.need, c.month, c.value_piastres
FROM unnest(%s::bigint[], %s::integer[]) AS asked (list_id, row)
JOIN benefits_claim c ON c.list_id = asked.list_id AND c.row = asked.row
"""


def list_repeat_lines(viewer: Viewer, repeats: list[RepeatRow]) -> dict[int, list[Line]]:
    """Return the rows behind some repeats, by their tie."""
    lists = [one for repeat in repeats for one in repeat.list_ids]
    rows = [one for repeat in repeats for one in repeat.rows]
    told = {(row[0], row[1]): row[2:] for row in read_rows(viewer, REPEAT_LINES, [lists, rows])}
    return {
        repeat.tie: [
            Line(repeat.tie, repeat.organisation_id, told[line][0], told[line][1], *line, told[line][2])
            for line in zip(repeat.list_ids, repeat.rows, strict=True)
            if line in told
        ]
        for repeat in repeats
    }


@dataclass(frozen=True)
class OverlapSum:
    """Open overlaps of one slot, governorate and certainty."""

    slot: str
    governorate: str
    certainty: str
    total: int
    cost_piastres: int | None
    unvalued: int | None


def list_overlap_sums(viewer: Viewer) -> list[OverlapSum]:
    """Return the sums of open overlaps that the viewer may read; exact, whatever has just changed."""
    return [OverlapSum(*row) for row in read_rows(viewer, "SELECT * FROM benefits_overlap_sums()")]


def count_repeat_total(viewer: Viewer) -> tuple[int, datetime | None]:
    """Return how many repeats there were at the last count, and when that was."""
    [(total, counted_at)] = read_rows(viewer, "SELECT * FROM benefits_repeat_sums()")
    return int(total or 0), counted_at


def count_overlaps_since(viewer: Viewer, moment: datetime) -> tuple[Counted, Counted]:
    """Return how many overlaps have opened and closed since a moment; the desk's alone."""
    rows = read_rows(viewer, "SELECT * FROM benefits_overlaps_since(%s, %s)", [moment, COUNTED_MOST])
    opened, closed = rows[0] if rows and rows[0][0] is not None else (0, 0)
    return _counted(int(opened)), _counted(int(closed))


def _counted(total: int) -> Counted:
    return Counted(min(total, COUNTED_MOST), more=total > COUNTED_MOST)


def _whole(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row that nobody can change: its arrays as tuples."""
    return tuple(tuple(value) if isinstance(value, list) else value for value in row)
