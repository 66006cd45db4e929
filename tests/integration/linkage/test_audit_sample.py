"""A month is drawn once and again by its seed; it is asked blind, counted apart, and measures what it says."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.linkage.asking import PEOPLE, fill_asking
from wasl.kernel.errors import NotAllowed, RuleRefused
from wasl.linkage.audit_frames import find_frames
from wasl.linkage.audit_sample import (
    Kept,
    answer_question,
    draw_month,
    is_asked_blind,
    judged_pairs,
    list_months,
    list_questions,
    undo_answer,
)
from wasl.linkage.review import ReviewFilter, list_review
from wasl.linkage.rules import Decision, PairKind
from wasl.linkage.verdicts import count_today, list_verdicts, record_verdict, undo_verdict
from wasl.organisations.actions import add_user
from wasl.organisations.queries import get_viewer
from wasl.organisations.rules import Role
from wasl.registry.search_index import index_missing
from wasl.store.connections import app_connection

MARCH = date(2026, 3, 1)
SAME, DIFFERENT, UNSURE = Decision.SAME, Decision.DIFFERENT, Decision.UNSURE


@pytest.fixture
def registry(engine: psycopg.Connection, organisation_a: int, organisation_b: int) -> psycopg.Connection:
    """Records 2 and 3 are one person for certain, 4, 5 and 6 likely; 20–23 have like names in one markaz."""
    fill_asking(engine, organisation_a, organisation_b)
    engine.execute("UPDATE registry_link SET person_id = %s WHERE record_id = 3", [PEOPLE[2]])
    engine.execute("INSERT INTO registry_group_member SELECT id, 204 FROM unnest(ARRAY[204, 205, 206]) id")
    engine.execute(
        "UPDATE registry_record SET name = 'أحمد محمود سالم', markaz = 'EG0101', birth_date = make_date("
        " CASE id WHEN 23 THEN 1990 ELSE 1980 END, 1, 1), birth_precision = 'year' WHERE id BETWEEN 20 AND 23"
    )
    engine.execute(
        "INSERT INTO linkage_pair (kind, a_id, b_id, weight, grade, rule) VALUES"
        " ('person', 14, 15, 10, 'cut', 'pair'), ('person', 20, 21, 10, 'cut', 'pair')"
    )
    engine.execute("TRUNCATE registry_search, registry_token")
    index_missing(engine)
    engine.commit()
    return engine


@pytest.fixture
def drawn(registry, dalia) -> psycopg.Connection:
    assert draw_month(by=dalia, at=NOW, seed=5) == (MARCH, True)
    return registry


@pytest.fixture
def hoda(desk):
    """A second reviewer."""
    add_user(by=desk, at=NOW, username="hoda", organisation_code="secretariat", role=Role.DESK)
    return get_viewer("hoda")


def frames_of(connection) -> set[tuple[str, int, int]]:
    with connection.transaction():
        found = find_frames(connection, seed=1, largest=25)
    return set(found.pairs.iter_rows())


def strata(connection) -> dict[tuple[int, int], str]:
    rows = connection.execute("SELECT a_id, b_id, stratum FROM linkage_audit_pair").fetchall()
    connection.commit()
    return {(a, b): stratum for a, b, stratum in rows}


def ask_once(connection) -> None:
    connection.execute("UPDATE linkage_audit_pair SET wants = 1")
    connection.commit()


def test_frames_hold_every_pair_in_its_part_once(registry):
    assert frames_of(registry) == {
        ("certain", 2, 3), ("likely", 4, 5), ("likely", 4, 6), ("likely", 5, 6),
        ("possible", 3, 5), ("possible", 8, 9), ("possible", 10, 12), ("cut", 14, 15), ("cut", 20, 21),
        ("near", 20, 22), ("near", 21, 22), ("far", 20, 23), ("far", 21, 23), ("far", 22, 23),
    }  # fmt: skip


def test_frames_leave_out_what_people_decided_and_what_no_list_holds(registry, desk):
    record_verdict(by=desk, at=NOW, kind=PairKind.PERSON, a=4, b=5, decision=SAME, reason="seen")
    record_verdict(by=desk, at=NOW, kind=PairKind.PERSON, a=20, b=22, decision=UNSURE, reason="seen")
    registry.execute("UPDATE registry_appearance SET active = false WHERE entry_id IN (7, 1)")
    left = frames_of(registry)
    assert ("likely", 4, 6) in left and ("near", 21, 22) in left
    gone = {("certain", 2, 3), ("likely", 4, 5), ("near", 20, 22), ("cut", 14, 15), ("possible", 3, 5)}
    assert not gone & left
    registry.rollback()


def test_frames_do_not_hold_apart_what_is_likely_one(registry):
    registry.execute("INSERT INTO linkage_pair (kind, a_id, b_id, weight, grade, rule)"
                     " VALUES ('person', 5, 6, 10, 'possible', 'pair')")  # fmt: skip
    assert ("possible", 5, 6) not in frames_of(registry)
    registry.rollback()


def test_draw_month_is_made_once_and_again_by_its_seed(drawn, dalia):
    first = drawn.execute(
        "SELECT place, stratum, a_id, b_id, wants FROM linkage_audit_pair ORDER BY 1"
    ).fetchall()
    drawn.commit()
    assert len(first) == 14
    assert draw_month(by=dalia, at=NOW + timedelta(days=5)) == (MARCH, False)
    assert draw_month(by=dalia, at=NOW, month=date(2026, 4, 1), seed=5)[1]
    again = drawn.execute(
        "SELECT place, stratum, a_id, b_id, wants FROM linkage_audit_pair WHERE month = '2026-04-01' ORDER BY 1"
    ).fetchall()
    drawn.commit()
    assert again == first
    shown = list_months(dalia)
    assert [(one.month, one.seed, one.drawn_by) for one in shown] == [
        (date(2026, 4, 1), 5, "dalia"), (MARCH, 5, "dalia"),
    ]  # fmt: skip
    assert {part.stratum: part.frame_size for part in shown[0].parts} == {
        "certain": 1, "likely": 3, "possible": 3, "cut": 2, "near": 2, "far": 3,
    }  # fmt: skip


def test_draw_month_before_anything_is_linked_is_refused(engine, dalia):
    with pytest.raises(RuleRefused):
        draw_month(by=dalia, at=NOW)


def test_list_questions_tells_nothing_but_the_two_records(drawn, dalia):
    asked = list_questions(dalia)
    assert [one.place for one in asked] == list(range(1, 15))
    assert {(one.a, one.b) for one in asked} == set(strata(drawn))
    assert list_questions(dalia, after=13) == asked[13:]
    assert is_asked_blind(dalia, PairKind.PERSON, 3, 2)
    assert not is_asked_blind(dalia, PairKind.PERSON, 2, 4)
    assert not is_asked_blind(dalia, PairKind.FAMILY, 2, 3)


def test_the_queue_leaves_out_what_is_asked_blind(drawn, dalia):
    def queue() -> set[tuple[int, int]]:
        return {(row.a, row.b) for row in list_review(dalia, ReviewFilter()) if row.kind == "person"}

    assert queue() == set()
    ask_once(drawn)
    answer_question(by=dalia, at=NOW, a=8, b=9, decision=SAME, reason="seen")
    undo_verdict(by=dalia, at=NOW, kind=PairKind.PERSON, a=8, b=9)
    assert queue() == {(8, 9)}


@pytest.mark.parametrize(
    ("a", "b", "decision", "becomes"),
    [
        (2, 3, SAME, False), (2, 3, DIFFERENT, True), (2, 3, UNSURE, False), (4, 5, SAME, True), (4, 5, DIFFERENT, True),
        (8, 9, SAME, True), (8, 9, DIFFERENT, True), (8, 9, UNSURE, True), (14, 15, SAME, True),
        (14, 15, DIFFERENT, False), (20, 22, SAME, True), (22, 23, DIFFERENT, False), (22, 23, UNSURE, False),
    ],
)  # fmt: skip
def test_answer_question_becomes_a_verdict_where_it_says_something_new(drawn, dalia, a, b, decision, becomes):
    kept = answer_question(by=dalia, at=NOW, a=b, b=a, decision=decision, reason="seen")
    assert kept == Kept(True, becomes)
    stands = [(v.a, v.b, v.verdict) for v in list_verdicts(dalia)]
    assert stands == ([(a, b, str(decision))] if becomes else [])
    assert not is_asked_blind(dalia, PairKind.PERSON, a, b)
    assert answer_question(by=dalia, at=NOW, a=a, b=b, decision=SAME, reason="seen") == Kept(False)


def test_answer_question_that_contradicts_is_counted_and_is_no_verdict(drawn, dalia):
    record_verdict(by=dalia, at=NOW, kind=PairKind.PERSON, a=2, b=10, decision=SAME, reason="seen")
    record_verdict(by=dalia, at=NOW, kind=PairKind.PERSON, a=3, b=10, decision=SAME, reason="seen")
    kept = answer_question(by=dalia, at=NOW, a=2, b=3, decision=DIFFERENT, reason="seen")
    assert kept == Kept(True, False, contradicts=True)
    assert len(list_verdicts(dalia)) == 2
    assert {part.stratum: part.different for part in list_months(dalia)[0].parts}["certain"] == 1


def test_a_pair_that_wants_two_is_judged_by_two_people(drawn, dalia, hoda, desk):
    drawn.execute("UPDATE linkage_audit_pair SET wants = 2 WHERE a_id = 4 AND b_id = 5")
    drawn.commit()
    assert answer_question(by=dalia, at=NOW, a=4, b=5, decision=SAME, reason="seen").kept
    assert is_asked_blind(hoda, PairKind.PERSON, 4, 5) and not is_asked_blind(dalia, PairKind.PERSON, 4, 5)
    assert not answer_question(by=dalia, at=NOW, a=4, b=5, decision=SAME, reason="seen").kept
    second = answer_question(by=hoda, at=NOW, a=4, b=5, decision=DIFFERENT, reason="seen")
    assert second == Kept(True, False, contradicts=True)
    assert not is_asked_blind(desk, PairKind.PERSON, 4, 5)
    month = list_months(dalia)[0]
    likely = next(part for part in month.parts if part.stratum == "likely")
    # the first counts
    assert (likely.same, likely.different, likely.twice, likely.agreed) == (1, 0, 1, 0)
    assert month.agreement is not None and month.agreement.value == 0


def test_undo_answer_takes_its_verdict_back_and_asks_again(drawn, dalia, hoda):
    ask_once(drawn)
    answer_question(by=dalia, at=NOW, a=4, b=5, decision=DIFFERENT, reason="seen")
    assert not undo_answer(by=hoda, at=NOW, a=4, b=5)
    assert undo_answer(by=dalia, at=NOW, a=5, b=4)
    assert list_verdicts(dalia) == [] and is_asked_blind(dalia, PairKind.PERSON, 4, 5)
    assert list_months(dalia)[0].said == 0
    assert not undo_answer(by=dalia, at=NOW, a=4, b=5)
    assert answer_question(by=hoda, at=NOW, a=4, b=5, decision=SAME, reason="seen").kept


def test_count_today_counts_what_was_said_of_the_sample_once(drawn, dalia):
    ask_once(drawn)
    answer_question(by=dalia, at=NOW, a=4, b=5, decision=SAME, reason="seen")
    answer_question(by=dalia, at=NOW + timedelta(minutes=1), a=2, b=3, decision=SAME, reason="seen")
    today = count_today(dalia, since=NOW, pair=(PairKind.PERSON, 2, 3))
    assert today.decided == 2
    assert today.last is not None and today.here is not None
    assert (today.last.a, today.last.b, today.here.verdict) == (2, 3, "same")


def test_month_says_how_right_linking_is_and_how_much_it_missed(drawn, dalia):
    ask_once(drawn)
    truth = {(2, 3): SAME, (4, 5): SAME, (4, 6): DIFFERENT, (5, 6): UNSURE, (8, 9): SAME}
    assert list_months(dalia)[0].precision is None
    for a, b in strata(drawn):
        answer_question(by=dalia, at=NOW, a=a, b=b, decision=truth.get((a, b), DIFFERENT), reason="seen")
    month = list_months(dalia)[0]
    assert (month.drawn, month.said) == (14, 14)
    assert month.precision is not None and (month.precision.value, month.precision.n) == (
        pytest.approx(2 / 3),
        3,
    )
    assert month.by_grade["certain"].value == 1 and month.by_grade["likely"].value == 0.5
    # one of ten non-links is one person; two thirds of the four links are right
    assert month.missed is not None
    assert month.missed.value == pytest.approx(1 / (1 + 4 * 2 / 3))
    assert month.missed.low < month.missed.value < month.missed.high
    assert month.last_at == NOW


def test_judged_pairs_are_labels_with_what_each_stands_for(drawn, dalia, engine):
    ask_once(drawn)
    for (a, b), decision in {(2, 3): SAME, (8, 9): DIFFERENT, (20, 22): UNSURE}.items():
        answer_question(by=dalia, at=NOW, a=a, b=b, decision=decision, reason="seen")
    labels = judged_pairs(engine)
    assert labels.select("stratum", "a_id", "b_id", "is_same", "weight").rows() == [
        ("certain", 2, 3, True, 1.0), ("possible", 8, 9, False, 1.0),
    ]  # fmt: skip
    assert labels.schema["month"] == pl.Date


def test_amina_cannot_see_or_judge_the_sample(drawn, amina):
    for ask in (
        lambda: list_months(amina),
        lambda: list_questions(amina),
        lambda: draw_month(by=amina, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            ask()
    with pytest.raises(NotAllowed):
        answer_question(by=amina, at=NOW, a=2, b=3, decision=SAME, reason="seen")
    with app_connection(amina) as connection:
        for call in ("linkage_audit_waiting(0, 10)", "linkage_audit_tallies(NULL, 12)"):
            assert connection.execute(f"SELECT count(*) FROM {call}").fetchone() == (0,)
        told = connection.execute(
            "SELECT linkage_audit_is_open(2, 3), linkage_audit_drawn_from(2, 3)"
        ).fetchone()
        assert told == (False, None)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT linkage_audit_keep(2, 3, 'same', '', false, 'amina', now())")
