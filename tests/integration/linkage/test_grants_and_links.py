"""Grants meet links: doors and publishing at once, in every order (L5, L8), and what stands computed anew (L4)."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event

import networkx as nx
import psycopg
import pytest

from tests.integration.benefits.granting import approve, deliver, end, held, reserve
from tests.integration.linkage.fakes import ENTRIES, Killed, alone, fill_small, publish, random_result
from tests.integration.linkage.test_publishing import labelled
from wasl.benefits.claims import record_claims, set_claims_active
from wasl.benefits.verification import CHECKS
from wasl.linkage import publishing
from wasl.store.connections import engine_connection, retry_serialisation
from wasl.store.verification import list_checks, run_check

MARCH = date(2025, 3, 1)
NEEDS = ("food_box", "school_bag")
CLAIM_IN = (
    "CREATE TEMP TABLE IF NOT EXISTS claim_in (year smallint, list_id bigint, row integer, organisation_id bigint,"
    " kind text, need text, entry_id bigint, given_to_record bigint, month date, given_on date, quantity numeric,"
    " value_piastres bigint, repeated boolean, active boolean, to_person boolean) ON COMMIT DELETE ROWS"
)


@pytest.fixture
def registry(engine: psycopg.Connection, organisation_a: int, organisation_b: int) -> psycopg.Connection:
    """Even entries are A's, odd ones B's; entry e has the records 2e and 2e + 1."""
    fill_small(engine, organisation_a, organisation_b)
    publish(alone())
    return engine


def breaches(connection: psycopg.Connection) -> list[str]:
    asked = [check for check in CHECKS if check.id in ("B1", "B7", "L4", "L5", "L9")]
    asked += [check for check in list_checks() if check.id == "L8"]
    found = [run_check(connection, check) for check in asked]
    connection.rollback()
    return [f"{one.check.id} {one.check.guard} {one.examples}" for one in found if not one.is_kept]


def give(
    connection: psycopg.Connection, organisation: int, list_id: int, entries: list[int], need: str, *, member: int = 0
) -> None:  # fmt: skip
    """Let a list give to some entries; to a member of each where one is said: 1 its head, 2 its child."""
    connection.execute(CLAIM_IN)
    for row, entry in enumerate(entries, start=2):
        record = 2 * entry + max(member - 1, 0)
        connection.execute(
            "INSERT INTO claim_in VALUES (2026, %s, %s, %s, 'given', %s, %s, %s, %s, NULL, NULL, 7000, false, true, %s)",
            [list_id, row, organisation, need, entry, record, MARCH, member > 0],
        )
    record_claims(connection)
    connection.commit()


def give_anyway(organisation: int, entry: int, need: str = "food_box", record: int | None = None) -> str:
    """Reserve over whatever the door says, again where it lost a race; return the outcome."""

    def work() -> str:
        with engine_connection() as connection:
            outcome, _ = reserve(connection, organisation, entry, need=need, record=record, answer="give")
            return outcome

    return retry_serialisation(work)


def ends(connection: psycopg.Connection) -> tuple[set, list]:
    """Return who holds what in March, and the open overlaps by how many organisations."""
    cells = {(subject, organisation, holder) for subject, _, _, organisation, holder, _ in held(connection)}
    overlaps = connection.execute(
        "SELECT certainty, organisations FROM benefits_overlap WHERE state = 'open'"
    ).fetchall()
    connection.rollback()
    return cells, overlaps


@pytest.mark.parametrize("granted", [1, 2], ids=["to the one that stays", "to the one that goes"])
@pytest.mark.parametrize("order", ["grant", "grant open", "publishing open", "publish"])
def test_joining_two_families_hides_nothing_whenever_the_grant_comes(
    registry, organisation_a, organisation_b, monkeypatch, order, granted
):
    organisations = {1: organisation_b, 2: organisation_a}
    give(registry, organisations[3 - granted], 1, [3 - granted], "food_box")
    joined = labelled(families=[((1, 2), "certain")])
    with ThreadPoolExecutor(2) as pool:
        if order == "grant":
            give_anyway(organisations[granted], granted)
            publish(joined)
        elif order == "publish":
            publish(joined)
            give_anyway(organisations[granted], granted)
        elif order == "grant open":
            with engine_connection() as door:
                reserve(door, organisations[granted], granted)
                running = pool.submit(publish, joined)
                assert not _ended(running)
            running.result(30)
        else:
            settling, may_go = Event(), Event()
            settle = publishing.settle_families

            def slowly(connection: psycopg.Connection) -> object:
                settling.set()
                assert may_go.wait(30)
                return settle(connection)

            monkeypatch.setattr(publishing, "settle_families", slowly)
            running = pool.submit(publish, joined)
            assert settling.wait(30)
            door = pool.submit(give_anyway, organisations[granted], granted)
            assert not _ended(door)
            may_go.set()
            running.result(30)
            assert door.result(30) == "reserved"
    cells, overlaps = ends(registry)
    assert {subject for subject, _, _ in cells} == {
        registry.execute("SELECT family_id FROM registry_entry_link WHERE entry_id = 1 AND until_run IS NULL").fetchone()[0]
    }  # fmt: skip
    assert {organisation for _, organisation, _ in cells} == {organisation_a, organisation_b}
    assert overlaps == [("certain", 2)]
    assert breaches(registry) == []


def test_a_list_that_is_loaded_while_a_batch_is_published_waits_for_its_turn(
    registry, organisation_a, organisation_b, monkeypatch
):
    settling, may_go = Event(), Event()
    settle = publishing.settle_families

    def slowly(connection: psycopg.Connection) -> object:
        settling.set()
        assert may_go.wait(30)
        return settle(connection)

    monkeypatch.setattr(publishing, "settle_families", slowly)

    def loading() -> None:
        with engine_connection() as connection:
            give(connection, organisation_a, 1, [2], "food_box")

    with ThreadPoolExecutor(2) as pool:
        running = pool.submit(publish, labelled(families=[((1, 2), "certain")]))
        assert settling.wait(30)
        door = pool.submit(give_anyway, organisation_b, 9)
        assert door.result(30) == "reserved"
        loaded = pool.submit(loading)
        assert not _ended(loaded)
        may_go.set()
        running.result(30)
        loaded.result(30)
    assert len(ends(registry)[0]) == 2
    assert breaches(registry) == []


def _ended(future) -> bool:
    try:
        future.result(0.7)
    except TimeoutError:
        return False
    return True


def recomputed(connection: psycopg.Connection, labels) -> set[tuple]:
    """Return who holds what, from claims, grants and labels alone: families and people are what labels join."""
    whose = {}
    for kind, side in (("person", labels[0]), ("family", labels[1])):
        graph: nx.Graph = nx.Graph()
        graph.add_edges_from((("item", item), ("label", certain)) for item, (certain, _) in side.items())
        for part in nx.connected_components(graph):
            items = frozenset(item for place, item in part if place == "item")
            whose.update({(kind, item): (kind, items) for item in items})
    grants = dict(connection.execute("SELECT id, state FROM benefits_grant").fetchall())
    by_door = {
        row[0] for row in connection.execute("SELECT grant_id FROM benefits_delivery WHERE source = 'door'")
    }
    claims = connection.execute(
        "SELECT list_id, organisation_id, need, entry_id, given_to_record, to_person, active FROM benefits_claim"
    ).fetchall()
    connection.rollback()
    reports, granted = defaultdict(set), defaultdict(set)
    for list_id, organisation, need, entry, record, to_person, active in claims:
        subject = whose["person", record] if to_person else whose["family", entry]
        if list_id in grants:
            granted[subject, organisation, need].add(list_id)
        elif active:
            reports[subject, organisation, need].add(list_id)
    found = set()
    for key in reports.keys() | granted.keys():
        able = [one for one in granted[key] if grants[one] not in ("cancelled", "returned", "reversed")]
        pairs = dict(
            zip(sorted(able, key=lambda one: (one not in by_door, -one)), sorted(reports[key]), strict=False)
        )
        living = {one for one in able if grants[one] not in ("lapsed",) or one in pairs}
        found |= {(*key, one) for one in living | reports[key] - set(pairs.values())}
    return found


def holding(connection: psycopg.Connection) -> set[tuple]:
    """Return who holds what as the cells say, by the items of each subject."""
    items = defaultdict(set)
    for kind, table, item, subject in (
        ("person", "registry_link", "record_id", "person_id"), ("family", "registry_entry_link", "entry_id", "family_id"),
    ):  # fmt: skip
        for number, of in connection.execute(
            f"SELECT {item}, {subject} FROM {table} WHERE until_run IS NULL".encode()
        ):
            items[of, kind].add(number)
    parts = {subject: (kind, frozenset(numbers)) for (subject, kind), numbers in items.items()}
    rows = connection.execute(
        "SELECT subject_id, organisation_id, need, list_id FROM benefits_cell"
    ).fetchall()
    connection.rollback()
    return {(parts[subject], organisation, need, holder) for subject, organisation, need, holder in rows}


def doing_grants(choose: random.Random, organisations: tuple[int, int], rounds: int) -> None:
    """Reserve, approve, deliver and cancel at random, each in a transaction of its own."""
    mine: list[tuple[int, int]] = []

    def done(step: Callable, *given: object, **more: object) -> object:
        def work() -> object:
            with engine_connection() as connection:
                return step(connection, *given, **more)

        return retry_serialisation(work)

    for _ in range(rounds):
        entry, need = choose.choice(list(ENTRIES)), choose.choice(NEEDS)
        record = choose.choice([None, 2 * entry, 2 * entry + 1]) if need == "school_bag" else None
        organisation = organisations[entry % 2]
        outcome, grant = done(
            reserve, organisation, entry, need=need, record=record, month=MARCH, answer="give"
        )
        if outcome == "reserved":
            mine.append((organisation, grant))
        for step in (approve, deliver, end)[: choose.randrange(4)]:
            if mine:
                done(step, *choose.choice(mine))


@pytest.mark.parametrize("seed", range(3))
def test_random_links_separations_lists_and_grants_equal_a_recomputation(
    registry, organisation_a, organisation_b, seed
):
    choose = random.Random(seed)
    for list_id, need, member in ((1, "food_box", 0), (3, "school_bag", 0), (5, "school_bag", 2)):
        give(registry, organisation_a, list_id, choose.sample([2, 4, 6, 8, 10, 12], 4), need, member=member)
        give(
            registry, organisation_b, list_id + 1, choose.sample([1, 3, 5, 7, 9, 11], 4), need, member=member
        )
    for _ in range(4):
        doing_grants(choose, (organisation_a, organisation_b), 5)
        labels = random_result(choose)
        try:
            publish(labels, stop_after=choose.choice([None, 1, 2]))
        except Killed:
            assert breaches(registry) == []
            publish(labels)
        assert holding(registry) == recomputed(registry, labels)
        assert breaches(registry) == []
        set_claims_active(registry, choose.randrange(1, 7), choose.random() < 0.5)
        registry.commit()
        assert holding(registry) == recomputed(registry, labels)
    publish(alone())
    assert holding(registry) == recomputed(registry, alone())
    assert breaches(registry) == []


def test_moves_marriages_and_joins_race_with_grants_and_lists(registry, organisation_a, organisation_b):
    choose = random.Random(11)
    organisations = (organisation_a, organisation_b)
    give(registry, organisation_a, 1, [2, 4, 6, 8], "food_box")
    results = [random_result(choose) for _ in range(3)]

    def publishing_all() -> None:
        for labels in results:
            publish(labels)

    def loading() -> None:
        for number in range(4):
            entries = choose.sample([1, 3, 5, 7, 9, 11], 3)

            def load(number: int = number, entries: list[int] = entries) -> None:
                with engine_connection() as connection:
                    give(
                        connection, organisation_b, 20 + number, entries, NEEDS[number % 2], member=number % 2
                    )

            retry_serialisation(load)

    with ThreadPoolExecutor(4) as pool:
        work = [pool.submit(publishing_all), pool.submit(loading)]
        work += [pool.submit(doing_grants, random.Random(n), organisations, 8) for n in range(2)]
        for one in work:
            one.result(120)
    assert breaches(registry) == []
    assert holding(registry) == recomputed(registry, results[-1])
