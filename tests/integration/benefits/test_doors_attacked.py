"""Ways round the doors that somebody tried: each is shut."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import uuid4

import psycopg
import pytest
from django.db import connections
from django.utils import timezone

from tests.integration.benefits.grantees import AT, Grantees
from tests.integration.benefits.kept_catalogue import kept_catalogue
from tests.integration.benefits.world import MARCH, breaches
from tests.wasl_postgres import TestDatabase
from wasl.benefits.exceptions import Wish, answer_exception, ask_exception
from wasl.benefits.grants.actions import deliver_grants, reserve_coverage, reverse_delivery
from wasl.benefits.grants.rules import Ask, Receipt
from wasl.kernel.errors import InvalidInput
from wasl.kernel.months import add_months
from wasl.organisations.queries import get_viewer


@pytest.fixture
def month() -> date:
    return timezone.localdate().replace(day=1)


@pytest.fixture
def three_months(database: TestDatabase) -> Iterator[None]:
    """Let the package of two slots cover three months for a test."""
    with kept_catalogue(database), psycopg.connect(database.superuser, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE benefits_need SET window_months = 3 WHERE code = 'cash_food_package'")
        yield


def agree(
    grantees: Grantees, entry: int, need: str, slot: str, first: date, last: date | None = None
) -> None:
    """Let amina's organisation give what is covered, as the desk agrees."""
    expires = timezone.localdate() + timedelta(days=20)
    code = ask_exception(
        by=grantees.amina, at=AT, wish=Wish(entry, need, slot, first, last or first, "حريق في البيت", expires)
    )
    answer_exception(by=get_viewer("console"), at=AT, code=code, approve=True)


def test_an_exception_opens_no_need_but_the_one_that_was_agreed(grantees: Grantees, month: date) -> None:
    _, entry, other = grantees.family(grantees.amina, grantees.camelia)
    grantees.reserved(grantees.camelia, other, need="livestock", month=month)
    agree(grantees, entry, "livestock", "project", month)
    assert grantees.reserve(grantees.amina, entry, need="boat", month=month).outcome == "refused"
    assert grantees.reserve(grantees.amina, entry, need="livestock", month=month).outcome == "reserved"


def test_an_exception_opens_no_slot_in_which_a_later_month_is_refused(
    grantees: Grantees, month: date, three_months: None
) -> None:
    _, entry, other = grantees.family(grantees.amina, grantees.camelia)
    grantees.reserved(grantees.camelia, other, need="monthly_cash", month=month)
    grantees.reserved(grantees.camelia, other, need="food_package", month=add_months(month, 2))
    agree(grantees, entry, "cash_food_package", "cash", month)
    assert grantees.reserve(grantees.amina, entry, need="cash_food_package", month=month).outcome == "refused"


def test_an_exception_for_what_is_given_once_in_a_life_is_used_once(grantees: Grantees, month: date) -> None:
    _, entry, other = grantees.family(grantees.amina, grantees.camelia)
    grantees.reserved(grantees.camelia, other, need="water_connection", month=month)
    agree(grantees, entry, "water_connection", "water", month, add_months(month, 3))
    assert grantees.reserve(grantees.amina, entry, need="water_connection", month=month).outcome == "reserved"
    again = grantees.reserve(grantees.amina, entry, need="water_connection", month=add_months(month, 1))
    assert (again.outcome, breaches(grantees.world.connection)) == ("refused", [])


def test_one_need_of_a_family_nobody_has_linked_is_given_once(grantees: Grantees) -> None:
    entry = grantees.world.add_entry(grantees.amina.organisation_id or 0)
    grantees.world.connection.commit()
    asked = grantees.reserve(grantees.amina, entry, need="monthly_cash")
    assert asked.outcome == "asked"
    first = grantees.reserve(grantees.amina, entry, need="monthly_cash", answer="give")
    again = grantees.reserve(grantees.amina, entry, need="monthly_cash", answer="give")
    assert (first.outcome, again.outcome) == ("reserved", "exists")


