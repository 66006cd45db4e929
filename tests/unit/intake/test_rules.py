"""Rules of lists, without a database."""

from __future__ import annotations

import pytest

from wasl.intake.rules import (
    Payer,
    check_can_be_replaced,
    check_can_restore,
    check_can_withdraw,
    choose_replaced_sheet,
    find_payers,
    hide_long_numbers,
)
from wasl.kernel.errors import RuleRefused

PAYERS = [
    Payer("m01", ("جمعية الأمل الخيرية", "Hope")),
    Payer("m02", ("مؤسسة النور", "Light")),
    Payer("m03", ("جمعية نور الهدى", "")),
]


@pytest.mark.parametrize(
    ("written", "payer"),
    [
        ("m02", "m02"),
        ("مؤسسه النور", "m02"),
        ("النور", "m02"),
        ("LIGHT", "m02"),
        ("جمعية الامل", "m01"),
        ("الجمعية", "m01"),
        ("ذاتي", "m01"),
        ("  ", "m01"),
        ("بنك الطعام المصري", "بنك الطعام المصري"),
        ("حساب 12345678901234", "حساب …"),
    ],
)
def test_find_payers_reads_codes_names_and_ourselves(written: str, payer: str) -> None:
    assert find_payers([written], PAYERS, "m01") == {written: payer}


def test_find_payers_never_chooses_between_two() -> None:
    assert find_payers(["نور"], [*PAYERS, Payer("m04", ("مؤسسة نور الحياة", ""))], "m01") == {"نور": "نور"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("كرتونة 28501012412345", "كرتونة …"),
        ("٢٨٥٠١٠١٢٤١٢٣٤٥", "…"),
        ("2 8501 0124 12345", "…"),
        ("مارس 2025 عدد 3", "مارس 2025 عدد 3"),
    ],
)
def test_hide_long_numbers_leaves_short_ones(text: str, shown: str) -> None:
    assert hide_long_numbers(text) == shown


def test_states_allow_what_they_should() -> None:
    assert check_can_withdraw("active", "1") and not check_can_withdraw("withdrawn", "1")
    assert check_can_restore("replaced", "1") and check_can_restore("withdrawn", "1")
    assert not check_can_restore("active", "1")
    check_can_be_replaced("withdrawn", "1")
    for state in ("loading", "replaced"):
        with pytest.raises(RuleRefused):
            check_can_withdraw(state, "1")
        with pytest.raises(RuleRefused):
            check_can_be_replaced(state, "1")
    with pytest.raises(RuleRefused):
        check_can_restore("loading", "1")


def test_choose_replaced_sheet_takes_the_only_one_or_its_namesake() -> None:
    assert choose_replaced_sheet(["مارس"], "فبراير", "1") == "مارس"
    assert choose_replaced_sheet(["مارس", "ابريل"], "ابريل", "1") == "ابريل"
    with pytest.raises(RuleRefused):
        choose_replaced_sheet(["مارس", "ابريل"], "مايو", "1")
