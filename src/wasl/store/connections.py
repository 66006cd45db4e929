"""Connections by role, the viewer's scope, and the one place where a lost race is tried again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar

import psycopg
from django.conf import settings
from django.db import DatabaseError, connections, transaction
from psycopg import sql

from wasl.kernel.errors import Unavailable
from wasl.store.addresses import ENGINE_ROLE, Addresses

RETRIES = 5
# Serialisation failure and deadlock: the loser of a race, who may simply try again.
LOST_RACE = frozenset({"40001", "40P01"})

T = TypeVar("T")
P = ParamSpec("P")

# The viewer whose scope the page that is being made shares.
_shared: ContextVar[tuple[int | None, str, int | None] | None] = ContextVar("shared_scope", default=None)


class Scope(Protocol):
    """Whose eyes are looking; `organisations.viewer.Viewer` is one."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def organisation_id(self) -> int | None: ...
    @property
    def role(self) -> str: ...


@contextmanager
def scope(viewer: Scope, *, using: str = "default") -> Iterator[None]:
    """
    Run in one transaction that sees what `viewer` may see; row security does the filtering.

    The settings are local to the transaction. A scope inside a scope gives the outer one back; inside
    `reading` of the same viewer it is that one.
    """
    connection = connections[using]
    if using == "default" and _shared.get() == _values(viewer) and connection.in_atomic_block:
        yield
        return
    outer = None
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('wasl.organisation', true), current_setting('wasl.role', true),"
                " current_setting('wasl.user', true)"
            )
            outer = cursor.fetchone()
    with transaction.atomic(using=using):
        _set_scope(connection, _values(viewer))
        yield
    if outer is not None:
        _set_scope(connection, outer)


@contextmanager
def reading(viewer: Scope) -> Iterator[None]:
    """
    Share one scope, in one transaction, between everything that is read for one page.

    Not for writes that may fail halfway: an action inside it has no transaction of its own.
    """
    with scope(viewer):
        token = _shared.set(_values(viewer))
        try:
            yield
        finally:
            _shared.reset(token)


def _values(viewer: Scope) -> tuple[int | None, str, int | None]:
    return viewer.organisation_id, viewer.role, viewer.user_id


def _set_scope(connection: object, values: tuple[object, ...]) -> None:
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(
            "SELECT set_config('wasl.organisation', %s, true), set_config('wasl.role', %s, true),"
            " set_config('wasl.user', %s, true)",
            ["" if value is None else str(value) for value in values],
        )


@contextmanager
def engine_connection(*, autocommit: bool = False) -> Iterator[psycopg.Connection]:
    """
    Open a connection of the engine's role; commit at the end, roll back on any error.

    For loading and linking in bulk. It sees every row: never reach it from a page.
    """
    addresses = _addresses()
    with _connect(addresses.engine, autocommit=autocommit) as connection:
        if addresses.engine_by_owner:
            connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(ENGINE_ROLE)))
            if not autocommit:
                connection.commit()
        yield connection


@contextmanager
def owner_connection(*, autocommit: bool = False) -> Iterator[psycopg.Connection]:
    """Open a connection of the role that owns the tables: migrations, catalogues, backup."""
    with _connect(_addresses().owner, autocommit=autocommit) as connection:
        yield connection


@contextmanager
def app_connection(viewer: Scope) -> Iterator[psycopg.Connection]:
    """Open a connection of the application's role within `viewer`'s scope, for reads too large for Django."""
    with _connect(_addresses().app, autocommit=False) as connection:
        connection.execute(
            "SELECT set_config('wasl.organisation', %s, true), set_config('wasl.role', %s, true),"
            " set_config('wasl.user', %s, true)",
            [str(viewer.organisation_id or ""), viewer.role, str(viewer.user_id or "")],
        )
        yield connection


def retry_serialisation(work: Callable[[], T]) -> T:
    """
    Do `work`, again where it lost a race (40001, 40P01), at most five times with a random pause.

    `work` must hold its whole transaction, begin to commit.

    :raises Unavailable: it lost every time.
    """
    for attempt in range(RETRIES):
        try:
            return work()
        except (psycopg.Error, DatabaseError) as error:
            if find_sqlstate(error) not in LOST_RACE:
                raise
            time.sleep(random.uniform(0, 0.05 * 2**attempt))
    raise Unavailable("database.busy")


def retried(action: Callable[P, T]) -> Callable[P, T]:
    """Make an action that holds its whole transaction begin again where it lost a race (`retry_serialisation`)."""

    @wraps(action)
    def again(*args: P.args, **kwargs: P.kwargs) -> T:
        return retry_serialisation(lambda: action(*args, **kwargs))

    return again


def find_sqlstate(error: BaseException) -> str | None:
    """Return PostgreSQL's five letters for `error`, looking through Django's wrapping, or None."""
    for candidate in (error, error.__cause__):
        state = getattr(candidate, "sqlstate", None)
        if isinstance(state, str):
            return state
    return None


def _addresses() -> Addresses:
    addresses = settings.WASL_ADDRESSES
    if addresses is None:
        raise Unavailable("database.unreachable")
    assert isinstance(addresses, Addresses)
    return addresses


def _connect(address: str, *, autocommit: bool) -> psycopg.Connection:
    try:
        return psycopg.connect(address, autocommit=autocommit, application_name="wasl")
    except psycopg.OperationalError as error:
        raise Unavailable("database.unreachable") from error
