"""Reads for whoever keeps the members: organisations with their users, and when each last came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wasl.kernel.errors import NotFound
from wasl.organisations.permissions import check_can_keep_organisations
from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows

USERS_A_PAGE = 100


@dataclass(frozen=True)
class OrganisationView:
    """One organisation, how many may sign in for it, and when one of them last did."""

    code: str
    kind: str
    name_ar: str
    name_en: str
    created_at: datetime
    users: int
    last_sign_in: datetime | None


@dataclass(frozen=True)
class UserView:
    """One user as the desk sees them; `link_expires_at` where a sign-in link waits to be used."""

    user_id: int
    username: str
    organisation: str
    kind: str
    name_ar: str
    name_en: str
    role: str
    is_active: bool
    created_at: datetime
    last_sign_in: datetime | None
    link_expires_at: datetime | None


@dataclass(frozen=True)
class SignIn:
    """One time somebody came in, by password or by link."""

    at: datetime
    how: str


# The newest sign-in of a user by the index that holds nothing else.
LAST_SIGN_IN = """
    LEFT JOIN LATERAL (
        SELECT at FROM audit_entry WHERE action = 'user.signed_in' AND username = u.username ORDER BY id DESC LIMIT 1
    ) AS came ON true
"""
ORGANISATIONS = f"""
SELECT o.code, o.kind, o.name_ar, o.name_en, o.created_at,
    count(u.id) FILTER (WHERE u.is_active)::integer, max(came.at)
FROM organisations_organisation AS o
LEFT JOIN organisations_user AS u ON u.organisation_id = o.id
{LAST_SIGN_IN}
WHERE (%(code)s::text IS NULL OR o.code = %(code)s)
GROUP BY o.id ORDER BY o.code
"""
USERS = f"""
SELECT u.id, u.username, o.code, o.kind, o.name_ar, o.name_en, u.role, u.is_active, u.created_at, came.at, link.until
FROM organisations_user AS u
JOIN organisations_organisation AS o ON o.id = u.organisation_id
{LAST_SIGN_IN}
LEFT JOIN LATERAL (
    SELECT max(expires_at) AS until FROM organisations_signinlink AS l
    WHERE l.user_id = u.id AND l.used_at IS NULL AND l.expires_at > now()
) AS link ON u.is_active
WHERE (%(username)s::text IS NULL OR lower(u.username) = lower(%(username)s))
AND (%(organisation)s::text IS NULL OR o.code = %(organisation)s)
AND (%(role)s::text IS NULL OR u.role = %(role)s)
AND (%(active)s::boolean IS NULL OR u.is_active = %(active)s)
AND (%(part)s = '' OR strpos(lower(u.username), lower(%(part)s)) > 0)
AND (%(after_organisation)s::text IS NULL OR (o.code, u.username) > (%(after_organisation)s, %(after_username)s))
ORDER BY o.code, u.username LIMIT %(limit)s
"""
SIGN_INS = """
SELECT at, coalesce(detail ->> 'how', '') FROM audit_entry
WHERE action = 'user.signed_in' AND username = %s ORDER BY id DESC LIMIT %s
"""


def list_organisation_views(viewer: Viewer) -> Sequence[OrganisationView]:
    """
    Return every organisation by code.

    :raises NotAllowed: only the desk may.
    """
    return [OrganisationView(*row) for row in _select(viewer, ORGANISATIONS, {"code": None})]


def access_organisation_view(viewer: Viewer, code: str) -> OrganisationView:
    """Return one organisation. :raises NotFound: no such. :raises NotAllowed: only the desk may."""
    rows = _select(viewer, ORGANISATIONS, {"code": code})
    if not rows:
        raise NotFound("organisation.unknown", code=code)
    return OrganisationView(*rows[0])


def list_user_views(
    viewer: Viewer,
    *,
    organisation: str | None = None,
    role: str | None = None,
    active: bool | None = None,
    part: str = "",
    after: tuple[str, str] | None = None,
    limit: int = USERS_A_PAGE,
) -> Sequence[UserView]:
    """
    Return users by organisation and name; `part` is anywhere in the name, `after` where the last page ended.

    :raises NotAllowed: only the desk may.
    """
    after_organisation, after_username = after or (None, None)
    params = {
        "username": None, "organisation": organisation, "role": role, "active": active, "part": part,
        "after_organisation": after_organisation, "after_username": after_username, "limit": limit,
    }  # fmt: skip
    return [UserView(*row) for row in _select(viewer, USERS, params)]


def access_user_view(viewer: Viewer, username: str) -> UserView:
    """Return one user. :raises NotFound: no such. :raises NotAllowed: only the desk may."""
    params = {
        "username": username, "organisation": None, "role": None, "active": None, "part": "",
        "after_organisation": None, "after_username": None, "limit": 1,
    }  # fmt: skip
    rows = _select(viewer, USERS, params)
    if not rows:
        raise NotFound("user.unknown", username=username)
    return UserView(*rows[0])


def list_sign_ins(viewer: Viewer, username: str, limit: int = 10) -> Sequence[SignIn]:
    """Return the last times a user came in, newest first. :raises NotAllowed: only the desk may."""
    return [SignIn(*row) for row in _select(viewer, SIGN_INS, [username, limit])]


def _select(viewer: Viewer, sql: str, params: Any) -> list[tuple[Any, ...]]:
    check_can_keep_organisations(viewer)
    return read_rows(viewer, sql, params)
