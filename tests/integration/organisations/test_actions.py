"""Organisations, users and one-time links."""

from __future__ import annotations

import threading
from datetime import timedelta

import psycopg
import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from tests.conftest import NOW
from tests.wasl_postgres import TestDatabase
from wasl.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleRefused, WaslError
from wasl.organisations.actions import (
    add_organisation,
    add_user,
    disable_user,
    find_link_user,
    found_alliance,
    reset_user,
    set_password,
    use_sign_in_link,
)
from wasl.organisations.models import User
from wasl.organisations.queries import access_organisation, get_viewer, list_organisations, list_users
from wasl.organisations.rules import OrganisationKind, Role
from wasl.organisations.viewer import Viewer
from wasl.store.connections import app_connection, owner_connection, scope

PASSWORD = "قمر-على-النيل-7"


def _now() -> object:
    from django.utils import timezone

    return timezone.now()


def test_found_alliance_again_says_it_is_done(desk: Viewer) -> None:
    assert found_alliance(at=NOW) is False


def test_add_organisation_again_is_no_conflict(desk: Viewer, organisation_a: int) -> None:
    again, new = add_organisation(
        by=desk, at=NOW, code="m01", kind=OrganisationKind.CHARITY, name_ar="جمعية الأمل", name_en="Hope"
    )
    assert (again.pk, new) == (organisation_a, False)


def test_add_organisation_of_another_name_is_a_conflict(desk: Viewer, organisation_a: int) -> None:
    with pytest.raises(Conflict):
        add_organisation(by=desk, at=NOW, code="m01", kind=OrganisationKind.CHARITY, name_ar="غيرها")


@pytest.mark.parametrize("code", ["M01", "1a", "a", "a-b", "a" * 21, "جمعية"])
def test_add_organisation_with_a_malformed_code_is_refused(desk: Viewer, code: str) -> None:
    with pytest.raises(InvalidInput):
        add_organisation(by=desk, at=NOW, code=code, kind=OrganisationKind.CHARITY, name_ar="س")


def test_amina_cannot_add_organisations_or_users(amina: Viewer) -> None:
    with pytest.raises(NotAllowed):
        add_organisation(by=amina, at=NOW, code="m09", kind=OrganisationKind.CHARITY, name_ar="س")
    with pytest.raises(NotAllowed):
        add_user(by=amina, at=NOW, username="zaki", organisation_code="m01", role=Role.OFFICER)
    with pytest.raises(NotAllowed):
        list_users(amina)


def test_amina_cannot_add_users_past_the_code_either(amina: Viewer) -> None:
    with app_connection(amina) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(
            "INSERT INTO organisations_user (username, organisation_id, organisation_kind, role, language, is_active,"
            " created_at, password) VALUES ('zaki', %s, 'charity', 'viewer', 'ar', true, now(), '')",
            [amina.organisation_id],
        )


def test_amina_sees_no_other_user(amina: Viewer, basim: Viewer, camelia: Viewer) -> None:
    with scope(amina):
        assert [user.username for user in User.objects.all()] == ["amina"]


def test_camelia_cannot_act_for_organisation_a(camelia: Viewer, organisation_a: int) -> None:
    with pytest.raises(NotFound):
        access_organisation(camelia, "m01")
    assert access_organisation(camelia, "m02").code == "m02"
    assert {organisation.code for organisation in list_organisations(camelia)} == {
        "m01",
        "m02",
        "secretariat",
    }


def test_desk_user_outside_the_secretariat_is_refused(desk: Viewer, organisation_a: int) -> None:
    with pytest.raises(RuleRefused):
        add_user(by=desk, at=NOW, username="zaki", organisation_code="m01", role=Role.DESK)


@pytest.mark.parametrize("kind", ["charity", "secretariat"])
def test_desk_user_outside_the_secretariat_is_refused_by_the_database(
    amina: Viewer, organisation_a: int, kind: str
) -> None:
    with owner_connection() as connection, pytest.raises(psycopg.errors.IntegrityError):
        connection.execute(
            "UPDATE organisations_user SET role = 'desk', organisation_kind = %s WHERE username = 'amina'",
            [kind],
        )


def test_link_sets_a_password_once(desk: Viewer, organisation_a: int) -> None:
    token = add_user(by=desk, at=_now(), username="zaki", organisation_code="m01", role=Role.OFFICER).token
    assert token is not None
    user = find_link_user(token)
    assert user is not None
    assert user.username == "zaki"
    use_sign_in_link(at=_now(), token=token, password=PASSWORD)
    request = RequestFactory().post("/sign-in/")
    assert authenticate(request, username="ZAKI", password=PASSWORD) is not None
    assert authenticate(request, username="zaki", password="else") is None
    assert find_link_user(token) is None
    with pytest.raises(NotFound):
        use_sign_in_link(at=_now(), token=token, password=PASSWORD)


def test_link_is_stored_as_a_digest_only(desk: Viewer, organisation_a: int) -> None:
    token = add_user(by=desk, at=NOW, username="zaki", organisation_code="m01", role=Role.OFFICER).token
    with owner_connection() as connection:
        rows = connection.execute("SELECT digest FROM organisations_signinlink").fetchall()
    assert all(token.encode() not in bytes(row[0]) for row in rows)


def test_link_older_than_three_days_lets_nobody_in(desk: Viewer, organisation_a: int) -> None:
    made = add_user(
        by=desk, at=_now() - timedelta(hours=73), username="zaki", organisation_code="m01", role=Role.OFFICER
    )
    assert find_link_user(made.token) is None


def test_of_twelve_who_come_with_one_link_one_wins(desk: Viewer, organisation_a: int) -> None:
    from django.db import connections

    token = add_user(by=desk, at=_now(), username="zaki", organisation_code="m01", role=Role.OFFICER).token
    outcomes: list[str] = []
    together = threading.Barrier(12, timeout=20)

    def come() -> None:
        together.wait()
        try:
            use_sign_in_link(at=_now(), token=token, password=PASSWORD)
            outcomes.append("in")
        except WaslError as error:
            outcomes.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=come) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["in"] + ["link.unknown"] * 11


def test_disabled_user_is_out_until_reset(desk: Viewer, amina: Viewer) -> None:
    set_password(by=desk, at=NOW, username="amina", password=PASSWORD)
    assert disable_user(by=desk, at=NOW, username="amina") is True
    assert disable_user(by=desk, at=NOW, username="amina") is False
    assert authenticate(RequestFactory().post("/"), username="amina", password=PASSWORD) is None
    with pytest.raises(NotAllowed):
        get_viewer("amina")
    token = reset_user(by=desk, at=_now(), username="amina").token
    use_sign_in_link(at=_now(), token=token, password=PASSWORD)
    assert get_viewer("amina").organisation_code == "m01"


def test_door_can_change_nothing_but_a_password(database: TestDatabase, amina: Viewer) -> None:
    from django.db import DatabaseError

    with pytest.raises(DatabaseError, match="only the password"):
        User.objects.using("door").filter(username="amina").update(role="desk")


def test_every_change_leaves_an_audit_entry(desk: Viewer, amina: Viewer) -> None:
    reset_user(by=desk, at=NOW, username="amina")
    disable_user(by=desk, at=NOW, username="amina")
    with app_connection(desk) as connection:
        actions = [row[0] for row in connection.execute("SELECT action FROM audit_entry ORDER BY id")]
    assert actions == [
        "organisation.added",
        "user.added",
        "organisation.added",
        "user.added",
        "user.reset",
        "user.disabled",
    ]
