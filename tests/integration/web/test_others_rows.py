"""A1: an officer reads and does nothing with another organisation's rows, and is told as of what never was."""

from __future__ import annotations

import io
import random
import re
import zipfile
from datetime import date
from difflib import unified_diff
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import NOW
from tests.integration.linkage.test_same_whatever_the_files import families, write
from tests.integration.registry.test_search import IDS, KARIM, RAHMAN, SAEED
from tests.integration.web.test_door import _signed_in
from wasl.intake.actions import load_file
from wasl.intake.reading.model import LoadOptions
from wasl.jobs.actions import enqueue
from wasl.jobs.worker import run_waiting
from wasl.linkage.actions import run_linkage
from wasl.organisations.actions import add_organisation, add_user
from wasl.organisations.queries import get_viewer
from wasl.organisations.rules import OrganisationKind, Role
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import make_own_code
from wasl.store.connections import engine_connection

SHEET = "الاسم,الرقم القومي,اسم الزوجة,المحافظة\nعبد الرحمن أحمد السيد فؤاد,مش رقم,,الدقهلية\n,,,\n"
FORM = "6f0e3c1e-0000-4000-8000-000000000001"
ABSENT = "6f0e3c1e-0000-4000-8000-000000000002"
NOBODY = "999999999999995"
PAGES = ("/", "/inbox/", "/lists/", "/lists/new/", "/overlaps/", "/overlaps/repeats/", "/gaps/", "/gaps/nothing/",
         "/families/by-hand/", "/families/new/", "/help/", "/search/?q=سعيد", "/search/?q=كريم فاروق ملوي 1980 سعيد",
         "/overlaps/?format=xlsx", "/lists/?format=xlsx")  # fmt: skip


def load(desk: Viewer, organisation: str, folder: Path, name: str, *rows: list[str]) -> str:
    options = LoadOptions(today=date(2025, 4, 1), kind="given", need="food_box", month=date(2025, 3, 1))
    path = write(folder / f"{name}.csv", list(rows))
    return load_file(path=path, organisation=organisation, options=options, by=desk, at=NOW).lists[0]


@pytest.fixture
def things(desk: Viewer, dalia: Viewer, amina: Viewer, camelia: Viewer, tmp_path: Path) -> dict[str, str]:
    """What A has: a list with its rejected rows, an upload, a family by hand and its form, jobs."""
    kept = load(desk, "m01", tmp_path, "a", SAEED, RAHMAN)
    load(desk, "m02", tmp_path, "b", [SAEED[0].replace("إ", "ا"), *SAEED[1:]], KARIM)
    client = _signed_in(dalia, "amina")
    upload = client.post("/lists/new/", {"files": SimpleUploadedFile("سري.csv", SHEET.encode())})["Location"]
    hand = {"form": FORM, "rows": "2", "do": "save", "relation-0": "head", "name-0": "محروس عبد الغني شلبي"}
    sent = client.post("/families/new/", hand)
    if sent.status_code != 302:
        accept = re.findall(r'name="accept" value="([^"]*)"', sent.content.decode())
        sent = client.post("/families/new/", hand | {"accept": accept[0]})
    run_waiting()
    by_hand = client.get(sent["Location"])["Location"].split("?")[0]
    run_linkage(by=desk, at=NOW)
    with engine_connection() as engine:
        jobs = engine.execute("SELECT code FROM jobs_job ORDER BY id").fetchall()
    own = amina.organisation_id or 0
    return {
        "list": kept, "upload": re.findall(r"\d+", upload)[0], "job": jobs[0][0],
        "hand_list": by_hand.split("/")[3], "hand_row": by_hand.split("/")[4], "form": FORM,
        "family": make_own_code(own, 4), "person": make_own_code(own, 5),
    }  # fmt: skip


def attempts(things: dict[str, str]) -> list[tuple[str, str, dict[str, str]]]:
    """Return every way to ask for one of A's things, with the thing named in braces."""
    pages = ["/lists/{list}/", "/lists/{list}/lines/", "/lists/{list}/rejected/", "/lists/{list}/withdraw/",
             "/lists/{list}/correct/", "/lists/new/{upload}/", "/jobs/{job}/", "/overlaps/exports/{job}/",
             "/families/{family}/", "/people/{person}/", "/families/new/{form}/", "/families/new/?form={form}",
             "/families/by-hand/{hand_list}/{hand_row}/", "/overlaps/?family={family}"]  # fmt: skip
    posts: list[tuple[str, dict[str, str]]] = [
        ("/lists/{list}/withdraw/", {"reason": "لنا"}),
        ("/lists/{list}/restore/", {}),
        ("/lists/{list}/correct/", {"month": "2025-02"}),
        ("/lists/new/", {"replaces": "{list}"}),
        ("/lists/new/{upload}/", {"action": "load"}),
        ("/lists/new/{upload}/", {"action": "discard"}),
        ("/lists/new/{upload}/", {"action": "look"}),
        ("/jobs/{job}/cancel/", {}),
        ("/families/{family}/another/", {"entry": "{family}"}),
        ("/families/{family}/another/undo/", {"doubt": "{family}"}),
        ("/families/by-hand/{hand_list}/{hand_row}/", {"do": "withdraw", "reason": "mistake"}),
        ("/families/by-hand/{hand_list}/{hand_row}/", {"do": "restore"}),
    ]
    return [("get", page, {}) for page in pages] + [("post", page, data) for page, data in posts]


