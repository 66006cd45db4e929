"""«Who is this?»: what each role is told, what cannot be read, and that nothing typed stands in an address."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.integration.registry.test_search import IDS, KARIM, SAEED
from tests.integration.web.test_search import audited, known, load, signed
from wasl.benefits.elsewhere import Elsewhere
from wasl.linkage.identify import Answer, Candidate, Evidence, Query, RecordSeen
from wasl.linkage.typed_query import LONGEST
from wasl.organisations.viewer import Viewer
from wasl.web import who

__all__ = ["known", "load"]

EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def ask(client: Client, **typed: str) -> str:
    """Send the form as a browser does, and return the page that answers."""
    sent = client.post("/who/", typed)
    assert sent.status_code == 302, sent.content.decode()
    there = client.get(sent["Location"])
    assert there.status_code == 200
    return there.content.decode()


def seen(name: str, number: int, **facts: Any) -> RecordSeen:
    blank = RecordSeen(number, 1, name, None, None, None, None, None, None, None, False, 0)
    return replace(blank, **facts)


def candidate(name: str, number: int, band: str = "possible", **facts: Any) -> Candidate:
    evidence = (
        Evidence("given", "same", 700), Evidence("father", "similar", 300), Evidence("birth", "year_agrees", 400),
        Evidence("place", "other_markaz", -350),
    )  # fmt: skip
    return Candidate(
        band,
        None,
        None,
        None,
        None,
        50,
        -1000,
        0,
        "stranger",
        "pair",
        evidence,
        (seen(name, number, **facts),),
    )


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Query]:
    """The page as it asks, with two candidates for an answer."""
    asked: list[Query] = []

    def identify(viewer: Viewer, query: Query, *, at: object) -> Answer:
        asked.append(query)
        return Answer(
            "possible",
            (
                candidate("محمود عبد الرحيم سيد", 1, birth_date=date(1985, 5, 3), birth_precision="day"),
                candidate("محمود عبد الرحمن سيد", 2, markaz="EG2410", governorate="EG24"),
            ),
        )

    monkeypatch.setattr(who, "identify", identify)
    return asked


def test_amina_is_told_who_it_is_with_what_covers_them_and_the_next_step(known: str, amina: Viewer) -> None:
    page = ask(signed(amina), nid=IDS["saeed"].translate(EASTERN))
    assert "الشخص نفسه مسجَّل عندكم" in page and SAEED[0] in page
    assert "الرقم القومي مطابق" in page and "مارس 2025" in page
    assert re.search(r'href="/families/\d+/"', page) and re.search(r'href="/people/\d+/"', page)
    assert 'action="/desk/"' in page


def test_amina_is_told_of_camelias_person_what_coordination_may_say_and_no_more(
    known: str, amina: Viewer
) -> None:
    page = ask(signed(amina), nid=IDS["karim"])
    assert "ليس في سجلاتكم، وأسرة تطابقه معروفة عند جهات أخرى" in page and "أبريل 2025" in page
    for secret in (KARIM[0], "ملوي", "كريم", "جمعية النور", "m02", 'href="/families/1', "/people/"):
        assert secret not in page
    assert [row[0] for row in audited("coverage.asked")] == ["amina"]


def test_basim_is_told_of_own_people_and_offered_no_form(known: str, basim: Viewer) -> None:
    client = signed(basim)
    assert SAEED[0] in ask(client, nid=IDS["saeed"])
    page = ask(client, nid=IDS["karim"])
    assert "لا أحد في سجلاتكم" in page and "جهات أخرى" not in page
    assert 'action="/families/new/"' not in page and 'action="/desk/"' not in page
    assert audited("coverage.asked") == []


def test_the_desk_is_told_of_everybody(known: str, dalia: Viewer) -> None:
    page = ask(signed(dalia), nid=IDS["karim"])
    assert "الشخص نفسه مسجَّل:" in page and KARIM[0] in page


def test_nothing_typed_stands_in_an_address_and_the_answer_can_be_refreshed(
    known: str, amina: Viewer
) -> None:
    client = signed(amina)
    sent = client.post("/who/", {"nid": IDS["saeed"], "name": "سعيد", "place": "ملوي"})
    assert re.fullmatch(r"/who/\?asked=[0-9a-f]{8}", sent["Location"])
    assert all(SAEED[0] in client.get(sent["Location"]).content.decode() for _ in range(2))
    assert IDS["saeed"] not in str(client.cookies)
    assert "سعيد" not in str(client.cookies)
    assert len(audited("people.identified")) == 2
    assert all(
        IDS["saeed"] not in str(row) and "سعيد" not in str(row) for row in audited("people.identified")
    )
    # Two questions later it is gone, and so it is for everybody else.
    for _ in range(2):
        client.post("/who/", {"nid": IDS["karim"]})
    assert "لم يعد السؤال محفوظًا" in client.get(sent["Location"]).content.decode()


def test_another_does_not_see_what_amina_asked(known: str, amina: Viewer, camelia: Viewer) -> None:
    there = signed(amina).post("/who/", {"nid": IDS["saeed"]})["Location"]
    page = signed(camelia).get(there).content.decode()
    assert "لم يعد السؤال محفوظًا" in page and IDS["saeed"] not in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "name"),
        ({"nid": "123"}, "nid"),
        ({"name": "محمود", "born": "قديم"}, "born"),
        ({"name": "محمود", "place": "؟"}, "place"),
        ({"name": "محمود", "phone": "12"}, "phone"),
        ({"name": "محمود", "sex": "x"}, "sex"),
        ({"name": "م" * (LONGEST["name"] + 5)}, "name"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_nobody_is_asked_about(
    dalia: Viewer, amina: Viewer, typed: dict[str, str], field: str
) -> None:
    page = signed(amina).post("/who/", typed)
    text = page.content.decode()
    assert page.status_code == 422
    assert f'href="#{field}"' in text and f'id="{field}-wrong"' in text
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', text)
    assert audited("people.identified") == []


def test_candidates_stand_side_by_side_with_what_speaks_for_and_against(
    dalia: Viewer, amina: Viewer, answers: list[Query]
) -> None:
    page = ask(signed(amina), name="محمود عبد الرحيم سيد", born="1985", place="ملوي")
    assert "قد يكون واحدًا من هؤلاء" in page
    assert page.index("محمود عبد الرحيم سيد") < page.index('class="beside"')
    for words in (
        "الاسم الأول مطابق",
        "اسم الأب متقارب",
        "سنة الميلاد مطابقة",
        "المحافظة مطابقة، والمركز مختلف",
    ):
        assert page.count(words) == 2
    assert "03/05/1985" in page and "مركز ملوى" in page and "مغاغ" in page
    # The letters that differ are marked, and each has its waterfall.
    assert '<mark class="letter">' in page
    assert page.count('<table class="waterfall">') == 2
    assert answers == [Query(None, "محمود عبد الرحيم سيد", date(1985, 1, 1), "year", None, "EG24", "EG2412")]


def test_a_new_family_begins_with_what_was_typed(known: str, amina: Viewer) -> None:
    client = signed(amina)
    page = ask(
        client,
        nid=IDS["karim"],
        name="كريم فاروق",
        place="تونا الجبل، ملوي",
        sex="male",
        spouse_nid=IDS["saeed"],
    )
    form = page[page.index('action="/families/new/"') :]
    hidden = dict(
        re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', form.split("</form>")[0])
    )
    assert hidden.pop("csrfmiddlewaretoken", "") is not None
    begun = client.post("/families/new/", hidden | {"do": "begin"})
    text = begun.content.decode()
    assert begun.status_code == 200
    for box, value in (
        ("name-0", "كريم فاروق"),
        ("nid-0", IDS["karim"]),
        ("nid-1", IDS["saeed"]),
        ("village", "تونا الجبل"),
    ):
        assert f'id="{box}" name="{box}" value="{value}"' in text
    assert '<option value="EG2412" selected>' in text and '<option value="wife" selected>' in text
    assert '<option value="EG24" selected>' in text and '<option value="male" selected>' in text


def test_contested_id_asks_for_the_name(
    dalia: Viewer, amina: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = tuple(
        replace(candidate(name, number), basis="id") for number, name in enumerate(("سعيد", "علي"), 1)
    )
    monkeypatch.setattr(who, "identify", lambda *_, **__: Answer("possible", two, contested=True))
    assert "هذا الرقم القومي عند أكثر من شخص. اكتب الاسم" in ask(signed(amina), nid=IDS["saeed"])


def test_limit_of_questions_is_said(dalia: Viewer, amina: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    limited = Answer("new", elsewhere=Elsewhere("limited", (), None, None))
    monkeypatch.setattr(who, "identify", lambda *_, **__: limited)
    assert "وهذا هو الحد" in ask(signed(amina), nid=IDS["saeed"])


def test_an_improbable_id_is_asked_about_with_a_note(dalia: Viewer, amina: Viewer) -> None:
    page = ask(signed(amina), nid="28003052410111", born="1990")
    assert "الرقم الأخير لا يوافق" in page and "(1980)" in page


def test_search_leads_here_with_what_was_typed_and_back(known: str, amina: Viewer) -> None:
    client = signed(amina)
    found = client.get("/search/", {"q": "زاهر منصور الشناوي ملوي 1985"}).content.decode()
    form = found[found.index('action="/who/"') :].split("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    fields.pop("csrfmiddlewaretoken", None)
    assert fields == {"name": "زاهر منصور الشناوي", "born": "1985", "place": "ملوي"}
    assert 'href="/search/"' in ask(client, **fields)


def test_an_answer_costs_few_queries(known: str, amina: Viewer) -> None:
    client = signed(amina)
    there = client.post("/who/", {"nid": IDS["saeed"], "place": "ملوي"})["Location"]
    with CaptureQueriesContext(connection) as asked:
        client.get(there)
    assert len([one for one in asked.captured_queries if one["sql"].startswith("SELECT")]) <= 12
