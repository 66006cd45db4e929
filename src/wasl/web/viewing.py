"""Turn the signed-in user of a request into the viewer that queries and actions know."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse

from wasl.organisations.models import User
from wasl.organisations.queries import viewer_of
from wasl.organisations.viewer import Viewer


class ViewerMiddleware:
    """Set `request.viewer`: a Viewer, or None for a stranger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = request.user.is_authenticated
        request.viewer = viewer_of(cast(User, request.user)) if signed_in else None  # type: ignore[attr-defined]
        return self.get_response(request)


def get_viewer_of(request: HttpRequest) -> Viewer:
    """Return who is looking at this page; every page but the door has somebody."""
    viewer = getattr(request, "viewer", None)
    assert isinstance(viewer, Viewer), "a page that strangers may see asks for its viewer"
    return viewer
