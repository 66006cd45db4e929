"""The benefit a line states: need, month, day, quantity, value, who pays."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from wasl.country.egypt.calendar import MONTHS, find_month
from wasl.country.egypt.names import is_absent
from wasl.intake.reading.contents import looks_like_name
from wasl.intake.reading.country import find_need
from wasl.intake.reading.dates import order_of, read_dates
from wasl.intake.reading.distinct import map_distinct, map_distinct_rows, nulls, stripped
from wasl.intake.reading.losses import Losses
from wasl.intake.reading.model import Column, Proposals
from wasl.intake.reading.titles import latest_month
from wasl.kernel.folding import fold_cached, fold_digits
from wasl.kernel.money import find_egp

Fields = Mapping[str, Column]
_FIRST_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_OUTLETS = re.compile(
    r"^(?:ال)?(?:بريد|مكتب بريد|بنك|فيزا|كارت|ميزه|فوري|محفظه|فودافون|كاش|نقدا|نقدي|شيك|يدا بيد|يدوي|مقر"
    r"|جمعيه|منزل|ماكينه|حواله|"
    r"post|bank|cash|atm|wallet|fawry|hand|office)(?: |$)"
)
_OUTLET_OWNERS = re.compile(r"(?:ال)?جمعيه .{3,}|بنك الطعام|بنك الكسا|بنك الشفا")
_POUNDS = re.compile(r"جنيه(?:ا[\u064b-\u0652]*|[\u064b-\u0652]+ا|ات)")
_PRIVATE = re.compile(
    r"^(?:ال)?(?:فاعل[هي]?|فاعلين|فاعلو|اهل|محب[هي]?|محبين|رجال|سيد[هات]*) (?:ال)?خير"
    r"|^(?:ال)?(?:متبرع|محسن|كافل|كفيل)[ا-ي]*(?: |$)"
    r"|^(?:ال)?(?:حاج|حاجه|استاذ|استاذه|مهندس|مهندسه|دكتور|دكتوره) |^(?:ا|د|م|ا د) [ا-ي]{2,} "
    r"|^(?:زكاه|صدقه|تبرعات|تبرع|افراد|جهود ذاتيه)(?: |$)|^(?:donor|sponsor|private|benefactor|individual|anonymous)"
)


def read_stated(
    frame: pl.DataFrame,
    fields: Fields,
    orders: Mapping[int, str],
    proposals: Proposals,
    today: date,
    losses: Losses,
) -> pl.DataFrame:
    """Read what each line states; a column's cell first, what holds for the whole list where it is blank."""
    need_text = _said(frame, fields.get("need"))
    need, said_quantity = _read_need(need_text, fields.get("need"), proposals, losses)
    given_on = _read_given_on(frame, fields, orders, today, losses)
    month = _read_month(frame, fields, given_on, proposals, today, losses)
    quantity = _read_quantity(frame, fields.get("quantity"), said_quantity, losses)
    value = _read_value(frame, fields, quantity, proposals, losses)
    return pl.DataFrame(
        [
            need.alias("need"),
            need_text.alias("need_text"),
            month.alias("month"),
            given_on.alias("given_on"),
            quantity.alias("quantity"),
            value.alias("value_piastres"),
            _read_payer(frame, fields.get("paid_by"), proposals).alias("paid_by"),
        ]
    )


def _said(frame: pl.DataFrame, column: Column | None) -> pl.Series:
    texts = stripped(frame, column.index if column else None)
    return map_distinct(texts, lambda text: None if is_absent(text) else text, pl.String)


def _filled(series: pl.Series, value: object) -> pl.Series:
    return (
        series
        if value is None
        else pl.select(pl.coalesce(series, pl.lit(value, dtype=series.dtype))).to_series()
    )


def _where(condition: pl.Series, then: pl.Series, otherwise: pl.Series) -> pl.Series:
    return pl.select(pl.when(condition).then(then).otherwise(otherwise)).to_series()


def _read_need(
    texts: pl.Series, column: Column | None, proposals: Proposals, losses: Losses
) -> tuple[pl.Series, pl.Series]:
    """A blank cell takes the list's need; a word that names no known need takes none."""
    need = map_distinct(texts, lambda text: find_need(text)[0], pl.String)
    quantity = map_distinct(texts, lambda text: find_need(text)[1], pl.Float64)
    losses.add(column, texts.is_not_null() & need.is_null(), "need_unknown")
    if proposals.need is None:
        return need, quantity
    return _where(texts.is_null(), pl.Series([proposals.need]).new_from_index(0, len(texts)), need), quantity


def _read_given_on(
    frame: pl.DataFrame, fields: Fields, orders: Mapping[int, str], today: date, losses: Losses
) -> pl.Series:
    column = fields.get("given_on")
    if column is None:
        return nulls("given_on", pl.Date, frame.height)
    read = read_dates(stripped(frame, column.index), order_of(orders, column), today)
    exact = read["precision"] != "year"
    losses.add(column, read["lost"] | ~exact.fill_null(True), "date_unreadable")
    return _where(exact, read["value"], nulls("none", pl.Date, frame.height))


