"""The desk judges pairs; each reading is written down; Amina and Basim cannot."""

from __future__ import annotations

import re

import psycopg
import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import NOW
from tests.integration.linkage.asking import fill_asking
from tests.integration.web.test_door import _signed_in
from wasl.linkage.review import list_doubts, report_doubt
from wasl.linkage.rules import Decision, PairKind
from wasl.linkage.verdicts import list_verdicts, record_verdict
from wasl.organisations.viewer import Viewer
from wasl.web.words import WORDS

QUERIES_MOST = 12


@pytest.fixture
def registry(engine: psycopg.Connection, organisation_a: int, organisation_b: int) -> psycopg.Connection:
    fill_asking(engine, organisation_a, organisation_b)
    return engine


@pytest.fixture
def client(registry: psycopg.Connection, dalia: Viewer) -> Client:
    return _signed_in(dalia, "dalia")


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_queue_says_how_many_wait_and_leads_to_the_first(client: Client) -> None:
    page = text(client, "/review/")
    assert "ينتظر حكمك 4 أزواج" in page
    links = re.findall(r'<th scope="row"><a href="(/review/[^"]+)"', page)
    assert [link.split("?")[0] for link in links] == [
        "/review/f3-4/", "/review/f1-2/", "/review/8-9/", "/review/3-5/",
    ]  # fmt: skip
    assert "ينكشف ازدواج واحد" in page and "يتأكد ازدواج واحد" in page
    assert "/review/f1-2/" in text(client, "/review/?source=overlap")
    assert WORDS["review.empty_filtered"][0] in text(client, "/review/?source=nid")
    for wrong in ("source=all", "slot=x1", "governorate=EG99", "after=-1"):
        assert client.get(f"/review/?{wrong}").status_code == 400, wrong


def test_pair_says_what_each_answer_changes(client: Client) -> None:
    page = text(client, "/review/f3-4/")
    assert "إن كانتا أسرة واحدة ينكشف ازدواج في «غذاء» لشهر أبريل 2026 بقيمة 400 جنيه." in page
    assert "وإن لم تكونا أسرة واحدة لا يتغير شيء" in page
    page = text(client, "/review/f1-2/")
    assert "إن كانتا أسرة واحدة يتأكد ازدواج في «غذاء» لشهر مارس 2026 بقيمة 200 جنيه." in page
    assert "وإن لم تكونا أسرة واحدة يُغلق ازدواج واحد" in page


def test_answer_leads_to_the_next_and_can_be_undone(client: Client, desk: Viewer) -> None:
    answer = client.post("/review/f3-4/?after=1", {"decision": "different", "reason": ""})
    assert (answer.status_code, answer["Location"]) == (302, "/review/f1-2/?after=2")
    page = text(client, "/review/f1-2/?after=2")
    assert "حكمت اليوم في زوج واحد." in page and WORDS["review.takes_effect"][0] in page
    assert [(v.verdict, v.reason) for v in list_verdicts(desk)] == [("different", "قورنا جنبًا إلى جنب")]
    undone = client.post("/review/undo/", {"pair": "f3-4"})
    assert (undone.status_code, undone["Location"]) == (302, "/review/f3-4/")
    assert list_verdicts(desk) == []
    assert client.post("/review/undo/", {"pair": "f3-4"}).status_code == 404


def test_answer_ahead_gives_back_only_what_was_counted(client: Client, desk: Viewer) -> None:
    answer = client.post("/review/8-9/", {"decision": "unsure"}, headers={"X-Wasl-Ahead": "1"})
    assert answer.status_code == 200
    assert "data-today" in answer.content.decode() and "<html" not in answer.content.decode()
    assert [v.verdict for v in list_verdicts(desk)] == ["unsure"]
    assert "3 أزواج" in text(client, "/review/")


def test_last_answer_leads_back_to_the_queue(client: Client) -> None:
    for key in ("f3-4", "f1-2", "8-9"):
        client.post(f"/review/{key}/", {"decision": "unsure"})
    answer = client.post("/review/3-5/", {"decision": "unsure"})
    assert answer["Location"] == "/review/"
    assert WORDS["review.answer_none"][0] in text(client, "/review/")


def test_contradiction_shows_the_earlier_verdicts_in_words(client: Client, desk: Viewer) -> None:
    for a, b in ((3, 8), (5, 8)):
        record_verdict(
            by=desk, at=NOW, kind=PairKind.PERSON, a=a, b=b, decision=Decision.SAME, reason="رأيت البطاقة"
        )
    answer = client.post("/review/3-5/", {"decision": "different", "reason": "لا"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert WORDS["review.contradicts"][0] in page
    assert page.count("رأيت البطاقة") == 2
    assert "«اسم 3» و«اسم 8» واحد" in page
    assert 'value="3-8"' in page and 'value="لا"' in page
    assert client.post("/review/3-5/", {"decision": "perhaps"}).status_code == 400


def test_doubt_comes_first_and_its_answer_is_undone_whole(
    client: Client, amina: Viewer, desk: Viewer
) -> None:
    code = report_doubt(by=amina, at=NOW, entries=[2], reason="أسرة أخرى بالاسم نفسه")
    page = text(client, "/review/")
    assert page.index(f"/review/{code}/") < page.index("/review/f3-4/")
    assert "amina من جمعية الأمل" in page
    assert "أسرة أخرى بالاسم نفسه" in text(client, f"/review/{code}/")
    answer = client.post(f"/review/{code}/", {"decision": "different"})
    assert answer["Location"] == "/review/f3-4/?after=1"
    assert list_doubts(desk) == [] and len(list_verdicts(desk)) == 1
    undone = client.post("/review/undo/", {"pair": "f1-2"})
    assert undone["Location"] == f"/review/{code}/"
    assert [doubt.code for doubt in list_doubts(desk)] == [code] and list_verdicts(desk) == []


def test_reading_a_pair_is_written_down_and_costs_little(
    client: Client, registry: psycopg.Connection
) -> None:
    for address in ("/review/", "/review/f1-2/", "/review/8-9/?after=3", "/review/3-5/?source=possible"):
        text(client, address)
        with CaptureQueriesContext(connections["default"]) as asked:
            text(client, address)
        assert len(asked) <= QUERIES_MOST, [one["sql"][:90] for one in asked.captured_queries]
    read = registry.execute(
        "SELECT object_kind, object_code, username FROM audit_entry WHERE action = 'read_pair' ORDER BY id"
    ).fetchall()
    assert set(read) == {
        ("family_pair", "1-2", "dalia"), ("person_pair", "8-9", "dalia"), ("person_pair", "3-5", "dalia"),
    }  # fmt: skip


def test_what_is_no_pair_is_not_found(client: Client) -> None:
    for key in ("x", "3-3", "3-999999", "f1-999999", "e1-2", "0-1", "123", "١-٢"):
        assert client.get(f"/review/{key}/").status_code == 404, key


def test_amina_and_basim_cannot_review(
    client: Client, dalia: Viewer, amina: Viewer, basim: Viewer, desk: Viewer
) -> None:
    for username in ("amina", "basim"):
        other = _signed_in(dalia, username)
        for address in ("/review/", "/review/f3-4/", "/review/8-9/"):
            assert other.get(address).status_code == 403
        assert other.post("/review/f3-4/", {"decision": "same"}).status_code == 403
        assert other.post("/review/undo/", {"pair": "f3-4"}).status_code == 403
    assert list_verdicts(desk) == []
