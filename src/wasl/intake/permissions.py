"""Who may bring lists in and take them out."""

from __future__ import annotations

from wasl.kernel.errors import NotAllowed, NotFound
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer


def can_change_lists(viewer: Viewer, organisation_id: int) -> bool:
    """Tell whether `viewer` may load, withdraw and restore lists of this organisation."""
    if viewer.is_desk:
        return True
    return viewer.role == Role.OFFICER and viewer.organisation_id == organisation_id


def check_can_change_lists(viewer: Viewer, organisation_id: int, code: str) -> None:
    """
    :raises NotFound: another organisation's list does not exist for this viewer.
    :raises NotAllowed: the viewer's role only reads.
    """
    if not viewer.is_desk and viewer.organisation_id != organisation_id:
        raise NotFound("organisation.unknown", code=code)
    if not can_change_lists(viewer, organisation_id):
        raise NotAllowed("list.only_officers_change")
