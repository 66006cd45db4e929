"""Words of organisations and users."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
