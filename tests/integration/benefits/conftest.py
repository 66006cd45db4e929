"""A small world for each test."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.benefits.grantees import Grantees
from tests.integration.benefits.world import World
from wasl.organisations.actions import add_user
from wasl.organisations.queries import get_viewer
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer


@pytest.fixture
def world(engine: psycopg.Connection) -> Iterator[World]:
    """A world on the engine's connection; what is not committed is lost."""
    yield World(engine)
    engine.rollback()


@pytest.fixture
def grantees(world: World, desk: Viewer, amina: Viewer, camelia: Viewer) -> Grantees:
    """Two officers at each of two organisations."""
    for username, organisation in (("adel", "m01"), ("carim", "m02")):
        add_user(by=desk, at=NOW, username=username, organisation_code=organisation, role=Role.OFFICER)
    return Grantees(world, amina, get_viewer("adel"), camelia, get_viewer("carim"))
