"""Words of lists: bringing one, its own page, what may be done with it."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
