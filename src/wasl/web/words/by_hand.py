"""Words of a family added by hand."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
