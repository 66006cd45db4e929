"""The country's tables as reading needs them: places and needs, loaded once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from wasl.country.egypt.needs_words import HasWordings, NeedFinder
from wasl.country.egypt.places import Place, PlaceIndex


@cache
def places() -> PlaceIndex:
    """The index of governorates and marakiz."""
    return PlaceIndex.load()


class _Catalogue:
    """The needs that are looked for, the shipped ones until others are set."""

    finder: NeedFinder | None = None
    known: tuple[object, ...] | None = None


def _content(need: HasWordings) -> tuple[object, ...]:
    return need.code, need.name_ar, need.name_en, tuple(need.slots), need.unit, tuple(need.wordings)


def set_needs(catalogue: Iterable[HasWordings] | None) -> bool:
    """
    Look for the needs of this catalogue from now on, in the whole process; None for the shipped ones.

    Gives whether anything changed; setting an equal catalogue again costs nothing.
    """
    needs = None if catalogue is None else tuple(catalogue)
    known = None if needs is None else tuple(_content(need) for need in needs)
    if known == _Catalogue.known:
        return False
    _Catalogue.known, _Catalogue.finder = known, NeedFinder(needs)
    find_need.cache_clear()
    return True


def needs() -> NeedFinder:
    """The finder of needs in words."""
    if _Catalogue.finder is None:
        _Catalogue.finder = NeedFinder()
    return _Catalogue.finder


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
