"""What somebody with a browser, and somebody who cannot see it, finds wrong with a page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.alliance import PASSWORD

DIRECTIONS = {"ar": "rtl", "en": "ltr"}
WIDTHS = (1440, 360)
HEIGHT = 900
# Names of what everybody calls so, also in Arabic.
LATIN_KNOWN = ("XLSX", "XLS", "ODS", "CSV", "PDF", "Excel", "ZIP", "Ctrl", "Enter", "Esc", "Shift", "Tab")
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}

FOLDER = Path(__file__).parent
READ = (FOLDER / "read_page.js").read_text(encoding="utf-8")
MEASURE = (FOLDER / "measure_page.js").read_text(encoding="utf-8")


class Eyes:
    """Looks at pages in a browser, each person with a context of their own for each language."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.cookies: dict[str, list[Any]] = {"": []}
        self.pages: dict[tuple[str, str], Page] = {}
        self.heard: list[str] = []
        folder = os.environ.get("WASL_PICTURES")
        self.pictures = Path(folder) if folder else None

    def sign_in(self, username: str) -> None:
        """Come in by the door, once; what the browser was given is used in both languages."""
        context = self.browser.new_context()
        page = context.new_page()
        page.goto(f"{self.address}/sign-in/")
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        self.cookies[username] = context.cookies()
        context.close()

    def remember(self, username: str, client: Client) -> None:
        """Give somebody's browser the session of their client: what was asked there is kept in it alone."""
        session = settings.SESSION_COOKIE_NAME
        for cookie in self.cookies[username]:
            if cookie["name"] == session:
                cookie["value"] = client.cookies[session].value

    def look(self, address: str, username: str, *, name: str, again: bool = False) -> list[str]:
        """
        Return what is wrong with a page in either language, at any width, in light and in the dark.

        A page that was looked at as somebody else (`again`) is asked by axe in Arabic alone, and by day.
        """
        who = username or "stranger"
        return [
            f"{who} {language} {address}: {problem}"
            for language in DIRECTIONS
            for problem in self._look(address, username, language, f"{name}-{who}-{language}", again)
        ]

    def close(self) -> None:
        """Close every page."""
        for page in self.pages.values():
            page.context.close()

    def _look(self, address: str, username: str, language: str, name: str, again: bool) -> list[str]:
        page = self.page(username, language)
        self.heard.clear()
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
        page.goto(self.address + address, wait_until="load")
        problems = _ask_language(page, language)
        if page.locator("h1").count() != 1:
            problems.append(f"{page.locator('h1').count()} headings of the first level")
        problems += page.evaluate(READ, [LATIN_KNOWN, language == "ar"])
        if language == "ar" or not again:
            problems += _violations(page, WCAG)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            problems += [f"too wide at {width}: {over}" for over in page.evaluate(MEASURE)]
            self._keep(page, f"{name}-{width}")
        if language == "ar" and not again:
            page.emulate_media(color_scheme="dark")
            problems += [f"in the dark: {one}" for one in _violations(page, CONTRAST)]
            self._keep(page, f"{name}-{WIDTHS[-1]}-dark")
            page.emulate_media(color_scheme="light")
        return problems + self.heard

    def page(self, username: str, language: str) -> Page:
        """Return somebody's window in a language, the same each time."""
        key = (username, language)
        if key not in self.pages:
            context = self.browser.new_context(locale="en-GB", reduced_motion="reduce")
            context.add_cookies([*self.cookies[username], self._language(language)])  # type: ignore[list-item]
            self._listen(context)
            self.pages[key] = context.new_page()
        return self.pages[key]

    def _language(self, language: str) -> dict[str, str]:
        return {"name": "wasl_language", "value": language, "url": self.address}

    def _listen(self, context: BrowserContext) -> None:
        heard = self.heard
        # An answer of 403 or 404 to the page itself is what some pages are about.
        context.on(
            "console",
            lambda message: (
                heard.append(f"console: {message.text}")
                if message.type in ("error", "warning") and "status of 40" not in message.text
                else None
            ),
        )
        context.on("weberror", lambda error: heard.append(f"script: {error.error}"))
        context.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((self.address, "data:"))
                else heard.append(f"asks {request.url}")
            ),
        )
        context.on("response", self._judge)

    def _judge(self, response: Any) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.heard.append(f"{response.status} for {response.url}")
        if response.status >= 500:
            self.heard.append(f"{response.status} for {response.url}")

    def _keep(self, page: Page, name: str) -> None:
        if self.pictures:
            self.pictures.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=self.pictures / f"{name}.png", full_page=True)


def _ask_language(page: Page, language: str) -> list[str]:
    said = page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
    return [] if said == [language, DIRECTIONS[language]] else [f"says it is {said}"]


def _violations(page: Page, options: dict[str, Any]) -> list[str]:
    """Return what axe finds, with the first element of each."""
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']} ({len(one['nodes'])}): {one['nodes'][0]['html'][:160]}" for one in found]
