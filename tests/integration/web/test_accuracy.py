"""The sample is judged blind among the other pairs; the page of months and the home page say what it measured."""

from __future__ import annotations

import io
import re

import psycopg
import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from tests.integration.linkage.asking import PEOPLE, fill_asking
from tests.integration.web.test_door import _signed_in
from wasl.intake.headline import ListNews
from wasl.jobs.worker import run_waiting
from wasl.linkage.audit_jobs import ask_for_sample
from wasl.linkage.audit_sample import answer_question, draw_month, list_months, list_questions
from wasl.linkage.rules import Decision
from wasl.linkage.verdicts import list_verdicts
from wasl.organisations.viewer import Viewer
from wasl.web import home
from wasl.web.accuracy import Measured, measure_for_home
from wasl.web.review_blind import is_turn_of_blind
from wasl.web.words import WORDS
from wasl.wording import all_words

QUERIES_MOST = 12
# Whatever would tell what the machine said of a pair.
TELLING = (
    "review.state.certain", "review.state.likely", "review.state.possible", "review.state.no", "review.state.cut",
    "review.waterfall", "review.changes", "review.path", "review.not_kept", "review.sum", "accuracy.part.certain",
)  # fmt: skip


@pytest.fixture
def registry(engine: psycopg.Connection, organisation_a: int, organisation_b: int) -> psycopg.Connection:
    """Records 2 and 3 are one person for certain, 4 and 5 likely; 3 and 5, 8 and 9, 10 and 12 possibly."""
    fill_asking(engine, organisation_a, organisation_b)
    engine.execute("UPDATE registry_link SET person_id = %s WHERE record_id = 3", [PEOPLE[2]])
    engine.execute("INSERT INTO registry_group_member VALUES (204, 204), (205, 204)")
    engine.commit()
    return engine


@pytest.fixture
def client(registry: psycopg.Connection, dalia: Viewer) -> Client:
    return _signed_in(dalia, "dalia")


@pytest.fixture
def drawn(client: Client, registry: psycopg.Connection, dalia: Viewer) -> Client:
    draw_month(by=dalia, at=timezone.now(), seed=5)
    registry.execute("UPDATE linkage_audit_pair SET wants = 1")
    registry.commit()
    return client


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def body(page: str) -> str:
    """Return what the page itself says, without the frame, the form's secret and the address asked."""
    page = page[page.index('id="content"') :]
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
    return re.sub(r"/review/[^\"]*", "", page)


def test_no_month_is_measured_until_one_is_drawn_by_the_worker(client: Client, dalia: Viewer) -> None:
    page = text(client, "/accuracy/")
    assert WORDS["accuracy.answer_none"][0] in page and WORDS["accuracy.draw"][0] in page
    assert measure_for_home(dalia) == Measured("—", WORDS["accuracy.home_none"][0])
    assert client.post("/accuracy/draw/")["Location"] == "/accuracy/"
    assert WORDS["jobs.kind.draw_sample"][0] in text(client, "/accuracy/")
    run_waiting()
    page = text(client, "/accuracy/")
    assert list_months(dalia)[0].drawn == 5
    assert WORDS["accuracy.draw"][0] not in page and "ينتظر حكمك من العينة 5 أزواج." in page
    assert "/review/?source=sample" in page


def test_a_pair_of_the_sample_tells_nothing_of_what_is_known(drawn: Client, dalia: Viewer) -> None:
    for one in list_questions(dalia):
        page = text(drawn, f"/review/{one.a}-{one.b}/")
        assert WORDS["accuracy.blind"][0] in page
        assert not [code for code in TELLING if (WORDS.get(code) or all_words()[code])[0] in page], one
    # Two that differ in everything that is known of them, and in nothing that is written, are one page.
    seen = {
        re.sub(r"اسم \d+|list=[^ ]*|سطر \d+", "", body(text(drawn, f"/review/{a}-{b}/?source=sample")))
        for a, b in ((2, 3), (10, 12))
    }
    assert len({re.sub(r"<tbody>.*?</tbody>|<thead>.*?</thead>", "", page, flags=re.S) for page in seen}) == 1


def test_the_queue_and_its_filter_lead_to_the_sample_and_show_no_weight_of_it(drawn: Client) -> None:
    page = text(drawn, "/review/")
    links = re.findall(r'<th scope="row"><a href="(/review/[^"]+)"', page)
    assert [link.split("?")[0] for link in links] == ["/review/f3-4/", "/review/f1-2/"]
    assert "ينتظر حكمك 7 أزواج" in page
    page = text(drawn, "/review/?source=sample")
    assert not re.findall(r'<th scope="row"><a href="(/review/[^"]+)"', page)
    assert "ينتظر حكمك 5 أزواج" in page
    assert re.search(r'href="/review/\d+-\d+/\?source=sample&amp;after=\d+"', page)


def test_an_answer_leads_through_the_sample_and_then_home(drawn: Client, dalia: Viewer) -> None:
    address = "/review/2-3/?source=sample"
    for _ in range(5):
        answer = drawn.post(address, {"decision": "same", "blind": "1"})
        assert answer.status_code == 302
        address = answer["Location"]
    assert address == "/review/?source=sample"
    assert list_months(dalia)[0].said == 5
    assert {(v.a, v.b) for v in list_verdicts(dalia)} == {(3, 5), (4, 5), (8, 9), (10, 12)}
    page = text(drawn, "/accuracy/")
    assert WORDS["accuracy.waits_none"][0] in page and "100٪" in page


