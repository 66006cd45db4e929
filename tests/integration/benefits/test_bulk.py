"""Many families in one act: each through the same door, once."""

from __future__ import annotations

import pytest

from tests.conftest import NOW, _make
from tests.integration.benefits.bulks import (
    AT,
    CASH,
    FOOD,
    add_families,
    bring,
    bring_codes,
    card_code,
    done,
    follow,
    outcomes,
    own_code,
    own_codes,
)
from tests.integration.benefits.world import World, breaches
from wasl.benefits.bulk.actions import discard_bulk, plan_bulk
from wasl.benefits.bulk.queries import BulkQuestion, access_bulk, list_bulk_rows, list_bulks
from wasl.benefits.bulk.rules import BulkAction, BulkSource
from wasl.benefits.queries.printed import SheetQuestion, count_sheet
from wasl.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleRefused
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.store.connections import app_connection, owner_connection


@pytest.fixture
def farida(desk: Viewer, organisation_a: int) -> Viewer:
    """A second officer of organisation A: maker is not checker."""
    return _make(desk, "farida", "m01", Role.OFFICER)


def test_reserve_a_file_reserves_each_family_once(amina: Viewer, world: World, organisation_a: int) -> None:
    codes = own_codes(world, add_families(world, 5, organisation_a)[organisation_a])
    bulk = done(amina, bring_codes(amina, [*codes, codes[0], "12345", ""], **FOOD))
    assert bulk.counts == {"reserved": 5, "repeated": 1, "bad_code": 1}
    assert (bulk.rows_total, bulk.rows_wanted, bulk.rows_done) == (7, 5, 5)
    assert outcomes(world.connection, bulk)[7] == "repeated"
    grants = world.rows("SELECT state, source, created_by, bulk_id FROM benefits_grant")
    assert grants == [("reserved", "bulk", "amina", bulk.id)] * 5
    assert world.rows("SELECT count(*) FROM benefits_cell WHERE seat = 0") == [(5,)]
    again = done(amina, bring_codes(amina, codes, **FOOD))
    assert again.counts == {"exists": 5}
    with owner_connection() as owner:
        assert breaches(owner) == []


def test_reserve_what_others_hold_is_listed_and_not_given(
    amina: Viewer, camelia: Viewer, world: World, organisation_a: int, organisation_b: int
) -> None:
    entries = add_families(world, 4, organisation_a, organisation_b)
    done(camelia, bring_codes(camelia, own_codes(world, entries[organisation_b][:2]), **FOOD))
    done(camelia, bring_codes(camelia, own_codes(world, entries[organisation_b][2:3]), **CASH))
    codes = own_codes(world, entries[organisation_a])
    bulk = done(amina, bring_codes(amina, codes, **FOOD))
    assert bulk.counts == {"warned": 2, "reserved": 2}
    cash = done(amina, bring_codes(amina, codes[2:], **CASH))
    assert cash.counts == {"refused": 1, "reserved": 1}
    [row] = list_bulk_rows(amina, cash, "refused", None, 10)
    assert (row.covered_by, row.slot, row.free_from) == ("other", "cash", CASH["month"].replace(month=4))
    assert list_bulk_rows(amina, bulk, "warned", None, 1)[0].row == 2
    assert len(list_bulk_rows(amina, bulk, "warned", 2, 10)) == 1


def test_go_on_gives_those_chosen_and_opens_an_overlap(
    amina: Viewer, camelia: Viewer, world: World, organisation_a: int, organisation_b: int
) -> None:
    entries = add_families(world, 3, organisation_a, organisation_b)
    done(camelia, bring_codes(camelia, own_codes(world, entries[organisation_b]), **FOOD))
    bulk = done(amina, bring_codes(amina, own_codes(world, entries[organisation_a]), **FOOD))
    assert bulk.counts == {"warned": 3}
    with pytest.raises(InvalidInput):
        follow(amina, bulk, BulkAction.RESERVE, rows=[2, 3])
    second = follow(amina, bulk, BulkAction.RESERVE, rows=[2, 3], reason="حريق في البيت")
    assert second.counts == {"reserved": 2}
    assert (
        world.rows("SELECT answer, reason FROM benefits_grant WHERE bulk_id = %s", second.id)
        == [("warning", "حريق في البيت")] * 2
    )
    assert world.rows("SELECT count(*) FROM benefits_overlap WHERE state = 'open'") == [(2,)]
    assert access_bulk(amina, bulk.code).counts == {"warned": 3}
    first_time = bring_codes(
        amina, own_codes(world, entries[organisation_a][2:]), **FOOD, goes_on=True, reason="مرض"
    )
    assert done(amina, first_time).counts == {"reserved": 1}


