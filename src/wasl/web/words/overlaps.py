"""Words of overlaps and repeats."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
