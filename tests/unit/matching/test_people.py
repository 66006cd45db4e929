"""Who is one person: golden cases as officers meet them."""

from __future__ import annotations

import datetime as dt

import pytest

from .conftest import Lists, same, together

BORN = dt.date(1985, 7, 14)
MAN, WOMAN = "28507142490015", "28811232490028"


@pytest.fixture
def crowd(lists: Lists) -> Lists:
    """Some strangers, so that names are as common as they are."""
    given = ("محمد", "احمد", "محمود", "مصطفي", "علي", "حسن", "ابراهيم", "خالد", "سعيد", "عمر")
    for i in range(60):
        name = f"{given[i % 10]} {given[(i * 3 + 1) % 10]} {given[(i * 7 + 2) % 10]} {given[(i // 6) % 10]}"
        lists.row(
            9, name, village=f"قريه {i % 12}", birth_date=dt.date(1950 + i % 50, 1 + i % 12, 1 + i % 27)
        )
    return lists


def test_link_agreeing_id_and_name_is_certain(crowd, link):
    a = crowd.row(1, "فاطمة عبد الرحمن أحمد", nid=WOMAN)
    b = crowd.row(2, "فاطمه عبدالرحمن احمد السيد", nid=WOMAN)
    assert same(link(crowd.tables()), a, b, "certain_person")


def test_link_borrowed_id_leaves_husband_and_wife_apart(crowd, link):
    a = crowd.row(1, "حسين رمضان خليل", nid=MAN)
    b = crowd.row(2, "حسين رمضان خليل", nid=MAN)
    wife = crowd.row(3, "نعيمة صابر جاد", nid=MAN)
    result = link(crowd.tables())
    assert same(result, a, b)
    assert not same(result, a, wife)
    assert result.counts["ids_distrusted"] == 1


def test_link_twins_of_one_house_stay_apart(crowd, link):
    facts = {"birth_date": BORN, "phone": 1012345678, "village": "كفر الشيخ"}
    a = crowd.row(1, "شادي رمضان خليل جاد", **facts)
    b = crowd.row(2, "فادي رمضان خليل جاد", **facts)
    assert not same(link(crowd.tables()), a, b)


def test_link_brothers_with_equal_chains_stay_apart(crowd, link):
    a = crowd.row(1, "محمد رمضان خليل جاد", birth_date=BORN, village="بني عبيد")
    b = crowd.row(2, "محمود رمضان خليل جاد", birth_date=dt.date(1988, 2, 3), village="بني عبيد")
    assert not same(link(crowd.tables()), a, b)


def test_link_father_and_son_of_one_name_stay_apart(crowd, link):
    father = crowd.row(
        1, "رمضان خليل جاد", birth_date=dt.date(1960, 5, 6), phone=1012345678, village="بني عبيد"
    )
    son = crowd.row(2, "رمضان رمضان خليل جاد", birth_date=BORN, phone=1012345678, village="بني عبيد")
    assert not same(link(crowd.tables()), father, son)


def test_link_misspelt_name_with_date_and_village_joins(crowd, link):
    a = crowd.row(1, "عبد الفتاح رمضان خليل", birth_date=BORN, village="بني عبيد")
    b = crowd.row(2, "عبد الفتاخ رمضان خليل", birth_date=BORN, village="بني عبيد")
    assert same(link(crowd.tables()), a, b)


def test_link_day_and_month_swapped_joins(crowd, link):
    a = crowd.row(1, "بهجت رمضان خليل", birth_date=dt.date(1985, 4, 9), village="بني عبيد")
    b = crowd.row(2, "بهجت رمضان خليل", birth_date=dt.date(1985, 9, 4), village="بني عبيد")
    assert same(link(crowd.tables()), a, b)


def test_link_id_one_slip_apart_joins(crowd, link):
    a = crowd.row(1, "بهجت رمضان خليل", nid="28507142490015", village="بني عبيد")
    b = crowd.row(2, "بهجت رمضان خليل", nid="28507142490051", nid_check=False, village="بني عبيد")
    assert same(link(crowd.tables()), a, b)


def test_link_couples_without_ids_join_by_each_other(crowd, link):
    first = crowd.family(
        1, {"name": "بهجت رمضان خليل", "relation": "head"}, {"name": "نعيمة صابر جاد", "relation": "spouse"}
    )
    second = crowd.family(
        2, {"name": "نعيمه صابر جاد", "relation": "head"}, {"name": "بهجت رمضان خليل", "relation": "spouse"}
    )
    result = link(crowd.tables())
    assert same(result, first[0], second[1])
    assert same(result, first[1], second[0])
    assert {1 + 60, 2 + 60} in together(result.families, "entry_id", "family")


def test_link_never_joins_two_records_of_one_entry(crowd, link):
    facts = {"birth_date": BORN, "village": "بني عبيد", "phone": 1012345678}
    a, b = crowd.family(
        1,
        {"name": "بهجت رمضان خليل", "relation": "child", **facts},
        {"name": "بهجت رمضان خليل", "relation": "child", **facts},
    )
    crowd.row(2, "بهجت رمضان خليل", **facts)
    assert not same(link(crowd.tables()), a, b)


def test_link_confirmed_ids_far_apart_never_join(crowd, link):
    facts = {"birth_date": BORN, "village": "بني عبيد", "phone": 1012345678}
    name = "بهجت رمضان خليل جاد"
    rows = [
        crowd.row(org, name, nid=nid, **facts)
        for org, nid in ((1, MAN), (2, MAN), (3, "28507142497733"), (4, "28507142497733"))
    ]
    crowd.row(5, name, **facts)
    assert not same(link(crowd.tables()), rows[0], rows[2])


def test_link_verdicts_always_win(crowd, link):
    a = crowd.row(1, "بهجت رمضان خليل", nid=MAN)
    b = crowd.row(2, "بهجت رمضان خليل", nid=MAN)
    c = crowd.row(3, "سناء صابر جاد")
    crowd.verdict(a, b, "different")
    crowd.verdict(a, c, "same")
    result = link(crowd.tables())
    assert not same(result, a, b)
    assert same(result, a, c, "certain_person")


def test_link_cut_links_are_told(crowd, link):
    a = crowd.row(1, "بهجت رمضان خليل", nid=MAN)
    b = crowd.row(2, "بهجت رمضان خليل", nid=MAN)
    crowd.verdict(a, b, "different")
    pairs = link(crowd.tables()).pairs.to_pylist()
    assert [row["grade"] for row in pairs if {row["record_a"], row["record_b"]} == {a, b}] == ["cut"]


@pytest.mark.parametrize("kind", ["person", "family"])
def test_link_family_verdict_different_parts_entries(crowd, link, kind):
    a = crowd.row(1, "نعيمة صابر جاد", nid=WOMAN, village="بني عبيد")
    b = crowd.row(2, "نعيمة صابر جاد", nid=WOMAN, village="بني عبيد")
    crowd.verdict(a, b, "different", kind)
    result = link(crowd.tables())
    assert same(result, a, b) == (kind == "family")
    assert not any({61, 62} <= family for family in together(result.families, "entry_id", "family"))
