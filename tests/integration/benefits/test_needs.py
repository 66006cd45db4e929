"""Needs, slots and seasons as the desk writes them, and what PostgreSQL holds of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import psycopg
import pytest
from django.db import connections

from tests.conftest import NOW
from tests.integration.benefits.kept_catalogue import kept_catalogue
from tests.integration.benefits.world import APRIL, MARCH, World, breaches
from tests.wasl_postgres import TestDatabase
from wasl.benefits import catalogue
from wasl.benefits.needs import actions
from wasl.benefits.needs.actions import (
    add_need,
    add_season,
    add_slot,
    change_need,
    change_season,
    change_slot,
    word_need,
)
from wasl.benefits.needs.effects import Effect, preview_rule
from wasl.benefits.needs.queries import access_need, list_needs, list_seasons, list_slots, list_written
from wasl.benefits.needs.rules import NeedRule, NeedWords, SeasonValues, SlotValues
from wasl.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleRefused
from wasl.organisations.viewer import Viewer
from wasl.store.connections import app_connection, engine_connection, owner_connection

WORDS = NeedWords("خزان مياه", "Water tank", "social", ("خزان أرضي",))
RULE = NeedRule("family", "warn", "months", 12, 1, 60, 1, "piece", ("water",))
RULE_COLUMNS = (
    "subject, guard, period, window_months, horizon_months, reservation_days, tranches, unit, slots, made_by"
)


@pytest.fixture(autouse=True)
def _kept(database: TestDatabase) -> Iterator[None]:
    with kept_catalogue(database):
        yield


def tighten(by: Viewer, need: str = "food_box", **changed: object) -> int | None:
    """Change the rule in force as somebody who has just looked at it would."""
    found = access_need(by, need).need
    rule = replace(found.rule, **(changed or {"guard": "refuse"}))  # type: ignore[arg-type]
    return change_need(by=by, at=NOW, need=need, edited=found.version, rule=rule, reason="قرار اللجنة")


def audited(viewer: Viewer, action: str) -> list[tuple[str, str]]:
    with app_connection(viewer) as connection:
        return connection.execute(
            "SELECT username, object_code FROM audit_entry WHERE action = %s ORDER BY id", [action]
        ).fetchall()


def test_change_need_that_lost_a_race_begins_again(desk: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    real, lost = actions._ask, []

    def loses_once(function: str, values: list[object]) -> tuple[object, ...]:
        if not lost:
            lost.append(function)
            with connections["default"].cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$")
        return real(function, values)

    monkeypatch.setattr(actions, "_ask", loses_once)
    assert tighten(desk) == 2
    assert lost == ["benefits_change_need"]


def test_change_need_puts_the_next_version_in_force_and_keeps_the_one_before(desk: Viewer) -> None:
    assert tighten(desk, guard="refuse", slots=("cash", "food"), tranches=3) == 2
    found = access_need(desk, "food_box")
    assert (found.need.version, found.need.rule.guard, found.need.rule.slots) == (
        2,
        "refuse",
        ("cash", "food"),
    )
    new, first = found.versions
    assert (new.made_by, new.reason, new.from_catalogue) == ("console", "قرار اللجنة", False)
    assert [change.field for change in new.changes] == ["guard", "tranches", "slots"]
    assert (first.version, first.from_catalogue, first.rule.guard, first.rule.slots) == (
        1,
        True,
        "warn",
        ("food",),
    )
    with engine_connection() as engine:
        rows = engine.execute(
            "SELECT slot FROM benefits_need_slot WHERE need = 'food_box' ORDER BY slot"
        ).fetchall()
        assert rows == [("cash",), ("food",)]
    assert audited(desk, "need.changed") == [("console", "food_box")]


def test_change_need_to_what_stands_writes_nothing(desk: Viewer) -> None:
    found = access_need(desk, "food_box").need
    again = replace(found.rule, slots=("food", "food"))
    assert change_need(by=desk, at=NOW, need="food_box", edited=1, rule=again, reason="") is None
    assert len(access_need(desk, "food_box").versions) == 1


@pytest.mark.parametrize("who", ["amina", "basim"])
def test_nobody_but_the_desk_changes_a_need(who: str, request: pytest.FixtureRequest) -> None:
    viewer = request.getfixturevalue(who)
    found = access_need(viewer, "food_box").need
    rule = replace(found.rule, guard="refuse")
    with pytest.raises(NotAllowed):
        change_need(by=viewer, at=NOW, need="food_box", edited=1, rule=rule, reason="x")
    with app_connection(viewer) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT benefits_change_need('food_box', 1, '{}', 'x', now())")


def test_change_need_of_nobody_is_not_found(desk: Viewer) -> None:
    with pytest.raises(NotFound):
        change_need(by=desk, at=NOW, need="no_such", edited=1, rule=RULE, reason="x")


def test_change_need_without_a_reason_is_refused(desk: Viewer) -> None:
    rule = replace(access_need(desk, "food_box").need.rule, guard="refuse")
    with pytest.raises(InvalidInput) as refused:
        change_need(by=desk, at=NOW, need="food_box", edited=1, rule=rule, reason="  ")
    assert refused.value.code == "rule.reason_missing"


def test_two_editors_of_one_version_the_second_is_told(desk: Viewer, dalia: Viewer) -> None:
    rule = access_need(dalia, "food_box").need.rule
    assert tighten(desk) == 2
    with pytest.raises(Conflict) as stale:
        change_need(by=dalia, at=NOW, need="food_box", edited=1, rule=replace(rule, tranches=2), reason="خطة")
    assert (stale.value.code, stale.value.params["version"]) == ("need.stale", 2)
    assert access_need(desk, "food_box").need.rule.tranches == 1


def test_ten_editors_at_once_one_wins_and_there_is_no_gap(desk: Viewer) -> None:
    rule = access_need(desk, "food_box").need.rule
    outcomes: list[str] = []
    gate = threading.Barrier(10)

    def edit(tranches: int) -> None:
        gate.wait()
        try:
            change_need(
                by=desk,
                at=NOW,
                need="food_box",
                edited=1,
                rule=replace(rule, tranches=tranches),
                reason="سباق",
            )
            outcomes.append("won")
        except Conflict:
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(2, 12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["told"] * 9 + ["won"]
    assert [one.version for one in access_need(desk, "food_box").versions] == [2, 1]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE benefits_need_version SET guard = 'none'",
        "DELETE FROM benefits_need_version",
        "TRUNCATE benefits_need_version CASCADE",
        "DELETE FROM benefits_need_version_slot",
        "UPDATE benefits_need_version_slot SET slot = 'cash'",
        "UPDATE benefits_slot_version SET target = 'all'",
        "DELETE FROM benefits_season_version",
    ],
)
def test_no_version_is_ever_rewritten(database: TestDatabase, sql: str) -> None:
    with owner_connection() as owner, pytest.raises(psycopg.errors.Error) as refused:
        owner.execute(sql.encode())
    assert refused.value.sqlstate == "WA001"


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        ("UPDATE benefits_need SET guard = 'refuse' WHERE code = 'food_box'", "benefits_need_is_its_version"),
        ("UPDATE benefits_need SET version = 2 WHERE code = 'food_box'", "benefits_need_is_its_version"),
        ("UPDATE benefits_need SET tranches = 2 WHERE code = 'food_box'", "benefits_need_is_its_version"),
        ("DELETE FROM benefits_need_slot WHERE need = 'food_box'", "benefits_need_is_its_version"),
        ("INSERT INTO benefits_need_slot VALUES ('food_box', 'cash')", "benefits_need_is_its_version"),
        ("INSERT INTO benefits_need_slot VALUES ('meal', 'food')", "benefits_need_is_its_version"),
        (
            "INSERT INTO benefits_need (code, name_ar, axis, subject, guard, period, window_months, unit)"
            " VALUES ('bare', 'x', 'food', 'family', 'none', 'months', 0, 'box')",
            "benefits_need_is_its_version",
        ),
        ("UPDATE benefits_slot SET sensitive = true WHERE code = 'food'", "benefits_slot_is_its_version"),
        ("UPDATE benefits_slot SET target = 'recorded' WHERE code = 'food'", "benefits_slot_is_its_version"),
        ("UPDATE benefits_season SET months = '{2030-01-01}'", "benefits_season_is_its_version"),
        (
            "INSERT INTO benefits_need_version_slot VALUES ('food_box', 1, 'cash')",
            "benefits_need_version_slot_is_said",
        ),
    ],
)
def test_what_is_in_force_is_its_newest_version_or_is_not_committed(
    database: TestDatabase, sql: str, constraint: str
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as refused, owner_connection() as owner:
        owner.execute(sql.encode())
    assert refused.value.diag.constraint_name == constraint


@pytest.mark.parametrize(
    ("version", "guard", "slots", "error"),
    [
        (3, "warn", ["food"], psycopg.errors.ForeignKeyViolation),
        (1, "warn", ["food"], psycopg.errors.UniqueViolation),
        (0, "warn", ["food"], psycopg.errors.CheckViolation),
        (2, "none", ["food"], psycopg.errors.CheckViolation),
        (2, "warn", [], psycopg.errors.CheckViolation),
        (2, "warn", ["no_such"], psycopg.errors.ForeignKeyViolation),
    ],
)
def test_a_version_that_skips_or_that_no_rule_allows_is_refused(
    database: TestDatabase, version: int, guard: str, slots: list[str], error: type[psycopg.Error]
) -> None:
    with pytest.raises(error), owner_connection() as owner:
        owner.execute(
            f"INSERT INTO benefits_need_version (need, version, {RULE_COLUMNS}, reason)"
            " VALUES ('food_box', %s, 'family', %s, 'months', 1, 1, 14, 1, 'box', %s, 'x', 'why')",
            [version, guard, slots],
        )


def test_a_later_version_without_a_reason_is_refused_but_the_catalogue_s(database: TestDatabase) -> None:
    row = "('food_box', 2, 'family', 'warn', 'months', 1, 1, 14, 1, 'box', '{food}', 'x', %s)"
    with pytest.raises(psycopg.errors.CheckViolation) as refused, owner_connection() as owner:
        owner.execute(
            f"INSERT INTO benefits_need_version (need, version, {RULE_COLUMNS}, from_catalogue) VALUES {row}",
            [False],
        )
    assert refused.value.diag.constraint_name == "benefits_need_version_has_reason"
    with owner_connection() as owner:
        owner.execute(
            f"INSERT INTO benefits_need_version (need, version, {RULE_COLUMNS}, from_catalogue) VALUES {row}",
            [True],
        )


def test_the_engine_reads_rules_and_writes_none(database: TestDatabase) -> None:
    with engine_connection() as engine, pytest.raises(psycopg.errors.InsufficientPrivilege):
        engine.execute("UPDATE benefits_need SET guard = 'none'")


def test_a_claim_keeps_its_cells_by_the_rule_it_was_judged_by(
    world: World, desk: Viewer, organisation_a: int
) -> None:
    family = world.add_family()
    world.give(organisation_a, 11, world.add_entry(organisation_a, family))
    world.connection.commit()
    tighten(desk, slots=("cash",))
    world.settle(family)
    assert world.cells(family) == [(0, organisation_a)]
    assert world.cells(family, slot="cash") == []


def test_add_need_stands_by_its_first_rule_and_lists_know_its_name(desk: Viewer) -> None:
    add_need(by=desk, at=NOW, need="water_tank", words=WORDS, rule=RULE, reason="")
    found = access_need(desk, "water_tank")
    assert (found.need.version, found.need.rule, found.need.words.wordings) == (
        1,
        RULE,
        ("خزان أرضي", "خزان مياه"),
    )
    assert found.versions[0].made_by == "console"
    with pytest.raises(Conflict):
        add_need(by=desk, at=NOW, need="water_tank", words=WORDS, rule=RULE, reason="")
    assert audited(desk, "need.added") == [("console", "water_tank")]


def test_word_need_leaves_the_rule_and_refuses_who_was_slower(desk: Viewer) -> None:
    before = access_need(desk, "food_box").need
    words = replace(before.words, name_ar="كرتونة غذاء")
    assert word_need(by=desk, at=NOW, need="food_box", edited=before.words_version, words=words)
    after = access_need(desk, "food_box").need
    assert (after.version, after.name_ar) == (1, "كرتونة غذاء")
    assert "كرتونة غذاء" in after.words.wordings
    with pytest.raises(Conflict):
        word_need(by=desk, at=NOW, need="food_box", edited=before.words_version, words=before.words)
    assert not word_need(by=desk, at=NOW, need="food_box", edited=after.words_version, words=after.words)


def test_a_slot_is_made_sensitive_only_until_a_need_occupies_it(desk: Viewer) -> None:
    values = SlotValues("علاج إدمان", "Addiction", False, "recorded")
    add_slot(by=desk, at=NOW, slot="addiction", values=values)
    secret = replace(values, sensitive=True)
    assert change_slot(by=desk, at=NOW, slot="addiction", edited=1, values=secret, reason="سرية")
    tighten(desk, "medicine", slots=("addiction",))
    tighten(desk, "medicine", slots=("medicine",))
    with pytest.raises(RuleRefused) as refused:
        change_slot(by=desk, at=NOW, slot="addiction", edited=2, values=values, reason="خطأ")
    assert refused.value.code == "slot.sensitive_is_settled"
    [slot] = [one for one in list_slots(desk) if one.code == "addiction"]
    assert (slot.version, slot.values.sensitive, slot.is_settled, slot.needs) == (2, True, True, ())
    assert change_slot(
        by=desk, at=NOW, slot="addiction", edited=2, values=replace(secret, target="all"), reason="توسيع"
    )


def test_a_slot_that_is_being_occupied_is_waited_for(desk: Viewer, database: TestDatabase) -> None:
    """The need's version is written and not yet committed: who would make its slot sensitive waits and is refused."""
    values = SlotValues("حماية", "Protection", False, "recorded")
    add_slot(by=desk, at=NOW, slot="protection", values=values)
    outcomes: list[str] = []

    def hide() -> None:
        try:
            change_slot(
                by=desk,
                at=NOW,
                slot="protection",
                edited=1,
                values=replace(values, sensitive=True),
                reason="سرية",
            )
            outcomes.append("changed")
        except RuleRefused:
            outcomes.append("refused")
        finally:
            connections.close_all()

    with owner_connection() as owner:
        owner.execute(
            f"INSERT INTO benefits_need_version (need, version, {RULE_COLUMNS}, reason)"
            " VALUES ('medicine', 2, 'person', 'warn', 'months', 1, 1, 14, 1, 'course', '{protection}', 'x', 'why')"
        )
        thread = threading.Thread(target=hide)
        thread.start()
        thread.join(0.7)
        assert outcomes == []
    thread.join(10)
    assert outcomes == ["refused"]


