"""Reads of lists and lines. The viewer comes first; row security filters what it may see."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from wasl.intake.message import Message
from wasl.intake.results import Counts, ReasonCount
from wasl.intake.sealed_cells import restore_cells
from wasl.kernel.codes import is_code, number_of
from wasl.kernel.errors import InvalidInput, NotFound
from wasl.kernel.folding import fold_digits
from wasl.kernel.months import format_month
from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows


@dataclass(frozen=True)
class ListView:
    """One list as its owner sees it."""

    list_id: int
    code: str
    organisation_id: int
    organisation: str
    file: str
    sheet: str
    year: int
    kind: str
    state: str
    state_reason: str | None
    month: date
    replaces: str | None
    replaced_by: str | None
    counts: Counts
    cells_lost: Mapping[str, int]
    messages: tuple[Message, ...]
    loaded_by: str
    loaded_at: datetime

    @property
    def lost_cells(self) -> int:
        """How many cells could not be read."""
        return sum(self.cells_lost.values())

    def to_json(self) -> dict[str, object]:
        """Return what `wasl lists --json` prints."""
        return {
            "code": self.code,
            "organisation": self.organisation,
            "file": self.file,
            "sheet": self.sheet,
            "kind": self.kind,
            "state": self.state,
            "state_reason": self.state_reason,
            "month": format_month(self.month),
            "replaces": self.replaces,
            "replaced_by": self.replaced_by,
            "rows": asdict(self.counts),
            "cells_lost": dict(self.cells_lost),
            "loaded_by": self.loaded_by,
            "loaded_at": self.loaded_at.isoformat(),
        }


@dataclass(frozen=True)
class FoundRecord:
    """The record that a row names in a role."""

    list_id: int
    row: int
    role: str
    record_id: int
    entry_id: int
    organisation_id: int


SELECT_LISTS = """
SELECT list.id, list.code, list.organisation_id, organisation.code, list.file_name, list.sheet, list.year, list.kind,
    list.state, list.state_reason, list.month, before.code,
    (SELECT after.code FROM intake_list AS after WHERE after.replaces_id = list.id
     ORDER BY after.state = 'active' DESC, after.id DESC LIMIT 1),
    list.rows_total, list.rows_accepted, list.rows_rejected, list.rows_repeated, list.rows_not_data,
    list.rows_without_claim, list.rows_paid_elsewhere, list.rows_withdrawn,
    list.cells_lost, list.messages, list.loaded_by, list.loaded_at
FROM intake_list AS list
JOIN organisations_organisation AS organisation ON organisation.id = list.organisation_id
LEFT JOIN intake_list AS before ON before.id = list.replaces_id
"""

REJECTIONS = """
SELECT reason, coalesce(reason_column, ''), count(*), min(row)
FROM (
    SELECT reason, reason_column, row FROM intake_line
    WHERE list_id = %(list)s AND year = %(year)s AND fate = 'rejected' ORDER BY row LIMIT %(most)s
) AS rejected
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""

# The first cell of each kind is shown as written: it lies sealed where it may hold an id.
LOSSES = """
SELECT lost.kind, lost.written_in, lost.cells, lost.first_row, lost.place, line.cells, line.sealed_cells
FROM (
    SELECT loss ->> 'kind' AS kind, coalesce(loss ->> 'column', '') AS written_in, count(*) AS cells,
        min(row) AS first_row, (array_agg((loss ->> 'index')::integer ORDER BY row))[1] AS place
    FROM (
        SELECT row, losses FROM intake_line
        WHERE list_id = %(list)s AND year = %(year)s AND losses IS NOT NULL ORDER BY row LIMIT %(most)s
    ) AS losing, jsonb_array_elements(losses) AS loss
    GROUP BY 1, 2
) AS lost
JOIN intake_line AS line ON line.list_id = %(list)s AND line.year = %(year)s AND line.row = lost.first_row
ORDER BY lost.cells DESC, 1, 2
"""


def list_lists(viewer: Viewer) -> Sequence[ListView]:
    """Return the lists that the viewer may see, oldest first."""
    return select_lists(viewer, "ORDER BY list.id", [])


def access_list(viewer: Viewer, code: str) -> ListView:
    """
    Return the list of this code.

    :raises NotFound: no such list, or not the viewer's.
    """
    bare = fold_digits(code).strip()
    found = select_lists(viewer, "WHERE list.id = %s", [number_of(bare)]) if is_code(bare) else ()
    if not found:
        raise NotFound("list.unknown", list=code)
    return found[0]


