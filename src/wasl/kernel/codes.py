"""Codes for reading aloud: digits only, the last two a check (ISO 7064 mod 97-10)."""

from __future__ import annotations

from wasl.kernel.errors import InvalidInput
from wasl.kernel.folding import fold_digits


def make_code(number: int) -> str:
    """
    Give the code of a number: the number followed by its two check digits.

    The SQL twin is `n*100 + 98 - (n*100 % 97)`. Any single wrong digit and any swap of two
    neighbours is noticed by `is_code`.

    :raises InvalidInput: the number is not positive.
    """
    if number <= 0:
        raise InvalidInput("code.not_positive", number=number)
    return str(number * 100 + 98 - number * 100 % 97)


def _bare(text: str) -> str:
    """Drop what people put between groups of digits when they write a code down."""
    return fold_digits(text).replace(" ", "").replace("-", "").strip()


def is_code(text: str) -> bool:
    """Say whether the text is a code with the right check digits (Eastern digits, spaces, dashes allowed)."""
    bare = _bare(text)
    if not (bare.isascii() and bare.isdigit()) or len(bare) < 3 or len(bare) > 20:
        return False
    value = int(bare)
    return value >= 100 and value % 97 == 1 and 2 <= value % 100 <= 98


def number_of(code: str) -> int:
    """
    Give back the number inside a code.

    :raises InvalidInput: the check digits do not fit.
    """
    if not is_code(code):
        raise InvalidInput("code.wrong", code=code)
    return int(_bare(code)) // 100
