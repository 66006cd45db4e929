"""What `wasl verify` asks of the pages: a guard in code, for no row can show that a page let somebody in."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from wasl.store.verification import Check

GUARD = "django.contrib.auth.middleware.LoginRequiredMiddleware"
OPEN_ROUTES = frozenset({"sign_in", "language", "use_link", "healthz"})
"""What a stranger may see, by name."""


def find_open_routes() -> list[tuple[object, ...]] | None:
    """Return the routes that let a stranger in and should not; None where nothing asks to sign in at all."""
    if GUARD not in settings.MIDDLEWARE:
        return None
    return [
        (str(route.pattern),)
        for route in _routes(get_resolver().url_patterns)
        if not getattr(route.callback, "login_required", True) and route.name not in OPEN_ROUTES
    ]


def _routes(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns)
        else:
            yield pattern


CHECKS = [
    Check(
        "A3",
        "every page asks a stranger to sign in; tests/integration/web/test_door.py walks the routes",
        find_breaches=find_open_routes,
    ),
]