def test_what_nobody_has_linked_is_given_once_again_only_after_its_reversal(grantees: Grantees) -> None:
    entry = grantees.world.add_entry(grantees.amina.organisation_id or 0)
    grantees.world.connection.commit()
    first = grantees.approved(entry, need="monthly_cash", answer="give")
    assert grantees.deliver(grantees.amina, first).outcome == "delivered"
    reverse_delivery(by=grantees.amina, at=AT, grant=first, reason="خطأ", operation=uuid4())
    second = grantees.approved(entry, need="monthly_cash", answer="give")
    again = grantees.deliver(grantees.amina, first)
    assert (again.outcome, again.covered_by) == ("refused", "own")
    grantees.expire(second)
    third = grantees.reserved(grantees.amina, entry, need="cash_food_package", answer="give")
    assert (grantees.state(second), grantees.approve(grantees.adel, third)) == ("lapsed", "approved")
    assert grantees.reserve(grantees.amina, entry, need="monthly_cash").outcome == "refused"
    assert breaches(grantees.world.connection) == []


def test_one_family_in_several_rows_of_one_call_is_given_once(grantees: Grantees) -> None:
    family, entry = grantees.family(grantees.amina)
    second, unlinked = (
        grantees.world.add_entry(grantees.amina.organisation_id or 0, of) for of in (family, None)
    )
    grantees.world.connection.commit()
    said = reserve_coverage(
        by=grantees.amina, at=AT, need="monthly_cash", month=MARCH, operation=uuid4(), reason="معروف",
        rows=[Ask(one, answer="give") for one in (entry, entry, second, unlinked, unlinked)],
    )  # fmt: skip
    assert [one.outcome for one in said] == ["reserved", "exists", "exists", "reserved", "exists"]
    assert said[4].grant_id == said[3].grant_id


def test_doors_of_one_entry_that_nobody_has_linked_come_one_after_the_other(grantees: Grantees) -> None:
    entry = grantees.world.add_entry(grantees.amina.organisation_id or 0)
    grantees.world.connection.commit()

    def visit(number: int) -> str:
        try:
            by = grantees.amina if number % 2 else grantees.adel
            return grantees.reserve(by, entry, need="monthly_cash", answer="give").outcome
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(visit, range(6))) == ["exists"] * 5 + ["reserved"]


def test_of_two_reversed_grants_of_an_unlinked_entry_one_call_gives_one_again(grantees: Grantees) -> None:
    entry = grantees.world.add_entry(grantees.amina.organisation_id or 0)
    grantees.world.connection.commit()
    grants = []
    for _ in range(2):
        grants.append(grantees.approved(entry, need="monthly_cash", answer="give"))
        assert grantees.deliver(grantees.amina, grants[-1]).outcome == "delivered"
        reverse_delivery(by=grantees.amina, at=AT, grant=grants[-1], reason="خطأ", operation=uuid4())
    said = deliver_grants(by=grantees.amina, at=AT, grants=grants, receipts=Receipt(), operation=uuid4())
    assert sorted(one.outcome for one in said) == ["delivered", "refused"]


@pytest.mark.parametrize("month", [date(1, 1, 1), date(9999, 12, 1)])
def test_a_month_nobody_means_is_refused(grantees: Grantees, month: date) -> None:
    _, entry = grantees.family(grantees.amina)
    with pytest.raises(InvalidInput):
        grantees.reserve(grantees.amina, entry, need="livestock", month=month)


@pytest.mark.parametrize("month", [date(1999, 1, 1), date(2040, 1, 1)])
@pytest.mark.parametrize("need", ["monthly_cash", "livestock", "water_connection"])
def test_years_without_a_partition_are_guarded_alike(grantees: Grantees, month: date, need: str) -> None:
    _, entry, other = grantees.family(grantees.amina, grantees.camelia)
    assert grantees.reserve(grantees.amina, entry, need=need, month=month).outcome == "reserved"
    assert grantees.reserve(grantees.camelia, other, need=need, month=month).outcome == "refused"
