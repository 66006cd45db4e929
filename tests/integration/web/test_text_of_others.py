"""Whatever files, notes and names are called, a page shows it as text and a workbook holds it as text."""

from __future__ import annotations

import io
import re
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import NOW
from tests.integration.intake.conftest import HEADER, people
from tests.integration.web.test_door import _signed_in
from wasl.intake.queries import list_lists
from wasl.jobs.worker import run_waiting
from wasl.linkage.actions import run_linkage
from wasl.organisations.actions import change_role, disable_user, enable_user, rename_organisation
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer

EVIL = "<img src=x onerror=alert(1)>\"'>"
FORMULA = '=HYPERLINK("http://x/","y")'
LINES = [
    *people(1, 4),
    f"8,,,المنصورة,{EVIL}",
    f"9,{EVIL},مش رقم,المنصورة,0100",
    f"10,{FORMULA},٢٢,المنصورة,0100",
]
HEAD = HEADER + f",{EVIL}"


def bring(client: Client, name: str, **fields: str) -> str:
    data = "\n".join([f"كشف صرف كراتين غذاء عن مارس 2026 {EVIL}", HEAD, *LINES, ""]).encode("utf-8-sig")
    answer = client.post("/lists/new/", {"files": SimpleUploadedFile(name, data), **fields})
    assert answer.status_code == 302
    run_waiting()
    return str(answer["Location"])


def test_no_text_of_a_file_becomes_markup_formula_or_header(
    desk: Viewer, dalia: Viewer, amina: Viewer
) -> None:
    rename_organisation(by=dalia, at=NOW, code="m01", name_ar=EVIL, name_en=EVIL)
    client, watcher = _signed_in(dalia, "amina"), _signed_in(dalia, "dalia")
    name = f"{EVIL}\u202e\r\nSet-Cookie: x=1\x00.csv".replace("/", "")
    address = bring(client, name)
    pages = [client.get(address)]
    client.post(address, {"action": "load", "s0-there": "1", "s0-wanted": "1", "s0-note": EVIL, "s0-kind": "given",
                          "s0-need": "food_box", "s0-month": "2026-03"})  # fmt: skip
    run_waiting()
    views = list_lists(amina)
    assert views, client.get(address).content.decode()[:3000]
    run_linkage(by=desk, at=NOW)
    one = f"/lists/{views[0].code}/"
    client.post(f"{one}withdraw/", {"reason": EVIL})
    run_waiting()
    asked = ["/inbox/", "/lists/", one, f"{one}lines/", f"{one}withdraw/", f"{one}correct/", "/", f"/search/?q={EVIL}",
             f"/families/new/?q={EVIL}", "/overlaps/", "/gaps/", "/families/by-hand/"]  # fmt: skip
    pages += [client.get(page) for page in asked] + [
        watcher.get(page) for page in (*asked, "/organisations/", "/users/")
    ]
    for page in pages:
        text = page.content.decode()
        assert page.status_code in (200, 404), page.request["PATH_INFO"]  # type: ignore[attr-defined]
        assert "<img src=x" not in text and "\u202e" not in text, page.request["PATH_INFO"]  # type: ignore[attr-defined]
        assert not re.search(r'=\s*"[^"]*<img', text), page.request["PATH_INFO"]  # type: ignore[attr-defined]
    given = client.get(f"{one}rejected/")
    assert (
        given.status_code == 200
        and "Set-Cookie" not in given["Content-Disposition"].replace("%20", "").split("''")[0]
    )
    assert "\n" not in given["Content-Disposition"]
    book = client.get("/lists/?format=xlsx").content
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert b"<f>" not in b"".join(parts.read(part) for part in parts.namelist() if "sheet" in part)


def test_whoever_is_shut_out_or_made_a_viewer_is_so_at_the_next_request(dalia: Viewer, amina: Viewer) -> None:
    client = _signed_in(dalia, "amina")
    assert client.get("/families/new/").status_code == 200
    change_role(by=dalia, at=NOW, username="amina", role=Role.VIEWER)
    assert client.get("/families/new/").status_code == 403
    assert (
        client.post("/lists/new/", {"files": SimpleUploadedFile("a.csv", b"x,y\n1,2\n")}).status_code == 403
    )
    disable_user(by=dalia, at=NOW, username="amina")
    assert client.get("/lists/").status_code == 302
    assert client.post("/lists/new/", {}).status_code == 302
    enable_user(by=dalia, at=NOW, username="amina")


def test_the_same_form_sent_twice_is_done_once(desk: Viewer, dalia: Viewer, amina: Viewer) -> None:
    client = _signed_in(dalia, "amina")
    address = bring(client, "كشف.csv")
    for _ in range(2):
        client.post(address, {"action": "load", "s0-there": "1", "s0-wanted": "1", "s0-kind": "given",
                              "s0-need": "food_box", "s0-month": "2026-03"})  # fmt: skip
    run_waiting()
    (view,) = list_lists(amina)
    for _ in range(2):
        assert client.post(f"/lists/{view.code}/withdraw/", {"reason": "خطأ"}).status_code == 302
    run_waiting()
    assert [one.state for one in list_lists(amina)] == ["withdrawn"]
    for _ in range(2):
        assert client.post(f"/lists/{view.code}/restore/").status_code == 302
    run_waiting()
    assert [one.state for one in list_lists(amina)] == ["active"]
    said = [client.post("/gaps/nothing/", {"slot": "food", "month": "2026-01"}).status_code for _ in range(2)]
    back = [
        client.post("/gaps/nothing/undo/", {"slot": "food", "month": "2026-01"}).status_code for _ in range(2)
    ]
    assert (said, back) == ([302, 302], [302, 302]) or back == [302, 404]
