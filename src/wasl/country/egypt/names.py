"""
Egyptian names: chains of given, father's, grandfather's and family name, as offices write them.

`clean_person_name` takes a cell to the bare name as written. `name_parts` folds that name and
glues what is one part (عبد الرحمن, نور الدين, أبو زيد, a stray letter). `standardise_token`
brings a part to the one spelling that is compared; it is called on distinct parts only, for
fifty million names hold fewer than fifty thousand of them. This module is the face of
`name_cells` (whole cells) and `name_tokens` (parts), and hands both to the matching engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pyarrow as pa

from wasl.country.egypt.absence import is_absent
from wasl.country.egypt.name_cells import CleanName, clean_person_name, clean_person_names
from wasl.country.egypt.name_tokens import (
    glue_patterns,
    known_names,
    list_frequencies,
    name_parts,
    standardise_token,
    standardise_tokens,
    token_sex,
)

__all__ = [
    "CleanName",
    "clean_person_name",
    "clean_person_names",
    "engine_rules",
    "glue_patterns",
    "is_absent",
    "known_names",
    "lexicon_table",
    "name_parts",
    "standardise_token",
    "standardise_tokens",
    "token_sex",
]

_FREQUENCY_COLUMNS = ("given_m", "given_f", "father", "later")


@cache
def lexicon_table() -> pa.Table:
    """
    Give the engine's table of names: one row for each standardised token that has been counted.

    Columns: `token`, `known` (a common name: only a short list of them makes fuzzy matching
    better), `sex` (1 male, 2 female, 0 either), and the share of the token among men's given
    names, women's, fathers' names and later names; each share sums to about 1.
    """
    rows = list_frequencies()
    known = known_names()
    totals = {name: sum(int(row[name]) for row in rows) for name in _FREQUENCY_COLUMNS}
    shares = {
        f"freq_{name}": pa.array([int(row[name]) / totals[name] for row in rows], pa.float64())
        for name in _FREQUENCY_COLUMNS
    }
    return pa.table(
        {
            "token": pa.array([row["token"] for row in rows], pa.string()),
            "known": pa.array([row["token"] in known for row in rows], pa.bool_()),
            "sex": pa.array([int(row["sex"]) for row in rows], pa.int8()),
            **shares,
        }
    )


def engine_rules() -> dict[str, Any]:
    """
    Give the values of `matching.NameRules`, by the names of its fields.

    `lexicon` is `lexicon_table()`, `glue_patterns` apply to folded names, `standardise` maps
    distinct parts to the spelling in the lexicon.
    """
    standardise: Callable[[Sequence[str]], list[str]] = standardise_tokens
    return {"lexicon": lexicon_table(), "glue_patterns": glue_patterns(), "standardise": standardise}
