"""
Every page, as every role, in both languages: it fits, it says words, it asks nobody else, it can be used
by those who cannot see or point, it costs the database little and never opens a role that sees all.

Pages are found by walking; a page that is added is looked at without being listed here. With
`WASL_PICTURES=folder` each look is kept as a picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, sync_playwright
from psycopg.conninfo import conninfo_to_dict
from pytest_django.plugin import DjangoDbBlocker

from tests.journeys.alliance import BY_ROLE, Alliance, fill_alliance, serving
from tests.journeys.chromium import get_chromium, open_browser
from tests.journeys.given import give_something
from tests.journeys.given_in_bulk import give_in_bulk
from tests.journeys.looking import Eyes
from tests.journeys.tour import bring_list, look_again, shots
from tests.journeys.walking import QUERIES_MOST, Walk, get_routes, walk
from tests.wasl_postgres import TestDatabase
from wasl.store.connections import engine_connection, owner_connection

ROLES = tuple(BY_ROLE)
ROUTES = sorted(get_routes())
# Pages that may ask more often than others, each with its reason.
MORE_QUERIES: dict[str, int] = {}


@pytest.fixture(scope="module")
def alliance(
    test_database: TestDatabase, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Alliance]:
    """An alliance with something on every page."""
    from django.db import connections

    with django_db_blocker.unblock():
        made = fill_alliance(tmp_path_factory.mktemp("alliance"))
        made.brought = bring_list(made)
        give_something(made)
        give_in_bulk(made)
        yield made
        connections.close_all()
        test_database.reset()


@pytest.fixture(scope="module")
def walks(alliance: Alliance) -> Iterator[dict[str, Walk]]:
    """What each role comes to see. While they walk, no role but the application's can be connected to."""
    real = psycopg.connect
    opened: list[str] = []

    def connect(conninfo: str = "", *args: Any, **given: Any) -> psycopg.Connection:
        user = str(conninfo_to_dict(conninfo, **_only_texts(given)).get("user"))
        if user != "wasl_app":
            opened.append(user)
            raise AssertionError(f"a page connects as {user}")
        return real(conninfo, *args, **given)

    with pytest.MonkeyPatch.context() as patch:
        clients = {role: alliance.client(name) for role, name in BY_ROLE.items()}
        patch.setattr(psycopg, "connect", connect)
        for open_connection in (engine_connection, owner_connection):
            with pytest.raises(AssertionError), open_connection():
                pass
        opened.clear()
        yield {role: walk(client, alliance, role) for role, client in clients.items()}


def _only_texts(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name in ("user", "host", "dbname", "port")}


def _expect_none(problems: Iterable[str]) -> None:
    """Fail with the problems and nothing else: what a walk saw would fill the screen."""
    said = "\n".join(problems)
    if said:
        pytest.fail(said, pytrace=False)


@pytest.mark.parametrize("role", ROLES)
def test_no_link_leads_nowhere(walks: dict[str, Walk], role: str) -> None:
    _expect_none(walks[role].dead.values())


def test_every_route_is_reached(walks: dict[str, Walk], alliance: Alliance) -> None:
    reached = {route for one in walks.values() for route in one.visits}
    _expect_none(f"{route}: no link, no example" for route in ROUTES if route not in reached)
    assert set(alliance.examples) <= set(ROUTES)


@pytest.mark.parametrize("role", ROLES)
def test_pages_ask_the_database_little(walks: dict[str, Walk], role: str) -> None:
    _expect_none(
        f"{visit.address}: {visit.queries} queries"
        for route, visits in walks[role].visits.items()
        for visit in visits
        if visit.queries > MORE_QUERIES.get(route, QUERIES_MOST)
    )
    assert MORE_QUERIES == {}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    path = get_chromium()
    with sync_playwright() as playwright:
        browser = open_browser(playwright, path)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def eyes(browser: Browser, alliance: Alliance, walks: dict[str, Walk]) -> Iterator[Eyes]:
    """Somebody who looks at pages with a browser."""
    with serving() as address:
        eyes = Eyes(browser, address)
        for username in BY_ROLE.values():
            eyes.sign_in(username)
        eyes.remember("amina", alliance.client("amina"))
        yield eyes
        eyes.close()


@pytest.mark.parametrize("route", ROUTES)
def test_page_in_a_browser(eyes: Eyes, walks: dict[str, Walk], route: str) -> None:
    problems: list[str] = []
    looked = False
    for role in ROLES:
        for address in walks[role].addresses(route)[:1]:
            problems += eyes.look(address, BY_ROLE[role], name=_name(route), again=looked)
            looked = True
    _expect_none(problems)


def test_who_somebody_is_in_a_browser(eyes: Eyes, alliance: Alliance) -> None:
    _expect_none(eyes.look(alliance.examples["/who/"], "amina", name="who_answered"))
    assert eyes.page("amina", "en").locator("#candidate-1").count() == 1


@pytest.mark.parametrize("address", ["/sign-in/", "/sign-in/unknown/", "/nowhere/"])
def test_page_for_a_stranger_in_a_browser(eyes: Eyes, address: str) -> None:
    _expect_none(eyes.look(address, "", name=_name(address)))


def test_page_that_is_refused_in_a_browser(eyes: Eyes) -> None:
    _expect_none(eyes.look("/users/", "amina", name="refused"))


@pytest.fixture(scope="module")
def shown(eyes: Eyes, alliance: Alliance) -> dict[str, tuple[str, str]]:
    """What the tour shows, and to whom."""
    return shots(alliance)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_pictures_of_the_tour_show_what_pages_say(
    eyes: Eyes, shown: dict[str, tuple[str, str]], language: str
) -> None:
    _expect_none(look_again(eyes, shown, language))


def _name(route: str) -> str:
    return re.sub(r"\W+", "_", re.sub(r"<\w+:(\w+)>", r"\1", route)).strip("_") or "home"


def test_pictures_go_where_they_are_asked(tmp_path: Path) -> None:
    assert _name("/lists/<str:code>/rows/") == "lists_code_rows"
