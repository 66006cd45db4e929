"""
How the sheets of an upload are read: recognised, said as JSON for a page, and read otherwise as a clerk says.

`choices` is what the clerk said: `replaces`, and by place of the sheet `wanted`, `columns` (letter → field),
`header_row`, `kind`, `need`, `month`, `value`, `place`, `paid_by`, `note`. What is not said is as recognised.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connections

from wasl.benefits.catalogue import list_catalogue
from wasl.intake.mending import is_mended
from wasl.intake.reading import LoadOptions, Mapping, Recognition, open_workbook, recognise, set_catalogue
from wasl.intake.reading.recognise import SAMPLE_ROWS
from wasl.intake.reading.sources import RecognisedSheet
from wasl.intake.remembered import find_remembered
from wasl.intake.rules import hide_long_numbers
from wasl.intake.samples import SampledForm, SheetSample
from wasl.intake.sheets import SheetPlan
from wasl.intake.upload_queries import UploadView
from wasl.kernel.months import format_month, parse_month
from wasl.organisations.queries import get_organisation
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope

OPTION_NAMES = ("kind", "need", "month", "value", "place", "paid_by", "note")


def sample_file(path: Any, progress: Any) -> list[SheetSample]:
    """
    Take the first rows of every sheet of a file, and count the rows of each.

    Reads the whole file once, in blocks. `progress` hears the share that is done and may raise.

    :raises InvalidInput: it cannot be read as a list.
    """
    sheets = open_workbook(path)
    samples = []
    for number, sheet in enumerate(sheets):
        rows = sheet.head(SAMPLE_ROWS)
        filled = 0
        for frame in sheet.frames():
            filled += _count_filled(frame)
            progress((number + 0.5) / len(sheets))
        form = sheet.csv_form
        samples.append(
            SheetSample(
                file=sheet.file, name=sheet.name, rows=rows, merged=list(sheet.merged_ranges()), hidden=sheet.hidden,
                hidden_rows=sheet.hidden_rows, rows_filled=filled,
                csv_form=None if form is None else SampledForm(form.encoding, form.quoting, form.broken_bytes),
            )
        )  # fmt: skip
        progress((number + 1) / len(sheets))
    return samples


def _count_filled(frame: Any) -> int:
    import polars as pl

    return int(frame.select(pl.any_horizontal(pl.exclude("row").is_not_null()).sum()).item())


def recognise_samples(
    by: Viewer, upload: UploadView, samples: Sequence[SheetSample], choices: dict[str, Any]
) -> list[dict[str, Any]]:
    """Recognise every sheet of an upload as the clerk says, else as it says itself; JSON for a page."""
    owner = get_organisation(by, upload.organisation)
    own_words = tuple(word for word in (owner.name_ar, owner.name_en, owner.code) if word)
    with scope(by):
        set_catalogue(list_catalogue(connections["default"].connection))
        return [
            _said(place, sample, _recognise(upload, sample, sheet_choices(choices, place), own_words))
            for place, sample in enumerate(samples)
        ]


def sheet_choices(choices: dict[str, Any], place: int) -> dict[str, Any]:
    """Return what was said of the sheet at `place`."""
    return dict(choices.get("sheets", {}).get(str(place), {}))


def plan_sheets(upload: UploadView) -> dict[str, SheetPlan]:
    """Return how each sheet is to be loaded, by its name."""
    plans = {}
    for sheet in upload.recognised:
        said = sheet_choices(upload.choices, sheet["place"])
        wanted = bool(said.get("wanted", sheet["skipped"] is None)) and sheet["skipped"] is None
        plans[sheet["name"]] = SheetPlan(
            make_options(upload, said), make_mapping(sheet["signature"], said), wanted
        )
    return plans


def make_options(upload: UploadView, said: dict[str, Any]) -> LoadOptions:
    """Return the options that a clerk's choices make; the day is that of the upload, however long loading waits."""
    month, value = said.get("month"), said.get("value")
    return LoadOptions(
        today=upload.uploaded_at.date(),
        kind=said.get("kind") or None,
        need=said.get("need") or None,
        month=parse_month(month) if month else None,
        value_piastres=int(value) if value else None,
        place=said.get("place") or None,
        paid_by=said.get("paid_by") or None,
        note=said.get("note") or None,
    )


def make_mapping(signature: str, said: dict[str, Any]) -> Mapping | None:
    """Return the mapping that a clerk's columns make, None where none was changed."""
    if not said.get("columns"):
        return None
    return Mapping(columns=said["columns"], header_row=said.get("header_row"), signature=signature)


def _recognise(
    upload: UploadView, sample: SheetSample, said: dict[str, Any], own_words: tuple[str, ...]
) -> Recognition:
    sheet: RecognisedSheet = sample
    options = make_options(upload, said)
    first = recognise(sheet, options=options, organisation_words=own_words)
    mapping = make_mapping(first.signature, said)
    if mapping is not None:
        return recognise(sheet, options=options, mapping=mapping, organisation_words=own_words)
    raw = connections["default"].connection
    remembered = find_remembered(raw, upload.organisation_id, first.signature)
    if remembered is None:
        return first
    return recognise(sheet, options=options, remembered=remembered, organisation_words=own_words)


def _said(place: int, sample: SheetSample, read: Recognition) -> dict[str, Any]:
    """Say a recognition as JSON without whatever may be an id; `rows` are those below the header."""
    above = sum(1 for row in sample.rows[: max(read.first_data_row - 1, 0)] if any(row))
    proposals = read.proposals
    return {
        "place": place,
        "name": sample.name,
        "skipped": read.skipped,
        "is_mended": is_mended(read),
        "rows": max(0, sample.rows_filled - above),
        "layout": read.layout,
        "grouping": read.grouping,
        "header_rows": list(read.header_rows),
        "first_data_row": read.first_data_row,
        "signature": read.signature,
        "columns": [
            {
                "letter": one.letter,
                "header": hide_long_numbers(one.header),
                "field": one.field,
                "why": one.why,
            }
            for one in read.columns
        ],
        "kind": proposals.kind,
        "need": proposals.need,
        "month": format_month(proposals.month) if isinstance(proposals.month, date) else None,
        "value": proposals.value_piastres,
        "place_code": proposals.markaz or proposals.governorate,
        "messages": [
            {"code": one.code, "params": {name: _plain(value) for name, value in one.params.items()}}
            for one in read.messages
        ],
        "questions": [one.code for one in read.questions],
    }


def _plain(value: object) -> object:
    if isinstance(value, list | tuple):
        return [hide_long_numbers(str(item)) for item in value]
    return value if isinstance(value, int | float | None) else hide_long_numbers(str(value))
