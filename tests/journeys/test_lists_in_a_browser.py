"""A clerk's day with lists, in a browser: five files that are wrong in five ways, and one that is replaced."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.conftest import NOW
from tests.journeys.alliance import PASSWORD, serving
from tests.journeys.chromium import get_chromium, open_browser
from tests.journeys.test_desk_path import nid
from tests.wasl_postgres import TestDatabase
from wasl.intake.queries import ListView, list_lists
from wasl.jobs.worker import run_waiting
from wasl.linkage.actions import run_linkage
from wasl.organisations.actions import set_password
from wasl.organisations.viewer import Viewer

HEADER = "الاسم,الرقم القومي,اسم الزوجة,رقم قومي الزوجة,المحافظة,المركز,نوع المساعدة,الشهر"
PLACE = "المنيا,ملوي,كرتونة,2026-03"
HUSBAND, WIFE = nid("1980-03-05", "24", "1011"), nid("1984-07-09", "24", "1022")
OTHER, OTHER_WIFE = nid("1975-02-03", "24", "2011"), nid("1979-11-12", "24", "2022")
FAMILY = f"محمود عبد الرحيم سيد جاد الرب,{HUSBAND},نعمات شحاتة فهمي بطرس,{WIFE},{PLACE}"
ANOTHER = f"بخيت شاكر منصور عوض الله,{OTHER},فوزية عبد السميع مرسي الجمل,{OTHER_WIFE},{PLACE}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = get_chromium()
    with sync_playwright() as playwright:
        opened = open_browser(playwright, path)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, database: TestDatabase, dalia: Viewer, amina: Viewer) -> Iterator[Page]:
    """Amina's browser, signed in; what goes wrong in it fails the test."""
    set_password(by=dalia, at=NOW, username="amina", password=PASSWORD)
    with serving() as address:
        context = browser.new_context(base_url=address, accept_downloads=True)
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto("/sign-in/")
        page.fill("#username", "amina")
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_url("**/inbox/")
        yield page
        context.close()
        assert wrong == []


