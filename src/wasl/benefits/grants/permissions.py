"""Who may reserve, approve and deliver."""

from __future__ import annotations

from wasl.kernel.errors import NotAllowed
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer


def can_grant(viewer: Viewer) -> bool:
    """Tell whether `viewer` may give for its organisation: the desk never gives, a viewer only reads."""
    return viewer.role == Role.OFFICER


def check_can_grant(viewer: Viewer) -> None:
    """:raises NotAllowed: not an officer of an organisation."""
    if not can_grant(viewer):
        raise NotAllowed("grant.only_officers")
