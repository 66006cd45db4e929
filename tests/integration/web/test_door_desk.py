"""The delivery desk: what a scan finds, what Enter does, who receives, once however often it is sent."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.integration.web.giving import (
    address,
    approve,
    client_of,
    family,
    hoda,
    load,
    reserve,
    state_of,
)
from tests.integration.web.test_families import HEAD, STRANGER
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection, owner_connection

__all__ = ["family", "hoda", "load"]

EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.fixture
def officer(dalia: Viewer, amina: Viewer) -> Client:
    return client_of(dalia, "amina")


@pytest.fixture
def where(amina: Viewer, family: int) -> str:
    return address(amina, family)


@pytest.fixture
def grant(officer: Client, where: str, dalia: Viewer, hoda: Viewer) -> str:
    """Monthly cash of this month, approved."""
    code = reserve(officer, where)
    approve(client_of(dalia, "hoda"), code)
    return code


def scan(client: Client, text: str) -> str:
    return client.post("/desk/", {"scan": text}).content.decode()


def handing(page: str, **more: str) -> dict[str, str]:
    """What Enter in the empty field sends of a page that shows a family."""
    form = {
        name: re.findall(f'name="{name}" value="([^"]*)"', page)[0]
        for name in ("operation", "family", "grant")
    }
    return {"scan": "", "who": "self", **form, **more}


def deliveries() -> list[tuple[object, ...]]:
    with engine_connection() as engine:
        return engine.execute(
            "SELECT tranche, attempt, received_by, receiver_name, receiver_relation, quantity FROM benefits_delivery"
            " ORDER BY recorded_at"
        ).fetchall()


def test_scan_finds_the_family_by_whatever_names_it(officer: Client, where: str, grant: str) -> None:
    code = where.split("/")[2]
    for text in (
        code,
        f" {code[:4]} {code[4:]} ",
        code.translate(EASTERN),
        grant,
        HEAD,
        HEAD.translate(EASTERN),
    ):
        page = scan(officer, text)
        assert "محمود عبد الرحيم سيد جاد الرب" in page and f'name="grant" value="{grant}" checked' in page, (
            text
        )
        assert HEAD not in page


def test_opening_by_a_scan_is_written_down_as_a_delivery(officer: Client, grant: str) -> None:
    scan(officer, grant)
    with owner_connection() as owner:
        [[why]] = owner.execute(
            "SELECT detail ->> 'why' FROM audit_entry WHERE action = 'family.opened' ORDER BY id DESC LIMIT 1"
        ).fetchall()
    assert why == "delivery"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "لم يُكتب شيء"), ("abc", "الأكواد أرقام فقط"), ("28801012101299", "لا تعرف جهتكم"),
        ("99999999999999", "رقمًا قوميًا صحيحًا"), ("10000178", "رقما التحقق"), (STRANGER, "لا تعرف جهتكم"),
        ("1" * 3000, "رقما التحقق"), ("0" * 4400, "رقما التحقق"),
        ("\u202e'\"><script>", "الأكواد أرقام فقط"), ("-", "لم يُكتب شيء"),
    ],
)  # fmt: skip
def test_scan_of_nothing_that_is_known_says_why(officer: Client, family: int, text: str, said: str) -> None:
    response = officer.post("/desk/", {"scan": text, "do": "find"})
    assert response.status_code == 422
    assert said in response.content.decode()


def test_one_enter_too_many_leaves_the_page_as_it_is(officer: Client) -> None:
    response = officer.post("/desk/", {"scan": "", "do": "enter"})
    assert (response.status_code, response.content) == (204, b"")


def test_enter_hands_over_and_is_ready_for_the_next(officer: Client, grant: str) -> None:
    response = officer.post("/desk/", handing(scan(officer, grant)))
    assert (response.status_code, response["Location"]) == (302, "/desk/")
    page = officer.get("/desk/").content.decode()
    assert "سُلّم: معاش شهري" in page and f"/grants/{grant}/" in page and "autofocus" in page
    assert state_of(grant) == "delivered"
    assert deliveries() == [(1, 1, "self", "", "", 1)]


def test_sent_twice_it_is_handed_over_once(officer: Client, grant: str) -> None:
    form = handing(scan(officer, grant))
    for _ in range(3):
        assert officer.post("/desk/", form).status_code == 302
    assert len(deliveries()) == 1
    assert "سُلّم: معاش شهري" in officer.get("/desk/").content.decode()


def test_another_form_of_the_same_is_told_that_all_was_given(officer: Client, grant: str) -> None:
    form = handing(scan(officer, grant))
    officer.post("/desk/", form)
    officer.post("/desk/", form | {"operation": str(uuid4())})
    assert "سُلّم كاملًا من قبل" in officer.get("/desk/").content.decode()
    assert len(deliveries()) == 1


def test_scanning_the_next_card_hands_nothing_over(officer: Client, where: str, grant: str) -> None:
    form = handing(scan(officer, grant)) | {"scan": where.split("/")[2]}
    assert officer.post("/desk/", form).status_code == 200
    assert deliveries() == []


def test_undo_takes_it_back_and_it_may_be_given_again(officer: Client, grant: str) -> None:
    officer.post("/desk/", handing(scan(officer, grant)))
    page = officer.get("/desk/").content.decode()
    assert 'value="reverse"' in page
    undo = {"do": "reverse", "tranche": "1", "reason": "تراجع", "back": "door", "operation": str(uuid4())}
    assert officer.post(f"/grants/{grant}/act/", undo)["Location"] == "/desk/"
    assert state_of(grant) == "reversed"
    assert 'value="reverse"' not in officer.get("/desk/").content.decode()
    officer.post("/desk/", handing(scan(officer, grant)))
    assert state_of(grant) == "delivered"
    assert [row[:2] for row in deliveries()] == [(1, 1), (1, 2)]
    life = officer.get(f"/grants/{grant}/").content.decode()
    assert "ألغى التسليم" in life and life.count("سلّمه") >= 2


def test_member_and_proxy_who_receive_are_kept(officer: Client, grant: str) -> None:
    page = scan(officer, grant)
    member = re.findall(r'<option value="(m01-[^"]+)">نعمات', page)[0]
    assert officer.post("/desk/", handing(page, who="member")).status_code == 422
    officer.post("/desk/", handing(page, who="member", member=member))
    assert deliveries() == [(1, 1, "member", "نعمات شحاتة فهمي بطرس", "زوجة", 1)]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "اكتب اسم الوكيل"),
        ({"proxy_name": "سامي", "proxy_relation": "جار", "proxy_nid": "123"}, "رقمًا قوميًا صحيحًا"),
        ({"proxy_name": "سامي", "proxy_relation": "", "proxy_nid": STRANGER}, "اكتب اسم الوكيل"),
    ],
)
def test_proxy_is_known_by_name_relation_and_id(
    officer: Client, grant: str, more: dict[str, str], said: str
) -> None:
    response = officer.post("/desk/", handing(scan(officer, grant), who="proxy", **more))
    assert response.status_code == 422
    assert said in response.content.decode() and deliveries() == []


def test_proxy_hands_over_with_the_id_sealed(officer: Client, grant: str) -> None:
    given = {"proxy_name": "سامي جابر", "proxy_relation": "جار", "proxy_nid": STRANGER.translate(EASTERN)}
    officer.post("/desk/", handing(scan(officer, grant), who="proxy", **given))
    assert deliveries() == [(1, 1, "proxy", "سامي جابر", "جار", 1)]
    assert STRANGER not in officer.get(f"/grants/{grant}/").content.decode()


def test_what_is_not_approved_is_not_handed_over_and_says_why(officer: Client, where: str) -> None:
    code = reserve(officer, where)
    page = scan(officer, code)
    assert "محجوز ولم يُعتمد بعد" in page and "لا يوجد ما يُسلَّم" in page
    form = {"operation": str(uuid4()), "family": where.split("/")[2], "grant": code}
    officer.post("/desk/", form)
    assert "لم يُعتمد بعد" in officer.get("/desk/").content.decode()
    assert deliveries() == []


def test_quantity_that_cannot_be_is_said_so(officer: Client, grant: str) -> None:
    for wrong in ("0", "-1", "كثير", "9" * 20):
        form = handing(scan(officer, grant), **{f"quantity-{grant}": wrong})
        assert officer.post("/desk/", form).status_code == 422
    assert deliveries() == []


def test_camelia_finds_nothing_and_hands_over_nothing(
    officer: Client, where: str, grant: str, dalia: Viewer, camelia: Viewer
) -> None:
    other = client_of(dalia, "camelia")
    assert "لا تعرف جهتكم" in scan(other, grant)
    assert "لا تعرف جهتكم" in scan(other, where.split("/")[2])
    mine = re.findall(r'name="family" value="(\d+)"', scan(other, HEAD))[0]
    other.post("/desk/", {"operation": str(uuid4()), "family": mine, "grant": grant})
    assert deliveries() == []


@pytest.mark.parametrize("username", ["basim", "dalia"])
def test_who_does_not_give_has_no_desk(dalia: Viewer, amina: Viewer, basim: Viewer, username: str) -> None:
    client = client_of(dalia, username)
    assert (client.get("/desk/").status_code, client.post("/desk/").status_code) == (403, 403)


@pytest.mark.parametrize(
    "form",
    [
        {"family": "1", "do": "deliver"}, {"family": "x", "grant": "y", "operation": "z"},
        {"family": "9" * 4000, "grant": "9" * 4000, "do": "deliver"}, {"do": "deliver"}, {"do": "x" * 5000, "scan": "1"},
    ],
)  # fmt: skip
def test_form_that_is_none_of_ours_is_refused(officer: Client, family: int, form: dict[str, str]) -> None:
    assert officer.post("/desk/", form).status_code in (400, 404, 422)


def test_scan_asks_the_database_little(officer: Client, grant: str) -> None:
    for text in (grant, HEAD):
        with CaptureQueriesContext(connection) as queries:
            scan(officer, text)
        asked = [
            q["sql"] for q in queries if not q["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
        ]
        assert len([one for one in asked if "set_config" not in one]) <= 12
