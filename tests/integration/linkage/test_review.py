"""The queue asks by consequence; officers doubt; the desk alone reads what concerns several organisations."""

from __future__ import annotations

import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.linkage.fakes import fill_small
from wasl.kernel.errors import InvalidInput, NotAllowed, NotFound, RuleRefused
from wasl.linkage.consequences import fill_review
from wasl.linkage.review import (
    ReviewFilter,
    Source,
    access_doubt,
    answer_doubt,
    count_review,
    find_review_row,
    list_changes,
    list_doubts,
    list_own_doubts,
    list_review,
    report_doubt,
    undo_answer,
    withdraw_doubt,
)
from wasl.linkage.rules import Decision, PairKind
from wasl.linkage.verdicts import list_verdicts, record_verdict
from wasl.registry.staging import make_staging
from wasl.store.connections import app_connection

FAMILIES = {entry: 100 + entry for entry in range(1, 13)}
PEOPLE = {record: 200 + record for record in range(2, 26)}


@pytest.fixture
def registry(engine: psycopg.Connection, organisation_a: int, organisation_b: int) -> psycopg.Connection:
    """
    Twelve entries, each a family of its own, every record a person: entries 2, 4, … are A's, 1, 3, … B's.

    Entries 1 and 2 are likely one family (group 101), and both got a box in March. 3 and 4 are possibly one
    and got a box each; 5 and 6 possibly, and got nothing; 7 and 8 possibly, with boxes of different months.
    """
    fill_small(engine, organisation_a, organisation_b)
    run = engine.execute(
        "INSERT INTO linkage_run (state, started_by) VALUES ('done', 'x') RETURNING id"
    ).fetchone()[0]
    for kind, subjects in (("family", FAMILIES), ("person", PEOPLE)):
        for subject in subjects.values():
            engine.execute(
                "INSERT INTO registry_subject (id, kind, created_run) OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s)",
                [subject, kind, run],
            )
    for entry, family in FAMILIES.items():
        engine.execute("INSERT INTO registry_entry_link VALUES (%s, %s, %s)", [entry, family, run])
    for record, person in PEOPLE.items():
        engine.execute("INSERT INTO registry_link VALUES (%s, %s, %s)", [record, person, run])
        engine.execute(
            "INSERT INTO registry_membership (person_id, family_id, since_run) VALUES (%s, %s, %s)",
            [person, FAMILIES[record // 2], run],
        )
    engine.execute("INSERT INTO registry_group_member VALUES (101, 101), (102, 101)")
    given = {1: (3, 30_000), 2: (3, 20_000), 3: (4, 50_000), 4: (4, 40_000), 7: (1, 5_000), 8: (2, 5_000)}
    for entry, (month, value) in given.items():
        claim(engine, organisation_b if entry % 2 else organisation_a, entry, month, value)
    settle(engine, list(FAMILIES.values()))
    pairs = [
        ("family", 1, 2, 260, "likely"), ("family", 3, 4, 120, "possible"), ("family", 5, 6, 190, "possible"),
        ("family", 7, 8, 100, "possible"), ("person", 3, 5, 90, "possible"), ("person", 10, 12, 60, "possible"),
        ("person", 8, 9, 140, "possible"),
    ]  # fmt: skip
    for kind, a, b, weight, grade in pairs:
        engine.execute(
            "INSERT INTO linkage_pair (kind, a_id, b_id, weight, grade, rule) VALUES (%s, %s, %s, %s, %s, 'pair')",
            [kind, a, b, weight, grade],
        )
    fill_review(engine)
    engine.commit()
    return engine


def claim(engine, organisation: int, entry: int, month: int, value: int) -> None:
    day = f"2026-{month:02}-01"
    record = engine.execute("SELECT head_record_id FROM registry_entry WHERE id = %s", [entry]).fetchone()[0]
    engine.execute(
        "INSERT INTO benefits_claim (year, list_id, row, organisation_id, kind, need, entry_id, given_to_record, month,"
        " first_month, last_month, value_piastres, active)"
        " VALUES (2026, %s, %s, %s, 'given', 'food_box', %s, %s, %s, %s, %s, %s, true)",
        [organisation, entry, organisation, entry, record, day, day, day, value],
    )


def settle(engine, families: list[int]) -> None:
    from wasl.benefits.settlement import settle_families

    make_staging(engine, {"touched_family": "family_id bigint"})
    engine.execute("INSERT INTO touched_family SELECT unnest(%s::bigint[])", [families])
    settle_families(engine)


def asked(viewer, **wanted) -> list[tuple[str, str, int, int]]:
    return [(row.source, row.kind, row.a, row.b) for row in list_review(viewer, ReviewFilter(**wanted))]


def test_list_review_asks_by_consequence_and_not_by_score(registry, desk):
    """The family pair of weight 190 opens nothing and is not asked; the likely one comes by its cost."""
    assert asked(desk) == [
        ("possible", "family", 3, 4),
        ("overlap", "family", 1, 2),
        ("possible", "person", 8, 9),
        ("possible", "person", 3, 5),
    ]
    first, second, same_family, within_group = list_review(desk, ReviewFilter())
    assert (first.overlaps, first.cost_piastres, first.families, first.slots) == (1, 40_000, 2, ["food"])
    assert (second.overlaps, second.cost_piastres, second.grade) == (1, 20_000, "likely")
    assert (same_family.overlaps, same_family.families) == (0, 1)
    assert within_group.families == 2


def test_list_changes_says_of_one_pair_what_the_queue_says(registry, desk):
    for row in list_review(desk, ReviewFilter()):
        changes = list_changes(desk, PairKind(row.kind), row.a, row.b)
        told = [change for change in changes if change.effect in ("open", "confirm")]
        assert (len(told), sum(change.cost_piastres for change in told)) == (row.overlaps, row.cost_piastres)
    assert {c.effect for c in list_changes(desk, PairKind.FAMILY, 1, 2)} == {"confirm"}
    assert {c.effect for c in list_changes(desk, PairKind.FAMILY, 3, 4)} == {"open"}
    assert list_changes(desk, PairKind.FAMILY, 7, 8) == []


def test_list_review_pages_filters_and_leaves_out_what_is_answered(registry, desk):
    first = list_review(desk, ReviewFilter(), limit=1)
    rest = list_review(desk, ReviewFilter(), after=first[0].place)
    assert [row.a for row in (*first, *rest)] == [3, 1, 8, 3]
    assert asked(desk, source=Source.OVERLAP) == [("overlap", "family", 1, 2)]
    assert asked(desk, slot="food") == asked(desk)[:2]
    assert (
        asked(desk, slot="cash") == asked(desk, governorate="EG01") == asked(desk, source=Source.DOUBT) == []
    )
    assert [row.a for row in list_review(desk, ReviewFilter(), limit=1, skip=("family", 3, 4))] == [1]
    record_verdict(
        by=desk, at=NOW, kind=PairKind.FAMILY, a=3, b=4, decision=Decision.UNSURE, reason="no card"
    )
    assert (3, 4) not in {(row.a, row.b) for row in list_review(desk, ReviewFilter()) if row.kind == "family"}
    assert count_review(desk, ReviewFilter()) == 3
    assert find_review_row(desk, PairKind.FAMILY, 4, 3).place == 1
    fill_review(registry)
    registry.commit()
    assert find_review_row(desk, PairKind.FAMILY, 4, 3) is None


def test_fill_review_asks_about_ids_that_two_people_bear(registry, desk):
    registry.execute(
        "UPDATE registry_record SET nid_index = %s, nid_sealed = 'x' WHERE id IN (20, 24)", [b"n" * 16]
    )
    for person in (PEOPLE[20], PEOPLE[24]):
        registry.execute(
            "INSERT INTO registry_person_nid VALUES (%s, %s, 'confirmed', 1)", [b"n" * 16, person]
        )
    fill_review(registry)
    registry.commit()
    assert asked(desk, source=Source.NID) == [("nid", "person", 20, 24)]


def test_fill_review_keeps_what_changes_most(registry, desk):
    fill_review(registry, keep=2)
    registry.commit()
    assert [(row[2], row[3]) for row in asked(desk)] == [(3, 4), (1, 2)]


def test_amina_cannot_read_the_queue(registry, desk, amina):
    for read in (list_review, count_review):
        with pytest.raises(NotAllowed):
            read(amina, ReviewFilter())
    with pytest.raises(NotAllowed):
        list_changes(amina, PairKind.FAMILY, 1, 2)
    with app_connection(amina) as connection:
        for call in (
            "linkage_review_rows(NULL, NULL, NULL, 0, 10)", "linkage_review_row('family', 3, 4)",
            "linkage_changes('family', 1, 2)", "linkage_open_doubts(NULL, 9)",
            "linkage_pairs_among('family', ARRAY[1, 2])",
        ):  # fmt: skip
            assert connection.execute(f"SELECT count(*) FROM {call}").fetchone() == (0,)
        for table in ("linkage_review", "linkage_pair"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(f"SELECT FROM {table}")


def test_report_doubt_waits_first_for_the_desk_and_is_withdrawn_by_its_author(registry, desk, amina, camelia):
    code = report_doubt(by=amina, at=NOW, entries=[2], reason="أسرة أخرى في القرية", family=101)
    assert report_doubt(by=amina, at=NOW, entries=[2], reason="again") == code
    assert [(d.entries, d.against, d.reported_by) for d in list_doubts(desk)] == [([2], 1, "amina")]
    assert count_review(desk, ReviewFilter()) == 5
    assert count_review(desk, ReviewFilter(source=Source.DOUBT)) == 1
    assert [d.state for d in list_own_doubts(amina, [2])] == ["open"]
    assert list_own_doubts(camelia, [2]) == []
    with pytest.raises(NotFound):
        withdraw_doubt(by=camelia, at=NOW, code=code)
    withdraw_doubt(by=amina, at=NOW, code=code)
    assert list_doubts(desk) == []
    with pytest.raises(NotFound):
        withdraw_doubt(by=amina, at=NOW, code=code)


def test_answer_doubt_gives_the_verdict_and_undo_takes_all_of_it_back(registry, desk, amina):
    code = report_doubt(by=amina, at=NOW, entries=[2], reason="لا أعرفهم")
    answer_doubt(by=desk, at=NOW, code=code, decision=Decision.DIFFERENT, reason="seen")
    assert [(v.kind, v.a, v.b, v.verdict) for v in list_verdicts(desk)] == [("family", 1, 2, "different")]
    assert list_doubts(desk) == []
    undo_answer(by=desk, at=NOW, code=code)
    assert list_verdicts(desk) == []
    assert access_doubt(desk, code).against == 1


def test_report_doubt_about_others_or_nothing_is_refused(registry, desk, amina, basim, camelia):
    with pytest.raises(NotAllowed):
        report_doubt(by=basim, at=NOW, entries=[2], reason="x")
    with pytest.raises(InvalidInput):
        report_doubt(by=amina, at=NOW, entries=[2], reason=" ")
    for viewer, entries, family in (
        (camelia, [2], None),
        (amina, [2, 4], None),
        (amina, [2], 103),
        (amina, [1], None),
    ):
        with pytest.raises(NotFound):
            report_doubt(by=viewer, at=NOW, entries=entries, reason="x", family=family)
    with pytest.raises(RuleRefused):
        report_doubt(by=amina, at=NOW, entries=[4], reason="x")
    with app_connection(amina) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT against_id FROM linkage_doubt")
