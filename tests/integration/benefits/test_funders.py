"""Several funders of one grant: who proposes, who says yes, what is approved, and what each reports."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.benefits.bulks import FOOD, add_families, bring_codes, done, follow, own_codes
from tests.integration.benefits.world import MARCH, World
from wasl.benefits.bulk.rules import BulkAction
from wasl.benefits.funders import (
    answer_share,
    list_funded,
    list_shares,
    list_shares_waiting,
    propose_share,
    withdraw_share,
)
from wasl.benefits.grants.actions import approve_grants, deliver_grant, reserve_coverage
from wasl.benefits.grants.doors import codes_of
from wasl.benefits.grants.rules import Ask, Receipt
from wasl.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleRefused
from wasl.organisations.actions import add_user
from wasl.organisations.queries import get_viewer
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.store.connections import app_connection, engine_connection, owner_connection


@pytest.fixture
def adel(desk: Viewer, organisation_a: int) -> Viewer:
    """A second officer of organisation A, who approves."""
    add_user(by=desk, at=NOW, username="adel", organisation_code="m01", role=Role.OFFICER)
    return get_viewer("adel")


@pytest.fixture
def world(amina: Viewer, camelia: Viewer, adel: Viewer, engine: psycopg.Connection) -> World:
    return World(engine)


@pytest.fixture
def grant(world: World, amina: Viewer) -> int:
    """Amina's reserved grant of a heart operation that costs nobody knows what."""
    entry = world.add_entry(amina.organisation_id or 0, world.add_family())
    world.connection.commit()
    rows = [Ask(entry, world.record_of(entry))]
    (answer,) = reserve_coverage(by=amina, at=NOW, need="surgery", month=MARCH, rows=rows, operation=uuid4())
    assert answer.grant_id is not None, answer
    return answer.grant_id


@pytest.fixture
def code(world: World, grant: int) -> str:
    with world.connection.cursor() as cursor:
        return codes_of(cursor, [grant])[grant]


def propose(by: Viewer, code: str, funder: Viewer, pounds: int) -> None:
    propose_share(
        by=by,
        at=NOW,
        grant=code,
        funder_id=funder.organisation_id or 0,
        share_piastres=pounds * 100,
        operation=uuid4(),
    )


def answer(by: Viewer, code: str, pounds: int, agreed: bool = True, reason: str = "") -> None:
    answer_share(
        by=by,
        at=NOW,
        grant=code,
        share_piastres=pounds * 100,
        agreed=agreed,
        reason=reason,
        operation=uuid4(),
    )


def approve(by: Viewer, grant: int) -> str:
    return approve_grants(by=by, at=NOW, grants=[grant], operation=uuid4())[0].outcome


