"""Who may answer for an organisation, and who decides."""

from __future__ import annotations

from wasl.kernel.errors import NotAllowed
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer


def can_answer(viewer: Viewer) -> bool:
    """Tell whether `viewer` may answer for its organisation; a viewer only reads."""
    return viewer.role == Role.OFFICER


def check_can_answer(viewer: Viewer) -> None:
    """:raises NotAllowed: the viewer is no officer of an organisation."""
    if not can_answer(viewer):
        raise NotAllowed("overlap.only_officers_answer")


def check_can_decide(viewer: Viewer) -> None:
    """:raises NotAllowed: the viewer is not of the secretariat."""
    if not viewer.is_desk:
        raise NotAllowed("overlap.only_secretariat_decides")
