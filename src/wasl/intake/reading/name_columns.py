"""What is written over several columns: a name in its parts, a birth date in day, month and year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from wasl.intake.reading.headers import tokens_of

if TYPE_CHECKING:
    from wasl.intake.reading.columns import Guess

PARTS = ("name_part1", "name_part2", "name_part3", "name_part4")
_TAILS = {"name_part2", "name_part3", "name_part4", "name_last"}
_MOSTLY = 0.5


def split_names(guesses: Sequence[Guess]) -> list[Guess]:
    """
    Turn columns of single words under `الاسم`, `الأب`, `الجد` or one merged header into parts of a name.

    A father's column of whole names beside whole names stays the father's.
    """
    parts = {guess.attribute for guess in guesses} & {*PARTS, "name_last"}
    single = [guess for guess in guesses if _is_single(guess)]
    own = [guess for guess in single if guess.subject in {None, "person", "head"}]
    same_header = len(own) >= 2 and len({guess.header for guess in own[:2]}) == 1
    if not (parts & _TAILS) and not same_header and not (own and any(g.subject == "father" for g in single)):
        return list(guesses)
    free = [part for part in PARTS if part not in parts]
    changed: dict[int, str] = {}
    for guess in single:
        if guess.subject == "father" and "name_part2" in free:
            changed[guess.index] = "name_part2"
        elif guess in own and free:
            changed[guess.index] = free[0]
        if guess.index in changed:
            free.remove(changed[guess.index])
    return [
        replace(
            guess,
            attribute=changed[guess.index],
            meaning=replace(guess.meaning, subject=None, attributes=(changed[guess.index],)),
        )
        if guess.index in changed
        else guess
        for guess in guesses
    ]


def _is_single(guess: Guess) -> bool:
    """A column of names that holds one word (عبد الرحمن is one) in most of its cells."""
    return (
        guess.attribute == "name"
        and guess.subject in {None, "person", "head", "father"}
        and guess.profile.share("one_name") >= _MOSTLY
    )


_BIRTH_PARTS = {
    "يوم": "birth_day",
    "شهر": "birth_month",
    "سنه": "birth_year",
    "day": "birth_day",
    "month": "birth_month",
    "year": "birth_year",
}


def split_births(guesses: Sequence[Guess]) -> list[Guess]:
    """`تاريخ الميلاد` over columns of day, month and year: each becomes that part of the date."""
    births = {guess.index: _birth_part(guess) for guess in guesses if guess.attribute == "birth"}
    if not {"birth_month", "birth_year"} <= set(births.values()):
        return list(guesses)
    return [
        replace(guess, attribute=part) if (part := births.get(guess.index)) else guess for guess in guesses
    ]


def _birth_part(guess: Guess) -> str | None:
    return next((part for word, part in _BIRTH_PARTS.items() if word in tokens_of(guess.header)), None)
