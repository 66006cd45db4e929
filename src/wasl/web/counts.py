"""Counts as a page says them."""

from __future__ import annotations

from wasl.web.digits import show_digits
from wasl.web.words import say
from wasl.web.words.nouns import count_of


def show_count(number: int, noun: str = "", *, most: int | None = None) -> str:
    """Return a number, with its noun where there is one, in the digits that are shown; past `most` as more than that."""
    said = number if most is None else min(number, most)
    words = count_of(said, noun) if noun else f"{said:,}"
    return show_digits(words if said == number else say("inbox.more_than", n=words))
