"""
Which columns of a clerk's file name families, people or grants, and how much of what: by heading, else by content.

A column of codes is known by its check digits: of other numbers one in a hundred would pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wasl.intake.reading.sources import BLANKS, SheetSource
from wasl.kernel.codes import is_code
from wasl.kernel.errors import InvalidInput
from wasl.kernel.folding import fold_cached

SAMPLED_ROWS = 400
SEARCHED_ROWS = 45
CODES_FROM = 0.5
"""A column without a heading is one of codes where this share of its cells are."""

CODE = frozenset({"كود", "رقم", "code", "no", "number", "id", "باركود", "barcode"})
FAMILY = frozenset(
    {"اسره", "اسر", "عائله", "عيله", "ملف", "حاله", "مستفيد", "مستفيده", "family", "household", "beneficiary"}
)
PERSON = frozenset({"فرد", "شخص", "person", "individual", "member"})
GRANT = frozenset({"استحقاق", "منحه", "ايصال", "حجز", "grant", "receipt", "entitlement", "reservation"})
QUANTITY = frozenset({"كميه", "كميات", "عدد", "quantity", "qty", "count"})
VALUE = frozenset({"قيمه", "مبلغ", "value", "amount", "egp"})
NOTE = frozenset({"ملاحظات", "ملاحظه", "note", "notes", "remark", "remarks", "comment"})
# Numbers that are no codes of ours, and counts of people.
OTHER = frozenset(
    {"قومي", "national", "nid", "تليفون", "هاتف", "موبايل", "محمول", "phone", "mobile", "مسلسل", "serial"}
)
PEOPLE = frozenset({"افراد", "فرد", "members", "people", "اسره"})
HEADERS = ("family", "person", "grant", "code", "quantity", "value", "note")


@dataclass(frozen=True)
class BulkColumns:
    """Where a sheet's values stand: columns from 0, None where it has none; the header's row, 0 for none."""

    header_row: int
    headers: tuple[str, ...]
    family: int | None = None
    person: int | None = None
    grant: int | None = None
    quantity: int | None = None
    value: int | None = None
    note: int | None = None

    @property
    def has_codes(self) -> bool:
        """Tell whether anything names somebody."""
        return any(place is not None for place in (self.family, self.person, self.grant))

    def header_of(self, name: str) -> str:
        """Return the heading of one of its columns, or the column's letter."""
        place = getattr(self, name)
        if place is None:
            return ""
        written = self.headers[place] if place < len(self.headers) else ""
        return written or letter_of(place)


def letter_of(place: int) -> str:
    """Return a column as spreadsheet programs call it: A, B, …, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def choose_sheet(sheets: Sequence[SheetSource], *, of_grants: bool) -> tuple[SheetSource, BulkColumns]:
    """
    Return the sheet that names families (or grants) and where.

    :raises InvalidInput: none does, or several do: which one is meant is the clerk's to say.
    """
    found = [(sheet, find_columns(sheet, of_grants=of_grants)) for sheet in sheets if not sheet.hidden]
    named = [(sheet, columns) for sheet, columns in found if columns.has_codes]
    file = sheets[0].file
    if not named:
        headings = ", ".join(text for text in (found[0][1].headers if found else ()) if text)
        raise InvalidInput("bulk.no_codes", file=file, headings=headings[:200] or "—")
    if len(named) > 1:
        raise InvalidInput(
            "bulk.several_sheets", file=file, sheets=", ".join(sheet.name for sheet, _ in named)[:200]
        )
    return named[0]


def find_columns(sheet: SheetSource, *, of_grants: bool) -> BulkColumns:
    """Find the columns of one sheet in its first rows; `of_grants`: codes without a word beside are grants'."""
    rows = sheet.head(SAMPLED_ROWS)
    header = next((place for place, row in enumerate(rows[:SEARCHED_ROWS]) if _is_header(row)), None)
    below = rows if header is None else rows[header + 1 :]
    headers = tuple((cell or "").strip(BLANKS) for cell in rows[header]) if header is not None else ()
    meant: dict[str, int] = {}
    for place, text in enumerate(headers):
        meant.setdefault(read_heading(text), place)
    plain = "grant" if of_grants else "family"
    if "code" in meant:
        meant.setdefault(plain, meant["code"])
    if not any(name in meant for name in ("family", "person", "grant")):
        codes = _column_of_codes(below)
        if codes is not None:
            meant[plain] = codes
    chosen = {name: meant.get(name) for name in HEADERS if name != "code"}
    return BulkColumns(0 if header is None else header + 1, headers, **chosen)


def read_heading(text: str) -> str:
    """Return what a heading says its column holds, empty where nothing of ours."""
    words = {word.removeprefix("ال") for word in fold_cached(text).split()}
    if not words or words & OTHER:
        return ""
    if words & NOTE:
        return "note"
    if words & GRANT:
        return "grant"
    if words & QUANTITY and not words & PEOPLE:
        return "quantity"
    if words & VALUE:
        return "value"
    if words & QUANTITY:
        return ""
    if words & PERSON and (words & CODE or len(words) == 1):
        return "person"
    if words & FAMILY and (words & CODE or len(words) == 1):
        return "family"
    return "code" if words <= CODE else ""


def _is_header(row: Sequence[str | None]) -> bool:
    """Tell whether a row heads columns of codes: a heading says so, and none of its cells is a code."""
    meant = {read_heading(cell) for cell in row if cell}
    codes = any(cell is not None and is_code(cell) for cell in row)
    return bool(meant & {"family", "person", "grant", "code"}) and not codes


def _column_of_codes(rows: Sequence[Sequence[str | None]]) -> int | None:
    """Return the column most of whose cells are codes, None where none is."""
    width = max((len(row) for row in rows), default=0)
    shares = []
    for place in range(width):
        cells = [row[place] for row in rows if place < len(row) and row[place]]
        share = sum(is_code(cell or "") for cell in cells) / len(cells) if cells else 0.0
        shares.append((share, -place))
    best = max(shares, default=(0.0, 0))
    return -best[1] if best[0] >= CODES_FROM else None
