"""Families added by hand: one list an organisation and year, the same rules as any list, one family at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from uuid import uuid4

import psycopg
import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOW
from tests.integration.intake.conftest import Load
from tests.integration.intake.hands import AT, add, family, nid
from wasl.intake.actions import restore_list, withdraw_list
from wasl.intake.queries import access_list, find_record
from wasl.intake.standing import ask_restoring, ask_withdrawal, submit_family
from wasl.intake.standing_form import HandFamily, HandPerson
from wasl.intake.standing_queries import access_form, find_content, list_added, list_known
from wasl.intake.standing_storing import restore_family, store_family, withdraw_family
from wasl.intake.verification import CHECKS
from wasl.jobs.queries import access_job
from wasl.jobs.worker import run_waiting
from wasl.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleRefused
from wasl.linkage.verification import CHECKS as LINKING
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection
from wasl.store.verification import run_check


def _breaches() -> list[object]:
    with engine_connection() as connection:
        found = [run_check(connection, check) for check in (*CHECKS, *LINKING)]
    return [one for one in found if one.breaches or not one.present]


def _counts(by: Viewer, code: str) -> tuple[int, int, int, int]:
    counts = access_list(by, code).counts
    return counts.total, counts.accepted, counts.repeated, counts.withdrawn


def test_family_becomes_lines_of_the_list_of_its_year(amina: Viewer, engine: psycopg.Connection) -> None:
    code, row = add(amina, family(1, need="food_box"))
    view = access_list(amina, code)
    assert (view.kind, view.state, view.file, row) == ("known", "active", "أسر مضافة باليد 2026", 2)
    assert add(amina, family(2)) == (code, 4)
    assert _counts(amina, code) == (5, 4, 0, 0)
    lines = engine.execute(
        "SELECT row, fate, cells[2], cells[4], need FROM intake_line ORDER BY row"
    ).fetchall()
    assert lines == [
        (1, "not_data", "الاسم", "الرقم القومي", None),
        (2, "accepted", "محمود عبد الرحيم سيد", None, "food_box"),
        (3, "accepted", "نعمات شحاتة فهمي", None, "food_box"),
        (4, "accepted", "محمود عبد الرحيم سيد", None, None),
        (5, "accepted", "نعمات شحاتة فهمي", None, None),
    ]
    places = engine.execute("SELECT DISTINCT governorate, markaz, village FROM registry_record").fetchall()
    assert places == [("EG24", "EG2412", "دير برشا")]
    assert engine.execute("SELECT count(*) FROM benefits_recorded_need WHERE active").fetchone() == (2,)
    assert find_record(amina, f"{code}:2").role == "person"
    assert not _breaches()


def test_next_year_has_a_list_of_its_own(amina: Viewer) -> None:
    code, _ = add(amina, family(1))
    later, row = add(amina, family(1), at=AT + timedelta(days=365))
    assert (later != code, row, access_list(amina, later).file) == (True, 2, "أسر مضافة باليد 2027")


def test_content_is_sealed_while_it_waits_and_gone_when_it_is_stored(
    amina: Viewer, engine: psycopg.Connection
) -> None:
    form_id = uuid4()
    submit_family(organisation="m01", form_id=form_id, family=family(1), by=amina, at=AT)
    assert find_content(amina, access_form(amina, form_id)) == family(1)
    for table in ("intake_hand_form", "jobs_job", "procrastinate_jobs"):
        text = str(engine.execute(f"SELECT {table}::text FROM {table}".encode()).fetchall())
        assert "محمود" not in text
        assert nid(1) not in text
    engine.commit()
    run_waiting()
    assert engine.execute("SELECT sealed FROM intake_hand_form").fetchall() == [(None,)]
    assert find_content(amina, access_form(amina, form_id)) is None


def test_same_form_twice_is_one_family_and_other_content_is_refused(amina: Viewer) -> None:
    form_id = uuid4()
    job = submit_family(organisation="m01", form_id=form_id, family=family(1), by=amina, at=AT)
    assert submit_family(organisation="m01", form_id=form_id, family=family(1), by=amina, at=AT) == job
    run_waiting()
    assert submit_family(organisation="m01", form_id=form_id, family=family(1), by=amina, at=AT) == job
    run_waiting()
    with pytest.raises(Conflict):
        submit_family(organisation="m01", form_id=form_id, family=family(2), by=amina, at=AT)
    code = access_form(amina, form_id).list_code
    assert code is not None
    assert _counts(amina, code) == (3, 2, 0, 0)
    assert not store_family(organisation="m01", form_id=form_id, by=amina, at=AT).changed


def test_double_click_from_two_browsers_is_one_family(amina: Viewer) -> None:
    form_id = uuid4()
    jobs: list[str | None] = []

    def click() -> None:
        jobs.append(submit_family(organisation="m01", form_id=form_id, family=family(1), by=amina, at=AT))
        connections.close_all()

    _together([click] * 6)
    assert len(set(jobs)) == 1
    assert run_waiting() == 1


def test_many_clerks_at_once_never_share_a_row(amina: Viewer) -> None:
    """The queue would make them wait; here they meet in the database, where the list itself must hold."""
    forms = [uuid4() for _ in range(8)]
    for number, form_id in enumerate(forms):
        submit_family(organisation="m01", form_id=form_id, family=family(number), by=amina, at=AT)
    stored = []

    def store(place: int) -> None:
        stored.append(store_family(organisation="m01", form_id=forms[place], by=amina, at=AT))
        connections.close_all()

    _together([partial(store, place) for place in [*range(8), 0, 1]])
    assert {one.row for one in stored} == set(range(2, 18, 2))
    assert sum(one.changed for one in stored) == 8
    assert _counts(amina, stored[0].list_code) == (17, 16, 0, 0)
    assert not _breaches()


def test_withdrawn_family_counts_nowhere_and_comes_back(amina: Viewer, engine: psycopg.Connection) -> None:
    code, row = add(amina, family(1, need="food_box"))
    add(amina, family(2))
    changed = withdraw_family(code=code, row=row + 1, reason="mistake", by=amina, at=AT)
    assert (changed.row, changed.changed) == (row, True)
    assert _counts(amina, code) == (5, 2, 0, 2)
    assert engine.execute("SELECT count(*) FROM registry_appearance").fetchone() == (1,)
    assert engine.execute("SELECT count(*) FROM benefits_recorded_need").fetchone() == (0,)
    assert engine.execute("SELECT DISTINCT reason FROM intake_line WHERE fate = 'withdrawn'").fetchall() == [
        ("withdrawn_mistake",)
    ]
    engine.commit()
    assert not withdraw_family(code=code, row=row, reason="twice", by=amina, at=AT).changed
    assert not _breaches()
    # The whole list withdrawn and brought back leaves the family out.
    withdraw_list(code=code, reason="مراجعة", by=amina, at=AT)
    restore_list(code=code, by=amina, at=AT)
    assert not _breaches()
    assert restore_family(code=code, row=row, by=amina, at=AT).changed
    assert not restore_family(code=code, row=row, by=amina, at=AT).changed
    assert _counts(amina, code) == (5, 4, 0, 0)
    assert engine.execute("SELECT count(*) FROM benefits_recorded_need WHERE active").fetchone() == (2,)
    assert not _breaches()
    actions = engine.execute(
        "SELECT action, detail ->> 'row' FROM audit_entry WHERE object_code = %s ORDER BY id", [code]
    )
    assert [action for action in actions.fetchall() if "family" in action[0]] == [
        ("add_family", "2"), ("add_family", "4"), ("withdraw_family", "2"), ("restore_family", "2"),
    ]  # fmt: skip


def test_entry_stays_active_in_another_list_that_holds_it(
    amina: Viewer, load: Load, engine: psycopg.Connection
) -> None:
    code, row = add(amina, family(1))
    entry = engine.execute("SELECT entry_id FROM registry_appearance").fetchone()
    later, _ = add(amina, family(1), at=AT + timedelta(days=365))
    assert engine.execute("SELECT DISTINCT entry_id FROM registry_appearance").fetchall() == [entry]
    engine.commit()
    withdraw_family(code=code, row=row, reason="mistake", by=amina, at=AT)
    left = engine.execute(
        "SELECT list.code, active FROM registry_appearance JOIN intake_list AS list ON list.id = list_id"
    )
    assert left.fetchall() == [(later, True)]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["add", "withdraw", "restore"]), st.integers(0, 5)), max_size=10))
def test_random_walk_is_as_the_model_says(amina: Viewer, steps: list[tuple[str, int]]) -> None:
    """Of equal families that stand, the first row is accepted and the others repeated."""
    # Each example keeps to a year of its own: the database goes on from example to example.
    year = _walk_year()
    model: list[tuple[int, bool]] = []
    code = ""
    for step, number in steps:
        if step == "add":
            code, row = add(amina, family(number % 2), at=AT.replace(year=year))
            assert row == 2 + 2 * len(model)
            model.append((number % 2, True))
        elif number < len(model):
            row = 2 + 2 * number
            stands = model[number][1]
            if step == "withdraw":
                changed = withdraw_family(code=code, row=row, reason="twice", by=amina, at=AT).changed
            else:
                changed = restore_family(code=code, row=row, by=amina, at=AT).changed
            assert changed == (stands == (step == "withdraw"))
            model[number] = (model[number][0], step == "restore")
    if not model:
        return
    view = access_list(amina, code)
    found = [one.fate for one in reversed(list_added(amina, list_id=view.list_id, year=view.year))]
    assert found == _fates(model)
    assert _counts(amina, code)[1:] == tuple(
        2 * found.count(fate) for fate in ("accepted", "repeated", "withdrawn")
    )
    assert not _breaches()


def _fates(model: list[tuple[int, bool]]) -> list[str]:
    seen: set[int] = set()
    fates = []
    for content, stands in model:
        fates.append("withdrawn" if not stands else "repeated" if content in seen else "accepted")
        if stands:
            seen.add(content)
    return fates


_years = iter(range(2026, 2200))


def _walk_year() -> int:
    return next(_years)


def test_what_a_list_refuses_is_not_stored(amina: Viewer, engine: psycopg.Connection) -> None:
    form_id = uuid4()
    nobody = HandFamily(people=(HandPerson(phone="01012345678", relation="head"),))
    job = submit_family(organisation="m01", form_id=form_id, family=nobody, by=amina, at=AT)
    run_waiting()
    assert job is not None
    assert access_job(amina, job).error_code == "hand_form.refused"
    assert engine.execute("SELECT count(*) FROM intake_list").fetchone() == (0,)
    assert find_content(amina, access_form(amina, form_id)) == nobody


def test_nothing_is_added_to_a_withdrawn_list(amina: Viewer) -> None:
    code, _ = add(amina, family(1))
    withdraw_list(code=code, reason="مراجعة", by=amina, at=AT)
    form_id = uuid4()
    submit_family(organisation="m01", form_id=form_id, family=family(2), by=amina, at=AT)
    with pytest.raises(RuleRefused) as refused:
        store_family(organisation="m01", form_id=form_id, by=amina, at=AT)
    assert refused.value.code == "hand_form.list_withdrawn"


def test_lines_of_a_file_are_not_withdrawn_one_by_one(amina: Viewer, load: Load) -> None:
    code = load(["1,محمد احمد علي,,ملوي,"], amina).lists[0]
    with pytest.raises(RuleRefused):
        withdraw_family(code=code, row=2, reason="mistake", by=amina, at=AT)
    own, _ = add(amina, family(1))
    with pytest.raises(NotFound):
        withdraw_family(code=own, row=99, reason="mistake", by=amina, at=AT)
    with pytest.raises(InvalidInput):
        ask_withdrawal(code=own, row=2, reason="whatever", by=amina, at=AT)


def test_basim_cannot_add_or_withdraw(amina: Viewer, basim: Viewer) -> None:
    code, row = add(amina, family(1))
    with pytest.raises(NotAllowed):
        submit_family(organisation="m01", form_id=uuid4(), family=family(2), by=basim, at=AT)
    for ask in (
        lambda: ask_withdrawal(code=code, row=row, reason="mistake", by=basim, at=AT),
        lambda: ask_restoring(code=code, row=row, by=basim, at=AT),
        lambda: withdraw_family(code=code, row=row, reason="mistake", by=basim, at=AT),
    ):
        with pytest.raises(NotAllowed):
            ask()


def test_camelia_cannot_reach_aminas_family(amina: Viewer, camelia: Viewer) -> None:
    form_id = uuid4()
    code, row = add(amina, family(1), form_id=form_id)
    for reach in (
        lambda: access_form(camelia, form_id),
        lambda: ask_withdrawal(code=code, row=row, reason="mistake", by=camelia, at=AT),
        lambda: withdraw_family(code=code, row=row, reason="mistake", by=camelia, at=AT),
        lambda: restore_family(code=code, row=row, by=camelia, at=AT),
        lambda: submit_family(organisation="m01", form_id=uuid4(), family=family(2), by=camelia, at=AT),
        lambda: store_family(organisation="m01", form_id=form_id, by=camelia, at=AT),
    ):
        with pytest.raises(NotFound):
            reach()
    # The same number of a form is another form in another organisation.
    add(camelia, family(2), form_id=form_id)
    assert access_form(amina, form_id).list_code == code


def test_camelia_is_not_told_whom_amina_knows(amina: Viewer, camelia: Viewer, desk: Viewer) -> None:
    add(amina, family(1))
    assert amina.organisation_id is not None
    known = list_known(amina, amina.organisation_id, nids={nid(1): 0}, contents={})
    assert [(place, one.by, one.row, one.family_code) for place, one in known] == [(0, "nid", 2, None)]
    assert not list_known(camelia, amina.organisation_id, nids={nid(1): 0}, contents={})
    assert list_known(desk, amina.organisation_id, nids={nid(1): 0}, contents={})


def test_content_never_stored_goes_after_a_month(amina: Viewer, engine: psycopg.Connection) -> None:
    form_id = uuid4()
    submit_family(organisation="m01", form_id=form_id, family=HandFamily(), by=amina, at=NOW)
    run_waiting()
    add(amina, family(1), at=AT + timedelta(days=60))
    assert find_content(amina, access_form(amina, form_id)) is None


def _together(works: Sequence[Callable[[], None]]) -> None:
    start = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        start.wait()
        work()

    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(run, work) for work in works]:
            done.result()
