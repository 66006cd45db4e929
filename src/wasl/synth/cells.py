"""Cells as an office's spreadsheet holds them: the same id, date or phone in a dozen forms."""

from __future__ import annotations

import numpy as np
import polars as pl

from wasl.synth.ids import split_dates
from wasl.synth.styles import Style
from wasl.synth.wording import MONTH_NAMES

_WESTERN = list("0123456789")
_EASTERN = list("٠١٢٣٤٥٦٧٨٩")


def in_digits(cells: pl.Series, style: Style) -> pl.Series:
    """Write with the digits of this style."""
    return cells.str.replace_many(_WESTERN, _EASTERN) if style.eastern else cells


def id_cells(ids: np.ndarray, style: Style, rng: np.random.Generator) -> tuple[pl.Series, np.ndarray]:
    """Write ids (0 is an empty cell), and tell which were lost to scientific notation."""
    text = pl.Series(ids).cast(pl.Utf8)
    lost = (rng.random(len(ids)) < style.lost_ids) & (ids > 0)
    chance = rng.random(len(ids))
    if style.id_form == 2:
        text = "'" + text
    elif style.id_form == 3:
        spaced = text.str.replace(r"^(\d)(\d{6})(\d{2})(\d*)$", "$1 $2 $3 $4")
        text = _where(chance < 0.6, spaced, text)
    elif style.id_form == 4:
        dashed = text.str.replace(r"^(\d{7})(\d*)$", "$1-$2")
        text = _where(chance < 0.15, dashed, text)
    text = in_digits(text, style)
    scientific = pl.Series([f"{value / 10**13:.2f}E+13" for value in ids[lost].tolist()], dtype=pl.Utf8)
    text = text.scatter(np.flatnonzero(lost), scientific) if lost.any() else text
    return _where(ids == 0, pl.Series([""], dtype=pl.Utf8), text), lost


def date_cells(birth: np.ndarray, precision: np.ndarray, style: Style) -> pl.Series:
    """
    Write birth dates in this style's form; the form `excel` is written as a serial number.

    Bare years are written as such, or as 1 January's year alone after مواليد.
    """
    year, month, day = (pl.Series(part).cast(pl.Utf8) for part in split_dates(birth))
    first, second = (day, month) if style.dmy else (month, day)
    forms = [
        lambda: first + "/" + second + "/" + year,
        lambda: first.str.zfill(2) + "-" + second.str.zfill(2) + "-" + year,
        lambda: year + "/" + month.str.zfill(2) + "/" + day.str.zfill(2),
        lambda: year + "-" + month.str.zfill(2) + "-" + day.str.zfill(2),
        lambda: first.str.zfill(2) + "/" + second.str.zfill(2) + "/" + year,
        lambda: pl.Series(birth + 25569).cast(pl.Utf8),
        lambda: day + " " + pl.Series(MONTH_NAMES).gather(split_dates(birth)[1] - 1) + " " + year,
    ]
    full = forms[style.date_form]()
    bare = "مواليد " + year if style.header % 3 == 0 else year
    written = _where(precision == 1, bare, full)
    return in_digits(_where(precision == 0, pl.Series([""], dtype=pl.Utf8), written), style)


def phone_cells(phones: np.ndarray, style: Style) -> pl.Series:
    """Write phones: with their 0, without it as spreadsheets do, with a space, or with the country's code."""
    text = pl.Series(phones).cast(pl.Utf8)
    if style.phone_form == 0:
        text = "0" + text
    elif style.phone_form == 2:
        text = "0" + text.str.slice(0, 2) + " " + text.str.slice(2)
    elif style.phone_form == 3:
        text = "+20" + text
    return _where(phones == 0, pl.Series([""], dtype=pl.Utf8), in_digits(text, style))


def _where(condition: np.ndarray, yes: pl.Series, no: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"c": condition, "n": no})
    other = pl.lit(yes.item()) if len(yes) == 1 and len(no) != 1 else yes
    return frame.select(pl.when("c").then(other).otherwise("n")).to_series()
