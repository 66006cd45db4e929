"""A5: nobody changes an entry quietly, the owner of the table no more than the application."""

from __future__ import annotations

import psycopg
import pytest
from django.conf import settings

from tests.conftest import NOW
from wasl.audit.actions import record_audit
from wasl.organisations.viewer import Viewer
from wasl.store.connections import app_connection, engine_connection, owner_connection, scope

CHANGES = [
    "UPDATE audit_entry SET action = 'x'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
]


@pytest.mark.parametrize("change", CHANGES)
def test_owner_cannot_change_an_entry(amina: Viewer, change: str) -> None:
    with owner_connection() as connection, pytest.raises(psycopg.errors.DatabaseError, match="append-only"):
        connection.execute(change.encode())


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", ["app", "engine"])
def test_app_and_engine_may_not_even_try(amina: Viewer, role: str, change: str) -> None:
    with (
        psycopg.connect(getattr(settings.WASL_ADDRESSES, role)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(change.encode())


def test_app_cannot_write_in_anothers_name(amina: Viewer, camelia: Viewer) -> None:
    with pytest.raises(Exception, match="row-level security"), scope(amina):
        record_audit(by=camelia, at=NOW, action="a", object_kind="b", object_code="c", detail={})


def test_officer_reads_entries_of_the_own_organisation_only(
    amina: Viewer, camelia: Viewer, desk: Viewer
) -> None:
    for viewer in (amina, camelia):
        with scope(viewer):
            record_audit(by=viewer, at=NOW, action="tried", object_kind="b", object_code="c", detail={"n": 1})
    seen = {}
    for viewer in (amina, camelia, desk):
        with app_connection(viewer) as connection:
            found = connection.execute("SELECT username FROM audit_entry WHERE action = 'tried'")
            seen[viewer.username] = sorted(row[0] for row in found)
    assert seen == {"amina": ["amina"], "camelia": ["camelia"], "console": ["amina", "camelia"]}


def test_engine_writes_in_its_own_transaction(desk: Viewer) -> None:
    with engine_connection() as connection:
        record_audit(
            by=desk,
            at=NOW,
            action="linked",
            object_kind="run",
            object_code="1",
            detail={},
            connection=connection,
        )
        connection.rollback()
        assert connection.execute("SELECT count(*) FROM audit_entry WHERE action = 'linked'").fetchone() == (
            0,
        )
