"""Words of the review queue."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
