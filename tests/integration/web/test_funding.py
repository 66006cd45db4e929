"""Shares of a grant on its page and in the inbox of whoever is asked."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client

from tests.integration.web.giving import address, approve, client_of, family, hoda, load, reserve, state_of
from wasl.organisations.viewer import Viewer

__all__ = ["family", "hoda", "load"]


@pytest.fixture
def officer(dalia: Viewer, amina: Viewer) -> Client:
    return client_of(dalia, "amina")


@pytest.fixture
def other(dalia: Viewer, camelia: Viewer) -> Client:
    return client_of(dalia, "camelia")


@pytest.fixture
def code(amina: Viewer, family: int, officer: Client) -> str:
    return reserve(officer, address(amina, family))


def propose(client: Client, code: str, funder: str, pounds: str) -> str:
    form = {"do": "propose", "funder": funder, "pounds": pounds, "operation": str(uuid4())}
    response = client.post(f"/funding/{code}/", form, follow=True)
    return str(response.content.decode())


def answer(client: Client, code: str, do: str, seen: str, reason: str = "") -> str:
    form = {"do": do, "seen": seen, "reason": reason, "operation": str(uuid4())}
    return str(client.post(f"/funding/{code}/", form, follow=True).content.decode())


def test_a_share_is_asked_for_agreed_and_the_grant_approved(
    dalia: Viewer, hoda: Viewer, officer: Client, other: Client, code: str
) -> None:
    propose(officer, code, "m01", "200")
    assert "تنتظر الموافقة" in propose(officer, code, "m02", "٣٠٠")
    colleague = client_of(dalia, "hoda")
    approve(colleague, code)
    assert state_of(code) == "reserved"
    assert "/funding/" in other.get("/inbox/").content.decode()
    page = other.get("/funding/").content.decode()
    assert code in page and f"/grants/{code}/" not in page
    assert 'value="30000"' in page, page[page.index("<main") :]
    assert "وافقت جهتكم" in answer(other, code, "agree", "30000")
    approve(colleague, code)
    assert state_of(code) == "approved"
    assert "300" in other.get("/funding/").content.decode()


def test_a_funder_reads_no_name_of_the_family(officer: Client, other: Client, code: str) -> None:
    propose(officer, code, "m02", "300")
    names = re.findall(
        r'href="/families/\d+/"><bdi>([^<]+)</bdi>', officer.get(f"/grants/{code}/").content.decode()
    )
    page = other.get("/funding/").content.decode()
    assert names and not any(name in page for name in names) and "/families/" not in page
    assert other.get(f"/grants/{code}/").status_code == 404


def test_declining_needs_a_reason_and_tells_it(officer: Client, other: Client, code: str) -> None:
    propose(officer, code, "m02", "300")
    assert "اكتب سبب الاعتذار" in answer(other, code, "decline", "30000")
    answer(other, code, "decline", "30000", "لا <i>ميزانية</i>")
    assert "لا &lt;i&gt;ميزانية" in officer.get(f"/grants/{code}/").content.decode()


def test_nonsense_is_refused_in_words(officer: Client, other: Client, code: str) -> None:
    for funder, pounds in (
        ("m02", "abc"),
        ("m02", "-1"),
        ("m02", "0"),
        ("nobody", "5"),
        ("secretariat", "5"),
        ("m02", "9" * 30),
    ):
        assert "refused" in propose(officer, code, funder, pounds), (funder, pounds)
    for seen in ("", "x", "-1", "9" * 30):
        assert "refused" in answer(other, code, "agree", seen)
    assert "refused" in propose(other, code, "m02", "5"), "not her grant"


def test_readers_only_read(dalia: Viewer, basim: Viewer, officer: Client, code: str) -> None:
    propose(officer, code, "m02", "300")
    for who in ("basim", "dalia"):
        client = client_of(dalia, who)
        assert code in client.get("/funding/").content.decode()
        assert client.post(f"/funding/{code}/", {"do": "withdraw"}).status_code == 403
        assert f'action="/funding/{code}/"' not in client.get(f"/grants/{code}/").content.decode()
