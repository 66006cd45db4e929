"""The queue asks by consequence; officers doubt; the desk alone reads what concerns several organisations."""

from __future__ import annotations

import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.linkage.asking import PEOPLE, fill_asking
from wasl.kernel.errors import InvalidInput, NotAllowed, NotFound, RuleRefused, Unavailable
from wasl.linkage.consequences import fill_review
from wasl.linkage.queries import find_pairs
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
from wasl.store.connections import app_connection


@pytest.fixture
def registry(engine: psycopg.Connection, organisation_a: int, organisation_b: int) -> psycopg.Connection:
    fill_asking(engine, organisation_a, organisation_b)
    return engine


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


def test_find_pairs_while_a_run_publishes_says_so_and_does_not_wait(registry, desk):
    registry.execute("LOCK TABLE linkage_pair IN ACCESS EXCLUSIVE MODE")
    with pytest.raises(Unavailable):
        find_pairs(desk, [], [1, 2])
    registry.rollback()
    assert [pair.grade for pair in find_pairs(desk, [], [1, 2])] == ["likely"]
