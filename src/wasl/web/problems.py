"""Pages for what went wrong, and a sign of life for whoever watches the server."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from wasl.web.words import say


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


def _problem(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "web/problem.html", {"words": say(f"error.{status}")}, status=status)
