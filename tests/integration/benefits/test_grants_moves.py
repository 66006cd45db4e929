"""B5: maker is not checker. B6: a grant moves as the table of moves says, and in no other way."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.integration.benefits.grantees import AT, Grantees
from tests.integration.benefits.world import breaches
from tests.wasl_postgres import TestDatabase
from wasl.benefits.grants.actions import (
    cancel_grants,
    give_now,
    return_grant,
    reverse_delivery,
)
from wasl.benefits.grants.rules import ALIVE, BORN, MOVES, Ask, Receipt, State, may_move
from wasl.kernel.errors import NotAllowed, RuleRefused
from wasl.organisations.viewer import Viewer
from wasl.store.connections import app_connection

PUT = (
    "INSERT INTO benefits_grant (year, organisation_id, need, need_version, month, first_month, last_month, entry_id,"
    " record_id, to_person, unit, state, source, created_by, created_at, approved_by, approved_at, expires_at)"
    " VALUES (2026, 1, 'food_box', 1, '2025-03-01', '2025-03-01', '2025-03-01', 1, 1, false, 'box', %(state)s, 'door',"
    " 'amina', now(), 'adel', now(), CASE WHEN %(state)s IN ('reserved', 'approved') THEN now() END) RETURNING id"
)
MOVE = (
    "UPDATE benefits_grant SET state = %(state)s,"
    " expires_at = CASE WHEN %(state)s IN ('reserved', 'approved') THEN now() END WHERE id = %(id)s"
)


def put(connection: psycopg.Connection, state: State) -> int:
    """Write a grant in some state, past the trigger that no role may pass."""
    connection.execute("SET session_replication_role = replica")
    row = connection.execute(PUT.encode(), {"state": state.value}).fetchone()
    connection.execute("SET session_replication_role = origin")
    assert row is not None
    return int(row[0])


def refused(connection: psycopg.Connection, statement: str, values: dict[str, object]) -> str | None:
    """Return the constraint that refuses a statement, None where nothing does; nothing of it stays."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement.encode(), values)
    except psycopg.errors.CheckViolation as error:
        return error.diag.constraint_name
    return None


@pytest.fixture
def superuser(database: TestDatabase) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.superuser) as connection:
        yield connection
        connection.rollback()


def test_postgresql_refuses_every_move_that_the_table_does_not_list(superuser: psycopg.Connection) -> None:
    grants = {state: put(superuser, state) for state in State}
    for start, end in product(State, State):
        said = refused(superuser, MOVE, {"state": end.value, "id": grants[start]})
        assert (start, end, said) == (start, end, None if may_move(start, end) else "benefits_grant_move")


def test_a_grant_is_born_reserved_or_reported(superuser: psycopg.Connection) -> None:
    born = {state for state in State if refused(superuser, PUT, {"state": state.value}) is None}
    assert born == BORN


def test_the_table_in_the_database_is_the_one_in_the_rules(grantees: Grantees) -> None:
    rows = grantees.world.rows("SELECT from_state, to_state, name FROM benefits_grant_move")
    assert {tuple(row) for row in rows} == {(one.value, other.value, name) for one, other, name in MOVES}


def test_who_made_and_who_approved_are_not_rewritten(grantees: Grantees) -> None:
    _, entry = grantees.family()
    grant = grantees.approved(entry)
    for change in ("created_by = 'other'", "approved_by = 'other'", "approved_by = NULL"):
        with pytest.raises(psycopg.errors.CheckViolation):
            grantees.world.connection.execute(
                f"UPDATE benefits_grant SET {change} WHERE id = %s".encode(), [grant]
            )
        grantees.world.connection.rollback()


def test_nobody_approves_what_they_made(grantees: Grantees) -> None:
    _, entry = grantees.family()
    grant = grantees.reserved(grantees.amina, entry)
    assert grantees.approve(grantees.amina, grant) == "same_maker"
    assert grantees.approve(grantees.camelia, grant) == "not_own"
    with pytest.raises(psycopg.errors.CheckViolation):
        grantees.world.connection.execute(
            "UPDATE benefits_grant SET state = 'approved', approved_by = 'amina', approved_at = now() WHERE id = %s",
            [grant],
        )
    grantees.world.connection.rollback()
    assert grantees.deliver(grantees.amina, grant).outcome == "not_approved"


