"""What an organisation and a user may be, without a database."""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum

from wasl.kernel.errors import InvalidInput, RuleRefused

ORGANISATION_CODE = re.compile(r"[a-z][a-z0-9_]{1,19}")
USERNAME = re.compile(r"[^\W_][\w.-]{1,39}")
SIGN_IN_LINK_HOURS = 72
ORGANISATION_NAME_LENGTH = 200


class OrganisationKind(StrEnum):
    """What sort of body an organisation is; there is one secretariat and one ministry answers for the state."""

    CHARITY = "charity"
    MINISTRY = "ministry"
    SECRETARIAT = "secretariat"


class Role(StrEnum):
    """
    What a user may do.

    The desk of the secretariat sees everything; an officer works with one organisation's rows; a
    viewer reads them.
    """

    DESK = "desk"
    OFFICER = "officer"
    VIEWER = "viewer"


def check_organisation_code(code: str) -> None:
    """:raises InvalidInput: `code` is not 2–20 of lowercase letters, digits and `_`, a letter first."""
    if not ORGANISATION_CODE.fullmatch(code):
        raise InvalidInput("organisation.code_malformed", code=code)


def check_organisation_names(name_ar: str, name_en: str) -> None:
    """:raises InvalidInput: no Arabic name, or one longer than any table could show."""
    if not name_ar.strip():
        raise InvalidInput("organisation.name_missing")
    if max(len(name_ar), len(name_en)) > ORGANISATION_NAME_LENGTH:
        raise InvalidInput("organisation.name_too_long", longest=ORGANISATION_NAME_LENGTH)


def check_username(username: str) -> None:
    """:raises InvalidInput: `username` is not 2–40 letters, digits, `.`, `-` or `_`."""
    if not USERNAME.fullmatch(username):
        raise InvalidInput("user.name_malformed", username=username)


def check_role_fits(role: Role, kind: OrganisationKind) -> None:
    """:raises RuleRefused: a desk user outside the secretariat would see everybody's families."""
    if role is Role.DESK and kind is not OrganisationKind.SECRETARIAT:
        raise RuleRefused("user.desk_outside_secretariat")


def check_other_account(acting_user_id: int | None, user_id: int) -> None:
    """:raises RuleRefused: whoever shuts themself out, or gives away their own role, cannot take it back."""
    if acting_user_id == user_id:
        raise RuleRefused("user.own_account")


def digest_token(token: str) -> bytes:
    """Return what is stored of a sign-in link's token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()
