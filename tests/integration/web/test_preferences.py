"""What a browser may choose for itself, and that nonsense chooses nothing."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from tests.integration.web.test_door import _signed_in
from wasl.organisations.viewer import Viewer
from wasl.web.preferences import CHOICES, preferences_context, preferences_of
from wasl.web.words import has_words


def test_new_browser_gets_western_digits_and_the_light_of_its_device() -> None:
    chosen = preferences_of(RequestFactory().get("/"))
    assert chosen == {"digits": "western", "theme": "system", "density": "roomy"}


def test_choice_is_kept_and_leads_back(dalia: Viewer, amina: Viewer) -> None:
    client = _signed_in(dalia, "amina")
    response = client.post("/preferences/", {"digits": "eastern", "theme": "dark", "next": "/help/"})
    assert (response.status_code, response["Location"]) == (302, "/help/")
    assert {name: client.cookies[f"wasl_{name}"].value for name in ("digits", "theme")} == {
        "digits": "eastern",
        "theme": "dark",
    }
    assert "wasl_density" not in client.cookies


@pytest.mark.parametrize("name", CHOICES)
def test_nonsense_chooses_nothing(dalia: Viewer, amina: Viewer, name: str) -> None:
    client = _signed_in(dalia, "amina")
    client.post("/preferences/", {name: "<script>", "next": "//elsewhere.example"})
    assert f"wasl_{name}" not in client.cookies
    request = RequestFactory().get("/")
    request.COOKIES[f"wasl_{name}"] = "<script>"
    assert preferences_of(request)[name] == CHOICES[name][0]


def test_every_choice_has_words() -> None:
    offered = preferences_context(RequestFactory().get("/"))["preferences"]
    codes = [one["words"] for one in offered] + [o["words"] for one in offered for o in one["options"]]  # type: ignore[attr-defined]
    assert [code for code in codes if not has_words(code)] == []
