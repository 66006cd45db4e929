"""Doors, separations, calls off and officers who leave, at once: nobody climbs over a refusal, no cell is lost."""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from tests.integration.benefits import granting
from tests.integration.benefits.bulks import AT, add_families, bring_codes, own_codes, say_nothing
from tests.integration.benefits.grantees import Grantees
from tests.integration.benefits.world import MARCH, breaches
from wasl.benefits.bulk import performing
from wasl.benefits.bulk.performing import perform_bulk
from wasl.benefits.grants.actions import cancel_grants
from wasl.intake.bulk_jobs import prepare_bulk
from wasl.kernel.errors import Conflict, NotAllowed, RuleRefused, Unavailable
from wasl.linkage.identify_checks import CHECKS as OF_QUESTIONS
from wasl.linkage.provisional import separate_provisionally
from wasl.linkage.verification import CHECKS as LINKAGE
from wasl.organisations.actions import disable_user
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection
from wasl.store.verification import run_check


def waits(grantees: Grantees) -> bool:
    """Tell whether somebody waits for a lock."""
    found = grantees.world.rows("SELECT count(*) FROM pg_locks WHERE NOT granted")
    grantees.world.connection.rollback()
    return bool(found[0][0])


def test_nobody_climbs_over_a_refusal_that_came_while_a_warning_was_answered(grantees: Grantees) -> None:
    family, entry, other = grantees.family(grantees.amina, grantees.camelia)
    c = grantees.world.add_organisation("m03")
    third = grantees.world.add_entry(c, family)
    grantees.world.connection.commit()
    warns = grantees.reserved(grantees.amina, entry, need="food_box")

    def climb() -> str:
        try:
            return grantees.reserve(grantees.camelia, other, need="food_package", answer="give").outcome
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool, engine_connection() as leaving:
        assert granting.end(leaving, grantees.amina.organisation_id or 0, warns) == "cancelled"
        climbing = pool.submit(climb)
        for _ in range(100):
            if waits(grantees):
                break
            time.sleep(0.05)
        assert granting.reserve(leaving, c, third, need="food_package")[0] == "reserved"
        leaving.commit()
        assert climbing.result(timeout=30) == "refused"
    assert grantees.world.cells(family) == [(0, c)]


def test_who_is_disabled_gives_no_further_chunk(
    grantees: Grantees, desk: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = add_families(grantees.world, 6, grantees.amina.organisation_id or 0)
    codes = own_codes(grantees.world, entries[grantees.amina.organisation_id or 0])
    monkeypatch.setattr("wasl.benefits.bulk.planning.CHUNK_ROWS", 2)
    monkeypatch.setattr(performing, "AT_ONCE", {})
    bulk = bring_codes(grantees.amina, codes, need="monthly_cash", month=MARCH)
    prepare_bulk(code=bulk.code, by=grantees.amina, heard=say_nothing)
    really, done = performing._do_chunk, []

    def then_disable(*args: Any) -> None:
        really(*args)
        if not done:
            disable_user(by=desk, at=AT, username="amina")
            connections.close_all()
            time.sleep(1)
        done.append(args[-2])

    monkeypatch.setattr(performing, "_do_chunk", then_disable)
    with pytest.raises(NotAllowed):
        perform_bulk(code=bulk.code, by=grantees.amina, at=AT, heard=say_nothing)
    assert len(done) == 1
    after = perform_bulk(code=bulk.code, by=grantees.adel, at=AT, heard=say_nothing)
    assert (str(after.state), after.rows_done) == ("done", 6)


def test_separations_race_doors_and_lose_no_cell(grantees: Grantees) -> None:
    known = [grantees.family(grantees.amina, grantees.camelia) for _ in range(8)]
    for family, entry, other in known[:4]:
        person = grantees.world.add_person(family, grantees.world.record_of(entry))
        grantees.world.connection.execute(
            "INSERT INTO registry_link VALUES (%s, %s, 1)", [grantees.world.record_of(other), person]
        )
    grantees.world.connection.commit()
    said: Counter[str] = Counter()

    def act(number: int) -> None:
        chance = random.Random(number)
        try:
            for _, entry, other in chance.sample(known, len(known)):
                try:
                    said[one_act(chance, entry, other)] += 1
                except (Conflict, RuleRefused, Unavailable) as error:
                    said[error.code] += 1
        finally:
            connections.close_all()

    def one_act(chance: random.Random, entry: int, other: int) -> str:
        by, own = chance.choice([(grantees.amina, entry), (grantees.camelia, other)])
        if chance.random() < 0.3:
            separate_provisionally(by=by, at=AT, entry_id=own, reason="أسرة أخرى", operation=uuid4())
            return "separated"
        need = chance.choice(["monthly_cash", "cash_food_package", "food_box", "state_cash"])
        answer = chance.choice(["", "give"])
        got = grantees.reserve(by, own, need=need, answer=answer)
        if got.outcome == "reserved" and chance.random() < 0.3:
            (ended,) = cancel_grants(by=by, at=AT, grants=[got.grant_id or 0], reason="x", operation=uuid4())
            return ended.outcome
        return got.outcome

    with ThreadPoolExecutor(6) as pool:
        for one in [pool.submit(act, number) for number in range(6)]:
            one.result()
    grantees.world.connection.rollback()
    assert breaches(grantees.world.connection) == []
    # The world's records are written past loading, so nothing describes them for questions.
    asked = [one for one in LINKAGE if one not in OF_QUESTIONS]
    assert [one.guard for one in asked if not run_check(grantees.world.connection, one).is_kept] == []
    assert said["separated"] and said["reserved"]
    twice = grantees.world.rows(
        "SELECT c.subject_id, c.slot, c.month FROM benefits_cell c JOIN benefits_need n ON n.code = c.need"
        " WHERE n.guard = 'refuse' AND c.reason IS DISTINCT FROM 'link'"
        " GROUP BY 1, 2, 3 HAVING count(*) > 1"
    )
    assert twice == []
