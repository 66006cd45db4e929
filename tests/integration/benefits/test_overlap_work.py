"""Overlaps are worked: what Amina and Camelia answer settles them, or it goes to Dalia; who stops has stopped."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import product
from uuid import uuid4

import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.benefits.world import APRIL, World
from wasl.benefits.grants.actions import reserve_coverage
from wasl.benefits.grants.doors import Reserved
from wasl.benefits.grants.rules import Ask
from wasl.benefits.overlap_work.actions import (
    answer_overlaps,
    decide_overlaps,
    pass_overlaps_on,
    take_back_answers,
)
from wasl.benefits.overlap_work.queries import (
    access_overlap,
    find_overlap_ids,
    get_standings,
    list_left_reservations,
    list_said,
    preview_stops,
)
from wasl.benefits.overlap_work.rules import Answer, Outcome, Stage, reckon
from wasl.benefits.overlap_work.verification import CHECKS
from wasl.benefits.overlap_work.waiting import list_overlaps_waiting
from wasl.benefits.queries.pages import Question, count_overlaps, list_overlaps
from wasl.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleRefused
from wasl.kernel.months import add_months
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection, owner_connection
from wasl.store.verification import run_check

FORTNIGHT = "UPDATE benefits_overlap SET opened_at = opened_at - interval '15 days'"
SIDES = "UPDATE benefits_overlap_side SET opened_at = opened_at - interval '15 days'"


@pytest.fixture
def world(engine: psycopg.Connection, amina: Viewer, camelia: Viewer) -> World:
    return World(engine)


def overlaps(world: World, amina: Viewer, camelia: Viewer, families: int = 1) -> list[int]:
    """Give each of some families a box by both in March; return the overlaps."""
    for number in range(families):
        family = world.add_family()
        for place, one in enumerate((amina, camelia)):
            entry = world.add_entry(one.organisation_id or 0, family)
            world.give(one.organisation_id or 0, 10 + place, entry, row=number + 1)
        world.settle(family)
    world.connection.commit()
    return [row[0] for row in world.rows("SELECT id FROM benefits_overlap ORDER BY id")]


def say(
    by: Viewer, ids: Sequence[int], answer: Answer, reason: str = "لأن", **changed: object
) -> dict[str, int]:
    digest = preview_stops(by, ids, answer).digest
    asked = {"reason": reason, "digest": digest, "operation": uuid4()} | changed
    return answer_overlaps(by=by, at=NOW, overlaps=ids, answer=answer, **asked)  # type: ignore[arg-type]


def decide(by: Viewer, ids: Sequence[int], keepers: Sequence[int], **changed: object) -> dict[str, int]:
    digest = preview_stops(by, ids, "decided", keepers).digest
    asked = {"reason": "زرنا الأسرة", "digest": digest, "operation": uuid4()} | changed
    return decide_overlaps(by=by, at=NOW, overlaps=ids, keepers=keepers, **asked)  # type: ignore[arg-type]


def stage(viewer: Viewer, one: int) -> Stage:
    return get_standings(viewer, [one])[one].stage


def stops(world: World) -> list[tuple[int, str, date]]:
    world.connection.commit()
    return world.rows(
        "SELECT organisation_id, slot, from_month FROM benefits_stop WHERE ended_at IS NULL ORDER BY 1"
    )


def broken(world: World) -> list[str]:
    world.connection.commit()
    with owner_connection() as owner:
        return [one.guard for one in CHECKS if not run_check(owner, one).is_kept]


def passed_by(world: World) -> None:
    world.connection.execute(FORTNIGHT)
    world.connection.execute(SIDES)
    world.connection.commit()


@pytest.mark.parametrize(("mine", "theirs"), list(product(Answer, Answer)))
def test_answers_come_to_what_the_rules_say(
    world: World, amina: Viewer, camelia: Viewer, mine: Answer, theirs: Answer
) -> None:
    [one] = overlaps(world, amina, camelia)
    a, b = amina.organisation_id or 0, camelia.organisation_id or 0
    assert say(amina, [one], mine) == {"talking": 1}
    assert get_standings(amina, [one])[one].own_answer == mine
    wanted = reckon([a, b], {a: mine, b: theirs})
    assert say(camelia, [one], theirs) == {str(wanted.stage): 1}
    found = get_standings(amina, [one])[one]
    assert (found.stage, found.keepers) == (wanted.stage, wanted.keepers)
    stopped = [] if wanted.stage != Stage.SETTLED else [n for n in (a, b) if n not in wanted.keepers]
    assert [row[0] for row in stops(world)] == stopped
    assert broken(world) == []


def test_who_stops_has_stopped_from_next_month_and_the_overlap_stays_open(
    world: World, amina: Viewer, camelia: Viewer
) -> None:
    [one] = overlaps(world, amina, camelia)
    say(amina, [one], Answer.WE_STOP)
    assert stops(world) == []
    say(camelia, [one], Answer.YOU_STOP)
    next_month = add_months(datetime.now(UTC).date().replace(day=1), 1)
    assert stops(world) == [(amina.organisation_id, "food", next_month)]
    assert world.rows("SELECT state FROM benefits_overlap") == [("open",)]
    assert [row.id for row in list_overlaps(amina, Question(work="settled"), 10)] == [one]
    assert list_overlaps(amina, Question(work="mine"), 10) == []
    family = world.rows("SELECT family_id FROM benefits_overlap")[0][0]
    asked = "SELECT stop_id IS NOT NULL FROM benefits_stopped_among(%s, 'food_box', %s, %s)"
    assert world.rows(asked, amina.organisation_id, next_month, [family]) == [(True,)]
    assert world.rows(asked, amina.organisation_id, APRIL, [family]) == []
    assert world.rows(asked, camelia.organisation_id, next_month, [family]) == []


def test_its_own_door_warns_and_lets_go_on_with_a_reason(
    world: World, amina: Viewer, camelia: Viewer
) -> None:
    [one] = overlaps(world, amina, camelia)
    say(amina, [one], Answer.WE_STOP)
    say(camelia, [one], Answer.YOU_STOP)
    next_month = add_months(datetime.now(UTC).date().replace(day=1), 1)
    entries = {
        organisation: entry
        for entry, organisation in world.rows("SELECT id, organisation_id FROM registry_entry")
    }

    def reserve(by: Viewer, **answered: str) -> Reserved:
        ask = Ask(entries[by.organisation_id])
        asked = {"need": "food_box", "month": next_month, "rows": [ask], "operation": uuid4()}
        return reserve_coverage(by=by, at=NOW, **asked, **answered)[0]  # type: ignore[arg-type]

    first = reserve(amina)
    assert (first.outcome, first.covered_by, first.slot) == ("warned", "stopped", "food")
    assert reserve(amina, answer="give", reason="الجهة الأخرى تأخرت").outcome == "reserved"
    assert [(row.month, row.state) for row in list_left_reservations(amina, one)] == [
        (next_month, "reserved")
    ]
    assert list_left_reservations(camelia, one) == []
    world.connection.commit()
    assert world.rows("SELECT answer, reason FROM benefits_grant") == [("warning", "الجهة الأخرى تأخرت")]


def test_answer_is_taken_back_by_whoever_spoke_last_and_its_stop_ends(
    world: World, amina: Viewer, camelia: Viewer
) -> None:
    [one] = overlaps(world, amina, camelia)
    mine, theirs = uuid4(), uuid4()
    say(amina, [one], Answer.WE_STOP, operation=mine)
    say(camelia, [one], Answer.YOU_STOP, operation=theirs)
    for by, operation in ((amina, mine), (amina, theirs), (camelia, mine)):
        with pytest.raises(NotFound):
            take_back_answers(by=by, at=NOW, operation=operation)
    assert take_back_answers(by=camelia, at=NOW, operation=theirs) == 1
    assert stage(amina, one) == Stage.TALKING and stops(world) == []
    assert [said.answer for said in list_said(amina, one)] == [
        "we_stop", "you_stop", "taken_back",
    ]  # fmt: skip
    say(camelia, [one], Answer.YOU_STOP)
    assert stage(amina, one) == Stage.SETTLED and len(stops(world)) == 1
    assert broken(world) == []


def test_many_are_answered_agreed_and_taken_back_in_one_go(
    world: World, amina: Viewer, camelia: Viewer
) -> None:
    ids = overlaps(world, amina, camelia, families=12)
    assert (
        sorted(find_overlap_ids(amina, Question(organisation_id=camelia.organisation_id, slot="food"))) == ids
    )
    preview = preview_stops(amina, ids, Answer.WE_STOP)
    assert (preview.families, preview.bare) == (12, 12)
    operation = uuid4()
    say(camelia, ids[:10], Answer.YOU_STOP)
    assert say(amina, ids, Answer.WE_STOP, operation=operation) == {"settled": 10, "talking": 2}
    assert len(stops(world)) == 10
    assert take_back_answers(by=amina, at=NOW, operation=operation) == 12
    assert stops(world) == [] and count_overlaps(amina, Question(work="mine")).total == 12
    assert broken(world) == []


def test_preview_counts_who_is_covered_by_nobody(world: World, amina: Viewer, camelia: Viewer) -> None:
    ids = overlaps(world, amina, camelia, families=2)
    coming = add_months(datetime.now(UTC).date().replace(day=1), 1)
    family, entry = world.rows(
        "SELECT o.family_id, k.entry_id FROM benefits_overlap o JOIN benefits_overlap_claim c ON c.overlap_id = o.id"
        " JOIN benefits_claim k ON k.list_id = c.list_id AND k.row = c.row"
        " WHERE c.organisation_id = %s ORDER BY o.id LIMIT 1",
        camelia.organisation_id,
    )[0]
    before = preview_stops(amina, ids, Answer.WE_STOP)
    world.give(camelia.organisation_id or 0, 20, entry, month=coming)
    world.settle(family)
    world.connection.commit()
    months = {one.month: (one.families, one.bare) for one in preview_stops(amina, ids, Answer.WE_STOP).months}
    assert months == {coming: (2, 1), add_months(coming, 1): (2, 2), add_months(coming, 2): (2, 2)}
    with pytest.raises(Conflict, match=r"overlap\.preview_changed"):
        say(amina, ids, Answer.WE_STOP, digest=before.digest)
    assert list_said(amina, ids[0]) == [] and stage(amina, ids[0]) == Stage.ASKED
    assert preview_stops(amina, ids, Answer.BOTH).months == ()


def test_unanswered_for_a_fortnight_is_the_secretariat_s_without_any_sweeper(
    world: World, amina: Viewer, camelia: Viewer, dalia: Viewer
) -> None:
    ids = overlaps(world, amina, camelia, families=2)
    a = amina.organisation_id or 0
    with pytest.raises(RuleRefused, match=r"overlap\.still_theirs"):
        decide(dalia, ids[:1], [a])
    passed_by(world)
    assert stage(amina, ids[0]) == Stage.PASSED
    assert [row.id for row in list_overlaps(dalia, Question(work="passed", way="up"), 10)] != []
    [waiting] = [one for one in list_overlaps_waiting(dalia) if one.code == "overlaps.passed"]
    assert waiting.count == 2 and waiting.since is not None
    # The organisations may still agree, or be decided upon; an answer alone buys no more time.
    say(camelia, ids[:1], Answer.YOU_STOP)
    assert stage(amina, ids[0]) == Stage.PASSED
    assert say(amina, ids[:1], Answer.WE_STOP) == {"settled": 1}
    assert decide(dalia, ids, [a]) == {"settled": 1, "left": 1}
    assert [row[0] for row in stops(world)] == [a, camelia.organisation_id]
    assert pass_overlaps_on() == 0 and broken(world) == []


def test_sweeper_marks_what_the_clock_says(
    world: World, amina: Viewer, camelia: Viewer, dalia: Viewer
) -> None:
    ids = overlaps(world, amina, camelia, families=3)
    say(amina, ids[:1], Answer.WE_STOP)
    passed_by(world)
    assert [stage(amina, one) for one in ids] == [Stage.TALKING, Stage.PASSED, Stage.PASSED]
    assert pass_overlaps_on() == 2 and pass_overlaps_on() == 0
    assert [stage(amina, one) for one in ids] == [Stage.TALKING, Stage.PASSED, Stage.PASSED]
    assert count_overlaps(dalia, Question(work="passed")).total == 2


def test_decision_is_the_desk_s_has_a_reason_and_is_opened_again(
    world: World, amina: Viewer, basim: Viewer, camelia: Viewer, dalia: Viewer
) -> None:
    [one] = overlaps(world, amina, camelia)
    say(amina, [one], Answer.YOU_STOP)
    say(camelia, [one], Answer.YOU_STOP)
    for by in (amina, basim):
        with pytest.raises(NotAllowed):
            decide(by, [one], [amina.organisation_id or 0])
    with pytest.raises(InvalidInput, match=r"overlap\.reason_missing"):
        decide(dalia, [one], [amina.organisation_id or 0], reason=" ")
    with pytest.raises(InvalidInput, match=r"overlap\.nobody_goes_on"):
        decide(dalia, [one], [])
    operation = uuid4()
    decide(dalia, [one], [amina.organisation_id or 0], operation=operation)
    assert [row[0] for row in stops(world)] == [camelia.organisation_id]
    assert say_settled(amina, one) == {"left": 1}
    assert take_back_answers(by=dalia, at=NOW, operation=operation) == 1
    assert stage(amina, one) == Stage.PASSED and stops(world) == []
    assert broken(world) == []


def say_settled(by: Viewer, one: int) -> dict[str, int]:
    return say(by, [one], Answer.BOTH)


def test_both_needs_a_reason_and_only_officers_answer(
    world: World, amina: Viewer, basim: Viewer, camelia: Viewer, dalia: Viewer
) -> None:
    [one] = overlaps(world, amina, camelia)
    with pytest.raises(InvalidInput, match=r"overlap\.reason_missing"):
        say(amina, [one], Answer.BOTH, reason=" ")
    for by in (basim, dalia):
        with pytest.raises(NotAllowed):
            say(by, [one], Answer.WE_STOP)


def test_camelia_cannot_read_or_answer_what_is_amina_s_with_another(
    world: World, amina: Viewer, camelia: Viewer, desk: Viewer
) -> None:
    other = world.add_organisation("m03")
    family = world.add_family()
    for place, organisation in enumerate((amina.organisation_id or 0, other)):
        world.give(organisation, 30 + place, world.add_entry(organisation, family))
    world.settle(family)
    world.connection.commit()
    [(one, tie)] = world.rows("SELECT id, tie FROM benefits_overlap")
    assert access_overlap(amina, tie).id == one
    with pytest.raises(NotFound):
        access_overlap(camelia, tie)
    with pytest.raises(NotFound):
        preview_stops(camelia, [one], Answer.WE_STOP)
    with pytest.raises(NotFound):
        answer_overlaps(
            by=camelia, at=NOW, overlaps=[one], answer=Answer.BOTH, reason="x", digest="", operation=uuid4()
        )
    assert get_standings(camelia, [one]) == {} and list_said(camelia, one) == []


def test_each_side_reads_the_other_s_words_and_not_who_wrote_them(
    world: World, amina: Viewer, camelia: Viewer
) -> None:
    [one] = overlaps(world, amina, camelia)
    say(amina, [one], Answer.WE_STOP, reason="نكتفي بما تصرفون")
    [mine], [theirs] = list_said(amina, one), list_said(camelia, one)
    assert (mine.said_by, mine.reason) == ("amina", theirs.reason)
    assert theirs.said_by is None and theirs.bulk is None


def test_two_worlds_that_differ_in_others_overlaps_look_the_same_to_amina(
    world: World, amina: Viewer, camelia: Viewer, dalia: Viewer
) -> None:
    [one] = overlaps(world, amina, camelia)
    tie = world.rows("SELECT tie FROM benefits_overlap")[0][0]

    def seen() -> list[object]:
        row = access_overlap(amina, tie)
        return [
            (row.slot, row.month, row.organisation_ids, row.needs), get_standings(amina, [one]), list_said(amina, one),
            preview_stops(amina, [one], Answer.WE_STOP), list_overlaps_waiting(amina),
            [x.id for x in list_overlaps(amina, Question(work="mine"), 10)],
        ]  # fmt: skip

    before = seen()
    third = world.add_organisation("m03")
    family = world.add_family()
    for place, organisation in enumerate((camelia.organisation_id or 0, third)):
        world.give(organisation, 30 + place, world.add_entry(organisation, family))
    world.settle(family)
    world.connection.commit()
    hers = world.rows("SELECT id FROM benefits_overlap WHERE id <> %s", one)[0][0]
    say(camelia, [hers], Answer.WE_STOP)
    assert seen() == before


def test_moves_that_are_not_listed_and_changes_of_what_was_said_are_refused(
    world: World, amina: Viewer, camelia: Viewer
) -> None:
    [one] = overlaps(world, amina, camelia)
    for statement in (
        "INSERT INTO benefits_overlap_work (overlap_id, state, since, keepers, settled_how)"
        " VALUES (%s, 'settled', now(), '{1}', 'agreed')",
        "INSERT INTO benefits_overlap_work (overlap_id, state, since) VALUES (%s, 'open', now())",
    ):
        with engine_connection() as engine, pytest.raises(psycopg.errors.CheckViolation):
            engine.execute(statement, [one])
    say(amina, [one], Answer.WE_STOP)
    for statement in (
        "UPDATE benefits_overlap_position SET answer = 'both'",
        "DELETE FROM benefits_overlap_position",
    ):
        with engine_connection() as engine, pytest.raises(psycopg.Error, match="append-only"):
            engine.execute(statement.encode())
    with engine_connection() as engine, pytest.raises(psycopg.errors.CheckViolation):
        engine.execute("UPDATE benefits_overlap_work SET state = 'settled'")


def test_both_answering_at_once_settle_once(world: World, amina: Viewer, camelia: Viewer) -> None:
    ids = overlaps(world, amina, camelia, families=6)
    digests = {one: preview_stops(one, ids, answer).digest for one, answer in said_by(amina, camelia)}
    errors: list[Exception] = []

    def answer(by: Viewer, what: Answer) -> None:
        try:
            answer_overlaps(
                by=by, at=NOW, overlaps=ids, answer=what, reason="", digest=digests[by], operation=uuid4()
            )
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=answer, args=pair) for pair in said_by(amina, camelia)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert {one.stage for one in get_standings(amina, ids).values()} == {Stage.SETTLED}
    assert len(stops(world)) == 6 and broken(world) == []


def said_by(amina: Viewer, camelia: Viewer) -> list[tuple[Viewer, Answer]]:
    return [(amina, Answer.WE_STOP), (camelia, Answer.YOU_STOP)]


def test_an_overlap_that_closes_and_opens_again_keeps_what_was_said(
    world: World, amina: Viewer, camelia: Viewer
) -> None:
    [one] = overlaps(world, amina, camelia)
    say(amina, [one], Answer.WE_STOP)
    family = world.rows("SELECT family_id FROM benefits_overlap")[0][0]
    for active in (False, True):
        world.connection.execute("UPDATE benefits_claim SET active = %s WHERE list_id = 11", [active])
        world.settle(family)
        world.connection.commit()
        expected = Stage.TALKING if active else Stage.CLOSED
        assert stage(amina, one) == expected
    assert get_standings(amina, [one])[one].own_answer == Answer.WE_STOP


def test_reckon_of_three_needs_all_of_them() -> None:
    three = [1, 2, 3]
    assert reckon(three, {}) == Outcome(Stage.ASKED)
    assert reckon(three, {1: Answer.YOU_STOP, 2: Answer.WE_STOP}) == Outcome(Stage.TALKING)
    assert reckon(three, {1: Answer.YOU_STOP, 2: Answer.WE_STOP, 3: Answer.WE_STOP}) == Outcome(
        Stage.SETTLED, (1,)
    )
    assert reckon(three, {1: Answer.BOTH, 2: Answer.WE_STOP}) == Outcome(Stage.PASSED)
    assert reckon(three, dict.fromkeys(three, Answer.WE_STOP)) == Outcome(Stage.PASSED)
    assert reckon(three, dict.fromkeys(three, Answer.BOTH)) == Outcome(Stage.SETTLED, (1, 2, 3))
