"""The map of the 27 governorates as equal tiles: Cairo reads as well as the New Valley, and west stays left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil

from wasl.benefits.queries.choices import Named

STEPS = 5
# Code of the governorate → row and column.
PLACES: dict[str, tuple[int, int]] = {
    "EG02": (1, 2), "EG15": (1, 3), "EG11": (1, 4), "EG03": (1, 5), "EG34": (1, 6),
    "EG33": (2, 1), "EG18": (2, 2), "EG16": (2, 3), "EG12": (2, 4), "EG19": (2, 5),
    "EG17": (3, 3), "EG13": (3, 4), "EG04": (3, 5), "EG35": (3, 6),
    "EG21": (4, 2), "EG14": (4, 3), "EG01": (4, 4),
    "EG23": (5, 2), "EG22": (5, 3), "EG31": (5, 5),
    "EG32": (6, 1), "EG24": (6, 2),
    "EG25": (7, 2),
    "EG26": (8, 2), "EG27": (8, 3),
    "EG29": (9, 3),
    "EG28": (10, 3),
}  # fmt: skip


@dataclass(frozen=True)
class Tile:
    """One governorate: where it stands, its number, its shade from 0 (none) to STEPS, and the rows behind it."""

    code: str
    named: Named
    row: int
    column: int
    value: int
    step: int
    href: str


@dataclass(frozen=True)
class TileMap:
    """The tiles, what each shade begins with, and what no governorate could be said of."""

    tiles: list[Tile]
    legend: list[tuple[int, int, int]]
    nowhere: int

    @property
    def by_value(self) -> list[Tile]:
        """Return the tiles with the largest number first, for the table beside the map."""
        return sorted(self.tiles, key=lambda tile: (-tile.value, tile.code))


def make_tile_map(
    values: Mapping[str, int], governorates: Mapping[str, Named], href: Callable[[str], str]
) -> TileMap:
    """Lay the values of governorates out, the smallest and the largest as far apart in shade as can be."""
    bounds = _bounds(max((value for code, value in values.items() if code in PLACES), default=0))
    tiles = [
        Tile(
            code, governorates[code], row, column, value, sum(value >= bound for bound in bounds), href(code)
        )
        for code, (row, column) in PLACES.items()
        if code in governorates
        for value in (values.get(code, 0),)
    ]
    ends = [*(bound - 1 for bound in bounds[1:]), max((tile.value for tile in tiles), default=0)]
    shades = enumerate(zip(bounds, ends, strict=False), 1)
    legend = [(step, bound, end) for step, (bound, end) in shades if end >= bound]
    nowhere = sum(value for code, value in values.items() if code not in PLACES)
    return TileMap(tiles, legend, nowhere)


def _bounds(largest: int) -> list[int]:
    """Return the smallest value of each shade: each is as many times the one before, for counts span magnitudes."""
    return [ceil(largest ** (step / STEPS)) for step in range(STEPS)] if largest else []
