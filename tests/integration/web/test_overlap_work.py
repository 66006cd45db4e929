"""Pages of worked overlaps and exceptions: Amina answers one and many, Camelia the rest, Dalia decides."""

from __future__ import annotations

import re
from datetime import timedelta

import psycopg
import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.conftest import NOW
from tests.integration.benefits.test_overlap_work import overlaps, passed_by
from tests.integration.benefits.world import World
from tests.integration.web.test_door import _signed_in
from wasl.benefits.exceptions import Wish, ask_exception, list_exceptions
from wasl.benefits.overlap_work.queries import get_standings
from wasl.organisations.viewer import Viewer
from wasl.web.words import WORDS

QUERIES_MOST = 12


@pytest.fixture
def world(engine: psycopg.Connection, amina: Viewer, camelia: Viewer) -> World:
    return World(engine)


def ties(world: World) -> list[int]:
    return [row[0] for row in world.rows("SELECT tie FROM benefits_overlap ORDER BY id")]


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def fields(page: str) -> dict[str, str]:
    found = dict(re.findall(r'name="(digest-\w+)" value="(\w+)"', page))
    return found | dict(re.findall(r'name="(digest|operation|confirmed|query|whole)" value="([^"]*)"', page))


def word(code: str) -> str:
    return WORDS[code][0]


def test_amina_answers_and_camelia_agrees_on_the_page(
    world: World, dalia: Viewer, amina: Viewer, camelia: Viewer
) -> None:
    [one] = overlaps(world, amina, camelia)
    [tie] = ties(world)
    address = f"/overlaps/{tie}/"
    hers, his = _signed_in(dalia, "amina"), _signed_in(dalia, "camelia")
    page = read(hers, address)
    assert word("overlap.stage.mine") in page and word("overlap.conversation.none") in page
    assert "تتوقف جمعية الأمل عن أسرة واحدة ابتداءً من" in page
    sent = fields(page) | {"answer": "we_stop", "reason": "<b>نكتفي</b>"}
    assert hers.post(address, sent).status_code == 302
    page = read(hers, address)
    assert word("overlap.stage.others") in page and "&lt;b&gt;نكتفي" in page and "(<bdi>amina</bdi>)" in page
    page = read(his, address)
    assert "amina" not in page and "&lt;b&gt;نكتفي" in page
    assert his.post(address, fields(page) | {"answer": "you_stop"}).status_code == 302
    page = read(his, address)
    assert word("overlap.stage.settled") in page and "توقفت جمعية الأمل" in page
    operation = re.search(r'name="operation" value="([^"]+)"', page)
    assert operation is not None
    answer = his.post("/overlaps/take-back/", {"operation": operation[1], "tie": str(tie)})
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert get_standings(camelia, [one])[one].own_answer is None
    assert hers.post("/overlaps/take-back/", {"operation": operation[1]}).status_code == 404


def test_page_refuses_in_words_and_keeps_what_was_typed(
    world: World, dalia: Viewer, amina: Viewer, camelia: Viewer
) -> None:
    overlaps(world, amina, camelia)
    address = f"/overlaps/{ties(world)[0]}/"
    client = _signed_in(dalia, "amina")
    page = read(client, address)
    told = client.post(address, fields(page) | {"answer": "both", "reason": ""})
    assert told.status_code == 400 and "سيقرؤه الطرف الآخر" in told.content.decode()
    told = client.post(address, {"answer": "we_stop", "digest-we_stop": "x", "reason": "سبب كتبته"})
    assert told.status_code == 409 and "سبب كتبته" in told.content.decode()
    assert client.post(address, {"answer": "perhaps"}).status_code == 400


def test_many_are_answered_through_a_look_first_and_undone(
    world: World, dalia: Viewer, amina: Viewer, camelia: Viewer
) -> None:
    ids = overlaps(world, amina, camelia, families=5)
    client = _signed_in(dalia, "amina")
    page = read(client, "/overlaps/?organisation=m02&slot=food&work=mine")
    assert page.count('name="overlap"') == 5
    query = "organisation=m02&slot=food&work=mine"
    look = client.post("/overlaps/answer/", {"answer": "we_stop", "whole": "1", "query": query})
    text = look.content.decode()
    assert look.status_code == 200 and "تتوقف جمعية الأمل عن 5 أسر ابتداءً من" in text
    assert get_standings(amina, ids)[ids[0]].own_answer is None
    sent = fields(text) | {"answer": "we_stop", "whole": "1", "query": query}
    done = client.post("/overlaps/answer/", sent)
    assert (done.status_code, done["Location"]) == (302, f"/overlaps/?{query}")
    page = read(client, done["Location"])
    assert "حُفظ ردكم على 5 ازدواجات" in page and word("overlaps.none_such") in page
    operation = re.search(r'name="operation" value="([^"]+)"', page)
    assert operation is not None
    client.post("/overlaps/take-back/", {"operation": operation[1]})
    assert [one.own_answer for one in get_standings(amina, ids).values()] == [None] * 5
    some = [str(tie) for tie in ties(world)[:2]]
    text = client.post("/overlaps/answer/", {"answer": "you_stop", "overlap": some}).content.decode()
    assert "تتوقف جمعية النور عن أسرتين" in text
    told = client.post("/overlaps/answer/", {"answer": "you_stop", "overlap": some, "confirmed": "1", "digest": "x",
        "operation": fields(text)["operation"]})  # fmt: skip
    assert told.status_code == 400
    assert client.post("/overlaps/answer/", {"answer": "we_stop"}).status_code == 400


