"""Bulks on pages: brought, looked at, done, answered, followed, taken back; nobody else comes near."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import NOW, _make
from tests.integration.benefits.bulks import FOOD, MONTH, add_families, bring_codes, done, own_codes
from tests.integration.benefits.world import World
from tests.integration.web.test_door import _signed_in
from wasl.benefits.bulk.queries import BulkQuestion, access_bulk, list_bulks
from wasl.benefits.bulk.rules import BulkAction
from wasl.intake.actions import load_file
from wasl.intake.reading.model import LoadOptions
from wasl.jobs.worker import run_waiting
from wasl.linkage.actions import run_linkage
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection
from wasl.web.words import WORDS


@pytest.fixture
def world(database: object) -> World:
    with engine_connection() as connection:
        yield World(connection)  # type: ignore[misc]


@pytest.fixture
def client(desk: Viewer, amina: Viewer) -> Client:
    return _signed_in(desk, "amina")


def words(code: str) -> str:
    return WORDS[code][0]


def send(client: Client, codes: list[str], **fields: str) -> str:
    """Send a file in and return the address of its bulk, read."""
    file = SimpleUploadedFile("أسر.csv", "\n".join(["كود الأسرة", *codes]).encode("utf-8-sig"))
    form = {"action": "reserve", "need": "food_box", "month": "2026-03", "file": file} | fields
    response = client.post("/bulk/new/", form)
    assert response.status_code == 302, response.content.decode()
    run_waiting()
    return str(response["Location"])


def body(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_officer_brings_looks_reserves_and_takes_back(
    client: Client, amina: Viewer, world: World, organisation_a: int
) -> None:
    assert words("bulk.none") in body(client, "/bulk/")
    codes = own_codes(world, add_families(world, 3, organisation_a)[organisation_a])
    address = send(client, [*codes, codes[0], "123"])
    looked = body(client, address)
    assert words("bulk.start.reserve") in looked
    assert "أسطر: ينتظر منها 3 أسطر" in looked
    assert world.rows("SELECT count(*) FROM benefits_grant") == [(0,)]
    assert words("bulk.answer")[:20] in body(client, "/bulk/")
    assert client.post(f"{address}start/")["Location"] == address
    run_waiting()
    assert "المحجوز: 3 أسطر" in body(client, address)
    assert world.rows("SELECT count(*) FROM benefits_grant") == [(3,)]
    follow = {"does": "cancel", "reason": "تراجع"}
    undone = client.post(f"{address}follow/", follow)["Location"]
    run_waiting()
    assert "الملغى: 3 أسطر" in body(client, undone)
    assert undone in body(client, address)


def test_officer_answers_what_the_door_asked_about(
    client: Client, amina: Viewer, camelia: Viewer, world: World, organisation_a: int, organisation_b: int
) -> None:
    entries = add_families(world, 3, organisation_a, organisation_b)
    done(camelia, bring_codes(camelia, own_codes(world, entries[organisation_b]), **FOOD))
    address = send(client, own_codes(world, entries[organisation_a]))
    client.post(f"{address}start/")
    run_waiting()
    page = body(client, address)
    assert words("bulk.give_chosen") in page
    assert page.count('name="row"') == 3
    assert "جمعية النور" not in page
    assert (
        client.post(f"{address}follow/", {"does": "reserve", "which": "chosen", "row": "2"})["Location"]
        == address
    )
    first = access_bulk(amina, address.split("/")[2])
    assert list_bulks(amina, BulkQuestion(of_bulk_id=first.id), 5) == []
    answer = {"does": "reserve", "which": "chosen", "row": "2", "reason": "حريق"}
    second = client.post(f"{address}follow/", answer)["Location"]
    run_waiting()
    assert "المحجوز: سطر واحد" in body(client, second)
    rest = {"does": "reserve", "which": "all", "reason": "اتفاق"}
    third = client.post(f"{address}follow/", rest)["Location"]
    run_waiting()
    assert access_bulk(amina, third.split("/")[2]).counts == {"reserved": 2, "exists": 1}


def test_somebody_else_approves_and_delivers(
    client: Client, desk: Viewer, amina: Viewer, world: World, organisation_a: int
) -> None:
    _make(desk, "farida", "m01", Role.OFFICER)
    address = send(client, own_codes(world, add_families(world, 2, organisation_a)[organisation_a]))
    client.post(f"{address}start/")
    run_waiting()
    assert re.search(r"disabled[^>]*>اعتمد<", body(client, address))
    other = _signed_in(desk, "farida")
    approved = other.post(f"{address}follow/", {"does": "approve"})["Location"]
    run_waiting()
    assert "المعتمد: سطران" in body(other, approved)
    ahead = other.post(f"{approved}follow/", {"does": "deliver", "delivered_on": "2999-01-01"})
    assert ahead["Location"] == approved
    delivered = other.post(f"{approved}follow/", {"does": "deliver", "delivered_on": "٢٠٢٦-٠٣-٠٢"})[
        "Location"
    ]
    run_waiting()
    assert "المسلَّم: سطران" in body(other, delivered)
    assert words("bulk.follow.reverse") in body(other, delivered)


def test_rows_go_out_as_a_workbook_with_the_file_s_own_columns(
    client: Client, amina: Viewer, world: World, organisation_a: int
) -> None:
    codes = own_codes(world, add_families(world, 2, organisation_a)[organisation_a])
    text = "\n".join(
        ["م;كود الاسره;ملاحظات;الكمية", f"1;{codes[0]};=1+1;٢", f"2;{codes[1]};;كتير", ";;;", "3;99;x;1"]
    )
    file = SimpleUploadedFile("أسر.csv", text.encode())
    address = client.post(
        "/bulk/new/", {"action": "reserve", "need": "food_box", "month": "2026-03", "file": file}
    )["Location"]
    run_waiting()
    client.post(f"{address}start/")
    run_waiting()
    strings, sheet = workbook(client.get(f"{address}?format=xlsx").getvalue())
    for said in ("كود الاسره", "ملاحظات", "حُجز", "كمية غير مقروءة", "كود غير صحيح", "=1+1", "كود الاستحقاق"):
        assert said in strings, said
    assert sheet.count("<row ") == 4
    assert "<f>" not in sheet
    only, _ = workbook(client.get(f"{address}?format=xlsx&outcome=bad_code").getvalue())
    assert "حُجز" not in only
    assert world.rows("SELECT quantity::text FROM benefits_grant") == [("2.000",)]


def workbook(content: bytes) -> tuple[str, str]:
    """Return the texts of a workbook, and its sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        strings = archive.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in names else ""
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    return strings + sheet, sheet


