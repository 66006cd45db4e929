"""The desk judges twenty pairs with the keyboard alone, undoes one, and is shown what contradicts it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from tests.journeys import alliance as lists
from tests.journeys.alliance import PASSWORD, Alliance, serving
from tests.journeys.chromium import get_chromium, open_browser
from tests.wasl_postgres import TestDatabase
from wasl.linkage.review import ReviewFilter, list_review
from wasl.linkage.verdicts import list_verdicts

PAIRS = 20
FAMILIES = 900
# By digits and by letters: the codes are of places on the board, so that both layouts press the same.
KEYS = ("Digit2", "KeyF", "Numpad3", "KeyD")


@pytest.fixture(scope="module")
def alliance(
    test_database: TestDatabase, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Alliance]:
    from django.db import connections

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(lists, "FAMILIES", FAMILIES)
        yield lists.fill_alliance(tmp_path_factory.mktemp("alliance"))
        connections.close_all()
        test_database.reset()


@pytest.fixture(scope="module")
def browser(alliance: Alliance) -> Iterator[Browser]:
    path = get_chromium()
    with sync_playwright() as playwright:
        opened = open_browser(playwright, path)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(alliance: Alliance) -> Iterator[str]:
    with serving() as found:
        yield found


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(locale="ar-EG", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None
    )
    page.goto(f"{address}/sign-in/")
    page.fill("input[name=username]", "dalia")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    yield page
    context.close()
    assert wrong == []


def press(page: Page, code: str) -> None:
    """Press a key where it stands, with the letter that an Arabic board writes there."""
    page.evaluate(
        "code => (document.activeElement || document.body).dispatchEvent("
        "new KeyboardEvent('keydown', {code, key: 'س', bubbles: true, cancelable: true}))",
        code,
    )


def open_first(page: Page, address: str) -> None:
    """Go from the queue to its first pair, and wait until its keys are listened to."""
    page.goto(f"{address}/review/")
    with page.expect_navigation(wait_until="load"):
        page.click("header .actions a")


def picture(page: Page, name: str) -> None:
    folder = os.environ.get("WASL_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def judge(page: Page, code: str) -> None:
    """Press, and wait until the next pair stands there."""
    before = page.url
    press(page, code)
    page.wait_for_url(lambda url: url != before, wait_until="load")
    page.wait_for_selector("[data-judge], .empty")


def test_twenty_pairs_by_keyboard_and_one_undone(page: Page, address: str, alliance: Alliance) -> None:
    assert len(list_review(alliance.desk, ReviewFilter(), limit=PAIRS + 2)) > PAIRS
    open_first(page, address)
    picture(page, "pair")
    seen = set()
    for number in range(PAIRS):
        seen.add(page.url)
        judge(page, KEYS[number % len(KEYS)])
    assert len(seen) == PAIRS
    expect(page.locator("[data-today]")).to_contain_text(f"حكمت اليوم في {PAIRS} زوجًا")
    assert len(list_verdicts(alliance.desk)) == PAIRS
    picture(page, "after-twenty")
    last = page.url
    judge(page, "Digit0")
    expect(page.locator("#notices")).to_contain_text("أُلغي الحكم")
    expect(page.locator("[data-today]")).to_contain_text("حكمت اليوم في 19 زوجًا")
    assert len(list_verdicts(alliance.desk)) == PAIRS - 1
    assert page.url != last


def test_keys_are_letters_while_a_reason_is_written(page: Page, address: str, alliance: Alliance) -> None:
    before = len(list_verdicts(alliance.desk))
    open_first(page, address)
    here = page.url
    press(page, "KeyR")
    expect(page.locator("#reason")).to_be_focused()
    page.keyboard.type("بطاقة 12 سليمة fds")
    assert page.url == here
    assert len(list_verdicts(alliance.desk)) == before
    page.keyboard.press("Escape")
    judge(page, "Digit3")
    expect(page.locator("[data-today]")).to_contain_text(re.compile("حكمت اليوم في"))
    page.wait_for_function("() => !document.querySelector('[data-judge] button:disabled')")
    page.reload()
    assert list_verdicts(alliance.desk)[-1].reason == "بطاقة 12 سليمة fds"


def test_next_without_judging_and_back(page: Page, address: str) -> None:
    open_first(page, address)
    first = page.url
    judge(page, "KeyN")
    page.go_back()
    page.wait_for_url(first)
    expect(page.locator("h1")).to_be_visible()


def test_without_script_the_form_does_the_same(browser: Browser, address: str, alliance: Alliance) -> None:
    before = len(list_verdicts(alliance.desk))
    context = browser.new_context(java_script_enabled=False, locale="ar-EG")
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.fill("input[name=username]", "dalia")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    page.goto(f"{address}/review/")
    page.click("header .actions a")
    page.click("button[value=unsure]")
    expect(page.locator("#notices")).to_contain_text("حُفظ")
    assert len(list_verdicts(alliance.desk)) == before + 1
    page.click("[data-undo]")
    assert len(list_verdicts(alliance.desk)) == before
    context.close()
