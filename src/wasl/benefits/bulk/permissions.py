"""Who may act on many at once: an officer for its own organisation. The desk never gives."""

from __future__ import annotations

from wasl.benefits.bulk.queries import Bulk
from wasl.benefits.grants.permissions import can_grant
from wasl.kernel.errors import NotAllowed
from wasl.organisations.viewer import Viewer


def can_make_bulks(viewer: Viewer) -> bool:
    """Tell whether `viewer` may reserve, approve, deliver and take back for its organisation."""
    return can_grant(viewer)


def check_can_make_bulks(viewer: Viewer) -> None:
    """:raises NotAllowed: the desk, which never gives, or a role that only reads."""
    if viewer.is_desk:
        raise NotAllowed("bulk.desk_never_gives", username=viewer.username)
    if not can_make_bulks(viewer):
        raise NotAllowed("bulk.only_officers_give")


def can_change(viewer: Viewer, bulk: Bulk) -> bool:
    """Tell whether `viewer` may start, follow or drop this bulk."""
    return can_make_bulks(viewer) and viewer.organisation_id == bulk.organisation_id
