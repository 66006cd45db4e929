"""The desk's pages of organisations and users."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.integration.web.test_door import PASSWORD, _signed_in
from wasl.organisations.queries import get_viewer
from wasl.organisations.viewer import Viewer
from wasl.web.words import WORDS


@pytest.fixture
def client(dalia: Viewer, amina: Viewer, basim: Viewer) -> Client:
    return _signed_in(dalia, "dalia")


def _link_on(page: str) -> str:
    found = re.search(r'value="http://testserver(/sign-in/[^"]+/)"', page)
    assert found is not None
    return found.group(1)


def test_lists_show_members_and_when_they_came(client: Client) -> None:
    page = client.get("/organisations/").content.decode()
    assert "جمعية الأمل" in page and "m01" in page
    page = client.get("/users/").content.decode()
    assert all(name in page for name in ("amina", "basim", "dalia", "console"))
    assert WORDS["members.never"][0] in page


def test_users_are_filtered_by_the_address(client: Client) -> None:
    page = client.get("/users/?role=viewer").content.decode()
    assert "/users/basim/" in page and "/users/amina/" not in page
    page = client.get("/users/?q=MIN").content.decode()
    assert "/users/amina/" in page and "/users/basim/" not in page
    assert client.get("/users/?role=queen").status_code == 400


def test_add_organisation_leads_to_its_page(client: Client) -> None:
    form = {"code": "m05", "kind": "charity", "name_ar": "جمعية البر", "name_en": ""}
    response = client.post("/organisations/", form)
    assert (response.status_code, response["Location"]) == (302, "/organisations/m05/")
    assert "جمعية البر" in client.get("/organisations/m05/").content.decode()
    again = client.post("/organisations/", form)
    assert again.status_code == 422
    assert WORDS["members.organisation_stands"][0] in again.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("code", "M 05", "organisation.code_malformed"),
        ("name_ar", "  ", "organisation.name_missing"),
        ("kind", "secretariat", "members.kind_missing"),
        ("kind", "", "members.kind_missing"),
    ],
)
def test_add_organisation_that_is_refused_shows_what_was_typed(
    client: Client, field: str, value: str, code: str
) -> None:
    form = {"code": "m05", "kind": "charity", "name_ar": "جمعية البر", "name_en": "Charity of Birr"}
    response = client.post("/organisations/", {**form, field: value})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="Charity of Birr"' in page
    assert f'id="{field}-wrong"' in page
    assert (
        f'{field}-wrong"'
        in re.findall(rf'<(?:input|select) id="{field}"[^>]*aria-describedby="([^>]*>)', page)[0]
    )


def test_rename_is_undone_by_one_button(client: Client) -> None:
    client.post("/organisations/m01/", {"name_ar": "جمعية الرجاء", "name_en": "Raja"})
    page = client.get("/organisations/m01/").content.decode()
    assert "جمعية الرجاء" in page and 'name="name_ar" value="جمعية الأمل"' in page
    client.post("/organisations/m01/", {"name_ar": "جمعية الأمل", "name_en": "Hope"})
    client.get("/organisations/")
    page = client.get("/organisations/").content.decode()
    assert "جمعية الأمل" in page and "جمعية الرجاء" not in page


def test_rename_to_nothing_is_refused_at_the_field(client: Client) -> None:
    response = client.post("/organisations/m01/", {"name_ar": " ", "name_en": "Raja"})
    assert response.status_code == 422
    assert 'id="name_ar-wrong"' in response.content.decode()
    assert 'value="Raja"' in response.content.decode()


def test_new_user_gets_a_link_that_is_shown_once_and_works(client: Client) -> None:
    form = {"username": "zaki", "organisation": "m01", "role": "viewer", "language": "en"}
    response = client.post("/users/", form)
    assert (response.status_code, response["Location"]) == (302, "/users/zaki/")
    link = _link_on(client.get("/users/zaki/").content.decode())
    assert "/sign-in/" not in client.get("/users/zaki/").content.decode().replace("/sign-in/language/", "")
    visitor = Client()
    assert visitor.post(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert get_viewer("zaki").role == "viewer"


def test_link_of_one_user_is_not_shown_on_the_page_of_another(client: Client) -> None:
    client.post("/users/amina/reset/")
    assert "/sign-in/" not in client.get("/users/basim/").content.decode().replace("/sign-in/language/", "")
    assert _link_on(client.get("/users/amina/").content.decode())


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": "a b"}, "username"),
        ({"username": "amina"}, "username"),
        ({"username": "camelia", "organisation": "m77"}, "organisation"),
        ({"role": "desk"}, "role"),
        ({"role": "queen"}, "role"),
    ],
)
def test_add_user_that_is_refused_says_so_at_the_field(
    client: Client, changed: dict[str, str], field: str
) -> None:
    form = {"username": "zaki", "organisation": "m01", "role": "officer", "language": "ar", **changed}
    response = client.post("/users/", form)
    page = response.content.decode()
    assert response.status_code == 422
    assert f'id="{field}-wrong"' in page
    assert f'value="{form["username"]}"' in page


def test_shut_out_and_let_in_again(client: Client, dalia: Viewer) -> None:
    visitor = _signed_in(dalia, "amina")
    assert client.post("/users/amina/disable/").status_code == 302
    page = client.get("/users/amina/").content.decode()
    assert WORDS["members.state.disabled"][0] in page
    assert visitor.get("/").status_code == 302
    assert 'action="/users/amina/enable/"' in page
    client.post("/users/amina/enable/")
    assert visitor.get("/").status_code == 200


def test_role_is_changed_and_offered_back(client: Client) -> None:
    client.post("/users/basim/role/", {"role": "officer"})
    assert get_viewer("basim").role == "officer"
    page = client.get("/users/basim/").content.decode()
    assert 'name="role" value="viewer"' in page
    assert client.post("/users/basim/role/", {"role": "desk"}).status_code == 422
    assert client.post("/users/basim/role/", {"role": "queen"}).status_code == 400


def test_dalia_cannot_shut_herself_out(client: Client) -> None:
    page = client.get("/users/dalia/").content.decode()
    assert "/users/dalia/disable/" not in page and "/users/dalia/reset/" not in page
    for what in ("disable", "reset", "role"):
        assert client.post(f"/users/dalia/{what}/", {"role": "viewer"}).status_code == 422
    assert client.get("/users/").status_code == 200


@pytest.mark.parametrize("name", ["amina", "basim"])
def test_amina_and_basim_cannot_open_members(dalia: Viewer, amina: Viewer, basim: Viewer, name: str) -> None:
    client = _signed_in(dalia, name)
    for path in ("/organisations/", "/organisations/m01/", "/users/", "/users/amina/"):
        assert client.get(path).status_code == 403, path
    for what in ("disable", "enable", "reset", "role"):
        assert client.post(f"/users/basim/{what}/", {"role": "officer"}).status_code == 403, what
    assert client.post("/users/", {"username": "zaki"}).status_code == 403
    assert client.post("/organisations/", {"code": "m09"}).status_code == 403


def test_unknown_members_are_not_found(client: Client) -> None:
    assert client.get("/organisations/m77/").status_code == 404
    assert client.get("/users/nobody/").status_code == 404
    for what in ("disable", "enable", "reset", "role"):
        assert client.post(f"/users/nobody/{what}/", {"role": "viewer"}).status_code == 404
