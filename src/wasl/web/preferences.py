"""
How the pages look to one browser: digits, theme, density. Kept in cookies, like the language.

What is copied or exported stays in Western digits, and so does what a person types.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path

from wasl.web.access import page
from wasl.web.sign_in import YEAR_S, safe_target

CHOICES = {
    "digits": ("western", "eastern"),
    "theme": ("system", "light", "dark"),
    "density": ("roomy", "dense"),
}
"""What may be chosen, by name; the first is what a new browser gets."""


def preferences_of(request: HttpRequest) -> dict[str, str]:
    """Return what this browser chose; what it did not choose, or chose as nonsense, is the first choice."""
    return {
        name: chosen if (chosen := request.COOKIES.get(_cookie(name), "")) in choices else choices[0]
        for name, choices in CHOICES.items()
    }


def preferences_context(request: HttpRequest) -> dict[str, object]:
    """Give every template `digits`, `theme` and `density`, and in `preferences` what may be chosen."""
    chosen = preferences_of(request)
    offered = [
        {
            "name": name,
            "words": f"preferences.{name}",
            "options": [
                {"value": one, "words": f"preferences.{name}.{one}", "chosen": one == chosen[name]}
                for one in choices
            ],
        }
        for name, choices in CHOICES.items()
    ]
    return {**chosen, "preferences": offered}


@page(desk=True, officer=True, viewer=True, methods=("POST",))
def choose_preferences(request: HttpRequest) -> HttpResponse:
    """Remember what was chosen for this browser; what the form leaves out stays."""
    response = HttpResponseRedirect(safe_target(request, request.POST.get("next", "/")))
    for name, choices in CHOICES.items():
        chosen = request.POST.get(name, "")
        if chosen in choices:
            response.set_cookie(_cookie(name), chosen, max_age=YEAR_S, httponly=True, samesite="Lax")
    return response


def _cookie(name: str) -> str:
    return f"wasl_{name}"


ROUTES = [path("preferences/", choose_preferences, name="preferences")]
