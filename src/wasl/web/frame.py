"""The frame around every page: where one may go, and what may be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from wasl.organisations.viewer import Viewer

# A section with several pages shows them as tabs under the bar, so that the bar stays short.
SECTIONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("nav.inbox", (("nav.inbox", "/inbox/"),)),
    ("nav.home", (("nav.home", "/"),)),
    ("nav.who", (("nav.who", "/who/"),)),
    (
        "nav.giving",
        (
            ("nav.door", "/desk/"),
            ("nav.grants", "/grants/"),
            ("nav.bulk", "/bulk/"),
            ("nav.funding", "/funding/"),
            ("nav.headcounts", "/headcounts/"),
        ),
    ),
    ("nav.lists", (("nav.lists", "/lists/"),)),
    ("nav.overlaps", (("nav.overlaps", "/overlaps/"),)),
    ("nav.gaps", (("nav.gaps", "/gaps/"),)),
    ("nav.runs", (("nav.review", "/review/"), ("accuracy.title", "/accuracy/"), ("nav.runs", "/runs/"))),
    ("nav.needs", (("nav.needs", "/needs/"),)),
    ("nav.members", (("nav.members", "/organisations/"),)),
    ("nav.help", (("nav.help", "/help/"),)),
)
OFFERS = "undo_offers"


@dataclass(frozen=True)
class Place:
    """One page of the navigation, or a section: its first page that the viewer may open."""

    words: str
    href: str
    is_here: bool
    pages: tuple[Place, ...] = ()
    """The pages of a section, where it has more than one for this viewer."""


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
        "navigation": (navigation := _sections(viewer, request.path)),
        "section": next((place for place in navigation if place.is_here and place.pages), None),
        "undo_offers": [UndoOffer(*offer) for offer in offers],
    }


def _sections(viewer: Viewer, path: str) -> list[Place]:
    sections = []
    for words, pages in SECTIONS:
        open_to = tuple(
            Place(name, href, _is_here(path, href)) for name, href in pages if _may_open(viewer, href)
        )
        if len(open_to) == 1:
            sections.append(open_to[0])
        elif open_to:
            sections.append(Place(words, open_to[0].href, any(one.is_here for one in open_to), open_to))
    return sections


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
