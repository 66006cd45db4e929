"""Which connection serves which table."""

from __future__ import annotations

from django.db.models import Model


class RoleRouter:
    """Failed sign-ins are kept from the `door`; only the owner migrates."""

    def db_for_read(self, model: type[Model], **_: object) -> str | None:
        """Return the connection that reads `model`."""
        return "door" if model._meta.app_label == "axes" else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **_: object) -> bool:
        """Tell whether `db` may change tables."""
        return db == "owner"

    def allow_relation(self, one: Model, other: Model, **_: object) -> bool:
        """Allow relations between rows read over different connections: it is one database."""
        return True