def test_pairs_of_the_sample_come_between_the_others(drawn: Client) -> None:
    turns = {key: is_turn_of_blind(key) for key in (f"f{n}-{n + 1}" for n in range(300))}
    assert 60 < sum(turns.values()) < 140
    for key in ("f3-4", "f1-2"):
        following = drawn.post(f"/review/{key}/?after=1", {"decision": "unsure"})["Location"]
        blind = re.match(r"/review/\d+-\d+/", following) is not None
        assert blind == is_turn_of_blind(key) or key == "f1-2", following


def test_whoever_was_second_is_told_that_it_was_not_counted(
    drawn: Client, desk: Viewer, dalia: Viewer
) -> None:
    assert answer_question(by=desk, at=timezone.now(), a=2, b=3, decision=Decision.SAME, reason="x").kept
    answer = drawn.post("/review/2-3/?source=sample", {"decision": "different", "blind": "1"}, follow=True)
    assert WORDS["accuracy.was_judged"][0] in answer.content.decode()
    assert list_verdicts(dalia) == []


def test_an_answer_that_made_no_verdict_is_what_undo_takes_back(drawn: Client, dalia: Viewer) -> None:
    drawn.post("/review/f3-4/", {"decision": "same"})
    drawn.post("/review/2-3/?source=sample", {"decision": "same", "blind": "1"})
    page = text(drawn, "/review/2-3/")
    assert WORDS["accuracy.blind"][0] not in page and WORDS["review.state.certain"][0] in page
    assert re.search(r'name="pair" value="2-3"', page)
    assert drawn.post("/review/undo/", {"pair": "2-3"})["Location"] == "/review/2-3/"
    assert WORDS["accuracy.blind"][0] in text(drawn, "/review/2-3/")
    assert [(v.kind, v.a) for v in list_verdicts(dalia)] == [("family", 3)]


def test_a_decision_that_is_none_is_refused_and_nothing_is_kept(drawn: Client, dalia: Viewer) -> None:
    assert drawn.post("/review/2-3/", {"decision": "yes", "blind": "1"}).status_code == 400
    assert list_months(dalia)[0].said == 0


def test_months_are_exported(drawn: Client, dalia: Viewer) -> None:
    answer_question(by=dalia, at=timezone.now(), a=2, b=3, decision=Decision.SAME, reason="x")
    answer_question(by=dalia, at=timezone.now(), a=4, b=5, decision=Decision.DIFFERENT, reason="x")
    file = drawn.get("/accuracy/?format=xlsx").content
    _, *rows = load_workbook(io.BytesIO(file)).active.iter_rows(values_only=True)
    assert [row[1:3] for row in rows] == [
        (WORDS[f"accuracy.{one}"][0], value)
        for one, value in (("precision", 50), ("certain", 100), ("likely", 0))
    ]


def test_pages_ask_the_database_little(drawn: Client) -> None:
    for address in ("/accuracy/", "/review/2-3/", "/review/?source=sample", "/review/", "/review/f3-4/", "/"):
        with CaptureQueriesContext(connections["default"]) as asked:
            text(drawn, address)
        sent = [
            one
            for one in asked.captured_queries
            if not re.match(r"(SAVEPOINT|RELEASE|SELECT set_config)", one["sql"])
        ]
        assert len(sent) <= QUERIES_MOST, (address, len(sent))


def test_amina_cannot_see_how_right_matching_is(drawn: Client, dalia: Viewer, amina: Viewer) -> None:
    client = _signed_in(dalia, "amina")
    assert client.get("/accuracy/").status_code == 403
    assert client.post("/accuracy/draw/").status_code == 403
    assert client.get("/review/2-3/").status_code == 403
    assert "/accuracy/" not in client.get("/").content.decode()


def test_the_home_page_says_the_measure_with_its_n_and_age(
    drawn: Client, dalia: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_question(by=dalia, at=timezone.now(), a=2, b=3, decision=Decision.SAME, reason="x")
    monkeypatch.setattr(home, "get_list_news", lambda viewer, since: ListNews(1, 1, 0, 0, None, 0))
    with CaptureQueriesContext(connections["default"]) as asked:
        page = text(drawn, "/")
    assert WORDS["accuracy.home"][0] in page and "100٪" in page and "حُكم في زوج واحد" in page
    assert len(asked.captured_queries) <= QUERIES_MOST + 6


def test_a_sample_is_asked_for_once_a_month_and_by_the_desk_alone(
    client: Client, dalia: Viewer, amina: Viewer
) -> None:
    at = timezone.now()
    assert not ask_for_sample(by=amina, at=at)
    assert ask_for_sample(by=dalia, at=at) and not ask_for_sample(by=dalia, at=at)
    run_waiting()
    assert not ask_for_sample(by=dalia, at=at)
    assert [one.month for one in list_months(dalia)] == [timezone.localdate(at).replace(day=1)]
