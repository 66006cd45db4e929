"""Folding text for comparison: spellings an Egyptian clerk would call the same become equal."""

from __future__ import annotations

import re
import string
import unicodedata
from functools import lru_cache

EASTERN_DIGITS = "٠١٢٣٤٥٦٧٨٩"
PERSIAN_DIGITS = "۰۱۲۳۴۵۶۷۸۹"
WESTERN_DIGITS = "0123456789"

_LETTERS = {
    "ٱ": "ا",
    "ٲ": "ا",
    "ٳ": "ا",
    "ٵ": "ا",
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ے": "ي",
    "ة": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ە": "ه",
    "ۀ": "ه",
    "ۃ": "ه",
    "ک": "ك",
    "ڪ": "ك",
    "گ": "ك",
    "چ": "ج",
    "پ": "ب",
    "ڤ": "ف",
    "ء": "",
    "ـ": "",
}
# Ranges of code points that vanish without leaving a gap: combining marks, Arabic tashkeel and
# Quranic signs, zero-width and direction marks, the soft hyphen.
_VANISHING = (
    (0x00AD, 0x00AD),
    (0x0300, 0x036F),
    (0x0610, 0x061A),
    (0x061C, 0x061C),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E8),
    (0x06EA, 0x06ED),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x2069),
    (0xFEFF, 0xFEFF),
)

KEPT_CLASS = "0-9a-zا-غف-ي"
"""What survives folding, as the inside of a regular expression's character class."""

LETTER_FOLDS: dict[str, str] = {
    **_LETTERS,
    **dict(zip(string.ascii_uppercase, string.ascii_lowercase, strict=True)),
    **dict(zip(EASTERN_DIGITS + PERSIAN_DIGITS, WESTERN_DIGITS * 2, strict=True)),
}
VANISHING_CLASS = "".join(f"\\x{{{low:X}}}-\\x{{{high:X}}}" for low, high in _VANISHING)
"""The vanishing characters as the inside of a character class in RE2 and Rust syntax."""

_FOLDS = str.maketrans(LETTER_FOLDS) | {
    point: None for low, high in _VANISHING for point in range(low, high + 1)
}
_DIGITS = str.maketrans(EASTERN_DIGITS + PERSIAN_DIGITS, WESTERN_DIGITS * 2)
_GAP = re.compile(f"[^{KEPT_CLASS}]+")


def fold(text: str) -> str:
    """
    Fold text for comparison; the result is for comparing, never for showing.

    Alef forms, ى/ي, ة/ه, ؤ, ئ and ء, tashkeel, tatweel, presentation forms and Persian letters
    become one spelling; Eastern and Persian digits Western; Latin lower case without accents.
    Everything that is neither an Arabic or Latin letter nor a digit becomes a space, and runs of
    spaces one. `folding_columns.fold_expr` is its twin for columns, held equal by a test.
    """
    return _GAP.sub(" ", unicodedata.normalize("NFKD", text).translate(_FOLDS)).strip()


@lru_cache(maxsize=65_536)
def fold_cached(text: str) -> str:
    """Fold a text that comes again and again, such as a need or a place."""
    return fold(text)


def fold_digits(text: str) -> str:
    """Turn Eastern and Persian digits into Western ones and leave all else as written."""
    return text.translate(_DIGITS)
