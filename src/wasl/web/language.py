"""Which of the two languages a page speaks: the visitor's choice, else the user's, else Arabic."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

LANGUAGE_COOKIE = "wasl_language"
LANGUAGES = ("ar", "en")


class LanguageMiddleware:
    """Activate the language for the time of a request. The browser's preference is not asked: Arabic is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        language = chosen if chosen in LANGUAGES else "ar"
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def language_context(request: HttpRequest) -> dict[str, str]:
    """Return what every template needs to know of the language."""
    language = getattr(request, "LANGUAGE_CODE", "ar")
    user = getattr(request, "user", None)
    organisation = user.organisation if user is not None and user.is_authenticated else None
    return {
        "organisation_name": organisation.get_name(language) if organisation else "",
        "language": language,
        "direction": "rtl" if language == "ar" else "ltr",
        "other_language": "en" if language == "ar" else "ar",
    }
