"""A family of two organisations, with what an office needs to give to it: colleagues, months, forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests.conftest import NOW
from tests.integration.web.test_door import _signed_in
from tests.integration.web.test_families import FAMILY, ROWS_HEADER, THEIRS, Load, load
from wasl.kernel.months import add_months, format_month, month_of
from wasl.linkage.actions import run_linkage
from wasl.organisations.actions import add_user
from wasl.organisations.queries import get_viewer
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import family_codes
from wasl.store.connections import engine_connection

__all__ = ["family", "hoda", "load"]

THIS_MONTH = month_of(timezone.localdate())
LAST_MONTH = add_months(THIS_MONTH, -1)
Post = Callable[..., str]


@pytest.fixture
def hoda(dalia: Viewer, amina: Viewer) -> Viewer:
    """Amina's colleague: what one reserves the other approves."""
    add_user(by=dalia, at=NOW, username="hoda", organisation_code="m01", role=Role.OFFICER)
    return get_viewer("hoda")


@pytest.fixture
def family(amina: Viewer, camelia: Viewer, dalia: Viewer, load: Load) -> int:
    """One family, certainly; m01 gave it a box last month, m02 a monthly package this month."""
    load("m01", FAMILY, header=ROWS_HEADER, month=LAST_MONTH)
    load("m02", [THEIRS], month=THIS_MONTH, need="food_package")
    run_linkage(by=dalia, at=NOW)
    with engine_connection() as engine:
        [[found]] = engine.execute(
            "SELECT min(family_id) FROM registry_entry_link WHERE until_run IS NULL"
        ).fetchall()
    return int(found)


def address(viewer: Viewer, family: int) -> str:
    return f"/families/{family_codes(viewer, [family])[family]}/"


def client_of(dalia: Viewer, username: str) -> Client:
    return _signed_in(dalia, username)


def asked(month: date = THIS_MONTH, **more: str) -> dict[str, str]:
    """What the form of a cell sends."""
    form = {
        "slot": "cash",
        "need": "monthly_cash",
        "quantity": "1",
        "month": format_month(month),
        "operation": str(uuid4()),
    }
    return form | more


def reserve(client: Client, where: str, **more: str) -> str:
    """Reserve, and return the grant's code."""
    response = client.post(f"{where}reserve/", asked(**more))  # type: ignore[arg-type]
    assert response.status_code == 302, response.content.decode()
    return re.findall(r"/grants/(\d+)/act/", client.get(where).content.decode())[-1]


def approve(client: Client, code: str) -> None:
    client.post(f"/grants/{code}/act/", {"do": "approve", "operation": str(uuid4())})


def state_of(code: str) -> str:
    with engine_connection() as engine:
        [[state]] = engine.execute(
            "SELECT state FROM benefits_grant WHERE id = benefits_grant_of_code(%s)", [code]
        ).fetchall()
    return str(state)
