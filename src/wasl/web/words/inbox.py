"""Words of the inbox: what waits for the viewer."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
