"""Names in the language of whoever reads them."""

from __future__ import annotations


def name_in(language: str | None, arabic: str, english: str) -> str:
    """Return the English name where English is read and there is one, else the Arabic one."""
    return english if language == "en" and english else arabic
