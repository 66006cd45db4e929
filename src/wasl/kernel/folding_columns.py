"""The twin of `folding` for whole columns, in polars expressions."""

from __future__ import annotations

import polars as pl

from wasl.kernel.folding import (
    EASTERN_DIGITS,
    KEPT_CLASS,
    LETTER_FOLDS,
    PERSIAN_DIGITS,
    VANISHING_CLASS,
    WESTERN_DIGITS,
)


def fold_expr(column: pl.Expr) -> pl.Expr:
    """Fold a text column exactly as `folding.fold` folds one text; nulls stay null."""
    return (
        column.str.normalize("NFKD")
        .str.replace_all(f"[{VANISHING_CLASS}]", "")
        .str.replace_many(list(LETTER_FOLDS), list(LETTER_FOLDS.values()))
        .str.replace_all(f"[^{KEPT_CLASS}]+", " ")
        .str.strip_chars(" ")
    )


def fold_digits_expr(column: pl.Expr) -> pl.Expr:
    """Turn Eastern and Persian digits of a column into Western ones; nulls stay null."""
    return column.str.replace_many(list(EASTERN_DIGITS + PERSIAN_DIGITS), list(WESTERN_DIGITS * 2))
