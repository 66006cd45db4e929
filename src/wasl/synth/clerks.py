"""
Clerks and what becomes of a name, an id, a date or a phone in their hands.

Errors belong to a clerk: each has habits, drawn once, that mark every cell he or she types. With
`correlated` clerks who are bad at one thing are bad at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wasl.synth.ids import passes_hard_checks, split_dates

Ints = NDArray[np.int64]
Rates = NDArray[np.float64]
Bools = NDArray[np.bool_]

TAA, YAA, ALEF, GLUE, ARTICLE, HAMZA = 1, 2, 4, 8, 16, 32
FOUR, FAMILY_LAST, THREE, FATHER_AND_FAMILY = range(4)

_NEAR = {
    "س": "شص", "ش": "س", "ص": "سض", "ض": "صظد", "ط": "تظ", "ت": "طث", "ث": "ت", "د": "ذ", "ذ": "دز", "ز": "ذر", "ر": "زو",
    "ح": "جخه", "ج": "حخ", "خ": "حج", "ق": "كف", "ك": "ق", "ف": "ق", "ه": "ح", "ع": "غ", "غ": "ع",
    "ي": "ب", "ب": "يت", "ن": "ت", "م": "ن", "ل": "ا", "و": "ر", "ا": "ل",
}  # fmt: skip


@dataclass(frozen=True)
class Habits:
    """One entry a clerk in every field: rates a cell, except where a comment says otherwise."""

    style: Ints  # which parts of a name are written
    spelling: Ints  # bits of spelling habits
    typo: Rates
    drop_part: Rates
    swap_parts: Rates
    nid_missing: Rates
    nid_missing_child: Rates
    nid_error: Rates
    husband_on_wife: Rates
    parent_on_child: Rates
    constant_id: Rates
    birth_missing: Rates
    birth_year_only: Rates
    birth_error: Rates
    phone_missing: Rates
    phone_error: Rates
    coordinator: Rates  # share of blocks of a hundred rows that carry a coordinator's phone
    village_missing: Rates
    village_error: Rates
    village_form: Ints

    def __len__(self) -> int:
        return len(self.style)


def make_habits(count: int, setting: str, rng: np.random.Generator) -> Habits:
    """Draw the habits of so many clerks; `setting` is `usual` or `correlated`."""
    factor = rng.lognormal(-0.25, 0.7, count) if setting == "correlated" else np.ones(count)

    def rate(mean: float, spread: float = 0.6, ceiling: float = 0.9) -> Rates:
        drawn: Rates = (mean * rng.lognormal(-(spread**2) / 2, spread, count) * factor).clip(0, ceiling)
        return drawn

    def some(share: float, mean: float) -> Rates:
        return np.where(rng.random(count) < share, rate(mean, 0.4), 0.0)

    bits = np.array([TAA, YAA, ALEF, GLUE, ARTICLE, HAMZA])
    spelling = (rng.random((count, 6)) < [0.45, 0.45, 0.7, 0.5, 0.12, 0.3]) @ bits
    return Habits(
        style=rng.choice(4, count, p=[0.44, 0.2, 0.28, 0.08]),
        spelling=spelling,
        typo=rate(0.03),
        drop_part=rate(0.03),
        swap_parts=rate(0.003),
        nid_missing=rate(0.12),
        nid_missing_child=rng.beta(1.6, 2.0, count),
        nid_error=rate(0.014),
        husband_on_wife=rate(0.008),
        parent_on_child=rate(0.008),
        constant_id=some(0.2, 0.012),
        birth_missing=rate(0.1),
        birth_year_only=some(0.3, 0.7),
        birth_error=rate(0.018),
        phone_missing=rate(0.2),
        phone_error=rate(0.012),
        coordinator=some(0.35, 0.3),
        village_missing=rate(0.06),
        village_error=rate(0.03),
        village_form=rng.choice(4, count, p=[0.4, 0.2, 0.15, 0.25]),
    )


def respell(token: str, bits: int) -> str:
    """Spell a token the way a clerk with these habits does."""
    if bits & TAA and token.endswith("ة"):
        token = token[:-1] + "ه"
    if bits & YAA and token.endswith("ي"):
        token = token[:-1] + "ى"
    elif bits & ALEF and token.endswith("ى"):
        token = token[:-1] + "ي"
    if bits & ALEF:
        token = token.replace("أ", "ا").replace("إ", "ا").replace("آ", "ا")
    if bits & HAMZA:
        token = token.replace("ؤ", "و").replace("ئ", "ي").removesuffix("ء")
    if bits & GLUE:
        token = token.replace("عبد ", "عبد").replace("ابو ", "ابو").replace("أبو ", "أبو")
    if bits & ARTICLE and token.startswith("ال") and len(token) > 5:
        token = token[2:]
    return token


def mistype(token: str, kind: int, place: float, choice: float) -> str:
    """Mistype one token: a letter replaced, left out, doubled, two swapped, or a stray space."""
    position = min(int(place * len(token)), len(token) - 1)
    letter = token[position]
    if kind == 0:
        near = _NEAR.get(letter, "ا")
        return token[:position] + near[int(choice * len(near))] + token[position + 1 :]
    if kind == 1 and len(token) > 3:
        return token[:position] + token[position + 1 :]
    if kind == 2:
        return token[:position] + letter + token[position:]
    if kind == 3 and position + 1 < len(token):
        return token[:position] + token[position + 1] + letter + token[position + 2 :]
    return token[:1] + " " + token[1:] if token[0] in "اأ" else token + letter


def write_names(
    chain: NDArray[np.int32], clerk: Ints, habits: Habits, tokens: list[str], rng: np.random.Generator
) -> pl.DataFrame:
    """Write name chains as four columns of parts, null where nothing is written."""
    count = len(clerk)
    style = habits.style[clerk]
    codes = chain[:, :4].astype(np.int64).copy()
    codes[:, 3] = np.where(style == FAMILY_LAST, chain[:, 4], codes[:, 3])
    codes[:, 2] = np.where(style == FATHER_AND_FAMILY, chain[:, 4], codes[:, 2])
    codes[:, 3] = np.where((style == THREE) | (style == FATHER_AND_FAMILY), -1, codes[:, 3])
    dropped = rng.random(count) < habits.drop_part[clerk]
    place = 1 + (rng.random(count) * 3).astype(np.int64)
    # Whoever leaves a part out closes the gap: the last part moves up.
    for part in (1, 2, 3):
        shift = dropped & (place <= part)
        codes[shift, part] = codes[shift, part + 1] if part < 3 else -1
    swapped = np.flatnonzero(rng.random(count) < habits.swap_parts[clerk])
    codes[swapped, 1], codes[swapped, 2] = codes[swapped, 2].copy(), codes[swapped, 1].copy()
    spelling = np.where(rng.random(count) < 0.92, habits.spelling[clerk], rng.integers(0, 64, count))
    written = _spell(codes, spelling, tokens)
    return _mistype_some(written, rng.random(count) < habits.typo[clerk], rng)


def _spell(codes: Ints, spelling: Ints, tokens: list[str]) -> pl.DataFrame:
    """Look every part up in a table of the spellings that occur."""
    keys = np.where(codes < 0, -1, codes * 64 + spelling[:, None])
    distinct, place = np.unique(keys, return_inverse=True)
    spelt = pl.Series(
        [None if k < 0 else respell(tokens[k // 64], k % 64) for k in distinct.tolist()], dtype=pl.Utf8
    )
    place = place.reshape(keys.shape)
    return pl.DataFrame({f"n{i + 1}": spelt.gather(place[:, i]) for i in range(4)})


def _mistype_some(written: pl.DataFrame, rows: Bools, rng: np.random.Generator) -> pl.DataFrame:
    chosen = np.flatnonzero(rows)
    part = np.array([0, 1, 1, 2, 2, 2, 3])[rng.integers(0, 7, len(chosen))]
    kind, place, choice = rng.integers(0, 5, len(chosen)), rng.random(len(chosen)), rng.random(len(chosen))
    columns = []
    for column in range(4):
        series = written[f"n{column + 1}"]
        here = chosen[part == column]
        mine = part == column
        old = series.gather(here).to_list()
        new = [
            None if o is None else mistype(o, int(k), float(p), float(c))
            for o, k, p, c in zip(old, kind[mine], place[mine], choice[mine], strict=True)
        ]
        columns.append(series.scatter(here, pl.Series(new, dtype=pl.Utf8)) if len(here) else series)
    return pl.DataFrame(columns)


def write_ids(
    own: Ints,
    husband: Ints,
    parent: Ints,
    child: Bools,
    clerk: Ints,
    constant: Ints,
    habits: Habits,
    today: Ints,
    rng: np.random.Generator,
) -> tuple[Ints, Bools]:
    """
    Write ids (0 where the cell is empty) and tell which are the person's own and pass the hard checks.

    `husband` and `parent` are the ids another cell of the same family holds, 0 where there is none.
    """
    count = len(own)
    written = own.copy()
    missing = np.where(child, habits.nid_missing_child[clerk], habits.nid_missing[clerk])
    wrong = np.flatnonzero(rng.random(count) < habits.nid_error[clerk])
    written[wrong] = _mistype_ids(written[wrong], rng)
    borrowed = (rng.random(count) < habits.husband_on_wife[clerk]) & (husband > 0)
    written = np.where(borrowed, husband, written)
    borrowed = child & (rng.random(count) < habits.parent_on_child[clerk]) & (parent > 0)
    written = np.where(borrowed, parent, written)
    same = rng.random(count) < habits.constant_id[clerk]
    written = np.where(same, constant[clerk], written)
    written = np.where(rng.random(count) < missing, 0, written)
    return written, (written == own) & passes_hard_checks(written, today)


def _mistype_ids(ids: Ints, rng: np.random.Generator) -> Ints:
    """One digit replaced (half), two neighbours swapped (a third), one dropped."""
    count = len(ids)
    kind = rng.choice(3, count, p=[0.5, 0.33, 0.17])
    scale = 10 ** rng.integers(0, 13, count)
    digit = ids // scale % 10
    replaced = ids + (rng.integers(1, 10, count) + digit) % 10 * scale - digit * scale
    after = ids // (scale * 10) % 10
    swapped = ids + (after - digit) * scale + (digit - after) * scale * 10
    dropped = ids // (scale * 10) * scale + ids % scale
    return np.where(kind == 0, replaced, np.where(kind == 1, swapped, dropped))


def write_births(
    birth: Ints, clerk: Ints, habits: Habits, rng: np.random.Generator
) -> tuple[Ints, NDArray[np.int8]]:
    """Write birth dates; the second array is the precision: 0 nothing, 1 the year only, 2 the day."""
    count = len(birth)
    year, month, day = split_dates(birth)
    error = rng.random(count) < habits.birth_error[clerk]
    kind = rng.integers(0, 4, count)
    year = year + np.where(error & (kind == 0), rng.choice([-10, -1, 1, 10], count), 0)
    new_day = np.where(error & (kind == 1), 1 + (day + rng.integers(0, 9, count)) % 28, day)
    swap = error & (kind == 2) & (day <= 12)
    new_month, new_day = np.where(swap, day, month), np.where(swap, month, new_day)
    first_january = error & (kind == 3)
    new_month, new_day = np.where(first_january, 1, new_month), np.where(first_january, 1, new_day)
    precision = np.where(rng.random(count) < habits.birth_year_only[clerk], 1, 2)
    precision = np.where(rng.random(count) < habits.birth_missing[clerk], 0, precision).astype(np.int8)
    full = (
        ((year - 1970) * 12 + new_month - 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    )
    bare = ((year - 1970) * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.where(precision == 1, bare, full + new_day - 1), precision
