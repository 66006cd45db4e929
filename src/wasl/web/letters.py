"""Where two texts differ, letter by letter, as somebody who compares two papers would mark it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

from wasl.kernel.folding import fold


@dataclass(frozen=True)
class Part:
    """
    A run of letters of one side. `differs` is empty where the other side has the same.

    `spelling` where both sides spell one thing differently (أ and ا, ة and ه, a vowel sign), else `letter`.
    """

    text: str
    differs: str = ""


def mark_differences(a: str, b: str) -> tuple[list[Part], list[Part]]:
    """
    Split both texts into parts that the other has and parts that differ; nothing differs from an empty text.

    A letter and the signs above and below it stay together. Texts of digits of one length are compared
    place by place, as one reads them; everything else by what both have in the same order.
    """
    if not a or not b or a == b:
        return ([Part(a)] if a else []), ([Part(b)] if b else [])
    x, y = _letters(a), _letters(b)
    if len(x) == len(y) and _is_number(a) and _is_number(b):
        return _by_place(x, y), _by_place(y, x)
    left: list[Part] = []
    right: list[Part] = []
    for kind, start, end, from_, to in SequenceMatcher(None, x, y, autojunk=False).get_opcodes():
        one, other = "".join(x[start:end]), "".join(y[from_:to])
        differs = "" if kind == "equal" else "spelling" if fold(one) == fold(other) else "letter"
        if one:
            left.append(Part(one, differs))
        if other:
            right.append(Part(other, differs))
    return left, right


def _letters(text: str) -> list[str]:
    """Split into letters, each with its combining signs."""
    found: list[str] = []
    for letter in text:
        if found and unicodedata.combining(letter):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _is_number(text: str) -> bool:
    return all(letter.isdigit() or letter in " -/" for letter in text)


def _by_place(x: list[str], y: list[str]) -> list[Part]:
    parts: list[Part] = []
    for one, other in zip(x, y, strict=True):
        differs = "" if one == other else "letter"
        if parts and parts[-1].differs == differs:
            parts[-1] = Part(parts[-1].text + one, differs)
        else:
            parts.append(Part(one, differs))
    return parts