def test_change_slot_refuses_who_was_slower_and_what_there_is_not(desk: Viewer) -> None:
    [slot] = [one for one in list_slots(desk) if one.code == "food"]
    narrow = replace(slot.values, target="recorded")
    assert change_slot(by=desk, at=NOW, slot="food", edited=1, values=narrow, reason="خطة")
    assert not change_slot(by=desk, at=NOW, slot="food", edited=2, values=narrow, reason="")
    with pytest.raises(Conflict):
        change_slot(by=desk, at=NOW, slot="food", edited=1, values=slot.values, reason="رجوع")
    with pytest.raises(NotFound):
        change_slot(by=desk, at=NOW, slot="no_such", edited=1, values=slot.values, reason="x")
    [written] = list_written(desk, "slot")
    assert (written.code, written.version, written.made_by, written.reason) == ("food", 2, "console", "خطة")
    assert audited(desk, "slot.changed") == [("console", "food")]


def test_add_season_counts_from_now_on_and_change_season_is_kept_beside_it(desk: Viewer) -> None:
    season = SeasonValues("رمضان 1449", "Ramadan 1449", (date(2028, 1, 1), date(2028, 2, 1)))
    add_season(by=desk, at=NOW, season="ramadan_1449", values=season)
    with pytest.raises(Conflict):
        add_season(by=desk, at=NOW, season="ramadan_1449", values=season)
    shorter = replace(season, months=season.months[:1])
    change_season(by=desk, at=NOW, season="ramadan_1449", edited=1, values=shorter, reason="رؤية الهلال")
    assert list_seasons(desk)[0].values == shorter
    with pytest.raises(Conflict):
        change_season(by=desk, at=NOW, season="ramadan_1449", edited=1, values=season, reason="x")
    with pytest.raises(NotFound):
        change_season(by=desk, at=NOW, season="no_such", edited=1, values=season, reason="x")


