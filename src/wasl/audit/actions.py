"""The one way to write an audit entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import psycopg
from django.db import connections
from psycopg.types.json import Jsonb


class Actor(Protocol):
    """Whoever acts; `organisations.viewer.Viewer` is one."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def username(self) -> str: ...
    @property
    def organisation_id(self) -> int | None: ...
    @property
    def organisation_code(self) -> str: ...
    @property
    def role(self) -> str: ...


INSERT = (
    "INSERT INTO audit_entry (at, user_id, username, organisation_id, organisation_code, role,"
    " action, object_kind, object_code, detail) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


def record_audit(
    *,
    by: Actor,
    at: datetime,
    action: str,
    object_kind: str,
    object_code: str,
    detail: Mapping[str, object],
    connection: psycopg.Connection | None = None,
) -> None:
    """
    Add an entry in the transaction that does what it speaks of.

    Writes on `connection` where one is given (the engine's), else on Django's within the scope of
    `by`. `detail` holds codes, counts and reasons, never a name, a national id or a phone.
    """
    values: list[Any] = [
        at, by.user_id, by.username, by.organisation_id, by.organisation_code, str(by.role),
        action, object_kind, object_code, Jsonb(dict(detail)),
    ]  # fmt: skip
    if connection is not None:
        connection.execute(INSERT, values)
        return
    with connections["default"].cursor() as cursor:
        cursor.execute(INSERT, values)
