"""Words of runs of recognising people and families."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
