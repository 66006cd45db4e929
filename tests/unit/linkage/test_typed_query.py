"""What a clerk types of a person, read field by field; what cannot be read is named with its field."""

from __future__ import annotations

from datetime import date

import pytest

from wasl.linkage.typed_query import LONGEST, Typed, understand

TODAY = date(2026, 3, 1)
ID = "28003052410111"


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ({"nid": ID}, {"nid": ID}),
        ({"nid": "٢٨٠٠٣٠٥ ٢٤١٠ ١١١"}, {"nid": ID}),
        ({"born": "3/5/1985"}, {"born": date(1985, 5, 3), "precision": "day"}),
        ({"born": "٣/٥/١٩٨٥"}, {"born": date(1985, 5, 3), "precision": "day"}),
        ({"born": "1985"}, {"born": date(1985, 1, 1), "precision": "year"}),
        ({"born": "5/1985"}, {"born": date(1985, 5, 1), "precision": "month"}),
        ({"phone": "01012345678"}, {"phone": 1012345678}),
        ({"phone": "1012345678"}, {"phone": 1012345678}),
        ({"phone": "٠١٠ ١٢٣٤ ٥٦٧٨"}, {"phone": 1012345678}),
        ({"place": "ملوي"}, {"governorate": "EG24", "markaz": "EG2412"}),
        ({"place": "مركز ملوى"}, {"governorate": "EG24", "markaz": "EG2412"}),
        ({"place": "محافظة المنيا"}, {"governorate": "EG24", "markaz": None}),
        ({"place": "قرية شارونة مركز مغاغة"}, {"markaz": "EG2410", "village": "شارونه"}),
        ({"place": "شارونة مغاغة"}, {"markaz": "EG2410", "village": "شارونه"}),
        ({"place": "المنيا، ملوي، تونا الجبل"}, {"markaz": "EG2412", "village": "تونا جبل"}),
        ({"sex": "female"}, {"sex": 2}),
        ({"sex": "أنثى"}, {"sex": 2}),
        ({"spouse_nid": ID}, {"spouse_nid": ID}),
        ({"name": "الحاج/ محمود  عبد الرحيم"}, {"name": "محمود عبد الرحيم"}),
        # Numbers among the words of the name are what they are.
        ({"name": "محمود عبد الرحيم ١٩٨٥"}, {"name": "محمود عبد الرحيم", "born": date(1985, 1, 1)}),
        (
            {"name": f"محمود {ID} 01012345678"},
            {"name": "محمود", "nid": ID, "phone": 1012345678},
        ),
        ({"name": "محمود 1985", "born": "1986"}, {"name": "محمود", "born": date(1986, 1, 1)}),
    ],
)
def test_typed_as_clerks_type_is_understood(typed: dict[str, str], query: dict[str, object]) -> None:
    understood, problems = understand(Typed(**typed), today=TODAY)
    assert problems == ()
    asked = vars(understood.query)
    assert {name: asked[name] for name in query} == query


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({}, "name", "who.nothing"),
        ({"name": "  "}, "name", "who.nothing"),
        ({"nid": "2800305241011"}, "nid", "who.nid_wrong_length"),
        ({"nid": "28013052410111"}, "nid", "who.nid_bad_date"),
        ({"nid": "48003052410111"}, "nid", "who.nid_bad_century"),
        ({"nid": "28003059910111"}, "nid", "who.nid_bad_governorate"),
        ({"nid": "لا أعرف"}, "nid", "who.nid_empty"),
        ({"name": "محمود", "spouse_nid": "123"}, "spouse_nid", "who.nid_wrong_length"),
        ({"nid": ID, "spouse_nid": ID}, "spouse_nid", "who.spouse_same"),
        ({"name": "///"}, "name", "who.name_unreadable"),
        ({"born": "كبير"}, "born", "who.born_unreadable"),
        ({"born": "31/2/1985"}, "born", "who.born_unreadable"),
        ({"born": "2030"}, "born", "who.born_unreadable"),
        ({"born": "1066"}, "born", "who.born_unreadable"),
        ({"sex": "؟"}, "sex", "who.sex_unreadable"),
        ({"phone": "55"}, "phone", "who.phone_unreadable"),
        ({"place": "12"}, "place", "who.place_unknown"),
        ({"place": "شارونة"}, "place", "who.place_village_alone"),
        ({"place": "عزبة النخل"}, "place", "who.place_village_alone"),
        ({"name": "م" * (LONGEST["name"] + 1)}, "name", "who.too_long"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_field(typed: dict[str, str], field: str, code: str) -> None:
    _, problems = understand(Typed(**typed), today=TODAY)
    assert [(one.field, one.code) for one in problems] == [(field, code)]


def test_every_field_that_is_wrong_is_named_at_once() -> None:
    _, problems = understand(Typed(nid="1", born="x", phone="2", place="3"), today=TODAY)
    assert [one.field for one in problems] == ["nid", "born", "phone", "place"]


def test_village_is_given_back_as_it_was_typed() -> None:
    understood, _ = understand(Typed(place="تونا الجبل، ملوي"), today=TODAY)
    assert understood.village == "تونا الجبل"
