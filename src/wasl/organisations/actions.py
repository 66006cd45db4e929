"""Writes of organisations and users, each with its audit entry in the same transaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import connections

from wasl.audit.actions import record_audit
from wasl.kernel.errors import Conflict, NotFound, RuleRefused
from wasl.organisations.models import Organisation, SignInLink, User
from wasl.organisations.permissions import check_can_keep_organisations
from wasl.organisations.queries import CONSOLE, viewer_of
from wasl.organisations.rules import (
    SIGN_IN_LINK_HOURS,
    OrganisationKind,
    Role,
    check_organisation_code,
    check_organisation_names,
    check_other_account,
    check_role_fits,
    check_username,
    digest_token,
)
from wasl.organisations.viewer import INSTALLER, DoorScope, Viewer
from wasl.store.connections import scope

SECRETARIAT = "secretariat"


@dataclass(frozen=True)
class NewUser:
    """A user and the token of the one-time link; None where the user stood already."""

    user: User
    token: str | None


def add_organisation(
    *, by: Viewer, at: datetime, code: str, kind: OrganisationKind, name_ar: str, name_en: str = ""
) -> tuple[Organisation, bool]:
    """
    Add an organisation; return it and whether it is new.

    :raises Conflict: the code stands for an organisation of another kind or name.
    """
    check_can_keep_organisations(by)
    check_organisation_code(code)
    check_organisation_names(name_ar, name_en)
    with scope(by):
        found = Organisation.objects.filter(code=code).first()
        if found is not None:
            if (found.kind, found.name_ar, found.name_en) != (kind.value, name_ar, name_en):
                raise Conflict("organisation.differs", code=code, name=found.name_ar, kind=found.kind)
            return found, False
        if kind is OrganisationKind.SECRETARIAT and Organisation.objects.filter(kind=kind.value).exists():
            raise Conflict("organisation.secretariat_exists")
        made = Organisation.objects.create(
            code=code, kind=kind.value, name_ar=name_ar, name_en=name_en, created_at=at
        )
        record_audit(
            by=by, at=at, action="organisation.added", object_kind="organisation", object_code=code,
            detail={"kind": kind.value},
        )  # fmt: skip
    return made, True


def rename_organisation(*, by: Viewer, at: datetime, code: str, name_ar: str, name_en: str = "") -> bool:
    """
    Give an organisation other names; its code stays. Return False where they were these already.

    :raises NotFound: no such organisation. :raises InvalidInput: no Arabic name, or too long.
    """
    check_can_keep_organisations(by)
    check_organisation_names(name_ar, name_en)
    with scope(by):
        found = Organisation.objects.select_for_update().filter(code=code).first()
        if found is None:
            raise NotFound("organisation.unknown", code=code)
        if (found.name_ar, found.name_en) == (name_ar, name_en):
            return False
        Organisation.objects.filter(pk=found.pk).update(name_ar=name_ar, name_en=name_en)
        record_audit(
            by=by, at=at, action="organisation.renamed", object_kind="organisation", object_code=code,
            detail={"name_ar": found.name_ar != name_ar, "name_en": found.name_en != name_en},
        )  # fmt: skip
    return True


def add_user(
    *, by: Viewer, at: datetime, username: str, organisation_code: str, role: Role, language: str = "ar"
) -> NewUser:
    """
    Add a user without a password, and a one-time link to set one.

    :raises NotFound: no such organisation. :raises RuleRefused: a desk user outside the secretariat.
    :raises Conflict: the name belongs to a user of another organisation or role.
    """
    check_can_keep_organisations(by)
    check_username(username)
    with scope(by):
        organisation = Organisation.objects.filter(code=organisation_code).first()
        if organisation is None:
            raise NotFound("organisation.unknown", code=organisation_code)
        check_role_fits(role, OrganisationKind(organisation.kind))
        found = User.objects.select_related("organisation").filter(username__iexact=username).first()
        if found is not None:
            if (found.organisation_id, found.role) != (organisation.pk, role.value):
                raise Conflict("user.differs", username=username)
            return NewUser(found, None)
        user = User.objects.create(
            username=username, organisation=organisation, organisation_kind=organisation.kind,
            role=role.value, language=language, password=make_password(None), created_at=at,
        )  # fmt: skip
        record_audit(
            by=by, at=at, action="user.added", object_kind="user", object_code=username,
            detail={"organisation": organisation_code, "role": role.value},
        )  # fmt: skip
        return NewUser(user, _make_link(user, at))


def reset_user(*, by: Viewer, at: datetime, username: str) -> NewUser:
    """
    Take a user's password away, enable the user, and return a one-time link to set a new one.

    :raises RuleRefused: one's own: the page that shows the link would be shut with the password.
    """
    check_can_keep_organisations(by)
    with scope(by):
        user = _get_user(username)
        check_other_account(by.user_id, user.pk)
        SignInLink.objects.filter(user=user, used_at=None).update(used_at=at)
        User.objects.filter(pk=user.pk).update(password=make_password(None), is_active=True)
        record_audit(
            by=by, at=at, action="user.reset", object_kind="user", object_code=user.username, detail={}
        )
        return NewUser(user, _make_link(user, at))


def disable_user(*, by: Viewer, at: datetime, username: str) -> bool:
    """
    Shut a user out, links and open sessions included; return False where that was so already.

    Nothing of the user's is taken away, so that `enable_user` undoes it.

    :raises RuleRefused: oneself, or the user of the command line.
    """
    check_can_keep_organisations(by)
    with scope(by):
        user = _get_user(username)
        check_other_account(by.user_id, user.pk)
        _check_not_console(user)
        return _set_active(by, at, user, False)


def enable_user(*, by: Viewer, at: datetime, username: str) -> bool:
    """Let a disabled user in again, with the password they had; return False where nobody was shut out."""
    check_can_keep_organisations(by)
    with scope(by):
        return _set_active(by, at, _get_user(username), True)


def change_role(*, by: Viewer, at: datetime, username: str, role: Role) -> bool:
    """
    Let a user do more or less within the same organisation; return False where the role was this already.

    :raises RuleRefused: one's own role, the command line's, or a desk user outside the secretariat.
    """
    check_can_keep_organisations(by)
    with scope(by):
        user = _get_user(username)
        check_other_account(by.user_id, user.pk)
        _check_not_console(user)
        check_role_fits(role, OrganisationKind(user.organisation_kind))
        if user.role == role.value:
            return False
        User.objects.filter(pk=user.pk).update(role=role.value)
        record_audit(
            by=by, at=at, action="user.role_changed", object_kind="user", object_code=user.username,
            detail={"from": user.role, "to": role.value},
        )  # fmt: skip
    return True


def set_password(*, by: Viewer, at: datetime, username: str, password: str) -> None:
    """Set a user's password for them; for demonstrations, where the password is printed anyway."""
    check_can_keep_organisations(by)
    with scope(by):
        user = _get_user(username)
        User.objects.filter(pk=user.pk).update(password=make_password(password))
        record_audit(
            by=by, at=at, action="user.password_set", object_kind="user", object_code=user.username, detail={}
        )


