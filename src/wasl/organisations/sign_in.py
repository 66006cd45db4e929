"""The authentication backend: a name and a password, looked up on the `door` connection."""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from wasl.organisations.models import User


class DoorBackend(BaseBackend):
    """Lets in an active user whose password fits; an unknown name costs as much time as a known one."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_: object,
    ) -> User | None:
        """Return the user, or None."""
        if not username or password is None:
            return None
        user = (
            User.objects.using("door")
            .select_related("organisation")
            .filter(username__iexact=username)
            .first()
        )
        if user is None:
            make_password(password)
            return None
        return user if check_password(password, user.password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """Return the user of a session, unless disabled since."""
        return (
            User.objects.using("door")
            .select_related("organisation")
            .filter(pk=user_id, is_active=True)
            .first()
        )