@pytest.mark.parametrize(
    "months", ["{}", "{2028-01-01,2028-03-01}", "{2028-01-02}", "{2028-02-01,2028-01-01}"]
)
def test_a_season_with_a_gap_is_refused_by_the_database(database: TestDatabase, months: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation), owner_connection() as owner:
        owner.execute(
            "INSERT INTO benefits_season_version (season, version, name_ar, name_en, months, made_by, reason)"
            " VALUES ('ramadan_1447', 2, 'x', '', %s, 'x', 'why')",
            [months],
        )


def test_verify_finds_a_rule_that_was_written_past_its_versions(desk: Viewer, database: TestDatabase) -> None:
    with engine_connection() as engine:
        assert breaches(engine, ["L4", "B1"]) == []
    with psycopg.connect(database.superuser, autocommit=True) as attacker:
        attacker.execute("SET session_replication_role = replica")
        attacker.execute("UPDATE benefits_need SET guard = 'none' WHERE code = 'food_box'")
    with engine_connection() as engine:
        assert any("newest one is in force" in one for one in breaches(engine, ["L4"]))


@pytest.mark.parametrize(
    ("table", "trigger"),
    [
        ("benefits_need_version", "benefits_need_version_only_grows"),
        ("benefits_slot_version", "benefits_slot_sensitive_is_settled"),
        ("benefits_need", "benefits_need_is_its_version"),
    ],
)
def test_verify_finds_a_guard_that_is_off(desk: Viewer, table: str, trigger: str) -> None:
    with owner_connection() as owner:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}".encode())
        try:
            assert len(breaches(owner, ["L4", "B1"])) == 1
        finally:
            owner.rollback()


