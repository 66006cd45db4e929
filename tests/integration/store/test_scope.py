"""The scope lives as long as its transaction, and gives the outer one back."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.db import connections

from tests.wasl_postgres import TestDatabase
from wasl.kernel.errors import Unavailable
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection, retry_serialisation, scope


def _current() -> tuple[object, ...]:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT wasl_organisation(), wasl_role()")
        return tuple(cursor.fetchone() or ())


def test_scope_ends_with_its_transaction(amina: Viewer) -> None:
    with scope(amina):
        assert _current() == (amina.organisation_id, "officer")
    assert _current() == (None, "")


def test_scope_within_a_scope_gives_the_outer_one_back(amina: Viewer, desk: Viewer) -> None:
    with scope(amina):
        with scope(desk):
            assert _current()[1] == "desk"
        assert _current() == (amina.organisation_id, "officer")


def test_scope_after_an_error_is_gone(amina: Viewer) -> None:
    with pytest.raises(ZeroDivisionError), scope(amina):
        raise ZeroDivisionError
    assert _current() == (None, "")


def test_engine_connection_is_the_engines_role(database: TestDatabase) -> None:
    with engine_connection() as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("wasl_engine",)


def test_retry_serialisation_gives_up_after_five_losses() -> None:
    tries: list[int] = []

    def lose() -> None:
        tries.append(1)
        raise psycopg.errors.SerializationFailure

    with pytest.raises(Unavailable):
        retry_serialisation(lose)
    assert len(tries) == 5


def test_retry_serialisation_wins_a_deadlock(database: TestDatabase) -> None:
    """Two transactions take two rows in opposite order; both end well."""
    with engine_connection() as connection:
        connection.execute("CREATE TABLE staging.pair (id int PRIMARY KEY, n int)")
        connection.execute("INSERT INTO staging.pair VALUES (1, 0), (2, 0)")
    both = threading.Barrier(2, timeout=20)

    def add(first: int, second: int) -> None:
        met: list[int] = []

        def work() -> None:
            with engine_connection() as connection:
                connection.execute("UPDATE staging.pair SET n = n + 1 WHERE id = %s", [first])
                if not met:
                    met.append(1)
                    both.wait()
                connection.execute("UPDATE staging.pair SET n = n + 1 WHERE id = %s", [second])

        retry_serialisation(work)

    threads = [threading.Thread(target=add, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    with engine_connection() as connection:
        assert connection.execute("SELECT sum(n) FROM staging.pair").fetchone() == (4,)
        connection.execute("DROP TABLE staging.pair")
