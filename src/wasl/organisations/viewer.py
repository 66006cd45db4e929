"""Who is looking: the first argument of every read, the `by` of every write."""

from __future__ import annotations

from dataclasses import dataclass

from wasl.organisations.rules import Role


@dataclass(frozen=True)
class Viewer:
    """A user as far as rights go. `store.connections.scope` turns it into what the database lets through."""

    user_id: int | None
    username: str
    organisation_id: int | None
    organisation_code: str
    role: str

    @property
    def is_desk(self) -> bool:
        """Tell whether the viewer belongs to the secretariat's identity desk."""
        return self.role == Role.DESK


# Acts while an installation is made, when there is nobody yet.
INSTALLER = Viewer(user_id=None, username="init", organisation_id=None, organisation_code="", role=Role.DESK)


@dataclass(frozen=True)
class DoorScope:
    """The scope in which somebody is signing in: users, sign-in links and failed attempts, nothing else."""

    user_id: None = None
    organisation_id: None = None
    role: str = "door"