def _read_month(
    frame: pl.DataFrame,
    fields: Fields,
    given_on: pl.Series,
    proposals: Proposals,
    today: date,
    losses: Losses,
) -> pl.Series:
    """The month of a cell, of the day of giving, of the whole list: the first of them that is written."""
    texts = _said(frame, fields.get("month"))
    years = _said(frame, fields.get("year"))
    known_year = proposals.month.year if proposals.month else proposals.year
    context = pl.DataFrame({"text": texts, "year": years, "given": given_on.dt.year()})
    read = map_distinct_rows(context, _month_reader(known_year, today), {"month": pl.Date})["month"]
    lost = texts.is_not_null() & read.is_null()
    losses.add(fields.get("month"), lost, "month_unreadable")
    elsewhere = _filled(given_on.dt.truncate("1mo"), proposals.month)
    return _where(
        lost, nulls("none", pl.Date, frame.height), pl.select(pl.coalesce(read, elsewhere)).to_series()
    )


def _month_reader(known_year: int | None, today: date) -> Callable[..., tuple[date | None]]:
    def read(text: str | None, year_text: str | None, given_year: int | None) -> tuple[date | None]:
        if text is None:
            return (None,)
        said = re.search(r"20[0-9]{2}", fold_digits(year_text or ""))
        year = int(said[0]) if said else given_year or known_year
        digits = fold_digits(text).strip()
        if digits.isdecimal() and len(digits) <= 2:
            text = f"شهر {int(digits)}"
        month = find_month(text, year) if year else find_month(text)
        if month is None and _is_bare_month(text):
            month = find_month(f"شهر {text}", year) if year else None
        return (month or (None if year else latest_month(text, today)),)

    return read


def _is_bare_month(text: str) -> bool:
    return fold_cached(text) in MONTHS


def _read_quantity(
    frame: pl.DataFrame, column: Column | None, said_with_need: pl.Series, losses: Losses
) -> pl.Series:
    texts = _said(frame, column)
    quantity = map_distinct(texts, _quantity, pl.Float64)
    losses.add(column, texts.is_not_null() & quantity.is_null(), "quantity_unreadable")
    return pl.select(pl.coalesce(quantity, said_with_need)).to_series()


def _quantity(text: str) -> float | None:
    found = _FIRST_NUMBER.search(fold_digits(text).replace("٫", "."))
    if found:
        number = float(found[0].replace(",", "."))
        return number if 0 < number < 1_000_000 else None
    return find_need(text)[1]


def _read_value(
    frame: pl.DataFrame, fields: Fields, quantity: pl.Series, proposals: Proposals, losses: Losses
) -> pl.Series:
    """The total of the line: as written, else per unit times the quantity, else what the list says."""
    total, total_lost = _money(frame, fields.get("value"), losses)
    unit, _ = _money(frame, fields.get("unit_value"), losses)
    by_units = (unit * quantity.fill_null(1.0)).round().cast(pl.Int64)
    value = pl.select(pl.coalesce(total, by_units)).to_series()
    if proposals.value_piastres is None:
        return value
    return _where(total_lost, value, _filled(value, proposals.value_piastres))


def _money(frame: pl.DataFrame, column: Column | None, losses: Losses) -> tuple[pl.Series, pl.Series]:
    texts = _said(frame, column)
    piastres = map_distinct(texts, _positive_piastres, pl.Int64)
    lost = texts.is_not_null() & piastres.is_null()
    losses.add(column, lost, "value_unreadable")
    return piastres, lost


def _positive_piastres(text: str) -> int | None:
    amount = find_egp(_POUNDS.sub("جنيه", text))
    return amount if amount is not None and amount >= 0 else None


def _read_payer(frame: pl.DataFrame, column: Column | None, proposals: Proposals) -> pl.Series:
    """
    Who pays, as written; where money is fetched (a post office, a bank card) is not who pays.

    A private sponsor (فاعل خير, a person's name) pays through the list's owner: the claim stays his.
    """
    texts = map_distinct(
        _said(frame, column), lambda text: None if is_outlet(text) or is_private(text) else text, pl.String
    )
    return _filled(texts, proposals.paid_by)


def is_outlet(text: str) -> bool:
    """Whether words name a place or a way of paying out, no payer."""
    folded = fold_cached(text)
    return _OUTLETS.match(folded) is not None and _OUTLET_OWNERS.match(folded) is None


def is_private(text: str) -> bool:
    """Whether words name a private sponsor: a benefactor, or a person by his name."""
    return _PRIVATE.match(fold_cached(text)) is not None or looks_like_name(text)
