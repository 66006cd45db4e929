"""B7: an expiry frees what was only reserved, never what was delivered; nothing waits for the sweeper."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest

from tests.integration.benefits.grantees import AT, PAST, Grantees
from tests.integration.benefits.world import APRIL, breaches
from wasl.benefits.actions import refresh_slot_figures
from wasl.benefits.grants import doors
from wasl.benefits.grants.actions import cancel_grants, lapse_expired, return_grant
from wasl.benefits.grants.rules import Ask, Receipt
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection, retry_serialisation


def test_an_expired_reservation_lives_on_while_its_cells_are_its_own(grantees: Grantees) -> None:
    family, entry = grantees.family()
    grant = grantees.reserved(grantees.amina, entry)
    grantees.expire(grant)
    assert grantees.approve(grantees.adel, grant) == "approved"
    ((ends,),) = grantees.world.rows("SELECT expires_at FROM benefits_cell WHERE subject_id = %s", family)
    assert ends > datetime.now(UTC)
    grantees.expire(grant)
    assert grantees.deliver(grantees.amina, grant).outcome == "delivered"
    assert grantees.world.rows("SELECT state, expires_at FROM benefits_cell") == [("held", None)]
    assert breaches(grantees.world.connection) == []


def test_one_that_was_taken_over_can_be_neither_approved_nor_delivered(grantees: Grantees) -> None:
    for approved in (False, True):
        _, entry, other = grantees.family(grantees.amina, grantees.camelia)
        grant = grantees.approved(entry) if approved else grantees.reserved(grantees.amina, entry)
        grantees.expire(grant)
        grantees.reserved(grantees.camelia, other)
        assert grantees.state(grant) == "lapsed"
        assert grantees.approve(grantees.adel, grant) == "lapsed"
        assert grantees.deliver(grantees.amina, grant).outcome == "lapsed"
    assert breaches(grantees.world.connection) == []


def test_one_whose_cells_settlement_swept_has_lapsed_too(grantees: Grantees) -> None:
    family, entry = grantees.family()
    grant = grantees.reserved(grantees.amina, entry)
    grantees.expire(grant)
    grantees.world.connection.execute("DELETE FROM benefits_cell WHERE list_id = %s", [grant])
    grantees.world.connection.commit()
    assert grantees.approve(grantees.adel, grant) == "lapsed"
    assert grantees.state(grant) == "lapsed"
    assert grantees.world.cells(family) == []


def test_taking_over_frees_every_month_of_what_lapsed(grantees: Grantees) -> None:
    family, entry, other = grantees.family(grantees.amina, grantees.camelia)
    grant = grantees.reserved(grantees.amina, entry, need="blankets")
    assert len(grantees.world.rows("SELECT FROM benefits_cell")) == 12
    grantees.expire(grant)
    taken = grantees.reserved(grantees.camelia, other, need="blankets", month=APRIL)
    holders = grantees.world.rows("SELECT DISTINCT list_id FROM benefits_cell WHERE subject_id = %s", family)
    assert holders == [(taken,)]
    assert breaches(grantees.world.connection) == []


def test_what_was_delivered_never_expires(grantees: Grantees) -> None:
    _, entry, other = grantees.family(grantees.amina, grantees.camelia)
    grant = grantees.approved(entry)
    grantees.deliver(grantees.amina, grant)
    grantees.expire(grant)
    assert lapse_expired() == 0
    assert grantees.reserve(grantees.camelia, other).outcome == "warned"
    assert grantees.state(grant) == "delivered"
    with pytest.raises(psycopg.errors.CheckViolation, match="benefits_grant_reservation_expires"):
        grantees.world.connection.execute("UPDATE benefits_grant SET expires_at = %s", [PAST])
    grantees.world.connection.rollback()


def test_taken_over_above_a_claim_of_a_list_the_door_is_still_shut(grantees: Grantees) -> None:
    family, entry, other = grantees.family(grantees.amina, grantees.camelia)
    grant = grantees.reserved(grantees.amina, entry)
    grantees.world.give(grantees.camelia.organisation_id or 0, 21, other)
    grantees.expire(grant)
    third = grantees.family(grantees.adel)[1]
    grantees.world.link(third, family)
    grantees.world.connection.commit()
    assert grantees.reserve(grantees.adel, third).outcome == "warned"
    assert grantees.world.cells(family) == [(0, grantees.camelia.organisation_id)]
    assert breaches(grantees.world.connection, ["B1", "B7"]) == []


def test_the_sweeper_tidies_what_nobody_met(grantees: Grantees) -> None:
    grants = []
    for _ in range(3):
        _, entry = grantees.family()
        grants.append(grantees.reserved(grantees.amina, entry))
    grantees.expire(*grants[:2])
    assert lapse_expired(most=1) == 2
    assert [grantees.state(grant) for grant in grants] == ["lapsed", "lapsed", "reserved"]
    assert len(grantees.world.rows("SELECT FROM benefits_cell")) == 1
    assert breaches(grantees.world.connection) == []


def test_each_linking_tidies_what_has_expired(grantees: Grantees, desk: Viewer) -> None:
    _, entry, other = grantees.family(grantees.amina, grantees.camelia)
    expired = grantees.reserved(grantees.amina, entry)
    grantees.expire(expired)
    waiting = grantees.reserved(grantees.amina, grantees.family()[1])
    refresh_slot_figures(by=desk, at=AT)
    assert [grantees.state(grant) for grant in (expired, waiting)] == ["lapsed", "reserved"]
    assert grantees.reserve(grantees.camelia, other).outcome == "reserved"
    assert breaches(grantees.world.connection) == []


def test_at_the_boundary_either_the_owner_or_the_taker_has_it(grantees: Grantees) -> None:
    """Ten expired reservations, wanted by two and approved by their own at once: one has each, nothing is in between."""
    world, a, b = grantees.world, grantees.amina.organisation_id or 0, grantees.camelia.organisation_id or 0
    known = [grantees.family(grantees.amina, grantees.camelia) for _ in range(10)]
    grants = [grantees.approved(entry) for _, entry, _ in known]
    grantees.expire(*grants)

    def deliver(grant: int) -> str:
        with engine_connection() as connection, connection.cursor() as cursor:
            return doors.deliver(
                cursor, organisation_id=a, grants=[grant], receipts=Receipt(), by="kim", at=AT
            )[0].outcome

    def take(entry: int) -> str:
        with engine_connection() as connection, connection.cursor() as cursor:
            return doors.reserve(
                cursor,
                organisation_id=b,
                need="food_box",
                month=grantees_month,
                rows=[Ask(entry)],
                by="lee",
                at=AT,
            )[0].outcome

    ((grantees_month,),) = world.rows("SELECT DISTINCT month FROM benefits_grant")
    world.connection.rollback()
    with ThreadPoolExecutor(8) as pool:
        taking = [pool.submit(retry_serialisation, lambda one=one: take(one[2])) for one in known]
        giving = [pool.submit(retry_serialisation, lambda one=one: deliver(one)) for one in grants]
        sweeping = pool.submit(retry_serialisation, lapse_expired)
        pairs = Counter((one.result(), other.result()) for one, other in zip(giving, taking, strict=True))
        sweeping.result()
    assert set(pairs) <= {("delivered", "warned"), ("lapsed", "reserved")}
    assert breaches(world.connection) == []


def test_cancelled_and_returned_grants_are_free_for_others(grantees: Grantees) -> None:
    family, entry, other = grantees.family(grantees.amina, grantees.camelia)
    grant = grantees.approved(entry)
    (said,) = cancel_grants(by=grantees.amina, at=AT, grants=[grant], reason="سافرت", operation=uuid4())
    assert (said.outcome, grantees.world.cells(family)) == ("cancelled", [])
    grant = grantees.approved(entry)
    grantees.deliver(grantees.amina, grant)
    assert (
        return_grant(by=grantees.amina, at=AT, grant=grant, reason="أعادتها", operation=uuid4()).outcome
        == "returned"
    )
    assert grantees.reserve(grantees.camelia, other).outcome == "reserved"
    assert breaches(grantees.world.connection) == []