def write(path: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8-sig") -> Path:
    path.write_text("\n".join([header, *rows, ""]), encoding=encoding)
    return path


def bring(page: Page, *paths: Path) -> None:
    """Choose files where they are brought: they are sent at once. Then let them be looked at."""
    page.goto("/lists/new/")
    with page.expect_navigation():
        page.locator("form[data-drop] input[type=file]").set_input_files([str(path) for path in paths])
    run_waiting()


def open_file(page: Page, name: str) -> None:
    """Open a file that waits to be loaded, from the list of those."""
    page.goto("/lists/new/")
    page.click(f"main table a:has-text('{name}')")
    page.wait_for_load_state()


def load_open_file(page: Page) -> None:
    """Load the file whose page is open, and see it lead on."""
    page.click("button[value=load]")
    page.wait_for_selector("#upload[hx-get]")
    run_waiting()
    page.wait_for_selector("main:not(:has(#upload[hx-get]))")
    page.wait_for_load_state("networkidle")


def answer_question(page: Page, name: str, value: str) -> None:
    """Choose what the sheet does not say; the page reads it again at once."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.select_option(f"select[name$='-{name}']", value)
    page.wait_for_load_state("networkidle")


def test_what_is_typed_while_the_sheet_is_read_again_stays(page: Page, tmp_path: Path) -> None:
    path = write(tmp_path / "بلا شهر.csv", "صفاء مرزوق دياب ابو الليل,المنيا", header="الاسم,المحافظة")
    bring(page, path)
    open_file(page, path.name)
    held: list[Route] = []
    page.route(
        "**/lists/new/*/",
        lambda route: held.append(route) if route.request.method == "POST" else route.continue_(),
    )
    with page.expect_request(lambda asked: asked.method == "POST"):
        page.select_option("select[name$='-kind']", "given")
    page.locator("[name$='-month']").press_sequentially("2026-02")
    with page.expect_response(lambda answer: answer.request.method == "GET"):
        held[0].continue_()
    page.wait_for_load_state("networkidle")
    assert page.input_value("[name$='-month']") == "2026-02"


def lists_by_file(viewer: Viewer) -> dict[str, ListView]:
    return {view.file: view for view in list_lists(viewer)}


def test_clerk_loads_five_bad_files_and_mends_them(page: Page, amina: Viewer, tmp_path: Path) -> None:
    files = [
        write(tmp_path / "بلا أسماء.csv", FAMILY, f",,,,{PLACE}"),
        write(tmp_path / "قديم.csv", ANOTHER, f",,,,{PLACE}", encoding="cp1256"),
        write(tmp_path / "أرقام ضاعت.csv", f"زكي رمزي حنفي الضبع,2.80E+13,,,{PLACE}"),
        write(
            tmp_path / "بلا شهر.csv", "صفاء مرزوق دياب ابو الليل,المنيا,ملوي", header="الاسم,المحافظة,المركز"
        ),
        tmp_path / "صورة.xlsx",
    ]
    files[-1].write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    bring(page, *files)
    page.goto("/inbox/")
    assert page.locator("main [role=listitem]").count() == 5
    # The one that is no list says so, and is dropped.
    open_file(page, "صورة.xlsx")
    assert page.locator("main [role=alert]").inner_text().strip()
    page.click("button[value=discard]")
    page.wait_for_url("**/lists/new/")
    # The one that says neither what was given nor when is told.
    open_file(page, "بلا شهر.csv")
    answer_question(page, "kind", "given")
    answer_question(page, "need", "food_box")
    page.fill("[name$='-month']", "2026-02")
    load_open_file(page)
    for name in ("بلا أسماء.csv", "قديم.csv", "أرقام ضاعت.csv"):
        open_file(page, name)
        load_open_file(page)
    loaded = lists_by_file(amina)
    assert {name: view.counts.rejected for name, view in loaded.items()} == {
        "بلا أسماء.csv": 1, "قديم.csv": 1, "أرقام ضاعت.csv": 0, "بلا شهر.csv": 0,
    }  # fmt: skip
    assert loaded["بلا شهر.csv"].month.isoformat() == "2026-02-01"
    # Rejected rows go out as a file and come back mended.
    for name, mended, encoding in (
        ("بلا أسماء.csv", "حسن علي محمد سالم", "utf-8-sig"),
        ("قديم.csv", "منى سعد حسن علي", "cp1256"),
    ):
        page.goto(f"/lists/{loaded[name].code}/")
        with page.expect_download() as download:
            page.click("a[href$='/rejected/']")
        kept = tmp_path / f"مصحح {name}"
        download.value.save_as(kept)
        text = kept.read_bytes().decode(encoding)
        kept.write_text(text.replace(f",,,,{PLACE}", f"{mended},,,,{PLACE}"), encoding=encoding)
        bring(page, kept)
        open_file(page, kept.name)
        load_open_file(page)
    assert {view.counts.rejected for view in list_lists(amina)} == {0}
    page.goto("/inbox/")
    assert "أسطر مرفوضة" not in page.inner_text("main")


def test_list_is_replaced_and_its_overlap_closes(
    page: Page, desk: Viewer, amina: Viewer, camelia: Viewer, tmp_path: Path
) -> None:
    from wasl.intake.actions import load_file
    from wasl.intake.reading import LoadOptions

    options = LoadOptions(today=timezone.localdate(), kind="given")
    theirs = write(tmp_path / "m02.csv", FAMILY)
    load_file(path=theirs, organisation="m02", by=camelia, at=timezone.now(), options=options)
    bring(page, write(tmp_path / "مارس.csv", FAMILY, ANOTHER))
    open_file(page, "مارس.csv")
    load_open_file(page)
    run_linkage(by=desk, at=timezone.now())
    page.goto("/inbox/")
    page.click("a[href^='/overlaps/']")
    assert page.locator("main tbody tr").count() == 1
    # The first family was on the list by mistake: a corrected edition takes its place.
    code = lists_by_file(amina)["مارس.csv"].code
    bring(page, write(tmp_path / "مارس مصحح.csv", ANOTHER))
    open_file(page, "مارس مصحح.csv")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.select_option("#replaces", code)
    page.wait_for_load_state("networkidle")
    load_open_file(page)
    assert lists_by_file(amina)["مارس.csv"].state == "replaced"
    page.goto("/overlaps/")
    assert page.locator("main tbody tr").count() == 0
    page.goto("/overlaps/?state=closed")
    assert page.locator("main tbody tr").count() == 1
