"""What is marked beside what was typed: letters that differ, and nothing that nobody typed."""

from __future__ import annotations

import pytest

from wasl.web.who_said import _marked, _marked_digits


def _shown(parts: object) -> list[str]:
    return [part.text for part in parts if part.differs]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("typed", "value", "marks"),
    [
        ("محمود عبد الرحيم سيد", "محمود عبد الرحيم سيد جاد الرب", []),
        ("محمود عبد الرحيم سيد", "محمود عبدالرحيم سيد جاد الرب", []),
        ("محمود عبد الرحيم", "محمود عبد الرحمن سيد", ["ن"]),
        ("محمود عبد الرحيم سيد", "محمود عبد الرحيم", []),
        ("", "محمود", []),
        ("محمود", "", []),
    ],
)
def test_names_that_were_not_typed_differ_from_nothing(typed: str, value: str, marks: list[str]) -> None:
    assert _shown(_marked(typed, value)) == marks
    assert "".join(part.text for part in _marked(typed, value)) == value


@pytest.mark.parametrize(
    ("typed", "value", "marks"),
    [
        ("27101112295671", "27101112295677", ["7"]),
        ("1985", "03/05/1985", []),
        ("1985", "03/05/1986", ["6"]),
        ("03/05/1985", "05/03/1985", ["5", "3"]),
        ("", "01012345678", []),
        ("01012345678", "", []),
    ],
)
def test_digits_are_read_place_by_place(typed: str, value: str, marks: list[str]) -> None:
    assert _shown(_marked_digits(typed, value)) == marks
    assert "".join(part.text for part in _marked_digits(typed, value)) == value
