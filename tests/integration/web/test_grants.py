"""Reserving from a family's calendar and the pages of grants: each role, what the door says, and what is asked."""

from __future__ import annotations

import io
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import NOW
from tests.integration.web.giving import (
    LAST_MONTH,
    THIS_MONTH,
    address,
    approve,
    asked,
    client_of,
    family,
    hoda,
    load,
    reserve,
    state_of,
)
from tests.integration.web.test_families import FAMILY, HIDDEN, ROWS_HEADER, Load
from wasl.kernel.months import add_months, format_month
from wasl.linkage.actions import run_linkage
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection

__all__ = ["family", "hoda", "load"]

NEXT_MONTH = add_months(THIS_MONTH, 1)


@pytest.fixture
def officer(dalia: Viewer, amina: Viewer) -> Client:
    return client_of(dalia, "amina")


@pytest.fixture
def where(amina: Viewer, family: int) -> str:
    return address(amina, family)


def _grants() -> int:
    with engine_connection() as engine:
        [[number]] = engine.execute("SELECT count(*) FROM benefits_grant").fetchall()
    return int(number)


def test_free_cell_of_the_calendar_leads_to_the_form_with_only_its_needs(officer: Client, where: str) -> None:
    page = officer.get(where).content.decode()
    link = f"{where}reserve/?slot=cash&amp;month={format_month(THIS_MONTH)}"
    assert f'href="{link}"' in page and f'hx-get="{link}"' in page
    form = officer.get(link.replace("&amp;", "&")).content.decode()
    assert '<option value="monthly_cash"' in form and "orphan_sponsorship" not in form
    part = officer.get(link.replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and '<option value="monthly_cash"' in part


def test_reserving_takes_one_form_and_shows_in_the_cell_with_undo(officer: Client, where: str) -> None:
    response = officer.post(f"{where}reserve/", asked())
    assert (response.status_code, response["Location"]) == (
        302,
        f"{where}?month={format_month(THIS_MONTH)}#calendar",
    )
    page = officer.get(where).content.decode()
    assert "تم حجز" in page and "تراجع" in page
    assert 'href="/grants/' in page, "the cell leads to the grant"


def test_sent_twice_it_is_reserved_once(officer: Client, where: str) -> None:
    form = asked()
    for _ in range(2):
        assert officer.post(f"{where}reserve/", form).status_code == 302
    assert _grants() == 1


def test_undo_right_after_cancels_and_frees_the_cell(officer: Client, where: str) -> None:
    code = reserve(officer, where)
    form = {
        "do": "cancel",
        "operation": str(uuid4()),
        "reason": "x",
        "back": "family",
        "family": where.split("/")[2],
    }
    assert officer.post(f"/grants/{code}/act/", form)["Location"] == f"{where}#calendar"
    assert state_of(code) == "cancelled"
    reserve(officer, where)


def test_refusal_says_by_whom_only_in_kind_and_from_when(officer: Client, where: str) -> None:
    response = officer.post(f"{where}reserve/", asked(slot="food", need="food_package"))
    page = response.content.decode()
    assert response.status_code == 422
    assert (
        "مغطاة في باب «غذاء»" in page and "من جهة أخرى" in page and "يمكن التقديم من جديد ابتداءً من" in page
    )
    assert "النور" not in page and "m02" not in page, "never who"
    assert "هذه أسرة أخرى" in page and "/exceptions/new/" in page
    assert _grants() == 0


def test_warning_goes_on_with_a_reason_and_not_without(officer: Client, where: str) -> None:
    form = asked(slot="food", need="food_box")
    assert "احجز مع ذلك" in officer.post(f"{where}reserve/", form).content.decode()
    again = form | {"operation": str(uuid4()), "answer": "give"}
    assert officer.post(f"{where}reserve/", again).status_code == 422
    assert officer.post(f"{where}reserve/", again | {"reason": "مسنّة لا تكفيها كرتونة"}).status_code == 302
    assert _grants() == 1


def test_need_of_a_person_asks_for_whom(officer: Client, where: str) -> None:
    form = asked(slot="school_bag", need="school_bag")
    response = officer.post(f"{where}reserve/", form)
    assert response.status_code == 422 and "اختر الفرد" in response.content.decode()
    page = officer.get(f"{where}reserve/", {"slot": "school_bag", "month": form["month"]}).content.decode()
    member = page.split('<option value="m01-')[1].split('"')[0]
    assert officer.post(f"{where}reserve/", form | {"member": f"m01-{member}"}).status_code == 302
    with engine_connection() as engine:
        assert engine.execute("SELECT to_person FROM benefits_grant").fetchall() == [(True,)]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"quantity": "0"}, "الكمية"), ({"quantity": "كثير"}, "الكمية"), ({"quantity": "NaN"}, "الكمية"),
        ({"need": "gold"}, "اختر الاحتياج"), ({"need": "food_box"}, "اختر الاحتياج"),
    ],
)  # fmt: skip
def test_form_that_cannot_be_meant_is_said_so(
    officer: Client, where: str, more: dict[str, str], said: str
) -> None:
    response = officer.post(f"{where}reserve/", asked(**more))  # type: ignore[arg-type]
    assert response.status_code == 422 and said in response.content.decode()
    assert _grants() == 0


