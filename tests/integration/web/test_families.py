"""A family's page: what each role reads, that reading it is written down, and «this is another family»."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.conftest import NOW
from tests.integration.web.test_door import _signed_in
from tests.journeys.test_desk_path import nid, write_csv
from wasl.intake.actions import load_file, withdraw_list
from wasl.intake.reading import LoadOptions
from wasl.kernel.codes import make_code
from wasl.linkage.actions import run_linkage
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import family_codes
from wasl.store.connections import engine_connection, owner_connection

HEAD, WIFE = nid("1980-03-05", "24", "1011"), nid("1984-07-09", "24", "1022")
SON, GIRL = nid("2010-01-02", "24", "1033"), nid("2013-05-06", "24", "1044")
STRANGER = nid("1969-06-06", "21", "3011")
PLACE = ["المنيا", "ملوي"]
MARCH = date(2025, 3, 1)
ROWS_HEADER = ["رقم الأسرة", "الاسم", "صلة القرابة", "الرقم القومي", "المحافظة", "المركز"]
FAMILY_HEADER = ["الاسم", "الرقم القومي", "اسم الزوجة", "رقم قومي الزوجة", "المحافظة", "المركز"]
FAMILY = [
    ["1", "محمود عبد الرحيم سيد جاد الرب", "رب الأسرة", HEAD, *PLACE],
    ["1", "نعمات شحاتة فهمي بطرس", "زوجة", WIFE, *PLACE],
    ["1", "كريم محمود عبد الرحيم سيد", "ابن", SON, *PLACE],
    ["1", "هبة محمود عبد الرحيم سيد", "ابنة", GIRL, *PLACE],
]
THEIRS = ["محمود عبدالرحيم سيد جاد الرب", HEAD, "نعمات شحاته فهمى بطرس", WIFE, *PLACE]
HIDDEN = ["مدحت عبد الرحيم سيد جاد الرب", STRANGER, "", "", *PLACE]

Load = Callable[..., str]


@pytest.fixture
def load(desk: Viewer, tmp_path: Path) -> Load:
    def run(
        organisation: str, rows: list[list[str]], *, header: list[str] = FAMILY_HEADER, **more: object
    ) -> str:
        path = tmp_path / f"{organisation}-{len(list(tmp_path.iterdir()))}.csv"
        write_csv(path, [header, *rows])
        said = {"kind": "given", "need": "food_box", "month": MARCH, "value_piastres": 25_000} | more
        options = LoadOptions(today=date(2025, 3, 20), **said)  # type: ignore[arg-type]
        result = load_file(path=path, organisation=organisation, options=options, by=desk, at=NOW)
        return str(result.sheets[0].list_code)

    return run


@pytest.fixture
def family(amina: Viewer, camelia: Viewer, dalia: Viewer, load: Load) -> int:
    """One family that both gave a box in March."""
    load("m01", FAMILY, header=ROWS_HEADER)
    load("m02", [THEIRS])
    run_linkage(by=dalia, at=NOW)
    return _family_of("m01")


def _family_of(organisation: str) -> int:
    with engine_connection() as engine:
        row = engine.execute(
            "SELECT min(l.family_id) FROM registry_entry_link l JOIN registry_entry e ON e.id = l.entry_id"
            " JOIN organisations_organisation o ON o.id = e.organisation_id"
            " WHERE l.until_run IS NULL AND o.code = %s",
            [organisation],
        ).fetchone()
    assert row is not None
    return int(row[0])


def _entries(family: int) -> int:
    with engine_connection() as engine:
        row = engine.execute(
            "SELECT count(*) FROM registry_entry_link WHERE family_id = %s AND until_run IS NULL", [family]
        ).fetchone()
    assert row is not None
    return int(row[0])


def _address(viewer: Viewer, family: int) -> str:
    return f"/families/{family_codes(viewer, [family])[family]}/"


def _read(client: Client, address: str, language: str = "ar") -> str:
    client.post("/sign-in/language/", {"language": language, "next": "/"})
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()[:500]
    return response.content.decode()


def _opened() -> list[tuple[str, str]]:
    with owner_connection() as owner:
        return owner.execute(
            "SELECT username, detail ->> 'why' FROM audit_entry WHERE action = 'family.opened' ORDER BY id"
        ).fetchall()


def _main(page: str) -> str:
    """The page without its frame and without what differs at every reading: the forms' tokens."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page[page.index("<main") :])


def test_amina_reads_her_family_and_that_another_covers_it(
    family: int, dalia: Viewer, camelia: Viewer
) -> None:
    page = _main(_read(_signed_in(dalia, "camelia"), _address(camelia, family)))
    assert "مغطاة في باب «غذاء» لشهر مارس 2025 من جهتكم" in page
    assert "يمكن التقديم من جديد ابتداءً من أبريل 2025" in page
    assert "نعمات شحاته فهمى بطرس" in page
    assert "كريم" not in page, "a child that only others name"
    assert "جمعية الأمل" in page, "an overlap names the two to each other"
    assert "سطر 2 من كشف" in page


