"""Cells that may hold an id lie sealed beside the others; here they go back to their places."""

from __future__ import annotations

from collections.abc import Sequence

from wasl.store.sealing import unseal

# Between a cell's place and its text, and between cells: the clerk's own are dropped when lines are staged.
PLACE_MARK, CELL_MARK = "\x1f", "\x1e"


def restore_cells(
    cells: Sequence[Sequence[str | None]], sealed: Sequence[bytes | memoryview | None]
) -> list[list[str | None]]:
    """Put sealed cells back in their places: lines as the clerk wrote them."""
    restored: list[list[str | None]] = []
    for written, text in zip(cells, unseal(sealed), strict=True):
        line = list(written)
        for piece in text.split(CELL_MARK) if text else ():
            place, _, value = piece.partition(PLACE_MARK)
            line[int(place)] = value
        restored.append(line)
    return restored
