"""Fixtures for every test: a database, connections by role, and the cast."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connections
from django.test import override_settings
from hypothesis import settings
from pytest_django.plugin import DjangoDbBlocker

from tests.wasl_postgres import TestDatabase, make_test_database
from wasl.organisations.actions import add_organisation, add_user, found_alliance
from wasl.organisations.queries import CONSOLE, get_viewer
from wasl.organisations.rules import OrganisationKind, Role
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection

# A machine that is busy with other tests gives no wrong answers: properties have no time limit.
settings.register_profile("wasl", deadline=None)
settings.load_profile("wasl")

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def test_database(django_db_blocker: DjangoDbBlocker) -> TestDatabase:
    """This worker's database, migrated, with its catalogues."""
    with django_db_blocker.unblock():
        return make_test_database()


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hash passwords cheaply: a good hash is slow on purpose, and tests sign in by the dozen."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def django_db_setup(test_database: TestDatabase) -> None:
    """Keep pytest-django from making a database of its own."""


@pytest.fixture
def database(test_database: TestDatabase, django_db_blocker: DjangoDbBlocker) -> Iterator[TestDatabase]:
    """A real database that really commits; emptied of all but the catalogues when the test ends."""
    with django_db_blocker.unblock():
        yield test_database
        connections.close_all()
        test_database.reset()


@pytest.fixture
def desk(database: TestDatabase) -> Viewer:
    """The desk's user `console`, as `wasl init` makes it."""
    found_alliance(at=NOW)
    return get_viewer(CONSOLE)


@pytest.fixture
def engine(database: TestDatabase) -> Iterator[psycopg.Connection]:
    """A connection of the engine's role; what is not committed is lost."""
    with engine_connection() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def organisation_a(desk: Viewer) -> int:
    """Organisation A, code `m01`."""
    made, _ = add_organisation(
        by=desk, at=NOW, code="m01", kind=OrganisationKind.CHARITY, name_ar="جمعية الأمل", name_en="Hope"
    )
    return int(made.pk)


@pytest.fixture
def organisation_b(desk: Viewer) -> int:
    """Organisation B, code `m02`."""
    made, _ = add_organisation(
        by=desk, at=NOW, code="m02", kind=OrganisationKind.CHARITY, name_ar="جمعية النور", name_en="Light"
    )
    return int(made.pk)


@pytest.fixture
def amina(desk: Viewer, organisation_a: int) -> Viewer:
    """Officer of organisation A."""
    return _make(desk, "amina", "m01", Role.OFFICER)


@pytest.fixture
def basim(desk: Viewer, organisation_a: int) -> Viewer:
    """Viewer of organisation A."""
    return _make(desk, "basim", "m01", Role.VIEWER)


@pytest.fixture
def camelia(desk: Viewer, organisation_b: int) -> Viewer:
    """Officer of organisation B."""
    return _make(desk, "camelia", "m02", Role.OFFICER)


@pytest.fixture
def dalia(desk: Viewer) -> Viewer:
    """Auditor of the alliance, at the secretariat."""
    return _make(desk, "dalia", "secretariat", Role.DESK)


def _make(desk: Viewer, username: str, organisation: str, role: Role) -> Viewer:
    add_user(by=desk, at=NOW, username=username, organisation_code=organisation, role=role)
    return get_viewer(username)
