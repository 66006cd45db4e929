"""QR codes hold a code's digits and nothing else."""

from __future__ import annotations

import re

import pytest
import segno

from wasl.kernel.codes import make_code
from wasl.kernel.errors import InvariantBroken
from wasl.printing.marks import MASK, QUIET, draw_code


def _modules(svg: str) -> set[tuple[int, int]]:
    bars = re.findall(r"M(\d+) (\d+)h(\d+)v1", svg)
    return {(int(x) + step, int(y)) for x, y, length in bars for step in range(int(length))}


def test_drawing_a_code_draws_the_modules_of_its_digits() -> None:
    code = make_code(41234567890)
    matrix = segno.make_qr(code, error="m", boost_error=False, mask=MASK).matrix
    dark = {(x, y) for y, row in enumerate(matrix) for x, one in enumerate(row) if one}
    assert _modules(draw_code(code)) == dark
    assert len(matrix) == 21, "thirteen digits fit the smallest code"
    assert f'viewBox="-{QUIET} ' in draw_code(code)


@pytest.mark.parametrize(
    "text", ["", "محمد", "4123456789087", "29801011234567", "https://x/4123456789086", "٤١٢٣٤٥٦٧٨٩٠٨٦"]
)
def test_drawing_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(InvariantBroken):
        draw_code(text)
