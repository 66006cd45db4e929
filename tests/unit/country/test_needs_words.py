import pytest

from wasl.country.egypt.needs_words import NeedFinder, ShippedNeed, list_shipped_needs

FINDER = NeedFinder()


@pytest.mark.parametrize(
    ("text", "code", "quantity"),
    [
        ("كرتونه", "food_box", None),
        ("الكرتونة", "food_box", None),
        ("كراتين رمضان", "ramadan_box", None),
        ("شنطة رمضان 2025", "ramadan_box", None),
        ("كراتين مواد غذائيه لشهر رمضان", "ramadan_box", None),
        ("2 بطانية", "blankets", 2),
        ("عدد 2 بطانية", "blankets", 2),
        ("بطانية عدد ٢", "blankets", 2),
        ("٢ بطاطين", "blankets", 2),
        ("بطانيتين", "blankets", 2),
        ("ثلاث بطاطين", "blankets", 3),
        ("بطانية (2)", "blankets", 2),
        ("بطانيه × 3", "blankets", 3),
        ("2blankets", "blankets", 2),
        ("كرتونة واحدة", "food_box", 1),
        ("2,5 كجم لحوم", "meat", 2.5),
        ("معاش شهري", "monthly_cash", None),
        ("معاش", "monthly_cash", None),
        ("معاش شهرى 500 جنيه", "monthly_cash", None),
        ("معاش شهري 500", "monthly_cash", None),
        ("دعم نقدى", "monthly_cash", None),
        ("تكافل", "state_cash", None),
        ("Takaful & Karama", "state_cash", None),
        ("كفالة ايتام", "orphan_sponsorship", None),
        ("كفالة شهرية ل 3 أيتام", "orphan_sponsorship", None),
        ("شنط مدارس", "school_bag", None),
        ("نظارات", "glasses", None),
        ("كرتونة 3/2025", "food_box", None),
        ("كرتونة مارس 2025", "food_box", None),
        ("كرتونة رقم 3", "food_box", None),
        ("كراتين شهري مارس وأبريل", "food_box", None),
        ("food_box", "food_box", None),
        ("Food boxes", "food_box", None),
        ("لا يوجد", None, None),
        ("كلام آخر", None, None),
        ("عدد 2", None, 2),
        (None, None, None),
    ],
)
def test_need_and_quantity_as_written(text: str | None, code: str | None, quantity: float | None) -> None:
    assert FINDER.find(text) == (code, quantity)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("مساعدة مالية", "one_off_cash"),
        ("مساعدة مالية شهرية", "monthly_cash"),
        ("مساعدة شهرية", "monthly_cash"),
        ("كرتونة شهرية", "food_package"),
        ("كرتونة الخير الشهرية", "food_package"),
        ("صرف علاج شهري", "medicine"),
        ("شهرية", "monthly_cash"),
        ("بطاطين شهرية", None),
        ("مساعدة نقدية عاجلة شهرية", None),
        ("ملابس شهرية", None),
    ],
)
def test_word_of_the_month_is_never_dropped(text: str, code: str | None) -> None:
    assert FINDER.find(text).code == code


def test_every_shipped_wording_finds_its_need() -> None:
    for need in list_shipped_needs():
        for wording in (*need.wordings, need.name_ar, need.name_en):
            assert FINDER.find(wording).code == need.code, wording


def test_shipped_wordings_stand_in_one_need_only() -> None:
    seen: dict[str, str] = {}
    for need in list_shipped_needs():
        for wording in need.wordings:
            assert seen.setdefault(wording, need.code) == need.code, wording


def test_needs_side_by_side_are_all_listed() -> None:
    assert FINDER.find_all("2 كرتونة + بطانية") == ["food_box", "blankets"]


def test_finder_knows_only_its_catalogue() -> None:
    bread = ShippedNeed("bread", "خبز", "Bread", "food", "family", (), "none", "0", "loaf", ("رغيف عيش",))
    finder = NeedFinder([bread])
    assert finder.find("5 رغيف عيش") == ("bread", 5)
    assert finder.find("كرتونة") == (None, None)
