"""Words of a person's page."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
