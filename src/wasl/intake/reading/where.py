"""The place of each line: from its columns, the section it stands under, or the whole list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from wasl.intake.reading.country import find_place
from wasl.intake.reading.distinct import map_distinct_rows, stripped
from wasl.intake.reading.losses import Losses
from wasl.intake.reading.model import Column, Message, Proposals
from wasl.intake.reading.titles import read_titles

PLACE = {"governorate": pl.String, "markaz": pl.String, "village": pl.String}
_READ = {**PLACE, "unknown": pl.String}
Section = tuple[str | None, str | None, str | None]
# A house and a street say nothing of the village, and would make every address a distinct one.
_STREET = (
    r"(?:^|[-–—،,/])\s*(?:[0-9٠-٩]+\s*)?(?:شارع|ش|عمارة|عماره|شقة|شقه|منزل|بجوار|أمام|امام|خلف|بلوك|الدور|دور)(?:\s+|\s*[.:]\s*)"
    r"[^-–—،,/]*"
)
_WITHOUT_STREETS = pl.coalesce(
    pl.when(pl.col("address").str.replace_all(_STREET, "").str.contains(r"\pL")).then(
        pl.col("address").str.replace_all(_STREET, "")
    ),
    pl.col("address"),
)
_ANY_DAY = date(2000, 1, 1)
NO_SECTION: Section = (None, None, None)


def read_places(
    frame: pl.DataFrame,
    fields: Mapping[str, Column],
    proposals: Proposals,
    sections: pl.DataFrame,
    losses: Losses,
) -> pl.DataFrame:
    """
    Read the place of each line from its columns; what they leave open is filled from the section
    title above, then from the list, as long as neither contradicts the line.
    """
    texts = pl.DataFrame(
        [
            stripped(frame, fields[name].index if name in fields else None).alias(name)
            for name in ("governorate", "markaz", "village", "local_unit", "address")
        ]
    )
    texts = texts.with_columns(address=_WITHOUT_STREETS)
    list_place = (proposals.governorate, proposals.markaz)
    read = map_distinct_rows(texts, _reader(list_place), _READ)
    for name in ("governorate", "markaz"):
        losses.add(fields.get(name), read["unknown"] == name, "place_unknown")
    filled = pl.concat([read, sections.rename(lambda name: f"section_{name}")], how="horizontal")
    general = (proposals.governorate, proposals.markaz, proposals.village)
    return _filled(_filled_from(filled, [pl.col(f"section_{name}") for name in PLACE]), general)


def _filled(read: pl.DataFrame, general: Section) -> pl.DataFrame:
    return _filled_from(read, [pl.lit(value, dtype=pl.String) for value in general]).select(list(PLACE))


def _filled_from(read: pl.DataFrame, larger: list[pl.Expr]) -> pl.DataFrame:
    governorate, markaz, village = larger
    same_governorate = (
        pl.col("governorate").is_null() | (pl.col("governorate") == governorate) | governorate.is_null()
    )
    same_markaz = same_governorate & (
        pl.col("markaz").is_null() | (pl.col("markaz") == markaz) | markaz.is_null()
    )
    return read.with_columns(
        governorate=pl.coalesce("governorate", governorate),
        markaz=pl.when(same_governorate).then(pl.coalesce("markaz", markaz)).otherwise("markaz"),
        village=pl.when(same_markaz).then(pl.coalesce("village", village)).otherwise("village"),
    )


def _reader(list_place: tuple[str | None, str | None]) -> Callable[..., tuple[str | None, ...]]:
    def read(
        governorate: str | None,
        markaz: str | None,
        village: str | None,
        unit: str | None,
        address: str | None,
    ) -> tuple[str | None, ...]:
        place = find_place(governorate or list_place[0], markaz, village or unit, None)
        if address and not (place.markaz and (place.village_key or village)):
            place = find_place(governorate or list_place[0], markaz or None, village or unit, address)
        unknown = None
        if governorate and place.governorate is None:
            unknown = "governorate"
        elif markaz and place.markaz is None:
            unknown = "markaz"
        return place.governorate, place.markaz, place.village_key, unknown

    return read


def section_of(texts: list[str]) -> Section:
    """Read the place a title line inside the data names (قرية بني خالد)."""
    facts = read_titles(texts, "", "", _ANY_DAY, _ignore)
    return facts.governorate, facts.markaz, facts.village


def _ignore(message: Message) -> None:
    return None


def sections_of(frame: pl.DataFrame, titles: pl.Series, before: Section) -> tuple[pl.DataFrame, Section]:
    """Give each row the place of the last title line above it that names one, and the last of all."""
    if not titles.any():
        same = [pl.lit(value, dtype=pl.String).alias(name) for name, value in zip(PLACE, before, strict=True)]
        return frame.with_columns(same).select(list(PLACE)), before
    values: list[Section | None] = [None] * frame.height
    for place in titles.arg_true().to_list():
        cells = [str(cell) for cell in frame.row(place)[1:] if cell is not None]
        found = section_of(cells)
        if any(found):
            values[place] = found
    current, rows = before, []
    for value in values:
        current = value or current
        rows.append(current)
    return pl.DataFrame(rows, schema=PLACE, orient="row"), current
