"""The secretariat tightens a rule with the keyboard alone, sees what it would do, and is not undone by a colleague."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import NOW
from tests.integration.benefits.kept_catalogue import kept_catalogue
from tests.journeys.alliance import PASSWORD, serving
from tests.journeys.chromium import get_chromium, open_browser
from tests.wasl_postgres import TestDatabase
from wasl.benefits.needs.queries import access_need
from wasl.organisations.actions import set_password
from wasl.organisations.viewer import Viewer
from wasl.web.words import WORDS

TABS_MOST = 80


@pytest.fixture
def desks(database: TestDatabase, desk: Viewer, dalia: Viewer) -> Iterator[tuple[Page, Page]]:
    """Two people of the secretariat, each before a page of their own."""
    for who in ("dalia", "console"):
        set_password(by=dalia, at=NOW, username=who, password=PASSWORD)
    with kept_catalogue(database), serving() as address, sync_playwright() as playwright:
        browser = open_browser(playwright, get_chromium())
        yield _sign_in(browser, address, "dalia"), _sign_in(browser, address, "console")
        browser.close()


def _sign_in(browser: Browser, address: str, who: str) -> Page:
    page = browser.new_context(base_url=address).new_page()
    page.goto("/sign-in/")
    page.fill("#username", who)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/inbox/")
    return page


def tab_to(page: Page, what: str) -> None:
    """Press Tab until what is asked for has the focus."""
    for _ in range(TABS_MOST):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"no Tab reaches {what}")


def test_rule_is_changed_and_taken_back_by_keyboard(desks: tuple[Page, Page], dalia: Viewer) -> None:
    page, _ = desks
    page.goto("/needs/")
    tab_to(page, 'a[href="/needs/food_box/"]')
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "input[name=guard]")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.value") == "refuse"
    tab_to(page, "input[name=tranches]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert WORDS["needs.effect.not_yet"][0] in page.inner_text("main")
    assert access_need(dalia, "food_box").need.version == 1
    tab_to(page, "#reason")
    page.keyboard.type("قرار لجنة التنسيق")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert access_need(dalia, "food_box").need.rule.guard == "refuse"
    assert "قرار لجنة التنسيق" in page.inner_text("main")
    tab_to(page, "#notices button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    found = access_need(dalia, "food_box").need
    assert (found.version, found.rule.guard) == (3, "warn")


def test_second_editor_is_told_keeps_what_was_typed_and_goes_on(
    desks: tuple[Page, Page], dalia: Viewer
) -> None:
    first, second = desks
    for page, field, value in ((first, "reservation_days", "21"), (second, "tranches", "2")):
        page.goto("/needs/food_box/")
        page.fill(f"#{field}", value)
        page.press(f"#{field}", "Enter")
        page.wait_for_selector("#reason")
        page.fill("#reason", f"تعديل {value}")
    first.press("#reason", "Enter")
    first.wait_for_url("**/needs/food_box/")
    second.press("#reason", "Enter")
    second.wait_for_selector(".notice.refused")
    assert "غيّر زميل" in second.inner_text(".notice.refused")
    assert second.input_value("#tranches") == "2"
    assert access_need(dalia, "food_box").need.rule.tranches == 1
    second.fill("#reservation_days", "21")
    second.press("#tranches", "Enter")
    second.wait_for_selector("#reason")
    second.fill("#reason", "تعديل 2")
    second.press("#reason", "Enter")
    second.wait_for_url("**/needs/food_box/")
    rule = access_need(dalia, "food_box").need.rule
    assert (rule.reservation_days, rule.tranches) == (21, 2)
