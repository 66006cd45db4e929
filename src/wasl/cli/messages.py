"""
Words for codes, in both languages.

Each area keeps its own in `words_<area>.py` as `WORDS: dict[code, (Arabic, English)]`. A test asks
that every error code raised anywhere has both.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from wasl.cli.language import both
from wasl.kernel.errors import WaslError


@cache
def all_words() -> dict[str, tuple[str, str]]:
    """Return every code's two wordings."""
    package = import_module("wasl.cli")
    words: dict[str, tuple[str, str]] = {}
    for module in pkgutil.iter_modules(package.__path__):
        if module.name.startswith("words_"):
            found: Mapping[str, tuple[str, str]] = import_module(f"wasl.cli.{module.name}").WORDS
            words.update(found)
    return words


def say(code: str, /, **params: object) -> str:
    """Return the words for `code` in the language chosen, filled with `params`; the bare code where none are."""
    wording = all_words().get(code)
    if wording is None:
        return " ".join([code, *(f"{name}={value}" for name, value in params.items())])
    return both(*wording).format_map(_Params(params))


def say_error(error: WaslError) -> str:
    """Return what to tell the user about an error."""
    return both("خطأ: ", "Error: ") + say(error.code, **error.params)


class _Params(dict[str, object]):
    """Parameters for a wording; one that is missing shows as its name rather than hiding the message."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"