def test_eastern_digits_are_quantities_too(officer: Client, where: str) -> None:
    assert officer.post(f"{where}reserve/", asked(quantity="٢٫٥")).status_code == 302


@pytest.mark.parametrize("month", ["9999-12", "0001-01", "soon", "2026-13"])
def test_month_far_off_is_refused(officer: Client, where: str, month: str) -> None:
    assert officer.get(f"{where}reserve/", {"slot": "cash", "month": month}).status_code == 400


def test_camelia_and_basim_and_the_desk_cannot_reserve(
    where: str, dalia: Viewer, camelia: Viewer, basim: Viewer
) -> None:
    assert client_of(dalia, "camelia").post(f"{where}reserve/", asked()).status_code == 404
    for username in ("basim", "dalia"):
        client = client_of(dalia, username)
        assert client.post(f"{where}reserve/", asked()).status_code == 403
        page = client.get(where, follow=True).content.decode()
        assert "/reserve/" not in page


def test_whoever_reserves_is_told_that_somebody_else_approves(
    officer: Client, where: str, dalia: Viewer, hoda: Viewer
) -> None:
    code = reserve(officer, where)
    page = officer.get(f"/grants/{code}/").content.decode()
    assert "يعتمده غيرك" in page and 'value="approve"' not in page
    approve(officer, code)
    assert state_of(code) == "reserved"
    assert "حجزته أنت" in officer.get(f"/grants/{code}/").content.decode()
    colleague = client_of(dalia, "hoda")
    assert 'value="approve"' in colleague.get(f"/grants/{code}/").content.decode()
    approve(colleague, code)
    assert state_of(code) == "approved"


def test_approvals_wait_in_the_inbox_of_colleagues(
    officer: Client, where: str, dalia: Viewer, hoda: Viewer
) -> None:
    reserve(officer, where)
    label = "حجوزات من زملائك تنتظر اعتمادك"
    assert label not in officer.get("/inbox/").content.decode()
    colleague = client_of(dalia, "hoda")
    assert label in colleague.get("/inbox/").content.decode()
    assert "محجوز الآن" in colleague.get("/").content.decode()
    rows = colleague.get("/grants/", {"only": "to_approve"}).content.decode()
    assert 'name="grant"' in rows
    assert "لا شيء بهذه التصفية" in officer.get("/grants/", {"only": "to_approve"}).content.decode()


def test_ticked_grants_are_approved_and_cancelled_together(
    officer: Client, where: str, dalia: Viewer, hoda: Viewer
) -> None:
    codes = [reserve(officer, where), reserve(officer, where, month=NEXT_MONTH)]
    colleague = client_of(dalia, "hoda")
    sent = {"grant": codes, "do": "approve", "operation": str(uuid4()), "query": "state=reserved"}
    assert colleague.post("/grants/act/", sent)["Location"] == "/grants/?state=reserved"
    assert {state_of(code) for code in codes} == {"approved"}
    ended = {"grant": codes, "do": "cancel", "operation": str(uuid4())}
    colleague.post("/grants/act/", ended)
    assert "اكتب السبب" in colleague.get("/grants/").content.decode()
    colleague.post("/grants/act/", ended | {"reason": "نفدت الكمية"})
    assert {state_of(code) for code in codes} == {"cancelled"}


def test_camelia_cannot_see_or_touch_a_grant(
    officer: Client, where: str, dalia: Viewer, camelia: Viewer
) -> None:
    code, other = reserve(officer, where), client_of(dalia, "camelia")
    assert other.get(f"/grants/{code}/").status_code == 404
    form = {"do": "cancel", "reason": "x", "operation": str(uuid4())}
    assert other.post(f"/grants/{code}/act/", form).status_code == 404
    other.post("/grants/act/", form | {"grant": code})
    assert state_of(code) == "reserved"
    assert code not in other.get("/grants/").content.decode()


def test_viewer_and_desk_read_and_do_nothing(
    officer: Client, where: str, dalia: Viewer, basim: Viewer
) -> None:
    code = reserve(officer, where)
    for username in ("basim", "dalia"):
        client = client_of(dalia, username)
        assert code in client.get("/grants/").content.decode()
        page = client.get(f"/grants/{code}/").content.decode()
        assert "للاطلاع" in page and 'name="do"' not in page
        assert client.post(f"/grants/{code}/act/", {"do": "cancel"}).status_code == 403
        assert client.post("/grants/act/", {"grant": code}).status_code == 403


