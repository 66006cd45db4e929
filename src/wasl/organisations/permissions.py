"""Who may change organisations and users."""

from __future__ import annotations

from wasl.kernel.errors import NotAllowed
from wasl.organisations.viewer import Viewer


def can_keep_organisations(viewer: Viewer) -> bool:
    """Tell whether `viewer` may add organisations and users, reset and disable."""
    return viewer.is_desk


def check_can_keep_organisations(viewer: Viewer) -> None:
    """:raises NotAllowed: only the desk may."""
    if not can_keep_organisations(viewer):
        raise NotAllowed("desk.only")