def ask(
    client: Client, method: str, page: str, data: dict[str, str], named: dict[str, str]
) -> tuple[int, str, str]:
    answer = getattr(client, method)(
        page.format_map(named), {name: value.format_map(named) for name, value in data.items()}
    )
    said = answer.content.decode()
    for name, value in named.items():
        if name != "hand_row":
            said = said.replace(value, "…")
    return (
        answer.status_code,
        answer.get("Location", ""),
        re.sub(r'(csrf\w*"[^>]*value=|X-CSRFToken": )"[^"]+"', "", said),
    )


def test_camelia_cannot_tell_what_amina_has_from_what_nobody_has(
    things: dict[str, str], dalia: Viewer, amina: Viewer, camelia: Viewer
) -> None:
    own, other = _signed_in(dalia, "amina"), _signed_in(dalia, "camelia")
    absent = dict.fromkeys(things, NOBODY) | {"form": ABSENT, "hand_row": things["hand_row"]}
    before = rows_of_jobs()
    for method, page, data in attempts(things):
        asked, nobody = ask(other, method, page, data, things), ask(other, method, page, data, absent)
        assert asked == nobody, page
        assert asked[0] == 404, page
    assert rows_of_jobs() == before
    opened = [
        ask(own, method, page, data, things)[0] for method, page, data in attempts(things) if method == "get"
    ]
    assert opened.count(404) <= 2, opened  # no rows were rejected; the job wrote no file


def rows_of_jobs() -> int:
    with engine_connection() as engine:
        row = engine.execute("SELECT count(*) FROM jobs_job").fetchone()
    return 0 if row is None else int(row[0])


def test_what_the_desk_has_written_is_not_for_others_of_its_organisation(
    things: dict[str, str], dalia: Viewer
) -> None:
    question = '{"state": "open"}'
    job = enqueue(
        by=dalia, at=NOW, kind="export_benefits",
        params={"what": "overlaps", "question": question, "words": {}, "language": "ar", "heads": [], "rows": 1},
    )  # fmt: skip
    add_user(by=dalia, at=NOW, username="zahra", organisation_code="secretariat", role=Role.VIEWER)
    client = _signed_in(dalia, "zahra")
    assert client.get(f"/jobs/{job}/").status_code == 404
    assert client.get(f"/overlaps/exports/{job}/").status_code == 404
    assert _signed_in(dalia, "dalia").get(f"/jobs/{job}/").status_code == 200
    assert get_viewer("zahra").role == Role.VIEWER


def test_what_others_do_changes_no_byte_of_what_amina_sees(
    desk: Viewer, dalia: Viewer, amina: Viewer, camelia: Viewer, tmp_path: Path
) -> None:
    add_organisation(
        by=desk, at=NOW, code="m03", kind=OrganisationKind.CHARITY, name_ar="جمعية ثالثة", name_en=""
    )
    mine = load(desk, "m01", tmp_path, "a", SAEED, RAHMAN)
    load(desk, "m02", tmp_path, "b", KARIM)
    run_linkage(by=desk, at=NOW)
    client = _signed_in(dalia, "amina")
    own = amina.organisation_id or 0
    opened = [f"/families/{make_own_code(own, number)}/" for number in (2, 4)]
    pages = [*PAGES, *opened, f"/lists/{mine}/", f"/lists/{mine}/lines/", f"/lists/{mine}/withdraw/",
             f"/people/{make_own_code(own, 5)}/"]  # fmt: skip
    first = {page: seen(client, page) for page in pages}
    assert any(RAHMAN[0] in first[page].decode() for page in opened)
    others = families(random.Random(7), 30)
    load(desk, "m02", tmp_path, "c", *others)
    load(desk, "m03", tmp_path, "d", *others[:20])
    upload = _signed_in(dalia, "camelia").post(
        "/lists/new/", {"files": SimpleUploadedFile("x.csv", SHEET.encode())}
    )
    assert upload.status_code == 302
    run_waiting()
    run_linkage(by=desk, at=NOW)
    changed = {page: difference(first[page], seen(client, page)) for page in pages}
    assert {page: lines for page, lines in changed.items() if lines} == {}
    assert IDS["karim"] not in b"".join(first.values()).decode(errors="ignore")


def difference(before: bytes, after: bytes) -> list[str]:
    if before == after:
        return []
    x, y = (one.decode(errors="replace").splitlines() for one in (before, after))
    return [line.strip() for line in unified_diff(x, y, lineterm="", n=0)][3:]


def seen(client: Client, page: str) -> bytes:
    """Return the bytes of a page without what is drawn or told by the clock anew each time."""
    answer = client.get(page, follow=True)
    assert answer.status_code == 200, page
    content = answer.content
    if "xlsx" in page:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return b"".join(book.read(name) for name in sorted(book.namelist()) if "docProps" not in name)
    text = re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", content.decode())
    text = re.sub(r'X-CSRFToken": ?"[^"]+"|X-CSRFToken&quot;: ?&quot;[^&]+&quot;', "", text)
    return re.sub(r'name="form" value="[^"]+"', "", text).encode()


def test_whoever_takes_a_table_of_families_out_is_written_down(things: dict[str, str], dalia: Viewer) -> None:
    client = _signed_in(dalia, "amina")
    for page in ("/overlaps/", "/overlaps/repeats/", "/gaps/"):
        assert client.get(page, {"format": "xlsx"}).status_code == 200
    with engine_connection() as engine:
        rows = engine.execute(
            "SELECT username, object_kind FROM audit_entry WHERE action = 'export_table' ORDER BY id"
        ).fetchall()
    assert rows == [("amina", "overlaps"), ("amina", "repeats"), ("amina", "gaps")]
