"""A3: every page refuses a stranger. And the door lets in whom it should."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from tests.conftest import NOW
from wasl.organisations.actions import add_user, disable_user, set_password
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.store.connections import app_connection

PASSWORD = "قمر-على-النيل-7"

# What a stranger may see. Every other route must send them to the door.
OPEN_ROUTES = {"/sign-in/", "/sign-in/language/", "/sign-in/x/", "/healthz"}
ROLES = ("desk", "officer", "viewer")


def _patterns(
    patterns: list[URLPattern | URLResolver], prefix: str = "/"
) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + re.sub(r"<str:\w+>", "x", re.sub(r"<int:\w+>", "1", str(pattern.pattern)))
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, route)
        else:
            yield route, pattern


def all_patterns() -> dict[str, URLPattern]:
    return dict(sorted(_patterns(get_resolver().url_patterns)))


def all_routes() -> list[str]:
    return list(all_patterns())


def test_every_route_says_which_roles_may() -> None:
    silent = {
        route
        for route, pattern in all_patterns().items()
        if set(getattr(pattern.callback, "roles", ())) != set(ROLES)
    }
    assert silent == OPEN_ROUTES


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_every_other_route_sends_a_stranger_to_the_door(database: object, method: str) -> None:
    for route in all_routes():
        if route not in OPEN_ROUTES:
            response = getattr(Client(), method)(route)
            assert (response.status_code, response["Location"].split("?")[0]) == (302, "/sign-in/"), route


@pytest.mark.parametrize("role", ["desk", "officer", "viewer"])
def test_every_route_answers_each_role_as_listed(
    dalia: Viewer, amina: Viewer, basim: Viewer, role: str
) -> None:
    username = {"desk": "dalia", "officer": "amina", "viewer": "basim"}[role]
    client = _signed_in(dalia, username)
    for route, pattern in all_patterns().items():
        if route in OPEN_ROUTES:
            continue
        assert pattern.callback is not None
        answer = client.get(route).status_code
        if not pattern.callback.roles[role]:  # type: ignore[attr-defined]
            assert answer == 403, route
        elif "GET" not in pattern.callback.methods:  # type: ignore[attr-defined]
            assert answer == 405, route
        else:
            # A code of nobody's is not found; some pages lead to another.
            assert answer in (200, 302, 404), route


def test_password_lets_in_and_is_written_down(dalia: Viewer, amina: Viewer) -> None:
    client = _signed_in(dalia, "amina")
    page = client.get("/").content.decode()
    assert "amina" in page
    assert "جمعية الأمل" in page
    with app_connection(dalia) as connection:
        signed = connection.execute(
            "SELECT username, detail->>'how' FROM audit_entry WHERE action = 'user.signed_in'"
        )
        assert signed.fetchall() == [("amina", "password")]


def test_eight_wrong_passwords_lock_the_name_whatever_its_capitals(dalia: Viewer, amina: Viewer) -> None:
    set_password(by=dalia, at=NOW, username="amina", password=PASSWORD)
    client = Client()
    answers = [
        client.post("/sign-in/", {"username": name, "password": "not this"}).status_code
        for name in ["amina", "AMINA", "Amina", "amina", "aminA", "amina", "AMina", "amina"]
    ]
    assert answers == [422] * 7 + [429]
    again = client.post("/sign-in/", {"username": "amina", "password": PASSWORD}, REMOTE_ADDR="10.1.2.3")
    assert again.status_code == 429


def test_link_lets_its_user_choose_a_password_once(dalia: Viewer, amina: Viewer) -> None:
    made = add_user(by=dalia, at=timezone.now(), username="zaki", organisation_code="m01", role=Role.OFFICER)
    client, path = Client(), f"/sign-in/{made.token}/"
    assert "zaki" in client.get(path).content.decode()
    assert client.post(path, {"password": PASSWORD, "again": "else"}).status_code == 422
    assert client.post(path, {"password": "12345678", "again": "12345678"}).status_code == 422
    assert client.post(path, {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert client.get("/").status_code == 200
    assert Client().get(path).status_code == 404


def test_disabled_user_loses_the_open_session(dalia: Viewer, amina: Viewer) -> None:
    client = _signed_in(dalia, "amina")
    disable_user(by=dalia, at=NOW, username="amina")
    assert client.get("/").status_code == 302


def test_new_password_ends_other_sessions(dalia: Viewer, amina: Viewer) -> None:
    client = _signed_in(dalia, "amina")
    set_password(by=dalia, at=NOW, username="amina", password=PASSWORD + "8")
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_sign_in_never_sends_elsewhere(dalia: Viewer, amina: Viewer, target: str) -> None:
    set_password(by=dalia, at=NOW, username="amina", password=PASSWORD)
    response = Client().post("/sign-in/", {"username": "amina", "password": PASSWORD, "next": target})
    assert response["Location"] == "/inbox/"


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", "/inbox/"),
        ("/", "/inbox/"),
        ("/help/", "/help/"),
        ("/lists/?state=active", "/lists/?state=active"),
    ],
)
def test_sign_in_leads_to_what_was_asked_for_else_to_the_inbox(
    dalia: Viewer, amina: Viewer, asked: str, shown: str
) -> None:
    set_password(by=dalia, at=NOW, username="amina", password=PASSWORD)
    form = {"username": "amina", "password": PASSWORD, "next": asked}
    assert Client().post("/sign-in/", form)["Location"] == shown


def test_pages_speak_arabic_unless_english_is_chosen(database: object) -> None:
    client = Client(headers={"accept-language": "en"})
    page = client.get("/sign-in/").content.decode()
    assert '<html lang="ar" dir="rtl"' in page
    client.post("/sign-in/language/", {"language": "en", "next": "/sign-in/"})
    assert '<html lang="en" dir="ltr"' in client.get("/sign-in/").content.decode()


def test_pages_carry_strict_headers(database: object) -> None:
    headers = Client().get("/sign-in/").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def test_assets_are_served_from_the_package(database: object) -> None:
    response = Client().get("/assets/wasl/wasl.css")
    assert response.status_code == 200


def _signed_in(desk: Viewer, username: str) -> Client:
    set_password(by=desk, at=NOW, username=username, password=PASSWORD)
    client = Client()
    assert client.post("/sign-in/", {"username": username, "password": PASSWORD}).status_code == 302
    return client
