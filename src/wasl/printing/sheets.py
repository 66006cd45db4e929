"""Sheets to distribute by, and cards to hand out: approved grants that wait to be delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, Literal

from wasl.audit.actions import record_audit
from wasl.benefits.queries.printed import SheetQuestion, SheetRow, count_sheet, list_sheet, name_needs
from wasl.kernel.errors import NotAllowed, NotFound, RuleRefused
from wasl.organisations.queries import get_organisation
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.printing.marks import draw_code
from wasl.printing.typesetting import typeset_apart
from wasl.printing.voice import Voice
from wasl.store.connections import scope

Form = Literal["sheet", "cards"]
FORMS: tuple[Form, ...] = ("sheet", "cards")
DIRECT_ROWS = 300
"""So many are set while somebody waits, in a second; more are a job's."""
PART_ROWS = 1_000
"""A part of a long sheet: sixty pages, and what typst needs for it fits a small office's machine."""
ROWS_MOST = 50_000
COLUMNS = ("no", "head", "place", "family", "code", "quantity", "sign")


@dataclass(frozen=True)
class Sum:
    """How much is to be given in one place; quantities by unit are never added to each other."""

    place: str
    rows: int
    quantities: dict[str, Decimal]


@dataclass(frozen=True)
class Sheet:
    """A sheet as read: its rows in the order of places, and whose it is."""

    form: Form
    organisation: str
    by: str
    question: SheetQuestion
    needs: dict[str, str]
    rows: Sequence[SheetRow]
    voice: Voice
    at: datetime

    @property
    def parts(self) -> int:
        """Return in how many documents it is printed."""
        return -(-len(self.rows) // PART_ROWS)


def check_can_print_sheets(viewer: Viewer) -> None:
    """:raises NotAllowed: those who give print what they give by; the desk gives nothing."""
    if viewer.role != Role.OFFICER:
        raise NotAllowed("sheet.only_officers")


def access_sheet(*, by: Viewer, at: datetime, question: SheetQuestion, form: Form, voice: Voice) -> Sheet:
    """
    Read a sheet, leaving an entry of who printed the names and how many.

    :raises NotFound: nothing waits. :raises RuleRefused: more than anybody prints at once.
    """
    check_can_print_sheets(by)
    with scope(by):
        rows = list_sheet(by, question, ROWS_MOST + 1)
        check_can_set(len(rows))
        organisation = get_organisation(by, by.organisation_code)
        names = name_needs(by)
        record_audit(
            by=by, at=at, action="print_sheet", object_kind="grants", object_code="",
            detail={"question": question.written(), "form": form, "rows": len(rows)},
        )  # fmt: skip
    needs = {code: named.get_name(voice.language) for code, named in names.items()}
    return Sheet(
        form,
        voice.name(organisation.name_ar, organisation.name_en),
        by.username,
        question,
        needs,
        rows,
        voice,
        at,
    )


def check_can_set(rows: int) -> None:
    """:raises NotFound: nothing to print. :raises RuleRefused: too much."""
    if rows == 0:
        raise NotFound("sheet.empty")
    if rows > ROWS_MOST:
        raise RuleRefused("sheet.too_many", most=f"{ROWS_MOST:,}")


def count_for_sheet(viewer: Viewer, question: SheetQuestion) -> int:
    """Count the rows of a sheet. :raises NotAllowed: see `check_can_print_sheets`."""
    check_can_print_sheets(viewer)
    return count_sheet(viewer, question)


def set_sheet(sheet: Sheet, tell: Callable[[float], None] = lambda share: None) -> Iterator[bytes]:
    """Yield the PDFs of a sheet, one for each part, saying how far it is."""
    for part in range(sheet.parts):
        tell(part / sheet.parts)
        yield typeset_apart(sheet.form, lay_out(sheet, part), tagged=sheet.parts == 1)


def lay_out(sheet: Sheet, part: int) -> dict[str, Any]:
    """Return what stands in one part, as its layout takes it."""
    voice = sheet.voice
    first = part * PART_ROWS
    rows = sheet.rows[first : first + PART_ROWS]
    return {
        "language": voice.language, "numerals": voice.numerals, "title": _title(sheet), "about": _about(sheet),
        "organisation": sheet.organisation, "need": _need(sheet),
        "part": "" if sheet.parts == 1 else voice.say(
            "print.part", n=voice.number(part + 1), m=voice.number(sheet.parts)),
        "columns": [voice.say(f"print.sheet.{name}") for name in COLUMNS],
        "rows": [_row(sheet, number, row) for number, row in enumerate(rows, start=first + 1)],
        "sum_columns": [voice.say(f"print.sheet.{name}") for name in ("place", "rows", "quantity")],
        "sums": [_say_sum(voice, one) for one in sum_by_place(rows, voice)],
        "totals": _totals(sheet, part, rows),
        "signatures": [voice.say(f"print.sheet.sign.{who}") for who in ("giver", "store", "head")],
        "foot": voice.say("print.sheet.foot", by=sheet.by, day=voice.day(sheet.at)),
        "words": {
            "page": voice.say("print.page"), "code": voice.say("print.code"), "sums": voice.say("print.sheet.sums"),
            "family": voice.say("print.sheet.family"),
        },
    }  # fmt: skip


def sum_by_place(rows: Sequence[SheetRow], voice: Voice) -> list[Sum]:
    """Sum rows of one place after the other, as they stand in the sheet."""
    return [_sum(place, list(held)) for place, held in groupby(rows, key=lambda row: place_of(row, voice))]


def place_of(row: SheetRow, voice: Voice) -> str:
    """Return where a family lives, as its organisation wrote it."""
    markaz = voice.name(row.markaz_ar, row.markaz_en)
    return voice.place(row.village, markaz, voice.name(row.governorate_ar, row.governorate_en))


def _sum(place: str, rows: Sequence[SheetRow]) -> Sum:
    quantities: dict[str, Decimal] = {}
    for row in rows:
        if row.quantity is not None:
            quantities[row.unit] = quantities.get(row.unit, Decimal(0)) + row.quantity
    return Sum(place, len(rows), quantities)


def _say_sum(voice: Voice, one: Sum) -> dict[str, str]:
    said = [voice.quantity(value, unit) for unit, value in sorted(one.quantities.items())]
    return {
        "place": one.place or voice.say("print.sheet.nowhere"),
        "rows": voice.number(one.rows),
        "quantity": voice.say("print.comma").join(said) or "—",
    }


def _totals(sheet: Sheet, part: int, rows: Sequence[SheetRow]) -> list[dict[str, str]]:
    totals = []
    if sheet.parts > 1:
        totals.append(_say_sum(sheet.voice, _sum(sheet.voice.say("print.sheet.part_sum"), rows)))
    if part == sheet.parts - 1:
        totals.append(_say_sum(sheet.voice, _sum(sheet.voice.say("print.sheet.whole_sum"), sheet.rows)))
    return totals


def _row(sheet: Sheet, number: int, row: SheetRow) -> dict[str, str]:
    voice = sheet.voice
    return {
        "no": voice.number(number), "name": row.head, "family": row.family, "code": row.code, "mark": draw_code(row.code),
        "to": voice.say("print.sheet.to", name=row.to) if row.to else "",
        "place": place_of(row, voice), "quantity": voice.quantity(row.quantity, row.unit),
        # A sheet of several needs says in each row what it is.
        "what": sheet.needs.get(row.need, row.need) if sheet.question.need is None else "",
    }  # fmt: skip


def _need(sheet: Sheet) -> str:
    need = sheet.question.need
    return "" if need is None else sheet.needs.get(need, need)


def _title(sheet: Sheet) -> str:
    if sheet.question.need is None:
        return sheet.voice.say("print.sheet.title")
    return sheet.voice.say("print.sheet.title.of", need=_need(sheet))


def _about(sheet: Sheet) -> str:
    """Say of what the sheet is: its month, and its place where all of it is in one."""
    asked = sheet.question
    month = "" if asked.month is None else sheet.voice.month(asked.month)
    first = sheet.rows[0]
    names = [
        asked.village or "",
        sheet.voice.name(first.markaz_ar, first.markaz_en) if asked.markaz else "",
        sheet.voice.name(first.governorate_ar, first.governorate_en)
        if asked.governorate or asked.markaz
        else "",
    ]
    return sheet.voice.place(month, *names)