def find_link_user(token: str) -> User | None:
    """Return the user a sign-in link would let in, or None where it is unknown, used or too old."""
    with scope(DoorScope(), using="door"), connections["door"].cursor() as cursor:
        cursor.execute(
            "SELECT user_id FROM organisations_signinlink"
            " WHERE digest = %s AND used_at IS NULL AND expires_at > clock_timestamp()",
            [digest_token(token)],
        )
        row = cursor.fetchone()
        return None if row is None else User.objects.using("door").filter(pk=row[0], is_active=True).first()


def use_sign_in_link(*, at: datetime, token: str, password: str) -> User:
    """
    Set the password of the link's user and spend the link, both or neither.

    Of two who come with one link at once, one wins: the link is spent by a single statement,
    judged by the database's clock.

    :raises NotFound: unknown, used or expired; the three are not told apart.
    """
    with scope(DoorScope(), using="door"):
        with connections["door"].cursor() as cursor:
            cursor.execute(
                "UPDATE organisations_signinlink SET used_at = clock_timestamp()"
                " WHERE digest = %s AND used_at IS NULL AND expires_at > clock_timestamp() RETURNING user_id",
                [digest_token(token)],
            )
            row = cursor.fetchone()
        if row is None:
            raise NotFound("link.unknown")
        user = (
            User.objects.using("door")
            .select_related("organisation")
            .filter(pk=row[0], is_active=True)
            .first()
        )
        if user is None:
            raise NotFound("link.unknown")
        user.password = make_password(password)
        User.objects.using("door").filter(pk=user.pk).update(password=user.password)
    record_sign_in(user=user, at=at, how="link")
    return user


def record_sign_in(*, user: User, at: datetime, how: str) -> None:
    """Write down that somebody came in, by password or by link."""
    viewer = viewer_of(user)
    with scope(viewer):
        record_audit(
            by=viewer, at=at, action="user.signed_in", object_kind="user", object_code=user.username,
            detail={"how": how},
        )  # fmt: skip


def found_alliance(*, at: datetime) -> bool:
    """Make the secretariat and the user the command line acts as; return False where both stand."""
    _, organisation_is_new = add_organisation(
        by=INSTALLER, at=at, code=SECRETARIAT, kind=OrganisationKind.SECRETARIAT,
        name_ar="الأمانة العامة", name_en="Secretariat",
    )  # fmt: skip
    console = add_user(by=INSTALLER, at=at, username=CONSOLE, organisation_code=SECRETARIAT, role=Role.DESK)
    return organisation_is_new or console.token is not None


def _get_user(username: str) -> User:
    """Return the user, locked until the transaction ends."""
    users = User.objects.select_related("organisation").select_for_update(of=("self",))
    user = users.filter(username__iexact=username).first()
    if user is None:
        raise NotFound("user.unknown", username=username)
    return user


def _check_not_console(user: User) -> None:
    """:raises RuleRefused: the command line acts as this user; without it nobody could repair anything."""
    if user.username == CONSOLE:
        raise RuleRefused("user.console_stays")


def _set_active(by: Viewer, at: datetime, user: User, active: bool) -> bool:
    if user.is_active == active:
        return False
    User.objects.filter(pk=user.pk).update(is_active=active)
    action = "user.enabled" if active else "user.disabled"
    record_audit(by=by, at=at, action=action, object_kind="user", object_code=user.username, detail={})
    return True


def _make_link(user: User, at: datetime) -> str:
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        user=user,
        digest=digest_token(token),
        created_at=at,
        expires_at=at + timedelta(hours=SIGN_IN_LINK_HOURS),
    )
    return token
