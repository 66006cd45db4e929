"""The one way in which a question is put to the database with somebody's eyes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connections

from wasl.store.connections import Scope, scope


def read_rows(
    viewer: Scope, query: str, values: Sequence[Any] | Mapping[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    """Return all the rows that a query finds within the viewer's scope. Without `values` a % stands for itself."""
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
