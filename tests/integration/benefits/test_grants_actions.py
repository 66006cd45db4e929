"""A grant's life through the actions, as pages and commands do it, and what is refused with which words."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.integration.benefits.grantees import AT, Grantees
from tests.integration.benefits.world import MARCH, breaches
from wasl.benefits.grants.actions import deliver_grants, reserve_coverage, reverse_delivery
from wasl.benefits.grants.rules import Ask, Receipt
from wasl.kernel.errors import InvalidInput
from wasl.store.sealing import unseal


def test_a_grant_is_reserved_approved_by_another_and_delivered_once(grantees: Grantees) -> None:
    _, entry, other = grantees.family(grantees.amina, grantees.camelia)
    grant = grantees.reserved(grantees.amina, entry)
    said = grantees.reserve(grantees.amina, entry)
    assert (said.outcome, said.grant_id) == ("exists", grant)
    assert grantees.reserve(grantees.camelia, other).outcome == "warned"
    assert grantees.approve(grantees.amina, grant) == "same_maker"
    assert grantees.approve(grantees.adel, grant) == "approved"
    given = grantees.deliver(grantees.amina, grant)
    assert (given.outcome, given.tranche, given.attempt) == ("delivered", 1, 1)
    assert grantees.deliver(grantees.amina, grant).outcome == "all_given"
    assert grantees.world.rows("SELECT kind, active FROM benefits_claim") == [("given", True)]
    assert grantees.world.rows("SELECT state FROM benefits_cell") == [("held",)]
    assert breaches(grantees.world.connection) == []


def test_going_on_over_a_warning_makes_an_overlap_that_ends_with_the_grant(grantees: Grantees) -> None:
    family, entry, other = grantees.family(grantees.amina, grantees.camelia)
    first = grantees.approved(entry)
    said = grantees.reserve(grantees.camelia, other, answer="give", reason="مريض")
    assert (said.outcome, said.covered_by) == ("reserved", "other")
    assert grantees.world.rows("SELECT seat, reason FROM benefits_cell ORDER BY seat") == [
        (0, None),
        (1, "warning"),
    ]
    assert [one[0] for one in grantees.world.overlaps("certain")] == [family]
    grantees.deliver(grantees.amina, first)
    reverse_delivery(by=grantees.amina, at=AT, grant=first, reason="خطأ", operation=uuid4())
    assert grantees.world.overlaps() == []
    assert grantees.world.cells(family) == [(0, grantees.camelia.organisation_id)]
    assert breaches(grantees.world.connection) == []


def test_what_is_likely_is_asked_and_never_refused(grantees: Grantees) -> None:
    known, entry = grantees.family()
    likely, other = grantees.family(grantees.camelia)
    grantees.world.group(known, likely)
    grantees.world.connection.commit()
    grantees.reserved(grantees.camelia, other, need="food_package")
    said = grantees.reserve(grantees.amina, entry, need="food_package")
    assert (said.outcome, said.asked_subject, said.covered_by) == ("asked", likely, "other")
    said = grantees.reserve(grantees.amina, entry, need="food_package", answer="give")
    assert said.outcome == "reserved"
    assert grantees.world.cells(known) == [(0, grantees.amina.organisation_id)]
    assert [one[0] for one in grantees.world.overlaps("likely")] == [min(known, likely)]
    assert breaches(grantees.world.connection) == []


def test_whose_family_is_not_known_yet_is_asked_about(grantees: Grantees) -> None:
    entry = grantees.world.add_entry(grantees.amina.organisation_id or 0)
    grantees.world.connection.commit()
    said = grantees.reserve(grantees.amina, entry)
    assert (said.outcome, said.asked_subject) == ("asked", None)
    grant = grantees.reserved(grantees.amina, entry, answer="give")
    family = grantees.world.add_family()
    grantees.world.link(entry, family)
    grantees.world.settle(family)
    grantees.world.connection.commit()
    assert grantees.world.rows("SELECT list_id, state FROM benefits_cell") == [(grant, "reserved")]
    assert grantees.approve(grantees.adel, grant) == "approved"
    assert breaches(grantees.world.connection) == []


def test_a_person_s_need_is_the_person_s_and_a_family_s_is_asked_about(grantees: Grantees) -> None:
    family, entry, other = grantees.family(grantees.amina, grantees.camelia)
    world = grantees.world
    mine, theirs = world.record_of(entry), world.record_of(other)
    person, sister = world.add_person(family, mine), world.add_person(family, theirs)
    world.connection.commit()
    grantees.reserved(grantees.amina, entry, need="orphan_sponsorship", record=mine)
    assert world.cells(person, "orphan") == [(0, grantees.amina.organisation_id)]
    grantees.reserved(grantees.camelia, other, need="orphan_sponsorship", record=theirs)
    said = grantees.reserve(grantees.camelia, other, need="orphan_sponsorship")
    assert (said.outcome, said.asked_subject) == ("asked", min(person, sister))
    third = grantees.family(grantees.adel)[1]
    world.link(third, family)
    world.connection.commit()
    assert grantees.reserve(grantees.adel, third, need="orphan_sponsorship", record=mine).outcome == "not_own"
    assert breaches(world.connection) == []


def test_a_proxy_is_kept_sealed_and_a_place_as_it_was(grantees: Grantees) -> None:
    _, entry = grantees.family()
    grant = grantees.approved(entry)
    paper = Receipt("proxy", None, "سعيد", "خال", "29001011234567")
    deliver_grants(by=grantees.amina, at=AT, grants=[grant], receipts=[paper], operation=uuid4())
    ((name, sealed, place, size, version),) = grantees.world.rows(
        "SELECT receiver_name, receiver_nid_sealed, governorate, family_size, need_version FROM benefits_delivery"
    )
    assert (name, unseal([sealed]), place, size, version) == ("سعيد", ["29001011234567"], "EG24", 1, 1)


@pytest.mark.parametrize(
    ("paper", "code"),
    [
        (Receipt("proxy", receiver_name="سعيد"), "delivery.proxy_unknown"),
        (Receipt("stranger"), "delivery.receiver_unknown"),
        (Receipt(delivered_on=AT.date() + timedelta(days=1)), "delivery.day_to_come"),
    ],
)
def test_a_receipt_that_cannot_be_is_refused(grantees: Grantees, paper: Receipt, code: str) -> None:
    with pytest.raises(InvalidInput, match=code):
        deliver_grants(by=grantees.amina, at=AT, grants=[1], receipts=paper, operation=uuid4())


def test_an_answer_needs_its_reason(grantees: Grantees) -> None:
    with pytest.raises(InvalidInput, match=r"grant\.reason_missing"):
        reserve_coverage(
            by=grantees.amina,
            at=AT,
            need="food_box",
            month=MARCH,
            rows=[Ask(1)],
            operation=uuid4(),
            answer="give",
        )