def test_table_goes_out_as_it_is_filtered(officer: Client, where: str) -> None:
    code = reserve(officer, where)
    reserve(officer, where, month=NEXT_MONTH)
    answer = officer.get("/grants/", {"month": format_month(THIS_MONTH), "format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2 and rows[1][0] == code


@pytest.mark.parametrize(
    "query",
    [
        "state=gold",
        "need=%00",
        "month=9999-12",
        "only=x",
        "after=WyIxMjMiXQ",
        "after=x",
        "organisation=m02",
        "made_by=" + "x" * 400,
    ],
)
def test_nonsense_in_the_address_is_refused_in_words(officer: Client, where: str, query: str) -> None:
    assert officer.get(f"/grants/?{query}").status_code in (200, 400)


def test_pages_ask_the_database_little(officer: Client, where: str, dalia: Viewer, hoda: Viewer) -> None:
    code = reserve(officer, where)
    form = f"{where}reserve/?slot=food&month={format_month(LAST_MONTH)}"
    for page in ("/grants/", f"/grants/{code}/", "/desk/", form, where, "/", "/inbox/"):
        with CaptureQueriesContext(connection) as queries:
            assert officer.get(page).status_code == 200
        asked_for = [
            one["sql"]
            for one in queries
            if not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
        ]
        assert len(asked_for) <= 12, (page, len(asked_for))


def test_another_family_is_separated_and_given_to_at_once(officer: Client, where: str) -> None:
    form = asked(slot="food", need="food_package", answer="other_family")
    assert officer.post(f"{where}reserve/", form).status_code == 422, "how do you know?"
    form |= {"reason": "سألناهم: اسم الجد مختلف"}
    for _ in range(2):
        assert officer.post(f"{where}reserve/", form).status_code == 302
    page = officer.get(where, follow=True).content.decode()
    assert "فُصلت هذه الأسرة مؤقتًا" in page and "/grants/" in page
    with engine_connection() as engine:
        [[families]] = engine.execute(
            "SELECT count(DISTINCT family_id) FROM registry_entry_link WHERE until_run IS NULL"
        ).fetchall()
    assert (families, _grants()) == (2, 1)


def test_another_family_is_not_separated_where_nobody_stands_in_the_way(officer: Client, where: str) -> None:
    form = asked(slot="cash", need="monthly_cash", answer="other_family", reason="لا أظنها هي")
    assert officer.post(f"{where}reserve/", form).status_code == 302
    assert "فُصلت" not in officer.get(where, follow=True).content.decode()
    with engine_connection() as engine:
        [[families]] = engine.execute(
            "SELECT count(DISTINCT family_id) FROM registry_entry_link WHERE until_run IS NULL"
        ).fetchall()
    assert (families, _grants()) == (1, 1)


def test_likely_the_same_is_a_question_that_is_answered_with_a_reason(
    dalia: Viewer, amina: Viewer, camelia: Viewer, load: Load
) -> None:
    load("m01", FAMILY, header=ROWS_HEADER, month=LAST_MONTH)
    load("m02", [HIDDEN], month=THIS_MONTH, need="food_package")
    run_linkage(by=dalia, at=NOW)
    with engine_connection() as engine:
        engine.execute(
            "INSERT INTO registry_group_member (group_id, subject_id)"
            " SELECT min(family_id) OVER (), family_id FROM registry_entry_link WHERE until_run IS NULL"
        )
        [[own]] = engine.execute(
            "SELECT l.family_id FROM registry_entry_link l JOIN registry_entry e ON e.id = l.entry_id"
            " WHERE l.until_run IS NULL AND e.organisation_id = %s",
            [amina.organisation_id],
        ).fetchall()
    client, where = client_of(dalia, "amina"), address(amina, own)
    form = asked(slot="food", need="food_package")
    page = client.post(f"{where}reserve/", form).content.decode()
    assert "هل هي أسرة أخرى؟" in page and "لا نوقف الصرف على الظن" in page and "ما يجمعهما" in page
    assert "مدحت" not in page and "النور" not in page
    answered = form | {"operation": str(uuid4()), "answer": "give", "reason": "حاجتها ظاهرة"}
    assert client.post(f"{where}reserve/", answered).status_code == 302
    assert "وصلت ملاحظتك إلى مكتب الهوية" in client.get(where, follow=True).content.decode()
    with engine_connection() as engine:
        assert engine.execute("SELECT answer, reason FROM benefits_grant").fetchall() == [
            ("question", "حاجتها ظاهرة")
        ]
        assert engine.execute("SELECT count(*) FROM linkage_doubt").fetchall() == [(1,)]