def test_dalia_decides_what_waited_a_fortnight(
    world: World, dalia: Viewer, amina: Viewer, camelia: Viewer
) -> None:
    [one] = overlaps(world, amina, camelia)
    address = f"/overlaps/{ties(world)[0]}/"
    client = _signed_in(dalia, "dalia")
    assert 'name="answer"' not in read(client, address)
    passed_by(world)
    assert "/overlaps/?work=passed" in read(client, "/inbox/")
    assert address in read(client, "/overlaps/?work=passed")
    page = read(client, address)
    answer = {"answer": str(camelia.organisation_id), "reason": "الأقرب إلى الأسرة"}
    assert client.post(address, fields(page) | answer).status_code == 302
    found = get_standings(dalia, [one])[one]
    assert found.keepers == (camelia.organisation_id,)
    page = read(_signed_in(dalia, "amina"), address)
    assert "قررت: تستمر جمعية النور" in page and "الأقرب إلى الأسرة" in page and "dalia" not in page


def test_basim_reads_and_cannot_answer_and_a_stranger_s_overlap_is_not_found(
    world: World, dalia: Viewer, amina: Viewer, basim: Viewer, camelia: Viewer
) -> None:
    overlaps(world, amina, camelia)
    address = f"/overlaps/{ties(world)[0]}/"
    client = _signed_in(dalia, "basim")
    page = read(client, address)
    assert word("overlap.cannot_answer") in page and 'name="answer"' not in page
    assert client.post(address, {"answer": "we_stop"}).status_code == 403
    assert client.post("/overlaps/answer/", {"answer": "we_stop"}).status_code == 403
    for wrong in ("1", "9" * 18, "9" * 25):
        assert client.get(f"/overlaps/{wrong}/").status_code == 404


def test_pages_cost_few_queries(world: World, dalia: Viewer, amina: Viewer, camelia: Viewer) -> None:
    overlaps(world, amina, camelia, families=3)
    address = f"/overlaps/{ties(world)[0]}/"
    for username in ("amina", "dalia"):
        client = _signed_in(dalia, username)
        for one in (address, "/overlaps/", "/overlaps/?work=settled", "/exceptions/"):
            read(client, one)
            with CaptureQueriesContext(connections["default"]) as asked:
                read(client, one)
            assert len(asked) <= QUERIES_MOST, (one, [query["sql"][:80] for query in asked.captured_queries])


def test_exception_is_asked_for_answered_and_ended_on_pages(
    world: World, dalia: Viewer, amina: Viewer, camelia: Viewer
) -> None:
    family = world.add_family()
    entry = world.add_entry(amina.organisation_id or 0, family)
    month = timezone.localdate().replace(day=1)
    theirs = world.add_entry(camelia.organisation_id or 0, family)
    world.give(camelia.organisation_id or 0, 11, theirs, need="monthly_cash", month=month)
    world.settle(family)
    world.connection.commit()
    expires = timezone.localdate() + timedelta(days=9)
    wish = Wish(entry, "monthly_cash", "cash", month, month, "حريق", expires)
    code = ask_exception(by=amina, at=NOW, wish=wish)
    hers, his = _signed_in(dalia, "amina"), _signed_in(dalia, "camelia")
    assert word("exceptions.withdraw") in read(hers, "/exceptions/")
    page = read(his, "/exceptions/?state=asked")
    assert word("exceptions.approve") in page and "amina" not in page and "حريق" in page
    assert hers.post(f"/exceptions/{code}/", {"do": "approve"}).status_code == 404
    assert his.post(f"/exceptions/{code}/", {"do": "perhaps"}).status_code == 400
    assert his.post(f"/exceptions/{code}/", {"do": "approve"}).status_code == 302
    assert word("exceptions.state.approved") in read(hers, "/exceptions/")
    assert hers.post(f"/exceptions/{code}/", {"do": "end"}).status_code == 302
    assert [one.state for one in list_exceptions(amina)] == ["ended"]
    assert hers.get("/exceptions/?state=x").status_code == 400