def test_planned_list_is_reserved_from_its_page(
    client: Client, desk: Viewer, amina: Viewer, organisation_a: int, tmp_path: Path
) -> None:
    path = tmp_path / "plan.csv"
    rows = [
        "محمد أحمد علي حسن,28501011234567",
        "سعيد محمود فرج الله,29002021234568",
        "كامل رزق عوض ميخائيل,27703031234569",
    ]
    path.write_text("\n".join(["الاسم,الرقم القومي", *rows]), encoding="utf-8-sig")
    options = LoadOptions(today=MONTH, kind="planned", need="food_box", month=MONTH)
    [code] = load_file(path=path, organisation="m01", options=options, by=desk, at=NOW).lists
    run_linkage(by=desk, at=NOW)
    assert words("bulk.from_list") in body(client, f"/lists/{code}/")
    address = client.post("/bulk/of-list/", {"list": code})["Location"]
    run_waiting()
    assert client.post("/bulk/of-list/", {"list": code})["Location"] == address
    client.post(f"{address}start/")
    run_waiting()
    assert "المحجوز: 3 أسطر" in body(client, address)
    with engine_connection() as engine:
        found = engine.execute(
            "SELECT source, planned_row FROM benefits_grant ORDER BY planned_row"
        ).fetchall()
    assert found == [("list", 2), ("list", 3), ("list", 4)]


def test_hostile_files_are_refused_in_words(client: Client, amina: Viewer) -> None:
    for content, said in (
        (b"%PDF-1.4 nothing", "ليس كشف"),
        ("الاسم,التليفون\nمحمد,01001234567\n".encode(), "لم نجد عمودًا لأكواد"),
        (b"\x00\xff" * 50, ""),
    ):
        file = SimpleUploadedFile("x.csv", content)
        response = client.post(
            "/bulk/new/", {"action": "reserve", "need": "food_box", "month": "2026-03", "file": file}
        )
        assert response.status_code == 302
        run_waiting()
        page = body(client, response["Location"])
        assert words("bulk.answer.refused") in page
        assert said in page
        assert client.post(f"{response['Location']}start/").status_code == 409
        assert client.post(f"{response['Location']}drop/").status_code == 302
        run_waiting()
        assert client.get(response["Location"]).status_code == 404
    empty = SimpleUploadedFile("x.csv", b"")
    for fields in ({}, {"file": empty}, {"need": "nothing"}, {"month": "2026-13"}, {"action": "burn"}):
        form = {"action": "reserve", "need": "food_box", "month": "2026-03"} | fields
        assert client.post("/bulk/new/", form).status_code in (400, 404), fields


def test_nobody_else_comes_near(
    client: Client, desk: Viewer, amina: Viewer, basim: Viewer, camelia: Viewer, dalia: Viewer, world: World,
    organisation_a: int,
) -> None:  # fmt: skip
    address = send(client, own_codes(world, add_families(world, 2, organisation_a)[organisation_a]))
    stranger = _signed_in(desk, "camelia")
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"{address}?format=xlsx").status_code == 404
    for end in ("start/", "drop/", "follow/"):
        assert stranger.post(f"{address}{end}", {"does": "cancel", "reason": "x"}).status_code == 404
        for name in ("basim", "dalia"):
            assert _signed_in(desk, name).post(f"{address}{end}").status_code == 403
    for name in ("basim", "dalia"):
        assert words("bulk.start.reserve") not in body(_signed_in(desk, name), address)
        assert _signed_in(desk, name).post("/bulk/new/", {"action": "reserve"}).status_code == 403
    assert access_bulk(amina, address.split("/")[2]).action == BulkAction.RESERVE
