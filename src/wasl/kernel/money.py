"""Egyptian pounds as integer piastres: never a float on the way."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from wasl.kernel.errors import InvalidInput
from wasl.kernel.folding import fold_digits

PIASTRES_PER_POUND = 100
MOST_POUNDS = Decimal(10) ** 13
"""Above this a cell holds something else, an id perhaps, and no amount."""

_CURRENCY = re.compile(
    r"جنيهات|جنيها|جنيه|جنية|مصرية|مصريه|مصري|مصرى|ج\s*\.?\s*م\.?|ج\.?(?![ء-ي])"
    r"|لاغير|لا غير|فقط|egp|l\.?\s*e\.?|£|pounds?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_GROUPED_BY_DOTS = re.compile(
    r"[0-9]{1,3}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}"
)


def find_egp(value: str | int | float | Decimal | None) -> int | None:
    """
    Read an amount of pounds as piastres, or nothing where it is not an amount.

    Takes Eastern digits, separators of thousands, a currency word on either side and numbers
    as spreadsheets hold them. Half piastres are rounded to even. Never guesses between words.
    """
    if value is None or isinstance(value, bool):
        return None
    amount = _amount_from_text(value) if isinstance(value, str) else _decimal(str(value))
    if amount is None or not amount.is_finite() or abs(amount) >= MOST_POUNDS:
        return None
    return int((amount * PIASTRES_PER_POUND).to_integral_value())


def parse_egp(value: str | int | float | Decimal) -> int:
    """
    Read an amount of pounds as piastres.

    :raises InvalidInput: it is no amount of money.
    """
    piastres = find_egp(value)
    if piastres is None:
        raise InvalidInput("money.unreadable", text=str(value))
    return piastres


def format_egp(piastres: int) -> str:
    """Write piastres as pounds with two decimals and a dot, for files: `150050` is `1500.50`."""
    sign = "-" if piastres < 0 else ""
    pounds, rest = divmod(abs(piastres), PIASTRES_PER_POUND)
    return f"{sign}{pounds}.{rest:02d}"


def to_pounds(piastres: int) -> Decimal:
    """Give the exact amount in pounds."""
    return Decimal(piastres) / PIASTRES_PER_POUND


def _amount_from_text(text: str) -> Decimal | None:
    bare = fold_digits(text).replace("٬", ",").replace("٫", ".").replace("،", ",").replace("\u00a0", " ")
    bare = _CURRENCY.sub(" ", bare).strip().strip("/").strip()
    bare = bare.removesuffix(".").replace(" ", "") if _spaced_thousands(bare) else bare.strip()
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(",", "")
    elif _GROUPED_BY_DOTS.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[0-9]+,[0-9]{1,2}", bare):
        bare = bare.replace(",", ".")
    return _decimal(bare) if _NUMBER.fullmatch(bare) else None


def _spaced_thousands(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,3}(?: [0-9]{3})+(?:\.[0-9]+)?", text) is not None


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
