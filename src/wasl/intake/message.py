"""What reading has to say to a clerk. Beside `reading`, which is heavy to import, for whoever only shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Message:
    """Something to be said to the clerk, as a code of `reading_words.WORDS` and what fills it."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
