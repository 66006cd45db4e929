"""A large family's page in a browser: it fits a telephone, and the whole answer fits one sheet of paper."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import NOW
from tests.integration.benefits.world import World
from tests.journeys.alliance import PASSWORD, serving
from tests.journeys.chromium import get_chromium, open_browser
from wasl.kernel.codes import make_code
from wasl.kernel.months import month_range
from wasl.organisations.actions import set_password
from wasl.organisations.viewer import Viewer

NEEDS = ("food_box", "monthly_cash", "medicine", "blankets", "glasses", "school_bag")
NAMES = (
    "محمود عبد الرحيم سيد جاد الرب",
    "نعمات شحاتة فهمي بطرس",
    "كريم محمود عبد الرحيم سيد",
    "هبة محمود عبد الرحيم سيد",
)
MONTHS = month_range(date(2025, 1, 1), 12)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = get_chromium()
    with sync_playwright() as playwright:
        opened = open_browser(playwright, path)
        yield opened
        opened.close()


@pytest.fixture
def family(
    engine: psycopg.Connection, organisation_a: int, organisation_b: int, amina: Viewer, dalia: Viewer
) -> int:
    """Eight people, helped for twelve months in six slots by two organisations, some months by nobody."""
    world = World(engine)
    family = world.add_family()
    entry = world.add_entry(organisation_a, family)
    other = world.add_entry(organisation_b, family)
    engine.execute("UPDATE registry_record SET name = %s, sex = 1", [NAMES[0]])
    world.add_person(family, world.record_of(entry))
    for place in range(1, 8):
        key = hashlib.blake2b(f"member {place}".encode(), digest_size=16).digest()
        [(record,)] = world.rows(
            "INSERT INTO registry_record (organisation_id, content_key, name, birth_date, birth_precision, sex)"
            " VALUES (%s, %s, %s, '2010-03-05', 'day', 2) RETURNING id",
            organisation_a, key, NAMES[1 + place % 3],
        )  # fmt: skip
        relation = "spouse" if place == 1 else "child"
        engine.execute(
            "INSERT INTO registry_entry_member (entry_id, record_id, organisation_id, role, relation)"
            " VALUES (%s, %s, %s, %s, %s)",
            [entry, record, organisation_a, f"child{place}", relation],
        )
        world.add_person(family, record)
    for number, month in enumerate(MONTHS):
        world.appear(entry, 100 + number, month)
        world.appear(other, 200 + number, month)
        for row, need in enumerate(NEEDS):
            world.give(organisation_a, 300, entry, kind="known", need=need, row=row + 1)
            if (number + row) % 3:
                whose, giver = (organisation_a, entry) if (number + row) % 3 == 1 else (organisation_b, other)
                world.give(whose, 400 + number, giver, need=need, month=month, row=row + 1)
    engine.commit()
    for username in ("amina", "dalia"):
        set_password(by=dalia, at=NOW, username=username, password=PASSWORD)
    return family


@pytest.fixture
def address(family: int) -> Iterator[str]:
    with serving() as found:
        yield found


def _open(browser: Browser, address: str, family: int, *, width: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}, locale="ar-EG").new_page()
    page.goto(f"{address}/sign-in/")
    page.fill("#username", "dalia")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.goto(f"{address}/families/{make_code(family)}/?month=2025-12")
    return page


def test_the_answer_fits_one_sheet_of_paper(browser: Browser, address: str, family: int) -> None:
    page = _open(browser, address, family, width=1440)
    assert page.locator(".calendar tbody tr").count() == 6
    sheets = re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4"))
    assert len(sheets) == 1
    page.context.close()


def test_a_telephone_scrolls_the_calendar_and_not_the_page(
    browser: Browser, address: str, family: int
) -> None:
    page = _open(browser, address, family, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    calendar = page.locator(".table:has(.calendar)")
    assert calendar.evaluate("one => one.scrollWidth > one.clientWidth")
    # The newest month stands where reading begins, beside the slot's name.
    first = page.locator(".calendar thead th").nth(1)
    assert "ديسمبر" in first.inner_text()
    page.context.close()


def test_every_cell_says_in_words_what_it_shows(browser: Browser, address: str, family: int) -> None:
    page = _open(browser, address, family, width=1440)
    for cell in page.locator(".calendar tbody td").all():
        said = cell.locator(".unseen").inner_text()
        assert said
        assert cell.get_attribute("title") == said
    for key in page.locator(".legend li").all():
        assert key.inner_text().strip()
    page.context.close()
