"""Reads for the pages of lists: filtered and paged by key, lines as written, what a withdrawal would change."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connections

from wasl.audit.actions import record_audit
from wasl.intake.queries import ListView, select_lists
from wasl.intake.sealed_cells import restore_cells
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope

PREVIEW_CLAIMS = 5_000
# As the index intake_list_to_mend has it.
NEEDS_MENDING = (
    "list.state = 'active'"
    " AND (list.rows_rejected > 0 OR list.rows_without_claim > 0 OR list.cells_lost <> '{}')"
)


@dataclass(frozen=True)
class ListFilter:
    """Which lists a page shows."""

    organisation_id: int | None = None
    kind: str | None = None
    month: date | None = None
    state: str | None = None
    needs_mending: bool = False


@dataclass(frozen=True)
class ListDetails:
    """What was said of the whole list when it was loaded."""

    need: str | None
    need_ar: str
    need_en: str
    value_piastres: int | None
    place: str | None
    paid_by: str | None
    note: str | None
    edition: int
    header: tuple[str, ...]
    loaded_row: int
    is_standing: bool


@dataclass(frozen=True)
class LineView:
    """A row of a list as written, and what became of it; `lost` are the places of cells that were not read."""

    row: int
    fate: str
    reason: str | None
    reason_column: str
    cells: list[str | None]
    need: str | None
    month: date | None
    lost: tuple[int, ...]


@dataclass(frozen=True)
class SlotChange:
    """What a withdrawal would change in one slot."""

    slot: str
    name_ar: str
    name_en: str
    cells: int
    cells_alone: int
    families_alone: int
    overlaps_certain: int
    overlaps_likely: int


@dataclass(frozen=True)
class WithdrawalPreview:
    """
    What would change if a list counted no longer.

    `is_part`: judged by its first claims alone, `looked` of them; the figures are of those.
    """

    rows: int
    looked: int
    is_part: bool
    families: int
    entries: int
    only_here: int
    slots: tuple[SlotChange, ...] = field(default=())

    @property
    def cells(self) -> int:
        """Cells that would be freed."""
        return sum(slot.cells for slot in self.slots)

    @property
    def overlaps(self) -> int:
        """Overlaps that would close."""
        return sum(slot.overlaps_certain + slot.overlaps_likely for slot in self.slots)


def list_page(viewer: Viewer, wanted: ListFilter, *, before: int | None, limit: int) -> tuple[ListView, ...]:
    """Return lists newest first, those before the list of id `before`."""
    conditions, params = ["true"], list[Any]()
    for condition, value in (
        ("list.organisation_id = %s", wanted.organisation_id),
        ("list.kind = %s", wanted.kind),
        ("list.month = %s", wanted.month),
        ("list.state = %s", wanted.state),
        ("list.id < %s", before),
    ):
        if value is not None:
            conditions.append(condition)
            params.append(value)
    if wanted.needs_mending:
        conditions.append(NEEDS_MENDING)
    where = " AND ".join(conditions)
    return select_lists(viewer, f"WHERE {where} ORDER BY list.id DESC LIMIT %s", [*params, limit])


def get_details(viewer: Viewer, view: ListView) -> ListDetails:
    """Return what was said of the whole of a list, by options or by its title, and its header."""
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT l.options, l.mapping, l.form -> 'header', l.edition, l.loaded_row, l.is_standing,"
            " n.code, n.name_ar, n.name_en FROM intake_list l"
            " LEFT JOIN benefits_need n ON n.code = l.mapping ->> 'need' WHERE l.id = %s",
            [view.list_id],
        )
        options, _, header, edition, loaded_row, is_standing, need, need_ar, need_en = cursor.fetchone()
    said = _read(options)
    value = said.get("value_piastres")
    return ListDetails(
        need=need, need_ar=need_ar or "", need_en=need_en or "", value_piastres=int(value) if value else None,
        place=said.get("place"), paid_by=said.get("paid_by"), note=said.get("note"), edition=edition,
        header=tuple(str(cell or "") for cell in _read(header) or ()), loaded_row=loaded_row, is_standing=is_standing,
    )  # fmt: skip


def list_lines(
    viewer: Viewer,
    view: ListView,
    *,
    at: datetime,
    fate: str | None = None,
    lost: str | None = None,
    after: int = 0,
    limit: int = 50,
) -> list[LineView]:
    """
    Return lines of a list as written, by row, after row `after`; who read which leaves an audit entry (A4).

    `lost` keeps to lines with a cell that could not be read for this reason.
    """
    conditions = ["list_id = %(list)s", "year = %(year)s", "row > %(after)s"]
    if fate is not None:
        conditions.append("fate = %(fate)s")
    if lost is not None:
        conditions.append("losses IS NOT NULL AND losses @> %(lost)s::jsonb")
    params = {
        "list": view.list_id, "year": view.year, "after": after, "fate": fate, "limit": limit,
        "lost": json.dumps([{"kind": lost}]),
    }  # fmt: skip
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT row, fate, reason, coalesce(reason_column, ''), cells, sealed_cells, need, month, losses"
            f" FROM intake_line WHERE {' AND '.join(conditions)} ORDER BY row LIMIT %(limit)s",
            params,
        )
        rows = cursor.fetchall()
        if rows:
            record_audit(
                by=viewer, at=at, action="read_lines", object_kind="list", object_code=view.code,
                detail={"organisation": view.organisation, "rows": len(rows), "first": rows[0][0], "last": rows[-1][0]},
            )  # fmt: skip
    cells = restore_cells([row[4] for row in rows], [row[5] for row in rows])
    return [
        LineView(row[0], row[1], row[2], row[3], line, row[6], row[7], _places(row[8]))
        for row, line in zip(rows, cells, strict=True)
    ]


def preview_withdrawal(
    viewer: Viewer, view: ListView, most: int = PREVIEW_CLAIMS
) -> WithdrawalPreview | None:
    """Return what would change if the list counted no longer; None where it does not count. Changes nothing."""
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute("SELECT intake_withdrawal_preview(%s, %s)", [view.list_id, most])
        (said,) = cursor.fetchone()
    if said is None:
        return None
    found = _read(said)
    slots = tuple(SlotChange(**slot) for slot in found.pop("slots"))
    return WithdrawalPreview(**found, slots=slots)


def _places(losses: object) -> tuple[int, ...]:
    return tuple(int(loss["index"]) for loss in _read(losses) or () if loss.get("index") is not None)


def _read(value: object) -> Any:
    return json.loads(value) if isinstance(value, str) else value