def test_the_desk_reads_who_gave_and_every_row(family: int, dalia: Viewer) -> None:
    page = _main(_read(_signed_in(dalia, "dalia"), f"/families/{make_code(family)}/"))
    assert "من جمعية الأمل، جمعية النور" in page
    for name in ("كريم محمود عبد الرحيم سيد", "محمود عبدالرحيم سيد جاد الرب", HEAD):
        assert name in page
    assert "جهتان" in page


def test_the_page_speaks_english(family: int, dalia: Viewer, amina: Viewer) -> None:
    page = _main(_read(_signed_in(dalia, "amina"), _address(amina, family), "en"))
    assert "This family is covered for food in March 2025 by you." in page
    assert "It may apply again from April 2025." in page
    assert "by more than one organisation" in page


def test_what_is_not_known_is_shown_as_not_known(
    family: int, dalia: Viewer, amina: Viewer, load: Load
) -> None:
    other = ["سمير حنا جرجس بشاي", nid("1971-04-04", "24", "5011"), "", "", *PLACE]
    load("m02", [other], month=date(2025, 4, 1))
    page = _main(_read(_signed_in(dalia, "amina"), _address(amina, family)))
    assert "لا نعرف بعد في «غذاء»: لم تصل كشوف جهة واحدة تعمل في هذه المحافظة عن أبريل 2025" in page
    assert "غذاء، أبريل 2025: لا نعرف بعد" in page
    assert "دعم نقدي، أبريل 2025: لم يغطها أحد" in page


def test_months_before_are_one_link_away(family: int, dalia: Viewer, amina: Viewer) -> None:
    client, address = _signed_in(dalia, "amina"), _address(amina, family)
    assert "month=2024-03#calendar" in _read(client, address)
    earlier = _read(client, f"{address}?month=2024-03")
    assert "غذاء، مارس 2023" not in earlier
    assert "غذاء، أبريل 2023: لم يغطها أحد" in earlier
    assert "month=2025-03#calendar" in earlier
    assert client.get(f"{address}?month=مارس").status_code == 400


def test_camelia_cannot_open_a_family_she_does_not_know(
    amina: Viewer, camelia: Viewer, dalia: Viewer, load: Load
) -> None:
    load("m01", FAMILY, header=ROWS_HEADER)
    run_linkage(by=dalia, at=NOW)
    family = _family_of("m01")
    client = _signed_in(dalia, "camelia")
    for address in (_address(amina, family), f"/families/{make_code(family)}/", "/families/12/"):
        assert client.get(address).status_code == 404
        assert client.post(f"{address}another/", {"entry": "m01-2"}).status_code == 404
    assert _opened() == []


def test_reads_are_entries_with_the_way_by_which_somebody_came(
    family: int, dalia: Viewer, amina: Viewer, basim: Viewer
) -> None:
    client, address = _signed_in(dalia, "amina"), _address(amina, family)
    client.get(address)
    client.get(address, headers={"referer": "http://testserver/overlaps/?slot=food"})
    client.get(f"{address}?from=search")
    client.get(address, headers={"referer": "http://elsewhere.example/lists/"})
    _signed_in(dalia, "basim").get(address)
    assert _opened() == [
        ("amina", "direct"), ("amina", "overlap"), ("amina", "search"), ("amina", "direct"), ("basim", "direct"),
    ]  # fmt: skip
    assert client.get(f"{address}?from=curiosity").status_code == 400


def test_the_alliance_s_code_leads_amina_to_her_own(family: int, dalia: Viewer, amina: Viewer) -> None:
    client = _signed_in(dalia, "amina")
    response = client.get(f"/families/{make_code(family)}/?from=search")
    assert (response.status_code, response["Location"]) == (302, f"{_address(amina, family)}?from=search")
    assert _opened() == []


