"""
Words that pages and commands share, in both languages: errors, fates, states, evidence.

Each area keeps its own module with `WORDS: dict[code, (Arabic, English)]`. A test asks that every error
code raised anywhere has both. What only one interface says stands with that interface.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module


@cache
def all_words() -> dict[str, tuple[str, str]]:
    """Return every code's two wordings."""
    words: dict[str, tuple[str, str]] = {}
    for module in pkgutil.iter_modules(__path__):
        found: Mapping[str, tuple[str, str]] = import_module(f"{__name__}.{module.name}").WORDS
        words.update(found)
    return words


class Params(dict[str, object]):
    """Parameters for a wording; one that is missing shows as its name rather than hiding the message."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"
