"""Pages of overlaps, repeats and gaps, and the first page: as each role reads them, by address."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from itertools import product

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.integration.benefits.test_gaps import Village
from tests.integration.benefits.test_overlap_pages import Alliance
from tests.integration.benefits.world import APRIL, MARCH, World
from tests.integration.web.test_door import _signed_in
from wasl.benefits.actions import refresh_slot_figures
from wasl.benefits.claims import set_claims_active
from wasl.jobs.worker import run_waiting
from wasl.organisations.viewer import Viewer
from wasl.web.words import WORDS

NOW = datetime(2025, 6, 1, tzinfo=UTC)
QUERIES_MOST = 12
TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK")
FILTERED = [
        ("", 5), ("slot=food", 4), ("need=glasses", 1), ("from=2025-04", 1), ("to=2025-03", 4),
        ("from=2025-03&to=2025-03", 4), ("organisation=m03", 2), ("governorate=EG21", 1), ("certainty=likely", 1),
        ("certainty=certain&slot=food&organisation=m02", 2), ("state=closed", 0), ("slot=food&need=glasses", 0),
        ("sort=cost", 5), ("sort=opened&way=up", 5), ("from=٢٠٢٥-٠٤", 1),]  # fmt: skip
NONSENSE = [
        *[f"/overlaps/?{name}=nonsense" for name in (
            "slot", "need", "from", "to", "organisation", "governorate", "certainty", "state", "sort", "way", "after",
            "format")],
        "/overlaps/?from=2025-04&to=2025-03", "/overlaps/?after=WzEsMl0", "/overlaps/?after=WyIyMDI1LTAzLTAyIiwyXQ",
        "/overlaps/repeats/?sort=cost", "/overlaps/repeats/?state=closed&slot=x", "/gaps/?slot=nonsense",
        "/gaps/?month=13", "/gaps/?state=covered", "/gaps/?governorate=EG99", "/gaps/?since=x", "/gaps/?sort=x",
        "/gaps/?after=WzEsMl0", "/gaps/?governorate=EG24&markaz=EG2101", "/?map=x", "/?slot=nonsense",]  # fmt: skip
FILTERED_GAPS = [
    ("", 5), ("slot=food&month=2025-03", 5), ("state=open", 5), ("governorate=EG21", 1), ("since=2025-01", 5),
    ("sort=since", 5), ("slot=glasses&month=2025-03", 0), ("state=unknown", 0),
]  # fmt: skip
ADDRESSES = [
    "/", "/?map=gaps&slot=food", "/overlaps/", "/overlaps/?slot=food&certainty=certain&family={family}",
    "/overlaps/repeats/", "/gaps/", "/gaps/?governorate=EG24", "/gaps/nothing/",
]  # fmt: skip


@pytest.fixture
def alliance(world: World) -> Alliance:
    return Alliance(world)


@pytest.fixture
def world() -> Iterator[World]:
    from wasl.store.connections import engine_connection

    with engine_connection() as connection:
        yield World(connection)
        connection.rollback()


@pytest.fixture
def given(alliance: Alliance, desk: Viewer, organisation_a: int, organisation_b: int) -> dict[str, int]:
    """Overlaps of A, B and a third, a repeat of A, families that nobody covered. The families of the overlaps."""
    world = alliance.world
    third = world.add_organisation("m03")
    families = {
        "food": alliance.give_both(organisation_a, organisation_b, value=45_000),
        "glasses": alliance.give_both(
            organisation_a, organisation_b, need="glasses", governorate="EG21", value=None
        ),
        "april": alliance.give_both(organisation_a, third, month=APRIL),
        "others": alliance.give_both(organisation_b, third, governorate="EG28"),
    }
    repeated = world.add_family()
    alliance.give(repeated, organisation_a)
    alliance.give(repeated, organisation_a)
    one, two = world.add_family(), world.add_family()
    alliance.give(one, organisation_a)
    alliance.give(two, organisation_b)
    world.group(one, two)
    world.settle(one, two)
    village = Village(world, organisation_a)
    for _ in range(3):
        village.family()
    village.family(organisation_b, governorate="EG21")
    # Every list that a row stands in has its name.
    world.connection.execute(
        "UPDATE intake_list SET rows_total = 10, rows_accepted = 7, rows_rejected = 3 WHERE state = 'active'"
    )
    world.connection.commit()
    refresh_slot_figures(by=desk, at=NOW, month=MARCH)
    return families


@pytest.fixture
def dalia_s(dalia: Viewer, given: dict[str, int]) -> Client:
    return _signed_in(dalia, "dalia")


@pytest.fixture
def amina_s(dalia: Viewer, amina: Viewer, given: dict[str, int]) -> Client:
    return _signed_in(dalia, "amina")


@pytest.fixture
def basim_s(dalia: Viewer, basim: Viewer, given: dict[str, int]) -> Client:
    return _signed_in(dalia, "basim")


@pytest.fixture
def camelia_s(dalia: Viewer, camelia: Viewer, given: dict[str, int]) -> Client:
    return _signed_in(dalia, "camelia")


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.content.decode())
    return response.content.decode()


def families_on(page: str) -> list[str]:
    return re.findall(r'<th scope="row" class="wrap"><a href="/families/(\d+)/"', page)


def sheet(client: Client, address: str) -> list[tuple[object, ...]]:
    response = client.get(address)
    assert response.status_code == 200
    book = load_workbook(io.BytesIO(response.content))
    return list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]


def test_each_filter_shows_its_overlaps(dalia_s: Client) -> None:
    for asked, rows in FILTERED:
        assert len(families_on(read(dalia_s, f"/overlaps/?{asked}"))) == rows, asked


def test_the_address_fills_the_form_and_the_links_of_its_heads(dalia_s: Client) -> None:
    asked = "slot=food&from=2025-03&to=2025-04&organisation=m01&governorate=EG24&certainty=certain&state=open&sort=cost"
    page = read(dalia_s, f"/overlaps/?{asked}")
    assert len(re.findall(r"<option value=\"(?:food|m01|EG24|certain)\" selected>", page)) == 4
    assert re.findall(r'<option value="(2025-0.)" selected>', page) == ["2025-03", "2025-04"]
    for link in re.findall(r'<th scope="col"[^>]*><a href="([^"]+)"', page):
        again = read(dalia_s, "/overlaps/" + unescape(link))
        assert sorted(families_on(again)) == sorted(families_on(page))


def test_nonsense_is_refused_in_words(dalia_s: Client) -> None:
    for address in NONSENSE:
        response = dalia_s.get(address)
        assert (response.status_code, "<h1>" in response.content.decode()) == (400, True), address


def test_amina_may_not_sort_by_cost_nor_read_it(amina_s: Client) -> None:
    assert amina_s.get("/overlaps/?sort=cost").status_code == 400
    page = read(amina_s, "/overlaps/")
    assert WORDS["cost"][0] not in page
    assert len(families_on(page)) == 4


def test_camelia_cannot_see_what_amina_has_with_others(camelia_s: Client, given: dict[str, int]) -> None:
    assert len(families_on(read(camelia_s, "/overlaps/"))) == 4
    assert families_on(read(camelia_s, "/overlaps/?from=2025-04")) == []
    assert families_on(read(camelia_s, "/overlaps/repeats/")) == []


def test_of_the_other_amina_reads_organisation_need_and_month_alone(
    amina_s: Client, dalia_s: Client, alliance: Alliance, organisation_b: int
) -> None:
    page = read(amina_s, "/overlaps/?slot=glasses")
    assert "جمعية النور" in page and "نظارة طبية" in page
    assert f"{organisation_b}.csv" not in page
    assert f"{organisation_b}.csv" in read(dalia_s, "/overlaps/?slot=glasses")


def test_a_family_of_somebody_else_is_not_found(amina_s: Client, camelia_s: Client) -> None:
    [code] = families_on(read(amina_s, "/overlaps/?from=2025-04"))
    assert len(families_on(read(amina_s, f"/overlaps/?family={code}"))) == 1
    assert camelia_s.get(f"/overlaps/?family={code}").status_code == 404
    assert camelia_s.get("/overlaps/?family=123").status_code == 404


def test_amina_s_pages_are_byte_equal_when_others_change_what_is_not_hers(
    amina_s: Client, alliance: Alliance, given: dict[str, int], organisation_b: int
) -> None:
    third = alliance.world.add_organisation("m03")
    addresses = [
        "/overlaps/",
        "/overlaps/repeats/",
        "/overlaps/?certainty=certain&sort=opened",
        "/gaps/",
        "/?map=gaps",
        "/",
    ]
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')

    def pages() -> list[str]:
        return [token.sub("", read(amina_s, address)) for address in addresses]

    before = pages()
    for _ in range(2):
        alliance.give_both(organisation_b, third, governorate="EG01", value=77)
        alliance.give(given["others"], third, governorate="EG01")
    alliance.world.connection.commit()
    assert pages() == before


def test_overlaps_close_when_a_list_is_withdrawn_and_every_figure_follows(
    dalia_s: Client, alliance: Alliance, organisation_a: int
) -> None:
    set_claims_active(alliance.world.connection, alliance.lists[organisation_a], False)
    alliance.world.connection.commit()
    assert len(families_on(read(dalia_s, "/overlaps/"))) == 1
    closed = read(dalia_s, "/overlaps/?state=closed")
    assert len(families_on(closed)) == 4 and "أُغلق" in closed
    assert families_on(read(dalia_s, "/overlaps/repeats/")) == []
    assert '<a href="/overlaps/"><span class="value"><bdi>1</bdi>' in read(dalia_s, "/")


def test_a_workbook_holds_what_the_page_shows(dalia_s: Client, amina_s: Client) -> None:
    asked = ("", "slot=food", "certainty=likely")
    for client, where, which in product((dalia_s, amina_s), ("/overlaps/", "/overlaps/repeats/"), asked):
        shown = families_on(read(client, f"{where}?{which}"))
        rows = sheet(client, f"{where}?{which}&format=xlsx")[1:]
        assert list(dict.fromkeys(str(row[0]) for row in rows)) == list(dict.fromkeys(shown))


def test_a_workbook_says_no_more_of_the_other_than_the_page(amina_s: Client, organisation_a: int) -> None:
    heads, *rows = sheet(amina_s, "/overlaps/?format=xlsx")
    named = [dict(zip(heads, row, strict=True)) for row in rows]
    others = [row for row in named if row["الجهة"] != "جمعية الأمل"]
    assert others and all(
        row[name] is None for row in others for name in ("الملف", "السطر", "كود الكشف", "القيمة (جنيه)")
    )
    assert {row["التكلفة (جنيه)"] for row in named} == {None}


def test_a_large_table_is_written_by_a_job_for_who_asked(
    dalia_s: Client, amina_s: Client, camelia_s: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wasl.web.overlaps.DIRECT_ROWS", 1)
    monkeypatch.setattr("wasl.web.gaps.EXPORT_ROWS", 1)
    direct = {"/overlaps/?slot=food&format=xlsx": 6, "/gaps/?slot=food&format=xlsx": 5}
    for address, rows in direct.items():
        response = amina_s.get(address)
        assert response.status_code == 302
        assert run_waiting() == 1
        code = response["Location"].split("/")[2]
        fetched = amina_s.get(f"/overlaps/exports/{code}/")
        assert fetched.status_code == 200
        book = load_workbook(io.BytesIO(b"".join(fetched.streaming_content)))  # type: ignore[attr-defined]
        assert len(list(book.active.iter_rows())) - 1 == rows  # type: ignore[union-attr]
        assert camelia_s.get(f"/overlaps/exports/{code}/").status_code == 404


def test_each_filter_shows_amina_her_gaps(amina_s: Client) -> None:
    for asked, rows in FILTERED_GAPS:
        assert len(families_on(read(amina_s, f"/gaps/?{asked}"))) == rows, asked


def test_the_desk_sees_all_gaps_and_camelia_her_own(dalia_s: Client, camelia_s: Client) -> None:
    assert len(families_on(read(dalia_s, "/gaps/"))) == 6
    page = read(camelia_s, "/gaps/?governorate=EG21")
    assert len(families_on(page)) == 2
    assert "تعرفها" not in page
    assert len(sheet(dalia_s, "/gaps/?format=xlsx")) == 7


def test_another_month_is_counted_by_a_job(amina_s: Client, basim_s: Client) -> None:
    page = read(amina_s, "/gaps/?month=2025-04")
    assert families_on(page) == [] and 'action="/gaps/count/"' in page
    assert 'action="/gaps/count/"' not in read(basim_s, "/gaps/?month=2025-04")
    assert basim_s.post("/gaps/count/", {"slot": "food", "month": "2025-04"}).status_code == 403
    response = amina_s.post("/gaps/count/", {"slot": "food", "month": "2025-04"})
    assert response.status_code == 302
    assert run_waiting() == 1
    assert len(families_on(read(amina_s, "/gaps/?month=2025-04"))) > 3
    assert amina_s.post("/gaps/count/", {"slot": "food", "month": "x"}).status_code == 400


def test_an_officer_says_that_nothing_was_given_and_takes_it_back(
    amina_s: Client, basim_s: Client, camelia_s: Client, dalia_s: Client
) -> None:
    said = {"slot": "food", "month": "2025-05"}
    assert basim_s.post("/gaps/nothing/", said).status_code == 403
    assert amina_s.post("/gaps/nothing/", {"slot": "food", "month": "13"}).status_code == 400
    assert amina_s.post("/gaps/nothing/", said).status_code == 302
    page = read(amina_s, "/gaps/nothing/")
    assert "مايو 2025" in page and 'action="/gaps/nothing/undo/"' in page
    assert "<td>مايو 2025</td>" not in read(camelia_s, "/gaps/nothing/")
    assert "<td>مايو 2025</td>" in read(dalia_s, "/gaps/nothing/")
    assert camelia_s.post("/gaps/nothing/undo/", said | {"organisation": "m01"}).status_code == 302
    assert "<td>مايو 2025</td>" in read(amina_s, "/gaps/nothing/")
    assert amina_s.post("/gaps/nothing/undo/", said).status_code == 302
    assert "<td>مايو 2025</td>" not in read(amina_s, "/gaps/nothing/")


def test_the_first_page_says_what_to_do_where_there_is_nothing(
    dalia: Viewer, amina: Viewer, basim: Viewer
) -> None:
    assert 'href="/lists/new/"' in read(_signed_in(dalia, "amina"), "/")
    assert 'href="/lists/new/"' not in read(_signed_in(dalia, "basim"), "/")


def test_every_figure_of_the_first_page_opens_its_rows(dalia_s: Client, amina_s: Client) -> None:
    for client, maps in product((dalia_s, amina_s), ("", "?map=gaps")):
        page = read(client, f"/{maps}")
        found = re.findall(
            r'<a (?:class="tile step\d" )?href="(/(?:overlaps|gaps)/\?[^"]+)">(.*?)</a>', page, re.DOTALL
        )
        assert len(found) > 27
        for address, inside in found:
            number = re.search(r"<bdi>([\d,]+)</bdi>", inside)
            if number is None or "sort=cost" in address:
                continue
            shown = families_on(read(client, unescape(address))) if number[1] != "0" else []
            assert len(shown) == int(number[1]), address


def test_the_map_does_not_mirror_and_says_numbers_not_shades_alone(dalia_s: Client) -> None:
    page = read(dalia_s, "/")
    assert page.count('<a class="tile step') == 27
    assert re.search(
        r'<li class="r6 c1"><a class="tile step0" href="[^"]+"><span class="place">الوادي الجديد', page
    )


def test_a_page_asks_no_more_than_it_may(dalia_s: Client, amina_s: Client) -> None:
    for client, address in product((dalia_s, amina_s), ADDRESSES):
        asked = address.format(
            family=families_on(read(client, "/overlaps/?need=food_box&certainty=certain"))[0]
        )
        with (
            CaptureQueriesContext(connections["default"]) as captured,
            CaptureQueriesContext(connections["door"]) as door,
        ):
            read(client, asked)
        sent = [query["sql"] for query in [*captured, *door] if query["sql"] not in TRANSACTION]
        assert len(sent) <= QUERIES_MOST, "\n".join([asked, *sent])
