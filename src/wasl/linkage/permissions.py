"""Who may run the engine and decide about pairs."""

from __future__ import annotations

from wasl.kernel.errors import NotAllowed
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer


def can_link(viewer: Viewer) -> bool:
    """Tell whether `viewer` may start and cancel runs, and give verdicts: they concern every organisation."""
    return viewer.is_desk


def check_can_link(viewer: Viewer) -> None:
    """:raises NotAllowed: only the desk may."""
    if not can_link(viewer):
        raise NotAllowed("desk.only")


def check_can_link_own(viewer: Viewer) -> None:
    """:raises NotAllowed: whoever may not write lists has nothing new to link."""
    if viewer.role not in (Role.OFFICER, Role.DESK):
        raise NotAllowed("list.only_officers_change")


def can_report_doubt(viewer: Viewer) -> bool:
    """Tell whether `viewer` may say of own entries that they are another family."""
    return viewer.role in (Role.OFFICER, Role.DESK)
