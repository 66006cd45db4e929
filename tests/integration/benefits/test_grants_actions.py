"""Reserve, approve, deliver, reverse, cancel and return through the actions, as pages and commands do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from uuid import uuid4

import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.benefits.world import APRIL, MARCH, World, breaches
from wasl.benefits.grants.actions import (
    approve_grants,
    cancel_grants,
    deliver_grant,
    reserve_coverage,
    return_grant,
    reverse_delivery,
)
from wasl.benefits.grants.rules import Ask, Receipt
from wasl.kernel.errors import InvalidInput, NotAllowed
from wasl.organisations.actions import add_user
from wasl.organisations.queries import get_viewer
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer


@pytest.fixture
def adel(desk: Viewer, organisation_a: int) -> Viewer:
    """A second officer of organisation A, who approves."""
    add_user(by=desk, at=NOW, username="adel", organisation_code="m01", role=Role.OFFICER)
    return get_viewer("adel")


@pytest.fixture
def world(amina: Viewer, camelia: Viewer, engine: psycopg.Connection) -> Iterator[World]:
    yield World(engine)


def reserve(by: Viewer, entry: int, **more: object) -> tuple[str, int | None]:
    given: dict[str, object] = {"need": "food_box", "month": MARCH, **more}
    record = given.pop("record", None)
    rows = [Ask(entry, record)]  # type: ignore[arg-type]
    (answer,) = reserve_coverage(by=by, at=NOW, rows=rows, operation=uuid4(), **given)  # type: ignore[arg-type]
    return answer.outcome, answer.grant_id


def test_a_grant_is_reserved_approved_by_another_and_delivered_once(
    world: World, amina: Viewer, adel: Viewer, camelia: Viewer
) -> None:
    family = world.add_family()
    entry, other = (
        world.add_entry(amina.organisation_id or 0, family),
        world.add_entry(camelia.organisation_id or 0, family),
    )
    world.connection.commit()
    outcome, grant = reserve(amina, entry)
    assert outcome == "reserved" and grant is not None
    assert reserve(amina, entry) == ("exists", grant)
    assert reserve(camelia, other) == ("warned", None)
    (mine,) = approve_grants(by=amina, at=NOW, grants=[grant], operation=uuid4())
    (other_hand,) = approve_grants(by=adel, at=NOW, grants=[grant], operation=uuid4())
    assert (mine.outcome, other_hand.outcome) == ("same_maker", "approved")
    given = deliver_grant(by=amina, at=NOW, grant=grant, receipt=Receipt(), operation=uuid4())
    assert (given.outcome, given.tranche, given.attempt) == ("delivered", 1, 1)
    assert (
        deliver_grant(by=amina, at=NOW, grant=grant, receipt=Receipt(), operation=uuid4()).outcome
        == "all_given"
    )
    assert world.rows("SELECT kind, active FROM benefits_claim") == [("given", True)]
    assert world.rows("SELECT state FROM benefits_cell") == [("held",)]
    assert breaches(world.connection) == []
