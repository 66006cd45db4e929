"""What a caller hands to the engine, and what it gets back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

if TYPE_CHECKING:
    from wasl.matching.model_file import ModelFile
    from wasl.matching.state import LinkState

Array = npt.NDArray[Any]
Progress = Callable[[str, float], None]
Cancelled = Callable[[], bool]


class LinkCancelled(Exception):
    """Raised inside a run when the caller's `cancelled()` says so; finished stages stay on disk."""


@dataclass(frozen=True)
class NameRules:
    """
    A country's way with names.

    `lexicon` has columns token (standardised), known (bool), sex (1 male, 2 female, 0 either),
    freq_given_m, freq_given_f, freq_father, freq_later (shares, 0 where unknown). Two known tokens
    never match fuzzily, so a few hundred common names do better than all names ever seen.
    `glue_patterns` are (regular expression, replacement) applied in order to the folded name with its
    words separated by single spaces, every match replaced; only what both Python's `re` and RE2
    understand, with `\\1` for groups. `standardise` maps a list of distinct folded tokens to their
    standard forms, position by position; an empty form drops the token.
    """

    lexicon: pa.Table
    glue_patterns: list[tuple[str, str]]
    standardise: Callable[[list[str]], list[str]]
    version: str = ""


@dataclass(frozen=True)
class IdLayout:
    """
    Where a national id keeps what it tells of its holder.

    Offsets count from the first digit. `centuries` maps the century digit to its first year; `sex_at`
    points at a digit that is odd for men. An id of another length is compared, but not read.
    """

    length: int = 14
    century_at: int = 0
    centuries: Mapping[int, int] = field(default_factory=lambda: {2: 1900, 3: 2000})
    date_at: int = 1
    sex_at: int | None = 12


@dataclass(frozen=True)
class LinkOptions:
    """
    The settings of one run; they are part of the digest by which finished stages are found again.

    `use_check_digit`: an id whose check digit does not fit does not count as valid.
    `weights`: probabilities given from outside in place of learnt ones, {comparison: {level: (m, u)}}
    (either may be None to keep the learnt one); with the true rates of a generator this is the ceiling.
    `grade_organisations`: learn how well each organisation writes, and weigh its records by that.
    `model`: judge by this one, its thresholds included, and learn nothing. Weights and thresholds are in
    hundredths of a bit.
    """

    use_check_digit: bool = True
    id_layout: IdLayout | None = IdLayout()
    weights: Mapping[str, Mapping[str, tuple[float | None, float | None]]] | None = None
    grade_organisations: bool = True
    model: ModelFile | None = None
    likely_weight: int = 150
    possible_weight: int = -300
    certain_weight: int | None = None
    family_likely_weight: int = 200
    block_cap: int = 80
    person_cap: int = 200
    family_cap: int = 400
    pair_chunk: int = 200_000

    def thresholds(self) -> dict[str, int]:
        """Return the thresholds as a model keeps them; those left to the engine are absent."""
        chosen = {
            "likely": self.likely_weight,
            "possible": self.possible_weight,
            "certain": self.certain_weight,
            "family_likely": self.family_likely_weight,
        }
        return {name: weight for name, weight in chosen.items() if weight is not None}

    def settled(self) -> LinkOptions:
        """Return the options with the thresholds of the model they name, where they name one."""
        if self.model is None:
            return self
        chosen = self.model.thresholds
        return replace(
            self,
            likely_weight=chosen["likely"],
            possible_weight=chosen["possible"],
            certain_weight=chosen["certain"],
            family_likely_weight=chosen["family_likely"],
        )


@dataclass
class LinkResult:
    """
    Arrow tables as the package's README describes them.

    `counts` are small facts for a log line; `model_file` is what was judged by. `dictionary` holds the tokens
    by code, `rarity` what phones, places and years weigh; `state` is there where it was asked for.
    """

    people: pa.Table
    families: pa.Table
    memberships: pa.Table
    pairs: pa.Table
    family_pairs: pa.Table
    model: pa.Table
    model_file: ModelFile
    log: pa.Table
    counts: dict[str, int]
    dictionary: pa.Table = field(default_factory=lambda: pa.table({}))
    rarity: pa.Table = field(default_factory=lambda: pa.table({}))
    state: LinkState | None = None


def empty(dtype: Any = np.int64) -> Array:
    """Return a new array without elements."""
    return np.zeros(0, dtype=dtype)
