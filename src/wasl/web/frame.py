"""The frame around every page: where one may go, and what may be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from wasl.organisations.viewer import Viewer

PAGES = (
    ("nav.inbox", "/inbox/"),
    ("nav.home", "/"),
    ("nav.door", "/desk/"),
    ("nav.grants", "/grants/"),
    ("nav.funding", "/funding/"),
    ("nav.headcounts", "/headcounts/"),
    ("nav.lists", "/lists/"),
    ("nav.overlaps", "/overlaps/"),
    ("nav.gaps", "/gaps/"),
    ("nav.review", "/review/"),
    ("nav.runs", "/runs/"),
    ("nav.needs", "/needs/"),
    ("nav.members", "/organisations/"),
    ("nav.help", "/help/"),
)
OFFERS = "undo_offers"


@dataclass(frozen=True)
class Place:
    """One page of the navigation."""

    words: str
    href: str
    is_here: bool


@dataclass(frozen=True)
class UndoOffer:
    """What was done, in words, and the form that takes it back."""

    words: str
    action: str
    fields: Mapping[str, str]


def offer_undo(request: HttpRequest, words: str, action: str, **fields: str) -> None:
    """Say on the next page what was done, with a button that posts `fields` to `action` and takes it back."""
    offers = request.session.get(OFFERS, [])
    # The session is a cookie: the last few are enough.
    request.session[OFFERS] = [*offers, [words, action, fields]][-3:]


def frame_context(request: HttpRequest) -> dict[str, object]:
    """Return the pages this viewer may open, and the undo offers to be shown once."""
    viewer = getattr(request, "viewer", None)
    if not isinstance(viewer, Viewer):
        return {}
    offers = request.session.pop(OFFERS, []) if request.method == "GET" and not _is_fragment(request) else []
    return {
        "navigation": [
            Place(words, href, _is_here(request.path, href))
            for words, href in PAGES
            if _may_open(viewer, href)
        ],
        "undo_offers": [UndoOffer(*offer) for offer in offers],
    }


def _is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _is_here(path: str, href: str) -> bool:
    return path == href if href == "/" else path.startswith(href)


def _may_open(viewer: Viewer, href: str) -> bool:
    try:
        view = resolve(href).func
    except Resolver404:
        return False
    return bool(getattr(view, "roles", {}).get(str(viewer.role)))
