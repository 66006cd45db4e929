"""Receipts, distribution sheets and cards: who may print, what is written down, and who fetches what a job wrote."""

from __future__ import annotations

from unittest.mock import patch
from uuid import uuid4

import pytest
from django.test import Client

from tests.conftest import NOW
from tests.integration.web.giving import address, approve, client_of, family, hoda, load, reserve, state_of
from tests.unit.printing.pdf_text import bare, count_pages, words_of
from wasl.benefits.grants.actions import deliver_grant, reverse_delivery
from wasl.benefits.grants.rules import Receipt
from wasl.jobs.performing import perform
from wasl.organisations.viewer import Viewer
from wasl.printing import sheets
from wasl.store.connections import engine_connection

__all__ = ["family", "hoda", "load"]


@pytest.fixture
def officer(dalia: Viewer, amina: Viewer) -> Client:
    return client_of(dalia, "amina")


@pytest.fixture
def approved(dalia: Viewer, amina: Viewer, hoda: Viewer, family: int, officer: Client) -> str:
    """A grant that Amina reserved and Hoda approved."""
    code = reserve(officer, address(amina, family))
    approve(client_of(dalia, "hoda"), code)
    assert state_of(code) == "approved"
    return code


@pytest.fixture
def delivered(amina: Viewer, approved: str) -> str:
    deliver_grant(
        by=amina, at=NOW, grant=_number(approved), receipt=Receipt(delivered_on=NOW.date()), operation=uuid4()
    )
    return approved


def _number(code: str) -> int:
    with engine_connection() as engine:
        return int((engine.execute("SELECT benefits_grant_of_code(%s)", [code]).fetchone() or [0])[0])


def _entries(action: str) -> list[tuple[str, str]]:
    with engine_connection() as engine:
        return engine.execute(
            "SELECT username, object_code FROM audit_entry WHERE action = %s ORDER BY id", [action]
        ).fetchall()


def _head() -> str:
    with engine_connection() as engine:
        [[name]] = engine.execute(
            "SELECT r.name FROM benefits_grant g JOIN registry_entry e ON e.id = g.entry_id"
            " JOIN registry_record r ON r.id = e.head_record_id"
        ).fetchall()
    return str(name)


def test_a_receipt_is_printed_of_what_was_delivered_and_who_printed_it_is_written_down(
    officer: Client, delivered: str
) -> None:
    response = officer.get(f"/receipts/{delivered}/")
    assert response.status_code == 200 and response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    words = words_of(response.content)
    assert delivered in words and set(bare(_head()).split()) <= set(words)
    assert _entries("print_receipt") == [("amina", delivered)]
    assert count_pages(officer.get(f"/receipts/{delivered}/?paper=a6&tranche=1").content) == 1


def test_a_reversed_delivery_prints_stamped(amina: Viewer, officer: Client, delivered: str) -> None:
    reverse_delivery(by=amina, at=NOW, grant=_number(delivered), reason="خطأ", operation=uuid4())
    assert "ملغى" in words_of(officer.get(f"/receipts/{delivered}/").content)


def test_before_anything_was_delivered_there_is_no_receipt(officer: Client, approved: str) -> None:
    assert officer.get(f"/receipts/{approved}/").status_code == 404
    assert _entries("print_receipt") == []


@pytest.mark.parametrize(
    ("address_", "status"),
    [
        ("{}/?paper=a0", 400),
        ("{}/?tranche=-1", 400),
        ("{}/?tranche=9", 404),
        ("123/", 404),
        ("%00/", 404),
        ("' OR 1=1/", 404),
    ],
)
def test_a_receipt_of_nonsense_is_refused(
    officer: Client, delivered: str, address_: str, status: int
) -> None:
    assert officer.get(f"/receipts/{address_.format(delivered)}").status_code == status


def test_camelia_cannot_print_amina_s_receipt_or_sheet(
    dalia: Viewer, camelia: Viewer, delivered: str
) -> None:
    client = client_of(dalia, "camelia")
    assert client.get(f"/receipts/{delivered}/").status_code == 404
    assert client.get("/grants/sheet/?form=sheet").status_code == 404
    assert _entries("print_receipt") == [] and _entries("print_sheet") == []


def test_a_sheet_and_its_cards_are_printed_at_once_where_they_are_short(
    officer: Client, approved: str
) -> None:
    assert "كشف توزيع" in officer.get("/grants/sheet/").content.decode()
    for form in ("sheet", "cards"):
        response = officer.get(f"/grants/sheet/?need=monthly_cash&form={form}")
        assert response.status_code == 200 and approved in words_of(response.content)
    assert [who for who, _ in _entries("print_sheet")] == ["amina", "amina"]


def test_a_sheet_holds_only_what_is_asked_for(officer: Client, approved: str) -> None:
    assert officer.get("/grants/sheet/?need=food_box&form=sheet").status_code == 404
    assert officer.get("/grants/sheet/?need=food_box").status_code == 200
    for nonsense in ("need=x", "form=poster", "month=2026-99", "governorate=zz", "bulk=1;2"):
        assert officer.get(f"/grants/sheet/?{nonsense}").status_code == 400, nonsense


def test_sheets_are_for_officers(dalia: Viewer, basim: Viewer, approved: str) -> None:
    for who in ("dalia", "basim"):
        assert client_of(dalia, who).get("/grants/sheet/").status_code == 403


def test_a_long_sheet_is_a_job_s_and_its_file_the_asker_s_alone(
    dalia: Viewer, camelia: Viewer, officer: Client, approved: str
) -> None:
    with patch("wasl.web.receipts.DIRECT_ROWS", 0):
        response = officer.get("/grants/sheet/?form=sheet")
    job = response["Location"].strip("/").split("/")[-1]
    perform(job)
    page = officer.get(f"/jobs/{job}/")
    file = officer.get(page["Location"])
    assert approved in words_of(b"".join(file.streaming_content))  # type: ignore[attr-defined]
    for who in ("hoda", "camelia"):
        assert client_of(dalia, who).get(page["Location"]).status_code == 404
    assert client_of(dalia, "dalia").get(page["Location"]).status_code == 403
    assert [who for who, _ in _entries("fetch_sheet")] == ["amina"]


def test_more_than_anybody_prints_is_refused_in_words(officer: Client, approved: str) -> None:
    with patch.object(sheets, "ROWS_MOST", 0):
        assert officer.get("/grants/sheet/?form=sheet").status_code == 422
