"""The small world of benefits, for the stories of locks."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.integration.benefits.world import World


@pytest.fixture
def world(engine: psycopg.Connection) -> Iterator[World]:
    """A world on the engine's connection; what is not committed is lost."""
    yield World(engine)
    engine.rollback()
