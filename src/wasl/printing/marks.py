"""QR codes, drawn as SVG: digits alone, so that a keyboard-wedge reader types them in any layout."""

from __future__ import annotations

import segno

from wasl.kernel.codes import is_code
from wasl.kernel.errors import InvariantBroken

QUIET = 2
# Thirteen digits fit the smallest code at a middling level. Weighing all eight masks is four fifths of making one,
# and digits make no large empty areas whatever the mask.
MASK = 2


def draw_code(code: str) -> str:
    """
    Return an SVG of the QR code of a code's digits.

    :raises InvariantBroken: it is no code, and might say something of somebody.
    """
    if not is_code(code) or not code.isascii() or not code.isdigit():
        raise InvariantBroken("print.not_a_code")
    matrix = segno.make_qr(code, error="m", boost_error=False, mask=MASK).matrix
    side = len(matrix)
    bars = "".join(
        f"M{start} {y}h{length}v1h-{length}z" for y, row in enumerate(matrix) for start, length in _runs(row)
    )
    box = f"{-QUIET} {-QUIET} {side + 2 * QUIET} {side + 2 * QUIET}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><path d="{bars}"/></svg>'


def _runs(row: bytearray | tuple[int, ...]) -> list[tuple[int, int]]:
    """Return where dark modules begin and how many follow."""
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs
