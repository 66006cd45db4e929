"""
Which digits this page shows: Western unless the browser chose Eastern.

Only what is shown: addresses, inputs, exports and what is copied stay Western.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

COOKIE = "wasl_digits"
EASTERN = str.maketrans("0123456789,.", "٠١٢٣٤٥٦٧٨٩٬٫")
_eastern: ContextVar[bool] = ContextVar("eastern_digits", default=False)


class DigitsMiddleware:
    """Show the digits this browser chose for the time of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _eastern.set(request.COOKIES.get(COOKIE) == "eastern")
        try:
            return self.get_response(request)
        finally:
            _eastern.reset(token)


def show_digits(text: str) -> str:
    """Return a number or a date in words with the digits that are shown."""
    return text.translate(EASTERN) if _eastern.get() else text