def test_the_database_believes_the_session_about_who_acts(grantees: Grantees) -> None:
    """Amina cannot approve her own by saying she is Adel, nor act for another organisation."""
    _, entry = grantees.family()
    grant = grantees.reserved(grantees.amina, entry)
    whose = grantees.amina.organisation_id
    with app_connection(grantees.amina) as connection:
        said = connection.execute(
            "SELECT outcome FROM benefits_approve(%s, %s::bigint[], 'adel', now())", [whose, [grant]]
        ).fetchall()
    assert said == [("same_maker",)]
    for viewer in (grantees.camelia, Viewer(grantees.amina.user_id, "amina", whose, "m01", "viewer"),
                   Viewer(grantees.amina.user_id, "amina", whose, "m01", "desk")):  # fmt: skip
        with app_connection(viewer) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "SELECT * FROM benefits_approve(%s, %s::bigint[], 'adel', now())", [whose, [grant]]
            )


def test_the_desk_and_a_viewer_do_not_give(grantees: Grantees, dalia: Viewer, basim: Viewer) -> None:
    _, entry = grantees.family()
    for nobody in (dalia, basim):
        with pytest.raises(NotAllowed):
            grantees.reserve(nobody, entry)


def test_what_nobody_guards_is_given_at_once_and_nothing_else(grantees: Grantees) -> None:
    _, entry = grantees.family()

    def give(need: str, operation: UUID) -> str:
        month = AT.date().replace(day=1)
        return give_now(
            by=grantees.amina,
            at=AT,
            need=need,
            month=month,
            row=Ask(entry),
            receipt=Receipt(),
            operation=operation,
        ).outcome

    assert give("meat", uuid4()) == give("meat", uuid4()) == "delivered"
    with pytest.raises(RuleRefused, match=r"grant\.needs_approval"):
        give("food_box", uuid4())
    assert grantees.world.rows("SELECT DISTINCT approved_by FROM benefits_grant") == [("*rule",)]
    assert breaches(grantees.world.connection) == []


@pytest.mark.parametrize("seed", range(3))
def test_random_walks_of_roles_never_let_a_maker_check(grantees: Grantees, seed: int) -> None:
    chance = random.Random(seed)
    known = [grantees.family(grantees.amina, grantees.camelia) for _ in range(3)]
    hands = [(grantees.amina, 1), (grantees.adel, 1), (grantees.camelia, 2), (grantees.carim, 2)]
    grants: list[int] = []
    for _ in range(40):
        by, place = chance.choice(hands)
        deed = chance.choice(["reserve", "approve", "deliver", "reverse", "cancel", "return"])
        if deed == "reserve" or not grants:
            said = grantees.reserve(by, chance.choice(known)[place], answer=chance.choice(["", "give"]))
            grants += [said.grant_id] if said.outcome == "reserved" and said.grant_id else []
            continue
        grant = chance.choice(grants)
        if deed == "approve":
            grantees.approve(by, grant)
        elif deed == "deliver":
            grantees.deliver(by, grant)
        elif deed == "reverse":
            reverse_delivery(by=by, at=AT, grant=grant, reason="خطأ", operation=uuid4())
        elif deed == "cancel":
            cancel_grants(by=by, at=AT, grants=[grant], reason="لا حاجة", operation=uuid4())
        else:
            return_grant(by=by, at=AT, grant=grant, reason="أعادتها", operation=uuid4())
    assert not grantees.world.rows("SELECT FROM benefits_grant WHERE approved_by = created_by")
    alive = grantees.world.rows(
        "SELECT FROM benefits_grant g WHERE (g.state = ANY(%s)) <> EXISTS ("
        " SELECT FROM benefits_cell c WHERE c.list_id = g.id)", [state.value for state in ALIVE],
    )  # fmt: skip
    assert alive == []
    assert breaches(grantees.world.connection) == []
