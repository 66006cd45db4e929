"""Reads of organisations and users. Those that serve signing in use the `door` connection."""

from __future__ import annotations

from collections.abc import Sequence

from wasl.kernel.errors import NotAllowed, NotFound
from wasl.organisations.models import Organisation, User
from wasl.organisations.permissions import check_can_keep_organisations
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope

CONSOLE = "console"


def viewer_of(user: User) -> Viewer:
    """Return the viewer that `user` is; reads the organisation unless it came with the user."""
    return Viewer(user.pk, user.username, user.organisation_id, user.organisation.code, user.role)


def get_viewer(username: str) -> Viewer:
    """
    Return who acts under `username`.

    :raises NotFound: nobody of that name. :raises NotAllowed: the user is disabled.
    """
    user = User.objects.using("door").select_related("organisation").filter(username__iexact=username).first()
    if user is None:
        raise NotFound("user.unknown", username=username)
    if not user.is_active:
        raise NotAllowed("user.disabled", username=username)
    return viewer_of(user)


def get_organisation(viewer: Viewer, code: str) -> Organisation:
    """
    Return the organisation of this code: every member may know who the members are.

    :raises NotFound: no such organisation.
    """
    with scope(viewer):
        organisation = Organisation.objects.filter(code=code).first()
    if organisation is None:
        raise NotFound("organisation.unknown", code=code)
    return organisation


def access_organisation(viewer: Viewer, code: str) -> Organisation:
    """
    Return the organisation for whose rows `viewer` may act: its own, for the desk any.

    :raises NotFound: no such organisation, or not the viewer's.
    """
    if not viewer.is_desk and code != viewer.organisation_code:
        raise NotFound("organisation.unknown", code=code)
    return get_organisation(viewer, code)


def list_organisations(viewer: Viewer) -> Sequence[Organisation]:
    """Return every organisation by code."""
    with scope(viewer):
        return list(Organisation.objects.order_by("code"))


def list_users(viewer: Viewer) -> Sequence[User]:
    """
    Return every user with the organisation.

    :raises NotAllowed: only the desk may.
    """
    check_can_keep_organisations(viewer)
    with scope(viewer):
        return list(User.objects.select_related("organisation").order_by("organisation__code", "username"))
