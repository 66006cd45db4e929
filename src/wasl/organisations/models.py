"""Organisations, their users, and one-time links by which a user sets a password."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.functions import Lower

from wasl.kernel.naming import name_in


class Organisation(models.Model):
    """A charity, the ministry or the secretariat. Its code is read aloud and never changes."""

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12)
    name_ar = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organisation_kind_known",
                condition=models.Q(kind__in=["charity", "ministry", "secretariat"]),
            ),
            models.CheckConstraint(
                name="organisation_code_form", condition=models.Q(code__regex=r"^[a-z][a-z0-9_]{1,19}$")
            ),
            models.CheckConstraint(name="organisation_named", condition=~models.Q(name_ar="")),
            # Composite foreign keys point here: a user's row states its organisation's kind.
            models.UniqueConstraint(name="organisation_id_kind", fields=["id", "kind"]),
            models.UniqueConstraint(
                name="organisation_one_secretariat",
                fields=["kind"],
                condition=models.Q(kind="secretariat"),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_name(self, language: str) -> str:
        """Return the name in `language`; Arabic where there is no English one."""
        return name_in(language, self.name_ar, self.name_en)


class User(AbstractBaseUser):
    """
    One person who signs in, for one organisation and in one role.

    `user_desk_in_secretariat` keeps whoever sees everything inside the secretariat: the kind is
    copied into the row, held equal to the organisation's by a composite foreign key.
    """

    username = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="users")
    organisation_kind = models.CharField(max_length=12)
    role = models.CharField(max_length=8)
    language = models.CharField(max_length=2, default="ar")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    # Django would write at every sign-in; the audit log says more.
    last_login = None

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_name_once"),
            models.CheckConstraint(
                name="user_role_known", condition=models.Q(role__in=["desk", "officer", "viewer"])
            ),
            models.CheckConstraint(
                name="user_desk_in_secretariat",
                condition=~models.Q(role="desk") | models.Q(organisation_kind="secretariat"),
            ),
            models.CheckConstraint(name="user_language_known", condition=models.Q(language__in=["ar", "en"])),
        ]

    def __str__(self) -> str:
        return self.username


class SignInLink(models.Model):
    """A link that lets its user set a password once, before it expires. Only a digest of its token is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    digest = models.BinaryField(unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
