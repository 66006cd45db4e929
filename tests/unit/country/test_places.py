import pytest

from wasl.country.egypt.places import PlaceIndex, village_key
from wasl.country.egypt.tables import read_table

INDEX = PlaceIndex.load()


@pytest.mark.parametrize(
    "words",
    [
        ("المنيا", "م. مغاغة", "شارونة", None),
        ("محافظة المنيا", "مركز مغاغه", "قرية شارونة", None),
        ("منيا", "مغاغا", "قريه/ شارونه", None),
        (None, None, None, "المنيا - مغاغة - شارونة"),
        (None, None, None, "المنيا/مغاغة/شارونة/ع.فلان"),
        (None, None, None, "شارع الجيش، قرية شارونة، مركز مغاغة، محافظة المنيا"),
        (None, None, None, "قريه شارونه مركز مغاغه المنيا"),
        (None, None, None, "المنيا مغاغة شارونة"),
        ("المنيا", "مغاغة", "قرية شارونة مركز مغاغة", None),
        ("EG24", "EG2410", "شارونة", None),
        ("Minya", "Maghagha", "شارونة", None),
    ],
)
def test_place_in_every_wording_is_found(words: tuple[str | None, ...]) -> None:
    place = INDEX.find(*words)
    assert (place.governorate, place.markaz, place.village_key) == ("EG24", "EG2410", "شارونه")
    assert place.unmatched == ()


def test_place_of_one_name_in_two_governorates_needs_the_governorate() -> None:
    assert INDEX.find("الدقهلية", "الجمالية").markaz == "EG1215"
    assert INDEX.find("القاهرة", "الجمالية").markaz == "EG0115"
    lost = INDEX.find(None, "الجمالية")
    assert (lost.governorate, lost.markaz, lost.unmatched) == (None, None, ("الجمالية",))


def test_place_markaz_column_with_a_governorates_name_means_the_markaz() -> None:
    place = INDEX.find(None, "المنيا", "عزبة الشيخ علي")
    assert (place.governorate, place.markaz) == ("EG24", "EG2402")


def test_place_moved_to_another_governorate_is_found_under_both() -> None:
    assert INDEX.find("قنا", "إسنا").governorate == "EG29"
    assert INDEX.find("الأقصر", "اسنا").markaz == "EG2705"


@pytest.mark.parametrize(
    ("governorate", "markaz", "code"),
    [
        ("القاهرة", "مدينة نصر", "EG0126"),
        ("بني سويف", "ناصر", "EG2209"),
        ("البحيرة", "ابو المطامير", "EG1803"),
        ("أسيوط", "أبو تيج", "EG2505"),
        ("الجيزة", "6 أكتوبر", "EG2107"),
        ("الغربية", "قسم أول طنطا", "EG1603"),
        ("بورسعيد", "حي العرب", "EG0302"),
        ("المنيا", "سملوط", "EG2408"),
    ],
)
def test_markaz_spellings(governorate: str, markaz: str, code: str) -> None:
    assert INDEX.find(governorate, markaz).markaz == code


def test_every_governorate_and_markaz_finds_itself_by_its_names() -> None:
    for row in read_table("governorates.csv"):
        assert INDEX.find_governorate(row["name_ar"]) == row["adm1_pcode"]
        assert INDEX.find_governorate(row["name_en"]) == row["adm1_pcode"]
    for row in read_table("marakiz.csv"):
        if row["kind"] == "markaz":
            assert INDEX.find_markaz(row["name_ar"], row["adm1_pcode_current"]) == row["adm2_pcode"]


def test_place_unknown_words_are_said() -> None:
    assert INDEX.find("زحل", "مغاغة").unmatched == ("زحل",)
    assert INDEX.find("-", "لا يوجد", None, "") == INDEX.find()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("قرية شارونة", "شارونه"),
        ("ع. الشيخ علي", "عزبة الشيخ على"),
        ("ع/ الشيخ علي", "عزبه الشيخ علي"),
        ("كفر/ أبو شهبة", "كفر ابوشهبة"),
        ("منشاة دعبس", "منشأة دعبس"),
        ("البرجاية", "برجايه"),
    ],
)
def test_village_keys_of_one_village_are_equal(one: str, other: str) -> None:
    assert village_key(one) == village_key(other)


def test_village_keys_of_different_places_differ() -> None:
    assert village_key("كفر الشيخ علي") != village_key("عزبة الشيخ علي")
    assert village_key("لا يوجد") is None


@pytest.mark.parametrize(
    ("governorate", "markaz", "code"),
    [
        ("قنا", "نجع حمادي", "EG2708"),
        ("قنا", "مركز نجع حمادى", "EG2708"),
        ("أسوان", "كوم أمبو", "EG2804"),
        ("البحيرة", "كوم حمادة", "EG1813"),
    ],
)
def test_a_markaz_whose_name_begins_like_a_hamlet_is_found_in_its_column(
    governorate: str, markaz: str, code: str
) -> None:
    assert PlaceIndex.load().find(governorate, markaz).markaz == code
