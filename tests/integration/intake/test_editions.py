"""The same bytes read otherwise: a forgotten month or need is mended, and the rows never count twice (L1, L9)."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import psycopg
import pytest
import xlsxwriter

from tests.integration.intake.conftest import AT, HEADER, Load, options, people
from tests.integration.intake.content import count_appearances, count_claims
from wasl.intake.actions import load_file, restore_list, withdraw_list
from wasl.intake.queries import access_list, list_lists
from wasl.intake.sheets import SheetPlan
from wasl.organisations.viewer import Viewer
from wasl.store.verification import run_check

MARCH = options()
APRIL = options(month=date(2025, 4, 1))


def _workbook(path: Path, sheets: dict[str, list[str]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for name, lines in sheets.items():
        page = book.add_worksheet(name)
        for row, line in enumerate([HEADER, *lines]):
            page.write_row(row, 0, line.split(","))
    book.close()
    return path


def _months(engine: psycopg.Connection) -> list[tuple[str, int]]:
    rows = engine.execute(
        "SELECT to_char(month, 'YYYY-MM'), count(*) FROM benefits_claim WHERE active GROUP BY 1 ORDER BY 1"
    ).fetchall()
    engine.rollback()
    return [(row[0], row[1]) for row in rows]


def test_load_again_with_another_month_while_it_counts_changes_nothing(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    code = load(people(1, 5), amina).lists[0]
    again = load(people(1, 5), amina, options=APRIL)
    assert (again.sheets[0].outcome, again.sheets[0].counting) == ("already", (code,))
    assert _months(engine) == [("2025-03", 5)]


def test_load_again_after_withdrawal_takes_the_other_month(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    first = load(people(1, 5), amina).lists[0]
    withdraw_list(code=first, reason="الشهر خطأ", by=amina, at=AT)
    again = load(people(1, 5), amina, options=APRIL)
    assert (again.sheets[0].outcome, again.sheets[0].replaced) == ("loaded", first)
    assert again.lists[0] != first
    assert _months(engine) == [("2025-04", 5)]
    assert access_list(amina, first).replaced_by == again.lists[0]


def test_load_again_after_withdrawal_with_the_same_month_says_it_is_there(load: Load, amina: Viewer) -> None:
    first = load(people(1, 5), amina).lists[0]
    withdraw_list(code=first, reason="سبب", by=amina, at=AT)
    again = load(people(1, 5), amina)
    assert (again.sheets[0].outcome, again.sheets[0].state) == ("already", "withdrawn")
    assert again.lists == (first,)


def test_load_in_its_own_place_corrects_the_month_in_one_step(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    first = load(people(1, 5), amina).lists[0]
    again = load(people(1, 5), amina, options=APRIL, replaces=first)
    assert again.sheets[0].replaced == first
    assert _months(engine) == [("2025-04", 5)]
    assert count_appearances(engine) == 5
    same = load(people(1, 5), amina, options=APRIL)
    assert same.sheets[0].outcome == "already"


def test_restore_of_one_edition_lets_the_other_step_back(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    first = load(people(1, 5), amina).lists[0]
    second = load(people(1, 5), amina, options=APRIL, replaces=first).lists[0]
    assert restore_list(code=first, by=amina, at=AT).stepped_back == (second,)
    assert _months(engine) == [("2025-03", 5)]
    assert restore_list(code=second, by=amina, at=AT).stepped_back == (first,)
    assert _months(engine) == [("2025-04", 5)]


def test_load_again_while_what_replaced_it_counts_changes_nothing(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    first = load(people(1, 5), amina, name="a.csv").lists[0]
    better = load(people(1, 6), amina, name="b.csv", replaces=first).lists[0]
    again = load(people(1, 5), amina, name="a.csv", options=APRIL)
    assert (again.sheets[0].outcome, again.sheets[0].counting) == ("already", (better,))
    third = load(people(1, 5), amina, name="a.csv", options=APRIL, replaces=better)
    assert third.sheets[0].outcome == "loaded"
    assert _months(engine) == [("2025-04", 5)]


def test_two_editions_never_count_at_once(load: Load, amina: Viewer, engine: psycopg.Connection) -> None:
    first = load(people(1, 3), amina).lists[0]
    load(people(1, 3), amina, options=APRIL, replaces=first)
    with pytest.raises(psycopg.errors.UniqueViolation, match="one_edition_counts"):
        engine.execute("UPDATE intake_list SET state = 'active'")


def test_interrupted_correction_goes_on_in_the_place_of_its_list(
    load: Load, amina: Viewer, engine: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load(people(1, 5), amina).lists[0]

    def killed(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("wasl.intake.sheets.finish_list", killed)
        with pytest.raises(KeyboardInterrupt):
            load(people(1, 5), amina, options=APRIL, replaces=first)
    assert access_list(amina, first).state == "active"
    done = load(people(1, 5), amina, options=APRIL)
    assert (done.sheets[0].outcome, done.sheets[0].replaced) == ("resumed", first)
    assert _months(engine) == [("2025-04", 5)]


def test_correcting_one_sheet_leaves_the_others(
    amina: Viewer, tmp_path: Path, engine: psycopg.Connection
) -> None:
    path = _workbook(tmp_path / "two.xlsx", {"one": people(1, 3), "two": people(20, 4)})
    codes = load_file(path=path, organisation="m01", options=MARCH, by=amina, at=AT).lists
    result = load_file(path=path, organisation="m01", options=APRIL, by=amina, at=AT, replaces=codes[0])
    assert [sheet.outcome for sheet in result.sheets] == ["loaded", "already"]
    assert _months(engine) == [("2025-03", 4), ("2025-04", 3)]


def test_plans_read_each_sheet_its_own_way_and_leave_out_what_was_not_chosen(
    amina: Viewer, tmp_path: Path, engine: psycopg.Connection
) -> None:
    path = _workbook(tmp_path / "three.xlsx", {"a": people(1, 3), "b": people(20, 3), "c": people(40, 3)})
    plans = {"a": SheetPlan(MARCH), "b": SheetPlan(APRIL), "c": SheetPlan(MARCH, is_wanted=False)}
    result = load_file(path=path, organisation="m01", options=MARCH, by=amina, at=AT, plans=plans)
    assert [(sheet.sheet, sheet.skipped) for sheet in result.sheets] == [
        ("a", None),
        ("b", None),
        ("c", "not_chosen"),
    ]
    assert _months(engine) == [("2025-03", 3), ("2025-04", 3)]


@pytest.mark.parametrize("seed", range(3))
def test_random_walk_of_editions_counts_rows_once(
    seed: int, load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    """Whatever is loaded, corrected, withdrawn and restored, the rows of one file count once or not at all."""
    choose = random.Random(seed)
    lines = people(1, 4)
    load(lines, amina)
    for _ in range(14):
        codes = [view.code for view in list_lists(amina)]
        code = choose.choice(codes)
        move = choose.choice(["load", "correct", "withdraw", "restore"])
        month = options(month=date(2025, choose.randrange(1, 13), 1))
        state = access_list(amina, code).state
        if move == "load":
            load(lines, amina, options=month)
        elif move == "correct" and state != "replaced":
            load(lines, amina, options=month, replaces=code)
        elif move == "withdraw" and state == "active":
            withdraw_list(code=code, reason="سبب", by=amina, at=AT)
        elif move == "restore":
            restore_list(code=code, by=amina, at=AT)
        active = [view.code for view in list_lists(amina) if view.state == "active"]
        assert len(active) <= 1
        assert (count_claims(engine), count_appearances(engine)) == (4 * len(active), 4 * len(active))
        engine.rollback()
    from wasl.intake.verification import CHECKS

    for check in CHECKS:
        assert run_check(engine, check).is_kept, check