def value_of(grant: int) -> tuple[int | None, int | None]:
    with engine_connection() as engine:
        row = engine.execute(
            "SELECT g.value_piastres, c.value_piastres FROM benefits_grant g"
            " JOIN benefits_claim c ON c.list_id = g.id WHERE g.id = %s",
            [grant],
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def test_a_grant_of_two_funders_is_approved_once_both_agreed_and_each_reports_its_share(
    amina: Viewer, adel: Viewer, camelia: Viewer, grant: int, code: str
) -> None:
    propose(amina, code, amina, 30_000)
    propose(amina, code, camelia, 20_000)
    assert approve(adel, grant) == "shares"
    answer(camelia, code, 20_000)
    assert value_of(grant) == (5_000_000, 5_000_000), "nobody had stated a value"
    assert approve(adel, grant) == "approved"
    assert [(one.need, one.given_piastres, one.waiting_piastres) for one in list_funded(camelia)] == [
        ("surgery", 0, 2_000_000)
    ]
    given = deliver_grant(by=amina, at=NOW, grant=grant, receipt=Receipt(), operation=uuid4())
    assert given.outcome == "delivered"
    assert [(one.role, one.given_piastres) for one in list_funded(camelia)] == [("other", 2_000_000)]
    assert [(one.role, one.given_piastres) for one in list_funded(amina)] == [("own", 3_000_000)]


def test_of_many_at_once_only_those_whose_shares_do_not_stand_are_left(
    world: World, amina: Viewer, adel: Viewer, camelia: Viewer
) -> None:
    codes = own_codes(world, add_families(world, 3, amina.organisation_id or 0)[amina.organisation_id or 0])
    bulk = done(amina, bring_codes(amina, codes, **FOOD))
    world.connection.commit()
    grants = [row[0] for row in world.rows("SELECT id FROM benefits_grant ORDER BY id")]
    world.connection.commit()
    with world.connection.cursor() as cursor:
        shared = codes_of(cursor, [grants[1]])[grants[1]]
    world.connection.commit()
    propose(amina, shared, camelia, 200)
    assert follow(adel, bulk, BulkAction.APPROVE).counts == {"approved": 2, "shares": 1}
    answer(camelia, shared, 200)
    approved = follow(adel, bulk, BulkAction.APPROVE)
    assert approved.counts == {"approved": 1, "state": 2}
    assert reopened(grants[1]) == 1
    first = {"action": BulkAction.DELIVER, "receipt": {"received_by": "self"}}
    assert follow(amina, bulk, **first).counts == {"delivered": 2, "shares": 1}


def reopened(grant: int) -> int:
    """Take an agreed share's yes away behind the triggers, as no way in does."""
    with owner_connection() as owner:
        owner.execute("ALTER TABLE benefits_grant_funder DISABLE TRIGGER USER")
        moved = owner.execute(
            "UPDATE benefits_grant_funder SET state = 'proposed', answered_by = NULL, answered_for = NULL,"
            " answered_at = NULL WHERE grant_id = %s",
            [grant],
        ).rowcount
        owner.execute("ALTER TABLE benefits_grant_funder ENABLE TRIGGER USER")
    return moved


def test_shares_that_do_not_sum_to_a_stated_value_are_not_approved(
    world: World, amina: Viewer, adel: Viewer, camelia: Viewer, grant: int, code: str
) -> None:
    with engine_connection() as engine:
        engine.execute("UPDATE benefits_grant SET value_piastres = 5000000 WHERE id = %s", [grant])
    propose(amina, code, camelia, 20_000)
    answer(camelia, code, 20_000)
    assert approve(adel, grant) == "shares"
    propose(amina, code, amina, 30_000)
    assert approve(adel, grant) == "approved"


def test_what_is_agreed_is_what_was_asked(amina: Viewer, camelia: Viewer, code: str) -> None:
    propose(amina, code, camelia, 20_000)
    with pytest.raises(Conflict, match=r"share\.changed"):
        answer(camelia, code, 19_000)
    propose(amina, code, camelia, 25_000)
    answer(camelia, code, 25_000)
    with pytest.raises(RuleRefused, match=r"share\.too_late"):
        answer(camelia, code, 25_000)
    propose(amina, code, camelia, 26_000)
    assert [one.state for one in list_shares(camelia)] == ["proposed"], "another sum is another question"


def test_a_declined_share_has_its_reason_and_blocks_nothing(
    amina: Viewer, adel: Viewer, camelia: Viewer, grant: int, code: str
) -> None:
    propose(amina, code, camelia, 20_000)
    with pytest.raises(InvalidInput, match=r"share\.reason_missing"):
        answer(camelia, code, 20_000, agreed=False)
    answer(camelia, code, 20_000, agreed=False, reason="لا ميزانية هذا الشهر")
    assert [(one.state, one.reason) for one in list_shares(amina)] == [("declined", "لا ميزانية هذا الشهر")]
    assert approve(adel, grant) == "approved"


def test_once_approved_shares_stand(
    amina: Viewer, adel: Viewer, camelia: Viewer, grant: int, code: str
) -> None:
    propose(amina, code, camelia, 20_000)
    answer(camelia, code, 20_000)
    assert approve(adel, grant) == "approved"
    for change in (
        lambda: propose(amina, code, amina, 1),
        lambda: withdraw_share(
            by=amina, at=NOW, grant=code, funder_id=camelia.organisation_id or 0, operation=uuid4()
        ),
    ):
        with pytest.raises(RuleRefused, match=r"share\.too_late"):
            change()


def test_nobody_says_yes_for_another_and_camelia_cannot_touch_what_is_not_asked_of_her(
    amina: Viewer, basim: Viewer, camelia: Viewer, dalia: Viewer, code: str
) -> None:
    propose(amina, code, camelia, 20_000)
    for who in (amina, basim, dalia):
        with pytest.raises((NotFound, NotAllowed)):
            answer(who, code, 20_000)
    with pytest.raises(NotFound):
        propose(camelia, code, camelia, 1)
    with pytest.raises(NotFound):
        withdraw_share(
            by=camelia, at=NOW, grant=code, funder_id=camelia.organisation_id or 0, operation=uuid4()
        )
    for who in (basim, dalia):
        with pytest.raises(NotAllowed):
            propose(who, code, camelia, 1)


def test_camelia_cannot_see_shares_of_others_and_sees_no_family_in_hers(
    desk: Viewer, amina: Viewer, camelia: Viewer, code: str
) -> None:
    propose(amina, code, amina, 30_000)
    assert list_shares(camelia) == [] and list_shares_waiting(camelia) == []
    propose(amina, code, camelia, 20_000)
    (seen,) = list_shares(camelia)
    assert (seen.grant_code, seen.funder_id, seen.need) == (code, camelia.organisation_id, "surgery")
    assert not {"entry_id", "record_id", "family"} & set(vars(seen))
    assert [one.count for one in list_shares_waiting(camelia)] == [1]
    with app_connection(camelia) as app:
        assert app.execute("SELECT count(*) FROM benefits_grant_funder").fetchone() == (1,)
        assert app.execute("SELECT count(*) FROM benefits_grant").fetchone() == (0,)
        app.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("UPDATE benefits_grant_funder SET state = 'agreed'")


def test_a_proposal_sent_twice_is_one_and_another_body_is_refused(
    amina: Viewer, camelia: Viewer, code: str
) -> None:
    operation, funder = uuid4(), camelia.organisation_id or 0
    for _ in range(2):
        propose_share(by=amina, at=NOW, grant=code, funder_id=funder, share_piastres=100, operation=operation)
    with pytest.raises(Conflict, match=r"operation\.other_body"):
        propose_share(by=amina, at=NOW, grant=code, funder_id=funder, share_piastres=200, operation=operation)
    assert len(list_shares(amina)) == 1


@pytest.mark.parametrize("share", [0, -5, 10**16])
def test_a_share_is_a_sum(amina: Viewer, camelia: Viewer, code: str, share: int) -> None:
    with pytest.raises(InvalidInput):
        propose_share(
            by=amina,
            at=NOW,
            grant=code,
            funder_id=camelia.organisation_id or 0,
            share_piastres=share,
            operation=uuid4(),
        )


def test_the_secretariat_and_nobody_fund_nothing(amina: Viewer, dalia: Viewer, code: str) -> None:
    for funder in (dalia.organisation_id or 0, 987_654_321):
        with pytest.raises(InvalidInput, match=r"share\.funder_unknown"):
            propose_share(
                by=amina, at=NOW, grant=code, funder_id=funder, share_piastres=100, operation=uuid4()
            )


BREAKING = {
    "a yes of another organisation": (
        "UPDATE benefits_grant_funder SET state = 'agreed', answered_by = 'x', answered_for = organisation_id,"
        " answered_at = now()",
        "benefits_grant_funder_own_yes",
    ),
    "a yes of who proposed": (
        "UPDATE benefits_grant_funder SET state = 'agreed', answered_by = proposed_by, answered_for = funder_id,"
        " answered_at = now()",
        "benefits_grant_funder_maker_is_not_checker",
    ),
    "a yes by nobody": (
        "UPDATE benefits_grant_funder SET state = 'agreed'", "benefits_grant_funder_answered",
    ),
    "a no without a reason": (
        "UPDATE benefits_grant_funder SET state = 'declined', answered_by = 'x', answered_for = funder_id,"
        " answered_at = now()",
        "benefits_grant_funder_declined_for_a_reason",
    ),
    "another owner": ("UPDATE benefits_grant_funder SET organisation_id = funder_id", "benefits_grant_funder_of_its_owner"),
    "a sum changed under a yes": (
        "UPDATE benefits_grant_funder SET state = 'agreed', share_piastres = 1, answered_by = 'x',"
        " answered_for = funder_id, answered_at = now()",
        "benefits_grant_funder_move",
    ),
    "a grant that forgets its shares": ("UPDATE benefits_grant SET shared = false", "benefits_grant_stays_shared"),
}  # fmt: skip


@pytest.mark.parametrize("what", BREAKING)
def test_the_database_refuses(amina: Viewer, camelia: Viewer, code: str, what: str) -> None:
    propose(amina, code, camelia, 20_000)
    query, constraint = BREAKING[what]
    with engine_connection() as engine, pytest.raises(psycopg.errors.CheckViolation) as refused:
        engine.execute(query.encode())
    assert refused.value.diag.constraint_name == constraint


LATE_SHARE = """
INSERT INTO benefits_grant_funder (grant_id, year, organisation_id, funder_id, share_piastres, state, proposed_by,
    proposed_at) SELECT grant_id, year, organisation_id, organisation_id, 1, 'proposed', 'x', now()
FROM benefits_grant_funder
"""


def test_the_database_refuses_what_is_approved_without_its_shares_and_shares_taken_away_later(
    amina: Viewer, adel: Viewer, camelia: Viewer, grant: int, code: str
) -> None:
    propose(amina, code, camelia, 20_000)
    answer(camelia, code, 20_000)
    assert approve(adel, grant) == "approved"
    with pytest.raises(psycopg.errors.CheckViolation) as refused, engine_connection() as engine:
        engine.execute("UPDATE benefits_grant SET value_piastres = 7 WHERE id = %s", [grant])
    assert refused.value.diag.constraint_name == "benefits_grant_shares_stand"
    with pytest.raises(psycopg.errors.CheckViolation) as late, engine_connection() as engine:
        engine.execute(LATE_SHARE.encode())
    assert late.value.diag.constraint_name == "benefits_grant_funder_before_approval"
    with pytest.raises(psycopg.errors.InsufficientPrivilege), engine_connection() as engine:
        engine.execute("DELETE FROM benefits_grant_funder")


def test_what_we_funded_is_asked_by_months(amina: Viewer, camelia: Viewer, code: str) -> None:
    propose(amina, code, camelia, 20_000)
    answer(camelia, code, 20_000)
    assert list_funded(camelia, date(2025, 4, 1)) == []
    assert len(list_funded(camelia, MARCH, MARCH)) == 1


def test_a_funder_s_own_list_of_the_same_giving_is_no_overlap_and_another_s_is(
    world: World, desk: Viewer, amina: Viewer, adel: Viewer, camelia: Viewer
) -> None:
    family = world.add_family()
    mine = world.add_entry(amina.organisation_id or 0, family)
    theirs = world.add_entry(camelia.organisation_id or 0, family)
    world.connection.commit()
    (reserved,) = reserve_coverage(
        by=amina, at=NOW, need="monthly_cash", month=MARCH, rows=[Ask(mine, None)], operation=uuid4()
    )
    grant = reserved.grant_id or 0
    with world.connection.cursor() as cursor:
        code = codes_of(cursor, [grant])[grant]
    world.connection.commit()
    propose(amina, code, camelia, 300)
    answer(camelia, code, 300)
    assert approve(adel, grant) == "approved"
    deliver_grant(by=amina, at=NOW, grant=grant, receipt=Receipt(), operation=uuid4())
    world.appear(theirs, 77)
    world.give(camelia.organisation_id or 0, 77, theirs, need="monthly_cash", value=30_000)
    world.settle(family)
    assert _overlaps(world) == 0
    third = world.add_organisation("m03")
    other = world.add_entry(third, family)
    world.appear(other, 78)
    world.give(third, 78, other, need="monthly_cash")
    world.settle(family)
    assert _overlaps(world) == 1


def _overlaps(world: World) -> int:
    row = world.connection.execute("SELECT count(*) FROM benefits_overlap WHERE state = 'open'").fetchone()
    assert row is not None
    return int(row[0])
