"""What a load tells whoever asked for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from wasl.intake.message import Message

if TYPE_CHECKING:
    from wasl.intake.reading.model import Column

# mended: rows went back to the lists they were rejected from; empty: nothing but rows already mended
SheetOutcome = Literal["loaded", "resumed", "already", "mended", "skipped"]


@dataclass(frozen=True)
class ReasonCount:
    """Why rows were rejected, or cells lost: how many, and where the first is."""

    code: str
    column: str
    rows: int
    first_row: int
    example: str | None = None


@dataclass(frozen=True)
class Counts:
    """Rows of a list by fate, and what they state."""

    total: int = 0
    accepted: int = 0
    rejected: int = 0
    repeated: int = 0
    not_data: int = 0
    without_claim: int = 0
    paid_elsewhere: int = 0
    withdrawn: int = 0


@dataclass(frozen=True)
class SheetResult:
    """What became of one sheet."""

    sheet: str
    outcome: SheetOutcome
    list_code: str | None = None
    state: str | None = None
    kind: str | None = None
    month: date | None = None
    counts: Counts = field(default_factory=Counts)
    rejections: tuple[ReasonCount, ...] = ()
    losses: tuple[ReasonCount, ...] = ()
    columns: tuple[Column, ...] = ()
    messages: tuple[Message, ...] = ()
    skipped: str | None = None
    replaced: str | None = None
    # loaded already, asked to be read otherwise: what counts in the way
    counting: tuple[str, ...] = ()
    mended: int = 0
    mended_lists: tuple[str, ...] = ()
    rejected_file: Path | None = None


@dataclass(frozen=True)
class LoadResult:
    """
    What became of one file.

    `also_loaded_by` holds organisations that loaded the same bytes: codes for the desk; for anybody
    else one empty text says that there is another, not which.
    """

    file: str
    digest: str
    organisation: str
    sheets: tuple[SheetResult, ...]
    also_loaded_by: tuple[str, ...] = ()

    @property
    def lists(self) -> tuple[str, ...]:
        """Codes of the lists that hold the file's rows."""
        return tuple(sheet.list_code for sheet in self.sheets if sheet.list_code)
