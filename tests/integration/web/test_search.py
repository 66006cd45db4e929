"""The one box and a person's page: what each role reads, and that reading is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import NOW
from tests.integration.linkage.test_same_whatever_the_files import write
from tests.integration.registry.test_search import IDS, KARIM, RAHMAN, SAEED
from tests.integration.web.test_door import _signed_in
from wasl.intake.actions import load_file
from wasl.intake.reading.model import LoadOptions
from wasl.kernel.codes import make_code
from wasl.linkage.actions import run_linkage
from wasl.organisations.queries import CONSOLE, get_viewer
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import make_own_code, person_codes
from wasl.store.connections import engine_connection

MARCH = date(2025, 3, 1)
Load = Callable[..., str]


@pytest.fixture
def load(desk: Viewer, amina: Viewer, camelia: Viewer, tmp_path: Path) -> Load:
    def run(organisation: str, *rows: list[str], **said: Any) -> str:
        options = LoadOptions(
            **{"today": date(2025, 4, 1), "kind": "given", "need": "food_box", "month": MARCH, **said}
        )
        path = write(tmp_path / f"{organisation}-{len(list(tmp_path.iterdir()))}.csv", list(rows))
        return load_file(path=path, organisation=organisation, options=options, by=desk, at=NOW).lists[0]

    return run


@pytest.fixture
def known(load: Load, desk: Viewer) -> str:
    """Saeed's family is of both organisations, Rahman's of A, Karim's of B. Return A's list."""
    code = load("m01", SAEED, RAHMAN)
    load("m02", [SAEED[0].replace("إ", "ا"), *SAEED[1:]], KARIM)
    run_linkage(by=desk, at=NOW)
    return code


def signed(viewer: Viewer) -> Client:
    return _signed_in(get_viewer(CONSOLE), viewer.username)


def get(viewer: Viewer, address: str, **query: str) -> HttpResponse:
    return signed(viewer).get(address, query)  # type: ignore[return-value]


def page(viewer: Viewer, text: str) -> str:
    response = get(viewer, "/search/", q=text)
    assert response.status_code == 200
    return response.content.decode()


def audited(action: str) -> list[tuple[Any, ...]]:
    with engine_connection() as engine:
        return engine.execute(
            "SELECT username, object_code, detail FROM audit_entry WHERE action = %s ORDER BY id", [action]
        ).fetchall()


def person_of(viewer: Viewer, record_name: str) -> str:
    with engine_connection() as engine:
        row = engine.execute(
            "SELECT coalesce(m.group_id, l.person_id) FROM registry_record r JOIN registry_link l ON l.record_id = r.id"
            " AND l.until_run IS NULL LEFT JOIN registry_group_member m ON m.subject_id = l.person_id WHERE r.name = %s",
            [record_name],
        ).fetchone()
    assert row is not None
    return person_codes(viewer, [row[0]])[row[0]]


def test_amina_finds_her_family_with_its_coverage_and_a_way_to_its_page(known: str, amina: Viewer) -> None:
    found = page(amina, "سعيد العشماوي ميت غمر")
    assert SAEED[0] in found and KARIM[0] not in found
    assert f"/people/{person_of(amina, SAEED[0])}/" in found
    assert "/families/" in found and "مارس 2025" in found
    assert "معروفة عند جهات أخرى" not in found


def test_amina_cannot_read_a_person_of_camelia_but_in_the_coordination_answer(
    known: str, amina: Viewer
) -> None:
    found = page(amina, IDS["karim"])
    assert "معروفة عند جهات أخرى" in found and "أبريل 2025" in found
    for secret in (KARIM[0], "ملوي", "كريم", "جمعية النور", "m02", "/families/1", "/people/"):
        assert secret not in found
    assert [row[0] for row in audited("coverage.asked")] == ["amina"]
    assert "اكتب الرقم القومي كاملًا" in page(amina, "كريم فاروق")
    assert len(audited("coverage.asked")) == 1


def test_basim_finds_own_people_alone_and_is_offered_no_form(known: str, basim: Viewer) -> None:
    assert SAEED[0] in page(basim, "سعيد العشماوي")
    found = page(basim, IDS["karim"])
    assert "معروفة عند جهات أخرى" not in found and "/families/new/" not in found
    assert audited("coverage.asked") == []


def test_the_desk_finds_everybody(known: str, dalia: Viewer) -> None:
    assert KARIM[0] in page(dalia, "كريم فاروق")
    assert "جهتان" in page(dalia, "سعيد العشماوي")


def test_an_empty_answer_says_what_to_do(known: str, amina: Viewer) -> None:
    found = page(amina, "زاهر منصور الشناوي")
    assert 'name="name-0" value="زاهر منصور الشناوي"' in found and "اكتب كلمات أقل" in found
    assert "/families/new/?" not in found


def test_a_code_leads_straight_to_what_it_names(known: str, amina: Viewer, dalia: Viewer) -> None:
    code = person_of(amina, SAEED[0])
    eastern = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert get(amina, "/search/", q=eastern)["Location"] == f"/people/{code}/"
    family = make_own_code(amina.organisation_id or 0, 2)
    assert get(amina, "/search/", q=family)["Location"] == f"/families/{family}/"
    assert get(amina, "/search/", q=known)["Location"] == f"/lists/{known}/"
    assert get(dalia, "/search/", q=code)["Location"] == f"/people/{code}/"


def test_camelia_cannot_go_by_codes_of_amina(known: str, amina: Viewer, camelia: Viewer) -> None:
    for code in (person_of(amina, RAHMAN[0]), make_own_code(amina.organisation_id or 0, 2), known):
        assert "أو ليست لكم" in page(camelia, code)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "م",
        "%",
        "محمد " * 2_000,
        "1234567890123456789012345",
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "\x00",
    ],
)
def test_search_bears_whatever_is_typed(known: str, amina: Viewer, text: str) -> None:
    found = page(amina, text)
    assert "<script>alert" not in found
    assert SAEED[0] not in found


def test_every_search_that_was_answered_is_written_down_once(known: str, amina: Viewer) -> None:
    for text in ("سعيد العشماوي", "01012345678", "م", "", "محمد " * 2_000):
        page(amina, text)
    assert [row[2]["kind"] for row in audited("people.searched")] == ["words", "phone"]


def test_search_costs_at_most_twelve_queries(known: str, amina: Viewer) -> None:
    client = signed(amina)
    client.get("/search/", {"q": "سعيد"})
    with CaptureQueriesContext(connection) as queries:
        client.get("/search/", {"q": "سعيد محمود العشماوي ميت غمر"})
    mine = [
        one["sql"]
        for one in queries
        if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config"))
    ]
    assert len(mine) <= 12, mine


def test_a_person_s_page_shows_own_records_and_the_desk_s_all_with_what_differs(
    known: str, amina: Viewer, dalia: Viewer
) -> None:
    own = get(amina, f"/people/{person_of(amina, SAEED[0])}/").content.decode()
    assert SAEED[0] in own and SAEED[1] in own and "كشف واحد" in own
    assert SAEED[0].replace("إ", "ا") not in own and "جمعية النور" not in own
    whole = get(dalia, f"/people/{person_of(dalia, SAEED[0])}/").content.decode()
    assert (
        f"<mark><bdi>{SAEED[0]}</bdi></mark>" in whole
        or f"<mark><bdi>{SAEED[0].replace('إ', 'ا')}</bdi></mark>" in whole
    )
    assert "جمعية النور" in whole and "جمعية الأمل" in whole
    assert "مع سجل" in whole


def test_opening_a_person_is_written_down_each_time(known: str, amina: Viewer, basim: Viewer) -> None:
    code = person_of(amina, SAEED[0])
    get(amina, f"/people/{code}/")
    signed(basim).get(f"/people/{code}/", headers={"referer": "http://testserver/search/?q=x"})
    assert audited("person.opened") == [
        ("amina", code, {"why": "direct"}),
        ("basim", code, {"why": "search"}),
    ]


def test_camelia_cannot_open_a_person_of_amina(
    known: str, amina: Viewer, camelia: Viewer, dalia: Viewer
) -> None:
    for code in (person_of(amina, RAHMAN[0]), person_of(dalia, RAHMAN[0]), "1", "x", make_code(999_999_999)):
        assert get(camelia, f"/people/{code}/").status_code == 404
    assert audited("person.opened") == []


def test_an_alliance_code_of_an_own_person_leads_to_the_own_code(
    known: str, amina: Viewer, dalia: Viewer
) -> None:
    response = get(amina, f"/people/{person_of(dalia, SAEED[0])}/")
    assert response["Location"] == f"/people/{person_of(amina, SAEED[0])}/"
    assert audited("person.opened") == []


@pytest.mark.parametrize("address", ["/search/?q=سعيد", "/people/197/"])
def test_a_stranger_is_sent_to_the_door(database: object, address: str) -> None:
    assert Client().get(address).status_code in (302, 303)


def test_pages_speak_english_too(known: str, amina: Viewer) -> None:
    client = signed(amina)
    client.post("/sign-in/language/", {"language": "en", "next": "/search/"})
    assert "Whom are you looking for?" in client.get("/search/", {"q": "سعيد"}).content.decode()
    assert "Person code" in client.get(f"/people/{person_of(amina, SAEED[0])}/").content.decode()
