"""Letters that differ are marked as somebody who compares two papers would mark them."""

from __future__ import annotations

import pytest

from wasl.web.letters import Part, mark_differences


def shown(parts: list[Part]) -> str:
    """Write parts with [letters that differ] and (spellings that differ)."""
    ends = {"": "{}", "letter": "[{}]", "spelling": "({})"}
    return "".join(ends[part.differs].format(part.text) for part in parts)


@pytest.mark.parametrize(
    ("a", "b", "left", "right"),
    [
        ("محمود سيد", "محمود سيد", "محمود سيد", "محمود سيد"),
        ("محمد علي", "محمود علي", "محمد علي", "محم[و]د علي"),
        ("احمد", "أحمد", "(ا)حمد", "(أ)حمد"),
        ("فاطمة", "فاطمه", "فاطم(ة)", "فاطم(ه)"),
        ("مُحَمَّد", "محمد", "(مُحَمَّ)د", "(محم)د"),
        ("محـمد", "محمد", "مح(ـ)مد", "محمد"),
        ("سيد حسن", "سعد حسن", "س[ي]د حسن", "س[ع]د حسن"),
        ("هدى", "هدي", "هد(ى)", "هد(ي)"),
        ("28507142490015", "28507142940015", "28507142[49]0015", "28507142[94]0015"),
        ("2850714249001", "28507142490015", "2850714249001", "2850714249001[5]"),
        ("1987-03-12", "1987-12-03", "1987-[03]-[12]", "1987-[12]-[03]"),
        ("", "محمد", "", "محمد"),
        ("محمد", "", "محمد", ""),
    ],
)
def test_mark_differences(a: str, b: str, left: str, right: str) -> None:
    x, y = mark_differences(a, b)
    assert (shown(x), shown(y)) == (left, right)
    assert ("".join(part.text for part in x), "".join(part.text for part in y)) == (a, b)


def test_signs_stay_on_their_letter() -> None:
    for parts in mark_differences("مُحَمَّد", "مِحَمَّد"):
        assert parts[0].text in ("مُ", "مِ")
        assert parts[0].differs == "spelling"
