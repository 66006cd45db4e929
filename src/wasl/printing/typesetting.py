"""
Data and a layout in, a PDF out: typst with the product's own fonts, no network, no file but the layouts.

typst remembers what it set until ten documents later, 80 KiB for a row of a sheet. What is long is set in a
process of its own, so that a worker stays as small as it was: run as a module, this reads data and writes a PDF.
"""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import typst

HERE = Path(__file__).resolve().parent
LAYOUTS = HERE / "layouts"
FONTS = HERE / "fonts"
PATIENCE_S = 300

Layout = Literal["receipt", "sheet", "cards"]


def typeset(layout: Layout, data: Mapping[str, Any], *, tagged: bool = True) -> bytes:
    """
    Return `data` as a PDF, for what is a page or two.

    `tagged` for who listens to a page; of long sheets it would double the file.
    """
    return bytes(_compile(layout, _written(data), format="pdf", pdf_tags=tagged))


def typeset_apart(layout: Layout, data: Mapping[str, Any], *, tagged: bool = True) -> bytes:
    """Return `data` as a PDF, set in a process of its own that gives its memory back; 0.3 s more."""
    made = subprocess.run(
        [sys.executable, "-m", __name__, layout, "tagged" if tagged else "plain"],
        input=_written(data).encode(),
        stdout=subprocess.PIPE,
        timeout=PATIENCE_S,
        check=True,
    )
    return made.stdout


def typeset_pictures(layout: Layout, data: Mapping[str, Any]) -> list[bytes]:
    """Return the pages of a document as PNG, for whoever wants to see them before they are printed."""
    made = _compile(layout, _written(data), format="png", ppi=110)
    return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made)]


def clean(value: Any) -> Any:
    """Return data without what would turn a line round or break it: bidi controls and control characters."""
    if isinstance(value, str):
        return "".join(" " if _breaks(one) else one for one in value if not _turns(one))
    if isinstance(value, Mapping):
        return {key: clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [clean(one) for one in value]
    return value


def _breaks(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Zl", "Zp"}


def _turns(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cf", "Cs", "Co", "Cn"} and letter not in "\u200c\u200d"


def _written(data: Mapping[str, Any]) -> str:
    return json.dumps(clean(data), ensure_ascii=False)


def _compile(layout: Layout, written: str, **options: Any) -> Any:
    return typst.compile(
        str(LAYOUTS / f"{layout}.typ"),
        root=str(LAYOUTS),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": written},
        **options,
    )


@cache
def _fonts() -> typst.Fonts:
    """Read the fonts once in a process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _main(layout: str, tagged: str) -> None:
    assert layout in get_args(Layout)
    data = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(_compile(layout, data, format="pdf", pdf_tags=tagged == "tagged"))  # type: ignore[arg-type]


if __name__ == "__main__":
    _main(*sys.argv[1:])