def test_approve_deliver_and_reverse_follow_on_a_bulk(
    amina: Viewer, farida: Viewer, world: World, organisation_a: int
) -> None:
    codes = own_codes(world, add_families(world, 4, organisation_a)[organisation_a])
    bulk = done(amina, bring_codes(amina, codes, **CASH))
    assert follow(amina, bulk, BulkAction.APPROVE).counts == {"same_maker": 4}
    early = follow(amina, bulk, BulkAction.DELIVER, receipt={"received_by": "self"})
    assert early.counts == {"not_approved": 4}
    approved = follow(farida, bulk, BulkAction.APPROVE)
    assert approved.counts == {"approved": 4}
    assert count_sheet(farida, SheetQuestion(bulk=bulk.id)) == 4
    assert count_sheet(farida, SheetQuestion(bulk=approved.id)) == 0, (
        "a grant is of the bulk that reserved it"
    )
    receipt = {"delivered_on": "2026-03-02", "received_by": "self"}
    delivered = follow(amina, approved, BulkAction.DELIVER, receipt=receipt)
    assert delivered.counts == {"delivered": 4}
    assert follow(amina, approved, BulkAction.DELIVER, receipt=receipt).counts == {"all_given": 4}
    assert world.rows(
        "SELECT delivered_on::text, source, count(DISTINCT operation) FROM benefits_delivery GROUP BY 1, 2"
    ) == [("2026-03-02", "bulk", 1)]
    reversed_ = follow(amina, delivered, BulkAction.REVERSE, reason="سُجّل خطأ")
    assert reversed_.counts == {"reversed": 4}
    assert world.rows("SELECT count(*) FROM benefits_cell") == [(0,)]
    assert follow(amina, approved, BulkAction.DELIVER, receipt=receipt).counts == {"delivered": 4}
    with pytest.raises(RuleRefused):
        follow(amina, delivered, BulkAction.APPROVE)


def test_undo_takes_the_whole_of_a_bulk_back(amina: Viewer, world: World, organisation_a: int) -> None:
    codes = own_codes(world, add_families(world, 3, organisation_a)[organisation_a])
    bulk = done(amina, bring_codes(amina, codes, **FOOD))
    undone = follow(amina, bulk, BulkAction.CANCEL, reason="تراجع")
    assert undone.counts == {"cancelled": 3}
    assert world.rows("SELECT count(*) FROM benefits_cell") == [(0,)]
    assert done(amina, bring_codes(amina, codes, **FOOD)).counts == {"reserved": 3}


def test_files_name_grants_by_code_or_by_family(
    amina: Viewer, farida: Viewer, camelia: Viewer, world: World, organisation_a: int
) -> None:
    codes = own_codes(world, add_families(world, 3, organisation_a)[organisation_a])
    bulk = done(amina, bring_codes(amina, codes, **CASH))
    grants = [row.grant for row in list_bulk_rows(amina, bulk, "reserved", None, 10)]
    strangers = done(camelia, bring(camelia, "\n".join(["grant code", *grants]), action=BulkAction.APPROVE))
    assert strangers.counts == {"not_found": 3}
    eastern = grants[0].translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    text = "\n".join(["كود الاستحقاق", eastern, f"{grants[1][:5]}-{grants[1][5:]}", grants[1]])
    assert done(farida, bring(farida, text, action=BulkAction.APPROVE)).counts == {
        "approved": 2,
        "repeated": 1,
    }
    rest = bring(farida, "\n".join(["كود الأسرة", *codes]), action=BulkAction.APPROVE, **CASH)
    assert done(farida, rest).counts == {"approved": 1, "no_grant": 2}
    every = plan_bulk(by=amina, at=AT, action=BulkAction.DELIVER, source=BulkSource.GRANTS, **CASH)
    assert done(amina, every).counts == {"delivered": 3}


def test_codes_on_cards_name_own_families_alone(
    amina: Viewer, world: World, organisation_a: int, organisation_b: int
) -> None:
    mine = add_families(world, 2, organisation_a)[organisation_a]
    theirs = add_families(world, 1, organisation_b)[organisation_b]
    world.appear(mine[0], 5, active=True)
    families = [world.entry_family[entry] for entry in (mine[0], mine[1], theirs[0])]
    old = world.add_family()
    world.retire(old, families[0])
    world.connection.commit()
    codes = [card_code(families[0]), card_code(families[1]), card_code(families[2]), card_code(old)]
    bulk = done(amina, bring_codes(amina, [*codes, own_code(world, theirs[0])], **FOOD))
    # The second family stands in no list that counts; the fourth is the first under an older code.
    assert outcomes(world.connection, bulk) == {
        2: "reserved",
        3: "not_found",
        4: "not_found",
        5: "repeated",
        6: "not_found",
    }


def test_a_bulk_is_its_organisation_s_alone(
    amina: Viewer, basim: Viewer, camelia: Viewer, dalia: Viewer, world: World, organisation_a: int
) -> None:
    codes = own_codes(world, add_families(world, 2, organisation_a)[organisation_a])
    bulk = done(amina, bring_codes(amina, codes, **FOOD))
    assert list_bulks(camelia, BulkQuestion(), 10) == []
    for do in (
        lambda: access_bulk(camelia, bulk.code),
        lambda: follow(camelia, bulk, BulkAction.CANCEL, reason="لا"),
        lambda: discard_bulk(by=camelia, at=NOW, code=bulk.code),
        lambda: done(camelia, bulk),
    ):
        with pytest.raises(NotFound):
            do()
    with app_connection(camelia) as connection:
        assert connection.execute("SELECT count(*) FROM benefits_bulk_row").fetchone() == (0,)
    assert [one.code for one in list_bulks(dalia, BulkQuestion(), 10)] == [bulk.code]
    for viewer in (basim, dalia):
        with pytest.raises(NotAllowed):
            bring_codes(viewer, codes, **FOOD)
        with pytest.raises(NotAllowed):
            follow(viewer, bulk, BulkAction.CANCEL, reason="لا")
    with pytest.raises(Conflict):
        discard_bulk(by=amina, at=NOW, code=bulk.code)
