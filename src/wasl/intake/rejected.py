"""Rejected rows in the form their file came in, to be mended and loaded back as it is."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from wasl.intake.queries import ListView, get_form, rejected_rows
from wasl.intake.reading import (
    LoadOptions,
    Mapping,
    Proposals,
    Recognition,
    RejectedForm,
    RejectedRow,
    SheetSource,
    header_of,
    write_rejected,
)
from wasl.organisations.viewer import Viewer
from wasl.store.home import get_home

ORIGINS = ("origin_list", "origin_row")


@dataclass(frozen=True)
class SheetForm:
    """How a sheet was written and read: enough to write its rejected rows, and to read them when they come back."""

    today: date
    rejected: RejectedForm
    header: tuple[str, ...]
    fields: tuple[str | None, ...]
    date_orders: dict[int, str]
    layout: str
    grouping: str
    number_place: int | None
    proposals: Proposals

    @classmethod
    def of_sheet(cls, source: SheetSource, recognition: Recognition, options: LoadOptions) -> SheetForm:
        """Take it from a sheet as recognised."""
        return cls(
            today=options.today,
            rejected=RejectedForm.of_sheet(source),
            header=tuple(header_of(recognition)),
            fields=tuple(column.field for column in recognition.columns),
            date_orders={int(place): order for place, order in recognition.date_orders.items()},
            layout=recognition.layout,
            grouping=recognition.grouping,
            number_place=_number_place(recognition),
            proposals=recognition.proposals,
        )

    def to_json(self) -> dict[str, object]:
        """Return what is kept with the list."""
        return asdict(self) | {
            "date_orders": {str(place): order for place, order in self.date_orders.items()}
        }

    @classmethod
    def from_json(cls, kept: dict[str, object]) -> SheetForm:
        """Read what `to_json` wrote, dates as text."""
        proposals = dict(kept["proposals"])  # type: ignore[call-overload]
        month = proposals.get("month")
        return cls(
            today=date.fromisoformat(str(kept["today"])),
            rejected=RejectedForm(**kept["rejected"]),  # type: ignore[arg-type]
            header=tuple(kept["header"]),  # type: ignore[arg-type]
            fields=tuple(kept["fields"]),  # type: ignore[arg-type]
            date_orders={int(place): order for place, order in kept["date_orders"].items()},  # type: ignore[attr-defined]
            layout=str(kept["layout"]),
            grouping=str(kept["grouping"]),
            number_place=kept["number_place"],  # type: ignore[arg-type]
            proposals=Proposals(**proposals | {"month": date.fromisoformat(month) if month else None}),
        )

    def mapping_of(self, mended: Recognition) -> Mapping:
        """Return the mapping by which mended rows are read as their list was; each row stands alone."""
        names = [name if self.header.count(name) == 1 else "" for name in self.header]
        columns = {
            name or mended.columns[place].letter: field or "ignore"
            for place, (name, field) in enumerate(zip(names, self.fields, strict=True))
            if place < len(mended.columns)
        }
        for column in mended.columns[len(self.header) :]:
            columns[column.header or column.letter] = column.field if column.field in ORIGINS else "ignore"
        return Mapping(
            columns=columns,
            header_row=max(mended.header_rows, default=None),
            layout="family" if self.layout == "family" else "person",
            grouping="row",
        )


def _number_place(recognition: Recognition) -> int | None:
    if recognition.grouping != "number":
        return None
    column = recognition.find_column(recognition.number_field or "")
    return None if column is None else column.index


def write_rejected_file(viewer: Viewer, view: ListView, path: Path | None) -> Path | None:
    """
    Write a list's rejected rows to `path`, else to the folder `rejected` in WASL_HOME; None where there are none.

    The suffix is the form's own. Only its owner may read the file: ids in it are readable.
    """
    if not view.counts.rejected:
        return None
    form = SheetForm.from_json(get_form(viewer, view))
    if path is None:
        folder = get_home() / "rejected"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{view.code}{form.rejected.suffix}"
    rows = [RejectedRow(*row) for row in rejected_rows(viewer, view)]
    written = write_rejected(path, form=form.rejected, header=form.header, rows=rows, list_code=view.code)
    os.chmod(written, 0o600)
    return written