def count_rejections(viewer: Viewer, view: ListView, most: int | None = None) -> tuple[ReasonCount, ...]:
    """Return why rows of a list were rejected, most frequent first; of the first `most` rejected rows."""
    rows = read_rows(viewer, REJECTIONS, {"list": view.list_id, "year": view.year, "most": most})
    return tuple(ReasonCount(*row) for row in rows)


def count_losses(viewer: Viewer, view: ListView, most: int | None = None) -> tuple[ReasonCount, ...]:
    """
    Return which cells of a list could not be read, most frequent first, the first of each as written.

    Of the first `most` rows that have such cells.
    """
    rows = read_rows(viewer, LOSSES, {"list": view.list_id, "year": view.year, "most": most})
    cells = restore_cells([row[5] for row in rows], [row[6] for row in rows])
    return tuple(
        ReasonCount(row[0], row[1], row[2], row[3], _cell_at(line, row[4]))
        for row, line in zip(rows, cells, strict=True)
    )


def rejected_rows(viewer: Viewer, view: ListView) -> list[tuple[int, list[str | None], str, str]]:
    """Return the rejected rows of a list as written: row, cells, reason, the column it speaks of."""
    rows = read_rows(
        viewer,
        "SELECT row, cells, sealed_cells, reason, coalesce(reason_column, '') FROM intake_line"
        " WHERE list_id = %(list)s AND year = %(year)s AND fate = 'rejected' ORDER BY row",
        {"list": view.list_id, "year": view.year},
    )
    cells = restore_cells([row[1] for row in rows], [row[2] for row in rows])
    return [(row[0], line, row[3], row[4]) for row, line in zip(rows, cells, strict=True)]


def get_form(viewer: Viewer, view: ListView) -> dict[str, object]:
    """Return the header and the form of the sheet, as kept when it was loaded."""
    rows = read_rows(viewer, "SELECT form FROM intake_list WHERE id = %(list)s", {"list": view.list_id})
    return dict(_read_json(rows[0][0]))


def find_record(viewer: Viewer, written: str) -> FoundRecord:
    """
    Return the record that `LIST:ROW` or `LIST:ROW:ROLE` names.

    Without a role: the row's person or registrant, else whoever it names first.

    :raises InvalidInput: it is written otherwise. :raises NotFound: nobody, or not for this viewer.
    """
    parts = fold_digits(written).strip().split(":")
    if len(parts) not in (2, 3) or not parts[1].isdigit() or len(parts[1]) > 9:
        raise InvalidInput("record.malformed", record=written)
    view = access_list(viewer, parts[0])
    rows = read_rows(
        viewer,
        "SELECT mention.list_id, mention.row, mention.role, mention.record_id, line.entry_id, line.organisation_id"
        " FROM intake_mention AS mention JOIN intake_line AS line USING (list_id, row, year)"
        " WHERE list_id = %(list)s AND year = %(year)s AND row = %(row)s AND role = coalesce(%(role)s, role)"
        " ORDER BY CASE WHEN role IN ('person', 'registrant') THEN 0 WHEN role = 'spouse' THEN 1 ELSE 2 END, role"
        " LIMIT 1",
        {
            "list": view.list_id,
            "year": view.year,
            "row": int(parts[1]),
            "role": parts[2] if len(parts) == 3 else None,
        },
    )
    if not rows:
        raise NotFound("record.unknown", record=written)
    return FoundRecord(*rows[0])


def select_lists(viewer: Viewer, condition: str, params: list[Any]) -> tuple[ListView, ...]:
    """Return the lists of `SELECT_LISTS` under a condition of this area's own."""
    return tuple(_view(row) for row in read_rows(viewer, f"{SELECT_LISTS} {condition}", params))


def _view(row: tuple[Any, ...]) -> ListView:
    messages = tuple(Message(said["code"], said.get("params", {})) for said in _read_json(row[22]))
    return ListView(*row[:13], Counts(*row[13:21]), _read_json(row[21]), messages, *row[23:])  # type: ignore[call-arg]


def _read_json(value: object) -> Any:
    """Read jsonb: Django's connection hands it over as text."""
    return json.loads(value) if isinstance(value, str) else value


def _cell_at(cells: Sequence[str | None], place: int | None) -> str | None:
    return cells[place] if place is not None and 0 <= place < len(cells) else None
