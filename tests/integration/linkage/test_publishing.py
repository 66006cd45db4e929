"""What stands after publishing, against a recomputation from nothing (L4), and identities that outlive runs."""

from __future__ import annotations

import random
from datetime import date

import psycopg
import pytest

from tests.integration.linkage.fakes import (
    ENTRIES,
    Killed,
    alone,
    expected,
    fill_small,
    publish,
    random_result,
    standing,
)
from wasl.benefits.claims import record_claims
from wasl.registry.subjects import resolve_subject
from wasl.store.verification import list_checks, run_check


@pytest.fixture
def registry(engine: psycopg.Connection, organisation_a: int, organisation_b: int) -> psycopg.Connection:
    fill_small(engine, organisation_a, organisation_b)
    return engine


def labelled(people=(), families=()):
    """Everything alone but the groups given: (records, 'certain' or 'likely')."""
    persons, houses = alone()
    for labels, groups in ((persons, people), (houses, families)):
        for items, grade in groups:
            for item in items:
                labels[item] = (min(items) if grade == "certain" else item, min(items))
    return persons, houses


def people_of(connection) -> dict[int, int]:
    rows = dict(
        connection.execute(
            "SELECT record_id, person_id FROM registry_link WHERE until_run IS NULL"
        ).fetchall()
    )
    connection.rollback()
    return rows


def breaches(connection) -> list[str]:
    found = [
        run_check(connection, check)
        for check in list_checks()
        if check.id in ("B1", "L4", "L5", "L6", "L7", "L8")
    ]
    connection.rollback()
    return [
        f"{finding.check.id} {finding.check.guard} {finding.examples}"
        for finding in found
        if not finding.is_kept
    ]


def give(
    connection: psycopg.Connection, entries, organisation: int, list_id: int, value: int = 10_000
) -> None:
    """Record one food box of March for each entry."""
    connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS claim_in (year smallint, list_id bigint, row integer, organisation_id bigint,"
        " kind text, need text, entry_id bigint, given_to_record bigint, month date, given_on date, quantity numeric,"
        " value_piastres bigint, repeated boolean, active boolean, to_person boolean) ON COMMIT DELETE ROWS"
    )
    for row, entry in enumerate(entries, start=2):
        connection.execute(
            "INSERT INTO claim_in VALUES (2026, %s, %s, %s, 'given', 'food_box', %s, %s, %s, NULL, NULL, %s, false, true,"
            " false)",
            [list_id, row, organisation, entry, 2 * entry, date(2025, 3, 1), value],
        )
    record_claims(connection)
    connection.commit()


def coverage(connection) -> tuple[set, set]:
    """Return cells by the entries of their family, and open overlaps by their claims."""
    family = dict(
        connection.execute(
            "SELECT entry_id, family_id FROM registry_entry_link WHERE until_run IS NULL"
        ).fetchall()
    )
    entries = {f: frozenset(e for e in family if family[e] == f) for f in family.values()}
    cells = connection.execute(
        "SELECT subject_id, slot, month, organisation_id, seat FROM benefits_cell"
    ).fetchall()
    overlaps = connection.execute(
        "SELECT certainty, slot, month, cost_piastres, array_agg((c.list_id, c.row)::text ORDER BY c.list_id, c.row)"
        " FROM benefits_overlap JOIN benefits_overlap_claim AS c ON c.overlap_id = benefits_overlap.id"
        " WHERE state = 'open' GROUP BY benefits_overlap.id"
    ).fetchall()
    connection.rollback()
    seats: dict[tuple, set] = {}
    for subject, slot, month, organisation, _ in cells:
        seats.setdefault((entries[subject], slot, month), set()).add(organisation)
    return (
        {(*key, frozenset(held)) for key, held in seats.items()},
        {(*row[:4], tuple(row[4])) for row in overlaps},
    )


def test_publish_joining_keeps_the_older_subject_and_the_other_code_resolves_to_it(registry):
    publish(alone())
    before = people_of(registry)
    publish(labelled(people=[((4, 9), "certain")]))
    after = people_of(registry)
    assert after[4] == after[9] == before[4]
    code = registry.execute("SELECT code FROM registry_subject WHERE id = %s", [before[9]]).fetchone()[0]
    assert resolve_subject(registry, code, kind="person") == before[4]


def test_publish_link_then_separate_gives_both_their_codes_back(registry):
    publish(alone())
    before = people_of(registry)
    publish(labelled(people=[((4, 9, 12), "certain")]))
    publish(alone())
    assert people_of(registry) == before
    assert registry.execute("SELECT count(*) FROM registry_subject WHERE state = 'retired'").fetchone() == (
        0,
    )


def test_publish_separating_leaves_the_code_with_the_oldest_record(registry):
    publish(labelled(people=[((4, 9, 12), "certain")]))
    before = people_of(registry)
    publish(labelled(people=[((9, 12), "certain")]))
    after = people_of(registry)
    assert after[4] == before[4]
    assert after[9] == after[12] != before[9]


def test_publish_the_same_again_changes_no_row(registry):
    choose = random.Random(3)
    labels = random_result(choose)
    publish(labels)
    registry.commit()
    links = registry.execute("SELECT ctid, * FROM registry_link ORDER BY record_id").fetchall()
    registry.rollback()
    assert publish(labels) == 0
    assert registry.execute("SELECT ctid, * FROM registry_link ORDER BY record_id").fetchall() == links


