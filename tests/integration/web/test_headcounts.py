"""Pages of meals, fairs and convoys."""

from __future__ import annotations

import io
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.integration.web.giving import client_of
from wasl.organisations.viewer import Viewer


@pytest.fixture
def officer(dalia: Viewer, amina: Viewer) -> Client:
    return client_of(dalia, "amina")


def lunch(**more: str) -> dict[str, str]:
    form = {
        "kind": "kitchen", "need": "meal", "day": "2026-02-10", "came": "320", "quantity": "", "value": "٩٬٦٠٠",
        "governorate": "EG23", "place": "مطبخ <b>سنورس</b>", "operation": str(uuid4()),
    }  # fmt: skip
    return form | more


def record(client: Client, **more: str) -> str:
    response = client.post("/headcounts/new/", lunch(**more))
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def test_an_occasion_is_recorded_shown_summed_and_exported(officer: Client) -> None:
    page = officer.get(record(officer)).content.decode()
    assert "&lt;b&gt;سنورس" in page and "320 وجبة" in page
    with CaptureQueriesContext(connection) as queries:
        table = officer.get("/headcounts/").content.decode()
    assert len([one for one in queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]) <= 14
    assert "9,600" in table and "320" in table
    book = openpyxl.load_workbook(io.BytesIO(officer.get("/headcounts/?format=xlsx").content))
    assert [cell.value for cell in book.active[2]][5:9] == [320, 320, "وجبة", 9600]


def test_what_is_wrong_is_said_above_what_was_typed(officer: Client) -> None:
    for wrong in (
        {"came": "many"}, {"day": "10/2"}, {"need": "food_box"}, {"governorate": "EG99"}, {"quantity": "-1"},
        {"value": "a lot"}, {"kind": "party"}, {"day": "2999-01-01"}, {"operation": "x"}, {"came": "0"},
        {"quantity": "1e999999"}, {"markaz": "zz"},
    ):  # fmt: skip
        response = officer.post("/headcounts/new/", lunch(**wrong))
        page = response.content.decode()
        assert response.status_code == 400 and 'role="alert"' in page, wrong
        assert "مطبخ &lt;b&gt;سنورس" in page
    assert "لم يُسجَّل شيء بعد" in officer.get("/headcounts/").content.decode()


def test_a_form_sent_twice_is_one_occasion(officer: Client) -> None:
    form = lunch()
    places = {officer.post("/headcounts/new/", form)["Location"] for _ in range(2)}
    assert len(places) == 1


def test_one_is_taken_back_once_and_stays_to_be_read(officer: Client) -> None:
    where = record(officer)
    reason = {"reason": "كُتب مرتين", "operation": str(uuid4())}
    assert officer.post(f"{where}reverse/", reason).status_code == 302
    page = officer.get(where).content.decode()
    assert "ملغى" in page and "كُتب مرتين" in page and "reverse/" not in page
    officer.post(f"{where}reverse/", {"reason": "x", "operation": str(uuid4())})
    assert "أُلغي هذا التسجيل من قبل" in officer.get(where).content.decode()


def test_camelia_cannot_see_or_reverse_it_and_readers_only_read(
    dalia: Viewer, basim: Viewer, camelia: Viewer, officer: Client
) -> None:
    where = record(officer)
    other = client_of(dalia, "camelia")
    assert other.get(where).status_code == 404
    assert other.post(f"{where}reverse/", {"reason": "x", "operation": str(uuid4())}).status_code == 404
    assert where not in other.get("/headcounts/").content.decode()
    for who in ("basim", "dalia"):
        reader = client_of(dalia, who)
        assert reader.get(where).status_code == 200 and "reverse/" not in reader.get(where).content.decode()
        assert reader.get("/headcounts/new/").status_code == 403


@pytest.mark.parametrize(
    "query", ["need=x", "kind=x", "from=x", "governorate=9999", "after=x", "after=WzEsMl0", "format=pdf"]
)
def test_an_address_that_cannot_be_meant_is_refused(officer: Client, query: str) -> None:
    assert officer.get(f"/headcounts/?{query}").status_code == 400
