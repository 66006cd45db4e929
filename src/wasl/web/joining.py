"""Words in a row, as each language writes them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language


def join_words(words: Sequence[str]) -> str:
    """Join what makes up a sentence: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    if get_language() == "en":
        return f"{', '.join(words[:-1])} and {words[-1]}"
    return f"{'، '.join(words[:-1])} و{words[-1]}"


def join_list(words: Sequence[str]) -> str:
    """Join what only stands beside one another: a, b, c."""
    return comma().join(words)


def join_places(names: Sequence[str]) -> str:
    """Join names of places: an Arabic village between English names would turn the line round, so each is apart."""
    return join_list([f"\u2068{name}\u2069" for name in names] if get_language() == "en" else names)


def comma() -> str:
    """Return the comma of the page's language with the space after it."""
    return ", " if get_language() == "en" else "، "