def test_the_page_asks_the_database_a_dozen_times_at_most(family: int, dalia: Viewer, amina: Viewer) -> None:
    for username, viewer in (("amina", amina), ("dalia", dalia)):
        client, address = _signed_in(dalia, username), _address(viewer, family)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        queries = [one["sql"] for one in asked if not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT"))]
        assert len(queries) <= 12, queries


def test_an_overlap_closes_with_the_list_that_made_it(
    amina: Viewer, camelia: Viewer, dalia: Viewer, load: Load
) -> None:
    load("m01", FAMILY, header=ROWS_HEADER)
    second = load("m02", [THEIRS])
    run_linkage(by=dalia, at=NOW)
    family = _family_of("m01")
    client, address = _signed_in(dalia, "amina"), _address(amina, family)
    assert "ازدواج قائم" in _read(client, address)
    withdraw_list(by=camelia, at=NOW, code=second, reason="مكرر")
    page = _read(client, address)
    assert "ازدواج قائم" not in page
    assert "جمعية النور" not in page


def test_what_others_know_of_others_changes_nothing_on_amina_s_page(
    family: int, dalia: Viewer, amina: Viewer, camelia: Viewer, load: Load
) -> None:
    """A1: the same family, the same grouping, the same answer; everything else that B knows is another."""
    client, address = _signed_in(dalia, "amina"), _address(amina, family)
    before = [_main(_read(client, address, language)) for language in ("ar", "en")]
    # B writes the same family otherwise, with a child, a dearer box; and families that A has never seen.
    header = [*FAMILY_HEADER, "اسم الابن", "الرقم القومي للابن", "التليفون"]
    child = ["مينا محمود عبد الرحيم سيد", nid("2016-02-02", "24", "1055"), "01234567891"]
    load("m02", [[*THEIRS, *child], [*HIDDEN, "", "", ""]], header=header, value_piastres=90_000)
    load("m02", [HIDDEN], kind="known", need=None, value_piastres=None)
    run_linkage(by=dalia, at=NOW)
    assert _entries(family) == 3, "the world did change"
    after = [_main(_read(client, address, language)) for language in ("ar", "en")]
    assert after == before


def _tell(client: Client, address: str, page: str, place: int = 0) -> HttpResponse:
    entry = re.findall(r'name="entry" value="([^"]+)"', page)[place]
    response = client.post(
        f"{address}another/", {"entry": entry, "why": "papers", "note": "بطاقتان"}, follow=True
    )
    assert response.status_code == 200
    return response  # type: ignore[return-value]


def test_the_desk_says_that_it_is_another_family_and_takes_it_back(family: int, dalia: Viewer) -> None:
    client, address = _signed_in(dalia, "dalia"), f"/families/{make_code(family)}/"
    page = _tell(client, address, _read(client, address)).content.decode()
    assert "ليس من هذه الأسرة: قيد واحد. يسري مع المطابقة القادمة." in page
    assert "رأينا البطاقات: بطاقتان" in page
    run_linkage(by=dalia, at=NOW)
    assert _entries(family) == 1
    entries = re.findall(r'name="entries" value="([^"]+)"', page)[0]
    # Undone on the page as it stood: the other half is another family by now, so nothing is left to undo.
    assert client.post(f"{address}another/undo/", {"entries": entries}, follow=True).status_code == 200


def test_the_desk_takes_its_word_back_before_the_next_matching(family: int, dalia: Viewer) -> None:
    client, address = _signed_in(dalia, "dalia"), f"/families/{make_code(family)}/"
    page = _tell(client, address, _read(client, address)).content.decode()
    entries = re.findall(r'name="entries" value="([^"]+)"', page)[0]
    page = client.post(f"{address}another/undo/", {"entries": entries}, follow=True).content.decode()
    assert "(أُلغي)" in page
    run_linkage(by=dalia, at=timezone.now(), full=True)
    assert _entries(family) == 2


def test_the_desk_chooses_some_entry_and_not_all(family: int, dalia: Viewer) -> None:
    client, address = _signed_in(dalia, "dalia"), f"/families/{make_code(family)}/"
    assert "اختر القيد" in client.post(f"{address}another/", {}, follow=True).content.decode()
    entries = re.findall(r'name="entry" value="([^"]+)"', _read(client, address))
    page = client.post(f"{address}another/", {"entry": entries}, follow=True).content.decode()
    assert "اخترت كل القيود" in page


def test_amina_s_word_waits_for_the_desk(family: int, dalia: Viewer, amina: Viewer) -> None:
    client, address = _signed_in(dalia, "amina"), _address(amina, family)
    page = _tell(client, address, _read(client, address)).content.decode()
    assert "وصلت ملاحظتك إلى مكتب الهوية" in page
    assert "ينتظر مكتب الهوية" in page
    run_linkage(by=dalia, at=NOW, full=True)
    assert _entries(family) == 2
    doubt = re.findall(r'name="doubt" value="([^"]+)"', page)[0]
    page = client.post(f"{address}another/undo/", {"doubt": doubt}, follow=True).content.decode()
    assert "ينتظر مكتب الهوية" not in page


def test_basim_cannot_say_that_it_is_another_family(family: int, dalia: Viewer, basim: Viewer) -> None:
    client, address = _signed_in(dalia, "basim"), _address(basim, family)
    page = _read(client, address)
    assert "دورك للاطلاع" in page
    assert 'name="entry"' not in page
    assert client.post(f"{address}another/", {"entry": "m01-2"}).status_code == 403


def test_no_number_of_the_alliance_stands_on_amina_s_page(family: int, dalia: Viewer, amina: Viewer) -> None:
    page = _main(_read(_signed_in(dalia, "amina"), _address(amina, family)))
    with engine_connection() as engine:
        numbers = engine.execute("SELECT id, code FROM registry_subject").fetchall()
    for number, code in numbers:
        assert str(number) not in page
        assert code not in page
