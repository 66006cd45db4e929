"""Loading as tests say it: lines of text into a file, a file into lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest

from wasl.intake.actions import load_file
from wasl.intake.reading import LoadOptions
from wasl.intake.results import LoadResult
from wasl.organisations.viewer import Viewer

AT = datetime(2026, 3, 15, 9, 0, tzinfo=UTC)
HEADER = "م,الاسم,الرقم القومي,المركز,الموبايل"
OPTIONS: dict[str, Any] = {"kind": "given", "need": "food_box", "value_piastres": 25_000}


class Load(Protocol):
    def __call__(
        self,
        lines: Sequence[str],
        by: Viewer,
        *,
        name: str = ...,
        options: LoadOptions = ...,
        replaces: str | None = ...,
        header: str = ...,
    ) -> LoadResult: ...


def options(**changed: Any) -> LoadOptions:
    """What most tests say of a list: a food box given in March 2025."""
    return LoadOptions(
        **{"today": AT.date(), "month": datetime(2025, 3, 1, tzinfo=UTC).date(), **OPTIONS, **changed}
    )


USUAL = options()


def people(first: int, count: int, *, markaz: str = "ملوي") -> list[str]:
    """Lines of as many different people, each with a valid synthetic id."""
    names = ["محمد", "احمد", "محمود", "علي", "حسن", "حسين", "ابراهيم", "مصطفى", "سعيد", "خالد"]
    lines = []
    for number in range(first, first + count):
        a, b, c = names[number % 10], names[number // 10 % 10], names[number // 100 % 10]
        nid = f"2{60 + number % 39:02d}{1 + number % 12:02d}{1 + number % 28:02d}249{number % 1000:03d}1"
        lines.append(f"{number},{a} {b} {c} {a},{nid},{markaz},010{10000000 + number}")
    return lines


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write lines below the usual header to a file and load it for the viewer's organisation (the desk: m01)."""

    def run(
        lines: Sequence[str],
        by: Viewer,
        *,
        name: str = "list.csv",
        options: LoadOptions = USUAL,
        replaces: str | None = None,
        header: str = HEADER,
    ) -> LoadResult:
        path = tmp_path / name
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        organisation = "m01" if by.is_desk else by.organisation_code
        return load_file(
            path=path, organisation=organisation, options=options, by=by, at=AT, replaces=replaces
        )

    return run
