"""What is given to whoever comes: a headcount, never a family; rows that only grow; reversed once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest

from tests.conftest import NOW
from wasl.benefits.headcounts import (
    HeadcountQuestion,
    Serving,
    access_headcount,
    list_headcounts,
    list_open_needs,
    record_headcount,
    reverse_headcount,
    sum_headcounts,
)
from wasl.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleRefused, WaslError
from wasl.organisations.viewer import Viewer
from wasl.store.connections import app_connection, engine_connection, owner_connection

LUNCH = Serving(
    "kitchen",
    "meal",
    date(2026, 2, 10),
    320,
    Decimal(320),
    "EG23",
    place="مطبخ سنورس",
    value_piastres=960_000,
)
ALL = HeadcountQuestion()


def record(by: Viewer, serving: Serving = LUNCH) -> str:
    return record_headcount(by=by, at=NOW, serving=serving, operation=uuid4())


def test_an_occasion_is_recorded_read_and_summed_by_need_place_and_month(amina: Viewer) -> None:
    code = record(amina)
    record(amina, replace(LUNCH, headcount=80, quantity=Decimal(100), value_piastres=None))
    record(amina, replace(LUNCH, delivered_on=date(2026, 1, 31)))
    found = access_headcount(amina, code)
    assert (found.headcount, found.unit, found.recorded_by, found.place) == (
        320,
        "meal",
        "amina",
        "مطبخ سنورس",
    )
    sums = sum_headcounts(amina, HeadcountQuestion(first=date(2026, 2, 1)))
    assert [(one.services, one.quantity, one.occasions, one.unvalued) for one in sums] == [
        (400, Decimal(420), 2, 1)
    ]
    assert len(list_headcounts(amina, ALL, 10)) == 3


def test_a_reversed_one_stays_to_be_read_counts_nowhere_and_is_not_reversed_again(amina: Viewer) -> None:
    code = record(amina)
    reverse_headcount(by=amina, at=NOW, code=code, reason="كُتب مرتين", operation=uuid4())
    assert access_headcount(amina, code).reason == "كُتب مرتين"
    assert sum_headcounts(amina, ALL) == []
    with pytest.raises(Conflict, match=r"headcount\.reversed_already"):
        reverse_headcount(by=amina, at=NOW, code=code, reason="مرة أخرى", operation=uuid4())
    with pytest.raises(InvalidInput, match=r"headcount\.reason_missing"):
        reverse_headcount(by=amina, at=NOW, code=record(amina), reason="  ", operation=uuid4())


def test_only_what_occupies_no_slot_and_is_no_money_is_given_so(amina: Viewer) -> None:
    needs = {one.code for one in list_open_needs(amina)}
    assert "meal" in needs and not {"food_box", "monthly_cash", "one_off_cash"} & needs
    for need in ("food_box", "one_off_cash", "no_such_need"):
        with pytest.raises((RuleRefused, InvalidInput)):
            record(amina, replace(LUNCH, need=need))
    assert list_headcounts(amina, ALL, 10) == []


WRONG: dict[str, dict[str, object]] = {
    "nobody came": {"headcount": 0},
    "too many came": {"headcount": 10**9},
    "nothing was given": {"quantity": Decimal(0)},
    "no number was given": {"quantity": Decimal("NaN")},
    "no such kind": {"kind": "party"},
    "no such governorate": {"governorate": "EG99"},
    "no such markaz": {"markaz": "EG0101x"},
    "not yet": {"delivered_on": date(2999, 1, 1)},
    "a place too long": {"place": "م" * 201},
    "a place with a hole": {"place": "a\x00b"},
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_is_refused_in_words(amina: Viewer, what: str) -> None:
    with pytest.raises(InvalidInput):
        record(amina, replace(LUNCH, **WRONG[what]))  # type: ignore[arg-type]


def test_a_markaz_lies_in_its_governorate(amina: Viewer) -> None:
    with engine_connection() as engine:
        markaz, governorate = engine.execute(
            "SELECT code, governorate_code FROM places_markaz WHERE governorate_code <> 'EG23' LIMIT 1"
        ).fetchone() or ("", "")
    with pytest.raises(InvalidInput, match=r"headcount\.markaz_elsewhere"):
        record(amina, replace(LUNCH, markaz=markaz))
    record(amina, replace(LUNCH, markaz=markaz, governorate=governorate))


def test_a_form_sent_twice_is_one_occasion_and_another_body_is_refused(amina: Viewer) -> None:
    operation = uuid4()
    codes = {record_headcount(by=amina, at=NOW, serving=LUNCH, operation=operation) for _ in range(3)}
    assert len(codes) == 1 and len(list_headcounts(amina, ALL, 10)) == 1
    with pytest.raises(Conflict, match=r"operation\.other_body"):
        record_headcount(by=amina, at=NOW, serving=replace(LUNCH, headcount=321), operation=operation)


def test_camelia_cannot_read_or_reverse_amina_s_and_viewers_and_the_desk_record_none(
    amina: Viewer, basim: Viewer, camelia: Viewer, dalia: Viewer
) -> None:
    code = record(amina)
    assert list_headcounts(camelia, ALL, 10) == [] and sum_headcounts(camelia, ALL) == []
    for attempt in (
        lambda: access_headcount(camelia, code),
        lambda: reverse_headcount(by=camelia, at=NOW, code=code, reason="x", operation=uuid4()),
    ):
        with pytest.raises(NotFound):
            attempt()
    for who in (basim, dalia):
        with pytest.raises(NotAllowed):
            record(who)
        assert len(list_headcounts(who, ALL, 10)) == 1


FOREIGN = (
    "INSERT INTO benefits_headcount (organisation_id, own_no, kind, need, delivered_on, headcount, quantity, unit,"
    " governorate, operation, recorded_by, recorded_at) VALUES (%s, 1, 'kitchen', 'meal', '2026-02-01', 5, 5, 'meal',"
    " 'EG23', %s, 'somebody else', now()) RETURNING recorded_by"
)


def test_the_application_cannot_write_for_another_organisation_or_in_another_s_name(
    amina: Viewer, basim: Viewer, camelia: Viewer, dalia: Viewer
) -> None:
    for who, whose in ((camelia, amina), (dalia, amina), (basim, basim)):
        with app_connection(who) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(FOREIGN.encode(), [whose.organisation_id, uuid4()])
    with app_connection(amina) as app:
        assert app.execute(FOREIGN.encode(), [amina.organisation_id, uuid4()]).fetchone() == ("amina",)


@pytest.mark.parametrize("table", ["benefits_headcount", "benefits_headcount_reversal"])
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET organisation_id = 1", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_not_even_the_owner_changes_what_was_recorded(amina: Viewer, table: str, change: str) -> None:
    reverse_headcount(by=amina, at=NOW, code=record(amina), reason="x", operation=uuid4())
    with owner_connection() as owner, pytest.raises(psycopg.errors.CheckViolation) as refused:
        owner.execute(change.format(table).encode())
    assert "append_only" in str(refused.value.diag.constraint_name)


@pytest.mark.parametrize("code", ["", "x", "1", "99999999999999999999", "100000000295", "' OR 1=1", "\x00"])
def test_a_code_of_nothing_is_not_found(amina: Viewer, code: str) -> None:
    with pytest.raises(WaslError) as refused:
        access_headcount(amina, code)
    assert refused.value.code == "headcount.unknown"
