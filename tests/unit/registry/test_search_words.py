"""What is typed into the one box, and the keys under which names are found."""

from __future__ import annotations

import itertools
from datetime import date

import polars as pl
import pytest

from wasl.country.egypt.names import name_parts, standardise_token
from wasl.country.egypt.places import PlaceIndex
from wasl.kernel.codes import make_code
from wasl.registry.search_keys import WORDS_MAX, index_keys, pair_key, search_key
from wasl.registry.search_words import TEXT_MAX, read_asked

TODAY = date(2026, 3, 1)
NID = "26001012412345"
MALLAWI = PlaceIndex.load().find_markaz("ملوي", None)


def asked(text: str):  # type: ignore[no-untyped-def]
    return read_asked(text, today=TODAY)


@pytest.mark.parametrize(
    "text", [NID, "٢٦٠٠١٠١٢٤١٢٣٤٥", "260 0101 24 1234 5", " 2600101-2412345 ", f"سعيد محمد {NID} ملوي"]
)
def test_read_asked_takes_a_whole_id_however_it_is_spaced(text: str) -> None:
    found = asked(text)
    assert (found.kind, found.nid) == ("nid", NID)


def test_read_asked_says_what_is_wrong_with_fourteen_digits() -> None:
    assert (asked("26013012412345").kind, asked("26013012412345").nid_problem) == ("number", "bad_date")


@pytest.mark.parametrize("text", ["01012345678", "٠١٠١٢٣٤٥٦٧٨", "010 1234 5678", "+20 101 234 5678"])
def test_read_asked_takes_a_phone(text: str) -> None:
    assert asked(text).phone == 1012345678


@pytest.mark.parametrize("number", [100001, 2 * 10**9 + 4, 120 * 10**9 + 10**8])
def test_read_asked_takes_a_code_in_eastern_digits_too(number: int) -> None:
    code = make_code(number)
    assert asked(code).code == code
    assert asked(code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))).code == code


@pytest.mark.parametrize("text", ["", "   ", "م", "٣", "%", "'; DROP TABLE x; --", "____", "\x00", "م ا ع"])
def test_read_asked_of_nothing_much_finds_no_reading_of_people(text: str) -> None:
    assert all(len(word) > 1 for reading in asked(text).readings for word in reading.words)
    assert asked(text).nid is None


def test_read_asked_of_ten_thousand_characters_is_too_long() -> None:
    assert asked("محمد " * 2_000).kind == "too_long"
    assert asked("م" * TEXT_MAX).kind == "words"


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("أحمد إبراهيم", "احمد ابراهيم"),
        ("فاطمة هدى", "فاطمه هدي"),
        ("عبد الرحمن السيد", "عبدالرحمن سيد"),
        ("مُحَمَّد", "محمـــد"),
        ("ابو زيد علي", "أبوزيد على"),
    ],
)
def test_read_asked_folds_spelling(text: str, other: str) -> None:
    assert asked(text).words == asked(other).words != ()


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("محمد حسن ملوي", ("محمد", "حسن"), MALLAWI),
        ("محمد حسن مركز ملوى", ("محمد", "حسن"), MALLAWI),
        ("محمد حسن المنيا", ("محمد", "حسن"), "EG24"),
        ("محمد حسن محافظة كفر الشيخ", ("محمد", "حسن"), "EG15"),
        ("سوهاج محمد حسن", ("محمد", "حسن"), "EG26"),
        ("محمد حسن", ("محمد", "حسن"), None),
    ],
)
def test_read_asked_finds_the_place_among_the_words(
    text: str, words: tuple[str, ...], place: str | None
) -> None:
    first = asked(text).readings[0]
    assert (first.words, first.place) == (words, place)
    if place:
        assert any(one.place_dropped and one.words == words for one in asked(text).readings)


def test_read_asked_reads_a_word_that_is_name_and_place_as_a_name_first() -> None:
    readings = asked("محمد حسن ناصر").readings
    assert readings[0].words == ("محمد", "حسن", "ناصر") and readings[0].place is None
    assert any(one.place == "EG2203" or one.place for one in readings[1:])
    assert asked("محمد حسن مركز ناصر").readings[0].place is not None


def test_read_asked_takes_a_year_of_birth() -> None:
    first = asked("منى سعيد ١٩٧٠").readings[0]
    assert (first.words, first.birth_year) == (("مني", "سعيد"), 1970)
    assert asked("منى سعيد 2077").readings[0].birth_year is None


def test_index_keys_are_those_of_the_words_their_pairs_and_what_stands_beside() -> None:
    names = [
        "محمد عبد الرحمن السيد", "أبو زيد نور الدين على", "فاطم ه حسن", "", "x", "محمد محمد محمد",
        "محمد احمد حسن علي عمر خالد سيد طارق سامي ياسر",
    ]  # fmt: skip
    frame = pl.DataFrame(
        {
            "name": names,
            "governorate": ["EG24", None] * 3 + ["EG24"],
            "markaz": [None] * 7,
            "birth_year": [1970] + [None] * 6,
        },
        schema={"name": pl.String, "governorate": pl.String, "markaz": pl.String, "birth_year": pl.Int32},
    )
    keys, words = index_keys(frame, 7)
    for row, record in zip(keys.rows(), frame.rows(named=True), strict=True):
        standard = list(dict.fromkeys(standardise_token(part) for part in name_parts(record["name"])))
        own = [search_key(word) for word in standard[:WORDS_MAX]]
        wanted = {search_key("%7"), *own, *(pair_key(a, b) for a, b in itertools.combinations(own, 2))}
        if record["governorate"]:
            wanted.add(search_key("@EG24"))
        if record["birth_year"]:
            wanted.add(search_key("#1970"))
        assert {key for key in row if key is not None} == wanted
        assert set(standard[:WORDS_MAX]) <= set(words)
