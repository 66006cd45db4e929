"""
Villages as clerks write them: the forms of a name, and what a good reader makes of each.

With `tidy` villages a clerk abbreviates, or misspells the one way everybody does. With `free` villages
everybody writes what he calls the place: عزبة, كفر and نجع exchanged or left out, the larger village beside it
in its stead, other misspellings, no markaz at all, or the village in the markaz's cell. A clerk mostly
writes one village one way, so such errors repeat through his lists.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wasl.kernel.folding import fold
from wasl.synth.clerks import mistype
from wasl.synth.places import Villages

Ints = NDArray[np.int64]

PLAIN, SHORT, PREFIXED, HAA, MISSPELT, SHORT_TOO, BARE, OTHER_KIND, BESIDE, LARGER, MISSPELT_AGAIN = range(11)
"""Forms of a village; from MISSPELT_AGAIN on, three more ways to misspell it. The first five are the tidy ones."""

FULL, NO_MARKAZ, VILLAGE_AS_MARKAZ = range(3)
"""Forms of the markaz's cell."""

FREE_FORMS = {
    PLAIN: 0.36, SHORT_TOO: 0.1, PREFIXED: 0.07, HAA: 0.1, BARE: 0.12, OTHER_KIND: 0.08, BESIDE: 0.04, LARGER: 0.06,
    MISSPELT: 0.03, MISSPELT_AGAIN: 0.02, MISSPELT_AGAIN + 1: 0.01, MISSPELT_AGAIN + 2: 0.01,
}  # fmt: skip
_SAME_HABIT = 0.85
"""How often a clerk writes a village as he always does."""

_SHORTENED = {"عزبة": "ع.", "كفر": "ك.", "نجع": "ن."}
_EXCHANGED = {"عزبة": "كفر", "كفر": "عزبة", "نجع": "عزبة", "نزلة": "عزبة", "منشأة": "كفر"}
_NO_VILLAGE_WORD = ("عزبة", "كفر", "نجع", "بني", "أولاد")


def misspelt_village(name: str, way: int = 0) -> str:
    """Misspell a village the one way in which everybody misspells it, or another."""
    last = name.rfind(" ") + 1
    number = sum(map(ord, name)) + 5 * way
    return name[:last] + mistype(name[last:], number % 4, (number % 7) / 7, (number % 3) / 3)


def larger_village(villages: Villages) -> Ints:
    """Give for each village the one its markaz's people may name in its stead: one of the largest quarter."""
    _, first, which, count = np.unique(
        np.array(villages.markaz), return_index=True, return_inverse=True, return_counts=True
    )
    place = np.arange(len(villages)) - first[which]
    large = np.maximum(1, count[which] // 4)
    return np.where(place < large, np.arange(len(villages)), first[which] + place % large)


def choose_forms(village: Ints, clerk: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """
    Choose the form of each village, by the clerk's habit for that village, and of its markaz's cell.

    One clerk in ten leaves half of the marakiz out, one in ten often writes the village there; others rarely.
    """
    count = len(village)
    # Odd constants scatter clerk and village over 32 bits.
    scattered = (clerk * 40_503 + village * 65_599 + 12_345) % 2**31 * 2_654_435_761 % 2**32
    chance = np.where(rng.random(count) < _SAME_HABIT, scattered / 2**32, rng.random(count))
    forms = np.array(list(FREE_FORMS))
    place = np.searchsorted(np.cumsum(list(FREE_FORMS.values())), chance, side="right")
    careless = rng.random(int(clerk.max(initial=0)) + 1)[clerk]
    drawn = rng.random(count)
    none = drawn < np.where(careless < 0.1, 0.5, 0.04)
    moved = drawn > 1 - np.where(careless > 0.9, 0.3, 0.01)
    markaz = np.select([none, moved], [NO_MARKAZ, VILLAGE_AS_MARKAZ], FULL)
    return forms[place.clip(0, len(forms) - 1)], markaz


def write_village(name: str, form: int, larger: str) -> str:
    """Write one name in one form."""
    kind, _, rest = name.partition(" ")
    if form == SHORT and kind == "عزبة":
        return f"ع. {rest}"
    if form == SHORT_TOO and rest:
        return f"{_SHORTENED.get(kind, kind)} {rest}"
    if form == PREFIXED and kind not in _NO_VILLAGE_WORD:
        return f"قرية {name}"
    if form == HAA:
        return " ".join(word[:-1] + "ه" if word.endswith("ة") else word for word in name.split(" "))
    if form == MISSPELT or form >= MISSPELT_AGAIN:
        return misspelt_village(name, 0 if form == MISSPELT else form - MISSPELT_AGAIN + 1)
    if form in (BARE, OTHER_KIND) and len(rest) > 2 and kind in _EXCHANGED:
        return rest if form == BARE else f"{_EXCHANGED[kind]} {rest}"
    if form == BESIDE and larger != name:
        return f"{name} - {larger}"
    return larger if form == LARGER else name


def written_villages(villages: Villages, village: Ints, form: Ints) -> pl.Series:
    """Give the cells of villages: empty where the number is −1."""
    return _look_up(villages, village, form, write_village)


def read_villages(villages: Villages, village: Ints, form: Ints) -> pl.Series:
    """Give what a good reader makes of the same cells: folded, abbreviations and قرية understood."""

    def read(name: str, form: int, larger: str) -> str:
        plain = form in (SHORT, PREFIXED, HAA, SHORT_TOO, BESIDE)
        return fold(name if plain else write_village(name, form, larger))

    return _look_up(villages, village, form, read)


def _look_up(
    villages: Villages, village: Ints, form: Ints, words: Callable[[str, int, str], str]
) -> pl.Series:
    """Make each text that occurs once, and look the cells up in these."""
    larger = larger_village(villages)
    distinct, place = np.unique(np.where(village < 0, -1, village * 16 + form), return_inverse=True)
    texts = [
        "" if key < 0 else words(villages.name[key // 16], key % 16, villages.name[larger[key // 16]])
        for key in distinct.tolist()
    ]
    return pl.Series(texts, dtype=pl.Utf8).gather(place)
