"""Settings that a slip would weaken without anybody noticing."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.checks import run_checks

from wasl.config.settings import security


def test_passwords_are_hashed_by_argon2() -> None:
    assert security.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_no_check_complains() -> None:
    assert [message for message in run_checks() if not message.is_silenced()] == []


def test_embedded_database_is_refused_for_production(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_checks(tags=["wasl"], include_deployment_checks=True) == []
    monkeypatch.delenv("DATABASE_URL")
    assert [error.id for error in run_checks(tags=["wasl"], include_deployment_checks=True)] == ["wasl.E001"]


def test_every_area_is_installed_once_from_the_bottom_up() -> None:
    areas = [app for app in settings.INSTALLED_APPS if app.startswith("wasl.")]
    assert areas[0] == "wasl.store"
    assert len(areas) == len(set(areas))


def test_admin_is_not_mounted() -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
