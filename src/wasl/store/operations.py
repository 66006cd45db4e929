"""
Writes that can be retried: one effect and one result for ever (B3).

A client makes an id for what it wants done and sends it again until it is answered. The id, a keyed digest of the
body and the result are written in the transaction of the effect; whoever comes again with the same id and body gets
the same result and nothing is done, whichever of the organisation's users it is and however long afterwards.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from psycopg.types.json import Jsonb

from wasl.kernel.errors import Conflict
from wasl.store.sealing import secret_for

FIND = "SELECT action, digest, result FROM store_find_operation(%s, %s)"
KEEP = (
    "INSERT INTO store_operation (organisation_id, operation, action, digest, result, username, at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
)


class Writer(Protocol):
    """Whoever acts; `organisations.viewer.Viewer` is one."""

    @property
    def username(self) -> str: ...
    @property
    def organisation_id(self) -> int | None: ...


class Cursor(Protocol):
    """Django's cursor or psycopg's."""

    def execute(self, query: Any, params: Any = None) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> Any: ...


def do_once(
    cursor: Cursor,
    *,
    by: Writer,
    at: datetime,
    operation: UUID,
    action: str,
    body: Mapping[str, Any],
    work: Callable[[], Any],
) -> Any:
    """
    Do `work` and keep its result, or return the result of when it was done before.

    Call it inside the transaction of the effect, within the scope of `by`. `work` returns what JSON can hold, and
    gets back what JSON made of it, so that the first answer and the hundredth are equal. Two that come at once
    with one id go one after the other.

    :raises Conflict: the id was used for another action or another body.
    """
    digest = digest_body(action, body)
    cursor.execute(FIND, [by.organisation_id, operation])
    kept_action, kept_digest, result = cursor.fetchone()
    if kept_action is not None:
        if kept_action != action or not hmac.compare_digest(bytes(kept_digest), digest):
            raise Conflict("operation.other_body", operation=str(operation))
        return json.loads(result) if isinstance(result, str) else result
    made = json.dumps(work(), ensure_ascii=False, default=_plain)
    values = [by.organisation_id, operation, action, digest, Jsonb(json.loads(made)), by.username, at]
    cursor.execute(KEEP, values)
    return json.loads(made)


def digest_body(action: str, body: Mapping[str, Any]) -> bytes:
    """Return 16 bytes that tell one body from another, with the key: a body may hold a national id."""
    text = json.dumps([action, body], ensure_ascii=False, sort_keys=True, default=_plain)
    return hmac.digest(secret_for(b"operation"), text.encode(), hashlib.sha256)[:16]


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        # 5 and 5.000 are one quantity
        return format(value.normalize(), "f")
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no plain form")
