"""Amina's first morning with Wasl, in a browser, on a phone and on the office PC."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from tests.integration.benefits.test_overlap_pages import Alliance
from tests.integration.benefits.world import MARCH, World
from tests.journeys.chromium import get_chromium
from tests.wasl_postgres import TestDatabase
from wasl.benefits.actions import refresh_slot_figures
from wasl.organisations.actions import reset_user
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection

PASSWORD = "قمر-على-النيل-7"


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
def world(database: TestDatabase) -> Iterator[World]:
    """A small world on a connection of the engine's."""
    with engine_connection() as connection:
        yield World(connection)


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
    browser: Browser, address: str, desk: Viewer, amina: Viewer, world: World, width: int, organisation_a: int,
    organisation_b: int,
) -> None:  # fmt: skip
    alliance = Alliance(world)
    for _ in range(3):
        alliance.give_both(organisation_a, organisation_b)
    world.connection.commit()
    refresh_slot_figures(by=desk, at=timezone.now(), month=MARCH)
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
    assert "3 ازدواجات" in page.inner_text(".answer")
    assert "غذاء" in page.inner_text("main")
    _fits(page, width)
    page.click("header button[name=language]")
    assert page.locator("html").get_attribute("dir") == "ltr"
    assert "3 overlaps" in page.inner_text(".answer")
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