def init() -> None:
    """Load the catalogue as `wasl init` does."""
    with owner_connection() as owner:
        catalogue.load_catalogue(owner)


def test_init_leaves_what_the_desk_wrote_and_corrects_the_rest(
    desk: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tighten(desk)
    [food] = [one for one in list_slots(desk) if one.code == "food"]
    change_slot(
        by=desk, at=NOW, slot="food", edited=1, values=replace(food.values, name_ar="طعام"), reason="أوضح"
    )
    monkeypatch.setitem(catalogue.SLOT_NAMES, "food", ("أكل", "Meals"))
    monkeypatch.setitem(catalogue.SLOT_NAMES, "cash", ("نقد", "Money"))
    season = next(one for one in list_seasons(desk) if one.code == "ramadan_1448")
    moved = replace(season.values, months=(MARCH, APRIL))
    change_season(by=desk, at=NOW, season="ramadan_1448", edited=1, values=moved, reason="رؤية")
    read = catalogue._rows

    def newer(name: str) -> Iterator[dict[str, str]]:
        for row in read(name):
            if name == "needs.csv" and row["code"] in ("food_box", "blankets"):
                row |= {"guard": "refuse", "reservation_days": "5", "name_en": "Otherwise"}
            yield row

    monkeypatch.setattr(catalogue, "_rows", newer)
    init()
    box, blankets = access_need(desk, "food_box"), access_need(desk, "blankets")
    assert (box.need.version, box.need.rule.reservation_days) == (2, 14)
    assert (blankets.need.version, blankets.need.rule.guard, blankets.need.rule.reservation_days) == (
        2,
        "refuse",
        5,
    )
    assert (blankets.versions[0].made_by, blankets.versions[0].from_catalogue) == ("init", True)
    assert (box.need.name_en, blankets.need.name_en) == ("Otherwise", "Otherwise")
    names = {slot.code: (slot.version, slot.name_ar) for slot in list_slots(desk)}
    assert (names["food"], names["cash"]) == ((2, "طعام"), (2, "نقد"))
    assert {one.code: one.values.months for one in list_seasons(desk)}["ramadan_1448"] == (MARCH, APRIL)


def test_init_leaves_names_the_desk_wrote(desk: Viewer) -> None:
    found = access_need(desk, "food_box").need
    words = replace(found.words, name_en="Box of food")
    word_need(by=desk, at=NOW, need="food_box", edited=found.words_version, words=words)
    init()
    assert access_need(desk, "food_box").need.name_en == "Box of food"


def test_init_again_changes_nothing(desk: Viewer) -> None:
    before = list_needs(desk), list_slots(desk), list_seasons(desk)
    init()
    assert (list_needs(desk), list_slots(desk), list_seasons(desk)) == before


def test_every_need_of_the_catalogue_says_how_long_it_is_reserved_and_in_how_many_parts(desk: Viewer) -> None:
    found = {need.code: need.rule for need in list_needs(desk)}
    assert (found["food_box"].reservation_days, found["monthly_cash"].reservation_days) == (14, 30)
    assert (found["house_rehab"].reservation_days, found["house_rehab"].tranches) == (90, 3)
    assert found["surgery"].reservation_days == 90


def effect(viewer: Viewer, need: str, most: int = 1000, **changed: object) -> Effect:
    rule = replace(access_need(viewer, need).need.rule, **changed)  # type: ignore[arg-type]
    return preview_rule(viewer, need, rule, month=MARCH, most=most)


def counts(found: Effect, month: int = 0) -> tuple[int, int, int, int, int]:
    one = found.months[month]
    return one.looked, one.refused, one.warned, one.left_without, one.alone


def test_effect_of_a_tighter_guard_counts_pairs_that_would_refuse_now(
    world: World, desk: Viewer, organisation_a: int, organisation_b: int
) -> None:
    """Two boxes warn, box and package warn; were the box to refuse, both pairs would."""
    for number, need in enumerate(("food_box", "food_package", "ramadan_box", None)):
        family = world.add_family()
        world.give(organisation_a, 11 + number, world.add_entry(organisation_a, family))
        if need is not None:
            world.give(organisation_b, 21 + number, world.add_entry(organisation_b, family), need=need)
    world.connection.commit()
    assert counts(effect(desk, "food_box", guard="refuse")) == (4, 2, 0, 0, 0)
    assert counts(effect(desk, "food_box", guard="refuse"), month=1) == (0, 0, 0, 0, 0)
    assert counts(effect(desk, "food_package", guard="warn")) == (1, 0, 0, 0, 0)
    assert effect(desk, "food_box", tranches=2).is_quiet


def test_effect_looks_at_the_newest_month_where_there_is_nothing_in_this_one(
    world: World, desk: Viewer, organisation_a: int, organisation_b: int
) -> None:
    family = world.add_family()
    for number, organisation in enumerate((organisation_a, organisation_b)):
        world.give(organisation, 11 + number, world.add_entry(organisation, family), month=APRIL)
    world.connection.commit()
    rule = replace(access_need(desk, "food_box").need.rule, guard="refuse")
    [only] = preview_rule(desk, "food_box", rule, month=date(2031, 1, 1)).months
    assert (only.month, only.looked, only.refused) == (APRIL, 1, 1)
    assert preview_rule(desk, "food_package", rule, month=MARCH).is_blind


def test_effect_of_another_slot_says_who_would_be_left_without(
    world: World, desk: Viewer, organisation_a: int, organisation_b: int
) -> None:
    """The package would meet monthly cash: refused for cash, and its food nobody else covers."""
    for also_food in (False, True):
        family = world.add_family()
        world.give(
            organisation_a, 11 + also_food, world.add_entry(organisation_a, family), need="food_package"
        )
        entry = world.add_entry(organisation_b, family)
        world.give(organisation_b, 21 + also_food, entry, need="monthly_cash")
        if also_food:
            world.give(organisation_b, 31, entry, need="food_box")
    world.connection.commit()
    assert counts(effect(desk, "food_package", slots=("cash", "food"))) == (2, 2, 0, 1, 0)
    assert counts(effect(desk, "food_package", slots=("cash",))) == (2, 2, 0, 1, 1)


def test_effect_of_covering_less_counts_whom_only_this_need_covers(
    world: World, desk: Viewer, organisation_a: int, organisation_b: int
) -> None:
    for number in range(2):
        family = world.add_family()
        world.give(organisation_a, 11 + number, world.add_entry(organisation_a, family), need="blankets")
        if number:
            world.give(organisation_b, 21, world.add_entry(organisation_b, family), need="blankets")
    world.connection.commit()
    assert counts(effect(desk, "blankets", window_months=6)) == (2, 0, 0, 0, 1)
    assert counts(effect(desk, "blankets", guard="none", slots=())) == (2, 0, 0, 0, 1)


def test_effect_of_a_guard_where_there_was_none_warns(
    world: World, desk: Viewer, organisation_a: int, organisation_b: int
) -> None:
    family = world.add_family()
    world.give(organisation_a, 11, world.add_entry(organisation_a, family), need="one_off_cash")
    world.give(organisation_b, 21, world.add_entry(organisation_b, family), need="monthly_cash")
    world.connection.commit()
    changed = {"slots": ("cash",), "window_months": 1}
    assert counts(effect(desk, "one_off_cash", guard="warn", **changed)) == (1, 0, 1, 0, 0)
    assert counts(effect(desk, "one_off_cash", guard="refuse", **changed)) == (1, 1, 0, 0, 0)


def test_effect_looks_at_no_more_than_it_is_let(world: World, desk: Viewer, organisation_a: int) -> None:
    for number in range(5):
        family = world.add_family()
        world.give(organisation_a, 11 + number, world.add_entry(organisation_a, family))
    world.connection.commit()
    found = effect(desk, "food_box", most=3, guard="refuse").months[0]
    assert (found.looked, found.is_part) == (3, True)
    found = effect(desk, "food_box", most=100, guard="refuse").months[0]
    assert (found.looked, found.is_part) == (5, False)


def test_effect_in_a_sensitive_slot_meets_nobody(
    world: World, desk: Viewer, organisation_a: int, organisation_b: int
) -> None:
    family = world.add_family()
    for organisation, list_id in ((organisation_a, 11), (organisation_b, 21)):
        world.give(organisation, list_id, world.add_entry(organisation, family))
    world.connection.commit()
    add_slot(by=desk, at=NOW, slot="hidden", values=SlotValues("حماية", "", True, "recorded"))
    assert counts(effect(desk, "food_box", guard="refuse", slots=("hidden",)))[1:3] == (0, 0)


def test_camelia_cannot_ask_for_an_effect(
    world: World, desk: Viewer, camelia: Viewer, organisation_a: int
) -> None:
    world.give(organisation_a, 11, world.add_entry(organisation_a, world.add_family()))
    world.connection.commit()
    assert effect(camelia, "food_box", guard="refuse").months == ()
