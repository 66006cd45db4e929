"""Pages for what went wrong, and a sign of life for whoever watches the server."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from wasl.kernel.errors import InvariantBroken, WaslError
from wasl.web.words import say, say_error


@login_not_required
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer `ok` if the database answers; say nothing else to a stranger."""
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("unavailable\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show 400."""
    return _problem(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show 403."""
    return _problem(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show 404, the same for what is absent and what is not the viewer's."""
    return _problem(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Show 500."""
    return _problem(request, 500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show that a form came from a page too old, or from elsewhere."""
    return render(request, "web/problem.html", {"words": say("error.csrf")}, status=403)


class ProblemMiddleware:
    """Turn what the areas refuse into a page that says what happened, with the status of its kind."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a domain error; anything else is broken and is logged as such."""
        if not isinstance(exception, WaslError) or isinstance(exception, InvariantBroken):
            return None
        words = say("error.404") if exception.http == 404 else say_error(exception)
        return render(request, "web/problem.html", {"words": words}, status=exception.http)


def _problem(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "web/problem.html", {"words": say(f"error.{status}")}, status=status)
