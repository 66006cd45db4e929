"""What a clerk chose on the page of an upload, read from its form and checked before anything is read by it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from wasl.intake.choices import find_place, list_needs
from wasl.intake.queries import access_list
from wasl.intake.rules import hide_long_numbers
from wasl.intake.upload_queries import UploadView
from wasl.kernel.errors import InvalidInput
from wasl.kernel.folding import fold_digits
from wasl.kernel.money import parse_egp
from wasl.kernel.months import format_month, parse_month
from wasl.organisations.queries import get_organisation
from wasl.web.list_fields import is_field
from wasl.web.viewing import get_viewer_of

KINDS = ("known", "given", "planned")
LONGEST_NOTE = 300


def read_choices(request: HttpRequest, upload: UploadView) -> dict[str, Any]:
    """
    Return what the form says of each sheet, without what is as recognised anyway.

    :raises InvalidInput: a value that no select offers, a month or a sum that is none.
    """
    sheets = {str(sheet["place"]): _read_sheet(request, upload, sheet) for sheet in upload.recognised}
    choices: dict[str, Any] = {"sheets": {place: said for place, said in sheets.items() if said}}
    replaces = fold_digits(request.POST.get("replaces", "")).strip()
    if replaces:
        choices["replaces"] = access_list(get_viewer_of(request), replaces).code
    return choices


def _read_sheet(request: HttpRequest, upload: UploadView, sheet: dict[str, Any]) -> dict[str, Any]:
    place = sheet["place"]
    before = upload.choices.get("sheets", {}).get(str(place), {})
    if f"s{place}-there" not in request.POST:
        return dict(before)
    viewer = get_viewer_of(request)

    def typed(name: str) -> str:
        return request.POST.get(f"s{place}-{name}", "").strip()

    said: dict[str, Any] = {"wanted": bool(typed("wanted"))} if sheet["skipped"] is None else {}
    columns = _read_columns(request, sheet, before)
    if columns:
        said["columns"] = columns
    kind, need, where, payer = typed("kind"), typed("need"), typed("place"), typed("paid_by")
    if kind and kind not in KINDS:
        raise InvalidInput("kind.unknown", kind=kind[:40])
    if need and need not in {one.code for one in list_needs(viewer)}:
        raise InvalidInput("need.unknown", need=need[:40])
    if where and find_place(viewer, where) is None:
        raise InvalidInput("place.unknown", place=where[:40])
    if payer:
        get_organisation(viewer, payer)
    month = typed("month")
    read = {
        "kind": kind,
        "need": need,
        "month": format_month(parse_month(fold_digits(month))) if month else "",
        "value": parse_egp(typed("value")) if typed("value") else None,
        "place": where,
    }
    # What stands in the form as it was recognised is no choice: it follows the title when that is read again.
    same = {"kind": sheet["kind"], "need": sheet["need"] or "", "month": sheet["month"] or "",
            "value": sheet["value"], "place": sheet["place_code"] or ""}  # fmt: skip
    for name, value in read.items():
        if value and (value != same[name] or name in before):
            said[name] = value
    if payer:
        said["paid_by"] = payer
    note = hide_long_numbers(typed("note"))[:LONGEST_NOTE]
    if note:
        said["note"] = note
    return said


def _read_columns(
    request: HttpRequest, sheet: dict[str, Any], before: dict[str, Any]
) -> dict[str, str] | None:
    """Return every column's field where one was changed, now or before; a field stands once, where it was put last."""
    standing = {column["letter"]: column["field"] or "ignore" for column in sheet["columns"]}
    chosen: dict[str, str] = {}
    for letter, field in standing.items():
        wanted = request.POST.get(f"s{sheet['place']}-column-{letter}", field)
        if wanted != field and not is_field(wanted):
            raise InvalidInput("mapping.unknown_field", field=wanted[:40])
        chosen[letter] = wanted
    changed = [letter for letter in standing if chosen[letter] != standing[letter]]
    if not changed:
        return before.get("columns")
    for letter in changed:
        for other, field in chosen.items():
            if other != letter and field == chosen[letter] and field != "ignore" and other not in changed:
                chosen[other] = "ignore"
    return chosen
