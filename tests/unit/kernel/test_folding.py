import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasl.kernel.folding import fold, fold_digits
from wasl.kernel.folding_columns import fold_digits_expr, fold_expr

ARABIC = st.characters(min_codepoint=0x600, max_codepoint=0x6FF) | st.sampled_from(" ـ\u200f\u00a0ﻻﷲ-/.")
ANY = st.characters(exclude_categories=("Cs", "Cn"))


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("أحمد", "احمد"),
        ("إسراء", "اسرا"),
        ("آية", "ايه"),
        ("مصطفى", "مصطفي"),
        ("فاطِمَـــة", "فاطمه"),
        ("رؤوف", "رووف"),
        ("نائل", "نايل"),
        ("علی", "علي"),
        ("  عبد\u00a0الرحمن\u200f ", "عبد الرحمن"),
        ("م/ محمد،أحمد", "م محمد احمد"),
        ("٢٠٢٥ ۱۲", "2025 12"),
        ("Café ON", "cafe on"),
        ("ﻻ", "لا"),
        ("***", ""),
    ],
)
def test_fold_spellings_become_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(ARABIC | ANY))
def test_fold_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.text(ARABIC | ANY) | st.none(), max_size=20))
def test_fold_column_equals_fold_of_each(texts: list[str | None]) -> None:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    folded = frame.select(fold_expr(pl.col("text"))).to_series().to_list()
    assert folded == [None if text is None else fold(text) for text in texts]


@given(st.lists(st.text(ARABIC), max_size=20))
def test_fold_digits_column_equals_fold_digits_of_each(texts: list[str]) -> None:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    folded = frame.select(fold_digits_expr(pl.col("text"))).to_series().to_list()
    assert folded == [fold_digits(text) for text in texts]


def test_fold_decomposed_text_equals_composed() -> None:
    assert fold(unicodedata.normalize("NFD", "أحمد إبراهيم")) == fold("أحمد إبراهيم")
