"""Rejected rows in the form their file came in, to be mended and loaded back as it is."""

from __future__ import annotations

from pathlib import Path

from wasl.intake.queries import ListView
from wasl.intake.reading import Recognition, SheetSource
from wasl.organisations.viewer import Viewer


def sheet_form(source: SheetSource, recognition: Recognition) -> dict[str, object]:
    """Return what is kept of a sheet so that its rejected rows can be written in its own form."""
    csv = source.csv_form
    return {
        "form": source.form,
        "encoding": None if csv is None else csv.encoding,
        "delimiter": None if csv is None else csv.delimiter,
        "header": [list(row) for row in recognition.header_cells],
    }


def write_rejected_file(viewer: Viewer, view: ListView, path: Path | None) -> Path | None:
    return None
