"""
The Egyptian national id: `C YYMMDD GG SSSS K`, 14 digits.

C 2 is 1900s and 3 is 2000s, then the birth date, the governorate of birth, a serial whose
fourth digit is odd for males, and a digit that checks the rest. The rule of that last digit is
not officially published: whether it fits is a mark of quality, never a reason to refuse an id.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import polars as pl

from wasl.kernel.folding import VANISHING_CLASS, fold_digits
from wasl.kernel.folding_columns import fold_digits_expr

IdState = Literal[
    "ok",
    "empty",
    "lost_scientific",
    "not_digits",
    "wrong_length",
    "bad_century",
    "bad_date",
    "bad_governorate",
    "bad_serial",
]
ID_STATES: tuple[IdState, ...] = get_args(IdState)

MALE = 1
FEMALE = 2

LENGTH = 14
CENTURIES = {"2": 1900, "3": 2000}
_BIRTH_CODES = "01 02 03 04 11 12 13 14 15 16 17 18 19 21 22 23 24 25 26 27 28 29 31 32 33 34 35 88"
GOVERNORATES = frozenset(_BIRTH_CODES.split(" "))
"""The governorates of birth; 88 is born abroad. The same digits are the OCHA place codes (EG01 …)."""
CHECK_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)

# Everything here is written so that Python's re and Rust's regex read it alike.
_DECORATION = rf"[\s'’‘`´\"“”\-–—−‑ـ_.,،٬=+{VANISHING_CLASS}]+"
_DECORATION_PYTHON = re.compile(
    _DECORATION.replace(
        VANISHING_CLASS, re.sub(r"\\x\{([0-9A-F]+)\}", lambda m: chr(int(m[1], 16)), VANISHING_CLASS)
    )
)
FEW = 300
_TAIL = r"[.,٫]0*\s*$"
_SCIENTIFIC = r"^[\s'’\"=]*([0-9])[.,٫]?([0-9]*)[eE]\+?0*([0-9]{1,2})\b.*$"
_PLAIN = r"^[1-9][0-9]{13}$"
_ONE_ID = r"^[^0-9]*([0-9]{14})[^0-9]*$"


@dataclass(frozen=True, slots=True)
class NationalId:
    """An id that passed the hard checks, and what it tells; `sex` is 1 male, 2 female."""

    text: str
    birth_date: date
    sex: int
    governorate: str
    check_fits: bool


def repair_written(text: str) -> str:
    """
    Bring an id as a clerk or a spreadsheet wrote it to bare digits, as far as no digit is invented.

    Eastern and Persian digits, spaces, dashes, apostrophes, `=` and quotes, `.0`, separators of
    thousands and words around a single id are undone. A number in scientific form is expanded
    only where all fourteen digits are in it; otherwise it is given back as written, in capitals.
    """
    folded = fold_digits(text).strip()
    scientific = re.match(_SCIENTIFIC, folded)
    if scientific is not None:
        return _expand_scientific(*scientific.groups()) or folded.upper()
    bare = _DECORATION_PYTHON.sub("", re.sub(_TAIL, "", folded))
    single = re.match(_ONE_ID, bare)
    return single[1] if single else bare


def _expand_scientific(lead: str, rest: str, exponent: str) -> str | None:
    """Give the whole digits where the mantissa holds them all; more digits than that are rounded."""
    power = int(exponent)
    if power != LENGTH - 1 or len(rest) < power:
        return None
    whole = int(lead + rest[:power])
    return str(whole + (rest[power : power + 1] >= "5"))


def find_state(text: str | None) -> tuple[str, IdState]:
    """Give the repaired text and why it is no id by its form, or `ok` where it is 14 digits."""
    if text is None:
        return "", "empty"
    bare = repair_written(text)
    if "E" in bare and re.match(_SCIENTIFIC, bare):
        return bare, "lost_scientific"
    if re.search(r"[1-9]", bare) is None:
        return bare, "empty"
    if not (bare.isascii() and bare.isdecimal()):
        return bare, "not_digits"
    return bare, "ok" if len(bare) == LENGTH else "wrong_length"


def check_national_id(text: str | None, today: date) -> NationalId | IdState:
    """
    Read an id as written and apply the hard checks: length, century, real date, governorate, serial.

    Gives the reason instead where one fails. A cell without any digit but zeros holds no id at
    all: `empty`, so that "لا يوجد" is not counted as a lost one. `today` bounds the birth date.
    """
    bare, state = find_state(text)
    if state != "ok":
        return state
    if bare[0] not in CENTURIES:
        return "bad_century"
    birth = _birth_date(bare)
    if birth is None or birth > today:
        return "bad_date"
    if bare[7:9] not in GOVERNORATES:
        return "bad_governorate"
    if bare[9:13] == "0000":
        return "bad_serial"
    sex = MALE if int(bare[12]) % 2 else FEMALE
    return NationalId(bare, birth, sex, f"EG{bare[7:9]}", check_digit_fits(bare))


def _birth_date(digits: str) -> date | None:
    try:
        return date(CENTURIES[digits[0]] + int(digits[1:3]), int(digits[3:5]), int(digits[5:7]))
    except ValueError:
        return None


def check_digit(first_thirteen: str) -> int:
    """Compute the check digit of the first thirteen digits (weights as observed, not published)."""
    remainder = sum(int(d) * w for d, w in zip(first_thirteen, CHECK_WEIGHTS, strict=True)) % 11
    return (11 - remainder) % 10


def check_digit_fits(text: str) -> bool:
    """Say whether the last of fourteen digits fits the others; a mark of quality only."""
    return len(text) == LENGTH and text.isdecimal() and check_digit(text[:13]) == int(text[13])


def national_ids(column: pl.Series, today: date) -> pl.DataFrame:
    """
    Read a whole column of ids as `check_national_id` reads one, a million in about a second.

    Columns: `nid` (14 digits where state is ok, else null), `state`, `check_fits` (null unless
    ok), `birth_date`, `sex` (1 male, 2 female), `governorate` (of birth, `EG24`; `EG88` abroad).
    """
    written = column.cast(pl.String)
    if len(written) <= FEW:
        return _read_few(written, today)
    plain = written.str.contains(_PLAIN).fill_null(False)
    repaired = _repaired_expr(pl.col("bare"))
    rest = pl.DataFrame({"bare": written.filter(~plain)}).select(
        bare=repaired, state=_form_state_expr(repaired)
    )
    places = (~plain).arg_true()
    formed = pl.DataFrame(
        {
            "bare": written.scatter(places, rest["bare"]),
            "state": pl.Series(["ok"], dtype=pl.String)
            .new_from_index(0, len(written))
            .scatter(places, rest["state"]),
        }
    ).with_columns(number=pl.when(pl.col("state") == "ok").then(pl.col("bare")).cast(pl.Int64))
    return _checked(formed, today)


def _read_few(written: pl.Series, today: date) -> pl.DataFrame:
    """A short column one cell at a time: setting up expressions would take longer."""
    read = [check_national_id(text, today) for text in written.to_list()]
    rows = [
        (one.text, "ok", one.check_fits, one.birth_date, one.sex, one.governorate)
        if isinstance(one, NationalId)
        else (None, one, None, None, None, None)
        for one in read
    ]
    return pl.DataFrame(rows, schema=ID_SCHEMA, orient="row")


def national_id_columns(column: pl.Expr, today: date) -> pl.Expr:
    """Give `national_ids` of a column as one struct expression."""
    read: Callable[[pl.Series], pl.Series] = lambda series: national_ids(series, today).to_struct()  # noqa: E731
    return column.map_batches(read, return_dtype=pl.Struct(ID_SCHEMA))


ID_SCHEMA = pl.Schema(
    {
        "nid": pl.String(),
        "state": pl.String(),
        "check_fits": pl.Boolean(),
        "birth_date": pl.Date(),
        "sex": pl.Int8(),
        "governorate": pl.String(),
    }
)


def _repaired_expr(written: pl.Expr) -> pl.Expr:
    folded = fold_digits_expr(written).str.strip_chars()
    bare = folded.str.replace(_TAIL, "").str.replace_all(_DECORATION, "")
    single = pl.coalesce(bare.str.extract(_ONE_ID, 1), bare)
    scientific = folded.str.contains(_SCIENTIFIC)
    expanded = pl.when(scientific).then(folded).map_batches(_repair_each, return_dtype=pl.String)
    return pl.when(scientific).then(expanded).otherwise(single)


def _repair_each(column: pl.Series) -> pl.Series:
    """Repair the texts in scientific form one by one: every other is null, and few are distinct."""
    distinct = column.drop_nulls().unique().to_list()
    repaired = [repair_written(text) for text in distinct]
    return column.replace_strict(distinct, repaired, default=None, return_dtype=pl.String)


def _form_state_expr(bare: pl.Expr) -> pl.Expr:
    return (
        pl.when(bare.is_null())
        .then(pl.lit("empty"))
        .when(bare.str.contains(r"E") & bare.str.contains(_SCIENTIFIC))
        .then(pl.lit("lost_scientific"))
        .when(~bare.str.contains(r"[1-9]"))
        .then(pl.lit("empty"))
        .when(~bare.str.contains(r"^[0-9]+$"))
        .then(pl.lit("not_digits"))
        .when(bare.str.len_bytes() != LENGTH)
        .then(pl.lit("wrong_length"))
        .otherwise(pl.lit("ok"))
    )


def _checked(formed: pl.DataFrame, today: date) -> pl.DataFrame:
    """Apply the hard checks to columns `bare`, `state` and `number` (null unless fourteen digits)."""
    number = pl.col("number")
    parts = formed.with_columns(
        century=number // 10**13,
        born=_birth_date_expr(number),
        place=number // 10**5 % 100,
        serial=number // 10 % 10**4,
    ).with_columns(
        state=pl.when(pl.col("state") != "ok")
        .then(pl.col("state"))
        .when(~pl.col("century").is_in([int(c) for c in CENTURIES]))
        .then(pl.lit("bad_century"))
        .when(pl.col("born").is_null() | (pl.col("born") > today))
        .then(pl.lit("bad_date"))
        .when(~pl.col("place").is_in(sorted(int(code) for code in GOVERNORATES)))
        .then(pl.lit("bad_governorate"))
        .when(pl.col("serial") == 0)
        .then(pl.lit("bad_serial"))
        .otherwise(pl.lit("ok"))
    )
    fine = pl.col("state") == "ok"
    male = pl.col("serial") % 2 == 1
    return parts.select(
        nid=pl.when(fine).then(pl.col("bare")),
        state=pl.col("state"),
        check_fits=pl.when(fine).then(_check_fits_expr(number)),
        birth_date=pl.when(fine).then(pl.col("born")),
        sex=pl.when(fine).then(pl.when(male).then(MALE).otherwise(FEMALE)).cast(pl.Int8),
        governorate=pl.when(fine).then(pl.concat_str(pl.lit("EG"), pl.col("bare").str.slice(7, 2))),
    )


def _birth_date_expr(number: pl.Expr) -> pl.Expr:
    year = 1700 + number // 10**13 * 100 + number // 10**11 % 100
    month = number // 10**9 % 100
    day = number // 10**7 % 100
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    february = pl.when(leap).then(29).otherwise(28)
    last = pl.when(month == 2).then(february).when(month.is_in([4, 6, 9, 11])).then(30).otherwise(31)
    real = month.is_between(1, 12) & day.is_between(1, last)
    return pl.date(pl.when(real).then(year), pl.when(real).then(month), pl.when(real).then(day))


def _check_fits_expr(number: pl.Expr) -> pl.Expr:
    digits = [number // 10 ** (LENGTH - 1 - place) % 10 for place in range(LENGTH)]
    total = pl.sum_horizontal(d * w for d, w in zip(digits[:13], CHECK_WEIGHTS, strict=True))
    fits: pl.Expr = (11 - total % 11) % 10 == digits[13]
    return fits
