"""
Egyptian mobile numbers: 010, 011, 012 or 015 and eight digits, kept as an integer without the 0.

Families share phones and coordinators put their own on a hundred rows: a phone is weak evidence.
"""

from __future__ import annotations

import re

import polars as pl

from wasl.kernel.folding import fold_digits
from wasl.kernel.folding_columns import fold_digits_expr

# Read alike by Python's re and Rust's regex: hence no look-around, the neighbours are consumed.
_BETWEEN = r"[ \x{A0}\-–.()\x{200E}\x{200F}\x{202A}-\x{202E}]*"
_MOBILE = (
    rf"(?:^|[^0-9])(?:(?:\+|00|0)?2{_BETWEEN}0{_BETWEEN})?0?{_BETWEEN}"
    rf"(1{_BETWEEN}[0125](?:{_BETWEEN}[0-9]){{8}})(?:[^0-9]|$)"
)
_MOBILE_PYTHON = re.compile(re.sub(r"\\x\{([0-9A-F]+)\}", lambda m: chr(int(m[1], 16)), _MOBILE))
_PLAIN = r"^01[0125][0-9]{8}$"
_FLOAT_TAIL = r"[.٫]0*\s*$"
FEW = 300
_SEPARATORS = r"[^0-9]+"


def parse_phone(text: str | None) -> int | None:
    """
    Read the first mobile number of a cell as `1xxxxxxxxx`, or nothing.

    Takes a missing first 0, +20, 0020, a lone +2, separators, Eastern digits, `.0` of a float
    and several numbers in one cell. Landlines and numbers of one repeated digit are nothing.
    """
    if text is None:
        return None
    found = _MOBILE_PYTHON.search(re.sub(_FLOAT_TAIL, "", fold_digits(text)))
    if found is None:
        return None
    number = int(re.sub(_SEPARATORS, "", found[1]))
    return None if _is_filler(number) else number


def _is_filler(number: int) -> bool:
    """Tell numbers typed only to satisfy a form, such as 01000000000 and 01111111111."""
    return number % 10**8 % 11_111_111 == 0


def phone_columns(column: pl.Expr) -> pl.Expr:
    """Read a column of phones as `parse_phone` reads one, as Int64; a million in about a second."""
    return column.map_batches(_phones, return_dtype=pl.Int64)


def _phones(column: pl.Series) -> pl.Series:
    """Read those written plainly at once, and search for a number only in the others."""
    if len(column) <= FEW:
        return pl.Series(column.name, [parse_phone(text) for text in column.to_list()], dtype=pl.Int64)
    plain = column.str.contains(_PLAIN).fill_null(False)
    rest = pl.DataFrame({"text": column.filter(~plain)}).select(_found_expr(pl.col("text"))).to_series()
    number = column.str.slice(1).cast(pl.Int64, strict=False).scatter((~plain).arg_true(), rest)
    return pl.select(pl.when(number % 10**8 % 11_111_111 != 0).then(number)).to_series()


def _found_expr(text: pl.Expr) -> pl.Expr:
    folded = fold_digits_expr(text).str.replace(_FLOAT_TAIL, "")
    return folded.str.extract(_MOBILE, 1).str.replace_all(_SEPARATORS, "").cast(pl.Int64)


def format_phone(number: int) -> str:
    """Write a phone as people dial it: eleven digits with the first 0."""
    return f"0{number}"
