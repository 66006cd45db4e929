"""Words of long work: how far it is, and stopping it."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
