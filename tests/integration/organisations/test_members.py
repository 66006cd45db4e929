"""What the desk does to members: names, roles, shutting out and letting in again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory
from django.utils import timezone

from tests.conftest import NOW
from wasl.kernel.errors import InvalidInput, NotAllowed, NotFound, RuleRefused
from wasl.organisations.actions import (
    add_organisation,
    change_role,
    disable_user,
    enable_user,
    record_sign_in,
    rename_organisation,
    reset_user,
    set_password,
)
from wasl.organisations.members import (
    access_organisation_view,
    access_user_view,
    list_organisation_views,
    list_sign_ins,
    list_user_views,
)
from wasl.organisations.models import User
from wasl.organisations.queries import get_viewer
from wasl.organisations.rules import OrganisationKind, Role
from wasl.organisations.viewer import Viewer
from wasl.store.connections import app_connection, scope

PASSWORD = "قمر-على-النيل-7"


def _audited(desk: Viewer, action: str) -> int:
    with app_connection(desk) as connection:
        row = connection.execute("SELECT count(*) FROM audit_entry WHERE action = %s", [action]).fetchone()
    assert row is not None
    return int(row[0])


def _sign_in(desk: Viewer, username: str, at: datetime) -> None:
    with scope(desk):
        user = User.objects.select_related("organisation").get(username=username)
    record_sign_in(user=user, at=at, how="password")


def test_enable_user_gives_back_what_disable_took(dalia: Viewer, amina: Viewer) -> None:
    set_password(by=dalia, at=NOW, username="amina", password=PASSWORD)
    disable_user(by=dalia, at=NOW, username="amina")
    assert authenticate(RequestFactory().post("/"), username="amina", password=PASSWORD) is None
    assert enable_user(by=dalia, at=NOW, username="Amina") is True
    assert enable_user(by=dalia, at=NOW, username="amina") is False
    assert authenticate(RequestFactory().post("/"), username="amina", password=PASSWORD) is not None
    assert (_audited(dalia, "user.disabled"), _audited(dalia, "user.enabled")) == (1, 1)


def test_dalia_cannot_shut_herself_out_nor_give_away_her_role(dalia: Viewer) -> None:
    for change in (
        lambda: disable_user(by=dalia, at=NOW, username="DALIA"),
        lambda: reset_user(by=dalia, at=NOW, username="dalia"),
        lambda: change_role(by=dalia, at=NOW, username="dalia", role=Role.OFFICER),
    ):
        with pytest.raises(RuleRefused, match=r"user\.own_account"):
            change()
    assert get_viewer("dalia").role == "desk"


def test_command_line_cannot_be_shut_out(desk: Viewer, dalia: Viewer) -> None:
    with pytest.raises(RuleRefused, match=r"user\.console_stays"):
        disable_user(by=dalia, at=NOW, username="console")
    with pytest.raises(RuleRefused, match=r"user\.console_stays"):
        change_role(by=dalia, at=NOW, username="console", role=Role.VIEWER)


def test_change_role_holds_at_the_next_look(dalia: Viewer, basim: Viewer) -> None:
    assert change_role(by=dalia, at=NOW, username="basim", role=Role.OFFICER) is True
    assert change_role(by=dalia, at=NOW, username="basim", role=Role.OFFICER) is False
    assert get_viewer("basim").role == "officer"
    assert _audited(dalia, "user.role_changed") == 1


def test_desk_role_stays_in_the_secretariat(dalia: Viewer, amina: Viewer) -> None:
    with pytest.raises(RuleRefused):
        change_role(by=dalia, at=NOW, username="amina", role=Role.DESK)


def test_rename_organisation_keeps_its_code(dalia: Viewer, organisation_a: int) -> None:
    assert rename_organisation(by=dalia, at=NOW, code="m01", name_ar="جمعية الأمل الجديد") is True
    assert rename_organisation(by=dalia, at=NOW, code="m01", name_ar="جمعية الأمل الجديد") is False
    view = access_organisation_view(dalia, "m01")
    assert (view.name_ar, view.name_en) == ("جمعية الأمل الجديد", "")
    assert _audited(dalia, "organisation.renamed") == 1
    with pytest.raises(NotFound):
        rename_organisation(by=dalia, at=NOW, code="m99", name_ar="س")


@pytest.mark.parametrize(
    ("name_ar", "name_en"), [("", "Hope"), ("  ", ""), ("أ" * 201, ""), ("أ", "H" * 201)]
)
def test_organisation_has_an_arabic_name_that_fits(
    dalia: Viewer, organisation_a: int, name_ar: str, name_en: str
) -> None:
    with pytest.raises(InvalidInput):
        rename_organisation(by=dalia, at=NOW, code="m01", name_ar=name_ar, name_en=name_en)
    with pytest.raises(InvalidInput):
        add_organisation(
            by=dalia, at=NOW, code="m07", kind=OrganisationKind.CHARITY, name_ar=name_ar, name_en=name_en
        )


def test_amina_cannot_keep_members(amina: Viewer, basim: Viewer) -> None:
    for attempt in (
        lambda: rename_organisation(by=amina, at=NOW, code="m01", name_ar="س"),
        lambda: enable_user(by=amina, at=NOW, username="basim"),
        lambda: change_role(by=amina, at=NOW, username="basim", role=Role.OFFICER),
        lambda: list_organisation_views(amina),
        lambda: list_user_views(amina),
        lambda: access_user_view(amina, "amina"),
        lambda: list_sign_ins(amina, "amina"),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_views_tell_who_came_last_and_when(
    dalia: Viewer, amina: Viewer, basim: Viewer, camelia: Viewer
) -> None:
    first, last = datetime(2026, 3, 1, 8, 0, tzinfo=UTC), datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    _sign_in(dalia, "amina", first)
    _sign_in(dalia, "amina", last)
    by_name = {user.username: user for user in list_user_views(dalia)}
    assert by_name["amina"].last_sign_in == last
    assert by_name["basim"].last_sign_in is None
    assert [one.at for one in list_sign_ins(dalia, "amina")] == [last, first]
    organisations = {one.code: one for one in list_organisation_views(dalia)}
    assert (organisations["m01"].users, organisations["m01"].last_sign_in) == (2, last)
    assert (organisations["m02"].users, organisations["m02"].last_sign_in) == (1, None)


def test_views_filter_and_page(dalia: Viewer, amina: Viewer, basim: Viewer, camelia: Viewer) -> None:
    disable_user(by=dalia, at=NOW, username="basim")

    def names(**asked: object) -> list[str]:
        return [user.username for user in list_user_views(dalia, **asked)]  # type: ignore[arg-type]

    assert names() == ["amina", "basim", "camelia", "console", "dalia"]
    assert names(organisation="m01") == ["amina", "basim"]
    assert names(role="officer") == ["amina", "camelia"]
    assert names(active=False) == ["basim"]
    assert names(part="AM") == ["amina", "camelia"]
    assert names(limit=2) == ["amina", "basim"]
    assert names(after=("m01", "basim")) == ["camelia", "console", "dalia"]


def test_view_tells_of_a_link_that_waits(dalia: Viewer, amina: Viewer) -> None:
    reset_user(by=dalia, at=timezone.now(), username="amina")
    waiting = access_user_view(dalia, "amina").link_expires_at
    assert waiting is not None and waiting > timezone.now() + timedelta(hours=71)
    reset_user(by=dalia, at=timezone.now() - timedelta(hours=80), username="amina")
    assert access_user_view(dalia, "amina").link_expires_at is None
