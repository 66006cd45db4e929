import pytest

from wasl.country.egypt.relations import find_marital, find_relation, find_sex, is_deceased


@pytest.mark.parametrize(
    ("word", "relation"),
    [
        ("رب الأسرة", "head"),
        ("ربة اسرة", "head"),
        ("الزوج", "spouse"),
        ("زوجه", "spouse"),
        ("زوجة (متوفية)", "spouse"),
        ("ابن", "child"),
        ("ابن 2", "child"),
        ("إبنه", "child"),
        ("بنت", "child"),
        ("child1", "child"),
        ("أم", "parent"),
        ("حماة", "parent"),
        ("أخ", "sibling"),
        ("حفيدة", "grandchild"),
        ("ابن الاخ", "dependant"),
        ("Wife", "spouse"),
        ("جدة", "other"),
        ("متوفى", None),
        ("محمد", None),
        ("", None),
        (None, None),
    ],
)
def test_relation_words(word: str | None, relation: str | None) -> None:
    assert find_relation(word) == relation


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("أرملة", "widowed"),
        ("متزوجه", "married"),
        ("مطلقة", "divorced"),
        ("أعزب", "single"),
        ("آنسة", "single"),
        ("x", None),
    ],
)
def test_marital_words(word: str, status: str | None) -> None:
    assert find_marital(word) == status


@pytest.mark.parametrize(
    ("word", "sex"),
    [
        ("ذكر", 1),
        ("أنثى", 2),
        ("انثي", 2),
        ("M", 1),
        ("female", 2),
        ("أرملة", 2),
        ("الزوج", 1),
        ("-", None),
        (None, None),
    ],
)
def test_sex_words(word: str | None, sex: int | None) -> None:
    assert find_sex(word) == sex


@pytest.mark.parametrize(
    "cell", ["متوفى", "متوفي", "متوفاة", "المتوفى", "الزوج متوفى", "المرحوم", "توفي 2020"]
)
def test_deceased_is_told(cell: str) -> None:
    assert is_deceased(cell)


@pytest.mark.parametrize("cell", ["", None, "موجود", "مستوفي", "توفيق"])
def test_living_are_not_told_dead(cell: str | None) -> None:
    assert not is_deceased(cell)
