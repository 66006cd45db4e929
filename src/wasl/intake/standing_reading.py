"""
A typed family as rows under a header, read by the code that reads every list.

No rule of its own: fates, losses, ids, dates and places are those of `reading`. What is here is the
header, the cells as a clerk would write them, and the sentence each finding becomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import psycopg

from wasl.country.egypt.national_id import NationalId, check_national_id
from wasl.intake.reading import LoadOptions, ParsedChunk, Recognition, SheetSource, parse, recognise
from wasl.intake.reading import Mapping as ColumnMapping
from wasl.intake.rules import Fate
from wasl.intake.staging import content_keys
from wasl.intake.standing_form import RELATIONS, SEXES, Finding, HandFamily, HandPerson

# header as a clerk writes it → the field it is read as, and the form's field it is typed in
COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("رقم الأسرة", "family_no", ""),
    ("الاسم", "self.name", "name"),
    ("صلة القرابة", "self.relation", "relation"),
    ("الرقم القومي", "self.nid", "nid"),
    ("تاريخ الميلاد", "self.birth", "birth"),
    ("النوع", "self.sex", "sex"),
    ("رقم التليفون", "self.phone", "phone"),
    ("المحافظة", "governorate", "governorate"),
    ("المركز", "markaz", "markaz"),
    ("القرية", "village", "village"),
    ("الاحتياج", "need", "need"),
    ("الشهر", "month", ""),
    ("ملاحظات", "notes", "note"),
)
HEADER = tuple(header for header, _, _ in COLUMNS)
_TYPED_IN = {header: typed for header, _, typed in COLUMNS}
_OF_PERSON = frozenset({"name", "relation", "nid", "birth", "sex", "phone"})
MAPPING = ColumnMapping(
    columns={header: field for header, field, _ in COLUMNS},
    header_row=1,
    layout="person",
    grouping="number",
    date_order="dmy",
    kind="known",
)
# Older than anybody, and younger than who answers for a family: to be looked at, not to be refused.
OLDEST_YEARS = 110
YOUNGEST_HEAD_YEARS = 15
MONTHS = (
    "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
)  # fmt: skip
_HEADS = frozenset({"head", "head_woman", "wife", "husband"})


@dataclass(frozen=True)
class Names:
    """The words that the form's codes stand for in a cell: of places and of needs."""

    places: Mapping[str, str]
    needs: Mapping[str, str]


@dataclass(frozen=True)
class _Typed(SheetSource):
    """Rows that were never a file."""

    rows: tuple[tuple[str | None, ...], ...] = ()

    def _rows(self) -> Iterator[Sequence[str | None]]:
        return iter(self.rows)


@dataclass(frozen=True)
class ReadFamily:
    """A family as the reading took it: the header's line first, then one line a person."""

    source: SheetSource
    recognition: Recognition
    options: LoadOptions
    chunk: ParsedChunk


def read_family(family: HandFamily, names: Names, *, on: date, number: int = 1) -> ReadFamily:
    """
    Read a family as the rows of a sheet; `number` is its own in the list, `on` the day it is typed.

    The catalogue of needs must be set before (`reading.set_catalogue`).
    """
    rows = tuple(_row(family, person, names, on, number) for person in family.named)
    source = _Typed(Path("family"), "", 0, "xlsx", rows=(HEADER, *rows))
    options = LoadOptions(today=on, kind="known")
    recognition = recognise(source, options=options, mapping=MAPPING)
    chunks = list(parse(source, recognition, options))
    whole = ParsedChunk(
        pl.concat([chunk.lines for chunk in chunks]), pl.concat([chunk.mentions for chunk in chunks])
    )
    return ReadFamily(source, recognition, options, whole)


def find_out(family: HandFamily, read: ReadFamily) -> tuple[Finding, ...]:
    """Say what was refused, what could not be read, and what is improbable, field by field."""
    places = [place for place, person in enumerate(family.people) if not person.is_blank]
    if not places:
        return (Finding(0 if family.people else None, "name", "hand_form.nobody", refused=True),)
    findings: list[Finding] = []
    lines = read.chunk.lines.slice(1)
    for place, line in zip(places, lines.iter_rows(named=True), strict=True):
        findings += _of_line(place, line)
    people = {row["row"]: row for row in read.chunk.mentions.iter_rows(named=True) if row["role"] == "person"}
    for place, row in zip(places, lines["row"], strict=True):
        if row in people:
            findings += _improbable(place, family.people[place], people[row], read.options.today)
    return tuple({finding.key: finding for finding in findings}.values())


