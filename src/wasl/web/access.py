"""
Who may open which page, said on the page itself: `@page(desk=…, officer=…, viewer=…)`.

A route without it fails the tests, and so does one whose answers to a role are not what it says.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.cache import patch_cache_control

from wasl.kernel.errors import NotAllowed
from wasl.store.connections import reading
from wasl.web.viewing import get_viewer_of

View = Callable[..., HttpResponse]
READS = ("GET", "HEAD")


def page(
    *, desk: bool, officer: bool, viewer: bool, methods: tuple[str, ...] = ("GET",)
) -> Callable[[View], View]:
    """
    Let the roles named through, and no other method than `methods`.

    A GET runs in one transaction with the viewer's scope, which every query in it shares; a POST does not,
    so that each action is a transaction of its own.
    """
    roles = {"desk": desk, "officer": officer, "viewer": viewer}
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            who = get_viewer_of(request)
            if not roles[str(who.role)]:
                raise NotAllowed("page.not_for_role")
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            if request.method in READS:
                with reading(who):
                    response = view(request, *args, **kwargs)
            else:
                response = view(request, *args, **kwargs)
            patch_cache_control(response, no_store=True, private=True)
            return response

        guarded.roles = roles  # type: ignore[attr-defined]
        guarded.methods = allowed  # type: ignore[attr-defined]
        return guarded

    return mark
