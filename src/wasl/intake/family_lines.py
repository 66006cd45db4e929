"""What lists say of one family: its rows as written, and what each list says was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from wasl.intake.sealed_cells import restore_cells
from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows

ROWS_MOST = 400
GIVINGS_MOST = 400


@dataclass(frozen=True)
class WrittenRow:
    """A row as the clerk wrote it; `cells` are (heading, cell), empty ones left out."""

    entry_id: int
    list_code: str
    file: str
    sheet: str
    month: date
    loaded_at: datetime
    row: int
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Giving:
    """A row that states a benefit. `covers` is the first and last month it takes."""

    entry_id: int
    organisation_id: int
    list_code: str
    row: int
    need: str
    month: date
    given_on: date | None
    covers: tuple[date, date]
    quantity: Decimal | None
    value_piastres: int | None
    repeated: bool


# Of each entry the list in which it stands newest.
ROWS = """
SELECT line.entry_id, list.code, list.file_name, list.sheet, list.month, list.loaded_at, line.row,
    ARRAY(SELECT jsonb_array_elements_text(CASE jsonb_typeof(list.form -> 'header')
        WHEN 'array' THEN list.form -> 'header' ELSE '[]' END)),
    line.cells, line.sealed_cells
FROM unnest(%s::bigint[], %s::bigint[]) AS stood (entry_id, list_id)
JOIN intake_list AS list ON list.id = stood.list_id
JOIN intake_line AS line ON line.entry_id = stood.entry_id AND line.list_id = stood.list_id
    AND line.year = list.year AND line.fate IN ('accepted', 'repeated')
ORDER BY list.month DESC, list.id DESC, line.row LIMIT %s
"""

GIVINGS = """
SELECT claim.entry_id, claim.organisation_id, list.code, claim.row, claim.need, claim.month, claim.given_on,
    claim.first_month, claim.last_month, claim.quantity, claim.value_piastres, claim.repeated
FROM benefits_claim AS claim JOIN intake_list AS list ON list.id = claim.list_id
WHERE claim.entry_id = ANY(%s) AND claim.active AND claim.kind = 'given'
ORDER BY claim.month DESC, claim.organisation_id, claim.need, list.id DESC, claim.row LIMIT %s
"""


def list_written_rows(viewer: Viewer, stood: Sequence[tuple[int, int | None]]) -> list[WrittenRow]:
    """
    Return the rows of entries in the lists named beside them, newest list first, cells unsealed.

    An organisation gets its own, the desk all.
    """
    pairs = [(entry, list_id) for entry, list_id in stood if list_id is not None]
    rows = read_rows(viewer, ROWS, [[e for e, _ in pairs], [number for _, number in pairs], ROWS_MOST])
    cells = restore_cells([row[8] for row in rows], [row[9] for row in rows])
    return [
        WrittenRow(*row[:7], _headed(row[7], line))  # type: ignore[call-arg]
        for row, line in zip(rows, cells, strict=True)
    ]


def list_family_givings(viewer: Viewer, entry_ids: Sequence[int]) -> list[Giving]:
    """Return what active lists say was given to these entries, newest first; an organisation's own."""
    rows = read_rows(viewer, GIVINGS, [list(entry_ids), GIVINGS_MOST])
    return [Giving(*row[:7], (row[7], row[8]), *row[9:]) for row in rows]  # type: ignore[call-arg]


def _headed(header: Sequence[str], cells: Sequence[str | None]) -> tuple[tuple[str, str], ...]:
    heads = [*header, *[""] * len(cells)]
    return tuple((head, cell) for head, cell in zip(heads, cells, strict=False) if cell)
