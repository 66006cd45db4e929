"""Amina's first morning with Wasl, in a browser, on a phone and on the office PC."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.chromium import get_chromium
from tests.wasl_postgres import TestDatabase
from wasl.organisations.actions import reset_user
from wasl.organisations.viewer import Viewer
from wasl.store.figures import Figure, SlotFigures

PASSWORD = "قمر-على-النيل-7"
FIGURES = [
    Figure("lists", 137),
    Figure("rows", 312_456, (("rows.accepted", 301_122), ("rows.rejected", 412), ("rows.not_data", 1_802))),
    Figure("people", 98_231),
    Figure("families", 30_122),
    Figure("overlaps", 4_120),
]
SLOTS = [
    SlotFigures(
        "food", "غذاء", "Food", 2_401, 310, 48_123_400, date(2025, 3, 1), 5_123, 9_120, date(2025, 1, 5)
    ),
    SlotFigures("surgery", "عمليات جراحية", "Surgery", unknown=120),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    path = get_chromium()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def address(database: TestDatabase) -> Iterator[str]:
    """The pages on a port of this test's own."""
    from threading import Thread
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    from wasl.config.wsgi import application

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("width", [360, 1440])
def test_amina_comes_in_by_her_link_and_reads_the_first_page(
    browser: Browser, address: str, desk: Viewer, amina: Viewer, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wasl.web.home.list_figures", lambda viewer: FIGURES)
    monkeypatch.setattr("wasl.web.home.list_slot_figures", lambda viewer: SLOTS)
    token = reset_user(by=desk, at=timezone.now(), username="amina").token
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="en-GB")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(address)
    assert page.url.startswith(f"{address}/sign-in/")
    page.goto(f"{address}/sign-in/{token}/")
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.click("main button")
    page.wait_for_url(f"{address}/inbox/")
    page.goto(address)
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert "30,122" in page.inner_text(".answer")
    assert "غذاء" in page.inner_text("table")
    _fits(page, width)
    page.click("header button[name=language]")
    assert page.locator("html").get_attribute("dir") == "ltr"
    assert "Food" in page.inner_text("table")
    _fits(page, width)
    page.click("header form[action='/sign-out/'] button")
    page.goto(address)
    assert "/sign-in/" in page.url
    assert problems == []
    context.close()


def _fits(page: Page, width: int) -> None:
    """Nothing reaches over the edge, and the letters are Wasl's own."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px Plex', 'وصل'))")
