"""Replacing, withdrawing and bringing back: a list counts when its state says so, and nowhere else (L9)."""

from __future__ import annotations

import random

import psycopg
import pytest

from tests.integration.intake.conftest import AT, Load, people
from tests.integration.intake.content import count_appearances, count_claims, digest_content
from wasl.intake.actions import restore_list, withdraw_list
from wasl.intake.queries import access_list
from wasl.kernel.errors import InvalidInput, NotAllowed, NotFound, RuleRefused
from wasl.organisations.viewer import Viewer
from wasl.store.verification import run_check


def test_withdraw_and_restore_give_back_what_was(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    code = load(people(1, 6), amina).lists[0]
    before = digest_content(engine)
    engine.commit()
    assert withdraw_list(code=code, reason="خطأ في الشهر", by=amina, at=AT).changed
    assert (count_claims(engine), count_appearances(engine)) == (0, 0)
    assert not withdraw_list(code=code, reason="مرة أخرى", by=amina, at=AT).changed
    assert restore_list(code=code, by=amina, at=AT).changed
    assert not restore_list(code=code, by=amina, at=AT).changed
    engine.commit()
    assert digest_content(engine) == before
    actions = engine.execute(
        "SELECT action FROM audit_entry WHERE object_kind = 'list' ORDER BY id"
    ).fetchall()
    assert [action for (action,) in actions] == ["load_list", "withdraw_list", "restore_list"]


def test_withdraw_needs_a_reason_and_the_right(
    load: Load, amina: Viewer, basim: Viewer, camelia: Viewer
) -> None:
    code = load(people(1, 3), amina).lists[0]
    with pytest.raises(InvalidInput):
        withdraw_list(code=code, reason="  ", by=amina, at=AT)
    with pytest.raises(NotAllowed):
        withdraw_list(code=code, reason="لا", by=basim, at=AT)
    with pytest.raises(NotFound):
        withdraw_list(code=code, reason="لا", by=camelia, at=AT)


def test_replacing_list_keeps_records_of_unchanged_lines(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    lines = people(1, 6)
    old = load(lines, amina).lists[0]
    records = engine.execute("SELECT row, record_id FROM intake_mention ORDER BY row").fetchall()
    engine.commit()
    lines[2] = lines[2].replace("ملوي", "المنيا")
    new = load(lines, amina, name="corrected.csv", replaces=old)
    assert new.sheets[0].replaced == old
    assert access_list(amina, old).state == "replaced"
    assert access_list(amina, old).replaced_by == new.lists[0]
    assert (count_claims(engine), count_appearances(engine)) == (6, 6)
    now = engine.execute(
        "SELECT row, record_id FROM intake_mention WHERE list_id = (SELECT max(id) FROM intake_list) ORDER BY row"
    ).fetchall()
    assert [a == b for a, b in zip(records, now, strict=True)] == [True, True, False, True, True, True]
    with pytest.raises(RuleRefused):
        load(people(1, 2), amina, name="third.csv", replaces=old)


def test_replacing_a_list_of_another_organisation_is_refused(
    load: Load, amina: Viewer, camelia: Viewer, desk: Viewer
) -> None:
    code = load(people(1, 3), camelia).lists[0]
    with pytest.raises(NotFound):
        load(people(1, 3), amina, replaces=code)
    with pytest.raises(RuleRefused):
        load(people(1, 3), desk, replaces=code)


def test_of_a_list_and_its_successor_one_counts(load: Load, amina: Viewer) -> None:
    first = load(people(1, 3), amina, name="1.csv").lists[0]
    second = load(people(1, 4), amina, name="2.csv", replaces=first).lists[0]
    assert restore_list(code=first, by=amina, at=AT).stepped_back == (second,)
    assert access_list(amina, second).state == "withdrawn"
    assert restore_list(code=second, by=amina, at=AT).stepped_back == (first,)
    assert access_list(amina, first).state == "replaced"


@pytest.mark.parametrize("seed", range(4))
def test_random_walk_counts_as_the_model_does(
    seed: int, load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    """Load, replace, withdraw, restore in random order against a small model of who counts."""
    choose = random.Random(seed)
    states: dict[str, str] = {}
    before: dict[str, str | None] = {}
    sizes: dict[str, int] = {}
    for step in range(12):
        move = choose.choice(["load", "replace", "withdraw", "restore", "restore"])
        code = choose.choice(sorted(states)) if states else None
        if code is None or move == "load" or (move == "replace" and states[code] == "replaced"):
            code, move = None, "load"
        if move in ("load", "replace"):
            size = choose.randrange(1, 9)
            new = load(people(100 * step, size), amina, name=f"{step}.csv", replaces=code).lists[0]
            if code:
                states[code] = "replaced"
            states[new], before[new], sizes[new] = "active", code, size
        elif move == "withdraw" and states[code] != "replaced":
            withdraw_list(code=code, reason="سبب", by=amina, at=AT)
            states[code] = "withdrawn"
        elif move == "restore":
            restore_list(code=code, by=amina, at=AT)
            _restore(states, before, code)
        assert {code: access_list(amina, code).state for code in states} == states
        wanted = sum(sizes[code] for code, state in states.items() if state == "active")
        assert (count_claims(engine), count_appearances(engine)) == (wanted, wanted)
        engine.rollback()
    _assert_verified(engine)


def _restore(states: dict[str, str], before: dict[str, str | None], code: str) -> None:
    def ancestors(of: str | None) -> list[str]:
        return [] if of is None else [of, *ancestors(before[of])]

    if states[code] == "active":
        return
    mine = ancestors(code)
    for other in states:
        if other != code and states[other] == "active" and set(ancestors(other)) & set(mine):
            states[other] = "replaced" if other in mine else "withdrawn"
    states[code] = "active"


def _assert_verified(engine: psycopg.Connection) -> None:
    from wasl.intake.verification import CHECKS as INTAKE
    from wasl.registry.verification import CHECKS as REGISTRY

    for check in (*INTAKE, *REGISTRY):
        finding = run_check(engine, check)
        assert finding.is_kept, (check.id, check.guard, finding)
