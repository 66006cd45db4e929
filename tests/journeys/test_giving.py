"""A month's cash for one family: reserved in two clicks, approved by a colleague, handed over by its code, once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.conftest import NOW
from tests.integration.web.giving import address, family, hoda, load
from tests.journeys.alliance import PASSWORD, serving
from tests.journeys.chromium import get_chromium, open_browser
from wasl.organisations.actions import set_password
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection

__all__ = ["family", "hoda", "load"]

DELIVERIES = "SELECT tranche, attempt FROM benefits_delivery ORDER BY attempt"


class Office:
    """Browsers of one office's people, each with their own."""

    def __init__(self, contexts: dict[str, BrowserContext]) -> None:
        self.pages = {name: context.new_page() for name, context in contexts.items()}
        self.wrong: list[str] = []
        for name, page in self.pages.items():
            page.on("pageerror", lambda error: self.wrong.append(str(error)))
            page.goto("/sign-in/")
            page.fill("#username", name)
            page.fill("#password", PASSWORD)
            page.click("main button")
            page.wait_for_url("**/inbox/")

    def __getitem__(self, name: str) -> Page:
        return self.pages[name]


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def office(request: pytest.FixtureRequest, dalia: Viewer, amina: Viewer, hoda: Viewer) -> Iterator[Office]:
    """Amina and Hoda, at two desks; with their browsers' scripts and without."""
    for name in ("amina", "hoda"):
        set_password(by=dalia, at=NOW, username=name, password=PASSWORD)
    with serving() as base, sync_playwright() as playwright:
        browser = open_browser(playwright, get_chromium())
        settings = {
            "base_url": base,
            "java_script_enabled": request.param,
            "viewport": {"width": 360, "height": 780},
        }
        made = Office({name: browser.new_context(**settings) for name in ("amina", "hoda")})
        yield made
        browser.close()
        assert made.wrong == []


def deliveries() -> list[tuple[object, ...]]:
    with engine_connection() as engine:
        return engine.execute(DELIVERIES).fetchall()


def test_two_clicks_an_approval_and_one_delivery(office: Office, amina: Viewer, family: int) -> None:
    code = _reserve(office["amina"], address(amina, family))
    _approve(office["hoda"])
    desk = office["amina"]
    desk.goto("/desk/")
    desk.keyboard.type(code)
    desk.keyboard.press("Enter")
    deliver = desk.locator("button.big")
    expect(deliver).to_be_visible()
    expect(desk.locator("#scan")).to_be_focused()
    # A page that has just come is not what somebody at the keys has looked at.
    desk.wait_for_timeout(500)
    desk.keyboard.press("Enter")
    desk.keyboard.press("Enter")
    expect(desk.locator("main")).to_contain_text("سُلّم: معاش شهري")
    assert deliveries() == [(1, 1)]
    desk.get_by_role("button", name="تراجع").first.click()
    expect(desk.locator("main")).to_contain_text("أُلغي التسليم")
    _type_again(desk, code)
    assert deliveries() == [(1, 1), (1, 2)]


def _reserve(page: Page, where: str) -> str:
    """Click the cell, click the button; return the grant's code."""
    page.goto(where)
    page.locator("table.calendar a.cell[href*='slot=cash']").first.click()
    page.locator("section.reserve").get_by_role("button", name="احجز", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("تم حجز معاش شهري")
    link = page.locator("table.calendar a[href^='/grants/']").first
    link.click()
    expect(page.locator("main")).to_contain_text("يعتمده غيرك")
    return re.findall(r"/grants/(\d+)/", page.url)[0]


def _approve(page: Page) -> None:
    page.goto("/inbox/")
    page.get_by_role("link", name="راجعها واعتمدها").click()
    page.locator("input[name=grant]").first.check()
    page.get_by_role("button", name="اعتمد ما اخترت").click()
    expect(page.locator("#notices")).to_contain_text("اعتُمد: استحقاق واحد")


def _type_again(desk: Page, code: str) -> None:
    desk.locator("#scan").focus()
    desk.keyboard.type(code)
    desk.keyboard.press("Enter")
    expect(desk.locator("main")).to_contain_text("يُسلَّم من جديد")
    desk.locator("button.big").click()
    expect(desk.locator("main")).to_contain_text("سُلّم: معاش شهري")
