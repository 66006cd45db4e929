"""The country's tables as reading needs them: places and needs, loaded once."""

from __future__ import annotations

from functools import cache, lru_cache

from wasl.country.egypt.needs_words import NeedFinder
from wasl.country.egypt.places import Place, PlaceIndex


@cache
def places() -> PlaceIndex:
    """The index of governorates and marakiz."""
    return PlaceIndex.load()


@cache
def needs() -> NeedFinder:
    """The finder of needs in words."""
    return NeedFinder()


@lru_cache(maxsize=50_000)
def find_place(
    governorate: str | None, markaz: str | None, village: str | None, address: str | None
) -> Place:
    """Find a place from its words."""
    return places().find(governorate, markaz, village, address)


@lru_cache(maxsize=20_000)
def find_need(text: str) -> tuple[str | None, float | None]:
    """Find the need a text names and the quantity said with it."""
    return needs().find(text)


def is_need(text: str) -> bool:
    """Say whether a cell names a need."""
    return find_need(text)[0] is not None


@lru_cache(maxsize=20_000)
def is_governorate(text: str) -> bool:
    """Say whether a cell names a governorate."""
    return find_place(text, None, None, None).governorate is not None


@lru_cache(maxsize=20_000)
def is_markaz(text: str) -> bool:
    """Say whether a cell names a markaz, a qism or a city."""
    return find_place(None, text, None, None).markaz is not None
