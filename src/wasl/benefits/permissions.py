"""Who may report for an organisation."""

from __future__ import annotations

from wasl.kernel.errors import NotAllowed
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer


def can_report(viewer: Viewer) -> bool:
    """Tell whether `viewer` may say what its organisation gave; a viewer only reads."""
    return viewer.role != Role.VIEWER


def check_can_report(viewer: Viewer) -> None:
    """:raises NotAllowed: the viewer's role only reads."""
    if not can_report(viewer):
        raise NotAllowed("nothing.only_officers_report")


def can_keep_needs(viewer: Viewer) -> bool:
    """Tell whether `viewer` may change needs, slots and seasons."""
    return viewer.is_desk


def check_can_keep_needs(viewer: Viewer) -> None:
    """:raises NotAllowed: only the desk may."""
    if not can_keep_needs(viewer):
        raise NotAllowed("desk.only")
