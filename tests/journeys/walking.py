"""
Walk the pages as somebody would: from the first one along every link and form that only asks.

Each route is known by its pattern. A route that no link reaches needs an example (`Alliance.examples`).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, URLPattern, get_resolver, resolve

from tests.journeys.alliance import Alliance

OPEN = {"sign_in", "language", "use_link", "healthz"}
WITH_A_QUERY = 3
WITHOUT = 4
"""How many addresses of one route are visited, with and without a query."""
NO_QUERIES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "ROLLBACK TO")
QUERIES_MOST = 12


@dataclass
class Visit:
    """One address as one person was answered."""

    address: str
    status: int
    queries: int
    content_type: str


@dataclass
class Walk:
    """All that one person came to see, by route."""

    visits: dict[str, list[Visit]] = field(default_factory=dict)
    dead: dict[tuple[str, str], str] = field(default_factory=dict)
    """Links that lead nowhere: the first of each sort."""

    def addresses(self, route: str) -> list[str]:
        """Return the pages of a route that were shown, those without a query first."""
        shown = [
            one.address
            for one in self.visits.get(route, [])
            if one.status == 200 and "html" in one.content_type
        ]
        return sorted(shown, key=lambda address: ("?" in address, shown.index(address)))


class _Asking(HTMLParser):
    """Collects what a page offers to ask for."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take addresses of links, of forms that get, and of what a script fetches."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.found.append(given["href"])
        elif tag == "form" and given.get("method", "get").lower() == "get" and given.get("action"):
            self.found.append(given["action"])
        if "hx-get" in given:
            self.found.append(given["hx-get"])


def get_routes() -> dict[str, URLPattern]:
    """Return every route that answers GET to somebody signed in, by its pattern with a slash before it."""
    routes = {f"/{pattern.pattern}": pattern for pattern in _patterns(get_resolver().url_patterns)}
    return {
        route: pattern
        for route, pattern in routes.items()
        if pattern.name not in OPEN and "GET" in getattr(pattern.callback, "methods", ("GET",))
    }


def _patterns(patterns: list[object]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from _patterns(pattern.url_patterns)  # type: ignore[attr-defined]


def route_of(address: str) -> str | None:
    """Return the pattern of the route that answers `address`, None where there is none."""
    try:
        return f"/{resolve(urlsplit(address).path).route}"
    except Resolver404:
        return None


def walk(client: Client, alliance: Alliance, role: str) -> Walk:
    """Visit, from the first page on, a few addresses of each route that `role` may open."""
    routes = {route: pattern for route, pattern in get_routes().items() if pattern.callback.roles[role]}  # type: ignore[union-attr]
    result = Walk()
    waiting = deque([("/", "the beginning")])
    waiting.extend(
        (address, "the examples") for route, address in alliance.examples.items() if route in routes
    )
    seen: set[str] = set()
    while waiting:
        address, found_on = waiting.popleft()
        if address in seen or not address.startswith("/") or address.startswith("/assets/"):
            continue
        seen.add(address)
        route = route_of(address)
        if route not in routes:
            why = "no such page" if route is None or route not in get_routes() else "not for this role"
            result.dead.setdefault((_sort(address), why), f"{address} on {found_on}: {why}")
            continue
        known = result.visits.setdefault(route, [])
        if sum("?" in one.address for one in known) >= WITH_A_QUERY if "?" in address else (
            sum("?" not in one.address for one in known) >= WITHOUT
        ):  # fmt: skip
            continue
        visit, offered = _visit(client, address)
        known.append(visit)
        if visit.status >= 400:
            said = str(visit.status)
            result.dead.setdefault((route, said), f"{address} on {found_on}: {said}")
        waiting.extend((one, address) for one in offered)
    return result


def _sort(address: str) -> str:
    return re.sub(r"\d+", "0", urlsplit(address).path)


def _visit(client: Client, address: str) -> tuple[Visit, list[str]]:
    with (
        CaptureQueriesContext(connections["default"]) as app,
        CaptureQueriesContext(connections["door"]) as door,
    ):
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    asked = [
        query["sql"] for query in [*app.captured_queries, *door.captured_queries]
        if not query["sql"].lstrip().upper().startswith(NO_QUERIES)
    ]  # fmt: skip
    content_type = response.headers.get("Content-Type", "")
    visit = Visit(address, response.status_code, len(asked), content_type)
    if response.status_code in (301, 302, 303):
        return visit, [_absolute(response.headers["Location"], address)]
    if "html" not in content_type:
        return visit, []
    parser = _Asking()
    parser.feed(body.decode())
    return visit, [
        _absolute(one, address) for one in parser.found if not one.startswith(("#", "mailto:", "tel:"))
    ]


def _absolute(address: str, base: str) -> str:
    return re.sub(r"#.*", "", urljoin(base, address))
