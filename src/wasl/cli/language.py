"""Which language the command line speaks: --lang, else the locale's if it is one of ours, else Arabic."""

from __future__ import annotations

import os

LANGUAGES = ("ar", "en")
_current = "ar"


def choose_language(chosen: str | None) -> str:
    """Fix the language for the rest of the process and return it."""
    global _current
    _current = chosen if chosen in LANGUAGES else _locale_language()
    return _current


def current_language() -> str:
    """Return the language chosen."""
    return _current


def both(arabic: str, english: str) -> str:
    """Return whichever of two wordings is in the language chosen; for help texts, read when the app is built."""
    return english if _current == "en" else arabic


def _locale_language() -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return value[:2] if value[:2] in LANGUAGES else "ar"
    return "ar"