@pytest.mark.parametrize("seed", range(4))
def test_publish_random_sequences_equal_a_recomputation(registry, organisation_a, organisation_b, seed):
    choose = random.Random(seed)
    give(registry, choose.sample(list(ENTRIES), 7), organisation_a, 1)
    give(registry, choose.sample(list(ENTRIES), 7), organisation_b, 2, value=7_000)
    for _ in range(4):
        labels = random_result(choose)
        try:
            publish(labels, stop_after=choose.choice([None, 1, 2]))
        except Killed:
            assert breaches(registry) == []
            publish(labels)
        assert standing(registry) == expected(labels)
        assert breaches(registry) == []


def test_publish_in_any_order_of_links_and_claims_gives_the_same_cells_and_overlaps(
    registry, organisation_a, organisation_b
):
    joined = labelled(families=[((1, 2, 5), "certain"), ((7, 8), "likely")])
    give(registry, [1, 2, 7], organisation_a, 1)
    publish(alone())
    publish(joined)
    give(registry, [5, 8, 9], organisation_b, 2)
    first = coverage(registry)
    assert len(first[1]) == 2
    publish(alone())
    assert coverage(registry)[1] == set()
    publish(joined)
    assert coverage(registry) == first
    assert breaches(registry) == []


def test_publish_retires_a_family_that_holds_cells_without_losing_them(
    registry, organisation_a, organisation_b
):
    publish(alone())
    give(registry, [1], organisation_a, 1)
    give(registry, [2], organisation_b, 2)
    publish(labelled(families=[((1, 2), "certain")]))
    cells, overlaps = coverage(registry)
    assert cells == {
        (frozenset({1, 2}), "food", date(2025, 3, 1), frozenset({organisation_a, organisation_b}))
    }
    assert len(overlaps) == 1


def test_publish_withdrawn_records_keep_their_links_and_come_back_as_who_they_were(registry):
    labels = labelled(
        people=[((2, 4, 7), "certain"), ((3, 5), "certain")],
        families=[((1, 2), "certain"), ((4, 6), "certain")],
    )
    publish(labels)
    before = people_of(registry), standing(registry)
    registry.execute("UPDATE registry_appearance SET active = false WHERE list_id = 1")
    registry.commit()
    publish(alone())
    assert people_of(registry)[4] == before[0][4]
    registry.execute("UPDATE registry_appearance SET active = true WHERE list_id = 1")
    registry.commit()
    publish(labels)
    assert (people_of(registry), standing(registry)) == before
    assert breaches(registry) == []


def test_publish_of_a_result_that_breaks_a_verdict_is_refused(registry, desk):
    from tests.conftest import NOW
    from wasl.kernel.errors import InvariantBroken
    from wasl.linkage.rules import Decision, PairKind
    from wasl.linkage.verdicts import record_verdict

    publish(alone())
    record_verdict(
        by=desk, at=NOW, kind=PairKind.PERSON, a=4, b=9, decision=Decision.DIFFERENT, reason="two brothers"
    )
    record_verdict(
        by=desk, at=NOW, kind=PairKind.FAMILY, a=1, b=2, decision=Decision.SAME, reason="seen at home"
    )
    for labels in (
        labelled(people=[((4, 9), "likely")], families=[((1, 2), "certain")]),
        labelled(families=[((1, 2), "likely")]),
    ):
        with pytest.raises(InvariantBroken):
            publish(labels)
    publish(labelled(families=[((1, 2), "certain")]))
    assert breaches(registry) == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO registry_link (record_id, person_id, since_run) VALUES (999, {person}, 9)",
        "INSERT INTO registry_link (record_id, person_id, since_run) VALUES (4, {person}, 9)",
        "UPDATE registry_link SET person_id = {family} WHERE record_id = 4",
        "UPDATE registry_entry_link SET family_id = {person} WHERE entry_id = 4",
        "INSERT INTO registry_membership (person_id, family_id, since_run) VALUES ({person}, {family}, 9)",
        "UPDATE registry_subject SET state = 'retired', successor_id = {family}, retired_run = 1 WHERE id = {person}",
        "UPDATE registry_subject SET state = 'retired', retired_run = 1 WHERE id = {person}",
        "INSERT INTO registry_group_member VALUES ({person}, 5)",
        "DELETE FROM registry_link",
        "DELETE FROM registry_subject",
        "TRUNCATE registry_entry_link",
    ],
)
def test_database_refuses_links_that_do_not_stand(registry, statement):
    publish(alone())
    person = people_of(registry)[4]
    (family,) = registry.execute("SELECT family_id FROM registry_entry_link WHERE entry_id = 4").fetchone()
    with pytest.raises((psycopg.errors.IntegrityError, psycopg.errors.InsufficientPrivilege)):
        registry.execute(statement.format(person=person, family=family).encode())


@pytest.mark.parametrize(
    "table",
    ["registry_subject", "registry_link", "registry_entry_link", "registry_membership", "registry_group_member",
     "registry_person_nid", "linkage_pair", "linkage_run", "linkage_verdict", "linkage_review", "linkage_doubt"],
)  # fmt: skip
def test_amina_cannot_select_from_links(amina, table):
    from wasl.store.connections import app_connection

    with app_connection(amina) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"SELECT 1 FROM {table}".encode())
