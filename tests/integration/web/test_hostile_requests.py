"""No address and no form that anybody can make up breaks a page: nonsense is refused in words."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tests.integration.web.test_door import OPEN_ROUTES, _signed_in, all_patterns
from tests.integration.web.test_search import known, load
from wasl.organisations.viewer import Viewer

__all__ = ["known", "load"]

NUL = "a\x00b"
# Each is tried alone: the first that is refused would hide the others.
QUERIES: list[dict[str, Any]] = [
    *[{name: NUL} for name in ("q", "organisation", "governorate", "family", "form")],
    *[{name: month} for name in ("month", "from", "since") for month in ("9999-12", "0001-01", "9999-99")],
    {"sort": "cost\x00"}, {"format": "xlsx", "month": "0001-01"}, {"month": ["2026-01", "x"]},
]  # fmt: skip
CURSORS: tuple[Any, ...] = (
    [10**30], [-(10**30)], [True], ["\x00"], [[1]], ["2025-03-01", 10**30], ["2025-03-01", True],
    ["2025-W09-6", 1], ["20250301", 1], ["0001-01-01", 1], ["\ud800", 1], ["\x00", 1], ["1_0", 1], ["٥", 1],
    ["2025-W09-6T00:00+00:00", 1], ["0001-01-01T00:00:00+23:59", 1], ["a\x00", "b", 3], ["\ud800", "b", 3],
)  # fmt: skip
RAW_CURSORS = ("[" * 20_000, "\xff\xfe", "NaN", "[NaN]", "[1e999]")
PATHS = (
    NUL,
    "\ud800".encode("utf-8", "surrogatepass"),
    "\u202eabc",
    "9" * 18,
    "9" * 30,
    "0" * 4400,
    "197",
    "1-2",
    "f1-2",
    "..",
)
FIELDS = (
    "organisation", "replaces", "reason", "kind", "need", "month", "value", "note", "code", "name_ar", "username", "role",
    "slot", "decision", "pair", "doubt", "entries", "form", "name-0", "nid-0", "birth-0", "back",
)  # fmt: skip
# What each form must say before it is read to its end.
WHOLE = {"rows": "2", "form": "6f0e3c1e-0000-4000-8000-000000000001", "do": "save", "relation-0": "head", "kind": "charity",
         "role": "officer", "code": "m77", "name_ar": "جمعية", "username": "zaki", "organisation": "m01", "slot": "food",
         "month": "2026-01", "decision": "same", "reason": "x"}  # fmt: skip


def cursors() -> Iterator[str]:
    for one in CURSORS:
        yield base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=")
    for raw in RAW_CURSORS:
        yield base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def broken(client: Client, method: str, address: str, data: dict[str, Any]) -> set[tuple[str, ...]]:
    client.raise_request_exception = False
    answer = getattr(client, method)(address, data)
    if answer.status_code < 500:
        return set()
    raised = getattr(answer, "exc_info", None)
    told = re.sub(r"\d+", "9", repr(raised[1])[:120]) if raised else ""
    return {(method, address[:60], ",".join(data)[:40], repr([*data.values()][:1])[:40], told)}


def addresses(method: str, known: str) -> list[str]:
    return [
        route.replace("/lists/1/", f"/lists/{known}/")
        for route, one in all_patterns().items()
        if route not in OPEN_ROUTES and method in one.callback.methods and "sign-out" not in route  # type: ignore[union-attr,attr-defined]
    ]


def test_no_query_breaks_a_page(known: str, dalia: Viewer, amina: Viewer) -> None:
    client, officer, found = _signed_in(dalia, "dalia"), _signed_in(dalia, "amina"), set[tuple[str, ...]]()
    for address in addresses("GET", known):
        for query in QUERIES:
            found |= broken(client, "get", address, query)
    family = officer.get("/search/", {"q": "سعيد"}).content.decode()
    one = re.findall(r"/families/\d+/", family)[0]
    for query in QUERIES:
        found |= broken(officer, "get", one, query)
    assert not found, "\n".join(map(str, sorted(found)))


def test_no_cursor_breaks_a_page(known: str, dalia: Viewer, amina: Viewer) -> None:
    client, found = _signed_in(dalia, "dalia"), set[tuple[str, ...]]()
    paged = ("/lists/", f"/lists/{known}/lines/", "/overlaps/", "/overlaps/repeats/", "/gaps/", "/runs/", "/users/",
             "/review/", "/families/by-hand/")  # fmt: skip
    for address in paged:
        for cursor in cursors():
            for sort in {"/overlaps/": ("", "opened", "cost"), "/gaps/": ("", "since")}.get(address, ("",)):
                found |= broken(client, "get", address, {"after": cursor, **({"sort": sort} if sort else {})})
    assert not found, "\n".join(map(str, sorted(found)))


def test_no_path_breaks_a_page(known: str, dalia: Viewer, amina: Viewer) -> None:
    client, found = _signed_in(dalia, "dalia"), set[tuple[str, ...]]()
    for pattern in addresses("GET", known) + addresses("POST", known):
        for hole in re.findall(r"/(?:x|1)(?=/)", pattern)[:1]:
            method = "get" if pattern in addresses("GET", known) else "post"
            for text in PATHS:
                found |= broken(client, method, pattern.replace(f"{hole}/", f"/{quote(text, safe='')}/"), {})
    assert not found, "\n".join(map(str, sorted(found)))


@pytest.mark.parametrize("username", ["amina", "dalia"])
def test_no_form_breaks_a_page(known: str, dalia: Viewer, amina: Viewer, username: str) -> None:
    client, found = _signed_in(dalia, username), set[tuple[str, ...]]()
    for address in addresses("POST", known):
        found |= broken(client, "post", address, WHOLE | dict.fromkeys(set(FIELDS) - set(WHOLE), NUL))
        found |= broken(client, "post", address, {name: value + "\x00" for name, value in WHOLE.items()})
        for text in ("\u202e'\"><script>{0}%s", "x" * 10_000, "9" * 40, "0001-01", "9999-12", "-1"):
            found |= broken(
                client, "post", address, {**dict.fromkeys(FIELDS, text), "rows": "2", "form": WHOLE["form"]}
            )
        answer = client.post(address, "{", content_type="application/json")
        found |= {(address, "json")} if answer.status_code >= 500 else set()
    assert not found, "\n".join(map(str, sorted(found)))
