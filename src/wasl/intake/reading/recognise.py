"""Recognising a sheet: its header, its columns, its layout, and what its title proposes."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from wasl.country.egypt.calendar import decide_day_month_order
from wasl.country.egypt.national_id import NationalId, check_national_id
from wasl.intake.reading.columns import Guess, assign_fields, guess_columns
from wasl.intake.reading.contents import Profile, profile_column
from wasl.intake.reading.country import find_need
from wasl.intake.reading.header_rows import Header, find_header
from wasl.intake.reading.layout import Shape, find_shape
from wasl.intake.reading.mappings import fields_from_mapping
from wasl.intake.reading.model import (
    SHARED_FIELDS,
    Column,
    Kind,
    LoadOptions,
    Mapping,
    Message,
    Proposals,
    Recognition,
    column_letter,
)
from wasl.intake.reading.sources import RecognisedSheet
from wasl.intake.reading.titles import TitleFacts, read_titles
from wasl.kernel.folding import fold, fold_digits
from wasl.kernel.money import find_egp
from wasl.kernel.months import parse_month

SAMPLE_ROWS = 2_000
MOST_TITLE_ROWS = 45
ENTRY_FIELDS_MERGED = frozenset({*SHARED_FIELDS, "family_no", "file_no"})
Row = Sequence[str | None]
_ORPHAN = re.compile(r"(?:^| )(?:ال)?(?:يتيمه?|ايتام)(?: |$)")
_TURNABLE = re.compile(r"\s*0*([0-9]{1,2})\s*[/\\.\-]\s*0*([0-9]{1,2})\s*[/\\.\-]\s*(?:[0-9]{4}|[0-9]{2})\s*")


@dataclass
class _Sample:
    """The first rows of a sheet, all of one width, and the notes taken on the way."""

    rows: list[list[str | None]]
    width: int
    notes: list[Message] = field(default_factory=list)

    def note(self, message: Message) -> None:
        if message not in self.notes:
            self.notes.append(message)


def recognise(
    sheet: RecognisedSheet,
    *,
    options: LoadOptions,
    mapping: Mapping | None = None,
    remembered: Mapping | None = None,
    organisation_words: Iterable[str] = (),
) -> Recognition:
    """
    Decide how a sheet will be read, from a sample of its first rows; nothing is asked.

    `mapping` (a clerk's file) overrides everything; `remembered` is used only where its signature
    is this header's. `organisation_words` are names a title may hold that are no need.
    """
    sample = _take_sample(sheet)
    merged = sheet.merged_ranges()
    header = find_header(sample.rows, merged, sample.width, mapping.header_row if mapping else None)
    first_data = max(header.rows, default=0) + 1
    data = sample.rows[first_data - 1 :]
    texts = header.texts
    profiles = [profile_column([row[place] for row in data], options.today) for place in range(sample.width)]
    signature = header_signature(texts)
    guesses = guess_columns(texts, profiles, sample.note)
    given = mapping or (remembered if remembered and remembered.signature == signature else None)
    fields = _fields(guesses, texts, given, sample)
    columns = _columns(guesses, fields, given, is_mapping=mapping is not None)
    places = {name: index for index, name in fields.items()}
    shape = _shape(places, data, profiles, given)
    titles = [cell for row in sample.rows[: max(0, min(header.rows, default=1) - 1)] for cell in row if cell]
    facts = read_titles(titles, sheet.name, sheet.file, options.today, sample.note, organisation_words)
    _say_findings(sample, sheet, header, columns, guesses)
    _say_second_table(sample, guesses, fields)
    skipped = _skip_reason(places, sample, header)
    if facts.need is None and "need" not in places:
        facts = replace(facts, need=_need_in_headers(columns))
    proposals = _proposals(facts, options, given, places, sample)
    if skipped is None:
        _say_missing(sample, proposals, places, is_kind_said=_says_kind(options, given))
    else:
        sheet.release()
    return Recognition(
        file=sheet.file,
        sheet=sheet.name,
        layout=shape.layout,
        grouping=shape.grouping,
        number_field=shape.number_field,
        head_said_as=shape.head_said_as,
        header_rows=header.rows,
        first_data_row=first_data,
        columns=tuple(columns),
        proposals=proposals,
        date_orders=_date_orders(places, data, options.today, given, sample),
        messages=tuple(sample.notes),
        questions=tuple(note for note in sample.notes if note.code in _QUESTIONS),
        signature=signature,
        skipped=skipped,
        header_cells=tuple(tuple(sample.rows[row - 1]) for row in header.rows),
        merged_down=_merged_down(merged, places, first_data),
        usual_filled=_usual_filled(data),
        scattered=_is_scattered(places.get(shape.number_field or ""), data),
    )


_QUESTIONS = frozenset(
    {
        "tables_side_by_side",
        "title_needs_differ",
        "title_months_differ",
        "month_year_assumed",
        "need_missing",
        "month_missing",
    }
)


def header_signature(texts: Sequence[str]) -> str:
    """Digest a header by its folded words: equal headers have equal signatures."""
    return hashlib.sha256("\x1f".join(fold(text) for text in texts).encode()).hexdigest()[:32]


def _take_sample(sheet: RecognisedSheet) -> _Sample:
    rows = sheet.head(SAMPLE_ROWS)
    width = max((len(row) for row in rows), default=0)
    return _Sample([[*row, *[None] * (width - len(row))] for row in rows], width)


def _fields(
    guesses: Sequence[Guess], texts: Sequence[str], given: Mapping | None, sample: _Sample
) -> dict[int, str]:
    if given is None or not given.columns:
        return assign_fields(guesses, sample.note)
    own, ignored = fields_from_mapping(given, texts, sample.note)
    rest = [guess for guess in guesses if guess.index not in own and guess.index not in ignored]
    if given.signature:
        return own
    found = assign_fields(rest, sample.note)
    return own | {index: name for index, name in found.items() if name not in own.values()}


def _columns(
    guesses: Sequence[Guess], fields: dict[int, str], given: Mapping | None, *, is_mapping: bool
) -> list[Column]:
    columns = []
    for guess in guesses:
        name = fields.get(guess.index)
        mapped = given is not None and name is not None and not _same_as_guess(guess, name)
        why = (
            "unused" if name is None else ("mapping" if is_mapping else "remembered") if mapped else guess.why
        )
        columns.append(
            Column(
                guess.index,
                column_letter(guess.index),
                guess.header,
                name,
                1.0 if mapped else round(guess.confidence if name else 0.0, 2),
                why,  # type: ignore[arg-type]
            )
        )
    return columns


def _same_as_guess(guess: Guess, name: str) -> bool:
    return guess.attribute is not None and name.split(".")[-1].rstrip("2") == guess.attribute


def _shape(
    places: dict[str, int], data: Sequence[Row], profiles: Sequence[Profile], given: Mapping | None
) -> Shape:
    shape = find_shape(places, data, profiles)
    if given is None:
        return shape
    grouping = given.grouping or shape.grouping
    number = shape.number_field if grouping == "number" else None
    if grouping == "number" and number is None:
        number = next((name for name in ("family_no", "file_no", "serial") if name in places), None)
        grouping = "number" if number else "row"
    return Shape(given.layout or shape.layout, grouping, number, shape.head_said_as)


def _skip_reason(places: dict[str, int], sample: _Sample, header: Header) -> str | None:
    """A sheet with neither a name nor an id column is a summary, skipped and said."""
    if not any(any(row) for row in sample.rows):
        sample.note(Message("sheet_empty"))
        return "empty"
    if any(name.endswith((".name", ".nid", ".name_part1")) for name in places):
        return None
    sample.note(Message("sheet_skipped"))
    return "no_name_or_id"


def _say_findings(
    sample: _Sample,
    sheet: RecognisedSheet,
    header: Header,
    columns: Sequence[Column],
    guesses: Sequence[Guess],
) -> None:
    if sheet.hidden:
        sample.note(Message("sheet_hidden"))
    if sheet.hidden_rows:
        sample.note(Message("rows_hidden", {"rows": sheet.hidden_rows}))
    if sheet.csv_form and sheet.csv_form.broken_bytes:
        sample.note(Message("broken_characters", {"encoding": sheet.csv_form.encoding}))
    if sheet.csv_form and not sheet.csv_form.quoting:
        sample.note(Message("quotes_open"))
    if not header.rows and any(any(row) for row in sample.rows):
        sample.note(Message("header_missing"))
    written = {
        place for row in sample.rows[max(header.rows, default=0) :] for place, cell in enumerate(row) if cell
    }
    unused = [column for column in columns if column.field is None and column.index in written]
    staff = [column.label for column in unused if guesses[column.index].meaning.unused == "staff"]
    if staff:
        sample.note(Message("columns_of_staff", {"columns": staff}))
    unknown = [column.label for column in unused if not guesses[column.index].meaning.unused]
    if unknown:
        sample.note(Message("columns_unrecognised", {"columns": unknown}))


def _need_in_headers(columns: Sequence[Column]) -> str | None:
    """The need that headers of sums, counts and days name (قيمة الكرتونة, عدد البطاطين), if it is one."""
    orphans = any(_ORPHAN.search(fold(column.header)) for column in columns if column.field)
    found = set()
    for column in columns:
        if column.field in {"value", "unit_value", "quantity", "given_on", "month"}:
            text = column.header if not orphans else f"{column.header} يتيم"
            found.add(find_need(text)[0])
    found.discard(None)
    return found.pop() if len(found) == 1 else None


def _say_second_table(sample: _Sample, guesses: Sequence[Guess], fields: dict[int, str]) -> None:
    """Two tables side by side: people stand under the header's own words a second time and are not read."""
    read = {guess.header: guess.attribute for guess in guesses if guess.index in fields}
    again = [
        guess
        for guess in guesses
        if guess.index not in fields and guess.attribute and read.get(guess.header) == guess.attribute
    ]
    if {"name", "nid"} & {guess.attribute for guess in again} and len(again) > 1:
        letters = [column_letter(guess.index) for guess in again]
        sample.note(Message("tables_side_by_side", {"columns": letters}))


def _proposals(
    facts: TitleFacts, options: LoadOptions, given: Mapping | None, places: dict[str, int], sample: _Sample
) -> Proposals:
    """What holds for the whole list: options first, then a mapping file, then titles."""
    named = given if given is not None and not given.signature else None
    need = options.need or (named.need if named else None) or facts.need
    month = options.month or (parse_month(named.month) if named and named.month else None) or facts.month
    value = (
        options.value_piastres
        or (find_egp(named.value) if named and named.value else None)
        or facts.value_piastres
    )
    has_need, has_month = need or "need" in places, month or {"month", "given_on"} & places.keys()
    kind: Kind = options.kind or (named.kind if named else None) or facts.kind or (
        "given" if has_need and has_month else "known"
    )  # fmt: skip
    place = options.place or (named.place if named else None)
    for code, said, proposed, column in (
        ("need_from_title", options.need, facts.need, "need"),
        ("month_from_title", options.month, facts.month, "month"),
        ("value_from_title", options.value_piastres, facts.value_piastres, "value"),
    ):
        if proposed and not said and column not in places:
            sample.note(Message(code, {"found": str(proposed)}))
    return Proposals(
        kind=kind,
        need=need,
        month=month,
        value_piastres=value,
        governorate=place[:4] if place else facts.governorate,
        markaz=place if place and len(place) == 6 else None if place else facts.markaz,
        village=None if place else facts.village,
        paid_by=options.paid_by or (named.paid_by if named else None),
        year=facts.year,
    )


def _says_kind(options: LoadOptions, given: Mapping | None) -> bool:
    return options.kind is not None or (given is not None and not given.signature and given.kind is not None)


def _say_missing(
    sample: _Sample, proposals: Proposals, places: dict[str, int], *, is_kind_said: bool
) -> None:
    if not is_kind_said:
        sample.note(Message("kind_proposed", {"kind": proposals.kind}))
    if proposals.kind == "known":
        return
    if not proposals.need and "need" not in places:
        sample.note(Message("need_missing"))
    if not proposals.month and not {"month", "given_on"} & places.keys():
        sample.note(Message("month_missing"))


def _date_orders(
    places: dict[str, int], data: Sequence[Row], today: date, given: Mapping | None, sample: _Sample
) -> dict[int, str]:
    """Decide day or month first per column of dates, the ids of the same lines as evidence, and say it."""
    orders: dict[int, str] = {}
    for name, index in sorted(places.items(), key=lambda item: item[1]):
        if not name.endswith(".birth") and name != "given_on":
            continue
        if given is not None and given.date_order:
            orders[index] = given.date_order
            continue
        id_place = places.get(f"{name.split('.')[0]}.nid") if "." in name else None
        births = [_birth_in_id(row[id_place], today) if id_place is not None else None for row in data]
        order, evidence = decide_day_month_order([row[index] for row in data], births)
        orders[index] = order
        code = "date_order_decided" if evidence else "date_order_assumed"
        if any(_may_be_turned(row[index]) for row in data):
            sample.note(
                Message(code, {"column": column_letter(index), "order": orders[index], "lines": evidence})
            )
    return orders


def _may_be_turned(cell: str | None) -> bool:
    """Whether a date may be read day first and month first, to different days; an ISO date may not."""
    found = _TURNABLE.fullmatch(fold_digits(cell)) if cell else None
    return found is not None and found[1] != found[2] and 0 < int(found[1]) <= 12 and 0 < int(found[2]) <= 12


def _birth_in_id(cell: str | None, today: date) -> date | None:
    read = check_national_id(cell, today)
    return read.birth_date if isinstance(read, NationalId) else None


def _is_scattered(index: int | None, data: Sequence[Row]) -> bool:
    """
    Whether rows of one family number stand apart, rather than a count that begins again.

    Where numbers only count up and fall back (1 2 3 1 2 3: a list put together of several), each
    run is a family of its own.
    """
    if index is None:
        return False
    keys = [fold(cell) for row in data if (cell := row[index])]
    runs = [key for place, key in enumerate(keys) if place == 0 or key != keys[place - 1]]
    if len(set(runs)) == len(runs):
        return False
    numbers = [int(key) for key in runs if key.isdecimal()]
    if len(numbers) < len(runs):
        return True
    falls = sum(after < before for before, after in itertools.pairwise(numbers))
    again = len(runs) - len(set(runs))
    return falls * 3 > again


def _usual_filled(data: Sequence[Row]) -> int:
    """How many cells a line usually fills: what stands under a list fills far fewer."""
    counts = sorted(count for row in data if (count := sum(cell is not None for cell in row)) > 1)
    return counts[len(counts) * 3 // 4] if counts else 0


def _merged_down(
    merged: Sequence[tuple[int, int, int, int]], places: dict[str, int], first_data: int
) -> tuple[tuple[int, int, int], ...]:
    """Vertical merges over columns that hold for every line under them, as (first row, last row, column)."""
    wanted = {places[name] for name in ENTRY_FIELDS_MERGED if name in places}
    return tuple(
        sorted(
            (top, bottom, left)
            for top, left, bottom, _ in merged
            if bottom > top >= first_data and left in wanted
        )
    )