def _row(
    family: HandFamily, person: HandPerson, names: Names, on: date, number: int
) -> tuple[str | None, ...]:
    cells = (
        str(number), person.name, RELATIONS.get(person.relation, ""), person.nid, person.birth,
        SEXES.get(person.sex, ""), person.phone, names.places.get(family.governorate, ""),
        names.places.get(family.markaz, ""), family.village, names.needs.get(family.need, ""),
        f"{MONTHS[on.month - 1]} {on.year}", family.note,
    )  # fmt: skip
    return tuple(" ".join(cell.split()) or None for cell in cells)


def _of_line(place: int, line: dict[str, Any]) -> Iterator[Finding]:
    if line["fate"] == Fate.REJECTED:
        yield Finding(place, "name", f"hand_form.{line['reason']}", refused=True)
    elif line["fate"] == Fate.NOT_DATA:
        yield Finding(place, "name", "hand_form.not_a_name", refused=True)
    for loss in line["losses"] or ():
        typed = _TYPED_IN[loss["column"]]
        yield Finding(place if typed in _OF_PERSON else None, typed, f"hand_form.{loss['kind']}")


def _improbable(place: int, typed: HandPerson, read: dict[str, Any], today: date) -> Iterator[Finding]:
    born = read["birth_date"]
    held = check_national_id(read["nid"], today)
    if isinstance(held, NationalId):
        if not held.check_fits:
            yield Finding(place, "nid", "hand_form.check_digit")
        if born is not None and not _same_day(born, held.birth_date, read["birth_precision"]):
            yield Finding(place, "birth", "hand_form.birth_differs", params={"born": held.birth_date})
        if typed.sex and read["sex"] is not None and read["sex"] != held.sex:
            yield Finding(place, "sex", "hand_form.sex_differs")
        born = held.birth_date
    if born is None:
        return
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    about = "birth" if typed.birth else "nid"
    if years > OLDEST_YEARS:
        yield Finding(place, about, "hand_form.too_old", params={"years": years})
    elif years < YOUNGEST_HEAD_YEARS and typed.relation in _HEADS:
        yield Finding(place, about, "hand_form.too_young", params={"years": years})


def _same_day(written: date, held: date, precision: str) -> bool:
    if written.year != held.year:
        return False
    return precision == "year" or (
        written.month == held.month and (precision == "month" or written.day == held.day)
    )


def moved(chunk: ParsedChunk, by: int, *, with_header: bool) -> ParsedChunk:
    """Give the lines the rows they get in the list: `by` further down, the header only where it is the first."""
    lines = chunk.lines if with_header else chunk.lines.slice(1)
    shift = [(pl.col(name) + by).cast(pl.Int32).alias(name) for name in ("row", "entry")]
    return replace(chunk, lines=lines.with_columns(shift), mentions=chunk.mentions.with_columns(shift))


def load_names(connection: psycopg.Connection) -> Names:
    """Return the words of every place and need, as the lists of the country write them."""
    places = connection.execute(
        "SELECT code, name_ar FROM places_governorate UNION ALL SELECT code, name_ar FROM places_markaz"
    ).fetchall()
    needs = connection.execute("SELECT code, name_ar FROM benefits_need").fetchall()
    return Names(dict(places), dict(needs))


def identities(family: HandFamily, read: ReadFamily) -> tuple[dict[str, int], dict[bytes, int]]:
    """Return the valid ids and the content keys of the form's people, each with their place in the form."""
    places = [place for place, person in enumerate(family.people) if not person.is_blank]
    by_row = dict(zip(read.chunk.lines["row"].slice(1).to_list(), places, strict=True))
    nids, contents = {}, {}
    for row, nid in read.chunk.mentions.select("row", "nid").iter_rows():
        if nid is not None:
            nids[nid] = by_row[row]
    for row, key in content_keys(read.chunk.mentions):
        contents[key] = by_row[row]
    return nids, contents
