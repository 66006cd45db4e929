"""What stands on printed pages, read back from the PDF; and what others wrote stays text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.unit.printing.pdf_text import bare, count_pages, words_of
from wasl.benefits.queries.printed import Receipt, SheetQuestion, SheetRow
from wasl.kernel.codes import make_code
from wasl.printing.receipts import lay_out_receipt
from wasl.printing.sheets import PART_ROWS, Sheet, lay_out, set_sheet, sum_by_place
from wasl.printing.typesetting import clean, typeset
from wasl.printing.voice import Voice

AT = datetime(2026, 3, 12, 9, tzinfo=UTC)
MARCH = date(2026, 3, 1)
RECEIPT = Receipt(
    make_code(41234567890), "جمعية الأمل", "Hope", make_code(1000000002), "محمد عبد الرحمن حسن", "", "كرتونة مواد غذائية",
    "Food box", MARCH, MARCH, 1, 1, date(2026, 3, 12), "amina", "proxy", "سعيد محمود", "ابن العم", Decimal("1.000"), "box",
    45_000, None, "",
)  # fmt: skip
ARABIC = Voice()
VILLAGES = ("الكعابي", "طبهار", "منشية")


def receipt_words(receipt: Receipt, voice: Voice = ARABIC, paper: str = "a5") -> list[str]:
    return words_of(typeset("receipt", lay_out_receipt(receipt, voice, AT, paper)))


def says(words: list[str], text: str) -> bool:
    return all(bare(word).strip("،,:") in {one.strip("،,:") for one in words} for word in text.split())


@pytest.mark.parametrize("paper", ["a5", "a6"])
def test_a_receipt_says_who_was_given_what_when_and_who_took_it_on_one_page(paper: str) -> None:
    pdf = typeset("receipt", lay_out_receipt(RECEIPT, ARABIC, AT, paper))
    assert count_pages(pdf) == 1
    words = words_of(pdf)
    for text in (
        "جمعية الأمل", "إيصال استلام", RECEIPT.code, RECEIPT.family, RECEIPT.head, "كرتونة مواد غذائية", "450 جنيه",
        "سعيد محمود", "ابن العم", "وكيل", "12 مارس 2026", "amina",
    ):  # fmt: skip
        assert says(words, text), text
    assert not says(words, "ملغى")


def test_a_reversed_receipt_is_stamped_with_day_and_reason() -> None:
    taken_back = replace(RECEIPT, reversed_at=AT, reason="سلمت لأسرة أخرى")
    assert says(receipt_words(taken_back), "ملغى سلمت لأسرة أخرى")
    assert says(receipt_words(taken_back, Voice("en")), "REVERSED 12 March 2026")


def test_a_receipt_in_english_and_in_eastern_digits() -> None:
    english = receipt_words(RECEIPT, Voice("en"))
    assert says(english, "Hope Receipt Food box 1 box EGP 450 12 March 2026 proxy")
    eastern = receipt_words(RECEIPT, Voice("ar", eastern=True))
    assert says(eastern, "١٢ مارس ٢٠٢٦") and says(eastern, RECEIPT.code), "codes stay as a reader types them"


@pytest.mark.parametrize(
    "name",
    [
        "#panic()",
        "$x^2$ *bold* _a_ @ref <label>",
        '"); #read("/etc/passwd")',
        "\\u{202e} \\",
        "```raw```",
        "// x",
        "= عنوان",
    ],
)
def test_text_of_others_is_printed_as_it_stands_and_never_run(name: str) -> None:
    words = "".join(receipt_words(replace(RECEIPT, head=name, receiver_name=name)))
    assert all(letter in words for letter in name if letter.isalnum())


def test_what_turns_a_line_round_is_not_printed() -> None:
    assert clean("محمد\u202eevil\u2066\x00\n\ufeffعلي") == "محمدevil  علي"
    assert clean("می\u200cخواهم") == "می\u200cخواهم"


def test_a_very_long_name_wraps_and_the_receipt_stays_one_page() -> None:
    long = "عبد الرحمن محمود إبراهيم " * 8
    pdf = typeset("receipt", lay_out_receipt(replace(RECEIPT, head=long), ARABIC, AT, "a6"))
    assert count_pages(pdf) == 1
    assert words_of(pdf).count("إبراهيم") == 8


def rows_of(count: int, per_place: int = 20) -> list[SheetRow]:
    return [
        SheetRow(
            make_code(41234567890 + place * 7919), make_code(1000000002 + 2 * place), f"محمود {place}", "", "food_box",
            Decimal("1.5") if place % 2 else Decimal(1), "box", "الفيوم", "Fayoum", "سنورس", "Sinnuris",
            VILLAGES[place // per_place % 3],
        )
        for place in range(count)
    ]  # fmt: skip


def sheet_of(
    rows: list[SheetRow], form: str = "sheet", need: str | None = "food_box", voice: Voice = ARABIC
) -> Sheet:
    question = SheetQuestion(need=need, month=MARCH)
    return Sheet(form, "جمعية الأمل", "amina", question, {"food_box": "كرتونة"}, rows, voice, AT)  # type: ignore[arg-type]


def test_a_sheet_has_a_row_for_each_grant_pages_that_count_and_sums_by_place() -> None:
    rows = rows_of(45)
    pdf = next(set_sheet(sheet_of(rows)))
    words = words_of(pdf)
    pages = count_pages(pdf)
    assert pages >= 3
    assert {row.code for row in rows} <= set(words) and {row.family for row in rows} <= set(words)
    assert words.count("التوقيع") in (pages - 1, pages), "the head is on every page that has rows"
    assert sum(1 for word in words if word == "صفحة") == pages
    assert says(words, "كشف توزيع: الكعابي طبهار منشية مجموع الكشف كله 56")


def test_sums_keep_units_apart() -> None:
    rows = [replace(row, unit="kg" if place % 2 else "box") for place, row in enumerate(rows_of(4))]
    (only,) = sum_by_place(rows, ARABIC)
    assert only.quantities == {"box": Decimal(2), "kg": Decimal(3)} and only.rows == 4


def test_a_long_sheet_comes_in_parts_whose_rows_count_on() -> None:
    sheet = sheet_of(rows_of(PART_ROWS + 3, per_place=400))
    first, second = lay_out(sheet, 0), lay_out(sheet, 1)
    assert sheet.parts == 2
    assert (len(first["rows"]), [row["no"] for row in second["rows"]]) == (
        PART_ROWS,
        ["1,001", "1,002", "1,003"],
    )
    assert len(first["totals"]) == 1 and len(second["totals"]) == 2, "the whole is summed at the end"


def test_cards_are_eight_to_a_page_with_the_need_of_each_where_they_differ() -> None:
    pdf = next(set_sheet(sheet_of(rows_of(17), form="cards", need=None)))
    assert count_pages(pdf) == 3
    words = words_of(pdf)
    assert words.count("كرتونة") == 2 * 17, "the need, and the unit"


def test_pages_count_in_eastern_digits_where_these_are_shown() -> None:
    assert says(words_of(next(set_sheet(sheet_of(rows_of(3), voice=Voice("ar", True))))), "صفحة ١ من")
