"""B4: an exception has a reason, who asked, who of another organisation approved, and a last day."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from django.utils import timezone

from tests.conftest import NOW
from tests.integration.benefits.world import World
from wasl.benefits.exceptions import (
    Wish,
    access_exception,
    answer_exception,
    ask_exception,
    end_exception,
    list_exceptions,
    withdraw_exception,
)
from wasl.benefits.overlap_work.verification import CHECKS
from wasl.benefits.overlap_work.waiting import list_overlaps_waiting
from wasl.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from wasl.kernel.months import add_months
from wasl.organisations.actions import add_user
from wasl.organisations.queries import get_viewer
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.store.connections import owner_connection
from wasl.store.verification import run_check

FOR = "SELECT benefits_exception_for(%s, %s, 'cash', %s)"
AMONG = "SELECT subject_id, exception_id IS NOT NULL FROM benefits_excepted(%s, 'monthly_cash', %s, %s)"


@pytest.fixture
def world(engine: psycopg.Connection, amina: Viewer, camelia: Viewer) -> World:
    return World(engine)


@pytest.fixture
def month() -> date:
    return timezone.localdate().replace(day=1)


@pytest.fixture
def mine(world: World, amina: Viewer, camelia: Viewer, month: date) -> int:
    """Amina's entry of a family to which Camelia's organisation gives cash this month."""
    family = world.add_family()
    entry = world.add_entry(amina.organisation_id or 0, family)
    theirs = world.add_entry(camelia.organisation_id or 0, family)
    world.give(camelia.organisation_id or 0, 11, theirs, need="monthly_cash", month=month)
    world.settle(family)
    world.connection.commit()
    return entry


def wish(entry: int, month: date) -> Wish:
    expires = timezone.localdate() + timedelta(days=20)
    return Wish(entry, "monthly_cash", "cash", month, month, "حريق في البيت", expires)


def test_approved_exception_opens_the_cell_for_its_organisation_family_slot_and_month_alone(
    world: World, mine: int, amina: Viewer, camelia: Viewer, month: date
) -> None:
    a, b = amina.organisation_id or 0, camelia.organisation_id or 0
    family = world.entry_family[mine]
    code = ask_exception(by=amina, at=NOW, wish=wish(mine, month))
    world.connection.commit()
    assert world.rows(FOR, a, mine, month) == [(None,)]
    answer_exception(by=camelia, at=NOW, code=code, approve=True)
    world.connection.commit()
    assert world.rows(FOR, a, mine, month)[0][0] is not None
    assert world.rows(AMONG, a, month, [family]) == [(family, True)]
    assert world.rows(FOR, b, mine, month) == world.rows(FOR, a, mine, add_months(month, 1)) == [(None,)]
    assert world.rows(AMONG, b, month, [family]) == world.rows(AMONG, a, add_months(month, 1), [family]) == []
    found = access_exception(amina, code)
    assert (found.state, found.requested_by, found.approved_by) == ("approved", "amina", None)
    assert access_exception(camelia, code).approved_by == "camelia"
    end_exception(by=amina, at=NOW, code=code)
    world.connection.commit()
    assert world.rows(FOR, a, mine, month) == [(None,)]


def test_exception_follows_its_family_and_ends_by_the_clock(
    world: World, mine: int, amina: Viewer, camelia: Viewer, dalia: Viewer, month: date
) -> None:
    a = amina.organisation_id or 0
    code = ask_exception(by=amina, at=NOW, wish=wish(mine, month))
    answer_exception(by=dalia, at=NOW, code=code, approve=True)
    other = world.add_family()
    world.link(mine, other)
    later = world.add_entry(a, other)
    assert world.rows(FOR, a, later, month)[0][0] is not None
    world.connection.commit()
    with owner_connection() as owner:
        owner.execute("ALTER TABLE benefits_exception DISABLE TRIGGER benefits_exception_stays")
        owner.execute(
            "UPDATE benefits_exception SET first_month = %s, last_month = %s, expires_on = current_date - 2",
            [add_months(month, -2)] * 2,
        )
        owner.execute("ALTER TABLE benefits_exception ENABLE TRIGGER benefits_exception_stays")
    assert world.rows(FOR, a, mine, add_months(month, -2)) == [(None,)]
    assert access_exception(amina, code).is_over


def test_amina_s_colleagues_cannot_approve_and_strangers_cannot_see(
    world: World,
    mine: int,
    desk: Viewer,
    amina: Viewer,
    basim: Viewer,
    camelia: Viewer,
    dalia: Viewer,
    month: date,
) -> None:
    add_user(by=desk, at=NOW, username="aida", organisation_code="m01", role=Role.OFFICER)
    world.add_organisation("m03")
    add_user(by=desk, at=NOW, username="emad", organisation_code="m03", role=Role.OFFICER)
    aida, emad = get_viewer("aida"), get_viewer("emad")
    code = ask_exception(by=amina, at=NOW, wish=wish(mine, month))
    for by in (amina, aida, emad):
        with pytest.raises(NotFound):
            answer_exception(by=by, at=NOW, code=code, approve=True)
    with pytest.raises(NotAllowed):
        answer_exception(by=basim, at=NOW, code=code, approve=True)
    assert list_exceptions(emad) == [] and [one.code for one in list_exceptions(basim)] == [code]
    seen = list_exceptions(camelia)[0]
    assert seen.may_answer and seen.requested_by is None and not seen.is_own
    assert list_exceptions(dalia)[0].may_answer and not list_exceptions(aida)[0].may_answer
    assert [one.code for one in list_overlaps_waiting(camelia)] == ["exceptions.asked"]
    assert list_overlaps_waiting(amina) == []


def test_of_two_who_answer_at_once_one_wins(
    world: World, mine: int, amina: Viewer, camelia: Viewer, dalia: Viewer, month: date
) -> None:
    code = ask_exception(by=amina, at=NOW, wish=wish(mine, month))
    told: list[str] = []

    def answer(by: Viewer, approve: bool) -> None:
        try:
            answer_exception(by=by, at=NOW, code=code, approve=approve, reason="رأيت الأسرة")
            told.append("won")
        except (Conflict, NotFound):
            told.append("late")

    threads = [threading.Thread(target=answer, args=pair) for pair in ((camelia, True), (dalia, False))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["late", "won"]
    assert access_exception(dalia, code).state in ("approved", "refused")


def test_asking_wants_a_reason_months_in_order_and_a_last_day(
    mine: int, amina: Viewer, basim: Viewer, camelia: Viewer, month: date
) -> None:
    right = wish(mine, month)
    today = timezone.localdate()
    for wrong in (
        {"reason": "  "}, {"last_month": add_months(month, -1)}, {"last_month": add_months(month, 12)},
        {"expires_on": today - timedelta(days=1)}, {"expires_on": today + timedelta(days=400)},
    ):  # fmt: skip
        with pytest.raises(InvalidInput):
            ask_exception(by=amina, at=NOW, wish=replace(right, **wrong))  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        ask_exception(by=camelia, at=NOW, wish=right)
    with pytest.raises(NotAllowed):
        ask_exception(by=basim, at=NOW, wish=right)
    with pytest.raises(NotFound):
        ask_exception(by=amina, at=NOW, wish=replace(right, slot="nothing"))
    code = ask_exception(by=amina, at=NOW, wish=right)
    with pytest.raises(Conflict, match=r"exception\.asked_already"):
        ask_exception(by=amina, at=NOW, wish=right)
    with pytest.raises(InvalidInput):
        answer_exception(by=camelia, at=NOW, code=code, approve=False, reason=" ")
    withdraw_exception(by=amina, at=NOW, code=code)
    with pytest.raises(NotFound):
        answer_exception(by=camelia, at=NOW, code=code, approve=True)
    assert ask_exception(by=amina, at=NOW, wish=right) != code


COLUMNS = {
    "organisation_id": "{a}", "own_no": "1", "entry_id": "{entry}", "need": "'monthly_cash'", "slot": "'cash'",
    "first_month": "date '2026-03-01'", "last_month": "date '2026-03-01'", "reason": "'x'",
    "expires_on": "date '2026-03-20'", "requester_id": "{amina}", "requester_organisation_id": "{a}",
    "requested_at": "now()",
}  # fmt: skip
ANSWER = {"approver_id": "{camelia}", "approver_organisation_id": "{b}", "answered_at": "now()"}


def insert(columns: dict[str, str]) -> str:
    return f"INSERT INTO benefits_exception ({', '.join(columns)}, state) VALUES ({', '.join(columns.values())}, 'asked')"


def test_postgresql_refuses_every_exception_of_which_something_is_missing(
    mine: int, amina: Viewer, camelia: Viewer, desk: Viewer, month: date
) -> None:
    known = {
        "a": amina.organisation_id, "b": camelia.organisation_id, "entry": mine, "amina": amina.user_id,
        "camelia": camelia.user_id,
    }  # fmt: skip

    def refused(*statements: str) -> bool:
        with owner_connection() as owner:
            try:
                for one in statements:
                    owner.execute(one.format(**known).encode())
            except psycopg.errors.IntegrityError:
                return True
            finally:
                owner.rollback()
        return False

    def answered(columns: dict[str, str], state: str) -> str:
        said = "".join(f", {name} = {value}" for name, value in columns.items())
        return f"UPDATE benefits_exception SET state = '{state}'{said}"

    whole = insert(COLUMNS)
    assert not refused(whole) and not refused(whole, answered(ANSWER, "approved"))
    for size in (1, 2, len(COLUMNS)):
        for gone in itertools.combinations(COLUMNS, size):
            left = {name: value for name, value in COLUMNS.items() if name not in gone}
            assert left == {} or refused(insert(left)), gone
    for size in (1, 2, 3):
        for missing in itertools.combinations(ANSWER, size):
            assert refused(
                whole, answered({k: v for k, v in ANSWER.items() if k not in missing}, "approved")
            ), missing
            some = {k: v for k, v in ANSWER.items() if k in missing}
            assert refused(whole, answered(some, "asked")), missing
    own = ANSWER | {"approver_id": "{amina}", "approver_organisation_id": "{a}"}
    assert refused(whole, answered(own, "approved"))
    assert refused(whole, answered(ANSWER | {"approver_id": "{amina}"}, "approved"))
    assert refused(insert(COLUMNS | {"requester_id": "{camelia}"}))
    assert refused(insert(COLUMNS | {"requester_id": "{camelia}", "requester_organisation_id": "{b}"}))
    assert refused(insert(COLUMNS | {"reason": "'  '"}))
    assert refused(whole, answered(ANSWER, "refused"))
    assert refused(insert(COLUMNS).replace("'asked')", "'approved')"))
    assert refused(
        whole, answered(ANSWER, "approved"), "UPDATE benefits_exception SET expires_on = '2027-01-01'"
    )
    assert refused(whole, answered(ANSWER, "approved"), answered({}, "asked"))


def test_verify_asks_for_the_guards(
    world: World, mine: int, amina: Viewer, camelia: Viewer, month: date
) -> None:
    code = ask_exception(by=amina, at=NOW, wish=wish(mine, month))
    answer_exception(by=camelia, at=NOW, code=code, approve=True)
    with owner_connection() as owner:
        assert [one.guard for one in CHECKS if not run_check(owner, one).is_kept] == []
        for name in ("benefits_exception_approved_by_another", "benefits_exception_answered"):
            owner.execute(f"ALTER TABLE benefits_exception DROP CONSTRAINT {name}".encode())
        owner.execute("ALTER TABLE benefits_exception DISABLE TRIGGER benefits_exception_moves")
        owner.execute("ALTER TABLE benefits_exception DISABLE TRIGGER benefits_exception_stays")
        owner.execute(
            "UPDATE benefits_exception SET approver_id = requester_id,"
            " approver_organisation_id = requester_organisation_id"
        )
        broken = [run_check(owner, one) for one in CHECKS if one.id == "B4"]
        assert [(one.present, one.breaches) for one in broken[:2]] == [(False, 1), (False, 0)]
        owner.rollback()
