"""Somebody stands at the door: the officer finds the family, or learns what may be known of another's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, sync_playwright

from tests.conftest import NOW
from tests.journeys.alliance import PASSWORD, serving
from tests.journeys.chromium import get_chromium, open_browser
from tests.journeys.test_lists_in_a_browser import ANOTHER, FAMILY, OTHER, write
from tests.wasl_postgres import TestDatabase
from wasl.intake.actions import load_file
from wasl.intake.reading import LoadOptions
from wasl.linkage.actions import run_linkage
from wasl.organisations.actions import set_password
from wasl.organisations.viewer import Viewer
from wasl.store.connections import app_connection

MARCH = LoadOptions(today=date(2026, 3, 9), kind="given", need="food_box", month=date(2026, 3, 1))


@pytest.fixture
def door(
    database: TestDatabase, dalia: Viewer, amina: Viewer, camelia: Viewer, tmp_path: Path
) -> Iterator[Page]:
    """Amina's browser in the morning after lists of two organisations were matched."""
    for viewer, organisation, row in ((amina, "m01", FAMILY), (camelia, "m02", ANOTHER)):
        path = write(tmp_path / f"{organisation}.csv", row)
        load_file(path=path, organisation=organisation, options=MARCH, by=viewer, at=timezone.now())
    run_linkage(by=dalia, at=timezone.now())
    set_password(by=dalia, at=NOW, username="amina", password=PASSWORD)
    with serving() as address, sync_playwright() as playwright:
        browser = open_browser(playwright, get_chromium())
        page = browser.new_context(base_url=address).new_page()
        page.goto("/sign-in/")
        page.fill("#username", "amina")
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_url("**/inbox/")
        yield page
        browser.close()


def find(page: Page, words: str) -> str:
    """Type into the box at the head of every page, by keyboard alone, and return what is answered."""
    page.keyboard.press("/")
    page.keyboard.type(words)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return page.locator("main").inner_text()


def test_officer_finds_own_family_and_the_coordination_answer_for_anothers(door: Page, dalia: Viewer) -> None:
    # Two words of the name, the other way round and spelt otherwise.
    assert "محمود عبد الرحيم سيد جاد الرب" in find(door, "عبدالرحيم محمود")
    with door.expect_navigation():
        door.click("main a[href^='/families/']")
    family = door.locator("main").inner_text()
    assert "غذاء" in family and "نعمات شحاتة فهمي بطرس" in family
    assert door.locator("table.calendar .cell.own").count() == 1
    # Another's, by the card that is on the table: covered, by whom is not said, nor who they are.
    answer = find(door, OTHER)
    assert "من جهة أخرى" in answer and "غذاء" in answer and "أبريل 2026" in answer
    for told in ("بخيت", "فوزية", "نهر", "النور", "m02"):
        assert told not in answer.replace(OTHER, "")
    assert door.locator("main a[href^='/families/1'], main a[href^='/people/']").count() == 0
    # Words of another's name alone say nothing, and nobody is refused: a family may be added by hand.
    assert "بخيت" not in find(door, "بخيت شاكر").replace("بخيت شاكر", "")
    assert door.locator("main form[action^='/families/new/']").count() >= 1
    with app_connection(dalia) as connection:
        kept = connection.execute(
            "SELECT action, count(*) FROM audit_entry WHERE username = 'amina' AND action ~ 'search|famil'"
            " GROUP BY action"
        ).fetchall()
    assert sum(count for _, count in kept) >= 4, kept
